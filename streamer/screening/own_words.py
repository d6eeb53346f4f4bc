"""What an organisation calls itself, beside what it does and where: firms of one line of business share those words.

"Akmerkez Gayrimenkul Yatirim Ortakligi" and "Trend Gayrimenkul Yatirim Ortakligi" agree in three words of four, which
say "real estate investment trust"; what each has alone tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz.distance import OSA

from streamer.screening.features import Evidence, features_that, worth
from streamer.screening.names import PLACES, SAME_WORD, TRADE, is_word

_ONLY_QUERY: Final = frozenset({"query_rare", "query_common"})
_ONLY_LISTED: Final = frozenset({"entity_rare", "entity_common"})
_TRADE_QUERY, _TRADE_LISTED = frozenset({"query_trade"}), frozenset({"entity_trade"})
_LIKENESS_MIN: Final = 0.6
_BY_MEANING: Final = features_that(lambda f: f.by_meaning)


def own_words(agreed: Iterable[Evidence], unpaired: Sequence[Evidence]) -> Evidence | None:
    """Evidence that two firms are meant, of the lines that say what agrees and what only one of the names has.

    None where neither name has a word that the other lacks, where the query's may be the listed one misspelt, and where
    nothing but that word is added to the whole listed name.
    """
    theirs, mine = _words(unpaired, _ONLY_LISTED), _words(unpaired, _ONLY_QUERY)
    if mine and theirs:
        if any(_may_be(a, b) for a in mine for b in theirs):
            return None
        feature = "other_name_beside" if is_called_so(agreed) else "other_name"
        return Evidence(feature, (mine[0], theirs[0]), worth(feature))
    feature, texts = "own_word", tuple(theirs[:1])
    if not theirs:
        trades, added = _words(unpaired, _TRADE_LISTED), mine or _words(unpaired, _TRADE_QUERY)
        if not (trades and added):
            return None
        feature, texts = ("own_word_added", (mine[0],)) if mine else ("other_trade", (added[0], trades[0]))
    return None if is_called_so(agreed) else Evidence(feature, texts, worth(feature))


def is_called_so(agreed: Iterable[Evidence]) -> bool:
    """A word agrees that names a firm."""
    return any(_is_own(word) for line in agreed if line.feature not in _BY_MEANING for word in line.texts[1].split())


def _words(lines: Iterable[Evidence], features: frozenset[str]) -> list[str]:
    return [line.texts[0] for line in lines if line.feature in features]


def _is_own(word: str) -> bool:
    return not (is_word(word) or word in TRADE or word in SAME_WORD or word in PLACES)


def _may_be(query: str, listed: str) -> bool:
    """Misspelt or cut short beyond what is taken for the word: GHOLDNEN for GOLDEN, ISL for ISLAMIC."""
    return listed.startswith(query) or OSA.normalized_similarity(query, listed) >= _LIKENESS_MIN
