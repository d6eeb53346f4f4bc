"""Texts as they are read and compared: the one decoding, the one folding and the one table of lookalikes. Pure.

readable(text)        what a person would read: encodings decoded, invisible characters out, runs of blanks closed
plain(text)           the same in plain letters: without accents, disguised Latin words in Latin letters; case is kept
folded_words(text)    its words in lower case, as places and phrases are compared
disguised(text)       further ways to read a text that looks like a disguise
mixes_scripts(text)   a word mixes scripts as no orthography does (UTS 39)
why_unread(text)      why a person cannot read it even so: encoded too often, letters lost, direction overridden
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_LATIN: Final = re.compile(r"[A-Za-z]")

# ---------------------------------------------------------------- reading

_DECODED_TIMES_MAX: Final = 16
"""So often encoded one over the other: `&amp;amp;#86;`. Every round shortens the text."""

_ENCODED: Final = re.compile(
    r"&(?:#[xX]?[0-9A-Fa-f]|\w{1,31};)|%u?[0-9A-Fa-f]{2}|\\(?:[uUx]\{?[0-9A-Fa-f]{2}|[0-3][0-7]{2}\\|N\{)"
    r"|=(?:\?[\w*-]{2,30}\?[BbQq]\?|[0-9A-F]{2}=[0-9A-F]{2}=)"
)
_ENTITY: Final = re.compile(r"&(?:#0{0,40}[0-9]{1,7};?|#[xX]0{0,40}[0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_OCTAL: Final = re.compile(r"(?:\\[0-3][0-7]{2}){3,}")
_QUOTED_PRINTABLE: Final = re.compile(r"(?:=[0-9A-F]{2}){3,}")
_NAMED: Final = re.compile(r"\\N\{([A-Z0-9 -]{2,80})\}")
_ESCAPE: Final = re.compile(r"(?:\\u\{[0-9A-Fa-f]{1,6}\}|[\\%]u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2})+")
_ESCAPED: Final = re.compile(r"[\\%](?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2}))")
# RFC 2047, in the character sets of mail; blanks between two of them are none.
_MAIL_WORDS: Final = re.compile(
    r"(?:=\?(?:utf-?(?:7|8|16)|us-ascii|iso-8859-\d+|windows-\d+|cp\d+|koi8-[ru]|gb\w+|big5|euc-\w+|shift_jis|iso-2022-\w+)"
    r"\?(?:q\?[^?]{1,400}|b\?[A-Z0-9+/]{1,400}={0,2})\?=\s?)+(?<!\s)",
    re.IGNORECASE,
)

# Two or three bytes of UTF-8, read in an encoding of one byte a character.
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]{2,}")
_MISREAD_AS: Final = ("latin-1", "cp1251", "mac-roman", "cp437")
_MISREAD_AS_WORDS: Final = {"cp1250": 4, "cp850": 4, "koi8-r": 4, "cp866": 8}
_MISREAD_AS_HAN: Final = {"gbk": 10}
"""Rarer ones, in which an ordinary word may be UTF-8 by chance: not with so many bytes, all of them letters of one
other script, or of any where frames of tables stand among the letters."""
_BOX: Final = re.compile("[\u2500-\u25ff]")
_MISREAD_CHARS_MIN: Final = 4
_MISREAD: Final = re.compile("[\x80-\xbf\u2010-\u25ff]")
"""A sign among the letters, as whole words have that are misread in an encoding of one byte a character."""

_UNTIDY: Final = re.compile(r"[\x00-\x1f\x7f]|\s{3,}|^\s|\s$")
_MAY_NEED_READING: Final = re.compile(rf"{_ENCODED.pattern}|[\x01-\x1f\x7f]|\s\s\s|\x00\s|\s\x00|^\s|\s$")
_LINE_BREAKS: Final = re.compile(r"(?<![^\S\n])[^\S\n]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])\s*")
_BLANKS: Final = re.compile(r"[^\S\n]{3,}")
_ANSI: Final = re.compile(r"\x1b\[[0-9;]+m")
_OVERRIDDEN: Final = re.compile("([\u202d\u202e])([^\u202a-\u202e\n]*)\u202c?")
"""Letters that are shown from right to left (RLO) or left to right (LRO), whatever they are."""
_BLANK_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u180e"
"""Letters and symbols by their category, drawn as nothing."""


def may_need_reading(texts: Iterable[str]) -> bool:
    """Whether `readable` may change one of the texts; one look at all of them together."""
    together = "\x00".join(texts)
    return not together.isascii() or _MAY_NEED_READING.search(together) is not None


@lru_cache(maxsize=4_096)
def readable(text: str) -> str:
    """The text as a person would read it.

    HTML entities, percent and backslash escapes and UTF-8 read as a one-byte encoding are decoded; invisible and
    control characters are out; runs of blanks are closed to two (which part words that are spaced out), line breaks
    to one. Whatever bounds a reader has, it has them of this.
    """
    if text.isascii() and _ENCODED.search(text) is None:
        return text if _UNTIDY.search(text) is None else _tidy(text)
    for _ in range(_DECODED_TIMES_MAX):
        decoded = _decoded(text)
        if decoded == text:
            break
        text = decoded
    return _tidy(text)


def why_unread(text: str) -> str | None:
    """Why nobody can read a text that was made readable, as words that follow the field; None where one can."""
    if _ENCODED.search(text) is not None and _decoded(text) != text:
        return f"is encoded more than {_DECODED_TIMES_MAX} times over"
    if text.isascii():
        return None
    if _LETTERS_LOST.search(text) is not None:
        return "has lost letters inside a word"
    return "overrides the direction in which its letters are read" if _OVERRIDDEN.search(text) is not None else None


_LETTERS_LOST: Final = re.compile(r"(?<=[^\W\d_])\ufffd+(?=[^\W\d_])")


def _decoded(text: str) -> str:
    """The text with one layer of encodings off."""
    if not text.isascii():
        text = _NOT_ASCII.sub(_as_utf8, text)
    if _ENCODED.search(text) is None:
        return text
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "%" in text:
        text = _PERCENT.sub(_unquoted, text)
    if "=" in text:
        text = _QUOTED_PRINTABLE.sub(_unquoted, _MAIL_WORDS.sub(_of_mail, text))
    if "\\" in text:
        text = _NAMED.sub(_named, _OCTAL.sub(_unquoted, text))
    return _ESCAPE.sub(_unescaped, text)


def _as_utf8(found: re.Match[str]) -> str:
    text = found[0]
    if text[1] == "\xad" and text[0] not in "ÃÂ":
        return text  # a letter before a soft hyphen
    if (as_windows := _in_windows_1252(text)) is not None:
        try:
            read = as_windows.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return text if _is_letter_of_a_latin_word(found, read) else read
    for encoding in _MISREAD_AS:
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    if len(text) < _MISREAD_CHARS_MIN:
        return text
    if "\u3400" <= text[0] <= "\u9fff":
        return _as_words(text, _MISREAD_AS_HAN)
    return text if _MISREAD.search(text) is None else _as_words(text, _MISREAD_AS_WORDS)


def _is_letter_of_a_latin_word(found: re.Match[str], read: str) -> bool:
    """Úštěk is a town: two letters of a Latin word may be the bytes of one of another script."""
    beside = found.string[max(0, found.start() - 1) : found.start()] + found.string[found.end() : found.end() + 1]
    return len(read) == 1 and _LATIN.search(beside) is not None and found[0].isalpha() and script(read) != "LATIN"


def _as_words(text: str, encodings: Mapping[str, int]) -> str:
    """The text as UTF-8 that was read in a rarer encoding, where that makes it letters of another script."""
    for encoding, bytes_min in encodings.items():
        try:
            written = text.encode(encoding)
            read = written.decode("utf-8")
        except UnicodeError:
            continue
        scripts = set(map(script, read))
        is_other = scripts.isdisjoint(map(script, text)) or _BOX.search(text) is not None
        if is_other and len(written) >= bytes_min and read.isalpha() and len(scripts) == 1:
            return read
    return text


def _in_windows_1252(text: str) -> bytes | None:
    """As browsers have it: the five bytes without a character stand for themselves."""
    try:
        return b"".join(bytes([ord(c)]) if "\x80" <= c <= "\x9f" else c.encode("cp1252") for c in text)
    except UnicodeEncodeError:
        return None


def _unquoted(found: re.Match[str]) -> str:
    """Bytes of UTF-8, each behind a sign: %41, =41, \101."""
    base, digits = (8, 3) if found[0][0] == "\\" else (16, 2)
    codes = [int(found[0][at : at + digits], base) for at in range(1, len(found[0]), digits + 1)]
    try:
        text = bytes(codes).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return text if found[0][0] == "%" or text.isprintable() else found[0]


def _of_mail(found: re.Match[str]) -> str:
    try:
        text = str(make_header(decode_header(found[0])))
    except (HeaderParseError, LookupError, ValueError):
        return found[0]
    return text if text.isprintable() else found[0]  # a name that was called encoded


def _named(found: re.Match[str]) -> str:
    try:
        return unicodedata.lookup(found[1])
    except KeyError:
        return found[0]


def _unescaped(found: re.Match[str]) -> str:
    units = [int(next(filter(None, groups)), 16) for groups in _ESCAPED.findall(found[0])]
    if max(units) > 0xFFFF:
        return "".join(chr(unit) for unit in units if unit <= 0x10FFFF)
    # Characters beyond the basic plane are escaped as two surrogates.
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")


def _tidy(text: str) -> str:
    if not text.isascii():
        is_overridden = "\u202e" in text or "\u202d" in text
        text = _visible(text) if is_overridden else text.translate(_VISIBLE)
    if _UNTIDY.search(text) is None:
        return text
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    text = _LINE_BREAKS.sub("\n", text)
    text = "".join(c if c >= " " or c == "\n" else (" " if c == "\t" else "") for c in text if c != "\x7f")
    return _BLANKS.sub("  ", text).strip()


def _visible(text: str) -> str:
    """Without what is not drawn; the marks of overridden letters stay, for `disguised`, where they turn letters."""
    parts: list[str] = []
    end = 0
    for found in _OVERRIDDEN.finditer(text):
        shown = found[2].translate(_VISIBLE)
        parts += (text[end : found.start()].translate(_VISIBLE), f"{found[1]}{shown}\u202c" if _turns(found) else shown)
        end = found.end()
    return "".join(parts) + text[end:].translate(_VISIBLE)


_TURNED_BY: Final = {"\u202e": frozenset({"L", "EN"}), "\u202d": frozenset({"R", "AL"})}
"""Bidirectional classes of the letters that an override turns round."""


def _turns(found: re.Match[str]) -> bool:
    return not _TURNED_BY[found[1]].isdisjoint(map(unicodedata.bidirectional, found[2]))


_LETTERS_IN_DISGUISE: Final = (
    (0x2460, 0x24FF),
    (0xFF01, 0xFF5E),
    (0x1D400, 0x1D7FF),
    (0x1F100, 0x1F1E5),
)
"""Letters and digits in circles, in full width, of formulas, in squares: first and last of each block."""
_LETTER_WITHIN: Final = re.compile(
    r"(?:PARENTHESIZED|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED)) LATIN (SMALL|CAPITAL) LETTER ([A-Z])"
)
"""Names of the letters in brackets, and in light on dark ones."""


class _Visible(dict[int, str]):
    """Code point -> the character, or nothing where it is drawn as nothing; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        is_hidden = char in _BLANK_LETTERS or category in ("Cf", "Cs", "Co", "Cn", "Me")
        is_hidden = is_hidden or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code == 0x034F
        is_blank = category == "Zs" or 0x2400 <= code <= 0x2426
        seen = "" if is_hidden else " " if is_blank else char
        if any(first <= code <= last for first, last in _LETTERS_IN_DISGUISE):
            seen = unicodedata.normalize("NFKC", char)
            if letter := _LETTER_WITHIN.fullmatch(unicodedata.name(char, "")):
                seen = letter[2] if letter[1] == "CAPITAL" else letter[2].lower()
        if code < 0x10000:
            self[code] = seen
        return seen


_VISIBLE: Final = _Visible()

# ---------------------------------------------------------------- lookalikes

_OURS: Final = {
    # Small letters that look like small capitals, and what Unicode's table takes for an l.
    **dict(zip("вкмнтпВ", "bkmhtnB", strict=True)),
    **dict(zip("κτεηωμ", "ktenwu", strict=True)),
    **dict.fromkeys("ΙІӀⲒⵏꓲ𐊊𐌉𐌠ᛁ", "I"),
    **dict(zip("іїєԼԱՅ", "iieLUJ", strict=True)),
}
_NO_NAMES_IN: Final = frozenset(
    {"CHEROKEE", "LISU", "COPTIC", "DESERET", "OSAGE", "TIFINAGH", "LYCIAN", "CARIAN", "OLD", "WARANG", "ELBASAN",
     "MIAO", "CANADIAN", "RUNIC", "VAI", "BAMUM", "LYDIAN", "OGHAM"}
)  # fmt: skip
"""Scripts, by the first word of their characters' names, in which nobody writes a name on a payment: what looks like a
Latin letter there is one."""
_LOOKS_LATIN: Final = re.compile(r"[\u0370-\u058f]")
"""Greek, Coptic, Cyrillic, Armenian: names are written in them, and Latin ones are disguised with them."""


@cache
def _confusables() -> dict[int, str]:
    """Code point -> the ASCII letter that it looks like (`data/confusables.tsv` and what stands above)."""
    text = files("streamer.data").joinpath("confusables.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    table = {ord(char): look for look, chars in rows for char in chars}
    return table | {ord(char): look for char, look in _OURS.items()}


@cache
def _of_no_names() -> re.Pattern[str]:
    chars = [chr(code) for code in _confusables() if script(chr(code)) in _NO_NAMES_IN]
    return re.compile(f"[{''.join(map(re.escape, chars))}]")


_SCRIPTS: dict[str, str] = {}
_SCRIPTS_MAX: Final = 20_000


def script(char: str) -> str:
    """The first word of the character's name, which is that of its script for letters: LATIN, CYRILLIC, CJK."""
    known = _SCRIPTS.get(char)
    if known is None:
        known = unicodedata.name(char, "NONE").partition(" ")[0].partition("-")[0]
        if len(_SCRIPTS) < _SCRIPTS_MAX:
            _SCRIPTS[char] = known
    return known


@cache
def _small_capitals() -> dict[int, str]:
    """LATIN LETTER SMALL CAPITAL A and the like, which no compatibility normalisation turns into letters."""
    begins = "LATIN LETTER SMALL CAPITAL "
    names = (
        (code, unicodedata.name(chr(code), ""))
        for code in (*range(0x250, 0x2B0), *range(0x1D00, 0x1D80), *range(0xA720, 0xA800))
    )
    return {code: name[-1].lower() for code, name in names if name.startswith(begins) and len(name) == len(begins) + 1}


_SMALL_CAPITAL: Final = re.compile("[\u0250-\u02af\u1d00-\u1d7f\ua720-\ua7ff]")


def undisguised(text: str) -> str:
    """Latin letters for the lookalikes in words that have Latin letters, and for those of scripts without names."""
    if _SMALL_CAPITAL.search(text) is not None:
        text = text.translate(_small_capitals())
    if _BEYOND_LATIN.search(text) is None:
        return text
    text = _of_no_names().sub(lambda found: _confusables()[ord(found[0])], text)
    if _LATIN.search(text) and _LOOKS_LATIN.search(text):
        text = _WORD.sub(_undisguised_word, text)
    return text


_BEYOND_LATIN: Final = re.compile(r"[\u0370-\U0010ffff]")


def _undisguised_word(word: re.Match[str]) -> str:
    found = word[0]
    return found.translate(_confusables()) if _LATIN.search(found) and _LOOKS_LATIN.search(found) else found


def _lookalike(text: str) -> str | None:
    """The text in Latin letters, where words wholly of Greek, Cyrillic or Armenian letters look like Latin ones."""
    if _LOOKS_LATIN.search(text) is None:
        return None
    table = _confusables()
    shown = _WORD.sub(
        lambda word: (
            word[0].translate(table) if all(ord(c) in table or not _LOOKS_LATIN.match(c) for c in word[0]) else word[0]
        ),
        unicodedata.normalize("NFKC", text),
    )
    return shown if _LOOKS_LATIN.search(shown) is None else None


# ---------------------------------------------------------------- disguises

_SYMBOL_LETTERS: Final = str.maketrans(
    {"@": "a", "$": "s", "€": "e", "£": "l", "!": "i", "|": "l", "¡": "i", "¢": "c", "¥": "y", "₤": "l", "§": "s",
     "+": "t", "(": "c", "<": "c", "©": "c", "®": "r", "∂": "d", "∆": "a", "Ø": "o", "№": "no",
     "∀": "a", "∃": "e", "∈": "e", "℮": "e", "∑": "e", "∅": "o", "√": "v", "∨": "v", "∧": "a", "∩": "n", "∪": "u",
     "₳": "a", "₿": "b", "₵": "c", "₡": "c", "₣": "f", "₲": "g", "₭": "k", "₥": "m", "₦": "n", "₱": "p", "₴": "s",
     "₮": "t", "₸": "t", "₩": "w"}
)  # fmt: skip
_DRAWN: Final = "∀∃∈℮∑∅√∨∧∩∪₳₿₵₡₣₲₭₥₦₱₴₮₸₩"
"""Of these the operators and currencies that stand in no ordinary name, not even at its end."""
_SYMBOL_IN_WORD: Final = re.compile(
    r"(?:(?<=[^\W\d_])|(?<![^\s])(?=[^\s][^\W\d_]{2}))[@$€£!|¡¢¥₤§+(<©®∂∆](?=[^\W\d_])|(?<=[^\W\d_])[@$](?!\S)"
)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MARKS: Final = r"*_~^=#%|\\/·•‧∙⋅・.:,`´\"“”„«»<>{}\[\]?!+-"
_MARK_IN_WORD: Final = re.compile(rf"(?<=[^\W\d_])[{_MARKS}](?=[^\W\d_])")
_ODD_MARK_IN_WORD: Final = re.compile(r"(?:(?<=[^\W\d_])|(?<=['’]))[/*_~^=#%|\\•‧∙⋅°\"“”„«»<>{}\[\]]{1,4}(?=[^\W\d_])")
_LETTERS_APART: Final = re.compile(rf"(?<!\w)(?:[^\W\d_][{_MARKS}])+[^\W\d_](?!\w)")
_DOTTED_WORD: Final = re.compile(rf"(?<!\w)(?:[^\W\d_][{_MARKS}]){{3,}}[^\W\d_](?!\w)")


_SYMBOLS: Final = frozenset("@$€£!|¡¢¥₤§+(<©®∂∆")
_ODD_MARKS: Final = frozenset('/*_~^=#%|\\•‧∙⋅°"“”„«»<>{}[]')
"""Cheap looks before the patterns that they stand in."""


@lru_cache(maxsize=2_048)
def disguised(text: str) -> tuple[str, ...]:
    """Further readings of a text that looks like a disguise: lookalike words, symbols for letters, marks in words."""
    return tuple(_disguised(text))


def _disguised(text: str) -> Iterator[str]:
    if not text.isascii() and _BEYOND_LATIN.search(text) is not None:
        yield from _beyond_latin(text)
    if "<" in text and _TAG.search(text):
        yield _TAG.sub("", text)
        yield _TAG.sub(" ", text)
    if "=" in text and _QUOTED_LETTER.search(text):
        yield _QUOTED_LETTER.sub(lambda found: chr(int(found[1], 16)), text)
    if not _SYMBOLS.isdisjoint(text) and _SYMBOL_IN_WORD.search(text):
        spared = _EMAIL.sub(" ", text) if "@" in text else text
        if _SYMBOL_IN_WORD.search(spared):
            yield _SYMBOL_IN_WORD.sub(lambda found: found[0].translate(_SYMBOL_LETTERS), spared)
    if _DIGIT_IN_WORD.search(text):
        for table in LEET if "1" in text else LEET[:1]:
            yield _LEET_WORD.sub(_translated_by(table), text)
    if _DOTTED_WORD.search(text):
        yield _LETTERS_APART.sub(lambda found: _MARK_IN_WORD.sub("", found[0]), text)
    elif not _ODD_MARKS.isdisjoint(text) and _ODD_MARK_IN_WORD.search(text):
        yield _ODD_MARK_IN_WORD.sub("", text)


_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,40}>|<!--.{0,80}?-->")
_QUOTED_LETTER: Final = re.compile(r"(?<=[^\W_])=([46][1-9A-F]|[57][0-9A])(?=[^\W_]|=)")


def _beyond_latin(text: str) -> Iterator[str]:
    """Further readings of a text that has characters beyond Latin letters and the signs of Latin-1."""
    if (shown := _lookalike(text)) is not None:
        yield shown
    if _BEYOND_LETTERS.search(text) is None:
        return
    if _PICTURE.search(text) is not None:
        yield from _without_pictures(text)
    if _PARTED_BY_A_SIGN.search(text) is not None:
        yield _PARTED_BY_A_SIGN.sub(r"\1 ", text)
    if _titles_behind().search(text) is not None:
        yield _titles_behind().sub(" ", text)


def _without_pictures(text: str) -> Iterator[str]:
    """With letters for the signs that are drawn as such, without the other signs, with overridden letters turned."""
    if "\u202c" in text and _OVERRIDDEN.search(text):
        yield _OVERRIDDEN.sub(lambda found: found[2][::-1], text)
    if _OF_FLAGS.search(text):
        yield _OF_FLAG.sub(lambda found: chr(ord(found[0]) - _FLAG_A + ord("A")), text)
    if _DRAWN_IN_WORD.search(text):
        yield _DRAWN_IN_WORD.sub(lambda found: found[0].translate(_SYMBOL_LETTERS), text)
    in_word = _picture_in_word()
    if in_word.search(text):
        yield in_word.sub("", text)
        yield in_word.sub(" ", text)


_FLAG_A: Final = 0x1F1E6
_OF_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]")
_OF_FLAGS: Final = re.compile("[\U0001f1e6-\U0001f1ff]{3}")
"""More letters of flags than one flag has."""
_PICTURE: Final = re.compile("[\u2000-\u2fff\u3200-\u33ff\ufe00-\ufe0f\ufffc\ufffd\U0001d100-\U0001ffff]")
_BEYOND_LETTERS: Final = re.compile("[\u2000-\ud7a3\ufe00-\ufe0f\ufffc\ufffd\U0001d100-\U0001ffff]")
"""Signs, and the scripts of East Asia."""
_LATIN_LETTER: Final = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"
_PARTED_BY_A_SIGN: Final = re.compile(
    f"({_LATIN_LETTER}{{2}})[\u3007\u3100-\u318f\u3400-\u9fff\uac00-\ud7a3](?={_LATIN_LETTER}{{2}})"
)
_DRAWN_IN_WORD: Final = re.compile(rf"(?<=[^\W\d_])[{_DRAWN}]{{1,3}}|[{_DRAWN}]{{1,3}}(?=['’]?[^\W\d_])")


@cache
def _picture_in_word() -> re.Pattern[str]:
    """A picture, an arrow, an operator … between two letters: Symbols of category So, Sk and Sm."""
    codes = (*range(0x2000, 0x3400), 0xFFFC, 0xFFFD, *range(0x1D100, 0x20000))
    signs = "".join(re.escape(chr(c)) for c in codes if unicodedata.category(chr(c)) in ("So", "Sk", "Sm"))
    return re.compile(rf"(?<=[^\W\d_])[{signs}\u200d\ufe00-\ufe0f]{{1,8}}(?=[^\W\d_])")


@cache
def _titles_behind() -> re.Pattern[str]:
    """Titles written as one with the name before them (`data/name_words.toml`)."""
    table = tomllib.loads(files("streamer.data").joinpath("name_words.toml").read_text("utf-8"))
    return re.compile(rf"(?:{'|'.join(table['titles_behind'].split())})(?!\w)")


LEET: Final = (str.maketrans("013456789", "oieasgtbg"), str.maketrans("013456789", "oleasgtbg"))
"""Digits that stand for letters, each way that a 1 is read."""
_DIGIT_IN_WORD: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]{3,20}(?![A-Za-z0-9]))"
    r"(?:[A-Za-z]+[013457]{1,2}[A-Za-z]|[013457]{1,2}[A-Za-z]+[013457]{1,2}[A-Za-z])"
)
"""V01ASYS, P34RL, 4RT4V1L; no A1B2C3 and no H1."""
_LEET_WORD: Final = re.compile(r"(?<![^\W_])(?=[^\W_]{2,20}(?![^\W_]))\d*[^\W\d_][^\W_]*")


def _translated_by(table: dict[int, int]) -> Callable[[re.Match[str]], str]:
    return lambda word: word[0].translate(table)


# Scripts that stand beside each other in one word of an ordinary text: Japanese, Korean, Chinese, and Latin with each.
_WRITTEN_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"}),
    frozenset({"LATIN", "CJK", "HANGUL", "IDEOGRAPHIC"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO", "IDEOGRAPHIC"}),
)
_OF_ALL_SCRIPTS: Final = frozenset(
    {"MODIFIER", "FULLWIDTH", "HALFWIDTH", "FEMININE", "MASCULINE", "MICRO", "KELVIN", "ANGSTROM", "OHM", "DOUBLE",
     "SCRIPT", "BLACK", "PLANCK", "ALEF", "MATHEMATICAL", "PARENTHESIZED", "CIRCLED", "SQUARED", "NEGATIVE", "NONE",
     "EULER", "TURNED", "TURKNED", "SUPERSCRIPT", "SUBSCRIPT", "ROMAN", "REGIONAL"}
)  # fmt: skip


def mixes_scripts(text: str) -> bool:
    """A word of the text mixes scripts beyond what UTS 39 calls highly restrictive.

    Source: Unicode Technical Standard 39, section 5.2. Japanese, Korean and Chinese with Latin letters are ordinary.
    """
    if text.isascii() or _BEYOND_LATIN.search(text) is None:
        return False
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        scripts = {script(char) for char in word if char.isalpha()} - _OF_ALL_SCRIPTS
        if len(scripts) > 1 and not any(scripts <= together for together in _WRITTEN_TOGETHER):
            return True
    return _LATIN.search(text) is not None and _AMONG_LATIN.search(text) is not None


# A digit of another script or a sign or two of an East Asian one among Latin letters; small words join two Latin ones.
_EAST_ASIAN_SIGNS: Final = "(?:(?![和与與及或到至对對在的是为為用从從由之兼와과의및나로에도은는이가을를])" + (
    "[\u3007\u30a1-\u30fa\u3105-\u312f\u3131-\u318e\u3400-\u9fff\uac00-\ud7a3]){1,2}"
)
_AMONG_LATIN: Final = re.compile(
    rf"(?<={_LATIN_LETTER})(?![0-9])\d+(?={_LATIN_LETTER})"
    rf"|{_LATIN_LETTER}{{3}}{_EAST_ASIAN_SIGNS}{_LATIN_LETTER}|{_LATIN_LETTER}{_EAST_ASIAN_SIGNS}{_LATIN_LETTER}{{3}}"
    rf"|{_LATIN_LETTER}{{2}}{_EAST_ASIAN_SIGNS}{_LATIN_LETTER}{{2}}"
    rf"|{_LATIN_LETTER}{_EAST_ASIAN_SIGNS}[a-z]{{1,8}}{_EAST_ASIAN_SIGNS}"
)


# ---------------------------------------------------------------- folding

_LETTERS: Final = str.maketrans({"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ـ": None})


def plain(text: str) -> str:
    """Letters without accents and invisible characters, disguised Latin words in Latin letters; case is kept."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text).translate(_LETTERS)
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf", "Me"})
    return undisguised(kept)


def latin_code(text: str) -> str:
    """A code of letters and digits as it looks: whole words of Cyrillic or Greek lookalikes are disguises here."""
    shown = plain(text)
    return shown if shown.isascii() else shown.translate(_confusables())


def folded_words(text: str) -> list[str]:
    """The words that are compared."""
    return _ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(plain(text).casefold())
