"""Findings on list entries: what an analyst reads of a name, a number or an owner that was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from streamer.events import Agreement, Consequence, Evidence, Finding, Severity, Verdict
from streamer.screening import Hit, TextHit
from streamer.screening.features import FEATURES
from streamer.screening.identifiers import IdentifierHit
from streamer.watchlists.entity import Entity
from streamer.watchlists.ownership import Standing

LISTED_NAME: Final = "LISTED_NAME"
LISTED_NAME_IN_TEXT: Final = "LISTED_NAME_IN_TEXT"
LISTED_IDENTIFIER: Final = "LISTED_IDENTIFIER"
LISTED_WALLET: Final = "LISTED_WALLET"
NEAR_IDENTIFIER: Final = "NEAR_IDENTIFIER"
OWNERSHIP: Final = "OWNERSHIP_50"
"""Rules of the findings on list entries."""
STAKES_SHOWN_MAX: Final = 12
"""Of a chain, in one finding."""
STAKE: Final = Agreement(kind="stake")
"""A note that tells a share of an owner, as the lists say it."""

_NAME_SEVERITY: Final[Mapping[Verdict, Severity]] = {
    Verdict.HOLD: Severity.HIGH,
    Verdict.REVIEW: Severity.MEDIUM,
    Verdict.RELEASE: Severity.LOW,
}


def evidence(element: str, entity: Entity, **more: Any) -> Evidence:
    """That `element` of the event met the entry; `more` are fields of Evidence."""
    return Evidence(
        element=element,
        list=entity.list,
        entity_id=entity.id,
        entity_name=entity.name,
        programs=entity.programs,
        **more,
    )


def name_evidence(element: str, hit: Hit | TextHit) -> Evidence:
    """That the element resembles a name of the entry, and how."""
    return evidence(
        element,
        hit.entity,
        matched_name=hit.matched.text,
        score=round(hit.score, 4),
        note="; ".join(hit.reasons),
        agreements=tuple(
            Agreement(kind=line.feature, values=line.texts) for line in hit.lines if FEATURES[line.feature].says
        ),
    )


def identifier_evidence(element: str, hit: IdentifierHit) -> Evidence:
    """That the element is an identifier of the entry."""
    return evidence(
        element,
        hit.entity,
        matched_name=hit.listed_value,
        score=1.0,
        note=hit.reason,
        agreements=(Agreement(kind="identifier"),),
    )


def name_finding(rule: str, element: str, hit: Hit | TextHit, verdict: Verdict) -> Finding:
    """A name of the event, or in a text of it, is that of the entry, by score."""
    entity = hit.entity
    return Finding(
        rule=rule,
        verdict=verdict,
        severity=_NAME_SEVERITY[verdict],
        reason=f"{element} matches {hit.matched.text} ({_entry(entity)}) with score {hit.score:.2f}.",
        evidence=(name_evidence(element, hit),),
        consequence=entity.consequence,
        advice=consequence_advice(entity.list, entity.consequence),
    )


def identifier_finding(rule: str, element: str, hit: IdentifierHit, verdict: Verdict) -> Finding:
    """A number, address or wallet of the event is the entry's, to the letter."""
    entity = hit.entity
    return Finding(
        rule=rule,
        verdict=verdict,
        severity=Severity.CRITICAL if verdict is Verdict.HOLD else Severity.MEDIUM,
        reason=f"{element} is the {hit.kind} {hit.listed_value} of {entity.name} ({_entry(entity)}).",
        evidence=(identifier_evidence(element, hit),),
        consequence=entity.consequence,
        advice=consequence_advice(entity.list, entity.consequence),
    )


def near_finding(element: str, hit: IdentifierHit, verdict: Verdict) -> Finding:
    """A number of the event is one character off the entry's."""
    entity = hit.entity
    return Finding(
        rule=NEAR_IDENTIFIER,
        verdict=verdict,
        severity=Severity.MEDIUM,
        reason=f"{element} is one character off the {hit.kind} {hit.listed_value} of {entity.name} ({_entry(entity)}).",
        evidence=(evidence(element, entity, matched_name=hit.listed_value),),
        consequence=Consequence.REVIEW,
        advice="Ask the payer to check the number: it is mistyped, or it was made to look so.",
    )


def ownership_finding(
    met: Evidence,
    entity: Entity,
    standings: Sequence[Standing],
    owners: Sequence[Evidence],
    says: str,
    verdict: Verdict,
) -> Finding:
    """Who is owned by blocked parties is blocked, too; the chain of owners with their shares is the evidence.

    `met` is what met the owned entity, `owners` one piece of evidence a stake, `says` the first standing in words.
    """
    standing = standings[0]
    further = [f"also {s.rule.says}" for s in standings[1:] if s.is_certain == standing.is_certain]
    return Finding(
        rule=OWNERSHIP,
        verdict=verdict,
        severity=_NAME_SEVERITY[verdict],
        reason=f"{met.element} is {entity.name} ({entity.id}), {says}."
        + (f" By {', '.join(further)}." if further else ""),
        evidence=(met, *owners),
        consequence=Consequence.BLOCK if standing.is_certain else Consequence.REVIEW,
        advice=CONSEQUENCE_ADVICE[Consequence.BLOCK]
        if standing.is_certain
        else "Find out the share, and whether it still is held: with 50 % in the aggregate the company is blocked.",
    )


def _entry(entity: Entity) -> str:
    programs = f", {'/'.join(entity.programs)}" if entity.programs else ""
    return f"list {entity.list}, entry {entity.native_id}{programs}"


_FREEZE_ADVICE = "Freeze the funds and make none available to the party, directly or indirectly"
_BLOCK_ADVICE: Mapping[str, str] = {
    "eu": f"{_FREEZE_ADVICE} (Article 2 of the programme's regulation).",
    "uk": f"{_FREEZE_ADVICE} (Sanctions and Anti-Money Laundering Act 2018 and the regime's regulations).",
    "un": f"{_FREEZE_ADVICE}, by the law that implements the Security Council's list where you are.",
}
"""By list, where it is not OFAC's rule that applies."""


def consequence_advice(list_name: str, consequence: Consequence) -> str:
    """What the law behind an entry of a list asks for. Whom to tell, and until when, stands with the alert."""
    if consequence is Consequence.BLOCK and list_name in _BLOCK_ADVICE:
        return _BLOCK_ADVICE[list_name]
    return CONSEQUENCE_ADVICE[consequence]


CONSEQUENCE_ADVICE: Mapping[Consequence, str] = {
    Consequence.BLOCK: "Block the funds; US persons report blocked property to OFAC within 10 business days "
    "(31 CFR 501.603).",
    Consequence.REJECT: "Reject the transfer; US persons report rejected transactions to OFAC within 10 business days "
    "(31 CFR 501.604).",
    Consequence.RESTRICTED: "Certain dealings are prohibited under this programme: check the directive before paying.",
    Consequence.REVIEW: "No legal block by itself: an analyst decides.",
}
