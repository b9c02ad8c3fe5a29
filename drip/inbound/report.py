"""What a mail tells of letters that came back, were delayed, or arrived: for each recipient one return."""

import re
from dataclasses import dataclass
from enum import StrEnum

MOST = 200  # recipients of one report that are looked at
NO_DETAIL = frozenset({"5.0.0", "4.0.0"})  # RFC 3463 section 3.1: other undefined status
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Action(StrEnum):
    """What became of a letter (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Return:
    """What became of the letter to one recipient. `recipient` in lower case; `status` an enhanced code (RFC 3463)
    or ""; `why` the words of the server, or of who tells of them."""

    recipient: str
    action: Action
    status: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A mail's returns. `envelope_id` is what we gave the letter (RFC 3461 section 4.4); `by` is the rule that
    found them."""

    returns: tuple[Return, ...]
    by: str
    envelope_id: str = ""


def status_in(text: str) -> str:
    """The first enhanced status code in a text; ""."""
    found = _STATUS.search(text)
    return ".".join((found[1], str(int(found[2])), str(int(found[3])))) if found else ""


def fuller_status(told: str, why: str) -> str:
    """The status told, or that in the server's words where it says more."""
    status = status_in(told)
    return status_in(why) or status if not status or status in NO_DETAIL else status
