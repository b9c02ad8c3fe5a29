"""What a mail of the demo is and means: known to who sends it, never told to the service."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What people, their programs and mail servers send."""

    REPLY = "reply"
    OTHER_ADDRESS = "other_address"  # the prospect's reply, from an address nobody knows
    IN_THEIR_PLACE = "in_their_place"  # a colleague answers the prospect's letter
    STOP = "stop"
    WAY_OUT = "way_out"  # what a mail program writes to the address of the letter's way out
    AWAY = "away"
    LEFT_COMPANY = "left_company"
    CHALLENGE = "challenge"
    DEAD_ADDRESS = "dead_address"
    FULL_MAILBOX = "full_mailbox"
    DELAY = "delay"
    COMPLAINT = "complaint"
    COLLEAGUE = "colleague"  # at the same firm, and about no letter
    STRANGER = "stranger"
    NEWSLETTER = "newsletter"


SHOULD_BE = {  # what the service should take it for
    Kind.REPLY: "reply",
    Kind.OTHER_ADDRESS: "reply",
    Kind.IN_THEIR_PLACE: "reply",
    Kind.STOP: "opt_out",
    Kind.WAY_OUT: "opt_out",
    Kind.AWAY: "auto_reply",
    Kind.LEFT_COMPANY: "left_company",
    Kind.CHALLENGE: "challenge",
    Kind.DEAD_ADDRESS: "hard_bounce",
    Kind.FULL_MAILBOX: "soft_bounce",
    Kind.DELAY: "delay",
    Kind.COMPLAINT: "complaint",
    Kind.COLLEAGUE: "reply",
    Kind.STRANGER: "reply",
    Kind.NEWSLETTER: "other",
}
REPLIES = (Kind.REPLY, Kind.OTHER_ADDRESS, Kind.IN_THEIR_PLACE)
OF_NOBODY = frozenset({Kind.COLLEAGUE, Kind.STRANGER, Kind.NEWSLETTER})  # no prospect is to be found in them


@dataclass(frozen=True, slots=True)
class Meant:
    """What a mail means. `whose`: the address of the prospect it is about, "" for nobody's; `words`: what a person
    wrote in it; `back_on`: the day of return it states; `successor`: the address it gives instead."""

    kind: Kind
    whose: str = ""
    words: str = ""
    back_on: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail as it is handed over: who the envelope says it is from ("" for a server's) and to, its bytes, its
    meaning."""

    sender: str
    to: str
    raw: bytes = field(repr=False)
    meant: Meant
