"""A masked alert says nothing of a person but initials and last digits."""

from __future__ import annotations

import pytest

from streamer.alerts.build import alert
from streamer.alerts.masking import masked_value
from streamer.events import Agreement, Evidence
from tests.unit.alerts.builders import AT, an_alert, decision, evidence, finding, of


def test_references_are_what_the_payer_wrote_and_masked_as_such() -> None:
    data = of(alert(finding(), decision(), time=AT, masked=False))["resources"][0]["data"]
    assert (data["message_id"], data["end_to_end_id"]) == ("M-1", "E-1")
    assert of(an_alert())["resources"][0]["data"].keys() == {"event_digest"}


AGREEMENTS = (
    ("same", "silverstar", "silverstar"),
    ("typo_short", "kimm", "kim"),
    ("initial", "j", "jane"),
    ("glued", "se un", "seun"),
    ("query_rare", "mira"),
    ("query_place", "gera"),
    ("entity_trade", "co"),
    ("other_type", "person", "entity"),
    ("birth_date", "1970-02-05"),
    ("country", "KP"),
)


def agreements(*rows: tuple[str, ...]) -> tuple[Agreement, ...]:
    return tuple(Agreement(kind=kind, values=values) for kind, *values in rows)


def test_a_note_is_told_anew_with_the_words_of_the_event_masked() -> None:
    told = evidence(note="KIMM met, as Jane Doe says", agreements=agreements(*AGREEMENTS))
    (shown,) = of(an_alert(evidence=(told,)))["evidences"]
    assert shown["data"]["note"] == (
        "SILVERSTAR agrees; K*** = KIM (one letter differs); J*** = JANE (initial); S*** U*** = SEUN (glued); "
        "not in the listed name: M***; place after the name: G***; only in the listed name: CO; "
        "a PERSON, listed as ENTITY; birth date 1970-02-05 agrees; country KP agrees"
    )
    values = {one["kind"]: one["values"] for one in shown["data"]["agreements"]}
    assert (values["typo_short"], values["query_rare"], values["same"]) == (
        ["k***", "kim"],
        ["m***"],
        ["silverstar"] * 2,
    )


@pytest.mark.parametrize(
    "made_of",
    [
        (),
        agreements(("new_kind", "jane doe")),
        agreements(("identifier",), ("new_kind", "jane doe")),
        agreements(("identifier",), ("query_rare", "jane")),
    ],
    ids=["nothing", "unknown", "known and unknown", "known and a word of the event"],
)
def test_a_note_of_unknown_kind_is_masked(made_of: tuple[Agreement, ...]) -> None:
    result = an_alert(evidence=(evidence(note="met Jane Doe", agreements=made_of),))
    assert "***" in of(result)["evidences"][0]["data"]["note"]
    assert b"jane" not in result.value.lower()
    assert b"doe" not in result.value.lower()


@pytest.mark.parametrize("kind", ["identifier", "stake", "jurisdiction", "rule", "stage", "limit"])
def test_a_note_that_says_only_what_lists_and_rules_say_is_shown(kind: str) -> None:
    result = an_alert(evidence=(evidence(note="Same IMO 1234567 as TIANMA", agreements=agreements((kind,))),))
    assert of(result)["evidences"][0]["data"]["note"] == "Same IMO 1234567 as TIANMA"


def test_an_unmasked_note_is_shown_as_it_is() -> None:
    told = finding(evidence=(evidence(note="met Jane Doe", agreements=agreements(("new_kind", "jane doe"))),))
    data = of(alert(told, decision(), time=AT, masked=False))["evidences"][0]["data"]
    assert data["note"] == "met Jane Doe"
    assert data["agreements"] == [{"kind": "new_kind", "values": ["jane doe"]}]


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ("creditor.name", "creditor.name"),
        ("related_parties[3:tax_debtor].identifiers[0]", "related_parties[3:tax_debtor].identifiers[0]"),
        ("related_parties[underlying_debtor]", "related_parties[underlying_debtor]"),
        ("worker.address.lines[12]", "worker.address.lines[12]"),
        ("account_holder.name", "account_holder.name"),
        ("record", "record"),
        ("jane doe.name", "j*** d***.name"),
        ("creditor.jane_doe[0].value", "creditor.j***.value"),
        ("creditor[jane]", "c***"),
    ],
)
def test_a_path_shows_only_fields_that_events_have(element: str, shown: str) -> None:
    result = of(an_alert(reason=f"{element} is met.", evidence=(evidence(element=element),)))
    assert result["evidences"][0]["name"] == result["evidences"][0]["data"]["element"] == shown
    assert result["message"] == f"{shown} is met."


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
