"""FEATURES: every kind of agreement and difference of two names, with its weight, its words and its properties.

The unit is the bit: sharing a token that one name in 2^n carries is n bits of evidence that both names mean one party;
every difference takes bits away. Everything that is true of a feature is a column of its row: a new feature is one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple


class Compares(Enum):
    """What a feature compares. Of two texts the first is the query's and the second the listed name's."""

    TOKENS = "one token of each name"
    RUNS = "words that are divided otherwise: one here, several there"
    WHOLE = "all words of both names, without spaces"
    PARTS = "an initial, or the beginning of a token, with the token"
    FORMS = "a word of the query with one of the listed legal form"
    QUERY_ONLY = "a token of the query that the listed name does not have"
    LISTED_ONLY = "a token of the listed name that the query does not have"
    NAMES = "the names as a whole"
    BESIDE = "what stands beside the names: types, dates, countries, documents"


TOKENS, RUNS, WHOLE, PARTS, FORMS, QUERY_ONLY, LISTED_ONLY, NAMES, BESIDE = Compares

EVENT: Final = (0,)
"""The first text is the event's own word and is masked in alerts; the second, if any, is the list's."""
LISTED: Final[tuple[int, ...]] = ()
"""All texts are the list's, or words of ours: a country, a type of party, a writing."""
NONE: Final[tuple[int, ...]] = ()
"""No texts."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One kind of agreement or difference."""

    bits: float
    """What it is worth; for a pair of tokens, what it costs of the bits that their rarity brings."""
    says: str
    """The reason in words, `{0}` and `{1}` for the texts; empty where it is not shown."""
    compares: Compares
    from_event: tuple[int, ...]
    """Which of the texts are the event's own words."""
    likeness: float | None = None
    """How alike `compare` takes two tokens to be, 0..1; None: as their letters are."""
    as_written: bool = False
    """No letter was read otherwise than it is written: the name still agrees to the letter."""
    to_the_letter: bool = False
    """May stand in the evidence of a name that is met to the letter and in whole."""
    mistyped: bool = False
    """The query's token is taken for a misspelling; costs more where it is a known word (`known_word`)."""
    same_sound: bool = False
    romanised: bool = False
    """The spellings are two romanisations of one writing; the second such pair is expected (`same_romanisation`)."""
    by_meaning: bool = False
    """Another word for the same: says nothing of how many people bear the name."""
    of_people: bool = False
    """Only names of people agree so."""
    by_custom: bool = False
    """Many people are called so too: what does not suffice for a review is no near miss either (`too_customary`)."""
    shortens: bool = False
    """Ordinarily left out: the rest is a short form, which is reviewed and by itself not held (`short_form`)."""
    corroborates: bool = False
    """Says by itself that the party is meant: a common name with it may be held."""
    contradicts: bool = False
    """Says by itself that a party of a resembling name is another."""


FEATURES: Final[Mapping[str, Feature]] = {
    # A pair of tokens brings its rarity in bits, and costs:
    "same": Feature(0.0, "{0} agrees", TOKENS, LISTED, as_written=True, to_the_letter=True, likeness=1.0),
    "sound": Feature(-3.0, "{0} = {1} (same sound)", TOKENS, EVENT, same_sound=True),
    "sound_far": Feature(-6.0, "{0} = {1} (same sound)", TOKENS, EVENT, same_sound=True),
    "typo_short": Feature(-6.5, "{0} = {1} (one letter differs)", TOKENS, EVENT, mistyped=True),
    "typo": Feature(-4.5, "{0} = {1} (one letter differs)", TOKENS, EVENT, mistyped=True),
    "typo_long": Feature(-2.5, "{0} = {1} (one letter differs)", TOKENS, EVENT, mistyped=True),
    "typo_longest": Feature(-0.5, "{0} = {1} (one letter differs)", TOKENS, EVENT, mistyped=True),
    "typos": Feature(-11.5, "{0} = {1} (two letters differ)", TOKENS, EVENT, mistyped=True),
    "typos_long": Feature(-5.0, "{0} = {1} (two letters differ)", TOKENS, EVENT, mistyped=True),
    "typos_longest": Feature(-2.5, "{0} = {1} (two letters differ)", TOKENS, EVENT, mistyped=True),
    # … and more where the query's token is a known word, which is unlikely to be a misspelling.
    "known_word": Feature(-2.0, "", NAMES, NONE),
    "blend": Feature(-9.5, "{0} = {1} (similar sound)", TOKENS, EVENT, mistyped=True),
    "syllables": Feature(-4.5, "{0} = {1} (romanisation)", TOKENS, EVENT, romanised=True, likeness=0.9),
    "hangul": Feature(-2.0, "{0} = {1} (romanisation of Hangul)", TOKENS, EVENT, as_written=True, likeness=0.95),
    "consonants": Feature(-2.0, "{0} = {1} (same consonants)", TOKENS, EVENT, as_written=True, likeness=0.9),
    "consonants_far": Feature(-6.0, "{0} = {1} (same consonants, another vowel)", TOKENS, EVENT, likeness=0.7),
    "loan": Feature(
        0.0, "{0} = {1} (same sounds in another writing)", TOKENS, EVENT, as_written=True, likeness=0.95, by_custom=True
    ),
    "loan_near": Feature(
        -1.5, "{0} = {1} (same sounds in another writing)", TOKENS, EVENT, likeness=0.9, by_custom=True
    ),
    "loan_far": Feature(
        -6.0, "{0} = {1} (similar sounds in another writing)", TOKENS, EVENT, likeness=0.7, by_custom=True
    ),
    "digits": Feature(-0.5, "{0} = {1} (digits for letters)", TOKENS, EVENT, as_written=True, likeness=0.97),
    "number": Feature(-0.5, "{0} = {1} (one number)", TOKENS, EVENT, as_written=True, likeness=0.97),
    "translation": Feature(-1.5, "{0} = {1} (one word)", TOKENS, EVENT, by_meaning=True, likeness=0.9),
    "abbreviation": Feature(
        -0.5, "{0} = {1} (abbreviation)", TOKENS, EVENT, as_written=True, by_meaning=True, likeness=0.98
    ),
    # Forms of one name in several languages (`name_forms`):
    "given_name": Feature(-1.0, "{0} = {1} (one given name)", TOKENS, EVENT, of_people=True, likeness=0.9),
    "cyrillic": Feature(-1.0, "{0} = {1} (romanisation of Cyrillic)", TOKENS, EVENT, of_people=True, likeness=0.95),
    "arabic": Feature(
        -1.5, "{0} = {1} (romanisation of Arabic)", TOKENS, EVENT, of_people=True, likeness=0.9, by_custom=True
    ),
    "given_name_translated": Feature(
        -2.5,
        "{0} = {1} (one given name in two languages)",
        TOKENS,
        EVENT,
        of_people=True,
        likeness=0.85,
        by_custom=True,
    ),
    "nickname": Feature(
        -3.3, "{0} = {1} (short for one given name)", TOKENS, EVENT, of_people=True, likeness=0.8, by_custom=True
    ),
    "surname_form": Feature(
        -2.0, "{0} = {1} (one Chinese surname)", TOKENS, EVENT, of_people=True, likeness=0.85, by_custom=True
    ),
    "same_system": Feature(1.5, "spelt by another system throughout", NAMES, NONE),
    "same_romanisation": Feature(2.5, "spelt by another romanisation throughout", NAMES, NONE),
    "glued": Feature(-1.0, "{0} = {1} (glued)", RUNS, EVENT, as_written=True, likeness=1.0),
    "glued_read": Feature(-4.0, "{0} = {1} (romanisation)", RUNS, EVENT, as_written=True, romanised=True, likeness=0.9),
    "glued_hangul": Feature(-2.5, "{0} = {1} (romanisation of Hangul)", RUNS, EVENT, as_written=True, likeness=0.9),
    "glued_far": Feature(-8.0, "{0} = {1} (glued, same sound)", RUNS, EVENT, likeness=0.9),
    "glued_typo": Feature(-7.0, "{0} = {1} (glued, one letter differs)", RUNS, EVENT, likeness=0.9),
    "shifted": Feature(-3.0, "{0} = {1} (the space has moved)", RUNS, EVENT, likeness=1.0),
    "shifted_typo": Feature(-8.0, "{0} = {1} (the space has moved, one letter differs)", RUNS, EVENT, likeness=0.9),
    # Two names that are the same but for a letter or two, wherever these and the spaces stand:
    "whole_1": Feature(-4.0, "{0} = {1} (one letter differs in the whole)", WHOLE, EVENT),
    "whole_2": Feature(-10.5, "{0} = {1} (two letters differ in the whole)", WHOLE, EVENT),
    "whole_3": Feature(-16.0, "{0} = {1} (three letters differ in the whole)", WHOLE, EVENT),
    "initial": Feature(-0.25, "{0} = {1} (initial)", PARTS, EVENT),
    "initial_of_surname": Feature(-2.5, "{0} = {1} (initial of a surname)", PARTS, EVENT),
    "other_initial": Feature(-11.0, "another initial: {0}", NAMES, EVENT),
    "cut": Feature(-0.25, "{0} = {1} (cut off)", PARTS, EVENT),
    # What the query has and the listed name does not have:
    "query_rare": Feature(-4.5, "not in the listed name: {0}", QUERY_ONLY, EVENT),
    "query_common": Feature(-3.0, "not in the listed name: {0}", QUERY_ONLY, EVENT),
    "query_trade": Feature(-1.0, "not in the listed name: {0}", QUERY_ONLY, EVENT),
    "query_place": Feature(-1.0, "place after the name: {0}", QUERY_ONLY, EVENT),
    "other_place": Feature(-3.0, "another place: {0}, listed {1}", NAMES, EVENT),
    "other_number": Feature(-12.0, "another number: {0}, listed {1}", NAMES, EVENT),
    # … where only what a firm does, and where, agrees; see `own_words`:
    "other_name": Feature(-15.0, "another name: {0}, listed {1}", NAMES, EVENT),
    "other_name_beside": Feature(-4.0, "another name beside: {0}, listed {1}", NAMES, EVENT),
    "own_word": Feature(-6.0, "the word that names it is missing: {0}", NAMES, LISTED),
    "other_trade": Feature(-4.0, "another trade: {0}, listed {1}", NAMES, EVENT),
    "own_word_added": Feature(-4.0, "a word that names another: {0}", NAMES, EVENT),
    "query_small": Feature(-0.5, "not in the listed name: {0}", QUERY_ONLY, EVENT),
    "query_title": Feature(-1.0, "title before the name, or a name: {0}", QUERY_ONLY, EVENT),
    "query_form": Feature(-0.75, "{0} = {1} (legal form, mistyped)", FORMS, EVENT),
    "query_form_same": Feature(0.0, "{0} agrees (of the legal form)", FORMS, EVENT),
    "query_form_short": Feature(-1.0, "{0} = {1} (legal form, mistyped)", FORMS, EVENT),
    # What the listed name has and the query does not have:
    "patronymic": Feature(-0.75, "only in the listed name: {0} (patronymic)", LISTED_ONLY, LISTED),
    "listed_title": Feature(-1.0, "only in the listed name: {0} (title, or a name)", LISTED_ONLY, LISTED),
    "middle": Feature(-1.0, "only in the listed name: {0} (middle name)", LISTED_ONLY, LISTED),
    "second_given": Feature(
        -0.25, "only in the listed name: {0} (second given name)", LISTED_ONLY, LISTED, shortens=True
    ),
    "given": Feature(-6.0, "only in the listed name: {0} (given name)", LISTED_ONLY, LISTED),
    "surname": Feature(-8.5, "only in the listed name: {0} (surname)", LISTED_ONLY, LISTED),
    "second_surname": Feature(-9.0, "only in the listed name: {0} (second surname)", LISTED_ONLY, LISTED),
    "paternal": Feature(
        -5.5, "only in the listed name: {0} (first of two surnames)", LISTED_ONLY, LISTED, shortens=True
    ),
    "maternal": Feature(
        -0.75, "only in the listed name: {0} (second surname, often left out)", LISTED_ONLY, LISTED, shortens=True
    ),
    "short_form": Feature(0.0, "a short form of the listed name", NAMES, NONE),
    "too_customary": Feature(-2.5, "", NAMES, NONE),
    "both_left_out": Feature(-1.0, "", NAMES, NONE),
    "between": Feature(-3.0, "only in the listed name: {0} (between first and last)", LISTED_ONLY, LISTED),
    "part": Feature(-6.0, "only in the listed name: {0}", LISTED_ONLY, LISTED),
    "entity_rare": Feature(-3.0, "only in the listed name: {0}", LISTED_ONLY, LISTED),
    "entity_common": Feature(-2.0, "only in the listed name: {0}", LISTED_ONLY, LISTED),
    "entity_trade": Feature(-1.5, "only in the listed name: {0}", LISTED_ONLY, LISTED),
    "listed_small": Feature(-1.0, "only in the listed name: {0}", LISTED_ONLY, LISTED),
    # The names as a whole:
    "prior": Feature(-15.5, "", NAMES, NONE, to_the_letter=True),
    "exact": Feature(3.5, "", NAMES, NONE, to_the_letter=True),
    "complete": Feature(2.5, "nothing is left over", NAMES, NONE),
    "exact_and_place": Feature(4.0, "", NAMES, NONE),
    "whole_name": Feature(7.4, "the whole listed name, to the letter", NAMES, NONE),
    "same_name": Feature(1.55, "the very words of the listed name", NAMES, NONE),
    "one_token": Feature(-3.5, "only one word agrees", NAMES, NONE),
    "one_token_mistyped": Feature(-10.0, "only one word agrees, and not to the letter", NAMES, NONE),
    "other_type": Feature(-9.0, "a {0}, listed as {1}", BESIDE, LISTED),
    "cut_off": Feature(10.0, "the rest may be cut off", NAMES, NONE),
    "weak_alias": Feature(-7.0, "a weak alias, which only corroborates", NAMES, NONE),
    # What stands beside the names:
    "birth_date": Feature(7.0, "birth date {0} agrees", BESIDE, LISTED, corroborates=True),
    "birth_swapped": Feature(
        5.0, "birth date {0} agrees with day and month swapped", BESIDE, LISTED, corroborates=True
    ),
    "birth_year": Feature(3.0, "birth year agrees ({0})", BESIDE, LISTED, corroborates=True),
    "birth_near": Feature(1.0, "birth year within one ({0})", BESIDE, LISTED),
    "birth_slip": Feature(1.0, "birth date {0} agrees but for the day, the month or a year or two", BESIDE, LISTED),
    "birth_calendar": Feature(1.0, "birth year agrees in another calendar ({0})", BESIDE, LISTED),
    "birth_close": Feature(-2.0, "birth date {0} is close but not the same", BESIDE, LISTED, contradicts=True),
    "birth_year_close": Feature(-2.0, "birth year is close but not the same ({0})", BESIDE, LISTED),
    "birth_other_calendar": Feature(-2.0, "birth year differs in another calendar: listed {0}", BESIDE, LISTED),
    "birth_year_differs": Feature(-9.0, "birth date differs: listed {0}", BESIDE, LISTED, contradicts=True),
    "birth_differs": Feature(-9.0, "birth date differs: listed {0}", BESIDE, LISTED, contradicts=True),
    # … which takes a name that is not met to the letter below `review` of the shipped policy:
    "another_person": Feature(-1.0, "another birth date tells a resembling name apart", BESIDE, NONE),
    "country": Feature(2.0, "country {0} agrees", BESIDE, LISTED),
    "other_country": Feature(-1.0, "country {0} is not among the listed ones", BESIDE, LISTED),
    "document": Feature(25.0, "document number agrees", BESIDE, NONE, corroborates=True),
    "script": Feature(-3.5, "{0} writing leaves several readings", NAMES, LISTED),
    "listed_script": Feature(-2.0, "listed in {0} writing, which leaves several readings", NAMES, LISTED),
    "loan_script_arabic": Feature(-4.5, "{0} writing leaves several readings", NAMES, LISTED),
    "loan_script": Feature(-2.0, "{0} writing leaves several readings", NAMES, LISTED),
    # In a text, where no score is computed:
    "one_word": Feature(0.0, "the text writes {0}, by which nobody else is known", NAMES, LISTED),
}

COST: Final = {name: -feature.bits for name, feature in FEATURES.items()}
"""Bits that a feature takes away: for losses this reads better than negative bits."""


def features_that(hold: Callable[[Feature], bool]) -> frozenset[str]:
    """The names of the features for which `hold` is true."""
    return frozenset(name for name, feature in FEATURES.items() if hold(feature))


def worth(feature: str) -> float:
    """Bits of a feature that is the same for all names."""
    return FEATURES[feature].bits


def in_words(feature: str, texts: Iterable[str]) -> str:
    """The feature with these texts as a reason, the texts in capitals; empty where it is not shown."""
    return FEATURES[feature].says.format(*(text.upper() for text in texts))


EVIDENCE_BITS_MIN: Final = 0.3
"""Any agreement of two tokens is worth so much at least."""
SYLLABLE_BITS: Final = 7.5
"""Most that a syllable of a Korean or Chinese name may bring: there are some hundred, however rarely romanised so."""


class Evidence(NamedTuple):
    """One line of the table as it applies: feature, the texts it speaks of, bits."""

    feature: str
    texts: tuple[str, ...]
    bits: float
