"""What was typed or stands in a CSV file, made into requests to enroll."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from drip.actions.enrolling.request import Enrolling, Overrides, Skipped
from drip.actions.importing.columns import columns_of, field_of
from drip.actions.importing.sheet import Record, SheetError, open_sheet
from drip.actions.listings import list_campaigns, list_reps
from drip.catalog.files import NoCampaignError
from drip.cli.options import a_cadence, a_day, named_texts
from drip.cli.output import InputError, note
from drip.cli.places import campaign_file
from drip.cli.words import nearest
from drip.domain.enrollment import CallWindow
from drip.domain.errors import DripError
from drip.domain.qualification import Qualification

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.cli.enroll import EnrollForm

TEXTS = (
    *("campaign", "rep", "hot_button", "reason", "next_step", "contact_method", "call_window", "promised_call_on"),
    *("cadence", "opted_in", "outside_profile", "profile_unknown", "reopen", "idempotency_key"),
)
KNOWN = {"".join(c for c in name if c.isalnum()): name for name in (*TEXTS, "tried_to_disqualify")}
FIELD = "field."
Values: TypeAlias = Mapping[str, str]
_YES = frozenset({"yes", "y", "true", "t", "1", "x"})
_NO = frozenset({"no", "n", "false", "f", "0"})


async def defaults_of(desk: "Desk", form: "EnrollForm") -> dict[str, str]:
    """What the options say, as texts; the only rep and the only campaign there are need not be named.

    Raises InputError, for a campaign nobody knows with the nearest key.
    """
    given = {name: getattr(form, name) or "" for name in TEXTS}
    tried = form.tried_to_disqualify
    given["tried_to_disqualify"] = "" if tried is None else "yes" if tried else "no"
    given |= {FIELD + name: value for name, value in named_texts(form.field or (), "--field").items()}
    keys = [one.key for one in await list_campaigns(desk.store)]
    given["campaign"] = _campaign(given["campaign"], keys, needed=form.csv is None)
    reps = [one.email for one in await list_reps(desk.store)]
    if not reps:
        raise InputError('There is no rep yet. Add who enrolls: `drip rep add kim@example.com --name "Kim Lee"`.')
    given["rep"] = given["rep"] or form.owner or (reps[0] if len(reps) == 1 else "")
    if not given["rep"] and form.csv is None:
        raise InputError(f"Say who enrolls, --rep EMAIL: {', '.join(reps)}.")
    return given


def asked(values: Values) -> Enrolling:
    """The request these texts make. Raises InputError naming the value that cannot be used."""
    for name in ("campaign", "rep"):
        if not values.get(name):
            raise InputError(f"no {name} is named; a column {name} or the option --{name} does it")
    return Enrolling(
        email=values["email"],
        campaign=values["campaign"],
        rep=values["rep"],
        qualification=_qualification(values),
        call_window=_window(values),
        opt_in_words=_opt_in(values),
        promised_on=a_day(values.get("promised_call_on") or None, "promised_call_on"),
        interval=a_cadence(values.get("cadence") or None, "cadence"),
        fields={name.removeprefix(FIELD): text for name, text in values.items() if name.startswith(FIELD) and text},
        overrides=Overrides(
            values.get("outside_profile") or None, values.get("profile_unknown") or None, values.get("reopen") or None
        ),
        idempotency_key=values.get("idempotency_key") or None,
    )


def rows_of(path: Path, given: Values, done: Callable[[int], None]) -> Iterator[tuple[int | None, Enrolling | Skipped]]:
    """(line, request) for every row of the file; one that cannot be used is skipped as `bad_row`.

    `given` counts where a row says nothing. An idempotency key of `given` is one for each address.
    Raises SheetError, before the first row, for a file that is no CSV or has no column email.
    """
    records = open_sheet(path).records()
    header = next(records, None)
    if header is None or header.problem:
        raise SheetError(f"{path}, line 1: the header cannot be read. Export the file again.")
    names = _names(header, str(path))
    return _rows(records, names, given, done)


def rows_for(emails: Iterable[str], given: Values) -> Iterator[tuple[None, Enrolling]]:
    """One request for each of these; an idempotency key of `given` is one for each address.

    Raises InputError for a value of `given` that cannot be used.
    """
    key = given.get("idempotency_key")
    for email in emails:
        yield None, asked({**given, "email": email, "idempotency_key": f"{key}:{email}" if key else ""})


def _rows(
    records: Iterator[Record], names: list[str | None], given: Values, done: Callable[[int], None]
) -> Iterator[tuple[int | None, Enrolling | Skipped]]:
    for number, record in enumerate(records, 1):
        done(number)
        cells = zip(names, record.cells, strict=False)
        said = {name: text.strip() for name, text in cells if name is not None and text.strip()}
        email = said.get("email", "")
        key = given.get("idempotency_key")
        shared = {"idempotency_key": f"{key}:{email.lower()}"} if key else {}
        try:
            if record.problem:
                raise InputError(record.problem)
            yield record.line, asked({**given, "email": "", **shared, **said})
        except DripError as error:
            yield record.line, Skipped(email, "bad_row", str(error), record.line)


def _names(header: Record, path: str) -> list[str | None]:
    """What each column is, None where it is not read; those are told."""
    where = columns_of(header.cells, path).at["email"]
    names: list[str | None] = []
    for number, cell in enumerate(header.cells):
        plain = cell.strip().removeprefix("\ufeff")
        if number == where:
            names.append("email")
        elif field := field_of(cell):
            names.append(FIELD + field)
        else:
            names.append(KNOWN.get("".join(c for c in plain.casefold() if c.isalnum())))
    unread = [cell.strip() for cell, name in zip(header.cells, names, strict=True) if name is None and cell.strip()]
    tell_unread(unread)
    return names


def tell_unread(columns: list[str]) -> None:
    """Say which columns are not read, and how one for a field of the campaign is called."""
    if columns:
        note(f"Columns not read: {', '.join(columns)}. (A column for a campaign's field is called field.NAME.)")


def _campaign(key: str, published: list[str], *, needed: bool) -> str:
    """The campaign's key; the only one there is where none is named. Raises InputError."""
    if not key:
        if len(published) == 1:
            return published[0]
        if needed:
            listed = f": {', '.join(published)}" if published else ". None is published; `drip campaign publish KEY`"
            raise InputError(f"Say which campaign, --campaign KEY{listed}.")
        return ""
    if key in published:
        return key
    try:
        campaign_file(key)
    except NoCampaignError:
        listed = ", ".join(published) or "none yet"
        raise InputError(f'There is no campaign "{key}". Published: {listed}.{nearest(key, published)}') from None
    return key  # it is there, but not published: each request is skipped with that reason (R4)


def _qualification(values: Values) -> Qualification:
    texts = {name: values.get(name, "") for name in ("reason", "hot_button", "next_step", "contact_method")}
    return Qualification(_yes_or_no(values, "tried_to_disqualify"), **texts, call_window=values.get("call_window", ""))


def _yes_or_no(values: Values, name: str) -> bool | None:
    text = values.get(name, "").casefold()
    if text and text not in _YES | _NO:
        raise InputError(f'{name}: "{values[name]}" is neither yes nor no')
    return text in _YES if text else None


def _window(values: Values) -> CallWindow:
    text = values.get("call_window") or CallWindow.EARLY.value
    if text.casefold() not in set(CallWindow):
        raise InputError(f'call_window: "{text}" is no call window; write early, late or any')
    return CallWindow(text.casefold())


def _opt_in(values: Values) -> str | None:
    text = values.get("opted_in", "")
    return None if text.casefold() in _NO else text or None
