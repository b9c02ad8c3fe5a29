"""The part of the menu that is about mail that comes in."""

from types import ModuleType

from drip.cli.group import Item, Shelf, of


def _classify() -> ModuleType:
    from drip.cli import classify

    return classify


def _receive() -> ModuleType:
    from drip.cli import receive

    return receive


def _inbox() -> ModuleType:
    from drip.cli import inbox

    return inbox


def _events() -> ModuleType:
    from drip.cli import events

    return events


CLASSIFY = Item("Show what is understood of mails that came in.", of(_classify, "classify_it"))
RECEIVE = Item("Take in mails that came, and act on each.", of(_receive, "receive_it"))
INBOX = Shelf(
    "Mails that came in and could not be placed.",
    {
        "list": Item("Those that wait for a person.", of(_inbox, "list_them")),
        "show": Item("One mail, with its words.", of(_inbox, "show_it")),
        "place": Item("Say whose it is: it is acted on now.", of(_inbox, "place_it")),
        "dismiss": Item("Nothing follows from it.", of(_inbox, "dismiss_it")),
    },
)
EVENTS = Shelf(
    "What mail providers tell of letters over HTTP.",
    {
        "key": Item("The key to sign events with, and an example.", of(_events, "show_key")),
        "send": Item("Sign events from a file and post them.", of(_events, "send_them")),
    },
)
