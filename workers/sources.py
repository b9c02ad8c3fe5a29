"""The sources of a process: where its mail comes in by, put together from the settings here and nowhere else."""

from drip.actions.read_mailboxes import MailboxSource
from drip.inbound.maildir import MaildirSource
from drip.inbound.source import MailSource
from drip.wiring import Wired, reading_of


def open_sources(wired: Wired) -> list[MailSource]:
    """The sources the settings name, and the mailboxes that are read, which may come and go while the process runs.
    Raises SettingsError for a port that is taken."""
    settings = wired.settings
    found: list[MailSource] = []
    if settings.incoming is not None:
        found.append(MaildirSource(settings.incoming, settings.largest_octets))
    found.append(MailboxSource(reading_of(wired)))
    return found
