"""Connections kept warm between two runs: used again, never when the server has left, closed in good order."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from drip.domain.outcome import Kind
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.smtp import SmtpTransport
from drip.outbound.smtp_wire import Timeouts
from drip.outbound.transport import Account
from drip.outbound.warm import WarmTransport
from tests.servers.certificate import Certificate
from tests.servers.smtp import SmtpPeer
from tests.unit.outbound.parts import ORDINARY
from tests.wire.scripted import DROP, EHLO_PIPELINING, USUAL, Answer, ScriptedPeer, scripted

PATIENT = Timeouts(connect=9.0, reply=9.0, data=9.0, body=9.0, answer=9.0, quit=9.0)
LETTER = compose(ORDINARY)
KEPT = b"250 2.0.0 kept\r\n"
FOR_EVER = 3600.0  # seconds


@pytest.fixture(params=["one after the other", "together"], autouse=True)
def offered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer offers PIPELINING, or it does not."""
    if request.param == "together":
        monkeypatch.setitem(USUAL, "ehlo", EHLO_PIPELINING)


class Sender:
    """Sends a letter at a time, each in a run of its own; `marked` counts how many bodies were allowed."""

    def __init__(self, account: Account, warm: WarmTransport) -> None:
        self.account, self.warm, self.marked = account, warm, 0

    async def send(self, letters: int = 1) -> None:
        """All are accepted."""
        async with asyncio.timeout(20), self.warm.open(self.account) as wire:
            for _ in range(letters):
                assert (await wire.deliver(LETTER, self._mark)).kind is Kind.ACCEPTED

    async def _mark(self) -> bool:
        self.marked += 1
        return True


def sender(peer: ScriptedPeer, most: int = 100, idle_for: float = FOR_EVER) -> Sender:
    account = Account("127.0.0.1", peer.port, Security.NONE)
    return Sender(account, WarmTransport(SmtpTransport(PATIENT, most), idle_for))


async def test_a_wire_that_was_given_back_is_used_again() -> None:
    async with scripted() as peer:
        one = sender(peer)
        for _ in range(3):
            await one.send()
        await one.warm.close()
    assert (peer.connections, len(peer.bodies)) == (1, 3)
    assert (peer.phases.count("ehlo"), peer.phases.count("quit")) == (1, 1)


async def test_a_wire_in_use_is_not_given_to_another() -> None:
    async with scripted() as peer:
        one = sender(peer)
        async with one.warm.open(one.account) as first, one.warm.open(one.account) as second:
            assert first is not second
        async with one.warm.open(one.account) as again, one.warm.open(one.account) as other:
            assert {id(again), id(other)} == {id(first), id(second)}


async def test_a_wire_is_kept_for_its_own_account_only() -> None:
    async with scripted() as peer, scripted() as other:
        one = sender(peer)
        await one.send()
        one.account = Account("127.0.0.1", other.port, Security.NONE)
        await one.send()
        await one.warm.close()
    assert (len(peer.bodies), len(other.bodies)) == (1, 1)


@pytest.mark.parametrize("farewell", [(KEPT, DROP), (KEPT, b"421 4.4.2 idle for too long\r\n", DROP)])
async def test_a_connection_the_server_closed_while_it_was_idle_gets_no_letter(farewell: Answer) -> None:
    async with scripted({"body": [farewell, farewell]}) as peer:
        one = sender(peer)
        for letters in range(1, 4):
            await one.send()
            assert (peer.connections, len(peer.bodies), one.marked) == (letters,) * 3
            await peer.ended.wait() if letters < 3 else None
            peer.ended.clear()
        await one.warm.close()
    assert peer.phases.count("mail") == 3  # the closed ones were not even asked


async def test_letters_a_connection_are_counted_across_runs() -> None:
    async with scripted() as peer:
        one = sender(peer, most=2)
        for _ in range(3):
            await one.send()
        await one.send(2)
        await one.warm.close()
    assert [sum(1 for number, phase in peer.heard if (number, phase) == (at, "mail")) for at in (1, 2, 3)] == [2, 2, 1]
    assert peer.phases.count("quit") == 3


async def test_a_wire_that_was_idle_for_long_says_goodbye() -> None:
    async with scripted() as peer:
        one = sender(peer, idle_for=0.0)
        await one.send()
        async with asyncio.timeout(20):
            await peer.ended.wait()
        assert peer.phases[-1] == "quit"
        await one.send()
        await one.warm.close()
    assert peer.connections == 2


async def test_a_run_that_broke_off_gives_no_wire_back() -> None:
    async with scripted() as peer:
        one = sender(peer)

        async def break_off() -> None:
            async with one.warm.open(one.account) as wire:
                await wire.deliver(LETTER, one._mark)
                raise LookupError

        with pytest.raises(LookupError):
            await break_off()
        assert peer.phases[-1] == "quit"
        await one.send()
        await one.warm.close()
    assert peer.connections == 2


async def test_at_the_end_idle_wires_say_goodbye_and_so_does_the_one_in_use_when_it_is_done() -> None:
    async with scripted() as peer:
        one = sender(peer)
        async with one.warm.open(one.account) as wire:
            await one.send()
            await wire.deliver(LETTER, one._mark)
            await one.warm.close()
            assert peer.phases.count("quit") == 1
            assert (await wire.deliver(LETTER, one._mark)).kind is Kind.ACCEPTED
        assert peer.phases.count("quit") == 2
    assert peer.connections == 2


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
async def test_tls_and_login_are_done_once_a_connection(
    start_smtp_peer: Callable[..., SmtpPeer], certificate: Certificate, extensions: Sequence[str]
) -> None:
    peer = start_smtp_peer(certificate=certificate, logins={"rita": "secret"}, extensions=tuple(extensions))
    account = Account(peer.host, peer.port, Security.STARTTLS, "rita", "secret")
    one = Sender(account, WarmTransport(SmtpTransport(PATIENT, 4, tls=certificate.client_context()), FOR_EVER))
    for _ in range(3):
        await one.send(2)
    await one.warm.close()
    said = [word.phase for word in peer.said]
    assert (said.count("starttls"), said.count("auth"), len(peer.wait_for(6))) == (2, 2, 6)
