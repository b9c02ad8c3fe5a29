"""A rep's mails from the real service over real SMTP, at their hours; and across kill -9 nothing lost or twice."""

import asyncio
import os
import signal
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import dkim

from drip.actions.happen import Context
from drip.actions.promise_call import promise_call
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.outbound.keyring import Keyring
from drip.store import notices
from drip.store.engine import open_store
from drip.store.notices import NewNotice
from tests.acceptance.crew import Crew, ask, until
from tests.acceptance.drill import TUESDAY, Drill
from tests.acceptance.engine_scene import just_now, prepare, subjects, url_in
from tests.acceptance.place import Place
from tests.servers.process import Server
from tests.servers.smtp import Reply, SmtpPeer

KIM = "kim@seller.example"
MANY = 12
WEDNESDAY, THURSDAY = datetime(2026, 3, 11, 11, tzinfo=UTC), datetime(2026, 3, 12, 11, tzinfo=UTC)  # 7:00 in New York


def to_kim(drill: Drill) -> list[EmailMessage]:
    """What came to the rep, read."""
    found = [mail.data for mail in drill.peer.received if mail.recipients == (KIM,)]
    return [message_from_bytes(data, policy=policy.default) for data in found]  # type: ignore[misc]


def go_on(drill: Drill, until_then: datetime) -> None:
    """Let time pass, from one thing that happens to the next."""
    while (coming := drill.idle()) is not None and coming <= until_then:
        drill.run(drill.service.jump(coming))
    drill.run(drill.service.jump(until_then))
    drill.idle()


def test_a_rep_has_the_alert_within_a_minute_and_the_calls_at_seven(place: Place, tmp_path: Path) -> None:
    keys = Keyring(tmp_path / "keys")
    key = keys.make("seller.example", "drip1")
    with Drill(place, 2, notices=True, dkim=keys.folder) as drill:
        drill.idle()
        first, second = drill.sheet.enrollment_ids
        prospect = Context("prospect")
        drill.run(promise_call(drill.store, Whose(enrollment_id=second), WEDNESDAY.date(), prospect, TUESDAY))
        drill.run(reply(drill.store, Whose(enrollment_id=first), "Call me", prospect, TUESDAY))
        go_on(drill, TUESDAY + timedelta(minutes=1))
        [alert] = to_kim(drill)
        go_on(drill, WEDNESDAY - timedelta(seconds=1))
        assert len(to_kim(drill)) == 1
        go_on(drill, WEDNESDAY)
        [_, morning] = to_kim(drill)
        go_on(drill, THURSDAY)
        assert len(to_kim(drill)) == 3  # what is overdue by then
    assert str(alert["Subject"]) == "Ann replied"
    assert str(morning["Subject"]) == "2 calls today: Ann and 1 more"
    for mail in (alert, morning):
        assert (mail["Auto-Submitted"], str(mail["From"])) == ("auto-generated", f"drip <{KIM}>")
    [signed] = [mail.data for mail in drill.peer.received if mail.recipients == (KIM,)][:1]
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: f"v=DKIM1; k=rsa; p={key.public}".encode())


async def make_many(url: str) -> None:
    """So many notices for Kim that are due, each written already."""
    store, now = open_store(url), just_now()
    new = []
    for number in range(MANY):
        letter = {"subject": f"notice {number}", "html": "<p>Hello</p>", "text": "Hello"}
        new.append(NewNotice("test", f"test/{number}", 1, now, now + timedelta(days=1), letter=letter))
    async with store.begin() as unit:
        await notices.add(unit, new, now)
    await store.close()


class Trap:
    """Kills a process when it says a command for the n-th time, before it is answered."""

    def __init__(self) -> None:
        self._phase, self._left, self._known = "", 0, threading.Event()
        self._victim: Server | None = None

    def spring(self, crew: Crew, phase: str, after: int) -> None:
        """Hire one, and wait until it fell in."""
        self._phase, self._left = phase, after
        [self._victim] = crew.hire("up")
        self._known.set()
        assert self._victim.process.wait(60) == -signal.SIGKILL, crew.said()
        self._known.clear()

    def hook(self, phase: str, _argument: str) -> Reply:
        """The peer's hook; whoever comes before we know its name is kept waiting."""
        self._left -= phase == self._phase
        if phase == self._phase and self._left == 0 and self._known.wait(60):
            assert self._victim is not None
            os.kill(self._victim.process.pid, signal.SIGKILL)
        return None


def test_kill_9_while_notices_go_loses_none_and_sends_none_twice(tmp_path: Path) -> None:
    url, trap = url_in(tmp_path), Trap()
    peer = SmtpPeer(hook=trap.hook)
    asyncio.run(prepare(url, 0, just_now(), peer))
    asyncio.run(make_many(url))
    with Crew(url, notices=True, tick=0.1) as crew:
        trap.spring(crew, "rcpt", 3)  # two are through, the third was not marked yet
        trap.spring(crew, "body", 3)  # two more, and nobody knows about the next
        crew.hire("up")
        until(lambda: not ask(url, "SELECT 1 FROM notices WHERE state IN ('due', 'leased', 'handing')"), told=crew.said)
        assert set(crew.stop()) == {0}
    peer.stop()
    ends = Counter(state for (state,) in ask(url, "SELECT state FROM notices WHERE kind = 'test'"))
    came = subjects([mail.data for mail in peer.received])
    assert set(came.values()) == {1}
    assert ends == {"accepted": MANY - 1, "uncertain": 1}
    sent = {subject for (subject,) in ask(url, "SELECT subject FROM notices WHERE state = 'accepted'")}
    assert sent <= set(came)
