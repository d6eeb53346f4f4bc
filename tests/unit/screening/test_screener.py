"""What is met, what is not, and in which order."""

from __future__ import annotations

import pytest

from streamer.events import IdentifierKind, PartyType, Verdict
from streamer.screening import Query, Screener
from streamer.watchlists.entity import Entity, EntityType, ListedIdentifier
from tests.unit.screening.builders import HOLD, NEAR_MISS, REVIEW, company, hits, listed, score

PERSON, ENTITY, ANY = PartyType.PERSON, PartyType.ENTITY, PartyType.UNKNOWN

# Misses that users of other matchers reported, and the distortions payments bring. (query, listed, kind)
MET = [
    ("JSCARGUMENT", company("1", "JSC ARGUMENT")),
    ("LUKOIL OIL COMP", company("1", "LUKOIL OIL COMPANY")),
    ("NPK FOTONIKA LIMITED LIABILITY COMP", company("1", "NPK FOTONIKA LIMITED LIABILITY COMPANY")),
    ("GUANGZHOU HAIGE COMM GRP", company("1", "GUANGZHOU HAIGE COMMUNICATIONS GROUP")),
    ("HAIGE GUANGZHOU", company("1", "GUANGZHOU HAIGE")),
    ("SIS DOO", company("1", "SIS d.o.o.")),
    ("S.I.S. D.O.O.", company("1", "SIS DOO")),
    ("KIM JONG UN", listed("1", "KIM, Jong Un")),
    ("Kim Jong-un", listed("1", "KIM, Jong Un")),
    ("SILVERSTAR CHINA", company("1", "SILVER STAR CHINA")),
    ("S I L V E R  S T A R", company("1", "SILVER STAR")),
    ("S I L V E R S T A R", company("1", "SILVER STAR")),
    ("VOLASYS SILVER STAR OOO", company("1", "VOLASYS SILVER STAR")),
    ("株式会社 VOLASYS SILVER STAR", company("1", "VOLASYS SILVER STAR")),
    ("Yermakov Evgeniy", listed("1", "ERMAKOV, Yevgeniy")),
    ("Khalid Al-Mazrouei", listed("1", "AL-MAZROUEI, Halid")),
    ("RODKIN ANDREI", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("A. N. RODKIN", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("Родкин Андрей Николаевич", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("R\u043edk\u0456n Andr\u0435i", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("RODK\u200bIN, ANDREI\u00ad NIKOLAEVICH", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("R0DKIN ANDRE1 NIKOLAEVICH", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("MR RODKIN ANDREI NIKOLAEVICH SALARY MAY 2026", listed("1", "RODKIN, Andrei Nikolaevich")),
    ("C/O BELSECURITYGROUP LLC MOSCOW RUSSIA", company("1", "BELSECURITYGROUP")),
    ("JOINT STOCK COMPANY STANKOMASHKOMPL", company("1", "JOINT STOCK COMPANY STANKOMASHKOMPLEKS")),
    ("LIMTIED LIABILITY COMPNAY VERTIKAL ALABUGA", company("1", "LIMITED LIABILITY COMPANY VERTIKAL ALABUGA")),
    ("KAIKAI TECHNOLOGY GmbH", company("1", "KAIKAI TECHNOLOGY CO., LTD.")),
    ("GLOBAL RELIEF FOUNDATION", company("1", "GLOBAL RELIEF FOUNDATION, INC.")),
    ("OPEN SCAN", company("1", "OPEN JOINT STOCK COMPANY SCAN")),
    ("D'AGOSTINO", company("1", "D'AGOSTINO & COMPANY, LTD")),
    ("KB NAVIS", company("1", "AO KB NAVIS")),
    ("KOLNET ILMITDE", company("1", "KOLNET LIMITED")),
    ("VAMPIR OD", company("1", "VAMPIR OOD")),
    ("LIMITED LIABILITY CMOPANY REDMETKNOTSENTRAT", company("1", "LIMITED LIABILITY COMPANY REDMETKONTSENTRAT")),
    ("Raqhid Aykyubi", listed("1", "AYYUBI, Rashid")),
    ("MO AMMED HALIDOV", listed("1", "HALIDOV, Mohammed")),
    ("CHOI Ryong-hae", listed("1", "CH'OE, Ryong-hae")),
    ("محمد شياع السوداني", listed("1", "محمد شياع السوداني")),
]  # fmt: skip


@pytest.mark.parametrize(("query", "entity"), MET, ids=[query for query, _ in MET])
def test_a_distorted_listed_name_is_an_alert(query: str, entity: object) -> None:
    found = hits(query, entity)  # type: ignore[arg-type]
    assert found, query
    assert found[0].score >= REVIEW, found[0]
    assert found[0].ceiling is not Verdict.RELEASE


# False alarms that users of other matchers reported.
NOT_MET = [
    ("BELLETECH CORP", ENTITY, company("1", "11420 CORP.")),
    ("emma daniels", PERSON, company("1", "EMMA LLC")),
    ("George Bush", PERSON, listed("1", "HABBASH, George")),
    ("George Bush", PERSON, listed("1", "HASWANI, George")),
    ("The Smith Group", ENTITY, company("1", "THE WAGNER GROUP")),
    ("The Acme Group", ENTITY, company("1", "THE * GROUP")),
    ("Zenith Company", ENTITY, company("1", "A-B-C Company")),
    ("B-C-D Company", ENTITY, company("1", "A-B-C Company")),
    ("Snow White Bakery", ENTITY, company("1", "SNOW")),
    ("Maria Lopez", PERSON, listed("1", "LOPEZ MARIN, Mario")),
    ("Lucky Star Restaurant", ENTITY, company("1", "STAR")),
    ("Limited Liability Company", ENTITY, company("1", "LIMITED LIABILITY COMPANY VERTIKAL ALABUGA")),
    ("Suzhou Weisitong Trading", ENTITY, company("1", "BEIJING PETROLEUM TRADING")),
]  # fmt: skip


@pytest.mark.parametrize(("query", "type", "entity"), NOT_MET, ids=[query for query, _, _ in NOT_MET])
def test_a_name_that_shares_little_is_no_alert(query: str, type: PartyType, entity: object) -> None:
    assert not hits(query, entity, type=type, score_min=REVIEW)  # type: ignore[arg-type]


def test_a_hit_says_why() -> None:
    [hit] = hits("SILVERSTAR CHINA", company("24977", "SILVER STAR CHINA"))
    assert hit.entity.id == "test-24977"
    assert hit.matched.text == "SILVER STAR CHINA"
    assert "SILVERSTAR = SILVER STAR (glued)" in hit.reasons


def test_hits_come_best_first_and_one_for_each_party() -> None:
    exact = listed("1", "RODKIN, Andrei", "RODKIN, Andrey", "RODKIN, Andrei Nikolaevich")
    near = listed("2", "RODKIN, Andrey Ivanovich")
    found = hits("Andrei Rodkin", near, exact)
    assert [hit.entity.native_id for hit in found] == ["1", "2"]
    assert found[0].score > found[1].score


def test_the_rarer_name_ranks_higher() -> None:
    common = score("Ali Hassan", listed("1", "HASSAN, Ali"))
    rare = score("Zurab Kvachadze", listed("1", "KVACHADZE, Zurab"))
    assert rare > common >= REVIEW


def test_a_common_name_alone_is_a_doubt_and_a_birth_date_decides() -> None:
    entity = listed("1", "HASSAN, Ali", births=("1970-02-05",))
    alone = hits(Query("Ali Hassan", PERSON), entity)[0]
    same = hits(Query("Ali Hassan", PERSON, "1970-02-05"), entity)[0]
    other = score(Query("Ali Hassan", PERSON, "1991-11-23"), entity)
    assert alone.ceiling is Verdict.REVIEW
    assert same.ceiling is Verdict.HOLD
    assert same.score > alone.score > other
    assert "birth date 1970-02-05 agrees" in same.reasons


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("1970-05-02", "birth date 1970-02-05 agrees with day and month swapped"),
        ("1970", "birth year agrees (1970-02-05)"),
        ("1971", "birth year within one (1970-02-05)"),
        ("1988-01-01", "birth date differs: listed 1970-02-05"),
    ],
)
def test_a_birth_date_is_read_with_its_usual_mistakes(given: str, reason: str) -> None:
    entity = listed("1", "KVACHADZE, Zurab", births=("1970-02-05",))
    [hit] = hits(Query("Zurab Kvachadze", PERSON, given), entity, score_min=0.1)
    assert reason in hit.reasons


def test_birth_dates_rank_from_same_to_contradicting() -> None:
    entity = listed("1", "KVACHADZE, Zurab", births=("1970-02-05",))
    order = ["1970-02-05", "1970-05-02", "1970", "1971", None, "1988-01-01"]
    scores = [score(Query("Zurab Kvachadze", PERSON, date), entity) for date in order[:4]]
    assert scores == sorted(scores, reverse=True)
    assert score(Query("Zurab Kvachadze", PERSON), entity) > score(Query("Zurab Kvachadze", PERSON, order[5]), entity)


def test_a_document_number_and_a_country_corroborate() -> None:
    passport = ListedIdentifier(IdentifierKind.PASSPORT, "927-220 230")
    entity = listed("1", "HASSAN, Ali", countries=("SY",), identifiers=(passport,))
    plain = score(Query("Ali Hassan", PERSON), entity)
    assert score(Query("Ali Hassan", PERSON, countries=("SY",)), entity) > plain
    assert score(Query("Ali Hassan", PERSON, countries=("NO",)), entity) < plain
    [hit] = hits(Query("Ali Hassan", PERSON, identifiers=("927220230",)), entity)
    assert hit.ceiling is Verdict.HOLD
    assert "document number agrees" in hit.reasons


def test_a_weak_alias_alone_alerts_nobody() -> None:
    entity = listed("1", "KVACHADZE, Zurab Otarovich", weak=("THE ENGINEER",), births=("1970-02-05",))
    for hit in hits(Query("The Engineer"), entity, score_min=0.1):
        assert hit.ceiling is Verdict.RELEASE
    assert hits(Query("Zurab Otarovich Kvachadze"), entity)[0].ceiling is Verdict.HOLD


def test_a_person_is_not_a_company() -> None:
    entity = company("1", "MIRAN TRADING")
    assert score("Miran Trading", entity, type=ENTITY) > score("Miran Trading", entity, type=PERSON)


def test_a_short_name_met_to_the_letter_is_an_alert() -> None:
    assert score("SNOW", listed("1", "SNOW", type=EntityType.VESSEL)) >= REVIEW
    assert score("ADP LTD", company("1", "ADP Limited")) >= REVIEW
    assert score("ADP GmbH", company("1", "ADP, S.C.")) < REVIEW


def test_the_script_of_a_birth_certificate_meets_the_list() -> None:
    assert score("Щёголев Юрий Борисович", listed("1", "SHCHYOGOLEV, Yuriy Borisovich")) >= REVIEW
    entity = listed("1", "KIM, Jong Un", births=("1984-01-08",))
    # Three common syllables say little alone: with the birth date they do.
    assert REVIEW > score("김정은", entity) >= NEAR_MISS
    assert score(Query("김정은", PERSON, "1984-01-08"), entity) >= REVIEW
    assert score("Xi Jinping", listed("1", "习近平")) >= NEAR_MISS


# A name as its bearers write it, and as lists romanise it.
WRITINGS = [
    ("최룡해", "CH'OE, Ryong-hae"),
    ("Choi Ryong Hae", "CH'OE, Ryong-hae"),
    ("Lee Yong-ho", "RI, Yong Ho"),
    ("Jung Kyung-taek", "CHONG, Kyong-t'aek"),
    ("Park Yong-sik", "PAK, Yong Sik"),
    ("習近平", "XI, Jinping"),
    ("习近平", "XI, Jinping"),
    ("近平 习", "XI, Jinping"),
    ("曾庆红", "ZENG, Qinghong"),
    ("单田芳", "SHAN, Tianfang"),
    ("Hsi Chin-p'ing", "XI, Jinping"),
    ("Chang Hsiao-hsun", "ZHANG, Xiaoxun"),
    ("シノダ ケンイチ", "SHINODA, Kenichi"),
    ("しょうろく いしだ", "ISHIDA, Shoroku"),
    ("Nisiguti Sigeo", "NISHIGUCHI, Shigeo"),
    ("سعيد عبد الله القرني", "AL-QARNI, Said Abdallah"),
    ("ابراهيم علي أبو بكر تنتوش", "TANTOUSH, Ibrahim Ali Abu Bakr"),
    ("عبدالكريم الغماري", "AL-GHAMARI, Abd al-Karim"),
    ("قاسم سلیمانی", "SOLEIMANI, Qasem"),
    ("نورالدین ترابی", "TURABI, Nooruddin"),
    ("الأزهر بن خليفة الصبار", "ESSABAR, Al-Azhar Ben Khalifa"),
    ("عبد الرحمن المتصدق", "EL MOTASSADEQ, Abderrahmane"),
    ("ثناء اللہ غفاری", "GHAFARI, Sanaullah"),
    ("عبدالرقیب تخاری", "TAKHARI, Abdul Raqib"),
    ("اسحاق مظهری", "MAZHARI, Ishaq"),
    ("יורי צ'איקא", "CHAIKA, Yury"),
    ("조철송", "JO, Chol Song"),
    ("Jui-Kuang Kuo", "GUO, Ruiguang"),
    ("Hu Lien-Ho", "HU, Lianhe"),
    ("سهیل طهماسبی", "TAHMASEBI, Soheyl"),
    ("אברהם מזרחי", "MIZRAHI, Avraham"),
    ("สมชาย ใจดี", "JAIDEE, Somchai"),
]


@pytest.mark.parametrize(("query", "name"), WRITINGS, ids=[name for _, name in WRITINGS])
def test_a_name_in_another_writing_or_romanisation_is_met(query: str, name: str) -> None:
    found = hits(Query(query, PERSON), listed("1", name))
    assert found, query
    assert found[0].score >= NEAR_MISS


# The same syllables or consonants, and another name.
OTHER_NAMES = [
    ("최민석", "CH'OE, So'k-min"),
    ("姜建平", "YANG, Jianping"),
    ("陳明珠", "CHEN, Mingguo"),
    ("احسان حریریان", "HAROONI, Hossein"),
    ("آرش کابلی", "WARAICH, Iqbal"),
    ("שרה חג'אזי", "HEJAZI, Asghar"),
    ("יובל חוסין", "ALAVI, Hossein"),
    ("תמר ביטון", "TAMIR, Tatyana"),
    ("صیادی اميررضا", "AS'AD, Murad"),
]


@pytest.mark.parametrize(("query", "name"), OTHER_NAMES, ids=[name for _, name in OTHER_NAMES])
def test_another_order_of_syllables_or_other_long_vowels_are_another_name(query: str, name: str) -> None:
    assert not [hit for hit in hits(Query(query, PERSON), listed("1", name)) if hit.score >= NEAR_MISS]


def test_what_stands_beside_a_name_ranks_those_who_bear_it() -> None:
    bearers = [
        listed("same", "HASSAN, Ali", births=("1970-02-05",), countries=("SY",)),
        listed("swapped", "HASSAN, Ali", births=("1970-05-02",), countries=("SY",)),
        listed("year", "HASSAN, Ali", births=("1970",), countries=("SY",)),
        listed("near", "HASSAN, Ali", births=("1971",), countries=("SY",)),
        listed("unknown", "HASSAN, Ali"),
        listed("elsewhere", "HASSAN, Ali", countries=("NO",)),
        listed("other", "HASSAN, Ali", births=("1991-11-23",), countries=("SY",)),
    ]
    found = hits(Query("Ali Hassan", PERSON, "1970-02-05", ("SY",)), *bearers, score_min=0.01)
    assert [hit.entity.native_id for hit in found] == [e.native_id for e in bearers]
    by_id = {hit.entity.native_id: hit for hit in found}
    assert "birth date differs: listed 1991-11-23" in by_id["other"].reasons
    assert by_id["same"].ceiling is Verdict.HOLD
    assert by_id["unknown"].ceiling is Verdict.REVIEW


def test_an_update_adds_replaces_and_removes() -> None:
    base = Screener([listed("1", "KVACHADZE, Zurab"), listed("2", "RODKIN, Andrei")])
    updated = base.updated([listed("3", "SUNTSOV, Yegor"), listed("2", "RODKINSKY, Andrei")], ["test-1"])
    assert set(updated.entities_by_id) == {"test-2", "test-3"}
    assert len(updated) == 2
    assert not updated.screen(Query("Zurab Kvachadze"), score_min=NEAR_MISS)
    assert updated.screen(Query("Yegor Suntsov"), score_min=NEAR_MISS)[0].entity.native_id == "3"
    assert updated.screen(Query("Andrei Rodkinsky"), score_min=NEAR_MISS)[0].matched.text == "RODKINSKY, Andrei"
    assert base.screen(Query("Zurab Kvachadze"), score_min=NEAR_MISS), "the base is left as it was"
    again = updated.updated([], ["test-3"])
    assert set(again.entities_by_id) == {"test-2"}
    assert not again.screen(Query("Yegor Suntsov"), score_min=NEAR_MISS)
    back = again.updated([listed("1", "KVACHADZE, Zurab")], [])
    assert back.screen(Query("Zurab Kvachadze"), score_min=NEAR_MISS)


def test_listed_names_are_found_in_remittance_text() -> None:
    screener = Screener([company("1", "VOLASYS SILVER STAR"), listed("2", "KIM, Song"), company("3", "STAR")])
    [hit] = screener.screen_text("Invoice 4711 for Volasys Silver Star, May 2026", score_min=REVIEW)
    assert hit.entity.native_id == "1"
    assert hit.span == "volasys silver star"
    assert not screener.screen_text("a star is born, sung by kim and song writers", score_min=REVIEW)
    assert not screener.screen_text("", score_min=REVIEW)


def test_a_firm_of_one_word_is_found_in_text_by_its_legal_form_or_its_length() -> None:
    screener = Screener([company("1", "KOMAX CO LTD"), company("2", "LENPROMTRANSPROYEKT"), company("3", "MONITORING")])

    def found(text: str) -> list[str]:
        return [hit.entity.native_id for hit in screener.screen_text(text, score_min=REVIEW)]

    assert found("final instalment of contract 7 with komax co ltd as agreed") == ["1"]
    assert found("as agreed with lenpromtransproyekt in may") == ["2"]
    assert found("komax of may, monitoring of the site") == []


@pytest.mark.parametrize(
    "text", ["", " ", ".", "株式会社", "\x00", "'", "---", "l" * 10_000, "al " * 3_000, "王" * 5_000, "&&& // c/o"]
)
def test_any_text_gives_a_result(text: str) -> None:
    entity = company("1", "AL SILVER STAR")
    assert isinstance(hits(text, entity), list)


def test_the_first_tokens_of_a_long_text_are_not_lost() -> None:
    entity = listed("1", "KVACHADZE, Zurab Otarovich")
    text = "Zurab Otarovich Kvachadze " + " ".join(f"word{i}x" for i in range(500))
    assert hits(text, entity, score_min=0.0)


def test_the_answers_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.screening.ANSWERS_CACHED_MAX", 4)
    screener = Screener([company("1", "SILVER STAR")])
    for i in range(20):
        screener.screen(Query(f"name {i}"), score_min=NEAR_MISS)
        screener.screen_text(f"text {i}", score_min=NEAR_MISS)
    assert 0 < len(screener._answers) <= 4
    assert 0 < len(screener._text_answers) <= 4


def test_a_firm_under_its_own_full_name_is_not_cleared_by_another_country() -> None:
    entity = listed("1", "GLOBAL RELIEF FOUNDATION, INC.", type=EntityType.ENTITY, countries=("US",))
    name = "Global Relief Foundation Inc"
    alone = score(Query(name, ENTITY), entity)
    assert score(Query(name, ENTITY, countries=("DE",)), entity) == alone
    assert score(Query(name, ENTITY, countries=("US",)), entity) > alone


def test_a_short_legal_form_may_be_the_name_of_a_person() -> None:
    assert hits("Se Un Kim", listed("1", "KIM, Se Un"))
    assert hits("Anwar Rao Khan", listed("1", "KHAN, Rao Anwar"))
    assert hits("Rao Anwar Khan", listed("1", "KHAN, Rao Anwar"), type=PERSON)[0].reasons[0] == "RAO agrees"
    assert not hits("Rao Industries", listed("1", "KHAN, Rao Anwar"))


WHOLE = [
    "PUBLIC JOINT STOCK COMPANY SBERBANK OF RUSSIA", "BANK OF EAST LAND", "ANDARIEL", "BANK SEPAH", "AIR KORYO",
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_name_of_a_listed_body_is_held_however_common_its_words(name: str) -> None:
    (hit,) = hits(name.title(), company("1", name))
    assert hit.score >= HOLD
    assert hit.ceiling is Verdict.HOLD


@pytest.mark.parametrize(
    ("query", "entity"),
    [
        ("HORIZON", company("1", "HORIZON")),
        ("SIS DOO", company("1", "SIS d.o.o.")),
        ("BANK OF EAST LAND", company("1", "OTHER NAME", weak=("BANK OF EAST LAND",))),
        ("BANK OF EAST LAND LTD", company("1", "BANK OF EAST LAND")),
        ("EAST LAND", listed("1", "LAND, East")),
    ],
    ids=["one common word", "three letters", "a weak alias", "another legal form", "a person"],
)
def test_less_than_the_whole_name_of_a_body_is_not_held_for_it(query: str, entity: Entity) -> None:
    assert all(hit.score < HOLD or hit.ceiling is not Verdict.HOLD for hit in hits(query, entity))


IN_OTHER_WRITING = [
    ("Чон Сон Хва", "JONG, Song Hwa"),
    ("Чон Сонхва", "CHONG, Song-hwa"),
    ("Хан Хон Гиль", "HAN, Hong Kil"),
    ("Чхве Чхун Пхом", "CHOE, Chun Pom"),
    ("Цой Чхун Пом", "CH'OE, Ch'un-p'om"),
    ("Ким Чен Ын", "KIM, Jong Un"),
    ("Ким Чжон Ын", "KIM, Chong-un"),
    ("Ли Чхан Хо", "RI, Chang Ho"),
    ("Ким Ён Нам", "KIM, Yong Nam"),
    ("Кім Чен Ин", "KIM, Jong Un"),
    ("Сюй Цзян", "XU, Jiang"),
    ("Чжан Вэй", "ZHANG, Wei"),
    ("Си Цзиньпин", "XI, Jinping"),
    ("チョン・ソンファ", "JONG, Song Hwa"),
    ("ユン・ソングク", "YUN, Song Guk"),
    ("リ・ヨンギル", "RI, Yong Gil"),
    ("ﾘ ﾖﾝｷﾞﾙ", "RI, Yong Gil"),
    ("ﾁﾖﾝ ｿﾝﾌｱ", "JONG, Song Hwa"),
    ("ﾕﾝ ｿﾝｸﾞｸ", "YUN, Song Guk"),
    ("キム・ジョンウン", "KIM, Jong Un"),
    ("鄭成華", "JONG, Song Hwa"),
    ("郑 成华", "CHONG, Song-hwa"),
    ("尹成国", "YUN, Song Guk"),
    ("金正恩", "KIM, Jong Un"),
]


@pytest.mark.parametrize(("query", "name"), IN_OTHER_WRITING, ids=[query for query, _ in IN_OTHER_WRITING])
def test_koreans_and_chinese_are_met_in_the_writing_of_others(query: str, name: str) -> None:
    assert hits(query, listed("1", name), type=PERSON)
    assert hits(query, listed("1", name))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Ким Чон Хо", "KIM, Jong Un"),
        ("Анна Ким", "KIM, Jong Un"),
        ("Иван Ли", "LI, Wang"),
        ("李偉", "RI, Wi Song"),
        ("キム・ミナ", "KIM, Jong Un"),
        ("山田太郎", "SAN, Jon Thae"),
    ],
)
def test_other_koreans_and_chinese_are_not(query: str, name: str) -> None:
    assert not [hit for hit in hits(query, listed("1", name), type=PERSON) if hit.score >= REVIEW]


def test_a_chinese_place_in_cyrillic_is_read_as_pinyin() -> None:
    assert score("Гуанчжоу Хайгэ", company("1", "GUANGZHOU HAIGE")) >= REVIEW


def test_the_acronym_of_a_country_is_the_country() -> None:
    bank = company("1", "FOREIGN TRADE BANK OF THE DEMOCRATIC PEOPLE'S REPUBLIC OF KOREA")
    for query in ("Foreign Trade Bank of the DPRK", "FOREIGN TRADE BANK OF THE D.P.R.K."):
        assert score(query, bank) >= HOLD
    committee = company("2", "DPRK COMMITTEE FOR SPACE TECHNOLOGY")
    assert score("Democratic People's Republic of Korea Committee for Space Technology", committee) >= HOLD
    assert not hits("Foreign Trade Bank of the UAE", bank, score_min=REVIEW)


@pytest.mark.parametrize(
    "query",
    [
        "KIM SE UN C/O HOTEL DANDONG",
        "HOTEL DANDONG C/O KIM SE UN",
        "ACME PAYROLL SERVICES ON BEHALF OF KIM SE UN",
        "HOTEL DANDONG FOR THE ACCOUNT OF KIM SE UN",
        "BLUE RIVER CONSULTING OBO KIM SE UN",
        "KIM SE UN TRADING AS BLUE RIVER CONSULTING",
        "BLUE RIVER HOTEL ATTN: KIM SE UN",
        "JANE MILLER AND KIM SE UN",
        "JANE MILLER & KIM SE UN",
        "KIM SE UN / JANE MILLER",
        "JANE MILLER; KIM SE UN",
    ],
)
def test_both_sides_of_c_o_and_joint_names_are_names_of_their_own(query: str) -> None:
    target = listed("1", "KIM, Se Un")
    assert score(query, target) == score("KIM SE UN", target) >= REVIEW


def test_a_firm_of_two_names_is_one() -> None:
    assert not hits("JOH. MOURIK & CO. HOLDING", company("1", "OHG HOLDING SAL"), score_min=REVIEW)


def test_names_beside_each_other_are_bounded() -> None:
    assert score("ACME C/O " * 40 + "KIM SE UN", listed("1", "KIM, Se Un")) < REVIEW


def test_words_of_payments_are_words_of_names_too() -> None:
    assert score("Pak To Chun", listed("1", "PAK, To-Chun")) == score("PAK To-Ch'un", listed("1", "PAK, To-Chun"))
    assert score("Pak\u200b T\u200bo Chun", listed("1", "PAK, To-Chun")) == score(
        "Pak To Chun", listed("1", "PAK, To-Chun")
    )
    assert score("KOWALSKI JAN", listed("1", "KOWALSKI, Jan")) == score("Jan Kowalski", listed("1", "KOWALSKI, Jan"))
    assert score("State Planning Commission", company("1", "STATE PLANNING COMMISSION")) >= HOLD
    assert score("KOWALSKI WITOLD SALARY JAN 2026", listed("1", "KOWALSKI, Witold")) >= REVIEW
