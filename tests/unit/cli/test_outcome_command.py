"""`drip outcome`: each reply is answered, in order, for people and for programs."""

import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.typing_in import Terminal

KEYS = ["class", "code", "enhanced", "phase", "send", "mailbox", "suppress", "retry_after", "why"]
LINES = [
    b"550 5.1.1 <ann@firm.example>: Recipient address rejected: User unknown",
    b'{"phase": "rcpt", "text": "550 No such user"}',
    b'{"phase": "DATA", "text": "550 No such user"}',
    b'{"phase": "auth", "text": "535 5.7.8 Username and Password not accepted"}',
    b'{"phase": "RCPT TO", "code": 451, "enhanced": "4.7.1", "text": "Greylisted, try again in 300 seconds"}',
    b"421 4.7.0 Too many connections, try again in 2 hours",
    b"",
    b"no reply at all",
    b"\xff\xfe\x00",
    b'{"text": ',
    b'{"phase": 7, "text": ["550"]}',
    b"250 2.0.0 Ok: queued",
]
CLASSES = [
    "recipient_dead",
    "recipient_dead",
    "mailbox_disabled",
    "sender_auth",
    "transient",
    "rate_limited",
    *["unknown"] * 5,
    "accepted",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of replies, good and bad."""
    path = tmp_path / "replies.txt"
    path.write_bytes(b"\n".join(LINES))
    return path


def test_each_line_gets_one_object_in_the_same_order(drip: Terminal, file: Path) -> None:
    said = drip(f"outcome {file} --json")
    assert said.code == 0
    assert [list(one) for one in said.objects] == [KEYS] * len(LINES)
    assert [one["class"] for one in said.objects] == CLASSES


def test_the_objects_say_what_is_done_with_send_mailbox_and_address(drip: Terminal, file: Path) -> None:
    dead, _, _, login, grey, rate, *_ = drip(f"outcome {file} --json").objects
    assert (dead["send"], dead["mailbox"], dead["suppress"], dead["retry_after"]) == ("refuse", "ok", True, None)
    assert (login["send"], login["mailbox"], login["suppress"]) == ("retry", "pause", False)
    assert (grey["code"], grey["enhanced"], grey["phase"], grey["retry_after"]) == (451, "4.7.1", "rcpt", 300)
    assert (rate["code"], rate["phase"], rate["retry_after"]) == (421, None, 7200)


def test_replies_are_read_from_standard_input(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ("outcome --json", "outcome - --json"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"550 5.1.1 User unknown\n")))
        assert [one["class"] for one in drip(words).objects] == ["recipient_dead"]


def test_the_mark_some_editors_put_before_a_file_is_no_part_of_its_first_reply(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "marked").write_bytes(b'\xef\xbb\xbf{"phase": "rcpt", "text": "550 No such user"}')
    assert [(one["phase"], one["suppress"]) for one in drip("outcome marked --json").objects] == [("rcpt", True)]


def test_people_get_a_table(drip: Terminal, file: Path) -> None:
    said = drip(f"outcome {file}")
    assert said.code == 0
    assert said.out.startswith("CLASS")
    assert "retry in 2 h" in said.out
    assert "recipient_dead" in said.out


def test_an_empty_file_has_no_replies(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"")
    assert drip("outcome none --json").out == ""
    assert drip("outcome none").code == 0


def test_a_file_that_is_not_there_is_said(drip: Terminal) -> None:
    said = drip("outcome nowhere.txt")
    assert (said.code, said.out) == (2, "")
    assert "nowhere.txt" in said.err


def test_deep_and_long_lines_are_answered(drip: Terminal, tmp_path: Path) -> None:
    lines = ['{"text":' + "[" * 100_000, "550 " + "x" * 100_000, json.dumps({"text": "550 5.1.1 no\nsuch\nuser"})]
    (tmp_path / "long").write_text("\n".join(lines))
    assert [one["class"] for one in drip("outcome long --json").objects] == ["unknown", "unknown", "recipient_dead"]
