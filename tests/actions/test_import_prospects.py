"""A customer list is imported whole: good rows in, bad rows told, nothing erased or reopened."""

import asyncio
import csv
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from drip.actions.import_prospects import ImportOptions, import_prospects
from drip.actions.importing.report import ImportReport
from drip.actions.importing.sheet import SheetError
from drip.actions.lift import LiftError, lift
from drip.actions.opt_out import opt_out
from drip.actions.whose import Whose
from drip.domain.company import Relation
from drip.store import companies, prospects, suppressions
from drip.store.engine import Store
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk

HEADER = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Associated Company,Company Domain Name,"
    "Country/Region,State/Region,Time Zone,Number of Employees,Annual Revenue,Industry code (SIC),"
    "Contact owner,Unsubscribed from all email,Favourite colour\n"
)
GOOD = (
    "1,Ann,Jones,Ann.Jones@Acme.Example.com,+1 212 555 0100,Plant Manager,Acme Works,acme.example.com,"
    'United States,New York,us_slash_eastern,"1,200",$5M,3559,Kim Lee,,blue\n'
)
# A batch with this address in it is refused; and no more.
SQLITE_REFUSES = """CREATE TRIGGER refuse BEFORE INSERT ON prospects WHEN new.email = '{}'
BEGIN SELECT raise(ABORT, 'not this one'); END"""
FUNCTION = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$"
POSTGRESQL_REFUSES = """CREATE TRIGGER refuse BEFORE INSERT ON prospects FOR EACH ROW WHEN (new.email = '{}')
EXECUTE FUNCTION refuse()"""
REFUSE = {"sqlite": (SQLITE_REFUSES,), "postgresql": (FUNCTION, POSTGRESQL_REFUSES)}
ALLOW = {"sqlite": "DROP TRIGGER refuse", "postgresql": "DROP FUNCTION refuse CASCADE"}


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """A file with these rows."""
    path = folder / "contacts.csv"
    path.write_text(header + "".join(rows), encoding="utf-8-sig")
    return path


async def run(store: Store, path: Path, **options: object) -> ImportReport:
    """Import a file whose addresses may be of test domains."""
    return await import_prospects(store, path, ImportOptions(reserved=True, **options), MONDAY)  # type: ignore[arg-type]


async def test_a_good_row_becomes_a_prospect_with_company_and_owner(desk: Desk, tmp_path: Path):
    report = await run(desk.store, written(tmp_path, GOOD))
    assert (report.rows, report.added, report.bad) == (1, 1, 0)
    assert report.ignored_columns == ("Record ID", "Favourite colour")
    async with desk.store.reading() as unit:
        ann = (await prospects.by_email(unit, [ANN]))[ANN]
        firm = (await companies.get(unit, [ann.company_id]))[ann.company_id]
    assert (ann.first_name, ann.country, ann.region, ann.time_zone) == ("Ann", "US", "NY", "US/Eastern")
    assert ann.owner_rep_id == desk.rep_id
    assert (firm.name, firm.domain, firm.employees, firm.sic) == ("Acme Works", "example.com", 1200, "3559")


async def test_importing_again_changes_nothing_and_an_empty_cell_erases_nothing(desk: Desk, tmp_path: Path):
    await run(desk.store, written(tmp_path, GOOD))
    again = await run(desk.store, written(tmp_path, GOOD))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
    emptied = "1,Anne,,ann.jones@acme.example.com,,,,,,,,,,,,,\n"
    third = await run(desk.store, written(tmp_path, emptied))
    assert (third.added, third.updated) == (0, 1)
    async with desk.store.reading() as unit:
        ann = (await prospects.by_email(unit, [ANN]))[ANN]
    assert (ann.first_name, ann.last_name, ann.phone) == ("Anne", "Jones", "+1 212 555 0100")


async def test_bad_rows_are_told_with_line_and_reason_and_do_not_stop_the_rest(desk: Desk, tmp_path: Path):
    bad = [
        "2,Bob,Hill,bob@,,,,,,,,,,,,,\n",
        "3,Cy,Orr,cy@acme.example.com,,,,,Atlantis,,,,,,,,\n",
        "4,Ann,Again,ANN.JONES@acme.example.com,,,,,,,,,,,,,\n",
        "5,Dee,Poe\n",
        '6,Eve,Fox,"eve@acme.example.com,,,,,,,,,,,,,\n',
    ]
    good = "7,Flo,Gray,flo@acme.example.com,,,,,,,,,,,,,\n"
    table = tmp_path / "report.csv"
    report = await run(desk.store, written(tmp_path, GOOD, *bad, good), report=table)
    assert [(one.line, one.code) for one in report.bad_rows] == [
        (3, "invalid_email"),
        (4, "unknown_country"),
        (5, "duplicate"),
        (6, "cell_count"),
        (7, "unreadable"),
    ]
    assert "line 2" in report.bad_rows[2].words
    assert (report.rows, report.added) == (7, 2)
    lines = table.read_text().splitlines()
    assert lines[0] == "line,kind,code,column,email,reason"
    assert len(lines) == 6


async def test_a_formula_in_a_bad_row_is_harmless_in_the_report(desk: Desk, tmp_path: Path):
    table = tmp_path / "report.csv"
    rows = ["9,A,B,=cmd|x,,,,,,,,,,,,,\n", "9,A,B,a@acme.example.com,,,,,=1+1,,,,,,,,\n"]
    await run(desk.store, written(tmp_path, *rows), report=table)
    cells = [cell for row in csv.reader(table.open(newline="")) for cell in row]
    assert len(cells) == 18
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


async def test_m49_no_import_lifts_a_suppression(desk: Desk, tmp_path: Path):
    await run(desk.store, written(tmp_path, GOOD))
    await opt_out(desk.store, Whose(email=ANN), PROSPECT, MONDAY)
    report = await run(desk.store, written(tmp_path, GOOD.replace("Plant Manager", "Director")))
    assert report.updated == 1
    assert [(one.line, one.code) for one in report.notes] == [(2, "suppressed")]
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {ANN: "opted_out"}


async def test_an_opt_out_in_the_export_is_kept_and_nobody_can_lift_it(desk: Desk, tmp_path: Path):
    row = GOOD.replace("Kim Lee,,blue", "Kim Lee,true,blue")
    report = await run(desk.store, written(tmp_path, row))
    assert report.counts["opted_out"] == 1
    async with desk.store.reading() as unit:
        assert (await prospects.by_email(unit, [ANN]))[ANN].opted_out_at == MONDAY
    with pytest.raises(LiftError, match="opted_out"):
        await lift(desk.store, ANN, desk.kim, MONDAY + DAY)


async def test_an_owner_nobody_knows_is_noted_and_a_customer_is_remembered(desk: Desk, tmp_path: Path):
    header = "Email,Contact owner,Lifecycle Stage\n"
    path = written(tmp_path, "bo@acme.example.com,Somebody Else,Customer\n", header=header)
    report = await run(desk.store, path)
    assert [one.code for one in report.notes] == ["owner_unknown"]
    async with desk.store.reading() as unit:
        assert await companies.relations(unit, ["example.com"]) == {"example.com": Relation.CUSTOMER}


async def test_rows_of_one_company_are_put_together_in_whatever_batch_they_come(desk: Desk, tmp_path: Path):
    header = "Email,Company name,Company domain,Employees,Annual revenue,Lifecycle stage\n"
    first = "a@acme.example.com,Acme Works,acme.example.com,1200,€5M,Customer\n"
    second = "b@acme.example.com,Acme Works Inc.,acme.example.com,,,lead\n"
    third = "c@acme.example.com,,,1300,,\n"
    nameless = "d@gmail.com,Beta,,40,,\n"
    again = "e@gmail.com,Beta,,,,\n"
    report = await run(desk.store, written(tmp_path, first, second, third, nameless, again, header=header))
    assert report.added == 5
    later = await run(desk.store, written(tmp_path, "f@acme.example.com,,,,,\n", header=header))
    assert later.added == 1
    async with desk.store.reading() as unit:
        people = await prospects.by_email(unit, [f"{one}@acme.example.com" for one in "abcf"])
        [acme] = (await companies.get(unit, [one.company_id for one in people.values() if one.company_id])).values()
        gmail = await prospects.by_email(unit, ["d@gmail.com", "e@gmail.com"])
        [beta] = (await companies.get(unit, [one.company_id for one in gmail.values() if one.company_id])).values()
    assert len(people) == 4
    assert (acme.name, acme.domain, acme.employees, acme.relation) == (
        "Acme Works Inc.",
        "example.com",
        1300,
        Relation.CUSTOMER,
    )
    assert (acme.revenue, acme.currency) == (5_000_000, "EUR")
    assert (beta.name, beta.domain, beta.employees) == ("Beta", None, 40)


async def test_signs_that_mean_something_to_a_database_are_kept_as_they_are(desk: Desk, tmp_path: Path):
    header = "Email,First name,Last name,Company name\n"
    row = r"""o'hara{x}@acme.example.com,\N,"a\tb ""c"" {d,e}",%s :now $1""" + "\n"
    for added in (1, 0):
        report = await run(desk.store, written(tmp_path, row, header=header))
        assert (report.added, report.unchanged) == (added, 1 - added)
    async with desk.store.reading() as unit:
        [found] = (await prospects.by_email(unit, ["o'hara{x}@acme.example.com"])).values()
    assert (found.first_name, found.last_name) == (r"\N", r'a\tb "c" {d,e}')
    assert found.company_name == "%s :now $1"


async def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk, tmp_path: Path):
    report = await run(desk.store, written(tmp_path, GOOD, "2,Bob,Hill,bob@,,,,,,,,,,,,,\n"), dry_run=True)
    assert (report.added, report.bad) == (1, 1)
    async with desk.store.reading() as unit:
        assert await prospects.by_email(unit, [ANN]) == {}


async def test_thousands_of_rows_go_in_with_progress(desk: Desk, tmp_path: Path):
    rows = [f"{i},P,Q,p{i}@firm{i % 40}.example.net,,,,,US,NY,,,,,,,\n" for i in range(2_500)]
    seen: list[int] = []
    path = written(tmp_path, *rows)
    report = await import_prospects(
        desk.store, path, ImportOptions(reserved=True), MONDAY, lambda report: seen.append(report.rows)
    )
    assert report.added == 2_500
    assert seen == [2_000, 2_500]


async def test_of_rows_of_one_company_the_later_counts_though_batches_are_written_at_once(desk: Desk, tmp_path: Path):
    header = "Email,Company domain,Employees\n"
    many = [f"p{i}@works.com,works{i}.com,1\n" for i in range(1_999)]  # written slowly, and the last of them last
    few = [f"q{i}@zebra.com,,\n" for i in range(1_999)]
    path = written(tmp_path, *many, "a@zebra.com,zebra.com,1\n", *few, "b@zebra.com,zebra.com,2\n", header=header)
    assert (await run(desk.store, path)).added == 4_000
    async with desk.store.reading() as unit:
        people = await prospects.by_email(unit, ["a@zebra.com", "b@zebra.com"])
        [zebra] = (await companies.get(unit, [one.company_id for one in people.values() if one.company_id])).values()
    assert (zebra.domain, zebra.employees) == ("zebra.com", 2)


async def test_an_import_that_is_broken_off_leaves_nothing_running_and_is_taken_up_by_the_next(
    desk: Desk, tmp_path: Path
):
    path = written(tmp_path, *(f"p{i}@firm{i % 40}.example.net\n" for i in range(8_500)), header="Email\n")

    def enough(_report: ImportReport) -> None:
        raise RuntimeError("enough")

    running, turns = asyncio.all_tasks(), sys.getswitchinterval()
    with pytest.raises(RuntimeError, match="enough"):
        await import_prospects(desk.store, path, ImportOptions(reserved=True), MONDAY, enough)
    assert asyncio.all_tasks() <= running
    assert sys.getswitchinterval() == turns
    again = await run(desk.store, path)
    assert again.added + again.unchanged == 8_500
    assert again.unchanged >= 2_000 <= again.added


@pytest.mark.parametrize("bad", [10, 2_010])
async def test_a_batch_the_database_refuses_ends_the_import_and_is_taken_by_the_next(
    desk: Desk, tmp_path: Path, bad: int
):
    path = written(tmp_path, *(f"p{i}@firm.example.net\n" for i in range(4_500)), header="Email\n")
    refused = f"p{bad}@firm.example.net"
    async with desk.store.begin() as unit:
        for statement in REFUSE[unit.kind]:
            await unit.run(text(statement.format(refused)))
    try:
        with pytest.raises(DBAPIError, match="not this one"):
            await run(desk.store, path)
    finally:
        async with desk.store.begin() as unit:
            await unit.run(text(ALLOW[unit.kind]))
    async with desk.store.reading() as unit:
        assert await prospects.by_email(unit, [refused]) == {}
    again = await run(desk.store, path)
    assert (again.added + again.unchanged, again.updated) == (4_500, 0)
    assert again.added >= 2_000


async def test_a_file_that_is_no_list_is_one_clear_error(desk: Desk, tmp_path: Path):
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(SheetError, match="Excel workbook"):
        await run(desk.store, path)
    path.write_text("Name,Firm\nAnn,Acme\n")
    with pytest.raises(SheetError, match="no column"):
        await run(desk.store, path)
