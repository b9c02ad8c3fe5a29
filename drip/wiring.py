"""The composition root: from settings to a store, a clock, a secret and a way out for letters."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drip.actions.sending import Limits, Sending, WayOut
from drip.clock import Clock, ControlledClock, MachineClock, SystemClock, chance, make_secret, make_token
from drip.config import Settings, SettingsError
from drip.domain.brake import Brakes
from drip.domain.security import Security
from drip.imap.account import ImapAccount
from drip.outbound.dkim import DkimError
from drip.outbound.keyring import Keyring
from drip.outbound.shelf import MaildirShelf
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account
from drip.outbound.warm import WarmTransport
from drip.store import business_time
from drip.store.engine import PATIENCE, Store, open_store
from drip.store.mailboxes import Mailbox
from drip.store.read_folders import ReadPlace
from drip.store.sent_copies import SentPlace

if TYPE_CHECKING:
    from drip.actions.reading.reader import Reading

SECRET_FILE = ".drip-secret"
_SHELF = Account(host="shelf", port=1, security=Security.NONE)


@dataclass(frozen=True, slots=True)
class Wired:
    """Everything a process works with, put together once at its start."""

    settings: Settings
    store: Store
    clock: Clock
    secret: bytes = field(repr=False)
    sending: Sending
    connections: WarmTransport

    async def catch_up(self) -> None:
        """Let a controlled clock stand where the row of the database does: another process may have moved it
        on (HOUSE, "Two clocks"). Raises StoreUnreachableError. Does nothing where time runs as it does."""
        clock = self.clock
        if not isinstance(clock, ControlledClock):
            return
        async with self.store.glance() as unit:
            kept = await business_time.read(unit)
        if kept is not None and kept > clock.now():
            clock.jump(kept)

    async def close(self) -> None:
        """Say goodbye to mail servers and to the database."""
        await self.connections.close()
        await self.store.close()


def wire(settings: Settings, clock: Clock | None = None) -> Wired:
    """Put a process together; nothing is connected before the store's first unit.

    `clock` is business time, by default the host's. Raises StoreUrlError for a database URL that
    cannot be used, SettingsError when the secret can neither be read nor made, or a DKIM key is of no use.
    """
    store = open_store(settings.database_url, patience=min(PATIENCE, settings.lease))
    secret = load_secret(settings)
    chosen = clock or SystemClock()
    connections = WarmTransport(SmtpTransport())
    sending = Sending(
        store=store,
        way_out=_WaysOut(secret, connections, MaildirShelf(settings.maildir)),
        now=chosen.now,
        machine=MachineClock().now,
        token=make_token,
        chance=chance,
        secret=secret,
        public_url=settings.public_url,
        limits=_limits(settings),
        brakes=_brakes(settings),
        sign=load_keys(settings).sign,
        notices=settings.notices,
        takes_mail=bool(settings.listening or settings.incoming),
        sent_account=lambda folder, box: sent_account_of(folder, box, secret),
    )
    return Wired(settings, store, chosen, secret, sending, connections)


async def find_clock(store: Store) -> Clock:
    """The clock this database lives by: a controlled one where a controlled time is kept in it (the
    demo's), else the host's."""
    async with store.glance() as unit:
        kept = await business_time.read(unit)
    return SystemClock() if kept is None else ControlledClock(kept)


def reading_of(wired: Wired) -> "Reading":
    """What mailboxes are read with."""
    from drip.actions.reading.reader import Reading  # late: only services read

    return Reading(
        store=wired.store,
        machine=wired.sending.machine,
        token=make_token,
        account=lambda place, box: read_account_of(place, box, wired.secret),
        largest=wired.settings.largest_octets,
    )


def load_secret(settings: Settings) -> bytes:
    """The secret that signs links: the settings', else the one kept beside the database, made at the
    first run. Raises SettingsError."""
    if settings.secret is not None:
        return settings.secret.encode()
    file = settings.database_file
    path = (file.parent if file else Path()) / SECRET_FILE
    try:
        _make_secret_file(path)
        return path.read_text().strip().encode()
    except OSError as error:
        raise SettingsError(
            f"The secret that signs links cannot be kept in {path}: {error.strerror}. Make the folder "
            "writable, or set DRIP_SECRET to at least 32 characters."
        ) from error


def seal(secret: bytes, password: str) -> str:
    """A mailbox's password as it is kept in the database."""
    from cryptography.fernet import Fernet  # late: most commands need no passwords

    return Fernet(_key(secret)).encrypt(password.encode()).decode()


def unseal(secret: bytes, sealed: str) -> str:
    """The password of a mailbox. Raises SettingsError when it was sealed with another secret."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_key(secret)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SettingsError(
            "A mailbox's password was kept under another secret. Set DRIP_SECRET to the one it was added "
            "with, or add the password again."
        ) from None


@dataclass(frozen=True, slots=True)
class _WaysOut:
    """Finds how a mailbox's letters leave."""

    secret: bytes = field(repr=False)
    smtp: WarmTransport
    shelf: MaildirShelf

    def __call__(self, mailbox: Mailbox | None) -> WayOut:
        if mailbox is None:
            return WayOut(self.shelf, _SHELF)
        return WayOut(self.smtp, account_of(mailbox, self.secret))


def account_of(mailbox: Mailbox, secret: bytes) -> Account:
    """Where a mailbox submits its letters. Raises SettingsError when its password cannot be read."""
    password = unseal(secret, mailbox.secret) if mailbox.secret else None
    return Account(mailbox.host, mailbox.port, Security(mailbox.security), mailbox.login, password)


def sent_account_of(folder: SentPlace, mailbox: Mailbox, secret: bytes) -> ImapAccount:
    """Where copies of a mailbox's letters go, and as whom. Raises SettingsError when nobody can log in there."""
    return _imap_account(folder, mailbox, secret, ("To copy letters to", "--sent-copy"))


def read_account_of(folder: ReadPlace, mailbox: Mailbox, secret: bytes) -> ImapAccount:
    """Where a mailbox's mail is read, and as whom. Raises SettingsError when nobody can log in there."""
    return _imap_account(folder, mailbox, secret, ("To read mail at", "--read"))


def _imap_account(
    place: SentPlace | ReadPlace, mailbox: Mailbox, secret: bytes, wanted: tuple[str, str]
) -> ImapAccount:
    own = place.login is None
    login, sealed = (mailbox.login, mailbox.secret) if own else (place.login, place.secret)
    if login is None or sealed is None:
        what, option = wanted
        raise SettingsError(
            f"{what} {place.host} a login is needed, and {mailbox.name} has none. Put one before the "
            f"host: `drip mailbox set {mailbox.name} {option} imaps://LOGIN@{place.host}`."
        )
    return ImapAccount(place.host, place.port, Security(place.security), login, unseal(secret, sealed), place.folder)


def load_keys(settings: Settings) -> Keyring:
    """The keys letters are signed with. Raises SettingsError for one that cannot be used."""
    keys = Keyring(settings.dkim)
    try:
        keys.examine()
    except DkimError as error:
        raise SettingsError(str(error)) from error
    return keys


def _limits(settings: Settings) -> Limits:
    return Limits(
        batch=settings.batch,
        connections=settings.connections,
        lease=settings.lease,
        handing=settings.handing,
        margin=min(Limits().margin, settings.lease / 4, settings.handing / 4),  # a short lease is of use, too
        drain=settings.drain,
        retry_first=settings.retry_first,
        retry_most=settings.retry_most,
        again_after=settings.again_after,
        give_up=settings.give_up,
    )


def _brakes(settings: Settings) -> Brakes:
    return Brakes(
        complaints_warn=settings.complaints_warn,
        complaints_pause=settings.complaints_pause,
        complaints_volume=settings.complaints_volume,
        bounces_pause=settings.bounces_pause,
        bounces_volume=settings.bounces_volume,
    )


def _make_secret_file(path: Path) -> None:
    """Only its owner can read it; of two processes that start at once one makes it, whole."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(make_secret() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key(secret: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"drip mailbox password|" + secret).digest())
