"""Requests to enroll from the rows of a sheet, or for prospects chosen by what they have in common."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from drip.actions.enrolling.request import Enrolling, Skipped
from drip.actions.importing.sheet import Record, SheetError, open_sheet
from drip.domain.duration import parse_cadence
from drip.domain.enrollment import CallWindow
from drip.domain.errors import DurationError
from drip.store import choices
from drip.store.choices import Choice
from drip.store.engine import Store

_NAMES = {
    "email": ("email", "emailaddress", "workemail", "personemailwork"),
    "campaign": ("campaign", "campaignkey"),
    "rep": ("rep", "owner", "contactowner", "enrolledby"),
    "tried_to_disqualify": ("triedtodisqualify", "disqualified"),
    "reason": ("reason", "reasontocallback", "callbackreason"),
    "hot_button": ("hotbutton",),
    "next_step": ("nextstep",),
    "contact_method": ("contactmethod", "preferredcontactmethod"),
    "call_window": ("callwindow", "preferredcallwindow"),
    "opt_in_words": ("optinwords", "optedinwords"),
    "promised_on": ("promisedcallon", "promisedon", "calldate"),
    "interval": ("cadence", "interval"),
    "idempotency_key": ("idempotencykey",),
    "outside_profile": ("outsideprofile",),
    "profile_unknown": ("profileunknown",),
    "reopen": ("reopen",),
}
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0", ""}


class RowError(ValueError):
    """A cell that cannot be understood; the text says which, and what is allowed."""


def sheet_rows(path: Path, like: Enrolling) -> Iterator[tuple[int, Enrolling | Skipped]]:
    """One request for each row of a CSV file, with its line number; what a row does not say is as in
    `like`. A column field.NAME is for a field of the campaign. A row that makes no sense comes as Skipped.

    Raises SheetError for a file that is no CSV or names no email column.
    """
    records = open_sheet(path).records()
    header = next(records, Record(1)).cells
    at = {name: place for name, known in _NAMES.items() if (place := _place(header, known)) is not None}
    if "email" not in at:
        raise SheetError(f'{path}, line 1: there is no column "Email". The first line must name the columns.')
    others = {name: i for i, text in enumerate(header) if i not in at.values() and (name := field_of(text))}
    for record in records:
        yield record.line, _request(record, at, others, like)


def field_of(header: str) -> str:
    """The campaign's field that a column called so is for: "field.goal"; empty when it is for none."""
    first, _, rest = header.strip().removeprefix("\ufeff").partition(".")
    return rest.strip() if first.strip().casefold() in ("field", "fields") else ""


async def chosen_rows(store: Store, choice: Choice, like: Enrolling) -> list[tuple[int, Enrolling | Skipped]]:
    """One request for each prospect that was chosen, numbered from 1."""
    emails: list[str] = []
    after = 0
    while True:
        async with store.reading() as unit:
            page = await choices.chosen(unit, choice, after)
        if not page:
            return [(number, replace(like, email=email)) for number, email in enumerate(emails, start=1)]
        emails += [email for _, email in page]
        after = page[-1][0]


def _place(header: tuple[str, ...], known: tuple[str, ...]) -> int | None:
    plain = ["".join(sign for sign in text.casefold() if sign.isalnum()) for text in header]
    return next((plain.index(name) for name in known if name in plain), None)


def _request(record: Record, at: dict[str, int], others: dict[str, int], like: Enrolling) -> Enrolling | Skipped:
    if record.problem:
        return Skipped("", "unreadable", record.problem)
    cells = {name: record.cells[i].strip() if i < len(record.cells) else "" for name, i in at.items()}
    said = {name: text for name, text in cells.items() if text and name != "email"}
    fields = {name: text for name, i in others.items() if i < len(record.cells) and (text := record.cells[i].strip())}
    try:
        return _asked(replace(like, email=cells["email"], fields={**like.fields, **fields}), said)
    except (RowError, DurationError) as error:
        return Skipped(cells["email"], "unreadable", str(error))


def _asked(base: Enrolling, said: dict[str, str]) -> Enrolling:
    """The request with what the row says. Raises RowError, DurationError."""
    plain: dict[str, Any] = {
        name: said[name] for name in ("campaign", "rep", "opt_in_words", "idempotency_key") if name in said
    }
    found: dict[str, Any] = {
        name: said[name] for name in ("reason", "hot_button", "next_step", "contact_method") if name in said
    }
    if "tried_to_disqualify" in said:
        found["tried_to_disqualify"] = _yes(said["tried_to_disqualify"])
    flags = {name: said[name] for name in ("outside_profile", "profile_unknown", "reopen") if name in said}
    more: dict[str, Any] = {}
    if "call_window" in said:
        more["call_window"] = _window(said["call_window"])
    if "promised_on" in said:
        more["promised_on"] = _day(said["promised_on"])
    if "interval" in said:
        more["interval"] = parse_cadence(said["interval"].lower())
    qualification = replace(base.qualification, **found)
    overrides = replace(base.overrides, **flags) if flags else base.overrides
    return replace(base, qualification=qualification, overrides=overrides, **plain, **more)


def _yes(text: str) -> bool:
    if text.casefold() not in _YES | _NO:
        raise RowError(f'"{text}" is neither yes nor no (tried to disqualify)')
    return text.casefold() in _YES


def _window(text: str) -> CallWindow:
    if text.casefold() not in set(CallWindow):
        raise RowError(f'"{text}" is no call window; write early, late or any')
    return CallWindow(text.casefold())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowError(f'"{text}" is no day; write it like 2027-03-16') from None
