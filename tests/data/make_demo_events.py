"""Writes the events of `streamer demo`: a month of ordinary payroll and payments, and those written by hand.

    python tests/data/make_demo_events.py

The ordinary ones come from the tables below by a seeded generator; the same tables and seed give the same
bytes. The others, planted for a story or as a trap that must stay clean, are read from `demo_by_hand.jsonl`
beside this file. Both are merged by event time into `streamer/data/demo/{payments,payrolls}.jsonl`. Names,
persons and account numbers are made up; banks and their codes are those of the countries named.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

HERE: Final = Path(__file__).parent
SHIPPED: Final = HERE.parents[1] / "streamer" / "data" / "demo"
SEED: Final = 20261102

Json = dict[str, Any]


# ---------------------------------------------------------------- banks and accounts


@dataclass(frozen=True, slots=True)
class Bank:
    bic: str
    name: str
    code: str
    """National bank (and branch) code as it stands in account numbers; the routing number in the USA."""


BANKS: Final[dict[str, tuple[Bank, ...]]] = {
    "AE": (Bank("EBILAEAD", "Emirates NBD", "026"), Bank("ADCBAEAA", "Abu Dhabi Commercial Bank", "003")),
    "AT": (Bank("GIBAATWW", "Erste Bank", "20111"), Bank("RLNWATWW", "Raiffeisenlandesbank NÖ-Wien", "32000")),
    "AU": (Bank("CTBAAU2S", "Commonwealth Bank of Australia", "062000"), Bank("NATAAU33", "NAB", "083004")),
    "BE": (Bank("KREDBEBB", "KBC", "737"), Bank("GKCCBEBB", "Belfius", "063")),
    "BG": (Bank("UNCRBGSF", "UniCredit Bulbank", "UNCR7000"),),
    "BR": (Bank("ITAUBRSP", "Itaú Unibanco", "341"), Bank("BRASBRRJ", "Banco do Brasil", "001")),
    "CA": (Bank("ROYCCAT2", "Royal Bank of Canada", "000300002"), Bank("TDOMCATT", "TD Canada Trust", "000410202")),
    "CH": (Bank("UBSWCHZH80A", "UBS Switzerland", "00230"), Bank("ZKBKCHZZ80A", "Zürcher Kantonalbank", "00700")),
    "CL": (Bank("BCHICLRM", "Banco de Chile", "001"),),
    "CN": (Bank("ICBKCNBJSZN", "ICBC Shenzhen", "4000"), Bank("CMBCCNBS", "China Merchants Bank", "7559")),
    "CO": (Bank("COLOCOBM", "Bancolombia", "007"),),
    "CZ": (Bank("KOMBCZPP", "Komerční banka", "0100"),),
    "DE": (
        Bank("DEUTDEFF", "Deutsche Bank", "50070010"),
        Bank("COBADEFF", "Commerzbank", "50040000"),
        Bank("NTSBDEB1", "N26", "10011001"),
        Bank("SSKMDEMM", "Stadtsparkasse München", "70150000"),
    ),
    "DK": (Bank("DABADKKK", "Danske Bank", "3000"),),
    "EE": (Bank("EEUHEE2X", "SEB Pank", "10"),),
    "EG": (Bank("CIBEEGCX", "Commercial International Bank", "00100001"),),
    "ES": (Bank("CAIXESBB", "CaixaBank", "21000418"), Bank("BBVAESMM", "BBVA", "01821234")),
    "FI": (Bank("NDEAFIHH", "Nordea", "123930"), Bank("OKOYFIHH", "OP", "500015")),
    "FR": (
        Bank("BNPAFRPP", "BNP Paribas", "3000400003"),
        Bank("SOGEFRPP", "Société Générale", "3000303040"),
        Bank("CRLYFRPP", "LCL", "3000204210"),
    ),
    "GB": (
        Bank("NWBKGB2L", "NatWest", "NWBK601613"),
        Bank("BARCGB22", "Barclays", "BARC200000"),
        Bank("LOYDGB2L", "Lloyds Bank", "LOYD309634"),
        Bank("MIDLGB22", "HSBC UK", "HBUK401276"),
    ),
    "GR": (Bank("ETHNGRAA", "National Bank of Greece", "0110125"),),
    "HK": (Bank("HSBCHKHHHKH", "HSBC Hong Kong", "004"), Bank("BKCHHKHH", "Bank of China (Hong Kong)", "012")),
    "HU": (Bank("OTPVHUHB", "OTP Bank", "11773016"),),
    "ID": (Bank("CENAIDJA", "Bank Central Asia", "014"),),
    "IE": (Bank("AIBKIE2D", "Allied Irish Banks", "AIBK931152"), Bank("BOFIIE2D", "Bank of Ireland", "BOFI900017")),
    "IL": (Bank("LUMIILIT", "Bank Leumi", "010800"),),
    "IN": (Bank("HDFCINBB", "HDFC Bank", "HDFC0000060"), Bank("SBININBB", "State Bank of India", "SBIN0000691")),
    "IT": (Bank("BCITITMM", "Intesa Sanpaolo", "0306909606"), Bank("UNCRITMM", "UniCredit", "0200805364")),
    "JP": (Bank("BOTKJPJT", "MUFG Bank", "0005"), Bank("SMBCJPJT", "Sumitomo Mitsui Banking", "0009")),
    "KE": (Bank("EQBLKENA", "Equity Bank Kenya", "068"),),
    "KR": (Bank("SHBKKRSE", "Shinhan Bank", "110"), Bank("CZNBKRSE", "KB Kookmin Bank", "004")),
    "LT": (Bank("CBVILT2X", "SEB bankas", "70440"),),
    "LV": (Bank("HABALV22", "Swedbank Latvia", "HABA0551"),),
    "MX": (Bank("BCMRMXMM", "BBVA México", "012180"),),
    "NG": (Bank("GTBINGLA", "Guaranty Trust Bank", "058"),),
    "NL": (Bank("ABNANL2A", "ABN AMRO", "ABNA"), Bank("INGBNL2A", "ING", "INGB"), Bank("RABONL2U", "Rabobank", "RABO")),
    "NO": (Bank("DNBANOKK", "DNB", "1503"),),
    "NZ": (Bank("ANZBNZ22", "ANZ New Zealand", "010505"), Bank("BKNZNZ22", "Bank of New Zealand", "020500")),
    "PE": (Bank("BCPLPEPL", "Banco de Crédito del Perú", "002"),),
    "PH": (Bank("BOPIPHMM", "Bank of the Philippine Islands", "001"),),
    "PK": (Bank("HABBPKKA", "Habib Bank", "HABB"),),
    "PL": (Bank("BREXPLPW", "mBank", "11402004"), Bank("BPKOPLPW", "PKO Bank Polski", "10205558")),
    "PT": (Bank("CGDIPTPL", "Caixa Geral de Depósitos", "00350651"), Bank("BCOMPTPL", "Millennium bcp", "00330000")),
    "RO": (Bank("BTRLRO22", "Banca Transilvania", "BTRL"),),
    "SA": (Bank("RJHISARI", "Al Rajhi Bank", "80"),),
    "SE": (Bank("ESSESESS", "SEB", "500"), Bank("HANDSESS", "Handelsbanken", "600")),
    "SG": (Bank("DBSSSGSG", "DBS Bank", "7171"), Bank("OCBCSGSG", "OCBC Bank", "7339")),
    "TH": (Bank("BKKBTHBK", "Bangkok Bank", "002"),),
    "TR": (Bank("TGBATRIS", "Garanti BBVA", "000620"),),
    "TW": (Bank("ESUNTWTP", "E.SUN Commercial Bank", "808"),),
    "UA": (Bank("PBANUA2X", "PrivatBank", "305299"),),
    "US": (
        Bank("CHASUS33", "JPMorgan Chase Bank", "021000021"),
        Bank("BOFAUS3N", "Bank of America", "026009593"),
        Bank("WFBIUS6S", "Wells Fargo Bank", "121000248"),
    ),
    "VN": (Bank("BFTVVNVX", "Vietcombank", "203"),),
    "ZA": (Bank("FIRNZAJJ", "First National Bank", "250655"),),
}

# How the rest of the account number looks behind `code`: digits ("d"), letters or digits ("c").
IBAN_TAILS: Final = {
    "AE": "d16", "AT": "d11", "BG": "c10", "CH": "d12", "CZ": "d16", "DE": "d10", "DK": "d10", "EE": "d14",
    "EG": "d17", "FI": "d8", "GB": "d8", "GR": "d16", "HU": "d16", "IE": "d8", "IL": "d13", "LT": "d11",
    "LV": "d9", "NL": "d10", "NO": "d7", "PK": "d16", "PL": "d16", "PT": "d13", "RO": "c16", "SA": "d18",
    "SE": "d17", "TR": "d16", "UA": "d19",
}  # fmt: skip
DOMESTIC_DIGITS: Final = {
    "AU": 9, "BR": 9, "CA": 7, "CL": 10, "CN": 15, "CO": 11, "HK": 9, "ID": 10, "IN": 12, "JP": 7, "KE": 13,
    "KR": 12, "MX": 11, "NG": 10, "NZ": 9, "PE": 12, "PH": 10, "SG": 9, "TH": 10, "TW": 12, "US": 10, "VN": 10,
    "ZA": 10,
}  # fmt: skip


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def mod97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97


def iban(country: str, bban: str) -> str:
    """ISO 13616: two check digits that make the rearranged number 1 modulo 97."""
    return f"{country}{98 - mod97(bban + country + '00'):02d}{bban}"


def bban(rng: random.Random, country: str, code: str) -> str:
    match country:
        case "BE":  # bank and account modulo 97, 97 for none
            body = code + digits(rng, 7)
            return f"{body}{int(body) % 97 or 97:02d}"
        case "FR":  # clé RIB; account numbers of digits only
            account = digits(rng, 11)
            key = 97 - (89 * int(code[:5]) + 15 * int(code[5:]) + 3 * int(account)) % 97
            return f"{code}{account}{key:02d}"
        case "ES":  # dígitos de control, one for bank and branch, one for the account
            account = digits(rng, 10)
            weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
            controls = [
                11 - sum(w * int(d) for w, d in zip(weights, part, strict=True)) % 11 for part in ("00" + code, account)
            ]
            return code + "".join({10: "1", 11: "0"}.get(c, str(c)) for c in controls) + account
        case "IT":
            return rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + code + digits(rng, 12)
        case "BR":
            raise ValueError("BR: domestic numbers only")
    tail = IBAN_TAILS[country]
    letters = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ" if tail[0] == "c" else "0123456789"
    return code + "".join(rng.choice(letters) for _ in range(int(tail[1:])))


def account_at(rng: random.Random, country: str) -> tuple[Json, Json]:
    """(account, agent) at one of the country's banks."""
    bank = rng.choice(BANKS[country])
    agent: Json = {"bic": bank.bic, "name": bank.name}
    if country in DOMESTIC_DIGITS:
        number = digits(rng, DOMESTIC_DIGITS[country])
        if country == "US":
            agent["clearing_member_id"] = f"USABA{bank.code}"
        elif country in ("IN", "CA"):
            agent["clearing_member_id"] = bank.code
        else:
            number = bank.code + number
        return {"other": number}, agent
    return {"iban": iban(country, bban(rng, country, bank.code))}, agent


# ---------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class People:
    """Given and family names, and where people live: (street, postcode, town)."""

    given: str
    family: str
    homes: tuple[tuple[str, str, str], ...]
    dial: str
    latin: dict[str, str] = field(default_factory=dict)
    """Native word -> Latin, for e-mail addresses and bank records."""
    family_first: bool = False

    def pair(self, rng: random.Random) -> tuple[str, str]:
        return rng.choice(self.given.split()), rng.choice(self.family.split())


PEOPLE: Final[dict[str, People]] = {
    "SE": People(
        "Elin Oskar Maja Gustav Ebba Viktor Saga Albin Wilma Hugo",
        "Lindqvist Åkesson Nyström Bergvall Sjöberg Hedlund Dahlgren Ekström",
        (
            ("Linnégatan 48", "413 08", "Göteborg"),
            ("Storgatan 12", "431 30", "Mölndal"),
            ("Kaserntorget 6", "411 18", "Göteborg"),
        ),
        "+4670",
    ),
    "DE": People(
        "Katharina Jonas Miriam Sebastian Anneliese Tobias Ulrike Benedikt Franziska Hannes",
        "Baumgartner Schlüter Vogelsang Kowalski Brandhuber Öztürk Reinhardt Pfeiffer Lobmeyer",
        (
            ("Lindwurmstraße 77", "80337", "München"),
            ("Hauptstr. 9", "85586", "Poing"),
            ("Rosenheimer Straße 141", "81671", "München"),
        ),
        "+49151",
    ),
    "GB": People(
        "Imogen Callum Priya Rhys Beatrice Kwame Fiona Alistair Harriet Dominic",
        "Whitcombe Osei Pritchard Farrell Desai Hollingworth Macrae Tindall Abbott Nwachukwu",
        (
            ("14 Clifton Vale", "BS8 4PT", "Bristol"),
            ("Flat 3, 22 Gloucester Road", "BS7 8AE", "Bristol"),
            ("5 Mill Lane", "BA1 2QB", "Bath"),
        ),
        "+447700",
    ),
    "ES": People(
        "Lucía Álvaro Nerea Iñaki Rocío Gonzalo Amparo Jordi Montserrat Rubén",
        "Ibáñez Arrieta Castellanos Puig Zubiri Montero Vilanova Escudero Lacruz",
        (("Calle Alfonso I 23", "50003", "Zaragoza"), ("Paseo de la Constitución 4", "50008", "Zaragoza")),
        "+34612",
    ),
    "PT": People(
        "Inês Duarte Matilde Gonçalo Leonor Tiago Beatriz Rui",
        "Ferreira Moura Carvalhal Teixeira Figueiredo Azevedo Quintela",
        (("Rua de Cedofeita 210", "4050-174", "Porto"), ("Av. da República 755", "4430-201", "Vila Nova de Gaia")),
        "+35191",
    ),
    "PL": People(
        "Agnieszka Bartosz Małgorzata Tomasz Zofia Krzysztof Wioletta Łukasz",
        "Jabłoński Wiśniewska Kaczmarek Szymańska Dąbrowski Zając Gołębiowska",
        (("ul. Piotrkowska 112/8", "90-006", "Łódź"), ("ul. Długa 31", "31-147", "Kraków")),
        "+48601",
    ),
    "UA": People(
        "Оксана Дмитро Соломія Андрій Галина Тарас Юлія",
        "Шевчук Коваленко Бойко Гнатюк Мельничук Лисенко",
        (("вул. Антоновича 44", "03150", "Київ"), ("просп. Свободи 17", "79000", "Львів")),
        "+38067",
        {
            "Оксана": "Oksana",
            "Дмитро": "Dmytro",
            "Соломія": "Solomiia",
            "Андрій": "Andrii",
            "Галина": "Halyna",
            "Тарас": "Taras",
            "Юлія": "Yuliia",
            "Шевчук": "Shevchuk",
            "Коваленко": "Kovalenko",
            "Бойко": "Boiko",
            "Гнатюк": "Hnatiuk",
            "Мельничук": "Melnychuk",
            "Лисенко": "Lysenko",
        },
    ),
    "US": People(
        "Madison Tyrone Guadalupe Ethan Shanice Caleb Rosalind Darnell Hailey Winston",
        "Kirkland Delgado Washington Pham Oberholtzer Castañeda Whitlock Redfern Jefferson Sandoval",
        (
            ("2208 Bluebonnet Ln", "78704", "Austin"),
            ("917 E 38th St Apt 4", "78705", "Austin"),
            ("4410 Duval Rd", "78759", "Austin"),
        ),
        "+1512555",
    ),
    "BR": People(
        "Thaís Rodrigo Camila Leandro Juliana Vinícius Fernanda",
        "Nogueira Sampaio Cavalcanti Peixoto Bittencourt Guimarães",
        (
            ("Rua Augusta 1508, ap. 62", "01304-001", "São Paulo"),
            ("Av. Afonso Pena 3111", "30130-008", "Belo Horizonte"),
        ),
        "+55119",
    ),
    "IN": People(
        "Ananya Rohan Lakshmi Vikram Deepika Arjun Meenakshi Suresh Kavitha Imran",
        "Venkataraman Deshpande Chatterjee Nair Kulkarni Reddy Bhattacharya Qureshi Pillai",
        (
            ("12, 4th Cross, Indiranagar", "560038", "Bengaluru"),
            ("Flat 7B, Hill Road, Bandra West", "400050", "Mumbai"),
        ),
        "+919845",
    ),
    "PK": People(
        "Ayesha Bilal Sana Usman Hina",
        "Siddiqui Chaudhry Mirza Baloch",
        (("House 18, Street 5, Gulberg III", "54660", "Lahore"),),
        "+92300",
    ),
    "PH": People(
        "Maricel Jun-Jun Rosario Danilo Cherry",
        "Dimaculangan Bautista Villanueva Macaraeg Salonga",
        (("88 Katipunan Avenue", "1108", "Quezon City"),),
        "+63917",
    ),
    "EG": People(
        "منى كريم هبة طارق",
        "الشربيني حجازي البدري سليمان",
        (("شارع طلعت حرب 21", "11511", "القاهرة"),),
        "+20100",
        {
            "منى": "Mona",
            "كريم": "Karim",
            "هبة": "Heba",
            "طارق": "Tarek",
            "الشربيني": "ElSherbiny",
            "حجازي": "Hegazy",
            "البدري": "ElBadry",
            "سليمان": "Soliman",
        },
    ),
    "VN": People(
        "Thảo Đức Hương Tuấn Ngọc",
        "Nguyễn Trần Phạm Vũ Đặng",
        (("215 Nguyễn Trãi", "700000", "Thành phố Hồ Chí Minh"), ("18 Phố Huế", "100000", "Hà Nội")),
        "+8490",
        family_first=True,
    ),
    "JP": People(
        "美咲 健太 由美子 翔太 さくら 大輔",
        "山田 渡辺 小林 高橋 井上",
        (("北区梅田3-1-1", "530-0001", "大阪市"), ("中央区難波5-2", "542-0076", "大阪市")),
        "+8190",
        {
            "美咲": "Misaki",
            "健太": "Kenta",
            "由美子": "Yumiko",
            "翔太": "Shota",
            "さくら": "Sakura",
            "大輔": "Daisuke",
            "山田": "Yamada",
            "渡辺": "Watanabe",
            "小林": "Kobayashi",
            "高橋": "Takahashi",
            "井上": "Inoue",
        },
        family_first=True,
    ),
    "KR": People(
        "지훈 서연 민준 하은 도윤 수아",
        "김 박 최 정 윤 강",
        (("강남구 테헤란로 152", "06236", "서울특별시"), ("해운대구 센텀중앙로 97", "48058", "부산광역시")),
        "+8210",
        {
            "지훈": "Jihoon",
            "서연": "Seoyeon",
            "민준": "Minjun",
            "하은": "Haeun",
            "도윤": "Doyoon",
            "수아": "Sua",
            "김": "Kim",
            "박": "Park",
            "최": "Choi",
            "정": "Jung",
            "윤": "Yoon",
            "강": "Kang",
        },
        family_first=True,
    ),
    "GR": People(
        "Ελένη Γιώργος Δέσποινα Νίκος",
        "Παπαδοπούλου Καραγιάννης Βλάχος Αντωνίου",
        (("Ερμού 45", "105 63", "Αθήνα"),),
        "+30694",
        {
            "Ελένη": "Eleni",
            "Γιώργος": "Giorgos",
            "Δέσποινα": "Despina",
            "Νίκος": "Nikos",
            "Παπαδοπούλου": "Papadopoulou",
            "Καραγιάννης": "Karagiannis",
            "Βλάχος": "Vlachos",
            "Αντωνίου": "Antoniou",
        },
    ),
    "NG": People(
        "Chidinma Babatunde Folasade Emeka Ngozi Yakubu",
        "Okafor Adeyemi Balogun Eze Ogunleye",
        (("9 Admiralty Way, Lekki Phase 1", "106104", "Lagos"),),
        "+234803",
    ),
    "KE": People(
        "Wanjiru Otieno Achieng Kipchoge",
        "Kamau Mwangi Odhiambo Cheruiyot",
        (("Ngong Road 310", "00505", "Nairobi"),),
        "+254722",
    ),
    "FR": People(
        "Camille Théo Solène Baptiste Maëlys Aurélien",
        "Delacroix Lefebvre Chevallier Moreau-Vidal Guérin",
        (("27 rue Mercière", "69002", "Lyon"), ("8 allée des Tilleuls", "38000", "Grenoble")),
        "+33612",
    ),
    "MX": People(
        "Ximena Emiliano Guadalupe Rodrigo",
        "Villaseñor Cárdenas Olvera Zamudio",
        (("Av. Chapultepec Sur 284", "44160", "Guadalajara"),),
        "+5233",
    ),
}
CURRENCY: Final = {
    "AE": "AED", "AU": "AUD", "BG": "BGN", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CL": "CLP", "CN": "CNY",
    "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP", "GB": "GBP", "HK": "HKD", "HU": "HUF", "ID": "IDR",
    "IL": "ILS", "IN": "INR", "JP": "JPY", "KE": "KES", "KR": "KRW", "MX": "MXN", "NG": "NGN", "NO": "NOK",
    "NZ": "NZD", "PE": "PEN", "PH": "PHP", "PK": "PKR", "PL": "PLN", "RO": "RON", "SA": "SAR", "SE": "SEK",
    "SG": "SGD", "TH": "THB", "TR": "TRY", "TW": "TWD", "UA": "UAH", "US": "USD", "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
"""Of the country; EUR where absent."""
PER_EURO: Final = {
    "AED": 4, "AUD": 1.7, "BGN": 1.96, "BRL": 6, "CAD": 1.5, "CHF": 0.95, "CLP": 1050, "CNY": 8, "COP": 4600,
    "CZK": 25, "DKK": 7.5, "EGP": 52, "GBP": 0.85, "HKD": 9, "HUF": 395, "IDR": 18000, "ILS": 4, "INR": 96,
    "JPY": 165, "KES": 145, "KRW": 1550, "MXN": 21, "NGN": 1700, "NOK": 11.7, "NZD": 1.9, "PEN": 4, "PHP": 64,
    "PKR": 310, "PLN": 4.3, "RON": 5, "SAR": 4.2, "SEK": 11.3, "SGD": 1.5, "THB": 38, "TRY": 40, "TWD": 35,
    "UAH": 45, "USD": 1.1, "VND": 27500, "ZAR": 20,
}  # fmt: skip
WHOLE_ONLY: Final = {"JPY", "KRW", "VND", "CLP", "IDR", "COP", "HUF"}


def amount(rng: random.Random, euros: float, currency: str) -> str:
    value = rng.lognormvariate(0, 0.35) * euros * PER_EURO.get(currency, 1.0)
    return f"{value:.0f}" if currency in WHOLE_ONLY else f"{value:.2f}"


# ---------------------------------------------------------------- companies


@dataclass(frozen=True, slots=True)
class Employer:
    name: str
    country: str
    street: str
    postcode: str
    town: str
    domain: str
    prefix: str
    """Of its workers' numbers."""
    staff: tuple[tuple[str, int], ...]
    """Country the workers live and are paid in -> how many."""
    tenant: str = "harbour-payroll"
    contractors: bool = False
    registration: str | None = None


EMPLOYERS: Final = (
    Employer(
        "Lindqvist Marinteknik AB",
        "SE",
        "Lindholmspiren 5",
        "417 56",
        "Göteborg",
        "lindqvist-marin.example",
        "LM",
        (("SE", 8),),
        registration="556712-4309",
    ),
    Employer(
        "Baumgartner Präzisionsteile GmbH",
        "DE",
        "Gewerbering 14",
        "85586",
        "Poing",
        "baumgartner-teile.example",
        "BP",
        (("DE", 9),),
        registration="HRB 148220",
    ),
    Employer(
        "Cedar & Finch Architects Ltd",
        "GB",
        "41 Queen Square",
        "BS1 4QP",
        "Bristol",
        "cedarfinch.example",
        "CF",
        (("GB", 9),),
        registration="08841277",
    ),
    Employer(
        "Compañía Textil del Ebro S.A.",
        "ES",
        "Polígono Malpica, calle D 61",
        "50016",
        "Zaragoza",
        "textilebro.example",
        "TE",
        (("ES", 8),),
        registration="A50118842",
    ),
    Employer(
        "Bluestem Software, Inc.",
        "US",
        "600 Congress Ave, Suite 1400",
        "78701",
        "Austin",
        "bluestem.example",
        "BS",
        (("US", 9),),
        registration="0803442917",
    ),
    Employer(
        "Bluestem Software, Inc.",
        "US",
        "600 Congress Ave, Suite 1400",
        "78701",
        "Austin",
        "bluestem.example",
        "BSC",
        (("BR", 3), ("IN", 5), ("PL", 3), ("UA", 3), ("VN", 3), ("NG", 2), ("KE", 2), ("MX", 2), ("PH", 2)),
        contractors=True,
        registration="0803442917",
    ),
    Employer(
        "株式会社さくら食品", "JP", "北区中之島2-3-18", "530-0005", "大阪市", "sakura-foods.example", "SF", (("JP", 6),)
    ),
    Employer(
        "Hanbit Precision Co., Ltd.",
        "KR",
        "Teheran-ro 152, Gangnam-gu",
        "06236",
        "Seoul",
        "hanbit-precision.example",
        "HB",
        (("KR", 8),),
        registration="220-81-62517",
    ),
    Employer(
        "Ferreira & Moura, Lda.",
        "PT",
        "Rua do Almada 306",
        "4050-032",
        "Porto",
        "ferreiramoura.example",
        "FM",
        (("PT", 5),),
        registration="508221904",
    ),
    Employer(
        "Al Noor Contracting LLC",
        "AE",
        "Office 1104, Sheikh Zayed Road",
        "",
        "Dubai",
        "alnoor-contracting.example",
        "AN",
        (("IN", 3), ("PK", 3), ("EG", 3), ("PH", 2)),
        registration="CN-1183420",
    ),
    Employer(
        "Fromagerie du Vercors SAS",
        "FR",
        "2 place du Marché",
        "38250",
        "Villard-de-Lans",
        "fromagerie-vercors.example",
        "FV",
        (("FR", 5), ("GR", 2)),
        registration="44821190300017",
    ),
)


@dataclass(frozen=True, slots=True)
class Supplier:
    name: str
    country: str
    place: str
    """Street, postcode, town; `|` between them."""
    sells: str
    euros: float


SUPPLIERS: Final = (
    Supplier(
        "Grohmann Verpackungen GmbH & Co. KG", "DE", "Industriestraße 22|74321|Bietigheim-Bissingen", "Kartonagen", 2400
    ),
    Supplier("Papeteries du Rhône SAS", "FR", "17 quai Jules Courmont|69002|Lyon", "fournitures de bureau", 640),
    Supplier("Officina Meccanica Bertolini S.r.l.", "IT", "Via Emilia Est 1142|41126|Modena", "alberi a camme", 8800),
    Supplier("Van der Heijden Transport B.V.", "NL", "Waalhaven Z.z. 19|3089 JH|Rotterdam", "haulage", 1850),
    Supplier("Jabłoński Logistyka Sp. z o.o.", "PL", "ul. Magazynowa 7|90-301|Łódź", "transport drogowy", 1200),
    Supplier("株式会社山田製作所", "JP", "東大阪市高井田4-9|577-0053|大阪府", "部品", 15200),
    Supplier("(주)한솔전자", "KR", "부천시 평천로 655|14502|경기도", "커넥터", 9700),
    Supplier("深圳市明辉五金有限公司", "CN", "宝安区西乡街道共和工业路12号|518102|深圳市", "螺丝 M4", 5300),
    Supplier("Harrogate Stationers plc", "GB", "8 Parliament Street|HG1 2RL|Harrogate", "stationery", 310),
    Supplier("Ελαιώνες Μεσσηνίας Α.Ε.", "GR", "Αριστομένους 60|241 00|Καλαμάτα", "ελαιόλαδο", 3900),
    Supplier("Родопи Млечни Продукти ООД", "BG", "ул. Васил Левски 12|4700|Смолян", "сирене", 2700),
    Supplier("ТОВ «Карпатська деревина»", "UA", "вул. Галицька 88|76000|Івано-Франківськ", "пиломатеріали", 6100),
    Supplier("شركة النخيل للتوريدات الغذائية", "SA", "طريق الملك فهد 7112|12333|الرياض", "تمور", 4200),
    Supplier('מאפיית הגליל בע"מ', "IL", "רחוב הרצל 18|2410101|עכו", "לחם", 900),
    Supplier("บริษัท สยามไหมไทย จำกัด", "TH", "ถนนพระราม 4 เลขที่ 989|10330|กรุงเทพมหานคร", "ผ้าไหม", 3300),
    Supplier("Công ty TNHH Nội thất Bình Minh", "VN", "45 Lê Lợi|700000|Thành phố Hồ Chí Minh", "bàn ghế", 2900),
    Supplier(
        "Anadolu Cıvata Sanayi ve Ticaret A.Ş.", "TR", "İkitelli OSB, Metal-İş 12. Blok|34490|İstanbul", "cıvata", 4600
    ),
    Supplier("Kovářství Novák s.r.o.", "CZ", "Dlouhá 33|602 00|Brno", "kované díly", 1700),
    Supplier("Duna Nyomda Kft.", "HU", "Váci út 140|1138|Budapest", "nyomtatás", 820),
    Supplier("Maramureș Lemn SRL", "RO", "Strada Victoriei 9|430122|Baia Mare", "cherestea", 2300),
    Supplier("Skog & Fjell Utstyr AS", "NO", "Thereses gate 14|0358|Oslo", "verneutstyr", 1400),
    Supplier("Nordhavn Kaffe ApS", "DK", "Århusgade 88|2100|København Ø", "kaffebønner", 520),
    Supplier("Keski-Suomen Terästyö Oy", "FI", "Vasarakatu 21|40320|Jyväskylä", "teräsrungot", 7400),
    Supplier("Tartu Andmekeskus OÜ", "EE", "Riia 185|51014|Tartu", "hosting", 480),
    Supplier("Daugava Shipping Agency SIA", "LV", "Eksporta iela 15|LV-1045|Rīga", "port dues", 3100),
    Supplier("UAB Neris Optika", "LT", "Konstitucijos pr. 7|09308|Vilnius", "lenses", 2600),
    Supplier("Bossard & Fils Horlogerie SA", "CH", "Rue de la Serre 66|2300|La Chaux-de-Fonds", "movements", 11800),
    Supplier("Wiener Notenstich Verlag e.U.", "AT", "Mariahilfer Straße 101|1060|Wien", "Noten", 230),
    Supplier("Brouwerij De Kroon N.V.", "BE", "Beekstraat 20|9000|Gent", "bier", 1100),
    Supplier("Glenmorrow Woollen Mills Ltd", "GB", "Mill Road|TD1 3LR|Galashiels", "tweed", 3600),
    Supplier("Ballyvaughan Seafoods DAC", "IE", "The Pier|H91 C7VK|Ballyvaughan", "oysters", 1900),
    Supplier("Lone Star Office Cleaning LLC", "US", "3300 Industrial Oaks Blvd|78735|Austin", "cleaning October", 1450),
    Supplier("Prairie Cloud Hosting Corp.", "US", "210 N 14th St|68508|Lincoln", "servers", 6800),
    Supplier("Maple Ridge Analytics Inc.", "CA", "1055 W Hastings St|V6E 2E9|Vancouver", "data subscription", 2200),
    Supplier("Cafetal Los Andes S.A.S.", "CO", "Carrera 23 # 62-16|170004|Manizales", "café verde", 5200),
    Supplier("Viñedos del Maipo Ltda.", "CL", "Camino Viejo 1190|9540000|Buin", "vino", 4800),
    Supplier(
        "Metalúrgica São Bento Ltda.", "BR", "Rua das Indústrias 450|89280-000|São Bento do Sul", "peças fundidas", 6900
    ),
    Supplier("Textiles Arequipa S.A.C.", "PE", "Calle Mercaderes 212|04001|Arequipa", "lana de alpaca", 3700),
    Supplier("Karoo Rooibos Traders (Pty) Ltd", "ZA", "12 Voortrekker Street|7130|Clanwilliam", "rooibos", 2100),
    Supplier("Rift Valley Blooms Ltd", "KE", "Moi South Lake Road|20117|Naivasha", "cut roses", 2500),
    Supplier("Adeyemi & Sons Printing Ltd", "NG", "27 Allen Avenue|100281|Ikeja", "calendars", 700),
    Supplier(
        "Sundaram Castings Private Limited",
        "IN",
        "Plot 14, SIDCO Industrial Estate|641021|Coimbatore",
        "castings",
        7700,
    ),
    Supplier("PT Rotan Nusantara", "ID", "Jl. Raya Serpong 55|15310|Tangerang", "rattan", 2800),
    Supplier("Cebu Fine Crafts Corporation", "PH", "A.S. Fortuna Street|6014|Mandaue", "lamps", 1600),
    Supplier("Tanjong Freight Pte. Ltd.", "SG", "10 Anson Road #21-07|079903|Singapore", "forwarding", 3400),
    Supplier("Kowloon Watch Straps Limited", "HK", "Unit 9, 22 Hung To Road|Kwun Tong|Hong Kong", "straps", 1300),
    Supplier("台灣新竹光電股份有限公司", "TW", "力行路21號|300|新竹市", "LED", 8300),
    Supplier("Murrumbidgee Almonds Pty Ltd", "AU", "114 Kidman Way|2680|Griffith", "almonds", 5600),
    Supplier("Waikato Dairy Partners Limited", "NZ", "30 Victoria Street|3204|Hamilton", "milk powder", 9900),
    Supplier("Daehan Bearing Industrial Co., Ltd.", "KR", "Noksansandan 335-ro 10|46753|Busan", "bearings", 7200),
)

REMITTANCES: Final = (
    "Invoice {n}", "INV-{n} {what}", "Rechnung Nr. {n} vom {day}", "Facture {n} / cde {m}", "PO {m}, invoice {n}",
    "RF18 {n} {m}", "Order {m} {what}", "Fattura n. {n}/2026", "Factura {n}", "Faktura {n}", "{what}, {day}",
    "/INV/{n}//{what}", "Deposit 30 pct PO {m}", "Balance 70 pct PO {m} {what}",
)  # fmt: skip
TREASURY_TENANT: Final = "meridian-treasury"


# ---------------------------------------------------------------- events


def moment(day: date, rng: random.Random, first_hour: int = 7, last_hour: int = 18) -> str:
    at = datetime(day.year, day.month, day.day, rng.randrange(first_hour, last_hour), tzinfo=UTC)
    return (at + timedelta(seconds=rng.randrange(3600))).isoformat().replace("+00:00", "Z")


def latin(people: People, word: str) -> str:
    return people.latin.get(word, word)


def plain(text: str) -> str:
    """Letters for an e-mail address."""
    table = str.maketrans("áàâãäåéèêëíïîóôõöúüçñşğłśžźżćńęąđĐŚŁÅÖÁÍ", "aaaaaaeeeeiiioooouucnsglszzzcneaddslaoai")
    return "".join(c for c in text.lower().translate(table) if c.isascii() and c.isalnum())


def address(street: str, postcode: str, town: str, country: str) -> Json:
    parts = {"street": street, "postcode": postcode, "town": town, "country": country}
    return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class Hand:
    """One worker of one employer, with the account he is paid into."""

    employer: Employer
    country: str
    party: Json
    account: Json
    agent: Json
    holder: str
    euros: float
    started: date


def workforce(rng: random.Random) -> list[Hand]:
    hands: list[Hand] = []
    taken: set[str] = set()
    for employer in EMPLOYERS:
        number = rng.randrange(1000, 4000)
        for country, count in employer.staff:
            for _ in range(count):
                number += rng.randrange(1, 40)
                hands.append(_hand(rng, employer, country, number, taken))
    return hands


def _hand(rng: random.Random, employer: Employer, country: str, number: int, taken: set[str]) -> Hand:
    people = PEOPLE[country]
    while True:
        given, family = people.pair(rng)
        native = f"{family} {given}" if people.family_first else f"{given} {family}"
        if native not in taken:
            taken.add(native)
            break
    roman = f"{latin(people, given)} {latin(people, family)}"
    # Payroll systems keep the name as the employer writes it; banks mostly keep Latin letters.
    written = native if country == employer.country or rng.random() < 0.4 else roman
    street, postcode, town = rng.choice(people.homes)
    account, agent = account_at(rng, country)
    party: Json = {
        "worker_id": f"{employer.prefix}-{number}",
        "name": written,
        "type": "person",
        "address": address(street, postcode, town, country),
        "country_of_residence": country,
        "email": f"{plain(latin(people, given))}.{plain(latin(people, family))}@{employer.domain}",
    }
    if rng.random() < 0.6:
        born = date(1962, 1, 1) + timedelta(days=rng.randrange(41 * 365))
        party["birth_date"] = born.isoformat()
    if rng.random() < 0.35:
        party["phone"] = people.dial + digits(rng, 7 if len(people.dial) < 6 else 4)
    if rng.random() < 0.2:
        party["identifiers"] = [{"kind": "tax", "value": digits(rng, 11), "country": country}]
    started = date(2017, 1, 1) + timedelta(days=rng.randrange(9 * 365))
    holder = roman if rng.random() < 0.8 else roman.upper()
    return Hand(employer, country, party, account, agent, holder, rng.uniform(1500, 4200), started)


class Numbers:
    """Ids as such systems hand them out: by date, counted up."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._counters: dict[str, int] = {}

    def next(self, prefix: str, width: int = 5) -> str:
        self._counters[prefix] = self._counters.get(prefix, self._rng.randrange(100, 900)) + self._rng.randrange(1, 7)
        return f"{prefix}{self._counters[prefix]:0{width}d}"

    def uetr(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))


def employer_party(employer: Employer) -> Json:
    party: Json = {
        "name": employer.name,
        "type": "entity",
        "address": address(employer.street, employer.postcode, employer.town, employer.country),
    }
    if employer.registration:
        kind = {"kind": "registration", "value": employer.registration, "country": employer.country}
        party["identifiers"] = [kind]
    return party


def payrolls(rng: random.Random, numbers: Numbers) -> Iterator[Json]:
    hands = workforce(rng)
    accounts = {employer: account_at(rng, employer.country) for employer in EMPLOYERS}
    for employer in EMPLOYERS:
        yield from _pay_run(rng, numbers, employer, [h for h in hands if h.employer is employer], accounts[employer])
    for hand in rng.sample(hands, 24):
        yield from _life_event(rng, numbers, hand)


def _pay_run(
    rng: random.Random, numbers: Numbers, employer: Employer, hands: Iterable[Hand], account: tuple[Json, Json]
) -> Iterator[Json]:
    """October's pay; contractors and two of the employers also pay for the first half of November."""
    runs = [(date(2026, 11, rng.randrange(2, 6)), date(2026, 10, 1), date(2026, 10, 31))]
    if employer.contractors or employer.country in ("US", "GB"):
        runs.append((date(2026, 11, rng.randrange(16, 20)), date(2026, 11, 1), date(2026, 11, 15)))
    for day, start, end in runs:
        message = numbers.next(f"PAYRUN-{day:%Y%m%d}-", 4)
        for hand in hands:
            currency = "USD" if employer.contractors and rng.random() < 0.5 else CURRENCY.get(hand.country, "EUR")
            event: Json = {
                "event_type": "pay",
                "event_id": numbers.next(f"HP-{day:%y%m%d}-"),
                "tenant": employer.tenant,
                "message_id": message,
                "end_to_end_id": f"{hand.party['worker_id']}/{end:%Y%m}",
                "employer": employer_party(employer),
                "employer_account": account[0],
                "employer_agent": account[1],
                "worker": hand.party,
                "payout_account": {**hand.account, "currency": currency},
                "payout_agent": hand.agent,
                "account_holder_name": hand.holder,
                "amount": amount(rng, hand.euros, currency),
                "currency": currency,
                "period_start": start.isoformat(),
                "period_end": end.isoformat(),
                "run_type": "bonus" if rng.random() < 0.04 else "regular",
                "engagement": "contractor" if employer.contractors else "employee",
                "start_date": hand.started.isoformat(),
                "event_time": moment(day, rng, 6, 9),
                "requested_execution_date": (day + timedelta(days=1)).isoformat(),
            }
            if employer.contractors:
                event["remittance_unstructured"] = [f"Services {end:%B %Y}, invoice {rng.randrange(3, 60)}"]
            yield event


def _life_event(rng: random.Random, numbers: Numbers, hand: Hand) -> Iterator[Json]:
    """A new phone, a move, a new bank, a colleague hired: what a month brings besides pay."""
    day = date(2026, 11, rng.randrange(6, 15))
    base: Json = {
        "event_id": numbers.next(f"HR-{day:%y%m%d}-"),
        "tenant": hand.employer.tenant,
        "employer": employer_party(hand.employer),
        "event_time": moment(day, rng),
    }
    kind = rng.choice(("contact_changed", "contact_changed", "payout_account_changed", "worker_hired"))
    people = PEOPLE[hand.country]
    if kind == "contact_changed":
        phone = people.dial + digits(rng, 7 if len(people.dial) < 6 else 4)
        yield {"event_type": kind, **base, "worker": {**hand.party, "phone": phone}, "changed": ["phone"]}
    elif kind == "payout_account_changed":
        account, agent = account_at(rng, hand.country)
        yield {
            "event_type": kind,
            **base,
            "worker": hand.party,
            "previous_account": hand.account,
            "payout_account": account,
            "payout_agent": agent,
            "account_holder_name": hand.holder,
            "start_date": hand.started.isoformat(),
            "next_pay_date": "2026-12-03",
        }
    else:
        taken: set[str] = {hand.party["name"]}
        new = _hand(rng, hand.employer, hand.country, rng.randrange(5000, 6000), taken)
        event: Json = {
            "event_type": kind,
            **base,
            "worker": new.party,
            "engagement": "contractor" if hand.employer.contractors else "employee",
            "start_date": "2026-12-01",
        }
        if hand.employer.contractors:
            event["ship_to"] = new.party["address"]
        yield event


def payments(rng: random.Random, numbers: Numbers) -> Iterator[Json]:
    buyers = [employer for employer in EMPLOYERS if not employer.contractors]
    accounts = {employer: account_at(rng, employer.country) for employer in buyers}
    for supplier in SUPPLIERS:
        account, agent = account_at(rng, supplier.country)
        for buyer in rng.sample(buyers, rng.choice((2, 3, 3, 4))):
            yield _supplier_payment(rng, numbers, buyer, accounts[buyer], supplier, (account, agent))


def _supplier_payment(
    rng: random.Random,
    numbers: Numbers,
    buyer: Employer,
    paid_from: tuple[Json, Json],
    supplier: Supplier,
    paid_to: tuple[Json, Json],
) -> Json:
    day = date(2026, 11, rng.randrange(2, 20))
    currency = CURRENCY.get(supplier.country, "EUR") if rng.random() < 0.6 else rng.choice(("EUR", "USD"))
    street, postcode, town = supplier.place.split("|")
    structured = rng.random() < 0.7
    text = rng.choice(REMITTANCES).format(
        n=rng.randrange(10400, 98000), m=f"45{rng.randrange(10**7, 10**8)}", what=supplier.sells, day=f"{day:%d.%m.%Y}"
    )
    event: Json = {
        "event_type": "payment",
        "event_id": numbers.next(f"MT-{day:%y%m%d}-"),
        "tenant": TREASURY_TENANT,
        "message_id": f"{buyer.prefix}{day:%Y%m%d}{rng.randrange(10, 99)}",
        "instruction_id": numbers.next("INSTR", 8),
        "end_to_end_id": numbers.next(f"{buyer.prefix}-AP-2026-", 6),
        "uetr": numbers.uetr(),
        "debtor": employer_party(buyer),
        "debtor_account": paid_from[0],
        "debtor_agent": paid_from[1],
        "creditor": {
            "name": supplier.name,
            "type": "entity",
            "address": address(street, postcode, town, supplier.country)
            if structured
            else {"lines": [street, f"{postcode} {town}"], "country": supplier.country},
        },
        "creditor_account": paid_to[0],
        "creditor_agent": paid_to[1],
        "amount": amount(rng, supplier.euros, currency),
        "currency": currency,
        "remittance_unstructured": [text],
        "channel": rng.choice(("pain.001", "pain.001", "host-to-host", "portal")),
        "event_time": moment(day, rng),
        "requested_execution_date": (day + timedelta(days=rng.choice((0, 1, 1, 2)))).isoformat(),
    }
    if currency == "USD" and "US" not in (buyer.country, supplier.country):
        event["intermediary_agents"] = [{"bic": rng.choice(("CITIUS33", "IRVTUS3N", "SCBLUS33"))}]
    if rng.random() < 0.15:
        event["purpose"] = rng.choice(("GDDS", "SUPP", "SCVE"))
    return event


# ---------------------------------------------------------------- files


def by_hand() -> Iterator[Json]:
    for line in (HERE / "demo_by_hand.jsonl").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield orjson.loads(line)


def files() -> dict[str, bytes]:
    """File name -> content."""
    rng = random.Random(SEED)
    numbers = Numbers(rng)
    ordinary = [*payrolls(rng, numbers), *payments(rng, numbers)]
    events = sorted((*ordinary, *by_hand()), key=lambda event: event["event_time"])
    topics: dict[str, list[Json]] = {"payments.jsonl": [], "payrolls.jsonl": []}
    for event in events:
        topics["payments.jsonl" if event["event_type"] == "payment" else "payrolls.jsonl"].append(event)
    return {name: b"".join(orjson.dumps(event) + b"\n" for event in rows) for name, rows in topics.items()}


def main() -> None:
    SHIPPED.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (SHIPPED / name).write_bytes(content)
        print(f"{SHIPPED / name}: {len(content.splitlines())} events, {len(content):,} bytes")


if __name__ == "__main__":
    main()
