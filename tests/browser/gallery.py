"""Every public page in every state, from made-up people; to be looked at, and measured by tests."""

from dataclasses import replace
from datetime import date

from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow, State
from drip.domain.facts import Answer
from drip.web.pages import page
from drip.web.visitor import Call, Rep, Sender, Visitor
from tests.browser import recall_gallery

LINKS = {name: f"#{name}" for name in ("opt_in", "opt_out", "less_often", "keep_open", "call_me", "close_file", "view")}
TODAY = date(2026, 3, 10)  # a Tuesday
ANN = Visitor(
    first_name="Maria",
    email="maria.gonzalez@northfield-castings.example",
    rep=Rep("Ann Carter", "ann.carter@brightline.example", "Account executive", "+1 212 555 0148"),
    sender=Sender(
        "Brightline Controls",
        "ann.carter@brightline.example",
        "Brightline Controls Inc.\n48 Mercer Street\nNew York, NY 10013",
    ),
    today=TODAY,
    state=State.DRIPPING,
    interval=Duration(1, Unit.MONTH),
    longer=Duration(2, Unit.MONTH),
    next_email_on=date(2026, 4, 6),
    call=Call(date(2026, 4, 21), CallWindow.EARLY),
)
OPTED_IN = replace(ANN, opted_in_on=TODAY)
STOPPED = replace(ANN, state=State.OPTED_OUT, stopped_on=TODAY, next_email_on=None)
LONG = replace(
    ANN,
    first_name="Wolfeschlegelsteinhausenbergerdorff",
    email="wolfeschlegelsteinhausenbergerdorff.the-seventh@subsidiary.international-holdings.example",
    rep=Rep(
        "Maximiliane Freifrau von Hohenlohe-Waldenburg",
        "m@example.com",
        "Senior regional account director, process industries",
    ),
)
QUARTERLY = replace(ANN, interval=Duration(1, Unit.QUARTER), longer=Duration(1, Unit.QUARTER))
SILENT = replace(
    ANN, state=State.CLOSED, closed_reason="silence", closed_on=date(2026, 3, 6), next_email_on=None, call=None
)
DECLINED = replace(SILENT, closed_reason="declined", closed_on=TODAY, answer=Answer.CLOSE_FILE, answered_on=TODAY)
ASKED = replace(
    ANN, waits=True, call=Call(date(2026, 3, 11), CallWindow.LATE), answer=Answer.CALL_ME, answered_on=TODAY
)
EARLIER = date(2026, 3, 2)
OTHERS = {"keep_open": "Keep it open", "call_me": "Call me", "close_file": "Close my file"}
PROMISED = Call(date(2026, 3, 16), CallWindow.ANY, promised=True)
LESS: dict[str, object] = {"can_less": True}


def _closing(answer: str) -> dict[str, object]:
    return {"answer": answer, "others": {key: OTHERS[key] for key in OTHERS if key != answer}}


def _problem(title: str, *lines: str) -> dict[str, object]:
    return {"title": title, "lines": lines, "request_id": "k3Jx9Q2a"}


PAGES: dict[str, tuple[str, Visitor | None, dict[str, object]]] = {
    "opt_in-ask": ("opt_in/ask", ANN, {"seen": "x"}),
    "opt_in-ask-long": ("opt_in/ask", LONG, {"seen": "x"}),
    "opt_in-ask-closed": ("opt_in/ask", SILENT, {"seen": "x"}),
    "opt_in-done": ("opt_in/done", OPTED_IN, {"again": False}),
    "opt_in-done-promised": ("opt_in/done", replace(OPTED_IN, call=PROMISED), {"again": False}),
    "opt_in-done-none": ("opt_in/done", replace(OPTED_IN, next_email_on=None), {"again": False}),
    "opt_in-again": ("opt_in/done", replace(OPTED_IN, opted_in_on=EARLIER), {"again": True}),
    "opt_in-stopped": ("opt_in/stopped", replace(STOPPED, stopped_on=EARLIER), {}),
    "opt_in-told": ("opt_in/told", replace(STOPPED, stopped_on=EARLIER), {}),
    "opt_out-ask": ("opt_out/ask", ANN, LESS),
    "opt_out-ask-long": ("opt_out/ask", LONG, LESS),
    "opt_out-ask-least": ("opt_out/ask", QUARTERLY, {"can_less": True}),
    "opt_out-done": ("opt_out/done", replace(STOPPED, call=None), {"again": False}),
    "opt_out-done-call": ("opt_out/done", replace(STOPPED, call=PROMISED), {"again": False}),
    "opt_out-again": ("opt_out/done", replace(STOPPED, stopped_on=EARLIER, call=None), {"again": True}),
    "less_often-ask": ("less_often/ask", ANN, {}),
    "less_often-least": ("less_often/ask", QUARTERLY, {}),
    "less_often-done": (
        "less_often/done",
        replace(ANN, interval=Duration(2, Unit.MONTH), longer=Duration(1, Unit.QUARTER)),
        {"undo": "1 month", "undo_often": "once a month"},
    ),
    "less_often-undone": ("less_often/done", ANN, {"undo": "", "undo_often": ""}),
    "keep_open-ask": ("closing/ask", replace(ANN, state=State.CLOSING), _closing("keep_open")),
    "keep_open-ask-closed": ("closing/ask", SILENT, _closing("keep_open")),
    "keep_open-done": ("closing/done", ANN, {"answer": "keep_open", "again": False}),
    "keep_open-done-none": (
        "closing/done",
        replace(ANN, next_email_on=None),
        {"answer": "keep_open", "again": False},
    ),
    "keep_open-again": (
        "closing/done",
        replace(ANN, answer=Answer.KEEP_OPEN, answered_on=EARLIER),
        {"answer": "keep_open", "again": True},
    ),
    "call_me-ask": (
        "closing/ask",
        replace(ANN, state=State.CLOSING),
        _closing("call_me"),
    ),
    "call_me-done": ("closing/done", ASKED, {"answer": "call_me", "again": False}),
    "close_file-ask": ("closing/ask", replace(ANN, state=State.CLOSING), _closing("close_file")),
    "close_file-ask-promised": (
        "closing/ask",
        replace(ANN, state=State.CLOSING, call=PROMISED),
        _closing("close_file"),
    ),
    "close_file-done-promised": (
        "closing/done",
        replace(DECLINED, call=PROMISED),
        {"answer": "close_file", "again": False},
    ),
    "close_file-done": ("closing/done", DECLINED, {"answer": "close_file", "again": False}),
    "close_file-silence": ("closing/done", SILENT, {"answer": "close_file", "again": True}),
    "ended-stopped": ("ended", STOPPED, {}),
    "ended-won": ("ended", replace(ANN, state=State.WON, call=None), {}),
    "ended-undeliverable": ("ended", replace(ANN, state=State.UNDELIVERABLE), {}),
    "ended-undeliverable-yes": ("ended", replace(ANN, state=State.UNDELIVERABLE), {"thanks": True}),
    "ended-blocked": ("ended", replace(ANN, blocked=True), {}),
    "ended-closed": ("ended", SILENT, {}),
    "ended-mistake": ("ended", replace(ANN, state=State.ENDED, call=None), {}),
    "problem-404": (
        "problem",
        None,
        _problem(
            "This link does not work",
            "Perhaps an email program cut it in two. Please open the email again and use the link there.",
            "To stop the emails you can also answer one of them with the word “stop”.",
            "Nothing was changed.",
        ),
    ),
    "problem-500": (
        "problem",
        None,
        _problem(
            "Something went wrong here",
            "Please try again in a minute. If it stays like this, answer the email instead: a person reads it.",
        ),
    ),
    "home": ("home", None, {}),
    **{
        name: (template, None, {"links": recall_gallery.LINKS, **values})
        for name, (template, values) in recall_gallery.PAGES.items()
    },
}


def show(name: str) -> str:
    """The finished HTML of one page of the gallery."""
    template, visitor, values = PAGES[name]
    answer = page(template, {"visitor": visitor, "links": LINKS, **values})
    return bytes(answer.body).decode()
