"""Behaviour rules: what only the history of an account or a worker can show.

Every event fans out into small observations, each keyed by one subject; a subject's observations are its
history; a rule looks at one observation and the history before it. Identities are keyed hashes (HMAC), so
neither histories nor findings hold personal data. Pure: event time is the only clock.

A rule judges an observation by what came before it in event time, whenever it was delivered. One that
arrives late may therefore complete a pattern at its successors: `Watched.judged` names the observation that
each finding belongs to, and the findings of a set of observations are the same in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.observations import (
    AccountIdentity,
    Identity,
    account_spellings,
    facts_of,
    observation_of,
)
from streamer.detectors.behaviour.rules import TYPOLOGIES, Typology, history_limit
from streamer.events import (
    Event,
    Finding,
    Observation,
    SubjectKind,
)

SUCCESSORS_MAX = 8
"""Later observations judged again when an earlier one arrives after them, nearest first."""


class Judged(NamedTuple):
    """A finding and the observation it belongs to: the latest of the pattern, whichever came last."""

    observation: Observation
    finding: Finding


class Watched(NamedTuple):
    history: History
    judged: tuple[Judged, ...]
    """Findings of the observation itself, then those that it completes at its successors."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for _, finding in self.judged)


class Typologies:
    """The behaviour rules under one policy."""

    def __init__(self, accounts_allowed: Iterable[str] = (), rules: Sequence[Typology] = TYPOLOGIES) -> None:
        """`accounts_allowed`: accounts that many are rightly paid into (payroll agents, pooled e-money accounts),
        each as IBAN, account number, wallet, or as the keyed hash that findings and histories show."""
        self._allowed = frozenset(form for account in accounts_allowed for form in account_spellings(account.strip()))
        self._rules = tuple(rules)

    # ------------------------------------------------------------ fanning out

    def observations(self, event: Event, event_digest: str, identity: Identity) -> tuple[Observation, ...]:
        """What the event tells of each subject; empty where no rule wants it.

        `event_digest` is the sha256 of the event's canonical form; `identity` hashes a normalised value.
        """
        facts = facts_of(event, identity)
        if facts is None:
            return ()
        subjects: list[tuple[SubjectKind, str]] = []
        if facts.account is not None and facts.payee is not None and not self._is_allowed(facts.account):
            subjects.append((SubjectKind.ACCOUNT, facts.account.identity))
        if facts.payee is not None:
            subjects.append((SubjectKind.WORKER, facts.payee))
        return tuple(
            observation_of(event, event_digest, kind, f"{event.tenant}/{kind}/{identity_}", facts)
            for kind, identity_ in subjects
        )

    def _is_allowed(self, account: AccountIdentity) -> bool:
        number = account.number
        # Allowed accounts may be named without the bank, as statements name them.
        return not self._allowed.isdisjoint((account.identity, number, number.partition(":")[2]))

    # ------------------------------------------------------------ judging

    def judge(self, observation: Observation, history: History) -> tuple[Finding, ...]:
        """What the rules find in an observation, given what came before it. Later observations do not matter."""
        before = history.before(observation)
        return tuple(
            finding
            for rule in self._rules
            if rule.subject_kind is observation.subject_kind and not self._concerns_allowed(rule, observation)
            for finding in rule.judge(rule, observation, before)
        )

    def watch(self, observation: Observation, history: History) -> Watched:
        """The history with the observation, and the findings it causes."""
        including = history.including(observation)
        judged = [Judged(observation, finding) for finding in self.judge(observation, history)]
        without = history.without(observation)
        for successor in history.after(observation)[:SUCCESSORS_MAX]:
            known = {(f.rule, f.severity) for f in self.judge(successor, without)}
            judged += [
                Judged(successor, finding)
                for finding in self.judge(successor, including)
                if (finding.rule, finding.severity) not in known
            ]
        if history.is_full and including is not history:
            judged.append(Judged(observation, history_limit(observation)))
        return Watched(including, tuple(judged))

    def _concerns_allowed(self, rule: Typology, observation: Observation) -> bool:
        return rule.subject_kind is SubjectKind.ACCOUNT and observation.account in self._allowed
