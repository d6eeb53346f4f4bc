"""Names in other scripts as the phones that `loans` compares: one function per script, letters to phones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from anyascii import anyascii

from streamer.screening.loans import phones

_BETWEEN: Final = re.compile(r"[\s・·•‧∙,،、.‐=＝\-־–—()（）\"]+")
_TOKENS_MAX: Final = 6
_TOKEN_CHARS_MAX: Final = 24
_LONG_MARKS: Final = re.compile("[\u200b-\u200f\u2060\ufeff]")


def loan_tokens(text: str, script: str) -> tuple[str, tuple[str, ...]] | None:
    """(script of the reading, tokens of phones) of a name that may be borrowed; None where it cannot be one.

    `text` is the name in Unicode NFKC, `script` its ISO 15924 code as `names.script_of` tells it.
    """
    read = _readers(text, script)
    if read is None:
        return None
    loan, reader = read
    words = [w for w in _BETWEEN.split(_prepared(text, script)) if w]
    if not 1 <= len(words) <= _TOKENS_MAX or max(map(len, words)) > _TOKEN_CHARS_MAX:
        return None
    tokens = [phone for w in words if (phone := reader(w))]
    return (loan, tuple(tokens)) if tokens and any(len(t) > 2 for t in tokens) else None


def _readers(text: str, script: str) -> tuple[str, Callable[[str], str]] | None:
    if script == "Zyyy":
        return next(
            (found for low, high, found in _OTHERS if any(low <= c <= high for c in text)), ("loan:Zyyy", _other)
        )
    found = _SCRIPTS.get(script)
    if found is None or (script == "Hani" and not _is_borrowed_han(text)):
        return None
    if script == "Hang" and _is_korean(text):
        return None
    return found


def _prepared(text: str, script: str) -> str:
    if script == "Arab":
        return _ARABIC_PARTS.sub(r"\1", text.translate(_ARABIC_FOLDED))
    return text


# ---------------------------------------------------------------- Hangul


def _words(row: str) -> tuple[str, ...]:
    return tuple(row.replace("-", "").split(" "))


_HANGUL_INITIALS: Final = _words("g g n d d r m b b s s - J J C k t p h")
_HANGUL_VOWELS: Final = _words("a e ya ye A e yA ye o wa we we yo u wA we wi yu E i i")
_HANGUL_FINALS: Final = _words("- k k k n n n t l l m l l l l l m p p t t n t t k t p -")
_KOREAN_SURNAMES: Final = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍류고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도"
    "소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용리림량려렬로룡"
)


def _is_korean(text: str) -> bool:
    """One word of a Korean surname and a given name, or these as two words."""
    words = text.split()
    if len(words) == 1:
        return len(words[0]) <= 4 and words[0][0] in _KOREAN_SURNAMES
    return len(words) == 2 and any(a in _KOREAN_SURNAMES and len(b) == 2 for a, b in (words, words[::-1]))


def _hangul(word: str) -> str:
    out = ""
    for c in word:
        code = ord(c) - 0xAC00
        if not 0 <= code < 11172:
            continue
        out += _HANGUL_INITIALS[code // 588] + _HANGUL_VOWELS[code % 588 // 28] + _HANGUL_FINALS[code % 28]
    # The article of Arabic names: 알아사드.
    if len(word) > 3 and word[0] == "알":
        out = out[2:]
    return _single(_TWO_LIQUIDS.sub("l", out))


_TWO_LIQUIDS: Final = re.compile("[lr]{2}")
_DOUBLED: Final = re.compile(r"([^aeiou])\1+")


def _single(text: str) -> str:
    """Doubled phones once, and what is one sound of two letters."""
    return _DOUBLED.sub(r"\1", text.replace("ts", "c").replace("tz", "c").replace("tS", "C").replace("sz", "z"))


# ---------------------------------------------------------------- kana

_KANA: Final = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾ"
        "ダヂヅデドバビブベボパピプペポヴヰヱ",
        _words(
            "a i u e o ka ki kU ke ko sa SI sU se so ta 2I cU te tO na ni nU ne no ha hi FU he ho ma mi mU me mo "
            "ya yu yo ra rI rU re ro wa o n ga gi gU ge go za 3I zU ze zo da 3I zU de dO ba bi bU be bo pa pi pU pe po "
            "vU i e"
        ),
        strict=True,
    )
)
_SMALL_KANA: Final = dict(zip("ァィゥェォャュョヮ", _words("a i u e o ya yu yo wa"), strict=True))
_KANA_VOWEL: Final = re.compile("[aeiouUOI]$")
_KANA_V: Final = re.compile("^[ウう](?=[ラリルレロらりるれろ])")
"""ウラジーミル is Vladimir."""


def _kana(word: str) -> str:
    out, last = "", ""
    begins, word = ("w", word[1:]) if _KANA_V.match(word) else ("", word)
    for char in word:
        c = chr(ord(char) + 0x60) if "\u3041" <= char <= "\u3096" else char
        small = _SMALL_KANA.get(c)
        if small is None:
            out += _KANA.get(c, "")
        else:
            out = _KANA_VOWEL.sub("", out)
            if last == "ウ":
                # ウィ is wi.
                out += "w"
            out += small[1:] if small[0] == "y" and out[-1:] in ("S", "J", "2", "3") else small
        last = c
    return _single((begins + out).replace("nm", "m"))


# ---------------------------------------------------------------- Han


_HAN_PARTED: Final = re.compile("[·・•‧∙．]")
_BORROWED_HAN_MIN: Final = 5
_CHINESE_PART_MAX: Final = 2


def _is_borrowed_han(text: str) -> bool:
    """Parts are divided by a dot, or there are more characters than a Chinese name has."""
    words = [w for w in _BETWEEN.split(text) if w]
    if not all("\u3400" <= c <= "\u9fff" for w in words for c in w):
        return False
    if len(words) < 2 or _HAN_PARTED.search(text):
        return len(words) > 1
    return sum(map(len, words)) >= _BORROWED_HAN_MIN and max(map(len, words)) > _CHINESE_PART_MAX


_CAPITAL: Final = re.compile("[A-Z]")
_PINYIN: Final = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-z]*)")
_PINYIN_INITIALS: Final = {"zh": "5", "ch": "C", "sh": "S", "j": "1", "q": "2", "x": "4", "r": "6"}
_PINYIN_FINALS: Final = {
    "ai": "I", "ei": "ei", "ao": "A", "ou": "o", "ang": "an", "eng": "en", "ong": "on", "ia": "ya", "ie": "ye",
    "iao": "yo", "iu": "yu", "ian": "yen", "in": "in", "iang": "yan", "ing": "in", "iong": "yon", "ua": "wa",
    "uo": "o",
    "uai": "wai", "ui": "wi", "uan": "wan", "un": "un", "uang": "wan", "ue": "ye", "er": "R",
}  # fmt: skip
_LONE_CONSONANTS: Final = frozenset(_words("fu bu bo mo pu mu te de ke ge le he ze ce si ci zi shi zhi chi se re me"))
"""Syllables that also stand for their consonant alone: 夫 = f, 斯 = s."""


_HAN_NAMES: Final = (("亚历山大", "aleksander"), ("亞歷山大", "aleksander"), ("约翰", "Jon"), ("約翰", "Jon"))
"""Names that were borrowed before the tables."""


def _han(word: str) -> str:
    out = ""
    for whole, sounds in _HAN_NAMES:
        if word.startswith(whole):
            out, word = sounds, word[len(whole) :]
    for syllable in re.findall("[a-z]+", _CAPITAL.sub(r" \g<0>", anyascii(word)).lower()):
        if syllable == "er":
            out += "R"
            continue
        found = _PINYIN.match(syllable)
        initial, final = found.groups() if found else ("", syllable)
        initial = _PINYIN_INITIALS.get(initial, initial)
        if syllable in _LONE_CONSONANTS:
            out += initial + "E"
            continue
        if initial == "y":
            initial = "" if final[:1] in ("i", "u") else "y"
        elif initial == "w" and final == "u":
            initial = ""
        out += initial + _PINYIN_FINALS.get(final, final.replace("ng", "n"))
    return _single(out)


# ---------------------------------------------------------------- Greek

_GREEK: Final = {
    "ντσ": "nC", "ντζ": "nJ", "τς": "C", "μπ": "B", "ντ": "D", "γκ": "g", "γγ": "ng", "γχ": "nx", "ου": "u",
    "τζ": "J", "τσ": "C", "ει": "i", "οι": "i",
    "αι": "e", "αυ": "av", "ευ": "ev", "ηυ": "iv", "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z",
    "η": "i",
    "θ": "T", "ι": "i", "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "i", "φ": "f", "χ": "x", "ψ": "ps", "ω": "o", "ϊ": "i", "ϋ": "i",
}  # fmt: skip
_GREEK_SOUND: Final = re.compile("|".join(sorted(_GREEK, key=len, reverse=True)))
_GREEK_INNER: Final = re.compile("(?<=[αεηιουω])(μπ|ντ(?![σζ])|γκ)(?=[αεηιουωρ])")
_GREEK_SOFT: Final = re.compile("γι(?=[αεου])|γ(?=[εηι])")


def _greek(word: str) -> str:
    # Accents part the diphthongs only where a diaeresis does.
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if c not in "\u0301\u0300\u0342")
    plain = unicodedata.normalize("NFC", plain)
    plain = _GREEK_INNER.sub(lambda m: {"μπ": "MB", "ντ": "QD", "γκ": "Qg"}[m.group()], plain)
    plain = _GREEK_SOFT.sub("y", plain)
    return _single(_GREEK_SOUND.sub(lambda m: _GREEK[m.group()], plain))


# ---------------------------------------------------------------- Arabic and Persian

_ARABIC_FOLDED: Final = str.maketrans({"ک": "ك", "ی": "ي", "ـ": None, "ہ": "ه", "ھ": "ه", "\u200c": None})
_ARABIC_PARTS: Final = re.compile(" (الله|الل[هة])(?![\u0620-\u06ff])")
_ARABIC: Final = {
    "تش": "C", "ا": "a", "آ": "a", "أ": "V", "إ": "V", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "T",
    "ج": "J", "چ": "C",
    "ح": "h", "خ": "x", "د": "d", "ذ": "D", "ر": "r", "ز": "z", "ژ": "Z", "س": "s", "ش": "S", "ص": "s",
    "ض": "D", "ط": "t",
    "ظ": "D", "ع": "V", "غ": "g", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "گ": "g", "ل": "l", "م": "m",
    "ن": "n", "ه": "h",
    "ة": "A", "و": "w", "ؤ": "w", "ي": "y", "ئ": "V", "ى": "a", "ء": "V",
}  # fmt: skip
_ARABIC_SOUND: Final = re.compile("|".join(sorted(_ARABIC, key=len, reverse=True)))


def _arabic(word: str) -> str:
    article = ""
    if word.startswith("ال") and len(word) > 4:
        article, word = "VX", word[2:]
    word = re.sub("ه$", "ة", word) if len(word) > 2 else word
    word = re.sub("^[اأإ](?=[يو])", "", word)
    return _single(article + "".join(_ARABIC[m.group()] for m in _ARABIC_SOUND.finditer(word)))


# ---------------------------------------------------------------- Hebrew

_HEBREW: Final = {
    "ג'": "J", "ז'": "Z", "צ'": "C", "ץ'": "C", "ת'": "T", "ח'": "x", "ד'": "d", "א": "V", "ב": "b", "ג": "g",
    "ד": "d",
    "ה": "h", "וו": "w", "ו": "w", "ז": "z", "ח": "x", "ט": "t", "י": "y", "כ": "k", "ך": "k", "ל": "l",
    "מ": "m", "ם": "m",
    "נ": "n", "ן": "n", "ס": "s", "ע": "V", "פ": "p", "ף": "p", "צ": "c", "ץ": "c", "ק": "q", "ר": "r",
    "ש": "S", "ת": "t",
}  # fmt: skip
_HEBREW_SOUND: Final = re.compile("|".join(sorted(_HEBREW, key=len, reverse=True)))
_HEBREW_MARKS: Final = re.compile("[׳’`´]")


def _hebrew(word: str) -> str:
    word = _HEBREW_MARKS.sub("'", word)
    return _single("".join(_HEBREW[m.group()] for m in _HEBREW_SOUND.finditer(word)))


# ---------------------------------------------------------------- Thai, Lao

_THAI_BEFORE: Final = re.compile("([เแโไใ])([ก-ฮ])")
_THAI: Final = {
    **dict.fromkeys("ก", "k"), **dict.fromkeys("ขฃคฅฆ", "K"), "ง": "n", "จ": "J", **dict.fromkeys("ฉชฌ", "C"),
    "ซ": "z",
    **dict.fromkeys("ญย", "y"), **dict.fromkeys("ฎด", "d"), **dict.fromkeys("ฏต", "t"),
    **dict.fromkeys("ฐฑฒถทธ", "t"),
    **dict.fromkeys("ณน", "n"), "บ": "b", "ป": "p", **dict.fromkeys("ผพภ", "p"), **dict.fromkeys("ฝฟ", "f"), "ม": "m",
    "ร": "r", **dict.fromkeys("ลฬ", "l"), "ว": "w", **dict.fromkeys("ศษส", "s"), **dict.fromkeys("หฮ", "h"), "อ": "o",
    "ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "Y", "ื": "Y", "ุ": "u", "ู": "u",
    "เ": "e", "แ": "e",
    "โ": "o", "ไ": "ai", "ใ": "ai", "ฤ": "ri",
}  # fmt: skip
_THAI_CARRIER: Final = re.compile("(?<![ก-ฮ])อ(?=[\u0e30-\u0e3a\u0e40-\u0e44])")


def _thai(word: str) -> str:
    word = word.replace("ํา", "ำ")
    word = _THAI_CARRIER.sub("", _THAI_BEFORE.sub(r"\2\1", _THAI_CARRIER.sub("", word)))
    # เ-ีย is ia, เ-า ao, เ-ิ and เ-อ a vowel like that of "her".
    word = word.replace("เีย", "ีะ").replace("เา", "าว").replace("เิ", "ึ").replace("เอ", "ึ").replace("เือ", "ืะ")
    return _single("".join(_THAI.get(c, "") for c in word))


def _lao(word: str) -> str:
    """Lao letters stand in the order of the Thai ones, 128 places on."""
    word = word.replace("ໍາ", "ຳ")
    return _thai("".join(_LAO.get(c) or (chr(ord(c) - 0x80) if "\u0e80" <= c <= "\u0eff" else c) for c in word))


_LAO: Final = {"ຽ": "ีย", "ໍ": "อ", "ົ": "โ", "ຫ": "ห", "ຮ": "ฮ", "ໝ": "ม", "ໜ": "น", "ຼ": "ล"}

# ---------------------------------------------------------------- Burmese

_BURMESE: Final = {
    "က": "k", "ခ": "k", "ဂ": "g", "ဃ": "g", "င": "n", "စ": "s", "ဆ": "s", "ဇ": "z", "ဈ": "z", "ည": "ny", "ဉ": "ny",
    "ဋ": "t", "ဌ": "t", "ဍ": "d", "ဎ": "d", "ဏ": "n", "တ": "t", "ထ": "t", "ဒ": "d", "ဓ": "d", "န": "n",
    "ပ": "p", "ဖ": "p",
    "ဗ": "b", "ဘ": "b", "မ": "m", "ယ": "y", "ရ": "r", "လ": "l", "ဝ": "w", "သ": "T", "ဟ": "h", "ဠ": "l", "အ": "",
    "ါ": "a", "ာ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "e", "ဲ": "e", "ံ": "n", "ျ": "y",
    "ြ": "y", "ွ": "w",
    "ှ": "", "ဥ": "u", "ဦ": "u", "ဧ": "e", "ဩ": "o", "ဪ": "o", "ဣ": "i", "ဤ": "i",
}  # fmt: skip
_BURMESE_WHOLE: Final = (
    ("ရှ", "1"), ("ချ", "2"), ("ကျ", "2"), ("ဂျ", "3"), ("ို", "4"), ("ော်", "4"), ("ေါ်", "4"), ("ော", "4"),
    ("ေါ", "4"), ("ိုင်", "5"),
)  # fmt: skip
_BURMESE_SIGNS: Final = {"1": "S", "2": "C", "3": "J", "4": "o", "5": "aiQ"}
_BURMESE_KILLED: Final = re.compile("([က-အ])့?်")
_BURMESE_FINALS: Final = {
    **dict.fromkeys("ကတပခထဖ", "K"), "စ": "F", **dict.fromkeys("နမငဏ", "M"), "ယ": "L", "လ": "L", "ည": "i",
    "ဉ": "n", "သ": "K",
    "ဗ": "b", "ဘ": "b", "ဒ": "d", "ဇ": "z", "ဂ": "g", "ဖ့": "f",
}  # fmt: skip
_BURMESE_BARE: Final = re.compile("(?<=[kgnszytdpbmrlThSCJw])(?=[kgnszytdpbmrlThSCJK]|$)")


def _burmese(word: str) -> str:
    word = word.replace("့", "").replace("း", "").replace("္", "်")
    for old, new in sorted(_BURMESE_WHOLE, key=lambda pair: -len(pair[0])):
        word = word.replace(old, new)
    # A killed consonant ends its syllable.
    word = _BURMESE_KILLED.sub(lambda m: "<" + _BURMESE_FINALS.get(m.group(1), "") + ">", word)
    out = ""
    inside = False
    for c in word:
        if c in "<>":
            inside = c == "<"
        elif inside:
            out += c
        else:
            out += _BURMESE_SIGNS.get(c) or _BURMESE.get(c, "")
    return _single(out)


# ---------------------------------------------------------------- scripts whose letters anyascii reads well

_TO_WRITTEN: Final = str.maketrans({"H": "C", "G": "g", "Q": "g", "Y": "s", "N": "n", "W": "w"})
_RESPELT: Final = (
    ("bh", "v"),
    ("jh", "zh"),
    ("ow", "u"),
    ("ph", "f"),
    ("aa", "a"),
    ("ee", "i"),
    ("ch", "C"),
    ("c", "C"),
)
_NASAL: Final = re.compile("m(?=[kgcjtdsz])")


def _other(word: str) -> str:
    latin = re.sub("[^a-z]", "", anyascii(word).lower())
    latin = _NASAL.sub("M", latin)
    for old, new in _RESPELT:
        latin = latin.replace(old, new)
    return phones(latin).translate(_TO_WRITTEN) if latin else ""


def _georgian(word: str) -> str:
    """The nominative ends in i."""
    sounds = _other(word)
    return sounds[:-1] + "y" if len(sounds) > 3 and sounds[-1] == "i" and sounds[-2] not in "aeiou" else sounds


def _khmer(word: str) -> str:
    latin = anyascii(word).lower()
    for old, new in (("hk", "g"), ("ei", "i"), ("ou", "u"), ("eu", "e")):
        latin = latin.replace(old, new)
    return _other(latin)


_OTHERS: Final = (
    ("\u1780", "\u17ff", ("loan:Zyyy", _khmer)),
    ("\u0e80", "\u0eff", ("loan:Thai", _lao)),
    ("\u1000", "\u109f", ("loan:Mymr", _burmese)),
    ("\u10a0", "\u10ff", ("loan:Zyyy", _georgian)),
)
_SCRIPTS: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "Hang": ("loan:Hang", _hangul),
    "Jpan": ("loan:Jpan", _kana),
    "Hani": ("loan:Hani", _han),
    "Grek": ("loan:Grek", _greek),
    "Arab": ("loan:Arab", _arabic),
    "Hebr": ("loan:Hebr", _hebrew),
    "Thai": ("loan:Thai", _thai),
}
