"""`drip mailbox set --read`: where mail is read, tried at once, and told by `show`, `list` and `doctor`."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.imap import ImapPeer
from tests.unit.cli.typing_in import Terminal

BOX = "mailbox add kim --address kim@seller.com --host 127.0.0.1 --security none --postal-address 'Main Street 1'"
StartPeer = Callable[..., ImapPeer]


@pytest.fixture
def drip(drip: Terminal) -> Terminal:
    """A terminal in a folder with a mailbox."""
    assert drip(BOX).code == 0
    Path("password").write_text("s3cret word\n", "utf-8")
    return drip


def test_reading_is_tried_shown_and_ended(drip: Terminal, start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer({"kim@seller.com": "s3cret word"})
    place = f"imap+plain://kim%40seller.com@127.0.0.1:{peer.port}"
    assert drip("mailbox show kim --json").objects[0]["read"] is None
    told = drip(f"mailbox set kim --read {place} --read-password-file password")
    assert (told.code, peer.logins) == (0, 1)
    assert "INBOX is read from now on. Mail stays where it is" in " ".join(told.err.split())
    assert f"Read         {place}/INBOX; not read yet" in " ".join(drip("mailbox show kim").out.split("\n"))
    kept = {"from": f"{place}/INBOX", "handled": None, "read_at": None, "trouble": None, "retry_at": None}
    assert drip("mailbox list --json").objects[0]["read"] == kept
    assert "Mail in INBOX on 127.0.0.1 is read" in " ".join(drip("mailbox check kim --no-dns").out.split())
    told = drip("mailbox set kim --handled Handled")
    assert (told.code, "with 0 mails in it; each is moved to Handled" in " ".join(told.err.split())) == (0, True)
    assert f"{place}/INBOX, moved to Handled; " in " ".join(drip("mailbox show kim").out.split())
    assert drip(f"mailbox set kim --read {place} --read-password-file password").code == 0
    assert drip("mailbox show kim --json").objects[0]["read"]["handled"] == "Handled", "what is not given stays"
    assert drip("mailbox set kim --handled Handled").code == 1
    assert drip("mailbox set kim --read none").code == 0
    assert drip("mailbox set kim --read none").code == 1
    assert drip("mailbox show kim --json").objects[0]["read"] is None


def test_what_cannot_be_read_is_refused_at_once_and_changes_nothing(
    drip: Terminal, start_imap_peer: StartPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = start_imap_peer()
    monkeypatch.setattr("sys.stdin", io.StringIO("another word\n"))
    for words, said in (
        (f"--read imap+plain://127.0.0.1:{peer.port}", "To read mail at 127.0.0.1 a login is needed, and kim has none"),
        (f"--read imap+plain://kim@127.0.0.1:{peer.port}", "127.0.0.1 did not let kim in"),
        (f"--read imap+plain://kim@127.0.0.1:{peer.port}/No --read-password-file password", 'no folder "No"'),
        ("--read mail.seller.com", "is no inbox. Write imaps://imap.example.com"),
        ("--read imaps://kim:word@mail.seller.com", "leave the password out"),
        ("--read-password-file password", "belongs to --read"),
        ("--read imaps://mail.seller.com --read-password-file password", "belongs to a login"),
        ("--handled Handled", "belongs to --read"),
        (
            f"--read imap+plain://kim@127.0.0.1:{peer.port} --handled inbox --read-password-file password",
            "is read. Name",
        ),
    ):
        told = drip(f"mailbox set kim {words}")
        assert told.code == 2, words
        assert said in " ".join(told.err.split())
    assert drip("mailbox show kim --json").objects[0]["read"] is None


def test_trouble_is_told_by_list_and_doctor(drip: Terminal, start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    place = f"imap+plain://kim@127.0.0.1:{peer.port}/INBOX"
    assert drip(f"mailbox set kim --read {place} --read-password-file password").code == 0
    with sqlite3.connect("drip.db") as database:
        database.execute("UPDATE read_folders SET trouble = 'No more.', retry_at = '2026-01-06T15:00:00.000000+00:00'")
    assert "its mail is not read: No more." in " ".join(drip("mailbox list").out.split())
    assert "trouble: No more.; tried again Tue 6 Jan 2026 15:00 UTC" in " ".join(drip("mailbox show kim").out.split())
    with sqlite3.connect("drip.db") as database:
        database.execute("UPDATE read_folders SET trouble = '1 mail could not be taken in.', retry_at = NULL")
    assert "its mail is read, but 1 mail could not be taken in." in " ".join(drip("mailbox list").out.split())
    told = drip("doctor")
    assert "mailbox_unread" in told.out
    assert "kim" in told.out
