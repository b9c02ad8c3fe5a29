"""The menu: every command of drip with its one line of help."""

from types import ModuleType
from typing import Annotated

import typer

from drip import __version__
from drip.cli.group import Entry, Group, Item, Shelf, of
from drip.cli.incoming import CLASSIFY, EVENTS, INBOX, RECEIVE
from drip.cli.output import as_typed, say

_ABOUT = """drip keeps in touch with prospects who are qualified but not ready: it sends one useful letter every
month or quarter, says when to call again, and closes the files of those who stay silent.

New here? `drip demo` shows more than a year of it in about a minute; `drip up` starts the service."""


def menu() -> Group:
    """The whole command, with nothing of it imported yet."""
    app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, no_args_is_help=True)
    app.callback(help=as_typed(_ABOUT))(_top)
    made = typer.main.get_command(app)
    assert isinstance(made, Group)
    return made.hold(_SECTIONS)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"drip {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """What stands before every command."""


def _demo() -> ModuleType:
    from drip.cli.demo import command

    return command


def _up() -> ModuleType:
    from drip.cli import up

    return up


def _processes() -> ModuleType:
    from drip.cli import processes

    return processes


def _campaign() -> ModuleType:
    from drip.cli import campaign

    return campaign


def _preview() -> ModuleType:
    from drip.cli import preview

    return preview


def _send_test() -> ModuleType:
    from drip.cli import send_test

    return send_test


def _new() -> ModuleType:
    from drip.cli import campaign_new

    return campaign_new


def _publish() -> ModuleType:
    from drip.cli import publish

    return publish


def _prospect() -> ModuleType:
    from drip.cli import prospect

    return prospect


def _import() -> ModuleType:
    from drip.cli import prospect_import

    return prospect_import


def _handover() -> ModuleType:
    from drip.cli import handover

    return handover


def _rep_times() -> ModuleType:
    from drip.cli import rep_times

    return rep_times


def _rep() -> ModuleType:
    from drip.cli import rep

    return rep


def _rep_calendar() -> ModuleType:
    from drip.cli import rep_calendar

    return rep_calendar


def _rep_notices() -> ModuleType:
    from drip.cli import rep_notices

    return rep_notices


def _notices() -> ModuleType:
    from drip.cli import notices

    return notices


def _enroll() -> ModuleType:
    from drip.cli import enroll

    return enroll


def _enrollment() -> ModuleType:
    from drip.cli import enrollment

    return enrollment


def _set_fields() -> ModuleType:
    from drip.cli import enrollment_set

    return enrollment_set


def _answers() -> ModuleType:
    from drip.cli import answers

    return answers


def _recall() -> ModuleType:
    from drip.cli import recall

    return recall


def _outcome() -> ModuleType:
    from drip.cli import outcome

    return outcome


def _simulate() -> ModuleType:
    from drip.cli import simulate

    return simulate


def _forecast() -> ModuleType:
    from drip.cli import forecast

    return forecast


def _timeline() -> ModuleType:
    from drip.cli import timeline

    return timeline


def _suppress() -> ModuleType:
    from drip.cli import suppress

    return suppress


def _mailbox() -> ModuleType:
    from drip.cli import mailboxes

    return mailboxes


def _set_mailbox() -> ModuleType:
    from drip.cli import mailbox_set

    return mailbox_set


def _sends() -> ModuleType:
    from drip.cli import sends

    return sends


def _check_mailbox() -> ModuleType:
    from drip.cli import mailbox_check

    return mailbox_check


def _dkim() -> ModuleType:
    from drip.cli import mailbox_dkim

    return mailbox_dkim


def _database() -> ModuleType:
    from drip.cli import database

    return database


_START: dict[str, Entry] = {
    "demo": Item("Watch more than a year of real letters in about a minute.", of(_demo, "demo")),
    "up": Item("Run the whole service here, until Ctrl+C.", of(_up, "up")),
    "doctor": Item("Examine the database and the settings.", of(_database, "examine")),
    "db": Shelf(
        "Look after the database.",
        {"upgrade": Item("Bring the database to the newest schema.", of(_database, "upgrade_it"))},
    ),
}
_PROCESSES: dict[str, Entry] = {
    "worker": Item("Send letters, beside any number of other workers.", of(_processes, "worker")),
    "scheduler": Item("Plan letters and ring for workers; any number may run.", of(_processes, "scheduler")),
    "inbound": Item("Take in mail that comes; any number may run.", of(_processes, "inbound")),
    "web": Item("Serve the public pages; any number may run.", of(_processes, "web")),
    "pulse": Item("Ask whether the process here is alive.", of(_processes, "pulse")),
}
_LETTERS: dict[str, Entry] = {
    "campaign": Shelf(
        "Campaigns: the letters, and when they go.",
        {
            "list": Item("Campaign files, and what is published.", of(_campaign, "list_all")),
            "new": Item("Begin a campaign: its file and its letters, to be written.", of(_new, "begin_it")),
            "check": Item("Find everything wrong with a campaign and its letters.", of(_campaign, "check")),
            "preview": Item("Look at every letter as mail programs show it.", of(_preview, "preview_it")),
            "send-test": Item("Send letters to yourself, over a real mailbox.", of(_send_test, "send_it")),
            "publish": Item("Freeze a version; from then on prospects can be enrolled.", of(_publish, "publish_it")),
            "show": Item("What a campaign says, step by step.", of(_campaign, "show_it")),
        },
    ),
    "simulate": Item("Tell what one prospect will get, and when, from a scenario file.", of(_simulate, "simulate_it")),
    "outcome": Item("Tell what SMTP replies mean, and what is done after each.", of(_outcome, "outcome_it")),
    "classify": CLASSIFY,
}
_PEOPLE: dict[str, Entry] = {
    "rep": Shelf(
        "Reps: who talks to prospects.",
        {
            "add": Item("Add a rep.", of(_rep, "add")),
            "list": Item("All reps.", of(_rep, "list_all")),
            "calendar": Item("The private address of a rep's calendar of calls.", of(_rep_calendar, "calendar")),
            "notices": Item("Show or set which mails a rep gets, and when.", of(_rep_notices, "notices_it")),
            "hours": Item("Show or set when a rep works; recalls fall within.", of(_rep_times, "hours_it")),
            "away": Shelf(
                "Days off: they hold letters and move recalls.",
                {
                    "add": Item("Enter days on which a rep is away.", of(_rep_times, "away_it")),
                    "list": Item("Who is away, and who will be.", of(_rep_times, "list_away")),
                    "cancel": Item("Cancel an absence, or end it early.", of(_rep_times, "cancel_away")),
                },
                usual="add",
            ),
            "handover": Item("Hand prospects over to another rep.", of(_handover, "hand_over")),
        },
    ),
    "mailbox": Shelf(
        "Mailboxes: where letters leave from.",
        {
            "add": Item("Add a mailbox and its server.", of(_mailbox, "add")),
            "list": Item("All mailboxes.", of(_mailbox, "list_all")),
            "show": Item("One mailbox, with its pace and what waits for it.", of(_set_mailbox, "show_one")),
            "set": Item("Change its server, its pace, or what it does in doubt.", of(_set_mailbox, "set_it")),
            "check": Item("See that it can send, and that its letters are believed.", of(_check_mailbox, "check")),
            "dkim": Item("Make the key that signs letters, and its DNS record.", of(_dkim, "dkim")),
            "pause": Item("Send nothing from a mailbox for now.", of(_mailbox, "pause")),
            "resume": Item("Send from it again.", of(_mailbox, "resume")),
        },
    ),
    "prospect": Shelf(
        "Prospects: the people reps have talked to.",
        {
            "import": Item("Take in a CSV file, such as an export of HubSpot contacts.", of(_import, "import_them")),
            "add": Item("Add one prospect.", of(_prospect, "add")),
            "list": Item("Find prospects.", of(_prospect, "list_all")),
            "show": Item("One prospect, with everything about them.", of(_prospect, "show_one")),
        },
    ),
    "suppress": Shelf(
        "Never write to an address or a domain again.",
        {
            "add": Item("Suppress; `drip suppress ann@example.com` does the same.", of(_suppress, "add")),
            "lift": Item("Allow an address or domain again.", of(_suppress, "lift_it")),
            "list": Item("Everything suppressed, the newest first.", of(_suppress, "list_all")),
        },
        usual="add",
    ),
}
_DAILY: dict[str, Entry] = {
    "enroll": Item("Enroll one prospect in a campaign, or many at once.", of(_enroll, "enroll_them")),
    "enrollment": Shelf(
        "Steer an enrollment.",
        {
            "list": Item("Enrollments, open and closed.", of(_enrollment, "list_all")),
            "pause": Item("Hold the emails; the recall goes on.", of(_enrollment, "pause_it")),
            "resume": Item("Let the emails go on.", of(_enrollment, "resume_it")),
            "set": Item("Change what the letters say of one prospect.", of(_set_fields, "set_it")),
            "skip": Item("Take the next letter out.", of(_enrollment, "skip_it")),
            "end": Item("Undo an enrollment made by mistake; it counts nowhere.", of(_enrollment, "end_it")),
        },
    ),
    "recall": Shelf(
        "Recalls: the calls reps owe.",
        {
            "list": Item("Who to call: overdue, today, and in the next days.", of(_recall, "list_all")),
            "done": Item("Record a call and its outcome.", of(_recall, "done")),
            "promise": Item("Keep the day agreed for the next call; no rule moves it.", of(_recall, "promise")),
            "call-off": Item("Call off an appointment; who was invited is told.", of(_recall, "call_off")),
        },
    ),
    "reply": Shelf(
        "Replies: what prospects write back.",
        {
            "record": Item("Record a reply; the letters wait for the rep.", of(_answers, "record_reply")),
            "resolve": Item("It is dealt with: the letters go on.", of(_answers, "resolve_it")),
        },
    ),
    "email": Shelf(
        "Emails that reps write by hand.",
        {"record": Item("Record one; the next letter keeps the gap after it.", of(_answers, "record_email"))},
    ),
    "receive": RECEIVE,
    "inbox": INBOX,
    "events": EVENTS,
    "sends": Shelf(
        "Letters whose answer was lost.",
        {
            "uncertain": Item("Letters that may or may not have arrived.", of(_sends, "list_uncertain")),
            "resolve": Item("Say what became of one, or send it again.", of(_sends, "resolve_it")),
        },
    ),
    "opt-in": Shelf(
        "Opt-ins: prospects who said yes.",
        {"record": Item("Record a yes you were told of, with its words.", of(_answers, "record_opt_in"))},
    ),
    "notices": Item("Mail to reps: what was sent, waits, or failed.", of(_notices, "list_all")),
    "forecast": Item("Who gets what, when and from whom, in the next weeks.", of(_forecast, "forecast_it")),
    "timeline": Item("Everything that happened to one prospect, and why.", of(_timeline, "tell")),
}
_SECTIONS: dict[str, dict[str, Entry]] = {
    "Start": _START,
    "Many processes": _PROCESSES,
    "Letters": _LETTERS,
    "People": _PEOPLE,
    "Every day": _DAILY,
}
