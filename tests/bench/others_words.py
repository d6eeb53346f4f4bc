"""Words that people put around, into and instead of listed names, for tests/bench/others.py.

Written from the way names stand in payrolls, visiting cards and passports of many countries, apart from the matcher's
tables, so that the benchmark measures the matcher and not a shared table.
"""

# ruff: noqa: E501, SIM905 — vocabulary in long rows
from __future__ import annotations

from typing import Final

# ---------------------------------------------------------------- titles, by where the name comes from

TITLES: Final = {
    "en": "Mr;Mrs;Ms;Miss;Mr.;Sir;Prof.;Professor;Dr;Doctor;Hon.;The Honourable;Rt Hon;Engr;Eng.;Capt.;Captain;Col.;Maj. Gen.;"
    "Brig. Gen.;Lt. Col.;Rev.;Fr.;Chief;Senator;Ambassador;Minister;H.E.;Judge;Barrister",
    "ru": "Mr;Mr.;Gospodin;g-n;Dr.;Professor;Akademik;Herr;Monsieur;Pan;General;Polkovnik;Deputy;Senator;Sig.",
    "es": "Sr.;Sr;Señor;Sra.;Don;Doña;D.;Lic.;Licenciado;Ing.;Ingeniero;Dr.;Dra.;Prof.;Arq.;C.P.;Mtro.;Gral.;Cap.;Abog.;Cnel.",
    "ar": "Sheikh;Shaykh;Haji;Hajji;Al-Hajj;El Hadj;Ustadh;Ustaz;Sayyid;Sayed;Dr;Eng.;Muhandis;Imam;Mullah;Maulana;Mawlawi;"
    "Maulvi;Qari;Hafiz;Emir;Monsieur;M.;Mr;Bay;Sayın;Herr;Liwa;Brigadier;General;Ayatollah;Hojjatoleslam;Sardar;Agha",
    "zh": "Mr;Mr.;Dr;Prof.;Chairman;Madam;Ms;Director",
    "any": "Mr;Mr.;Herr;Monsieur;M.;Mme;Madame;Sig.;Signor;Dott.;Avv.;Sr.;Sra;Senhor;Pan;Pani;Bay;Dr. med.;Prof. Dr.;Dipl.-Ing.;"
    "Ing.;Mgr.;JUDr.;mgr inż.;Dhr.;Mevr.;drs.;ir.;Maître;Me;Shri;Smt.;Janab;Bapak;Pak;Ibu;Tuan;Dato';Datuk;Tan Sri;Khun;Daw;"
    "Atty.;Engr.;Alhaji;Malam;Mallam;Bwana;Ndugu;Mzee;Ato;Kyrios;Kyria;Kirios;Domnul;Gospodar;Gospođa;Professore;Professeur",
}  # fmt: skip
WOMEN_ONLY: Final = frozenset(
    "Mrs;Ms;Miss;Sra.;Sra;Doña;Dra.;Madam;Mme;Madame;Pani;Mevr.;Smt.;Ibu;Daw;Kyria;Gospođa".split(";")
)
TITLES_AFTER: Final = {
    "en": "Esq.;PhD;MBA;MD;Jr.;QC;OBE;CPA;(Mr);, Ph.D.;LL.M.",
    "ru": "(Mr);PhD;Esq.",
    "es": "(Sr.);MBA;PhD",
    "ar": "Bey;Efendi;Pasha;Sahib;Khan Sahib;(Mr);PhD;Agha;Hoca",
    "zh": "(Mr);xiansheng;PhD;-san",
    "any": "(Mr);Esq.;Bey;MBA;ji;Saheb;úr;PhD, MBA;M.Sc.",
}

# ---------------------------------------------------------------- status words, roles and notes beside a name

STATUS: Final = (
    "{} (deceased);{}, deceased;Late {};{} - deceased;Estate of {};{} (Beneficiary);{} beneficiary;Beneficiary: {};{}, director;"
    "{} - Director;Director {};{} (self);{} self;{} minor;{} (minor);{} (Owner);{}, shareholder;{} UBO;Attn: {};Attn {};c/o {};"
    "{} employee;Employee {};{} - staff;{} (contractor);{} (Payee);Payee {};{} in person;{} personally;{} et al.;{} and family;"
    "{} (former);ex {};{} (retired);{} guardian;Guardian of {};{} joint account;{} savings;{} current account;{} sole trader;"
    "{} Einzelunternehmer;{} Inhaber;Inh. {};{} (verstorben);{} fallecido;{} titular;Titular {};{} bénéficiaire;{} gérant;{} décédé;"
    "{} beneficiario;{} apoderado;{} representante legal;{} hereditas;{} (trustee);{} (authorised signatory);{} signatory;"
    "{} salary;Salary {};Gehalt {};Nómina {};{} pensioner;{} IP;IP {};ИП {};{} individual entrepreneur;{} PERSONAL ACCOUNT"
)  # fmt: skip
STATUS_FIRM: Final = (
    "{} (Beneficiary);Beneficiary: {};{} - Supplier;Supplier {};{} (vendor);{} customer;{} (in liquidation);{} - in liquidation;"
    "{} in Liquidation;{} i.L.;{} (dissolved);{} en liquidación;{} (former);formerly {};{} (inactive);{} (Payee);Attn: {};c/o {};"
    "{} trading account;{} escrow;{} - Client Account;{} current account;{} (head office);{} HQ;{} accounts department;"
    "{} payroll;{} (new);{} - do not use;{} (closed);{} (account 2);{} EUR account;{} USD;{} (under administration);{} in receivership"
)  # fmt: skip

PASSPORTS: Final = (
    "{} passport {};{} Passport No. {};{} (passport {});{}, PP {};{} PP No {};{} ID {};{} ID No. {};{}, passport no {};{} / {};{} - {};"
    "{} Reisepass {};{} Pass-Nr. {};{} passeport {};{} pasaporte {};{} paszport {};{} паспорт {};{} ID card {};{} doc {};"
    "{} C.C. {};{} DNI {};{} CNIC {};{} NID {};{} pass {};{} #{};{} ({})"
)  # fmt: skip

# ---------------------------------------------------------------- branches and countries behind a firm

BRANCHES: Final = (
    "{}, Moscow branch;{} Moscow Branch;{} Dubai Branch;{} (Dubai Branch);{} - London Branch;{} Representative Office;{} Rep Office;"
    "{} representative office in Berlin;{} Rep. Office Beijing;{} (Dubai);{} (Hong Kong);{} (Singapore);{} (UK);{} (Europe);{} Turkey;"
    "{} UAE;{} Germany;{} FZE branch;{} Zweigniederlassung Wien;{} Niederlassung Frankfurt;{} Zweigstelle Zürich;{} Repräsentanz;"
    "{} succursale de Paris;{} succursale;{} Succursale Genève;{} sucursal en España;{} sucursal Bogotá;{} Sucursal México;"
    "{} filiale;{} filiale di Milano;{} sede secondaria;{} succursale italiana;{} filial Lisboa;{} sucursal Portugal;{} филиал;"
    "{} московский филиал;{} представительство;{} 代表处;{} 上海分公司;{} 支店;{} şubesi;{} İstanbul Şubesi;{} temsilciliği;{} oddział w Polsce;"
    "{} Oddział Warszawa;{} organizační složka;{} fióktelepe;{} sucursala Bucureşti;{} filiaal;{} bijkantoor;{} filial Stockholm;"
    "{} Norwegian branch;{} NUF;{} branch office;{} Overseas Branch;{} Head Office;{} Nairobi Office;{} liaison office;{} Liaison Office India;"
    "{} regional office;{} Main Office;{} Damascus;{} Beirut Branch;{} Tashkent;{} Cyprus Branch;{} Kazakhstan branch;Branch of {};"
    "Representative Office of {};Филиал {};Представительство {};Succursale de {};Sucursal de {};Filiale di {};Niederlassung der {}"
)  # fmt: skip

# ---------------------------------------------------------------- numbers

CARDINALS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
).split()
TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ROMAN: Final = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")
)  # fmt: skip

# ---------------------------------------------------------------- given names in other spellings, and short forms

SPELLINGS: Final = """
muhammad mohammed mohamed mohammad muhammed mohamad mohd mahomed muhamad mehmed
ahmad ahmed achmad akhmad ahmet akhmed
yusuf yousef youssef yousuf yousif yusef jusuf yusif youcef iusuf
hussein husayn hussain husain hossein hussayn hocine huseyin houssein husein
hasan hassan hassane
ali aly alli
umar omar omer oumar
uthman osman othman usman ousmane otman
abdullah abdallah abdulla abdollah abdoullah abdellah
abdulrahman abdelrahman abdurrahman abdirahman abdourahmane abderrahmane
khalid khaled halid chalid
ibrahim ebrahim ibraheem brahim ibrohim
ismail ismael esmail isma'il ismaeel
mahmud mahmoud mahmood mehmud
mustafa mostafa mustapha moustafa mustafo
said saeed saeid sa'id saiid
salih saleh salikh
sulayman suleiman sulaiman soleiman suleyman souleymane
rashid rasheed rachid rashed
sharif shareef cherif charif
tariq tarek tarik tareq
jamal gamal djamel jamaal
jafar jaafar ja'far djafar gaafar
karim kareem kerim
nasir nasser naser nacer
qasim kassem qassem kasim qasem gasim
bilal belal bilel
walid waleed oualid
yahya yahia yehya yehia
zayd zaid zeid zayed
fatima fatemeh fatma fatimah
maryam mariam maryem meryem
aleksandr alexander oleksandr aliaksandr alexandr aleksander alexandre
sergei sergey serhiy serhii siarhei sergej serguei
andrei andrey andriy andrii andrej
dmitry dmitri dmitriy dmytro dmitrij dzmitry dmitrii
mikhail mykhailo mihail mikhael michail
nikolai nikolay mykola nikolaj mikalai
vladimir volodymyr uladzimir wladimir vladimer
yevgeny evgeny yevgeniy evgeniy yevhen eugene evgenii
aleksey alexey alexei oleksiy oleksii aleksei aliaksei
yuri yuriy yury iurii yurii jurij
vasily vasiliy vasili vasyl wassili
pavel pavlo pawel
viktor victor wiktor
konstantin kostiantyn constantine konstantyn
natalia natalya nataliya nataliia natalija
yelena elena olena alena
yekaterina ekaterina kateryna katerina
tatiana tatyana tetiana tetyana
igor ihor
oleg oleh
grigory grigoriy hryhoriy grigori
maxim maksim maksym
anatoly anatoliy anatoli anatolii
gennady gennadiy hennadiy gennadi
arkady arkadiy arkadi
valery valeriy valeri valerii
vyacheslav viacheslav vjaceslav wiatscheslaw
jose josé
juan joan
jesus jesús
christian cristian kristian
christopher cristopher kristopher
john jhon jon
jorge george
oscar óscar oskar
hector héctor
carlos karlos
philip phillip
stephen steven
jeffrey geoffrey
thomas tomas
michael micheal
peter piotr petr pyotr
"""  # fmt: skip

NICKNAMES: Final = """
robert:bob,bobby,rob|william:bill,will,billy|richard:dick,rick,richie|james:jim,jimmy|john:jack,johnny|michael:mike,mick
edward:ed,ted,eddie|thomas:tom,tommy|charles:charlie,chuck|joseph:joe|anthony:tony|daniel:dan,danny|david:dave|peter:pete
stephen:steve|steven:steve|christopher:chris|matthew:matt|nicholas:nick|patrick:pat,paddy|samuel:sam|benjamin:ben|alexander:alex
gregory:greg|kenneth:ken|lawrence:larry|timothy:tim|andrew:andy,drew|frederick:fred|elizabeth:liz,betty|margaret:maggie,peggy
aleksandr:sasha,shura,sanya|alexander:sasha,alex|sergei:seryozha,serega|sergey:seryozha|vladimir:vova,volodya|dmitry:dima
dmitri:dima,mitya|dmitriy:dima|yevgeny:zhenya|evgeny:zhenya|yevgeniy:zhenya|evgeniy:zhenya|mikhail:misha|nikolai:kolya
nikolay:kolya|aleksey:lyosha,alyosha|alexey:lyosha,alyosha|alexei:alyosha,lyosha|aleksei:alyosha|andrei:andryusha|ivan:vanya
yuri:yura|yuriy:yura|yury:yura|pavel:pasha|konstantin:kostya|vasily:vasya|boris:borya|grigory:grisha|leonid:lyonya|viktor:vitya
oleg:olezhka|igor:igoryok|maxim:max|maksim:max|anatoly:tolya|anatoliy:tolya|gennady:gena|gennadiy:gena|vyacheslav:slava
stanislav:stas|vladislav:vlad|roman:roma|yekaterina:katya|ekaterina:katya|tatiana:tanya|tatyana:tanya|natalia:natasha
natalya:natasha|nataliya:natasha|yelena:lena|elena:lena|olga:olya|svetlana:sveta|maria:masha|anna:anya|irina:ira
jose:pepe|francisco:paco,pancho,kiko|jesus:chuy,chucho|guadalupe:lupe|ignacio:nacho|manuel:manolo,manny|eduardo:lalo,edu
enrique:quique,kike|roberto:beto|alberto:beto|rafael:rafa|antonio:toño,tony|luis:lucho|jorge:coque|guillermo:memo,guille
gustavo:tavo|fernando:nando,fer|alejandro:alex,jano|vicente:chente|salvador:chava|sergio:checo|gerardo:lalo|miguel:migue
javier:javi|ernesto:neto|joaquin:quino|santiago:santi,chago|juan:juancho,juanito|daniel:dani|felipe:pipe|gabriel:gabo
muhammad:moha,hamudi,mo|mohammad:mo,mamad|mohamed:moe,moha|ibrahim:ibo,brahim|abdullah:abdul,apo|mustafa:musti|mehmet:memo
ismail:ismo|suleiman:sule|abdulrahman:abdul|hassan:hasso|giovanni:gianni,nanni|giuseppe:beppe,peppe,pino|francesco:franco,ciccio
antonio:nino,totò|johannes:hannes,hans|josef:sepp|friedrich:fritz|heinrich:heinz|wilhelm:willi|ludwig:lutz|katarina:kata
slobodan:sloba|dragan:gagi|aleksandar:aca,sasa|nikola:niksa|miroslav:mirko|vojislav:voja|jean-pierre:jp
"""  # fmt: skip

# ---------------------------------------------------------------- Chinese surnames: pinyin, then how others spell the same character

SINITIC: Final = """
chen:tan:chan:tang,tan:tran|huang:ng,ooi,wee:wong:ng,ung:huynh,hoang|lin:lim:lam:lim:lam|wang:ong,heng:wong:heng:vuong
li:lee,li:lee,lei:lee:ly|zhang:teo,tiu,teoh:cheung,cheong:teo,tio:truong|liu:lau,low:lau,lao:lau,low:luu|wu:goh,go:ng:goh,ngo:ngo
zhou:chew,chiu,choo:chow,chau,chao:chew,chiu:chau,chu|zheng:tay,teh,the:cheng,cheang:tay,teh:trinh|xu:koh,khaw,co:hui,tsui:koh,khow:hua,tu
yang:yeo,iu,yeoh:yeung,yeong:yeo,io:duong|zhao:teo,tio:chiu,chiew:teo,tio:trieu|guo:kuok,kwek,quek:kwok,kwek:kwek,quek:quach
xie:chia,cheah,sia:tse,che,der:chia,cia:ta|he:ho:ho:ho,hor:ha|luo:loh,lo:law,lo:lo,law:la|song:song,sung:sung:song,sang:tong
liang:neo,niu:leung,leong:niu,neo:luong|cai:chua,tsai,choa:choi,choy:chua,tsua:thai,sai|ye:yap,iap:yip,ip:yap,iap:diep
lu:loo,lo:lo,lou:lou,lo:lu,lo|jiang:kang,kiang:kong,keung:kang,kiang:giang,khuong|shen:sim,sam:shum,sum:sim,sam:tham,tram
hong:ang:hung:ang,hong:hong|xiao:siow,seow,siau:siu,siew:seow,sio:tieu|pan:phua,pua:poon,pun:phua,puah:phan|sun:soon,sng:suen,sun:seng,sng:ton
ma:beh,bay,be:ma,mah:beh,bey:ma|feng:pang,hong:fung,foong:pang:phung|gao:ko,koh:ko,kou:ko,kau:cao|zhu:choo,chu:chu,chue:chu,chou:chu,chau
hu:oh,aw,ow:wu,woo:ow,ou:ho|tang:tng,teng:tong:teng,tng:duong,dang|deng:teng:tang:teng:dang|cao:cho,chor:tso,cho:chau,cho:tao
peng:phee,pheh:pang:phang,phe:banh|zeng:chan,chng:tsang,chang:chng,tseng:tang|fang:png,pung:fong:png,pui:phuong|bai:peh,pek:pak,pai:peh:bach
"""  # fmt: skip

# ---------------------------------------------------------------- by-names that stand within a name

BY_NAMES: Final = "El Gordo;El Flaco;Chino;El Tigre;Toni;Big Joe;Baba;Kiko;El Profe;Tito;Sasha;Gigi;Abu Ali;Red;Doc;Lucky;El Negro;Malysh;Bob;Zaza"
