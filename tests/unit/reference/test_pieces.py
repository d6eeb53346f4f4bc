"""Which words of a text may be a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.reference.pieces import PIECES_MAX, Piece, is_financial, pieces


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
