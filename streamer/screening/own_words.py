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
_ONLY_LISTED_TOO: Final = frozenset({"entity_trade"})
_LIKENESS_MIN: Final = 0.6
_BY_MEANING: Final = features_that(lambda f: f.by_meaning)


def own_words(agreed: Iterable[Evidence], unpaired: Sequence[Evidence]) -> Evidence | None:
    """Evidence that two firms are meant, of the lines that say what agrees and what only one of the names has.

    None where neither name has a word of its own that the other lacks, where the query's may be the listed one
    misspelt, and where nothing but that word is added to the whole listed name.
    """
    theirs = [line.texts[0] for line in unpaired if line.feature in _ONLY_LISTED]
    mine = [line.texts[0] for line in unpaired if line.feature in _ONLY_QUERY]
    if not theirs and not (mine and any(line.feature in _ONLY_LISTED_TOO for line in unpaired)):
        return None
    agree = (word for line in agreed if line.feature not in _BY_MEANING for word in line.texts[1].split())
    is_called_so = any(map(_is_own, agree))
    if not (mine and theirs):
        if is_called_so:
            return None
        return Evidence("own_word", (theirs[0],), worth("own_word")) if theirs else _word_added(mine[0])
    if any(_may_be(a, b) for a in mine for b in theirs):
        return None
    feature = "other_name_beside" if is_called_so else "other_name"
    return Evidence(feature, (mine[0], theirs[0]), worth(feature))


def _word_added(word: str) -> Evidence:
    return Evidence("own_word_added", (word,), worth("own_word_added"))


def _is_own(word: str) -> bool:
    return not (is_word(word) or word in TRADE or word in SAME_WORD or word in PLACES)


def _may_be(query: str, listed: str) -> bool:
    """Misspelt or cut short beyond what is taken for the word: GHOLDNEN for GOLDEN, ISL for ISLAMIC."""
    return listed.startswith(query) or OSA.normalized_similarity(query, listed) >= _LIKENESS_MIN
