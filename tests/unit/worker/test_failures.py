"""Failures of many senders stop a worker; those of one do not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from streamer.worker.failures import FailuresInARow


def row(senders: Iterable[str], failures_max: int = 10, senders_min: int = 3) -> FailuresInARow:
    made = FailuresInARow(failures_max, senders_min)
    for sender in senders:
        made.add(sender)
    return made


@pytest.mark.parametrize(
    ("senders", "is_full"),
    [
        ("a" * 10, False),
        ("a" * 10_000, False),
        ("ab" * 1_000, False),
        ("a" * 1_000 + "bc", False),
        ("aaaabbbbc", False),
        ("aaaabbbbcc", True),
        ("abcdefghij", True),
        ("abcdefghi", False),
    ],
)
def test_a_row_is_full_when_several_senders_each_have_their_share(senders: str, is_full: bool) -> None:
    made = row(senders)
    assert made.is_full is is_full
    assert made.failures == len(senders)


def test_a_record_that_goes_well_ends_the_row() -> None:
    made = row("abcabcabca")
    assert made.is_full
    assert made.end()
    assert (made.failures, made.is_full) == (0, False)
    assert not made.end()


def test_one_sender_is_enough_where_the_policy_says_so() -> None:
    assert not row("a" * 9, senders_min=1).is_full
    assert row("a" * 10, senders_min=1).is_full


def test_more_senders_than_failures_are_never_asked_for() -> None:
    assert row("a", failures_max=1).is_full
    assert row("ab", failures_max=2).is_full


def test_what_is_remembered_of_a_row_is_bounded() -> None:
    made = row(str(n) for n in range(10_000))
    assert len(made._by_sender) <= 10
