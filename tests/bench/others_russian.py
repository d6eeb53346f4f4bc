"""Russian and Ukrainian names as other languages write them: back to Cyrillic, and from there by each language's rules.

A name is taken only where its parts are known well enough to be written in Cyrillic again: a given name of the table,
a patronymic, a surname with one of the usual endings. The rules are those of newspapers and encyclopaedias (Duden for
German, the national academies for Hungarian and the Baltic languages), not of passports.
"""

# ruff: noqa: E501, SIM905 — vocabulary in long rows
from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

GIVEN: Final = """
Александр Aleksandr Alexander Alexandr Aleksander|Алексей Aleksey Alexey Alexei Aleksei|Анатолий Anatoly Anatoliy Anatoli Anatolii
Андрей Andrey Andrei|Антон Anton|Аркадий Arkady Arkadiy Arkadi|Артём Artem Artyom|Борис Boris|Вадим Vadim|Валентин Valentin
Валентина Valentina|Валерий Valery Valeriy Valeri Valerii|Василий Vasily Vasiliy Vasili|Виктор Viktor Victor|Виктория Viktoria Victoria Viktoriya
Виталий Vitaly Vitaliy Vitali|Владимир Vladimir|Владислав Vladislav|Вячеслав Vyacheslav Viacheslav|Галина Galina|Геннадий Gennady Gennadiy Gennadi
Георгий Georgy Georgiy Georgi|Григорий Grigory Grigoriy Grigori|Даниил Daniil|Денис Denis|Дмитрий Dmitry Dmitri Dmitriy Dmitrii
Евгений Yevgeny Evgeny Yevgeniy Evgeniy Evgeni Evgenii Yevgeni|Евгения Evgeniya Yevgeniya Evgenia|Екатерина Ekaterina Yekaterina|Елена Elena Yelena
Иван Ivan|Игорь Igor|Илья Ilya Ilia|Ирина Irina|Кирилл Kirill|Константин Konstantin|Леонид Leonid|Людмила Lyudmila Ludmila Liudmila
Максим Maxim Maksim|Марина Marina|Мария Maria Mariya|Михаил Mikhail|Надежда Nadezhda|Наталья Natalya Natalia Nataliya|Никита Nikita
Николай Nikolay Nikolai|Олег Oleg|Ольга Olga|Павел Pavel|Пётр Petr Pyotr|Роман Roman|Руслан Ruslan|Светлана Svetlana|Сергей Sergey Sergei
Станислав Stanislav|Степан Stepan|Тимур Timur|Татьяна Tatyana Tatiana|Фёдор Fedor Fyodor|Юлия Yulia Yuliya Iuliia|Юрий Yuri Yuriy Yury Yurii
Яков Yakov|Ярослав Yaroslav|Анна Anna|Оксана Oksana|Эдуард Eduard|Рустам Rustam|Марат Marat|Рамзан Ramzan|Вера Vera|Лариса Larisa|Нина Nina
Алла Alla|Семён Semyon Semen|Эльдар Eldar|Ильдар Ildar|Герман German|Глеб Gleb|Филипп Filipp Philip|Тимофей Timofey|Егор Egor Yegor
"""  # fmt: skip
CYRILLIC: Final = {
    latin.lower(): words.split()[0]
    for row in GIVEN.strip().splitlines()
    for words in row.split("|")
    for latin in words.split()[1:]
}
WOMEN: Final = frozenset(
    "Валентина Виктория Галина Евгения Екатерина Елена Ирина Людмила Марина Мария Надежда Наталья Ольга Светлана Татьяна "
    "Юлия Анна Оксана Вера Лариса Нина Алла".split()
)

_PATRONYMIC: Final = re.compile(r"(ovich|evich|ovna|evna)$")
_SURNAME: Final = re.compile(
    r"(ov|ova|ev|eva|yov|in|ina|yn|yna|sky|skiy|skii|ski|skaya|tsky|tskiy|enko|chuk|yuk|uk|ich|ets|oy|ykh|ikh)$"
)
_LETTERS: Final = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("tch", "ч"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"), ("iu", "ю"),
    ("ya", "я"), ("ia", "я"), ("yo", "ё"), ("ye", "е"), ("a", "а"), ("b", "б"), ("v", "в"), ("w", "в"), ("g", "г"), ("d", "д"),
    ("e", "е"), ("z", "з"), ("i", "и"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"),
    ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("x", "кс"), ("y", "ы"),
)  # fmt: skip


def _cyrillic(word: str) -> str | None:
    """A surname or patronymic in Latin letters, back in Cyrillic; None where a letter says nothing."""
    text = word.lower().replace("'", "")
    if "iu" not in text and re.search("[hjqcw]", re.sub("shch|tch|[zkcs]h", "", text)):
        return None
    text = re.sub(r"(?<=[bcdfghklmnprstvz])(i?y|i)ev", "ьев", text) if text.endswith(("vich", "vna")) else text
    text = re.sub(r"(?<=[bdfgklmnprstvz])ye", "ье", text)
    text = re.sub(r"(?<=[bvpm])yo", "ьё", text)
    text = re.sub(r"(?<=[lnrdt])iev(a?)$", r"ьев\1", text)
    text = re.sub(r"iyev", "иев", text)
    text = re.sub(r"s(kiy|kii|ky|ki)$", "ский", text)
    text = re.sub(r"tsкий$|tский$", "цкий", text)
    text = re.sub(r"(skaya|skaia)$", "ская", text)
    text = re.sub(r"([ky])?oy$", r"\1ой", text)
    text = re.sub(r"(?<=[aeou])[yi](?=[^aeiouеоия]|$)", "й", text)
    text = re.sub(r"(?<=[kgh])(y|iy)$", "ий", text)
    text = re.sub(r"(?<=[a-z])(iy|yy|ii)$", "ий", text)
    text = re.sub(r"(?<=[bdfglmnprstvz])y$", "ый", text)
    for latin, letter in _LETTERS:
        text = text.replace(latin, letter)
    text = re.sub(r"л(?=ск|н|ш|ц|чен|чук)", "ль", text)
    return text if re.fullmatch("[а-яё]+", text) else None


def cyrillic(text: str) -> tuple[str, str, str] | None:
    """("Игорь", "Иванович", "Сечин") for "SECHIN, Igor Ivanovich"; None for another sort of name."""
    if text.count(",") != 1:
        return None
    surname, given = (part.strip() for part in text.split(","))
    words = given.split()
    if not 1 <= len(words) <= 2 or " " in surname or not _SURNAME.search(surname.lower()):
        return None
    if (first := CYRILLIC.get(words[0].lower())) is None or (last := _cyrillic(surname)) is None:
        return None
    middle = ""
    if len(words) == 2 and (not _PATRONYMIC.search(words[1].lower()) or not (middle := _cyrillic(words[1]) or "")):
        return None
    return first, middle.capitalize(), last.capitalize()


# ---------------------------------------------------------------- by rule: first what depends on neighbours, then letters

Rules = tuple[tuple[str, str], ...]
_V: Final = "аеёиоуыэюя"


def _rules(*pairs: str, letters: str) -> Rules:
    """ "pattern=replacement" pairs in order, then one to one "а:a б:b …"."""
    first = [tuple(pair.rsplit("=", 1)) for pair in pairs]
    last = [tuple(pair.split(":")) for pair in letters.split()]
    plain = [tuple(pair.split(":")) for pair in PLAIN.split()]
    done = {k for k, _ in last}
    return tuple((a, b) for a, b in [*first, *last, *((k, v) for k, v in plain if k not in done)])


PLAIN: Final = "а:a б:b в:v г:g д:d е:e з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f э:e ъ: ь:"
_JE: Final = f"(^|(?<=[{_V}ьъ]))е=je"
_JO: Final = "(?<=[жчшщ])ё=o"

GERMAN: Final = _rules(
    "ский$=ski", "цкий$=zki", "ий$=i", "ый$=y", "ия$=ia", _JE, _JO, f"(?<=[{_V}])с(?=[{_V}])=ss", "кс=x",
    letters="ё:jo щ:schtsch ж:sch ч:tsch ш:sch х:ch ц:z з:s в:w й:i ю:ju я:ja ы:y",
)  # fmt: skip
FRENCH: Final = _rules(
    "ский$=ski", "цкий$=tski", "ий$=i", "ый$=y", "ия$=ia", "ин$=ine", "ын$=yne", "ье=ie", "ь(?=[юя])=", f"(?<=[{_V}])е=ïe", "г(?=[еиыё])=gu",
    f"(?<=[{_V}])с(?=[{_V}])=ss", "аи=aï", "^александр$=alexandre", "^константин$=constantin", "кс=x", "ке=ke",
    letters="ё:io щ:chtch ж:j ч:tch ш:ch х:kh ц:ts й:ï у:ou ю:iou я:ia ы:y",
)  # fmt: skip
LITHUANIAN: Final = _rules(
    _JE, _JO, "ье=je", "^ю=ju", "^я=ja", f"(?<=[{_V}])я=ja", f"(?<=[{_V}])ю=ju",
    letters="ё:io щ:šč ж:ž ч:č ш:š х:ch ц:c й:j ю:iu я:ia ы:y",
)  # fmt: skip
LATVIAN: Final = _rules(
    _JE, _JO, "н(?=[еи])=ņ", "ль=ļ", letters="ё:jo щ:šč ж:ž ч:č ш:š х:h ц:c й:j ю:ju я:ja ы:i",
)  # fmt: skip
ESTONIAN: Final = _rules(
    "ский$=ski", "цкий$=tski", "ий$=i", "ый$=õi", _JE, _JO, f"(?<=[{_V}])х=hh", f"(?<=[{_V}])с(?=[{_V}])=ss",
    letters="ё:jo щ:štš ж:ž ч:tš ш:š х:h ц:ts й:i ю:ju я:ja ы:õ",
)  # fmt: skip
FINNISH: Final = _rules(
    "ский$=ski", "цкий$=tski", "ий$=i", "ый$=yi", _JE, _JO, letters="ё:jo щ:štš ж:ž ч:tš ш:š х:h ц:ts й:i ю:ju я:ja ы:y",
)  # fmt: skip
HUNGARIAN: Final = _rules(
    _JE, _JO, "д(?=[еиёюяь])=gy", "т(?=[еиёюяь])=ty", "н(?=[еиёюяь])=ny", "(?<=[gt]y|ny)ь=", "gyь=gy", "tyь=ty", "nyь=ny",
    "(?<=y)я=a", "(?<=y)ю=u", "(?<=y)ё=o",
    letters="ё:jo щ:scs ж:zs ч:cs ш:s с:sz х:h ц:c й:j ю:ju я:ja ы:i",
)  # fmt: skip
TURKISH: Final = _rules(
    f"(^|(?<=[{_V}ьъ]))е=ye", _JO, letters="ё:yo щ:şç ж:j ч:ç ш:ş х:h ц:ts й:y ю:yu я:ya ы:ı"
)  # fmt: skip
POLISH: Final = _rules(
    "ский$=ski", "цкий$=cki", "ый$=y", "лье=lje", "ье=je", "(?<=[жшц])и=y", "(?<=[жшщчц])е=e", "(?<=[жшщч])ё=o", "лё=lo", "ле=le", "лю=lu", "ля=la", "ли=li",
    "ль=l", "сь=ś", "нь=ń", "зь=ź", "ць=ć", "л=ł", f"(^|(?<=[{_V}]))е=je", f"(^|(?<=[{_V}]))ё=jo", f"(^|(?<=[{_V}]))ю=ju",
    f"(^|(?<=[{_V}]))я=ja", "ья=ja", "ью=ju", "е=ie", "ё=io", "ю=iu", "я=ia",
    letters="щ:szcz ж:ż ч:cz ш:sz х:ch ц:c в:w й:j ы:y",
)  # fmt: skip
CZECH: Final = _rules(
    _JE, _JO, "дь=ď", "ть=ť", "нь=ň", "дя=ďa", "тя=ťa", "ня=ňa", letters="ё:jo щ:šč ж:ž ч:č ш:š х:ch ц:c й:j ю:ju я:ja ы:y"
)  # fmt: skip
DUTCH: Final = _rules(
    "ский$=ski", "ий$=i", "ый$=y", _JE, _JO, letters="ё:jo щ:sjtsj ж:zj ч:tsj ш:sj х:ch ц:ts й:j у:oe ю:joe я:ja ы:y"
)  # fmt: skip
SWEDISH: Final = _rules(
    "ский$=skij", _JE, _JO, letters="ё:jo щ:sjtj ж:zj ч:tj ш:sj х:ch ц:ts й:j ю:ju я:ja ы:y"
)  # fmt: skip
NORWEGIAN: Final = _rules(_JE, _JO, letters="ё:jo щ:sjtsj ж:zj ч:tsj ш:sj х:kh ц:ts й:j ю:ju я:ja ы:y")
SPANISH: Final = _rules(
    "ский$=ski", "ий$=i", "ый$=i", "г(?=[еиё])=gu", f"(^|(?<=[{_V}ь]))е=ye", "ье=ie", letters="ё:io щ:sch ж:zh ч:ch ш:sh х:j ц:ts й:i ю:yu я:ya ы:y"
)  # fmt: skip


def _by(rules: Rules, word: str) -> str:
    text = word.lower()
    for pattern, written in rules:
        text = re.sub(pattern, written, text)
    return text


def _title(text: str) -> str:
    return "-".join(word[:1].upper() + word[1:] for word in text.split("-"))


def _lithuanian(first: str, last: str) -> tuple[str, str]:
    given, surname = _by(LITHUANIAN, first), _by(LITHUANIAN, last)
    if first in WOMEN or last.endswith(("а", "я")):
        return given, surname
    given = re.sub("ij$", "ijus", re.sub("ej$", "ejus", re.sub("aj$", "ajus", given)))
    given = "igoris" if given == "igor" else given if re.search("[aou]$|us$", given) else given + "as"
    surname = re.sub("skij$", "skis", surname)
    surname = re.sub("ckij$", "ckis", surname)
    surname = re.sub("enko$", "enka", surname)
    surname = re.sub("oj$", "ojus", surname)
    surname = re.sub("č$", "čius", surname)
    return given, surname if re.search("(is|us|a|ch)$", surname) else surname + "as"


def _latvian(first: str, last: str) -> tuple[str, str]:
    given, surname = _by(LATVIAN, first), _by(LATVIAN, last)
    if first in WOMEN or last.endswith(("а", "я")):
        return given, re.sub("skaja$", "ska", surname)
    given = given if re.search("[ao]$", given) else given + "s"
    surname = re.sub("skij$", "sk", surname)
    surname = re.sub("ckij$", "ck", surname)
    surname = re.sub("[sc]k$", lambda found: found.group() + "i", surname)
    return given, surname if re.search("(o|a|h)$", surname) else surname + "s"


Maker = Callable[[str, random.Random], str | None]


def _in_order(first: str, middle: str, last: str, rng: random.Random) -> str:
    with_middle = middle and rng.random() < 0.4
    words = [first, middle, last] if with_middle else [first, last]
    if rng.random() < 0.2:
        words = [last, *words[:-1]]
    return " ".join(words)


def _spelled(rules: Rules, *, capital_i: bool = False) -> Maker:
    def made(text: str, rng: random.Random) -> str | None:
        if (name := cyrillic(text)) is None:
            return None
        words = [_by(rules, part) for part in name]
        if capital_i:
            words = [w.replace("i", "İ", 1) if w.startswith("i") else w for w in words]
        first, middle, last = map(_title, words)
        return _in_order(first, middle, last, rng)

    return made


def _ended(inflected: Callable[[str, str], tuple[str, str]]) -> Maker:
    def made(text: str, rng: random.Random) -> str | None:
        if (name := cyrillic(text)) is None:
            return None
        given, surname = map(_title, inflected(name[0], name[2]))
        return f"{surname} {given}" if rng.random() < 0.2 else f"{given} {surname}"

    return made


LANGUAGES: Final[dict[str, Maker]] = {
    "German": _spelled(GERMAN),
    "French": _spelled(FRENCH),
    "Lithuanian": _ended(_lithuanian),
    "Latvian": _ended(_latvian),
    "Estonian, Finnish": lambda text, rng: _spelled(rng.choice([ESTONIAN, FINNISH]))(text, rng),
    "Hungarian": _spelled(HUNGARIAN),
    "Turkish": _spelled(TURKISH, capital_i=True),
    "Polish": _spelled(POLISH),
    "Czech": _spelled(CZECH),
    "Dutch, Scandinavian": lambda text, rng: _spelled(rng.choice([DUTCH, SWEDISH, NORWEGIAN]))(text, rng),
    "Spanish": _spelled(SPANISH),
}
