"""What a notice says: its words and its letter, the same at every retry."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.sending import Sending
from drip.domain.zones import zone_named
from drip.outbound.address import checked
from drip.outbound.compose import LetterParts
from drip.outbound.letter import Letter
from drip.outbound.notice import compose_notice, notice_id
from drip.store.mailboxes import Mailbox
from drip.store.notice_leases import Stamped
from drip.store.notices import Notice

SIGNED_AS = "drip"


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a notice. Names may be empty; `from_name` is then that of the service.

    `calendar` is an iCalendar object that goes with it, `method` what it asks for (RFC 5546).
    """

    subject: str
    html: str
    text: str
    to_name: str = ""
    from_name: str = ""
    reply_to: str | None = None
    calendar: str | None = None
    method: str = "REQUEST"


@dataclass(frozen=True, slots=True)
class Nothing:
    """No letter: the state the notice lands in, withdrawn or expired, and a code for why."""

    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """From where to whom: the mailbox, None for the shelf, and the sender's time zone."""

    mailbox: Mailbox | None
    from_address: str
    to_address: str
    zone: ZoneInfo


def stamp_of(sending: Sending, notice: Notice, content: Content, ends: Addressed, now: datetime) -> Stamped:
    """What is kept of a notice from its first compose on (MAIL 2). Raises AddressError."""
    domain = checked(ends.from_address).domain
    kept = asdict(content) | {
        "from_address": ends.from_address,
        "to_address": ends.to_address,
        "time_zone": ends.zone.key,
    }
    mailbox_id = ends.mailbox.id if ends.mailbox else None
    return Stamped(kept, content.subject, mailbox_id, notice_id(sending.secret, notice.id, domain), now)


def letter_of(sending: Sending, notice: Notice) -> Letter:
    """The signed letter of a stamped notice. Raises LetterError, AddressError."""
    kept: Mapping[str, Any] = notice.letter or {}
    assert notice.message_id is not None
    assert notice.dated_at is not None
    parts = LetterParts(
        send_id=-notice.id,  # no send's: the shelf tells them apart
        message_id=notice.message_id,
        dated_at=notice.dated_at.astimezone(zone_named(kept["time_zone"])),
        envelope_from=kept["from_address"],
        from_name=kept["from_name"] or SIGNED_AS,
        from_address=kept["from_address"],
        to_name=kept["to_name"],
        to_address=kept["to_address"],
        subject=kept["subject"],
        html=kept["html"],
        text=kept["text"],
        reply_to=kept["reply_to"],
    )
    letter = compose_notice(parts, kept["calendar"], kept["method"])
    if sending.sign is None:
        return letter
    return replace(letter, data=sending.sign(letter.data, checked(kept["from_address"]).domain))
