"""A payroll team's own export: whatever its titles, separators and encoding, who would be blocked, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.decoding import event_from_json
from streamer.events import PayEvent, Verdict
from streamer.files.payroll import Line, layouts, pay_event, read_payroll, screened
from streamer.files.replay import lists_from
from streamer.files.rows import InvalidInput
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists
from tests.builders import IBAN_BERLIN, LISTED_ID, LISTED_NAME, RECEIVED_AT, as_bytes


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def export(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "november.csv"
    path.write_bytes(text.encode(encoding))
    return path


def judged(path: Path, lists: Lists, **mapping: str) -> list[Line]:
    monitor = Monitor.under(shipped_policy(), identity_key=b"offline", engine_version="0")
    payroll = read_payroll(path, mapping)
    return [line for line in screened(payroll, monitor, lists, tenant="acme", now=RECEIVED_AT) if line is not None]


def event(path: Path) -> PayEvent:
    ((number, row),) = read_payroll(path).rows
    read = event_from_json("payrolls", as_bytes(pay_event(row, number, "acme", RECEIVED_AT)))
    assert isinstance(read, PayEvent)
    return read


# ---------------------------------------------------------------- who is blocked


def test_who_is_listed_would_be_blocked_and_the_others_not(lists: Lists, tmp_path: Path) -> None:
    path = export(tmp_path, f'Employee ID,Employee Name,Net Pay\n1,Ada Brandt,"4,200.00"\n2,"{LISTED_NAME}",1\n')
    clean, listed = judged(path, lists)
    assert (clean.line, clean.worker, clean.verdict, clean.reasons) == (2, "Ada Brandt", Verdict.RELEASE, ())
    assert (listed.worker_id, listed.verdict, listed.entities[0]) == ("2", Verdict.HOLD, LISTED_ID)
    assert "matches" in listed.reasons[0]


@pytest.mark.parametrize(
    ("title", "cell", "rule_says"),
    [
        ("Account Holder", "Volasys Silver Star", "account_holder.name"),
        ("Business Name", "Volasys Silver Star", "account_holder.name"),
        ("Bank Name", "Korea Daesong Bank", "payout_agent.name"),
        ("BIC", "FTBDKPPYXXX", "payout_agent.bic"),
        ("IBAN", "IR710570029971601460641001", "payout_account.iban"),
        ("Account Number", "IR710570029971601460641001", "payout_account"),
        ("Wallet Address", "0xb637f84b66876ebf609c2a4208905f9ddac9d075", "payout_account.wallet"),
        ("Country", "North Korea", "country_of_residence"),
        ("City", "Pyongyang", "worker.address.town"),
        ("Phone", "+850 2 381 8164", "worker.phone"),
        ("Email", "hongsiao@naver.com", "worker.email"),
        ("Description", "for Volasys Silver Star", "remittance_unstructured[0]"),
        ("Address 2", "c/o Volasys Silver Star", "worker.address.lines[0]"),
    ],
)
def test_every_column_is_screened(lists: Lists, tmp_path: Path, title: str, cell: str, rule_says: str) -> None:
    (line,) = judged(export(tmp_path, f"Worker Name,{title}\nAda Brandt,{cell}\n"), lists)
    assert line.verdict is not Verdict.RELEASE
    assert any(rule_says in reason for reason in line.reasons), line.reasons


def test_two_workers_of_one_account_are_told_but_not_blocked(lists: Lists, tmp_path: Path) -> None:
    path = export(tmp_path, f"Name,IBAN\nAda Brandt,{IBAN_BERLIN}\nMarek Novak,{IBAN_BERLIN}\n")
    lines = judged(path, lists)
    assert [line.verdict for line in lines] == [Verdict.RELEASE] * 2
    assert any("share one account" in told for line in lines for told in line.alerts)


def test_alerts_stand_at_the_rows_that_complete_a_pattern(lists: Lists, tmp_path: Path) -> None:
    rows = [f"{name},{IBAN_BERLIN}" for name in ("Ada Brandt", "Marek Novak", "Lena Berg", "Ada Brandt", "Ole Dahl")]
    told = [line.alerts for line in judged(export(tmp_path, "\n".join(["Name,IBAN", *rows])), lists)]
    words = "different payees share one account within 90 days."
    assert told[:3] == [(), (f"2 {words}",), (f"3 {words}",)]
    assert all(len(alerts) == 1 for alerts in told[1:])


def test_a_row_without_a_name_waits(lists: Lists, tmp_path: Path) -> None:
    _, nameless = judged(export(tmp_path, "Name,Net Pay\nAda Brandt,1\n,2\n"), lists)
    assert (nameless.verdict, nameless.worker) == (Verdict.REVIEW, "")


# ---------------------------------------------------------------- how exports are written

ROW = {"worker_name": "Ada Müller", "amount": "1", "iban": IBAN_BERLIN}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_excel_may_write_it_as_it_likes(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    lines = ("Worker Name,IBAN,Amount", f"Ada Müller,{IBAN_BERLIN},1", "")
    payroll = read_payroll(export(tmp_path, end.join(lines).replace(",", delimiter), encoding))
    assert [dict(row) for _, row in payroll.rows] == [ROW]


def test_titles_and_totals_of_a_report_are_no_rows(tmp_path: Path) -> None:
    text = "Payroll Register,,\nNovember,,\n\nPayroll Name,File #,Net Pay\nBrandt Ada,7,1\n\nTotals,,1\n"
    payroll = read_payroll(export(tmp_path, text))
    assert payroll.layout == "adp"
    assert [(line, row["worker_name"]) for line, row in payroll.rows] == [(5, "Brandt Ada")]
    assert payroll.notes == ("1 lines of totals left out",)


def test_somebody_called_total_is_paid(tmp_path: Path) -> None:
    payroll = read_payroll(export(tmp_path, "Name,Employee ID\nTotal Energies Consulting,9\n"))
    assert len(payroll.rows) == 1


def test_cells_may_hold_line_breaks_and_separators(tmp_path: Path) -> None:
    text = 'Name,Address\n"Brandt, Ada","Lindenweg 4\n20095 Hamburg"\nMarek Novak,Praha\n'
    (_, first), (line, second) = read_payroll(export(tmp_path, text)).rows
    assert first["worker_name"] == "Brandt, Ada"
    assert (line, second["worker_name"]) == (4, "Marek Novak")


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("first_name,last_name,ssn,gusto_employee_id,title", "gusto"),
        ("Co Code,Batch ID,File #,Payroll Name,Reg Hours", "adp"),
        ("Contract ID,Worker name,Worker email,Worker country,Worker Legal Entity", "deel"),
        ("Worker,Workday ID,Name on Account,IBAN,Primary Home Address City", "workday"),
        ("Worker Name,IBAN", "generic"),
    ],
)
def test_the_layout_is_known_by_the_titles(tmp_path: Path, header: str, layout: str) -> None:
    assert read_payroll(export(tmp_path, f"{header}\n")).layout == layout


def test_a_map_wins_over_the_titles(tmp_path: Path) -> None:
    path = export(tmp_path, "Name,Who is paid\nPayroll 7,Ada Brandt\n")
    ((_, row),) = read_payroll(path, {"worker_name": "who is paid"}).rows
    assert row == {"worker_name": "Ada Brandt"}


def test_columns_that_are_not_screened_are_named(tmp_path: Path) -> None:
    payroll = read_payroll(export(tmp_path, "Name,Konto des Menschen,Hours,Empty,\nAda Brandt,1,, ,\nBo Holm,,2,,x\n"))
    assert payroll.unscreened == ("Konto des Menschen", "Hours", "column 5")
    assert payroll.warning == (
        'columns not screened: Konto des Menschen, Hours, column 5; where one matters, name it: --map FIELD="TITLE"'
    )


def test_columns_without_cells_are_no_columns_that_are_not_screened(tmp_path: Path) -> None:
    payroll = read_payroll(export(tmp_path, "Name,IBAN,Hours,Net Pay\nAda Brandt,1,,2\nTotal,,99,2\n"))
    assert (payroll.unscreened, payroll.warning) == ((), None)


def test_a_second_column_of_one_title_is_not_screened_and_named(tmp_path: Path) -> None:
    assert read_payroll(export(tmp_path, "Name,IBAN,IBAN\nAda Brandt,1,2\n")).unscreened == ("IBAN",)


def test_the_titles_of_ach_files_are_known(tmp_path: Path) -> None:
    header = "Receiving Company Name,Individual ID,Routing Number,Account Number,Amount,Addenda"
    payroll = read_payroll(export(tmp_path, f"{header}\nAda Brandt,7,021000021,12345,1,INV 1\n"))
    assert list(payroll.columns) == ["worker_name", "worker_id", "account_number", "amount", "memo"]


@pytest.mark.parametrize("title", ["IBAN / Account number", "Account number (IBAN)", "IBAN/Account No."])
def test_one_column_may_hold_ibans_and_other_numbers(tmp_path: Path, title: str) -> None:
    rows = [f"Ada Brandt,{IBAN_BERLIN}", "Marek Novak,40817810099910004312"]
    payroll = read_payroll(export(tmp_path, "\n".join([f"Name,{title}", *rows])))
    accounts = [pay_event(row, n, "acme", RECEIVED_AT)["payout_account"] for n, row in payroll.rows]
    assert accounts == [{"iban": IBAN_BERLIN}, {"other": "40817810099910004312"}]


def test_every_field_of_a_layout_is_a_field() -> None:
    known = layouts()
    for titles in known.titles.values():
        assert set(titles.values()) <= set(known.fields)


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("text", "mapping", "says"),
    [
        ("a,b\n1,2\n", {}, "no column says who is paid. Found: a, b. Name it: --map worker_name="),
        ("a,b\n1,2\n", {"worker_name": "c"}, "no column 'c'. Found: a, b"),
        ("Employe Name,b\n1,2\n", {"worker_name": "Employee Name"}, "Did you mean 'Employe Name'?"),
        ("Name\nA\n", {"worker_nam": "Name"}, "no such field; did you mean worker_name?"),
        ("", {}, "empty; the first line must name the columns"),
        ("Name,Amount\nA,1,2\n", {}, "line 2: 3 cells under 2 titles"),
        ('Name,Amount\nA,1\n"B,1\nC,1\n', {}, "the row that ends on line 4: unexpected end of data; close its quotes"),
        ("Name\nA\n", {"pigeon": "Name"}, "no such field. Fields: worker_name"),
    ],
)
def test_what_is_missing_is_named_with_what_is_there(
    tmp_path: Path, text: str, mapping: dict[str, str], says: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_payroll(export(tmp_path, text), mapping)
    assert says in str(refused.value)


def test_an_unknown_layout_lists_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="use one of generic, gusto, adp"):
        read_payroll(export(tmp_path, "Name\nA\n"), layout="sap")


def test_a_workbook_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    path.write_bytes(b"PK\x03\x04rest of a workbook")
    with pytest.raises(InvalidInput, match="save it as CSV"):
        read_payroll(path)


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("4200", "4200"),
        ("$4,200.00", "4200.00"),
        ("4.200,00 €", "4200.00"),
        ("4 200,5", "4200.5"),
        ("1,234", "1234"),
        ("1,234,567.89", "1234567.89"),
        ("(12.00)", "12.00"),
        ("", "1"),
        ("n/a", "1"),
        ("0.00", "1"),
    ],
)
def test_amounts_are_read_as_people_write_them(tmp_path: Path, written: str, read: str) -> None:
    assert str(event(export(tmp_path, f'Name,Amount\nAda Brandt,"{written}"\n')).amount) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1970-02-05", "1970-02-05"),
        ("05.02.1970", "1970-02-05"),
        ("13/02/1970", "1970-02-13"),
        ("02/13/1970", "1970-02-13"),
        ("02/02/1970", "1970-02-02"),
        ("05/02/1970", "1970"),
        ("1970-02-05 00:00:00", "1970-02-05"),
        ("February", None),
        ("", None),
    ],
)
def test_a_birth_date_is_as_certain_as_it_is_written(tmp_path: Path, written: str, read: str | None) -> None:
    assert event(export(tmp_path, f"Name,DOB\nAda Brandt,{written}\n")).worker.birth_date == read


def test_birth_dates_that_are_none_are_said(tmp_path: Path) -> None:
    rows = "Ada Brandt,1970-02-05\nBo Holm,n/a\nCy Lind,25604\nDi Moe,Feb.\n"
    (told,) = read_payroll(export(tmp_path, f"Name,DOB\n{rows}")).notes
    assert "2 cells of 'DOB' are no dates, the first on line 4: '25604'" in told


def test_parts_of_a_name_are_one_name(tmp_path: Path) -> None:
    read = event(export(tmp_path, "First Name,Middle Name,Last Name\nAda,Marie,Brandt\n"))
    assert read.worker.name == "Ada Marie Brandt"


def test_a_number_that_is_an_iban_is_one(tmp_path: Path) -> None:
    read = event(export(tmp_path, f"Name,Account Number\nAda Brandt,{IBAN_BERLIN}\n"))
    assert (read.payout_account.iban, read.payout_account.other) == (IBAN_BERLIN, None)
