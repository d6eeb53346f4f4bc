"""Rebuild streamer/data/rarity.tsv: how rare each token is, in the lists and in ordinary names of many countries.

    python -m tests.bench.rarity > streamer/data/rarity.tsv      (needs Faker, with all its locales)

The file is frozen and shipped: rebuilding it is a change of the engine, to be measured with tests.bench.accuracy. The
clean names of the benchmark are not read here, but the generated ones come from the same source, so the labelled set
is the honest one of the two.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from math import log2

from streamer.events import PartyType
from streamer.screening.matches import PARTY_TYPE
from streamer.screening.names import tokenise
from tests.bench.accuracy import entities

NAMES_PER_LOCALE, COMPANIES_PER_LOCALE = 500, 80
SEED = 4711
BITS_MAX = 15.0
ORDINARY_FACTOR = 2.0
"""Each locale weighs alike in the sample; payments concentrate on fewer, so a share there counts double."""


def ordinary() -> Iterator[tuple[str, PartyType]]:
    """Names of people and companies, the same number from every locale."""
    import faker  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    for locale in sorted(faker.config.AVAILABLE_LOCALES):
        maker = faker.Faker(locale)
        maker.seed_instance(SEED)
        people = {f"{maker.first_name()} {maker.last_name()}" for _ in range(NAMES_PER_LOCALE)}
        companies = {maker.company() for _ in range(COMPANIES_PER_LOCALE)}
        yield from ((name, PartyType.PERSON) for name in sorted(people))
        yield from ((name, PartyType.ENTITY) for name in sorted(companies))


def main() -> None:
    on_lists: Counter[str] = Counter()
    listed = entities()
    for entity in listed:
        on_lists.update({t for n in entity.names for t in tokenise(n.text, PARTY_TYPE[entity.type]).tokens})
    elsewhere: Counter[str] = Counter()
    names = 0
    for name, type in ordinary():
        elsewhere.update(set(tokenise(name, type).tokens))
        names += 1
    out = sys.stdout.write
    out("# Rarity of tokens in bits: -log2 of the share of names that carry it, in the OFAC and UN lists or in\n")
    out("# ordinary names of 80 locales, whichever is the larger share. The rarest tokens are absent.\n")
    for token in sorted(on_lists.keys() | elsewhere.keys()):
        if len(token) < 2 or (on_lists[token] < 2 and elsewhere[token] < 2):
            continue
        share = max((on_lists[token] - 0.5) / len(listed), (elsewhere[token] - 0.5) / names * ORDINARY_FACTOR)
        if (bits := -log2(share)) < BITS_MAX:
            out(f"{token}\t{bits:.1f}\n")


if __name__ == "__main__":
    main()
