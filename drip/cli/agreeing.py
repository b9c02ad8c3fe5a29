"""Options by which a rep says what was agreed: the hour, how long, and whether both are to be invited."""

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import a_day
from drip.cli.output import InputError

if TYPE_CHECKING:
    from drip.actions.appointing.agreed import Agreed

At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="The hour agreed on, where the prospect is.")]
Minutes = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=480, help="How long: 30 for a call, 60 for a meeting.")
]
Invite = Annotated[bool, typer.Option("--invite", help="Mail both an invitation for their calendars; needs --at.")]
_CALL, _MEETING = 30, 60


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of it; `meets`: it is a meeting, no call."""

    on: str | None
    at: str | None
    minutes: int | None
    invite: bool
    meets: bool = False


def an_agreement(typed: Typed) -> "Agreed | None":
    """The agreement these options name; None without an hour. Raises InputError."""
    from drip.actions.appointing.agreed import Agreed

    if typed.at is None:
        if typed.invite or typed.minutes is not None:
            given = "--invite" if typed.invite else "--minutes"
            raise InputError(f"{given} needs the hour that was agreed on: add --at, such as --at 14:30.")
        return None
    day = a_day(typed.on, "--on")
    if day is None:
        raise InputError("--at needs the day it is on: add --on, such as --on 2027-03-16.")
    minutes = typed.minutes or (_MEETING if typed.meets else _CALL)
    return Agreed(day, _hour(typed.at), minutes, typed.invite)


def _hour(text: str) -> time:
    try:
        hour = time.fromisoformat(text.strip().zfill(5))
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None or hour.second or hour.microsecond:
        raise InputError(f'--at: "{text}" is no hour. Write it like 14:30.')
    return hour
