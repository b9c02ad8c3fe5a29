"""The sources of a process: where its mail comes in by, put together from the settings here and nowhere else."""

from drip.inbound.maildir import MaildirSource
from drip.inbound.source import MailSource
from drip.wiring import Wired

NOWHERE = (
    "There is nowhere to take mail in. Set DRIP_LISTEN to where a mail server brings it, such as "
    "lmtp://127.0.0.1:8024, or DRIP_INCOMING to a maildir it delivers to. One mail at a time: `drip receive < message`."
)


def open_sources(wired: Wired) -> list[MailSource]:
    """The sources the settings name; none where they name none. Raises SettingsError for a port that is taken.

    What stands in the database and may come and go while the process runs (mailboxes that are read) is one source
    more in this list: its `run` asks the database what there is, begins and ends a reader for each, and returns once
    all of them have ended after `stop`. It counts as a source at any time, since a mailbox may be added later; what
    `run_inbound` says where there is nothing to do is then for it to decide.
    """
    settings = wired.settings
    found: list[MailSource] = []
    if settings.incoming is not None:
        found.append(MaildirSource(settings.incoming, settings.largest_octets))
    return found
