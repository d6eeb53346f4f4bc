"""Listed names as other people write them: one function a family, each from (text, entity, generator) to a query.

A function returns None for a name that nobody would write in its way. Names come as the lists have them ("SURNAME,
Given"); clean ones (others_clean.py) come in the same shape, so that every family has its clean twin.
"""

# ruff: noqa: E501, SIM905 — vocabulary in long rows
from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from streamer.screening.names import script_of
from streamer.watchlists.entity import Entity, EntityType
from tests.bench import others_arabic, others_russian, others_scripts, scripts
from tests.bench import others_words as words
from tests.bench.distortions import Case, natural

Maker = Callable[[str, Entity, random.Random], str | None]

HISPANIC: Final = frozenset("MX CO VE CU NI GT HN SV EC PE BO PA DO AR CL ES CR PY UY".split())
SINIC: Final = frozenset("CN HK TW MO SG MY MM TH KH VN PH".split())


def _parts(text: str, entity: Entity) -> tuple[list[str], list[str]] | None:
    """Words of the surname and of the given names of "SURNAME, Given Names" as people capitalise them."""
    if entity.type is not EntityType.PERSON or text.count(",") != 1 or not text.isascii():
        return None
    surname, given = (part.split() for part in text.split(","))
    return ([_cased(w) for w in surname], given) if surname and given else None


def _cased(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _usual(text: str, entity: Entity) -> str:
    """The name as people write it: given names first, capitals only in front."""
    if (parts := _parts(text, entity)) is not None:
        return " ".join([*parts[1], *parts[0]])
    return natural(text, entity.type)


def origin(text: str, entity: Entity) -> str:
    countries = {*entity.nationalities, *entity.citizenships}
    if others_russian.cyrillic(text) is not None:
        return "ru"
    if countries & HISPANIC:
        return "es"
    if others_arabic.words_of(text) is not None:
        return "ar"
    if countries & {"CN", "HK", "TW"}:
        return "zh"
    return "en" if countries & {"GB", "US", "IE", "AU", "CA", "ZW", "NG", "UG", "SS", "KE"} else "any"


# ---------------------------------------------------------------- initials, surnames

_DIGRAPH: Final = re.compile("^(Yu|Ya|Zh|Kh|Sh|Ch)", re.I)


def initials(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Smirnov V.V., A.Q.Khan, J.A.Lopez Garcia: two initials or three, no blank between."""
    if (parts := _parts(text, entity)) is None or not 2 <= len(parts[1]) <= 3:
        return None
    surname, given = parts
    if any(
        not re.match("[A-Za-z]{2}", g) or g.lower() in ("bin", "al", "ibn", "de", "bint", "abu", "del", "la")
        for g in given
    ):
        return None
    russian = origin(text, entity) == "ru"
    letters = [
        d.group() if russian and (d := _DIGRAPH.match(g)) and rng.random() < 0.4 else g[0].upper() for g in given
    ]
    dotted, family = "".join(f"{letter}." for letter in letters), " ".join(surname)
    return rng.choice(
        [
            f"{family} {dotted}",
            f"{family} {dotted}",
            f"{dotted} {family}",
            f"{dotted}{family}",
            f"{family}, {dotted}",
            f"{family.upper()} {dotted}",
        ]
    )


def initials_cyrillic(text: str, entity: Entity, rng: random.Random) -> str | None:
    if (name := others_russian.cyrillic(text)) is None or not name[1]:
        return None
    first, middle, last = name
    dotted = f"{first[0]}.{middle[0]}."
    return rng.choice([f"{last} {dotted}", f"{dotted} {last}", f"{dotted}{last}", f"{last.upper()} {dotted}"])


_LINKS: Final = ("de", "del", "la", "las", "los", "y", "da", "do", "dos", "san", "santa")


def _first_surname(surname: list[str]) -> list[str] | None:
    """The first of two Hispanic surnames; None unless there are two."""
    end = 0
    while end < len(surname) and surname[end].lower() in _LINKS:
        end += 1
    rest = [w for w in surname[end + 1 :] if w.lower() not in _LINKS]
    return surname[: end + 1] if len(rest) == 1 else None


def _hispanic(text: str, entity: Entity) -> tuple[list[str], list[str]] | None:
    if not {*entity.nationalities, *entity.citizenships} & HISPANIC or (parts := _parts(text, entity)) is None:
        return None
    if others_arabic.words_of(text) is not None or (first := _first_surname(parts[0])) is None:
        return None
    return first, parts[1]


def second_surname(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Nicolas Maduro."""
    if (parts := _hispanic(text, entity)) is None:
        return None
    return " ".join([*parts[1], *parts[0]])


def second_given(text: str, entity: Entity, rng: random.Random) -> str | None:
    """The first given name and the first surname alone."""
    if (parts := _hispanic(text, entity)) is None or len(parts[1]) < 2 or parts[1][1].lower() in _LINKS:
        return None
    return " ".join([parts[1][0], *parts[0]])


# ---------------------------------------------------------------- numbers


def _word(number: int) -> str | None:
    if number <= 20:
        return words.CARDINALS[number]
    tens, ones = divmod(number, 10)
    if number < 100:
        return words.TENS[tens - 2] + (f"-{words.CARDINALS[ones]}" if ones else "")
    return None


def _ordinal(number: int) -> str | None:
    if number <= 20:
        return words.ORDINALS[number]
    tens, ones = divmod(number, 10)
    if number < 100:
        return f"{words.TENS[tens - 2]}-{words.ORDINALS[ones]}" if ones else words.TENS[tens - 2][:-1] + "ieth"
    return None


def _suffixed(number: int) -> str:
    return f"{number}{'th' if number % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _roman(number: int) -> str:
    out = ""
    for value, letters in words.ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def _firm(text: str, entity: Entity) -> bool:
    return entity.type in (EntityType.ENTITY, EntityType.UNKNOWN) and text.isascii() and ", " not in text[:14]


def number_in_words(text: str, entity: Entity, rng: random.Random) -> str | None:
    """OFFICE THIRTY-NINE for OFFICE 39, and 1 VISION for ONE VISION."""
    if not _firm(text, entity):
        return None
    if found := re.search(r"(?<![\w-])(\d{1,2})(?![\w-]|\s*%)", text):
        if (word := _word(int(found.group()))) is None or found.group().startswith("0"):
            return None
        return text[: found.start()] + word.upper() + text[found.end() :]
    names = [w.upper() for w in [*words.CARDINALS[1:], *words.TENS]]
    if found := re.search(rf"\b({'|'.join(names)})\b", text.upper()):
        at = names.index(found.group())
        return text[: found.start()] + str(at + 1 if at < 20 else (at - 18) * 10) + text[found.end() :]
    return None


def ordinals(text: str, entity: Entity, rng: random.Random) -> str | None:
    """SECOND ACADEMY for 2ND ACADEMY, and 1ST for FIRST."""
    if not _firm(text, entity):
        return None
    if found := re.search(r"(?<![\w-])(\d{1,2})(st|nd|rd|th)\b", text, re.I):
        if (word := _ordinal(int(found.group(1)))) is None:
            return None
        written = rng.choice([word.upper(), word.upper(), found.group(1) + "."])
        return text[: found.start()] + written + text[found.end() :]
    names = [w.upper() for w in words.ORDINALS[1:]]
    if found := re.search(rf"\b({'|'.join(names)})\b", text.upper()):
        return text[: found.start()] + _suffixed(names.index(found.group()) + 1) + text[found.end() :]
    return None


def hyphened_number(text: str, entity: Entity, rng: random.Random) -> str | None:
    """MS-13, MS 13, MS13."""
    if not _firm(text, entity):
        return None
    if not (found := re.search(r"\b([A-Z]+)([- ]?)(\d+)\b", text)):
        return None
    if len(found.group(1)) > 5 or found.group(1) in (
        "LLC",
        "JSC",
        "OJSC",
        "AO",
        "OAO",
        "OOO",
        "PAO",
        "ZAO",
        "FGBU",
        "SAL",
        "THE",
        "OF",
        "AND",
        "NO",
    ):
        return None
    joint = rng.choice([j for j in ("-", " ", "") if j != found.group(2)])
    return text[: found.start()] + found.group(1) + joint + found.group(3) + text[found.end() :]


def roman_number(text: str, entity: Entity, rng: random.Random) -> str | None:
    """… II for … 2, and the other way round."""
    if not _firm(text, entity):
        return None
    if found := re.search(
        r"(?<!NO )(?<=[A-Z] )([2-9]|1[0-2])\b(?=$|,? (?:INC|LLC|LTD|S\.?A|CORP|AG|CO|C\.A|CLASS|SA)\b)",
        text,
    ):
        return text[: found.start()] + _roman(int(found.group())) + text[found.end() :]
    numerals = {_roman(n): n for n in range(2, 30) if len(_roman(n)) > 1}
    if found := re.search(rf"(?<=[A-Z] )({'|'.join(sorted(numerals, key=len, reverse=True))})\b(?=$| [A-Z])", text):
        return text[: found.start()] + str(numerals[found.group()]) + text[found.end() :]
    return None


def number_sign(text: str, entity: Entity, rng: random.Random) -> str | None:
    """NO. 1, Nr 1, #1, Number 1, № 1 for each other; or the sign left out."""
    if not _firm(text, entity) or not (found := re.search(r"\b(NO\.?|NUMBER|NR\.?)\s?(\d+)|#\s?(\d+)", text, re.I)):
        return None
    number = found.group(2) or found.group(3)
    return (
        text[: found.start()]
        + rng.choice(["No ", "No.", "Nr. ", "#", "Number ", "№ ", "N° ", ""])
        + number
        + text[found.end() :]
    )


# ---------------------------------------------------------------- more beside the name


def twice(text: str, entity: Entity, rng: random.Random) -> str | None:
    usual = _usual(text, entity)
    if len(usual) < 6 or len(usual) > 45:
        return None
    other = text.replace(",", "") if rng.random() < 0.5 else usual.upper() if rng.random() < 0.5 else usual
    return rng.choice(
        [
            f"{usual} {usual}",
            f"{usual} {other}",
            f"{usual} / {other}",
            f"{usual}, {other}",
            f"{usual} - {other}",
            f"{usual} ({other})",
        ]
    )


def _document(rng: random.Random) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(rng.choice([7, 8, 9])))
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice("ABCEGHKLNPRSTX") + digits[:8]
    if kind == 1:
        return digits[:2] + " " + digits[2:]
    if kind == 2:
        return "".join(rng.choice("ABCEFGHKLMNPRSTX") for _ in range(2)) + digits[:7]
    return digits


def with_passport(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or len(_usual(text, entity).split()) < 2:
        return None
    return rng.choice(words.PASSPORTS.split(";")).format(_usual(text, entity), _document(rng))


def with_status(text: str, entity: Entity, rng: random.Random) -> str | None:
    usual = _usual(text, entity)
    if entity.type is EntityType.PERSON and len(usual.split()) >= 2:
        return rng.choice(words.STATUS.split(";")).format(usual)
    if entity.type is EntityType.ENTITY and _is_firm(text):
        return rng.choice(words.STATUS_FIRM.split(";")).format(usual)
    return None


def with_original(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Igor Sechin (Игорь Сечин), Игорь Сечин (Igor Sechin); so with Hangul, Han and the Arabic names of the list."""
    original = None
    if (name := others_russian.cyrillic(text)) is not None:
        original = " ".join([name[0], name[2]] if rng.random() < 0.5 else [part for part in name if part])
    elif arabic := next((n.text for n in entity.names if script_of(n.text) == "Arab"), None):
        original = arabic if text == entity.names[0].text else None
    elif entity.type is EntityType.PERSON:
        original = scripts.hangul(text, entity, rng) or scripts.han(text, entity, rng)
    elif entity.type is EntityType.ENTITY and rng.random() < 0.1 and others_arabic.words_of(text):
        original = others_arabic.letters(text)
    if not original:
        return None
    usual = _usual(text, entity)
    return rng.choice(
        [
            f"{usual} ({original})",
            f"{usual} ({original})",
            f"{original} ({usual})",
            f"{usual} / {original}",
            f"{usual} {original}",
        ]
    )


# ---------------------------------------------------------------- articles, branches

_ARTICLED: Final = re.compile(
    r"\b(GROUP|ARMY|BANK|MOVEMENT|FRONT|COMPANY|ORGANI[SZ]ATION|FOUNDATION|ASSOCIATION|MINISTRY|BRIGADES?|PARTY|FORCES?|INSTITUTE|"
    r"CENTER|CENTRE|COMMITTEE|COUNCIL|UNION|UNIVERSITY|FUND|NETWORK|CARTEL|MILITIA|SOCIETY|CORPORATION|AGENCY|BUREAU|DIRECTORATE)\b"
)


_FORM_FIRST: Final = re.compile(
    r"(LIMITED|LTD|LLC|OPEN|PUBLIC|CLOSED|PRIVATE|JOINT|JSC|OJSC|PJSC|CJSC|OOO|AO|PAO|OAO|ZAO|FEDERAL STATE|SOCIETE)\b"
)
_FORM_LAST: Final = re.compile(r"(STOCK COMPANY|LIABILITY COMPANY|LIABILITY PARTNERSHIP)$")


def article_left_out(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Judean Voice for THE JUDEAN VOICE, Faran for AL-FARAN, Garantia for LA GARANTIA."""
    if entity.type is not EntityType.ENTITY or not text.isascii():
        return None
    found = re.match(r"(THE|LA|EL|LOS|LAS|LE|LES|DIE|DER|DAS|IL|LO|AL|EL)[ -](?=\w{4,})", text, re.I)
    return text[found.end() :] if found else None


def article_added(text: str, entity: Entity, rng: random.Random) -> str | None:
    """The Wagner Group, La Nueva Familia, Die Nachtwölfe; Al-Nusrah for NUSRAH."""
    if (
        entity.type is not EntityType.ENTITY
        or not text.isascii()
        or re.match(r"(THE|LA|EL|LOS|LAS|LE|LES|AL|JSC|OOO|AO|PAO|LLC)\b", text, re.I)
    ):
        return None
    if {a.country for a in entity.addresses} & HISPANIC and re.match(
        r"(GRUPO|CARTEL|BANCO|CENTRO|HOTEL|CLUB|FRENTE)\b", text
    ):
        return f"El {text}"
    if re.match(r"(COMPANIA|EMPRESA|FAMILIA|FUNDACION|COMERCIALIZADORA|GANADERA|CLINICA|NUEVA)\b", text):
        return f"La {text}"
    if re.match(r"(GROUPE|FRONT|MOUVEMENT|PARTI) ", text) and "DE" in text.split():
        return f"Le {text}"
    if _ARTICLED.search(text):
        return f"The {text}"
    return None


def article_in_person(text: str, entity: Entity, rng: random.Random) -> str | None:
    """TIKRITI for AL-TIKRITI and back; Altikriti, El-Tikriti."""
    if entity.type is not EntityType.PERSON or others_arabic.words_of(text) is None:
        return None
    usual = _usual(text, entity)
    if found := re.search(r"\b(Al|El)[- ](?=(?!Din|Deen|Rahman|Aziz|Karim|Malik)\w{4,}$)", usual, re.I):
        rest = usual[found.end() :]
        written = rng.choice([rest, rest, f"Al{rest.lower()}", f"El {rest}", f"El-{rest}"])
        return usual[: found.start()] + written
    if re.search(r" (?!Al|El)\w{4,}i$", usual) and (parts := _parts(text, entity)) and len(parts[0]) == 1:
        return " ".join([*parts[1], rng.choice(["al-", "Al ", "El "]) + parts[0][0]])
    return None


_FIRM_WORDS: Final = re.compile(
    r"\b(LLC|LTD|LIMITED|INC|CO|COMPANY|CORP|CORPORATION|GMBH|AG|S\.?A|SAL|SARL|FZE|FZCO|FZ-LLC|JSC|OJSC|PJSC|OOO|AO|PAO|BANK|TRADING|HOLDING|"
    r"GROUP|INDUSTRIES|INDUSTRY|SHIPPING|LOGISTICS|AIRLINES|ENTERPRISES?|EXCHANGE|PETROLEUM|ENGINEERING|TECHNOLOGY|ELECTRONICS|"
    r"PETROCHEMICAL|S\.?P\.?A|B\.?V|S\.R\.O|D\.O\.O|LTDA|S\. ?DE R\.L|A\.?S|SIRKETI|SANAYI|SERVICES|INTERNATIONAL|MANUFACTURING)\b"
)


def _is_firm(text: str) -> bool:
    return bool(_FIRM_WORDS.search(text)) and text.isascii()


def branch(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.ENTITY or not _is_firm(text) or len(text) > 60:
        return None
    return rng.choice(words.BRANCHES.split(";")).format(text)


# ---------------------------------------------------------------- given names, titles

_SAME: Final = {name: row for row in (line.split() for line in words.SPELLINGS.strip().splitlines()) for name in row}
_SHORT: Final = {
    full: short.split(",")
    for line in words.NICKNAMES.replace("\n", "|").split("|")
    if ":" in line
    for full, short in [line.split(":")]
}


def other_spelling(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Mohamed for Muhammad, Oleksandr for Aleksandr."""
    if entity.type is not EntityType.PERSON or not text.isascii():
        return None
    usual = _usual(text, entity).split()
    given = len(_parts(text, entity)[1]) if _parts(text, entity) else len(usual)  # type: ignore[index]
    at = [k for k, word in enumerate(usual[:given]) if word.lower() in _SAME]
    if not at:
        return None
    for k in at:
        word = usual[k].lower()
        usual[k] = _cased(rng.choice([o for o in _SAME[word] if o != word]))
    return " ".join(usual)


def nickname(text: str, entity: Entity, rng: random.Random) -> str | None:
    if (parts := _parts(text, entity)) is None or parts[1][0].lower() not in _SHORT or len(parts[1]) > 2:
        return None
    return " ".join([_cased(rng.choice(_SHORT[parts[1][0].lower()])), *parts[0]])


def title_before(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or not text.isascii() or len(_usual(text, entity).split()) < 2:
        return None
    titles = words.TITLES[origin(text, entity)].split(";")
    if entity.gender != "female":
        titles = [title for title in titles if title not in words.WOMEN_ONLY]
    return f"{rng.choice(titles)} {_usual(text, entity)}"


def title_after(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or not text.isascii() or len(_usual(text, entity).split()) < 2:
        return None
    after = rng.choice(words.TITLES_AFTER[origin(text, entity)].split(";"))
    return f"{_usual(text, entity)}{'' if after.startswith(',') else ' '}{after}"


# ---------------------------------------------------------------- Chinese surnames in other mouths

_SINITIC: Final = {
    row.split(":")[0]: [spelled.split(",") for spelled in row.split(":")[1:]]
    for line in words.SINITIC.strip().splitlines()
    for row in line.split("|")
}
DIALECTS: Final = ("Hokkien", "Cantonese", "Teochew", "Vietnamese")
_PINYIN: Final = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ue|ui|uo|er|a|e|i|o|u))"
)


def chinese_surname(dialect: str) -> Maker:
    column = DIALECTS.index(dialect)

    def made(text: str, entity: Entity, rng: random.Random) -> str | None:
        countries = {*entity.nationalities, *entity.citizenships}
        if (parts := _parts(text, entity)) is None or len(parts[0]) != 1 or countries - SINIC:
            return None
        surname, given = parts[0][0].lower(), "".join(parts[1]).lower().replace("-", "")
        if (
            surname not in _SINITIC
            or len(_PINYIN.findall(given)) > 3
            or not re.fullmatch(f"(?:{_PINYIN.pattern}){{1,2}}", given)
        ):
            return None
        other = _cased(rng.choice([o for o in _SINITIC[surname][column] if o != surname] or [surname]))
        if other.lower() == surname:
            return None
        spelled = " ".join(parts[1])
        return rng.choice([f"{other} {spelled}", f"{other} {spelled}", f"{spelled} {other}", f"{other}, {spelled}"])

    return made


# ---------------------------------------------------------------- what users of other screening projects missed


def company_shortened(text: str, entity: Entity, rng: random.Random) -> str | None:
    """LUKOIL OIL COMP, … LIMITED LIABILITY COMP (nomenklatura, issue of names with COMP)."""
    if entity.type is not EntityType.ENTITY or not text.isascii():
        return None
    forms = {
        "COMPANY": "COMP",
        "CORPORATION": "CORPN",
        "COOPERATIVE": "COOP",
        "PROPRIETARY": "PTY",
        "ENTERPRISES": "ENTPR",
        "MANUFACTURING": "MANUF",
    }
    found = re.search(rf"\b({'|'.join(forms)})\b", text)
    return text[: found.start()] + forms[found.group()] + text[found.end() :] if found else None


def letters_apart(text: str, entity: Entity, rng: random.Random) -> str | None:
    """A-B-C Company, A.B.C. Company, A B C Company (nomenklatura, issue of companies named by initials)."""
    if entity.type is not EntityType.ENTITY or not text.isascii() or len(text.split()) < 2:
        return None
    found = re.match(
        r"(?!LLC|LTD|JSC|OOO|OAO|PAO|ZAO|PJSC|OJSC|CJSC|AO|THE|AL|EL|LA|NEW|SAL|SRL|DBA|FZE|FKU|DOO|AAL|AIR|OIL|ALL|OLD|BIG|RED|TOP|SUN|SEA|GAS)[A-Z]{3,4}\b",
        text,
    )
    if not found or re.search("[AEIOUY]", found.group()):
        return None
    apart = rng.choice(["-", ".", " "]).join(found.group())
    return text[: found.start()] + apart + ("." if "." in apart else "") + text[found.end() :]


def so_called(text: str, entity: Entity, rng: random.Random) -> str | None:
    """So-called Donetsk People's Republic (rigour)."""
    if entity.type is not EntityType.ENTITY or not _ARTICLED.search(text) or not text.isascii():
        return None
    if _FORM_FIRST.match(text) or _FORM_LAST.search(text):
        return None
    return f"{rng.choice(['so-called', 'So-called', 'the so-called', 'self-styled'])} {text}"


def servant_joined(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Abd el Karim, Abdelkarim and Abdul Karim for each other (rigour)."""
    if entity.type is not EntityType.PERSON or not text.isascii():
        return None
    usual = _usual(text, entity)
    found = re.search(r"\b'?Abd([- ]?[auie][lrsnz][- ]|[aeu]l-?)(?=[A-Z]?[a-z]{4,})", usual, re.I)
    if not found or len(usual.split()) < 2:
        return None
    rest = re.match(r"[\w']+", usual[found.end() :]).group()  # type: ignore[union-attr]
    ways = [
        f"Abd el {rest.title()}",
        f"Abdel{rest.lower()}",
        f"Abdul {rest.title()}",
        f"Abd al-{rest.title()}",
        f"Abdul{rest.lower()}",
        f"Abdal{rest.lower()}",
    ]
    now = found.group() + rest
    return usual.replace(now, rng.choice([way for way in ways if way.lower() != now.lower()]))


def son_of(text: str, entity: Entity, rng: random.Random) -> str | None:
    """bin, ibn, ben, b., s/o for each other, or left out."""
    if entity.type is not EntityType.PERSON or not text.isascii():
        return None
    usual = _usual(text, entity)
    found = re.search(r" (bin|ibn|ben|bint) ", usual, re.I)
    if not found or len(usual.split()) < 4 or re.match("(BIN|BEN|IBN) ", text):
        return None
    daughter = found.group(1).lower() == "bint"
    other = rng.choice(["binti", "bt", "d/o", ""] if daughter else ["bin", "ibn", "ben", "b.", "s/o", "b", "", ""])
    if other == found.group(1).lower():
        other = ""
    return f"{usual[: found.start()]} {other} {usual[found.end() :]}".replace("  ", " ")


def by_name_within(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Joaquin "El Chapo" Guzman Loera, Henry Castellanos Garzon alias Romana: with a weak alias of the list."""
    if (parts := _parts(text, entity)) is None:
        return None
    weak = [
        n.text for n in entity.names if n.weak and n.text.isascii() and "," not in n.text and len(n.text.split()) <= 2
    ]
    if not weak and entity.list != "clean":
        return None
    other = _cased(rng.choice(weak)) if weak else rng.choice(words.BY_NAMES.split(";"))
    given, surname = " ".join(parts[1]), " ".join(parts[0])
    return rng.choice(
        [f'{given} "{other}" {surname}', f"{given} ({other}) {surname}", f"{given} {surname} alias {other}", f"{given} {surname} aka {other}",
         f"{given} {surname} (a) {other}", f"{given} {surname}, {other}"]
    )  # fmt: skip


def _far(source: str, script: str) -> Maker:
    return lambda text, entity, rng: (
        others_scripts.written(text, source, script, rng) if entity.type is EntityType.PERSON else None
    )


def _russian(language: str) -> Maker:
    return lambda text, entity, rng: others_russian.LANGUAGES[language](text, rng)


def _arabic(language: str) -> Maker:
    return lambda text, entity, rng: (
        others_arabic.written(text, language, rng) if entity.type is EntityType.PERSON else None
    )


GROUPS: Final[dict[str, dict[str, Maker]]] = {
    "initials without a blank": {"Latin": initials, "Cyrillic": initials_cyrillic},
    "surname or given name left out": {"second surname": second_surname, "second given name too": second_given},
    "numbers": {
        "words and digits": number_in_words, "ordinals": ordinals, "hyphen": hyphened_number, "Roman": roman_number, "No., #": number_sign,
    },
    "Russian names as written in": {language: _russian(language) for language in others_russian.LANGUAGES},
    "more beside the name": {
        "twice": twice, "passport number": with_passport, "status word": with_status, "original in parentheses": with_original,
    },
    "article": {"left out": article_left_out, "added": article_added, "al- of a person": article_in_person},
    "branch or country": {"branch, office, country": branch},
    "given names": {"other spelling": other_spelling, "nickname": nickname},
    "titles": {"before": title_before, "after": title_after},
    "Arabic names as written in": {language: _arabic(language) for language in others_arabic.LANGUAGE},
    "Chinese surnames": {dialect: chinese_surname(dialect) for dialect in DIALECTS},
    "in far scripts": {
        f"{source}, {script}": _far(source, script)
        for source in others_scripts.SOURCES
        for script in others_scripts.SCRIPTS
        if (source, script) != ("Arabic", "Arabic")
    },
    "missed by users of other projects": {
        "COMP for COMPANY": company_shortened, "letters of a firm apart": letters_apart, "so-called": so_called,
        "Abd al-, Abdel": servant_joined, "bin, s/o, left out": son_of, "by-name within": by_name_within,
    },
}  # fmt: skip


def cases(entities: Iterable[Entity], *, per_family: int, seed: int, only: str = "") -> Iterator[tuple[str, Case]]:
    """(group, case): strong names of the list, up to `per_family` of each family, every query once."""
    pool = [(e, n.text) for e in entities for n in e.names if not n.weak]
    for group, families in GROUPS.items():
        for family, written in families.items():
            if only.lower() not in f"{group} {family}".lower():
                continue
            # A family draws the same names whatever families stand before it.
            rng = random.Random(f"{seed} {group} {family}")
            seen: set[str] = set()
            for entity, text in rng.sample(pool, len(pool)):
                query = written(text, entity, rng)
                if not query or query in seen or query.lower() in (text.lower(), natural(text, entity.type).lower()):
                    continue
                seen.add(query)
                yield group, Case(family, query, entity.id, entity.type, text)
                if len(seen) >= per_family:
                    break
