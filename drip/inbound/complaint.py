"""Read complaints: feedback reports (RFC 5965), and those of Microsoft, which come in a form of their own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drip.inbound.addresses import addresses_of, typed_address
from drip.inbound.parse import parse_fields
from drip.inbound.part import Part
from drip.inbound.returned import returned_fields

_LONGEST = 65_536
_NO_COMPLAINTS = frozenset({"auth-failure", "not-spam"})  # RFC 6591; RFC 6430
_MICROSOFT = re.compile(r"<?(?:staff@hotmail\.com|.*@(?:feedback\.)?(?:jmrp|arf)\.)", re.IGNORECASE)
_ABUSE = re.compile(
    r"complaint about message from|abuse report|spam (?:report|complaint)|feedback report", re.IGNORECASE
)
_TO = ("x-hmxmroriginalrecipient", "x-original-to", "to", "delivered-to")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A person called a letter of ours spam, or a provider did in their name. `kind` as RFC 5965 section 3.1 has it;
    `counts` False: it is about our signatures, or takes a complaint back."""

    kind: str
    recipients: tuple[str, ...]
    counts: bool
    by: str


def read_complaint(mail: Part) -> Complaint | None:
    """The complaint in a mail; None where there is none. The letter it is about comes first, for its own fields
    are the surest sign whom it was to (RFC 5965 section 2 g)."""
    about = returned_fields(mail)
    for part in mail.walk():
        if part.kind == "message/feedback-report":
            fields = parse_fields(part.text(_LONGEST))
            kind = _first(fields, "feedback-type").lower() or "abuse"
            return Complaint(kind, _recipients(fields, about), kind not in _NO_COMPLAINTS, "arf")
    if about and _is_microsofts(mail):
        return Complaint("abuse", tuple(addresses_of(_given(about))), True, "microsoft")
    return None


def _is_microsofts(mail: Part) -> bool:
    return _MICROSOFT.match(mail.get("from").rpartition("<")[2]) is not None and bool(
        _ABUSE.search(mail.get("subject"))
    )


def _recipients(fields: Mapping[str, Sequence[str]], about: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    told = [typed_address(one) for name in ("original-rcpt-to", "removal-recipient") for one in fields.get(name, ())]
    return tuple(dict.fromkeys(one for one in told if one)) or tuple(addresses_of(_given(about)))


def _given(about: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return next((about[name] for name in _TO if addresses_of(about.get(name, ()))), ())


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields[name][0].strip() if fields.get(name) else ""
