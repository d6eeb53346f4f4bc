"""Russian, Arabic and English names in scripts that are far from theirs: by sound, as newspapers spell foreigners.

A name becomes a row of sounds, one character each, and these the letters or syllables of the other script. Sounds:
a e i o u and consonants as in English, with S sh, Z zh, J j, c ch, C ts, x kh, G gh, T th, D dh, y and w as glides.
Common given names have the spelling that everybody uses (Xinhua's for Chinese); the rest goes by rule.
"""

# ruff: noqa: E501, SIM905 — vocabulary in long rows
from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from tests.bench import others_arabic, others_russian

VOWELS: Final = "aeiou"

# ---------------------------------------------------------------- sounds

_RUSSIAN: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "Z", "з": "z", "и": "i", "й": "y", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "x", "ц": "C", "ч": "c", "ш": "S",
    "щ": "S", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def russian_sounds(word: str) -> str:
    text = re.sub("(^|(?<=[аеёиоуыэюяьъ]))е", "йe", word.lower())
    text = re.sub("ий$|ый$", "и", text)
    text = re.sub("(?<=[жшщчц])[ёю]", lambda f: {"ё": "о", "ю": "у"}[f.group()], text)
    out = "".join(_RUSSIAN.get(c, c) for c in text)
    return re.sub("(?<=[aeiou])v$", "f", out)


def arabic_sounds(word: str) -> str | None:
    text = word.lower().replace("'", "").replace("-", "")
    for latin, sound in (
        ("dj", "J"), ("sh", "S"), ("kh", "x"), ("gh", "G"), ("th", "T"), ("dh", "D"), ("ch", "S"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("j", "J"), ("q", "k"),
        ("iyy", "iy"), ("ah$", "a"), ("eh$", "e"),
    ):  # fmt: skip
        text = re.sub(latin, sound, text)
    text = re.sub(r"([^aeiou])\1", r"\1", text)
    text = re.sub("([aeiou])\\1", r"\1", text)
    return text if re.fullmatch("[abdefhiklmnoprstuvwxyzSGTDJg]{2,}", text) else None


# ---------------------------------------------------------------- syllables


def syllables(sounds: str) -> list[tuple[str, str, str]]:
    """(consonants before, vowel with the glide before it, consonants after); the last may have no vowel."""
    nuclei = list(re.finditer(r"[yw]?[aeiou](?:y(?![aeiou]))?", sounds))
    if not nuclei:
        return [(sounds, "", "")]
    out = []
    start = 0
    for k, nucleus in enumerate(nuclei):
        before = sounds[start : nucleus.start()]
        following = nuclei[k + 1].start() if k + 1 < len(nuclei) else len(sounds)
        between = sounds[nucleus.end() : following]
        after = between if k + 1 == len(nuclei) else between[:1] if len(between) > 1 else ""
        start = nucleus.end() + len(after)
        out.append((before, nucleus.group(), after))
    return out


# ---------------------------------------------------------------- Hangul

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_HANGUL: Final = dict(
    zip("bvgdzZJyklmnprstfhxCcSTDGw", "ㅂㅂㄱㄷㅈㅈㅈㅇㅋㄹㅁㄴㅍㄹㅅㅌㅍㅎㅎㅊㅊㅅㅅㄷㄱㅇ", strict=True)
)
_HANGUL_VOWELS: Final = {
    "a": "ㅏ", "e": "ㅔ", "i": "ㅣ", "o": "ㅗ", "u": "ㅜ", "ya": "ㅑ", "ye": "ㅖ", "yi": "ㅣ", "yo": "ㅛ", "yu": "ㅠ", "wa": "ㅘ", "we": "ㅞ",
    "wi": "ㅟ", "wo": "ㅝ", "wu": "ㅜ",
}  # fmt: skip
_BARE: Final = {"S": "ㅣ", "c": "ㅣ", "J": "ㅣ", "Z": "ㅜ"}


def _block(initial: str, medial: str, final: int = 0) -> str:
    return chr(0xAC00 + (_INITIALS.index(initial) * 21 + _MEDIALS.index(medial)) * 28 + final)


def hangul(sounds: str, rng: random.Random) -> str:
    out = ""
    k = 0
    finals = {"n": 4, "l": 8, "m": 16}
    while k < len(sounds):
        if found := re.match(r"([^aeiou]?)([yw]?[aeiou])", sounds[k:]):
            consonant, vowel = found.groups()
            if consonant in ("y", "w") and len(vowel) == 1:
                consonant, vowel = "", consonant + vowel
            if consonant == "S":
                vowel = {"a": "ya", "e": "ye", "o": "yo", "u": "yu"}.get(vowel, vowel)
            elif len(vowel) == 2 and vowel == "ye" and consonant:
                vowel = "e"
            if consonant == "l" and out and (ord(out[-1]) - 0xAC00) % 28 == 0:
                out = out[:-1] + chr(ord(out[-1]) + 8)
            out += _block(_HANGUL[consonant] if consonant else "ㅇ", _HANGUL_VOWELS[vowel])
            k += found.end()
            continue
        consonant = sounds[k]
        k += 1
        is_open = bool(out) and (ord(out[-1]) - 0xAC00) % 28 == 0
        if consonant == "y":
            out += "이"
        elif consonant == "w":
            out += "우"
        elif consonant in finals and is_open:
            out = out[:-1] + chr(ord(out[-1]) + finals[consonant])
        elif consonant in "kpt" and is_open and re.match("[bgdzZJksStfcCx]", sounds[k:]):
            out = out[:-1] + chr(ord(out[-1]) + {"k": 1, "p": 17, "t": 19}[consonant])
        else:
            out += _block(_HANGUL[consonant], _BARE.get(consonant, "ㅡ"))
    return out


# ---------------------------------------------------------------- kana

_KANA: Final = {
    "": "ア イ ウ エ オ", "k": "カ キ ク ケ コ", "g": "ガ ギ グ ゲ ゴ", "s": "サ シ ス セ ソ", "z": "ザ ジ ズ ゼ ゾ", "t": "タ ティ トゥ テ ト", "d": "ダ ディ ドゥ デ ド",
    "n": "ナ ニ ヌ ネ ノ", "h": "ハ ヒ フ ヘ ホ", "b": "バ ビ ブ ベ ボ", "p": "パ ピ プ ペ ポ", "m": "マ ミ ム メ モ", "r": "ラ リ ル レ ロ", "v": "ヴァ ヴィ ヴ ヴェ ヴォ",
    "f": "ファ フィ フ フェ フォ", "S": "シャ シ シュ シェ ショ", "c": "チャ チ チュ チェ チョ", "J": "ジャ ジ ジュ ジェ ジョ", "C": "ツァ ツィ ツ ツェ ツォ",
    "y": "ヤ イ ユ イェ ヨ", "w": "ワ ウィ ウ ウェ ウォ",
}  # fmt: skip
_KANA_AS: Final = {"l": "r", "x": "h", "Z": "J", "T": "s", "D": "z", "G": "g"}


def kana(sounds: str, rng: random.Random) -> str:
    by_b = rng.random() < 0.5
    out = ""
    k = 0
    while k < len(sounds):
        if found := re.match(r"([^aeiou]?)([yw]?)([aeiou])", sounds[k:]):
            consonant, glide, vowel = found.groups()
            if not consonant:
                consonant, glide = glide, ""
            consonant = _KANA_AS.get(consonant, consonant)
            consonant = "b" if consonant == "v" and by_b else consonant
            row = _KANA[consonant].split()
            if glide == "y" and vowel in "auo" and consonant not in "Scjyv":
                full = vowel == "a" and rng.random() < 0.7
                out += row[1] + ("ヤ" if full else {"a": "ャ", "u": "ュ", "o": "ョ"}[vowel])
            else:
                out += row["aiueo".index(vowel)]
            k += found.end()
            continue
        consonant = _KANA_AS.get(sounds[k], sounds[k])
        consonant = "b" if consonant == "v" and by_b else consonant
        k += 1
        after = sounds[k : k + 1]
        out += (
            "ン" if consonant == "n" or (consonant == "m" and after in tuple("pb"))
            else {"t": "ト", "d": "ド", "c": "チ", "J": "ジ", "S": "シュ" if after else "シ", "y": "イ", "w": "ウ"}.get(consonant)
            or _KANA[consonant].split()[2]
        )  # fmt: skip
    return re.sub("スキ$", "スキー", out)


# ---------------------------------------------------------------- Han, by the tables of Xinhua

_HAN_ROWS: Final = """
|阿 埃 伊 奥 乌|安 恩 因 翁 温
b|巴 别 比 博 布|班 本 宾 邦 本
p|帕 佩 皮 波 普|潘 片 平 蓬 彭
v|瓦 韦 维 沃 武|万 文 温 翁 文
f|法 费 菲 福 富|凡 芬 芬 丰 丰
m|马 梅 米 莫 穆|曼 缅 明 蒙 蒙
d|达 杰 季 多 杜|丹 坚 金 东 敦
t|塔 捷 季 托 图|坦 坚 京 通 通
n|纳 涅 尼 诺 努|南 年 宁 农 农
l|拉 列 利 洛 卢|兰 连 林 隆 伦
r|拉 列 里 罗 鲁|兰 连 林 龙 伦
g|加 格 吉 戈 古|甘 根 金 贡 贡
k|卡 克 基 科 库|坎 肯 金 孔 昆
x|哈 赫 希 霍 胡|汉 亨 欣 洪 洪
z|扎 泽 济 佐 祖|赞 曾 津 宗 尊
s|萨 谢 西 索 苏|桑 先 辛 松 孙
S|沙 舍 希 绍 舒|尚 申 申 雄 顺
Z|扎 热 日 若 茹|然 任 任 容 容
J|贾 杰 吉 焦 朱|詹 真 金 忠 俊
c|恰 切 奇 乔 丘|昌 琴 钦 琼 春
C|察 采 齐 措 楚|灿 岑 钦 聪 聪
y|亚 叶 伊 约 尤|扬 延 因 永 云
w|瓦 韦 维 沃 伍|万 文 温 翁 文
"""
_HAN: Final = {
    row.split("|")[0]: (row.split("|")[1].split(), row.split("|")[2].split())
    for row in _HAN_ROWS.strip("\n").split("\n")
}
_HAN_BARE: Final = {
    "b": "布", "p": "普", "v": "夫", "f": "夫", "m": "姆", "d": "德", "t": "特", "n": "恩", "l": "尔", "r": "尔", "g": "格", "k": "克", "x": "赫",
    "z": "兹", "s": "斯", "S": "什", "Z": "日", "J": "季", "c": "奇", "C": "茨", "y": "伊", "w": "乌", "h": "赫", "T": "斯", "D": "兹", "G": "格",
}  # fmt: skip


def han(sounds: str, rng: random.Random) -> str:
    out = ""
    k = 0
    while k < len(sounds):
        if found := re.match(r"([^aeiou]?)(y?)([aeiou])(n(?![aeiouy]))?", sounds[k:]):
            consonant, glide, vowel, nasal = found.groups()
            if glide and not consonant:
                consonant, glide = "y", ""
            consonant = {"h": "x", "T": "s", "D": "z", "G": "g"}.get(consonant, consonant)
            if glide and vowel == "a" and not nasal:
                out += _HAN[consonant][0][2] + "亚"
            else:
                out += _HAN[consonant][1 if nasal else 0][VOWELS.index(vowel)]
            k += found.end()
        else:
            out += _HAN_BARE[sounds[k]]
            k += 1
    return out


# ---------------------------------------------------------------- Greek, Arabic and Hebrew letters

_GREEK: Final = (
    ("ks", "ξ"), ("ya", "για"), ("yu", "γιου"), ("yo", "γιο"), ("ye", "γε"), ("yi", "γι"), ("y", "ι"), ("a", "α"), ("b", "μπ"), ("v", "β"), ("g", "γκ"),
    ("d", "ντ"), ("e", "ε"), ("z", "ζ"), ("Z", "ζ"), ("J", "τζ"), ("i", "ι"), ("k", "κ"), ("l", "λ"), ("m", "μ"), ("n", "ν"), ("o", "ο"), ("p", "π"),
    ("r", "ρ"), ("s", "σ"), ("t", "τ"), ("u", "ου"), ("f", "φ"), ("x", "χ"), ("h", "χ"), ("C", "τσ"), ("c", "τσ"), ("S", "σ"), ("T", "θ"), ("D", "ντ"),
    ("G", "γκ"), ("w", "ου"),
)  # fmt: skip


def greek(sounds: str, rng: random.Random) -> str:
    text = re.sub("(?<=[aeiou])ye|^ye" if rng.random() < 0.5 else "(?<=[aeiou])ye", "e", sounds)
    text = re.sub("(?<=[^aeiou])y(?=[aeou])", "i", text)
    for sound, letter in _GREEK:
        text = text.replace(sound, letter)
    text = re.sub("σ$", "ς", text)
    accents = dict(zip("αειο", "άέίό", strict=True))
    vowels = list(re.finditer("ου|[αειο]", text))
    if vowels and rng.random() < 0.7:
        at = vowels[-2 if len(vowels) > 1 else -1]
        stressed = "ού" if at.group() == "ου" else accents[at.group()]
        text = text[: at.start()] + stressed + text[at.end() :]
    return text[:1].upper() + text[1:]


_ARABIC: Final = {
    "a": "ا", "b": "ب", "v": "ف", "g": "غ", "d": "د", "e": "ي", "z": "ز", "Z": "ج", "J": "ج", "i": "ي", "y": "ي", "k": "ك", "l": "ل", "m": "م",
    "n": "ن", "o": "و", "p": "ب", "r": "ر", "s": "س", "t": "ت", "u": "و", "f": "ف", "x": "خ", "h": "ه", "C": "تس", "c": "تش", "S": "ش", "w": "و",
    "T": "ث", "D": "ذ", "G": "غ",
}  # fmt: skip


def arabic(sounds: str, rng: random.Random) -> str:
    """سيرغي لافروف; g as ج and v as ڤ by some writers."""
    text = re.sub("^[ei]", "إي", re.sub("^[ou]", "أو", re.sub("^a", "أ", sounds)))
    g, v = rng.choice("غغج"), rng.choice("فففڤ")
    out = "".join({"g": g, "v": v}.get(c) or _ARABIC.get(c, c) for c in text)
    return re.sub("يي+", "ي", out)


_HEBREW: Final = {
    "b": "ב", "v": "ב", "g": "ג", "d": "ד", "e": "", "z": "ז", "Z": "ז'", "J": "ג'", "i": "י", "y": "י", "k": "ק", "l": "ל", "m": "מ", "n": "נ", "o": "ו",
    "p": "פ", "r": "ר", "s": "ס", "t": "ט", "u": "ו", "f": "פ", "x": "ח", "h": "ה", "C": "צ", "c": "צ'", "S": "ש", "w": "ו", "T": "ת", "D": "ד",
    "G": "ג",
}  # fmt: skip


def hebrew(sounds: str, rng: random.Random) -> str:
    """ולדימיר פוטין: no letter for e and for many an a."""
    out = ""
    for k, c in enumerate(sounds):
        if c == "a":
            out += "א" if k == 0 else "ה" if k == len(sounds) - 1 else rng.choice(["א", "", ""])
        elif k == 0 and c in "eiou":
            out += {"e": "א", "i": "אי", "o": "או", "u": "או"}[c]
        elif k == 0 and c == "v":
            out += "ו"
        elif c == "e" and k == len(sounds) - 1:
            out += "ה"
        else:
            out += _HEBREW[c]
    finals = dict(zip("מנצפכ", "םןץףך", strict=True))
    return out[:-1] + finals.get(out[-1], out[-1]) if out else out


# ---------------------------------------------------------------- Thai and Burmese

_THAI: Final = dict(zip("bvgdzZJyklmnprstfhxCcSTDGw", "บวกดซจจยกลมนปรสตฟฮคซชชตดกว", strict=True))
_THAI_OPEN: Final = {"a": "{}า", "e": "เ{}", "i": "{}ี", "o": "โ{}", "u": "{}ู"}
_THAI_CLOSED: Final = {"a": "{}ั", "e": "เ{}", "i": "{}ิ", "o": "{}อ", "u": "{}ุ"}


def thai(sounds: str, rng: random.Random) -> str:
    out = ""
    for before, nucleus, after in syllables(sounds):
        if not nucleus:
            return "".join(_THAI[c] for c in before)
        glide, vowel, tail = re.fullmatch("([yw]?)([aeiou])(y?)", nucleus).groups()  # type: ignore[union-attr]
        onset = "".join(_THAI[c] for c in before) + (_THAI[glide] if glide else "") or "อ"
        if tail and after:
            out += (
                onset
                + {"a": "ั", "e": "ี", "o": "อ", "i": "ี", "u": "ุ"}[vowel]
                + "ย"
                + "".join(_THAI[c] + "์" for c in after)
            )
        elif tail:
            out += {"a": "ไ{}", "e": "เ{}ย์", "o": "{}อย", "i": "{}ี", "u": "{}ุย"}[vowel].format(onset)
        elif not after:
            out += _THAI_OPEN[vowel].format(onset)
        elif after == "r":
            out += _THAI_OPEN[vowel].format(onset) + "ร์"
        else:
            out += (
                _THAI_CLOSED[vowel].format(onset)
                + _THAI[after[0]].replace("ว", "ฟ")
                + "".join(_THAI[c] + "์" for c in after[1:])
            )
    return out


_BURMESE: Final = dict(
    zip("bvgdzZJyklmnprstfhxCcSTDGw", "ဘ ဗ ဂ ဒ ဇ ဂျ ဂျ ယ က လ မ န ပ ရ စ တ ဖ ဟ ခ ဇ ချ ရှ သ ဒ ဂ ဝ".split(), strict=True)
)
_BURMESE_OPEN: Final = {"a": "ာ", "e": "ေ", "i": "ီ", "o": "ို", "u": "ူ"}
_BURMESE_N: Final = {"a": "န်", "e": "င်", "i": "င်", "o": "ွန်", "u": "ွန်း"}


def burmese(sounds: str, rng: random.Random) -> str:
    out = ""
    for before, nucleus, after in syllables(sounds):
        onset = "".join(_BURMESE[c] for c in before)
        if not nucleus:
            return onset
        glide, vowel, tail = re.fullmatch("([yw]?)([aeiou])(y?)", nucleus).groups()  # type: ignore[union-attr]
        onset = onset + (_BURMESE[glide] if glide else "") or "အ"
        if tail and vowel == "a":
            out += onset + "ိုင်" + ("း" if after else "")
            continue
        if after[:1] == "n" and not tail:
            out += onset + _BURMESE_N[vowel]
            continue
        out += onset + _BURMESE_OPEN[vowel] + "".join(_BURMESE[c][:1] + "်" for c in after if c not in "r")
    return out


# ---------------------------------------------------------------- given names that have a usual spelling

# Latin | Hangul | kana | Han | Greek | Arabic | Hebrew | Thai | Burmese
ENGLISH: Final = """
john|존|ジョン|约翰|Τζον|جون|ג'ון|จอห์น|ဂျွန်
james|제임스|ジェームズ|詹姆斯|Τζέιμς|جيمس|ג'יימס|เจมส์|ဂျိမ်းစ်
robert|로버트|ロバート|罗伯特|Ρόμπερτ|روبرت|רוברט|โรเบิร์ต|ရောဘတ်
michael|마이클|マイケル|迈克尔|Μάικλ|مايكل|מייקל|ไมเคิล|မိုက်ကယ်
william|윌리엄|ウィリアム|威廉|Ουίλιαμ|ويليام|ויליאם|วิลเลียม|ဝီလျံ
david|데이비드|デイビッド|大卫|Ντέιβιντ|ديفيد|דייוויד|เดวิด|ဒေးဗစ်
richard|리처드|リチャード|理查德|Ρίτσαρντ|ريتشارد|ריצ'רד|ริชาร์ด|ရစ်ချတ်
joseph|조지프|ジョセフ|约瑟夫|Τζόζεφ|جوزيف|ג'וזף|โจเซฟ|ဂျိုးဇက်
thomas|토머스|トーマス|托马斯|Τόμας|توماس|תומאס|โทมัส|သောမတ်စ်
charles|찰스|チャールズ|查尔斯|Τσαρλς|تشارلز|צ'ארלס|ชาลส์|ချားလ်စ်
peter|피터|ピーター|彼得|Πίτερ|بيتر|פיטר|ปีเตอร์|ပီတာ
paul|폴|ポール|保罗|Πολ|بول|פול|พอล|ပေါလ်
mark|마크|マーク|马克|Μαρκ|مارك|מארק|มาร์ก|မာ့ခ်
george|조지|ジョージ|乔治|Τζορτζ|جورج|ג'ורג'|จอร์จ|ဂျော့ချ်
daniel|대니얼|ダニエル|丹尼尔|Ντάνιελ|دانيال|דניאל|แดเนียล|ဒန်နီယယ်
anthony|앤서니|アンソニー|安东尼|Άντονι|أنتوني|אנתוני|แอนโทนี|အန်ထော်နီ
steven|스티븐|スティーブン|史蒂文|Στίβεν|ستيفن|סטיבן|สตีเฟน|စတီဗင်
andrew|앤드루|アンドリュー|安德鲁|Άντριου|أندرو|אנדרו|แอนดรูว์|အန်ဒရူး
edward|에드워드|エドワード|爱德华|Έντουαρντ|إدوارد|אדוארד|เอ็ดเวิร์ด|အက်ဒ်ဝပ်
christopher|크리스토퍼|クリストファー|克里斯托弗|Κρίστοφερ|كريستوفر|כריסטופר|คริสโตเฟอร์|ခရစ္စတိုဖာ
patrick|패트릭|パトリック|帕特里克|Πάτρικ|باتريك|פטריק|แพทริก|ပက်ထရစ်
simon|사이먼|サイモン|西蒙|Σάιμον|سيمون|סיימון|ไซมอน|ဆိုင်မွန်
samuel|새뮤얼|サミュエル|塞缪尔|Σάμιουελ|صامويل|סמואל|ซามูเอล|ဆင်မြူရယ်
martin|마틴|マーティン|马丁|Μάρτιν|مارتن|מרטין|มาร์ติน|မာတင်
henry|헨리|ヘンリー|亨利|Χένρι|هنري|הנרי|เฮนรี|ဟင်နရီ
frank|프랭크|フランク|弗兰克|Φρανκ|فرانك|פרנק|แฟรงก์|ဖရန့်ခ်
victor|빅터|ビクター|维克托|Βίκτορ|فيكتور|ויקטור|วิกเตอร์|ဗစ်တာ
"""
RUSSIAN_HAN: Final = dict(
    pair.split("=")
    for pair in (
        "Владимир=弗拉基米尔 Александр=亚历山大 Сергей=谢尔盖 Дмитрий=德米特里 Андрей=安德烈 Михаил=米哈伊尔 Николай=尼古拉 Юрий=尤里 Иван=伊万 Игорь=伊戈尔 Олег=奥列格 "
        "Евгений=叶夫根尼 Алексей=阿列克谢 Виктор=维克托 Василий=瓦西里 Павел=帕维尔 Константин=康斯坦丁 Анатолий=阿纳托利 Валентина=瓦莲京娜 Ольга=奥尔加 Татьяна=塔季扬娜 "
        "Елена=叶莲娜 Наталья=娜塔莉亚 Ирина=伊琳娜 Мария=玛丽亚 Светлана=斯韦特兰娜 Екатерина=叶卡捷琳娜 Анна=安娜 Максим=马克西姆 Денис=丹尼斯 Вячеслав=维亚切斯拉夫 "
        "Станислав=斯坦尼斯拉夫 Роман=罗曼 Борис=鲍里斯 Геннадий=根纳季 Григорий=格里戈里 Леонид=列昂尼德 Кирилл=基里尔 Антон=安东 Артём=阿尔乔姆 Марина=玛丽娜 Юлия=尤利娅"
    ).split()
)
ARABIC_HAN: Final = {
    "محمد": "穆罕默德", "أحمد": "艾哈迈德", "علي": "阿里", "حسن": "哈桑", "حسين": "侯赛因", "عمر": "奥马尔", "يوسف": "优素福", "إبراهيم": "易卜拉欣",
    "خالد": "哈立德", "محمود": "马哈茂德", "صالح": "萨利赫", "سعيد": "赛义德", "ناصر": "纳赛尔", "كريم": "卡里姆", "رضا": "礼萨", "بشار": "巴沙尔",
    "مصطفى": "穆斯塔法", "عثمان": "奥斯曼", "إسماعيل": "伊斯梅尔", "سليمان": "苏莱曼", "عباس": "阿巴斯", "جعفر": "贾法尔", "قاسم": "卡西姆", "أسد": "阿萨德",
    "رشيد": "拉希德", "حميد": "哈米德", "جمال": "贾迈勒", "مهدي": "马赫迪", "هادي": "哈迪", "فيصل": "费萨尔", "موسى": "穆萨", "عيسى": "伊萨",
}  # fmt: skip
_ENGLISH: Final = {row.split("|")[0]: row.split("|")[1:] for row in ENGLISH.strip().splitlines()}

_HEBREW_OF: Final = {
    "ا": "א", "أ": "א", "إ": "א", "ب": "ב", "ت": "ת", "ث": "ת'", "ج": "ג'", "ح": "ח", "خ": "ח'", "د": "ד", "ذ": "ד'", "ر": "ר", "ز": "ז", "س": "ס", "ش": "ש",
    "ص": "צ", "ض": "צ'", "ط": "ט", "ظ": "ט'", "ع": "ע", "غ": "ע'", "ف": "פ", "ق": "ק", "ك": "כ", "ل": "ל", "م": "מ", "ن": "נ", "ه": "ה", "و": "ו", "ي": "י",
    "ى": "א", "ة": "ה", "ؤ": "א", "ئ": "א", "ء": "א",
}  # fmt: skip


def _hebrew_of(arabic_word: str, rng: random.Random) -> str:
    """עלי for علي: Hebrew newspapers follow the Arabic letters, not the sounds."""
    if arabic_word == "محمد":
        return rng.choice(["מוחמד", "מוחמד", "מחמד"])
    text = "".join(_HEBREW_OF.get(c, c) for c in arabic_word)
    text = text.replace("ע'", rng.choice(["ע'", "ר'", "ע"])).replace("ח'", rng.choice(["ח'", "ח"]))
    return text[:-1] + dict(zip("מנצפכ", "םןץףך", strict=True)).get(text[-1], text[-1])


Written = Callable[[str, random.Random], str]
SCRIPTS: Final[dict[str, tuple[Written, str]]] = {
    "Hangul": (hangul, " "), "kana": (kana, "・"), "Han": (han, "·"), "Greek": (greek, " "), "Arabic": (arabic, " "), "Hebrew": (hebrew, " "),
    "Thai": (thai, " "), "Burmese": (burmese, " "),
}  # fmt: skip
_COLUMN: Final = list(SCRIPTS)


def _english(text: str, script: str, rng: random.Random) -> list[str] | None:
    if text.count(",") != 1 or re.search("(ov|ova|ev|eva|enko|[iy]n)$", text.partition(",")[0].lower()):
        return None
    surname, given = (part.strip().split() for part in text.split(","))
    if len(surname) != 1 or not given or given[0].lower() not in _ENGLISH:
        return None
    sounds = english_sounds(surname[0])
    return [_ENGLISH[given[0].lower()][_COLUMN.index(script)], SCRIPTS[script][0](sounds, rng)] if sounds else None


def english_sounds(word: str) -> str | None:
    """A surname whose letters say how it sounds (Mugabe, Griffin); None for others (Wright, Taylor)."""
    text = word.lower()
    if re.search(
        r"gh|wr|ough|aw|ow|ew|ay|ey|[^c]c[^ckh]|c$|q|x|x|th|e$(?<!be)|oa|ea|ai|ie|ur|ir|er|ar|or$|'|-|^kn", text
    ):
        return None
    for latin, sound in (("sch", "S"), ("sh", "S"), ("ck", "k"), ("ch", "c"), ("ph", "f"), ("kh", "x"), ("zh", "Z"), ("j", "J"), ("oo", "u"), ("ee", "i"), ("ou", "u")):  # fmt: skip
        text = text.replace(latin, sound)
    text = re.sub(r"y$|(?<=[^aeiou])y(?![aeiou])", "i", text)
    text = re.sub(r"(.)\1", r"\1", text)
    return text if re.fullmatch("[abdefhiklmnoprstuvwyzSJZcgx]+", text) else None


def _russian(text: str, script: str, rng: random.Random) -> list[str] | None:
    if (name := others_russian.cyrillic(text)) is None:
        return None
    written = SCRIPTS[script][0]
    given = RUSSIAN_HAN.get(name[0]) if script == "Han" else None
    surname = russian_sounds(name[2])
    if script == "Hebrew":
        surname = re.sub("f$", "v", surname)
    return [given or written(russian_sounds(name[0]), rng), written(surname, rng)]


def _arabic(text: str, script: str, rng: random.Random) -> list[str] | None:
    """Two to four words; the article is joined to its word or left out, as foreign newspapers do."""
    words = others_arabic.words_of(text)
    if words is None or script == "Arabic" or len([w for w in words if w != "al"]) > 4:
        return None
    out = []
    article = ""
    for word in words:
        if word in ("al", "el"):
            article = word if rng.random() < 0.6 else ""
            continue
        sounds = arabic_sounds(word)
        if sounds is None:
            return None
        row = others_arabic.KNOWN.get(word)
        usual = None
        if row and script == "Han":
            usual = ARABIC_HAN.get(row[0])
        elif row and script == "Hebrew":
            usual = _hebrew_of(row[0], rng)
        joined = SCRIPTS[script][0](article, rng) + {"Greek": "-", "kana": "・"}.get(script, "") if article else ""
        article = ""
        out.append(joined + (usual or SCRIPTS[script][0](sounds, rng)))
    return out


SOURCES: Final = {"Russian": _russian, "Arabic": _arabic, "English": _english}


def written(text: str, source: str, script: str, rng: random.Random) -> str | None:
    """A listed name of the `source` language in the script."""
    words = SOURCES[source](text, script, rng)
    if not words or not all(words):
        return None
    joint = SCRIPTS[script][1]
    if script in ("kana", "Han") and rng.random() < 0.25:
        joint = {"kana": " ", "Han": "•"}[script]
    return joint.join(words)
