"""A small scene for tests of the store: a rep, a mailbox, a published campaign, prospects enrolled."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drip.domain.campaign import Campaign, Step
from drip.domain.enrollment import CallWindow, Enrollment
from drip.store import campaigns, enrollments, mailboxes, prospects, reps
from drip.store.engine import Store, Unit

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAMPAIGN = Campaign(
    name="Monthly value",
    key="monthly-value",
    steps=(Step("downtime", "monthly-value/downtime"), Step("checklist", "monthly-value/checklist")),
)
LETTER = campaigns.Letter("A thought, {{ prospect.first_name }}", "<p>Hello</p>", "Hello")


@dataclass(frozen=True, slots=True)
class Scene:
    """The ids of what stands ready."""

    rep_id: int
    mailbox_id: int
    version_id: int


async def set_scene(unit: Unit, campaign: Campaign = CAMPAIGN) -> Scene:
    """A rep with a mailbox, and a published campaign."""
    rep_id = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
    box = mailboxes.NewMailbox("kim", "kim@seller.example", "127.0.0.1", 2525, "none", rep_id)
    mailbox_id = await mailboxes.add(unit, box, NOON)
    letters = {step.key: LETTER for step in campaign.steps}
    new = campaigns.NewVersion(campaign, "name = 'Monthly value'", letters, "rep:1")
    version = await campaigns.publish(unit, new, NOON)
    return Scene(rep_id, mailbox_id, version.id)


async def add_prospects(unit: Unit, *emails: str) -> list[int]:
    """Prospects with these addresses; their ids in the order given."""
    await prospects.put(unit, [prospects.NewProspect(email, country="US", region="NY") for email in emails], NOON)
    found = await prospects.by_email(unit, emails)
    return [found[email].id for email in emails]


def new_enrollment(scene: Scene, prospect_id: int, email: str, **changes: object) -> enrollments.NewEnrollment:
    """An enrollment begun at noon that is due an hour later, with `changes`."""
    new = enrollments.NewEnrollment(
        prospect_id=prospect_id,
        version_id=scene.version_id,
        rep_id=scene.rep_id,
        mailbox_id=scene.mailbox_id,
        email=email,
        time_zone="America/New_York",
        country="US",
        region="NY",
        call_window=CallWindow.ANY,
        enrollment=Enrollment(enrolled_at=NOON, heard_at=NOON),
        next_at=NOON + HOUR,
        qualification={"hot_button": "unplanned stops"},
        fields={"goal": "two shifts"},
        overrides={},
    )
    return new._replace(**changes)  # type: ignore[arg-type]


async def enroll(store: Store, *emails: str) -> tuple[Scene, list[int]]:
    """A scene with these prospects enrolled, an hour from due; the ids of their enrollments in order."""
    async with store.begin() as unit:
        scene = await set_scene(unit)
        people = await add_prospects(unit, *emails)
        new = [new_enrollment(scene, one, email) for one, email in zip(people, emails, strict=True)]
        added = await enrollments.add(unit, new)
    return scene, [added[one] for one in people]
