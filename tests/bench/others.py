"""Listed names as others ordinarily write them, and the false alarms that belong to it, by the shipped policy.

    python -m tests.bench.others [--seed 1] [--per-family 100] [--only PART_OF_NAME] [--examples [3]]

Needs the real lists and the clean names and companies beside the checkout (see tests/shared.py). Names only: no birth
date, no country. The vocabulary (others_words.py, others_russian.py, others_arabic.py) is written apart from the
matcher's tables. Beside each family stands its twin: clean people and firms written in the same way; whoever alerts
when written plainly, or is then written as some listed name may be, is left out of it.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from streamer.events import PartyType, Verdict
from streamer.reference.text import folded_words
from streamer.screening import Query, Screener
from streamer.screening.matches import PARTY_TYPE
from streamer.screening.names import script_of
from streamer.watchlists.entity import Entity, EntityType
from tests.bench import others_arabic, others_clean, others_forms, scripts
from tests.bench.accuracy import REVIEW, clean_names, entities, interval
from tests.bench.distortions import Case, natural

HOLD = 0.90
"""`hold` of the shipped policy."""
TWINS_EACH = 400
AMBIGUOUS = ("initials without a blank", "surname or given name left out", "given names")
"""Groups whose queries say less than the name: a clean twin may be written just as a listed name is."""
LETTERS = "listed in other letters"


def stopped(screener: Screener, name: str, type_: PartyType) -> list[tuple[str, float, str, bool]]:
    """(entity id, score, listed name, whether held) of each hit that stops the payment."""
    hits = screener.screen(Query(name, type_), score_min=REVIEW, hits_max=10)
    return [
        (h.entity.id, h.score, h.matched.text, h.ceiling is Verdict.HOLD and h.score >= HOLD)
        for h in hits
        if h.ceiling is not Verdict.RELEASE
    ]


def in_other_letters(full: Sequence[Entity]) -> tuple[list[Entity], list[Case], list[Entity], list[Case]]:
    """The lists without the Latin names of whom the UN also gives in Arabic, these as queries; and the reverse."""
    no_latin: list[Entity] = []
    in_latin: list[Case] = []
    for entity in full:
        arabic = tuple(n for n in entity.names if script_of(n.text) == "Arab")
        if arabic and entity.names[0] not in arabic:
            text = entity.names[0].text
            in_latin.append(Case("asked in Latin", natural(text, entity.type), entity.id, entity.type, arabic[0].text))
            entity = replace(entity, names=arabic)  # noqa: PLW2901
        no_latin.append(entity)
    latin, originals = scripts.with_originals_hidden(full)
    in_arabic = [replace(c, family="asked in Arabic") for c in originals if c.family == "arabic"]
    return no_latin, in_latin, latin, in_arabic


def _written_as(family: str, group: str, listed: Iterable[Entity]) -> set[str]:
    """Every way in which the family writes a listed name."""
    out: set[str] = set()
    if group in AMBIGUOUS:
        for entity in listed:
            for name in entity.names:
                rng = random.Random(name.text)
                for _ in range(8):
                    if query := others_forms.GROUPS[group][family](name.text, entity, rng):
                        out.add(query.lower())
    return out


def _short(text: str) -> str:
    """The first given name and the surname: what many families leave of a name."""
    surname, _, given = text.partition(",")
    return f"{given.split()[0]} {surname}" if given.strip() else text


def twins(
    screener: Screener, full: Sequence[Entity], group: str, family: str, seed: int
) -> list[tuple[str, PartyType]]:
    """Clean people or firms as the family writes them."""
    rng = random.Random(f"{seed} twin {group} {family}")
    people = list(others_clean.people(rng, 60))
    pool = rng.sample(people, len(people))
    firms = list(others_clean.firms())
    listed = _written_as(family, group, full)
    out: dict[str, PartyType] = {}
    for entity in [*pool, *rng.sample(firms, len(firms))]:
        if len(out) >= TWINS_EACH:
            break
        text, type_ = entity.names[0].text, PARTY_TYPE[entity.type]
        text = text.upper() if entity.type is EntityType.ENTITY else text
        query = others_forms.GROUPS[group][family](text, entity, rng)
        if not query or query in out or query.lower() in listed:
            continue
        plain = natural(text, entity.type)
        if stopped(screener, plain, type_) or (type_ is PartyType.PERSON and stopped(screener, _short(text), type_)):
            continue
        out[query] = type_
    return list(out.items())


def clean_arabs(seed: int, *, letters: bool) -> list[tuple[str, PartyType]]:
    """Clean Arabic names in Latin or in Arabic letters."""
    rng = random.Random(f"{seed} arabs")
    names: list[str] = []
    for entity in others_clean.people(rng, 120):
        text = entity.names[0].text
        if others_forms.origin(text, entity) == "ar":
            written = others_arabic.letters(text) if letters else natural(text, entity.type)
            names += [written] if written else []
    some = list(dict.fromkeys(names))
    return [(name, PartyType.PERSON) for name in some[:TWINS_EACH]]


def _share(hits: int, of: int) -> str:
    low, high = interval(hits, of)
    return f"{hits:4d}/{of:<4d} {hits / of:.3f} [{low:.2f} {high:.2f}]" if of else "   0/0"


class Table:
    """Rows by group as they come, the means at the end."""

    def __init__(self, *, examples: int) -> None:
        self.examples = examples
        self.recalls: dict[str, list[float]] = defaultdict(list)
        self.alarms = [0, 0]

    def row(
        self,
        group: str,
        family: str,
        found: list[tuple[Case, bool, bool]],
        alarms: list[tuple[str, str]],
        of: int,
    ) -> None:
        if not found:
            return
        if group not in self.recalls:
            print(f"{group}")
        hits = sum(meant for _, meant, _ in found)
        anybody = sum(somebody for _, _, somebody in found)
        self.recalls[group].append(hits / len(found))
        self.alarms[0] += len(alarms)
        self.alarms[1] += of
        twin = f"twins {len(alarms):3d}/{of:<4d}"
        other = f"(+{anybody - hits} as another)" if anybody > hits else ""
        print(f"  {family:26s} {_share(hits, len(found))}  {twin} {other}", flush=True)
        if self.examples:
            for case in [case for case, meant, _ in found if not meant][: self.examples]:
                print(f"      missed: {case.query}  =  {case.listed} ({case.entity_id})")
            for query, listed in alarms[: self.examples]:
                print(f"      alarm: {query}  =  {listed}")

    def end(self) -> None:
        means = [sum(r) / len(r) for r in self.recalls.values()]
        families = [r for rows in self.recalls.values() for r in rows]
        below = sum(r < 0.8 for r in families)
        print(
            f"mean of {len(families)} families {sum(families) / len(families):.3f} ({below} below .80); "
            f"mean of {len(means)} groups {sum(means) / len(means):.3f} ({sum(m < 0.8 for m in means)} below .80); "
            f"clean twins {self.alarms[0]}/{self.alarms[1]} = {self.alarms[0] / max(1, self.alarms[1]):.2%}"
        )


def asked(screener: Screener, all_cases: Iterable[Case]) -> list[tuple[Case, bool, bool]]:
    """Each case, whether its party stops it, and whether anybody does."""
    out = []
    for case in all_cases:
        hits = stopped(screener, case.query, PARTY_TYPE[case.type])
        out.append((case, any(id_ == case.entity_id for id_, *_ in hits), bool(hits)))
    return out


def to_the_letter(screener: Screener, full: Sequence[Entity], *, examples: int) -> None:
    """Every strong listed name as it stands, without a type."""
    released = []
    count = 0
    for entity in full:
        for name in entity.names:
            if not name.weak:
                count += 1
                if not any(id_ == entity.id for id_, *_ in stopped(screener, name.text, PartyType.UNKNOWN)):
                    released.append(name.text)
    print(f"to the letter, without a type: {len(released)} of {count} strong names released")
    if examples:
        print("      released:", "; ".join(released[: 3 * examples]))


def _key(name: str) -> tuple[str, ...]:
    return tuple(sorted(folded_words(name.replace("-", " "))))


def false_alarms(screener: Screener, full: Sequence[Entity], seed: int, generated: int, *, examples: int) -> None:
    """Print the alarms of the clean sets; a namesake bears a strong listed name, word for word."""
    listed = {_key(name.text) for entity in full for name in entity.names if not name.weak}

    def line(title: str, names: Iterable[tuple[str, PartyType]]) -> None:
        rows = [(name, stopped(screener, name, type_)) for name, type_ in names]
        alarms = [(name, hits) for name, hits in rows if hits]
        held = sum(any(h[3] for h in hits) for _, hits in alarms)
        namesakes = sum(_key(name) in listed for name, _ in alarms)
        low, high = interval(len(alarms), len(rows))
        share = f"{len(alarms):3d}/{len(rows)} = {len(alarms) / len(rows):.3%} [{low:.3%} {high:.3%}]"
        print(f"{title:34s} stopped {share}, held {held}, namesakes {namesakes}", flush=True)
        if examples:
            for name, hits in alarms[: 3 * examples]:
                print(f"      {name}  =  {hits[0][2]} ({hits[0][0]}) {hits[0][1]:.2f}")

    labelled = clean_names(0, seed)
    line("clean names", ((c.name, c.type) for c in labelled))
    line(
        "real companies",
        ((n, PartyType.ENTITY) for id_, n in others_clean.companies() if id_ not in others_clean.TRULY_LISTED),
    )
    line("ordinary names, by hand", ((n, PARTY_TYPE[t]) for n, t in others_clean.ordinary()))
    combined = list(others_clean.people(random.Random(seed), 120))
    line("people of 24 rows, combined", ((natural(e.names[0].text, e.type), PartyType.PERSON) for e in combined))
    made = clean_names(generated, seed)[len(labelled) :]
    if made:
        line("people of 40 cultures (Faker)", ((c.name, c.type) for c in made if c.type is PartyType.PERSON))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-family", type=int, default=100)
    parser.add_argument("--only", default="", help="families whose group or name holds this")
    parser.add_argument("--generated", type=int, default=10_000, help="clean people by Faker, where it is installed")
    parser.add_argument(
        "--examples",
        type=int,
        nargs="?",
        const=3,
        default=0,
        help="how many of what was missed and what alarmed to name",
    )
    args = parser.parse_args()

    full = entities()
    screener = Screener(full)
    table = Table(examples=args.examples)
    by_family: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for group, case in others_forms.cases(full, per_family=args.per_family, seed=args.seed, only=args.only):
        by_family[group, case.family].append(case)
    for (group, family), of_family in by_family.items():
        clean = twins(screener, full, group, family, args.seed)
        alarms = [(q, hits[0][2]) for q, type_ in clean if (hits := stopped(screener, q, type_))]
        table.row(group, family, asked(screener, of_family), alarms, len(clean))
    if args.only.lower() in LETTERS:
        no_latin, in_latin, latin, in_arabic = in_other_letters(full)
        rng = random.Random(args.seed)
        for listed, of_family in ((no_latin, in_latin), (latin, in_arabic)):
            some = rng.sample(of_family, min(2 * args.per_family, len(of_family)))
            hidden = Screener(listed)
            clean = [
                (name, type_)
                for name, type_ in clean_arabs(args.seed, letters=of_family is in_arabic)
                if of_family is in_arabic or not stopped(screener, name, type_)
            ]
            alarms = [(q, hits[0][2]) for q, type_ in clean if (hits := stopped(hidden, q, type_))]
            table.row(LETTERS, some[0].family, asked(hidden, some), alarms, len(clean))
    if table.recalls:
        table.end()
    if not args.only:
        to_the_letter(screener, full, examples=args.examples)
        false_alarms(screener, full, args.seed, args.generated, examples=args.examples)


if __name__ == "__main__":
    main()
