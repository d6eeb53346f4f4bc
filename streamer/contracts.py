"""Generates `schemas/`: a JSON Schema per topic, an AsyncAPI and an OpenAPI document, from the models the code uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from streamer import __version__
from streamer.alerts.ocsf import OcsfDetectionFinding
from streamer.events import TOPICS, TopicContract
from streamer.list_feed.editions import Manifest

_VALUES: Final[Mapping[str, Any]] = {"alerts": OcsfDetectionFinding, "sanctions": Manifest}
"""What travels on topics whose models the contracts module does not know."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_TRACE_HEADERS: Final = {
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
        "description": "W3C Trace Context: what an event causes is in the event's trace. Left out where there is none.",
    },
    "tracestate": {"type": "string", "maxLength": 512, "description": "W3C Trace Context, handed on as it came."},
}
_INPUT_HEADERS: Final = {
    "type": "object",
    "description": "None is needed; others than these are not read.",
    "properties": _TRACE_HEADERS,
}
_CLOUD_EVENT_HEADERS: Final = {
    "type": "object",
    "description": "CloudEvents 1.0 in Kafka's binary mode; (ce_source, ce_id) identifies the record.",
    "properties": {
        name: {"type": "string"}
        for name in (
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "content-type",
        )
    }
    | _TRACE_HEADERS,
}
_DEAD_LETTER_HEADERS: Final = {
    "type": "object",
    "description": "Why the record could not be screened, and where it stood.",
    "properties": {
        name: {"type": "string"}
        for name in ("reason", "detail", "stage", "source-topic", "source-partition", "source-offset")
    }
    | _TRACE_HEADERS,
}


def generated() -> dict[str, str]:
    """File name -> content of everything under `schemas/`."""
    files = {f"{name}.schema.json": _as_file(schema) for name, schema in _schemas().items()}
    files["asyncapi.json"] = _as_file(_asyncapi())
    files["openapi.json"] = _as_file(openapi())
    return files


def write(folder: Path) -> list[str]:
    """Write what differs; returns the names of the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = stale(folder)
    wanted = generated()
    for name in written:
        if name in wanted:
            (folder / name).write_text(wanted[name], "utf-8")
        else:
            (folder / name).unlink()
    return written


def stale(folder: Path) -> list[str]:
    """Files that are missing, differ, or have no topic any more."""
    wanted = generated()
    found = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _value(contract: TopicContract) -> Any:
    return contract.value if contract.value is not None else _VALUES.get(contract.name)


def _schemas() -> dict[str, dict[str, Any]]:
    schemas = {}
    for contract in TOPICS.values():
        value = _value(contract)
        if value is None:
            continue
        # Inbound: what we accept. Outbound: what we write.
        schema = TypeAdapter(value).json_schema(mode="validation" if contract.direction == "in" else "serialization")
        schemas[contract.name] = {
            "$schema": _DIALECT,
            "$id": f"urn:streamer:{contract.name}:1",
            "description": contract.description,
            **{key: part for key, part in schema.items() if key != "description"},
        }
    return schemas


def _asyncapi() -> dict[str, Any]:
    schemas = _schemas()
    channels, operations, messages = {}, {}, {}
    for contract in TOPICS.values():
        name = contract.name
        message: dict[str, Any] = {
            "name": name,
            "summary": contract.description,
            "bindings": {"kafka": {"key": {"type": "string", "description": contract.key}}},
        }
        if name in schemas:
            message["contentType"] = "application/json"
            message["payload"] = {"$ref": f"./{name}.schema.json"}
        if name == "dead-letters":
            message["contentType"] = "application/octet-stream"
            message["headers"] = _DEAD_LETTER_HEADERS
        elif contract.direction == "out" or name == "observations":
            message["headers"] = _CLOUD_EVENT_HEADERS
        elif contract.direction == "in":
            message["headers"] = _INPUT_HEADERS
        messages[name] = message
        channels[name] = {
            "address": name,
            "description": contract.description,
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        }
        for action in ("receive", "send") if contract.direction == "internal" else _ACTIONS[contract.direction]:
            operations[f"{action}-{name}"] = {"action": action, "channel": {"$ref": f"#/channels/{name}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "streamer",
            "version": __version__,
            "description": "Screens payroll and payment events against sanctions lists, before execution.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {"in": ("receive",), "out": ("send",)}


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the HTTP door, `streamer serve`."""
    components: dict[str, Any] = {}
    for name, value, mode in (
        ("PaymentEvent", TOPICS["payments"].value, "validation"),
        ("PayrollEvent", TOPICS["payrolls"].value, "validation"),
        ("Decision", TOPICS["decisions"].value, "serialization"),
    ):
        schema = TypeAdapter(value).json_schema(
            mode=mode,  # type: ignore[arg-type]
            ref_template="#/components/schemas/{model}",
        )
        components |= schema.pop("$defs", {})
        components[name] = schema
    decision = {"application/json": {"schema": {"$ref": "#/components/schemas/Decision"}}}
    headers = {name: {"schema": schema} for name, schema in _TRACE_HEADERS.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "streamer",
            "version": __version__,
            "description": "Screens one payroll or payment event against sanctions lists, before execution.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}, {}],
        "paths": {
            "/screen": {
                "post": {
                    "operationId": "screen",
                    "summary": "One event in, its decision out. Pay only what is answered with the verdict release.",
                    "parameters": [
                        {"name": name, "in": "header", "required": False, "schema": schema}
                        for name, schema in _TRACE_HEADERS.items()
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": {
                                    "oneOf": [
                                        {"$ref": "#/components/schemas/PaymentEvent"},
                                        {"$ref": "#/components/schemas/PayrollEvent"},
                                    ]
                                }
                            },
                            "application/xml": {
                                "schema": {"type": "string", "description": "An ISO 20022 message of one payment."}
                            },
                        },
                    },
                    "responses": {
                        "200": {"description": "The decision.", "headers": headers, "content": decision},
                        "401": {"description": "The bearer token is missing or wrong."},
                        "408": {"description": "The event did not arrive in time: nothing is decided."},
                        "413": {"description": "The event is larger than a record may be: nothing is decided."},
                        "422": {
                            "description": "The event cannot be read or screened: a hold.",
                            "headers": headers,
                            "content": decision,
                        },
                        "503": {"description": "Too many events wait: nothing is decided. Send it again."},
                    },
                }
            }
        },
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _as_file(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
