"""Copies go into a real IMAP server's folder of sent mail: once each, and what goes wrong is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drip.domain.security import Security
from drip.imap.account import ImapAccount, ImapError, Where
from drip.outbound.imap import find_folder, keep_all
from drip.outbound.sent import Copy
from tests.servers.certificate import Certificate
from tests.servers.dovecot import PASSWORD, dovecot
from tests.servers.imap import Appended, ImapPeer, Odd

StartPeer = Callable[..., ImapPeer]
AT = datetime(2026, 1, 6, 15, 4, 5, tzinfo=UTC)
COPIES = [
    Copy(n, f"<{n}.abc@seller.example>", AT, f"Message-ID: <{n}.abc@seller.example>\r\n\r\nHello.\r\n".encode())
    for n in (1, 2, 3)
]


def account(peer: ImapPeer, folder: str | None = None, password: str = "s3cret word") -> ImapAccount:
    return ImapAccount(peer.host, peer.port, Security.NONE, "kim", password, folder)


def refusing(number: int, answer: str | Odd) -> Callable[[Appended], str | Odd | None]:
    return lambda letter: answer if f"<{number}.".encode() in letter.data else None


def test_a_copy_is_the_letter_itself_marked_as_read_on_its_day(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer(None, "Drafts", "Gesendet", sent="Gesendet")
    kept = keep_all(account(peer), COPIES, 9.0, 60.0)
    assert (kept.copied, kept.refused, kept.trouble) == ((1, 2, 3), (), None)
    assert peer.appended == [Appended("Gesendet", one.data, frozenset({"\\Seen"}), AT) for one in COPIES]


def test_what_stands_there_is_not_copied_again(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    keep_all(account(peer), COPIES[:2], 9.0, 60.0)
    assert keep_all(account(peer), COPIES, 9.0, 60.0).copied == (1, 2, 3)
    assert len(peer.appended) == 3


def test_a_copy_whose_answer_was_lost_is_found_the_next_time(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    peer.hook = refusing(2, Odd.KEEP_AND_CUT)
    kept = keep_all(account(peer), COPIES, 9.0, 60.0)
    assert kept.copied == (1,)
    assert kept.trouble is not None and kept.trouble.where is Where.COPY
    peer.hook = None
    assert keep_all(account(peer), COPIES[1:], 9.0, 60.0).copied == (2, 3)
    assert len(peer.appended) == 3


def test_a_letter_the_server_refuses_stops_no_other(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    peer.hook = refusing(2, "too large")
    kept = keep_all(account(peer), COPIES, 9.0, 60.0)
    assert (kept.copied, kept.trouble) == ((1, 3), None)
    [(number, why)] = kept.refused
    assert (number, "too large" in why) == (2, True)


def test_no_letter_is_begun_after_its_time(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    kept = keep_all(account(peer), COPIES, 9.0, -1.0)
    assert (kept.copied, kept.refused, kept.trouble, peer.appended) == ((), (), None, [])


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_connection_is_protected_and_the_certificate_looked_at(
    start_imap_peer: StartPeer, certificate: Certificate, security: Security
) -> None:
    peer = start_imap_peer(certificate=certificate, tls_from_start=security is Security.TLS)
    there = ImapAccount(peer.host, peer.port, security, "kim", "s3cret word")
    assert find_folder(there, 9.0, certificate.client_context()) == "Sent"
    with pytest.raises(ImapError, match="certificate"):
        find_folder(there, 9.0)


WAITS = r"timed out\. A server that speaks TLS from the start waits in silence: try imaps://127\.0\.0\.1:\d+ first"


@pytest.mark.parametrize(
    ("speaks", "asked", "words"),
    [
        (Security.TLS, Security.STARTTLS, WAITS),
        (Security.TLS, Security.NONE, WAITS),
        (
            Security.STARTTLS,
            Security.TLS,
            r"does not begin with TLS on that port: write imap://127\.0\.0\.1:\d+ \(STARTTLS",
        ),
        (
            Security.NONE,
            Security.TLS,
            r"TLS with 127.* failed: wrong version number\. The server does not begin with TLS",
        ),
        (Security.NONE, Security.STARTTLS, r"offers no STARTTLS on that port: write imaps://127\.0\.0\.1 instead\.$"),
    ],
)
def test_a_port_that_speaks_otherwise_than_the_url_says_what_to_try(
    start_imap_peer: StartPeer, certificate: Certificate, speaks: Security, asked: Security, words: str
) -> None:
    has_tls = speaks is not Security.NONE
    peer = start_imap_peer(certificate=certificate if has_tls else None, tls_from_start=speaks is Security.TLS)
    there = ImapAccount(peer.host, peer.port, asked, "kim", "s3cret word")
    with pytest.raises(ImapError, match=words) as told:
        find_folder(there, 0.3 if words is WAITS else 9.0, certificate.client_context())
    assert told.value.where is Where.CONNECT


def test_what_cannot_be_used_is_told_with_how_far_we_came(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer(None, "Drafts", "Out", sent=None)
    cases = [
        (account(peer, password="another"), Where.LOGIN, "did not let kim in: .*AUTHENTICATIONFAILED"),
        (account(peer), Where.FOLDER, "does not say which folder is for sent mail. Name it; there are: .*Drafts, Out"),
        (account(peer, "Nowhere"), Where.FOLDER, 'no folder "Nowhere"'),
    ]
    for there, where, words in cases:
        with pytest.raises(ImapError, match=words) as told:
            find_folder(there, 9.0)
        assert told.value.where is where
    assert find_folder(account(peer, "Out"), 9.0) == "Out"
    peer.stop()
    with pytest.raises(
        ImapError, match=r"No connection to 127.*: Connection refused\. Nothing listens there\. Check host"
    ):
        find_folder(account(peer), 9.0)


@pytest.mark.long
def test_dovecot_keeps_each_copy_once_as_well() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with dovecot(folder, "Gesendet") as port:
            there = ImapAccount("127.0.0.1", port, Security.NONE, "kim", PASSWORD)
            assert find_folder(there, 9.0) == "Gesendet"
            assert keep_all(there, COPIES[:2], 9.0, 60.0).copied == (1, 2)
            assert keep_all(there, COPIES, 9.0, 60.0).copied == (1, 2, 3)
            with pytest.raises(ImapError, match="did not let kim in"):
                find_folder(replace(there, password="another"), 9.0)
        kept = list((folder / "mail" / ".Gesendet").glob("[cn][ue][rw]/*"))
        lines = sorted(one.read_bytes().replace(b"\n", b"\r\n") for one in kept)  # Maildir keeps them in its own way
        assert lines == [one.data for one in COPIES]
        assert all(one.name.endswith(":2,S") for one in kept), "marked as read"
