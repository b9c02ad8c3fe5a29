"""Read the answer a calendar program gives to an invitation: accepted, declined, perhaps (RFC 5546 section 3.2.3)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from drip.inbound.part import Part
from drip.inbound.written import written_text

_READ = 65_536  # octets of a calendar
_LINES = 2_000
_LONGEST = 255  # characters of a name or an address
_FOLD = re.compile(r"\n[ \t]")
_KINDS = frozenset({"text/calendar", "application/ics"})
# What programs write around an answer. Words of a person's own that have one of these stand in COMMENT, too.
_BY_A_PROGRAM = re.compile(
    r"accept|decline|tentativ|invit|einladung|zugesagt|abgelehnt|mit vorbehalt|annahme|ablehnung|refus|provisoire|"
    r"rechaz|provisional|rifiut|provvisori|recus|geaccepteerd|geweigerd|afgewezen|voorlopig|uitnodiging|avböj|avvisa|"
    r"inbjudan|preliminär|zaakceptow|odrzuc|zaprosz|wstępn|承諾|辞退|招待|仮の|出席|欠席",
    re.IGNORECASE,
)


class Said(StrEnum):
    """What somebody who was invited says."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    ANOTHER_TIME = "another_time"  # METHOD:COUNTER, RFC 5546 section 3.2.7
    NOTHING = "nothing"  # to be told: it was passed on, or is still open


@dataclass(frozen=True, slots=True)
class Rsvp:
    """An answer to the invitation `uid`, at its `sequence`, by `attendee` (an address, perhaps ""). `words` are those
    a person added. Whether there ever was such an invitation is for others to know."""

    said: Said
    uid: str
    sequence: int = 0
    attendee: str = ""
    words: str = ""


def read_rsvp(mail: Part) -> Rsvp | None:
    """The answer in a mail, if its program says that it is one; of several the first."""
    for part in mail.walk():
        if part.kind in _KINDS:
            found = _read(part.text(_READ))
            if found is not None:
                return found if found.words else _with_words(found, written_text(mail))
    return None


def _with_words(found: Rsvp, words: str) -> Rsvp:
    own = "" if _BY_A_PROGRAM.search(words) else words
    return Rsvp(found.said, found.uid, found.sequence, found.attendee, own)


def _read(text: str) -> Rsvp | None:
    """The answer in a calendar. Its times are not read: that of the appointment is what we know."""
    method, uid, sequence, said, attendee, comments = "", "", 0, Said.NOTHING, "", []
    for name, parameters, value in _lines(text):
        if name == "METHOD":
            method = value.upper()
        elif name == "UID" and not uid:
            uid = value[:_LONGEST]
        elif name == "SEQUENCE" and value.isascii() and value.isdigit():
            sequence = int(value[:9])
        elif name == "COMMENT":
            comments.append(value)
        elif name == "ATTENDEE" and not attendee:
            said = _SAID.get(parameters.get("PARTSTAT", "").upper(), Said.NOTHING)
            attendee = value[len("mailto:") :][:_LONGEST].lower() if value.lower().startswith("mailto:") else ""
            comments.append(parameters.get("X-RESPONSE-COMMENT", ""))
        elif name == "END" and value.upper() == "VEVENT":
            break
    if method not in ("REPLY", "COUNTER") or not uid:
        return None
    words = "\n".join(dict.fromkeys(filter(None, (one.strip() for one in comments))))
    return Rsvp(Said.ANOTHER_TIME if method == "COUNTER" else said, uid, sequence, attendee, words)


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Names, parameters and values of the lines that can be read (RFC 5545 section 3.1)."""
    if "BEGIN:VCALENDAR" not in text.upper():
        return
    from icalendar.parser import Contentline  # late: a fifth of a second that few mails need

    read: Callable[[str], Contentline] = Contentline
    for line in _FOLD.sub("", text).split("\n")[:_LINES]:
        try:
            name, parameters, value = read(line).parts()
        except ValueError:
            continue
        yield name.upper(), {key.upper(): str(one) for key, one in parameters.items()}, str(value).strip()


_SAID = {"ACCEPTED": Said.ACCEPTED, "DECLINED": Said.DECLINED, "TENTATIVE": Said.TENTATIVE}
