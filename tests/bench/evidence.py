"""What a birth date, a country, a type or a document beside a name does to each class of match, on the real lists.

    python -m tests.bench.evidence [--seed 1] [--per-cell 100] [--markdown]

Every query here is reported by its name alone under the shipped policy, but those of the last class; each cell says
which share of them is, once the evidence stands beside the name. Dates, countries and documents are drawn; the listed
ones are as the lists have them: full dates, years, "circa" and ranges. Then namesakes of listed people, and the clean
people of the labelled file, by name alone and with their birth dates and countries.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from streamer.events import PartyType, Verdict
from streamer.screening import Hit, Query, Screener, scoring
from streamer.screening.names import tokenise
from streamer.watchlists.entity import BirthDate, Entity, EntityType
from tests.bench import scripts
from tests.bench.accuracy import REVIEW, clean_with_facts, entities, interval
from tests.bench.distortions import middle_dropped, natural, one_typo, two_typos

PER_CELL = 100
PARTIES_MAX = 2_000
"""Of the lists, drawn."""
HITS_MAX = 30
COUNTRIES = ("DE", "FR", "BR", "JP", "KE", "NZ", "CA", "IN", "PL", "ZA")
NAMESAKES = 3_000
FULL_CHARS = len("1970-02-05")
PARTIAL_YEARS = 3
"""A year alone contradicts where it is this far off."""
FAR_YEARS = 25


@dataclass(frozen=True, slots=True)
class Met:
    """A query that is reported by its name alone, and the listed party it means."""

    query: Query
    entity: Entity


Beside = Callable[[Met, random.Random], Query | None]
"""The query with evidence beside the name; None where the party has nothing to compare with."""


# ---------------------------------------------------------------- the classes of match


def waiting(screener: Screener, query: Query, entity_id: str) -> Hit | None:
    """The hit that would be reviewed or held."""
    for hit in screener.screen(query, score_min=REVIEW, hits_max=HITS_MAX):
        if hit.entity.id == entity_id and hit.ceiling is not Verdict.RELEASE:
            return hit
    return None


def class_of(hit: Hit, entity: Entity) -> str:
    if entity.type is EntityType.PERSON:
        rarity = "common" if scoring.is_common(hit.lines) else "rare"
        return f"exact, {rarity}" if hit.is_same_name else f"fuzzy, {rarity}"
    if len(tokenise(hit.matched.text, PartyType.ENTITY).tokens) == 1:
        return "firm, one word"
    return "firm, exact" if hit.is_same_name else "firm, fuzzy"


MISSED = "fuzzy, not reported"
CLASSES = (
    *("exact, rare", "exact, common", "fuzzy, rare", "fuzzy, common", "other writing"),
    *("firm, exact", "firm, fuzzy", "firm, one word", MISSED),
)


def spellings(entity: Entity, draw: random.Random) -> Iterator[str]:
    """A name as it stands, with slips, and without its middle names."""
    names = [name for name in entity.names if not name.weak and name.text.isascii()]
    for name in draw.sample(names, min(2, len(names))):
        yield natural(name.text, entity.type)
        for distorted in (one_typo, two_typos, middle_dropped):
            if text := distorted(name.text, entity, draw):
                yield text


def met(screener: Screener, parties: Sequence[Entity], most: int, draw: random.Random) -> dict[str, list[Met]]:
    """Up to `most` queries of each class, at most one of a class for each party."""
    found: dict[str, list[Met]] = defaultdict(list)
    for entity in draw.sample(parties, min(PARTIES_MAX, len(parties))):
        type = PartyType.PERSON if entity.type is EntityType.PERSON else PartyType.ENTITY
        taken = set()
        for text in spellings(entity, draw):
            query = Query(text, type)
            hit = waiting(screener, query, entity.id)
            kind = class_of(hit, entity) if hit is not None else MISSED
            if kind in taken or len(found[kind]) >= most:
                continue
            taken.add(kind)
            found[kind].append(Met(query, entity))
    return found


def met_in_other_writing(full: Sequence[Entity], most: int, draw: random.Random) -> tuple[Screener, list[Met]]:
    """People asked for in Cyrillic, Arabic, Han …, of lists that have them in Latin letters alone."""
    latin, originals = scripts.with_originals_hidden(full)
    screener = Screener(latin)
    by_id = {entity.id: entity for entity in latin}
    found: list[Met] = []
    for case in draw.sample(originals, len(originals)):
        entity = by_id[case.entity_id]
        query = Query(case.query, PartyType.PERSON)
        if case.type is EntityType.PERSON and entity.birth_dates and waiting(screener, query, entity.id):
            found.append(Met(query, entity))
        if len(found) >= most:
            break
    return screener, found


# ---------------------------------------------------------------- the evidence


def _years(dates: Sequence[BirthDate]) -> tuple[int, int]:
    """The first and the last year in which the party may be born."""
    first = min(int(date.earliest[:4]) for date in dates)
    return first, max(int((date.latest or date.earliest)[:4]) for date in dates)


def _full(entity: Entity) -> list[str]:
    return [d.earliest for d in entity.birth_dates if len(d.earliest) == FULL_CHARS and d.latest in (None, d.earliest)]


def _only_full(entity: Entity) -> bool:
    return bool(entity.birth_dates) and len(_full(entity)) == len(entity.birth_dates)


def _vague(entity: Entity) -> bool:
    """The list knows years, ranges and "circa" alone."""
    return bool(entity.birth_dates) and all(
        len(d.earliest) == 4 or d.circa or d.latest not in (None, d.earliest) for d in entity.birth_dates
    )


def _another_year(entity: Entity, draw: random.Random) -> int:
    first, last = _years(entity.birth_dates)
    off = draw.randint(PARTIAL_YEARS, FAR_YEARS)
    return first - off if draw.random() < 0.5 and first - off > 1925 else min(last + off, 2008)


def _day(draw: random.Random) -> str:
    return f"{draw.randint(1, 12):02d}-{draw.randint(2, 28):02d}"


def _born(date: Callable[[Entity, random.Random], str | None]) -> Beside:
    def beside(one: Met, draw: random.Random) -> Query | None:
        given = date(one.entity, draw) if one.entity.birth_dates else None
        return None if given is None else replace(one.query, birth_date=given)

    return beside


def agrees(entity: Entity, draw: random.Random) -> str | None:
    return draw.choice(_full(entity)) if _only_full(entity) else None


def swapped(entity: Entity, draw: random.Random) -> str | None:
    turned = [f"{d[:4]}-{d[8:]}-{d[5:7]}" for d in _full(entity) if int(d[8:]) <= 12 and d[8:] != d[5:7]]
    return draw.choice(turned) if turned and _only_full(entity) else None


def year_agrees(entity: Entity, draw: random.Random) -> str | None:
    return draw.choice(_full(entity))[:4] if _only_full(entity) else None


def year_near(entity: Entity, draw: random.Random) -> str | None:
    return str(int(draw.choice(_full(entity))[:4]) + draw.choice((-1, 1))) if _only_full(entity) else None


def same_year(entity: Entity, draw: random.Random) -> str | None:
    """Another day of the same year."""
    return f"{draw.choice(_full(entity))[:4]}-{_day(draw)}" if _only_full(entity) else None


def in_full(entity: Entity, draw: random.Random) -> str | None:
    return f"{_another_year(entity, draw)}-{_day(draw)}" if _only_full(entity) else None


def placeholder(entity: Entity, draw: random.Random) -> str | None:
    return f"{_another_year(entity, draw)}-01-01" if _only_full(entity) else None


def in_part(entity: Entity, draw: random.Random) -> str | None:
    return str(_another_year(entity, draw)) if _only_full(entity) else None


def vague_agrees(entity: Entity, draw: random.Random) -> str | None:
    return f"{draw.randint(*_years(entity.birth_dates))}-{_day(draw)}" if _vague(entity) else None


def vague_differs(entity: Entity, draw: random.Random) -> str | None:
    first, last = _years(entity.birth_dates)
    off = draw.randint(6, FAR_YEARS)
    year = first - off if draw.random() < 0.5 and first - off > 1925 else min(last + off, 2008)
    return f"{year}-{_day(draw)}" if _vague(entity) else None


def impossible(entity: Entity, draw: random.Random) -> str | None:
    return draw.choice(("1985-13-45", "0000-00-00", "9999-12-31", "1900-01-01", "2025-06-30"))


def other_calendar(entity: Entity, draw: random.Random) -> str | None:
    """The year as Thais, Iranians or Arabs count it."""
    if not _only_full(entity):
        return None
    year = int(draw.choice(_full(entity))[:4])
    return str(draw.choice((year + 543, year - 621, round((year - 622) * 33 / 32))))


def country_agrees(one: Met, draw: random.Random) -> Query | None:
    there = _countries(one.entity)
    return replace(one.query, countries=(draw.choice(there),)) if there else None


def country_differs(one: Met, draw: random.Random) -> Query | None:
    there = _countries(one.entity)
    return replace(one.query, countries=(draw.choice([c for c in COUNTRIES if c not in there]),)) if there else None


def _countries(entity: Entity) -> list[str]:
    return [*entity.nationalities, *entity.citizenships, *(a.country for a in entity.addresses if a.country)]


def type_differs(one: Met, draw: random.Random) -> Query | None:
    other = PartyType.ENTITY if one.query.type is PartyType.PERSON else PartyType.PERSON
    return replace(one.query, type=other)


def document_agrees(one: Met, draw: random.Random) -> Query | None:
    numbers = [identifier.value for identifier in one.entity.identifiers]
    return replace(one.query, identifiers=(draw.choice(numbers),)) if numbers else None


def document_differs(one: Met, draw: random.Random) -> Query | None:
    number = f"{draw.choice('CKLPX')}{draw.randint(10**7, 10**8)}"
    return replace(one.query, identifiers=(number,)) if one.entity.identifiers else None


def differ_both(one: Met, draw: random.Random) -> Query | None:
    query = country_differs(one, draw)
    given = in_full(one.entity, draw) if one.entity.birth_dates else None
    return replace(query, birth_date=given) if query is not None and given is not None else None


EVIDENCE: dict[str, Beside] = {
    "birth date agrees": _born(agrees),
    "day and month swapped": _born(swapped),
    "year agrees": _born(year_agrees),
    "year within one": _born(year_near),
    "another day of the year": _born(same_year),
    "full date differs (years apart)": _born(in_full),
    "1 January of another year": _born(placeholder),
    "year alone differs (by 3 or more)": _born(in_part),
    "list has a year, circa or range: agrees": _born(vague_agrees),
    "list has a year, circa or range: differs": _born(vague_differs),
    "impossible date": _born(impossible),
    "year in another calendar": _born(other_calendar),
    "country agrees": country_agrees,
    "country differs": country_differs,
    "full date and country differ": differ_both,
    "type differs": type_differs,
    "document agrees": document_agrees,
    "document differs": document_differs,
}


# ---------------------------------------------------------------- the table


def cells(
    screener: Screener, parties: Sequence[Met], most: int, seed: int, near: float
) -> dict[str, tuple[int, int, int]]:
    """Evidence -> (still reported, asked, of the reported those at `near` or above)."""
    found: dict[str, tuple[int, int, int]] = {}
    for name, beside in EVIDENCE.items():
        draw = random.Random(f"{seed} {name}")
        queries = [(query, one.entity.id) for one in parties if (query := beside(one, draw)) is not None][:most]
        hits = [waiting(screener, query, entity_id) for query, entity_id in queries]
        kept = [hit for hit in hits if hit is not None]
        found[name] = (len(kept), len(queries), sum(hit.score >= near for hit in kept))
    return found


def namesakes(people: Sequence[Entity], count: int, draw: random.Random) -> Iterator[str]:
    """Names of nobody: a given name of one listed person with the surname of another."""
    names = [e.name.partition(", ") for e in people if e.name.isascii() and e.name.count(", ") == 1]
    for _ in range(count):
        (surname, _, _), (_, _, given) = draw.choice(names), draw.choice(names)
        yield f"{given} {surname}"


def namesakes_reported(screener: Screener, people: Sequence[Entity], draw: random.Random) -> dict[str, tuple[int, int]]:
    """What stands beside the name -> (reported, of how many that are reported by their name alone)."""

    def reported(query: Query) -> bool:
        hits = screener.screen(query, score_min=REVIEW, hits_max=HITS_MAX)
        return any(hit.ceiling is not Verdict.RELEASE for hit in hits)

    queries = [Query(name, PartyType.PERSON) for name in namesakes(people, NAMESAKES, draw)]
    alone = [query for query in queries if reported(query)]
    found = {"nothing": (len(alone), len(queries))}
    days = [f"{draw.randint(1945, 2005)}-{_day(draw)}" for _ in alone]
    there = [(draw.choice(COUNTRIES),) for _ in alone]
    for name, chars, has_country in (
        ("their birth date", FULL_CHARS, False),
        ("their birth year", 4, False),
        ("their country", 0, True),
        ("their birth date and country", FULL_CHARS, True),
    ):
        with_it = [
            replace(query, birth_date=day[:chars] or None, countries=country if has_country else ())
            for query, day, country in zip(alone, days, there, strict=True)
        ]
        found[name] = (sum(map(reported, with_it)), len(alone))
    return found


def clean_alarms(screener: Screener) -> tuple[int, int, int]:
    """Clean people reported by name alone, with their birth date and country too, and how many there are."""
    clean = clean_with_facts()

    def reported(query: Query) -> bool:
        hits = screener.screen(query, score_min=REVIEW, hits_max=HITS_MAX)
        return any(hit.ceiling is not Verdict.RELEASE for hit in hits)

    alone = sum(reported(Query(query.name, query.type)) for query in clean)
    return alone, sum(map(reported, clean)), len(clean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-cell", type=int, default=PER_CELL)
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    draw = random.Random(args.seed)
    full = entities()
    screener = Screener(full)
    people = [e for e in full if e.type is EntityType.PERSON and e.birth_dates]
    firms = [e for e in full if e.type is EntityType.ENTITY]
    # Some evidence applies to few parties.
    by_class = met(screener, people, 3 * args.per_cell, draw)
    of_firms = met(screener, firms, args.per_cell, draw)
    by_class |= {kind: of_firms[kind] for kind in CLASSES if kind.startswith("firm")}
    latin, by_class["other writing"] = met_in_other_writing(full, 3 * args.per_cell, draw)
    table = {
        kind: cells(latin if kind == "other writing" else screener, by_class[kind], args.per_cell, args.seed, 0.9)
        for kind in CLASSES
    }
    if args.markdown:
        print("| beside the name | " + " | ".join(CLASSES) + " |")
        print("|---|" + "---:|" * len(CLASSES))
    for name in EVIDENCE:
        row = [table[kind][name] for kind in CLASSES]
        if args.markdown:
            shares = [f"{kept / of:.0%}" if of >= 10 else "" for kept, of, _ in row]
            print(f"| {name} | " + " | ".join(shares) + " |")
        else:
            print(f"  {name:40s} " + "  ".join(f"{kept:3d}/{of:<3d} ({near:3d})" for kept, of, near in row))
    if not args.markdown:
        print(f"  {'':40s} " + "  ".join(f"{kind:>13s}" for kind in CLASSES))
    print("\nnamesakes (a given name and a surname of two listed people), reported with beside the name:")
    for name, (kept, of) in namesakes_reported(screener, people, draw).items():
        print(f"  {name:40s} {kept:3d}/{of} {kept / of:.1%}")
    alone, both, of = clean_alarms(screener)
    low, high = interval(both, of)
    print(
        f"clean people reported: {alone}/{of} by name alone, {both}/{of} with birth date and country "
        f"[{low:.3%} {high:.3%}]"
    )


if __name__ == "__main__":
    main()
