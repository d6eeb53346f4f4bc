"""`make evasions`: many attempts, tables by field and disguise, and examples of what was released.

    python -m tests.evasions --cases 50000 --seed 7
    python -m tests.evasions --save /tmp/missed         also every miss as a file that `streamer replay --input` reads
    STREAMER_EVASIONS_LISTS="ofac=lists/ofac un=un.xml" python -m tests.evasions

Exit 1 where fewer are caught, or fewer clean twins released, than `test_evasions` demands.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

from tests.evasions.generator import CAUGHT_MIN, CLEAN_MIN, EXCEPTIONS, LISTS, POLICY, Case, Tally, cases, why
from tests.evasions.things import LIST_FILE, rows

EXAMPLES_A_GROUP = 1
EXAMPLES_MAX = 60
COLUMNS = (
    "list",
    "id",
    "type",
    "name",
    "programs",
    "consequence",
    "bics",
    "identifiers",
    "wallets",
    "emails",
    "phones",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Generated evasion attempts and their clean twins.")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--save", type=Path, help="folder for the misses")
    parser.add_argument("--list", action="store_true", help=f"write {LIST_FILE.name} anew, and nothing else")
    asked = parser.parse_args()
    if asked.list:
        write_list()
        return
    print(f"seed {asked.seed}", file=sys.stderr)
    tally = Tally.of(cases(asked.seed, asked.cases), lambda n: _tell(n, asked.cases))
    show(tally)
    if asked.save:
        save(tally.misses, asked.save)
    total = tally.total
    is_good = total.caught_share >= CAUGHT_MIN and total.clean_share >= CLEAN_MIN and not tally.failures
    sys.exit(0 if is_good else 1)


def _tell(done: int, of: int) -> None:
    if done % 500 == 0 or done == of:
        print(f"\r{done:,} of {of:,}", end="" if done < of else "\n", file=sys.stderr, flush=True)


def show(tally: Tally) -> None:
    for title, group in (
        ("by thing", lambda key: key[2]),
        ("by field", lambda key: key[0]),
        ("by disguise", lambda key: key[1]),
        ("by thing and disguise, the worst", lambda key: f"{key[2]}, {key[1]}"),
        ("by field and disguise, the worst", lambda key: f"{key[0]}, {key[1]}"),
        ("all", lambda key: "all"),
    ):
        print(f"\n{title}")
        print("\n".join(tally.table(group, rows_max=100)))
    total = tally.total
    released = total.clean_released + total.clean_passed
    twins = released + total.clean_doubted + total.clean_refused + total.clean_stopped
    print(
        f"\nclean twins: {released:,} of {twins:,} released, {total.clean_doubted:,} reviewed for their form alone "
        f"(generator.Case.suspect says why each may be), {total.clean_refused:,} refused by the schema, "
        f"{total.clean_stopped:,} stopped otherwise"
    )
    print("\nin the tables: caught, of all attempts; blind, so was the twin; known, a gap of SECURITY.md; clean, twins")
    print("released, of those that must be; refused, twins that the schema refuses")
    print("\nreleased by a known gap (SECURITY.md); one without any may be removed")
    print("\n".join(f"{gap.name:44}{tally.known[gap.name]:8}" for gap in EXCEPTIONS))
    for case, error in tally.failures[:EXAMPLES_MAX]:
        print(f"\n{error}: {case.says}")
    print("\nclean twins that were stopped, one of each field and disguise")
    seen: set[tuple[str, str]] = set()
    for twin, decision in tally.stopped:
        if (key := (twin.place.kind, twin.disguise.name)) not in seen and len(seen) < EXAMPLES_MAX:
            seen.add(key)
            print(f"{twin.says}: {why(decision)}")
    specs = " ".join(f"--list {spec}" for spec in LISTS)
    print("\nattempts that were released (messages of XML: --save); save the lines and the policy, and")
    print(f"streamer replay --policy policy.toml {specs} --input lines.jsonl   # policy: {POLICY!r}")
    for case in examples(tally.misses):
        print(case.as_line())


def examples(misses: Sequence[Case]) -> list[Case]:
    """One of each disguise and kind of field, JSON only."""
    groups: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in misses:
        if not case.place.source.endswith(".xml"):
            groups[case.disguise.name, case.place.kind].append(case)
    return [case for group in groups.values() for case in group[:EXAMPLES_A_GROUP]][:EXAMPLES_MAX]


def save(misses: Sequence[Case], folder: Path) -> None:
    """Lines of JSON, messages of XML, and the policy: `streamer replay --policy FOLDER/policy.toml --input FOLDER`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    with (folder / "misses.jsonl").open("w", encoding="utf-8") as file:
        for case in misses:
            if case.place.source.endswith(".xml"):
                value = case.record.value
                assert value is not None
                (folder / f"{case.number:06d}.xml").write_bytes(value)
            else:
                file.write(case.as_line() + "\n")
    with (folder / "misses.txt").open("w", encoding="utf-8") as file:
        file.writelines(f"{case.number:06d} {case.says}\n" for case in misses)


def write_list() -> None:
    with LIST_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
