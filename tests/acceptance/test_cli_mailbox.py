"""`drip mailbox check` against real servers: what failed, exactly, and what to do about it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.certificate import Certificate
from tests.servers.smtp import Odd, SmtpPeer
from tests.unit.cli.typing_in import Terminal

BOX = "mailbox add kim --address kim@seller.com --host 127.0.0.1"


@pytest.fixture
def drip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def test_a_host_that_is_none_is_told_by_the_check(drip: Terminal) -> None:
    assert drip("mailbox add kim --address kim@seller.com --host mail.invalid").code == 0
    told = drip("mailbox check kim --json").objects
    assert [(one["ok"], one["phase"]) for one in told] == [(False, "connect")]
    assert told[0]["advice"] == 'There is no host "mail.invalid". Check its spelling.'


def test_a_mailbox_that_works_is_told_with_how_far_it_came(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], tmp_path: Path
) -> None:
    peer = start_smtp_peer(logins={"kim": "s3cret word"})
    (tmp_path / "password").write_text("s3cret word\n", "utf-8")
    assert drip(f"{BOX} --port {peer.port} --security none --login kim --password-file password").code == 0
    told = drip("mailbox check kim")
    assert told.code == 0
    assert told.out.startswith(f"ok      kim: connected to 127.0.0.1 port {peer.port}, no TLS, logged in as kim")
    assert "It has no postal address" in told.out
    assert not peer.received


def test_a_wrong_password_is_told_and_no_password_is_ever_shown(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = start_smtp_peer(logins={"kim": "s3cret word"})
    monkeypatch.setattr("sys.stdin", io.StringIO("another word\n"))
    added = drip(f"{BOX} --port {peer.port} --security none --login kim --password-file -")
    assert added.code == 0
    told = drip("mailbox check")
    assert told.code == 1
    assert "failed  kim: 127.0.0.1 did not let kim in: 535 " in told.out
    assert "Check login and password. Many providers want an app password" in told.out
    shown = drip("mailbox list --json").out + drip("mailbox list").out + told.out
    assert "another word" not in shown and "secret" not in shown


def test_a_server_without_tls_is_told(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    assert drip(f"{BOX} --port {smtp_peer.port}").code == 0
    told = drip("mailbox check")
    assert told.code == 1
    assert "It offers no STARTTLS on that port. Use tls on port 465" in told.out


def test_a_certificate_we_do_not_trust_is_told(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], certificate: Certificate
) -> None:
    peer = start_smtp_peer(certificate=certificate)
    assert drip(f"{BOX} --port {peer.port}").code == 0
    told = drip("mailbox check")
    assert told.code == 1
    assert "TLS with 127.0.0.1" in told.out and "certificate" in told.out
    assert "Use the name that stands in the certificate." in told.out


def test_a_port_that_does_not_begin_with_tls_is_told(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    assert drip(f"{BOX} --port {smtp_peer.port} --security tls").code == 0
    told = drip("mailbox check")
    assert told.code == 1
    assert f"Port {smtp_peer.port} does not begin with TLS. Use starttls" in told.out


def test_a_server_that_keeps_silent_is_told_before_anybody_gives_up(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.cli.mailbox_check.PATIENCE", 0.3)
    peer = start_smtp_peer(hook=lambda phase, _: Odd.HANG if phase == "connect" else None)
    assert drip(f"{BOX} --port {peer.port}").code == 0
    told = drip("mailbox check")
    assert told.code == 1
    assert "took the connection and did not greet as a mail server" in told.out
    assert f"is {peer.port} a port for --security tls?" in told.out
