"""`drip notices`: mail to our own people, what was sent, what waits and what failed."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from drip.cli.options import LARGEST_ID, Json, Limit, Rep
from drip.cli.output import note

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.store.notices import Listed

Which = Annotated[
    Literal["sent", "waiting", "failed", "all"] | None,
    typer.Option("--state", help="Only these; all are also those that were not to go."),
]
Before = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=LARGEST_ID, help="Go on with those older than this one.")
]
OFF = "DRIP_NOTICES is off here: no mail to reps is made or sent."
_SAYS = {
    "mailbox_paused": "its mailbox is paused: `drip mailbox list`",
    "mailbox_rests": "its mailbox rests, as the server asked",
    "no_mailbox": "no mailbox for it: `drip mailbox set NAME --for-notices yes`",
    "pace": "the mailbox is at its pace",
    "failed": "it could not be written; the log says why",
    "late": "it could not go in its time",
    "lost": "its answer was lost; it may have arrived, and is not sent again",
    "nothing_to_say": "there was nothing to say",
    "switched_off": "the rep had switched these off",
    "suppressed": "nothing is sent to that address any more",
}


def list_all(
    rep: Rep = None, state: Which = None, before: Before = None, limit: Limit = 50, json: Json = False
) -> None:
    """Mails to reps, the newest first: today's calls, alerts, weekly summaries; and invitations."""
    from drip.actions.list_notices import Which, list_notices
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    async def work(desk: "Desk") -> "list[Listed]":
        if not desk.settings.notices:
            note(OFF)
        return await list_notices(desk.store, Which(rep, state or "", before, limit))

    found = [_shown(one) for one in at_desk(work)]
    show_all(
        found,
        json,
        "No mail to reps yet. It goes on working mornings with calls due: `drip rep notices EMAIL` says who gets what.",
        [
            Column("ID", right=True),
            "To",
            "What",
            "State",
            "When (UTC)",
            Column("Subject", wraps=True),
            Column("Why", wraps=True),
        ],
        lambda one: (one["id"], one["to"], one["kind"], one["state"], one["when"], one["subject"], one["why"]),
    )
    if len(found) == limit and not json:
        note(f"There may be more: --before {found[-1]['id']}.")


def _shown(one: "Listed") -> dict[str, object]:
    from drip.cli.output import plain
    from drip.cli.words import moment

    notice = one.notice
    reason = notice.reason or ""
    gathered = reason.removeprefix("gathered:") if reason.startswith("gathered:") else None
    return {
        "id": notice.id,
        "kind": notice.kind,
        "to": notice.recipient or one.rep_email,
        "state": {"accepted": "sent"}.get(notice.state, notice.state),
        "when": moment(notice.settled_at or notice.due_at),
        "subject": notice.subject,
        "mailbox": one.mailbox,
        "attempts": notice.attempts,
        "due_at": plain(notice.due_at),
        "settled_at": plain(notice.settled_at),
        "reason": notice.reason,
        "why": f"went with {gathered}" if gathered else _SAYS.get(reason, reason),
    }
