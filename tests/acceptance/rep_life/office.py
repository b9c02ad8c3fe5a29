"""An office: two reps and marketing with mailboxes of their own, their prospects, and one mail server for everybody."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx

from drip.actions.add_mailbox import add_mailbox
from drip.actions.add_prospect import add_prospect
from drip.actions.add_rep import add_rep
from drip.actions.enroll import enroll
from drip.actions.enrolling.request import Enrolled, Enrolling
from drip.actions.go_away import Away, go_away
from drip.actions.happen import Context
from drip.actions.keep_hours import keep_hours
from drip.actions.link_recalls import Signing
from drip.actions.rep_calendar import rep_calendar
from drip.actions.reply import reply
from drip.actions.take_over import Asked, take_over
from drip.actions.whose import Whose
from drip.actions.wish_notices import wish_notices
from drip.catalog.files import CAMPAIGNS
from drip.catalog.parse import parse_campaign
from drip.domain.hours import parse_hours
from drip.domain.qualification import Qualification
from drip.outbound.keyring import Keyring
from drip.store.mailboxes import NewMailbox
from drip.store.reps import NewRep
from tests.acceptance.equivalence.people import PERSON
from tests.acceptance.equivalence.town import Town
from tests.acceptance.post import freeze
from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Known
from tests.mail.checker.pages import read_page
from tests.servers.smtp import Received

NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
CAMPAIGN = CAMPAIGNS / "monthly-value.toml"
KIM, LEE, MAX = "kim@seller.example", "lee@seller.example", "max@seller.example"
REPS = {
    KIM: NewRep("Kim Novak", KIM, "Account executive", "+1 212 555 0148", "Kim Novak", NEW_YORK.key),
    LEE: NewRep("Lee Osei", LEE, "Account executive", "+1 312 555 0199", "Lee Osei, Chicago office", CHICAGO.key),
    MAX: NewRep("Max Roth", MAX, "Campaigns", "", "", NEW_YORK.key, role="marketing"),
}
HOURS = {
    KIM: "mon-fri 08:00-17:00",
    LEE: "mon-fri 07:00-16:00",
    MAX: "mon-fri 08:00-17:00",
}  # Chicago is an hour behind
POSTAL = "Brightline Controls, 48 Mercer Street, New York, NY 10013"
HAND = Context("cli")
STEPS = 4  # of the campaign's twelve; two months have three


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it lies in an inbox: when it was dated, from whom, and the links a person can follow."""

    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    links: tuple[str, ...]
    raw: Arrived

    @property
    def calendar(self) -> str:
        """The calendar that came with it; empty where none did."""
        return "".join(self.raw.texts("text/calendar"))

    def link(self, kind: str) -> str:
        """The first link whose path begins with /kind/."""
        return next(one for one in self.links if re.match(rf"https?://[^/]+/{kind}/", one))


class Office(Town):
    """The service with its notices on, run where `Town` runs it. Every mail it has ever sent is kept."""

    def __init__(self, url: str, folder: Path, start: datetime, redis_url: str | None = None) -> None:
        """Nobody works there yet."""
        key = Keyring(folder / "dkim").make("seller.example", "drip1")
        record = {"drip1._domainkey.seller.example": f"v=DKIM1; k=rsa; p={key.public}"}
        self.known = Known(frozenset({"seller.example"}), POSTAL, record)
        super().__init__(url, folder, start, redis_url, notices=True, dkim=folder / "dkim")
        self._read: list[Mail] = []
        own = httpx.Limits(max_keepalive_connections=0)  # a kept one may be closed as a request is under way
        self.web = httpx.Client(trust_env=False, headers={"User-Agent": PERSON}, limits=own)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.web.close()
        super().__exit__(*error)

    def open_for_business(self) -> Self:
        """Publish the campaign."""
        whole = parse_campaign(CAMPAIGN.read_text("utf-8"), str(CAMPAIGN))
        self.run(self.store.unit(partial(freeze, replace(whole, steps=whole.steps[:STEPS]))))
        return self

    def hire(self, rep: str) -> None:
        """A rep comes, with a mailbox and working hours."""
        self.run(self._hire(REPS[rep]))

    async def _hire(self, rep: NewRep) -> None:
        now = self.clock.now()
        await add_rep(self.store, rep, now)
        more: dict[str, Any] = {"postal_address": POSTAL, "bounces_to": "tagged"}
        box = NewMailbox(rep.name, rep.email, self.peer.host, self.peer.port, "none", **more)
        await add_mailbox(self.store, box, now, owner=rep.email)
        await keep_hours(self.store, rep.email, parse_hours(HOURS[rep.email]), None, HAND, now)

    def take_on(self, name: str, promised_on: date | None = None) -> str:
        """Kim enrolls a prospect of that first name in New York; the address."""
        email = f"{name.lower()}@{name.lower()}-works.example"
        known = {"email": email, "first_name": name, "last_name": "Meyer", "company": f"{name} Works"}
        known |= {"phone": "+1 216 555 0100", "country": "US", "region": "NY", "time_zone": NEW_YORK.key}
        self.run(add_prospect(self.store, known, self.clock.now()))
        asked = Enrolling(
            email=email,
            campaign=CAMPAIGN.stem,
            rep=KIM,
            qualification=Qualification(True, "budget is gone", "unplanned stops", "call when the line is fixed"),
            promised_on=promised_on,
        )
        done = self.run(enroll(self.store, asked, self.clock.now()))
        assert isinstance(done, Enrolled), done
        return email

    def call(self, rep: str, name: str, outcome: str, **agreed: str) -> None:
        """The rep follows the link to a prospect's call in the newest mail, and records what came of it."""
        sheet = next(link for link in self._recalls(rep) if f"{name} Meyer" in self.get(link))
        assert "Recorded: " in self.press(f"{sheet}/{outcome}", **agreed)

    def _recalls(self, rep: str) -> list[str]:
        """The pages of calls that the newest mail with calls in it leads to."""
        newest = [mail for mail in self.mails(rep) if "today" in mail.subject][-1]
        pages = (re.match(r"https?://[^/]+/r/[^/]+", link) for link in newest.links)
        return list(dict.fromkeys(page[0] for page in pages if page))

    def reply(self, email: str, words: str) -> None:
        """A prospect writes back; mail comes in by the command that records it."""
        self.run(reply(self.store, Whose(email=email), words, HAND, self.clock.now()))

    def calendar_of(self, rep: str) -> str:
        """Where a rep's calendar is."""
        signing = Signing(self.service.wired.settings.public_url, self.service.wired.secret)
        return self.run(rep_calendar(self.store, signing, rep)).address

    def hand_over(self, before: str, after: str) -> None:
        """All of a rep's prospects become another's."""
        done = self.run(take_over(self.store, Asked(before, after), HAND, self.clock.now()))
        assert done.files == done.open == 4

    def wish(self, rep: str, **changes: time | int | None) -> None:
        """The rep says which mails to get: fields of Wishes, None for none."""
        self.run(wish_notices(self.store, rep, changes, self.clock.now()))

    def go_away(self, rep: str, first_on: date, last_on: date) -> None:
        """The rep enters days off."""
        self.run(go_away(self.store, Away(rep, first_on, last_on, "a long weekend"), HAND, self.clock.now()))

    def mails(self, to: str | None = None) -> list[Mail]:
        """Everything that came so far, or what came to one address, by its date."""
        self._read += [read(one) for one in self.peer.received[len(self._read) :]]
        return sorted((one for one in self._read if to in (None, one.to)), key=lambda one: (one.at, one.to))

    def get(self, link: str, status: int = 200) -> str:
        """Open a page as a person does."""
        answer = self.web.get(link)
        assert answer.status_code == status, link
        return answer.text

    def press(self, link: str, **fields: str) -> str:
        """Open the page of a link and press its only button; the page that follows."""
        page = self.get(link)
        [action] = re.findall(r'<form method="post"(?: action="([^"]*)")?', page)
        answer = self.web.post(httpx.URL(link).join(action or link), data=fields)
        assert answer.status_code == 200, link
        return answer.text


def read(received: Received) -> Mail:
    """Read a mail as a mail program does."""
    raw = Arrived(received.sender, received.recipients, received.data, received.options, received.rcpt_options)
    raw = replace(raw, offered=frozenset({"SMTPUTF8", "8BITMIME"}))
    [author] = mailboxes(raw.whole.one("from"))
    at = parsedate_to_datetime(raw.whole.one("date"))
    links = tuple(one for one in read_page(raw.html).urls if one.startswith("http"))
    return Mail(at, raw.recipient, author.address, raw.whole.one("subject"), raw.plain, links, raw)
