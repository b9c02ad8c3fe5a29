"""Connecting for real: TLS, STARTTLS, login, and the whole letter at the other end."""

import asyncio
import email
import email.policy
from collections.abc import Callable
from datetime import timedelta

import pytest

from drip.actions.sending import Limits
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.smtp import SmtpTransport
from drip.outbound.smtp_wire import SmtpWire, Timeouts
from drip.outbound.transport import Account
from tests.servers.certificate import Certificate
from tests.servers.smtp import Odd, SmtpPeer
from tests.unit.outbound.parts import ORDINARY, changed
from tests.wire.scripted import scripted

SHORT = Timeouts(connect=9.0, reply=1.0, data=9.0, body=9.0, answer=9.0, quit=1.0)
StartPeer = Callable[..., SmtpPeer]


async def yes() -> bool:
    return True


async def deliver(transport: SmtpTransport, account: Account) -> Outcome:
    async with transport.open(account) as wire:
        return await wire.deliver(compose(ORDINARY), yes)


def plain(peer: SmtpPeer) -> Account:
    return Account(peer.host, peer.port, Security.NONE)


async def test_a_letter_arrives_byte_for_byte_with_its_envelope(smtp_peer: SmtpPeer) -> None:
    letter = compose(changed(subject="Zwölf Ideen für Ihr Lager", text="Grüße\n.\n..\nFrom me\n"))
    async with SmtpTransport().open(plain(smtp_peer)) as wire:
        outcome = await wire.deliver(letter, yes)
    assert outcome == Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "2.0.0 taken")
    (mail,) = smtp_peer.wait_for(1)
    assert (mail.sender, mail.recipients) == ("bounce@mail.acme.example", ("paul@firm.example",))
    assert mail.data == letter.data
    message = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert message["Subject"] == "Zwölf Ideen für Ihr Lager"


async def test_m09_a_letter_with_smtputf8_arrives(smtp_peer: SmtpPeer) -> None:
    letter = compose(changed(to_address="jürgen@firm.example"))
    async with SmtpTransport().open(plain(smtp_peer)) as wire:
        assert (await wire.deliver(letter, yes)).kind is Kind.ACCEPTED
    (mail,) = smtp_peer.wait_for(1)
    assert mail.recipients == ("jürgen@firm.example",)
    assert "SMTPUTF8" in mail.options
    assert "\r\nTo: Paul Prospect <jürgen@firm.example>\r\n".encode() in mail.data


async def test_our_name_in_ehlo_is_our_address_in_brackets(smtp_peer: SmtpPeer) -> None:
    await deliver(SmtpTransport(), plain(smtp_peer))
    assert [said.argument for said in smtp_peer.said if said.phase == "ehlo"] == ["[127.0.0.1]"]


async def test_our_name_in_ehlo_is_the_one_that_was_set(smtp_peer: SmtpPeer) -> None:
    await deliver(SmtpTransport(ehlo_name="drip.acme.example"), plain(smtp_peer))
    assert [said.argument for said in smtp_peer.said if said.phase == "ehlo"] == ["drip.acme.example"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_letter_goes_out_over_tls_with_a_login(
    start_smtp_peer: StartPeer, certificate: Certificate, security: Security
) -> None:
    peer = start_smtp_peer(
        certificate=certificate, tls_from_start=security is Security.TLS, logins={"rita": "pass wörd"}
    )
    account = Account(peer.host, peer.port, security, "rita", "pass wörd")
    transport = SmtpTransport(tls=certificate.client_context())
    async with transport.open(account) as wire:
        for _ in range(3):
            outcome = await wire.deliver(compose(ORDINARY), yes)
            assert outcome.kind is Kind.ACCEPTED, outcome
    mails = peer.wait_for(3)
    assert {(mail.login, mail.connection) for mail in mails} == {("rita", 1)}
    assert mails[0].data == compose(ORDINARY).data


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_nobody_vouches_for_is_not_trusted(
    start_smtp_peer: StartPeer, certificate: Certificate, security: Security
) -> None:
    peer = start_smtp_peer(certificate=certificate, tls_from_start=security is Security.TLS)
    outcome = await deliver(SmtpTransport(SHORT), Account(peer.host, peer.port, security))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.STARTTLS)
    assert "certificate" in outcome.text
    assert not peer.received


async def test_a_certificate_of_another_name_is_not_trusted(
    start_smtp_peer: StartPeer, certificate: Certificate
) -> None:
    peer = start_smtp_peer(certificate=certificate)
    transport = SmtpTransport(SHORT, tls=certificate.client_context())
    outcome = await deliver(transport, Account("127.0.0.2", peer.port, Security.STARTTLS))
    assert outcome.kind is Kind.DEFERRED
    assert not peer.received


async def test_a_server_without_starttls_gets_no_letter(smtp_peer: SmtpPeer) -> None:
    outcome = await deliver(SmtpTransport(SHORT), Account(smtp_peer.host, smtp_peer.port, Security.STARTTLS))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.STARTTLS)
    assert "STARTTLS" in outcome.text
    assert not smtp_peer.received


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available", Odd.CUT, Odd.HANG])
async def test_a_starttls_that_fails_defers_the_letter(
    start_smtp_peer: StartPeer, certificate: Certificate, answer: str | Odd
) -> None:
    peer = start_smtp_peer(certificate=certificate, hook=lambda phase, _: answer if phase == "starttls" else None)
    transport = SmtpTransport(SHORT, tls=certificate.client_context())
    outcome = await deliver(transport, Account(peer.host, peer.port, Security.STARTTLS))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.STARTTLS)


async def test_a_server_that_speaks_no_tls_after_starttls_defers_the_letter(
    start_smtp_peer: StartPeer, certificate: Certificate
) -> None:
    peer = start_smtp_peer(
        certificate=certificate, hook=lambda phase, _: "220 ready\r\n220 not at all" if phase == "starttls" else None
    )
    transport = SmtpTransport(SHORT, tls=certificate.client_context())
    outcome = await deliver(transport, Account(peer.host, peer.port, Security.STARTTLS))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.STARTTLS)


async def test_a_tls_handshake_with_a_plain_server_defers_the_letter(smtp_peer: SmtpPeer) -> None:
    outcome = await deliver(SmtpTransport(SHORT), Account(smtp_peer.host, smtp_peer.port, Security.TLS))
    assert outcome.kind is Kind.DEFERRED
    assert outcome.phase in (Phase.STARTTLS, Phase.CONNECT)


async def test_a_wrong_password_is_refused_at_login(start_smtp_peer: StartPeer) -> None:
    peer = start_smtp_peer(logins={"rita": "secret"})
    outcome = await deliver(SmtpTransport(SHORT), Account(peer.host, peer.port, Security.NONE, "rita", "wrong"))
    assert (outcome.kind, outcome.phase, outcome.code) == (Kind.REFUSED, Phase.AUTH, 535)


@pytest.mark.parametrize("answer", ["454 4.7.0 too many logins", Odd.CUT, Odd.HANG, "hello"])
async def test_a_login_that_fails_for_now_defers_the_letter(start_smtp_peer: StartPeer, answer: str | Odd) -> None:
    peer = start_smtp_peer(logins={"rita": "secret"}, hook=lambda phase, _: answer if phase == "auth" else None)
    outcome = await deliver(SmtpTransport(SHORT), Account(peer.host, peer.port, Security.NONE, "rita", "secret"))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.AUTH)


async def test_a_login_where_none_is_offered_defers_the_letter(smtp_peer: SmtpPeer) -> None:
    account = Account(smtp_peer.host, smtp_peer.port, Security.NONE, "rita", "secret")
    outcome = await deliver(SmtpTransport(SHORT), account)
    assert outcome.phase is Phase.AUTH
    assert outcome.kind in (Kind.DEFERRED, Kind.REFUSED)


async def test_no_login_where_one_is_wanted_is_the_sender_s_trouble(start_smtp_peer: StartPeer) -> None:
    peer = start_smtp_peer(logins={"rita": "secret"})
    outcome = await deliver(SmtpTransport(SHORT), plain(peer))
    assert (outcome.kind, outcome.phase, outcome.code) == (Kind.REFUSED, Phase.MAIL, 530)


async def test_a_connection_lost_over_tls_after_the_dot_is_uncertain(
    start_smtp_peer: StartPeer, certificate: Certificate
) -> None:
    peer = start_smtp_peer(certificate=certificate, hook=lambda phase, _: Odd.KEEP_AND_CUT if phase == "body" else None)
    transport = SmtpTransport(SHORT, tls=certificate.client_context())
    outcome = await deliver(transport, Account(peer.host, peer.port, Security.STARTTLS))
    assert (outcome.kind, outcome.phase) == (Kind.UNCERTAIN, Phase.BODY)
    assert len(peer.received) == 1


async def test_a_probe_says_how_far_it_came_and_sends_nothing(
    start_smtp_peer: StartPeer, certificate: Certificate
) -> None:
    peer = start_smtp_peer(certificate=certificate, logins={"rita": "secret"})
    transport = SmtpTransport(SHORT, tls=certificate.client_context())
    good, _ = await transport.probe(Account(peer.host, peer.port, Security.STARTTLS, "rita", "secret"))
    bad, _ = await transport.probe(Account(peer.host, peer.port, Security.STARTTLS, "rita", "wrong"))
    assert good.kind is Kind.ACCEPTED
    assert "TLSv1" in good.text
    assert "logged in as rita" in good.text
    assert (bad.kind, bad.phase) == (Kind.REFUSED, Phase.AUTH)
    assert {said.phase for said in peer.said} <= {"connect", "ehlo", "starttls", "auth", "quit"}


@pytest.mark.parametrize("phase", [None, "mail", "rcpt"])
async def test_m29_a_probe_asks_whether_the_return_path_would_be_taken(
    start_smtp_peer: StartPeer, phase: str | None
) -> None:
    peer = start_smtp_peer(hook=lambda said, _: "553 5.7.1 not yours" if said == phase else None)
    connected, taken = await SmtpTransport(SHORT).probe(plain(peer), "kim+00ff@seller.example")
    assert connected.kind is Kind.ACCEPTED
    assert taken is not None
    assert (taken.kind, taken.phase) == (Kind.REFUSED, Phase(phase)) if phase else taken.kind is Kind.ACCEPTED
    assert peer.said[-1].phase == "quit"
    assert not peer.received


async def test_whoever_is_told_to_stop_in_the_moment_of_an_answer_connects_no_further() -> None:
    """At each turn of the loop once, until one is late enough to be connected by then."""
    loop, stopped = asyncio.get_running_loop(), 0

    def stop(connecting: asyncio.Task[SmtpWire | Outcome], turns: int) -> None:
        if turns:
            loop.call_soon(stop, connecting, turns - 1)
        else:
            connecting.cancel()

    async with scripted() as peer:
        account = Account("127.0.0.1", peer.port, Security.NONE)
        for turns in range(1000):
            connecting = asyncio.create_task(SmtpTransport(SHORT).connect(account))
            stop(connecting, turns)
            await asyncio.wait([connecting])
            if not connecting.cancelled():
                break
            stopped += 1
        wire = await connecting
        assert not connecting.cancelling(), f"told to stop after {turns} turns, it went on"
        assert isinstance(wire, SmtpWire)
        await wire.quit()
    assert stopped > 10


def test_a_password_is_not_shown_when_an_account_is() -> None:
    assert "secret" not in repr(Account("mail.acme.example", 587, Security.STARTTLS, "rita", "secret"))


def test_the_lease_of_a_letter_on_the_wire_lasts_longer_than_any_answer_to_it() -> None:
    longest, limits = Timeouts(), Limits()
    after_the_mark = timedelta(seconds=longest.data + longest.body + longest.answer + longest.quit)
    assert limits.handing - limits.margin > after_the_mark
