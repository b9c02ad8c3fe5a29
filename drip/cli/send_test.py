"""`drip campaign send-test`: a letter to yourself, as a prospect would get it, over the real mailbox."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.campaign import Key
from drip.cli.forms import takes
from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.send_test import Asked, Plan, Went
    from drip.actions.sending import Sending
    from drip.cli.desk import Desk

_FAILED = {  # by the phase of the conversation
    "connect": "there is no connection to the server",
    "greeting": "the server did not greet",
    "ehlo": "the server did not greet",
    "starttls": "TLS did not come about",
    "auth": "the login was refused",
    "mail": "the server refused the sender",
    "rcpt": "the server refused the address",
}
PATIENCE = 20.0  # seconds for each answer of the server, with a person waiting


@dataclass(frozen=True, slots=True)
class TrialForm:
    """What is typed to send test letters."""

    campaign: Key
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="Your own address.")]
    step: Annotated[
        list[str] | None,
        typer.Option("--step", metavar="KEY", help='This letter, or several; "closing" is the closing email.'),
    ] = None
    every: Annotated[bool, typer.Option("--all", help="Every letter (default: only the first).")] = False
    prospect: Annotated[
        str | None, typer.Option("--prospect", metavar="EMAIL", help="Written to them (default: somebody made up).")
    ] = None
    mailbox: Annotated[
        str | None, typer.Option("--mailbox", metavar="NAME", help="From there (default: where they would leave from).")
    ] = None
    although_prospect: Annotated[
        bool, typer.Option("--although-prospect", help="Send even though --to is a prospect's address.")
    ] = False
    json: Json = False


@takes(TrialForm)
def send_it(form: TrialForm) -> bool:
    """Send letters of a campaign to yourself, written to a real prospect or to somebody made up.

    The file counts as it stands, published or not. Subjects begin with [test], links change nothing and say so,
    nothing is kept, and the mailbox's pace does not count them. Exit code 1 when the server did not take one.
    """
    from drip.cli.desk import at_desk

    asked = _asked(form)
    return at_desk(lambda desk: _send(desk, asked, form.json))


def _asked(form: TrialForm) -> "Asked":
    from drip.actions.send_test import Asked
    from drip.catalog.parse import parse_campaign
    from drip.catalog.problems import read_text
    from drip.cli.places import campaign_file, templates

    if form.every and form.step:
        raise InputError("--all and --step do not go together: --all sends every letter.")
    file = campaign_file(form.campaign)
    campaign = parse_campaign(read_text(file), str(file))
    closing = ["closing"] if campaign.silence.closing is not None else []
    steps = [one.key for one in campaign.steps] + closing if form.every else form.step or []
    return Asked(campaign, templates(), form.to, steps, form.prospect, form.mailbox, form.although_prospect)


async def _send(desk: "Desk", asked: "Asked", json: bool) -> bool:
    from drip.actions.send_test import prepare_test, send_test
    from drip.cli.progress import progress
    from drip.wiring import find_clock, wire

    wired = wire(desk.settings, await find_clock(desk.store))
    try:
        sending = _patient(wired.sending)
        plan = await prepare_test(sending, asked)
        if not json:
            _announce(plan)
        done: list[Went] = []
        with progress("letters") as seen:

            def tell(one: "Went") -> None:
                done.append(one)
                _tell(one, plan, json)
                seen(len(done), len(plan.letters))

            seen(0, len(plan.letters))
            all_went = await send_test(sending, plan, tell)
    finally:
        await wired.close()
    if not json:
        _sum_up(asked, plan, len(done) if all_went else len(done) - 1)
    return all_went


def _patient(sending: "Sending") -> "Sending":
    """The same, with a transport that gives up sooner than a worker would."""
    from drip.actions.sending import WayOut
    from drip.outbound.smtp import SmtpTransport
    from drip.outbound.smtp_wire import Timeouts
    from drip.store.mailboxes import Mailbox
    from drip.wiring import account_of

    transport = SmtpTransport(Timeouts(connect=PATIENCE, reply=PATIENCE, data=PATIENCE))

    def way_out(box: Mailbox | None) -> WayOut:
        return sending.way_out(box) if box is None else WayOut(transport, account_of(box, sending.secret))

    return replace(sending, way_out=way_out)


def _announce(plan: "Plan") -> None:
    from drip.cli.words import count

    box = plan.mailbox
    where = f"from {box.address} ({box.name}, {box.host} port {box.port})"
    note(f"{count(len(plan.letters), 'letter')} to {plan.to}, {where}, written to {plan.about}.")
    if box.state == "paused":
        note(f"{box.name} is paused ({box.paused_reason}); a test goes all the same.")


def _tell(one: "Went", plan: "Plan", json: bool) -> None:
    from drip.domain.outcome import Kind

    outcome = one.outcome
    answer = " ".join(str(part) for part in (outcome.code, outcome.text) if part)
    if json:
        where = {"step": one.step, "subject": one.subject, "to": plan.to, "mailbox": plan.mailbox.name}
        answered = {"code": outcome.code, "enhanced": outcome.enhanced, "text": outcome.text}
        say_json({**where, "outcome": outcome.kind, "phase": outcome.phase, **answered})
    elif outcome.kind is Kind.ACCEPTED:
        say(f'Sent "{one.subject}": {answer}')
    elif outcome.kind is Kind.UNCERTAIN:
        note(f'error: "{one.subject}" may or may not have arrived, the answer was lost: {answer}')
    else:
        what = _FAILED.get(outcome.phase, "the server refused the letter")
        note(f'error: "{one.subject}" was not sent, {what}: {answer}')
        note(f"`drip mailbox check {plan.mailbox.name}` tries server, login and DNS; `drip outcome` explains replies.")


def _sum_up(asked: "Asked", plan: "Plan", went: int) -> None:
    left = len(plan.letters) - went
    if left > 1:
        note(f"{left - 1} more not tried.")
    more = len(asked.campaign.steps) + (asked.campaign.silence.closing is not None)
    if not asked.steps and went and more > 1:
        note(f"That was the first of {more}: --step KEY sends another, --all sends every one.")
    if went:
        note("Links in test letters change nothing. Nothing was kept, and the mailbox's pace did not count them.")
