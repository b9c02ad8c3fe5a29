"""Drills where every letter of a batch meets a misfortune of its own: it ends in its own state and touches no other."""

import threading
from collections import defaultdict
from pathlib import Path

import pytest

from drip.actions.pause_mailbox import pause_mailbox
from drip.actions.resume_mailbox import resume_mailbox
from drip.domain.send import State
from drip.store import sends
from tests.acceptance.crew import until
from tests.acceptance.drill import TUESDAY, Drill, Letter
from tests.servers.smtp import Hook, Odd, Reply

SENT = Letter(State.ACCEPTED, 1, (("email", None),), "dripping")
UNSURE = (("email", "uncertain"),)
BOUNCED = (("suppressed", "hard_bounce"), ("undeliverable", "hard_bounce"))
DEAD = Letter(State.REFUSED, 0, BOUNCED, "undeliverable")
DISLIKED = Letter(State.REFUSED, 0, (("email_dropped", "content"),), "dripping")
# Where the server misbehaves towards the first letter, the second, and so on; how; and what becomes of it.
MISFORTUNES: tuple[tuple[str, str | Odd, Letter], ...] = (
    ("rcpt", "550 5.1.1 user unknown", DEAD),
    ("rcpt", "450 4.2.0 greylisted, try again in 5 minutes", SENT),
    ("rcpt", "452 4.2.2 mailbox full", SENT),
    ("data", "451 4.3.0 not now", SENT),
    ("body", "451 4.3.0 not now", SENT),
    ("body", "554 5.6.0 I do not like it", DISLIKED),
    ("data", "554 5.6.0 I do not like it", DISLIKED),
    ("rcpt", "hello, this is no answer", SENT),
    ("data", "hello, this is no answer", SENT),
    ("body", "hello, this is no answer", Letter(State.UNCERTAIN, 0, UNSURE, "dripping")),
    ("rcpt", Odd.CUT, SENT),
    ("data", Odd.CUT, SENT),
    ("body", Odd.CUT, Letter(State.UNCERTAIN, 0, UNSURE, "dripping")),
    ("body", Odd.KEEP_AND_CUT, Letter(State.UNCERTAIN, 1, UNSURE, "dripping")),
    ("body", "354 go on", Letter(State.UNCERTAIN, 0, UNSURE, "dripping")),
)


def each_its_own() -> Hook:
    """A hook for one connection that treats the letter to p1 by the first misfortune, p2's by the second ...; once."""
    left = {f"p{number}@": what for number, what in enumerate(MISFORTUNES, 1)}
    last = [""]

    def hook(phase: str, argument: str) -> Reply:
        if phase == "rcpt":
            last[0] = argument
        whom = next((one for one in left if last[0].startswith(one)), None)
        if whom is None or left[whom][0] != phase:
            return None
        return left.pop(whom)[1]

    return hook


def test_each_letter_of_a_batch_ends_in_the_state_of_its_own_misfortune(tmp_path: Path) -> None:
    healthy = 4
    with Drill(tmp_path, len(MISFORTUNES) + healthy, each_its_own()) as drill:
        drill.idle()
        found = drill.letters()
    expected = [letter for *_, letter in MISFORTUNES] + [SENT] * healthy
    assert {n: (got, want) for n, (got, want) in enumerate(zip(found, expected, strict=True), 1) if got != want} == {}


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", Odd.CUT], ids=["421", "cut"])
def test_a_server_that_closes_after_every_third_mail_gets_every_letter_once(tmp_path: Path, answer: str | Odd) -> None:
    mails: dict[str, int] = defaultdict(int)

    def hook(phase: str, _argument: str) -> Reply:
        mails[phase] += 1
        if phase == "connect":
            mails["mail"] = 0
        return answer if phase == "mail" and mails["mail"] == 4 else None

    with Drill(tmp_path, 12, hook) as drill:
        drill.idle()
        assert drill.letters() == [SENT] * 12


@pytest.mark.parametrize(
    ("phase", "answer"),
    [
        ("rcpt", "452 4.5.3 too many messages, slow down"),
        ("mail", "421 4.7.0 too many messages, slow down"),
        ("rcpt", "550 5.4.5 daily user sending limit exceeded"),
        ("body", "550 5.7.1 rate limit exceeded for this sender"),
    ],
)
def test_a_rate_limit_refuses_no_letter_whatever_its_code_and_all_go_when_it_is_over(
    tmp_path: Path, phase: str, answer: str
) -> None:
    asked, over = [0], threading.Event()

    def hook(heard: str, _argument: str) -> Reply:
        asked[0] += heard == phase
        return answer if heard == phase and asked[0] > 4 and not over.is_set() else None

    with Drill(tmp_path, hook=hook) as drill:

        async def look() -> dict[State, int]:
            async with drill.store.reading() as unit:
                limited = [one for one in await sends.in_state(unit, State.DUE) if one.outcome_class == "rate_limited"]
                return await sends.count_by_state(unit) if limited else {}

        found = until(lambda: drill.run(look()))
        assert set(found) <= {State.ACCEPTED, State.DUE, State.LEASED, State.HANDING}
        assert drill.mailbox().state == "active"
        assert {one.state_of_file for one in drill.letters()} == {"dripping"}
        over.set()
        drill.run(pause_mailbox(drill.store, drill.mailbox().name, "for a moment", TUESDAY))
        drill.run(resume_mailbox(drill.store, drill.mailbox().name, TUESDAY))  # nobody waits for the rest to end
        while (next_at := drill.idle()) is not None and len(drill.peer.received) < 9:
            drill.run(drill.service.jump(next_at))
        assert [(one.state, one.came) for one in drill.letters()] == [(State.ACCEPTED, 1)] * 9
