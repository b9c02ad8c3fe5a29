"""The reps on the telephone: they look at their recalls, call, and write down what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.recall_list import Which, recall_list
from drip.actions.record_call import record_call
from drip.actions.whose import Whose
from drip.cli.demo import calls
from drip.cli.demo.calls import Owed
from drip.cli.demo.cast import Cast, Life
from drip.cli.demo.happenings import Happenings
from drip.cli.demo.stage import Stage
from drip.domain.enrollment import Recall
from drip.domain.facts import Called, Outcome
from drip.store import enrollments


@dataclass(frozen=True, slots=True)
class Reps:
    """The whole team. `known` are the recalls somebody has in her calendar, by enrollment and slot."""

    stage: Stage
    cast: Cast
    happenings: Happenings
    known: set[tuple[int, datetime]] = field(default_factory=set)

    def look(self) -> Iterator[Owed]:
        """Look at the list of recalls; those of today and tomorrow that are new on it."""
        for row in self.stage.do(recall_list(self.stage.store, Which(coming_days=1), self.stage.now)):
            if (row.enrollment_id, row.at) not in self.known:
                self.known.add((row.enrollment_id, row.at))
                person = self.cast.lives[row.email].person
                at = calls.call_time(row.at, person, self.stage.now, promised=row.promised, chance=self.cast.chance)
                yield Owed(row.enrollment_id, row.at, at, person)

    def call(self, owed: Owed) -> None:
        """Call, if the file still says so, and record the outcome (R20)."""
        recall = self.stage.do(self._recall(owed.enrollment_id))
        if recall is None or recall.at != owed.slot:
            return  # settled meanwhile, or moved: then it is on the list again
        life, chance = self.cast.lives[owed.person.email], self.cast.chance
        life.calls += 1
        outcome = calls.outcome_of(life.person, life.calls, warm=life.warm, chance=chance)
        on = calls.promised_day(life.person, self.stage.now, chance) if outcome is Outcome.PROMISED else None
        rep_id = self.cast.rep_of(life.person)
        called = Called(self.stage.now, outcome, on)
        context = Context(f"rep:{rep_id}", rep_id=rep_id)
        self.stage.do(
            record_call(self.stage.store, Whose(enrollment_id=owed.enrollment_id), called, context, self.stage.now)
        )
        self._remember(life, called)

    async def _recall(self, enrollment_id: int) -> Recall | None:
        async with self.stage.store.glance() as unit:
            [found] = await enrollments.load(unit, [enrollment_id])
        return found.enrollment.recall

    def _remember(self, life: Life, called: Called) -> None:
        today = called.at.astimezone(life.person.zone).date()
        why = "promised" if life.promised_on == today else "asked" if life.asked else "routine"
        more = {"on": called.on.isoformat()} if called.on else {}
        self.happenings.add(called.at, life.person.email, "call", outcome=called.outcome.value, why=why, **more)
        life.asked = False
        life.promised_on = called.on
        if called.outcome in calls.REACHED:
            life.waits = False
