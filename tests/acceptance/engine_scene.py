"""A scene for the engine: prospects enrolled ten days ago whose first letter is due, and the real service on it."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step, Window
from drip.domain.enroll import begin
from drip.domain.enrollment import CallWindow, Terms
from drip.domain.send import State
from drip.store import campaigns, enrollments, mailboxes, prospects, reps, sends
from drip.store.engine import Store, Unit, open_store
from drip.store.sends import NewSend
from tests.servers.process import Server
from tests.servers.smtp import SmtpPeer
from tests.store.migrated import migrate

ALWAYS = Window(days=frozenset(range(7)), opens=time(0), closes=time.max, holidays=False)
CAMPAIGN = Campaign(
    name="Monthly value",
    key="monthly-value",
    window=ALWAYS,
    steps=tuple(Step(key, f"monthly-value/{key}") for key in ("downtime", "checklist", "spares")),
)
LETTER = campaigns.Letter(
    subject="{{ step.key }} for {{ prospect.email }}",
    html='<p>Hello {{ prospect.first_name }}.</p><a href="{{ links.opt_out }}">Stop</a>'
    "<a href=\"{{ links.to('https://seller.example/guide') }}\">The guide</a>{{ sender.postal_address }}",
    text="Hello {{ prospect.first_name }}. Stop: {{ links.opt_out }}\n{{ sender.postal_address }}",
)
NEW_YORK = ZoneInfo("America/New_York")
TEN_DAYS = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands ready: the ids, and the addresses enrolled, in order."""

    mailbox_id: int | None
    emails: tuple[str, ...]
    enrollment_ids: tuple[int, ...]
    send_ids: tuple[int, ...]


async def prepare(url: str, count: int, now: datetime, peer: SmtpPeer | None, **mailbox: object) -> Sheet:
    """An upgraded database with `count` prospects whose first letter is due at `now`.

    Without a peer there is no mailbox: letters go to the shelf. `mailbox` are further settings of it.
    """
    await migrate(url)
    store = open_store(url)
    try:
        async with store.begin() as unit:
            return await _fill(unit, count, now, peer, mailbox)
    finally:
        await store.close()


async def _fill(unit: Unit, count: int, now: datetime, peer: SmtpPeer | None, more: dict[str, object]) -> Sheet:
    rep_id = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example", time_zone="America/New_York"), now)
    mailbox_id = None
    if peer is not None:
        known = {"rep_id": rep_id, "postal_address": "1 Mill Street, Dayton", "security": "none"} | more
        box = mailboxes.NewMailbox("kim", "kim@seller.example", peer.host, peer.port, **known)  # type: ignore[arg-type]
        mailbox_id = await mailboxes.add(unit, box, now)
    letters = {step.key: LETTER for step in CAMPAIGN.steps} | {"closing": LETTER}
    version = await campaigns.publish(unit, campaigns.NewVersion(CAMPAIGN, "-", letters, "rep:1"), now)
    emails = tuple(f"p{number}@firm{number}.example" for number in range(1, count + 1))
    people = [prospects.NewProspect(one, first_name="Ann", country="US", region="NY") for one in emails]
    await prospects.put(unit, people, now)
    found = await prospects.by_email(unit, emails)
    new = [
        enrollments.NewEnrollment(
            prospect_id=found[email].id,
            version_id=version.id,
            rep_id=rep_id,
            mailbox_id=mailbox_id,
            email=email,
            time_zone="America/New_York",
            country="US",
            region="NY",
            call_window=CallWindow.ANY,
            enrollment=begin(Terms(CAMPAIGN, email, NEW_YORK, Calendar("US", "NY")), now - TEN_DAYS)[0],
            next_at=None,
            qualification={"hot_button": "unplanned stops"},
            fields={},
            overrides={},
        )
        for email in emails
    ]
    added = await enrollments.add(unit, new)
    ids = [added[found[email].id] for email in emails]
    planned = [
        NewSend(ident, found[email].id, mailbox_id, version.id, 1, "downtime", "downtime", 1, now)
        for ident, email in zip(ids, emails, strict=True)
    ]
    made = await sends.add(unit, planned, now)
    return Sheet(mailbox_id, emails, tuple(ids), tuple(made[ident] for ident in ids))


def up(folder: Path, **settings: str) -> Server:
    """The real service as a process of its own on the database in `folder`, ready to be used."""
    env = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "DRIP_DATABASE_URL": url_in(folder),
        "DRIP_SECRET": "a secret for the tests that is long enough",
        "DRIP_MAILDIR": str(folder / "mail"),
        "DRIP_NOTICES": "off",
        **{f"DRIP_{name.upper()}": value for name, value in settings.items()},
    }
    return Server([sys.executable, "-m", "drip", "up", "--port", "0"], "drip is up", env=env, folder=Path.cwd())


def url_in(folder: Path) -> str:
    """The address of the database in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'drip.sqlite3'}"


async def states(store: Store) -> dict[State, int]:
    """How many sends there are in each state."""
    async with store.reading() as unit:
        return await sends.count_by_state(unit)


def states_in(folder: Path) -> Counter[State]:
    """How many sends there are in each state of the database in `folder`, which nobody works on."""

    async def look() -> dict[State, int]:
        store = open_store(url_in(folder))
        try:
            return await states(store)
        finally:
            await store.close()

    return Counter(asyncio.run(look()))


def subjects(mails: Sequence[bytes]) -> Counter[str]:
    """How often each subject came: the step and whom it was for."""
    lines = (line for mail in mails for line in mail.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))
    return Counter(line[9:].decode() for line in lines if line.startswith(b"Subject: "))


def just_now() -> datetime:
    """The host's time, for tests of the service on its own clock."""
    return datetime.now(UTC)  # noqa: TID251 - the real service runs on the real clock
