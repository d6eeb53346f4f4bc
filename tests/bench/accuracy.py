"""Recall by family of distortion, at fixed shares of clean names that score as high.

    python -m tests.bench.accuracy [--seed 1] [--per-family 200] [--peers]

Needs the real lists and clean names beside the checkout (see tests/shared.py). The distortions are made here, from
listed names, with vocabulary of their own (tests/bench/distortions.py); names in other writings and romanisations are
made by tests/bench/scripts.py and asked of the Latin names alone. Clean names: the labelled set, and where the
`bench` extra is installed (Faker), as many again from fifty locales. Peers on the same queries: rapidfuzz
token_sort_ratio over all listed names, and nomenklatura's logic-v2 (where importable) on our candidates.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import sqrt
from pathlib import Path

from streamer.events import PartyType, Verdict
from streamer.reference.countries import country_code
from streamer.screening import Query, Screener
from streamer.screening.matches import PARTY_TYPE
from streamer.watchlists import parse
from streamer.watchlists.entity import Entity
from tests.bench import scripts
from tests.bench.distortions import Case, cases, with_aliases_hidden, without_form
from tests.shared import SHARED

RATES = (0.0025, 0.001)
SCORE_MIN = 0.65
REVIEW = 0.80
"""`review` of the shipped policy."""

Best = Callable[[str, PartyType, str | None], float]
"""(name, type, expected entity id or None) -> score of that entity, or the best score of all."""


def entities() -> list[Entity]:
    """The full OFAC and UN lists."""
    return [
        *parse("ofac", SHARED / "data" / "ofac").entities,
        *parse("un", SHARED / "data" / "un" / "consolidated.xml").entities,
    ]


@dataclass(frozen=True, slots=True)
class Clean:
    name: str
    type: PartyType


def clean_names(generated: int, seed: int) -> list[Clean]:
    """Names of nobody listed (as far as anyone knows: some coincide)."""
    with (SHARED / "eval" / "clean_names_dev.csv").open(encoding="utf-8") as file:
        names = [Clean(row["name"], PartyType(row["type"])) for row in csv.DictReader(file)]
    return names + [Clean(name, type) for name, type in _generated(generated, seed)]


def well_known() -> list[Clean]:
    """Banks, companies, bodies and ordinary people that everybody meets, none of them listed."""
    names: list[Clean] = []
    type = PartyType.UNKNOWN
    for line in (Path(__file__).parent / "well_known.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            type = PartyType(line.strip("[]"))
        elif not line.startswith("#"):
            names.extend(Clean(name.strip(), type) for name in line.split(";"))
    return names


LOCALES = (
    "ar_EG ar_SA az_AZ bg_BG cs_CZ da_DK de_AT de_DE el_GR en_GB en_IN en_NG en_US es_CO es_ES es_MX et_EE fa_IR "
    "fi_FI fil_PH fr_FR he_IL hi_IN hr_HR hu_HU hy_AM id_ID it_IT ja_JP ka_GE ko_KR lt_LT lv_LV ne_NP nl_NL no_NO "
    "pl_PL pt_BR pt_PT ro_RO ru_RU sk_SK sl_SI sv_SE sw tr_TR uk_UA uz_UZ vi_VN zh_CN zh_TW zu_ZA"
)


def _generated(count: int, seed: int) -> Iterable[tuple[str, PartyType]]:
    if not count:
        return
    try:
        from faker import Faker  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    except ImportError:
        return
    rng = random.Random(seed)
    makers = []
    for locale in LOCALES.split():
        maker = Faker(locale)
        maker.seed_instance(seed)
        makers.append(maker)
    for _ in range(count):
        maker = rng.choice(makers)
        if rng.random() < 0.1:
            yield maker.company(), PartyType.ENTITY
        else:
            middle = f" {maker.first_name()}" if rng.random() < 0.6 else ""
            yield f"{maker.first_name()}{middle} {maker.last_name()}", PartyType.PERSON


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def ours(screener: Screener) -> Best:
    def best(name: str, type: PartyType, expected: str | None) -> float:
        hits = screener.screen(Query(name, type), score_min=SCORE_MIN, hits_max=10)
        if expected is None:
            return hits[0].score if hits else 0.0
        return next((hit.score for hit in hits if hit.entity.id == expected), 0.0)

    return best


def alerts(screener: Screener, name: str, type: PartyType, expected: str | None) -> bool:
    """Any verdict but release, by the shipped policy."""
    hits = screener.screen(Query(name, type), score_min=REVIEW, hits_max=10)
    return any(h.ceiling is not Verdict.RELEASE and expected in (None, h.entity.id) for h in hits)


def token_sort(listed: Sequence[Entity]) -> Best:
    """rapidfuzz token_sort_ratio against every listed name."""
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415

    names = [(utils.default_process(n.text), e.id) for e in listed for n in e.names]
    texts = [text for text, _ in names]
    of_entity: dict[str, list[str]] = defaultdict(list)
    for text, entity_id in names:
        of_entity[entity_id].append(text)

    def best(name: str, type: PartyType, expected: str | None) -> float:
        query = utils.default_process(name)
        choices = texts if expected is None else of_entity[expected]
        found = process.extractOne(query, choices, scorer=fuzz.token_sort_ratio)
        return found[1] / 100 if found else 0.0

    return best


def logic_v2(screener: Screener) -> Best:
    """nomenklatura logic-v2 on our twenty best candidates (its own retrieval needs a search engine)."""
    from followthemoney import model  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    from nomenklatura.matching import LogicV2  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    from nomenklatura.matching.types import ScoringConfig  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    config = ScoringConfig.defaults()
    numbers = count()

    def proxy(schema: str, names: Iterable[str]) -> object:
        made = model.make_entity(schema)
        # It remembers the names of an entity by its id.
        made.id = f"{id(screener)}-{next(numbers)}"
        for name in names:
            made.add("name", name)
        return made

    def best(name: str, type: PartyType, expected: str | None) -> float:
        schema = "Person" if type is PartyType.PERSON else "Company"
        query = proxy(schema, [name])
        hits = screener.screen(Query(name, type), score_min=0.2, hits_max=20)
        scores = [
            LogicV2.compare(query, proxy(schema, [n.text for n in hit.entity.names]), config).score
            for hit in hits
            if expected in (None, hit.entity.id)
        ]
        return max(scores, default=0.0)

    return best


def table(
    title: str,
    best: Callable[[Case | None], Best],
    all_cases: Sequence[Case],
    clean: Sequence[Clean],
) -> None:
    """Print recall by family at the rates, with counts and intervals."""
    started = time.perf_counter()
    clean_scores = sorted((best(None)(c.name, c.type, None) for c in clean), reverse=True)
    thresholds = [clean_scores[int(rate * len(clean))] for rate in RATES]
    by_family: dict[str, list[float]] = defaultdict(list)
    for case in all_cases:
        by_family[case.family].append(best(case)(case.query, PARTY_TYPE[case.type], case.entity_id))
    seconds = time.perf_counter() - started
    print(f"\n{title}: {len(clean)} clean names, {len(all_cases)} distorted, {seconds:.0f} s")
    print("  " + "  ".join(f"at {rate:.2%}: above {t:.4f}" for rate, t in zip(RATES, thresholds, strict=True)))
    means = [0.0] * len(RATES)
    for family, scores in by_family.items():
        cells = []
        for k, threshold in enumerate(thresholds):
            hits = sum(score > threshold for score in scores)
            low, high = interval(hits, len(scores))
            means[k] += hits / len(scores) / len(by_family)
            cells.append(f"{hits:4d}/{len(scores)} {hits / len(scores):.3f} [{low:.2f} {high:.2f}]")
        print(f"  {family:17s} " + "   ".join(cells))
    print(f"  {'mean':17s} " + "   ".join(f"{mean:27.3f}" for mean in means))


def birth_of(entity: Entity, rng: random.Random) -> str | None:
    """A birth date as payments carry it: right, with day and month swapped, or the year alone."""
    dates = [b.earliest for b in entity.birth_dates if b.latest in (None, b.earliest) and len(b.earliest) == 10]
    if not dates:
        return None
    year, month, day = dates[0].split("-")
    return rng.choice([dates[0], dates[0], f"{year}-{day}-{month}" if int(day) <= 12 else dates[0], year])


def clean_with_facts() -> list[Query]:
    """The labelled clean people with their birth dates and countries."""
    with (SHARED / "eval" / "clean_names_dev.csv").open(encoding="utf-8") as file:
        return [
            Query(row["name"], PartyType(row["type"]), row["birth_date"] or None, code_of(row["country"]))
            for row in csv.DictReader(file)
        ]


def code_of(country: str) -> tuple[str, ...]:
    code = country_code(country) if country else None
    return (code,) if code else ()


def corroborated(screener: Screener, full: Sequence[Entity], all_cases: Sequence[Case], seed: int) -> None:
    """Alerts at the shipped policy with the birth date and country of the party beside the name."""
    rng = random.Random(seed)
    by_id = {e.id: e for e in full}

    def alert(query: Query, expected: str | None) -> bool:
        hits = screener.screen(query, score_min=REVIEW, hits_max=10)
        return any(h.ceiling is not Verdict.RELEASE and expected in (None, h.entity.id) for h in hits)

    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for case in all_cases:
        entity = by_id[case.entity_id]
        date = birth_of(entity, rng)
        if case.family == "unseen alias" or date is None:
            continue
        countries = (*entity.nationalities, *entity.citizenships)[:1]
        alone = alert(Query(case.query, PartyType.PERSON), case.entity_id)
        found[case.family].append((alone, alert(Query(case.query, PartyType.PERSON, date, countries), case.entity_id)))
    clean = clean_with_facts()
    alarms = sum(alert(query, None) for query in clean)
    low, high = interval(alarms, len(clean))
    share = f"{alarms}/{len(clean)} = {alarms / len(clean):.3%} [{low:.3%} {high:.3%}]"
    print(f"\nwith birth date and country: alerts on {share} of the clean names")
    for family, rows in found.items():
        by_name, with_both = (sum(row[k] for row in rows) for k in (0, 1))
        print(f"  {family:17s} name alone {by_name:4d}/{len(rows)}   with them {with_both:4d}/{len(rows)}")


SHORT_LETTERS_MAX = 3


def legal_form_dropped(screener: Screener, full: Sequence[Entity]) -> None:
    """Print how many of all listed firms still wait under their names without the legal form."""
    found: list[bool] = []
    short = 0
    for entity in full:
        for name in entity.names:
            bare = without_form(name.text, entity) if name.text.isascii() and not name.weak else None
            if bare is None:
                continue
            found.append(alerts(screener, bare, PartyType.UNKNOWN, entity.id))
            short += not found[-1] and sum(map(str.isalnum, bare)) <= SHORT_LETTERS_MAX
    low, high = interval(sum(found), len(found))
    print(
        f"\nlegal form dropped, all listed firms: {sum(found)}/{len(found)} = {sum(found) / len(found):.3f} "
        f"[{low:.3f} {high:.3f}] wait; {short} of the {len(found) - sum(found)} others are of three letters or fewer"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-family", type=int, default=200)
    parser.add_argument("--generated", type=int, default=0, help="clean names to generate besides (needs Faker)")
    parser.add_argument("--peers", action="store_true", help="also rapidfuzz token_sort and, where installed, logic-v2")
    args = parser.parse_args()

    full = entities()
    reduced, aliases = with_aliases_hidden(full, count=2 * args.per_family, seed=args.seed)
    all_cases = [*aliases, *cases(full, per_family=args.per_family, seed=args.seed)]
    clean = clean_names(args.generated, args.seed)
    screener, without = Screener(full), Screener(reduced)

    def side(case: Case | None) -> Screener:
        return without if case is not None and case.family == "unseen alias" else screener

    best, best_without = ours(screener), ours(without)
    table("streamer", lambda case: best_without if side(case) is without else best, all_cases, clean)

    alarms = sum(alerts(screener, c.name, c.type, None) for c in clean)
    low, high = interval(alarms, len(clean))
    by_family: dict[str, list[bool]] = defaultdict(list)
    for case in all_cases:
        by_family[case.family].append(alerts(side(case), case.query, PARTY_TYPE[case.type], case.entity_id))
    recall = sum(sum(found) / len(found) for found in by_family.values()) / len(by_family)
    print(
        f"\nshipped policy (review {REVIEW}): alerts on {alarms}/{len(clean)} clean names = {alarms / len(clean):.3%} "
        f"[{low:.3%} {high:.3%}], recall {recall:.3f}"
    )
    for family, found in by_family.items():
        print(f"  {family:17s} {sum(found):4d}/{len(found)} {sum(found) / len(found):.3f}")

    legal_form_dropped(screener, full)

    latin, originals = scripts.with_originals_hidden(full)
    in_scripts = [*originals, *scripts.cases(latin, per_family=args.per_family, seed=args.seed)]
    only_latin = ours(Screener(latin))
    table("other writings", lambda case: best if case is None else only_latin, in_scripts, clean)

    corroborated(screener, full, all_cases, args.seed)

    known = well_known()
    alarms = sum(alerts(screener, c.name, c.type, None) for c in known)
    print(f"\nwell-known banks, companies and people: alerts on {alarms}/{len(known)}")

    if args.peers:
        peer, peer_without = token_sort(full), token_sort(reduced)
        table("rapidfuzz", lambda case: peer_without if side(case) is without else peer, all_cases, clean)
        try:
            logic, logic_without = logic_v2(screener), logic_v2(without)
        except ImportError:
            print("\nlogic-v2: not installed (pip install nomenklatura)")
        else:
            table("logic-v2", lambda case: logic_without if side(case) is without else logic, all_cases, clean)


if __name__ == "__main__":
    main()
