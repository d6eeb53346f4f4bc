"""Traces as headers name them: continued where they can be read, ignored where they cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.outputs import Output, traced
from streamer.tracing import Trace, begun, span_id, trace_of

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01".encode()


def test_a_trace_is_handed_on_as_it_came() -> None:
    headers = {"traceparent": PARENT, "tracestate": b"vendor=value,other@x=1"}
    trace = trace_of([("any", b"header"), *headers.items()])
    assert trace == Trace(TRACE, SPAN, 1, "vendor=value,other@x=1")
    assert trace.headers() == headers


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"00",
        PARENT.upper(),
        PARENT + b"-more",
        PARENT + b"\n",
        b" " + PARENT,
        b"ff" + PARENT[2:],
        PARENT.replace(TRACE.encode(), b"0" * 32),
        PARENT.replace(SPAN.encode(), b"0" * 16),
        PARENT.replace(b"-01", b"-1"),
        PARENT.replace(b"4b", b"\xc3\xa9"),
        b"01" + PARENT[2:] + b"-" + b"a" * 1_000_000,
        None,
    ],
)
def test_a_malformed_parent_is_ignored(value: bytes | None) -> None:
    assert trace_of([("traceparent", value)]) is None


def test_two_parents_or_none_name_no_trace() -> None:
    assert trace_of([("traceparent", PARENT), ("traceparent", PARENT)]) is None
    assert trace_of([("tracestate", b"vendor=value")]) is None
    assert trace_of(()) is None
    assert trace_of(None) is None


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    trace = trace_of([("traceparent", b"cc-" + PARENT[3:-2] + b"ff-what-comes-later")])
    assert trace is not None
    assert trace.headers() == {"traceparent": b"00-" + PARENT[3:-2] + b"03"}


@pytest.mark.parametrize("state", [b"", b"no member", b"a=b\r\nSet-Cookie: x=y", "ä=ö".encode(), b"a=" + b"b" * 600])
def test_a_state_that_cannot_be_handed_on_is_left_out(state: bytes) -> None:
    assert trace_of([("traceparent", PARENT), ("tracestate", state)]) == Trace(TRACE, SPAN, 1)


@given(st.lists(st.tuples(st.sampled_from(["traceparent", "tracestate", "x"]), st.none() | st.binary(max_size=80))))
def test_any_bytes_give_a_trace_or_none(headers: list[tuple[str, bytes | None]]) -> None:
    trace = trace_of(headers)
    assert trace is None or trace_of(trace.headers().items()) == trace


def test_what_is_begun_here_can_be_read_and_repeats() -> None:
    trace = begun("E-1")
    assert trace_of(trace.headers().items()) == trace == begun("E-1")
    assert trace.trace_id != begun("E-2").trace_id
    assert span_id(SPAN, "d-1") == span_id(SPAN, "d-1") != span_id(SPAN, "d-2")
    assert span_id(SPAN, "d-1") != span_id(SPAN[::-1], "d-1")


def test_outputs_in_a_trace_differ_in_headers_alone() -> None:
    output = Output("decisions", b"key", b"{}", {"ce_id": b"1"})
    assert traced((output,), None) == (output,)
    (told,) = traced((output,), Trace(TRACE, SPAN, 1, "a=b"))
    assert told == Output("decisions", b"key", b"{}", {"ce_id": b"1", "traceparent": PARENT, "tracestate": b"a=b"})
