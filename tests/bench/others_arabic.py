"""Arabic names as French, Turkish, Indonesian, Hausa and Swahili speakers write them, and in Arabic letters again.

Known elements come from a table, one row a name: Arabic letters, then the spelling of each language. The rest of a
name goes by letter. A name is taken only where at least half of its words are in the table.
"""

# ruff: noqa: E501 — vocabulary in long rows
from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

# arabic | as English-writing lists have it | French (Maghreb, Lebanon) | Turkish | Malay, Indonesian | Hausa | Swahili
NAMES: Final = """
محمد|muhammad mohammad mohammed mohamed muhammed mohamad|mohamed,mohammed|muhammed,mehmet|mohamad,muhamad,mochamad|muhammadu,mamman|muhamadi,mohamedi
أحمد|ahmad ahmed|ahmed|ahmet|ahmad,achmad|ahmadu,amadu|ahmadi,hamadi
محمود|mahmud mahmoud mahmood|mahmoud|mahmut|mahmud,machmud|mahmudu|mahamudu
حسن|hasan hassan|hassan,hassane|hasan|hasan,chasan|hassan|hassani
حسين|husayn hussein hussain husain hossein|hocine,houssine|hüseyin|husin,husen|hussaini|huseni
علي|ali|ali|ali|ali,aly|aliyu|ali
عمر|umar omar|omar|ömer|umar,oemar|umaru|omari
عثمان|uthman osman othman|othmane,otmane|osman|usman,utsman|usmanu|athumani
يوسف|yusuf yusif yousef youssef yousif|youssef,youcef|yusuf|yusof,jusuf|yusufu,isufu|yusufu
إبراهيم|ibrahim|brahim,ibrahim|ibrahim|ibrohim,ibrahim|ibrahima,ibrahimu|ibrahimu
إسماعيل|ismail isma'il|smail,ismaïl|ismail|ismail,ismael|ismaila,ismailu|ismaili
خالد|khalid khaled|khaled,khalid|halit,halid|khalid,chalid|halidu,kalid|halidi
خليل|khalil|khelil,khalil|halil|cholil,khalil|halilu|halili
صالح|salih saleh|salah,salih|salih|soleh,saleh|salihu|salehe
صلاح|salah|salah|selahattin|solah|salahu|salahi
سليمان|sulayman sulaiman suleiman soleiman|slimane,soulaïmane|süleyman|soleiman,sulaeman|sulaimanu,sule|selemani
رشيد|rashid rasheed|rachid|reşit|rasyid,rosyid|rashidu|rashidi
شريف|sharif shareef shariff|chérif|şerif|syarif,syarief|sharifu|sharifu
طارق|tariq tarek tareq|tarek,tarik|tarık|thariq,toriq|tariku|tariki
جمال|jamal gamal|djamel|cemal|djamal,jamaluddin|jamilu|jamali
جعفر|jafar ja'far jaafar|djaafar|cafer|djafar,ja'far|jafaru|jafari
جميل|jamil|djamil|cemil|djamil|jamilu|jamili
كريم|karim|karim|kerim|karim,kariem|karimu|karimu
ناصر|nasir nasser naser|nacer,nasser|nasır|nashir,nasir|nasiru|nasoro
قاسم|qasim kassem qasem qassem|kacem|kasım|qosim,kasim|kasimu|kasimu
وليد|walid waleed|oualid|velid|walid|walidu|walidi
يحيى|yahya|yahia|yahya|yahya,jahja|yahaya|yahya
زيد|zayd zaid|zeid|zeyd|zaid|zaidu|zaidi
سعيد|said saeed sa'id|saïd|sait|said,said|sa'idu|saidi
سعد|saad sa'd|saad|sad,saad|sa'ad|sa'adu|saadi
حمزة|hamza hamzah|hamza|hamza|hamzah|hamza|hamza
حامد|hamid hamed|hamed|hamit,hamid|hamid,chamid|hamidu|hamedi
حميد|hameed|hamid|hamit|hamid|hamidu|hamidi
مصطفى|mustafa mostafa mustapha|mustapha,mostefa|mustafa|mustofa,mustopa|mustapha|mustafa
عباس|abbas|abbas,abbès|abbas|abas|abbas,abasu|abasi
أيمن|ayman|aymen|eymen|aiman|aimana|aimani
بشار|bashar|bachar|beşar|basyar|basharu|bashari
بشير|bashir|bachir|beşir|basyir|bashiru|bashiri
أسد|assad asad|assad|esad,esed|asad|asadu|asadi
أكرم|akram|akram|ekrem|akrom|akramu|akramu
أنور|anwar|anouar|enver|anwar|anwaru|anwari
عادل|adil adel|adel|adil|adil|adilu|adili
عارف|arif aref|aref|arif|ngarif,arif|arifu|arifu
عصام|issam isam|issam|isam|isom|isamu|isamu
عماد|imad emad|imad|imad|imad|imadu|imadi
فيصل|faysal faisal|fayçal|faysal|faisol,faishal|faisalu|faisali
فؤاد|fuad fouad|fouad|fuat|fuad|fu'adu|fuadi
فهد|fahd fahad|fahd|fahd|fahad|fahadu|fahadi
فاروق|faruq farouk faruk|farouk|faruk|faruk,paruk|faruku|faruku
غازي|ghazi|ghazi|gazi|ghozi|gazi|ghazi
غانم|ghanim ghanem|ghanem|ganim|ghonim|ganimu|ghanimu
حبيب|habib|habib|habip|habib,chabib|habibu|habibu
هاشم|hashim hashem|hachem|haşim|hasyim|hashimu|hashimu
هشام|hisham|hicham|hişam|hisyam|hishamu|hishamu
إدريس|idris|driss,idriss|idris|idris|idrisu|idirisa
إياد|iyad|iyad|iyad|iyad|iyadu|iyadi
ماهر|mahir maher|maher|mahir|mahir|mahiru|mahiri
مالك|malik malek|malek|malik|malik|maliki|maliki
منصور|mansur mansour|mansour|mansur|mansoer,mansur|mansuru|mansuri
مراد|murad|mourad|murat|murod|muradu|muradi
مسعود|masud masoud mas'ud|messaoud|mesut|mas'ud,masoed|mas'udu|masudi
موسى|musa mousa moussa|moussa|musa|musa,moesa|musa|musa
نور|nur nour noor|nour|nur|noer,nur|nuru|nuru
رضا|rida reda reza|réda|rıza|ridho,ridlo|rida|ridha
رمضان|ramadan|ramdane|ramazan|ramadhan,romadhon|ramalan|ramadhani
سالم|salim salem|salem|salim|salim|salimu|salimu
سمير|samir|samir|semir|samir|samiru|samiri
شاكر|shakir|chaker|şakir|syakir|shakiru|shakiri
شعبان|shaban sha'ban|chaabane|şaban|syaban|shaban|shabani
طه|taha|taha|taha|thoha,toha|taha|taha
طالب|talib taleb|taleb|talip|tholib,thalib|talibu|talibu
طاهر|tahir taher|tahar|tahir|thohir,tahir|tahiru|tahiri
عبيدة|ubaydah ubaida obeida|oubeïda|ubeyde|ubaidah|ubaida|ubaida
أسامة|usama osama|oussama|üsame|usamah|usama|osama
ياسر|yasir yasser|yasser|yaser|yasir|yasiru|yasiri
ياسين|yasin yassin|yacine|yasin|yasin,jasin|yasin|yasini
زكريا|zakariya zakaria|zakaria|zekeriya|zakaria|zakari|zakaria
زهير|zuhayr zuhair|zoheir|züheyr|zuhair|zuhairu|zuheri
حرب|harb|harb|harb|harb|harbu|harbi
عيسى|isa issa eissa|aïssa|isa|isa|isa|issa
هادي|hadi|hadi|hadi|hadi|hadi|hadi
مهدي|mahdi mehdi|mehdi|mehdi|mahdi|mahadi|mahdi
جهاد|jihad|djihad|cihad|jihad|jihadi|jihadi
جابر|jabir jaber|djaber|cabir|jabir|jabiru|jabiri
جاسم|jasim jassim jassem|djassem|casim|jasim|jasimu|jasimu
عائشة|aisha aysha|aïcha|ayşe|aisyah|a'isha,aishatu|aisha
فاطمة|fatima fatimah|fatima,fatma|fatma|fatimah,patimah|fatimatu|fatuma
مريم|maryam|meriem|meryem|maryam|maryamu|mariamu
خديجة|khadija|khadidja|hatice|khodijah|hadiza|hadija
زينب|zaynab zainab|zineb|zeynep|zaenab|zainabu|zainabu
عبد الله|abdullah abdallah abdulla abdollah abdullahi|abdallah,abdellah|abdullah|abdullah,abdulloh|abdullahi|abdala,abdallah
شيخ|shaykh sheikh|cheikh|şeyh|syekh,syeikh|shehu|shehe
"""  # fmt: skip
LANGUAGE: Final = {"French": 2, "Turkish": 3, "Indonesian, Malay": 4, "Hausa": 5, "Swahili": 6}
ROWS: Final = [row.split("|") for row in NAMES.strip().splitlines()]
KNOWN: Final = {latin: row for row in ROWS for latin in row[1].split()}

SERVANT: Final = {
    "French": ("Abdel", "Abdel ", "Abdel-"), "Turkish": ("Abdül", "Abdul"), "Indonesian, Malay": ("Abdul ", "Abdoel "),
    "Hausa": ("Abdul", "Abdu "), "Swahili": ("Abdul", "Abdu"),
}  # fmt: skip
FAITH: Final = {
    "French": ("eddine", " Eddine", "-Eddine"), "Turkish": ("ettin", "eddin"), "Indonesian, Malay": ("uddin", "udin"), "Hausa": ("uddin", "udeen"),
    "Swahili": ("udini", "uddin"),
}  # fmt: skip
SUN: Final = ("sh", "th", "dh", "t", "d", "r", "z", "s", "n", "l")

LETTERS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "French": (
        ("^wa", "oua"), ("aw", "aou"), ("w", "ou"), ("sh", "ch"), ("j", "dj"), ("dh", "d"), ("th", "t"), ("q", "k"), ("ay", "aï"),
        ("iyy?ah?$", "ia"), ("oo", "ou"), ("u(?!ï)", "ou"), ("oou", "ou"), ("ouou", "ou"), ("(?<=[aeiou])s(?=[aeiou])", "ss"), ("ah$", "a"),
        ("ee", "i"), ("'", ""),
    ),
    "Turkish": (
        ("iyy?ah?$", "iye"), ("sh", "ş"), ("kh", "h"), ("gh", "g"), ("(?<=n)dh", "d"), ("dh", "z"), ("th", "s"), ("j", "c"), ("q", "k"), ("w", "v"), ("ou", "u"),
        ("oo", "u"), ("ee", "i"), ("b$", "p"), ("d$", "t"), ("ah$", "e"), ("ay", "ey"), ("'", ""),
    ),
    "Indonesian, Malay": (
        ("sh", "sy"), ("th", "ts"), ("dh", "dz"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ay(?![aeiou])", "ai"), ("aw(?![aeiou])", "au"),
        ("iyy?a$", "iyah"), ("'", ""),
    ),
    "Hausa": (
        ("kh", "h"), ("gh", "g"), ("dh", "z"), ("th", "s"), ("q", "k"), ("v", "b"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("'", ""),
        ("(?<=[bdfgklmrstz])$", "u"),
    ),
    "Swahili": (
        ("kh", "h"), ("q", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("'", ""), ("ay(?![aeiou])", "e"), ("aw(?![aeiou])", "o"),
        ("(?<=[bfmw])$", "u"), ("(?<=[dgklnrstz])$", "i"),
    ),
}  # fmt: skip

_PARTICLES: Final = {
    "al": "al",
    "el": "al",
    "bin": "bin",
    "ibn": "bin",
    "ben": "bin",
    "abu": "abu",
    "abou": "abu",
    "abi": "abu",
    "umm": "umm",
}


def words_of(text: str) -> list[str] | None:
    """Lower-case words of an Arabic name in natural order, articles apart ("al", "tikriti"); None for another name."""
    if text.count(",") == 1:
        surname, given = text.split(",")
        text = f"{given.strip()} {surname.strip()}"
    elif "," in text:
        return None
    words = re.sub(r"[^a-z' ]", " ", text.lower().replace("`", "'").replace("’", "'")).split()
    words = [w.strip("'") for w in words]
    known = sum(w in KNOWN or w.startswith("abd") or w in _PARTICLES for w in words)
    if not 2 <= len(words) <= 7 or known * 2 < len(words) or not any(w in KNOWN for w in words):
        return None
    return words


def _one(word: str, language: str, rng: random.Random) -> str:
    if (row := KNOWN.get(word)) is not None:
        return rng.choice(row[LANGUAGE[language]].split(","))
    for pattern, written in LETTERS[language]:
        word = re.sub(pattern, written, word)
    return word


def _article(word: str, rest: str, language: str, rng: random.Random) -> str:
    """The article before `rest`, as the language joins it."""
    if language == "French":
        return rng.choice(["El ", "Al-", "El-", "Al "])
    if language == "Turkish":
        return rng.choice(["", "", "El ", "el-"])
    if language == "Indonesian, Malay":
        sun = next((s for s in SUN if rest.startswith(s)), None)
        return f"A{'sy' if sun == 'sh' else sun[0]}-" if sun and rng.random() < 0.6 else rng.choice(["Al-", "Al "])
    return rng.choice(["", "Al-", "Al "])


def _servant(of: str, language: str, rng: random.Random) -> str:
    """Abdelkarim, Abdülkerim, Abdul Karim; before a sun letter Turkish doubles it: Abdurrahman."""
    before, name = rng.choice(SERVANT[language]), _one(of, language, rng)
    if language == "Turkish" and name[0] in "rszşnt":
        before = before.replace("l", name[0]).replace("ü", "u")
    if of in ("allah", "lah"):
        return {"French": "Abdallah ", "Hausa": "Abdullahi ", "Swahili": "Abdallah "}.get(language, "Abdullah ")
    return f"{before}{name} "


def written(text: str, language: str, rng: random.Random) -> str | None:
    """The name as speakers of `language` write it."""
    if (words := words_of(text)) is None:
        return None
    out = ""
    k = 0
    while k < len(words):
        word, after = words[k], words[k + 1] if k + 1 < len(words) else ""
        if word == "abd" and after in ("al", "el", "ul") and k + 2 < len(words):
            out += _servant(words[k + 2], language, rng)
            k += 3
            continue
        if word in ("abdul", "abdel", "abdol", "abdal", "abd", "abdur") and after:
            out += _servant(after, language, rng)
            k += 2
            continue
        if word not in KNOWN and (found := re.fullmatch(r"abd[aeiou][lrsnz](.{3,})", word)):
            out += _servant(found.group(1), language, rng)
        elif word in ("al", "el") and after in ("din", "deen") and out:
            before = re.sub("[ui]$", "", out.rstrip()) if language in ("Hausa", "Swahili") else out.rstrip()
            out = before + rng.choice(FAITH[language]) + " "
            k += 1
        elif word in ("al", "el") and after:
            out += _article(word, after, language, rng)
        elif word in ("bin", "ibn", "ben"):
            out += {"French": "Ben ", "Turkish": "bin ", "Indonesian, Malay": "bin "}.get(language, "")
        elif word in ("abu", "abou"):
            out += {"French": "Abou ", "Turkish": "Ebu "}.get(language, "Abu ")
        else:
            one = _one(word, language, rng)
            out += one[:1].upper() + one[1:] + " "
        k += 1
    out = re.sub(r"(^|[ -])(\w)", lambda found: found.group(1) + found.group(2).upper(), out.strip())
    return re.sub(r" Bin ", " bin ", out)


def made(language: str) -> Callable[[str, random.Random], str | None]:
    return lambda text, rng: written(text, language, rng)


def letters(text: str) -> str | None:
    """The name in Arabic letters, where every word of it is in the table."""
    words = words_of(text)
    if words is None or any(w not in KNOWN and w != "al" for w in words):
        return None
    return re.sub("ال ", "ال", " ".join("ال" if w == "al" else KNOWN[w][0] for w in words))
