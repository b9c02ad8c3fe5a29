"""`drip simulate`: a table for people, JSON lines for programs, and errors with their line."""

from pathlib import Path

import pytest

from drip.actions.simulate import LINES, Line
from drip.cli.story import told
from tests.unit.cli.typing_in import Terminal

SCENARIO = """start = 2026-01-05T10:00:00-05:00
until = 2026-04-30
[campaign]
name = "Monthly value"
[[campaign.steps]]
key = "cost-of-downtime"
[[campaign.steps]]
key = "five-minute-stops"
[prospect]
email = "ann.jones@example.com"
country = "US"
time_zone = "America/New_York"
[enrollment]
call_window = "early"
[[happens]]
at = 2026-03-10T11:00:00-04:00
what = "opt_in"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file."""
    path = tmp_path / "ann.toml"
    path.write_text(SCENARIO, "utf-8")
    return path


def test_people_get_a_table_in_plain_words(drip: Terminal, file: Path) -> None:
    told = drip("simulate ann.toml")
    lines = told.out.splitlines()
    assert told.code == 0 and told.err == ""
    assert lines[0] == "Monthly value, for ann.jones@example.com"
    assert lines[1].startswith("Enrolled Mon 5 Jan 2026 10:00; all times are those of America/New_York.")
    # Enrolled on Monday 5 January 2026: the recall is six months on, Sunday 5 July, so Monday 6 July.
    assert "Mon 5 Jan 2026   10:00  Recall set to Mon 6 Jul 2026 07:30 (not opted in)" in lines
    # Opt-in on Tuesday 10 March 2026: six weeks on is Tuesday 21 April.
    assert "Tue 10 Mar 2026  11:00  They opt in" in lines
    assert "Tue 10 Mar 2026  11:00  Recall set to Tue 21 Apr 2026 07:30 (opted in)" in lines
    assert any(line.startswith("Tue 6 Jan 2026") and line.endswith('Email 1 "cost-of-downtime"') for line in lines)


def test_programs_get_one_object_a_line(drip: Terminal, file: Path) -> None:
    first, *_, last = drip("simulate ann.toml --json").objects
    assert first == {
        "at": "2026-01-05T10:00:00-05:00",
        "what": "recall_set",
        "on": "2026-07-06T07:30:00-04:00",
        "reason": "not_opted_in",
    }
    assert last["what"] == "recall_due"


def test_a_wrong_scenario_names_file_and_line(drip: Terminal, file: Path) -> None:
    file.write_text(SCENARIO.replace('"opt_in"', '"opt_inn"'), "utf-8")
    told = drip("simulate ann.toml")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("error: ann.toml:17: happens[1].what: ")


def test_a_promise_for_a_sunday_is_refused_with_its_line(drip: Terminal, file: Path) -> None:
    file.write_text(SCENARIO.replace("[enrollment]", "[enrollment]\npromised_call_on = 2026-03-15"), "utf-8")
    told = drip("simulate ann.toml")
    assert told.code == 2
    assert "ann.toml:14: enrollment.promised_call_on: 2026-03-15 is a Sunday" in told.err
    assert "such as 2026-03-16, a Monday" in told.err


def test_campaigns_are_found_in_the_folder_of_the_settings(
    drip: Terminal, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "safety.toml").write_text('name = "Safety"\n[[steps]]\nkey = "a"\n', "utf-8")
    head, _, tail = SCENARIO.partition("[campaign]")
    file.write_text('campaign = "safety"\n' + head + tail.partition("[prospect]")[1] + tail.partition("[prospect]")[2])
    monkeypatch.setenv("DRIP_CAMPAIGNS", str(tmp_path / "ours"))
    assert drip("simulate ann.toml").out.startswith("Safety, for ann.jones@example.com\n")


def test_every_kind_of_line_has_words_of_its_own(drip: Terminal, file: Path) -> None:
    from datetime import UTC, date, datetime

    at = datetime(2026, 4, 21, 11, 30, tzinfo=UTC)
    for what in LINES:
        words = told(Line(at, what, "cost-of-downtime", 3, at, "opted_in", date(2026, 4, 24)))
        assert words != what.replace("_", " ") and "{" not in words and "_" not in words
