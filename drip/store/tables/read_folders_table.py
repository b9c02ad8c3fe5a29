"""Table of the folders that mail is read from, and how far each is read."""

from sqlalchemy import BigInteger, Column, Table, Text

from drip.store.columns import METADATA, UtcTime, check
from drip.store.tables.imap_columns import account, standing

# All times are machine time: they are compared with the server's own.
read_folders = Table(
    "read_folders",
    METADATA,
    *account(),
    Column("folder", Text, nullable=False),
    Column("handled", Text),  # the folder mail is moved to; None: it stays, a person reads there, too
    Column("validity", BigInteger),  # UIDVALIDITY, without which a UID says nothing
    Column("last_uid", BigInteger),  # the newest that was handled, where mail stays
    Column("since", UtcTime, nullable=False),  # mail from before it is not looked at, where mail stays
    Column("read_at", UtcTime),  # when all there was had been handled
    *standing(),
    check("mark_is_whole", "(validity IS NULL) = (last_uid IS NULL)"),
)
