"""The SMTP peer of the tests keeps what it is given byte by byte, and misbehaves only when told to."""

import json
import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.certificate import Certificate
from tests.servers.smtp import Odd, Reply, SmtpPeer

MAIL = b"Subject: hi\r\n\r\n.a dot first\r\nZo\xc3\xab\r\n"


def submit(peer: SmtpPeer, recipients: tuple[str, ...] = ("ann@firm.test",)) -> dict[str, tuple[int, bytes]]:
    """Send MAIL by the standard library's client; the refused recipients."""
    with smtplib.SMTP(peer.host, peer.port, timeout=10) as client:
        return client.sendmail("rep@ours.test", recipients, MAIL)


def refuse(phase: str, reply: Reply) -> Callable[[str, str], Reply]:
    """A hook that gives `reply` in one phase."""
    return lambda where, argument: reply if where == phase else None


def test_it_keeps_envelope_and_bytes(smtp_peer: SmtpPeer) -> None:
    submit(smtp_peer, ("ann@firm.test", "bob@firm.test"))
    [mail] = smtp_peer.wait_for(1)
    assert mail.data == MAIL
    assert (mail.sender, mail.recipients) == ("rep@ours.test", ("ann@firm.test", "bob@firm.test"))


def test_a_connection_carries_several_mails(smtp_peer: SmtpPeer) -> None:
    with smtplib.SMTP(smtp_peer.host, smtp_peer.port, timeout=10) as client:
        for _ in range(3):
            client.sendmail("rep@ours.test", "ann@firm.test", MAIL)
    assert [mail.connection for mail in smtp_peer.wait_for(3)] == [1, 1, 1]
    assert [said.phase for said in smtp_peer.said] == ["connect", "ehlo", *["mail", "rcpt", "data", "body"] * 3, "quit"]


def test_what_is_asked_of_delivery_reports_is_kept_where_they_are_offered(
    start_smtp_peer: Callable[..., SmtpPeer], smtp_peer: SmtpPeer
) -> None:
    asked = ["RET=HDRS", "ENVID=17"], ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;ann@firm.test"]
    offers = start_smtp_peer(extensions=("PIPELINING", "DSN"))
    with smtplib.SMTP(offers.host, offers.port, timeout=10) as client:
        client.sendmail("rep@ours.test", "ann@firm.test", MAIL, *asked)
    [mail] = offers.wait_for(1)
    assert ([*mail.options[1:]], [*mail.rcpt_options]) == asked  # the client says SIZE first
    with smtplib.SMTP(smtp_peer.host, smtp_peer.port, timeout=10) as client, pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail("rep@ours.test", "ann@firm.test", MAIL, *asked)


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        ("connect", smtplib.SMTPConnectError),
        ("mail", smtplib.SMTPSenderRefused),
        ("rcpt", smtplib.SMTPRecipientsRefused),
        ("data", smtplib.SMTPDataError),
        ("body", smtplib.SMTPDataError),
    ],
)
def test_a_refusal_is_said_in_its_phase(smtp_peer: SmtpPeer, phase: str, error: type[Exception]) -> None:
    smtp_peer.hook = refuse(phase, "554 5.7.1 not you")
    with pytest.raises(error, match="not you"):
        submit(smtp_peer)
    assert smtp_peer.received == []


def test_one_recipient_of_two_is_refused(smtp_peer: SmtpPeer) -> None:
    smtp_peer.hook = lambda phase, argument: "550 5.1.1 unknown" if argument == "bob@firm.test" else None
    assert submit(smtp_peer, ("ann@firm.test", "bob@firm.test")) == {"bob@firm.test": (550, b"5.1.1 unknown")}
    assert smtp_peer.wait_for(1)[0].recipients == ("ann@firm.test",)


@pytest.mark.parametrize(("oddity", "kept"), [(Odd.CUT, 0), (Odd.KEEP_AND_CUT, 1)])
def test_the_answer_to_a_body_can_be_lost(smtp_peer: SmtpPeer, oddity: Odd, kept: int) -> None:
    smtp_peer.hook = refuse("body", oddity)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        submit(smtp_peer)
    assert len(smtp_peer.received) == kept


def test_a_silent_peer_keeps_the_client_waiting(smtp_peer: SmtpPeer) -> None:
    smtp_peer.hook = refuse("mail", Odd.HANG)
    with smtplib.SMTP(smtp_peer.host, smtp_peer.port, timeout=10) as client:
        client.ehlo()
        assert client.sock is not None
        client.sock.settimeout(0.2)
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            client.mail("rep@ours.test")


def test_a_body_is_asked_for_though_no_recipient_was_taken(smtp_peer: SmtpPeer) -> None:
    answers = {"rcpt": "550 5.1.1 unknown", "data": "354 go on"}
    smtp_peer.hook = lambda phase, argument: answers.get(phase)
    with smtplib.SMTP(smtp_peer.host, smtp_peer.port, timeout=10) as client:
        client.ehlo()
        client.mail("rep@ours.test")
        assert client.rcpt("ann@firm.test")[0] == 550
        assert client.docmd("DATA")[0] == 354
        assert client.docmd(".")[0] == 554
    assert smtp_peer.received == []


def test_starttls_and_login(start_smtp_peer: Callable[..., SmtpPeer], certificate: Certificate) -> None:
    peer = start_smtp_peer(certificate=certificate, logins={"rep": "s3cret"})
    with smtplib.SMTP(peer.host, peer.port, timeout=10) as client:
        client.starttls(context=certificate.client_context())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("rep", "wrong")
        client.login("rep", "s3cret")
        client.sendmail("rep@ours.test", "ann@firm.test", MAIL)
    assert peer.wait_for(1)[0].login == "rep"


def test_tls_from_the_start(start_smtp_peer: Callable[..., SmtpPeer], certificate: Certificate) -> None:
    peer = start_smtp_peer(certificate=certificate, tls_from_start=True)
    context = certificate.client_context()
    with smtplib.SMTP_SSL(peer.host, peer.port, timeout=10, context=context) as client:
        client.sendmail("rep@ours.test", "ann@firm.test", MAIL)
    assert peer.wait_for(1)[0].data == MAIL


def test_a_folder_keeps_the_files(start_smtp_peer: Callable[..., SmtpPeer], tmp_path: Path) -> None:
    peer = start_smtp_peer(folder=tmp_path)
    submit(peer)
    peer.wait_for(1)
    assert (tmp_path / "000001.eml").read_bytes() == MAIL
    assert json.loads((tmp_path / "000001.json").read_text())["recipients"] == ["ann@firm.test"]
