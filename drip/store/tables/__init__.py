"""Every table, and the metadata they belong to."""

from drip.store.columns import METADATA
from drip.store.tables.appointments import appointments
from drip.store.tables.campaigns import campaign_versions, campaigns, version_letters
from drip.store.tables.enrollments import enrollments
from drip.store.tables.facts import business_time, facts, received, tasks
from drip.store.tables.inbox import inbox
from drip.store.tables.mailboxes import mailboxes, rests
from drip.store.tables.notes import notes
from drip.store.tables.notices import notices
from drip.store.tables.people import absences, companies, opt_ins, prospects, reps
from drip.store.tables.read_folders import read_folders
from drip.store.tables.sends import attempts, sends, visits
from drip.store.tables.sent_copies import sent_copies, sent_folders
from drip.store.tables.suppressions import suppressions

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
