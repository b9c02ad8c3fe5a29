"""Read what a provider mails of bounces and complaints in JSON: Amazon's notifications (SES developer guide)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from drip.inbound.complaint import Complaint
from drip.inbound.part import Part
from drip.inbound.report import Action, Report, Return, status_in

_LONGEST = 65_536
_KIND = ("notificationType", "eventType")


def read_event(mail: Part) -> Report | Complaint | None:
    """The bounce, delivery or complaint in a mail that is one JSON object; None where it is anything else."""
    if not mail.kind.startswith("text/"):
        return None
    text = mail.text(_LONGEST).lstrip()
    told = _object(text) if text.startswith("{") and any(f'"{name}"' in text[:2000] for name in _KIND) else {}
    kind = next((str(told[name]) for name in _KIND if name in told), "")
    if kind == "Bounce":
        found = [_bounced(one) for one in _listed(told, "bounce", "bouncedRecipients")]
        return _report(one for one in found if one.recipient)
    if kind == "Delivery":
        given = [
            str(one).lower() for one in _listed(told, "delivery", "recipients") or _listed(told, "mail", "destination")
        ]
        return _report(Return(one, Action.DELIVERED) for one in given)
    if kind == "Complaint":
        people = [_address(one) for one in _listed(told, "complaint", "complainedRecipients")]
        return Complaint("abuse", tuple(filter(None, people)), True, "provider_event")
    return None


def _report(found: Iterable[Return]) -> Report | None:
    returns = tuple(found)
    return Report(returns, "provider_event") if returns else None


def _object(text: str) -> Mapping[str, Any]:
    """The object a text begins with; providers put words of their own behind it."""
    try:
        found = json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _bounced(one: Any) -> Return:
    fields = one if isinstance(one, dict) else {}
    why = str(fields.get("diagnosticCode") or "")
    return Return(
        _address(one), Action.FAILED, status_in(str(fields.get("status") or "")), why.partition(";")[2].strip() or why
    )


def _address(one: Any) -> str:
    return str(one.get("emailAddress") or "").lower() if isinstance(one, dict) else ""


def _listed(told: Mapping[str, Any], about: str, name: str) -> Sequence[Any]:
    inside = told.get(about)
    found = inside.get(name) if isinstance(inside, dict) else None
    return found if isinstance(found, list) else ()
