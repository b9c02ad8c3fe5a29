"""What the tables of folders at IMAP servers have in common: whose they are, how to log in, and how it went."""

from sqlalchemy import Column, ForeignKey, Integer, Text
from sqlalchemy.schema import SchemaItem

from drip.store.columns import Key, UtcTime, check, count, one_of
from drip.store.tables.mailboxes_table import SECURITY


def account() -> tuple[SchemaItem, ...]:
    """The mailbox a folder belongs to, one each, and how to log in at its server."""
    return (
        Column("mailbox_id", Key, ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False),
        Column("host", Text, nullable=False),
        Column("port", Integer, nullable=False),
        Column("security", Text, nullable=False),
        Column("login", Text),  # None: the mailbox's own, with its password
        Column("secret", Text),  # encrypted by whoever hands it to the store
        one_of("security", SECURITY),
        check("port_in_range", "port BETWEEN 1 AND 65535"),
    )


def standing() -> tuple[SchemaItem, ...]:
    """What trouble there was with it, when to try again, and who is at it; times are machine time."""
    return (
        count("failures"),  # in a row
        Column("trouble", Text),
        Column("retry_at", UtcTime),
        Column("lease_token", Text),
        Column("lease_until", UtcTime),
        check("until_while_leased", "(lease_token IS NULL) = (lease_until IS NULL)"),
    )
