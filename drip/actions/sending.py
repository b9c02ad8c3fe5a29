"""What every action on sends is given: the store, the way out, two clocks, chance and limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from drip.domain.brake import Brakes
from drip.domain.errors import DripError
from drip.imap.account import ImapAccount
from drip.outbound.transport import Account, Transport
from drip.store.engine import Store
from drip.store.mailboxes import Mailbox
from drip.store.sent_copies import SentFolder


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and how long. Leases and waits are machine time.

    `handing` is longer than the wire gives the end of DATA (10 minutes, RFC 5321 section 4.5.3.2).
    """

    batch: int = 100
    connections: int = 4
    lease: timedelta = timedelta(minutes=5)
    handing: timedelta = timedelta(minutes=12)
    margin: timedelta = timedelta(seconds=20)  # how long before its lease ends a worker lets go
    drain: timedelta = timedelta(seconds=8)
    retry_first: timedelta = timedelta(minutes=5)
    retry_most: timedelta = timedelta(days=1)
    again_after: timedelta = timedelta(minutes=30)
    give_up: timedelta = timedelta(days=5)  # the longest a letter may be due (business time)


@dataclass(frozen=True, slots=True)
class WayOut:
    """How the letters of one mailbox leave, and the account they are submitted to."""

    transport: Transport
    account: Account


def nowhere(folder: SentFolder, mailbox: Mailbox) -> ImapAccount:
    """Where nothing is known of passwords, none is found."""
    raise DripError(f"Nobody can log in to {folder.host} for {mailbox.name} here.")


@dataclass(frozen=True, slots=True)
class Sending:
    """Where letters come from and go to.

    `way_out` finds that of a mailbox, or the shelf for None. `now` is business time,
    `machine` the clock of a single process (unused where the database has its own), `token` makes
    lease tokens, `chance` gives a share of one for the jitter on retries. `sign` puts a DKIM
    signature for a domain in front of a finished letter, where the service has a key. `notices`: mail to our
    own people is made and sent. `takes_mail`: mail to domains of ours is brought to the service. `sent_account`
    finds how to log in where copies go, or raises DripError.
    """

    store: Store
    way_out: Callable[[Mailbox | None], WayOut]
    now: Callable[[], datetime]
    machine: Callable[[], datetime]
    token: Callable[[], str]
    chance: Callable[[], float]
    secret: bytes = field(repr=False)
    public_url: str
    limits: Limits = Limits()
    sign: Callable[[bytes, str], bytes] | None = None
    brakes: Brakes = field(default_factory=Brakes)
    notices: bool = False
    takes_mail: bool = False
    sent_account: Callable[[SentFolder, Mailbox], ImapAccount] = nowhere
