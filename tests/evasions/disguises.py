"""How a thing is disguised: one trick each, as any payer can play it.

The tables of look-alike letters were written for these tests alone, from the shapes of the letters, so that they do not
repeat what the product believes.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.evasions.things import CONTACTS, NAMES, NUMBERS, PLACES, WALLETS, Kind, Thing

BLANKS_MIN: Final = 395
"""More than any bound on the characters that are read."""

Written = Callable[[Thing, Random], str | None]
"""The thing as the disguise writes it; None where it cannot (no letter to replace, no script of its own …)."""


@dataclass(frozen=True, slots=True)
class Disguise:
    name: str
    kinds: frozenset[Kind]
    written: Written
    beside: Callable[[Thing, Random], Mapping[str, Any]] | None = None
    """Fields of the same party, agent or identifier (`address.street`) that go with it; JSON only, and only there."""
    fields: frozenset[str] | None = None
    """Kinds of field in which it can be played; None for all that take the thing."""
    suspect: str = ""
    """Why a clean thing under this disguise may be stopped as well; "" where it must be released."""


@dataclass(frozen=True, slots=True)
class Planted:
    text: str
    beside: Mapping[str, Any] = field(default_factory=dict)


# ---------------------------------------------------------------- look-alike letters

GREEK: Final = dict(zip("ABEZHIKMNOPTYXovpuxk", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυχκ", strict=True))
CYRILLIC: Final = dict(zip("ABCEHIJKMOPSTXYaceijopsxyhd", "АВСЕНІЈКМОРЅТХУасеіјорѕхуһԁ", strict=True))
ARMENIAN: Final = dict(zip("OSULTDVGQghnounqfjl", "ՕՏՍԼՏԺՎԳԳցհոօսոզֆյլ", strict=True))
CHEROKEE: Final = dict(zip("ABCDEGHIJKLMPRSTVWYZ", "ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎩᏃ", strict=True))
LISU: Final = dict(zip("BPDTGKJCZFMNLSRVHWXYAEIOU", "ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", strict=True))
SMALL_CAPS: Final = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
FULLWIDTH: Final = {chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)}


def _mathematical(capital: int, small: int, digit: int = 0) -> dict[str, str]:
    letters = {chr(65 + n): chr(capital + n) for n in range(26)} | {chr(97 + n): chr(small + n) for n in range(26)}
    return letters | ({chr(48 + n): chr(digit + n) for n in range(10)} if digit else {})


BOLD: Final = _mathematical(0x1D400, 0x1D41A, 0x1D7CE)
SANS_ITALIC: Final = _mathematical(0x1D608, 0x1D622)
MONOSPACE: Final = _mathematical(0x1D670, 0x1D68A, 0x1D7F6)
ENCLOSED: Final = {chr(65 + n): chr(0x24B6 + n) for n in range(26)} | {chr(97 + n): chr(0x24D0 + n) for n in range(26)}


def _letters_from(capital: int, small: int | None = None) -> dict[str, str]:
    """A block of 26 letters for both cases, or one for each."""
    return {chr(65 + n): chr(capital + n) for n in range(26)} | {
        chr(97 + n): chr((capital if small is None else small) + n) for n in range(26)
    }


DARK_CIRCLES: Final = _letters_from(0x1F150)
DARK_SQUARES: Final = _letters_from(0x1F170)
IN_BRACKETS: Final = _letters_from(0x1F110, 0x249C)
FLAG_LETTERS: Final = _letters_from(0x1F1E6)
OPERATORS: Final = dict(zip("AEOaeov", "∀∃∅∀∃∅√", strict=True))
FOREIGN_NOUGHTS: Final = ({"o": "\u0e50"}, {"o": "\u0966"}, {"o": "\u09e6"})

LETTERS_FOR_DIGITS: Final = {"O": "0", "I": "1", "E": "3", "A": "4", "S": "5", "o": "0", "i": "1", "e": "3", "s": "5"}

_OVERRIDDEN: Final = "an overridden direction of letters is reviewed"
_MIXED: Final = "letters of several scripts in one word are reviewed, whatever the word (UTS 39, highly restrictive)"


def _plain(text: str) -> str:
    """Without marks: look-alikes exist for plain letters."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _in_letters(table: Mapping[str, str], case: Callable[[str], str] = str) -> Written:
    """Every letter the table has, the others as they are."""

    def written(thing: Thing, draw: Random) -> str | None:
        text = case(_plain(thing.text))
        disguised = "".join(table.get(c, c) for c in text)
        return disguised if disguised != text else None

    return written


def _one_letter_a_word(*tables: Mapping[str, str]) -> Written:
    """One letter of each word from another script."""

    def written(thing: Thing, draw: Random) -> str | None:
        table = draw.choice(tables)
        words = [_with_one(word, table, draw) for word in _plain(thing.text).split()]
        disguised = " ".join(words)
        return disguised if disguised != _plain(thing.text) else None

    return written


def _with_one(word: str, table: Mapping[str, str], draw: Random) -> str:
    at = [n for n, letter in enumerate(word) if letter in table]
    if not at or len(word) < 3:
        return word
    n = draw.choice(at)
    return f"{word[:n]}{table[word[n]]}{word[n + 1 :]}"


# ---------------------------------------------------------------- encodings

_NAMED: Final = {
    "'": "&apos;",
    "&": "&amp;",
    "É": "&Eacute;",
    "é": "&eacute;",
    "Ö": "&Ouml;",
    "ö": "&ouml;",
    "Ü": "&Uuml;",
    "ü": "&uuml;",
    "Š": "&Scaron;",
    "ñ": "&ntilde;",
    "å": "&aring;",
    "ø": "&oslash;",
}


def _escaped(form: str, share: float = 0.4) -> Written:
    """Some letters, the first among them, as `form` with the code point `n` or the UTF-8 bytes `b`."""

    def written(thing: Thing, draw: Random) -> str:
        return "".join(
            _letter(form, c) if (c.isalnum() and (at == 0 or draw.random() < share)) else c
            for at, c in enumerate(thing.text)
        )

    return written


def _letter(form: str, c: str) -> str:
    if "{b}" in form:
        return "".join(form.format(b=f"{byte:02X}") for byte in c.encode())
    return form.format(n=ord(c))


def _named(thing: Thing, draw: Random) -> str | None:
    text = "".join(_NAMED.get(c, c) for c in thing.text)
    return text if text != thing.text else None


def _mojibake(encoding: str) -> Written:
    def written(thing: Thing, draw: Random) -> str | None:
        if thing.text.isascii():
            return None
        try:
            return thing.text.encode().decode(encoding)
        except UnicodeDecodeError:
            return None

    return written


def _each_byte(form: str) -> Written:
    """All of the text, byte by byte."""

    def written(thing: Thing, draw: Random) -> str:
        return "".join(form.format(byte) for byte in thing.text.encode())

    return written


def _by_name(thing: Thing, draw: Random) -> str:
    return "".join(f"\\N{{{unicodedata.name(c)}}}" if c.isalpha() and draw.random() < 0.3 else c for c in thing.text)


def _for_mail(thing: Thing, draw: Random) -> str:
    """RFC 2047, in both of its encodings."""
    if draw.random() < 0.5:
        return f"=?utf-8?B?{base64.b64encode(thing.text.encode()).decode()}?="
    quoted = "".join(c if c.isascii() and c.isalnum() else "".join(f"={b:02X}" for b in c.encode()) for c in thing.text)
    return f"=?UTF-8?Q?{quoted}?="


def _percent_often(thing: Thing, draw: Random) -> str:
    written = "".join(f"%{byte:02X}" for byte in thing.text[:2].encode()) + thing.text[2:]
    return written.replace("%", "%" + "25" * draw.randint(4, 9))


# ---------------------------------------------------------------- signs and blanks

_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff"
_BLANKS: Final = (" ", "\u00a0", "\t", "\u3000", " \n")


def _padded(thing: Thing, draw: Random) -> str:
    before = draw.choice(("x", "INV", "-", "1"))
    return before + draw.choice(_BLANKS) * draw.randint(BLANKS_MIN, BLANKS_MIN + 20) + thing.text


def _padded_zero_width(thing: Thing, draw: Random) -> str:
    return draw.choice(_ZERO_WIDTH) * draw.randint(BLANKS_MIN, BLANKS_MIN + 20) + thing.text


def _wide(thing: Thing, draw: Random) -> str | None:
    return (draw.choice(_BLANKS) * draw.randint(20, 60)).join(thing.text.split()) if " " in thing.text else None


def _with_sign(*signs: str) -> Written:
    """One sign inside every word of four letters or more."""

    def written(thing: Thing, draw: Random) -> str:
        sign = draw.choice(signs)
        return " ".join(_split(word, sign, draw) for word in thing.text.split())

    return written


def _overridden(thing: Thing, draw: Random) -> str:
    """Written backwards and shown forwards."""
    return f"\u202e{thing.text[::-1]}\u202c"


def _overridden_words(thing: Thing, draw: Random) -> str:
    return " ".join(f"\u202e{word[::-1]}\u202c" for word in thing.text.split())


def _between_words(*signs: str) -> Written:
    def written(thing: Thing, draw: Random) -> str | None:
        words = thing.text.split()
        return draw.choice(signs).join(words) if len(words) > 1 else None

    return written


def _behind_letters(*signs: str) -> Written:
    """A sign behind every letter."""

    def written(thing: Thing, draw: Random) -> str:
        sign = draw.choice(signs)
        return "".join(c + sign if c.isalpha() else c for c in thing.text)

    return written


def _with_lost_letters(thing: Thing, draw: Random) -> str | None:
    """Letters beyond ASCII as whoever cannot decode them shows them."""
    lost = "".join(c if c.isascii() else "\ufffd" for c in thing.text)
    return lost if re.search(r"[^\W\d_]\ufffd+[^\W\d_]", lost) else None


def _split(word: str, sign: str, draw: Random) -> str:
    if len(word) < 4:
        return word
    at = draw.randint(1, len(word) - 1)
    return word[:at] + sign + word[at:]


def _instead_of_a(thing: Thing, draw: Random) -> str | None:
    text = thing.text.replace("A", "@").replace("a", "@")
    return text if text != thing.text else None


def _dotted(thing: Thing, draw: Random) -> str:
    sign = draw.choice((".", "-", "_"))
    return " ".join(sign.join(word) for word in thing.text.split())


def _marked(thing: Thing, draw: Random) -> str:
    marks = draw.choices("\u0301\u0308\u0323\u0336\u0334", k=3)
    return "".join(c + (draw.choice(marks) if c.isalpha() and draw.random() < 0.4 else "") for c in thing.text)


# ---------------------------------------------------------------- names

_HARMLESS_NUMBERS: Final = (
    "passport X4471983",
    "passport no. 88301277",
    "(born 1971)",
    "ID 77120-44",
    "retired",
    "deceased",
)


def _with_words(*forms: str) -> Written:
    """`{}` is the thing."""

    def written(thing: Thing, draw: Random) -> str:
        return draw.choice(forms).format(thing.text)

    return written


def _reversed(thing: Thing, draw: Random) -> str | None:
    words = thing.text.split()
    if len(words) < 2:
        return None
    if thing.given and draw.random() < 0.5:
        return f"{thing.surname}, {thing.given}"
    return " ".join(reversed(words))


def _doubled(thing: Thing, draw: Random) -> str:
    return draw.choice(("{0} {0}", "{0} - {0}", "{0}/{0}", "{0}, {0}")).format(thing.text)


def _bracketed(thing: Thing, draw: Random) -> str | None:
    if not thing.script:
        return None
    return draw.choice(("{0} ({1})", "{0} [{1}]", "{1} ({0})")).format(thing.text, thing.script)


def _case(thing: Thing, draw: Random) -> str | None:
    odd = "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(thing.text))
    return next(
        (text for text in draw.sample((thing.text.lower(), thing.text.upper(), odd), 3) if text != thing.text), None
    )


def _as_is(thing: Thing, draw: Random) -> str:
    return thing.text


def _surname(thing: Thing, draw: Random) -> str | None:
    return thing.surname if thing.given else None


def _snake(thing: Thing, draw: Random) -> str:
    return "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in _plain(thing.text).lower()).split())


_CLAIMED_DATES: Final = ("9999-99-99", "0000", "1985-13-45", "2024-02-30", "0001")


# ---------------------------------------------------------------- wallets, numbers, contacts, places

_URI: Final = {
    Kind.EVM: ("ethereum:{}", "eth:{}", "ethereum:{}@1?value=1e18", "eip155:1:{}", "https://etherscan.io/address/{}"),
    Kind.BASE58: ("bitcoin:{}", "bitcoin:{}?amount=0.01", "https://www.blockchain.com/btc/address/{}"),
    Kind.BECH32: ("bitcoin:{}", "BITCOIN:{}?amount=0.01", "bip122:000000000019d6689c085ae165831e93:{}",
                  "https://mempool.space/address/{}"),
    Kind.TRON: ("tron:{}", "tron:{}?amount=1", "https://tronscan.org/#/address/{}"),
}  # fmt: skip


def _uri(thing: Thing, draw: Random) -> str:
    return draw.choice(_URI[thing.kind]).format(thing.text)


def _shape_changed(thing: Thing, draw: Random) -> str | None:
    """EVM: padded to 32 bytes, in capitals with the x, or a letter O for a nought."""
    digits = thing.text[2:]
    padded, upper = f"0x{'0' * 24}{digits}", f"0X{digits.upper()}"
    return draw.choice((padded, upper))


def _letter_o(thing: Thing, draw: Random) -> str | None:
    return "0x" + thing.text[2:].replace("0", "O", 2) if "0" in thing.text[2:] else None


def _shortened(thing: Thing, draw: Random) -> str:
    return f"{thing.text[:6]}{draw.choice(('…', '...', '....'))}{thing.text[-4:]}"


def _wrong_case(thing: Thing, draw: Random) -> str:
    return draw.choice((thing.text.lower(), thing.text.upper()))


def _grouped(thing: Thing, draw: Random) -> str:
    size = draw.choice((4, 5, 8))
    return draw.choice((" ", "-")).join(thing.text[at : at + size] for at in range(0, len(thing.text), size))


_LABELS: Final = {
    Kind.PASSPORT: ("No. {}", "Passport: {}", "Passport No. {}", "Reisepass {}", "passport={}", "паспорт {}"),
    Kind.TAX: ("INN {}", "Tax ID: {}", "TIN {}", "No {}", "ИНН {}"),
    Kind.IMO: ("IMO {}", "IMO No. {}", "IMO: {}", "imo{}"),
    Kind.LEI: ("LEI {}", "LEI: {}", "lei={}"),
    Kind.BIC: ("BIC {}", "SWIFT: {}", "SWIFT/BIC {}", "bic={}"),
    Kind.PHONE: ("Tel. {}", "Phone: {}", "tel:{}", "mobile {}", "Tel {} (office)"),
    Kind.EMAIL: ("mailto:{}", "E-Mail: {}", "Accounts <{}>", "<{}>"),
}


def _labelled(thing: Thing, draw: Random) -> str:
    return draw.choice(_LABELS[thing.kind]).format(thing.text)


def _country_prefixed(thing: Thing, draw: Random) -> str:
    return draw.choice(("RU{}", "RU-{}", "RU {}", "V-{}", "RUS {}")).format(thing.text)


_OTHER_VALUE: Final = {Kind.PHONE: "+49 30 4415802", Kind.EMAIL: "info@larkspur.example"}


def _several(thing: Thing, draw: Random) -> str:
    other = _OTHER_VALUE.get(thing.kind, "K8812094")
    return draw.choice(("{1}; {0}", "{1} / {0}", "{0}, {1}", "{1} and {0}")).format(thing.text, other)


def _separated(thing: Thing, draw: Random) -> str:
    at = draw.randint(2, len(thing.text) - 2)
    return thing.text[:at] + draw.choice((" ", "-", ".", "/")) + thing.text[at:]


def _dialled(thing: Thing, draw: Random) -> str:
    digits = "".join(c for c in thing.text if c.isdigit())
    return draw.choice(
        (f"00{digits}", f"+{digits}", f"+{digits[:2]}.{digits[2:5]}.{digits[5:]}", f"(+{digits[:2]}) {digits[2:]}")
    )


_DIGITS: Final = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "⓿❶❷❸❹❺❻❼❽❾", "🄋➀➁➂➃➄➅➆➇➈")
_HAN_DIGITS: Final = "〇一二三四五六七八九"
_GROUP_MARKS: Final = "‐‑–—−'’,·_:*|="


def _digits_of(*scripts: str) -> Written:
    def written(thing: Thing, draw: Random) -> str:
        script = draw.choice(scripts)
        return "".join(script[int(c)] if c.isdecimal() else c for c in thing.text)

    return written


def _keycaps(thing: Thing, draw: Random) -> str:
    return "".join(f"{c}\ufe0f\u20e3" if c.isdecimal() else c for c in thing.text)


def _groups_apart(thing: Thing, draw: Random) -> str:
    mark = draw.choice(_GROUP_MARKS)
    if " " in thing.text:
        return thing.text.replace(" ", mark)
    return mark.join(thing.text[at : at + 3] for at in range(0, len(thing.text), 3))


def _letters_in_number(thing: Thing, draw: Random) -> str | None:
    if len(thing.text) < 9:
        return None
    written = thing.text[0] + thing.text[1:].replace("0", "O").replace("1", draw.choice("Il"))
    return written if written != thing.text else None


def _look_alike_series(thing: Thing, draw: Random) -> str | None:
    written = "".join(draw.choice((CYRILLIC, GREEK)).get(c, c) for c in thing.text)
    return written if written != thing.text and not any("A" <= c <= "Z" for c in written) else None


def _long_document(thing: Thing, draw: Random) -> str | None:
    return thing.text if len(thing.text) >= 9 else None


def _number_beside(thing: Thing, draw: Random) -> str | None:
    return draw.choice(("{}-1", "RU_{}", "{}/-2")).format(thing.text) if len(thing.text) >= 9 else None


def _national_zero(thing: Thing, draw: Random) -> str:
    code, area, rest = thing.text.split(" ", 2)
    return draw.choice((f"{code} 0{area} {rest}", f"{code} (0){area} {rest}", f"{code} (0{area}) {rest}"))


def _from_america(thing: Thing, draw: Random) -> str:
    return thing.text.replace("+", draw.choice(("011", "011 ", "011-")))


_AT_SIGNS: Final = ("_at_", " -at- ", "[at]", "(at)", "@@", " arroba ", " собака ", " ⓐ ", " @ ")


def _spelled_out(thing: Thing, draw: Random) -> str:
    return thing.text.replace("@", draw.choice(_AT_SIGNS))


def _odd_dots(thing: Thing, draw: Random) -> str:
    return draw.choice((thing.text.replace(".", "。"), thing.text.replace(".", " . ").replace("@", " @ ")))


def _odd_hyphens(thing: Thing, draw: Random) -> str | None:
    return thing.text.replace("-", draw.choice("‐‑")) if "-" in thing.text else None


def _shortened_otherwise(thing: Thing, draw: Random) -> str:
    return f"{thing.text[:6]}{draw.choice(('⋯', '‥', '####', '//', ' to '))}{thing.text[-4:]}"


def _in_pieces(thing: Thing, draw: Random) -> str:
    at = draw.randint(15, len(thing.text) - 15)
    return draw.choice(("{} and {}", "1/2: {} 2/2: {}", "{} then {}")).format(thing.text[:at], thing.text[at:])


_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _hash160(thing: Thing, draw: Random) -> str:
    number = 0
    for char in thing.text:
        number = number * 58 + _BASE58.index(char)
    return draw.choice(("", "0x")) + number.to_bytes(25, "big")[1:21].hex()


def _alpha3(thing: Thing, draw: Random) -> str:
    codes = {"KP": "PRK", "IR": "IRN", "CU": "CUB", "FR": "FRA", "PT": "PRT", "SE": "SWE", "KR": "KOR"}
    return draw.choice((codes[thing.code], codes[thing.code].lower()))


def _code(thing: Thing, draw: Random) -> str:
    a, b = thing.code[0], thing.code[1]
    return draw.choice(
        (thing.code, thing.code.lower(), f"{a}.{b}.", f"{a}. {b}.", f" {thing.code} ", f"({thing.code})")
    )


def _flag(thing: Thing, draw: Random) -> str:
    return "".join(chr(0x1F1E6 + ord(c) - 65) for c in thing.code)


def _two_countries(thing: Thing, draw: Random) -> str:
    return draw.choice(("DE;{}", "CN/{}", "{}, DE", "DE or {}", "DE {}")).format(thing.code)


def _language(thing: Thing, draw: Random) -> str | None:
    return draw.choice(thing.languages) if thing.languages else None


# ---------------------------------------------------------------- the table

_ALL: Final = frozenset(Kind)
_WORDS: Final = NAMES | PLACES
_PERSON: Final = frozenset({Kind.PERSON})
_COUNTRY: Final = frozenset({Kind.COUNTRY})
_TEXTS: Final = frozenset(
    {"address", "street", "text", "reference", "unknown", "xml_text", "xml_address", "xml_street"}
)
_PARTY: Final = frozenset({"party_name"})
_COUNTRY_FIELDS: Final = frozenset({"country", "xml_country"})
_DOCUMENTS: Final = frozenset({Kind.PASSPORT, Kind.TAX})
_NUMBER_FIELD: Final = frozenset({"identifier"})

DISGUISES: Final[tuple[Disguise, ...]] = (
    Disguise("none", _ALL - _COUNTRY, _as_is),
    Disguise("country name", _COUNTRY, _as_is),
    # Bounds that cut.
    Disguise("blanks before", _ALL, _padded, suspect="a country field of 400 characters is refused by the schema"),
    Disguise("zero width before", _ALL, _padded_zero_width),
    Disguise("blanks inside", _WORDS, _wide),
    Disguise("zero width inside", _ALL, _with_sign(*_ZERO_WIDTH)),
    # Encodings.
    Disguise("html decimal", _ALL, _escaped("&#{n};")),
    Disguise("html hex", _ALL, _escaped("&#x{n:x};")),
    Disguise("html named", NAMES, _named),
    Disguise("html twice", _ALL, _escaped("&amp;#{n};")),
    Disguise("percent", _ALL, _escaped("%{b}")),
    Disguise("percent all", _ALL, _escaped("%{b}", 1)),
    Disguise("unicode escape", _ALL, _escaped("\\u{n:04x}")),
    Disguise("hex escape", _ALL, _escaped("\\x{b}")),
    Disguise("mojibake cp1252", NAMES, _mojibake("cp1252")),
    Disguise("mojibake latin-1", NAMES, _mojibake("latin-1")),
    Disguise("html hex, open", _ALL, _escaped("&#x{n:x}", 1)),
    Disguise("html padded", _ALL, _escaped("&#{n:010};")),
    Disguise("html hex padded", _ALL, _escaped("&#x{n:010x};")),
    Disguise("percent u", _ALL, _escaped("%u{n:04x}")),
    Disguise("percent many times", _ALL, _percent_often),
    Disguise("octal", _ALL, _each_byte("\\{:03o}")),
    Disguise("quoted printable", _ALL, _each_byte("={:02X}")),
    Disguise("mail", _ALL, _for_mail),
    Disguise("names of letters", NAMES, _by_name),
    Disguise("letters lost", NAMES, _with_lost_letters, suspect="a letter that was lost inside a word is reviewed"),
    Disguise("overridden", _ALL, _overridden, suspect=_OVERRIDDEN),
    Disguise("overridden words", _ALL, _overridden_words, suspect=_OVERRIDDEN),
    # Letters of other scripts.
    Disguise("greek", _WORDS, _in_letters(GREEK, str.upper), suspect=_MIXED),
    Disguise("cyrillic", _WORDS, _in_letters(CYRILLIC), suspect=_MIXED),
    Disguise("armenian", _WORDS, _in_letters(ARMENIAN), suspect=_MIXED),
    Disguise("cherokee", _WORDS, _in_letters(CHEROKEE, str.upper), suspect=_MIXED),
    Disguise("lisu", _WORDS, _in_letters(LISU, str.upper), suspect=_MIXED),
    Disguise("mixed words", _WORDS, _one_letter_a_word(GREEK, CYRILLIC, ARMENIAN, CHEROKEE, LISU), suspect=_MIXED),
    Disguise("fullwidth", _ALL, _in_letters(FULLWIDTH)),
    Disguise("bold", _ALL, _in_letters(BOLD)),
    Disguise("sans italic", _WORDS, _in_letters(SANS_ITALIC)),
    Disguise("monospace", _ALL, _in_letters(MONOSPACE)),
    Disguise("enclosed", _WORDS, _in_letters(ENCLOSED)),
    Disguise("small capitals", _WORDS, _in_letters(SMALL_CAPS, str.lower)),
    Disguise("dark circles", _WORDS, _in_letters(DARK_CIRCLES)),
    Disguise("dark squares", _WORDS, _in_letters(DARK_SQUARES)),
    Disguise("in brackets", _WORDS, _in_letters(IN_BRACKETS)),
    Disguise(
        "letters of flags", NAMES, _in_letters(FLAG_LETTERS), suspect="two of them may be an embargoed country's flag"
    ),
    Disguise("operators", NAMES, _in_letters(OPERATORS)),
    Disguise(
        "foreign noughts",
        NAMES,
        lambda thing, draw: _in_letters(draw.choice(FOREIGN_NOUGHTS))(thing, draw),
        suspect="a digit of another script among Latin letters is reviewed",
    ),
    # Signs and marks.
    Disguise("tags", NAMES, _with_sign("<b>", "</i>", "<wbr>", "<br/>", "<!-- -->", '<span class="x">')),
    Disguise("colours of a terminal", _ALL, _with_sign(r"\x1b[31m", r"\u001b[0m", r"\x1b[1;4m")),
    Disguise("pictures inside", NAMES, _with_sign("\U0001f600", "\U0001f525", "★", "♥\ufe0f", "█", "→")),
    Disguise("pictures between", NAMES, _between_words("\U0001f600", "★", "♦\ufe0f")),
    Disguise("pictures of blanks", _WORDS, _between_words("\u2420", "\u2423")),
    Disguise("Han between", NAMES, _between_words("中", "国", "〇"), suspect="Han among Latin letters is reviewed"),
    Disguise("enclosing marks", _WORDS, _behind_letters("\u20dd", "\u20de", "\u0489", "\u20e3")),
    Disguise("variation selectors", _WORDS, _behind_letters("\ufe0f", "\ufe0e", "\U000e0100", "\U000e0101")),
    Disguise("at sign", NAMES, _instead_of_a),
    Disguise("sign inside", NAMES, _with_sign("*", "|", "/", "\\", "#", "~", "^")),
    Disguise("dotted", _WORDS, _dotted),
    Disguise("marks", _WORDS, _marked),
    Disguise("soft hyphen", _ALL, _with_sign("\u00ad")),
    Disguise("underscores", _WORDS, lambda thing, _: thing.text.replace(" ", "_") if " " in thing.text else None),
    Disguise("digits for letters", _WORDS, _in_letters(LETTERS_FOR_DIGITS)),
    Disguise("case", _WORDS, _case),
    # Names.
    Disguise("reversed", NAMES, _reversed),
    Disguise("doubled", NAMES, _doubled),
    Disguise("script in brackets", NAMES, _bracketed),
    Disguise("number behind", _PERSON, lambda thing, draw: f"{thing.text} {draw.choice(_HARMLESS_NUMBERS)}"),
    Disguise(
        "care of", NAMES, _with_words("c/o {}", "care of {}", "bei {}", "z.Hd. {}", "z. Hd. {}", "attn {}", "FAO {}")
    ),
    Disguise("title behind", _PERSON, _with_words("{}様", "{}先生", "{}殿", "{}귀하", "{} 님", "{}氏")),
    Disguise("titled", _PERSON, _with_words("Mr {}", "Mrs {}", "Herr {}", "Dr. {}", "Señor {}", "M. {}")),
    Disguise("street behind", NAMES, _with_words("{}, Lindenweg 7", "{}, 12 Mill Lane", "{}, rue du Bac 4")),
    Disguise(
        "among words",
        NAMES,
        _with_words("invoice 4471 for {} November", "payment to {}", "on behalf of {}"),
        fields=_TEXTS,
    ),
    Disguise("split over name and street", _PERSON, _surname, lambda thing, _: {"address.street": thing.given}, _PARTY),
    Disguise("as a role", NAMES, _snake, fields=frozenset({"role"})),
    Disguise(
        "e-mail name", NAMES, lambda thing, _: f'"{thing.text}" <info@larkspur.example>', fields=frozenset({"email"})
    ),
    Disguise(
        "e-mail local part",
        NAMES,
        lambda thing, _: f"{_snake(thing, Random()).replace('_', '.')}@larkspur.example",
        fields=frozenset({"email"}),
    ),
    # Claims that clear.
    Disguise(
        "any BIC",
        NAMES,
        _as_is,
        lambda _, draw: {"bic": f"{draw.choice(('AAAA', 'DEUT', 'MRDN'))}DEFF"},
        frozenset({"agent_name"}),
    ),
    Disguise(
        "declared type",
        NAMES,
        _as_is,
        lambda thing, draw: {"type": draw.choice([t for t in ("person", "entity", "vessel") if t != thing.kind])},
        _PARTY,
    ),
    Disguise(
        "impossible birth date", _PERSON, _as_is, lambda _, draw: {"birth_date": draw.choice(_CLAIMED_DATES)}, _PARTY
    ),
    Disguise(
        "invented birth date",
        _PERSON,
        _as_is,
        lambda _, draw: {"birth_date": f"19{draw.randint(40, 99)}-05-17"},
        _PARTY,
    ),
    Disguise(
        "foreign country",
        NAMES,
        _as_is,
        lambda _, draw: {"address.country": draw.choice(("NZ", "CA", "PT")), "country_of_residence": "NZ"},
        _PARTY,
    ),
    # Wallets.
    Disguise("wallet uri", WALLETS, _uri),
    Disguise("wallet quoted", WALLETS, _with_words('"{}"', "'{}'", "<{}>", "({})", "{}.", "{},")),
    Disguise("wallet memo", WALLETS, _with_words("{}:123", "{}?memo=77", "{} memo 77", "{}/0", "{}#ref")),
    Disguise("wallet reshaped", frozenset({Kind.EVM}), _shape_changed),
    Disguise("wallet letter O", frozenset({Kind.EVM}), _letter_o, suspect="a wallet of no known shape is reviewed"),
    Disguise("wallet shortened", WALLETS, _shortened, suspect="a wallet of no known shape is reviewed"),
    Disguise(
        "wallet in the wrong case",
        frozenset({Kind.BASE58, Kind.TRON}),
        _wrong_case,
        suspect="a wallet of no known shape is reviewed",
    ),
    Disguise("wallet grouped", WALLETS, _grouped),
    Disguise(
        "wallet shortened otherwise", WALLETS, _shortened_otherwise, suspect="a wallet of no known shape is reviewed"
    ),
    Disguise("wallet in pieces", WALLETS, _in_pieces),
    Disguise("wallet as a hash", frozenset({Kind.BASE58}), _hash160),
    # Numbers and contacts.
    Disguise("labelled", NUMBERS | CONTACTS, _labelled),
    Disguise("country prefix", frozenset({Kind.PASSPORT, Kind.TAX}), _country_prefixed),
    Disguise("several values", NUMBERS | CONTACTS, _several),
    Disguise("separated", NUMBERS, _separated, fields=frozenset({"identifier", "bank_code", "account"})),
    Disguise(
        "unclear country",
        frozenset({Kind.PASSPORT, Kind.TAX}),
        _as_is,
        lambda _, draw: {"country": draw.choice(("RU;KP", "RU/CN", "DE or RU"))},
        _NUMBER_FIELD,
        "two countries in one field are reviewed",
    ),
    Disguise("other digits", _DOCUMENTS, _digits_of(*_DIGITS)),
    Disguise("keycaps", _DOCUMENTS, _keycaps),
    Disguise("ideographic digits", _DOCUMENTS, _digits_of(_HAN_DIGITS), fields=_NUMBER_FIELD),
    Disguise("groups apart", _DOCUMENTS | {Kind.PHONE}, _groups_apart),
    Disguise("letters in number", _DOCUMENTS, _letters_in_number),
    Disguise("look-alike series", frozenset({Kind.PASSPORT}), _look_alike_series, fields=_NUMBER_FIELD),
    Disguise(
        "label glued", frozenset({Kind.PASSPORT}), _with_words("passport{}", "№{}", "ppn{}", "Passport number is {}")
    ),
    Disguise("number beside", _DOCUMENTS, _number_beside),
    Disguise(
        "country of old",
        _DOCUMENTS,
        _as_is,
        lambda _, draw: {"country": draw.choice(("USSR", "SU", "Soviet Union"))},
        _NUMBER_FIELD,
    ),
    Disguise(
        "another country",
        frozenset({Kind.PASSPORT}),
        _long_document,
        lambda _, draw: {"country": draw.choice(("DE", "Kazakhstan", "MLT"))},
        _NUMBER_FIELD,
    ),
    Disguise("national zero", frozenset({Kind.PHONE}), _national_zero),
    Disguise("dialled from America", frozenset({Kind.PHONE}), _from_america),
    Disguise("extension", frozenset({Kind.PHONE}), _with_words("{}/-78", "{}/12", "{} ext. 4")),
    Disguise("e-mail spelled out", frozenset({Kind.EMAIL}), _spelled_out),
    Disguise("e-mail dots", frozenset({Kind.EMAIL}), _odd_dots),
    Disguise("e-mail hyphens", frozenset({Kind.EMAIL}), _odd_hyphens),
    Disguise("dialled", frozenset({Kind.PHONE}), _dialled),
    Disguise("e-mail in capitals", frozenset({Kind.EMAIL}), lambda thing, _: thing.text.upper()),
    # Countries and places.
    Disguise("country code", _COUNTRY, _code, fields=_COUNTRY_FIELDS),
    Disguise("three letters", _COUNTRY, _alpha3, fields=_COUNTRY_FIELDS),
    Disguise("flag", _COUNTRY, _flag),
    Disguise(
        "two countries",
        _COUNTRY,
        _two_countries,
        fields=_COUNTRY_FIELDS,
        suspect="two countries in one field are reviewed",
    ),
    Disguise("other language", PLACES, _language),
    Disguise("place with postcode", frozenset({Kind.PLACE}), _with_words("10117 {}", "{} 2041", "nr. {}")),
)
