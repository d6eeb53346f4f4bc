"""Every answer to the golden inputs is the committed one, byte for byte. A change wanted: see `golden`."""

from __future__ import annotations

import pytest

from tests.acceptance.golden import CORPORA, committed, differences

SHOWN_MAX = 30


@pytest.mark.parametrize("corpus", CORPORA)
def test_golden(corpus: str) -> None:
    before, after = committed(corpus), list(CORPORA[corpus]())
    changed = list(differences(before, after))
    assert before == after, (
        f"{len(changed)} inputs of {corpus} are answered differently; where that is wanted, look at "
        "`python -m tests.acceptance.golden --diff` and run it with --write:\n" + "\n".join(changed[:SHOWN_MAX])
    )


def test_the_difference_is_told_in_words() -> None:
    before = ["a\trelease\t\tx", "b\treview\tLISTED_NAME review un-1 creditor.name\ty", "c\thold\tEMBARGO hold - q\tz"]
    after = ["a\thold\tLISTED_NAME hold un-1 debtor.name\tx2", "b\treview\t\ty2", "c\thold\tEMBARGO hold - q\tz2"]
    assert list(differences(before, after)) == [
        "a: release -> hold; new: LISTED_NAME hold un-1 debtor.name",
        "b: review as before; gone: LISTED_NAME review un-1 creditor.name",
        "c: hold as before, same findings, other words or numbers",
    ]
