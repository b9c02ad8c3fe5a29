"""A bulk comes from a sheet or from a choice of prospects; a row that makes no sense is told."""

from datetime import date
from pathlib import Path

import pytest

from drip.actions.choose import Alike, choose_free
from drip.actions.enroll import enroll_many
from drip.actions.enrolling.request import Enrolling, Skipped
from drip.actions.importing.sheet import SheetError
from drip.cli.enroll_rows import rows_of
from drip.domain.company import Company
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow
from drip.domain.errors import DripError
from tests.actions.desk import ANN, MONDAY, Desk

GIVEN = {"campaign": "monthly-value", "rep": "kim@seller.example", "tried_to_disqualify": "yes", "hot_button": "energy"}
HEADER = "Email,Hot button,Tried to disqualify,Call window,Promised call on,Cadence,Field.goal\n"


def rows(folder: Path, text: str):
    """The requests of a sheet."""
    path = folder / "enroll.csv"
    path.write_text(text)
    return list(rows_of(path, GIVEN, lambda number: None))


def test_a_row_says_what_differs(tmp_path: Path):
    text = HEADER + f"{ANN},scrap,yes,late,2026-03-16,every 6 weeks,two shifts\n"
    [(line, asked)] = rows(tmp_path, text)
    assert line == 2
    assert isinstance(asked, Enrolling)
    assert (asked.email, asked.campaign, asked.qualification.hot_button) == (ANN, "monthly-value", "scrap")
    assert (asked.call_window, asked.promised_on) == (CallWindow.LATE, date(2026, 3, 16))
    assert (asked.interval, asked.fields) == (Duration(6, Unit.WEEK), {"goal": "two shifts"})


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        (",,perhaps,,,,", "neither yes nor no"),
        (",,,noon,,,", "no call window"),
        (",,,,16.3.2026,,", "no day"),
        (",,,,,now and then,", "not a cadence"),
        (',"never closed,,,,', "never closed"),
    ],
)
def test_a_row_that_makes_no_sense_is_told(tmp_path: Path, cells: str, word: str):
    [(line, skipped)] = rows(tmp_path, f"{HEADER}{ANN}{cells}\n")
    assert line == 2
    assert isinstance(skipped, Skipped)
    assert word in skipped.words


@pytest.mark.parametrize(
    ("column", "key", "fields"),
    [("Idempotency key", "7", {}), ("Id", None, {}), ("field.Id", None, {"Id": "7"})],
)
def test_r6_only_a_column_called_so_is_the_idempotency_key(tmp_path: Path, column: str, key: str | None, fields):
    [(_, asked)] = rows(tmp_path, f"Email,{column}\n{ANN},7\n")
    assert (asked.idempotency_key, asked.fields) == (key, fields)


def test_a_sheet_without_addresses_is_refused(tmp_path: Path):
    with pytest.raises(SheetError, match="no column"):
        rows(tmp_path, "Name\nAnn\n")


async def test_a_sheet_is_enrolled_row_by_row(desk: Desk, tmp_path: Path):
    await desk.add()
    text = f"{HEADER}{ANN},,,,,,\nbob@,,,,,,\n{ANN},,maybe,,,,\n"
    report = await enroll_many(desk.store, rows(tmp_path, text), MONDAY)
    assert [(one.row, one.email) for one in report.enrolled] == [(2, ANN)]
    assert [(one.row, one.code) for one in report.skipped] == [(3, "invalid_email"), (4, "bad_row")]


async def test_prospects_are_chosen_by_what_they_have_in_common(desk: Desk):
    await desk.add(ANN, Company("Acme", "acme.example"), owner_rep_id=desk.rep_id)
    await desk.add("bob@acme.example", Company("Acme", "acme.example"), country="CA")
    await desk.enroll("cy@other.example")

    async def emails(**alike: str) -> list[str]:
        return await choose_free(desk.store, Alike(**alike))

    assert await emails() == [ANN, "bob@acme.example"], "not who has an open file"
    assert await emails(country="Canada") == ["bob@acme.example"]
    assert await emails(owner="kim@seller.example") == [ANN]
    assert await emails(domain="https://www.acme.example/") == [ANN, "bob@acme.example"]
    assert await emails(search="ACME bob") == ["bob@acme.example"]
    assert await emails(domain="acme.example", country="CA", search="ann.jones") == []
    for wrong in ({"country": "Atlantis"}, {"domain": "no domain"}, {"owner": "who@seller.example"}):
        with pytest.raises(DripError, match=r"--country: .*Atlantis|--domain: .*no domain|who@seller"):
            await emails(**wrong)
