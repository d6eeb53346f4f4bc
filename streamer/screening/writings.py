"""Names of one language in the writing of another: a second reading beside the plain transliteration.

Germans, French and Turks spell Russian and Arabic names each in their own way (Setschin, Loukachenko, Beşar Esad), and
Russians Arabic ones: each way is tried where the spelling shows it. Russian banks write Koreans and Chinese by the
systems of Kontsevich and Palladius, or as newspapers do; Japanese banks write Koreans in kana; and Koreans have names
in Han characters, which are no pinyin. Each is tried only where the whole name can be one, so that few names are read
twice.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Final

from streamer.events import PartyType
from streamer.screening import branches, titles
from streamer.screening.loan_scripts import loan_tokens
from streamer.screening.name_forms import is_arabic, servants_turned
from streamer.screening.name_parts import GENERATIONS
from streamer.screening.names import (
    BITS,
    CHARS_MAX,
    NOISE_AND_NAME,
    PARTICLES,
    Name,
    country_variants,
    fold,
    script_of,
    syllables,
    tokenise,
    within,
)
from streamer.screening.transliteration import transliterated

_TABLES: Final = tomllib.loads((files("streamer.data") / "writings.toml").read_text(encoding="utf-8"))

_KOREAN_SYLLABLES_MAX: Final = 4
_WORDS_MAX: Final = 4
WORD_CHARS_MAX: Final = 14
_VARIANTS_MAX: Final = 24
"""So many Korean readings of one word are looked up."""

# ---------------------------------------------------------------- Korean in Cyrillic

_CYRILLIC_INITIALS: Final = {
    "чч": "ch", "чх": "ch", "чж": "ch", "дж": "ch", "ч": "ch", "ц": "ch", "ж": "ch", "кк": "k", "кх": "k", "к": "k",
    "г": "k", "тт": "t", "тх": "t", "т": "t", "д": "t", "пп": "p", "пх": "p", "п": "p", "б": "p", "сс": "s", "с": "s",
    "ш": "s", "н": "n", "р": "r", "л": "r", "м": "m", "х": "h", "": "",
}  # fmt: skip
_CYRILLIC_VOWELS: Final = {
    "ый": "ui", "уй": "ui", "ой": "oe", "ва": "wa", "вэ": "wae", "ве": "oe", "во": "wo", "ви": "wi",
    "йе": "ye", "йё": "yo", "йо": "yo",
    "а": "a", "я": "ya", "о": "o", "ё": "yo", "у": "u", "ю": "yu", "ы": "u", "и": "i", "э": "ae", "е": "e",
}  # fmt: skip
_CYRILLIC_FINALS: Final = {
    "нъ": "ng", "н": "n", "к": "k", "ль": "l", "л": "l", "р": "l", "м": "m", "п": "p", "т": "t", "": "",
}  # fmt: skip


def _one_of(table: dict[str, str]) -> str:
    return "|".join(sorted(table, key=len, reverse=True))


_CYRILLIC_SYLLABLE: Final = re.compile(
    f"({_one_of(_CYRILLIC_INITIALS)})({_one_of(_CYRILLIC_VOWELS)})(?:({_one_of(_CYRILLIC_FINALS)})(?![аяоёуюыиэей]|в[аэои]))?"
)


def _korean_in_cyrillic(word: str) -> tuple[str, int] | None:
    """A word as Korean syllables in the romanisation that lists use without its marks, and how many they are."""
    out, at, count = "", 0, 0
    while at < len(word):
        found = _CYRILLIC_SYLLABLE.match(word, at)
        if found is None:
            return None
        first, vowel, last = (group or "" for group in found.groups())
        sound = _CYRILLIC_VOWELS[vowel]
        if vowel == "е" and last:
            # No Sino-Korean syllable with a final has ㅔ: newspapers write ㅓ and ㅕ so, Чен Ын = Chong Un.
            sound = "o" if _CYRILLIC_INITIALS[first] in ("ch", "s", "t") else "yo"
        elif vowel == "ве" and not first:
            sound = "we"
        out += _CYRILLIC_INITIALS[first] + sound + _CYRILLIC_FINALS[last]
        at, count = found.end(), count + 1
    return out, count


_NASAL: Final = re.compile("(?<=[aeiou])n(?!g)")


def _with_nasals(text: str) -> list[str]:
    """A final n stands for n or ng, in Cyrillic and in kana."""
    places = [found.end() for found in _NASAL.finditer(text)][:_KOREAN_SYLLABLES_MAX]
    variants = []
    for choice in product((False, True), repeat=len(places)):
        out, last = "", 0
        for place, is_ng in zip(places, choice, strict=True):
            out += text[last:place] + ("g" if is_ng else "")
            last = place
        variants.append(out + text[last:])
    return variants


# ---------------------------------------------------------------- Korean in kana, as Hepburn

_KANA_FINALS: Final = re.compile("(?<=.)(?:(?<=[aeiou])(?:([kgmrpb])u|tsu))(?=[bcdfghjkmnprstyzu]|$)")
_KANA_LETTERS: Final = (
    ("ー", ""), ("fa", "hwa"), ("fi", "hwi"), ("fo", "hwo"), ("fe", "hoe"), ("fu", "hu"), ("shi", "si"), ("sh", "sy"),
    ("kua", "kwa"), ("gua", "kwa"), ("kuo", "kwo"), ("guo", "kwo"), ("kue", "koe"), ("ui", "wi"), ("uo", "wo"),
    ("ua", "wa"), ("ue", "we"), ("tsu", "chu"), ("tei", "ti"), ("g", "k"),
)  # fmt: skip
_KANA_STARTS: Final = (("che", "choe"), ("pe", "pae"))
"""Surnames that `syllables` knows by another spelling."""
_FINAL: Final = {"k": "k", "g": "k", "m": "m", "r": "l", "p": "p", "b": "p", "": "t"}
_HEPBURN: Final = re.compile("(?:(?:sh|ch|ts|[kgnhmrbp]y|[kstnhmyrwgzdbpjfv])?[aeiou]{1,2}|n|(?:k|s|t|p)(?=[kstpc]))+")


def _with_kana_finals(text: str) -> list[str]:
    """A final consonant is written with a u of its own, which a syllable may have as well."""
    places = list(_KANA_FINALS.finditer(text))[:3]
    variants = []
    for choice in product((True, False), repeat=len(places)):
        out, last = "", 0
        for found, is_final in zip(places, choice, strict=True):
            if is_final:
                out += text[last : found.start()] + _FINAL[found.group(1) or ""]
                last = found.end()
        variants.append(out + text[last:])
    return variants


_LARGE_KANA: Final = re.compile("(?<=[bcdghjkmnprst])iy(?=[auo])")
"""The payment files of Japanese banks have no small kana: ジヨン may be ジョン."""


def _of_kana(token: str) -> list[str]:
    for old, new in _KANA_LETTERS:
        token = token.replace(old, new)
    token = re.sub(r"([kstpc])\1", r"\1", token).replace("tch", "ch")
    found = [token, *[other + token[len(start) :] for start, other in _KANA_STARTS if token.startswith(start)]]
    found += [_LARGE_KANA.sub("y", one) for one in found if _LARGE_KANA.search(one)]
    return [spelt for one in found for final in _with_kana_finals(one) for spelt in _with_nasals(final)]


def syllables_written(token: str, script: str) -> Collection[str]:
    """What `names.syllables` says of the romanisations that a token stands for, by the writing it came through.

    Kore: a Korean name in Cyrillic; Kana: a Korean name in kana, as Hepburn. All others stand for themselves.
    """
    if script in KOREAN_THROUGH:
        return _korean_syllables(token, script)
    key = syllables(token)
    return () if key is None else (key,)


@lru_cache(maxsize=8_192)
def _korean_syllables(token: str, script: str) -> Collection[str]:
    spelt = _with_nasals(token) if script == "Kore" else list(dict.fromkeys(_of_kana(token)))[:_VARIANTS_MAX]
    return frozenset(key for one in spelt if (key := syllables(one)) is not None)


KOREAN_THROUGH: Final = frozenset({"Kore", "Kana"})


_CYRILLIC_WORD: Final = re.compile("[а-яёъь]+")
_KANA_WORD: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_BETWEEN: Final = re.compile(r"[\s・·,‐=＝\-]+")
_LONE_VOWELS: Final = {"i": "yi", "o": "oh", "u": "woo"}
"""A single letter would be taken for an initial."""


def korean_tokens(text: str, script: str) -> tuple[str, ...] | None:
    """The tokens of a name that may be Korean, in Cyrillic (`script` Kore) or kana (Kana); None where it cannot be one.

    `text` is the name in Unicode NFKC.
    """
    words = [w for w in _BETWEEN.split(text.lower()) if w]
    if not 2 <= len(words) <= _WORDS_MAX or any(len(w) > WORD_CHARS_MAX for w in words):
        return None
    found = (_cyrillic_words if script == "Kore" else _kana_words)(words)
    if found is None or not any(_is_surname(found[i], script) for i in (0, -1)):
        return None
    return tuple(_LONE_VOWELS.get(token, token) for token in found)


def _cyrillic_words(words: list[str]) -> list[str] | None:
    read = [found for w in words if _CYRILLIC_WORD.fullmatch(w) and (found := _korean_in_cyrillic(w)) is not None]
    if len(read) < len(words) or sum(count for _, count in read) > _KOREAN_SYLLABLES_MAX:
        return None
    return [spelt for spelt, _ in read]


def _kana_words(words: list[str]) -> list[str] | None:
    sounds = [transliterated(w) for w in words if _KANA_WORD.fullmatch(w)]
    return sounds if len(sounds) == len(words) and all(map(_HEPBURN.fullmatch, sounds)) else None


def _is_surname(token: str, script: str) -> bool:
    return not _SURNAME_KEYS.isdisjoint(syllables_written(_LONE_VOWELS.get(token, token), script))


_SURNAME_KEYS: Final = frozenset(map(syllables, _TABLES["korean_surnames"].split()))


# ---------------------------------------------------------------- Korean in Han characters

_HANJA_SURNAMES: Final = {c: hangul for hangul, chars in _TABLES["surnames"].items() for c in chars}
_HANJA_GIVEN: Final = _HANJA_SURNAMES | {c: hangul for hangul, chars in _TABLES["given"].items() for c in chars}
_HAN_NAME: Final = re.compile("([\u3400-\u9fff])[\\s·・]*([\u3400-\u9fff]{1,2})")


def hangul_of(text: str) -> str | None:
    """A name in Han characters as Koreans read it, in Hangul: 金正恩 = 김정은; None where it is no Korean name."""
    found = _HAN_NAME.fullmatch(text.strip())
    if found is None or found.group(1) not in _HANJA_SURNAMES:
        return None
    given = [_HANJA_GIVEN.get(c) for c in found.group(2)]
    return None if None in given else _HANJA_SURNAMES[found.group(1)] + "".join(filter(None, given))


# ---------------------------------------------------------------- Chinese in Cyrillic (Palladius)


def _palladius() -> dict[str, str]:
    initials = {
        "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
        "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
    }  # fmt: skip
    finals = {
        "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "o": "о", "ou": "оу", "ong": "ун", "e": "э",
        "en": "энь", "eng": "эн", "ei": "эй", "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй", "uan": "уань",
        "uang": "уан", "un": "унь",
    }  # fmt: skip
    narrow = {
        "i": "и", "ia": "я", "ian": "янь", "iang": "ян", "iao": "яо", "ie": "е", "in": "инь", "ing": "ин", "iu": "ю",
        "iong": "юн",
    }  # fmt: skip
    round = {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}
    table: dict[str, str] = {}
    for (latin, cyrillic), (final, written) in product(initials.items(), finals.items()):
        if final not in ("o", "uo") or (final == "o") == (latin in ("b", "p", "m", "f")):
            table.setdefault(cyrillic + written, latin + final)
    for latin, cyrillic in (("b", "б"), ("p", "п"), ("m", "м"), ("d", "д"), ("t", "т"), ("n", "н"), ("l", "л"),
                            ("j", "цз"), ("q", "ц"), ("x", "с")):  # fmt: skip
        table |= {cyrillic + written: latin + final for final, written in narrow.items()}
        if latin in "nljqx":
            table |= {cyrillic + written: latin + final for final, written in round.items()}
    table |= {
        "хуэй": "hui",
        "гуй": "gui",
        "куй": "kui",
        "эр": "er",
        "хуэ": "hui",
        "ши": "shi",
        "чжи": "zhi",
        "чи": "chi",
    }
    table |= {
        "жи": "ri",
        "цзы": "zi",
        "цы": "ci",
        "сы": "si",
        "а": "a",
        "ай": "ai",
        "ань": "an",
        "ан": "ang",
        "ао": "ao",
    }
    table |= {
        "э": "e",
        "энь": "en",
        "оу": "ou",
        "и": "yi",
        "я": "ya",
        "янь": "yan",
        "ян": "yang",
        "яо": "yao",
        "е": "ye",
    }
    table |= {"инь": "yin", "ин": "ying", "юн": "yong", "ю": "you", "юй": "yu", "юэ": "yue", "юань": "yuan"}
    table |= {"юнь": "yun", "у": "wu", "ва": "wa", "во": "wo", "вай": "wai", "вэй": "wei", "вань": "wan", "ван": "wang"}
    return table | {"вэнь": "wen", "вэн": "weng", "цзе": "jie", "се": "xie", "е": "ye"}


_PALLADIUS: Final = _palladius()
_PALLADIUS_CHARS_MAX: Final = max(map(len, _PALLADIUS))
_CHINESE_CLUSTER: Final = re.compile(
    "чж|цз|юй|юэ|уа[нй]|[яюэаиу]нь(?=[бвгджзклмпрстфхцчш]|$)|[сцлмтй]яо|эй|ю(?:ань|нь)|хуэ"
)
_CHINESE_SURNAMES: Final = frozenset(_TABLES["chinese_surnames"].split())


@lru_cache(maxsize=4_096)
def _pinyin_of(word: str) -> tuple[str, int] | None:
    """A word in the system of Palladius as pinyin, and its syllables; the longest syllables first."""
    if not word:
        return "", 0
    if word[0] in "ъ":
        return _pinyin_of(word[1:])
    for size in range(min(_PALLADIUS_CHARS_MAX, len(word)), 0, -1):
        latin = _PALLADIUS.get(word[:size])
        if latin is not None and (rest := _pinyin_of(word[size:])) is not None:
            return latin + rest[0], 1 + rest[1]
    return None


def pinyin_in_cyrillic(text: str) -> str | None:
    """`text` with the Chinese words in pinyin, where it has any; a person's name is read so only as a whole."""
    words = [w for w in re.split(r"[\s,\-]+", text.lower()) if w]
    if len(words) > 3 * _WORDS_MAX:
        return None
    read = [_pinyin_of(w) if len(w) <= WORD_CHARS_MAX and _CYRILLIC_WORD.fullmatch(w) else None for w in words]
    known = [r for r in read if r is not None]
    is_name = len(known) == len(words) <= _WORDS_MAX and sum(count for _, count in known) <= _KOREAN_SYLLABLES_MAX
    if is_name and any(known[i][0] in _CHINESE_SURNAMES for i in (0, -1)):
        return " ".join(latin for latin, _ in known)
    if not _CHINESE_CLUSTER.search(text.lower()):
        return None
    out = [
        found[0] if found is not None and found[1] > 1 and _CHINESE_CLUSTER.search(word) else word
        for word, found in zip(words, read, strict=True)
    ]
    return " ".join(out) if out != words else None


# ---------------------------------------------------------------- all readings of a name


def readings(text: str, type: PartyType = PartyType.UNKNOWN) -> Iterator[Name]:
    """The name in `text` as it is, and the other ways in which it may be meant; most names have none."""
    text = within(text, CHARS_MAX)
    name = tokenise(text, type)
    yield name
    if name.forms and type is PartyType.UNKNOWN:
        # What may be a legal form is a name of people, too: Se Un Kim, Anwar Rao.
        yield from _of_people(text, type, name)
    is_plain = text.isascii() and text.isprintable()
    if not NOISE_AND_NAME.isdisjoint((text.lower().replace("-", " ") if is_plain else fold(text)).split()):
        whole = tokenise(text, type, whole=True)
        if len(whole.tokens) > len(name.tokens):
            yield whole
    if type is not PartyType.PERSON:
        yield from _of_firms(text, type, name)
        if len(_FIGURES.findall(text)) == 1:
            yield from _parted_at_figures(text, type, name)
    yield from other_readings(text, type, name)


def other_readings(text: str, type: PartyType, name: Name) -> Iterator[Name]:
    """Countries in their other forms, and names of one language in the writing of another; `name` is the plain one."""
    if type is PartyType.PERSON or (type is PartyType.UNKNOWN and not name.forms):
        yield from _of_people(text, type, name)
    if type is not PartyType.PERSON:
        for tokens in country_variants(name.tokens):
            yield replace(name, tokens=tokens, words=tokens)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", within(text, CHARS_MAX))
    lowered = text.lower()
    words = lowered.replace("-", " ").split()
    signs = {*map(_signs_in, words)}
    arabic = type is not PartyType.ENTITY and (_ARABIC in signs or _BOTH in signs or is_arabic(name.tokens))
    if arabic or _ANY in signs or _BOTH in signs:
        yield from _respelt(within(lowered, CHARS_MAX), type, name, arabic=arabic)
    if not text.isascii() and not _LATIN_LETTER.search(text):
        yield from _in_other_writing(text, type, replace(name, script=script_of(text)))
        if (loan := loan_tokens(text, script_of(text))) is not None:
            script, tokens = loan
            yield Name(tokens, tokens, (), script, name.chars)


# ---------------------------------------------------------------- branches of firms


def _of_firms(text: str, type: PartyType, name: Name) -> Iterator[Name]:
    """The firm whose branch is named, or behind whose name stands a place."""
    written = name.written
    is_native = name.script in ("Hani", "Jpan", "Hang")
    if not written or (len(written) < 2 and not is_native):
        return
    if branches.SIGNS.isdisjoint(written) and not branches.may_end_in_place(written[-1]) and not is_native:
        return
    known = {name.tokens}
    for firm in branches.firms(text, written, is_firm=type is not PartyType.UNKNOWN):
        one = tokenise(firm, type)
        if one.tokens not in known:
            known.add(one.tokens)
            yield replace(one, script=name.script)


_FIGURES: Final = re.compile("[0-9]+")
_BEFORE_FIGURES: Final = re.compile(r"\b([^\W\d_]+)(?=[0-9]+\b)")
_APART_FROM_FIGURES: Final = re.compile(r"\b([^\W\d_]{1,3})[ -](?=[0-9]{1,4}\b)")


def _parted_at_figures(text: str, type: PartyType, name: Name) -> Iterator[Name]:
    """MS13 as MS 13, and A 1 as A1; a text with several numbers is a security's or an address."""
    for pattern, new in ((_BEFORE_FIGURES, r"\1 "), (_APART_FROM_FIGURES, r"\1")):
        other = pattern.sub(new, text)
        if other != text and (one := tokenise(other, type, whole=True)).tokens != name.tokens:
            yield one


# ---------------------------------------------------------------- titles and initials of people


def _of_people(text: str, type: PartyType, name: Name) -> Iterator[Name]:
    """The name without titles and what may be one, with what may be a legal form, and with its initials apart."""
    one = name
    if type is PartyType.UNKNOWN and (
        name.forms or not titles.SIGNS.isdisjoint(name.written) or ("." in text and titles.DOTTED_RUN.search(text))
    ):
        person = tokenise(text, PartyType.PERSON)
        if person.tokens != name.tokens:
            one = person
            yield one
    tokens = titles.untitled(one.tokens)
    if tokens is not None:
        yield replace(one, tokens=tokens, words=tokens, surnames=min(one.surnames, len(tokens) - 1))
    tokens = _initials_apart(one.tokens)
    if tokens is not None:
        yield replace(one, tokens=tokens, words=tokens)


_GLUED_INITIALS: Final = range(2, 4)
_BESIDE_INITIALS_MIN: Final = 4
_INITIALS_BITS_MIN: Final = 6.5
"""Two letters that more names have are a name or a particle, if a short one."""
_NO_SYLLABLE: Final = re.compile("[^aeiou]+|[aeiou][bcdfgjlp-tv-z]|aa|ee|ii")
"""No name of East Asia is so short and like this."""


def _initials_apart(tokens: tuple[str, ...]) -> tuple[str, ...] | None:
    """Two or three letters beside a surname are initials where they are no known word."""
    if not 1 < len(tokens) <= _WORDS_MAX or (
        len(tokens[0]) not in _GLUED_INITIALS and len(tokens[-1]) not in _GLUED_INITIALS
    ):
        return None
    for token, rest in ((tokens[0], tokens[1:]), (tokens[-1], tokens[:-1])):
        if len(token) in _GLUED_INITIALS and token.isalpha() and token not in PARTICLES and token not in GENERATIONS:
            beside = [one for one in rest if one not in PARTICLES]
            if not beside or min(map(len, beside)) < _BESIDE_INITIALS_MIN or not _are_initials(token, beside):
                return None
            return (*token, *rest)
    return None


def _are_initials(token: str, beside: Sequence[str]) -> bool:
    if _NO_SYLLABLE.fullmatch(token):
        return True
    if token in BITS and (len(token) > _GLUED_INITIALS.start or BITS[token] < _INITIALS_BITS_MIN):
        return False
    # Li, Wu and Kei are names beside names of East Asia.
    return all(syllables(one) is None for one in beside)


# ---------------------------------------------------------------- Russian and Arabic names as others spell them

_SOUNDS: Final = {"C": "ch", "S": "sh", "Z": "zh", "J": "j", "X": "kh"}
_SPELLINGS: Final = tuple(
    (row.get("of") == "arabic", re.compile(row["sign"]), tuple((re.compile(old), new) for old, new in row["rules"]))
    for row in _TABLES["spelling"]
)
_ANY_SIGN: Final = re.compile(
    r"[td]sch|tch(?!e(?:ll|r)\b)|[sz]j|tj|hh|tš|gu[eé]i|gue\w*(?:[oe]v|in|enko)\b|ï|ff\b|\bjoe(?:ri|li)|\b(?!andrew|matt?hew|\w*(?:ll|rr|n|d|l)[oe]w\b)\w{4,}[oe]wa?\b"
    r"|(?:ch(?!r)|[cs]z|zs|cs|[tgn]y|oe|ou|\Bj|w|rz|ie|[aeiou]s[aeiou]|[łżščžşșçğıəţțõ])\w*"
    r"(?:[oe][vw]a?|ovs|en?k[oa]|sk[iy]j?|ouk|uk|yn|ij|icz|ič|jan|gu)\b|\bj[aou]\w*(?:[oe]va?|enko)\b|ci(?:[oe]v|enko|uk)\b"
    r"|(?:ch(?!r)|[cs]z|zs|cs|[tgn]y|oe|ou|\Bj(?!am)|rz|ie|[łżščžşșçğıəţț])\w*in[aes]?\b|\bj\w*(?:[oe][vw]a?|sk[iy]|enko|[eé]i)\b"
    r"|\b(?:e[lsş]|ebu|a[ls]|abu|abou|ben|bin|ibn|asch|abdul\w*|usame|esad|esed|saddam|ladin|nasrallah|hamaney|kaddafi|heniyye"
    r"|ruhani|sinvar|ahmedinejad|s[aeiou]\w*sky?ij|sergej|wladimir|jewgenij?|alexej|andrej|jurij?|anatolij|dmitrij|waleri\w*"
    r"|wassil\w*)\b|cha[mt]|chome"
    # Lithuanian and Latvian endings, and given names that show a language where the surname does not.
    r"|\w[oeë]vas\b|\w\w[iy]nas\b|skis\b|(?:[jmk]an|enk|i[čc]|[iu]k|o[vj])as\b|[ei]ju?s\b|[oe]vs\b|\w\w[iyī]ns\b|(?:enk|i[ck]|uk|an|[aeo][lr])s\b"
    r"|\b(?:\w+iej|w[łl]adi\w+|pawie[lł]|michai[lł]|aleksandie?r|aleksandras|v?u?l?adzi?miras|olegas|pavelas|vadimas|igors|romans|mihh?ail|jevgeni|juri|jelena|jegor|jakov|julia"
    r"|szergej|vlagyimir|alekszej|alekszandr|gyenyisz|vagyim|makszim|leonyid|konsztantyin|vaszilij|sztanyiszlav)\b"
)
"""Stands in a word of every name that one of the spellings may be; most names end here."""


_ARABIC_LETTERS: Final = re.compile("xh|dž|dj|dsch|[şğ]|sj|sy")
"""What other languages write for the j and sh of Arabic, and seldom for anything else."""


_NO_SIGN, _ANY, _ARABIC, _BOTH = range(4)


@lru_cache(maxsize=65_536)
def _signs_in(word: str) -> int:
    """Whether the word shows a spelling, and whether it is an Arabic name by one."""
    return (_ANY if _ANY_SIGN.search(word) is not None else _NO_SIGN) + (_ARABIC if _is_arabic_respelt(word) else 0)


def _is_arabic_respelt(word: str) -> bool:
    """The word is an Arabic given name as one of the languages spells it: Xhafer, Džafer."""
    if _ARABIC_LETTERS.search(word) is None:
        return False
    return any(is_arabic(fold(_by(rules, word)).split()) for of, sign, rules in _SPELLINGS if of and sign.search(word))


def _by(rules: Iterable[tuple[re.Pattern[str], str]], text: str) -> str:
    for old, new in rules:
        text = old.sub(new, text)
    for letter, sound in _SOUNDS.items():
        text = text.replace(letter, sound)
    return text


def _respelt(lowered: str, type: PartyType, name: Name, *, arabic: bool) -> Iterator[Name]:
    """Readings by the spellings whose signs the name shows; `arabic`: by those of Arabic names, too."""
    known = {name.tokens}
    found = [name]
    for is_of_arabic, sign, rules in _SPELLINGS:
        if (is_of_arabic and not arabic) or not sign.search(lowered):
            continue
        respelt = tokenise(_by(rules, lowered), type)
        if respelt.tokens not in known:
            known.add(respelt.tokens)
            found.append(replace(respelt, chars=name.chars, respelt=True))
    yield from found[1:]
    for one in found if arabic else ():
        turned = servants_turned(one.tokens)
        if turned is not None and turned not in known:
            known.add(turned)
            yield replace(one, tokens=turned, words=turned, written=turned, respelt=True)


_ARABIC_SIGN: Final = re.compile(_TABLES["arabic_in_cyrillic"]["sign"], re.VERBOSE)
_ARABIC_RULES: Final = tuple(tuple(rule) for rule in _TABLES["arabic_in_cyrillic"]["rules"])


def _arabic_in_cyrillic(text: str, name: Name) -> Name | None:
    """An Arabic or Persian name as Russians write it: Хасан Насралла is Hasan, not Khasan."""
    if not _ARABIC_SIGN.search(text.lower()):
        return None
    tokens = name.tokens
    for old, new in _ARABIC_RULES:
        tokens = tuple(token.replace(old, new) for token in tokens)
    return replace(name, tokens=tokens, words=tokens, written=tokens) if tokens != name.tokens else None


_LATIN_LETTER: Final = re.compile("[A-Za-z]")


_UKRAINIAN: Final = re.compile("[іїєґІЇЄҐ]")
_AS_RUSSIAN: Final = str.maketrans({"и": "ы", "і": "и", "ї": "и", "є": "е", "ґ": "г"})


def _in_other_writing(text: str, type: PartyType, name: Name) -> Iterator[Name]:
    if name.script not in ("Cyrl", "Hani", "Jpan"):
        return
    if _UKRAINIAN.search(text):
        text = text.lower().translate(_AS_RUSSIAN)
    if type is not PartyType.ENTITY and type is not PartyType.VESSEL:
        if name.script == "Hani":
            hangul = hangul_of(text)
            if hangul is not None:
                yield replace(tokenise(hangul, PartyType.PERSON), chars=name.chars)
        else:
            script = "Kore" if name.script == "Cyrl" else "Kana"
            tokens = korean_tokens(text, script)
            if tokens is not None:
                yield Name(tokens, tokens, (), script, name.chars)
    if name.script == "Cyrl" and (arabic := _arabic_in_cyrillic(text, name)) is not None:
        yield arabic
    if name.script == "Cyrl" and (pinyin := pinyin_in_cyrillic(text)) is not None:
        yield replace(tokenise(pinyin, type), script="Cyrl")
