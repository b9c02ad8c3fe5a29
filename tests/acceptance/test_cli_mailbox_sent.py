"""`drip mailbox set --sent-copy`: where copies of letters go, tried by `check` and told by `show`."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.imap import ImapPeer
from tests.servers.smtp import SmtpPeer
from tests.unit.cli.typing_in import Terminal

BOX = "mailbox add kim --address kim@seller.com --host 127.0.0.1 --security none --postal-address 'Main Street 1'"


def test_copies_are_wanted_tried_shown_and_ended(
    drip: Terminal, smtp_peer: SmtpPeer, start_imap_peer: Callable[..., ImapPeer]
) -> None:
    peer = start_imap_peer({"kim@seller.com": "s3cret word"}, "Gesendet", sent="Gesendet")
    place = f"imap+plain://kim%40seller.com@127.0.0.1:{peer.port}"
    assert drip(f"{BOX} --port {smtp_peer.port}").code == 0
    assert drip("mailbox show kim --json").objects[0]["sent_copy"] is None
    Path("password").write_text("s3cret word\n", "utf-8")
    assert drip(f"mailbox set kim --sent-copy {place} --sent-password-file password").code == 0
    told = drip("mailbox check kim --no-dns")
    assert told.code == 0, told.out
    assert 'Copies of letters go to "Gesendet" on 127.0.0.1' in " ".join(told.out.split())
    assert f"Sent copy    {place}" in drip("mailbox show kim").out
    kept = {"to": place, "trouble": None, "waiting": 0, "copied": 0, "given_up": 0}
    assert drip("mailbox show kim --json").objects[0]["sent_copy"] == kept
    assert drip("mailbox set kim --sent-copy none").code == 0
    assert drip("mailbox set kim --sent-copy none").code == 1
    assert "Sent copy" not in drip("mailbox show kim").out


def test_a_login_that_is_refused_and_one_that_is_missing_are_told_by_the_check(
    drip: Terminal,
    smtp_peer: SmtpPeer,
    start_imap_peer: Callable[..., ImapPeer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peer = start_imap_peer()
    assert drip(f"{BOX} --port {smtp_peer.port}").code == 0
    assert drip(f"mailbox set kim --sent-copy imap+plain://127.0.0.1:{peer.port}").code == 0
    told = drip("mailbox check kim --no-dns")
    assert told.code == 1
    assert "a login is needed, and kim has none" in " ".join(told.out.split())
    monkeypatch.setattr("sys.stdin", io.StringIO("another word\n"))
    assert drip(f"mailbox set kim --sent-copy imap+plain://kim@127.0.0.1:{peer.port}/Sent").code == 0
    told = drip("mailbox check kim --no-dns")
    assert told.code == 1
    assert "127.0.0.1 did not let kim in" in " ".join(told.out.split())
    assert "another word" not in told.out + drip("mailbox show kim --json").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--sent-copy mail.seller.com", "is no place for copies. Write imaps://imap.example.com"),
        ("--sent-copy smtp://mail.seller.com", "is no place for copies"),
        ("--sent-copy imaps://mail.seller.com:port", "is no place for copies"),
        ("--sent-copy imaps://kim:word@mail.seller.com", "leave the password out"),
        ("--sent-password-file word", "belongs to --sent-copy"),
        ("--sent-copy imaps://mail.seller.com --sent-password-file word", "belongs to a login"),
    ],
)
def test_what_is_no_place_for_copies_is_refused_with_words(drip: Terminal, words: str, said: str) -> None:
    assert drip(BOX).code == 0
    told = drip(f"mailbox set kim {words}")
    assert told.code == 2
    assert said in " ".join(told.err.split())


def test_a_provider_that_keeps_copies_by_itself_is_told(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("app password\n"))
    assert drip("mailbox add kim --preset gmail --address kim@seller.com --postal-address 'Main Street 1'").code == 0
    told = drip("mailbox set kim --sent-copy imaps://imap.gmail.com")
    assert told.code == 0
    assert "Gmail keeps a copy of each letter by itself" in told.err
