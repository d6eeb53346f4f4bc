"""Personal data stay where they belong: a canary in every field, and nowhere but in the decision and the dead letter.

Every field of every event is filled with a word of its own, as text that screens clean, as a value of a wrong shape,
and inside findings; then all that a worker says is searched for these words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from kafka import KafkaProducer

from streamer.kafka.broker import EmbeddedBroker
from tests.builders import IBAN_BERLIN, account_changed, as_bytes, fresh_id, pay, payment, topic_of
from tests.canaries import BIRTH_DATE, CANARY, EVENTS, canary, filled, identified
from tests.conftest import Embedded
from tests.integration.worker import Out, Site, run_streamer, wait_for


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _leaves(child, (*path, name))
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _leaves(child, (*path, n))


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


WRONG: Final = (
    lambda word: word,
    lambda word: {word: [word], "name": word, "kind": word, "birth_date": word, "asset": word},
    lambda word: (word + " ") * 2_000,
)
"""Values that hold a word in a shape that some field does not take; the last is too long for all."""


# ---------------------------------------------------------------- the records


@dataclass(frozen=True)
class Sent:
    """What was published, and the words in it that are nobody else's business."""

    records: list[tuple[str, bytes, bytes]]
    """(topic, key, value)"""
    words: set[str]


def _clean_and_wrong() -> Sent:
    records: list[tuple[str, bytes, bytes]] = []
    words: set[str] = {BIRTH_DATE}
    for model in EVENTS:
        canaries: dict[str, str] = {}
        event = identified(filled(model, "", canaries), model)
        words |= {*canaries.values(), event["end_to_end_id"].split()[1]}
        records.append((topic_of(event), event["event_id"].encode(), as_bytes(event)))
        for path in _leaves(event):
            # A record is called by its event id and its tenant, whatever they are: only wrong shapes of these.
            for form in WRONG[1:] if path in (("event_id",), ("tenant",)) else WRONG if path else ():
                word = canary()
                words.add(word)
                records.append(
                    (topic_of(event), fresh_id("wrong").encode(), as_bytes(_replaced(event, path, form(word))))
                )
    return Sent(records, words)


def _unreadable() -> Sent:
    words: list[str] = []

    def word() -> str:
        words.append(canary())
        return words[-1]

    whole = as_bytes(payment(creditor=word()))
    values = [
        ("payments", whole[:-1]),
        ("payments", whole + whole),
        ("payments", b"\xff" + word().encode()),
        ("payments", f"<Document><Cdtr><Nm>{word()}</Nm></Cdtr></Document>".encode()),
        ("payments", f'{{"{word()}": NaN}}'.encode()),
        ("payments", as_bytes(payment() | {"debtor": f"\x00{word()}"})),
        ("payments", f'"{word()}"'.encode()),
        ("payrolls", as_bytes(pay() | {"event_type": word()})),
        ("payrolls", as_bytes(pay() | {"event_type": {"name": word()}})),
        ("payrolls", as_bytes({"event_type": "pay", word(): word()})),
    ]
    return Sent([(topic, fresh_id("unread").encode(), value) for topic, value in values], set(words))


LISTED_WALLET: Final = "0xB637F84B66876EBF609C2A4208905F9DDAC9D075"
MISSPELT: Final = ("silverstarq", "yanbiann", "sobaeksuv", "volasis", "technologgy", "jongq", "hwwa")
"""Words of names as a payment spells them: near enough to a listed name to be quoted in an explanation."""


def _found() -> Sent:
    words: list[str] = []

    def word() -> str:
        words.append(canary())
        return words[-1]

    street = {"street": f"12 {word()} Street", "town": "Pyongyang", "lines": [f"{word()} Pyongyang"], "country": "KP"}
    shared = "GB29NWBK60161331926819"
    events = [
        payment(creditor=f"Yanbian Silverstarq Network Technology {word()}"),
        payment(creditor={"name": "Yanbiann Silver Star", "address": street, "phone": f"+850 2 {word()}"}),
        payment(creditor=f"Korea Sobaeksuv Trading Corporation {word()}", debtor=f"Volasis Silver Star {word()}"),
        payment(creditor=f"Yanbian Silver Star Network Technologgy {word()} Berlin"),
        payment(
            creditor={
                "name": "Jongq Song Hwwa",
                "type": "person",
                "birth_date": "1971-02-06",
                "nationality": "KP",
                "identifiers": [
                    {"kind": "passport", "value": "927220230"},
                    {"kind": "passport", "value": word()},
                ],
                "email": f"{word()}@example.org",
            }
        ),
        payment(remittance_unstructured=[f"{word()} invoice on behalf of Yanbian Silverstar Network Technologgy"]),
        payment(instructions=[f"{word()} to {LISTED_WALLET} {word()}"], end_to_end_id=f"{word()} Tehran"),
        payment(creditor_account={"wallet": {"address": LISTED_WALLET, "asset": word()}, "other": word()}),
        payment(creditor_account={"proxy": f"+850 2 {word()}"}, ultimate_creditor={"name": f"{word()} Havana"}),
        payment(regulatory_reporting=[f"/BENEFRES/KP/{word()}"], purpose=f"{word()} Pyongyang"),
        payment(debtor={"name": word(), "address": {"country": "Iran", "region": word()}}),
    ]
    for n in range(4):
        worker = {"name": f"{word()} Brandt", "worker_id": f"W-canary-{n}", "phone": word()}
        holder = {"account_holder_name": worker["name"]}
        events.append(pay(employer=f"Employer {n}", worker=worker, payout_account={"iban": shared}, **holder))
    mover = {"name": word(), "worker_id": "W-canary-mover"}
    for iban in (IBAN_BERLIN, shared, IBAN_BERLIN):
        events.append(account_changed(worker=mover, payout_account={"iban": iban}, start_date="2026-11-15"))
    records = [(topic_of(event), event["event_id"].encode(), as_bytes(event)) for event in events]
    return Sent(records, {*words, *MISSPELT, shared.lower(), "1971-02-06"})


# ---------------------------------------------------------------- the run

RULES: Final = {
    "LISTED_NAME",
    "LISTED_NAME_IN_TEXT",
    "LISTED_WALLET",
    "LISTED_IDENTIFIER",
    "EMBARGO",
    "SCREENING_INCOMPLETE",
    "SHARED_ACCOUNT",
    "ACCOUNT_CHURN",
}
"""What the events must cause, and is waited for."""


@dataclass(frozen=True)
class Run:
    site: Site
    sent: Sent
    said: Mapping[str, str]
    """All that the worker says, by where it says it; lower case."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    parts = (_clean_and_wrong(), _unreadable(), _found())
    sent = Sent([r for part in parts for r in part.records], {w for part in parts for w in part.words})
    with EmbeddedBroker({}) as broker, Site(Embedded(broker), tmp_path_factory.mktemp("canaries")) as site:
        site.publish_sample_lists()
        worker = site.worker(STREAMER_LOG_LEVEL="DEBUG")
        worker.wait_ready()
        _publish(site, sent)
        decided = site.wait("decisions", lambda out: True, count=len(sent.records), seconds=120)
        site.wait("dead-letters", lambda out: True, count=sum(1 for out in decided if out.json["source"]))
        wait_for(f"alerts of {RULES}", lambda: {out.rule for out in site.received("alerts")} >= RULES)
        pages = [worker.get(path)[1] for path in ("/metrics", "/ready", "/health")]
        assert worker.stop() == 0
        said = {
            "log": worker.log,
            "web port": "\n".join(pages),
            "alerts": _text(site.received("alerts")),
            "observations": _text(site.received("observations")),
            "headers of decisions": _headers(site.received("decisions")),
            "headers of dead letters": _headers(site.received("dead-letters")),
        }
        yield Run(site, sent, {where: text.lower() for where, text in said.items()})


def _publish(site: Site, sent: Sent) -> None:
    producer = KafkaProducer(**site.broker.kafka_python, acks="all", linger_ms=20)
    try:
        for sending in [
            producer.send(site.settings.topic(topic), key=key, value=value) for topic, key, value in sent.records
        ]:
            sending.get(timeout=60)
    finally:
        producer.close(timeout=10)


def _headers(outs: list[Out]) -> str:
    return "\n".join(f"{name}: {value.decode()}" for out in outs for name, value in out.headers.items())


def _text(outs: list[Out]) -> str:
    return _headers(outs) + "\n".join(f"{out.key!r} {(out.value or b'').decode('utf-8', 'replace')}" for out in outs)


@pytest.mark.parametrize(
    "where", ["log", "web port", "alerts", "observations", "headers of decisions", "headers of dead letters"]
)
def test_no_personal_value_is_said(run: Run, where: str) -> None:
    said = run.said[where]
    assert said
    leaks = {word: said[max(0, said.index(word) - 80) :][:200] for word in _found_in(said, run.sent.words)}
    assert not leaks, f"{len(leaks)} of {len(run.sent.words)}: {dict(itertools.islice(leaks.items(), 5))}"


def _found_in(text: str, words: set[str]) -> set[str]:
    """The words that occur in a text of lower case, wherever they stand in it."""
    canaries = set(CANARY.findall(text))
    return (words & canaries) | {word for word in words if not word.startswith("zq") and word in text}


def test_the_search_would_find_what_is_there(run: Run) -> None:
    """The decision, which is the record, quotes the payment's own spelling; so the explanations did arise."""
    decisions = _text(run.site.received("decisions")).lower()
    assert {word for word in MISSPELT if word in decisions} == set(MISSPELT)
    letters = _text(run.site.received("dead-letters")).lower()
    assert len(_found_in(letters, run.sent.words)) > 500


def test_every_kind_of_finding_and_refusal_was_provoked(run: Run) -> None:
    assert {out.rule for out in run.site.received("alerts")} >= RULES
    reasons = {out.headers["reason"].decode() for out in run.site.received("dead-letters")}
    assert reasons >= {"not_utf8", "not_json", "wrong_shape", "event_id_reused"}
    details = _headers(run.site.received("dead-letters"))
    refused = set(re.findall(r"[\w.]+(?=: )", details))
    for model in EVENTS:
        for name, field in model.model_fields.items():
            if field.is_required():
                assert any(name in path.split(".") for path in refused), f"{model.__name__}.{name} was never refused"


def test_a_masked_alert_still_says_what_was_met(run: Run) -> None:
    notes = [
        evidence["data"]["note"]
        for out in run.site.received("alerts")
        for evidence in out.json["evidences"]
        if "S*** = SILVERSTAR" in evidence["data"].get("note", "") and evidence["data"]["element"] == "creditor.name"
    ]
    assert any("YANBIAN agrees" in note for note in notes), notes


def test_a_file_that_is_refused_is_not_quoted(tmp_path: Path) -> None:
    word = canary()
    for n, wrong in enumerate(
        (payment(amount=word), payment() | {word: 1, "tenant": f"{word}/"}, pay() | {"event_type": word})
    ):
        file = tmp_path / f"{n}.jsonl"
        file.write_bytes(orjson.dumps(wrong))
        refused = run_streamer("publish", "--topic", topic_of(wrong), str(file))
        assert refused.returncode == 2
        assert "line 1" in refused.stderr
        assert word not in refused.stdout + refused.stderr
