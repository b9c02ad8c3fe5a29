"""Tables of copies: the folder of sent mail of a mailbox, and which letters are still to be copied there."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, text

from drip.store.columns import METADATA, Key, UtcTime, count, one_of, reference
from drip.store.tables.imap_columns import account, standing

STATES = ("waiting", "copied", "given_up")
WAITING = "state = 'waiting'"

# Business time: since, looked_at. Machine time: retry_at, lease_until.
sent_folders = Table(
    "sent_folders",
    METADATA,
    *account(),
    Column("folder", Text),  # None: the one the server calls \Sent
    Column("since", UtcTime, nullable=False),  # letters accepted before it are not copied
    Column("looked_at", UtcTime),  # when accepted letters were last noted
    *standing(),
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
