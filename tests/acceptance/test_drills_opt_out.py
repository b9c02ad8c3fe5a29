"""Drills with people who opt out while letters flow: whose opt-out came first gets no body (R33, R36, HOUSE 4)."""

import threading
from datetime import timedelta

from drip.actions.happen import Context
from drip.actions.opt_out import opt_out
from drip.actions.whose import Whose
from drip.domain.send import State
from tests.acceptance.drill import TUESDAY, Drill
from tests.acceptance.place import Place
from tests.servers.smtp import Reply

PROSPECT = Context("prospect")
LETTERS = 120
FIRST = 20  # who opt out before a body is taken


def test_r36_whoever_opted_out_before_the_letter_was_announced_gets_no_body(place: Place) -> None:
    flowing, met = threading.Event(), threading.Event()
    log: list[tuple[str, str]] = []

    def hook(phase: str, argument: str) -> Reply:
        if phase == "rcpt":
            log.append(("announced", argument))
        if phase == "body":
            flowing.set()
            met.wait(30)  # the server is slow until some have stopped
        return None

    with Drill(place, LETTERS, hook, connections=4) as drill:
        assert flowing.wait(30)
        for count, email in enumerate(reversed(drill.sheet.emails)):  # the letters go the other way, so they meet
            drill.run(opt_out(drill.store, Whose(email=email), PROSPECT, TUESDAY))
            log.append(("stopped", email))
            if count == FIRST:
                met.set()
        drill.idle()
        letters = dict(zip(drill.sheet.emails, drill.letters(), strict=True))
    place = {entry: number for number, entry in enumerate(log)}
    never = LETTERS * 10
    in_time = [one for one in letters if place["stopped", one] < place.get(("announced", one), never)]
    assert len(in_time) > 10
    assert {letters[one].came for one in in_time} == {0}
    assert {letters[one].state for one in in_time} == {State.WITHDRAWN}
    for one in letters.values():  # what is withdrawn never came, what came was accepted, once
        assert (one.state, one.came) in ((State.WITHDRAWN, 0), (State.ACCEPTED, 1))
        assert ("suppressed", "opted_out") in one.told


def test_r36_an_opt_out_while_the_body_is_on_the_wire_is_too_late_for_it_and_nothing_follows(place: Place) -> None:
    drills: list[Drill] = []

    def hook(phase: str, argument: str) -> Reply:
        if phase == "body" and "p2@firm2.example" in argument:
            whose = Whose(email="p2@firm2.example")
            drills[0].run(opt_out(drills[0].store, whose, PROSPECT, TUESDAY))
        return None

    drill = Drill(place, 3, hook)
    drills.append(drill)
    with drill:
        next_at = drill.idle()
        first, second, third = drill.letters()
        assert (second.state, second.came, second.state_of_file) == (State.ACCEPTED, 1, "opted_out")
        assert first == third
        while next_at is not None and next_at < TUESDAY + timedelta(days=70):
            drill.run(drill.service.jump(next_at))
            next_at = drill.idle()
        came = [mail.recipients[0] for mail in drill.peer.received]
        assert came.count("p2@firm2.example") == 1
        assert came.count("p1@firm1.example") == 3  # 10 March, 10 April, 10 May
