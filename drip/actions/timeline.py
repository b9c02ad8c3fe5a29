"""Tell everything that happened to one prospect: what, when, who and why (R38)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.whose import Whose, find
from drip.actions.words import say
from drip.domain.zones import zone_named
from drip.store import facts, files, notes, prospects, received, reps
from drip.store.engine import Store, Unit
from drip.store.facts import FactRow
from drip.store.files import File
from drip.store.notes import Note

PAGE = 1_000
_TOLD_AS = {"reply": "replied", "auto_reply": "auto_replied"}  # the line that a mail's words stand in
_OTHERS = {"prospect": "the prospect", "service": "drip", "cli": "somebody at the command line"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `code` and `reason` are stable codes, `words` are for people; `why` are the words
    somebody gave. `at` is aware UTC, `local` the prospect's wall clock."""

    at: datetime
    local: datetime
    code: str
    reason: str | None
    words: str
    who: str
    why: str
    campaign: str
    enrollment_id: int | None
    send_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A prospect's lines in order of time; times are shown in `time_zone`."""

    prospect_id: int
    email: str
    name: str
    time_zone: str
    lines: tuple[Line, ...]


async def timeline(store: Store, whose: Whose) -> Timeline:
    """The timeline of the prospect meant, over all enrollments. Raises NotFoundError."""
    async with store.reading() as unit:
        target = await find(unit, whose, lock=False)
        [person] = await prospects.get(unit, [target.prospect_id])
        told = await _all_facts(unit, person.id)
        enrolled = await files.listing(unit, files.Which(prospect_id=person.id), limit=PAGE)
        names = {f"rep:{rep.id}": rep.name for rep in await reps.listing(unit)}
        kept = await notes.of_prospect(unit, person.id)
        mails = {
            (_TOLD_AS[mail.kind], mail.at): mail.note
            for mail in await received.of_prospect(unit, person.id)
            if mail.kind in _TOLD_AS
        }
    zone = zone_named(enrolled[-1].time_zone) if enrolled else zone_named(person.time_zone or "UTC")
    speaker = _Speaker(zone, names | _OTHERS, {file.id: file for file in enrolled}, kept, mails)
    name = f"{person.first_name} {person.last_name}".strip()
    lines = tuple(speaker.line(one) for one in told)
    return Timeline(person.id, person.email, name, str(zone), lines)


@dataclass(frozen=True, slots=True)
class _Speaker:
    zone: ZoneInfo
    names: Mapping[str, str]
    files: Mapping[int, File]
    notes: Mapping[int, Note]
    mails: Mapping[tuple[str, datetime], str]

    def line(self, fact: FactRow) -> Line:
        """One fact in words."""
        file = self.files.get(fact.enrollment_id or 0)
        note = self.notes.get(fact.data.get("note", 0))
        return Line(
            at=fact.at,
            local=fact.at.astimezone(self.zone),
            code=fact.what,
            reason=fact.reason,
            words=say(fact.what, fact.reason, self._named(fact.data), self.zone),
            who=self.names.get(fact.who, fact.who),
            why=note.words if note else self.mails.get((fact.what, fact.at), ""),
            campaign=file.campaign_key if file else "",
            enrollment_id=fact.enrollment_id,
            send_id=fact.send_id,
            data=fact.data,
        )

    def _named(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of a fact with names for the ids of reps."""
        reps_in = {key: self.names.get(f"rep:{data[key]}", "") for key in ("from_rep", "to_rep") if key in data}
        return {**data, **reps_in} if reps_in else data


async def _all_facts(unit: Unit, prospect_id: int) -> list[FactRow]:
    found: list[FactRow] = []
    while page := await facts.timeline(unit, prospect_id, len(found), PAGE):
        found += page
    return found
