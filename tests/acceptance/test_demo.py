"""`drip demo` as a user starts it: its folder, its report counted again by other means, and what the oracle finds."""

import csv
import email
import http.client
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import Message
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests import oracle
from tests.acceptance.shell import Shell

pytestmark = pytest.mark.xdist_group("demo")

WITHIN = 900.0  # seconds, on a machine with much else to do
REACHED = {"meeting_set", "not_ready", "not_interested", "promised", "do_not_contact"}
Plant = Callable[["Played", Path], None]


@dataclass(frozen=True)
class Played:
    """A demo that was played, looked at without any of drip's code."""

    folder: Path
    out: str
    err: str

    @cached_property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text("utf-8"))

    @cached_property
    def mails(self) -> dict[str, Message]:
        """The letters by the name of their file."""
        paths = sorted((self.folder / "mail").iterdir())
        return {path.name: email.message_from_bytes(path.read_bytes()) for path in paths}

    @cached_property
    def zones(self) -> dict[str, ZoneInfo]:
        with (self.folder / "prospects.csv").open(encoding="utf-8", newline="") as rows:
            return {row["email"]: ZoneInfo(row["time_zone"]) for row in csv.DictReader(rows)}

    @cached_property
    def happened(self) -> list[dict[str, Any]]:
        lines = (self.folder / "happenings.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def told(self, what: str) -> list[dict[str, Any]]:
        """The happenings of one kind."""
        return [one for one in self.happened if one["what"] == what]

    def local(self, message: Message) -> datetime:
        """When a letter was sent, by the clock of who it went to."""
        return parsedate_to_datetime(message["Date"]).astimezone(self.zones[recipient(message)])

    def ask(self, question: str) -> list[Any]:
        """The answer of the database."""
        with closing(sqlite3.connect(self.folder / "drip.db")) as database:
            return database.execute(question).fetchall()


def recipient(message: Message) -> str:
    return parseaddr(message["To"])[1]


def words_of(message: Message) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Played:
    """One demo for all tests: ten months with 60 prospects; with --long what `./run demo` plays."""
    working = tmp_path_factory.mktemp("somebody's folder")
    small = () if pytestconfig.getoption("--long") else ("--prospects", "60", "--months", "10")
    done = subprocess.run(
        [sys.executable, "-m", "drip", "demo", *small],
        cwd=working,
        env=Shell(working).environment | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Played(working / "drip-demo", done.stdout, done.stderr)


def test_everything_is_kept_in_a_new_folder(played: Played) -> None:
    kept = {path.name for path in played.folder.iterdir()}
    assert {"drip.db", "prospects.csv", "hubspot-contacts.csv", "happenings.jsonl", "report.json", "mail"} <= kept
    assert "drip-demo" in played.out
    assert sorted(played.mails) == [f"{n:05}.eml" for n in range(1, len(played.mails) + 1)]
    assert all(message.defects == [] and not message["X-Peer"] for message in played.mails.values())


def test_what_is_said_fits_80_columns_and_hides_nothing(played: Played) -> None:
    said = (played.out + played.err).splitlines()
    assert [line for line in said if len(line) > 80] == []
    assert "Traceback" not in played.err
    assert "error" not in played.err.lower()
    assert not re.search(r"\b1 (prospects|letters|people|calls|replies|meetings)\b", played.out)


def test_prospects_csv_says_where_the_service_takes_them_to_be(played: Played) -> None:
    with (played.folder / "prospects.csv").open(encoding="utf-8", newline="") as rows:
        told = {row["email"]: (row["country"], row["region"], row["time_zone"]) for row in csv.DictReader(rows)}
    imported = played.ask("SELECT email, country, region FROM prospects")
    assert {(one, country, region or "") for one, country, region in imported} == {
        (one, country, region) for one, (country, region, _) in told.items()
    }
    enrolled = played.ask("SELECT email, time_zone FROM enrollments")
    assert enrolled
    assert dict(enrolled) == {one: told[one][2] for one, _ in enrolled}


def test_the_export_is_as_dirty_as_they_come(played: Played) -> None:
    raw = (played.folder / "hubspot-contacts.csv").read_text("utf-8-sig")
    header = next(csv.reader([raw.splitlines()[0]]))
    wanted = ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Lead Status"]
    assert header[:7] == wanted
    assert {"Country/Region", "State/Region", "Time Zone", "Number of Employees", "Annual Revenue"} <= set(header)
    assert re.search(r"[A-Z]{4,}[A-Z.]*@[A-Z0-9-]+\.EXAMPLE", raw)  # an address in capitals
    assert re.search(r'"\d{1,3},\d{3}"', raw)  # thousands with a comma
    assert re.search(r"[äöüéè]", raw)
    assert re.search(r"\w  \w", raw)  # two spaces
    assert re.search(r"america_slash_", raw)


def test_the_report_counts_prospects_right(played: Played) -> None:
    with (played.folder / "import-issues.csv").open(encoding="utf-8", newline="") as rows:
        bad = Counter(row["code"] for row in csv.DictReader(rows) if row["kind"] == "bad")
    assert played.report["bad_rows"] == bad
    assert len(bad) >= 10  # of different kinds
    assert played.report["imported"] == len(played.zones)
    assert played.report["rows"] == len(played.zones) + bad.total()
    assert played.report["enrolled"] == len({one["email"] for one in played.told("enrolled")})
    assert played.report["skipped"]["outside_profile"] >= len(played.zones) // 15
    assert f"{played.report['enrolled']:,} enrolled" in played.out


def test_the_report_counts_letters_right(played: Played) -> None:
    letters = list(played.mails.values())
    months = Counter(f"{played.local(one):%Y-%m}" for one in letters)
    assert played.report["letters"] == len(letters)
    assert played.report["letters_by_month"] == dict(sorted(months.items()))
    assert played.report["people_written_to"] == len({recipient(one) for one in letters})
    lines = (played.folder / "refusals.jsonl").read_text().splitlines()
    answers = Counter(json.loads(line)["answer"][:3] for line in lines)
    assert played.report["letters_put_off"] == answers["451"] > 0
    assert played.report["letters_refused"] == answers["550"] > 0
    said = f"{len(letters):,} to {played.report['people_written_to']:,} people"
    assert said in played.out


def test_the_report_counts_answers_right(played: Played) -> None:
    assert played.report["opt_ins"] == len(played.told("opt_in")) > 0
    assert played.report["replies"] == len(played.told("reply")) > 0
    assert played.report["away"] == len(played.told("away")) > 0
    pages = ("click", "view", "opt_in", "keep_open", "call_me")  # to say yes one opens a page first
    assert played.report["clicks"] == sum(len(played.told(what)) for what in pages)
    [[scanned]] = played.ask("SELECT count(*) FROM visits WHERE judged = 'scanner'")
    assert played.report["links_opened_by_scanners"] == scanned > 0


def test_the_report_tells_right_how_opt_ins_moved_recalls(played: Played) -> None:
    """By the windows of facts in the database: the recall before each one that an opt-in set."""
    rows = played.ask(
        "SELECT reason, julianday(json_extract(data, '$.on')), "
        "julianday(lag(json_extract(data, '$.on')) OVER (PARTITION BY enrollment_id ORDER BY at, id)) "
        "FROM facts WHERE what = 'recall_set'"
    )
    earlier = [int(before - now) for reason, now, before in rows if reason == "opted_in" and before is not None]
    earlier = [days for days in earlier if days > 0]
    assert played.report["recalls_moved_by_opt_in"] == len(earlier) > 0
    assert abs(played.report["median_days_earlier"] - median(earlier)) <= 1  # of rounding


def test_the_report_counts_calls_right(played: Played) -> None:
    outcomes = Counter(one["outcome"] for one in played.told("call"))
    assert played.report["outcomes"] == outcomes
    assert played.report["calls"] == outcomes.total()
    assert played.report["calls_reached"] == sum(n for outcome, n in outcomes.items() if outcome in REACHED)
    assert f"{outcomes['meeting_set']} meeting" in played.out


def test_the_report_counts_closing_emails_right(played: Played) -> None:
    closing_mails = {recipient(one): played.local(one) for one in played.mails.values() if "/k/" in words_of(one)}
    assert played.report["closing_emails"] == len(closing_mails) > 0
    assert sum(played.report["closing_answers"].values()) == len(closing_mails)
    for answer in ("keep_open", "call_me", "close_file"):
        given = {one["email"] for one in played.told(answer)}
        assert given <= set(closing_mails)
    [[silent]] = played.ask(
        "SELECT count(DISTINCT enrollment_id) FROM facts WHERE what='file_closed' AND reason='silence'"
    )
    assert played.report["closing_answers"].get("silence", 0) == silent
    [[back]] = played.ask(
        "SELECT count(*) FROM facts r WHERE what = 'reopened' AND 'silence' = (SELECT c.reason FROM facts c WHERE "
        "c.what = 'file_closed' AND c.enrollment_id = r.enrollment_id AND c.at < r.at ORDER BY c.at DESC LIMIT 1)"
    )
    assert played.report["came_back"] == back
    [[cancelled]] = played.ask(
        "SELECT count(*) FROM facts r WHERE what = 'recall_cancelled' AND EXISTS (SELECT 1 FROM facts c "
        "WHERE c.what = 'closing_email' AND c.enrollment_id = r.enrollment_id AND c.at < r.at)"
    )
    assert played.report["recalls_cancelled"] == cancelled > 0


def test_the_report_counts_files_and_holds_right(played: Played) -> None:
    states = dict(
        played.ask(
            "SELECT CASE WHEN closed_at IS NULL THEN 'open' ELSE state END, count(*) FROM enrollments GROUP BY 1"
        )
    )
    assert played.report["files"] == states
    assert states["won"] == len({one["email"] for one in played.told("call") if one["outcome"] == "meeting_set"})
    reasons = dict(played.ask("SELECT reason, count(*) FROM facts WHERE what = 'held' GROUP BY 1"))
    assert played.report["held"] == reasons
    assert {"gap", "recall_near"} <= set(reasons)


def test_the_report_sets_the_forecast_of_the_first_day_beside_what_happened(played: Played) -> None:
    found = played.report["forecast"]
    first = played.ask(
        "SELECT id, email FROM enrollments WHERE enrolled_at = (SELECT min(enrolled_at) FROM enrollments)"
    )
    assert found["prospects"] == len(first) > 0
    mails = [one for one in played.mails.values() if recipient(one) in {email for _, email in first}]
    closing = sum("/k/" in words_of(one) for one in mails)
    assert (found["happened"]["letter"], found["happened"]["closing_email"]) == (len(mails) - closing, closing)
    ids = ", ".join(str(ident) for ident, _ in first)
    counted = f"SELECT what, count(*) FROM facts WHERE enrollment_id IN ({ids}) GROUP BY what"
    whats = Counter(dict(played.ask(counted)))
    assert (found["happened"]["call"], found["happened"]["file_closed"]) == (whats["recall_due"], whats["file_closed"])
    # Everybody gets a letter a month, and the call is six months on or sooner.
    assert found["foretold"]["letter"] >= 6 * len(first)
    assert found["foretold"]["call"] == len(first)
    assert found["kept"] == found["undisturbed"] >= len(first)
    assert f"all {found['kept']:,} letters, calls and" in " ".join(played.out.split())
    for kind, words in (("letter", "letters"), ("closing_email", "closing emails"), ("call", "calls due")):
        row = rf"{words} +{found['foretold'][kind]:,} +{found['happened'][kind]:,}"
        assert re.search(row, played.out), row


def test_every_figure_of_the_report_is_told(played: Played) -> None:
    numbers = Counter(re.findall(r"\d[\d,]*", played.out))
    for name in ("held", "outcomes", "closing_answers", "files", "closed_by_reason", "skipped"):
        for code, number in played.report[name].items():
            assert numbers[f"{number:,}"], f"{name}, {code}: {number}"


def test_the_oracle_finds_nothing_wrong(played: Played) -> None:
    done = subprocess.run(
        [sys.executable, oracle.__file__, str(played.folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.endswith("nothing wrong\n"), done.stdout
    assert done.returncode == 0
    assert f"{len(played.mails)} letters to {played.report['people_written_to']} people" in done.stdout


def test_the_oracle_uses_nothing_of_drip() -> None:
    source = Path(oracle.__file__).read_text("utf-8")
    assert len(source.splitlines()) <= 150
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


def test_one_can_look_around_with_the_commands_it_names(played: Played) -> None:
    named = re.search(r"export DRIP_DATABASE_URL=(\S+)", played.out)
    shown = re.search(r"^  drip timeline (\S+@\S+)$", played.out, re.MULTILINE)
    assert named is not None
    assert shown is not None
    shell = Shell(played.folder.parent, {"DRIP_DATABASE_URL": named[1]})
    assert "Enrolled" in shell(f"timeline {shown[1]}").out
    assert shell("recall list").code == 0
    link = re.search(r"https?://[^\s<>]+/v/[\w-]+", words_of(played.mails["00001.eml"]))
    assert link is not None
    with shell.up() as server:
        port = re.search(r"drip is up: http://[^:]+:(\d+)", "".join(server.output))
        assert port is not None
        page = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=20)
        page.request("GET", urlsplit(link[0]).path)
        assert page.getresponse().status == 200
        page.close()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    refused = Shell(tmp_path)("demo --out mine")
    assert refused.code == 2
    assert refused.out == ""
    assert "--out mine: there is something in this folder already" in refused.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    assert "this is a file" in Shell(tmp_path)("demo --out mine/notes.txt").err


@pytest.mark.long
def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    told = [shell(f"demo --json --prospects 20 --months 1 --seed {seed}") for seed in (5, 5)]
    first, second = [one.objects[0] for one in told]
    assert [one["folder"] for one in (first, second)] == ["drip-demo", "drip-demo-2"]
    kept = json.loads((tmp_path / "drip-demo" / "report.json").read_text("utf-8"))
    assert first == {"folder": "drip-demo", **kept}
    assert {**second, "folder": ""} == {**first, "folder": ""}
    stories = [(tmp_path / one["folder"] / "happenings.jsonl").read_text("utf-8") for one in (first, second)]
    assert stories[0] == stories[1]
