"""W3C Trace Context: the trace that a record or a request belongs to, read from its headers and handed on.

What cannot be read is ignored, as the recommendation asks: a trace is for those who look after the stream and never a
reason to refuse a payment. Source: W3C Trace Context, level 2, sections 3.2 and 3.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

TRACEPARENT: Final = "traceparent"
TRACESTATE: Final = "tracestate"

SAMPLED: Final = 0x01
_KNOWN_FLAGS: Final = 0x03
"""Sampled, and that the trace id is random; others are not ours to set."""

_TRACEPARENT_BYTES_MAX: Final = 128
"""A later version may append fields, which are not handed on."""
_TRACESTATE_BYTES_MAX: Final = 512
"""What everybody has to hand on; a longer one is left out whole."""

_PARENT: Final = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_STATE: Final = re.compile(rb"[\x20-\x7e]*=[\x20-\x7e]*")
_NO_TRACE: Final = b"0" * 32
_NO_SPAN: Final = b"0" * 16


@dataclass(frozen=True, slots=True)
class Trace:
    """One position in a trace: that of whoever sent the headers."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    flags: int
    state: str | None = None

    def headers(self) -> dict[str, bytes]:
        """As a record carries them."""
        headers = {TRACEPARENT: f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}".encode()}
        return headers | {TRACESTATE: self.state.encode()} if self.state else headers


def trace_of(headers: Iterable[tuple[str, bytes | None]] | None) -> Trace | None:
    """The trace that the headers name; None where they name none, several, or one that cannot be read."""
    if not headers:
        return None
    found: dict[str, bytes] = {}
    for name, value in headers:
        if name in (TRACEPARENT, TRACESTATE):
            if name in found or value is None:
                return None
            found[name] = value
    raw = found.get(TRACEPARENT, b"")
    parent = _PARENT.fullmatch(raw) if len(raw) <= _TRACEPARENT_BYTES_MAX else None
    if parent is None or parent[2] == _NO_TRACE or parent[3] == _NO_SPAN or (parent[1] == b"00" and parent[5]):
        return None
    state = found.get(TRACESTATE, b"")
    is_state = len(state) <= _TRACESTATE_BYTES_MAX and _STATE.fullmatch(state)
    return Trace(
        parent[2].decode(), parent[3].decode(), int(parent[4], 16) & _KNOWN_FLAGS, state.decode() if is_state else None
    )


def trace_id(seed: str) -> str:
    """Of a trace begun here: the same for the same seed, so that a record delivered again stays in its trace."""
    return _digits("trace", seed, 32)


def span_id(parent: str, seed: str) -> str:
    """Of a span under a parent's span (or trace) id: the same for the same two."""
    return _digits("span", f"{parent}\x1f{seed}", 16)


def begun(seed: str) -> Trace:
    """A new trace, the same for the same seed, to be sampled."""
    one = trace_id(seed)
    return Trace(one, span_id(one, seed), SAMPLED)


def _digits(kind: str, seed: str, count: int) -> str:
    digits = sha256(f"streamer\x1f{kind}\x1f{seed}".encode()).hexdigest()[:count]
    return digits if digits.strip("0") else "1".zfill(count)
