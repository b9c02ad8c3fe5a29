"""Check a mailbox: its server, its TLS and login for real, and whether the DNS lets its letters be believed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from drip.actions.freemail import is_freemail, organisation
from drip.domain.errors import DripError
from drip.domain.proofs.answers import Book
from drip.domain.proofs.finding import Finding, Verdict, fail, ok, warn, worst
from drip.domain.proofs.judge import judge, judge_silence
from drip.domain.proofs.return_path import judge_return_path
from drip.domain.proofs.sender import OurKey, Sender
from drip.domain.proofs.server import Place, judge_server
from drip.domain.provider import provider_of
from drip.domain.return_path import LENGTH, return_address
from drip.imap.account import ImapAccount
from drip.imap.apart import apart
from drip.outbound.address import checked
from drip.outbound.dkim import DkimError
from drip.outbound.keyring import Keyring
from drip.outbound.resolver import Resolver
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account
from drip.store.mailboxes import Mailbox

PATIENCE = 15.0  # seconds for an answer of the server copies go to, with a person waiting
_ROUNDS = 40  # of questions that answers lead to; an SPF record is read no deeper


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about one mailbox; `ok`: nothing of it is wrong."""

    mailbox: str
    address: str
    ok: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a check is made with. No `resolver`: the DNS is left out. `account` finds how to log in, or raises;
    `sent_account` the same where copies go, None where none are made; `read_account` where mail is read, with the
    folder handled mail is moved to."""

    transport: SmtpTransport
    account: Callable[[Mailbox], Account]
    keys: Keyring
    resolver: Resolver | None
    sent_account: Callable[[Mailbox], ImapAccount | None] = lambda _box: None
    read_account: Callable[[Mailbox], tuple[ImapAccount, str | None] | None] = lambda _box: None


async def check_mailbox(tools: Tools, box: Mailbox) -> Checked:
    """Connect, do TLS, log in and leave, then ask the DNS; nothing is sent."""
    found = await _server(tools, box)
    if tools.resolver is not None:
        found += await _proofs(_sender(tools.keys, box), tools.resolver)
    found += await _copies(tools, box)
    found += await _reading(tools, box)
    found += _itself(box)
    return Checked(box.name, box.address, worst(found) is not Verdict.FAIL, tuple(found))


async def _server(tools: Tools, box: Mailbox) -> list[Finding]:
    try:
        account = tools.account(box)
    except DripError as error:
        return [fail("login", str(error))]
    path, tagged = return_address(checked(box.address).text, box.bounces_to)
    sample = path.replace("@", f"+{'0' * LENGTH}@") if tagged else None
    connected, taken = await tools.transport.probe(account, sample)
    found = judge_server(Place(box.host, box.port, box.security, box.login), connected)
    if sample is not None and taken is not None:
        found.append(judge_return_path(box.name, sample, taken))
    return found


async def _proofs(sender: Sender, resolver: Resolver) -> list[Finding]:
    """Judge, look up what was asked, and judge again until nothing new is asked."""
    book = Book()
    found = judge(sender, book.ask)
    for _ in range(_ROUNDS):
        if not book.open:
            break
        book.write(await resolver.look_up(sorted(book.open, key=lambda one: (one.name, one.type))))
        if book.silence:
            return judge_silence(book.silence)
        found = judge(sender, book.ask)
    return found


async def _copies(tools: Tools, box: Mailbox) -> list[Finding]:
    """Log in where copies of letters go, and find the folder."""
    from drip.outbound.imap import find_folder  # late: few mailboxes have any

    try:
        account = tools.sent_account(box)
        if account is None:
            return []
        folder = await apart(partial(find_folder, account, PATIENCE))
    except DripError as error:
        advice = f"`drip mailbox set {box.name} --sent-copy imaps://…` mends it; letters go out without it."
        return [fail("copies", str(error), None, advice)]
    return [ok("copies", f'Copies of letters go to "{folder}" on {account.host}, logged in as {account.login}.')]


async def _reading(tools: Tools, box: Mailbox) -> list[Finding]:
    """Log in where mail is read, and select the folder."""
    from drip.inbound.imap import open_inbox  # late: few mailboxes are read

    try:
        wanted = tools.read_account(box)
        if wanted is None:
            return []
        account, handled = wanted
        inbox = await apart(partial(open_inbox, account, handled, PATIENCE))
        await apart(inbox.close)
    except DripError as error:
        advice = f"`drip mailbox set {box.name} --read imaps://…` mends it; replies and bounces are not seen now."
        return [fail("reading", str(error), None, advice)]
    moved = f", and moved to {handled}" if handled else ""
    return [ok("reading", f"Mail in {account.folder} on {account.host} is read{moved}, logged in as {account.login}.")]


def _sender(keys: Keyring, box: Mailbox) -> Sender:
    domain = checked(box.address).domain.lower()
    key, problem = None, None
    try:
        found = keys.find(domain)
        key = OurKey(found.domain, found.selector, found.public, found.bits) if found else None
    except DkimError as error:
        problem = str(error)
    return Sender(
        domain=domain,
        bounce=return_address(box.address, box.bounces_to)[0].rpartition("@")[2].lower(),
        host=box.host.rstrip(".").lower(),
        organisation=organisation,
        provider=provider_of(box.host),
        key=key,
        key_problem=problem,
        report_to=box.address if box.address.isascii() else "",
        is_private=is_freemail(domain),
    )


def _itself(box: Mailbox) -> list[Finding]:
    """What keeps letters back that has nothing to do with the network."""
    found = []
    if box.state == "paused":
        said = f"It is paused ({box.paused_reason}); its letters wait."
        found.append(warn("mailbox", said, None, f"`drip mailbox resume {box.name}` ends that."))
    if not box.postal_address:
        said = "It has no postal address, and no letter goes out without one; they wait."
        advice = f'`drip mailbox set {box.name} --postal-address "FIRM, STREET, TOWN"` gives one.'
        found.append(warn("mailbox", said, None, advice))
    return found
