"""What stands in a calendar: plain values, before anything of RFC 5545 is written."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

CALL_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. Times are aware UTC; `uid` is the same for as long as it is the same appointment, `sequence`
    rises with each change (RFC 5545 section 3.8.7.4), `changed_at` is when that was. `firm`: it takes up the time.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts: datetime
    ends: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is invited, or invites."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event with those it is about. `cancelled`: it does not take place (RFC 5546 section 3.2.5)."""

    event: Event
    organizer: Person
    invited: Person
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What its mail asks for (RFC 5546 section 1.4)."""
        return "CANCEL" if self.cancelled else "REQUEST"


def uid_of(*words: object) -> str:
    """A UID in the form of a UUID, always the same for the same words, which nobody can read out of it (RFC 7986
    section 5.3)."""
    digest = hashlib.sha256("|".join(str(word) for word in words).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def uid_at(public_url: str, kind: str, *numbers: int) -> str:
    """A UID that is unique in the world and names nobody: recall-4-0@drip.example.com (RFC 7986 section 5.3)."""
    host = urlsplit(public_url).hostname or "localhost"
    return f"{kind}-{'-'.join(str(number) for number in numbers)}@{host}"
