from __future__ import annotations

import pytest

from streamer.events import IdentifierKind
from streamer.watchlists import BirthDate
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.documents import Number, kind_of, number_in
from streamer.watchlists.scripts import script_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05 Feb 1970", "1970-02-05"),
        ("5 February 1970", "1970-02-05"),
        ("Oct 1971", "1971-10"),
        ("Sept. 1971", "1971-09"),
        ("1971", "1971"),
        ("1970-02-05", "1970-02-05"),
        ("1970-02", "1970-02"),
        ("2015-04-07-04:00", "2015-04-07"),
        ("2015-04-07T00:00:00Z", "2015-04-07"),
        ("05/02/1970", "1970-02-05"),
        ("dd/mm/1970", "1970"),
        ("dd/02/1970", "1970-02"),
        ("00/00/1970", "1970"),
        ("30 Feb 1970", "1970-02"),
        ("05 Foo 1970", None),
        ("13/13/1970", None),
        ("0070", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_dates_in_words_and_figures_become_partial_iso(text: str, expected: str | None) -> None:
    assert partial_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970", BirthDate("1970")),
        ("circa 1956", BirthDate("1956", circa=True)),
        ("circa 01 Jan 1961", BirthDate("1961-01-01", circa=True)),
        ("Approximately 1956", BirthDate("1956", circa=True)),
        ("1962 to 1963", BirthDate("1962", "1963")),
        ("Mar 1980 to Mar 1981", BirthDate("1980-03", "1981-03")),
        ("08 Nov 1985 to 07 Nov 1986", BirthDate("1985-11-08", "1986-11-07")),
        ("1986 to 1985", BirthDate("1985", "1986")),
        ("Between 1958 and 1963", BirthDate("1958", "1963")),
        ("circa 1979-1982", BirthDate("1979", "1982", circa=True)),
        ("1970-02 to 1971-03", BirthDate("1970-02", "1971-03")),
        ("1970 to soon", None),
        ("30-35 years old", None),
    ],
)
def test_birth_dates_may_be_circa_or_ranges(text: str, expected: BirthDate | None) -> None:
    assert birth_date(text) == expected


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("SWIFT/BIC", IdentifierKind.BIC),
        ("Legal Entity Number", IdentifierKind.LEI),
        ("Unified Social Credit Code (USCC)", IdentifierKind.REGISTRATION),
        ("Tax ID No.", IdentifierKind.TAX),
        ("Diplomatic Passport", IdentifierKind.PASSPORT),
        ("Numéro de passeport", IdentifierKind.PASSPORT),
        ("National ID No.", IdentifierKind.NATIONAL_ID),
        ("Driver's License No.", IdentifierKind.DRIVING_LICENCE),
        ("SSN", IdentifierKind.SOCIAL_SECURITY),
        ("MMSI", IdentifierKind.MMSI),
        ("Chinese Commercial Code", IdentifierKind.OTHER),
        ("D-U-N-S Number", IdentifierKind.OTHER),
    ],
)
def test_labels_tell_the_kind_of_an_identifier(label: str, kind: IdentifierKind) -> None:
    assert kind_of(label) is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("927220230 (Korea, North)", Number("927220230", "KP", None)),
        ("7136946 (Delaware) (United States)", Number("7136946", "US", "Delaware")),
        ("1 (Iran) issued 1999 expires 2001", Number("1", "IR", "issued 1999 expires 2001")),
        ("381110042 (Expired 25 Jan. 2016)", Number("381110042", None, "Expired 25 Jan. 2016")),
        ("1372584, Kenya", Number("1372584", "KE", None)),
        ("# J-31136071-9 (Venezuela)", Number("J-31136071-9", "VE", None)),
        ("M634-5506, 10", Number("M634-5506, 10", None, None)),
        ("13/Ta Ta Na (Naing)019077 (Burma)", Number("13/Ta Ta Na (Naing)019077", "MM", None)),
        ("()", Number("()", None, None)),
    ],
)
def test_a_number_is_told_from_its_country_and_its_dates(text: str, expected: Number) -> None:
    assert number_in(text) == expected


@pytest.mark.parametrize(
    ("text", "script"),
    [("Kim Se Un", None), ("Jérôme", None), ("김세운", "Hang"), ("金世雲", "Hani"), ("Ким", "Cyrl"), ("١٢٣", None)],
)
def test_scripts_are_told_by_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script
