"""What the oracle, which knows nothing of drip, says of a demo's folder: all is well, and what is planted is found."""

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.playing import Played, recipient

pytestmark = pytest.mark.xdist_group("demo")

Plant = Callable[[Played, Path], None]


def test_the_oracle_finds_nothing_wrong(played: Played) -> None:
    done = subprocess.run(
        [sys.executable, oracle.__file__, str(played.folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.endswith("nothing wrong\n"), done.stdout
    assert done.returncode == 0
    said = f"{len(played.mails)} letters to {played.report['people_written_to']} people"
    assert f"{said}, {len(played.answers)} mails back" in done.stdout


def test_the_oracle_uses_nothing_of_drip() -> None:
    source = Path(oracle.__file__).read_text("utf-8")
    assert len(source.splitlines()) <= 280
    assert not re.search(r"^\s*(from|import) (drip|workers)", source, re.MULTILINE)


def dated(played: Played, folder: Path, name: str, at: datetime) -> None:
    """Give a kept letter another date."""
    raw = (played.folder / "mail" / name).read_bytes()
    date = format_datetime(at).encode()
    changed = re.sub(rb"(?m)^Date: [^\r\n]*", b"Date: " + date, raw, count=1)
    assert changed != raw
    (folder / "mail" / name).write_bytes(changed)


def letters_to(played: Played, who: str) -> list[str]:
    """The names of a person's letters, the earliest first."""
    own = [name for name, one in played.mails.items() if recipient(one) == who]
    return sorted(own, key=lambda name: played.local(played.mails[name]))


def some_american(played: Played) -> str:
    """Somebody in the United States with several letters."""
    with (played.folder / "prospects.csv").open(encoding="utf-8", newline="") as rows:
        americans = [row["email"] for row in csv.DictReader(rows) if row["country"] == "US"]
    return next(one for one in americans if len(letters_to(played, one)) >= 4)


def too_early(played: Played, folder: Path) -> None:
    """07:59 by the prospect's clock."""
    name = letters_to(played, some_american(played))[0]
    dated(played, folder, name, played.local(played.mails[name]).replace(hour=7, minute=59))


def at_closing_time(played: Played, folder: Path) -> None:
    """17:00: the window is over."""
    name = letters_to(played, some_american(played))[0]
    dated(played, folder, name, played.local(played.mails[name]).replace(hour=17, minute=0, second=0))


def on_a_sunday(played: Played, folder: Path) -> None:
    name = letters_to(played, some_american(played))[0]
    zone = played.local(played.mails[name]).tzinfo
    dated(played, folder, name, datetime(2026, 5, 3, 10, tzinfo=zone))  # 3 May 2026 is a Sunday


def on_a_holiday(played: Played, folder: Path) -> None:
    """4 July 2026 is a Saturday: Friday the 3rd is off."""
    name = letters_to(played, some_american(played))[-1]
    dated(played, folder, name, datetime(2026, 7, 3, 10, tzinfo=played.local(played.mails[name]).tzinfo))


def too_soon(played: Played, folder: Path) -> None:
    """A letter three business days after another: Monday 9 and Thursday 12 March 2026."""
    first, second = letters_to(played, some_american(played))[:2]
    zone = played.local(played.mails[first]).tzinfo
    dated(played, folder, first, datetime(2026, 3, 9, 10, tzinfo=zone))
    dated(played, folder, second, datetime(2026, 3, 12, 10, tzinfo=zone))


def after_a_call(played: Played, folder: Path) -> None:
    """The day after a call."""
    called = next(one for one in played.told("call") if letters_to(played, one["email"]))
    name = letters_to(played, called["email"])[-1]
    at = datetime.fromisoformat(called["at"]) + timedelta(days=1)
    dated(played, folder, name, at)


def the_same_again(played: Played, folder: Path) -> None:
    """The first letter a second time, in place of the second."""
    first, second = letters_to(played, some_american(played))[:2]
    raw = (played.folder / "mail" / first).read_bytes()
    (folder / "mail" / second).write_bytes(raw)
    date = re.search(rb"(?m)^Date: [^\r\n]*", (played.folder / "mail" / second).read_bytes())
    assert date is not None
    (folder / "mail" / second).write_bytes(re.sub(rb"(?m)^Date: [^\r\n]*", date[0], raw, count=1))


def after_stop(played: Played, folder: Path) -> None:
    """Two months after the prospect said stop."""
    stopped = next(one for one in played.told("opt_out") if letters_to(played, one["email"]))
    name = letters_to(played, stopped["email"])[-1]
    dated(played, folder, name, datetime.fromisoformat(stopped["at"]) + timedelta(days=60))


def nobody_told_of(played: Played, folder: Path) -> None:
    """A mail more than people sent."""
    (folder / "answers" / "99999.eml").write_bytes((played.folder / "answers" / "00001.eml").read_bytes())


def on_the_promised_day(played: Played, folder: Path) -> None:
    near_a_promise(played, folder, days_before=0)


def on_the_day_before(played: Played, folder: Path) -> None:
    near_a_promise(played, folder, days_before=1)


def near_a_promise(played: Played, folder: Path, days_before: int) -> None:
    made = next(one for one in played.told("promise") if letters_to(played, one["email"]))
    zone = played.zones[made["email"]]
    day = datetime.fromisoformat(made["on"]).date() - timedelta(days=days_before)
    dated(played, folder, letters_to(played, made["email"])[0], datetime.combine(day, time(9), zone))


def to_a_stranger(played: Played, folder: Path) -> None:
    """To somebody nobody enrolled."""
    enrolled = {one["email"] for one in played.told("enrolled")}
    other = next(one for one in played.zones if one not in enrolled)
    name = letters_to(played, some_american(played))[0]
    raw = (played.folder / "mail" / name).read_bytes()
    changed = re.sub(rb"(?m)^To:[^\r\n]*(\r\n [^\r\n]*)*", f"To: <{other}>".encode(), raw, count=1)
    (folder / "mail" / name).write_bytes(changed)


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (too_early, "window"),
        (at_closing_time, "window"),
        (on_a_sunday, "window"),
        (on_a_holiday, "holiday"),
        (too_soon, "gap"),
        (after_a_call, "gap"),
        (the_same_again, "twice"),
        (after_stop, "after opt-out"),
        (nobody_told_of, "untold"),
        (on_the_promised_day, "promise"),
        (on_the_day_before, "promise"),
        (to_a_stranger, "not enrolled"),
    ],
)
def test_the_oracle_finds_what_is_planted(
    played: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str], plant: Plant, rule: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(played.folder, folder, ignore=shutil.ignore_patterns("drip.db*"))
    plant(played, folder)
    assert oracle.main(folder) > 0
    found = capsys.readouterr().out.splitlines()
    assert [line for line in found if line.startswith(f"{rule}: ")], found


@pytest.mark.parametrize(
    ("what", "hours", "rule"),
    [
        ("stop", 1400, "after stop"),
        ("complaint", 1400, "after complaint"),
        ("dead_address", 1400, "after dead"),
        ("reply", 1, "after a reply"),
        ("away", 24, "while away"),
        ("left_company", 300, "while away"),
        ("colleague", 300, "colleague"),
    ],
)
def test_the_oracle_finds_a_letter_too_soon_after_a_mail_that_came_back(
    played: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, hours: int, rule: str
) -> None:
    def plant(played: Played, folder: Path) -> None:
        told = [one for one in played.happened if what in (one["what"], one.get("kind"))]
        first = next(one for one in told if letters_to(played, one["email"]))
        at = datetime.fromisoformat(first["at"]) + timedelta(hours=hours)
        dated(played, folder, letters_to(played, first["email"])[-1], at)

    test_the_oracle_finds_what_is_planted(played, tmp_path, capsys, plant, rule)
