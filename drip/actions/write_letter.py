"""Write a letter: from the values kept with its send to finished bytes, the same at every retry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from drip.actions.sending import Sending
from drip.catalog.letters import CompiledLetter, Rendered, render
from drip.domain.feedback import feedback_id
from drip.domain.return_path import OWN, bounce_token, comes_back, return_address
from drip.domain.suppression import keys
from drip.domain.token import LetterLinks, Link
from drip.outbound.address import checked
from drip.outbound.compose import LetterParts, compose
from drip.outbound.letter import Letter
from drip.store.enrollments import Open
from drip.store.leases import Mark, Stamp
from drip.store.letters import Leased, Source

_PLAIN_LINKS = tuple(link for link in Link if link is not Link.TO)


class Ready(NamedTuple):
    """A leased letter in finished form, and the request to hand it over. `open`: its enrollment at the lease."""

    leased: Leased
    letter: Letter
    mark: Mark
    open: Open | None = None


def write_letter(
    sending: Sending,
    leased: Leased,
    stamp: Stamp,
    source: Source,
    until: datetime | None = None,
    open_: Open | None = None,
) -> Ready:
    """The finished letter of a leased send. `until` is when its window closes, see Mark; `open_` its
    enrollment at the lease.

    Raises RenderError, LetterError or AddressError when no letter can be made of it: that is the
    send's own fault and concerns no other.
    """
    prepared = _prepared(source)
    values = _values(sending, leased, stamp, prepared)
    rendered = render(prepared.letter, values)
    thread = stamp.letter_values.get("thread")
    if thread:
        rendered = rendered._replace(subject=thread["subject"])
    parts = _parts(sending, leased, stamp, rendered, values["links"]["opt_out"])
    letter = _signed(sending, compose(parts), parts.from_address)
    mark = Mark(
        leased.id,
        leased.email,
        keys(leased.email)[1:],
        leased.touched_on,
        rendered.subject,
        rendered.links,
        until,
        stamp if leased.letter_values is None else None,
    )
    return Ready(leased, letter, mark, open_)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is the same in all letters of a step: its templates, and the links they name."""

    letter: CompiledLetter
    links: tuple[tuple[str, Link], ...]


@lru_cache(maxsize=1024)
def _prepared(source: Source) -> _Prepared:
    """Signing links a letter has not is work for nothing; the one to opt out is in its head."""
    whole = f"{source.subject}\n{source.html}\n{source.text}"
    named = tuple((link.code, link) for link in _PLAIN_LINKS if link.code in whole or link is Link.OPT_OUT)
    return _Prepared(CompiledLetter(source.subject, source.html, source.text), named)


def _signed(sending: Sending, letter: Letter, from_address: str) -> Letter:
    """The letter with a signature for its sender's domain, where there is a key for that."""
    if sending.sign is None:
        return letter
    data = sending.sign(letter.data, checked(from_address).domain)
    return letter if data is letter.data else replace(letter, data=data)


def _values(sending: Sending, leased: Leased, stamp: Stamp, prepared: _Prepared) -> dict[str, Any]:
    """The values that were kept, with days for their texts and the signed links beside them."""
    kept = stamp.letter_values
    recall, enrollment = kept["recall"], kept["enrollment"]
    letter = (leased.enrollment_id, leased.id, leased.run, leased.step_key)
    own, numbers = LetterLinks(kept["public_url"], sending.secret, letter), count()
    links: dict[str, Any] = {name: own.url(link) for name, link in prepared.links}
    links["to"] = lambda _address: own.url(Link.TO, next(numbers))
    return {
        **kept,
        "enrollment": {**enrollment, "enrolled_on": date.fromisoformat(enrollment["enrolled_on"])},
        "recall": {**recall, "on": date.fromisoformat(recall["on"]) if recall["on"] else None},
        "links": links,
    }


def _parts(sending: Sending, leased: Leased, stamp: Stamp, rendered: Rendered, opt_out: str) -> LetterParts:
    sender: Mapping[str, str] = stamp.letter_values["sender"]
    prospect: Mapping[str, str] = stamp.letter_values["prospect"]
    campaign: Mapping[str, str] = stamp.letter_values["campaign"]
    domain = checked(sender["address"]).domain
    thread: Mapping[str, Any] = stamp.letter_values.get("thread") or {}
    bounces_to = leased.mailbox_bounces_to or OWN
    envelope_from, tagged = return_address(sender["address"], bounces_to)
    reaches_us = comes_back(bounces_to, leased.mailbox_is_read, sending.takes_mail)
    return LetterParts(  # by place: by name it takes three times as long
        leased.id,
        stamp.message_id,
        _on_clock(stamp.dated_at, sender["time_zone"]),
        envelope_from,
        sender["name"],
        sender["address"],
        f"{prospect['first_name']} {prospect['last_name']}".strip(" "),
        leased.email,
        rendered.subject,
        rendered.html,
        rendered.text,
        sender.get("reply_to"),
        opt_out,
        f"{campaign['key']}.{domain}",
        opt_out.rpartition("/")[2] if reaches_us else "",
        feedback_id(campaign["key"], leased.step_key, leased.mailbox_id, domain),
        thread.get("in_reply_to"),
        tuple(thread.get("references", ())),
        bounce_token=bounce_token(sending.secret, leased.id) if tagged else "",
    )


@lru_cache(maxsize=1024)
def _on_clock(at: datetime, zone: str) -> datetime:
    """A time as a clock of the zone has it; the letters of a batch have the same."""
    return at.astimezone(ZoneInfo(zone))
