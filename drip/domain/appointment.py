"""What stands in a calendar: plain values, before anything of RFC 5545 is written."""

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


def uid_at(public_url: str, kind: str, *numbers: int) -> str:
    """A UID that is unique in the world and names nobody: recall-4-0@drip.example.com (RFC 7986 section 5.3)."""
    host = urlsplit(public_url).hostname or "localhost"
    return f"{kind}-{'-'.join(str(number) for number in numbers)}@{host}"
