"""Every way a conversation can fail, in every phase, gives its exact outcome (R40; MAIL section 2)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.smtp_wire import Timeouts
from drip.outbound.transport import Account, Wire
from tests.unit.outbound.parts import ORDINARY, changed
from tests.wire.scripted import DRIP, DROP, EHLO_PIPELINING, HANG, USUAL, Answer, ScriptedPeer, scripted

PATIENT = Timeouts(connect=9.0, reply=9.0, data=9.0, body=9.0, answer=9.0, quit=9.0)
WAITS_FOR = {"greeting": "connect", "ehlo": "reply", "mail": "reply", "rcpt": "reply", "body": "answer", "rset": "quit"}
LETTER = compose(ORDINARY)
PIPELINED = ["one after the other", "together"]
BIG = replace(LETTER, data=(b"x" * 70 + b"\r\n") * 120_000)  # 8 MB: more than the network buffers


@pytest.fixture(params=PIPELINED, autouse=True)
def together(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the peer offers PIPELINING: what it does wrong ends the same way."""
    offered: bool = request.param == "together"
    if offered:
        monkeypatch.setitem(USUAL, "ehlo", EHLO_PIPELINING)
    return offered


@dataclass(slots=True)
class Marks:
    """Says yes or no, and remembers how often it was asked."""

    answer: bool = True
    asked: int = 0

    async def __call__(self) -> bool:
        self.asked += 1
        return self.answer


def account(peer: ScriptedPeer) -> Account:
    return Account("127.0.0.1", peer.port, Security.NONE)


def hurried(at: str) -> Timeouts:
    """Patient, but for the answer of one phase."""
    return replace(PATIENT, **{WAITS_FOR.get(at, at): 0.4})


async def deliver(
    peer: ScriptedPeer, letter: Letter = LETTER, mark: Marks | None = None, timeouts: Timeouts = PATIENT
) -> Outcome:
    async with SmtpTransport(timeouts).open(account(peer)) as wire:
        return await wire.deliver(letter, mark or Marks())


@asynccontextmanager
async def wired(
    answers: Mapping[str, Sequence[Answer]] | None = None, most: int = 100, timeouts: Timeouts = PATIENT
) -> AsyncIterator[tuple[ScriptedPeer, Wire]]:
    """A peer with these answers, and a wire to it that sends `most` letters a connection."""
    async with scripted(answers) as peer, SmtpTransport(timeouts, most).open(account(peer)) as wire:
        yield peer, wire


PHASES = {
    "greeting": Phase.GREETING,
    "ehlo": Phase.EHLO,
    "mail": Phase.MAIL,
    "rcpt": Phase.RCPT,
    "data": Phase.DATA,
    "body": Phase.BODY,
}


@pytest.mark.parametrize("at", PHASES)
async def test_a_4xx_defers_the_letter_in_its_phase(at: str) -> None:
    async with scripted({at: [b"451 4.3.0 later\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert outcome == Outcome(Kind.DEFERRED, PHASES[at], 451, "4.3.0", "4.3.0 later")


@pytest.mark.parametrize("at", PHASES)
async def test_a_5xx_refuses_the_letter_in_its_phase(at: str) -> None:
    async with scripted({at: [b"550-5.1.1 no such\r\n550 5.1.1 user\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert (outcome.kind, outcome.phase, outcome.code, outcome.enhanced) == (
        Kind.REFUSED,
        PHASES[at],
        550,
        "5.1.1",
    )


@pytest.mark.parametrize("at", PHASES)
async def test_a_421_defers_the_letter_and_the_connection_is_not_used_again(at: str) -> None:
    async with wired({at: [b"421 4.7.0 too fast\r\n"]}) as (peer, wire):
        first = await wire.deliver(LETTER, Marks())
        second = await wire.deliver(LETTER, Marks())
    assert (first.kind, first.phase, first.code) == (Kind.DEFERRED, PHASES[at], 421)
    assert second.kind is Kind.ACCEPTED
    assert peer.connections == 2


@pytest.mark.parametrize("at", PHASES)
@pytest.mark.parametrize("odd", [DROP, HANG, DRIP])
async def test_a_lost_answer_is_safe_before_the_dot_and_uncertain_after_it(at: str, odd: str) -> None:
    async with scripted({at: [odd]}) as peer:
        outcome = await deliver(peer, timeouts=hurried(at))
    kind = Kind.UNCERTAIN if at == "body" else Kind.DEFERRED
    assert (outcome.kind, outcome.phase, outcome.code) == (kind, PHASES[at], None)
    assert outcome.text


GARBAGE: dict[str, bytes] = {
    "words": b"hello there\r\n",
    "a code of two digits": b"25 ok\r\n",
    "a code above 599": b"990 ok\r\n",
    "binary": bytes(range(128, 200)) + b"\r\n",
    "nothing but an end of line": b"\r\n",
    "a line without end": b"250 " + b"x" * 9000,
    "a reply without end": b"250-x\r\n" * 9000,
}


@pytest.mark.parametrize("at", PHASES)
@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_safe_before_the_dot_and_uncertain_after_it(at: str, garbage: str) -> None:
    async with scripted({at: [(GARBAGE[garbage], HANG)]}) as peer:
        outcome = await deliver(peer, timeouts=hurried(at))
    assert outcome.phase is PHASES[at]
    assert outcome.kind is (Kind.UNCERTAIN if at == "body" else Kind.DEFERRED)


@pytest.mark.parametrize("at", ["mail", "rcpt", "body"])
async def test_an_answer_that_makes_no_sense_there_is_no_yes(at: str) -> None:
    async with scripted({at: [b"354 go ahead\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert outcome.kind is (Kind.UNCERTAIN if at == "body" else Kind.DEFERRED)
    assert outcome.phase is PHASES[at]


async def test_a_250_to_data_is_no_go_ahead() -> None:
    async with scripted({"data": [b"250 kept already\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.DATA)
    assert not peer.bodies


@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "body"])
async def test_a_reply_with_two_codes_is_neither(at: str) -> None:
    async with scripted({at: [b"250-yes\r\n550 no\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert (outcome.kind, outcome.code) == (Kind.UNCERTAIN if at == "body" else Kind.DEFERRED, None)


async def test_an_answer_in_many_lines_and_pieces_is_read_whole() -> None:
    pieces: Answer = (b"250-2.0.0 ke", b"pt\r", b"\n250-2.0.0 as\r\n25", b"0 2.0.0 17\r\n")
    async with scripted({"body": [pieces]}) as peer:
        outcome = await deliver(peer)
    assert outcome == Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "2.0.0 kept 2.0.0 as 2.0.0 17")


async def test_a_bare_code_is_an_answer() -> None:
    async with scripted({"mail": [b"250\r\n"], "body": [b"250\n"]}) as peer:
        assert (await deliver(peer)).kind is Kind.ACCEPTED


async def test_words_of_a_server_come_without_line_breaks_or_control_characters() -> None:
    async with scripted({"rcpt": [b"550 a\x1b[31m\x00b\xff\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert outcome.text.isprintable()


# The dot.


async def test_a_connection_lost_in_mid_letter_is_safe_to_repeat() -> None:
    async with scripted(reads=100) as peer:
        outcome = await deliver(peer, BIG)
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.BODY)


async def test_a_server_that_stops_reading_in_mid_letter_is_safe_to_repeat() -> None:
    async with scripted({"data": [(b"354 go ahead\r\n", HANG)]}) as peer:
        outcome = await deliver(peer, BIG, timeouts=replace(PATIENT, body=0.4))
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.BODY)


async def test_a_refusal_in_mid_letter_is_what_the_server_says(together: bool) -> None:
    async with scripted({"data": [(b"354 go ahead\r\n", b"552 5.3.4 too big\r\n", HANG)]}) as peer:
        async with asyncio.timeout(6):  # at once, not when the time for the body is over
            outcome = await deliver(peer, BIG)
    assert (outcome.kind, outcome.code) == (Kind.REFUSED, 552)
    assert outcome.phase is (Phase.DATA if together else Phase.BODY)  # together it is heard with the 354


async def test_a_yes_in_mid_letter_is_not_believed() -> None:
    async with scripted({"data": [(b"354 go ahead\r\n", b"250 2.0.0 kept\r\n", HANG)]}) as peer:
        outcome = await deliver(peer, BIG)
    assert outcome.kind is Kind.DEFERRED


async def test_a_big_letter_arrives_whole() -> None:
    letter = replace(LETTER, data=(b"x" * 70 + b"\r\n") * 10_000)
    async with scripted() as peer, SmtpTransport().open(account(peer)) as wire:
        outcome = await wire.deliver(letter, Marks())
    assert outcome.kind is Kind.ACCEPTED
    assert peer.bodies == [letter.data + b".\r\n"]


async def test_dots_at_the_start_of_lines_are_doubled_on_the_wire() -> None:
    dots = replace(LETTER, data=b".one\r\n.\r\n..two\r\nthr.ee\r\n")
    async with scripted() as peer:
        await deliver(peer, dots)
    assert peer.bodies == [b"..one\r\n..\r\n...two\r\nthr.ee\r\n.\r\n"]


# The mark.


@pytest.mark.parametrize("at", PHASES)
async def test_the_mark_is_asked_only_when_nothing_but_the_body_is_left(at: str) -> None:
    mark = Marks()
    async with scripted({at: [b"550 no\r\n"]}) as peer:
        await deliver(peer, mark=mark)
    assert mark.asked == (at == "body")


async def test_the_mark_is_asked_after_the_354_and_before_the_body() -> None:
    async with scripted() as peer:

        async def mark() -> bool:
            assert peer.phases == ["ehlo", "mail", "rcpt", "data"]
            assert not peer.bodies
            return True

        async with SmtpTransport(PATIENT).open(account(peer)) as wire:
            assert (await wire.deliver(LETTER, mark)).kind is Kind.ACCEPTED


async def test_a_refused_mark_withdraws_the_letter_and_spares_the_next() -> None:
    async with wired() as (peer, wire):
        withdrawn = await wire.deliver(LETTER, Marks(answer=False))
        second = await wire.deliver(LETTER, Marks())
    assert withdrawn.kind is Kind.WITHDRAWN
    assert second.kind is Kind.ACCEPTED
    letter = ["ehlo", "mail", "rcpt", "data"]  # after 354 there is no way back but a new connection
    assert peer.phases == [*letter, *letter, "quit"]
    assert len(peer.bodies) == 1


async def test_an_error_of_the_mark_comes_through_and_nothing_is_sent() -> None:
    async def mark() -> bool:
        raise LookupError("the database is gone")

    async with scripted() as peer:
        with pytest.raises(LookupError):
            async with SmtpTransport(PATIENT).open(account(peer)) as wire:
                await wire.deliver(LETTER, mark)
    assert not peer.bodies


async def test_a_cancelled_delivery_leaves_no_connection_behind() -> None:
    async with scripted({"body": [HANG]}) as peer:
        asked = asyncio.Event()

        async def mark() -> bool:
            asked.set()
            return True

        async with SmtpTransport(PATIENT).open(account(peer)) as wire:
            task = asyncio.create_task(wire.deliver(LETTER, mark))
            async with asyncio.timeout(6):
                await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(6):
                assert (await wire.deliver(LETTER, Marks())).kind is Kind.ACCEPTED
    assert peer.connections == 2


# One letter's trouble is not the next one's.


@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "body"])
async def test_a_refused_letter_does_not_touch_the_next_one_on_the_connection(at: str) -> None:
    async with wired({at: [b"550 5.1.1 no\r\n"]}) as (peer, wire):
        kinds = [(await wire.deliver(LETTER, Marks())).kind for _ in range(3)]
    assert kinds == [Kind.REFUSED, Kind.ACCEPTED, Kind.ACCEPTED]
    assert peer.connections == 1


@pytest.mark.parametrize("odd", [DROP, HANG, b"hello\r\n", b"500 what\r\n"])
async def test_a_reset_that_fails_costs_only_the_connection(odd: Answer) -> None:
    async with wired({"rcpt": [b"550 5.1.1 no\r\n"], "rset": [odd]}, timeouts=hurried("rset")) as (peer, wire):
        kinds = [(await wire.deliver(LETTER, Marks())).kind for _ in range(2)]
    assert kinds == [Kind.REFUSED, Kind.ACCEPTED]
    assert peer.connections == 2


@pytest.mark.parametrize(
    "farewell",
    [
        (b"250 2.0.0 kept\r\n", DROP),
        (b"250 2.0.0 kept\r\n", b"421 4.4.2 idle for too long\r\n", DROP),
    ],
)
async def test_a_server_that_leaves_between_letters_is_called_again(farewell: Answer) -> None:
    async with wired({"body": [farewell, farewell]}) as (peer, wire):
        kinds = [(await wire.deliver(LETTER, Marks())).kind for _ in range(3)]
    assert kinds == [Kind.ACCEPTED] * 3
    assert peer.connections == 3
    assert len(peer.bodies) == 3


async def test_a_server_that_takes_so_many_letters_a_connection_gets_no_more() -> None:
    too_many = b"421 4.7.0 too many messages in this connection\r\n"
    usual = b"250 ok\r\n"
    async with wired({"mail": [usual, too_many, usual, too_many]}) as (peer, wire):
        kinds = [(await wire.deliver(LETTER, Marks())).kind for _ in range(3)]
    assert kinds == [Kind.ACCEPTED] * 3
    assert peer.connections == 3


async def test_a_connection_is_replaced_after_its_share_of_letters() -> None:
    async with wired(most=2) as (peer, wire):
        for _ in range(5):
            assert (await wire.deliver(LETTER, Marks())).kind is Kind.ACCEPTED
    assert peer.connections == 3
    assert peer.phases.count("quit") == 3


@pytest.mark.parametrize("odd", [DROP, HANG, b"what?\r\n"])
async def test_a_server_that_is_rude_at_the_end_changes_nothing(odd: Answer) -> None:
    async with scripted({"quit": [odd]}) as peer:
        assert (await deliver(peer, timeouts=hurried("quit"))).kind is Kind.ACCEPTED


# What the server offers.


async def test_m09_a_letter_that_needs_smtputf8_asks_for_it() -> None:
    utf8 = compose(changed(to_address="jürgen@firm.example"))
    async with scripted() as peer:
        assert (await deliver(peer, utf8)).kind is Kind.ACCEPTED


async def test_m09_without_smtputf8_only_that_letter_fails_and_nobody_is_asked() -> None:
    utf8 = compose(changed(to_address="jürgen@firm.example"))
    mark = Marks()
    async with wired({"ehlo": [b"250 peer.test\r\n"]}) as (_, wire):
        refused = await wire.deliver(utf8, mark)
        taken = await wire.deliver(LETTER, Marks())
    assert (refused.kind, refused.enhanced, mark.asked) == (Kind.REFUSED, "5.6.7", 0)
    assert taken.kind is Kind.ACCEPTED


async def test_a_letter_over_the_server_s_limit_is_refused_without_sending_it() -> None:
    async with scripted({"ehlo": [b"250-peer.test\r\n250 SIZE 300\r\n"]}) as peer:
        outcome = await deliver(peer)
    assert (outcome.kind, outcome.enhanced) == (Kind.REFUSED, "5.3.4")
    assert "mail" not in peer.phases


@pytest.fixture
def dsn(monkeypatch: pytest.MonkeyPatch, together: bool) -> None:
    """The peer offers DSN as well."""
    monkeypatch.setitem(USUAL, "ehlo", USUAL["ehlo"].replace(b"250 SMTPUTF8", b"250-DSN\r\n250 SMTPUTF8"))


async def test_m34_where_dsn_is_offered_failures_are_asked_for_by_an_id_that_names_the_letter(dsn: None) -> None:
    async with scripted() as peer:
        assert (await deliver(peer)).kind is Kind.ACCEPTED
    assert peer.lines[1:3] == [
        "MAIL FROM:<bounce@mail.acme.example> RET=HDRS ENVID=17.abcdefgh",
        "RCPT TO:<paul@firm.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;paul@firm.example",
    ]


async def test_m34_what_a_parameter_cannot_hold_is_spelled_out(dsn: None) -> None:
    async with scripted() as peer:
        await deliver(peer, compose(changed(to_address="paul+a=b@firm.example", message_id="<1+2=3@acme.example>")))
        await deliver(peer, compose(changed(to_address="jürgen@firm.example")))
    assert peer.lines[1].endswith(" ENVID=1+2B2+3D3")
    assert peer.lines[2].endswith(" ORCPT=rfc822;paul+2Ba+3Db@firm.example")
    [other] = [line for line in peer.lines if line.startswith("RCPT TO:<jürgen@")]
    assert other.endswith(" NOTIFY=FAILURE,DELAY")


async def test_m34_nothing_of_it_is_said_where_it_is_not_offered() -> None:
    async with scripted() as peer:
        assert (await deliver(peer)).kind is Kind.ACCEPTED
    assert peer.lines[1:3] == ["MAIL FROM:<bounce@mail.acme.example>", "RCPT TO:<paul@firm.example>"]


# No connection at all.


async def test_a_closed_port_is_an_outcome() -> None:
    async with scripted() as peer:
        pass
    outcome = await deliver(peer)
    assert (outcome.kind, outcome.phase, outcome.code) == (Kind.DEFERRED, Phase.CONNECT, None)


async def test_a_host_that_does_not_exist_is_an_outcome() -> None:
    async with SmtpTransport(PATIENT).open(Account("mail.invalid", 25, Security.NONE)) as wire:
        outcome = await wire.deliver(LETTER, Marks())
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.CONNECT)


async def test_no_letter_means_no_connection() -> None:
    async with wired() as (peer, _):
        pass
    assert peer.connections == 0
