"""`drip forecast`: the days against the pace, each letter and call, JSON and CSV, and what cannot be asked."""

import csv
import io
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drip.cli.main import main
from drip.store.columns import utc_text
from tests.unit.cli.typing_in import Terminal

MONDAY = datetime(2026, 1, 5, 15, tzinfo=UTC)  # a Monday, 10:00 in New York
PEOPLE = ("ann.jones@acme.com", "bob@acme.com", "carol@other.co.uk")


@pytest.fixture(scope="module")
def enrolled(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where it is Monday 5 January 2026: three prospects are enrolled, two letters a day may go."""
    folder = tmp_path_factory.mktemp("enrolled") / "folder"
    shutil.copytree(begun, folder)
    with closing(sqlite3.connect(folder / "drip.db")) as database, database:
        database.execute(
            "INSERT INTO business_time (id, now) VALUES (1, ?)", (utc_text(MONDAY),)
        )  # as the demo leaves it
    box = "mailbox add kim --address kim@seller.com --host 127.0.0.1 --port 1 --security none --rep kim@seller.com"
    qualified = ["--tried-to-disqualify", "--hot-button", "stops"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIP_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'drip.db'}")
        assert main([*box.split(), "--per-day", "2", "--postal-address", "400 Mill Street, Dayton"]) == 0
        assert [main(["enroll", who, *qualified]) for who in PEOPLE] == [0, 0, 0]
        assert main(["recall", "promise", "bob@acme.com", "2026-01-20"]) == 0
    return folder


@pytest.fixture
def monday(drip: Terminal, enrolled: Path, tmp_path: Path) -> Terminal:
    """A terminal in a copy of that folder."""
    shutil.copytree(enrolled, tmp_path, dirs_exist_ok=True)
    return drip


def test_the_days_stand_beside_the_pace_of_the_mailbox(monday: Terminal) -> None:
    told = monday("forecast --weeks 3")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "Forecast for 3 weeks, until Mon 26 Jan 2026",
        "If nobody answers and no call is made. Days are the prospects' own.",
        "",
        "DAY              LETTERS  CALLS  PACE  OVER THE PACE",
        "Tue 6 Jan 2026         3            2  kim over by 1",
        "Tue 20 Jan 2026               1",
        "",
        "REP      LETTERS  CALLS  MOST CALLS A DAY",
        "Kim Lee        3      1  1 on Tue 20 Jan 2026",
        "",
        "MAILBOX  LETTERS  MOST LETTERS A DAY   PACE   OVER THE PACE",
        "kim            3  3 on Tue 6 Jan 2026  2/day  by 1 on Tue 6 Jan 2026",
        "",
        "CAMPAIGN       LETTERS  CALLS",
        "monthly-value        3      1",
    ]


def test_weeks_can_be_counted_in_place_of_days(monday: Terminal) -> None:
    lines = monday("forecast --weeks 3 --by week --rep kim@seller.com").out.splitlines()
    assert lines[0] == "Forecast of kim@seller.com for 3 weeks, until Mon 26 Jan 2026"
    assert lines[3:6] == [
        "WEEK OF          LETTERS  CALLS  OVER THE PACE",
        "Mon 5 Jan 2026         3         kim over by 1",
        "Mon 19 Jan 2026               1",
    ]
    assert not any(line.startswith("REP") for line in lines)


def test_each_letter_and_call_is_listed_in_order_of_time(monday: Terminal) -> None:
    lines = monday("forecast --weeks 3 --each").out.splitlines()
    assert lines[0] == "What comes, Tue 6 Jan 2026 to Tue 20 Jan 2026"
    assert lines[3].split() == ["DATE", "TIME", "WHO", "WHAT", "FROM"]
    carol, *others, call = lines[4:]
    assert "carol@other.co.uk" in carol  # it is earlier in London
    assert all("Tue 6 Jan 2026" in one and one.endswith("kim") and "letter 1: " in one for one in (carol, *others))
    assert call.split("  ")[0] == "Tue 20 Jan 2026"
    assert "07:30" in call and "bob@acme.com" in call and "call: promised" in call and call.endswith("Kim Lee")
    assert max(len(line) for line in lines) <= 100


def test_a_limit_shows_the_first_and_says_how_many_there_are(monday: Terminal) -> None:
    told = monday("forecast --weeks 3 --each --limit 1")
    assert "carol@other.co.uk" in told.out and "ann.jones" not in told.out
    assert told.err == "The first 1 of 4; --limit 4 shows them all.\n"


def test_programs_get_json_lines(monday: Terminal) -> None:
    first, second = monday("forecast --weeks 3 --json").objects
    assert first == {
        "day": "2026-01-06",
        "rep": "kim@seller.com",
        "mailbox": "kim",
        "campaign": "monthly-value",
        "letters": 3,
        "invitations": 0,
        "closing_emails": 0,
        "waiting": 0,
        "calls": 0,
        "owed_calls": 0,
        "files_closed": 0,
        "mailbox_letters": 3,
        "mailbox_pace": 2,
        "mailbox_over": 1,
    }
    assert (second["day"], second["calls"], second["mailbox_pace"]) == ("2026-01-20", 1, None)
    call = monday("forecast --weeks 3 --each --json").objects[-1]
    assert call == {
        "at": "2026-01-20T07:30:00-05:00",
        "day": "2026-01-20",
        "what": "call",
        "email": "bob@acme.com",
        "enrollment_id": 2,
        "step": None,
        "n": None,
        "rep": "kim@seller.com",
        "mailbox": "kim",
        "campaign": "monthly-value",
        "reason": "promised",
        "promised": True,
        "owed": False,
        "waits": None,
    }


def test_spreadsheets_get_csv_with_a_header(monday: Terminal) -> None:
    counted = list(csv.DictReader(io.StringIO(monday("forecast --weeks 3 --csv --by week").out)))
    assert [(row["week"], row["letters"], row["calls"], row["mailbox_pace"]) for row in counted] == [
        ("2026-01-05", "3", "0", ""),
        ("2026-01-19", "0", "1", ""),
    ]
    listed = list(csv.DictReader(io.StringIO(monday("forecast --weeks 3 --each --csv").out)))
    assert [row["what"] for row in listed] == ["letter", "letter", "letter", "call"]
    assert (listed[-1]["promised"], listed[-1]["step"]) == ("yes", "")


def test_a_paused_mailbox_says_how_many_letters_will_wait(monday: Terminal) -> None:
    assert monday("mailbox pause kim --reason moving").code == 0
    said = monday("forecast --weeks 3").out
    assert "it is paused: 3 letters will wait" in said
    assert monday("forecast --weeks 3 --each --json").objects[0]["waits"] == "paused"
    assert "(waits:" in monday("forecast --weeks 3 --each").out


def test_the_pace_of_recipient_domains_counts(monday: Terminal) -> None:
    assert monday("mailbox set kim --per-day 3 --per-domain 1/day").code == 0
    told = monday("forecast")  # two of the three are at acme.com
    assert told.err == ""
    assert "kim over by 1" in told.out and "3/day, 1/day to each domain" in told.out


def test_where_nothing_comes_it_says_what_to_do(desk: Terminal) -> None:
    for words in ("forecast", "forecast --each"):
        told = desk(words)
        assert (told.code, told.out) == (0, "")
        assert told.err.startswith("Nothing comes in the next 4 weeks. `drip forecast --weeks 26` looks further")
    assert desk("forecast --rep kim@seller.com").err.startswith("Nothing of that comes in the next 4 weeks.")
    assert (desk("forecast --json").out, desk("forecast --csv").out) == ("", "")


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("--weeks 0", "0 is not between 1 and 52"),
        ("--by month", '"month" is not one of day, week'),
        ("--json --csv", "--json and --csv: choose one of them"),
        ("--limit 5", "--limit belongs to --each"),
        ("--each --by week", "--by counts, and --each lists: choose one"),
        ("--rep who@seller.com", "There is no rep who@seller.com. `drip rep list` shows them"),
        ("--mailbox kim", 'There is no mailbox "kim". Mailboxes: none yet; `drip mailbox add` adds one'),
        ("--campaign weekly", 'No campaign "weekly" is published. Published: monthly-value'),
    ],
)
def test_what_cannot_be_asked_is_told(desk: Terminal, words: str, needed: str) -> None:
    told = desk(f"forecast {words}")
    assert (told.code, told.out) == (2, "")
    assert needed in told.err
