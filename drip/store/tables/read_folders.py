"""Table of the folders that mail is read from, and how far each is read."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from drip.store.columns import METADATA, Key, UtcTime, check, count, one_of
from drip.store.tables.mailboxes import SECURITY

# All times are machine time: they are compared with the server's own.
read_folders = Table(
    "read_folders",
    METADATA,
    Column("mailbox_id", Key, ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("security", Text, nullable=False),
    Column("login", Text),  # None: the mailbox's own, with its password
    Column("secret", Text),  # encrypted by whoever hands it to the store
    Column("folder", Text, nullable=False),
    Column("handled", Text),  # the folder mail is moved to; None: it stays, a person reads there, too
    Column("validity", BigInteger),  # UIDVALIDITY, without which a UID says nothing
    Column("last_uid", BigInteger),  # the newest that was handled, where mail stays
    Column("since", UtcTime, nullable=False),  # mail from before it is not looked at, where mail stays
    Column("read_at", UtcTime),  # when all there was had been handled
    count("failures"),  # in a row
    Column("trouble", Text),
    Column("retry_at", UtcTime),
    Column("lease_token", Text),
    Column("lease_until", UtcTime),
    one_of("security", SECURITY),
    check("port_in_range", "port BETWEEN 1 AND 65535"),
    check("mark_is_whole", "(validity IS NULL) = (last_uid IS NULL)"),
    check("until_while_leased", "(lease_token IS NULL) = (lease_until IS NULL)"),
)
