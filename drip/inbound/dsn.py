"""Read delivery status notifications (RFC 3464, 6522), also the broken ones that mail servers write."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from drip.inbound.addresses import typed_address
from drip.inbound.parse import parse_fields
from drip.inbound.part import Part
from drip.inbound.report import MOST, Action, Report, Return, fuller_status
from drip.inbound.told import is_notice, said_of

KINDS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_LONGEST = 65_536  # octets of a report
_RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient", "x-failed-recipient")  # RFC 3464 s2.3.1-2


def read_dsn(mail: Part) -> Report | None:
    """The returns of a delivery status notification; None where the mail has no such part, or it names nobody."""
    returns: list[Return] = []
    envelope_id = ""
    for part in _reports(mail):
        for fields in _groups(part.text(_LONGEST)):
            envelope_id = envelope_id or _first(fields, "original-envelope-id")
            returns += _returns(fields)
    return Report(tuple(_explained(mail, returns[:MOST])), "dsn", envelope_id) if returns else None


def _reports(mail: Part) -> list[Part]:
    """The parts that report; those of an enclosed notification where a mail system has passed it on. A notice whose
    own parts were lost on its way has the same fields in its words."""
    own = [part for part in mail.walk() if part.kind in KINDS]
    if own or not is_notice(mail):
        return own
    enclosed = [part for part in mail.walk(inside=True) if part.kind in KINDS]
    return enclosed or [part for part in mail.walk() if part.kind == "text/plain"]


def _groups(text: str) -> Iterator[Mapping[str, Sequence[str]]]:
    """The groups of fields, which empty lines part: one of the message, then one a recipient."""
    for group in re.split(r"\n[ \t]*\n+", text.strip("\n")):
        fields = parse_fields(group)
        if fields:
            yield fields


def _returns(fields: Mapping[str, Sequence[str]]) -> Iterator[Return]:
    """Usually one; some servers forget the empty line between two recipients."""
    names = next((fields[name] for name in _RECIPIENTS if any(map(typed_address, fields.get(name, ())))), ())
    for place, value in enumerate(names):
        recipient = typed_address(value)
        if not recipient:
            continue
        why = _at(fields.get("diagnostic-code", ()), place)
        status = fuller_status(_at(fields.get("status", ()), place), why)
        action = _action(_at(fields.get("action", ()), place), status)
        yield Return(recipient, action, status, why.partition(";")[2].strip() if ";" in why else why)


def _explained(mail: Part, returns: Sequence[Return]) -> Sequence[Return]:
    """With the words of the notice where the report has none."""
    if all(one.why for one in returns):
        return returns
    said = said_of(mail, [one.recipient for one in returns])
    return [replace(one, why=one.why or words) for one, words in zip(returns, said, strict=True)]


def _action(told: str, status: str) -> Action:
    """What the report says (RFC 3464 section 2.3.3); where it says nothing that is known, what the status does."""
    word = told.strip().lower().split(" ", 1)[0].strip("<>();,.") if told.strip() else ""
    if word in set(Action):
        return Action(word)
    return {"2": Action.DELIVERED, "4": Action.DELAYED}.get(status[:1], Action.FAILED)


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return _at(fields.get(name, ()), 0)


def _at(values: Sequence[str], place: int) -> str:
    """The value of this recipient; one value stands for all."""
    if not values:
        return ""
    return values[place] if place < len(values) else values[0]
