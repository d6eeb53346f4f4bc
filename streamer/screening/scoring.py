"""How well two prepared names agree: one alignment, from which both the score and its reasons come.

The table of what each agreement and difference is worth, and says, is `features.FEATURES`; words that are divided
otherwise are compared in `runs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import Final

from rapidfuzz.distance import OSA

from streamer.events import PartyType
from streamer.screening import numerals, titles
from streamer.screening.abjads import (
    ABJADS,
    consonant_bits,
    consonant_readings,
    consonants_agree,
    consonants_written,
    vowels,
)
from streamer.screening.features import (
    COST,
    EVIDENCE_BITS_MIN,
    FEATURES,
    FORMS,
    PARTS,
    RUNS,
    SYLLABLE_BITS,
    TOKENS,
    WHOLE,
    Evidence,
    features_that,
    in_words,
    worth,
)
from streamer.screening.loans import LOANS, WITH_VOWELS, loan_agreement, loan_bits
from streamer.screening.name_forms import ARABIC, NICKNAME, SURNAME_FORM, TRANSLATED, form_agreement, is_arabic
from streamer.screening.name_parts import in_place, mistyped_form, part_of
from streamer.screening.names import (
    ARTICLES,
    ARTICLES_LEADING,
    BITS,
    FORM_WORDS,
    PARTICLES,
    PLACES,
    SAME_WORD,
    TRADE,
    Name,
    abbreviated,
    bits,
    is_usual_abbreviation,
    skeleton,
    syllables,
    unleeted,
)
from streamer.screening.own_words import own_words
from streamer.screening.runs import EXACTLY_WRITTEN, as_a_whole, glued, shifted
from streamer.screening.transliteration import HANGUL, LOSSY_SCRIPTS, SYLLABIC_SCRIPTS
from streamer.screening.unvowelled import UNVOWELLED, is_unvowelled, listed_bits, unvowelled_agreement
from streamer.screening.writings import syllables_written

CUT_CHARS: Final = range(33, 36)
"""Lengths of names that a 35-character bank field may have cut (a trailing blank or two may be gone)."""
_COMMON_BITS: Final = 10.0
"""Tokens with fewer bits are common: one name in a thousand carries them."""
_READ: Final = features_that(lambda f: f.romanised and f.compares is RUNS)
_GUESSED_LETTERS_MAX: Final = 4
_EXACT_BITS_MIN: Final = 1.6
"""Total of a name that is met to the letter, at least: just above `review` of the shipped policy."""
_BARE_NAME_LETTERS_MIN, _SAME_NAME_LETTERS_MIN = 4, 6
COMPLETE_LETTERS_MIN: Final = 9
"""A single token of this many letters counts as a whole name."""
TYPOS_LONG_CHARS_MIN: Final = 9
_SCORE_BITS: Final = 5.0
_EVEN_BITS: Final = 8.5
"""The score is 1/2 where the bits total -8.5; every further 5 bits double score / (1 - score)."""


AS_WRITTEN: Final = features_that(lambda f: f.as_written)
_TO_THE_LETTER: Final = features_that(lambda f: f.to_the_letter)
_MISTYPED: Final = features_that(lambda f: f.mistyped)
_FORMS_MET: Final = features_that(lambda f: f.compares is FORMS)
_OF_PEOPLE: Final = features_that(lambda f: f.of_people)
_OTHER_NAMES: Final = frozenset({TRANSLATED, NICKNAME})
_PARTED_OTHERWISE: Final = features_that(lambda f: f.compares is RUNS and not f.as_written)
_MET: Final = features_that(lambda f: f.compares in (TOKENS, RUNS, WHOLE) and not f.by_meaning)
_CORROBORATING: Final = features_that(lambda f: f.corroborates)
_CONTRADICTING: Final = features_that(lambda f: f.contradicts)
_SECOND_SYSTEM: Final = features_that(lambda f: f.romanised)
_COST_OF_KNOWN: Final = {name: cost + COST["known_word"] * (name in _MISTYPED) for name, cost in COST.items()}
"""What a pair of tokens costs where the query's is a known word."""

Similar = Mapping[str, tuple[float, str]]
"""Listed token -> (evidence in bits, kind of agreement)."""


def agreement(query: str, listed: str, script: str = "Latn") -> str | None:
    """The kind of agreement of two tokens (a key of FEATURES); None where they are not spellings of one word."""
    if is_unvowelled(listed):
        return unvowelled_agreement(query, listed) if script not in EXACTLY_WRITTEN else None
    if script in LOANS:
        return "same" if query == listed else loan_agreement(query, listed, script)
    kind = _alike(query, listed, script)
    if kind == "same" or script in ABJADS or script in SYLLABIC_SCRIPTS:
        return kind
    form = form_agreement(query, listed)
    return form if form is not None and (kind is None or is_dearer(query, kind, form)) else kind


def is_dearer(query: str, kind: str, form: str) -> bool:
    """A token of the query that is another `form` of a listed name loses more as another spelling (`kind`) of it."""
    return costs(query)[kind] > COST[form]


def _alike(query: str, listed: str, script: str) -> str | None:
    """The kind of agreement by letters, sound and meaning, which holds for names of people and all others."""
    if query == listed:
        return "same"
    if numerals.same_number(query, listed):
        return "number"
    if len(query) < 2 or len(listed) < 2:
        return None
    if listed in abbreviated(query) or query in abbreviated(listed):
        return "abbreviation"
    if (word := SAME_WORD.get(query)) and word == SAME_WORD.get(listed):
        return "translation"
    if query.isdigit() or listed.isdigit():
        return None
    if script in SYLLABIC_SCRIPTS:
        # These scripts have no letters to mistype.
        keys, key = syllables_written(query, script), syllables(listed)
        if key in keys:
            return "hangul" if script in HANGUL else "syllables"
        if keys and key is not None:
            return None
        return "sound" if len(query) > 3 and skeleton(query) == skeleton(listed) else None
    if script in ABJADS:
        if not consonants_written(query, script).isdisjoint(consonant_readings(listed)):
            return next(consonants_agree(query, [vowels(listed)], script))
        return "consonants" if len(query) > 2 and skeleton(query) == skeleton(listed) else None
    distance = OSA.distance(query, listed, score_cutoff=2)
    kind = spelling(query, listed, distance, skeleton(query), skeleton(listed))
    if kind is not None:
        return kind
    if (key := syllables(query)) and key == syllables(listed):
        return "syllables"
    return None


def spelling(query: str, listed: str, distance: int, query_sound: str, listed_sound: str) -> str | None:
    """Kind of agreement of two spellings `distance` letters apart (3: more than 2); the sounds are skeletons."""
    short, size = len(query), len(listed)
    if short > size:
        short, size = size, short
    if short < 3 or (distance == 2 and size < 5 and short < 4):
        return None
    if query_sound == listed_sound and (short >= 4 or distance < 2):
        return "sound" if distance < 2 else "sound_far"
    if size > 3 and not query.isalpha() and listed in unleeted(query):
        return "digits"
    if distance == 1:
        if size < 4:
            return None
        return "typo_short" if size < 6 else "typo" if size < 8 else "typo_long" if size < 11 else "typo_longest"
    if distance == 2 and size >= 5:
        if (
            size < 12
            and len(query_sound) >= 4
            and len(listed_sound) >= 4
            and OSA.distance(query_sound, listed_sound, score_cutoff=1) == 1
        ):
            return "blend"
        if size >= 6:
            return "typos" if size < TYPOS_LONG_CHARS_MIN else "typos_long" if size < 12 else "typos_longest"
    return None


def costs(query: str) -> Mapping[str, float]:
    """Kind of agreement -> bits it costs a token of the query."""
    return _COST_OF_KNOWN if query in BITS else COST


def evidence(query: str, listed: str, kind: str, script: str = "Latn") -> float:
    """Bits of a pair of tokens. The rarer may be the misspelt one, so the rarity of the commoner counts."""
    return max(EVIDENCE_BITS_MIN, min(own_bits(query, script), listed_bits(listed)) - costs(query)[kind])


def similar(query: str, listed: Iterable[str], script: str = "Latn") -> Similar:
    """The `listed` tokens that one token of the query may be, without an index."""
    return {
        t: (evidence(query, t, kind, script), kind) for t in listed if (kind := agreement(query, t, script)) is not None
    }


def own_bits(token: str, script: str) -> float:
    """Most bits that one token of the query may bring, given the script it was written in."""
    if script in HANGUL:
        return min(bits(token), SYLLABLE_BITS)
    if script in LOANS:
        return loan_bits(token, script)
    return consonant_bits(token) if script in ("Arab", "Hebr") else bits(token)


def weigh(query: Name, listed: Name, similar: Sequence[Similar], *, person: bool) -> list[Evidence]:
    """The evidence of two names: by their tokens or, where that totals more, as a whole.

    `similar[i]` says which listed tokens the i-th query token may be; `person`: the listed party is a person.
    """
    lines = align(query, listed, similar, person=person)
    if lines[-1].feature == "exact" or query.script in EXACTLY_WRITTEN:
        return lines
    one = as_a_whole(query, listed)
    if one is None or any(line.feature == "other_number" for line in lines):
        return lines
    return max(lines, one, key=total)


def align(query: Name, listed: Name, similar: Sequence[Similar], *, person: bool) -> list[Evidence]:
    """Pair the tokens of two names and name every agreement and difference."""
    q_tokens, l_tokens = query.tokens, listed.tokens
    q_open = dict(enumerate(q_tokens))
    l_open = dict(enumerate(l_tokens))
    lines: list[Evidence] = []
    ways = []
    for i, known in enumerate(similar):
        for j, token in enumerate(l_tokens):
            way = known.get(token)
            if way is None or (way[1] in _OF_PEOPLE and (way := _way_here(query, i, listed, j, way, person)) is None):
                continue
            if way[1] != "same":
                ways.append((-way[0], abs(i - j), i, j, way[1]))
            elif i in q_open and j in l_open:
                lines.append(Evidence("same", (q_open.pop(i), l_open.pop(j)), way[0]))
    exactly = query.script in EXACTLY_WRITTEN
    others: list[Evidence] = []
    if q_open or l_open:
        if (cut := _cut_off(query, listed)) is not None:
            return cut
        if q_open:
            lines.extend(glued(q_open, l_open, listed, query.script, cyclic=person))
        if l_open:
            lines.extend(
                Evidence(line.feature, line.texts[::-1], line.bits)
                for line in glued(l_open, q_open, query, query.script, cyclic=False, torn=True)
            )
        if ways:
            ways.sort()
            for negative, _, i, j, kind in ways:
                if i in q_open and j in l_open:
                    lines.append(Evidence(kind, (q_open.pop(i), l_open.pop(j)), -negative))
        if len(q_open) > 1 and len(l_open) > 1 and not exactly:
            lines.extend(shifted(q_tokens, l_tokens, q_open, l_open))
        if person and q_open and l_open:
            lines.extend(_initials(q_open, l_open, len(l_tokens) - listed.surnames))
            others = _other_initials(query, listed, q_open, l_open, lines)
    sounds = sum([line.feature == "sound" for line in lines])
    readings = sum([line.feature in _SECOND_SYSTEM for line in lines]) if not exactly else 0
    if query.script in ABJADS or query.script in LOANS:
        l_open = {j: token for j, token in l_open.items() if token not in ARTICLES}
    elif listed.script == UNVOWELLED:
        q_open = {i: token for i, token in q_open.items() if token not in ARTICLES}
    same = len(lines)
    is_spelt_so = query.script != "Latn" or all(line.feature in AS_WRITTEN for line in lines)
    lines.extend(_unpaired(query, listed, q_open, l_open, person=person, is_spelt_so=is_spelt_so))
    lines.extend(others)
    if not person and (own := own_words(lines[:same], lines[same:])) is not None:
        lines.append(own)
    lines.append(Evidence("prior", (), -COST["prior"]))
    if sounds > 1 and not readings:
        # Two romanisations of one name differ in most of its tokens: the second difference is expected.
        lines.append(Evidence("same_system", (), worth("same_system")))
    if readings and readings + sounds > 1:
        lines.append(Evidence("same_romanisation", (), worth("same_romanisation") * (readings + sounds - 1)))
    if not person:
        q_open, l_open = _without_articles(q_open), _without_articles(l_open)
    lines.extend(_in_all(query, listed, lines, same, q_open, l_open))
    return lines


def _way_here(
    query: Name, i: int, listed: Name, j: int, way: tuple[float, str], person: bool
) -> tuple[float, str] | None:
    """What forms of one name agree as, as far as the names allow it: nowhere but in names of people, a surname where
    surnames stand, and a romanisation of Arabic beside an Arabic name.
    """
    kind = way[1]
    if person and (
        (kind != SURNAME_FORM or j >= len(listed.tokens) - (listed.surnames or len(listed.tokens)))
        and (kind != ARABIC or is_arabic(query.tokens))
    ):
        return way
    one, other = query.tokens[i], listed.tokens[j]
    as_spelt = _alike(one, other, query.script)
    return (evidence(one, other, as_spelt, query.script), as_spelt) if as_spelt is not None else None


def _without_articles(tokens: dict[int, str]) -> dict[int, str]:
    """What is left over but for articles, without which an organisation's name is whole."""
    return {i: t for i, t in tokens.items() if t not in (ARTICLES if i else ARTICLES_LEADING)} if tokens else tokens


def _in_all(
    query: Name, listed: Name, lines: list[Evidence], same: int, q_open: dict[int, str], l_open: dict[int, str]
) -> list[Evidence]:
    """Evidence of all tokens agreeing, or of only one; the first `same` of the lines are the agreements."""
    forms = sum([line.feature in _FORMS_MET for line in lines])
    if same and not l_open and all(line.feature in AS_WRITTEN for line in lines[:same]):
        if len(q_open) == forms:
            # A name met to the letter is reported however common its words.
            is_met = not forms or all(line.bits == 0.0 for line in lines if line.feature in _FORMS_MET)
            is_met = is_met and not any(line.feature in _READ for line in lines[:same])
            is_met = is_met and not _is_guessed(query, listed, lines[:same])
            # INV is an invoice before it is INVESTMENTS, and 1 is no ship by the name of "first".
            is_met = is_met and not all(_is_by_meaning(line.feature) for line in lines[:same])
            # The base is not whoever is called Base.
            is_met = is_met and (same == len(listed.tokens) or total(lines[:same]) >= _COMMON_BITS)
            least = (
                _EXACT_BITS_MIN - total(lines)
                if is_met and _is_same_writing(query, listed) and _is_more_than_a_form(query, listed)
                else 0.0
            )
            return [Evidence("exact", (), max(worth("exact"), least))]
        if all(token in PLACES or len(token) < 2 for token in q_open.values()):
            return [Evidence("exact_and_place", (), -COST["exact_and_place"])]
    elif same == 1 and len(q_open) + len(l_open) > forms:
        # Words glued with a letter wrong are looked for as whole names alone.
        kind = "one_token_mistyped" if lines[0].feature == "glued_typo" else "one_token"
        return [Evidence(kind, (), -COST[kind])]
    elif (same > 1 or len(listed.tokens[0]) >= COMPLETE_LETTERS_MIN) and not (
        q_open
        or l_open
        or query.script in SYLLABIC_SCRIPTS
        or any(line.feature in _PARTED_OTHERWISE for line in lines[:same])
        or _is_far_fetched(lines[:same])
        or _is_initialled(lines[:same], query.script)
    ):
        return [Evidence("complete", (), worth("complete"))]
    return []


def _is_by_meaning(feature: str) -> bool:
    return feature == "number" or FEATURES[feature].by_meaning


def _is_guessed(query: Name, listed: Name, lines: Sequence[Evidence]) -> bool:
    """The word that a firm is called by is taken for an unusual abbreviation and nothing of weight agrees beside it.

    META INC is not METALLURGY JSC, nor MCH GROUP the MACHINE GROUP; RCC TRD may be RCC TRADING.
    """
    for line in lines:
        if line.feature == "abbreviation" and not _is_usual(*line.texts):
            short, name = min(zip(line.texts, (query, listed), strict=True), key=lambda side: len(side[0]))
            if len(short) <= _GUESSED_LETTERS_MAX and short == name.tokens[0]:
                return sum([line.bits for line in lines if line.feature != "abbreviation"]) < _COMMON_BITS
    return False


def _is_usual(a: str, b: str) -> bool:
    return is_usual_abbreviation(a, b) or is_usual_abbreviation(b, a)


def _is_far_fetched(lines: Sequence[Evidence]) -> bool:
    """One token is in another language or a short form, and another one mistyped: Mark Ebert, Markus Gebert.

    Or two have other vowels where these are written: Hassan Jabbari is not Husayn Juburi.
    """
    if sum([line.feature == "consonants_far" for line in lines]) > 1:
        return True
    return any(line.feature in _OTHER_NAMES for line in lines) and any(line.feature in _MISTYPED for line in lines)


def _number(tokens: Iterable[str]) -> str | None:
    """The first of them that is a number."""
    return next((token for token in tokens if numerals.value(token) is not None), None)


def _is_initialled(lines: Sequence[Evidence], script: str) -> bool:
    """Beside initials no word agrees as it stands, one of them is a surname's, or they may be any vowel's (Arabic)."""
    words = [line.feature for line in lines if FEATURES[line.feature].compares is not PARTS]
    if len(words) == len(lines):
        return False
    return (
        script in ABJADS or _MISTYPED.issuperset(words) or any(line.feature == "initial_of_surname" for line in lines)
    )


def _unpaired(
    query: Name, listed: Name, q_open: dict[int, str], l_open: dict[int, str], *, person: bool, is_spelt_so: bool
) -> list[Evidence]:
    """Tokens of each name that the other does not have; `is_spelt_so`: those that it has are written as they are."""
    lines = []
    ordinary = not person and all(bits(t) < _COMMON_BITS for j, t in enumerate(listed.tokens) if j not in l_open)
    for i, token in q_open.items():
        if listed.forms and (form := mistyped_form(token, query, listed)) is not None:
            kind = "query_form_same" if token == form else "query_form" if len(token) > 3 else "query_form_short"
            lines.append(Evidence(kind, (token, form), worth(kind)))
            continue
        feature = query_loss(token)
        if feature == "query_place" and ordinary:
            # Where only ordinary words agree, the place is the name: QATAR NATIONAL BANK.
            feature = "query_common"
        elif (i or not person) and feature == "query_title":
            # Titles stand before a name.
            feature = "query_common" if bits(token) < _COMMON_BITS else "query_rare"
        lines.append(Evidence(feature, (token,), FEATURES[feature].bits))
    if not person and (here := PLACES.intersection(q_open.values())):
        there = PLACES.intersection(l_open.values())
        if there:
            lines.append(Evidence("other_place", (min(here), min(there)), worth("other_place")))
    # A short name that is also misspelt is another's as likely.
    is_other = not is_spelt_so or any(query_loss(token) in _OTHER_WORDS for token in q_open.values())
    if not person and (mine := _number(q_open.values())) and (theirs := _number(l_open.values())):
        lines.append(Evidence("other_number", (mine, theirs), worth("other_number")))
    left_out = set()
    for j, token in l_open.items():
        feature = listed_loss(listed, j, person=person)
        if person:
            feature = in_place(feature, listed, l_open, is_other=is_other)
            left_out.add(feature)
        lines.append(Evidence(feature, (token,), FEATURES[feature].bits))
    if {"maternal", "second_given"} <= left_out:
        lines.append(Evidence("both_left_out", (), worth("both_left_out")))
    return lines


def met_to_the_letter(listed: Name) -> list[Evidence]:
    """The evidence where a text contains the listed name to the letter."""
    lines = [Evidence("same", (token, token), bits(token)) for token in listed.tokens]
    return [*lines, Evidence("prior", (), worth("prior")), Evidence("exact", (), worth("exact"))]


def _cut_off(query: Name, listed: Name) -> list[Evidence] | None:
    """Evidence where the query is the beginning of the listed name, cut by a field of 35 characters."""
    if query.chars not in CUT_CHARS:
        return None
    start = "".join(query.words)
    for words in (listed.words, _turned(listed)):
        text = "".join(words)
        if len(text) <= len(start) or not text.startswith(start):
            continue
        lines = [Evidence("prior", (), -COST["prior"]), Evidence("cut_off", (), -COST["cut_off"])]
        left = len(start)
        for word in words:
            if left <= 0:
                break
            part = word[:left]
            left -= len(word)
            if word in FORM_WORDS:
                continue
            if part == word:
                lines.append(Evidence("same", (word, word), bits(word)))
            else:
                worth = min(bits(word), 2.5 * len(part)) - COST["cut"]
                lines.append(Evidence("cut", (part, word), max(EVIDENCE_BITS_MIN, worth)))
        return lines
    return None


def _turned(listed: Name) -> tuple[str, ...]:
    return listed.words[-listed.surnames :] + listed.words[: -listed.surnames] if listed.surnames else listed.words


def _initials(q_open: dict[int, str], l_open: dict[int, str], first_surname: int) -> list[Evidence]:
    """Initials paired with names in order; people write that of a surname seldom."""
    lines = []
    for i, q in list(q_open.items()):
        for j, t in list(l_open.items()):
            if (len(q) == 1) != (len(t) == 1) and q[0] == t[0] and (len(t) == 1 or t not in PARTICLES):
                kind = "initial" if j < first_surname or len(t) == 1 else "initial_of_surname"
                lines.append(Evidence(kind, (q, t), 4.0 - COST[kind]))
                del q_open[i], l_open[j]
                break
    return lines


def _other_initials(
    query: Name, listed: Name, q_open: Mapping[int, str], l_open: Mapping[int, str], lines: Sequence[Evidence]
) -> list[Evidence]:
    """Initials that are another person's: V.V. is not Viktor Ivanovich, nor Ivan Viktorovich, nor S.V. Viktor.

    Those of a name stand in the order of its given names; one that stands over at the end may be left out on the list.
    """
    initials = [i for i, token in enumerate(query.tokens) if len(token) == 1]
    if len(initials) < 2:
        return []
    met = [line.texts for line in lines if line.feature == "initial" and len(line.texts[0]) == 1]
    at = [listed.tokens.index(token) for _, token in met]
    if at != sorted(at):
        return [Evidence("other_initial", (" ".join(q for q, _ in met),), worth("other_initial"))]
    given = len(listed.tokens) - listed.surnames
    unmet = [i for i in initials if i in q_open]
    first_met = min((i for i in initials if i not in q_open), default=-1)
    for i in unmet:
        if i < first_met or any(j < given and len(t) > 1 and t not in PARTICLES for j, t in l_open.items()):
            return [Evidence("other_initial", (query.tokens[i],), worth("other_initial"))]
    return []


def is_same_name(query: Name, listed: Name) -> bool:
    """The words are the same in any order, as they stand or legal forms and titles aside."""
    if not _is_same_writing(query, listed):
        return False
    if sorted(query.written) == sorted(listed.written):
        return True
    return sorted(query.tokens) == sorted(listed.tokens) and _is_more_than_a_form(query, listed)


def _is_same_writing(query: Name, listed: Name) -> bool:
    """No writing lies between them in which several names are one."""
    if listed.script == UNVOWELLED:
        return False
    return not query.respelt and (query.script == listed.script or query.script not in LOSSY_SCRIPTS)


def _is_more_than_a_form(query: Name, listed: Name) -> bool:
    """Five letters with another legal form are not a name, nor is an ordinary word; nor three letters without any."""
    letters, forms = sum(map(len, listed.tokens)), set(query.forms)
    letters_min = _SAME_NAME_LETTERS_MIN if forms and forms.isdisjoint(listed.forms) else _BARE_NAME_LETTERS_MIN
    if forms == set(listed.forms):
        return True
    is_ordinary = sum(map(bits, listed.tokens)) < (_COMMON_BITS if forms else 8.0)  # a town may be called South
    return letters >= letters_min and not is_ordinary


def same_name(lines: Sequence[Evidence]) -> Evidence | None:
    """What lifts a name of the very same words to `review` of the shipped policy: no claim beside it clears it.

    A person's common name is another's where a real full birth date says so.
    """
    if is_common(lines) and any(line.feature in _OTHER_BIRTH for line in lines):
        return None
    missing = worth("same_name") - total(lines)
    return Evidence("same_name", (), missing) if missing > 0.0 else None


_OTHER_WORDS: Final = frozenset({"query_rare", "query_common"})
_LOSSY: Final = frozenset({"script", "listed_script"})
_OTHER_BIRTH: Final = frozenset({"birth_differs", "birth_close"})


def by_custom(lines: Sequence[Evidence]) -> Evidence | None:
    """What a name says by itself that is a short form, or agrees as many people's names do: at most a review, or less.

    None where that changes nothing.
    """
    features, bits_total = {line.feature for line in lines}, total(lines)
    if bits_total > _SHORT_FORM_BITS and not _SHORTENS.isdisjoint(features):
        return Evidence("short_form", (), _SHORT_FORM_BITS - bits_total)
    if bits_total < _REVIEW_BITS and not (_SHORTENS | _BY_CUSTOM).isdisjoint(features):
        return Evidence("too_customary", (), worth("too_customary"))
    return None


_SHORTENS: Final = features_that(lambda f: f.shortens)
_BY_CUSTOM: Final = features_that(lambda f: f.by_custom)
_REVIEW_BITS: Final = 1.5
"""`review` of the shipped policy."""
_SHORT_FORM_BITS: Final = 1.52


def another_person(lines: Sequence[Evidence]) -> Evidence | None:
    """What takes a resembling name with another birth date below `review` of the shipped policy, however rare it is.

    None where the name is met to the letter or a document agrees: a claim clears neither.
    """
    features = {line.feature for line in lines}
    if (
        features.isdisjoint(_CONTRADICTING)
        or "document" in features
        or ("exact" in features and features.isdisjoint(_LOSSY))
    ):
        return None
    over = worth("another_person") - total(lines)
    return Evidence("another_person", (), over) if over < 0.0 else None


def listed_loss(listed: Name, position: int, *, person: bool) -> str:
    """The feature of a token that only the listed name has."""
    token = listed.tokens[position]
    if token in PARTICLES or len(token) < 2:
        return "listed_small"
    if person:
        return part_of(listed, position)
    if token in TRADE or token in SAME_WORD:
        return "entity_trade"
    return "entity_common" if bits(token) < _COMMON_BITS else "entity_rare"


def query_loss(token: str) -> str:
    """The feature of a token that only the query has."""
    if token in PARTICLES or len(token) < 2 or token.isdigit() or token in ARTICLES_LEADING:
        return "query_small"
    if token in PLACES:
        return "query_place"
    if token in titles.NAMES_TOO:
        return "query_title"
    if token in TRADE or token in SAME_WORD or abbreviated(token):
        return "query_trade"
    return "query_common" if bits(token) < _COMMON_BITS else "query_rare"


def lift(birth_date: bool, countries: bool, identifiers: bool) -> float:
    """Most bits that birth date, countries and documents may add."""
    return (
        worth("birth_date") * birth_date
        + worth("country") * countries
        + (worth("document") / 2 if identifiers else 0.0)
    )


def weak_alias() -> Evidence:
    return Evidence("weak_alias", (), worth("weak_alias"))


_WHOLE_NAME_LETTERS_MIN: Final = 6
"""Shorter names with a legal form are abbreviations that many firms share: SIS DOO."""
_WHOLE_WORD_LETTERS_MIN: Final = 8


def whole_name(query: Name, listed: Name, lines: Sequence[Evidence]) -> Evidence | None:
    """Bits missing to `hold` of the shipped policy where an organisation's whole name is met with its legal form.

    Applies however common its words are, as liability for dealing with it is strict; a name of one word must be long
    and rare. None where it does not apply, or where nothing is missing.
    """
    if not _TO_THE_LETTER.issuperset([line.feature for line in lines]) or lines[-1].feature != "exact":
        return None
    words = listed.words
    if sorted(query.words) != sorted(words) or sum(map(len, listed.tokens)) < _WHOLE_NAME_LETTERS_MIN:
        return None
    if len(words) == 1 and (len(words[0]) < _WHOLE_WORD_LETTERS_MIN or bits(words[0]) < _WHOLE_WORD_BITS_MIN):
        return None
    missing = worth("whole_name") - total(lines)
    return Evidence("whole_name", (), missing) if missing > 0.0 else None


_WHOLE_WORD_BITS_MIN: Final = 12.0


def other_type(query: PartyType, listed: PartyType) -> Evidence:
    return Evidence("other_type", (query.value, listed.value), -COST["other_type"])


def lossy_script(script: str, listed: Name) -> Evidence:
    feature = lossy_feature(script)
    if feature == "loan_script" and is_arabic(listed.tokens):
        # Few given names make up most Arabic names, and their sounds are alike.
        feature = "loan_script_arabic"
    return Evidence(feature, (LOSSY_SCRIPTS[script],), worth(feature))


def lossy_feature(script: str) -> str:
    """The feature of a name in a writing that loses much: less where vowels are written."""
    return "loan_script" if script in WITH_VOWELS else "script"


_COMMON_NAME_BITS: Final = 20.0


def called_by(word: str) -> Evidence:
    """A text contains the one word by which a listed organisation is known."""
    return Evidence("one_word", (word,), worth("one_word"))


def is_corroborated(lines: Iterable[Evidence]) -> bool:
    """A birth date or a document agrees."""
    return any(line.feature in _CORROBORATING for line in lines)


def is_common(lines: Iterable[Evidence]) -> bool:
    """One person in a million or more bears the name: alone it is weak evidence."""
    met = [line.texts[1].split() for line in lines if line.feature in _MET]
    return sum([bits(token) for tokens in met for token in tokens]) < _COMMON_NAME_BITS


def total(lines: Iterable[Evidence]) -> float:
    """Sum of the bits for and against."""
    return sum(line.bits for line in lines)


def score(bits_total: float) -> float:
    """Score 0..1 of a total; 0.76 where the evidence for and against is even."""
    return 1.0 / (1.0 + 2.0 ** (-(bits_total + _EVEN_BITS) / _SCORE_BITS)) if bits_total > -200.0 else 0.0


def bits_of(score: float) -> float:
    """The inverse of `score`."""
    if score <= 0.0:
        return -200.0
    return -_SCORE_BITS * log2(1.0 / score - 1.0) - _EVEN_BITS if score < 1.0 else 200.0


def reasons(lines: Iterable[Evidence]) -> tuple[str, ...]:
    """The evidence in words, in the order of the names."""
    return tuple(said for line in lines if (said := in_words(line.feature, line.texts)))
