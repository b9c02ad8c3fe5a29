"""Every table, and the metadata they belong to."""

from drip.store.columns import METADATA
from drip.store.tables.appointments_table import appointments
from drip.store.tables.campaigns_tables import campaign_versions, campaigns, version_letters
from drip.store.tables.enrollments_table import enrollments
from drip.store.tables.facts_tables import business_time, facts, received, tasks
from drip.store.tables.inbox_table import inbox
from drip.store.tables.mailboxes_table import mailboxes, rests
from drip.store.tables.notes_table import notes
from drip.store.tables.notices_table import notices
from drip.store.tables.people_tables import absences, companies, opt_ins, prospects, reps
from drip.store.tables.read_folders_table import read_folders
from drip.store.tables.sends_tables import attempts, sends, visits
from drip.store.tables.sent_copies_tables import sent_copies, sent_folders
from drip.store.tables.suppressions_table import suppressions

__all__ = [
    "METADATA",
    "absences",
    "appointments",
    "attempts",
    "business_time",
    "campaign_versions",
    "campaigns",
    "companies",
    "enrollments",
    "facts",
    "inbox",
    "mailboxes",
    "notes",
    "notices",
    "opt_ins",
    "prospects",
    "read_folders",
    "received",
    "reps",
    "rests",
    "sends",
    "sent_copies",
    "sent_folders",
    "suppressions",
    "tasks",
    "version_letters",
    "visits",
]
