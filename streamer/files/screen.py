"""Names of a CSV screened as parties of payments are, and pairs of names compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from streamer.detectors.listed import Judge, Met
from streamer.events import (
    Verdict,
    strictest_verdict,
)
from streamer.files.rows import InvalidInput, party_type, query_of, rows
from streamer.lists import Lists
from streamer.policy import Policy
from streamer.route import ANY_KIND, NAME, Item, as_read
from streamer.screening import compare
from streamer.screening.identifiers import IdentifierHit


def screened_names(path: Path, lists: Lists, policy: Policy) -> Iterator[dict[str, Any]]:
    """One answer per row of `id,name[,type][,birth_date][,country][,identifier]`, in order.

    Judged as the same party is judged on a payment. A row with a cell that cannot be read is held, with an `error` that
    names line, column, value and cure; what could be read of it is screened.
    """
    judge = Judge(lists, policy)
    for line, row in rows(path, ("id", "name")):
        query, problems = query_of(row)
        items = []
        if query.name:
            items.append(Item("name", NAME, query.name, query.type, query.birth_date, query.countries))
        if row.get("identifier"):
            issued_by = query.countries if len(query.countries) == 1 else ()
            items.append(Item("identifier", ANY_KIND, row["identifier"], countries=issued_by))
        answers: list[tuple[Verdict, dict[str, Any]]] = []
        try:
            answers = _answers(judge.counterparty("row", as_read(items)), policy)
        except Exception as error:  # noqa: BLE001 - one row's failure is no other's: held, and said
            problems = (*problems, f"screening failed with {type(error).__name__}; the row is held, please report it")
        # Who has neither name nor number cannot be cleared.
        unnamed = Verdict.RELEASE if items else Verdict.REVIEW
        unread = Verdict.HOLD if problems else Verdict.RELEASE
        yield {
            "id": row["id"],
            "verdict": strictest_verdict((unnamed, unread, *(verdict for verdict, _ in answers))),
            "hits": [hit for _, hit in answers],
            **({"error": f"{path}: line {line}: " + "; ".join(problems)} if problems else {}),
        }


def _answers(met: Iterable[Met], policy: Policy) -> list[tuple[Verdict, dict[str, Any]]]:
    """One hit per entry, best first: its verdict, and what `screen` prints of it."""
    by_entity: dict[str, tuple[Verdict, dict[str, Any]]] = {}
    for one in met:
        answer = _answer(one, policy)
        known = by_entity.get(one.entity.id)
        if known is not None:
            verdict, before = known
            further = [reason for reason in answer["reasons"] if reason not in before["reasons"]]
            before["score"] = max(before["score"], answer["score"])
            before["reasons"] = [*further, *before["reasons"]]
            by_entity[one.entity.id] = strictest_verdict((verdict, one.strictest)), before
        else:
            by_entity[one.entity.id] = one.strictest, answer
    return sorted(by_entity.values(), key=lambda found: (-found[0].rank, -found[1]["score"]))


def _answer(met: Met, policy: Policy) -> dict[str, Any]:
    hit, entity, says = met.hit, met.entity, met.property_of.says
    if isinstance(hit, IdentifierHit):
        matched, score, reasons = hit.listed_value, 1.0 if hit.conclusive else policy.screening.review, [hit.reason]
    else:
        matched, score, reasons = hit.matched.text, round(hit.score, 4), [*hit.reasons]
    return {
        "entity_id": entity.id,
        "list": entity.list,
        "name": entity.name,
        "matched_name": matched,
        "score": score,
        "reasons": [*reasons, *([f"OWNERSHIP_50: {says}"] if says else [])],
    }


def compared_pairs(path: Path, policy: Policy) -> Iterator[dict[str, Any]]:
    """One answer per row of `id,a,b[,type]`, in order."""
    for line, row in rows(path, ("id", "a", "b")):
        try:
            comparison = compare(row["a"], row["b"], party_type(row.get("type", "")))
        except ValueError as problem:
            raise InvalidInput(f"{path}: line {line}: {problem}") from None
        yield {
            "id": row["id"],
            "score": round(comparison.score, 4),
            "is_match": comparison.score >= policy.screening.match,
            "reasons": list(comparison.reasons),
        }
