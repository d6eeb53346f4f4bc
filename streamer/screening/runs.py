"""Words of two names that are divided otherwise: one here and several there, a space elsewhere, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import OSA

from streamer.screening.abjads import ABJADS, consonant_readings, consonants, vowels, vowels_that_differ
from streamer.screening.features import COST, EVIDENCE_BITS_MIN, SYLLABLE_BITS, Evidence
from streamer.screening.loans import LOANS
from streamer.screening.names import BITS_MAX, Name, bits, skeleton, syllables
from streamer.screening.transliteration import HANGUL, SYLLABIC_SCRIPTS
from streamer.screening.writings import KOREAN_THROUGH, syllables_written

EXACTLY_WRITTEN: Final = ABJADS | SYLLABIC_SCRIPTS | LOANS.keys()
"""Scripts whose words have no Latin letters to mistype."""
_RUN_WORDS_MAX: Final = 6
"""At most this many neighbouring words of one name may be one word of the other."""
WHOLE_LETTERS_MAX: Final = 3
WHOLE_CHARS_MIN: Final = 8
_WHOLE_CHARS_PER_LETTER: Final = 10
_SHIFTED_LETTERS_MIN: Final = 6


def _same_run_together(text: str, one: str, script: str) -> str | None:
    if text == one:
        return "glued"
    if script in ABJADS:
        kept, there = consonants(one), consonants(text)
        read = min(len(kept), len(there)) > 2 and (kept in consonant_readings(text) or there in consonant_readings(one))
        return "glued_read" if read and not _vowels_differ(one, text) else None
    if (key := syllables(one)) is not None and key == syllables(text):
        return "glued_hangul" if script in HANGUL else "glued_read"
    if script in KOREAN_THROUGH and (
        key in syllables_written(text, script) or syllables(text) in syllables_written(one, script)
    ):
        return "glued_hangul"
    return "glued_far" if len(text) > 4 and skeleton(text) == skeleton(one) else None


def _vowels_differ(one: str, other: str) -> bool:
    ours, theirs = vowels(one), vowels(other)
    return bool(vowels_that_differ(ours, theirs)) and bool(vowels_that_differ(theirs, ours))


_TORN_OFF_LETTERS_MAX: Final = 2


def is_torn_off(words: Sequence[str]) -> bool:
    """One of two words has only one or two letters: MO AMMED for MOHAMMED."""
    return len(words) == 2 and min(map(len, words)) <= _TORN_OFF_LETTERS_MAX


def glued(
    ones: dict[int, str], others: dict[int, str], other: Name, script: str, *, cyclic: bool, torn: bool = False
) -> list[Evidence]:
    """One token here is several neighbouring words there: SILVERSTAR = SILVER STAR. Takes them out of both.

    `torn`: the several words are the query's; then a letter may differ only beside a piece of one or two letters.
    """
    lines: list[Evidence] = []
    words = other.words
    size = len(words)
    if size < 2:
        return lines
    mistyped = script not in EXACTLY_WRITTEN
    has_initials = sum(len(word) == 1 for word in words) > 1
    for i, one in list(ones.items()):
        if len(one) < (3 if script in SYLLABIC_SCRIPTS else 4):
            continue
        found = None
        is_read = script in ABJADS or syllables(one) is not None
        for start in range(size):
            if one[0] != words[start][0] and not is_read and skeleton(words[start])[0] != skeleton(one)[0]:
                continue
            text = words[start]
            for length in range(2, min(_RUN_WORDS_MAX, size) + 1):
                at = start + length - 1
                if at >= size and not cyclic:
                    break
                text += words[at % size]
                if len(text) > len(one) + 2:
                    break
                if torn and has_initials and (len(words[start]) == 1 or len(words[at % size]) == 1):
                    # MOROZOV A.D. is nobody's MOROZOVA.
                    continue
                read = _same_run_together(text, one, script)
                if read is not None:
                    found = [words[k % size] for k in range(start, at + 1)], read
                    break
                if mistyped and len(text) > 6 and OSA.distance(text, one, score_cutoff=1) == 1:
                    run = [words[k % size] for k in range(start, at + 1)]
                    found = (run, "glued_typo") if not torn or is_torn_off(run) else None
                    break
            if found:
                break
        if not found:
            continue
        run, kind = found
        open_tokens = list(others.values())
        meant = [w for w in run if w in open_tokens]
        if not meant:
            continue
        for word in meant:
            for j, token in others.items():
                if token == word:
                    del others[j]
                    break
        del ones[i]
        most = SYLLABLE_BITS if kind in ("glued_read", "glued_hangul") and script not in ABJADS else BITS_MAX
        worth = sum([min(most, bits(word)) for word in meant]) - COST[kind]
        lines.append(Evidence(kind, (one, " ".join(run)), max(EVIDENCE_BITS_MIN, worth)))
    return lines


def whole_letters_max(chars: int) -> int:
    """Letters that may differ in a name of `chars` letters, written without spaces."""
    return min(WHOLE_LETTERS_MAX, 1 + chars // _WHOLE_CHARS_PER_LETTER)


def _letters_off(query: str, written: Sequence[str]) -> int:
    """Letters by which two names differ, written without spaces; WHOLE_LETTERS_MAX + 1 for any more."""
    return min(OSA.distance(query, other, score_cutoff=WHOLE_LETTERS_MAX) for other in written)


def run_together(listed: Name) -> tuple[str, ...]:
    """The name without spaces, in the orders in which it is written."""
    tokens, k = listed.tokens, listed.surnames
    text = "".join(tokens)
    return (text, "".join(tokens[-k:] + tokens[:-k])) if k else (text,)


def as_a_whole(query: Name, listed: Name) -> list[Evidence] | None:
    if len(query.tokens) + len(listed.tokens) < 3:
        return None
    text = "".join(query.tokens)
    if len(text) < WHOLE_CHARS_MIN:
        return None
    distance = _letters_off(text, run_together(listed))
    if distance > whole_letters_max(len(text)):
        return None
    kind = f"whole_{max(1, distance)}"
    gain = sum(map(bits, listed.tokens)) - COST[kind]
    texts = (" ".join(query.tokens), " ".join(listed.tokens))
    return [Evidence(kind, texts, gain), Evidence("prior", (), -COST["prior"])]


def shifted(
    q_tokens: tuple[str, ...], l_tokens: tuple[str, ...], q_open: dict[int, str], l_open: dict[int, str]
) -> list[Evidence]:
    """Two neighbours here are two neighbours there, divided elsewhere: PAU LNICHOLAS = PAUL NICHOLAS."""
    lines = []
    for i in list(q_open):
        if i not in q_open or i + 1 not in q_open:
            continue
        one = q_tokens[i] + q_tokens[i + 1]
        for j in list(l_open):
            if j not in l_open or j + 1 not in l_open:
                continue
            other = l_tokens[j] + l_tokens[j + 1]
            distance = OSA.distance(one, other, score_cutoff=1)
            if len(one) < _SHIFTED_LETTERS_MIN or distance > 1:
                continue
            kind = "shifted_typo" if distance else "shifted"
            gain = bits(l_tokens[j]) + bits(l_tokens[j + 1]) - COST[kind]
            texts = (f"{q_tokens[i]} {q_tokens[i + 1]}", f"{l_tokens[j]} {l_tokens[j + 1]}")
            lines.append(Evidence(kind, texts, max(EVIDENCE_BITS_MIN, gain)))
            del q_open[i], q_open[i + 1], l_open[j], l_open[j + 1]
            break
    return lines
