"""The benchmarks' sink counts what it got, and their table calls nothing reached that was not measured."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drip.domain.outcome import Kind
from drip.domain.security import Security
from drip.outbound.compose import compose
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account
from tests.bench.child import Child, cpu_of
from tests.bench.sending import Size, fitting, slow_sinks
from tests.bench.table import MEASURES, Spread, all_hold, as_json, spread
from tests.unit.outbound.parts import ORDINARY

ENVELOPE = b"EHLO a\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n"
WITHIN = 10.0  # seconds


@pytest.fixture(params=["--pipelining", "plain"])
def sink(request: pytest.FixtureRequest) -> Iterator[Child]:
    """A sink that offers PIPELINING, and one that does not."""
    words = ["--pipelining"] if request.param == "--pipelining" else []
    with Child("tests.bench.sink", *words) as child:
        yield child


def letter(number: int) -> Letter:
    return compose(ORDINARY._replace(message_id=f"<{number}@seller.example>", to_address=f"p{number}@firm.example"))


async def deliver(sink: Child, letters: list[Letter]) -> None:
    async def yes() -> bool:
        return True

    async with SmtpTransport().open(Account("127.0.0.1", sink.said["port"], Security.NONE)) as wire:
        for one in letters:
            outcome = await wire.deliver(one, yes)
            assert outcome.kind is Kind.ACCEPTED


def counts(report: dict[str, int]) -> tuple[int, int, int, int]:
    return report["letters"], report["contents"], report["message_ids"], report["recipients"]


def say(sink: Child, pieces: list[bytes], replies: int) -> list[bytes]:
    """Say these pieces, one packet each, and read so many lines of reply."""
    with socket.create_connection(("127.0.0.1", sink.said["port"]), WITHIN) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = wire.makefile("rb")
        lines = [heard.readline()]
        for piece in pieces:
            wire.sendall(piece)
        while len(lines) < replies:
            lines.append(heard.readline())
        return lines


def test_each_letter_is_counted_and_told_from_the_others(sink: Child) -> None:
    made = [letter(number) for number in range(5)]
    asyncio.run(deliver(sink, made))
    found = sink.ask()
    assert counts(found) == (5, 5, 5, 5)
    assert found["octets"] == sum(len(one.data) for one in made)


def test_a_letter_that_came_twice_is_seen(sink: Child) -> None:
    asyncio.run(deliver(sink, [letter(1), letter(2), letter(1)]))
    assert counts(sink.ask()) == (3, 2, 2, 2)


def test_a_report_begins_a_new_count(sink: Child) -> None:
    asyncio.run(deliver(sink, [letter(1)]))
    sink.ask()
    asyncio.run(deliver(sink, [letter(2)]))
    assert counts(sink.ask()) == (1, 1, 1, 1)


def test_a_letter_is_whole_however_its_bytes_come(sink: Child) -> None:
    body = b"Message-ID: <1@a.example>\r\n\r\nHello\r\n..\r\n.\r\n"
    offered = len([b"sink", b"8BITMIME", b"SMTPUTF8"]) + (sink.process.args[-1] == "--pipelining")  # type: ignore[index]
    everything = [ENVELOPE, *(body[at : at + 1] for at in range(len(body))), b"QUIT\r\n"]
    lines = say(sink, everything, 1 + offered + 2 + 1 + 1 + 1)
    assert lines[-3:] == [b"354 go on\r\n", b"250 ok\r\n", b"221 bye\r\n"]
    found = sink.ask()
    assert (found["letters"], found["octets"]) == (1, len(body) - len(b".\r\n"))


def test_a_lone_dot_is_no_letter(sink: Child) -> None:
    offered = 3 + (sink.process.args[-1] == "--pipelining")  # type: ignore[index]
    assert say(sink, [ENVELOPE + b".\r\n"], 1 + offered + 4)[-1] == b"554 no letter\r\n"
    assert sink.ask()["letters"] == 0


def test_answers_to_one_write_come_together_and_in_order_over_a_long_wire() -> None:
    with Child("tests.bench.sink", "--pipelining", "--delay-ms", "40") as far:
        lines = say(far, [ENVELOPE, b"a: b\r\n\r\nc\r\n.\r\nQUIT\r\n"], 10)
    assert lines[-5:] == [b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n", b"250 ok\r\n", b"221 bye\r\n"]


def test_what_was_not_measured_is_not_reached() -> None:
    reached = {one.key: Spread(one.must if not one.strict else one.must * 0.9, 0, 0) for one in MEASURES}
    assert all_hold(reached)
    for one in MEASURES:
        missing = {key: value for key, value in reached.items() if key != one.key}
        assert not all_hold(missing)
        assert as_json(missing)[one.key]["value"] is None
        assert as_json(missing)[one.key]["ok"] is False


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.key)
def test_a_figure_beyond_its_bar_is_missed(measure: object) -> None:
    [one] = [known for known in MEASURES if known is measure]
    beyond = one.must * (0.99 if one.at_least else 1.01)
    assert as_json({one.key: spread([beyond])})[one.key]["ok"] is False
    assert as_json({one.key: spread([one.must])})[one.key]["ok"] is not one.strict


def test_a_way_that_waits_for_the_sink_is_named() -> None:
    def round_(cpu: float, sink_cpu: float) -> dict[str, float]:
        return {"cpu": cpu, "count": 100, "sink_cpu": sink_cpu, "letters": 200}

    quick, slow = [round_(0.02, 0.02)] * 3, [round_(0.02, 0.05), round_(0.02, 0.01), round_(0.02, 0.05)]
    assert slow_sinks({"far": quick, "near": slow}) == {
        "near": "the sink took 0.250 ms of CPU a letter, and who sent it 0.200 ms"
    }


def test_the_sink_says_when_so_many_letters_came(sink: Child) -> None:
    sink.tell(letters=3, within=WITHIN)
    asyncio.run(deliver(sink, [letter(number) for number in range(3)]))
    assert sink.hear() == {}
    assert sink.ask()["letters"] == 3


def test_the_cpu_of_a_process_is_counted_finer_than_in_ticks() -> None:
    ended = os.times().children_user + os.times().children_system  # in ticks, as cpu_of has them
    before = time.process_time()
    found = cpu_of(os.getpid()) - ended
    assert before - 1e-6 <= found <= time.process_time() + 1e-6


QUICK = Size(cpu=400, beside=120, rate=1800, far=600, far_two=1200, turns=2, within=90)
SOME = Size(cpu=400, beside=80, rate=1200, far=480, far_two=960, turns=1, within=90)


@pytest.mark.parametrize(
    ("had", "size"),
    [
        ([], SOME),
        ([(QUICK, 18)], QUICK),  # four more of these end after 90 seconds
        ([(QUICK, 19)], SOME),
        ([(SOME, 13)], QUICK),  # all would take 18.6
        ([(SOME, 14)], SOME),
        ([(SOME, 40), (SOME, 9)], QUICK),  # the machine is fast again
        ([(SOME, 30), (SOME, 15)], SOME),
    ],
)
def test_a_round_has_less_where_it_and_those_that_follow_would_end_too_late(
    had: list[tuple[Size, float]], size: Size
) -> None:
    assert fitting(QUICK, had) == size
    assert fitting(replace(QUICK, within=None), had) == replace(QUICK, within=None)
