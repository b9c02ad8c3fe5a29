"""The table of the inbox: mails that could not be placed, as they came, until a person has looked at them (R35)."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, text

from drip.store.columns import METADATA, Key, UtcTime, check, count, one_of, words

STATES = ("waiting", "set_aside", "placed", "dismissed")
WAITING = "state = 'waiting'"

# `raw` is erased when a person has dealt with it: what must stay of it then stands in `received`.
inbox = Table(
    "inbox",
    METADATA,
    Column("received_id", Key, ForeignKey("received.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("cls", Text, nullable=False),  # what it is: a class of drip.inbound.classify
    Column("rule", Text, nullable=False),
    words("sender"),
    words("subject"),
    count("size"),  # octets of the whole mail
    Column("raw", LargeBinary),  # at most its first 256 KiB
    Column("done_at", UtcTime),
    Column("done_by", Text),
    one_of("state", STATES),
    check("done_by_somebody", "(done_at IS NULL) = (done_by IS NULL)"),
    Index("ix_inbox_waiting", "received_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
)
