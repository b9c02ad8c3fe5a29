"""A seller: the service as it is started in production, its business time held in the database, on either wiring."""

import asyncio
import json
import shlex
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from drip.cli.main import main
from drip.clock import ControlledClock, MachineClock
from drip.config import load_settings
from drip.serve import listen, make_server
from drip.store import business_time, leases, sends
from drip.store.engine import open_store
from drip.wiring import wire
from tests.acceptance.answers.bringing import HANDLED, MailServer, Postbox
from tests.acceptance.crew import Crew, ask, until
from tests.servers.process import Server, free_port
from tests.servers.smtp import SmtpPeer
from workers.embedded import Service

KIM, LEE, MAX = "kim@seller.example", "lee@seller.example", "max@seller.example"
BOUNCES = "bounces.seller.example"
_BOUNCES_TO = {KIM: "tagged", LEE: BOUNCES, MAX: "own"}
_BOX = "mailbox add {name} --rep {rep} --address {rep} --host {host} --port {port} --security none"
_MORE = "--postal-address 'Mill Street 1' --bounces-to {bounces_to}"
_LETTER = """<!doctype html><html><head><title>A letter</title></head><body>
<p>Hi {{ prospect.first_name | default("there", true) }}, this is {{ step.key }}.</p>
<p><a href="{{ links.opt_in }}">Yes</a> <a href="{{ links.less_often }}">Less often</a>
<a href="{{ links.keep_open }}">Keep it open</a> <a href="{{ links.call_me }}">Call me</a>
<a href="{{ links.close_file }}">Close it</a> <a href="{{ links.opt_out }}">Stop</a></p>
<p>{{ sender.name }}, {{ sender.postal_address }}</p></body></html>
"""
_CAMPAIGN = 'name = "{name}"\ncadence = "every 1 week"\n[silence]\nclosing = "closing"\n{silence}\n'
_STEP = '[[steps]]\nkey = "step-{n}"\ntemplate = "letter"\n'
WAYS = 3
CAMPAIGNS = {"value": "", "quiet": 'after = "22 days"\ngrace = "2 business days"'}


class Seller(AbstractContextManager["Seller"]):
    """The service, what it is told by commands, and who takes its letters and brings the answers.

    `receiver` is the process that takes mail in: `drip inbound`, or where all is one process, `drip up`. That knows of
    one moment only; days pass in this process, from `receive_here` on.
    """

    def __init__(self, folder: Path, url: str, redis_url: str | None) -> None:
        """`url` is an empty database at the newest schema. Nothing runs yet."""
        self.folder, self.url, self.is_one = folder, url, redis_url is None
        self.peer = SmtpPeer()
        self.mail_server = MailServer(free_port())
        self._settings: dict[str, Any] = {
            "listen": f"lmtp://127.0.0.1:{self.mail_server.port}",
            "campaigns": folder / "campaigns",
            "templates": folder / "templates",
            "tick": 0.1,
            **dict.fromkeys(("complaints_warn", "complaints_pause", "bounces_pause"), 0),  # no brakes: so much trouble
        }
        self.crew = Crew(url, redis_url, **self._settings)
        self.receiver: Server | None = None
        self._is_known = threading.Event()  # which process the receiver is
        self.address = ""
        self._here: Service | None = None
        self._loop = asyncio.Runner()
        self._store = open_store(url)

    def __exit__(self, *_: object) -> None:
        if self._here is not None:
            self._here.stop()
        self.crew.__exit__()
        self._loop.run(self._store.close())
        self._loop.close()
        self.peer.stop()

    def open(self, now: datetime, postboxes: Mapping[str, Postbox], people: str, enrolled: str) -> None:
        """Business time stands at `now`; campaigns, reps, mailboxes and prospects are there, by the commands a person
        types. Kim's inbox is the service's own, the others are read beside the rep. `people` and `enrolled` are CSV."""
        self._loop.run(self._move(now))
        _write_campaigns(self.folder)
        for key in CAMPAIGNS:
            self.type(f"campaign publish {key}")
        place = {"host": self.peer.host, "port": self.peer.port}
        for rep, bounces_to in _BOUNCES_TO.items():
            name = rep.partition("@")[0]
            self.type(f"rep add {rep} --name '{name.title()} Lee' --time-zone America/New_York")
            self.type(f"{_BOX} {_MORE}".format(name=name, rep=rep, bounces_to=bounces_to, **place))
        for rep, box in postboxes.items():
            self._read(rep, box)
        (self.folder / "people.csv").write_text(people)
        (self.folder / "enrolled.csv").write_text(enrolled)
        self.type("prospect import people.csv")
        self.type("enroll --csv enrolled.csv --tried-to-disqualify --hot-button 'unplanned stops'")

    def _read(self, rep: str, box: Postbox) -> None:
        (self.folder / "password").write_text(box.password)
        url = f"imap+plain://{box.login.replace('@', '%40')}@127.0.0.1:{box.port}"
        moved = f"--handled {HANDLED}" if rep == KIM else ""
        self.type(f"mailbox set {rep.partition('@')[0]} --read {url} --read-password-file password {moved}")

    def type(self, words: str) -> list[dict[str, Any]]:
        """Type a command, which must go well; what it says as JSON, where it does."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as here, redirect_stdout(out), redirect_stderr(err):
            here.chdir(self.folder)
            for name, value in self.crew.env.items():
                here.setenv(name, value)
            code = main(shlex.split(words))
        assert code == 0, f"{words}: {out.getvalue()}{err.getvalue()}"
        return [json.loads(line) for line in out.getvalue().splitlines()] if "--json" in words else []

    def begin(self, moment: datetime) -> None:
        """Start all processes at a moment, and wait until all that is due by then is done."""
        self._loop.run(self._move(moment))
        if not self.is_one:
            self.crew.hire("worker", "scheduler")
        self.receive()
        self.settle()

    def receive(self) -> None:
        """Let a receiver run."""
        [self.receiver] = self.crew.hire("up" if self.is_one else "inbound")
        self._is_known.set()

    def kill(self) -> None:
        """kill -9 of the receiver, at once; of one that works before it is up, as soon as it is. From any thread."""
        assert self._is_known.wait(60) and self.receiver is not None
        self.receiver.process.send_signal(signal.SIGKILL)

    @property
    def is_killed(self) -> bool:
        """Whether the receiver is gone."""
        return self.receiver is not None and self.receiver.process.poll() is not None

    def bury(self) -> None:
        """Once the killed receiver is gone, and with it what it had begun, let the minute of its lease on inboxes
        pass."""
        assert self.receiver is not None
        self._is_known.clear()
        assert self.receiver.process.wait(60) == -signal.SIGKILL, self.crew.said()
        self.crew.until_forgotten([self.receiver])
        if not self.is_one:
            with psycopg.connect(self._dsn, autocommit=True) as served:
                served.execute("UPDATE read_folders SET lease_until = lease_until - interval '1 minute'")

    def receive_here(self) -> None:
        """Let all of it run in this process from now on."""
        self.receiver = None
        given: dict[str, Any] = {name.removeprefix("DRIP_").lower(): one for name, one in self.crew.env.items()}
        wired = wire(load_settings(**given), ControlledClock(self.now))
        socket = listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{socket.getsockname()[1]}"
        self._here = Service(wired)
        self._here.start(make_server(wired), [socket])

    def wait_until(self, moment: datetime) -> None:
        """Let it be `moment`, and wait until all that is due by then is done."""
        if self._here is None:
            self._loop.run(self._move(moment))
        else:
            self.now = moment
            self._here.run(self._here.jump(moment), 60)
        self.settle()

    def settle(self) -> None:
        """Wait until all that is due is done."""
        if self._here is not None:
            self._here.run(self._here.idle(), 60)
        until(lambda: self._loop.run(self._is_quiet()), 60, self._standing, moved=lambda: len(self.peer.said))

    @contextmanager
    def nothing_can_be_kept(self) -> Iterator[Callable[[], None]]:
        """Hold what mail is written to. What is yielded waits until every way mail comes in by is held up, at a mail
        of each inbox and one by LMTP; on SQLite nobody can see that."""
        if self.is_one:
            connection = sqlite3.connect(self.url.partition(":///")[2], timeout=60, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield lambda: None
            finally:
                connection.close()
        else:
            with psycopg.connect(self._dsn) as served:
                served.execute("LOCK TABLE received IN SHARE MODE")
                yield self._until_all_are_held_up

    def _until_all_are_held_up(self) -> None:
        until(lambda: len(self.ask("SELECT 1 FROM pg_locks WHERE NOT granted")) >= WAYS)

    def ask(self, question: str) -> list[Any]:
        """The rows of a query."""
        return ask(self.url, question)

    @property
    def _dsn(self) -> str:
        return self.url.replace("+psycopg", "")

    def _standing(self) -> str:
        asked = ("state, outcome_text, count(*) FROM sends GROUP BY 1, 2", "email, state, next_at FROM enrollments")
        return f"{self.crew.said()}{[self.ask(f'SELECT {one}') for one in asked]}"

    async def _move(self, now: datetime) -> None:
        async with self._store.begin() as unit:
            assert await business_time.move(unit, now)
        self.now = now

    async def _is_quiet(self) -> bool:
        async with self._store.reading() as unit:
            machine = await leases.machine_time(unit, MachineClock().now())
            view = await sends.outlook(unit, self.now, machine)
        return not view.moves and (view.next_at is None or view.next_at > self.now)


def _write_campaigns(folder: Path) -> None:
    """Both campaigns, weekly: eight letters, and a closing email after a silence, which in one is a short one."""
    (folder / "campaigns").mkdir()
    for key, silence in CAMPAIGNS.items():
        text = _CAMPAIGN.format(name=key.title(), silence=silence) + "".join(_STEP.format(n=n) for n in range(1, 9))
        (folder / "campaigns" / f"{key}.toml").write_text(text)
    for name, subject in (("letter", "{{ step.key }} for you"), ("closing", "Shall I close your file?")):
        (folder / "templates" / name).mkdir(parents=True)
        (folder / "templates" / name / "subject.txt").write_text(subject)
        (folder / "templates" / name / "body.html").write_text(_LETTER)
