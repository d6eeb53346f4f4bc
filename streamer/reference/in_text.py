"""Identifiers in prose: what in a text or a field may be an IBAN, BIC, phone number, e-mail, domain or other number.

The one set of patterns: screening looks up what they find, jurisdictions read the country of it. Functions take texts
as `plain` leaves them and give candidates as written; whether one is an identifier, its check digits or a list decide.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from streamer.reference.countries import country_code
from streamer.reference.identifiers import (
    IBAN_LENGTHS,
    SHIP_DIGITS,
    compact,
    digit_of,
    normalised_iban,
    normalised_phone,
)
from streamer.reference.text import latin_code

_LABELLED_CHARS_MIN: Final = 7
"""Of a number in a text behind a word that says what it is; without such a word it takes NUMBER_CHARS_UNIQUE."""

NUMBER_CHARS_UNIQUE: Final = 10
"""A number of an organisation this long hardly occurs in two registers, whatever country is written beside it."""

IBAN_CHARS_MIN: Final = 14
"""Norway's have 15, one may be missing."""


class _Words(NamedTuple):
    labels: frozenset[str]
    """Single words that stand in front of the number of a field."""
    national_letters: Mapping[str, str]
    """Letters in front of a number -> the country whose numbers have them."""
    labelled: re.Pattern[str]
    """A number behind a label, in a text in lower case."""
    label_beginnings: frozenset[str]
    """First words of what `labelled` takes for a label."""
    glued: re.Pattern[str]
    """Labels right before a number, without anything between, in lower case."""
    small: frozenset[str]
    """Words between a label and its number."""
    shared_domains: frozenset[str]
    asset_words: frozenset[str]


@cache
def _words() -> _Words:
    table = tomllib.loads(files("streamer.data").joinpath("identifiers.toml").read_text("utf-8"))
    labels, number_words, small = table["number_labels"], table["number_words"], table["small_words"]
    longest_first = sorted(map(re.escape, labels), key=len, reverse=True)
    labelled = re.compile(
        rf"\b(?:{'|'.join(longest_first)})\b[\s.:#№°/()-]{{0,4}}"
        rf"(?:(?:{'|'.join(map(re.escape, number_words))})\b[\s.:#№°/()-]{{0,4}})?"
        rf"(?:(?:{'|'.join(map(re.escape, small))})\s{{1,2}})?"
        r"([a-z]{0,4}[ -]?\d(?:[ ./-]?[a-z0-9]){4,24})"
    )
    single = frozenset(word for label in (*labels, *number_words, *table["field_labels"]) for word in label.split(" "))
    domains, assets = frozenset(table["shared_domains"]), frozenset(table["asset_words"])
    beginnings = frozenset(label.split(" ")[0] for label in labels)
    before_numbers = sorted((word for word in single if len(word) > 1), key=len, reverse=True)
    glued = re.compile(rf"(?:{'|'.join(map(re.escape, before_numbers))}){{1,3}}(?=[a-z]{{0,3}}\d)")
    letters = table["national_letters"]
    return _Words(single, letters, labelled, beginnings, glued, frozenset(small), domains, assets)


def is_shared_domain(domain: str) -> bool:
    """Everybody has a page or a mailbox there."""
    return domain in _words().shared_domains


def is_asset_name(text: str) -> bool:
    """Whether a text can be ticker or name of a virtual asset, with its network: `USDT-TRC20`, `Bitcoin Cash`."""
    first, *further = _ALNUM.findall(text) or [""]
    known = _words().asset_words
    if not further:
        return 0 < len(first) <= _TICKER_CHARS_MAX
    is_ticker = first.isupper() and len(first) <= _TICKER_CHARS_MAX
    return (is_ticker or first.casefold() in known) and all(
        word.casefold() in known or word[-1].isdecimal() for word in further
    )


_TICKER_CHARS_MAX: Final = 12
_ALNUM: Final = re.compile(r"[^\W_]+")
_DIGIT: Final = re.compile(r"\d")
_AND: Final = "(?:and|or|und|oder|et|ou|y|o|e|en|og|och|i|и|или)"
"""Between two values in one field."""

# ---------------------------------------------------------------- letters and digits


class _Kept(dict[int, str | None]):
    """A table for `str.translate` that drops what it does not hold; decimal digits of every script are 0 to 9."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept = str(int(char)) if char.isdecimal() else None
        if code < _REMEMBERED_BELOW:
            self[code] = kept
        return kept


_REMEMBERED_BELOW: Final = 0x3000
"""The scripts of letters; ideographs are too many to be remembered."""


_LOWER: Final = _Kept({ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"})
_FOLDED: Final = _Kept({**_LOWER, **{ord(c): digit for c, digit in zip("OoIiLl", "001111", strict=True)}})


def letters_and_digits(text: str) -> str:
    """Latin letters in lower case and digits; everything between them is dropped."""
    return text.translate(_LOWER)


def lookalikes_as_digits(text: str) -> str:
    """As `letters_and_digits`, with the letters o, i and l as the digits that they are taken for."""
    return text.translate(_FOLDED)


_HYPHENS: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"
_KEYCAP: Final = "\u20e3"


class _Marks(dict[int, str]):
    """A table for `str.translate`: digits of every script are 0 to 9, hyphens and full stops are those of ASCII."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        mark = digit_of(char) or char
        if code < _REMEMBERED_BELOW:
            self[code] = mark
        return mark


_MARKS: Final = _Marks({**{ord(c): "-" for c in _HYPHENS}, **{ord(c): "." for c in "。｡"}, ord(_KEYCAP): ""})
_SEPARATORS: Final = r"',_:*|=\\<~·•∙⋅・‧’ʼ´`"
_MAY_SEPARATE: Final = re.compile(rf"[{_SEPARATORS}][A-Za-z]?\d")
_SEPARATOR: Final = re.compile(rf"(?<=\d)[{_SEPARATORS}](?=\d)|(?<=[A-Za-z])_(?=[A-Za-z]?\d)")
_OTHER_SERIES: Final = re.compile(r"(?<!\w)[\u0370-\u058f]{1,2}(?=[ -]?\d{6})")


def plain_marks(text: str) -> str:
    """The text with digits, hyphens and full stops of other scripts as those of ASCII."""
    return text if text.isascii() else text.translate(_MARKS)


def with_hyphens(text: str) -> str | None:
    """The text with a hyphen for what separates groups of digits, and Latin letters for those of another script right
    before digits: 7'748'780, 415·66, В032348. None where that changes nothing."""
    shown = text
    if not text.isascii():
        shown = _OTHER_SERIES.sub(lambda letters: latin_code(letters[0]), text.translate(_MARKS))
    if _MAY_SEPARATE.search(shown) is not None:
        shown = _SEPARATOR.sub("-", shown)
    return shown if shown is not text and shown != text else None


def digits_for_letters(number: str) -> Iterator[str]:
    """The number with the letters O, I and L as digits: all of them, or all but the first character."""
    if _LOOKALIKES_CHARS_MIN <= len(number) <= _LOOKALIKES_CHARS_MAX and has_letters_like_digits(number):
        for kept in (0, 1) if number[0] in _LETTERS_LIKE_DIGITS else (0,):
            read = number[:kept] + number[kept:].translate(_DIGITS_FOR_LETTERS)
            if read != number and sum(c.isdecimal() for c in read) >= len(read) - _LETTERS_LEFT_MAX:
                yield read


_DIGITS_FOR_LETTERS: Final = str.maketrans("OIL", "011")


def has_letters_like_digits(text: str) -> bool:
    return not _LETTERS_LIKE_DIGITS.isdisjoint(text)


_LETTERS_LIKE_DIGITS: Final = frozenset("OILoil")
_LOOKALIKES_CHARS_MIN: Final = 9
_LOOKALIKES_CHARS_MAX: Final = 18
"""China's codes of companies; longer ones have check digits, and what is one character off them is found by these."""
_LETTERS_LEFT_MAX: Final = 2

# ---------------------------------------------------------------- banks and accounts

_BIC: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:BICFI|BIC|SWIFT)?([A-Za-z0-9]{4}[A-Za-z]{2}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?)(?![A-Za-z0-9])"
)
_LETTERS_FOR_DIGITS: Final = str.maketrans("015", "OIS")
"""The first four characters of a BIC are letters: a digit there stands for one."""
# What stands before it is tested behind the four capitals, which are rare.
_BIC_IN_GROUPS: Final = re.compile(
    r"[A-Z]{4}(?<![A-Za-z0-9][A-Z]{4})[ -][A-Z]{2}[ -]?[A-Z0-9]{2}(?:[ -]?[A-Z0-9]{3})?(?![A-Za-z0-9])"
)
# The boundary is tested behind the four characters that are rare; "IBAN" may stand right before them.
_IBAN: Final = re.compile(
    r"[A-Za-z]{2}\d{2}(?:(?<![A-Za-z0-9]....)|(?<=[Ii][Bb][Aa][Nn]....)|(?<=^....))"
    r"(?:[ ./_-]?[A-Za-z0-9]{1,4}){3,10}(?![A-Za-z0-9])"
)
_IBAN_GROUPS: Final = re.compile("[ ./_-]")


def bics_in(text: str) -> Iterator[str]:
    """Words of eight or eleven letters and digits with letters in the middle; upper case, groups joined."""
    for word in _BIC.findall(text):
        bic = word.upper()
        yield bic
        if not bic[:4].isalpha():
            yield bic[:4].translate(_LETTERS_FOR_DIGITS) + bic[4:]
    if " " in text or "-" in text:
        for groups in _BIC_IN_GROUPS.findall(text):
            yield compact(groups)


def ibans_in(text: str) -> Iterator[str]:
    """Valid IBANs, normalised; another number may stand right behind one."""
    for run in _IBAN.findall(text):
        written = compact(run)
        if valid := normalised_iban(written[: IBAN_LENGTHS.get(written[:2], len(written))]):
            yield valid


def mistyped_ibans_in(text: str) -> Iterator[str]:
    """What begins as an IBAN, in every length down to the shortest: words of the text may stand behind it."""
    for run in _IBAN.findall(text) if len(text) >= IBAN_CHARS_MIN else ():
        groups = _IBAN_GROUPS.split(run)
        for count in range(len(groups), 0, -1):
            if len(number := "".join(groups[:count])) < IBAN_CHARS_MIN:
                break
            yield number


# ---------------------------------------------------------------- phones

_PHONE: Final = re.compile(r"\d[\d ()/.-]{7,23}\d(?!\w)")
_ONE_PHONE: Final = re.compile(r"\(?\+?[\d ().-]+")
_PHONE_START: Final = re.compile(r"\(?\s*\+|\(?\d")
_BETWEEN_PHONES: Final = re.compile(
    rf"[;,|\n\r\t&]|\s/\s*|/\s*(?=\+|00)|\s{_AND}\s|(?=\+)|(?<=\s)(?=00[1-9])",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"[xX#]|\bext|\bдоб|\bdurchwahl|\bdw\b|\banexo", re.IGNORECASE)
_BEHIND_ANOTHER_NUMBER: Final = (" 00", " 011")
"""Where the prefix of an international number stands inside of what looks like one number."""
_PHONE_CHARS_UNMARKED_MIN: Final = 10
_PHONE_CHARS_MARKED_MIN: Final = 11
_PHONE_CHARS_MAX: Final = 48
"""Fifteen digits and what stands between them; behind it stands something else."""


def phones_in(text: str, *, only_international: bool = False) -> Iterator[str]:
    """Phone numbers in prose: with + or 00 in front, and unless `only_international` any number of ten digits."""
    if only_international and "+" not in text and "00" not in text and text.isascii():
        return
    for found in _PHONE.finditer(text):
        before = text[max(0, found.start() - 3) : found.start()].rstrip(" (")
        if before.endswith("+") and not before.endswith("++"):
            yield f"+{found[0]}"
        elif found.start() == 0 or not text[found.start() - 1].isalnum():
            is_marked = found[0].startswith("00")
            if is_marked or (not only_international and len(found[0]) >= _PHONE_CHARS_UNMARKED_MIN):
                yield found[0]
        for prefix in _BEHIND_ANOTHER_NUMBER:
            if prefix in found[0]:
                inner = found[0][found[0].index(prefix) + 1 :]
                if len(inner) >= _PHONE_CHARS_MARKED_MIN:
                    yield inner


def further_phones(phone: str) -> Iterator[str]:
    """The number without the 0 of national calls behind the country's code, without an extension behind a stroke, and
    with noughts for the letter O."""
    if "O" in phone.upper() and _PHONE_WITH_O.fullmatch(phone):
        yield phone.upper().replace("O", "0")
    if international := without_trunk_zero(phone):
        yield international
    if "/" in phone and (cut := _EXTENSION_BEHIND_STROKE.sub("", phone)) != phone:
        yield cut


def without_trunk_zero(phone: str) -> str | None:
    """+86 0415 … as +86 415 …; None where no such 0 stands apart from the country's code."""
    found = _TRUNK_ZERO.match(phone)
    return found[1] + phone[found.end() :] if found else None


_PHONE_WITH_O: Final = re.compile(r"[\d\s()+./Oo-]+")
_TRUNK_ZERO: Final = re.compile(r"^(\(?\s*(?:\+|00|011)[\s(]*\d{1,3}[\s().-]+)0(?=[\d\s)])")
_EXTENSION_BEHIND_STROKE: Final = re.compile(r"(?<=\d)/\s*-?\s*\d{1,4}\s*$")


def is_one_phone(text: str) -> bool:
    """Whether a phone field holds one number and nothing else."""
    return _ONE_PHONE.fullmatch(text) is not None and normalised_phone(text) is not None


def phones_in_field(text: str) -> Iterator[str]:
    """Every number of a phone field, without label (`tel:`, "Mobile:") and extension."""
    if _ONE_PHONE.fullmatch(text) and " 00" not in text:
        yield text
        return
    parts = _BETWEEN_PHONES.split(text)
    if len(parts) > 1 and (found := _PHONE_START.search(text)) and text[found.start() :].startswith(("+", "(+", "00")):
        parts.insert(0, text)  # what separates may stand inside of a number: +850,2,381,8888
    for part in parts:
        if found := _PHONE_START.search(part):
            number = " ".join(part[found.start() :].split())[:_PHONE_CHARS_MAX]
            yield _EXTENSION.split(number, maxsplit=1)[0]


# ---------------------------------------------------------------- e-mail addresses and domains

_NOT_OF_EMAILS: Final = r"\s<>,;:()/@\"\[\]{}|?&=«»“”„‘’"
_EMAIL: Final = re.compile(rf"[^{_NOT_OF_EMAILS}]{{1,64}}@[^{_NOT_OF_EMAILS}]{{3,128}}")
_A_PLAIN_EMAIL: Final = re.compile(r"[A-Za-z0-9_.-]{1,19}@[A-Za-z0-9.-]+")
_DOT_OR_WORD: Final = r"(?:\.|\s*[(\[{<]\s*(?:dot|\.)\s*[)\]}>]\s*|\s(?:dot|punkt|punto|точка)\s)"
_AT: Final = "at|arroba|собака|a"
_EMAIL_SPELLED_OUT: Final = re.compile(
    rf"([\w+-]{{1,64}}(?:{_DOT_OR_WORD}[\w+-]{{1,64}}){{0,3}})\s*"
    rf"(?:[(\[{{<]\s*(?:{_AT}|@)\s*[)\]}}>]|\s(?:{_AT})\s|\s@|@\s)\s*"
    rf"([\w-]{{1,63}}(?:{_DOT_OR_WORD}[\w-]{{2,63}}){{1,4}})",
    re.IGNORECASE,
)
_DOT: Final = re.compile(_DOT_OR_WORD, re.IGNORECASE)
_SIGN_BETWEEN_MARKS: Final = re.compile(r"[_-](at|dot)[_-]|@{2,9}", re.IGNORECASE)
_DOTTED: Final = re.compile(r"\w\.\w")
_BLANKS_AROUND_MARKS: Final = re.compile(r"\s{0,3}([@.])\s{0,3}")
_DOMAIN: Final = re.compile(r"(@|://|(?<![\w@.-]))((?:[\w-]{1,63}\.){1,6}[a-z]{2,24})(?![\w@-])", re.IGNORECASE)


def emails_in(text: str) -> Iterator[str]:
    """E-mail addresses as written, without quotes and brackets."""
    for email in _EMAIL.findall(plain_marks(text)) if "@" in text else ():
        yield email.strip("'`.")


def is_one_email(text: str) -> bool:
    """Whether a field holds one e-mail address, with a name too short to be an LEI or a wallet, and nothing else."""
    return _A_PLAIN_EMAIL.fullmatch(text) is not None


def spelled_out_emails_in(text: str) -> Iterator[str]:
    """E-mail addresses with "at" and "dot" or blanks where @ and . belong."""
    shown = plain_marks(text)
    lower = shown.lower()
    if "." not in lower and "dot" not in lower and "punkt" not in lower:
        return
    has_at = "at" in lower or "@" in lower or "arroba" in lower or "собака" in lower
    if not has_at and " a " in lower:
        has_at = _DOTTED.search(lower) is not None  # the letter that is left of one in a circle
    if has_at:
        yield from _joined_emails(shown)
        if "at_" in lower or "at-" in lower or "@@" in lower:
            # Words between _ or - are set apart first: a pattern in which _ may be a letter, too, would take minutes.
            apart = _SIGN_BETWEEN_MARKS.sub(lambda found: f" {found[1] or '@'} ", shown)
            if apart != shown:
                yield from _joined_emails(apart)
        if "@" in shown and (" ." in shown or ". " in shown):
            yield from emails_in(_BLANKS_AROUND_MARKS.sub(r"\1", shown))


def _joined_emails(text: str) -> Iterator[str]:
    for local, domain in _EMAIL_SPELLED_OUT.findall(text):
        yield f"{_DOT.sub('.', local)}@{_DOT.sub('.', domain)}"


def domains_in(text: str, *, only_addressed: bool = False) -> Iterator[str]:
    """Hosts of websites and e-mail addresses; `only_addressed`: behind @, :// or www., so that none is a word."""
    for before, domain in _DOMAIN.findall(text) if "." in text else ():
        if before or not only_addressed or domain[:4].lower() == "www.":
            yield domain


# ---------------------------------------------------------------- numbers

_NUMBER: Final = re.compile(r"(?<!\w)(?=[A-Za-z0-9./-]{8})[A-Za-z]{0,4}[-./]?\d[A-Za-z0-9]*(?:[-./][A-Za-z0-9]+)*")
_LONG_PART: Final = re.compile("[A-Za-z0-9]{8,}")
_WITH_PARTS_MIN: Final = 11
"""Longer than a date."""
_SHIP: Final = re.compile(
    r"\b(I\.?M\.?O\.?|M\.?M\.?S\.?I\.?)\W{0,3}(?:N(?:O|R|UMBER)?\W{0,3})?(\d(?:[ .-]?\d){6,8})(?![\d])", re.IGNORECASE
)
LONG_WORD_CHARS_MIN: Final = 20
"""Of a whole wallet, LEI or IBAN."""
_LONG_WORD: Final = re.compile(r"[A-Za-z0-9]{10,128}")
_SHORTENED: Final = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z0-9]{3,}?)\s?[(\[]?(?:\.{2,}|\*+|_{2,}|-{2,}|~+|[•·—–⋯]+|#{2,}|/{2,}|[xX]{3,})[)\]]?\s?"
    r"([A-Za-z0-9]{3,})(?![A-Za-z0-9])"
)
_SHORTENED_IN_WORDS: Final = re.compile(
    r"(?<![A-Za-z0-9])((?=[A-Za-z0-9]*(?: to [A-Za-z]*)?(?:\d|[a-z][A-Z]))[A-Za-z0-9]{4,12})"
    r" to ([A-Za-z0-9]{4,12})(?!\w)"
)
_MAY_BE_SHORTENED: Final = re.compile(r"[…‥•—–⋯]|··")


def ship_numbers_in(text: str) -> Iterator[tuple[str, str]]:
    """("imo" | "mmsi", digits) of numbers behind such a label."""
    lower = text.lower()
    if "mo" in lower or "m.o" in lower or "si" in lower or "s.i" in lower:
        for label, number in _SHIP.findall(text):
            kind, digits = letters_and_digits(label), letters_and_digits(number)
            if len(digits) == SHIP_DIGITS[kind]:
                yield kind, digits


def shortened_in(text: str) -> list[tuple[str, str]]:
    """(beginning, end) of long words with dots, asterisks or the like in the middle: `0x098B…2f96`."""
    found = _SHORTENED.findall(text) if may_be_shortened(text) else []
    return [*found, *_SHORTENED_IN_WORDS.findall(text)] if " to " in text else found


def may_be_shortened(text: str) -> bool:
    """Whether marks stand in a text as `shortened_in` seeks them: a cheap look."""
    # Each of these is sought faster than any pattern of all.
    return (
        ".." in text
        or "*" in text
        or "~" in text
        or "--" in text
        or "__" in text
        or "##" in text
        or "//" in text
        or "xxx" in text
        or "XXX" in text
        or (not text.isascii() and _MAY_BE_SHORTENED.search(text) is not None)
    )


def long_words_in(text: str) -> list[str]:
    """Words as long as wallets, LEIs and IBANs, or as a third of a wallet; see LONG_WORD_CHARS_MIN."""
    return _LONG_WORD.findall(text)


def in_one_piece(words: list[str]) -> str | None:
    """The words that may be parts of a wallet, put together: "1/2: <17 characters> 2/2: <17 characters>"."""
    pieces = [word for word in words if not (word.islower() or word.istitle() or word.isupper()) or _DIGIT.search(word)]
    return "".join(pieces) if len(pieces) > 1 else None


def long_numbers_in(text: str) -> Iterator[str]:
    """Numbers that are hardly anything else: see `_stands_alone`."""
    for word in _NUMBER.findall(text):
        has_parts = len(word) >= _WITH_PARTS_MIN and not word.isalnum()
        for part in (word, *_LONG_PART.findall(word)) if has_parts else (word,):
            number = compact(part)
            if _stands_alone(number):
                yield number
                yield from filter(_stands_alone, _behind_letters(number))


def _stands_alone(number: str) -> bool:
    """Long enough to meet a listed number by chance less than once in a hundred thousand: nine digits, or eight
    characters of letters and digits (A1234567), most of them digits. Eight digits alone are a day or an invoice."""
    if len(number) >= NUMBER_CHARS_UNIQUE:
        return True
    if number.isdecimal():
        return len(number) >= _DIGITS_ALONE_MIN
    return len(number) >= _MIXED_ALONE_MIN and sum(c.isdecimal() for c in number) >= _MIXED_ALONE_MIN - 2


def labelled_numbers_in(text: str) -> Iterator[str]:
    """Numbers of _LABELLED_CHARS_MIN characters and more behind a word that says what they are.

    Groups that follow may belong to the number or not: every length is given.
    """
    if not _LONG_ENOUGH.search(text):
        return
    lower = text.lower()
    words = _ALNUM.findall(lower)
    if _GLUED_NUMBER.search(lower) is not None:
        for word in words:
            yield from glued_number_in(word)
    if _words().label_beginnings.isdisjoint(words):
        return
    for written in _words().labelled.findall(lower):
        parts = written.split(" ")
        for count in range(1, len(parts) + 1):
            number = compact("".join(parts[:count]))
            yield from filter(_is_labelled_number, (number, *_without_prefix(number)))


def glued_number_in(word: str) -> Iterator[str]:
    """The number of a word that begins with a label, in lower case: passportb0323482."""
    if label := _words().glued.match(word):
        yield from filter(_is_labelled_number, (compact(word[label.end() :]),))


def _is_labelled_number(number: str) -> bool:
    return len(number) >= _LABELLED_CHARS_MIN and sum(c.isdecimal() for c in number) >= _LABELLED_CHARS_MIN - 2


def _behind_letters(number: str) -> Iterator[str]:
    """What stands behind a country's code or a national letter: RU7760216450, V7792555272, RUJ0196910."""
    if number[:1].isalpha():
        digits = number.lstrip(_LETTERS)
        if digits != number:
            yield digits
        if len(number) - len(digits) > 2 and country_code(number[:2]):
            yield number[2:]


def _without_prefix(number: str) -> Iterator[str]:
    """The number behind a country's code, or behind any letters where it is long enough to stand alone."""
    digits = number.lstrip(_LETTERS)
    if digits != number and (len(digits) >= _DIGITS_ALONE_MIN or country_code(number[: -len(digits)])):
        yield digits


_DIGITS_ALONE_MIN: Final = 9
_MIXED_ALONE_MIN: Final = 8
_GLUED_NUMBER: Final = re.compile(r"\d{6}(?<=[a-z]{2}\d{6})")
_LONG_ENOUGH: Final = re.compile(r"\d(?:[ ./-]?[A-Za-z0-9]){4}")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# ---------------------------------------------------------------- fields of one number


class NumberReading(NamedTuple):
    """One way to read the field of a number."""

    number: str
    """Letters and digits, upper case."""
    is_sure: bool = False
    """Only labels, or the code of the issuing country, were left out."""
    country: str | None = None
    """Alpha-2 code of the country that the field writes beside the number."""
    is_part: bool = False
    """Other values stand beside it."""
    is_prefixed: bool = False
    """The country's code stood on the number itself: elsewhere it may be part of the number."""
    has_letters_as_digits: bool = False


_BETWEEN_VALUES: Final = re.compile(rf"[;,|\n\r\t&/]|\s{_AND}\s", re.IGNORECASE)
_COUNTRY_AFFIXES: Final = (
    re.compile(r"^[A-Z]{3}(?=[A-Z]?\d)"),
    re.compile(r"^[A-Z]{2}(?=[A-Z]{0,2}\d)"),
    re.compile(r"(?<=\d)[A-Z]{2,3}$"),
)
_LETTERS_PREFIX: Final = re.compile(r"[A-Z]+")
_TOKEN_CHARS_MIN: Final = 6
_GLUED_CHARS_MIN: Final = 2
"""Letters of a label; the number behind it begins with one, too."""
_PREFIX_CHARS_MAX: Final = 4


def numbers_in_field(text: str) -> Iterator[NumberReading]:
    """Numbers that a field holds behind labels, country codes and beside each other; not the field as a whole."""
    if not _DIGIT.search(text):
        return
    whole = compact(text)
    parts = _BETWEEN_VALUES.split(text)
    for part in parts:
        for reading in _readings(part, is_part=len(parts) > 1):
            if reading.number != whole or reading.country:
                yield reading


def lookalikes_in_field(text: str) -> Iterator[NumberReading]:
    """As `numbers_in_field`, and the field as a whole, with letters read as the digits that they look like."""
    if _DIGIT.search(text):
        parts = () if text.isalnum() else numbers_in_field(text)
        for reading in (NumberReading(compact(text)), *parts):
            for number in digits_for_letters(reading.number):
                yield reading._replace(number=number, is_sure=False, has_letters_as_digits=True)


def _readings(part: str, is_part: bool) -> Iterator[NumberReading]:
    words = _ALNUM.findall(part)
    numbers = [n for n, word in enumerate(words) if _DIGIT.search(word)]
    if not numbers:
        return
    first, last = numbers[0], numbers[-1]
    before = _said_of(words[:first]) if first > 1 else words[:first]
    dropped = [word for word in (*before, *words[last + 1 :]) if word.casefold() not in _words().labels]
    country = country_code(" ".join(dropped)) if dropped else None
    core = words[first : last + 1]
    is_sure = not dropped or country is not None
    whole = NumberReading(compact("".join(core)), is_sure, country, is_part)
    yield from _with_and_without_letters(whole)
    if first and len(words[first - 1]) <= _PREFIX_CHARS_MAX:
        yield NumberReading(compact(words[first - 1] + "".join(core)), len(dropped) <= 1, is_part=is_part)
        if (of := _words().national_letters.get(words[first - 1].upper())) and len(dropped) == 1:
            yield whole._replace(is_sure=True, country=of, is_prefixed=True)
    for word in core if len(core) > 1 else ():
        if len(word) >= _TOKEN_CHARS_MIN and _DIGIT.search(word):
            yield from _with_and_without_letters(NumberReading(compact(word), country=country, is_part=True))


def _said_of(words: list[str]) -> Iterator[str]:
    """Words before a number without the small ones behind a label: "Passport number is B0323482"."""
    is_behind_label = False
    for word in words:
        if not is_behind_label or word not in _words().small:
            yield word
            is_behind_label = word.casefold() in _words().labels


def _with_and_without_letters(reading: NumberReading) -> Iterator[NumberReading]:
    """The number, and what is left of it without a country's code or a label at its ends."""
    yield reading
    number = reading.number
    for affix in _COUNTRY_AFFIXES:
        if (found := affix.search(number)) and (code := country_code(found[0])):
            rest = number[found.end() :] if found.start() == 0 else number[: found.start()]
            yield reading._replace(number=rest, country=code, is_prefixed=True)
    if letters := _LETTERS_PREFIX.match(number):
        label = _words().glued.match(number.lower()) if letters.end() > _GLUED_CHARS_MIN else None
        if label and label.end() < letters.end():
            yield reading._replace(number=number[label.end() :], is_sure=False)
        rest = number[letters.end() :]
        if of := _words().national_letters.get(letters[0]):
            yield reading._replace(number=rest, country=of, is_prefixed=True)
        if letters[0].casefold() in _words().labels or len(rest) >= _DIGITS_ALONE_MIN:
            yield reading._replace(number=rest, is_sure=False)
