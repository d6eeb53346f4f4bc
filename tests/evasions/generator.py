"""Draws cases, judges each and its clean twin, and counts.

for case in cases(seed=7, count=1000): answer = judge.answer(case)
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from streamer.events import Decision, Verdict
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import policy_from_toml
from streamer.watchlists import read_list
from tests.builders import RECEIVED_AT
from tests.evasions.disguises import DISGUISES, Disguise, Planted
from tests.evasions.places import ACCEPTS, EVENT_ID, Place, base, places
from tests.evasions.things import (
    CONTACTS,
    LIST_FILE,
    NAMES,
    NUMBERS,
    WALLETS,
    Kind,
    Thing,
    clean,
    listed,
    of_entities,
)

CAUGHT_MIN: Final = 0.99
CLEAN_MIN: Final = 0.97
"""Shares of the attempts that must not be released, and of the clean twins that must be."""

POLICY: Final = "[lists]\nrequired = []\n"
LISTS: Final = os.environ.get("STREAMER_EVASIONS_LISTS", f"csv={LIST_FILE}").split()
"""The lists, as `--list` takes them, between blanks: real ones instead of the one made up for these tests."""

SUSPECT_FIELDS: Final[Mapping[str, tuple[frozenset[Kind], str]]] = {
    "party_name": (NUMBERS | CONTACTS, "a name without a letter names nobody and is reviewed"),
    "agent_name": (NUMBERS | CONTACTS, "a name without a letter names nobody and is reviewed"),
    "xml_name": (NUMBERS | CONTACTS, "a name without a letter names nobody and is reviewed"),
    "asset": (frozenset(Kind), "an asset of a wallet that is none is reviewed"),
    "wallet": (frozenset(Kind) - WALLETS, "what has no known shape in a wallet field is reviewed"),
    "country": (frozenset(Kind) - {Kind.COUNTRY}, "a country that is none is reviewed"),
    "nationality": (frozenset(Kind), "a country that is none is reviewed"),
    "xml_country": (frozenset(Kind) - {Kind.COUNTRY}, "a country that is none is reviewed"),
    "bank_code": (frozenset(Kind), "a BIC or LEI that is none is reviewed"),
    "xml_code": (frozenset(Kind), "BICs, IBANs, LEIs and closed sets of XML that are none are reviewed or refused"),
}
"""Fields by kind in which clean things of these kinds may be stopped, and why: they are counted, not judged."""


@dataclass(frozen=True, slots=True)
class KnownGap:
    """A kind of case that is released, and why; a line of SECURITY.md, "What still gets through"."""

    name: str
    reason: str
    applies: Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """One attempt."""

    number: int
    place: Place
    thing: Thing
    disguise: Disguise
    planted: Planted

    @property
    def says(self) -> str:
        return f"{self.thing.kind} in {self.place.label} under '{self.disguise.name}': {self.planted.text[-80:]!r}"

    @property
    def record(self) -> Record:
        value = self.place.planted(self.planted.text, self.thing.kind, self.planted.beside)
        return Record(self.place.topic, 0, self.number, b"evasion", value, RECEIVED_AT)

    def as_line(self) -> str:
        """The record as one line with an id of its own: an event, or the text of an XML message."""
        value = self.record.value
        assert value is not None
        text = value.decode("utf-8", "replace").replace("\n", " ")
        return text.replace(f'"{EVENT_ID}"', f'"{EVENT_ID}-{self.number:06d}"', 1)

    @property
    def suspect(self) -> str:
        """Why the clean twin may be stopped; "" where it must be released."""
        if _has_mixed_word(self.planted.text):
            return "letters of several scripts in one word are reviewed"
        if self.disguise.suspect and not self.disguise.suspect.startswith("letters"):
            return self.disguise.suspect
        kinds, why = SUSPECT_FIELDS.get(self.place.kind, (frozenset(), ""))
        if self.thing.kind in kinds:
            return why
        if self.disguise.name == "dotted" and self.place.kind.endswith("name"):
            return "a name of single letters names nobody and is reviewed"
        if self.disguise.name == "country prefix" and self.place.kind == "account":
            return "a country's letters and digits in the field of an IBAN are an IBAN that is none"
        if self.place.kind == "wallet" and self.disguise.name not in _KEEPS_THE_SHAPE:
            return "a wallet of no known shape is reviewed"
        if (
            self.place.kind == "identifier"
            and self.thing.kind in _CHECKED
            and self.disguise.name not in _KEEPS_THE_SHAPE
        ):
            return "an IMO number or LEI whose check digits do not hold is reviewed"
        return ""


SHORT_DOCUMENT_CHARS: Final = 9
_SAYS_PASSPORT: Final = re.compile(r"pass|паспорт", re.IGNORECASE)
_ADDRESSES: Final = frozenset({"address", "street", "postcode", "xml_address", "xml_street"})


def _is_short_document(case: Case) -> bool:
    is_short = case.thing.kind is Kind.PASSPORT and len(case.thing.text) <= SHORT_DOCUMENT_CHARS
    return is_short and case.place.kind != "identifier" and not _SAYS_PASSPORT.search(case.planted.text)


def _is_person_among_words(case: Case) -> bool:
    is_among_words = case.disguise.name in ("number behind", "among words", "street behind")
    return case.thing.kind is Kind.PERSON and case.place.kind in _ADDRESSES and is_among_words


def _is_reversed_organisation(case: Case) -> bool:
    is_a_name = case.place.kind in ("party_name", "agent_name", "xml_name")
    return case.disguise.name == "reversed" and case.thing.kind is not Kind.PERSON and not is_a_name


def _is_broken_bic(case: Case) -> bool:
    return case.disguise.name == "separated" and case.thing.kind is Kind.BIC and case.place.path[-1] != "bic"


EXCEPTIONS: Final[tuple[KnownGap, ...]] = (
    KnownGap(
        "short document numbers",
        "a passport number of up to nine characters outside the fields for identifiers, where no word says that it is "
        "one: invoices and orders are numbered alike",
        _is_short_document,
    ),
    KnownGap(
        "people in addresses",
        "a listed person's name among other words of an address line, without a title or `c/o` before it: streets are "
        "named after people",
        _is_person_among_words,
    ),
    KnownGap(
        "reversed organisations",
        "a company's, bank's or ship's name with its words in reverse order, outside the fields for names",
        _is_reversed_organisation,
    ),
    KnownGap(
        "broken BICs",
        "a BIC outside the fields `bic` with a sign somewhere inside other than between its parts",
        _is_broken_bic,
    ),
)
"""What is known to be released. Every entry stands in SECURITY.md under its name, with the same reason."""

_KEEPS_THE_SHAPE: Final = frozenset({"none", "wallet uri", "wallet quoted", "wallet memo", "fullwidth", "soft hyphen",
                                     "zero width before", "zero width inside", "wallet reshaped"})  # fmt: skip
_CHECKED: Final = frozenset({Kind.IMO, Kind.LEI, Kind.BIC})


def _has_mixed_word(text: str) -> bool:
    return any(len({script for c in word if (script := _script(c))}) > 1 for word in text.split())


def _script(letter: str) -> str:
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "")
    is_latin_shape = name.startswith(("FULLWIDTH", "MATHEMATICAL", "CIRCLED", "LATIN"))
    return "LATIN" if is_latin_shape else name.split(" ")[0]


# ---------------------------------------------------------------- drawing


def cases(seed: int, count: int) -> Iterator[tuple[Case, Case]]:
    """(case, clean twin): kinds of things first, then disguises, then kinds of fields, each as likely as the others."""
    draw = Random(seed)
    made = 0
    while made < count:
        kind = draw.choice(_KINDS)
        disguise = draw.choice(_disguises()[kind])
        fields = [
            name
            for name, accepted in ACCEPTS.items()
            if kind in accepted and places()[name] and (disguise.fields is None or name in disguise.fields)
        ]
        if not fields or not _things()[kind]:
            continue
        place = draw.choice(places()[draw.choice(fields)])
        own = draw.getrandbits(32)
        case = _case(made, place, draw.choice(_things()[kind]), disguise, Random(own))
        twin = _twin(made, place, kind, disguise, own)
        if case is not None and twin is not None:
            made += 1
            yield case, twin


_KINDS: Final = tuple(kind for kind in Kind for _ in range(5 if kind in NAMES else 1 if kind in CONTACTS else 2))


@cache
def _disguises() -> Mapping[Kind, tuple[Disguise, ...]]:
    return {kind: tuple(one for one in DISGUISES if kind in one.kinds) for kind in Kind}


def _case(number: int, place: Place, thing: Thing, disguise: Disguise, draw: Random) -> Case | None:
    text = disguise.written(thing, draw)
    is_xml = place.source.endswith(".xml")
    if text is None or (disguise.beside is not None and (is_xml or not place.has_siblings)):
        return None
    if place.kind == "role" and disguise.name != "as a role":
        return None
    if thing.kind is Kind.IMO and place.kind != "identifier" and disguise.name != "labelled":
        return None  # Seven digits without a word are anybody's invoice number.
    return Case(number, place, thing, disguise, Planted(text, disguise.beside(thing, draw) if disguise.beside else {}))


TWINS_TRIED_MAX: Final = 8


def _twin(number: int, place: Place, kind: Kind, disguise: Disguise, seed: int) -> Case | None:
    """The same with a clean thing; some have no letter that the disguise could replace."""
    for n in range(TWINS_TRIED_MAX):
        draw = Random(seed + n)
        twin = _case(number, place, clean(kind, draw), disguise, draw)
        if twin is not None:
            return twin
    return None


# ---------------------------------------------------------------- judging


@cache
def lists() -> Lists:
    return lists_from([one for spec in LISTS for one in read_list(spec).by_name()], RECEIVED_AT)


@cache
def _things() -> Mapping[Kind, tuple[Thing, ...]]:
    if [f"csv={LIST_FILE}"] == LISTS:
        return listed()
    return of_entities(entity for entity in lists().screener.entities_by_id.values() if entity.listed)


@cache
def monitor() -> Monitor:
    return Monitor.under(policy_from_toml(POLICY, "evasions"), identity_key=b"evasions", engine_version="0")


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    is_refused: bool
    """A dead letter: the schema or the reader refused the record, and it is held."""
    decision: Decision


def bases() -> Iterator[tuple[str, Answer]]:
    """(source, answer) of the events and messages without anything planted: all must be released."""
    sources = {place.source: place for found in places().values() for place in found}
    for source, place in sorted(sources.items()):
        yield source, _answer(Record(place.topic, 0, 0, b"evasion", base(source), RECEIVED_AT))


def answer(case: Case) -> Answer:
    return _answer(case.record)


def _answer(taken: Record) -> Answer:
    received = monitor().receive(taken)
    screened = monitor().screen(received, lists())
    return Answer(screened.decision.verdict, screened.dead_letter is not None, screened.decision)


# ---------------------------------------------------------------- counting


@dataclass(slots=True)
class Count:
    """Of one kind of field and one disguise."""

    caught: int = 0
    missed: int = 0
    blind: int = 0
    """Caught, and so was the clean twin: the field or the disguise alone is doubted."""
    known: int = 0
    """Missed, and in EXCEPTIONS."""
    clean_released: int = 0
    clean_stopped: int = 0
    clean_refused: int = 0
    clean_doubted: int = 0
    """Twins that were stopped and may be: their form alone is a doubt."""
    clean_passed: int = 0
    """Twins that were released, though they might have been stopped."""

    def add(self, other: Count) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def caught_share(self) -> float:
        return self.caught / max(1, self.caught + self.missed)

    @property
    def clean_share(self) -> float:
        """Of the twins that must be released."""
        return self.clean_released / max(1, self.clean_released + self.clean_stopped)


@dataclass(slots=True)
class Tally:
    counts: defaultdict[tuple[str, str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """By kind of field, disguise and kind of thing."""
    known: Counter[str] = field(default_factory=Counter)
    """Released cases of each exception; one without any may be removed."""
    misses: list[Case] = field(default_factory=list)
    stopped: list[tuple[Case, Decision]] = field(default_factory=list)
    failures: list[tuple[Case, str]] = field(default_factory=list)
    """Cases on which the code raised."""

    @classmethod
    def of(cls, drawn: Iterable[tuple[Case, Case]], done: Callable[[int], None] = lambda _: None) -> Tally:
        tally = cls()
        for n, (case, twin) in enumerate(drawn, start=1):
            tally._judge(case, twin)
            done(n)
        return tally

    def _judge(self, case: Case, twin: Case) -> None:
        count = self.counts[case.place.kind, case.disguise.name, case.thing.kind]
        try:
            found, unlisted = answer(case), answer(twin)
        except Exception as error:  # noqa: BLE001 - whatever is raised is reported as a failure
            self.failures.append((case, type(error).__name__))
            count.missed += 1
            return
        if found.verdict is not Verdict.RELEASE:
            count.caught += 1
            count.blind += unlisted.verdict is not Verdict.RELEASE
        elif gap := next((gap for gap in EXCEPTIONS if gap.applies(case)), None):
            count.known += 1
            self.known[gap.name] += 1
        else:
            count.missed += 1
            self.misses.append(case)
        if unlisted.is_refused:
            count.clean_refused += 1
        elif twin.suspect:
            count.clean_passed += unlisted.verdict is Verdict.RELEASE
            count.clean_doubted += unlisted.verdict is not Verdict.RELEASE
        elif unlisted.verdict is Verdict.RELEASE:
            count.clean_released += 1
        else:
            count.clean_stopped += 1
            self.stopped.append((twin, unlisted.decision))

    @property
    def total(self) -> Count:
        return self.by(lambda key: "")[""]

    def by(self, group: Callable[[tuple[str, str, str]], str]) -> dict[str, Count]:
        """Counts added up, by a part of (kind of field, disguise, kind of thing)."""
        grouped: defaultdict[str, Count] = defaultdict(Count)
        for key, count in self.counts.items():
            grouped[group(key)].add(count)
        return dict(grouped)

    def table(self, group: Callable[[tuple[str, str, str]], str], rows_max: int = 200) -> list[str]:
        """One line a group, the worst first."""
        grouped = sorted(self.by(group).items(), key=lambda one: (one[1].caught_share, one[1].clean_share))
        head = f"{'':44}{'caught':>8}{'of':>7}{'blind':>7}{'known':>7}{'clean':>9}{'of':>7}{'refused':>9}"
        return [head, *(_row(name, count) for name, count in grouped[:rows_max])]


def _row(name: str, count: Count) -> str:
    tried = count.caught + count.missed
    judged = count.clean_released + count.clean_stopped
    caught = f"{count.caught_share:8.1%}" if tried else f"{'-':>8}"
    released = f"{count.clean_share:9.1%}" if judged else f"{'-':>9}"
    return f"{name[:43]:44}{caught}{tried:7}{count.blind:7}{count.known:7}{released}{judged:7}{count.clean_refused:9}"


def why(decision: Decision) -> str:
    """The findings that stopped a clean twin."""
    return "; ".join(f"{f.rule}: {f.reason}" for f in decision.findings if f.verdict is not Verdict.RELEASE)[:300]
