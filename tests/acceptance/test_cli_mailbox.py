"""`drip mailbox check` against a real mail server and a real DNS server: what is wrong, and what to do about it."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drip.outbound.keyring import Key, Keyring
from tests.servers.certificate import Certificate
from tests.servers.nameserver import Nameserver
from tests.servers.smtp import Odd, SmtpPeer
from tests.unit.cli.typing_in import Answer, Terminal

BOX = "mailbox add kim --address kim@seller.com --host 127.0.0.1"


@pytest.fixture
def drip(drip: Terminal, monkeypatch: pytest.MonkeyPatch, nameserver: Nameserver) -> Terminal:
    """A terminal in a folder with a database, where no DNS is asked that is not ours."""
    monkeypatch.setenv("DRIP_RESOLVER", nameserver.place)
    monkeypatch.setenv("COLUMNS", "100")
    return drip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key of seller.com, made once since making one takes a while."""
    folder = tmp_path_factory.mktemp("made")
    Keyring(folder).make("seller.com", "drip1")
    return folder


def set_up(nameserver: Nameserver, key: Key) -> None:
    """Everything as it should be for letters of seller.com that leave by the server called localhost."""
    nameserver.put("seller.com", "TXT", "v=spf1 a:localhost -all")
    nameserver.put("seller.com", "MX", "10 mail.seller.com.")
    nameserver.put("mail.seller.com", "A", "192.0.2.80")
    nameserver.put("localhost", "A", "192.0.2.25")
    nameserver.put("25.2.0.192.in-addr.arpa", "PTR", "localhost.")
    nameserver.put("drip1._domainkey.seller.com", "TXT", f"v=DKIM1; k=rsa; p={key.public}")
    nameserver.put("_dmarc.seller.com", "TXT", "v=DMARC1; p=none; rua=mailto:kim@seller.com")


def said(told: Answer) -> str:
    """What it printed, on one line."""
    return " ".join(told.out.split())


def about(told: Answer, what: str) -> dict[str, Any]:
    """The one finding about something, of a check with --json."""
    [found] = [one for one in told.objects[0]["findings"] if one["about"] == what]
    return dict(found)


def test_m27_a_mailbox_in_order_is_told_so_after_tls_login_and_the_dns(
    drip: Terminal,
    start_smtp_peer: Callable[..., SmtpPeer],
    nameserver: Nameserver,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    made: Path,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate_file))
    shutil.copytree(made, "dkim")
    [key] = Keyring(Path("dkim")).keys("seller.com")
    set_up(nameserver, key)
    peer = start_smtp_peer(certificate=certificate, logins={"kim": "s3cret word"})
    Path("password").write_text("s3cret word\n", "utf-8")
    box = f"mailbox add kim --address kim@Seller.com --host localhost --port {peer.port}"
    assert drip(f"{box} --postal-address 'Main Street 1' --login kim --password-file password").code == 0
    told = drip("mailbox check kim")
    assert told.code == 0, told.out
    assert told.out.splitlines()[0] == "kim (kim@seller.com)"
    names = ["server", "return", "SPF", "DKIM", "DMARC", "alignment", "bounces", "reverse"]
    assert [line.split()[:2] for line in told.out.splitlines()[1:] if line[2] != " "] == [["ok", one] for one in names]
    assert [one.argument for one in peer.said if one.phase == "mail"] == [f"kim+{'0' * 32}@seller.com"]
    assert f"connected to localhost port {peer.port}, TLSv1.3, logged in as kim" in told.out
    assert not peer.received
    assert ("drip1._domainkey.seller.com", "TXT", "udp") in nameserver.asked


def test_m27_what_is_wrong_is_told_with_the_line_to_paste(
    drip: Terminal, smtp_peer: SmtpPeer, nameserver: Nameserver, made: Path
) -> None:
    shutil.copytree(made, "dkim")
    [key] = Keyring(Path("dkim")).keys("seller.com")
    set_up(nameserver, key)
    nameserver.put("drip1._domainkey.seller.com", "TXT", "v=DKIM1; k=rsa; p=MIIBother")
    nameserver.put("seller.com", "MX", "0 .")
    nameserver.broken.add("_dmarc.seller.com")
    box = f"mailbox add kim --address kim@seller.com --host localhost --port {smtp_peer.port} --security none"
    assert drip(box).code == 0
    told = drip("mailbox check --json")
    assert (told.code, told.objects[0]["ok"]) == (1, False)
    assert "shows another key than ours" in about(told, "DKIM")["said"]
    assert about(told, "DKIM")["paste"]["value"] == f"v=DKIM1; k=rsa; p={key.public}"
    assert about(told, "bounces")["paste"]["line"] == "seller.com. IN MX 10 localhost."
    assert "SERVFAIL" in about(told, "DMARC")["said"]
    assert about(told, "TLS")["verdict"] == "warn"
    shown = drip("mailbox check kim").out
    assert f'Paste: drip1._domainkey.seller.com. IN TXT "v=DKIM1; k=rsa; p={key.public[:100]}' in shown


def test_a_resolver_that_says_nothing_is_told_once(
    drip: Terminal, smtp_peer: SmtpPeer, nameserver: Nameserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.outbound.resolver.PATIENCE", 0.2)
    nameserver.silent |= {"seller.com", "_dmarc.seller.com"}
    assert drip(f"{BOX} --port {smtp_peer.port} --security none").code == 0
    told = drip("mailbox check --json")
    assert told.code == 1
    assert (
        about(told, "DNS")["said"]
        == f"Nothing could be looked up: {nameserver.place} did not answer within 0.2 seconds."
    )
    assert "`--resolver 1.1.1.1`" in about(told, "DNS")["advice"]
    assert drip("mailbox check --no-dns").code == 0


def test_a_host_that_is_none_is_told_by_the_check(drip: Terminal) -> None:
    assert drip("mailbox add kim --address kim@seller.com --host mail.invalid").code == 0
    told = drip("mailbox check kim --json --no-dns")
    assert (told.code, told.objects[0]["ok"]) == (1, False)
    assert about(told, "server")["advice"] == 'There is no host "mail.invalid". Check its spelling.'


def test_a_mailbox_that_works_is_told_with_how_far_it_came(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], tmp_path: Path
) -> None:
    peer = start_smtp_peer(logins={"kim": "s3cret word"})
    (tmp_path / "password").write_text("s3cret word\n", "utf-8")
    assert drip(f"{BOX} --port {peer.port} --security none --login kim --password-file password").code == 0
    told = drip("mailbox check kim --no-dns")
    assert told.code == 0
    assert f"  ok    server      connected to 127.0.0.1 port {peer.port}, no TLS, logged in as kim" in told.out
    assert "It has no postal address, and no letter goes out without one; they wait." in said(told)
    assert '--postal-address "FIRM, STREET, TOWN"` gives one.' in said(told)
    assert not peer.received


def test_a_wrong_password_is_told_and_no_password_is_ever_shown(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = start_smtp_peer(logins={"kim": "s3cret word"})
    monkeypatch.setattr("sys.stdin", io.StringIO("another word\n"))
    added = drip(f"{BOX} --port {peer.port} --security none --login kim --password-file -")
    assert added.code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert "  fail  login       127.0.0.1 did not let kim in: 535 " in told.out
    assert "Check login and password. Many providers want an app password" in said(told)
    shown = drip("mailbox list --json").out + drip("mailbox list").out + told.out
    assert "another word" not in shown and "secret" not in shown


@pytest.mark.parametrize(
    ("phase", "words"), [("mail", "takes no letter with the return path"), ("rcpt", "A bounce to")]
)
def test_m29_a_return_path_that_is_not_taken_is_told_with_what_to_do(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], phase: str, words: str
) -> None:
    peer = start_smtp_peer(hook=lambda said, _: "550 5.1.1 no such address" if said == phase else None)
    assert drip(f"{BOX} --port {peer.port} --security none").code == 0
    found = drip("mailbox check --json --no-dns")
    assert found.code == 1
    assert words in about(found, "return path")["said"] and "550 5.1.1 no such address" in said(found)
    assert "`drip mailbox set kim --bounces-to own`" in about(found, "return path")["advice"]
    assert drip("mailbox set kim --bounces-to own").code == 0
    assert drip("mailbox check --no-dns").code == 0


def test_a_server_without_tls_is_told(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    assert drip(f"{BOX} --port {smtp_peer.port}").code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert "It offers no STARTTLS on that port. Use tls on port 465" in said(told)


def test_a_certificate_we_do_not_trust_is_told(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], certificate: Certificate
) -> None:
    peer = start_smtp_peer(certificate=certificate)
    assert drip(f"{BOX} --port {peer.port}").code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert "TLS with 127.0.0.1" in said(told) and "certificate" in said(told)
    assert "Nobody we trust has signed the certificate" in said(told) and "SSL_CERT_FILE=FILE" in said(told)


def test_a_port_that_does_not_begin_with_tls_is_told(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    assert drip(f"{BOX} --port {smtp_peer.port} --security tls").code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert f"Port {smtp_peer.port} does not begin with TLS. Use starttls" in said(told)


def test_a_server_that_keeps_silent_is_told_before_anybody_gives_up(
    drip: Terminal, start_smtp_peer: Callable[..., SmtpPeer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.cli.mailbox_check.PATIENCE", 0.3)
    peer = start_smtp_peer(hook=lambda phase, _: Odd.HANG if phase == "connect" else None)
    assert drip(f"{BOX} --port {peer.port}").code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert "took the connection and did not greet as a mail server" in said(told)
    assert f"is {peer.port} a port for --security tls?" in said(told)
