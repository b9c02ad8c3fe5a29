"""The pace of a mailbox as it is typed and as it is shown."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.output import InputError

if TYPE_CHECKING:
    from drip.actions.show_mailbox import Standing
    from drip.domain.pace import DomainPace
    from drip.store.mailboxes import Mailbox

NONE = "none"
WarmUpText = Annotated[
    str | None,
    typer.Option(
        "--warm-up", metavar="N+M", help="Begin with N letters a day, M more each working day, up to --per-day."
    ),
]
DomainTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--per-domain",
        metavar="PACE",
        help='At most so many to one recipient domain: "20/hour", or "gmail.com=5/minute"; may be repeated.',
    ),
]


def read_warm_up(text: str | None) -> dict[str, int] | None:
    """A warm-up as it is kept; None for none. Raises InputError."""
    from drip.domain.pace import PaceError
    from drip.domain.pace import read_warm_up as read

    if text is None or text.strip() == NONE:
        return None
    try:
        found = read(text)
    except PaceError as error:
        raise InputError(f"--warm-up: {error}") from None
    return {"start": found.start, "step": found.step}


def read_domain_paces(texts: list[str] | None) -> dict[str, dict[str, int]]:
    """The pace of recipient domains as it is kept. Raises InputError."""
    from drip.domain.pace import PaceError, read_domain_pace

    kept: dict[str, dict[str, int]] = {}
    for text in texts or ():
        if text.strip() == NONE:
            continue
        try:
            domain, span, most = read_domain_pace(text)
        except PaceError as error:
            raise InputError(f"--per-domain: {error}") from None
        if str(span) in kept.setdefault(domain, {}):
            raise InputError(f'--per-domain: "{text}" says a second time how many a {span} are allowed. Say it once.')
        kept[domain][str(span)] = most
    return kept


def shown(box: "Mailbox") -> dict[str, Any]:
    """A mailbox without its password."""
    return {name: getattr(box, name) for name in box.__dataclass_fields__ if name != "secret"}


def standing(one: "Standing") -> dict[str, Any]:
    """A mailbox with its pace as it is now, for people and programs."""
    from drip.cli.mailbox_read import reading
    from drip.cli.mailbox_sent import copies

    letters = {str(state): number for state, number in one.states.items()}
    resting = {domain or "*": until for domain, until in one.resting.items()}
    return {
        **shown(one.mailbox),
        "day_limit": one.day_limit,
        "sent_in_24_hours": one.sent,
        "letters": letters,
        "resting": resting,
        "sent_copy": copies(one.copies),
        "read": reading(one.reading),
    }


def pace(one: dict[str, Any]) -> str:
    """Such as "10/minute, 40/day warming up to 500"."""
    day = one.get("day_limit", one["per_day"])
    parts = [f"{one['per_minute']}/minute"] if one["per_minute"] else []
    if day:
        grows = f" warming up to {one['per_day']}" if one["warm_up"] and day < (one["per_day"] or 0) else ""
        parts.append(f"{day}/day{grows}")
    parts += domain_paces(one["domain_pace"])
    return ", ".join(parts)


def domain_paces(kept: "DomainPace") -> list[str]:
    """Such as "20/hour to each domain" and "5/minute to gmail.com"."""
    return [
        f"{most}/{span} to {'each domain' if domain == '*' else domain}"
        for domain, limits in sorted(kept.items())
        for span, most in limits.items()
    ]


def state(one: dict[str, Any]) -> str:
    """Active, or paused and why; what a brake warns of; who asked us to wait; what is wrong with reading its mail."""
    said = f"paused: {one['paused_reason']}" if one["state"] == "paused" else str(one["state"])
    if one["warning"]:
        said += f"; warning: {one['warning']}"
    for domain, until in one.get("resting", {}).items():
        whom = "everything" if domain == "*" else domain
        said += f"; {whom} rests until {until:%H:%M} UTC"
    read = one.get("read")
    if read and read["trouble"]:
        said += f"; its mail {'is not read:' if read['retry_at'] else 'is read, but'} {read['trouble']}"
    return said
