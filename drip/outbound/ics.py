"""Calendars as bytes (RFC 5545), for the programs of Google, Microsoft and Apple."""

from datetime import timedelta
from typing import TYPE_CHECKING

from drip.domain.appointment import Event, Invitation, Person

if TYPE_CHECKING:
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as VEvent

PRODUCT = "-//drip//calls//EN"
TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)  # how often a subscriber should look again


def write_feed(name: str, events: tuple[Event, ...]) -> bytes:
    """A calendar to subscribe to (METHOD:PUBLISH), named `name`. The same events are the same bytes.

    Lines end in CRLF and are folded at 75 octets (section 3.1). All times are UTC (form 2 of section 3.3.5), so no
    time zone has to be explained. Takes about a millisecond an event: not for an event loop.
    """
    calendar = _calendar("PUBLISH")
    name = _clean(name)
    calendar.add("NAME", name)  # RFC 7986 section 5.1, and what programs knew before it
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for event in events:
        entry = _event(event)
        entry.add("CLASS", "PRIVATE")
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def write_invitation(invitation: Invitation) -> bytes:
    """One event for the calendars of both (METHOD:REQUEST, or CANCEL), as `write_feed` writes them.

    The organizer is among the invited, and has accepted.
    """
    calendar = _calendar(invitation.method)
    entry = _event(invitation.event)
    if invitation.cancelled:
        entry["STATUS"] = "CANCELLED"
    organizer = _address(invitation.organizer)
    entry.add("ORGANIZER", organizer)
    for person, said in ((invitation.organizer, "ACCEPTED"), (invitation.invited, "NEEDS-ACTION")):
        attendee = _address(person)
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = said
        attendee.params["RSVP"] = "FALSE" if said == "ACCEPTED" else "TRUE"
        entry.add("ATTENDEE", attendee)
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _address(person: Person) -> "vCalAddress":
    """A person as a calendar knows one: a mailto: address with a name (section 3.3.3). A parameter holds no quotes."""
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{person.address}")
    name = " ".join(_clean(person.name).replace('"', "'").split())
    if name:
        address.params["CN"] = name
    return address


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar  # late: a quarter of a second that only calendars need

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _event(event: Event) -> "VEvent":
    from icalendar import Event as VEvent

    entry = VEvent()
    entry.add("UID", event.uid)
    entry.add("SEQUENCE", event.sequence)
    entry.add("DTSTAMP", event.changed_at)
    entry.add("LAST-MODIFIED", event.changed_at)
    entry.add("DTSTART", event.starts)
    entry.add("DTEND", event.ends)
    entry.add("SUMMARY", _clean(event.summary))
    entry.add("STATUS", "CONFIRMED")
    entry.add("TRANSP", "OPAQUE" if event.firm else "TRANSPARENT")
    for name, value in (("DESCRIPTION", event.description), ("LOCATION", event.location), ("URL", event.url)):
        if value:
            entry.add(name, _clean(value) if name != "URL" else value)
    return entry


def _clean(text: str) -> str:
    """Without the control characters a TEXT may not hold (section 3.3.11); each line end is one LF."""
    return "".join(sign for sign in "\n".join(text.splitlines()) if sign in "\n\t" or sign.isprintable())
