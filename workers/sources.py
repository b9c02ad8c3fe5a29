"""The sources of a process: where its mail comes in by, put together from the settings here and nowhere else."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from drip.actions.read_mailboxes import MailboxSource
from drip.actions.receiving.ours import is_for_us
from drip.config import SettingsError
from drip.inbound.door import Bounds
from drip.inbound.listening import Listening
from drip.inbound.lmtp import Listener
from drip.inbound.maildir import MaildirSource
from drip.inbound.source import MailSource
from drip.store import read_folders
from drip.wiring import Wired, reading_of

NOWHERE = (
    "No mail can come in yet. Set DRIP_LISTEN to where a mail server brings it, such as lmtp://127.0.0.1:8024, or "
    "DRIP_INCOMING to a maildir it delivers to; or read a mailbox: `drip mailbox set NAME --read imaps://HOST`."
)


def open_sources(wired: Wired) -> list[MailSource]:
    """The sources the settings name, and the mailboxes that are read, which may come and go while the process runs.
    Raises SettingsError for a port that is taken."""
    settings = wired.settings
    found: list[MailSource] = [_opened(place, wired) for place in settings.listening]
    if settings.incoming is not None:
        found.append(MaildirSource(settings.incoming, settings.largest_octets))
    found.append(MailboxSource(reading_of(wired)))
    return found


async def places(wired: Wired, sources: Sequence[MailSource]) -> list[str]:
    """Where mail can come in by just now, as a person is told; none where nothing is set up."""
    async with wired.store.reading() as unit:
        read = len(await read_folders.listing(unit))
    named = [source.name for source in sources if not isinstance(source, MailboxSource)]
    return [*named, f"IMAP ({read} {'mailbox' if read == 1 else 'mailboxes'})"] if read else named


def _opened(place: Listening, wired: Wired) -> Listener:
    host = f"inbound.{urlsplit(wired.settings.public_url).hostname}"  # not that of a mail server beside: it sees loops
    ours = partial(is_for_us, wired.store, wired.secret)
    made = Listener(place, host, Bounds(wired.settings.largest_octets), ours)
    try:
        made.open()
    except OSError as error:
        raise SettingsError(
            f"Mail cannot be taken in on {place}: {error.strerror}. Set DRIP_LISTEN to an address of this machine and "
            "a port that is free."
        ) from error
    return made
