"""The generated schemas are up to date, are schemas, and say yes and no where the models do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamer import contracts
from streamer.events import TOPICS
from tests.builders import account_changed, party, pay, payment

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def schema(topic: str) -> Any:
    return json.loads((SCHEMAS / f"{topic}.schema.json").read_text("utf-8"))


def test_the_schemas_in_the_repository_are_up_to_date() -> None:
    assert contracts.stale(SCHEMAS) == [], "run `streamer schemas`"


def test_every_topic_with_json_of_ours_has_a_schema_that_is_one() -> None:
    for topic in TOPICS.keys() - {"dead-letters"}:
        jsonschema.Draft202012Validator.check_schema(schema(topic))


@pytest.mark.parametrize(
    "event", [payment(), pay(), account_changed()], ids=lambda event: event.get("event_type", "payment")
)
def test_what_publishers_send_follows_the_schema(event: dict[str, Any]) -> None:
    jsonschema.validate(event, schema("payments" if "debtor" in event else "payrolls"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"tenant": "a/b"},
        {"currency": "Euro"},
        {"creditor": None},
        {"intermediary_agents": [{}] * 4},
        {"creditor": party(birth_date="5 June")},
    ],
)
def test_what_the_worker_refuses_the_schema_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(payment() | wrong, schema("payments"))


def test_inbound_schemas_tolerate_unknown_fields_and_outbound_forbid_them() -> None:
    assert schema("payments").get("additionalProperties") is not False
    for topic in ("decisions", "alerts", "observations"):
        assert schema(topic)["additionalProperties"] is False


def test_the_asyncapi_document_names_every_topic_and_only_files_that_exist() -> None:
    document = json.loads((SCHEMAS / "asyncapi.json").read_text("utf-8"))
    assert document["asyncapi"] == "3.0.0"
    assert document["channels"].keys() == TOPICS.keys()
    for name, message in document["components"]["messages"].items():
        if "payload" in message:
            assert (SCHEMAS / message["payload"]["$ref"]).is_file(), name
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in TOPICS


def test_stale_names_what_is_missing_changed_or_left_over(tmp_path: Path) -> None:
    assert contracts.write(tmp_path) == sorted(contracts.generated())
    assert contracts.stale(tmp_path) == []
    (tmp_path / "payments.schema.json").unlink()
    (tmp_path / "alerts.schema.json").write_text("{}", "utf-8")
    (tmp_path / "gone.schema.json").write_text("{}", "utf-8")
    wanted = ["alerts.schema.json", "gone.schema.json", "payments.schema.json"]
    assert contracts.stale(tmp_path) == wanted
    assert contracts.write(tmp_path) == wanted
    assert contracts.stale(tmp_path) == []
