"""What SMTP replies mean, measured: our own corpus, and the real one on machines that have it."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from drip.domain.answering.phrases import gist
from drip.domain.answering.rules import RULES, ruling
from drip.domain.answering.written import quoted
from drip.domain.answers import Rule, Said
from drip.domain.outcome import Class, Phase, judge_answer, read_answer
from tests.servers.corpus import real_replies

PRECISION, RECALL = 0.95, 0.90  # of "suppress this address"; the best known tools: 95 / 53 and 59 / 91
COMMANDS = {"RCPT": Phase.RCPT, "DATA": Phase.BODY, "MAIL": Phase.MAIL, "EHLO": Phase.EHLO, "HELO": Phase.EHLO}


class Reply(NamedTuple):
    """A reply somebody else judged: `phase` where it was seen; `dead`: the address may be suppressed at once."""

    text: str
    phase: Phase | None
    dead: bool


class Told(NamedTuple):
    """A reply of our own corpus."""

    cls: str
    phase: Phase | None
    text: str


class Score(NamedTuple):
    """How well addresses were suppressed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def own() -> list[Told]:
    """Our own corpus."""
    rows = map(json.loads, Path(__file__).with_name("replies.jsonl").read_text("utf-8").splitlines())
    return [Told(row["class"], Phase(row["phase"]) if row["phase"] else None, row["text"]) for row in rows]


def judged_by_others() -> list[Reply]:
    """The real corpus, or our own where there is none."""
    real = [Reply(row["text"], COMMANDS.get(row["command"].upper()), row["hard"]) for row in real_replies()]
    return real or [Reply(one.text, one.phase, one.cls == Class.RECIPIENT_DEAD) for one in own()]


def first_half(reply: Reply) -> bool:
    """Whether a reply is in the half the rules were first made on; the hash ignores case and punctuation."""
    return hashlib.sha256(re.sub(r"\W+", " ", reply.text.lower()).encode()).digest()[0] % 2 == 0


def second_half(reply: Reply) -> bool:
    """The other half, held out until the rules stood."""
    return not first_half(reply)


def every(reply: Reply) -> bool:
    """All of them."""
    return True


def score(replies: Sequence[Reply], with_phase: bool) -> Score:
    """Judge them all. Without its phase a reply has only its text."""
    right = wrong = missed = 0
    for reply in replies:
        suppress = judge_answer(read_answer(reply.text, reply.phase if with_phase else None)).suppress
        right += suppress and reply.dead
        wrong += suppress and not reply.dead
        missed += reply.dead and not suppress
    return Score(right, wrong, missed)


def deciding(told: Told) -> Rule:
    """The rule that decides about a reply."""
    answer = read_answer(told.text, told.phase)
    enhanced = answer.enhanced or ("5.0.0" if answer.code is None else "")
    return ruling(Said(answer.phase or "", answer.code, enhanced), gist(quoted(answer.text)))


def test_every_reply_of_our_own_corpus_gets_its_class() -> None:
    wrong = {one.text: (one.cls, rule.cls, rule.why) for one in own() if (rule := deciding(one)).cls != one.cls}
    assert wrong == {}


def test_every_rule_about_an_answer_is_met_by_a_reply() -> None:
    met = {deciding(one) for one in own()}
    assert [rule.why for rule in RULES if rule not in met and rule.digits != {0}] == []


@pytest.mark.parametrize("with_phase", [False, True])
@pytest.mark.parametrize("part", [first_half, second_half, every])
def test_who_is_suppressed_is_dead_and_the_dead_are_suppressed(
    part: Callable[[Reply], bool], with_phase: bool, record_property: Callable[[str, object], None]
) -> None:
    with_phase = with_phase or not real_replies()  # our own corpus is about phases too
    found = score([reply for reply in judged_by_others() if part(reply)], with_phase)
    record_property("suppress", f"precision {found.precision:.1%}, recall {found.recall:.1%}")
    assert found.precision >= PRECISION, found
    assert found.recall >= RECALL, found


def test_no_address_is_suppressed_for_what_is_said_before_its_name_was_heard() -> None:
    before = [Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH, Phase.MAIL, Phase.QUIT]
    suppressed = [
        (phase, one.text) for one in own() for phase in before if judge_answer(read_answer(one.text, phase)).suppress
    ]
    assert suppressed == []
