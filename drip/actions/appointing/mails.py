"""The mails about an appointment: one to the rep, one to the prospect in the rep's name, with the same event."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.noticing.written import Content
from drip.catalog.notices import render_notice
from drip.domain.appointment import Event, Invitation, Person, uid_of
from drip.domain.zones import zone_named
from drip.outbound.ics import write_invitation
from drip.store import mailboxes, notices, prospects, reps
from drip.store.appointments import Appointment
from drip.store.engine import Unit
from drip.store.notices import NewNotice
from drip.store.prospects import Prospect
from drip.store.reps import Rep

KIND = "invitation"
SET, MOVED, CALLED_OFF = "set", "moved", "called_off"
DECLINED = "declined_appointment"  # the task of a rep whose invitation was declined


@dataclass(frozen=True, slots=True)
class Parties:
    """Those whom an appointment is about. `sender` is the address the rep writes to the prospect from, `zone` the
    prospect's; `may_write`: nothing forbids a mail to the prospect."""

    rep: Rep
    person: Prospect
    sender: str
    postal_address: str
    zone: ZoneInfo
    may_write: bool

    @property
    def name(self) -> str:
        """The prospect's name, else the address."""
        return f"{self.person.first_name} {self.person.last_name}".strip() or self.person.email


async def parties(unit: Unit, rep_id: int, prospect_id: int, zone: ZoneInfo) -> Parties:
    """Who they are, and whether the prospect may be written to (R33)."""
    rep = await reps.get(unit, rep_id)
    assert rep is not None
    [person] = await prospects.get(unit, [prospect_id])
    stopped = await notices.is_protected(unit, person.email, person.id)
    found = await notices.sender_for(unit, rep_id, own=True)
    mailbox = await mailboxes.get(unit, found) if found is not None else None
    sender, postal = (mailbox.address, mailbox.postal_address) if mailbox else (rep.email, "")
    return Parties(rep, person, sender, postal or "", zone, may_write=not stopped)


async def tell(unit: Unit, what: str, one: Appointment, who: Parties, now: datetime) -> None:
    """Make the mails about an appointment that was set, moved or called off. To one who may not be written to
    nothing goes; whether one still may is asked again when the mail is taken, and when it is handed over (R36)."""
    invitation = _invitation(what, one, who)
    carried = {"calendar": write_invitation(invitation).decode(), "method": invitation.method}
    values = _values(what, one, who)
    ours, theirs = render_notice("appointment", values), render_notice("invitation", values)
    to_rep = Content(ours.subject, ours.html, ours.text, to_name=who.rep.name, **carried)
    to_them = Content(theirs.subject, theirs.html, theirs.text, to_name=who.name, from_name=who.rep.name, **carried)
    new = [_notice(one, who, None, to_rep, now)]
    if who.may_write:
        new.append(_notice(one, who, who.person.email, to_them, now))
    await notices.add(unit, new, now)


def event_uid(person: Prospect, appointment_id: int) -> str:
    """The UID of an appointment, the same whoever calls; only who was sent it knows it."""
    return uid_of("appointment", person.id, person.created_at.isoformat(), appointment_id)


def _notice(one: Appointment, who: Parties, recipient: str | None, content: Content, now: datetime) -> NewNotice:
    return NewNotice(
        kind=KIND,
        key=f"{KIND}/{one.id}/{one.sequence}/{'rep' if recipient is None else 'prospect'}",
        rep_id=who.rep.id,
        due_at=now,
        until=max(one.starts_at, now + timedelta(hours=1)),
        prospect_id=who.person.id,
        enrollment_id=one.enrollment_id,
        recipient=recipient,
        data={"appointment": one.id, "sequence": one.sequence},
        letter=asdict(content),
    )


def _invitation(what: str, one: Appointment, who: Parties) -> Invitation:
    """The event both get: nothing stands in it that one of them should not read."""
    calls = f"{who.rep.name} calls {who.name} on {who.person.phone}." if who.person.phone else ""
    reach = f"{who.rep.name}: {who.rep.phone}" if who.rep.phone else ""
    event = Event(
        uid=event_uid(who.person, one.id),
        sequence=one.sequence,
        changed_at=one.changed_at,
        starts=one.starts_at,
        ends=one.starts_at + timedelta(minutes=one.minutes),
        summary=f"{one.kind.capitalize()}: {who.rep.name} and {who.name}",
        description="\n".join(filter(None, (calls if one.kind == "call" else "", reach))),
        firm=True,
    )
    organizer, invited = Person(who.rep.name, who.sender), Person(who.name, who.person.email)
    return Invitation(event, organizer, invited, cancelled=what == CALLED_OFF)


def _values(what: str, one: Appointment, who: Parties) -> dict[str, Any]:
    """What the templates of both mails may name."""
    there = one.starts_at.astimezone(who.zone)
    here = one.starts_at.astimezone(zone_named(who.rep.time_zone or who.zone.key))
    return {
        "what": what,
        "kind": one.kind,
        "minutes": one.minutes,
        "day": f"{there:%A} {there.day} {there:%B}",
        "year": there.year,
        "clock": f"{there:%H:%M}",
        "place": who.zone.key.rpartition("/")[2].replace("_", " "),
        "yours": "" if here.utcoffset() == there.utcoffset() else f"{here:%A %H:%M}",
        "rep": who.rep,
        "person": who.person,
        "name": who.name,
        "may_write": who.may_write,
        "postal_address": who.postal_address,
    }
