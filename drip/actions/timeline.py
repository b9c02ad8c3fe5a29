"""Tell everything that happened to one prospect: what, when, who and why (R38)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.suggested import Suggested, suggestion
from drip.actions.whose import Whose, find
from drip.actions.words import say
from drip.domain.business_days import Calendar
from drip.domain.zones import zone_named
from drip.store import facts, files, notes, prospects, received, reps
from drip.store.calls import Said
from drip.store.engine import Store, Unit
from drip.store.facts import FactRow
from drip.store.files import File
from drip.store.notes import Note
from drip.store.received import Received

PAGE = 1_000
_TOLD_AS = {  # the lines of which the first has a mail's words, by its kind
    "reply": ("replied",),
    "auto_reply": ("auto_replied", "left_company", "challenged"),
    "opt_out": ("suppressed", "opted_out"),
    "bounce": ("soft_bounced", "came_back", "suppressed", "undeliverable"),
}
_OTHERS = {"prospect": "the prospect", "service": "drip", "cli": "somebody at the command line"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `code` and `reason` are stable codes, `words` are for people; `why` are the words
    somebody gave or wrote. `at` is aware UTC, `local` the prospect's wall clock; `suggested` is the day
    a reply asked for."""

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
    suggested: Suggested | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A prospect's lines in order of time; times are shown in `time_zone`. `newest`: the last file, None: never
    enrolled."""

    prospect_id: int
    email: str
    name: str
    time_zone: str
    lines: tuple[Line, ...]
    newest: File | None = None


async def timeline(store: Store, whose: Whose) -> Timeline:
    """The timeline of the prospect meant, over all enrollments. Raises NotFoundError."""
    async with store.reading() as unit:
        target = await find(unit, whose, lock=False)
        [person] = await prospects.get(unit, [target.prospect_id])
        told = await _all_facts(unit, person.id)
        enrolled = await files.listing(unit, files.Which(prospect_id=person.id), limit=PAGE)
        names = {f"rep:{rep.id}": rep.name for rep in await reps.listing(unit)}
        kept = await notes.of_prospect(unit, person.id)
        mails = _words_of(await received.of_prospect(unit, person.id), told)
    zone = zone_named(enrolled[-1].time_zone) if enrolled else zone_named(person.time_zone or "UTC")
    calendar = Calendar(person.country, person.region)
    speaker = _Speaker(zone, calendar, names | _OTHERS, {file.id: file for file in enrolled}, kept, mails)
    name = f"{person.first_name} {person.last_name}".strip()
    lines = tuple(speaker.line(one) for one in told)
    return Timeline(person.id, person.email, name, str(zone), lines, enrolled[-1] if enrolled else None)


@dataclass(frozen=True, slots=True)
class _Speaker:
    zone: ZoneInfo
    calendar: Calendar
    names: Mapping[str, str]
    files: Mapping[int, File]
    notes: Mapping[int, Note]
    mails: Mapping[int, Received]  # by fact

    def line(self, fact: FactRow) -> Line:
        """One fact in words."""
        file = self.files.get(fact.enrollment_id or 0)
        note, mail = self.notes.get(fact.data.get("note", 0)), self.mails.get(fact.id)
        return Line(
            at=fact.at,
            local=fact.at.astimezone(self.zone),
            code=fact.what,
            reason=fact.reason,
            words=say(fact.what, fact.reason, self._named(fact.data), self.zone),
            who=self.names.get(fact.who, fact.who),
            why=note.words if note else mail.note if mail else "",
            campaign=file.campaign_key if file else "",
            enrollment_id=fact.enrollment_id,
            send_id=fact.send_id,
            data=fact.data,
            suggested=self._asked_for(mail) if mail is not None and mail.kind == "reply" else None,
        )

    def _asked_for(self, mail: Received) -> Suggested | None:
        return suggestion(Said(mail.note, mail.at), self.zone, self.calendar) if mail.note else None

    def _named(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of a fact with names for the ids of reps."""
        reps_in = {key: self.names.get(f"rep:{data[key]}", "") for key in ("from_rep", "to_rep") if key in data}
        return {**data, **reps_in} if reps_in else data


def _words_of(mails: Sequence[Received], told: Sequence[FactRow]) -> dict[int, Received]:
    """Which fact each mail's words stand beside: the first one of their moment that tells of such a mail."""
    found: dict[int, Received] = {}
    for mail in mails:
        codes = _TOLD_AS.get(mail.kind, ())
        same = [one for one in told if one.at == mail.at and one.what in codes and one.id not in found]
        if same and mail.note:
            found[min(same, key=lambda one: codes.index(one.what)).id] = mail
    return found


async def _all_facts(unit: Unit, prospect_id: int) -> list[FactRow]:
    found: list[FactRow] = []
    while page := await facts.timeline(unit, prospect_id, len(found), PAGE):
        found += page
    return found
