"""Tables of people: reps and their absences, companies, prospects, and the proof that a prospect opted in."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text

from drip.domain.company import Relation
from drip.store.columns import (
    METADATA,
    Amount,
    Json,
    Key,
    UtcTime,
    check,
    count,
    id_column,
    one_of,
    reference,
    words,
)

ROLES = ("rep", "marketing", "admin")
THROUGH = ("link", "form", "rep", "import")

reps = Table(
    "reps",
    METADATA,
    id_column(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    words("title"),
    words("phone"),
    words("signature"),
    Column("time_zone", Text),
    Column("role", Text, nullable=False, server_default="rep"),
    Column("times", Text),  # hours and absences as `store.absences` writes them; None: there at any time
    Column("times_told_to", Key),  # the last enrollment that heard of a change of them; None: all have
    Column("created_at", UtcTime, nullable=False),
    count("links_renewed"),  # how often the rep's private links were renewed; older ones are dead
    Column("notices", Json),  # which notices the rep wants, where that is said: domain.notice.Wishes
    Column("notices_at", UtcTime),  # business time of the next one by the calendar; None: look anew
    one_of("role", ROLES),
    check("lower_email", "email = lower(email)"),
    Index(None, "notices_at"),
    sqlite_autoincrement=True,
)

absences = Table(
    "absences",
    METADATA,
    id_column(),
    reference("rep_id", "reps"),
    Column("first_on", Date, nullable=False),  # days of the rep, both ends counted
    Column("last_on", Date, nullable=False),
    Column("begin_at", UtcTime, nullable=False),  # what it holds: not what was before it was entered,
    Column("end_at", UtcTime, nullable=False),  # nor what comes after it was cancelled
    words("reason"),
    Column("who", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("cancelled_at", UtcTime),
    check("first_before_last", "first_on <= last_on"),
    check("begins_before_end", "begin_at <= end_at"),
    Index(None, "rep_id"),
    sqlite_autoincrement=True,
)

companies = Table(
    "companies",
    METADATA,
    id_column(),
    Column("name", Text, nullable=False),
    Column("domain", Text, unique=True),
    Column("sic", Text),
    Column("naics", Text),
    Column("employees", Integer),
    Column("revenue", Amount),
    Column("currency", Text, nullable=False, server_default="USD"),
    Column("country", Text),
    Column("relation", Text, nullable=False, server_default=Relation.NONE.value),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    one_of("relation", Relation),
    check("lower_domain", "domain = lower(domain)"),
    sqlite_autoincrement=True,
)
Index(
    "uq_companies_name_without_domain",
    companies.c.name,
    unique=True,
    sqlite_where=text("domain IS NULL"),
    postgresql_where=text("domain IS NULL"),
)

prospects = Table(
    "prospects",
    METADATA,
    id_column(),
    Column("email", Text, nullable=False, unique=True),
    words("first_name"),
    words("last_name"),
    words("title"),
    words("phone"),
    reference("company_id", "companies", optional=True),
    reference("owner_rep_id", "reps", optional=True),
    Column("country", Text),
    Column("region", Text),
    Column("time_zone", Text),
    Column("touched_on", Date),  # the prospect's local day of the last touch of any of us (R24)
    Column("opted_in_at", UtcTime),
    Column("opted_out_at", UtcTime),
    Column("bounced_at", UtcTime),
    Column("complained_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    check("lower_email", "email = lower(email)"),
    check("email_with_at", "email LIKE '%_@_%'"),
    Index(None, "company_id"),
    Index(None, "owner_rep_id"),
    sqlite_autoincrement=True,
)

opt_ins = Table(
    "opt_ins",
    METADATA,
    id_column(),
    reference("prospect_id", "prospects"),
    reference("enrollment_id", "enrollments", optional=True),
    reference("send_id", "sends", optional=True),
    Column("at", UtcTime, nullable=False),
    Column("through", Text, nullable=False),
    Column("wording", Text, nullable=False),  # exactly what was shown or said (R18)
    words("address"),  # of the client
    Column("who", Text, nullable=False),
    one_of("through", THROUGH),
    Index(None, "prospect_id"),
    sqlite_autoincrement=True,
)
