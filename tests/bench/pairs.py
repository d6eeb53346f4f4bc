"""F1 on labelled pairs of names by cross-validation, and the weights of `PAIR_FEATURES`.

    python -m tests.bench.pairs [--errors]

Logistic regression by Newton steps on the features of `streamer.screening.pairs`, threshold 0.5: ten folds five times,
and trained on one random half to judge the other, twenty times. Beside it, how many pairs of generated organisations of
each kind (tests/bench/pair_kinds.py) the shipped weights judge rightly.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from math import exp

from streamer.events import PartyType
from streamer.screening.pairs import PAIR_FEATURES, compare, features, ordered, readings
from tests.bench.pair_kinds import kinds
from tests.shared import SHARED

RIDGE = 0.1
STEPS = 12
FOLDS = 10
SEED = 1
KIND_PAIRS = 50
TYPES = {"any": PartyType.UNKNOWN}

Row = Sequence[float]


def labelled() -> list[dict[str, str]]:
    with (SHARED / "eval" / "name_pairs_dev.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def party_type(row: dict[str, str]) -> PartyType:
    return TYPES.get(row["type"]) or PartyType(row["type"])


def values(a: str, b: str, type: PartyType) -> list[list[float]]:
    """The features of each reading of two names; the plain one first."""
    found = [features(*ordered(one, other), person=type is PartyType.PERSON)[0] for one, other in readings(a, b, type)]
    return [[row[name] for name in PAIR_FEATURES] for row in found]


def solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """Gaussian elimination."""
    size = len(vector)
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for i in range(size):
        best = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for r in range(i + 1, size):
            factor = rows[r][i] / rows[i][i]
            for c in range(i, size + 1):
                rows[r][c] -= factor * rows[i][c]
    out = [0.0] * size
    for i in reversed(range(size)):
        out[i] = (rows[i][size] - sum(rows[i][c] * out[c] for c in range(i + 1, size))) / rows[i][i]
    return out


def probability(weights: Row, row: Row) -> float:
    odds = sum(w * x for w, x in zip(weights, row, strict=True))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def fit(rows: Sequence[Row], labels: Sequence[bool]) -> list[float]:
    """Weights of a logistic regression with a ridge; the first column is the constant."""
    size = len(rows[0])
    weights = [0.0] * size
    for _ in range(STEPS):
        gradient = [-RIDGE * w if i else 0.0 for i, w in enumerate(weights)]
        hessian = [[(RIDGE if i == j and i else 1e-6 * (i == j)) for j in range(size)] for i in range(size)]
        for row, label in zip(rows, labels, strict=True):
            p = probability(weights, row)
            spread = p * (1 - p)
            for i in range(size):
                if row[i]:
                    gradient[i] += (label - p) * row[i]
                    for j in range(size):
                        hessian[i][j] += spread * row[i] * row[j]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
    return weights


def fit_readings(pairs: Sequence[Sequence[Row]], labels: Sequence[bool]) -> list[float]:
    """Each pair counts by the reading that agrees best, which the weights decide."""
    weights = fit([rows[0] for rows in pairs], labels)
    if any(len(rows) > 1 for rows in pairs):
        weights = fit([max(rows, key=lambda row: probability(weights, row)) for rows in pairs], labels)
    return weights


def match(weights: Row, rows: Sequence[Row]) -> bool:
    return max(probability(weights, row) for row in rows) >= 0.5


def f1(judged: Sequence[bool], labels: Sequence[bool]) -> float:
    both = sum(a and b for a, b in zip(judged, labels, strict=True))
    return 2 * both / (sum(judged) + sum(labels))


def judged_unseen(pairs: Sequence[Sequence[Row]], labels: Sequence[bool], seed: int, folds: int) -> dict[int, bool]:
    """Pair -> judgement by weights that have not seen it; with one fold, of one half by the other."""
    order = list(range(len(pairs)))
    random.Random(seed).shuffle(order)
    parts = [order[fold::folds] for fold in range(folds)] if folds > 1 else [order[::2]]
    judged: dict[int, bool] = {}
    for part in parts:
        held = set(part)
        train = [i for i in order if i not in held]
        weights = fit_readings([pairs[i] for i in train], [labels[i] for i in train])
        judged |= {i: match(weights, pairs[i]) for i in part}
    return judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    labelled_pairs = labelled()
    pairs = [values(row["a"], row["b"], party_type(row)) for row in labelled_pairs]
    labels = [row["is_match"] == "true" for row in labelled_pairs]
    bodies = {i for i, row in enumerate(labelled_pairs) if row["type"] != "person"}
    print(f"{len(pairs)} pairs, {len(bodies)} of them not of people")
    for title, folds, times in (("ten folds", FOLDS, 5), ("half by half", 1, 20)):
        scores: list[float] = []
        of_bodies: list[float] = []
        for seed in range(times):
            judged = judged_unseen(pairs, labels, seed, folds)
            for keep, into in ((set(judged), scores), (bodies & set(judged), of_bodies)):
                into.append(f1([judged[i] for i in keep], [labels[i] for i in keep]))
        print(
            f"{title}: F1 {sum(scores) / times:.3f} ({min(scores):.3f} to {max(scores):.3f}), "
            f"not of people {sum(of_bodies) / times:.3f}"
        )
    for name, weight in zip(PAIR_FEATURES, fit_readings(pairs, labels), strict=True):
        print(f"  {name:16s} {weight:7.2f}   shipped {PAIR_FEATURES[name].weight:7.2f}")
    shipped = [compare(row["a"], row["b"], party_type(row)).score for row in labelled_pairs]
    print(f"shipped weights: F1 {f1([s >= 0.5 for s in shipped], labels):.3f} at 0.5 (seen by the fit)")
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for kind, a, b, is_one in kinds(SEED, KIND_PAIRS):
        by_kind[kind].append((compare(a, b, PartyType.ENTITY).score >= 0.5) == is_one)
    for kind, right in by_kind.items():
        print(f"  {kind:24s} {sum(right):3d}/{len(right)} right")
    if args.errors:
        for score, label, row in sorted(zip(shipped, labels, labelled_pairs, strict=True), key=lambda r: r[0]):
            if (score >= 0.5) != label:
                print(f"  {score:.2f} {row['is_match']:5s} {row['a']} | {row['b']} ({row['type']}, {row['quality']})")


if __name__ == "__main__":
    main()
