"""Kim's desk: what tests of actions do over and over, in a rep's words."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drip.actions.enroll import enroll
from drip.actions.enrolling.request import Enrolled, Enrolling, Skipped
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.campaign import Campaign, Step
from drip.domain.company import Company
from drip.domain.qualification import Qualification
from drip.domain.send import State
from drip.store import campaigns, companies, enrollments, facts, files, leases, mailboxes, prospects, reps, sends, tasks
from drip.store.engine import Store
from drip.store.enrollments import Open
from drip.store.facts import FactRow
from drip.store.sends import NewSend, SendRow

MONDAY = datetime(2026, 1, 5, 15, tzinfo=UTC)  # Monday 5 January 2026, 10:00 in New York
DAY = timedelta(days=1)
ANN = "ann.jones@acme.example.com"
PROSPECT = Context("prospect")
CAMPAIGN = Campaign(
    name="Monthly value",
    key="monthly-value",
    steps=tuple(Step(key, f"monthly-value/{key}") for key in ("downtime", "checklist", "spares", "energy")),
)
QUALIFIED = Qualification(tried_to_disqualify=True, hot_button="unplanned stops")


@dataclass(slots=True)
class Desk:
    """A rep, a mailbox and a campaign in a store."""

    store: Store
    rep_id: int
    mailbox_id: int
    version_id: int

    @classmethod
    async def set_up(cls, store: Store, campaign: Campaign = CAMPAIGN) -> "Desk":
        """Kim with a mailbox, and the campaign published."""
        async with store.begin() as unit:
            rep_id = await reps.add(
                unit, reps.NewRep("Kim Lee", "kim@seller.example", time_zone="America/New_York"), MONDAY
            )
            box = mailboxes.NewMailbox(
                "kim", "kim@seller.example", "127.0.0.1", 2525, "none", rep_id, postal_address="1 Mill Street, Dayton"
            )
            mailbox_id = await mailboxes.add(unit, box, MONDAY)
        desk = cls(store, rep_id, mailbox_id, 0)
        desk.version_id = await desk.publish(campaign)
        return desk

    @property
    def kim(self) -> Context:
        """What Kim does."""
        return Context(f"rep:{self.rep_id}", "because", rep_id=self.rep_id)

    async def publish(self, campaign: Campaign) -> int:
        """A new version of a campaign; its id."""
        letter = campaigns.Letter("Hello", "<p>Hello</p>", "Hello")
        letters = {step.key: letter for step in campaign.steps}
        async with self.store.begin() as unit:
            new = campaigns.NewVersion(campaign, "name = 'x'", letters, "rep:1")
            return (await campaigns.publish(unit, new, MONDAY)).id

    async def add(self, email: str = ANN, company: Company | None = None, **more: Any) -> int:
        """A prospect in New York; the id."""
        async with self.store.begin() as unit:
            company_id = (await companies.put(unit, [company], MONDAY))[0] if company else None
            known: dict[str, Any] = {"country": "US", "region": "NY", "first_name": "Ann"} | more
            await prospects.put(unit, [prospects.NewProspect(email, company_id=company_id, **known)], MONDAY)
            return (await prospects.by_email(unit, [email]))[email].id

    async def ask(self, email: str = ANN, now: datetime = MONDAY, **more: Any) -> Enrolled | Skipped:
        """Kim enrolls somebody who is there already."""
        asked = Enrolling(email, "monthly-value", "kim@seller.example", QUALIFIED)
        return await enroll(self.store, replace(asked, **more), now)

    async def enroll(self, email: str = ANN, now: datetime = MONDAY, **more: Any) -> int:
        """Add a prospect and enroll; the enrollment's id."""
        await self.add(email)
        found = await self.ask(email, now, **more)
        assert isinstance(found, Enrolled), found
        assert found.enrollment_id is not None
        return found.enrollment_id

    async def open(self, enrollment_id: int) -> Open:
        """The enrollment as it stands."""
        async with self.store.reading() as unit:
            return (await enrollments.load(unit, [enrollment_id]))[0]

    async def told(self, enrollment_id: int) -> list[tuple[str, str | None]]:
        """The facts of an enrollment: what and reason, in order."""
        async with self.store.reading() as unit:
            found = await facts.of_enrollment(unit, enrollment_id)
        return [(one.what, one.reason) for one in sorted(found, key=lambda one: one.id)]

    async def facts(self, enrollment_id: int) -> list[FactRow]:
        """The facts of an enrollment, in order."""
        async with self.store.reading() as unit:
            return await facts.of_enrollment(unit, enrollment_id)

    async def tasks(self, prospect_id: int) -> list[str]:
        """Codes of the open tasks about somebody."""
        async with self.store.reading() as unit:
            return [one.code for one in await tasks.of_prospect(unit, prospect_id) if one.done_at is None]

    async def due(self, enrollment_id: int, key: str = "downtime", at: datetime | None = None) -> int:
        """A due letter of an enrollment, as planning makes it; the send's id."""
        found = await self.open(enrollment_id)
        closing = key.startswith("closing/")
        new = NewSend(
            enrollment_id,
            found.prospect_id,
            self.mailbox_id,
            found.version_id,
            found.enrollment.run,
            key,
            "closing" if closing else key,
            None if closing else found.enrollment.sent + 1,
            at or MONDAY,
        )
        async with self.store.begin() as unit:
            added = await sends.add(unit, [new], at or MONDAY)
            await enrollments.set_next(unit, {enrollment_id: None})
        return added[enrollment_id]

    async def send(self, send_id: int) -> SendRow:
        """A letter as it stands."""
        async with self.store.reading() as unit:
            found = await sends.get(unit, send_id)
        assert found is not None
        return found

    async def state(self, send_id: int) -> State:
        """Where a letter is."""
        return (await self.send(send_id)).state


def of(enrollment_id: int) -> Whose:
    """The enrollment with this id."""
    return Whose(enrollment_id=enrollment_id)


__all__ = ["ANN", "DAY", "MONDAY", "PROSPECT", "QUALIFIED", "Desk", "files", "leases", "of"]
