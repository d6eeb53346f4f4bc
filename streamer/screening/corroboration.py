"""What stands beside a name: birth date, country and documents raise or lower what the name alone says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from streamer.screening.features import worth
from streamer.screening.scoring import Evidence
from streamer.watchlists.entity import BirthDate, Entity

_NOT_IN_NUMBERS: Final = str.maketrans("", "", " -./\\_:")


def corroboration(
    entity: Entity, birth_date: str | None, countries: tuple[str, ...], identifiers: tuple[str, ...]
) -> Iterator[Evidence]:
    """Evidence for and against; nothing where either side does not say."""
    if birth_date and entity.birth_dates:
        yield max((_birth(birth_date, listed) for listed in entity.birth_dates), key=lambda line: line.bits)
    if countries and (listed_countries := _countries(entity)):
        shared = sorted({c.upper() for c in countries} & listed_countries)
        if shared:
            yield Evidence("country", (shared[0],), worth("country"))
        else:
            yield Evidence("other_country", (countries[0],), worth("other_country"))
    if identifiers and entity.identifiers:
        numbers = {_number(i.value) for i in entity.identifiers}
        for identifier in identifiers:
            if _number(identifier) in numbers:
                yield Evidence("document", (), worth("document"))
                return


def _number(text: str) -> str:
    return text.translate(_NOT_IN_NUMBERS).upper()


def _countries(entity: Entity) -> set[str]:
    named = (*entity.nationalities, *entity.citizenships, *(a.country for a in entity.addresses if a.country))
    return {country.upper() for country in named}


def _birth(given: str, listed: BirthDate) -> Evidence:
    """Partial ISO dates: 1970, 1970-02 or 1970-02-05; a listed range or "circa" allows more."""
    first, last = listed.earliest, listed.latest or listed.earliest
    shown = first if first == last else f"{first} to {last}"
    if given[: len(first)] == first and first == last:
        feature = {4: "birth_year", 7: "birth_year"}.get(min(len(given), len(first)), "birth_date")
        return Evidence(feature, (shown,), worth(feature))
    if first.startswith(given) or first[: len(given)] <= given <= last[: len(given)]:
        return Evidence("birth_year", (shown,), worth("birth_year"))
    if (
        len(given) == 10
        and len(first) == 10
        and given[:4] == first[:4]
        and given[5:7] == first[8:]
        and given[8:] == first[5:7]
    ):
        return Evidence("birth_swapped", (shown,), worth("birth_swapped"))
    year, low, high = int(given[:4]), int(first[:4]), int(last[:4])
    if low <= year <= high and (len(given) == 4 or len(first) == 4):
        return Evidence("birth_year", (shown,), worth("birth_year"))
    if low - 1 <= year <= high + 1 or (listed.circa and low - 3 <= year <= high + 3):
        feature = "birth_near" if len(given) == 4 or len(first) == 4 or listed.circa else "birth_close"
        return Evidence(feature, (shown,), worth(feature))
    return Evidence("birth_differs", (shown,), worth("birth_differs"))
