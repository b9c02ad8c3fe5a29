"""Count a visit of a letter's link; a person's is hearing from the prospect (R25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context, happen
from drip.actions.scanner import BURST, judge
from drip.actions.whose import NotFoundError, Whose, find
from drip.domain.facts import Clicked
from drip.store import sends, visits
from drip.store.engine import Store, Unit
from drip.store.sends import SendRow
from drip.store.visits import NewVisit, Visit

# Links whose page asks for the very thing that is then heard: opening "stop" or "close my file"
# must not open a file again, or an opt-out after a closing email would not close it (R29, R33).
ANSWERS = frozenset({"opt_out", "close_file", "less_often"})


@dataclass(frozen=True, slots=True)
class Visiting:
    """One request for a link. `link` is the code in its token, `index` which destination for "to"."""

    send_id: int
    link: str
    index: int | None = None
    method: str = "GET"
    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """What a visit was. `judged` is person or scanner, `why` a scanner's sign (head, agent, early,
    burst); `destination` where "to" leads, None for other links or an unknown index."""

    judged: str
    why: str | None
    destination: str | None
    prospect_id: int
    enrollment_id: int | None


async def click(store: Store, visiting: Visiting, now: datetime) -> Click:
    """Keep the visit, and let a person's click befall the enrollment.

    The links of one letter opened in a burst are all judged anew as a scanner's, but what the
    first of them set going stays. Raises NotFoundError for an unknown letter.
    """

    async def work(unit: Unit) -> Click:
        target = await find(unit, Whose(send_id=visiting.send_id))
        letter = await sends.get(unit, visiting.send_id)
        if letter is None:
            raise NotFoundError(f"There is no letter {visiting.send_id}.")
        why = await _keep(unit, visiting, letter, now)
        if why is None and visiting.link not in ANSWERS and target.enrollment_id is not None:
            context = Context("prospect", send_id=visiting.send_id, data={"link": visiting.link})
            await happen(unit, target.enrollment_id, Clicked(now), context)
        judged = "person" if why is None else "scanner"
        where = _destination(visiting, letter.destinations)
        return Click(judged, why, where, target.prospect_id, target.enrollment_id)

    return await store.unit(work)


async def _keep(unit: Unit, visiting: Visiting, letter: SendRow, now: datetime) -> str | None:
    """Judge and keep the visit; a scanner's sign, None for a person's."""
    earlier = await visits.of_send(unit, visiting.send_id)
    visit = Visit(
        id=0,
        send_id=visiting.send_id,
        link=visiting.link[:40],
        idx=visiting.index,
        at=now,
        method=visiting.method.upper()[:10],
        judged="person",
        user_agent=visiting.user_agent[:500],
        address=visiting.address[:100],
    )
    why = judge(visit, letter.settled_at or letter.dated_at, earlier)
    if why == "burst":
        near = [one.id for one in earlier if now - one.at <= BURST]
        await visits.judge(unit, near, "scanner")
    kept = {name: getattr(visit, name) for name in NewVisit.__dataclass_fields__}
    await visits.add(unit, NewVisit(**kept | {"judged": "person" if why is None else "scanner"}))
    return why


def _destination(visiting: Visiting, destinations: Sequence[str] | None) -> str | None:
    index = visiting.index
    if visiting.link != "to" or index is None or not destinations:
        return None
    return destinations[index] if 0 <= index < len(destinations) else None
