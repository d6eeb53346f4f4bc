"""People and firms whom no list names, in the shapes of listed ones: for the false alarms of tests/bench/others.py."""

# ruff: noqa: E501 — vocabulary in long rows
from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from typing import Final

from streamer.watchlists.entity import Entity, EntityType, ListedName
from tests.shared import SHARED

# Country, given names, surnames; where a third list stands, a second given name, patronymic or second surname.
PEOPLE: Final = """
RU|Sergey Andrey Dmitry Alexey Mikhail Nikolay Oleg Igor Pavel Yuri Maxim Roman Denis Anton Kirill Vadim Ilya Gleb Stepan Georgy|Kuznetsov Lebedinsky Morozov Zaitsev Solovyov Vinogradov Golubev Komarov Belyakov Tarasov Zhukovsky Shcherbakov Chernyshev Yakushin Ryabinin Khlebnikov Tsvetkov Ovchinnikov Rybakov Snegirev Yudin Pankratov Shishkin Zherdev Kalachev Dubinin Lopatin Vereshchagin|Ivanovich Petrovich Andreevich Mikhailovich Yuryevich Olegovich Borisovich Vasilyevich Fedorovich
RU|Olga Tatiana Elena Natalia Irina Svetlana Marina Ekaterina Yulia Anna Oksana Larisa|Kuznetsova Morozova Zaitseva Vinogradova Komarova Tarasova Shcherbakova Chernysheva Ryabinina Khlebnikova Tsvetkova Rybakova Snegireva Yudina Pankratova Dubinina|Ivanovna Petrovna Andreevna Mikhailovna Olegovna Borisovna Vasilyevna
UA|Andrey Oleg Roman Viktor Yuri Pavel Denis Olga Oksana Irina|Koval Tkachenko Moskalenko Panchenko Lysenko Kravchuk Melnichuk Savchuk Bondarchuk Rudenko Prikhodko Zabolotny Vasylenko Yaremchuk|
MX|Jose Luis;Juan Carlos;Miguel Angel;Jesus;Francisco Javier;Jorge;Roberto;Ricardo;Maria Elena;Guadalupe;Ana Laura;Rosa Maria;Fernando;Arturo;Hector Manuel;Enrique;Alejandro;Gerardo;Manuel;Rafael|Hernandez Garcia Martinez Lopez Gonzalez Perez Rodriguez Sanchez Ramirez Flores Gomez Torres Diaz Vazquez Castillo Ortiz Morales Aguilar Mendoza Chavez Dominguez Juarez Herrera Medina Castro Vargas Guzman Rojas Salazar Soto Contreras Luna Estrada Villegas Cervantes Alarcon Barajas Bautista Camacho Cortez Espinosa Fonseca Galindo Ibarra Lara Macias Navarro Ochoa Palacios Quiroz Robles Serrano Trejo Uribe Valdez Zamora|+
CO|Andres;Camilo;Diego Fernando;Juan Pablo;Luz Marina;Claudia;Carlos Alberto;Hernan;Jairo;Martha Lucia;Oscar;Paola Andrea;Nelson;Gustavo;Santiago|Ospina Arango Cardona Giraldo Zapata Montoya Restrepo Betancur Velasquez Jaramillo Londono Mejia Hoyos Quintero Acosta Pineda Rincon Suarez Buitrago Correa Duque Escobar Franco Gallego Henao Marin Naranjo Osorio Patino Salgado Tobon Usuga Valencia Yepes|+
EG|Mohamed Ahmed Mahmoud Hassan Hussein Omar Youssef Ibrahim Khaled Tarek Karim Walid Hisham Amr Sherif Samir Nasser Ayman|Elshazly Fahmy Ghoneim Hegazy Ismail Kamal Lotfy Metwally Naguib Rageh Sabry Shalaby Tawfik Wahba Zaki Barakat El-Gohary El-Sayed Abdelaziz|Mohamed Ali Said Hassan Mahmoud Fathy
JO|Muhammad Yusuf Khalid Umar Tariq Bashar Faisal Jamal Rashid Imad Salim Nasir Ziyad Walid Hamza|Al-Khatib Al-Majali Al-Zoubi Haddad Khoury Nasser Qasim Saleh Al-Rawashdeh Al-Momani Bataineh Hijjawi Al-Nimri Tarawneh Al-Kurdi Shaheen|Ahmad Mustafa Ali Hassan Ibrahim
SA|Fahd bin Salman;Khalid bin Nasser;Turki bin Ali;Abd al-Rahman;Abdul Karim;Saad Abdul Aziz;Abdel Latif;Abd al-Hamid Omar;Sultan bin Fahd bin Nasser|Al-Otaibi Al-Ghamdi Al-Harbi Al-Qahtani Al-Dosari Al-Mutairi Al-Shehri Al-Zahrani Al-Juhani Al-Subaie|
MY|Ahmad bin Hassan;Mohd Razif bin Ismail;Azman bin Yusof;Nurul Huda binti Ahmad;Faridah binti Omar;Zulkarnain bin Idris;Hafiz bin Rosli|Othman Salleh Jaafar Mansor Kassim Latif Shamsuddin Zainal|
IQ|Ali Hassan Hussein Haidar Ahmad Mustafa Karim Qasim Jafar Abbas Salah Muhammad|Al-Jubouri Al-Saadi Al-Bayati Al-Rubaie Al-Shammari Al-Khafaji Al-Dulaimi Al-Tamimi Al-Hashimi Al-Moussawi Al-Obeidi Al-Azzawi|Muhammad Abbas Kadhim Jasim Salman
IR|Mohammad Ali Reza Hossein Mehdi Hamid Saeed Amir Hassan Majid Javad Behrouz Farhad|Ahmadi Karimi Hosseini Rezaei Moradi Jafari Sadeghi Rahimi Kazemi Ebrahimi Norouzi Zarei Mousavi Ghasemi Rostami Bagheri Tavakoli Shirazi|
PK|Muhammad Ahmed Ali Usman Bilal Imran Tariq Khalid Asif Faisal Omar Hamza Zubair|Khan Malik Qureshi Sheikh Butt Chaudhry Siddiqui Ansari Mirza Baig Javed Iqbal Hashmi Bukhari|Iqbal Aslam Anwar Rashid
ID|Ahmad Muhammad Agus Budi Hendra Rizky Yusuf Abdul Siti Nur Dewi Hasan Umar Ridwan|Santoso Wijaya Setiawan Hidayat Kurniawan Nugroho Suryadi Pratama Rahman Saputra Hakim Firmansyah Siregar Lubis Nasution|
NG|Musa Ibrahim Abubakar Yusuf Sani Aliyu Bashir Umar Hassan Kabir|Bello Garba Danjuma Lawal Abdullahi Shehu Tanko Mohammed Yakubu Adamu Gambo Waziri|
CN|Wei Jian Jun Lei Yang Ming Hong Xiaoming Zhigang Guoqiang Meiling Yuanyuan Haiyan Jianguo Wenbo Xueying Zhenhua Lihua Dongmei Junjie Haoran Zihan Siyuan Tianyu Ruixin|Chen Huang Lin Wang Li Zhang Liu Wu Zhou Zheng Xu Yang Zhao Guo Xie He Luo Song Liang Cai Ye Lu Jiang Shen Hong Xiao Pan Sun Ma Feng Gao Zhu Hu Tang Deng Cao Peng Zeng Fang Bai|
GB|James William Robert Thomas Edward Peter David Richard Charles Michael Elizabeth Margaret Andrew Stephen Anthony Christopher Kenneth Matthew Patrick Samuel|Ashworth Barlow Carruthers Dobson Ellison Fairclough Gilmore Hargreaves Ingram Jessop Kirkby Lockwood Marsden Norcott Osgood Pemberton Radcliffe Sutcliffe Thackeray Underhill Wainwright Yardley Whitfield Bramwell Chadwick Holroyd|John Anne James Henry Mary George Alexander
US|John Michael Robert Steven Gregory Timothy Daniel Lawrence Benjamin Frederick Joseph|Abernathy Brubaker Calloway Dunleavy Eckhart Farnsworth Gunderson Halvorson Jorgensen Kowalczyk Lindgren McAllister Nordstrom Oglethorpe Prendergast Rasmussen Stapleton Tillman Vandenberg Westbrook|Lee Allen James Ray Scott
DE|Hans Klaus Jürgen Wolfgang Dieter Sabine Petra Andreas Stefan Thomas Matthias Ulrike|Baumgartner Krause Lindemann Neumann Oberhauser Pfeiffer Rademacher Steinbrecher Vogelsang Wiedemann Zimmermann Schuhmacher|
FR|Jean Pierre Michel Philippe Alain Nicolas Isabelle Christine Laurent Olivier|Beaumont Chevalier Delacroix Fournier Girard Lefèvre Marchand Perrin Rousseau Thibault Vasseur Blanchard|
IT|Marco Luca Giovanni Giuseppe Francesco Antonio Paola Chiara Stefano Roberto|Bellini Colombo De Luca Ferraris Galli Lombardi Marchetti Pellegrini Rinaldi Sartori Vitale Zanetti|
TR|Mehmet Mustafa Ahmet Hüseyin Hasan Emre Murat Yusuf İbrahim Ayşe Fatma|Aydın Bulut Çetin Doğan Erdoğdu Güneş Karaca Koçak Özdemir Polat Şimşek Tekin Uçar Yıldırım|
PL|Piotr Andrzej Krzysztof Tomasz Marcin Paweł Agnieszka Ewa Katarzyna|Wójcik Kamiński Lewandowski Dąbrowski Zieliński Szymański Woźniak Kozłowski Jankowski Mazur|
IN|Rajesh Suresh Amit Vijay Sanjay Priya Anita Ravi Deepak Kiran|Agarwal Banerjee Chatterjee Deshpande Iyengar Joshi Kulkarni Mukherjee Pillai Rao Subramaniam Trivedi|
VN|Minh Anh Tuan Hung Thanh Huong Lan Duc Quang Phuong|Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong|Van Thi Minh Quoc Ngoc
PH|Jose Maria Juan Mark Jennifer Rowena Rodrigo Ferdinand Michael Cristina|Dimaculangan Macaraeg Panganiban Tolentino Villanueva Manalo Lacson Magsaysay Pangilinan Salonga|Reyes Cruz Santos Bautista
MM|Aung Kyaw;Thant Zin;Khin Myo;Su Su;Zaw Min;Hla Thein;Nandar;Wai Yan|Oo Lwin Htun Aye Naing Tint Shwe Myat|
KE|John David Grace Faith Peter Mary Joseph|Kariuki Njoroge Wambui Otieno Mutua Cheruiyot Kiplagat Achieng Odhiambo|Mwangi Kimani Omondi
"""  # fmt: skip

# Written by hand in the forms of the families: ordinary people and firms as payrolls have them.
ORDINARY: Final = """
Müller H.J.;J.R.Hartley;T.S.Lindqvist;A.B.Olufsen;K.M.Rahman;B.K.Sharma;D.S.Rana;M.A.Karim;S.M.Hossain;Kuznetsov A.A.;Зайцев П.П.;Н.Н. Ковалёва
García J.L.;P.van Dijk;J.-P.Lacroix;Nguyen V.T.;Schulz, K.-H.;R.R.Nair;C.K.Tan;Lim C.H.;Wong K.W.;Y.Tanaka;Lee S.H.;Kim J.Y.;M.Rossi;O.Nilsson
Alexander Schmidt;Sergej Weber;Viktor Müller;Igor Becker;Wladimir Klein;Olga Schneider;Natalie Fischer;Eugen Hoffmann;Waldemar Wagner;Dimitri Lang
Andrej Krause;Juri Neumann;Oleg Braun;Irina Zimmermann;Artur Schäfer;Elena Hartmann;Konstantin Lange;Leonid Vogel;Boris Becker;Tatjana Richter
Jekaterina Petrowa;Michail Sokolow;Nikolai Kusnezow;Alexej Lebedew;Sergueï Morozov;Natacha Volkova;Andreï Sorokine;Iouri Smirnov;Ioulia Egorova
Jonas Kazlauskas;Andrius Petrauskas;Rasa Jankauskienė;Tomas Stankevičius;Jānis Bērziņš;Andris Kalniņš;Inese Ozola;Juris Liepiņš;Margus Tamm
Kristjan Saar;Jaan Mägi;Aleksandrs Ivanovs;Sergejs Petrovs;Viktors Kuzņecovs;Tatjana Vasiljeva;Aleksandras Kuznecovas;Irina Novikova;Juri Sidorov
Szabó Péter;Nagy Ilona;Tóth Gábor;Horváth Zsuzsa;Varga Ferenc;Kiss Attila;Szergej Kovács;Natália Ivanova;Vlagyimir Szabó;Dmitrij Horváth;Olga Nagy
Władysław Nowicki;Michaił Kowal;Siergiej Wójcik;Jewgienij Pawłowski;Sergej Novák;Andrej Kučera;Nikolaj Dvořák;Jurij Černý;Aljona Procházková
Ahmed Ahmed;Mohamed Mohamed;Jan Jan;Peter Peters;Erik Eriksen;Hans Hansen;John Johnson John Johnson;Mario Rossi Mario Rossi;Wang Wang;Ali Ali
Maria Gonzalez (self);John Baker (deceased);Estate of Margaret Whitfield;Late Harold Simmons;Attn: Julia Fischer;c/o Peter Lindemann;Emma Clarke minor
Lucas Moreau, director;Payee David Lockwood;Salary Anna Nowak;Gehalt Thomas Krause;Nómina Laura Ortiz;Laura Bianchi titolare;UBO Henrik Dahl
Peter Novak passport P1234567;Maria Silva (passport C4567891);Ali Demir ID 12345678901;Ravi Kumar PAN ABCPK1234F;Chen Wei E12345678;J. Smith 533401372
Tan Ah Kow;Lim Chee Beng;Wong Siew Ling;Ng Kok Wai;Goh Boon Huat;Teo Siew Eng;Ong Bee Choo;Lee Kuan Meng;Chua Soon Heng;Koh Hui Min;Yeo Jia Hao
Chan Siu Man;Cheung Ka Yan;Leung Wai Keung;Lau Chi Ming;Ho Yuk Lan;Kwok Tsz Kit;Tse Man Fai;Yip Kam Tong;Law Wing Shan;Choi Sze Wai;Tang Wing Yee
Huynh Thi Lan;Truong Van Hai;Luu Quoc Bao;Trinh Minh Chau;Ly Thanh Tung;Vuong Dinh Khoa;Quach Ngoc Anh;La Thi Hoa;Giang Van Nam;Tieu Minh Phung
Youssef El Amrani;Rachid Benjelloun;Mohamed Chérif Belkacem;Abdelkader Boumediene;Hocine Ait Ahmed;Djamel Mezouar;Khadidja Bensalem;Nacer Bouzidi
Mehmet Yıldız;Hüseyin Şahin;Ömer Faruk Aksoy;Abdurrahman Koç;Selahattin Özkan;Cemal Arslan;Şerif Acar;Halit Doğan;Yusuf Ziya Kılıç;İsmet Güler
Mochamad Ridwan;Achmad Fauzi;Yusof Ibrahim;Syarif Hidayatullah;Abdul Rosyid;Muhamad Solihin;Siti Aisyah;Oemar Wirahadikusumah;Djoko Susilo;Nur Kholis
Muhammadu Sanusi;Aliyu Garba;Umaru Bello;Salihu Danladi;Bashiru Lawal;Yahaya Musa;Juma Hamisi;Ramadhani Omari;Athumani Saidi;Mwanaidi Hassani;Hamadi Juma
Bob Carter;Bill Thompson;Jim Harrison;Jack O'Neill;Mike Sullivan;Ted Baxter;Dick Fosbury;Peggy Lawson;Liz Barton;Tony Russo;Sasha Petrenko;Vova Koval
Dima Sokolov;Misha Levin;Katya Orlova;Pepe Navarro;Paco Ruiz;Chuy Ramirez;Nacho Fernandez;Lalo Castro;Beto Mendez;Memo Ochoa;Gianni Ferri;Pino Greco
Professor Anna Lehmann;Prof. Dr. Karl Weiss;Monsieur Paul Girard;Madame Claire Petit;Ing. Pavel Dvořák;JUDr. Jana Malá;Haji Abdul Latif;Datuk Lim Kok Thay
Lic. Rosa Jimenez;Sr. Pedro Alonso;Dott. Marco Gatti;Avv. Elisa Conti;Sheikh Hamdan Al Falasi;Sayyid Ali Naqvi;Mullah Nasreddin;Ustadz Yusuf Mansur
Herr Friedrich Lang;Frau Ingrid Bauer;Dipl.-Ing. Otto Kern;Engr. Chukwudi Okeke;Chief Olu Adeyemi;Alhaji Sule Maikudi;Capt. James Ford;Col. Peter Hughes
Владимир Соколов;Ольга Кузнецова (Olga Kuznetsova);김민수 (Kim Min-su);Kim Min-su (김민수);田中太郎 (Tanaka Taro);محمد علي حسن (Mohamed Ali Hassan);Jun Li (李军)
블라디미르 소콜로프;드미트리 이바노프;セルゲイ・クズネツォフ;アンナ・ペトロワ;Σεργκέι Μορόζοφ;Ιβάν Πετρίδης;سيرغي موروزوف;أولغا كوزنيتسوفا;סרגיי מורוזוב;安德烈·沃尔科夫
"""  # fmt: skip
ORDINARY_FIRMS: Final = """
Müller & Söhne GmbH, Zweigniederlassung Wien;Sunrise Textiles (Dubai);Baltic Timber, Moscow branch;Crédit Coopératif succursale de Lyon;Otto Versand (UK)
Nordwind Logistik Niederlassung Hamburg;Banco Azteca sucursal Centro;Hotel Metropol Representative Office;Olympia Foods FZE branch;東京電機 上海代表处
The Body Shop;The Coca-Cola Company;La Redoute;El Corte Inglés;Die Zeit;Les Échos;Le Figaro;The North Face;The Sherwin-Williams Company;Los Pollos Hermanos
Motel 6;Studio 54;Forever 21;Seven Eleven Japan;7-Eleven;Channel 4;Channel Four Television;Office 365 Services;Section 8 Housing;Route 66 Diner;3M
Three Mobile;First National Bank of Omaha;1st Source Bank;Second Cup Coffee;2nd Avenue Deli;Fifth Third Bank;Five Guys;Six Flags;Pier 39 Gifts;Bureau 21
Nine West;Twenty20 Media;Hotel Twenty-Two;XII Apostles Bakery;Pius X School;Brigade 5 Fire Services;Unit 4 Software;Division 9 Sportswear;Area 51 Games
"""  # fmt: skip

TRULY_LISTED: Final = {
    "d390": "Polyus", "d424": "Rostelecom", "d687": "Magnitogorsk Iron & Steel", "d1327": "Trans-Siberian Gold", "d1987": "China Mobile",
    "d2833": "Shaanxi Zhongtian Rocket Technology", "d2860": "Kamaz", "d3696": "Zvezda", "d6963": "NetPosa Technologies",
    "d7388": "Bank Saint-Petersburg", "d7608": "OMZ", "d8037": "Surgutneftegas", "d8243": "Rosbank", "d8717": "Vyborg Shipyard",
    "d9040": "China Nuclear Engineering Corporation", "d9966": "Severstal", "d10425": "Gazprom", "d12613": "AVIC Xi'an Aircraft Industry",
    "d13305": "Banco de Venezuela", "d13383": "Xiamen Meiya Pico", "d13625": "Chelyabinsk Forge-and-Press Plant", "d13843": "GAZ",
    "d14796": "China Communications Construction, H shares",
}  # fmt: skip
"""Companies of the clean set that OFAC does name (SDN or non-SDN lists), by their id there: what stops them is right."""


def _row(line: str) -> tuple[str, list[str], list[str], list[str]]:
    country, given, surnames, others = line.split("|")
    first = given.split(";") if ";" in given else given.split()
    second = surnames.split() if country != "IT" else surnames.replace("De Luca", "De_Luca").split()
    return country, first, [s.replace("_", " ") for s in second], second if others == "+" else others.split()


def people(rng: random.Random, each: int) -> Iterator[Entity]:
    """Clean people written as the lists write theirs ("SURNAME, Given Patronymic"), `each` of every row."""
    number = 0
    for line in PEOPLE.strip().splitlines():
        country, first, surnames, others = _row(line)
        for _ in range(each):
            surname, given = rng.choice(surnames), rng.choice(first)
            if country in ("MX", "CO"):
                surname = f"{surname} {rng.choice([s for s in others if s != surname])}"
            elif others and rng.random() < 0.7:
                given = f"{given} {rng.choice(others)}" if country != "VN" else f"{rng.choice(others)} {given}"
            number += 1
            yield _clean(str(number), EntityType.PERSON, f"{surname.upper()}, {given}", country)


def companies() -> list[tuple[str, str]]:
    """(id, name) of the real companies."""
    with (SHARED / "eval" / "clean_companies_dev.csv").open(encoding="utf-8") as file:
        return [(row["id"], row["name"]) for row in csv.DictReader(file)]


def firms() -> Iterator[Entity]:
    for id_, name in companies():
        if id_ not in TRULY_LISTED:
            yield _clean(id_, EntityType.ENTITY, name, "")


def ordinary() -> list[tuple[str, EntityType]]:
    """The names written by hand, with their types."""
    return [
        *((name, EntityType.PERSON) for row in ORDINARY.strip().splitlines() for name in row.split(";")),
        *((name, EntityType.ENTITY) for row in ORDINARY_FIRMS.strip().splitlines() for name in row.split(";")),
    ]


def _clean(number: str, type_: EntityType, name: str, country: str) -> Entity:
    nationalities = (country,) if country else ()
    return Entity("clean", number, type_, (ListedName(name),), nationalities=nationalities)
