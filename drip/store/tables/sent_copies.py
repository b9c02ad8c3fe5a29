"""Tables of copies: the folder of sent mail of a mailbox, and which letters are still to be copied there."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from drip.store.columns import METADATA, Key, UtcTime, check, count, one_of, reference
from drip.store.tables.mailboxes import SECURITY

STATES = ("waiting", "copied", "given_up")
WAITING = "state = 'waiting'"

# Business time: since, looked_at. Machine time: retry_at, lease_until.
sent_folders = Table(
    "sent_folders",
    METADATA,
    Column("mailbox_id", Key, ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("security", Text, nullable=False),
    Column("login", Text),  # None: the mailbox's own, with its password
    Column("secret", Text),  # encrypted by whoever hands it to the store
    Column("folder", Text),  # None: the one the server calls \Sent
    Column("since", UtcTime, nullable=False),  # letters accepted before it are not copied
    Column("looked_at", UtcTime),  # when accepted letters were last noted
    count("failures"),  # in a row
    Column("trouble", Text),
    Column("retry_at", UtcTime),
    Column("lease_token", Text),
    Column("lease_until", UtcTime),
    one_of("security", SECURITY),
    check("port_in_range", "port BETWEEN 1 AND 65535"),
    check("until_while_leased", "(lease_token IS NULL) = (lease_until IS NULL)"),
)

sent_copies = Table(
    "sent_copies",
    METADATA,
    Column("send_id", Key, ForeignKey("sends.id"), primary_key=True, autoincrement=False),
    reference("mailbox_id", "mailboxes"),
    Column("state", Text, nullable=False, server_default="waiting"),
    count("tries"),  # how often the server did not take it
    Column("reason", Text),  # why it was given up, or not taken
    Column("noted_at", UtcTime, nullable=False),  # business time
    one_of("state", STATES),
    Index(
        "ix_sent_copies_waiting", "mailbox_id", "send_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)
    ),
)
