"""`drip rep notices`: which mails a rep gets from us, and when."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from drip.cli.options import Json
from drip.cli.output import InputError, note, say_json

if TYPE_CHECKING:
    from drip.actions.wish_notices import Wished
    from drip.cli.desk import Desk

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The rep's address.")]
Morning = Annotated[
    str | None, typer.Option(metavar="TIME", help='Today\'s calls, at a time where the rep is, such as 7:00; or "off".')
]
Alerts = Annotated[
    Literal["on", "off"] | None, typer.Option(help="At once: a reply, an opt-in, an answer to the closing email.")
]
Weekly = Annotated[
    str | None, typer.Option(metavar="DAY", help='What came of the week before, such as mon or fri; or "off".')
]


def notices_it(
    email: Email, morning: Morning = None, alerts: Alerts = None, weekly: Weekly = None, json: Json = False
) -> bool:
    """Show which mails a rep gets, or change it; what is not given stays. A morning without calls has no mail.

    Exit code 1 when it was so already.
    """
    from drip.actions.wish_notices import show_wishes, wish_notices
    from drip.cli.desk import at_desk
    from drip.cli.notices import OFF

    changes = _changes(morning, alerts, weekly)

    async def work(desk: "Desk") -> "tuple[Wished, bool]":
        if not desk.settings.notices:
            note(OFF)
        if changes:
            return await wish_notices(desk.store, email, changes, desk.now)
        return await show_wishes(desk.store, email, desk.now), True

    found, changed = at_desk(work)
    if json:
        say_json(_shown(found))
        return changed
    if not changed:
        note(f"Nothing of what {found.name} gets was to be changed.")
    _describe(found)
    return changed


def _changes(morning: str | None, alerts: str | None, weekly: str | None) -> dict[str, Any]:
    from drip.domain.notice import WishError, a_morning, a_weekday

    changes: dict[str, Any] = {}
    try:
        if morning is not None:
            changes["morning"] = a_morning(morning)
    except WishError as error:
        raise InputError(f"--morning: {error}") from None
    try:
        if weekly is not None:
            changes["weekly"] = a_weekday(weekly)
    except WishError as error:
        raise InputError(f"--weekly: {error}") from None
    if alerts is not None:
        changes["alerts"] = alerts == "on"
    return changes


def _shown(found: "Wished") -> dict[str, Any]:
    from drip.cli.output import plain
    from drip.domain.notice import DAYS

    wishes = found.wishes
    return {
        "email": found.email,
        "name": found.name,
        "morning": f"{wishes.morning:%H:%M}" if wishes.morning is not None else None,
        "alerts": wishes.alerts,
        "weekly": DAYS[wishes.weekly] if wishes.weekly is not None else None,
        "time_zone": found.time_zone,
        "mailbox": found.mailbox,
        "next_at": plain(found.next_at),
    }


def _describe(found: "Wished") -> None:
    from zoneinfo import ZoneInfo

    from drip.cli.table import describe
    from drip.cli.words import moment

    wishes = found.wishes
    at = f"{wishes.morning.hour}:{wishes.morning:%M} on working days ({found.time_zone})" if wishes.morning else "off"
    when = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    describe(
        [
            ("Rep", f"{found.name}, {found.email}"),
            ("Morning mail", at),
            ("Next", moment(found.next_at, ZoneInfo(found.time_zone)) if found.next_at else ""),
            ("Alerts", "on" if wishes.alerts else "off"),
            ("Weekly", f"on {when[wishes.weekly]}, about the week before" if wishes.weekly is not None else "off"),
            ("From mailbox", found.mailbox or "the maildir, or none yet: `drip mailbox set NAME --for-notices yes`"),
        ]
    )
