"""One prospect with a letter in the inbox, and the pages behind its links.

The letter left on Tuesday 6 January 2026 at 10:00 in New York; the clock stands a day later.
"""

import html
import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import update
from starlette.applications import Starlette

from drip.actions.happen import SYSTEM, happen
from drip.clock import ControlledClock
from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step
from drip.domain.enroll import begin
from drip.domain.enrollment import CallWindow, Enrollment, Terms
from drip.domain.facts import EmailSent, Fact
from drip.domain.token import Link, LinkToken, sign_link
from drip.serve import make_app
from drip.store import campaigns, enrollments, mailboxes, prospects, reps, sends
from drip.store.engine import Store, Unit
from drip.store.tables import METADATA
from drip.store.tables import sends as sends_table
from drip.web.desk import Desk

SECRET = b"a secret of thirty-two characters"
BEGAN = datetime(2026, 1, 5, 15, tzinfo=UTC)  # Monday, 10:00 in New York
SENT = datetime(2026, 1, 6, 15, tzinfo=UTC)
NOW = datetime(2026, 1, 7, 15, tzinfo=UTC)
PUBLIC = "http://drip.example"
POSTAL = "Brightline Controls Inc.\n48 Mercer Street\nNew York, NY 10013"
EMAIL = "maria@northfield.example"
GUIDE = "https://brightline.example/guide?from=letter"
PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"
HTML = (
    '<!doctype html><html lang="en"><head><title>Downtime</title></head><body style="margin:0">'
    "<p>Dear {{ prospect.first_name }}, {{ enrollment.hot_button }}?</p>"
    '<p><a href="{{ links.to("' + GUIDE + '") }}">The guide</a>'
    ' <a href="{{ links.opt_out }}">Stop</a></p>'
    "<p>{{ sender.postal_address }}</p></body></html>"
)
CAMPAIGN = Campaign(
    name="Monthly value",
    key="monthly-value",
    steps=tuple(Step(key, f"monthly-value/{key}") for key in ("downtime", "checklist", "numbers")),
)
TABLES = [table for table in METADATA.sorted_tables if table.name != "visits"]


@dataclass(frozen=True, slots=True)
class Scene:
    """The ids of what stands ready, and the application to ask."""

    store: Store
    clock: ControlledClock
    app: Starlette
    prospect_id: int
    enrollment_id: int
    send_id: int
    step: str = "downtime"

    def token(self, link: Link, index: int = 0) -> str:
        """The signed token of a link of the letter."""
        return sign_link(SECRET, LinkToken(self.enrollment_id, self.send_id, 1, self.step, link, index))

    def path(self, link: Link, index: int = 0) -> str:
        """The path of a link of the letter."""
        return f"/{link.path}/{self.token(link, index)}"

    async def picture(self) -> Enrollment:
        """The enrollment as it is kept now."""
        async with self.store.reading() as unit:
            [found] = await enrollments.load(unit, [self.enrollment_id])
        return found.enrollment

    async def befall(self, fact: Fact) -> None:
        """Let a fact befall the enrollment."""
        async with self.store.begin() as unit:
            await happen(unit, self.enrollment_id, fact, SYSTEM)

    async def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table but the visits."""
        async with self.store.reading() as unit:
            return {
                table.name: sorted((tuple(row) for row in await unit.rows(table.select())), key=repr)
                for table in TABLES
            }

    async def closing_letter(self, at: datetime = SENT + timedelta(minutes=1)) -> "Scene":
        """The same scene with the closing email in the inbox, sent by the rules' own fact."""
        async with self.store.begin() as unit:
            [opened] = await enrollments.load(unit, [self.enrollment_id])
            key = f"closing/{opened.enrollment.silence}"
            new = sends.NewSend(
                self.enrollment_id, self.prospect_id, opened.mailbox_id, opened.version_id, 1, key, "closing", None, at
            )
            added = await sends.add(unit, [new], at)
            await _accepted(unit, added[self.enrollment_id], at)
            await happen(unit, self.enrollment_id, EmailSent(at, key), SYSTEM)
        return replace(self, send_id=added[self.enrollment_id], step="closing")


async def set_scene(store: Store, campaign: Campaign = CAMPAIGN) -> Scene:
    """A rep with a mailbox, a published campaign, a prospect enrolled, one letter accepted."""
    async with store.begin() as unit:
        rep = reps.NewRep("Ann Carter", "ann@brightline.example", "Account executive", "+1 212 555 0148")
        rep_id = await reps.add(unit, rep, BEGAN)
        box = mailboxes.NewMailbox("ann", "ann@brightline.example", "127.0.0.1", 2525, "none", rep_id)
        named = replace(box, from_name="Brightline Controls", postal_address=POSTAL)
        mailbox_id = await mailboxes.add(unit, named, BEGAN)
        version_id = await _publish(unit, campaign)
        who = prospects.NewProspect(EMAIL, "Maria", "Gonzalez", country="US", region="NY")
        await prospects.put(unit, [who], BEGAN)
        prospect_id = (await prospects.by_email(unit, [EMAIL]))[EMAIL].id
        enrolled = _enrollment(campaign, prospect_id, version_id, rep_id, mailbox_id)
        enrollment_id = (await enrollments.add(unit, [enrolled]))[prospect_id]
        new = sends.NewSend(enrollment_id, prospect_id, mailbox_id, version_id, 1, "downtime", "downtime", 1, SENT)
        send_id = (await sends.add(unit, [new], SENT))[enrollment_id]
        await _accepted(unit, send_id, SENT)
        await happen(unit, enrollment_id, EmailSent(SENT, "downtime"), SYSTEM)
    clock = ControlledClock(NOW)
    app = make_app(Desk(store, clock, SECRET, PUBLIC))
    return Scene(store, clock, app, prospect_id, enrollment_id, send_id)


async def _publish(unit: Unit, campaign: Campaign) -> int:
    letter = campaigns.Letter("Downtime, {{ prospect.first_name }}", HTML, "Dear {{ prospect.first_name }}")
    letters = {step.key: letter for step in campaign.steps} | {"closing": letter}
    version = await campaigns.publish(unit, campaigns.NewVersion(campaign, "name = 'x'", letters, "rep:1"), BEGAN)
    return version.id


def _enrollment(
    campaign: Campaign, prospect_id: int, version_id: int, rep_id: int, mailbox_id: int
) -> enrollments.NewEnrollment:
    zone = "America/New_York"
    terms = Terms(campaign, EMAIL, ZoneInfo(zone), Calendar("US", "NY"), CallWindow.EARLY)
    picture, _ = begin(terms, BEGAN)
    return enrollments.NewEnrollment(
        prospect_id=prospect_id,
        version_id=version_id,
        rep_id=rep_id,
        mailbox_id=mailbox_id,
        email=EMAIL,
        time_zone=zone,
        country="US",
        region="NY",
        call_window=CallWindow.EARLY,
        enrollment=picture,
        next_at=SENT,
        qualification={"hot_button": "unplanned stops"},
        fields={},
        overrides={},
    )


async def _accepted(unit: Unit, send_id: int, at: datetime) -> None:
    """What composing and settling leave behind in the row of a send."""
    values = {
        "prospect": {"first_name": "Maria"},
        "enrollment": {"hot_button": "Unplanned stops", "enrolled_on": "2026-01-05"},
        "recall": {"on": None, "window": "", "promised": False},
        "sender": {"postal_address": POSTAL},
        "public_url": PUBLIC,
    }
    done = {
        "state": "accepted",
        "message_id": f"<{send_id}@brightline.example>",
        "dated_at": at,
        "handed_at": at,
        "settled_at": at,
        "subject": "Downtime, Maria",
        "letter_values": values,
        "destinations": [GUIDE, "javascript:alert(1)"],
    }
    await unit.run(update(sends_table).where(sends_table.c.id == send_id).values(**done))


def asking(scene: Scene, agent: str = PERSON) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """A client of the scene's application, without a network between."""
    transport = httpx.ASGITransport(scene.app, client=("203.0.113.9", 4711))
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers={"User-Agent": agent})


def words_of(page: str) -> str:
    """A page as it is read: without tags, white space as single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", ""))).split())
