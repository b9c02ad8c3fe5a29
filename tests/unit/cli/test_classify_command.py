"""`drip classify`: what is understood of mails is shown, for people and for programs, and nothing is done."""

from pathlib import Path

import pytest

from tests.mail.incoming import absences, notices
from tests.unit.cli.typing_in import Terminal

KEYS = ["file", "cls", "recipients", "hard", "status", "reason", "return_on", "text", "suppress", "rule", "why"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A maildir with a bounce and an out-of-office mail."""
    for name, raw in (("new/1.host", notices()[0].raw.encode()), ("cur/2.host:2,S", absences()[0].mail)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def test_a_program_gets_one_object_a_mail(drip: Terminal, folder: Path) -> None:
    done = drip(f"classify --json {folder}")
    absence, bounce = done.objects
    assert list(bounce) == KEYS
    assert (bounce["cls"], bounce["recipients"], bounce["hard"]) == ("bounce", ["ann.jones@firm.example"], True)
    assert (absence["cls"], absence["return_on"], absence["hard"]) == ("auto_reply", "2027-01-04", None)


def test_people_are_told_what_would_follow(drip: Terminal, folder: Path) -> None:
    out = drip(f"classify {folder}").out
    assert "never write again" in out
    assert "hold until 2027-01-04" in out


def test_a_report_about_two_says_what_follows_for_each(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text(
        'From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        "--=b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ann@firm.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; bob@firm.example\nAction: delivered\nStatus: 2.0.0\n\n--=b--\n"
    )
    _, first, second = drip(f"classify {tmp_path}/mail").out.splitlines()
    assert "ann@firm.example" in first and "never write again" in first
    assert "bob@firm.example" in second and "delivered" in second


def test_a_file_that_is_no_mail_asks_a_person(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("Dear all, the pump stopped.\n")
    assert "ask a person" in drip(f"classify {tmp_path}/mail").out
    assert drip(f"classify {tmp_path}/mail --json").objects[0]["rule"] == "no_mail"


def test_a_file_that_cannot_be_read_is_named(drip: Terminal, tmp_path: Path) -> None:
    done = drip(f"classify {tmp_path}/nowhere.eml")
    assert (done.code, "nowhere.eml cannot be read: no such file" in done.err) == (2, True)


def test_an_empty_folder_says_so(drip: Terminal, tmp_path: Path) -> None:
    assert "no mail" in drip(f"classify {tmp_path}").err
