"""Which words of a text may be a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.reference.pieces import PIECES_MAX, Piece, is_financial, pieces, read_pieces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("payment to SIS DOO inv 33", [Piece("SIS DOO", has_form=True)]),
        ("Rechnung Nr. 33 vom 2.3.2026 Müller Bau GmbH, Köln", [Piece("Muller Bau GmbH", has_form=True)]),
        ("consignee: COMERCIALIZADORA CGQ LTDA.", [Piece("COMERCIALIZADORA CGQ LTDA.", is_named=True, has_form=True)]),
        ("c/o Plasma, Berlin", [Piece("Plasma", is_named=True)]),
        ("/BNF/Ivan Petrov/ref 5", [Piece("Ivan Petrov", is_named=True)]),
        ("freight M.V. YU JONG 2 / 271", [Piece("YU JONG 2", is_named=True, is_ship=True)]),
        ("Silver Star Co., Ltd. final balance", [Piece("Silver Star Co. Ltd.", has_form=True)]),
        ("salary KIM, Se Un, November", [Piece("Se Un"), Piece("KIM Se Un")]),
        ("KIM, invoice 5, Se Un", [Piece("Se Un")]),
        ("оплата ООО Ромашка по договору 5", [Piece("ООО Ромашка", has_form=True)]),
        ("Invoice 4711", []),
        ("Salary March 2026", []),
        ("", []),
    ],
)
def test_names_stand_between_the_words_of_payments(text: str, expected: list[Piece]) -> None:
    assert list(pieces(text)) == expected


@given(st.text(max_size=300))
def test_any_text_has_pieces_within_the_bound(text: str) -> None:
    assert len(list(pieces(text))) <= PIECES_MAX


def test_a_bank_is_known_by_its_name() -> None:
    for bank in ("Bank Melli Iran", "Sberbank of Russia", "Crédit Agricole", "ПАО Совкомбанк", "조선무역은행"):
        assert is_financial(bank), bank
    assert not is_financial("PAIN VICTOIRE")


NAME = "SIM Hyon Sop"


@pytest.mark.parametrize(
    "line",
    [
        "care of {0}",
        "Care of: {0}",
        "in care of {0}",
        "C/O {0}",
        "c.o. {0}",
        "z.Hd. {0}",
        "z. H. {0}",
        "z. Hd. Herrn {0}",
        "zu Händen {0}",
        "bei {0}",
        "bei Familie {0}",
        "Mr {0}",
        "Mr. {0}",
        "Frau {0}",
        "Señor {0}",
        "att: {0}",
        "Att.: {0}",
        "for the attention of {0}",
        "p.a. {0}",
        "p/a {0}",
        "t.a.v. {0}",
        "chez {0}",
        "chez Monsieur {0}",
        "à l'attention de {0}",
        "presso {0}",
        "u rúk {0}",
        "k rukám {0}",
        "do rąk {0}",
        "г-н {0}",
        "на имя {0}",
        "c/o {0} Lindenweg 7",
        "12 High Street, c/o {0}",
        "Lindenweg 7 bei {0}",
        "Dr. {0}",
        "Prof. Dr. {0}, Lindenweg 7",
        "FAO: {0}",
        "o.b.o. {0}",
        "im Auftrag von {0}",
        "Mieter {0}",
    ],
)
def test_in_an_address_a_name_stands_behind_a_mark(line: str) -> None:
    assert NAME in [piece.text for piece in pieces(line.format(NAME), in_address=True) if piece.is_named]


@pytest.mark.parametrize(
    "line",
    [
        "{0}, Lindenweg 7",
        "Lindenweg 7, {0}, Berlin",
        "{0}; Apt 4",
        "SIM, Hyon Sop, Lindenweg 7",
        "{0} - Lindenweg 7",
        "Lindenweg 7 / {0}",
        "{0} c/o Larkspur GmbH",
    ],
)
def test_a_whole_part_of_an_address_line_may_be_a_name(line: str) -> None:
    assert NAME in [piece.text for piece in pieces(line.format(NAME), in_address=True) if piece.is_part]


@pytest.mark.parametrize(
    "line",
    [
        "Simon-Bolivar-Strasse 5",
        "Calle Ruhollah Khomeini",
        "Calle Ruhollah Khomeini 5, Madrid",
        "Avenida Simon Bolivar, Caracas",
        "Via Don Giovanni Minzoni 4",
        "Rue du Docteur Emile Roux",
        "Dr. Martin Luther King Blvd 4",
        "Neustadt bei Coburg",
        "12 Silver Star Road",
        "Simon Bolivar 5",
        "8000 Zürich ZH",
    ],
)
def test_the_name_of_a_street_is_nobodys(line: str) -> None:
    assert not [piece for piece in pieces(line, in_address=True) if piece.is_named or piece.is_part]


def test_titles_are_marks_in_addresses_alone() -> None:
    assert pieces("Mr Ivan Petrov") == (Piece("Mr Ivan Petrov"),)
    assert pieces("bei Plasma") == ()


def test_a_text_of_more_pieces_says_so() -> None:
    few = " 1 ".join(["Ivan Petrov", "Silver Star"])
    many = " 1 ".join(f"Ivan Petrov qx{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(PIECES_MAX + 1))
    assert read_pieces(few).is_whole
    assert not read_pieces(many).is_whole
    assert len(read_pieces(many).found) == PIECES_MAX


@given(st.integers(1, 60), st.integers(0, 60))
def test_every_name_of_a_long_piece_is_read(size: int, at: int) -> None:
    letters = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}x" for n in range(size)]
    text = " ".join([*letters[:at], "Hyon", "Sop", "Sim", *letters[at:]])
    assert any("Hyon Sop Sim" in piece.text for piece in pieces(text))
