"""`drip campaign send-test` as typed, over a real SMTP server: a letter to oneself that changes nothing."""

import re
import shutil
import sqlite3
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from drip.cli.main import main
from drip.domain.token import TEST_SEND, Link, read_link
from drip.outbound.keyring import Keyring
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.checks import check_letter
from tests.mail.checker.known import Known
from tests.servers.smtp import Received, SmtpPeer
from tests.unit.cli.typing_in import Terminal

ME = "me@seller.com"
SEND = f"campaign send-test monthly-value --to {ME}"
ANN = "ann.jones@acme.com"
SHORT = """name = "Monthly value, in short"
[[steps]]
key = "cost-of-downtime"
[[steps]]
key = "five-minute-stops"
"""
OFFICE = (
    ["rep", "add", "kim@seller.com", "--name", "Kim Lee", "--signature", "Kim\nSeller Inc."],
    ["prospect", "add", ANN, "--first-name", "Ann", "--last-name", "Jones", "--country", "US"],
    ["prospect", "add", "bob@acme.com", "--first-name", "Bob", "--country", "US"],
    ["suppress", "bob@acme.com"],
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A folder with a rep and two prospects, one of them suppressed."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(migrated_file, folder / "drip.db")
    (folder / "monthly-value.toml").write_text(SHORT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert [main(words) for words in OFFICE] == [0] * len(OFFICE)
    Keyring(folder / "dkim").make("seller.com", "drip1")
    return folder


@pytest.fixture
def drip(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal in a copy of the office."""
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIP_PUBLIC_URL", "https://drip.seller.com")
    return Terminal(capsys)


def add_mailbox(drip: Terminal, port: int, name: str = "kim") -> None:
    """Kim's mailbox on a server at this port."""
    place = f"--address kim@seller.com --host 127.0.0.1 --port {port} --security none"
    told = drip(f"mailbox add {name} {place} --rep kim@seller.com --postal-address 'Main Street 1, Dayton'")
    assert told.code == 0, told.err


def everything() -> str:
    """All that the database holds, as text."""
    with sqlite3.connect("drip.db") as database:
        return "\n".join(database.iterdump())


def read(received: Received) -> EmailMessage:
    """The mail as it came."""
    message = message_from_bytes(received.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """Its text or its page."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_letter_goes_to_oneself_as_the_prospect_would_get_it_and_nothing_is_kept(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    before = everything()
    told = drip(f"{SEND} --prospect {ANN}")
    assert told.code == 0, told.err
    assert told.out.startswith('Sent "[test] what does a stopped minute cost you?": 250 ')
    assert f"1 letter to {ME}, from kim@seller.com (kim, 127.0.0.1 port {smtp_peer.port}), written to Ann" in told.err
    assert "That was the first of 3" in told.err and "pace did not count them" in told.err
    assert everything() == before
    [received] = smtp_peer.received
    assert received.recipients == (ME,)
    mail = read(received)
    assert mail["Subject"] == "[test] what does a stopped minute cost you?"
    assert (mail["From"], mail["To"]) == ("Kim Lee <kim@seller.com>", f"Ann Jones <{ME}>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert part(mail, "plain").startswith("Hi Ann,") and "Kim\nSeller Inc." in part(mail, "plain")
    assert "Kim<br>Seller Inc." in part(mail, "html")


def test_it_is_all_that_a_letter_to_a_prospect_is_by_the_checker_of_its_own(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    assert drip(f"{SEND} --step cost-of-downtime --step closing").code == 0
    [key] = Keyring(Path("dkim")).keys("seller.com")
    records = {"drip1._domainkey.seller.com": f"v=DKIM1; k=rsa; p={key.public}"}
    known = Known(frozenset({"seller.com", "drip.seller.com"}), "Main Street 1, Dayton", records)
    mails = [Arrived(one.sender, one.recipients, one.data, one.options) for one in smtp_peer.received]
    assert [check_letter(mail, known) for mail in mails] == [[], []]


def test_its_links_are_signed_as_those_of_a_test_and_value_links_lead_straight_on(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    assert drip(SEND).code == 0
    mail = read(smtp_peer.received[0])
    secret = Path(".drip-secret").read_text().strip().encode()
    tokens = [read_link(secret, found) for found in re.findall(r'href="http[^"]*/[a-z]/([\w-]+)"', part(mail, "html"))]
    assert {token.link for token in tokens} == {Link.OPT_IN, Link.OPT_OUT, Link.LESS_OFTEN, Link.VIEW}
    assert {token.send for token in tokens} == {TEST_SEND}
    assert 'href="https://www.example.com/plant/stopped-minute"' in part(mail, "html")
    assert "<https://www.example.com/plant/stopped-minute>" in part(mail, "plain")


def test_several_letters_go_in_the_campaigns_order_each_with_an_id_of_its_own(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    told = drip(f"{SEND} --step closing --step five-minute-stops --json")
    assert told.code == 0 and told.err == ""
    assert [(one["step"], one["outcome"], one["mailbox"], one["code"]) for one in told.objects] == [
        ("five-minute-stops", "accepted", "kim", 250),
        ("closing", "accepted", "kim", 250),
    ]
    mails = [read(one) for one in smtp_peer.received]
    assert [mail["Subject"] for mail in mails] == [one["subject"] for one in told.objects]
    assert len({mail["Message-ID"] for mail in mails}) == 2
    assert len({one.connection for one in smtp_peer.received}) == 1


def test_a_prospects_address_gets_none_unless_it_is_meant_and_a_suppressed_one_never(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    told = drip(f"campaign send-test monthly-value --to {ANN.upper()}")
    assert told.code == 2 and f"{ANN} is a prospect's address" in told.err
    assert "--although-prospect if they know of the test." in told.err
    told = drip("campaign send-test monthly-value --to bob@acme.com --although-prospect")
    assert told.code == 2 and "bob@acme.com is suppressed" in told.err
    assert not smtp_peer.received
    assert drip(f"campaign send-test monthly-value --to {ANN} --although-prospect").code == 0
    assert smtp_peer.received[0].recipients == (ANN,)


def test_what_cannot_be_sent_is_told_before_anything_is(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    assert "There is no mailbox yet; `drip mailbox add` adds one." in drip(SEND).err
    assert "There is no mailbox for kim@seller.com" in drip(f"{SEND} --prospect {ANN}").err
    add_mailbox(drip, smtp_peer.port)
    for words, said in (
        (f"{SEND} --step nothing", 'no step "nothing". Its steps: cost-of-downtime, '),
        (f"{SEND} --step closing --all", "--all and --step do not go together"),
        (f"{SEND} --prospect nobody@acme.com", "There is no prospect for the address nobody@acme.com"),
        (f"{SEND} --mailbox joe", 'There is no mailbox "joe". Mailboxes: kim.'),
        ("campaign send-test monthly-value --to me", "me"),
    ):
        told = drip(words)
        assert told.code == 2 and said in told.err, words
    add_mailbox(drip, smtp_peer.port, "second")
    assert "Which mailbox? Say --mailbox and one of: kim, second." in drip(SEND).err
    assert not smtp_peer.received


def test_what_the_server_says_is_told_and_the_rest_is_not_tried(drip: Terminal, smtp_peer: SmtpPeer) -> None:
    add_mailbox(drip, smtp_peer.port)
    smtp_peer.hook = lambda phase, _: "550 5.7.1 no relaying for you" if phase == "rcpt" else None
    told = drip(f"{SEND} --all")
    assert told.code == 1 and told.out == ""
    assert "was not sent, the server refused the address: 550" in told.err and "no relaying for you" in told.err
    assert "`drip mailbox check kim`" in told.err and "2 more not tried." in told.err
    smtp_peer.stop()
    told = drip(f"{SEND} --json")
    assert told.code == 1
    [one] = told.objects
    assert (one["outcome"], one["phase"], one["code"]) == ("deferred", "connect", None)


def test_a_paused_mailbox_sends_a_test_all_the_same_and_says_that_it_is_paused(
    drip: Terminal, smtp_peer: SmtpPeer
) -> None:
    add_mailbox(drip, smtp_peer.port)
    drip("mailbox pause kim --reason 'new password'")
    told = drip(SEND)
    assert told.code == 0 and "kim is paused (new password); a test goes all the same." in told.err
    assert len(smtp_peer.received) == 1
