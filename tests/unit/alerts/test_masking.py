"""A masked alert says nothing of a person but initials and last digits."""

from __future__ import annotations

import pytest

from streamer.alerts.build import alert
from streamer.alerts.masking import masked_value
from streamer.events import Evidence
from tests.unit.alerts.builders import AT, an_alert, decision, evidence, finding, of


def test_references_are_what_the_payer_wrote_and_masked_as_such() -> None:
    data = of(alert(finding(), decision(), time=AT, masked=False))["resources"][0]["data"]
    assert (data["message_id"], data["end_to_end_id"]) == ("M-1", "E-1")
    assert of(an_alert())["resources"][0]["data"].keys() == {"event_digest"}


REASONS = """SILVERSTAR agrees; KIMM = KIM (one letter differs); J = JANE (initial); SE UN = SEUN (glued); \
not in the listed name: MIRA; place after the name: GERA; only in the listed name: CO; a person, listed as entity; \
birth date 1970-02-05 agrees; country KP agrees"""


def test_the_words_that_reasons_quote_from_the_event_are_masked() -> None:
    (shown,) = of(an_alert(evidence=(evidence(note=REASONS),)))["evidences"]
    assert shown["data"]["note"] == (
        "SILVERSTAR agrees; K*** = KIM (one letter differs); J*** = JANE (initial); S*** U*** = SEUN (glued); "
        "not in the listed name: M***; place after the name: G***; only in the listed name: CO; "
        "a person, listed as entity; birth date 1970-02-05 agrees; country KP agrees"
    )


@pytest.mark.parametrize(
    ("element", "value", "shown"),
    [
        ("creditor.name", "Kim Se Un", "K*** S*** U***"),
        ("creditor.name", "김세운", "김***"),
        ("creditor.name", "", "***"),
        ("creditor.name", "A B C D E F", "A*** B*** C*** D*** …"),
        ("worker.email", "kim@example.org", "k***"),
        ("worker.phone", "+850 2 381", "+*** 2*** 3***"),
        ("worker.identifiers[0].value", "927220230", "9***"),
        ("worker.birth_date", "1970-02-05", "1***"),
        ("account_holder_name", "Kim", "K***"),
        ("creditor_account.iban", "DE89 3704 0044 0532 0130 00", "***3000"),
        ("payout_account.other", "1234567", "***"),
        ("creditor_account.wallet.address", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "***2f96"),
        ("creditor_account.proxy", "kim@example.org", "k***"),
        ("creditor_agent.bic", "KKBCKPPY", "KKBCKPPY"),
        ("intermediary_agents[1].name", "Foreign Trade Bank", "Foreign Trade Bank"),
        ("creditor.address.country", "KP", "KP"),
        ("creditor.address.lines[0]", "12 Tongil Street", "1*** T*** S***"),
        ("remittance_unstructured[0]", "wages Kim", "w*** K***"),
        ("some.new_element", "secret", "s***"),
    ],
)
def test_personal_values_are_masked(element: str, value: str, shown: str) -> None:
    assert masked_value(element, value) == shown


def test_the_mask_does_not_tell_the_length() -> None:
    assert masked_value("creditor.name", "Ko") == masked_value("creditor.name", "Konstantin")


def test_a_masked_alert_never_holds_the_value() -> None:
    value = an_alert(evidence=(evidence(note="'Kim Se Un' as received"),), advice="Ask kim se un for a document.").value
    assert b"kim se un" not in value.lower()
    assert b"K*** S*** U***" in value
    assert b"KIM, Se-u'n" in value


def test_an_unmasked_alert_holds_the_value() -> None:
    assert of(alert(finding(), decision(), time=AT, masked=False))["evidences"][0]["data"]["value"] == "Kim Se Un"


def test_masking_spares_words_that_only_contain_the_value() -> None:
    text = "creditor.name 'Li' is not Listed"
    assert (
        of(an_alert(reason=text, evidence=(evidence(value="Li"),)))["message"] == "creditor.name 'L***' is not Listed"
    )


def test_a_longer_value_is_masked_whole() -> None:
    both = (evidence(value="Kim Se"), evidence(element="debtor.name", value="Kim Se Un"))
    assert of(an_alert(reason="Kim Se Un and Kim Se", evidence=both))["message"] == "K*** S*** U*** and K*** S***"


def test_a_name_that_no_list_vouches_for_is_masked() -> None:
    mismatch = Evidence(element="account_holder_name", value="Kim Se Un", matched_name="Park Chol", score=0.1)
    value = an_alert(rule="NAME_MISMATCH", reason="Kim Se Un is not Park Chol", evidence=(mismatch,)).value
    assert b"Park" not in value
    assert b"Kim" not in value


def test_a_listed_name_stays_readable_even_if_the_value_is_the_same() -> None:
    same = evidence(value="Green Pine", matched_name="GREEN PINE", entity_name="GREEN PINE")
    value = of(an_alert(reason="creditor.name meets GREEN PINE", evidence=(same,)))
    assert value["message"] == "creditor.name meets GREEN PINE"
    assert value["evidences"][0]["data"]["value"] == "G*** P***"


def test_personal_values_are_no_observables() -> None:
    values = [o["value"] for o in of(alert(finding(), decision(), time=AT, masked=False))["observables"]]
    assert values == ["P-1", "ofac-54321"]
