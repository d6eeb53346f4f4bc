"""Writings that lose most on their way to Latin letters, as the standards and the lists romanise them.

Hangul by Revised Romanisation, one token for the given names; Han by pinyin with the readings that surnames have; kana
by Hepburn; Arabic and Persian with the article and Abd al- as lists write them, consonants and long vowels; Hebrew by
its consonants. What is left goes through anyascii.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from anyascii import anyascii

from streamer.screening.loans import LOANS

LOSSY_SCRIPTS: Final = {
    "Hani": "Han",
    "Hang": "Hangul",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Thai": "Thai",
    "Jpan": "Kana",
    # Korean names in these; see `writings`.
    "Kana": "Kana",
    "Kore": "Cyrillic",
    **LOANS,
}
"""Writings in which several names are one, as reasons call them."""
HANGUL: Final = frozenset({"Hang", "Kore", "Kana"})
SYLLABIC_SCRIPTS: Final = HANGUL | {"Hani"}

_GIVEN_SYLLABLES_MAX: Final = 3
_ARTICLE_STEM_MIN: Final = 2


def transliterated(text: str) -> str:
    """ASCII letters for text in Unicode NFKC without combining marks."""
    if _ARABIC_WORD.search(text):
        text = _arabic(text)
    if _HEBREW_WORD.search(text):
        text = _HEBREW_WORD.sub(_hebrew_word, text)
    if _KANA.search(text):
        text = _KANA.sub(_kana_word, text)
    if _HANGUL_WORD.search(text):
        text = _hangul(text)
    if _HAN_WORD.search(text):
        text = _han(text)
    if _THAI_WORD.search(text):
        text = _thai(text)
    return text.translate(_ANY_ASCII)


class _AnyAscii(dict[int, str]):
    """Code point -> ASCII letters, filled as characters are met: `anyascii` goes by single characters."""

    def __missing__(self, code: int) -> str:
        letters = anyascii(chr(code))
        if code < _ASCII_KEPT_MAX:
            self[code] = letters
        return letters


_ANY_ASCII: Final = _AnyAscii()
_ASCII_KEPT_MAX: Final = 0x10000
"""Characters beyond the basic plane are looked at anew each time: there are a million."""


# ---------------------------------------------------------------- Hangul

_HANGUL_WORD: Final = re.compile("[\uac00-\ud7a3]+")
_INITIALS: Final = ("g kk n d tt r m b pp s ss - j jj ch k t p h").replace("-", "").split(" ")
_VOWELS: Final = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_FINALS: Final = ("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t").replace("-", "").split(" ")
_VOWEL_SURNAMES: Final = {"이": "yi", "오": "oh", "우": "woo", "유": "yu", "어": "oh"}
"""A single letter would be taken for an initial."""
_LONG_SURNAMES: Final = frozenset(
    ["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절", "장곡"]
)


def _hangul(text: str) -> str:
    """Surname first where all stands in one word; the syllables of given names stay together, in their order."""
    words = _HANGUL_WORD.findall(text)
    if len(words) == 1 and 2 <= len(words[0]) <= _GIVEN_SYLLABLES_MAX + 1:
        word = words[0]
        size = 2 if len(word) > 2 and word[:2] in _LONG_SURNAMES else 1
        text = text.replace(word, f"{word[:size]} {word[size:]}")
    return _HANGUL_WORD.sub(_hangul_word, text)


def _hangul_word(found: re.Match[str]) -> str:
    return _VOWEL_SURNAMES.get(found.group()) or "".join(map(_hangul_syllable, found.group()))


def _hangul_syllable(syllable: str) -> str:
    code = ord(syllable) - 0xAC00
    return _INITIALS[code // 588] + _VOWELS[code % 588 // 28] + _FINALS[code % 28]


# ---------------------------------------------------------------- Han

_HAN_WORD: Final = re.compile("[\u3400-\u9fff]+")
_SURNAME_READINGS: Final = {
    char: reading
    for reading, chars in {
        "zeng": "曾", "shan": "单單", "qiu": "仇", "xie": "解", "ou": "区區", "piao": "朴", "ge": "盖蓋", "zhai": "翟",
        "zha": "查", "yue": "乐樂", "miao": "缪繆", "yu": "尉", "yun": "员員", "na": "那", "chong": "种", "gou": "句",
        "po": "繁", "du": "都",
    }.items()
    for char in chars
}  # fmt: skip
_READINGS: Final = str.maketrans({"长": "chang", "長": "chang", "曾": "zeng", "翟": "zhai", "查": "zha", "晟": "sheng"})


def _han(text: str) -> str:
    """A name without a space is surname and given names; between spaces the shorter word is the surname."""
    words = _HAN_WORD.findall(text)
    if len(words) == 1 and 2 <= len(words[0]) <= 4:
        word = words[0]
        text = text.replace(word, f"{word[0]} {word[1:]}", 1)
    return _HAN_WORD.sub(_han_word, text)


def _han_word(found: re.Match[str]) -> str:
    word = found.group()
    if len(word) == 1 and word in _SURNAME_READINGS:
        return _SURNAME_READINGS[word]
    return anyascii(word.translate(_READINGS)).lower()


# ---------------------------------------------------------------- kana

_KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]+")


def _kana_table() -> dict[str, str]:
    rows = (
        "あいうえお かきくけこ さしすせそ たちつてと なにぬねの はひふへほ "
        "まみむめも らりるれろ がぎぐげご ざじずぜぞ だぢづでど ばびぶべぼ"
    )
    letters = ["", "k", "s", "t", "n", "h", "m", "r", "g", "z", "d", "b"]
    table = {
        kana: letter + vowel
        for letter, row in zip(letters, rows.split(), strict=True)
        for vowel, kana in zip("aiueo", row, strict=True)
    }
    table |= dict(zip("ぱぴぷぺぽ", ("pa", "pi", "pu", "pe", "po"), strict=True))
    table |= {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "ゔ": "vu"}
    table |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゐ": "i", "ゑ": "e"}
    table |= dict(zip("ぁぃぅぇぉ", "aiueo", strict=True))
    for kana, (small, vowel) in product("きしちにひみりぎじびぴ", zip("ゃゅょ", "auo", strict=True)):
        sound = table[kana]
        table[kana + small] = (sound[:-1] if sound in ("shi", "chi", "ji") else sound[0] + "y") + vowel
    for kana, sound in (("ふ", "f"), ("ゔ", "v"), ("う", "w")):
        table |= {kana + small: sound + vowel for small, vowel in zip("ぁぃぇぉ", "aieo", strict=True)}
    return table | {"てぃ": "ti", "でぃ": "di", "しぇ": "she", "じぇ": "je", "ちぇ": "che"}


_KANA_SOUNDS: Final = _kana_table()


def _kana_word(found: re.Match[str]) -> str:
    word = "".join(chr(ord(c) - 0x60) if "\u30a1" <= c <= "\u30f6" else c for c in found.group())
    out, at, doubled = "", 0, False
    while at < len(word):
        if word[at] == "っ":
            doubled, at = True, at + 1
            continue
        size = 2 if word[at : at + 2] in _KANA_SOUNDS else 1
        sound = _KANA_SOUNDS.get(word[at : at + size], "")
        out += (sound[:1] if doubled else "") + sound
        at, doubled = at + size, False
    return out


# ---------------------------------------------------------------- Arabic and Persian

_ARABIC_WORD: Final = re.compile("[\u0620-\u06ff]+")
_ARABIC_LETTERS: Final = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch",
    "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d",
    "ط": "t", "ظ": "dh", "ع": "", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k", "گ": "g", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "ھ": "h", "ہ": "h", "ة": "a", "ۀ": "a", "و": "w", "ؤ": "w", "ي": "y", "ی": "y",
    "ئ": "y", "ى": "a", "ے": "y", "ء": "", "ـ": "", "ړ": "r", "ږ": "g", "ښ": "sh", "ځ": "z", "څ": "s", "ټ": "t",
    "ډ": "d", "ڼ": "n", "ګ": "g", "ې": "y", "ۍ": "y", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r",
}  # fmt: skip
_ARABIC_NAMES: Final = {
    "علي": "ali", "على": "ali", "عيسى": "isa", "موسى": "musa", "يحيى": "yahya", "يحيي": "yahya", "طه": "taha",
    "ابو": "abu", "ابي": "abi", "ابا": "aba", "بن": "bin", "ابن": "ibn", "بنت": "bint", "ام": "umm", "ال": "al",
    "اية": "aya", "عدي": "uday", "قصي": "qusay", "لوي": "luay", "عوض": "awad", "اوس": "aws", "اسامة": "usama",
    "اسامه": "usama", "جو": "jo", "و": "wa", "في": "fi", "من": "min", "الله": "allah",
}  # fmt: skip
"""Names of which too few consonants are left to tell them, and the particles."""
_ARABIC_FOLDED: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ک": "ك", "ی": "ي", "ـ": None, "ؤ": "و", "ہ": "ه", "ھ": "ه"}
)
_ABD_ALLAH: Final = re.compile("(?<![\u0620-\u06ff])عبد ?الل[هة](?![\u0620-\u06ff])")
_ALLAH: Final = re.compile("(?<=[\u0620-\u06ff]) ?الل[هة](?![\u0620-\u06ff])")
_AL_DIN: Final = re.compile("(?<=[\u0620-\u06ff])الدين(?![\u0620-\u06ff])")
_ABD_AL: Final = re.compile("(?<![\u0620-\u06ff])عبد ?ال(?=[\u0620-\u06ff]{2})")


def _arabic(text: str) -> str:
    text = _ABD_ALLAH.sub("abdullah", text.translate(_ARABIC_FOLDED))
    text = _ABD_AL.sub("abdul ", text)
    text = _AL_DIN.sub(" الدين", _ALLAH.sub("ullah", text))
    return _ARABIC_WORD.sub(_arabic_word, text)


def _arabic_word(found: re.Match[str]) -> str:
    word = found.group()
    known = _ARABIC_NAMES.get(word)
    if known is not None:
        return known
    for prefix, latin in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) >= len(prefix) + _ARTICLE_STEM_MIN:
            stem = word[len(prefix) :]
            return latin + (_ARABIC_NAMES.get(stem) or _letters(stem))
    return _letters(word)


_BEFORE_H: Final = tuple("sktdzgcp")
_ARABIC_PREFIXES: Final = (("وال", " "), ("ابوال", "abu "), ("ال", " "), ("لل", " "), ("ابو", "abu "))
"""The article is left out: lists write it in a dozen ways, or not at all."""


def _letters(word: str) -> str:
    # Ain is a vowel to the lists, and written as one where a word begins with it.
    start = "a" if word[0] == "ع" else ""
    out = start
    if len(word) > 2 and word[-1] in "هھہ":
        word = word[:-1] + "ة"
    for c in word:
        latin = _ARABIC_LETTERS[c] if c in _ARABIC_LETTERS else anyascii(c)
        # Sin and ha are two letters, not the one that "sh" is.
        out += "hh" if latin == "h" and out[-1:] in _BEFORE_H else latin
    return out


# ---------------------------------------------------------------- Hebrew, Thai

_HEBREW_WORD: Final = re.compile("[\u05d0-\u05ea'׳״\"]*[\u05d0-\u05ea][\u05d0-\u05ea'׳״\"]*")
_HEBREW_LETTERS: Final = dict(
    zip(
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
        "a b g d h w z h t y k k l m m n n s - p p ts ts k r sh t".replace("-", "").split(" "),
        strict=True,
    )
)
_HEBREW_NAMES: Final = {"בן": "ben", "בר": "bar", "אבו": "abu", "אל": "al", "לוי": "levi", "לי": "li", "חי": "hai"}


def _hebrew_word(found: re.Match[str]) -> str:
    word = (
        re.sub('[׳״"]', "'", found.group()).replace("ג'", "j").replace("צ'", "ch").replace("ץ'", "ch").replace("'", "")
    )
    known = _HEBREW_NAMES.get(word)
    start = "a" if word[0] == "ע" else ""
    if known is not None:
        return known
    out = start
    for c in word:
        latin = _HEBREW_LETTERS.get(c, c)
        out += "hh" if c in "הח" and out[-1:] in _BEFORE_H else latin
    return out


_THAI_WORD: Final = re.compile("[\u0e01-\u0e4e]+")
_THAI_BEFORE: Final = re.compile("([เแโไใ])([ก-ฮ])")
_THAI_CARRIER: Final = re.compile("อ(?=[\u0e30-\u0e3a\u0e40-\u0e44])")


def _thai(text: str) -> str:
    """Vowels written before their consonant go behind it; o ang that only carries a vowel is not heard."""
    return _THAI_CARRIER.sub("", _THAI_BEFORE.sub(r"\2\1", text)).replace("จ", "j").replace("ๅ", "า")
