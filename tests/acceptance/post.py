"""All the letters there are: every campaign of ours to all kinds of people, over real SMTP, until each has come."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from drip.actions.add_mailbox import add_mailbox
from drip.actions.add_prospect import add_prospect
from drip.actions.add_rep import add_rep
from drip.actions.click import Visiting, click
from drip.actions.enroll import enroll
from drip.actions.enrolling.request import Enrolled, Enrolling
from drip.actions.happen import Context
from drip.actions.opt_in import Proof, opt_in
from drip.actions.whose import Whose
from drip.catalog.files import CAMPAIGNS, TEMPLATES
from drip.catalog.letters import compile_letter
from drip.catalog.parse import parse_campaign
from drip.domain.campaign import Campaign
from drip.domain.qualification import Qualification
from drip.outbound.keyring import Keyring
from drip.store import campaigns, sends
from drip.store.engine import Unit
from drip.store.mailboxes import NewMailbox
from drip.store.reps import NewRep
from drip.store.sends import SendRow
from tests.acceptance.place import Place
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Known
from tests.servers.smtp import Received, SmtpPeer
from tests.store.migrated import migrate

T = TypeVar("T")
MONDAY = datetime(2026, 1, 5, 15, tzinfo=UTC)  # 10:00 in New York
LONGEST = timedelta(days=5 * 365)
A_QUARTER, A_MONTH, A_DAY, AT_ONCE = (
    timedelta(days=90),
    timedelta(days=30),
    timedelta(days=1),
    timedelta(milliseconds=20),
)
POSTAL = "Brightline Controls, 48 Mercer Street, New York, NY 10013"
PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"
QUALIFIED = Qualification(True, "no budget", "Stillstände: 3 % mehr <Ausschuss>", "call in May", "phone", "early")
REPS = {
    "kim@seller.example": NewRep("Kim Lee", "kim@seller.example", "Account executive", "+1 212 555 0148"),
    "zoë": NewRep("Zoë Łęcka, Kraków", "zoe@fabrik-müller.example", "Außendienst", "", "Zoë Łęcka, Kraków\n– 24/7 –"),
}
OFFERED = ("PIPELINING", "ENHANCEDSTATUSCODES", "DSN")
BOUNCES_TO = {"kim@seller.example": "tagged", "zoë": "bounces.seller.example"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to, in each campaign under an address of its own; one who is `heard` reads and clicks.
    `rep`: the key in REPS of who writes."""

    local: str
    domain: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    rep: str = "kim@seller.example"
    heard: bool = False

    def email(self, campaign: str) -> str:
        """The address in one campaign: an open file per prospect is all there may be (R1)."""
        return f"{self.local}.{campaign}@{self.domain}"


PEOPLE = (
    Person("ann", "firm.example", "Ann", "Jones", "Firm", heard=True),
    Person("zoe", "bücher.example", "Zoë", 'Ærø "Ø" O\'Brien, Jr.', 'Müller & Söhne <Werk 2> "Ø"', "zoë", heard=True),
    Person("山田", "例え.example", "太郎", "山田", "株式会社山田製作所", heard=True),
    Person("m" * 30, "a-long-name-for-a-plant.example", "Maximiliana " * 6, "von und zu " * 6, "Ö" * 90, "zoë"),
    Person("nobody", "unknown.example"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that came, in which campaign, as which step, to whom; `run` counts how often it goes round (R11)."""

    campaign: str
    step: str
    person: Person
    mail: Arrived
    run: int


@dataclass
class Post(AbstractContextManager["Post"]):
    """The service, the server its letters come to, and what came. The first letter of each list is deferred once."""

    folder: Path
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    deferred: dict[bytes, bytes] = field(default_factory=dict)
    _enrolled: dict[tuple[str, Person], int] = field(default_factory=dict)
    _heard_at: dict[tuple[str, Person], datetime] = field(default_factory=dict)

    def __enter__(self) -> "Post":
        self.peer = SmtpPeer(hook=self._defer_one_of_each, extensions=OFFERED)
        keys = Keyring(self.folder / "dkim")
        made = [keys.make(one, "drip1") for one in ("seller.example", "xn--fabrik-mller-klb.example")]
        records = {f"{key.selector}._domainkey.{key.domain}": f"v=DKIM1; k=rsa; p={key.public}" for key in made}
        self.known = Known(frozenset([*(key.domain for key in made), BOUNCES_TO["zoë"]]), POSTAL, records)
        place = Place(self.folder)
        asyncio.run(migrate(place.url))
        settings: dict[str, Any] = {"public_url": "https://drip.seller.example", "dkim": self.folder / "dkim"}
        settings |= {"retry_first": AT_ONCE, "retry_most": AT_ONCE, "bounces_pause": 0, "complaints_pause": 0}
        self.service = place.make_service(MONDAY, **settings)
        self.service.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self.peer.stop()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something where the service does its own work."""
        return self.service.run(work, 600)

    def write_all(self) -> list[Letter]:
        """Enroll everybody in every campaign of the folder, and let time pass until each letter has come."""
        self.campaigns = {
            file.stem: parse_campaign(file.read_text("utf-8"), str(file)) for file in sorted(CAMPAIGNS.glob("*.toml"))
        }
        self.run(self._settle())
        self.run(self._until_all_came())
        return self.run(self._letters())

    async def _settle(self) -> None:
        store = self.service.wired.store
        for name, rep in REPS.items():
            await add_rep(store, rep, MONDAY)
            where: dict[str, Any] = {"postal_address": POSTAL, "bounces_to": BOUNCES_TO[name]}
            box = NewMailbox(name, rep.email, self.peer.host, self.peer.port, "none", **where)
            await add_mailbox(store, box, MONDAY, owner=rep.email)
        for key, campaign in self.campaigns.items():
            await store.unit(partial(freeze, campaign))
            for person in PEOPLE:
                self._enrolled[key, person] = await self._enroll(key, campaign, person)

    async def _enroll(self, key: str, campaign: Campaign, person: Person) -> int:
        email, store = person.email(key), self.service.wired.store
        known = {"first_name": person.first_name, "last_name": person.last_name, "company": person.company}
        await add_prospect(store, {"email": email, "country": "US", "region": "NY", **known}, MONDAY)
        asked = Enrolling(
            email=email,
            campaign=key,
            rep=REPS[person.rep].email,
            qualification=QUALIFIED,
            fields={name: f"{name}: 3 % – “ja”" for name in campaign.fields},
        )
        done = await enroll(store, asked, MONDAY)
        assert isinstance(done, Enrolled) and done.enrollment_id, done
        return done.enrollment_id

    async def _until_all_came(self) -> None:
        """Jump to whatever comes next; look once a month whether there is anything left to come."""
        clock, service, look_at = self.service.wired.clock, self.service, MONDAY
        while (coming := await service.idle()) is not None and coming < MONDAY + LONGEST:
            await service.jump(max(coming, clock.now()))
            await self._let_hear()
            if clock.now() > look_at:
                look_at = clock.now() + A_MONTH
                if not self.missing(await self._letters()):
                    return

    def missing(self, came: list["Letter"]) -> set[tuple[str, str, str]]:
        """What has not come yet: each letter of a campaign to who reads, the closing email to who does not."""
        wanted = {
            (key, step, person.local)
            for key, campaign in self.campaigns.items()
            for person in PEOPLE
            for step in (campaign_steps(campaign) if person.heard else closing_of(campaign))
        }
        return wanted - {(one.campaign, one.step, one.person.local) for one in came}

    async def _let_hear(self) -> None:
        """Who reads says yes to the first letter, and clicks in one each quarter."""
        now, store = self.service.wired.clock.now(), self.service.wired.store
        for (key, person), enrollment in self._enrolled.items():
            heard_at = self._heard_at.get((key, person))
            if not person.heard or (heard_at is not None and now - heard_at < A_QUARTER):
                continue
            came = [one for one in await self._sends(enrollment) if one.settled_at and now - one.settled_at > A_DAY]
            if not came:
                continue
            if heard_at is None:
                proof = Proof("rep", "You may send me your letters.")
                await opt_in(store, Whose(email=person.email(key)), proof, Context("cli"), now)
            else:
                await click(store, Visiting(came[-1].id, "view", user_agent=PERSON), now)
            self._heard_at[key, person] = now

    async def _letters(self) -> list[Letter]:
        came = {mail.whole.one("message-id"): mail for mail in map(arrived, self.peer.received)}
        found = []
        for (key, person), enrollment in self._enrolled.items():
            own = [send for send in await self._sends(enrollment) if send.message_id in came]
            found += [Letter(key, send.step_key, person, came[send.message_id or ""], send.run) for send in own]
        return found

    async def _sends(self, enrollment: int) -> list[SendRow]:
        async with self.service.wired.store.reading() as unit:
            return await sends.of_enrollment(unit, enrollment)

    def _defer_one_of_each(self, phase: str, argument: str) -> str | None:
        if phase != "body":
            return None
        data = argument.encode("latin-1")
        mail = Arrived("", (), data).whole
        name = mail.one("list-id").encode()
        if name in self.deferred:
            return None
        self.deferred[name] = data
        return "451 4.3.0 try again later"


def campaign_steps(campaign: Campaign) -> list[str]:
    """The keys of the letters a campaign has for who goes on reading."""
    return [step.key for step in campaign.steps]


def closing_of(campaign: Campaign) -> list[str]:
    """The closing email, where the campaign has one."""
    return ["closing"] if campaign.silence.closing else []


async def freeze(campaign: Campaign, unit: Unit) -> None:
    """Publish it without the checks of publishing, which have tests of their own and take their time."""
    templates = {step.key: step.template for step in campaign.steps}
    templates |= {campaigns.CLOSING: campaign.silence.closing} if campaign.silence.closing else {}
    made = {step: compile_letter(TEMPLATES, template, campaign.fields) for step, template in templates.items()}
    letters = {step: campaigns.Letter(one.subject, one.html, one.text) for step, one in made.items()}
    await campaigns.publish(unit, campaigns.NewVersion(campaign, "-", letters, "rep:1"), MONDAY)


def arrived(mail: Received) -> Arrived:
    """A mail of the peer, for the checker."""
    offered = frozenset({"SMTPUTF8", "8BITMIME", *OFFERED})
    return Arrived(mail.sender, mail.recipients, mail.data, mail.options, mail.rcpt_options, offered)
