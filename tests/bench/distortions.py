"""What happens to a listed name on its way into a payment: one function per family, all seeded.

The vocabulary here (abbreviations, noise, lookalikes) is written apart from the matcher's tables, from the way names
stand in bank messages, so that the benchmark measures the matcher and not a shared table.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from streamer.watchlists.entity import Entity, EntityType

KEYS = "qwertyuiop asdfghjkl zxcvbnm"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAME_LETTERS_MIN = 6
CUT_CHARS = 35


@dataclass(frozen=True, slots=True)
class Case:
    """A query and the listed party it means."""

    family: str
    query: str
    entity_id: str
    type: EntityType
    listed: str


def natural(text: str, type: EntityType) -> str:
    """ "SURNAME, Given" as people write it: "Given SURNAME"."""
    if type is EntityType.PERSON and text.count(",") == 1:
        surname, given = (part.strip() for part in text.split(","))
        return f"{given} {surname}"
    return text


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _typo(text: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(text) if c.isascii() and c.isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    kind = rng.randrange(4)
    upper = text[i].isupper()
    letter = rng.choice(LETTERS)
    letter = letter.upper() if upper else letter
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + letter + text[i + 1 :]
    if kind == 2:
        return text[:i] + letter + text[i:]
    return text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :]


def reordered(text: str, entity: Entity, rng: random.Random) -> str | None:
    words = _words(text)
    shuffled = words[:]
    rng.shuffle(shuffled)
    return " ".join(shuffled) if shuffled != words else " ".join(reversed(words))


def one_typo(text: str, entity: Entity, rng: random.Random) -> str | None:
    return _typo(natural(text, entity.type), rng)


def two_typos(text: str, entity: Entity, rng: random.Random) -> str | None:
    return _typo(_typo(natural(text, entity.type), rng), rng)


def glued(text: str, entity: Entity, rng: random.Random) -> str | None:
    words = _words(natural(text, entity.type))
    if len(words) < 2:
        return None
    if len(words) < 4 and rng.random() < 0.4:
        return "".join(words)
    i = rng.randrange(len(words) - 1)
    return " ".join([*words[:i], words[i] + words[i + 1], *words[i + 2 :]])


def spaced(text: str, entity: Entity, rng: random.Random) -> str | None:
    gap = rng.choice([" ", "  ", "   "])
    return gap.join(" ".join(word) for word in _words(natural(text, entity.type)))


def cut(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    return text[:CUT_CHARS] if len(text) > CUT_CHARS + 2 else None


def initials(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or text.count(",") != 1:
        return None
    surname, given = (part.strip() for part in text.split(","))
    dot = rng.choice([".", ""])
    letters = [word[0] + dot for word in re.split(r"[\s-]+", given) if word]
    if not letters:
        return None
    return " ".join([*letters, surname]) if rng.random() < 0.5 else " ".join([surname, *letters])


def middle_dropped(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or text.count(",") != 1:
        return None
    surname, given = (part.strip() for part in text.split(","))
    names = given.split()
    return f"{names[0]} {surname}" if len(names) > 1 else None


ABBREVIATIONS = {
    "TRADING": ["TRDG", "TRD", "TRADG"],
    "INTERNATIONAL": ["INTL", "INT'L", "INTERNATL", "INT"],
    "TECHNOLOGY": ["TECH", "TECHNOL", "TEC"],
    "TECHNOLOGIES": ["TECHS", "TECH"],
    "CORPORATION": ["CORP", "CORPN"],
    "DEVELOPMENT": ["DEV", "DEVT", "DVLPMT"],
    "COMMUNICATIONS": ["COMM", "COMMS"],
    "GROUP": ["GRP", "GP"],
    "INDUSTRIES": ["IND", "INDS"],
    "INDUSTRIAL": ["IND", "INDL"],
    "INDUSTRY": ["IND", "INDY"],
    "ENGINEERING": ["ENG", "ENGG", "ENGRG"],
    "MANAGEMENT": ["MGMT", "MGT"],
    "SERVICES": ["SVCS", "SERV", "SRVCS"],
    "SERVICE": ["SVC", "SRVC"],
    "SHIPPING": ["SHPG", "SHIPG"],
    "INVESTMENT": ["INV", "INVT", "INVEST"],
    "INVESTMENTS": ["INVS", "INVTS"],
    "HOLDING": ["HLDG", "HLDNG"],
    "HOLDINGS": ["HLDGS"],
    "NATIONAL": ["NATL", "NAT"],
    "MANUFACTURING": ["MFG", "MANUF"],
    "COMPANY": ["CO", "COY"],
    "LIMITED": ["LTD", "LTED"],
    "EXCHANGE": ["EXCH", "XCHG"],
    "INSTITUTE": ["INST"],
    "FOUNDATION": ["FDN", "FOUND"],
    "ASSOCIATION": ["ASSN", "ASSOC"],
    "CENTER": ["CTR", "CNTR"],
    "GENERAL": ["GEN", "GENL"],
    "PETROCHEMICAL": ["PETROCHEM", "PETCHEM"],
    "CONSTRUCTION": ["CONSTR", "CONST"],
    "ELECTRONICS": ["ELEC", "ELECTR"],
    "ELECTRONIC": ["ELEC"],
    "TRANSPORT": ["TRANSP", "TPT"],
    "MARINE": ["MAR", "MRN"],
    "LOGISTICS": ["LOG", "LOGIST"],
    "PRODUCTION": ["PROD", "PRODN"],
    "RESEARCH": ["RES", "RSCH"],
    "EXPORT": ["EXP"],
    "IMPORT": ["IMP"],
    "COMMERCIAL": ["COMML", "COMM"],
    "ENTERPRISE": ["ENT", "ENTERPR"],
    "ENTERPRISES": ["ENTS"],
    "UNIVERSITY": ["UNIV"],
    "DEPARTMENT": ["DEPT"],
    "GOVERNMENT": ["GOVT"],
    "SYSTEMS": ["SYS"],
    "EQUIPMENT": ["EQPT", "EQUIP"],
    "MACHINERY": ["MACH"],
    "CHEMICAL": ["CHEM"],
    "INSURANCE": ["INS"],
    "FINANCIAL": ["FIN"],
    "ORGANIZATION": ["ORG"],
    "SCIENTIFIC": ["SCI"],
    "AVIATION": ["AVN"],
    "BROTHERS": ["BROS"],
    "MINISTRY": ["MIN"],
    "ISLAMIC": ["ISL"],
}


def abbreviated(text: str, entity: Entity, rng: random.Random) -> str | None:
    words = text.split()
    known = [i for i, w in enumerate(words) if w.strip(",.") in ABBREVIATIONS]
    trade = [i for i in known if words[i].strip(",.") not in ("COMPANY", "LIMITED", "CORPORATION")]
    if not trade or len(words) < 2:
        return None
    for i in known:
        words[i] = rng.choice(ABBREVIATIONS[words[i].strip(",.")])
    return " ".join(words)


FORMS = (
    "LIMITED LIABILITY COMPANY|LLC|OOO|OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU|JOINT STOCK COMPANY|OJSC|JSC|PJSC|"
    "OAO|PAO|AO|ZAO|CJSC|CO., LTD.|CO LTD|COMPANY LIMITED|LIMITED|LTD.|LTD|GMBH|D.O.O.|S.A. DE C.V.|S.A.R.L.|SARL|"
    "S.A.L.|S.A.|INC.|INC|CORP.|CORP|AG|PTE. LTD.|PTE LTD|B.V.|LTDA.|LTDA|S.R.L.|FZE|LLP|PLC|S.P.A.|A.S.|COMPANY"
)
_FORM = re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(f) for f in FORMS.split('|'))})(?![\w.])[,.]*")
OTHER_FORMS = [
    "LLC",
    "OOO",
    "GmbH",
    "d.o.o.",
    "Ltd",
    "S.A.",
    "S.R.L.",
    "AG",
    "JSC",
    "Inc.",
    "株式会社",
    "Sp. z o.o.",
    "B.V.",
    "有限公司",
]


def without_form(text: str, entity: Entity) -> str | None:
    """The name of a firm without its legal form; None where it has none, or is nothing but it."""
    if entity.type is not EntityType.ENTITY or not _FORM.search(text):
        return None
    return " ".join(_FORM.sub(" ", text).replace(",", " ").split()) or None


def legal_form(text: str, entity: Entity, rng: random.Random) -> str | None:
    bare = without_form(text, entity)
    if bare is None or len(bare) < 4:
        return None
    if rng.random() < 0.5:
        return bare
    form = rng.choice(OTHER_FORMS)
    return f"{bare} {form}" if rng.random() < 0.6 else f"{form} {bare}"


CYRILLIC_LOOK = dict(zip("aeopcxyABEKMHOPCTX", "аеорсхуАВЕКМНОРСТХ", strict=True))
GREEK_LOOK = dict(zip("ovABEZHIKMNOPTYX", "ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", strict=True))


def lookalikes(text: str, entity: Entity, rng: random.Random) -> str | None:
    table = rng.choice([CYRILLIC_LOOK, GREEK_LOOK])
    text = natural(text, entity.type)
    changed = "".join(table[c] if c in table and rng.random() < 0.6 else c for c in text)
    return changed if changed != text else None


INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202e", "\x00", "\x07", "\x1f"]


def invisible(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(1, len(text))
        text = text[:i] + rng.choice(INVISIBLE) + text[i:]
    return text


BEFORE_PERSON = ["MR", "MRS", "MR.", "DR", "ATTN", "ATTN:", "C/O", "BENE", "ACCT", "SALARY", "PAYROLL", "A/C", "FAO"]
BEFORE_ENTITY = ["M/S", "MESSRS", "ATTN", "C/O", "BENE", "ACCT", "BENEFICIARY:", "PAY TO", "INVOICE"]
AFTER = [
    "MOSCOW",
    "DUBAI UAE",
    "SALARY",
    "ACCT 40702810",
    "HONG KONG",
    "ISTANBUL",
    "SALARY MAY 2026",
    "CHINA",
    "TEHRAN IRAN",
    "BEIRUT",
    "REF 88213",
    "INV 2291",
    "LONDON",
    "SINGAPORE",
    "PAYMENT",
    "RUSSIA",
    "A/C 1002938",
]


def noise(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    before = rng.choice(BEFORE_PERSON if entity.type is EntityType.PERSON else BEFORE_ENTITY)
    kind = rng.randrange(3)
    if kind == 0:
        return f"{before} {text}"
    if kind == 1:
        return f"{text} {rng.choice(AFTER)}"
    return f"{before} {text} {rng.choice(AFTER)}"


LEET = {"O": "0", "I": "1", "E": "3", "A": "4", "S": "5", "B": "8", "T": "7", "L": "1", "G": "9"}


def digits(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    places = [i for i, c in enumerate(text) if c.upper() in LEET]
    if not places:
        return None
    for i in rng.sample(places, min(len(places), rng.randint(1, 2))):
        text = text[:i] + LEET[text[i].upper()] + text[i + 1 :]
    return text


def hyphens(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    kind = rng.randrange(3)
    if any(c in text for c in "-'") and kind < 2:
        return text.replace("-", rng.choice([" ", ""])).replace("'", rng.choice(["", " ", "’", "`"]))
    words = text.split()
    if len(words) < 2:
        return None
    i = rng.randrange(len(words) - 1)
    if kind == 0:
        word = words[i]
        if len(word) < 4:
            return None
        k = rng.randrange(1, len(word) - 1)
        return " ".join([*words[:i], word[:k] + "'" + word[k:], *words[i + 1 :]])
    return " ".join([*words[:i], words[i].strip(",") + "-" + words[i + 1], *words[i + 2 :]])


ACCENTS = {
    "a": "áàâäãå",
    "e": "éèêë",
    "i": "íìîï",
    "o": "óòôöõø",
    "u": "úùûü",
    "c": "çćč",
    "s": "šśş",
    "n": "ñń",
    "z": "žźż",
    "y": "ýÿ",
    "l": "ł",
    "g": "ğ",
}


def diacritics(text: str, entity: Entity, rng: random.Random) -> str | None:
    text = natural(text, entity.type)
    places = [i for i, c in enumerate(text) if c.lower() in ACCENTS]
    if not places:
        return None
    for i in rng.sample(places, min(len(places), rng.randint(1, 3))):
        accent = rng.choice(ACCENTS[text[i].lower()])
        text = text[:i] + (accent.upper() if text[i].isupper() else accent) + text[i + 1 :]
    if rng.random() < 0.3:
        i = rng.choice(places)
        text = text[: i + 1] + text[i] + text[i + 1 :]
    return text


TO_CYRILLIC = [
    ("shch", "щ"),
    ("sch", "щ"),
    ("kh", "х"),
    ("zh", "ж"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("iu", "ю"),
    ("ya", "я"),
    ("ia", "я"),
    ("yo", "ё"),
    ("ye", "е"),
    ("yy", "ый"),
    ("iy", "ий"),
    ("ey", "ей"),
    ("ay", "ай"),
    ("oy", "ой"),
    *zip("abvgdezijklmnoprstufhcyqw'", "абвгдезийклмнопрстуфхкыквь", strict=True),
    ("x", "кс"),
]
_RUSSIAN = re.compile(r"(ov|ev|ova|eva|in|ina|sky|skiy|skii|enko|ovich|evich|ovna|evna|ykh)\b", re.I)


def cyrillic(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or not _RUSSIAN.search(text) or not text.isascii():
        return None
    text = natural(text, entity.type).lower()
    for latin, other in TO_CYRILLIC:
        text = text.replace(latin, other)
    return text.title()


FAMILIES: dict[str, Callable[[str, Entity, random.Random], str | None]] = {
    "reordered": reordered,
    "one typo": one_typo,
    "two typos": two_typos,
    "glued": glued,
    "spaced letters": spaced,
    "cut at 35": cut,
    "initials": initials,
    "middle dropped": middle_dropped,
    "abbreviated": abbreviated,
    "legal form": legal_form,
    "lookalikes": lookalikes,
    "invisible": invisible,
    "payment noise": noise,
    "digits": digits,
    "hyphens": hyphens,
    "diacritics": diacritics,
    "cyrillic": cyrillic,
}


def _usable(text: str) -> bool:
    return text.isascii() and sum(c.isalpha() for c in text) >= NAME_LETTERS_MIN


def cases(entities: Iterable[Entity], *, per_family: int, seed: int) -> Iterator[Case]:
    """Distorted primary names and strong aliases, `per_family` of each family."""
    pool = [e for e in entities if e.type in (EntityType.PERSON, EntityType.ENTITY)]
    for number, (family, distort) in enumerate(FAMILIES.items()):
        rng = random.Random(seed * 1000 + number)
        made = 0
        for entity in rng.sample(pool, len(pool)):
            texts = [n.text for n in entity.names if not n.weak and _usable(n.text)]
            if not texts:
                continue
            listed = texts[0] if rng.random() < 0.7 else rng.choice(texts)
            query = distort(listed, entity, rng)
            if query and query != listed:
                yield Case(family, query, entity.id, entity.type, listed)
                made += 1
                if made >= per_family:
                    break


def with_aliases_hidden(entities: Iterable[Entity], *, count: int, seed: int) -> tuple[list[Entity], list[Case]]:
    """The list with `count` strong aliases taken out, and these aliases as queries: spellings by real people."""
    rng = random.Random(seed * 1000 + 999)
    pool = list(entities)
    hidden: dict[str, Case] = {}
    out: dict[str, Entity] = {}
    for entity in rng.sample(pool, len(pool)):
        if len(hidden) >= count:
            break
        aliases = [n for n in entity.names[1:] if not n.weak and _usable(n.text)]
        if entity.type not in (EntityType.PERSON, EntityType.ENTITY) or not aliases:
            continue
        alias = rng.choice(aliases)
        rest = tuple(n for n in entity.names if n.text != alias.text)
        if not rest or alias.text.lower() == entity.name.lower():
            continue
        out[entity.id] = replace(entity, names=rest)
        hidden[entity.id] = Case("unseen alias", natural(alias.text, entity.type), entity.id, entity.type, entity.name)
    return [out.get(e.id, e) for e in pool], list(hidden.values())
