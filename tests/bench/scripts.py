"""Listed names as people who write another script have them: one function per family, all seeded.

Tables of the romanisation standards, read backwards: a romanised name stands for several original ones, and one of
them is drawn. Only Arabic needs no table: the United Nations publish 400 names in it, which are taken off the list.
"""

# ruff: noqa: E501 — tables in wide scripts
from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product

from streamer.screening.names import script_of
from streamer.watchlists.entity import Entity, EntityType
from tests.bench.distortions import Case, natural

# ---------------------------------------------------------------- Korean

REVISED_INITIALS = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"]
REVISED_VOWELS = [
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
REVISED_FINALS = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t",
    "k", "t", "p", "t",
]  # fmt: skip
MCCUNE_INITIALS = ["k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "tch", "ch", "k", "t", "p", "h"]
MCCUNE_VOICED = {"k": "g", "t": "d", "p": "b", "ch": "j"}
MCCUNE_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "o",
    "e",
    "yo",
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
    "u",
    "ui",
    "i",
]
GIVEN = (
    "가강건걸경계고곤관광구국군권규근금기길나남녀노능단달대덕도동두득라란래량련렬령례로록룡률리림만매면명모무문미민박배"
    "백범법별병보복봉부빈사산삼상서석선설섭성세소송수숙순술숭승식신실심아안애양언엄연열염영예오옥완용우욱운웅원월위유"
    "윤은을이익인일임자재전정제조종주준중지진창채천철청초춘충치칠태택평표풍필하학한해향허혁현형혜호홍화환황회효훈희흥"
)
SURNAMES = (
    "김리이박최정조강윤장림임한오서신권황안송류유전홍고문량양손배백허남심로노하주구민진나라지엄원채천방공현함변염여추도석"
    "설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
KOREAN_SPELLINGS = {
    "리": ["ri", "rhee"], "이": ["lee", "yi", "i", "rhee"], "박": ["park", "pak"], "최": ["choi", "choe"],
    "정": ["jung", "chung", "jeong"], "조": ["cho", "jo"], "강": ["kang", "gang"], "김": ["kim", "gim"],
    "림": ["rim", "lim"], "임": ["im", "lim"], "류": ["ryu", "yoo"], "유": ["yoo", "yu"], "장": ["jang", "chang"],
}  # fmt: skip


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - 0xAC00
    return code // 588, code % 588 // 28, code % 28


def revised(syllable: str) -> str:
    """Revised Romanisation of one Hangul syllable."""
    first, vowel, last = _parts(syllable)
    return REVISED_INITIALS[first] + REVISED_VOWELS[vowel] + REVISED_FINALS[last]


def mccune(syllable: str) -> set[str]:
    """How lists write it: McCune-Reischauer without its marks, at the start and between vowels, and the DPRK's way."""
    first, vowel, last = _parts(syllable)
    begin = MCCUNE_INITIALS[first]
    rest = MCCUNE_VOWELS[vowel] + REVISED_FINALS[last]
    return {begin + rest, MCCUNE_VOICED.get(begin, begin) + rest}


def _readings(syllables: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for syllable in syllables:
        for form in mccune(syllable) | {revised(syllable)}:
            found.setdefault(form, []).append(syllable)
    return found


GIVEN_READINGS, SURNAME_READINGS = _readings(GIVEN), _readings(SURNAMES)


def _divided(text: str, readings: dict[str, list[str]]) -> list[list[str]]:
    """All ways to read `text` as syllables of the table."""
    if not text:
        return [[]]
    return [
        [text[:size], *rest]
        for size in range(1, min(6, len(text)) + 1)
        if text[:size] in readings
        for rest in _divided(text[size:], readings)
    ]


def _korean(text: str, entity: Entity, rng: random.Random) -> tuple[str, str] | None:
    """(surname, given names) in Hangul of a listed Korean."""
    if entity.type is not EntityType.PERSON or "KP" not in (*entity.nationalities, *entity.citizenships):
        return None
    surname, comma, given = text.replace("'", "").lower().partition(",")
    if not comma or surname not in SURNAME_READINGS:
        return None
    ways = _divided(re.sub(r"[\s-]", "", given), GIVEN_READINGS)
    ways = [way for way in ways if len(way) <= 2]
    if not ways:
        return None
    way = rng.choice(ways)
    return rng.choice(SURNAME_READINGS[surname]), "".join(rng.choice(GIVEN_READINGS[form]) for form in way)


def hangul(text: str, entity: Entity, rng: random.Random) -> str | None:
    """김정은, 김 정은 or 정은 김."""
    if (name := _korean(text, entity, rng)) is None:
        return None
    surname, given = name
    return rng.choice([surname + given] * 6 + [f"{surname} {given}"] * 3 + [f"{given} {surname}"])


def korean_romanised(text: str, entity: Entity, rng: random.Random) -> str | None:
    """The other romanisation: RI Yong Ho, LEE Yong-ho, Yi Yeongho."""
    if (name := _korean(text, entity, rng)) is None:
        return None
    surname, given = name
    first = rng.choice(KOREAN_SPELLINGS.get(surname, [revised(surname)]))
    written = [revised(s) if rng.random() < 0.7 else rng.choice(sorted(mccune(s))) for s in given]
    second = rng.choice(["-", " ", ""]).join(written)
    return (f"{first} {second}" if rng.random() < 0.6 else f"{second} {first}").title()


# ---------------------------------------------------------------- Chinese

HAN = """
an 安|bai 白柏|bao 宝寶 保 包|bei 北 贝貝|bin 斌 彬 宾賓|bing 冰 兵 炳|bo 波 博 伯|cai 蔡 才|can 灿燦|cao 曹
chang 昌 常 长長|chao 超 朝|chen 陈陳 晨 辰|cheng 成 程 诚誠|chong 崇|chu 楚|chuan 传傳 川|chun 春 纯純|cong 聪聰
cui 崔 翠|da 大 达達|dan 丹|dao 道|de 德|deng 邓鄧 登|ding 丁 定|dong 东東 冬 栋棟 董|du 杜|duan 段|en 恩|fa 发發
fan 范 凡 帆|fang 方 芳|fei 飞飛 菲|fen 芬|feng 冯馮 峰 风風 锋鋒 凤鳳|fu 福 富 付 傅|gang 刚剛 钢鋼|gao 高|ge 葛 戈
geng 耿|gong 龚龔 宫|gu 顾顧 谷|guan 关關|guang 光 广廣|gui 贵貴 桂|guo 郭 国國|hai 海|han 韩韓 涵|hao 浩 豪 昊
he 何 和 贺賀 鹤鶴|heng 恒|hong 洪 宏 红紅 鸿鴻|hou 侯|hu 胡 虎|hua 华華 花|huai 怀懷|huan 欢歡 环環|huang 黄黃
hui 慧 辉輝 惠 会會|huo 霍|ji 季 吉 纪紀 继繼|jia 贾賈 佳 家 嘉|jian 建 健 剑劍 坚堅|jiang 江 姜 蒋蔣|jiao 焦 娇嬌
jie 杰傑 洁潔|jin 金 晋晉 进進 锦錦|jing 静靜 晶 京 景 敬|jiu 久|ju 菊 巨|juan 娟|jun 军軍 俊 君 钧鈞|kai 凯凱 开開
kang 康|ke 柯 克|kong 孔|kuan 宽寬|kun 坤 昆|lan 兰蘭|lang 郎|lei 雷 磊 蕾|li 李 丽麗 力 黎 立|lian 连連 莲蓮
liang 梁 亮 良|liao 廖|lin 林 琳|ling 玲 凌 灵靈|liu 刘劉 柳|long 龙龍|lou 楼樓|lu 卢盧 陆陸 鲁魯 路|luo 罗羅 洛
ma 马馬|mao 毛 茂|mei 梅 美|meng 孟 梦夢 萌|mi 米|miao 苗 妙|min 敏 民|ming 明 铭銘|mo 莫|mu 穆 木|na 娜|nan 南 楠
ni 倪 妮|ning 宁寧|niu 牛|ou 欧歐|pan 潘 攀|pei 裴 培|peng 彭 鹏鵬|ping 平 萍|qi 齐齊 琪 奇|qian 钱錢 倩 千
qiang 强強|qiao 乔喬 巧|qin 秦 琴 勤|qing 青 庆慶 清|qiu 邱 秋|quan 全 泉|ran 冉|ren 任 仁|rong 荣榮 蓉|ru 如
ruan 阮|rui 瑞 锐銳|run 润潤|sen 森|shan 山 善|shang 尚 商|shao 邵 少|shen 沈 申|sheng 盛 胜勝 生
shi 石 史 施 诗詩 时時|shu 舒 淑 书書|shuai 帅帥|shuang 双雙|shui 水|shun 顺順|si 思 司|song 宋 松|su 苏蘇 素
sun 孙孫|tai 泰 太|tan 谭譚|tang 唐 汤湯|tao 陶 涛濤|teng 滕|tian 田 天|tie 铁鐵|ting 婷 庭|tong 佟 童 通|tu 涂
wan 万萬 婉|wang 王 汪 旺|wei 魏 伟偉 卫衛 威 薇|wen 文 温溫|wu 吴吳 武 伍|xi 习習 席 希 西|xia 夏 霞|xian 先 贤賢
xiang 向 祥 翔 香|xiao 肖 晓曉 小 萧蕭|xie 谢謝|xin 辛 新 欣 鑫|xing 邢 星 兴興|xiong 熊 雄|xiu 秀 修|xu 徐 许許 旭
xuan 轩軒 萱|xue 薛 雪 学學|xun 勋勳|ya 亚亞 雅|yan 严嚴 颜顏 燕 彦 岩|yang 杨楊 阳陽 洋|yao 姚 尧堯|ye 叶葉 业業
yi 易 毅 艺藝 义義 怡|yin 尹 银銀 殷|ying 英 颖穎 莹瑩|yong 勇 永|you 尤 友 有|yu 于 余 宇 玉 雨|yuan 袁 元 远遠 源
yue 岳 月 越|yun 云雲 芸|zan 赞贊|zeng 曾 增|zha 查|zhai 翟|zhan 詹 展|zhang 张張 章|zhao 赵趙 昭|zhe 哲
zhen 甄 振 珍 真|zheng 郑鄭 正 政|zhi 志 智 芝|zhong 钟鍾 中 忠|zhou 周 州|zhu 朱 祝 珠 竹|zhuang 庄莊|zhuo 卓
zi 子 紫|zong 宗|zou 邹鄒|zu 祖|zuo 左
"""
CHARACTERS: dict[str, list[str]] = {}
for _row in HAN.replace("\n", "|").split("|"):
    if _row:
        _syllable, *_pairs = _row.split()
        CHARACTERS[_syllable] = [p if len(p) == 2 else p * 2 for p in "|".join(_pairs).split("|")]


def _chinese(text: str, entity: Entity, rng: random.Random) -> tuple[str, list[str]] | None:
    """(surname, syllables of the given name) of a listed Chinese whose name is written in pinyin."""
    if entity.type is not EntityType.PERSON:
        return None
    if not {"CN", "TW", "HK"} & {*entity.nationalities, *entity.citizenships}:
        return None
    surname, comma, given = text.replace("'", "").lower().partition(",")
    ways = [way for way in _divided(re.sub(r"[\s-]", "", given), CHARACTERS) if len(way) <= 2]
    if not comma or surname not in CHARACTERS or not ways:
        return None
    return surname, min(ways, key=len)


def han(text: str, entity: Entity, rng: random.Random) -> str | None:
    """习近平, 習近平, 习 近平 or 近平 习."""
    if (name := _chinese(text, entity, rng)) is None:
        return None
    traditional = rng.randrange(2)
    surname = rng.choice(CHARACTERS[name[0]][:2])[traditional]
    given = "".join(rng.choice(CHARACTERS[s])[traditional] for s in name[1])
    return rng.choice([surname + given] * 7 + [f"{surname} {given}"] * 2 + [f"{given} {surname}"])


WADE_INITIALS = {
    "zh": "ch", "ch": "ch'", "b": "p", "p": "p'", "d": "t", "t": "t'", "g": "k", "k": "k'", "j": "ch", "q": "ch'",
    "x": "hs", "z": "ts", "c": "ts'", "r": "j",
}  # fmt: skip
WADE_WHOLE = {
    "zhi": "chih", "chi": "ch'ih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tz'u", "si": "szu", "yi": "i",
    "you": "yu", "ye": "yeh", "yan": "yen", "er": "erh", "ju": "chu", "qu": "ch'u", "xu": "hsu", "gui": "kuei",
    "kui": "k'uei", "ge": "ko", "ke": "k'o", "he": "ho", "e": "o", "yong": "yung", "yuan": "yuan",
}  # fmt: skip


def wade(syllable: str) -> str:
    """Wade-Giles of a pinyin syllable, without tone and umlaut."""
    if syllable in WADE_WHOLE:
        return WADE_WHOLE[syllable]
    initial = next((i for i in ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw") if syllable.startswith(i)), "")
    final = syllable[len(initial) :]
    final = {"ian": "ien", "ie": "ieh", "ue": "ueh", "ong": "ung", "iong": "iung", "uo": "o", "e": "eh"}.get(
        final, final
    )
    if initial in ("g", "k", "h", "sh") and syllable.endswith("uo"):
        final = "uo"
    if initial in ("zh", "ch", "sh", "r", "z", "c", "s", "d", "t", "n", "l") and final == "eh":
        final = "e"
    return WADE_INITIALS.get(initial, initial) + final


def wade_giles(text: str, entity: Entity, rng: random.Random) -> str | None:
    if (name := _chinese(text, entity, rng)) is None:
        return None
    mark = rng.choice(["'", ""])
    given = rng.choice(["-", " "]).join(wade(s) for s in name[1]).replace("'", mark)
    surname = wade(name[0]).replace("'", mark)
    query = (f"{surname} {given}" if rng.random() < 0.6 else f"{given} {surname}").title()
    return query if query.lower() != natural(text, entity.type).lower() else None


def pinyin(text: str, entity: Entity, rng: random.Random) -> str | None:
    """The same pinyin, parted and ordered otherwise: Xi Jin Ping, Jinping Xi, Jin-Ping XI, XIJINPING."""
    if (name := _chinese(text, entity, rng)) is None or len(name[1]) < 2:
        return None
    surname, given = name[0], name[1]
    joined = rng.choice([" ", "-", ""]).join(given)
    return rng.choice([f"{surname} {joined}", f"{joined} {surname}", surname + "".join(given)]).title()


# ---------------------------------------------------------------- Persian, Hebrew, Thai, Japanese, Greek


def _spelt(text: str, table: list[tuple[str, str]], rng: random.Random) -> str:
    out = ""
    # A doubled consonant is written once.
    text = re.sub(r"([b-df-hj-np-tv-z])\1", r"\1", text.lower())
    while text:
        for latin, others in table:
            if text.startswith(latin):
                out += rng.choice(others.split("/")) if others else ""
                text = text[len(latin) :]
                break
        else:
            out += text[0] if text[0] in " -" else ""
            text = text[1:]
    return out


PERSIAN = [
    ("kh", "خ"), ("gh", "ق/غ"), ("sh", "ش"), ("ch", "چ"), ("zh", "ژ"), ("ou", "و"), ("oo", "و"), ("ee", "ی"), ("ei", "ی"),
    ("ey", "ی"), ("aa", "ا"), ("ia", "یا"), ("iy", "ی"), ("ye", "ی"), ("a", "/ا"), ("e", ""), ("o", ""), ("i", "ی"), ("u", "و"),
    ("b", "ب"), ("p", "پ"), ("t", "ت"), ("j", "ج"), ("h", "ه/ح"), ("d", "د"), ("r", "ر"), ("z", "ز"), ("s", "س"), ("f", "ف"),
    ("q", "ق"), ("k", "ک"), ("g", "گ"), ("l", "ل"), ("m", "م"), ("n", "ن"), ("v", "و"), ("w", "و"), ("y", "ی"),
]  # fmt: skip
HEBREW = [
    ("kh", "ח"), ("sh", "ש"), ("tz", "צ"), ("ts", "צ"), ("vich", "ביץ'"), ("chuk", "צ'וק"), ("ch", "צ'"), ("ph", "פ"), ("th", "ת"), ("ya", "יא"), ("ia", "יה"),
    ("a", "/א"), ("e", ""), ("i", "י"), ("o", "ו"), ("u", "ו"), ("b", "ב"), ("v", "ו/ב"), ("w", "ו"), ("g", "ג"), ("d", "ד"),
    ("h", "ה"), ("z", "ז"), ("y", "י"), ("k", "ק"), ("l", "ל"), ("m", "מ"), ("n", "נ"), ("s", "ס"), ("p", "פ"), ("f", "פ"),
    ("c", "ק"), ("q", "ק"), ("r", "ר"), ("t", "ט/ת"), ("j", "ג'"), ("x", "קס"),
]  # fmt: skip
HEBREW_FINALS = str.maketrans("כמנפצ", "ךםןףץ")
THAI_CONSONANTS = {
    "kh": "ข", "ch": "ช", "ng": "ง", "th": "ท", "ph": "พ", "k": "ก", "g": "ก", "j": "จ", "d": "ด", "t": "ต", "n": "น",
    "b": "บ", "p": "ป", "f": "ฟ", "m": "ม", "y": "ย", "r": "ร", "l": "ล", "w": "ว", "s": "ส", "h": "ห", "v": "ว", "z": "ซ",
    "sh": "ช", "x": "กซ", "q": "ก", "c": "ค",
}  # fmt: skip
THAI_VOWELS = {
    "a": ("", "า"), "aa": ("", "า"), "ai": ("ไ", ""), "ay": ("ไ", ""), "e": ("เ", ""), "ae": ("แ", ""), "i": ("", "ิ"), "ee": ("", "ี"),
    "o": ("โ", ""), "u": ("", "ุ"), "oo": ("", "ู"), "ou": ("", "ู"), "ia": ("เ", "ีย"), "au": ("เ", "า"), "ao": ("เ", "า"),
}  # fmt: skip
_THAI = re.compile(r"(kh|ch|ng|th|ph|sh|[bcdfghjklmnpqrstvwxyz])?(aa|ai|ay|ae|ee|oo|ou|ia|au|ao|[aeiou])?")


def _in_thai(word: str) -> str:
    out = ""
    at = 0
    while at < len(word):
        found = _THAI.match(word, at)
        if found is None or found.end() == at:
            at += 1
            continue
        consonant, vowel = found.group(1), found.group(2)
        before, after = THAI_VOWELS.get(vowel or "", ("", ""))
        out += before + (THAI_CONSONANTS[consonant] if consonant else "อ") + after
        at = found.end()
    return out


def persian(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or "IR" not in (*entity.nationalities, *entity.citizenships):
        return None
    words = [w for w in natural(text, entity.type).replace("-", " ").split() if w.isalpha()]
    if len(words) < 2:
        return None
    return " ".join(PERSIAN_NAMES.get(w.lower()) or _in_persian(w, rng) for w in words)


def _in_persian(word: str, rng: random.Random) -> str:
    # At the start of a word every vowel is written.
    return ("ا" if word[0].lower() in "aeo" else "") + _spelt(word, PERSIAN, rng).lstrip("ا")


PERSIAN_NAMES = {
    "ali": "علی", "mohammad": "محمد", "reza": "رضا", "abbas": "عباس", "mahdi": "مهدی", "mehdi": "مهدی", "hossein": "حسین",
    "hosein": "حسین", "hassan": "حسن", "saeed": "سعید", "amir": "امیر", "mostafa": "مصطفی", "ahmad": "احمد",
    "mahmoud": "محمود", "abdollah": "عبدالله", "ebrahim": "ابراهیم", "gholam": "غلام", "morteza": "مرتضی", "javad": "جواد",
    "alireza": "علیرضا", "mohsen": "محسن", "majid": "مجید", "hamid": "حمید", "akbar": "اکبر", "asghar": "اصغر", "haji": "حاجی",
    "karim": "کریم", "seyed": "سید", "seyyed": "سید", "sayyed": "سید", "esmail": "اسماعیل", "jafar": "جعفر", "azim": "عظیم",
}  # fmt: skip


def hebrew(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or not {"IL", "LB", "SY", "RU", "UA"} & {*entity.nationalities}:
        return None
    words = [w for w in natural(text, entity.type).replace("-", " ").replace("'", "").split() if w.isalpha()]
    if not 2 <= len(words) <= 3:
        return None
    spelt = [("א" if w[0].lower() in "aeiou" else "") + _spelt(w, HEBREW, rng).lstrip("א") for w in words]
    return " ".join(w[:-1] + w[-1].translate(HEBREW_FINALS) if w else "" for w in spelt)


def thai(text: str, entity: Entity, rng: random.Random) -> str | None:
    if entity.type is not EntityType.PERSON or not {"TH", "MM", "LA", "MY", "PH", "ID"} & {*entity.nationalities}:
        return None
    words = [w for w in natural(text, entity.type).lower().replace("-", " ").split() if w.isalpha()]
    return " ".join(map(_in_thai, words)) if 2 <= len(words) <= 4 else None


def _kana_table() -> dict[str, str]:
    rows = {
        "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
        "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
        "p": "ぱぴぷぺぽ",
    }  # fmt: skip
    table = {c + v: kana for c, row in rows.items() for v, kana in zip("aiueo", row, strict=True)}
    table |= {"ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "n": "ん"}
    table |= {"shi": "し", "chi": "ち", "tsu": "つ", "fu": "ふ", "ji": "じ"}
    for c, v in product(("k", "n", "h", "m", "r", "g", "b", "p"), "auo"):
        table[f"{c}y{v}"] = table[f"{c}i"] + {"a": "ゃ", "u": "ゅ", "o": "ょ"}[v]
    for c, v in product(("sh", "ch", "j"), "auo"):
        table[c + v] = table[f"{c}i"] + {"a": "ゃ", "u": "ゅ", "o": "ょ"}[v]
    return table


KANA = _kana_table()
_JAPANESE = re.compile(r"(?:(?:sh|ch|ts|[kgnhmrbp]y|[kstnhmyrwgzdbpjf])?[aeiou]|n(?![aeiou]))+")
KUNREI = [
    ("sha", "sya"), ("shu", "syu"), ("sho", "syo"), ("shi", "si"), ("cha", "tya"), ("chu", "tyu"), ("cho", "tyo"),
    ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo"), ("ji", "zi"),
]  # fmt: skip


def _japanese(text: str, entity: Entity) -> list[str] | None:
    if entity.type is not EntityType.PERSON or not any("YAKUZA" in p or "TCO" in p for p in entity.programs):
        return None
    words = text.lower().replace(",", " ").split()
    return words if len(words) == 2 and all(len(w) > 3 and _JAPANESE.fullmatch(w) for w in words) else None


def kana(text: str, entity: Entity, rng: random.Random) -> str | None:
    if (words := _japanese(text, entity)) is None:
        return None
    written = []
    for word in words:
        out, at = "", 0
        while at < len(word):
            size = next((s for s in (3, 2, 1) if word[at : at + s] in KANA), 0)
            if not size:
                return None
            out += KANA[word[at : at + size]]
            at += size
        written.append(out)
    if rng.random() < 0.5:
        written = ["".join(chr(ord(c) + 0x60) for c in w) for w in written]
    return rng.choice([" ", "", "・"]).join(written)


def kunrei(text: str, entity: Entity, rng: random.Random) -> str | None:
    if (words := _japanese(text, entity)) is None:
        return None
    changed = list(words)
    for hepburn, other in KUNREI:
        changed = [w.replace(hepburn, other) for w in changed]
    if rng.random() < 0.5:
        changed = [re.sub(r"o(?=[^aeioun]|$)", lambda m: rng.choice(["o", "ou", "oh"]), w, count=1) for w in changed]
    return " ".join(reversed(changed)).title() if changed != words else None


# ---------------------------------------------------------------- Koreans and Chinese in Cyrillic, kana and Hanja

KONTSEVICH_INITIALS = "к кк н т тт р м п пп с сс - ч чч чх кх тх пх х".replace("-", "").split(" ")
KONTSEVICH_VOICED = {"к": "г", "т": "д", "п": "б", "ч": "чж"}
KONTSEVICH_VOWELS = [
    "а",
    "э",
    "я",
    "йя",
    "о",
    "е",
    "ё",
    "йе",
    "о",
    "ва",
    "вэ",
    "ве",
    "ё",
    "у",
    "во",
    "ве",
    "ви",
    "ю",
    "ы",
    "ый",
    "и",
]
KONTSEVICH_FINALS = "- к к к н н н т ль к м ль ль ль п ль м п п т т н т т к т п т".replace("-", "").split(" ")
NEWSPAPER_SURNAMES = {"최": "Цой", "이": "Ли", "류": "Рю", "임": "Лим", "정": "Чен"}


def korean_in_cyrillic(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Чон Сон Хва by Kontsevich; one in three as newspapers write, Чен Сен Хва, with дж."""
    if (name := _korean(text, entity, rng)) is None:
        return None
    newspaper = rng.random() < 0.33
    parted = rng.choice([" ", " ", "", "-"])
    words: list[str] = []
    for position, syllable in enumerate(name[0] + name[1]):
        first, vowel, last = _parts(syllable)
        begin, middle = KONTSEVICH_INITIALS[first], KONTSEVICH_VOWELS[vowel]
        after = words[-1][-1] if position > 1 else ""
        if position > 1 and not parted and after in "аэяоеёуыиюнмйь":
            begin = KONTSEVICH_VOICED.get(begin, begin)
        if newspaper:
            begin = "дж" if begin == "чж" else begin
            if last and vowel in (4, 6):
                middle = "е"
        words.append(begin + middle + KONTSEVICH_FINALS[last])
    surname = NEWSPAPER_SURNAMES.get(name[0], words[0]) if newspaper else words[0]
    return f"{surname} {parted.join(words[1:])}".title()


PALLADIUS_INITIALS = {
    "zh": "чж", "ch": "ч", "sh": "ш", "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г",
    "k": "к", "h": "х", "j": "цз", "q": "ц", "x": "с", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
PALLADIUS_FINALS = {
    "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "e": "э", "ei": "эй", "en": "энь", "eng": "эн", "i": "и",
    "ia": "я", "ian": "янь", "iang": "ян", "iao": "яо", "ie": "е", "in": "инь", "ing": "ин", "iong": "юн", "iu": "ю", "o": "о",
    "ong": "ун", "ou": "оу", "u": "у", "ua": "уа", "uai": "уай", "uan": "уань", "uang": "уан", "ui": "уй", "un": "унь", "uo": "о",
}  # fmt: skip
PALLADIUS_WHOLE = {
    "zhi": "чжи", "zi": "цзы", "ci": "цы", "si": "сы", "hui": "хуэй", "er": "эр", "yi": "и", "ya": "я", "yan": "янь",
    "yang": "ян", "yao": "яо", "ye": "е", "yin": "инь", "ying": "ин", "yong": "юн", "you": "ю", "yu": "юй", "yue": "юэ",
    "yuan": "юань", "yun": "юнь", "wu": "у", "wa": "ва", "wo": "во", "wai": "вай", "wei": "вэй", "wan": "вань", "wang": "ван",
    "wen": "вэнь", "an": "ань", "ai": "ай", "en": "энь", "ou": "оу",
}  # fmt: skip


def palladius(syllable: str) -> str:
    """One pinyin syllable, without tone and umlaut, in the system of Palladius."""
    if syllable in PALLADIUS_WHOLE:
        return PALLADIUS_WHOLE[syllable]
    initial = next(i for i in PALLADIUS_INITIALS if syllable.startswith(i))
    final = syllable[len(initial) :]
    if initial in "jqx" and final[0] == "u":
        return PALLADIUS_INITIALS[initial] + {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}[final]
    return PALLADIUS_INITIALS[initial] + PALLADIUS_FINALS[final]


def chinese_in_cyrillic(text: str, entity: Entity, rng: random.Random) -> str | None:
    """Си Цзиньпин, Си Цзинь-пин."""
    if (name := _chinese(text, entity, rng)) is None:
        return None
    given = rng.choice(["", "", "-", " "]).join(map(palladius, name[1]))
    return f"{palladius(name[0])} {given}".title()


KANA_INITIALS = ["", "k", "n", "t", "t", "r", "m", "p", "p", "s", "s", "", "ch", "ch", "ch", "k", "t", "p", "h"]
KANA_VOICED = {"k": "g", "t": "d", "p": "b", "ch": "j"}
KANA_VOWELS = [
    "a",
    "e",
    "ya",
    "ye",
    "o",
    "e",
    "yo",
    "ye",
    "o",
    "wa",
    "we",
    "we",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "u",
    "i",
    "i",
]
KANA_FINALS = ["", "ク", "ク", "ク", "ン", "ン", "ン", "ッ", "ル", "ク", "ム", "ル", "ル", "ル", "プ", "ル", "ム", "プ", "プ", "ッ",
               "ッ", "ン", "ッ", "ッ", "ク", "ッ", "プ", "ッ"]  # fmt: skip
KANA_ROWS = {
    "": "アイウエオヤユヨ", "k": "カキクケコ", "g": "ガギグゲゴ", "n": "ナニヌネノ", "t": "タティトゥテト", "d": "ダディドゥデド", "r": "ラリルレロ", "m": "マミムメモ",
    "p": "パピプペポ", "b": "バビブベボ", "s": "サシスセソ", "h": "ハヒフヘホ", "ch": "チャチチュチェチョ", "j": "ジャジジュジェジョ",
}  # fmt: skip


def _kana_of(syllable: str, *, voiced: bool) -> str:
    first, vowel, last = _parts(syllable)
    begin = "k" if first == 0 else KANA_INITIALS[first]
    begin = KANA_VOICED.get(begin, begin) if voiced and first not in (1, 4, 8, 13, 14, 15, 16, 17) else begin
    v = KANA_VOWELS[vowel]
    row: list[str] = re.findall("[^ャュョァィゥェォ][ャュョァィゥェォ]?", KANA_ROWS[begin])
    plain = dict(zip("aiueo", row, strict=False))
    if v[0] == "w":
        small = {"a": "ァ", "i": "ィ", "e": "ェ", "o": "ォ"}[v[1]]
        out = {"": "ワ" if v == "wa" else "ウ" + small, "h": "フ" + small}.get(begin, plain["u"] + small)
    elif v[0] == "y" and begin not in ("ch", "j"):
        out = ({"ya": "ヤ", "yu": "ユ", "yo": "ヨ", "ye": "イェ"}[v] if not begin
               else plain["i"] + {"ya": "ャ", "yu": "ュ", "yo": "ョ", "ye": "ェ"}[v])  # fmt: skip
    else:
        out = plain[v[-1]]
    return out + KANA_FINALS[last]


def korean_in_kana(text: str, entity: Entity, rng: random.Random) -> str | None:
    """キム・ジョンウン."""
    if (name := _korean(text, entity, rng)) is None:
        return None
    surname, given = name
    if len(given) == 2 and _parts(given[0])[2] == 27:
        return None
    first = {"최": "チェ", "이": "リ", "노": "ロ", "유": "ユ"}.get(surname) or _kana_of(surname, voiced=False)
    after = given[:1]
    second = _kana_of(given[0], voiced=rng.random() < 0.6) + "".join(
        _kana_of(s, voiced=_parts(after)[2] in (0, 4, 8, 16, 21)) for s in given[1:]
    )
    return f"{first}{rng.choice('・ ')}{second}"


HANJA_SURNAMES = {
    "김": "金金", "리": "李李", "이": "李李", "박": "朴朴", "최": "崔崔", "정": "鄭郑", "조": "趙赵", "강": "姜康", "윤": "尹尹", "장": "張张",
    "림": "林林", "임": "任任", "한": "韓韩", "오": "吳吴", "서": "徐徐", "신": "申申", "권": "權权", "황": "黃黄", "안": "安安", "송": "宋宋",
    "류": "柳劉", "유": "兪柳", "전": "全田", "홍": "洪洪", "고": "高高", "문": "文文", "량": "梁梁", "손": "孫孙", "배": "裵裴", "백": "白白",
    "허": "許许", "남": "南南", "심": "沈沈", "로": "盧卢", "하": "河河", "구": "具丘", "주": "朱周", "민": "閔闵", "진": "陳陈", "원": "元元",
    "천": "千千", "방": "方方", "공": "孔孔", "현": "玄玄", "함": "咸咸", "변": "邊卞", "염": "廉廉",
}  # fmt: skip
HANJA_GIVEN = {
    "강": "江鋼", "건": "建健", "경": "京慶", "광": "光廣", "국": "國国", "권": "權権", "규": "奎圭", "근": "根根", "금": "錦今", "기": "基起",
    "길": "吉吉", "남": "南男", "대": "大大", "덕": "德徳", "동": "東东", "란": "蘭蘭", "룡": "龍龙", "림": "林林", "만": "萬万", "명": "明命",
    "무": "武武", "문": "文文", "민": "民敏", "병": "炳秉", "복": "福福", "봉": "鳳峰", "산": "山山", "상": "相尚", "석": "石錫", "선": "善仙",
    "성": "成星", "송": "松松", "수": "秀壽", "숙": "淑淑", "순": "順顺", "승": "勝承", "신": "信新", "심": "心心", "애": "愛愛", "양": "陽洋",
    "연": "姸燕", "영": "英永", "옥": "玉玉", "용": "勇龍", "우": "宇雨", "욱": "旭旭", "웅": "雄雄", "원": "元源", "은": "恩銀", "인": "仁寅",
    "일": "日一", "장": "長将", "재": "在才", "정": "正貞", "종": "鍾宗", "주": "柱周", "준": "俊準", "중": "中重", "진": "鎭進", "찬": "贊燦",
    "창": "昌昌", "천": "天千", "철": "哲鐵", "춘": "春春", "충": "忠忠", "태": "泰太", "택": "澤沢", "평": "平平", "필": "弼必", "하": "夏河",
    "학": "學学", "해": "海海", "향": "香香", "혁": "赫革", "현": "賢顯", "호": "浩虎", "홍": "洪弘", "화": "和華", "환": "煥桓", "훈": "勳訓",
    "흥": "興兴", "희": "姬熙", "식": "植植", "운": "雲雲", "윤": "潤潤", "렬": "烈烈", "련": "蓮蓮",
}  # fmt: skip


def hanja(text: str, entity: Entity, rng: random.Random) -> str | None:
    """金正恩, of a name on the list by its Korean reading."""
    if (name := _korean(text, entity, rng)) is None:
        return None
    surname, given = name
    if surname not in HANJA_SURNAMES or any(s not in HANJA_GIVEN for s in given):
        return None
    written = "".join(rng.choice(HANJA_GIVEN[s]) for s in given)
    return f"{rng.choice(HANJA_SURNAMES[surname])}{rng.choice(['', '', ' '])}{written}"


FAMILIES: dict[str, Callable[[str, Entity, random.Random], str | None]] = {
    "hangul": hangul,
    "korean": korean_romanised,
    "han": han,
    "pinyin": pinyin,
    "wade-giles": wade_giles,
    "persian": persian,
    "hebrew": hebrew,
    "thai": thai,
    "kana": kana,
    "kunrei": kunrei,
    "korean, cyrillic": korean_in_cyrillic,
    "chinese, cyrillic": chinese_in_cyrillic,
    "korean, kana": korean_in_kana,
    "korean, hanja": hanja,
}


def cases(entities: Iterable[Entity], *, per_family: int, seed: int) -> Iterator[Case]:
    """Listed names in other writings, up to `per_family` of each family: the lists hold few names of some."""
    pool = list(entities)
    for number, (family, written) in enumerate(FAMILIES.items()):
        rng = random.Random(seed * 1000 + 500 + number)
        made = 0
        names = [(e, n.text) for e in pool for n in e.names if not n.weak and n.text.isascii()]
        for entity, text in rng.sample(names, len(names)):
            query = written(text, entity, rng)
            if query:
                yield Case(family, query, entity.id, entity.type, text)
                made += 1
                if made >= per_family:
                    break


def with_originals_hidden(entities: Iterable[Entity]) -> tuple[list[Entity], list[Case]]:
    """The lists without their Arabic and Cyrillic names, and these as queries where a Latin name remains."""
    out: list[Entity] = []
    queries: list[Case] = []
    for entity in entities:
        latin = tuple(n for n in entity.names if script_of(n.text) == "Latn")
        others = [n for n in entity.names if script_of(n.text) in ("Arab", "Cyrl") and not n.weak]
        if latin and others:
            families = {"Arab": "arabic", "Cyrl": "cyrillic (UN)"}
            queries += [Case(families[script_of(n.text)], n.text, entity.id, entity.type, entity.name) for n in others]
            entity = replace(entity, names=latin)  # noqa: PLW2901
        out.append(entity)
    return out, queries
