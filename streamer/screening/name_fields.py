"""What else stands in the field of a name: other parties, other names, the same name again, a status, a number.

    parts("Ivan Petrov (director)", PERSON)  ->  [Part("Ivan Petrov", PERSON)]

The field is screened as it is, and each part as a name of its own. The words are data (`data/name_fields.toml`). Most
fields hold a name and nothing else: what they are looked at for first is cheap. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import islice
from typing import Any, Final, NamedTuple

from streamer.events import PartyType
from streamer.reference.text import plain
from streamer.screening.names import CHARS_MAX, TRADE, tokenise, within

PARTIES_MAX: Final = 4
"""At most this many names in one field are screened separately."""
_PARTS_MAX: Final = 8
"""Of all readings of a field."""
_PARTY_CHARS_MIN: Final = 6
_DIGITS_MIN: Final = 4
"""Fewer digits are a part of a name: BRIGADE 121."""
_SERIES_CHARS_MAX: Final = 2
"""Letters of a number that stand apart from it: passport AX 7731002."""


class Part(NamedTuple):
    """One name in a field."""

    name: str
    type: PartyType
    is_first: bool = True
    """Whom birth date, countries and documents belong to."""


_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("streamer.data").joinpath("name_fields.toml").read_text(encoding="utf-8")
)


def _both(word: str) -> tuple[str, str]:
    return word, plain(word)


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"[\s.]+").replace(r"\.", r"\.?\s?")


def _between(phrases: list[str]) -> re.Pattern[str]:
    """What stands between two names: one of the phrases, the longest first, and the marks around it."""
    written = sorted({form for phrase in phrases for form in _both(phrase)}, key=lambda form: (-len(form), form))
    of_words, of_signs = [p for p in written if p[0] < "\u3000"], [p for p in written if p[0] >= "\u3000"]
    words = "|".join(map(_pattern, of_words))
    signs = f"|{'|'.join(map(re.escape, of_signs))}" if of_signs else ""
    return re.compile(rf"[\s,(\[]{{0,4}}(?:(?<![\w.])(?:{words})(?!\w){signs})[\s.:]*", re.IGNORECASE)


def _first_words(phrases: list[str]) -> set[str]:
    return {word for phrase in phrases for form in _both(phrase.lower()) for word in form.split()[:1]}


_BETWEEN_PARTIES: Final = _between(_TABLE["parties"])
_BETWEEN_ALIASES: Final = _between(_TABLE["aliases"])
_JOINT: Final = "|".join(map(re.escape, _TABLE["joint"]))
_BETWEEN_NAMES: Final = re.compile(r"\s/\s|;|\s\|\s")
_BETWEEN_PEOPLE: Final = re.compile(rf"\s?/\s|;|\s\|\s|,?\s(?:{_JOINT})\s", re.IGNORECASE)
"""Between the holders of a joint account; each name must have two words at least."""
_SHARING: Final = frozenset(_TABLE["joint_only"])
_STATUSES: Final = frozenset(plain(word).casefold() for word in _TABLE["statuses"].split())
_LABELS: Final = frozenset(plain(word).casefold() for word in _TABLE["labels"].split())
_BESIDE: Final = _STATUSES | _LABELS
_SMALL: Final = frozenset(_TABLE["small"].split())


def _with_marks(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word + mark for word in words for mark in ("", ".", ",", ":"))


_SIGN_WORDS: Final = _with_marks(
    {
        *_first_words([*_TABLE["parties"], *_TABLE["aliases"]]),
        *(form.casefold() for key in ("statuses", "labels") for word in _TABLE[key].split() for form in _both(word)),
        *_TABLE["joint"],
    }
)
_SIGN: Final = re.compile(r"[/;()\[\]{}\"|“”„«»‹›（）「」『』【】《》、]|\d\d|(?:^|\s)['‘’`]")
_BRACKETED: Final = re.compile(
    r"[(（\[【{]([^()（）\[\]【】{}]*)[)）\]】}]"
    r"|[\"“”„«»‹›「『《]([^\"“”«»‹›「」『』《》]{1,60})[\"“”«»‹›」』》]"
    r"|(?:(?<=\s)|^)['‘’`](\S(?:[^'‘’`]{0,58}\S)?)['‘’`](?=[\s,;)]|$)"
)
_WORD: Final = re.compile(r"\S+")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_LATIN_WORD: Final = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
_OTHER_LETTER: Final = re.compile(r"[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufeff]")
_EAST_ASIAN: Final = re.compile(r"[\u3041-\u9fff\uac00-\ud7a3]{2,}")
_EDGES: Final = " \t\n,;:/|-–—.()[]"


def parts(name: str, type: PartyType = PartyType.UNKNOWN) -> list[Part]:
    """The names in a field beside the whole of it, PARTIES_MAX parties at most; empty for one that holds one name."""
    return list(islice(_parts(name, type), _PARTS_MAX)) if _has_signs(within(name, CHARS_MAX), type) else []


def reads_whole(name: str, type: PartyType) -> bool:
    """`parts` leaves no party of the field out."""
    if not _has_signs(within(name, CHARS_MAX), type):
        return True
    found = list(_parts(name, type, parties_max=PARTIES_MAX + 1))
    return len({part.name for part in found if not part.is_first}) < PARTIES_MAX


def _parts(name: str, type: PartyType, parties_max: int = PARTIES_MAX) -> Iterator[Part]:
    text = within(name, CHARS_MAX)
    known = {text}
    for party in _parties(text, type, parties_max):
        for one, is_outer in ((party.name, False), *_alone(party.name, party.type)):
            is_whole = is_outer and party.name == text
            if one not in known and _is_name(one, is_party=party.type is not type, is_whole=is_whole):
                known.add(one)
                yield Part(one, party.type, party.is_first)


def _has_signs(text: str, type: PartyType) -> bool:
    """Something may stand in the field beside one name: a cheap look."""
    if _SIGN.search(text) is not None:
        return True
    if not text.isascii() and _OTHER_LETTER.search(text) is not None and _LATIN_WORD.search(text) is not None:
        return True
    lowered = text.lower()
    words = lowered.split()
    if not _SIGN_WORDS.isdisjoint(words):
        return True
    if len(words) < (_TWICE_WORDS_MIN if type is PartyType.PERSON else 2):
        return False
    if "," in lowered or " - " in lowered:
        words = lowered.replace(",", " ").replace(" - ", " ").split()
    return len(set(words)) <= len(words) // 2


_TWICE_WORDS_MIN: Final = 4


def _is_name(text: str, *, is_party: bool, is_whole: bool) -> bool:
    """Two words, or one where `is_whole`: nothing else in the field is a name."""
    if is_party:
        return sum(map(str.isalnum, text)) >= _PARTY_CHARS_MIN
    return len(_LETTERS.findall(text)) > (not is_whole) or _EAST_ASIAN.search(text) is not None


# ---------------------------------------------------------------- several parties


def _parties(text: str, type: PartyType, parties_max: int) -> Iterator[Part]:
    """The parties of a field, the whole of it where there is one; joint holders and aliases of people among them."""
    found = _BETWEEN_PARTIES.split(text)[:parties_max]
    if len(found) > 1:
        yield Part(found[0], type)
        yield from (Part(one, PartyType.UNKNOWN, is_first=False) for one in found[1:])
        return
    called = _BETWEEN_ALIASES.split(text)[:parties_max]
    if len(called) > 1:
        yield from (Part(one, type) for one in (*called, *_shared(called)))
        return
    if (between := _BETWEEN_NAMES if type is PartyType.ENTITY else _BETWEEN_PEOPLE).search(text) is None:
        yield Part(text, type)
        return
    holders = between.split(text)[:parties_max]
    is_joint = between is _BETWEEN_PEOPLE and _BETWEEN_NAMES.search(text) is None
    # "Joh. Mourik & Co. Holding" is one firm.
    if is_joint and any(one.forms or not TRADE.isdisjoint(one.tokens) for one in map(tokenise, holders)):
        yield Part(text, type)
        return
    if is_joint and any(len(_LETTERS.findall(one)) < 2 for one in holders):
        mark = between.search(text)
        if mark is None or mark[0].strip(" ,").lower() not in _SHARING:
            yield Part(text, type)
            return
        yield from (Part(one, type, is_first=False) for one in _shared(holders))
    for number, one in enumerate(holders):
        yield Part(one, type, is_first=not number)


def _shared(names: list[str]) -> Iterator[str]:
    """Names that leave out what the name beside them says: "Ivan and Olga Petrov", "Olga Petrova née Ivanova"."""
    first, last = names[0].split(), names[-1].split()
    if not first or not last:
        return
    if len(first) == 1 and len(last) > 1:
        yield f"{first[0]} {last[-1]}"
    elif len(last) == 1 and len(first) > 1:
        yield f"{first[0]} {last[0]}"
        yield f"{last[0]} {first[-1]}"


# ---------------------------------------------------------------- one party


def _alone(text: str, type: PartyType) -> Iterator[tuple[str, bool]]:
    """The name of one party without what stands beside it, and each of the names that it is written in.

    With each whether it is all that is left outside brackets.
    """
    bare = _BRACKETED.sub(" ", text)
    inner = [next(filter(None, found.groups()), "") for found in _BRACKETED.finditer(text)] if bare != text else []
    for number, one in enumerate((text, bare, *inner) if inner else (text,)):
        is_outer = number < 2
        for name in (*_by_script(one), one):
            if name != text:
                yield " ".join(name.split()), is_outer
            for kept in (*_without_numbers(name, type), name):
                words_min = 2 if kept == name and type is not PartyType.VESSEL else 1
                for freed in dict.fromkeys((kept, _without_status(kept, type, words_min))):
                    if freed != name:
                        yield freed, is_outer
                    if (half := _half(freed, type)) is not None:
                        yield half, is_outer


def _by_script(text: str) -> Iterator[str]:
    """The words in Latin letters and those in others, where both are whole words: "刘星 Liu Xing"."""
    if text.isascii():
        return
    latin: list[str] = []
    other: list[str] = []
    for word in text.split():
        is_latin, is_other = _LATIN_WORD.search(word) is not None, _OTHER_LETTER.search(word) is not None
        if is_latin and is_other:
            return  # a lookalike among the letters, or a form glued on
        if is_latin or is_other:
            (latin if is_latin else other).append(word)
    if latin and other:
        yield from (" ".join(latin), " ".join(other))


def _without_numbers(text: str, type: PartyType) -> Iterator[str]:
    """What stands before and behind numbers of documents."""
    digits_min = _DIGITS_MIN + (type is PartyType.ENTITY)
    numbers = [found for found in _WORD.finditer(text) if sum(map(str.isdigit, found[0])) >= digits_min]
    if not numbers:
        return
    begins = [0, *(found.end() for found in numbers)]
    ends = [*(found.start() for found in numbers), len(text)]
    for begin, end in zip(begins, ends, strict=True):
        if segment := text[begin:end].strip(_EDGES):
            yield segment


def _without_status(text: str, type: PartyType, words_min: int) -> str:
    """Without the words at both ends that say what the party is or that a number follows; `words_min` stay."""
    words = list(_WORD.finditer(text))
    first, last = 0, len(words)
    while last - first > words_min and (size := _status(words[first:last], -1, words_min)):
        last -= size
    # General Capital and Engineer Gold Mines are firms: before a firm a status has a colon behind it.
    before = type is PartyType.PERSON or (words and words[0][0][-1] == ":")
    while before and last - first > words_min and (size := _status(words[first:last], 1, words_min)):
        first += size
    if last - first == len(words):
        return text
    return text[words[first].start() : words[last - 1].end()].strip(_EDGES)


def _status(words: list[re.Match[str]], step: int, words_min: int) -> int:
    """So many words at the end (`step` -1) or beginning (1) are a status: one, and small words within the phrase."""
    for size, found in enumerate(words[::step][: len(words) - words_min], 1):
        word = plain(found[0]).casefold().strip(_EDGES)
        if not word or word in _BESIDE:
            return size
        if (word not in _SMALL and len(word) > _SERIES_CHARS_MAX) or size > 2:
            return 0
    return 0


def _half(text: str, type: PartyType) -> str | None:
    """The name that is written twice: "Ivan Petrov Ivan Petrov", "Petrov Ivan, Ivan Petrov"."""
    words = [(found[0].lower(), found.start()) for found in re.finditer(r"\w+", text)]
    size = len(words)
    for times in (2, 3):
        half = size // times
        # Ali Ali is a person.
        if half > (type is PartyType.PERSON) and half * times == size:
            runs = [sorted(word for word, _ in words[n : n + half]) for n in range(0, size, half)]
            if all(run == runs[0] for run in runs):
                return text[: words[half][1]].strip(_EDGES)
    return None
