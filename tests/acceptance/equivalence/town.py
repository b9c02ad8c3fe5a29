"""The town the stories are lived in: one real service on a controlled clock, a mail server, and everybody in it."""

from collections.abc import Coroutine, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from drip.actions.add_mailbox import add_mailbox
from drip.actions.add_prospect import add_prospect
from drip.actions.add_rep import add_rep
from drip.actions.enroll import enroll
from drip.actions.enrolling.request import Enrolled, Enrolling
from drip.actions.publish import Publishing, publish
from drip.catalog.scenario import Scenario
from drip.clock import ControlledClock
from drip.config import load_settings
from drip.domain.qualification import Qualification
from drip.serve import listen, make_server
from drip.store.engine import Store
from drip.store.mailboxes import NewMailbox
from drip.store.reps import NewRep
from drip.wiring import wire
from tests.acceptance.equivalence.inbox import Mail, open_mail
from tests.acceptance.equivalence.story import Story
from tests.acceptance.fleet import Fleet
from tests.servers.smtp import SmtpPeer
from workers.embedded import Service

T = TypeVar("T")
QUICK = timedelta(milliseconds=50)  # the tick of many processes, which cannot wake each other
QUALIFIED = Qualification(tried_to_disqualify=True, hot_button="unplanned stops")


class Town(AbstractContextManager["Town"]):
    """A service that runs, and the inboxes its letters come to. Time is at `start` until `wait_until`."""

    def __init__(self, url: str, folder: Path, start: datetime, redis_url: str | None = None, **settings: Any) -> None:
        """`url` is an upgraded, empty database; `folder` has the campaigns and keeps what the service keeps.
        With a Valkey the service is many processes. `settings` are further ones of the service."""
        self.folder = folder
        self.peer = SmtpPeer()
        self._socket = listen("127.0.0.1", 0)
        port = self._socket.getsockname()[1]
        known: dict[str, Any] = {
            "database_url": url,
            "public_url": f"http://127.0.0.1:{port}",
            "secret": "a secret for the town that is long enough",
            "maildir": folder / "mail",
            "complaints_warn": 0,  # no brakes: so many stories, so few letters
            "complaints_pause": 0,
            "bounces_pause": 0,
            "notices": False,  # the mails read are letters
            **settings,
        }
        self.service = self._begin(known, start) if redis_url is None else self._spread(known, start, redis_url, port)
        clock = self.service.wired.clock
        assert isinstance(clock, ControlledClock)
        self.clock = clock
        self.store: Store = self.service.wired.store
        self.mailboxes: dict[int, int] = {}
        self._opened: list[Mail] = []

    def _begin(self, known: dict[str, Any], start: datetime) -> Service:
        """The embedded service, started."""
        wired = wire(load_settings(**known), ControlledClock(start))
        service = Service(wired)
        service.start(make_server(wired), [self._socket])
        return service

    def _spread(self, known: dict[str, Any], start: datetime, redis_url: str, port: int) -> Fleet:
        """The service in many processes, started; its web server has the port that was found free."""
        self._socket.close()
        settings = load_settings(redis_url=redis_url, port=port, tick=QUICK, **known)
        fleet = Fleet(settings, start, ("worker", "scheduler", "web"))
        fleet.start()
        return fleet

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self._socket.close()
        self.peer.stop()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something where the service does its own work, and wait for it."""
        return self.service.run(work, 300)

    def settle_in(self, stories: Sequence[Story]) -> Self:
        """Publish their campaigns; every prospect gets a rep, a mailbox, a company and a colleague of its own."""
        for key in dict.fromkeys(story.campaign for story in stories):
            wanted = Publishing(self.folder / "campaigns" / f"{key}.toml", self.folder / "templates")
            self.run(publish(self.store, wanted, self.clock.now()))
        for story in stories:
            self.run(self._settle(story))
        return self

    async def _settle(self, story: Story) -> None:
        number, now = story.number, self.clock.now()
        rep = f"rep{number}@seller.example"
        await add_rep(self.store, NewRep(f"Kim Lee {number}", rep, time_zone="America/New_York"), now)
        host, port = self.peer.host, self.peer.port
        box = NewMailbox(f"box {number}", rep, host, port, "none", postal_address="1 Mill Street, Dayton")
        self.mailboxes[number] = (await add_mailbox(self.store, box, now, owner=rep)).id
        place = story.place
        known = {"country": place.country, "region": place.region or "", "company": f"Firm {number}"}
        known |= {"domain": f"firm{number}.example", "time_zone": str(place.zone) if place.named else ""}
        await add_prospect(self.store, {"email": story.email, "first_name": "Ann", **known}, now)
        await add_prospect(self.store, {"email": f"bob{number}@firm{number}.example", **known}, now)

    def enroll(self, story: Story, scenario: Scenario) -> None:
        """The rep enrolls the prospect; it must be the moment the story starts."""
        assert self.clock.now() == scenario.start
        asked = Enrolling(
            email=story.email,
            campaign=story.campaign,
            rep=f"rep{story.number}@seller.example",
            qualification=QUALIFIED,
            call_window=scenario.call_window,
            opt_in_words="You may write to me." if scenario.opted_in else None,
            promised_on=scenario.promised_on,
            interval=scenario.cadence,
        )
        done = self.run(enroll(self.store, asked, self.clock.now()))
        assert isinstance(done, Enrolled), done

    def wait_until(self, moment: datetime) -> None:
        """Let time bring everything it brings before `moment`, and then be there."""
        self.run(self._wait_until(moment.astimezone(UTC)))

    async def _wait_until(self, moment: datetime) -> None:
        while (coming := await self.service.idle()) is not None and coming < moment:
            await self.service.jump(max(coming, self.clock.now()))
        await self.service.jump(moment)

    def inbox(self, email: str) -> list[Mail]:
        """The letters somebody has received so far, in the order they came."""
        known = len(self._opened)
        self._opened += [open_mail(one) for one in self.peer.received[known:]]
        return [mail for mail in self._opened if mail.recipient == email]
