"""F1 on labelled pairs of names by cross-validation, and the weights of `PAIR_FEATURES`.

    python -m tests.bench.pairs [--errors]

Logistic regression by Newton steps on the features of `streamer.screening.pairs`, ten folds five times, threshold 0.5.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Sequence
from math import exp

from streamer.events import PartyType
from streamer.screening.names import tokenise
from streamer.screening.pairs import PAIR_FEATURES, compare, features
from tests.shared import SHARED

RIDGE = 0.5
STEPS = 25
TYPES = {"any": PartyType.UNKNOWN}

Row = Sequence[float]


def labelled() -> list[dict[str, str]]:
    with (SHARED / "eval" / "name_pairs_dev.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def values(row: dict[str, str]) -> list[float]:
    type = TYPES.get(row["type"]) or PartyType(row["type"])
    left, right = tokenise(row["a"], type), tokenise(row["b"], type)
    if (right.tokens, right.forms, right.script) < (left.tokens, left.forms, left.script):
        left, right = right, left
    found, _ = features(left, right, person=type is PartyType.PERSON)
    return [found[name] for name in PAIR_FEATURES]


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


def f1(judged: Sequence[bool], labels: Sequence[bool]) -> float:
    both = sum(a and b for a, b in zip(judged, labels, strict=True))
    return 2 * both / (sum(judged) + sum(labels))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    pairs = labelled()
    rows = [values(row) for row in pairs]
    labels = [row["is_match"] == "true" for row in pairs]
    scores = []
    for seed in range(5):
        order = list(range(len(rows)))
        random.Random(seed).shuffle(order)
        judged = [False] * len(rows)
        for fold in range(10):
            held = set(order[fold::10])
            train = [i for i in order if i not in held]
            weights = fit([rows[i] for i in train], [labels[i] for i in train])
            for i in held:
                judged[i] = probability(weights, rows[i]) >= 0.5
        scores.append(f1(judged, labels))
    print(f"{len(rows)} pairs, cross-validated F1 {sum(scores) / 5:.3f} ({min(scores):.3f} to {max(scores):.3f})")
    for name, weight in zip(PAIR_FEATURES, fit(rows, labels), strict=True):
        print(f"  {name:16s} {weight:7.2f}   shipped {PAIR_FEATURES[name].weight:7.2f}")
    shipped = [compare(r["a"], r["b"], TYPES.get(r["type"]) or PartyType(r["type"])).score for r in pairs]
    print(f"shipped weights: F1 {f1([s >= 0.5 for s in shipped], labels):.3f} at 0.5 (seen by the fit)")
    if args.errors:
        for score, label, row in sorted(zip(shipped, labels, pairs, strict=True), key=lambda r: r[0]):
            if (score >= 0.5) != label:
                print(f"  {score:.2f} {row['is_match']:5s} {row['a']} | {row['b']} ({row['type']}, {row['quality']})")


if __name__ == "__main__":
    main()
