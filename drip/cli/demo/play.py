"""Play the demo: let time go on, and let prospects and reps do what they do when it comes."""

import heapq
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Protocol

from drip.actions.enroll import enroll_many
from drip.actions.enrolling.request import Enrolled, Skipped
from drip.cli.demo.acts import Actor, Props
from drip.cli.demo.cast import Cast
from drip.cli.demo.enrolling import Batch, request
from drip.cli.demo.foresight import Foretold, foresee
from drip.cli.demo.happenings import Happenings
from drip.cli.demo.meant import REPLIES
from drip.cli.demo.people import Temper
from drip.cli.demo.reps import Reps
from drip.cli.demo.script import Act, Deed, deeds, unasked
from drip.cli.demo.stage import Stage
from drip.cli.demo.team import TEAM

_LOOKS_AT = time(12, 10, tzinfo=UTC)  # before seven in the morning on the east coast
_SATURDAY = 5
_PAUSED = 0.03  # of the prospects, once


class Audience(Protocol):
    """Who watches."""

    def see(self, now: datetime, letters: int) -> None:
        """It is `now`, and so many letters have come."""
        ...


class Play:
    """Everything that is still to happen, in order of time."""

    def __init__(self, stage: Stage, props: Props, cast: Cast, happenings: Happenings) -> None:
        """Nothing is planned yet: see `plan`."""
        self.enrolled: list[Enrolled] = []
        self.skipped: list[Skipped] = []
        self.letters = 0
        self.foretold: Foretold | None = None  # on the first day, once the first list is enrolled
        self._stage = stage
        self._post = props.post
        self.delivered = props.postman.delivered
        self._cast = cast
        self.happenings = happenings
        self._actor = Actor(stage, props, cast, happenings)
        self._reps = Reps(stage, cast, happenings)
        self._coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def plan(self, batches: Sequence[Batch], months: int) -> None:
        """Plan the lists to enroll, the mail nobody asked for in so many months, and the reps' first look at their
        recalls."""
        for batch in batches:
            self._at(batch.at, partial(self._enroll, batch))
        for at, kind, rep in unasked(self._stage.now, months, self._cast.chance):
            self._at(at, partial(self._actor.send_unasked, kind, TEAM[rep].email))
        self._at(self._stage.now, self._look_daily)

    def run(self, end: datetime, audience: Audience) -> None:
        """Let it become `end`; the service does what is due, the people what they please."""
        self._at(self._stage.now, partial(self._foresee, end))
        following = self._stage.move(self._stage.now)
        while True:
            coming = self._coming[0][0] if self._coming else end
            if min(coming, following or end) >= end:
                break
            if following is None or coming < following:
                self._stage.jump(coming)
                heapq.heappop(self._coming)[2]()
                following = self._stage.move(self._stage.now)
            else:
                following = self._stage.move(following)
            self._read()
            audience.see(self._stage.now, self.letters)
        self._stage.move(end)
        audience.see(self._stage.now, self.letters)

    def _at(self, at: datetime, work: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (max(at, self._stage.now), next(self._order), work))

    def _foresee(self, end: datetime) -> None:
        self.foretold = foresee(self._stage, end)

    def _perform(self, deed: Deed) -> None:
        for later in self._actor.perform(deed):
            self._do_later(later)
        if deed.act is Act.CALL_ME or deed.kind in REPLIES:
            self._look()

    def _do_later(self, deed: Deed) -> None:
        self._at(deed.at, partial(self._perform, deed))

    def _read(self) -> None:
        """Every new mail finds its reader."""
        for mail in self._post.new():
            self.letters += 1
            life = self._cast.lives[mail.to]
            life.letters += not mail.closing
            for deed in deeds(life.person, mail, life.letters, self._cast.chance):
                self._do_later(deed)

    def _look_daily(self) -> None:
        self._look()
        tomorrow = self._stage.now + timedelta(days=1)
        if tomorrow.weekday() == _SATURDAY:
            tomorrow += timedelta(days=1)
        self._at(datetime.combine(tomorrow, _LOOKS_AT), self._look_daily)

    def _look(self) -> None:
        """The reps put the calls that are new on their lists into their calendars."""
        for owed in self._reps.look():
            self._at(owed.call_at, partial(self._reps.call, owed))

    def _enroll(self, batch: Batch) -> None:
        """Enroll a list, and tell what the reps agreed on with those who are in."""
        now, chance = self._stage.now, self._cast.chance
        asked = {one.email: request(one, now, chance) for one in batch.people}
        rows = list(enumerate(asked.values(), start=2))
        report = self._stage.do(enroll_many(self._stage.store, rows, now))
        self.enrolled += report.enrolled
        self.skipped += report.skipped
        for one in report.enrolled:
            life = self._cast.lives[one.email]
            self.happenings.add(now, one.email, "enrolled")
            life.warm = asked[one.email].opt_in_words is not None
            life.promised_on = asked[one.email].promised_on
            if life.promised_on is not None:
                self.happenings.add(now, one.email, "promise", on=life.promised_on.isoformat())
            if life.person.temper is Temper.READER and chance.happens(_PAUSED * 4, life.person.number, "paused"):
                days = chance.whole(40, 200, life.person.number, "paused after")
                self._do_later(Deed(now + timedelta(days=days), Act.PAUSE, life.person))
