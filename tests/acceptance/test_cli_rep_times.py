"""`drip rep hours` and `drip rep away`: when a rep is there, typed, shown and taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.cli.typing_in import Terminal

KIM = "kim@seller.com"


@pytest.fixture
def drip(drip: Terminal) -> Terminal:
    """A terminal in a folder with one rep, who has no time zone yet."""
    assert drip(f"rep add {KIM} --name 'Kim Lee'").code == 0
    return drip


def test_hours_are_shown_set_and_cleared(drip: Terminal) -> None:
    assert drip(f"rep hours {KIM}").out == f"{KIM} keeps no hours: calls may fall at any time.\n"
    weekdays = f"rep hours {KIM} --days mon-fri --from 08:00 --to 17:00"
    refused = drip(weekdays)
    assert (refused.code, refused.out) == (2, "")
    assert "Say it once: --time-zone America/New_York" in refused.err
    told = drip(f"{weekdays} --time-zone America/New_York")
    assert (told.code, told.out) == (0, f"{KIM} works mon-fri 08:00-17:00 (America/New_York).\n")
    told = drip(f"rep hours {KIM} --hours 'mon-thu 08:00-12:00' --hours 'mon-thu 13:00-17:30'")
    assert told.out == f"{KIM} works mon-thu 08:00-12:00, mon-thu 13:00-17:30 (America/New_York).\n"
    assert "(Europe/Berlin)" in drip(f"rep hours {KIM} --time-zone Europe/Berlin").out
    [shown] = drip(f"rep hours {KIM} --json").objects
    assert (shown["hours"], shown["time_zone"]) == ("mon-thu 08:00-12:00, mon-thu 13:00-17:30", "Europe/Berlin")
    [cleared] = drip(f"rep hours {KIM} --clear --json").objects
    assert (cleared["hours"]["hours"], cleared["told"]["files"]) == ("", 0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--days mon-fri --from 08:00", "missing: --to"),
        ("--hours 'mon 8-17'", '"mon 8-17" are no hours'),
        ("--hours ''", '"" are no hours'),
        ("--hours 'mon 08:00-17:00' --to 18:00", "Say --hours alone"),
        ("--clear --hours 'mon 08:00-17:00'", "say two things"),
        ("--time-zone Mars", '"Mars" is no time zone'),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(drip: Terminal, words: str, why: str) -> None:
    told = drip(f"rep hours {KIM} {words}")
    assert told.code == 2
    assert why in told.err


def test_days_off_are_entered_listed_and_cancelled(drip: Terminal) -> None:
    assert "Nobody is away" in drip("rep away list").err
    today = datetime.now(UTC).date()  # noqa: TID251 - the command asks the real clock
    first, last = (today + timedelta(days=days) for days in (30, 40))
    told = drip(f"rep away {KIM} --from {first} --to {last} --reason holiday --time-zone America/New_York")
    assert told.code == 0
    assert told.out.startswith(f"{KIM} is away from ")
    assert told.out.endswith(" (absence 1).\n")
    [row] = drip(f"rep away list {KIM} --json").objects
    assert (row["rep"], row["absence"]["first_on"], row["absence"]["reason"]) == (KIM, str(first), "holiday")
    assert "holiday" in drip("rep away list").out
    assert "holiday (absence 1)" in drip(f"rep hours {KIM}").out
    assert drip("rep away cancel 1").out == f"{KIM} is there again: absence 1 is cancelled.\n"
    assert "was cancelled before" in drip("rep away cancel 1").err
    assert drip("rep away list --json").objects == []
    late = drip(f"rep away {KIM} --from {today - timedelta(days=9)} --to {today + timedelta(days=2)}")
    assert "It has begun already: it holds letters from now on." in late.err
    over = drip(f"rep away {KIM} --from 2026-01-05 --to 2026-01-09")
    assert (over.code, "2026-01-09 is past" in over.err) == (2, True)


def test_handing_over_says_whom_it_wants_and_that_there_is_nobody(drip: Terminal) -> None:
    assert drip("rep add lee@seller.com --name 'Lee Park'").code == 0
    unsaid = drip(f"rep handover {KIM} lee@seller.com")
    assert (unsaid.code, "--prospect EMAIL, --campaign KEY, or --all" in unsaid.err) == (2, True)
    told = drip(f"rep handover {KIM} lee@seller.com --all --dry-run")
    assert (told.code, told.out) == (0, f"{KIM} has nobody to hand over.\n")
    [done] = drip(f"rep handover {KIM} lee@seller.com --all --json").objects
    assert (done["done"], done["files"], done["movers"]) == (True, 0, [])
    stranger = drip(f"rep handover {KIM} lee@seller.com --prospect ann@acme.com")
    assert (stranger.code, f"{KIM} has no file of ann@acme.com" in stranger.err) == (2, True)
