"""`drip mailbox check`: connect, do TLS and log in for real, and say exactly what failed and what to do."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import Json
from drip.cli.output import note, say, say_json

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.domain.outcome import Outcome
    from drip.store.mailboxes import Mailbox

PATIENCE = 15.0  # seconds, with a person waiting


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one mailbox: `ok`, how far it came, what the server said, and what to do."""

    mailbox: str
    ok: bool
    phase: str
    code: int | None
    said: str
    advice: str


def check(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one (default: all).")] = None,
    json: Json = False,
) -> bool:
    """Connect to a mailbox's server, do TLS and log in; nothing is sent.

    Exit code 1 when one of them cannot, or when there is none.
    """
    from drip.cli.desk import at_desk

    found = at_desk(lambda desk: _check_all(desk, name))
    if not found:
        note("There is no mailbox yet: letters are kept in a maildir. `drip mailbox add` adds one.")
    for one in found:
        if json:
            say_json(one)
        else:
            say(f"{'ok    ' if one.ok else 'failed'}  {one.mailbox}: {one.said}")
            if one.advice:
                say(f"        {one.advice}")
    return bool(found) and all(one.ok for one in found)


async def _check_all(desk: "Desk", name: str | None) -> list[Checked]:
    from drip.actions.listings import list_mailboxes
    from drip.actions.pause_mailbox import find_mailbox

    if name is None:
        boxes = await list_mailboxes(desk.store)
    else:
        async with desk.store.reading() as unit:
            boxes = [await find_mailbox(unit, name)]
    return [await _check_one(desk, box) for box in boxes]


async def _check_one(desk: "Desk", box: "Mailbox") -> Checked:
    from drip.config import SettingsError
    from drip.domain.outcome import Kind
    from drip.outbound.smtp import SmtpTransport
    from drip.outbound.smtp_wire import Timeouts
    from drip.wiring import account_of, load_secret

    try:
        account = account_of(box, load_secret(desk.settings))
    except SettingsError as error:
        return Checked(box.name, False, "password", None, str(error), "")
    outcome = await SmtpTransport(Timeouts(connect=PATIENCE, reply=PATIENCE)).probe(account)
    ok = outcome.kind is Kind.ACCEPTED
    advice = _while_ok(box) if ok else _advice(box, outcome)
    return Checked(box.name, ok, outcome.phase.value, outcome.code, _said(box, outcome, ok), advice)


def _while_ok(box: "Mailbox") -> str:
    hints = []
    if box.state == "paused":
        hints.append(f"It is paused ({box.paused_reason}): `drip mailbox resume {box.name}`.")
    if not box.postal_address:
        hints.append("It has no postal address, which every letter must show.")
    return " ".join(hints)


def _said(box: "Mailbox", outcome: "Outcome", ok: bool) -> str:
    if ok:
        return outcome.text
    answer = f"{outcome.code} {outcome.text}" if outcome.code else _shorter(outcome.text)
    return f"{_WHERE[outcome.phase.value].format(box=box)}: {answer}"


def _shorter(text: str) -> str:
    """What the system said, without our own words and numbers before it."""
    if "Connect call failed" in text:
        return "connection refused"
    return re.sub(r"^Error connecting to .*? on port \d+: |\[Errno -?\d+\] ", "", text)


_WHERE = {
    "connect": "no connection to {box.host} port {box.port}",
    "greeting": "{box.host} port {box.port} took the connection and did not greet as a mail server",
    "ehlo": "{box.host} did not take our EHLO",
    "starttls": "TLS with {box.host} port {box.port} failed",
    "auth": "{box.host} did not let {box.login} in",
}
_DO = {
    "greeting": "Is it the port for submission? It is 587 with starttls, 465 with tls.",
    "ehlo": "Ask who runs that server; it may take connections only from some addresses.",
    "auth": "Check login and password. Many providers want an app password, or SMTP switched on for the account.",
}


def _advice(box: "Mailbox", outcome: "Outcome") -> str:
    said = outcome.text.lower()
    if outcome.phase.value == "connect":
        return _advice_without_connection(box, said)
    if outcome.phase.value == "starttls":
        return _advice_without_tls(box, said)
    if outcome.phase.value == "greeting" and "tim" in said:
        return f"A server that speaks TLS from the start waits in silence: is {box.port} a port for --security tls?"
    return _DO.get(outcome.phase.value, "")


def _advice_without_connection(box: "Mailbox", said: str) -> str:
    if any(sign in said for sign in ("name or service", "nodename", "getaddrinfo", "no address", "name resolution")):
        return f'There is no host "{box.host}". Check its spelling.'
    if "refused" in said or "connect call failed" in said:
        return f"Nothing listens on port {box.port} there. Check host and port: 587 with starttls, 465 with tls."
    if "tim" in said:
        return f"Nobody answers. A firewall may block port {box.port}; many networks block 25. Try 587."
    return "Check host, port and the network."


def _advice_without_tls(box: "Mailbox", said: str) -> str:
    if "certificate" in said:
        return f"Its certificate is not one we trust for {box.host}. Use the name that stands in the certificate."
    if "wrong version" in said or "record layer" in said:
        return f"Port {box.port} does not begin with TLS. Use starttls, which is usually port 587."
    if "not supported" in said or "extension" in said:
        return "It offers no STARTTLS on that port. Use tls on port 465, or ask who runs the server."
    return "Check port and security: 587 goes with starttls, 465 with tls."
