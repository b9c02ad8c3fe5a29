"""`drip demo` as a user starts it: its folder, and its report counted again by other means."""

import csv
import http.client
import json
import re
from collections import Counter
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from tests.acceptance.playing import Played, recipient, words_of
from tests.acceptance.shell import Shell

pytestmark = pytest.mark.xdist_group("demo")

REACHED = {"meeting_set", "not_ready", "not_interested", "promised", "do_not_contact"}


def test_everything_is_kept_in_a_new_folder(played: Played) -> None:
    kept = {path.name for path in played.folder.iterdir()}
    assert {
        "drip.db",
        "prospects.csv",
        "hubspot-contacts.csv",
        "happenings.jsonl",
        "report.json",
        "mail",
        "answers",
    } <= kept
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
    pages = ("click", "view", "opt_in", "keep_open", "call_me")  # to say yes one opens a page first
    assert played.report["clicks"] == sum(len(played.told(what)) for what in pages)
    [[scanned]] = played.ask("SELECT count(*) FROM visits WHERE judged = 'scanner'")
    assert played.report["links_opened_by_scanners"] == scanned > 0


def test_the_report_counts_what_came_back_right(played: Played) -> None:
    found = played.report["mail_back"]
    sent = Counter(one.get("kind", one["what"]) for one in played.happened if "mail" in one)
    assert {"reply", "stop", "away", "dead_address", "full_mailbox", "complaint", "stranger"} <= set(sent)
    by_kind: Counter[str] = Counter()
    for row in found["rows"]:
        by_kind[row["kind"]] += row["mails"]
    assert by_kind == sent
    assert found["mails"] == sent.total() == len(played.answers)
    states = dict(played.ask("SELECT state, count(*) FROM inbox GROUP BY state"))
    assert (found["waiting"], found["set_aside"]) == (states["waiting"], states["set_aside"])
    assert f"{found['waiting']} mails wait in the inbox for a person" in " ".join(played.out.split())


def test_the_report_tells_right_how_each_mail_was_understood(played: Played) -> None:
    """By the rows of the database, found by Message-ID, beside what the sender said of the mail."""
    rows = played.ask(
        "SELECT substr(r.message_id, 1, instr(r.message_id, ' ') - 1), r.kind, p.email, r.back_on, i.cls "
        "FROM received r LEFT JOIN prospects p ON p.id = r.prospect_id LEFT JOIN inbox i ON i.received_id = r.id"
    )
    kept = {ident: rest for ident, *rest in rows}
    assert len(kept) == len(played.answers)
    for told in (one for one in played.happened if "mail" in one):
        kind, whose, back_on, cls = kept[played.answers[told["mail"]]["Message-ID"].strip()]
        should = {
            "reply": "reply",
            "opt_out": "opt_out",
            "complaint": "complaint",
            "dead_address": "bounce",
            "full_mailbox": "bounce",
            "away": "auto_reply",
            "left_company": "auto_reply",
            "challenge": "auto_reply",
        }.get(told["what"], "unplaced")
        is_right = (kind, back_on) == (should, told.get("back_on")) and whose in (told["email"], None)
        assert is_right == (told["mail"] not in played.report["mail_back"]["wrong"]), (told, kind, whose, back_on, cls)


def test_every_mail_is_understood_as_it_was_meant(played: Played) -> None:
    found = played.report["mail_back"]
    assert found["wrong"] == {}
    assert all(row["right"] for row in found["rows"])
    assert "Each was understood as it was meant" in played.out


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


def test_one_can_look_around_with_the_commands_it_names(played: Played) -> None:
    named = re.search(r"export DRIP_DATABASE_URL=(\S+)", played.out)
    shown = re.search(r"^  drip timeline (\S+@\S+)$", played.out, re.MULTILINE)
    assert named is not None
    assert shown is not None
    shell = Shell(played.folder.parent, {"DRIP_DATABASE_URL": named[1]})
    assert "Enrolled" in shell(f"timeline {shown[1]}").out
    assert shell("recall list").code == 0
    waiting = [one["id"] for one in shell("inbox list --json").objects]
    assert len(waiting) == played.report["mail_back"]["waiting"]
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
    mails = [
        [one.read_bytes() for one in sorted((tmp_path / told["folder"] / "answers").iterdir())]
        for told in (first, second)
    ]
    assert len(mails[0]) == len(mails[1]) > 0
