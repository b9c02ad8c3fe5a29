"""PIPELINING (RFC 2920): letters that overlap on the wire still end each by itself, and in its exact phase."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.smtp_wire import SmtpWire, Timeouts
from drip.outbound.transport import Account, Wire
from tests.servers.smtp import SmtpPeer
from tests.unit.outbound.parts import ORDINARY, changed
from tests.wire.scripted import DROP, EHLO_PIPELINING, HANG, USUAL, Answer, ScriptedPeer, scripted

PATIENT = Timeouts(connect=9.0, reply=9.0, data=9.0, body=9.0, answer=9.0, quit=9.0)
SHORT = Timeouts(connect=9.0, reply=1.0, data=1.0, body=1.0, answer=1.0, quit=1.0)
LETTERS = [replace(compose(ORDINARY), send_id=n, data=b"Subject: letter %d\r\n\r\nHello.\r\n" % n) for n in range(5)]
OK, GO, KEPT = b"250 2.1.0 Ok\r\n", b"354 go ahead\r\n", b"250 2.0.0 kept\r\n"
NO_SUCH_USER = b"550 5.1.1 no such user\r\n"
WITHDRAWN, ACCEPTED = Kind.WITHDRAWN, Kind.ACCEPTED


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer offers PIPELINING."""
    monkeypatch.setitem(USUAL, "ehlo", EHLO_PIPELINING)


@dataclass
class Run:
    """Delivers letters one after the other, each announced while the one before it goes out."""

    wire: Wire
    withdrawn: frozenset[int] = frozenset()
    marked: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)

    async def deliver(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Their outcomes."""
        waiting, outcomes, announced = deque(letters), [], deque[Letter]()

        def following() -> Letter | None:
            announced.extend([waiting.popleft()] if waiting else [])
            return announced[0] if announced else None

        while announced or waiting:
            letter = announced.popleft() if announced else waiting.popleft()
            outcomes.append(await self._one(letter, following))
        return outcomes

    async def _one(self, letter: Letter, following: object) -> Outcome:
        async def mark() -> bool:
            assert self.marked == self.settled  # nothing of this connection is marked and unsettled
            if letter.send_id in self.withdrawn:
                return False
            self.marked.append(letter.send_id)
            return True

        outcome = await self.wire.deliver(letter, mark, following)  # type: ignore[arg-type]
        if letter.send_id in self.marked:
            self.settled.append(letter.send_id)
        return outcome


@asynccontextmanager
async def running(
    answers: Mapping[str, Sequence[Answer]] | None = None,
    timeouts: Timeouts = PATIENT,
    most: int = 100,
    withdrawn: int | None = None,
) -> AsyncIterator[tuple[ScriptedPeer, Run]]:
    """A peer with these answers and a run of letters to it; all within a few seconds."""
    async with asyncio.timeout(20), scripted(answers) as peer:
        account = Account("127.0.0.1", peer.port, Security.NONE)
        async with SmtpTransport(timeouts, most).open(account) as wire:
            yield peer, Run(wire, frozenset([withdrawn] if withdrawn is not None else []))


def subjects(peer: ScriptedPeer) -> list[int]:
    """Which letters the peer has as bodies; an empty one would break this."""
    return [int(body.split(b"\r\n")[0].removeprefix(b"Subject: letter ")) for body in peer.bodies]


async def test_a_letter_s_mail_rcpt_and_data_are_asked_at_once() -> None:
    async with running({"mail": [b""], "rcpt": [b""], "data": [OK + OK + GO]}) as (_, run):
        assert [one.kind for one in await run.deliver(LETTERS[:1])] == [ACCEPTED]


async def test_the_next_letter_is_asked_for_together_with_the_body_before_it() -> None:
    late: dict[str, list[Answer]] = {"body": [b""], "mail": [OK, b""], "rcpt": [OK, b""]}
    async with running({**late, "data": [GO, KEPT + OK + OK + GO]}) as (peer, run):
        assert [one.kind for one in await run.deliver(LETTERS[:3])] == [ACCEPTED] * 3
    assert subjects(peer) == [0, 1, 2]
    assert peer.connections == 1


async def test_its_body_goes_only_when_the_letter_before_it_is_settled() -> None:
    async with running() as (peer, run):
        await run.deliver(LETTERS)
    assert run.marked == run.settled == [0, 1, 2, 3, 4]
    assert subjects(peer) == [0, 1, 2, 3, 4]


REFUSED_AT: dict[str, tuple[dict[str, list[Answer]], Phase]] = {
    "mail": ({"mail": [OK, NO_SUCH_USER]}, Phase.MAIL),
    "rcpt": ({"rcpt": [OK, NO_SUCH_USER]}, Phase.RCPT),
    "rcpt, and 354 all the same": ({"rcpt": [OK, NO_SUCH_USER], "data": [GO, GO]}, Phase.RCPT),
    "mail and rcpt, and 354 all the same": (
        {"mail": [OK, NO_SUCH_USER], "rcpt": [OK, NO_SUCH_USER], "data": [GO, GO]},
        Phase.MAIL,
    ),
    "data": ({"data": [GO, NO_SUCH_USER]}, Phase.DATA),
    "body": ({"body": [KEPT, NO_SUCH_USER]}, Phase.BODY),
}


@pytest.mark.parametrize("at", REFUSED_AT)
async def test_a_refused_letter_touches_neither_the_one_before_nor_the_one_after_it(at: str) -> None:
    answers, phase = REFUSED_AT[at]
    async with running(answers) as (peer, run):
        outcomes = await run.deliver(LETTERS[:4])
    assert [one.kind for one in outcomes] == [ACCEPTED, Kind.REFUSED, ACCEPTED, ACCEPTED]
    assert (outcomes[1].phase, outcomes[1].code, outcomes[1].enhanced) == (phase, 550, "5.1.1")
    assert peer.connections == 1
    empty = [body for body in peer.bodies if body == b".\r\n"]
    assert len(empty) == ("354" in at)  # the lone dot, where no recipient was taken


@pytest.mark.parametrize("dot", [b"250 2.0.0 kept\r\n", b"554 5.5.1 no recipients\r\n", b"451 4.3.0 later\r\n"])
async def test_the_answer_to_a_lone_dot_is_read_and_changes_nothing(dot: bytes) -> None:
    async with running({"rcpt": [NO_SUCH_USER], "data": [GO], "body": [dot]}) as (peer, run):
        first, second = await run.deliver(LETTERS[:2])
    assert (first.kind, first.phase, first.text) == (Kind.REFUSED, Phase.RCPT, "5.1.1 no such user")
    assert second.kind is ACCEPTED
    assert peer.connections == 1


@pytest.mark.parametrize("dot", [DROP, HANG, b"what?\r\n", (b"421 4.3.2 bye\r\n", DROP)])
async def test_a_lone_dot_that_fails_costs_only_the_connection(dot: Answer) -> None:
    async with running({"rcpt": [NO_SUCH_USER], "data": [GO], "body": [dot]}, SHORT) as (peer, run):
        first, second = await run.deliver(LETTERS[:2])
    assert (first.phase, first.code, second.kind) == (Phase.RCPT, 550, ACCEPTED)
    assert peer.connections == 2


async def test_a_taken_recipient_never_gets_an_empty_letter_after_a_refused_sender() -> None:
    async with running({"mail": [NO_SUCH_USER], "rcpt": [OK], "data": [GO]}) as (peer, run):
        first, second = await run.deliver(LETTERS[:2])
    assert (first.phase, first.code, second.kind) == (Phase.MAIL, 550, ACCEPTED)
    assert subjects(peer) == [1]
    assert peer.connections == 2


@pytest.mark.parametrize("which", [0, 1])
async def test_a_letter_withdrawn_at_its_mark_leaves_no_empty_letter(which: int) -> None:
    async with running(withdrawn=which) as (peer, run):
        kinds = [one.kind for one in await run.deliver(LETTERS[:3])]
    assert kinds == [WITHDRAWN if n == which else ACCEPTED for n in range(3)]
    assert subjects(peer) == [n for n in range(3) if n != which]
    assert peer.connections == 2  # after 354 only a new connection takes it back


@pytest.mark.parametrize("odd", [DROP, HANG, b"hello there\r\n", (b"250-2.0.0 ke", DROP), b"354 go ahead\r\n"])
async def test_r40_a_lost_answer_makes_that_letter_uncertain_and_no_other(odd: Answer) -> None:
    async with running({"body": [KEPT, odd]}, SHORT) as (peer, run):
        outcomes = await run.deliver(LETTERS[:4])
    assert [one.kind for one in outcomes] == [ACCEPTED, Kind.UNCERTAIN, ACCEPTED, ACCEPTED]
    assert outcomes[1].phase is Phase.BODY
    assert subjects(peer) == [0, 1, 2, 3]
    assert peer.connections == 2


LOST_AT: dict[str, tuple[dict[str, list[Answer]], Phase]] = {
    "rcpt": ({"rcpt": [OK, DROP]}, Phase.RCPT),
    "rcpt, without end": ({"rcpt": [OK, HANG]}, Phase.RCPT),
    "rcpt, garbage": ({"rcpt": [OK, b"hello there\r\n"]}, Phase.RCPT),
    "data": ({"data": [GO, DROP]}, Phase.DATA),
    "data, without end": ({"data": [GO, HANG]}, Phase.DATA),
    "data, garbage": ({"data": [GO, b"hello there\r\n"]}, Phase.DATA),
    "an answer too few": ({"rcpt": [OK, b""]}, Phase.RCPT),
    "an answer too many": ({"rcpt": [OK, OK + OK]}, Phase.DATA),
    "an answer too many after the 354": ({"data": [GO, GO + OK]}, Phase.DATA),
}


@pytest.mark.parametrize("at", LOST_AT)
async def test_an_answer_lost_before_the_body_is_safe_to_repeat(at: str) -> None:
    answers, phase = LOST_AT[at]
    async with running(answers, SHORT) as (peer, run):
        outcomes = await run.deliver(LETTERS[:4])
    assert [one.kind for one in outcomes] == [ACCEPTED, Kind.DEFERRED, ACCEPTED, ACCEPTED]
    assert outcomes[1].phase is phase
    assert subjects(peer) == [0, 2, 3]
    assert run.marked == [0, 2, 3]
    assert peer.connections == 2


@pytest.mark.parametrize("odd", [DROP, b"hello there\r\n"])
async def test_what_was_said_of_the_next_letter_counts_although_the_server_has_left_since(odd: Answer) -> None:
    """Its refusal came together with the answer before it: both were read before it was its turn."""
    said = {"body": [b""], "mail": [OK, b""], "rcpt": [OK, b""], "data": [GO, (KEPT + OK + NO_SUCH_USER, odd)]}
    async with running(said) as (peer, run):
        outcomes = await run.deliver(LETTERS[:3])
    assert [one.kind for one in outcomes] == [ACCEPTED, Kind.REFUSED, ACCEPTED]
    assert (outcomes[1].phase, outcomes[1].code) == (Phase.RCPT, 550)
    assert subjects(peer) == [0, 2]


async def test_a_refusal_in_mid_letter_is_not_taken_for_the_next_letter_s() -> None:
    """The answer comes before the letter is whole, and another letter was asked for behind it."""
    near, far = socket.socketpair()
    with near, far:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
        wire = SmtpWire(transport, {"pipelining": ""}, PATIENT)
        far.sendall(OK + OK + GO)

        async def yes() -> bool:
            asyncio.get_running_loop().call_soon(far.sendall, b"552 5.3.4 too big\r\n")
            return True

        big = replace(LETTERS[0], data=(b"x" * 70 + b"\r\n") * 900)
        outcome = await wire.deliver(big, yes, lambda: LETTERS[1])
        assert (outcome.kind, outcome.phase, outcome.code) == (Kind.REFUSED, Phase.BODY, 552)
        assert not wire.is_usable_for(LETTERS[1])


async def test_a_refusal_stands_although_the_answers_after_it_are_lost() -> None:
    async with running({"rcpt": [NO_SUCH_USER], "data": [DROP]}) as (_, run):
        first, second = await run.deliver(LETTERS[:2])
    assert (first.kind, first.phase, first.code, second.kind) == (Kind.REFUSED, Phase.RCPT, 550, ACCEPTED)


@pytest.mark.parametrize("farewell", [(KEPT, DROP), (KEPT, b"421 4.4.2 enough for now\r\n", DROP)])
async def test_a_server_that_closes_after_each_letter_gets_each_letter_once(farewell: Answer) -> None:
    async with running({"body": [farewell] * 4}) as (peer, run):
        assert [one.kind for one in await run.deliver(LETTERS[:4])] == [ACCEPTED] * 4
    assert subjects(peer) == run.marked == [0, 1, 2, 3]


async def test_the_last_letter_of_a_connection_s_share_asks_for_no_other() -> None:
    async with running(most=2) as (peer, run):
        assert {one.kind for one in await run.deliver(LETTERS)} == {ACCEPTED}
    letter = ["mail", "rcpt", "data"]
    assert peer.phases == (["ehlo", *letter, *letter, "quit"] * 2) + ["ehlo", *letter, "quit"]


async def test_what_the_server_cannot_take_is_not_asked_for() -> None:
    utf8 = compose(changed(to_address="jürgen@firm.example"))
    async with running({"ehlo": [b"250-peer.test\r\n250 PIPELINING\r\n"]}) as (peer, run):
        outcomes = await run.deliver([LETTERS[0], utf8, LETTERS[1]])
    assert [one.kind for one in outcomes] == [ACCEPTED, Kind.REFUSED, ACCEPTED]
    assert peer.connections == 1


async def test_a_letter_that_was_asked_for_but_does_not_come_gives_the_connection_up() -> None:
    async def yes() -> bool:
        return True

    async with running() as (peer, run):
        await run.wire.deliver(LETTERS[0], yes, lambda: LETTERS[1])
        run.wire.leave()
        assert (await run.wire.deliver(LETTERS[2], yes)).kind is ACCEPTED
        run.wire.leave()  # nothing was asked for: the connection stays
        await run.wire.deliver(LETTERS[3], yes, lambda: LETTERS[1])
        assert (await run.wire.deliver(LETTERS[4], yes)).kind is ACCEPTED  # another one than was named
    assert subjects(peer) == [0, 2, 3, 4]
    assert peer.connections == 3


async def test_a_letter_stuck_before_its_dot_is_safe_to_repeat_with_another_behind_it() -> None:
    big = replace(LETTERS[0], data=(b"x" * 70 + b"\r\n") * 900)
    near, far = socket.socketpair()
    with near, far:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
        wire = SmtpWire(transport, {"pipelining": ""}, SHORT)
        far.sendall(OK + OK + GO)  # and it reads nothing

        async def yes() -> bool:
            return True

        outcome = await wire.deliver(big, yes, lambda: LETTERS[1])
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.BODY)


# A server of another's making.

SAID_TO_ONE: dict[str, tuple[str, str, Kind]] = {
    "greylisted": ("rcpt", "450 4.2.0 greylisted, try again in 5 minutes", Kind.DEFERRED),
    "rate-limited by a 4xx": ("rcpt", "452 4.5.3 too many recipients", Kind.DEFERRED),
    "rate-limited by a 5xx": ("rcpt", "550 5.7.1 sending rate exceeded", Kind.REFUSED),
    "rate-limited at MAIL": ("mail", "450 4.7.1 slow down", Kind.DEFERRED),
    "dead": ("rcpt", "550 5.1.1 user unknown", Kind.REFUSED),
    "content": ("body", "554 5.7.1 looks like spam", Kind.REFUSED),
    "disk full": ("body", "452 4.3.1 insufficient storage", Kind.DEFERRED),
}


@pytest.mark.parametrize("what", SAID_TO_ONE)
async def test_what_a_server_says_to_one_letter_touches_no_other(smtp_peer: SmtpPeer, what: str) -> None:
    phase, said, kind = SAID_TO_ONE[what]
    letters = [
        replace(one, recipient=f"p{n}@firm.example", envelope_from=f"b{n}@x.example") for n, one in enumerate(LETTERS)
    ]
    about = {"mail": "b2@x.example", "rcpt": "p2@firm.example", "body": "Subject: letter 2"}[phase]
    smtp_peer.hook = lambda at, argument: said if at == phase and about in argument else None
    account = Account(smtp_peer.host, smtp_peer.port, Security.NONE)
    async with asyncio.timeout(20), SmtpTransport(PATIENT).open(account) as wire:
        outcomes = await Run(wire).deliver(letters)
    assert [one.kind for one in outcomes] == [ACCEPTED, ACCEPTED, kind, ACCEPTED, ACCEPTED]
    assert (outcomes[2].phase, outcomes[2].code) == (Phase(phase), int(said[:3]))
    arrived = [(mail.recipients, mail.data) for mail in smtp_peer.wait_for(4)]
    assert arrived == [((one.recipient,), one.data) for n, one in enumerate(letters) if n != 2]
    assert smtp_peer.connections == 1


# A server that offers PIPELINING and cannot do it.


async def names_the_next(wire: Wire) -> bool:
    """Whether the wire wants to know, while a letter goes out, which one follows."""
    asked: list[Letter] = []

    async def yes() -> bool:
        return True

    def following() -> None:
        asked.append(LETTERS[0])

    assert (await wire.deliver(LETTERS[0], yes, following)).kind is ACCEPTED
    return bool(asked)


async def test_a_server_that_pipelining_confuses_twice_is_asked_one_by_one() -> None:
    """It forgets what came in one packet with the first command."""
    async with running({"rcpt": [DROP, DROP]}) as (peer, run):
        outcomes = await run.deliver(LETTERS)
    kinds = [one.kind for one in outcomes]
    assert kinds == [Kind.DEFERRED, Kind.DEFERRED, ACCEPTED, ACCEPTED, ACCEPTED]
    assert {one.phase for one in outcomes[:2]} == {Phase.RCPT}
    assert peer.connections == 3


async def test_one_by_one_means_that_nothing_is_asked_in_advance() -> None:
    async with running({"rcpt": [DROP, DROP]}) as (_, run):
        await run.deliver(LETTERS[:2])
        assert await names_the_next(run.wire) is False


async def test_a_server_that_only_once_lost_the_thread_goes_on_as_before() -> None:
    async with running({"rcpt": [DROP, OK, OK, DROP]}, most=2) as (_, run):
        kinds = [one.kind for one in await run.deliver(LETTERS)]
        assert kinds == [Kind.DEFERRED, ACCEPTED, ACCEPTED, Kind.DEFERRED, ACCEPTED]
        assert not await names_the_next(run.wire)  # the last letter of its connection
        assert await names_the_next(run.wire)
