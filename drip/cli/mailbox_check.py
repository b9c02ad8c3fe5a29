"""`drip mailbox check`: server, TLS, login, SPF, DKIM, DMARC and the rest for real, with what to paste."""

import asyncio
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.options import Json
from drip.cli.output import note, say, say_json

if TYPE_CHECKING:
    from drip.actions.check_mailbox import Checked, Tools
    from drip.cli.desk import Desk
    from drip.domain.proofs.finding import Finding
    from drip.imap.account import ImapAccount
    from drip.store.mailboxes import Mailbox
    from drip.store.read_folders import ReadFolder
    from drip.store.sent_copies import SentFolder

PATIENCE = 15.0  # seconds, with a person waiting
_INDENT = 20


def check(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one (default: all).")] = None,
    resolver: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Ask this DNS server (default: DRIP_RESOLVER, else yours).")
    ] = None,
    no_dns: Annotated[bool, typer.Option("--no-dns", help="Only connect, do TLS and log in.")] = False,
    json: Json = False,
) -> bool:
    """Connect to a mailbox's server, do TLS and log in, then see whether receivers will believe its letters.

    Looks at SPF, DKIM, DMARC, the MX that bounces go to, and the server's reverse DNS, and says what to paste where
    something is wrong. Nothing is sent. Exit code 1 when anything failed, or when there is no mailbox.
    """
    from drip.cli.desk import at_desk

    found = at_desk(lambda desk: _check_all(desk, name, None if no_dns else resolver or desk.settings.resolver or ""))
    if not found:
        note("There is no mailbox yet: letters are kept in a maildir. `drip mailbox add` adds one.")
    for one in found:
        if json:
            say_json({**_plain(one), "findings": [_as_object(finding) for finding in one.findings]})
        else:
            _tell(one)
    return bool(found) and all(one.ok for one in found)


async def _check_all(desk: "Desk", name: str | None, resolver: str | None) -> "list[Checked]":
    """`resolver`: the server to ask, "" for this machine's, None for no DNS."""
    from drip.actions.check_mailbox import check_mailbox
    from drip.actions.listings import list_mailboxes
    from drip.actions.pause_mailbox import find_mailbox
    from drip.store import read_folders, sent_copies

    if name is None:
        boxes = await list_mailboxes(desk.store)
    else:
        async with desk.store.reading() as unit:
            boxes = [await find_mailbox(unit, name)]
    if not boxes:
        return []
    async with desk.store.reading() as unit:
        folders = {box.id: await sent_copies.of(unit, box.id) for box in boxes}
        read = {box.id: await read_folders.of(unit, box.id) for box in boxes}
    tools = _tools(desk, resolver, folders, read)
    return await asyncio.gather(*(check_mailbox(tools, box) for box in boxes))


def _tools(
    desk: "Desk",
    resolver: str | None,
    folders: "Mapping[int, SentFolder | None]",
    read: "Mapping[int, ReadFolder | None]",
) -> "Tools":
    from drip.actions.check_mailbox import Tools
    from drip.outbound.keyring import Keyring
    from drip.outbound.resolver import Resolver
    from drip.outbound.smtp import SmtpTransport
    from drip.outbound.smtp_wire import Timeouts
    from drip.wiring import account_of, load_secret, read_account_of, sent_account_of

    secret = load_secret(desk.settings)

    def sent_account(box: "Mailbox") -> "ImapAccount | None":
        folder = folders[box.id]
        return None if folder is None else sent_account_of(folder, box, secret)

    def read_account(box: "Mailbox") -> "tuple[ImapAccount, str | None] | None":
        folder = read[box.id]
        return None if folder is None else (read_account_of(folder, box, secret), folder.handled)

    return Tools(
        transport=SmtpTransport(Timeouts(connect=PATIENCE, reply=PATIENCE)),
        account=lambda box: account_of(box, secret),
        keys=Keyring(desk.settings.dkim),
        resolver=None if resolver is None else Resolver(resolver or None),
        sent_account=sent_account,
        read_account=read_account,
    )


def _plain(one: "Checked") -> dict[str, Any]:
    return {"mailbox": one.mailbox, "address": one.address, "ok": one.ok}


def _as_object(finding: "Finding") -> dict[str, Any]:
    paste = finding.paste
    record = paste and {"name": paste.name, "type": paste.type, "value": paste.value, "line": paste.line}
    return {
        "about": finding.about,
        "verdict": finding.verdict,
        "said": finding.said,
        "paste": record,
        "advice": finding.advice,
    }


def _tell(one: "Checked") -> None:
    from drip.cli.output import strong
    from drip.cli.table import clean, terminal_width

    say(strong(f"{one.mailbox} ({one.address})"))
    room = max(terminal_width() - _INDENT, 40)
    for finding in one.findings:
        start = f"  {finding.verdict:5} {finding.about:11} "
        for text in filter(None, (clean(finding.said), clean(finding.advice))):
            for line in textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False):
                say(f"{start}{line}")
                start = " " * _INDENT
        if finding.paste:
            say(f"{' ' * _INDENT}Paste: {clean(finding.paste.line)}")
