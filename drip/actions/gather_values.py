"""Gather what a letter is rendered from, at its first compose; kept with the send from then on."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from drip.actions.sending import Sending
from drip.domain.enrollment import CallWindow, Enrollment, Terms
from drip.domain.ids import message_id
from drip.domain.window import local_day
from drip.outbound.address import checked
from drip.store.enrollments import Open
from drip.store.leases import Stamp
from drip.store.letters import Leased

_written = lru_cache(maxsize=1024)(date.isoformat)  # many letters have the same days
SLOTS = {window: window.hours for window in CallWindow}  # said once, not for each letter
NO_ADDRESS = "(no postal address yet: set up a mailbox)"  # only ever seen in letters on the shelf
NOT_SAID = "(no postal address yet: the mailbox needs one, and no letter goes without)"  # in previews and letters to us


class Beside(NamedTuple):
    """What only some letters have. `reply_to`: where an answer is to go, if not where the letter comes from;
    `thread`: what it goes on from, see domain.thread."""

    reply_to: str | None = None
    thread: dict[str, Any] | None = None


NOTHING = Beside()


def gather_values(sending: Sending, leased: Leased, open_: Open, beside: Beside, dated_at: datetime) -> Stamp:
    """The Message-ID, date and values of a letter: all of CAMPAIGN's names but the links.

    `dated_at` is business time in whole seconds. Days are ISO texts. Raises AddressError when the sender's own
    address cannot be used.
    """
    enrollment, terms = open_.enrollment, open_.terms
    values = letter_values(leased, enrollment, terms, local_day(dated_at, terms.zone), sending.public_url)
    if beside.reply_to:
        values["sender"]["reply_to"] = beside.reply_to
    if beside.thread:
        values["thread"] = beside.thread
    own = message_id(sending.secret, leased.id, checked(values["sender"]["address"]).domain)
    return Stamp(leased.id, own, dated_at, values)


def letter_values(leased: Leased, enrollment: Enrollment, terms: Terms, today: date, public_url: str) -> dict[str, Any]:
    """What a letter would be rendered from `today`, a day of the prospect's; plain JSON."""
    return {
        "prospect": _prospect(leased),
        "rep": {
            "name": leased.rep_name,
            "title": leased.rep_title,
            "phone": leased.rep_phone,
            "signature": leased.rep_signature,
            "email": leased.rep_email,
        },
        "campaign": {"name": leased.campaign_name, "key": leased.campaign_key},
        "step": {"key": leased.step_key, "n": leased.n or 0},
        "enrollment": _enrollment(leased, enrollment, terms),
        "recall": _recall(enrollment, terms, today),
        "sender": {
            "name": leased.mailbox_from_name or leased.rep_name,
            "postal_address": leased.mailbox_postal_address or (NOT_SAID if leased.mailbox_address else NO_ADDRESS),
            "address": leased.mailbox_address or leased.rep_email,
            "time_zone": leased.mailbox_time_zone or leased.rep_time_zone or "UTC",
        },
        "public_url": public_url,
    }


def promises_otherwise(leased: Leased, enrollment: Enrollment, terms: Terms, now: datetime) -> bool:
    """Whether the values kept at the first compose promise another call than is promised now (R14)."""
    if leased.letter_values is None:
        return False
    kept, today = leased.letter_values["recall"], local_day(now, terms.zone)
    return _promised(kept) != _promised(_recall(enrollment, terms, today))


def _promised(recall: Mapping[str, Any]) -> tuple[str, str] | None:
    return (recall["on"], recall["window"]) if recall["promised"] else None


def _prospect(leased: Leased) -> dict[str, str]:
    return {
        "first_name": leased.first_name,
        "last_name": leased.last_name,
        "title": leased.prospect_title,
        "company": leased.company or "",
        "email": leased.email,
        "country": leased.prospect_country or "",
    }


def _enrollment(leased: Leased, enrollment: Enrollment, terms: Terms) -> dict[str, Any]:
    said = leased.qualification
    return {
        "hot_button": said.get("hot_button") or "",
        "next_step": said.get("next_step") or "",
        "enrolled_on": _written(local_day(enrollment.enrolled_at, terms.zone)),
        "fields": {name: leased.fields.get(name) or "" for name in terms.campaign.fields},
    }


def _recall(enrollment: Enrollment, terms: Terms, today: date) -> dict[str, Any]:
    """A promise is spoken of only while its day is still to come (R14)."""
    recall = enrollment.recall
    return {
        "on": _written(recall.on) if recall else None,
        "window": SLOTS[terms.call_window] if recall else "",
        "promised": bool(recall and recall.promised and recall.on > today),
    }
