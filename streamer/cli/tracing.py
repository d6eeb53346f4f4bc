"""Whether spans are sent, by OpenTelemetry's own environment variables."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from streamer.worker.log import say

if TYPE_CHECKING:
    from streamer.worker.spans import Spans

log = logging.getLogger(__name__)

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL: Final = "http/protobuf"


def spans(environment: Mapping[str, str] = os.environ) -> Spans | None:
    """What sends spans; None where no endpoint is named, and, with a warning, where one is that cannot be used.

    No reason to stop: a cluster may name an endpoint to every container, and payments must be screened all the same.
    """
    if not is_wanted(environment):
        return None
    protocol = next((found for name in _PROTOCOLS if (found := environment.get(name))), _PROTOCOL)
    if protocol != _PROTOCOL:
        return _without(f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol}; set {_PROTOCOL} and its port, usually 4318")
    try:
        from streamer.worker.spans import Spans  # noqa: PLC0415 - an extra

        return Spans(
            service_is_named=bool(environment.get("OTEL_SERVICE_NAME"))
            or "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
        )
    except ModuleNotFoundError:
        return _without("the extra otel is not installed: pip install 'streamer[otel]'")
    except Exception as error:  # noqa: BLE001 - as above
        return _without(f"the OTEL_ variables cannot be used: {type(error).__name__}")


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether an endpoint is named and nothing forbids its use."""
    named = any(environment.get(name, "").strip() for name in _ENDPOINTS)
    is_disabled = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    exporters = environment.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    return named and not is_disabled and "otlp" in [one.strip() for one in exporters.split(",")]


def _without(why: str) -> Spans | None:
    say(log, f"no spans are sent: {why}", level=logging.WARNING)
    return None
