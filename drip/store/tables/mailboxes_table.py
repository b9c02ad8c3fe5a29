"""Tables of mailboxes: the identities we send from, with their limits, and where they rest."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, text

from drip.store.columns import (
    METADATA,
    Json,
    Key,
    UtcTime,
    check,
    flag,
    id_column,
    one_of,
    reference,
    words,
)

SECURITY = ("none", "starttls", "tls")
MAILBOX_STATES = ("active", "paused")
UNCERTAIN_POLICIES = ("left", "again")

mailboxes = Table(
    "mailboxes",
    METADATA,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    reference("rep_id", "reps", optional=True),
    Column("address", Text, nullable=False),
    words("from_name"),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("security", Text, nullable=False),
    Column("login", Text),
    Column("secret", Text),  # encrypted by whoever hands it to the store
    Column("time_zone", Text),
    words("postal_address"),
    Column("state", Text, nullable=False, server_default="active"),
    Column("paused_reason", Text),
    Column("paused_at", UtcTime),
    Column("uncertain_policy", Text, nullable=False, server_default="left"),  # R40
    Column("per_minute", Integer),  # None: as fast as the server takes them
    Column("per_day", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("warm_up", Json),  # {"start": letters on the first day, "step": more each sending day}
    Column("warm_up_on", Date),  # the first day of it, machine time
    Column("domain_pace", Json, nullable=False, server_default="{}"),  # domain or "*": {span: letters}
    Column("resumed_at", UtcTime),  # business time; brakes count nothing from before
    Column("warning", Text),  # what a brake warns of at present
    Column("slowed_at", UtcTime),  # machine time a rate limit last cut the connections
    Column("slowed_to", Integer),  # and to how many
    # What the last count of 24 hours left of the limit `day_room_of`, less what was leased since: never more
    # than there is, since nothing but a lease takes room. None: count anew.
    Column("day_room", Integer),
    Column("day_room_of", Integer),
    Column("day_full_until", UtcTime),  # machine time before which a full day is not counted again
    Column("bounces_to", Text, nullable=False, server_default="own"),  # own, tagged, or a domain; domain.return_path
    flag("for_notices"),  # mail to our own people goes from here, at most one
    one_of("security", SECURITY),
    one_of("state", MAILBOX_STATES),
    one_of("uncertain_policy", UNCERTAIN_POLICIES),
    check("reason_when_paused", "(state = 'paused') = (paused_reason IS NOT NULL)"),
    check("time_when_paused", "(state = 'paused') = (paused_at IS NOT NULL)"),
    check("port_in_range", "port BETWEEN 1 AND 65535"),
    check("pace_above_zero", "coalesce(per_minute, 1) > 0 AND coalesce(per_day, 1) > 0"),
    Index(
        "uq_mailboxes_for_notices",
        "for_notices",
        unique=True,
        sqlite_where=text("for_notices"),
        postgresql_where=text("for_notices"),
    ),
    sqlite_autoincrement=True,
)

# Nothing is sent from a mailbox to a recipient domain before `until` (machine time); "" is every domain.
rests = Table(
    "rests",
    METADATA,
    Column("mailbox_id", Key, ForeignKey("mailboxes.id"), primary_key=True, autoincrement=False),
    Column("domain", Text, primary_key=True),
    Column("until", UtcTime, nullable=False),
)
