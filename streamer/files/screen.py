"""Names of a CSV screened as parties of payments are, and pairs of names compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from streamer.detectors.listed import Judge, Met
from streamer.events import (
    Verdict,
    strictest_verdict,
)
from streamer.files.rows import InvalidInput, fault, party_type, query_of, rows
from streamer.lists import Lists
from streamer.policy import Policy
from streamer.route import ANY_KIND, NAME, Item, as_read
from streamer.screening import compare
from streamer.screening.identifiers import IdentifierHit

_COLUMNS: Final = frozenset({"id", "name", "type", "birth_date", "country", "identifier"})


def screened_names(path: Path, lists: Lists, policy: Policy) -> Iterator[dict[str, Any]]:
    """One answer per row of `id,name[,type][,birth_date][,country][,identifier]`, in order.

    Judged as the same party is judged on a payment. A row with a cell that cannot be read is held, with an `error` that
    names line, column, value and cure; what could be read of it is screened. A row on which our own code fails is held,
    too, with an `error` that names line and class; the others are screened.
    """
    judge = Judge(lists, policy)
    for line, row in rows(path, ("id", "name")):
        try:
            answer = _screened(judge, policy, row, f"{path}: line {line}")
        except Exception as error:  # noqa: BLE001 - held and said; the others are screened
            answer = _answered(row, Verdict.HOLD, (), f"{path}: line {line}: {fault(error)}")
        yield answer


def unscreened_columns(path: Path) -> tuple[str, ...]:
    """Columns of the file's first row that `screened_names` does not read."""
    _, row = next(rows(path, ("id", "name")), (0, {}))
    return tuple(name for name in row if name not in _COLUMNS)


def _screened(judge: Judge, policy: Policy, row: Mapping[str, str], where: str) -> dict[str, Any]:
    query, problems = query_of(row)
    items = []
    if query.name:
        items.append(Item("name", NAME, query.name, query.type, query.birth_date, query.countries))
    if row.get("identifier"):
        issued_by = query.countries if len(query.countries) == 1 else ()
        items.append(Item("identifier", ANY_KIND, row["identifier"], countries=issued_by))
    answers = _answers(judge.counterparty("row", as_read(items)), policy)
    # Who has neither name nor number cannot be cleared.
    unnamed = Verdict.RELEASE if items else Verdict.REVIEW
    unread = Verdict.HOLD if problems else Verdict.RELEASE
    verdict = strictest_verdict((unnamed, unread, *(verdict for verdict, _ in answers)))
    error = f"{where}: " + "; ".join(problems) if problems else None
    return _answered(row, verdict, [hit for _, hit in answers], error)


def _answered(
    row: Mapping[str, str], verdict: Verdict, hits: Sequence[Mapping[str, Any]], error: str | None
) -> dict[str, Any]:
    said = {} if error is None else {"error": error}
    return {"id": row["id"], "verdict": verdict, "hits": list(hits), **said}


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
