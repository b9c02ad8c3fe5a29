"""Every page for a rep in every state, from made-up people; to be looked at, and measured by tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from drip.domain.facts import Outcome
from drip.web.recall.foresee import LABELS, MISSED, REACHED
from drip.web.recall.given import Given
from drip.web.recall.sheet import Choice, Letter, Sheet

LINKS = {name: f"#{name}" for name in ("sheet", "resolve", "suggested", *Outcome)}
TODAY = date(2026, 3, 10)  # a Tuesday
FOLLOWS = {
    "meeting_set": "the letters end",
    "promised": "you pick it",
    "not_ready": "call on 10\u00a0September",
    "not_interested": "the file closes",
    "do_not_contact": "for good",
    "no_answer": "call on 16\u00a0March",
    "voicemail": "call on 16\u00a0March",
    "wrong_person": "call on 10\u00a0September",
    "bad_number": "call on 10\u00a0September",
}
SUBJECTS = ("What an hour of downtime costs", "Five spare parts worth their shelf", "Ask your operators first")
ROWS = (
    ("Call", "Monday 16\u00a0March, 07:30–08:30 their time, try 2 of 3"),
    ("Letters", "They go on: the next around Friday 20\u00a0March, then once a month"),
)


def _choices(codes: tuple[Outcome, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(code.value, LABELS[code], FOLLOWS[code.value]) for code in codes)


MARIA = Sheet(
    rep_name="Ann Carter",
    rep_email="ann.carter@brightline.example",
    name="Maria Gonzalez",
    first_name="Maria",
    email="maria.gonzalez@northfield-castings.example",
    today=TODAY,
    title="Plant manager",
    company="Northfield Castings",
    phone="+1 216 555 0148",
    local_time="07:42",
    place="New York",
    due="Today, 07:30–08:30",
    why="You promised this day",
    hot_button="Unplanned stops on line 2 after the furnace was rebuilt",
    next_step="Walk the line together, count the stops for a week",
    said="Budget is decided in March. Call me then, not before.",
    likes="phone",
    opted_in_on=date(2026, 2, 3),
    letters=(
        Letter(date(2026, 3, 3), SUBJECTS[0], ("brightline.example/guide", "“call me”")),
        Letter(date(2026, 2, 3), SUBJECTS[1], ("“yes, send me these”",)),
        Letter(date(2026, 1, 6), SUBJECTS[2]),
    ),
    now=ROWS,
    reached=_choices(REACHED),
    missed=_choices(MISSED),
)
REPLIED = replace(
    MARIA,
    waits="Maria replied",
    why="The prospect replied",
    said="Sounds interesting. Could you send me the figures for a line of our size? We run two shifts.",
    said_on=date(2026, 3, 9),
)
BARE = Sheet(
    rep_name="Cher",
    rep_email="cher@brightline.example",
    name="info@northfield-castings.example",
    first_name="",
    email="info@northfield-castings.example",
    today=TODAY,
    local_time="16:05",
    place="New York",
    due="Overdue since Monday 2 March",
    late=True,
    why="The routine call, six months on unless agreed otherwise (try 2)",
    now=ROWS,
    reached=_choices(REACHED),
    missed=_choices(MISSED),
)
ASKED = replace(REPLIED, asked_on=date(2026, 6, 1), asked_in="try me again in June")
LONG = replace(
    MARIA,
    rep_name="Maximiliane Freifrau von Hohenlohe-Waldenburg",
    name="Wolfeschlegelsteinhausenbergerdorff Schmidt-Rottluff",
    first_name="Wolfeschlegelsteinhausenbergerdorff",
    email="wolfeschlegelsteinhausenbergerdorff.the-seventh@subsidiary.international-holdings.example",
    title="Senior regional maintenance director, process industries",
    company="Subsidiary of International Holdings (Europe, Middle East and Africa) GmbH & Co. KG",
    phone="+49 (0) 6221 987654-321 ext. 12",
    why="The prospect answered the closing email; they asked for it",
    said="https://intranet.international-holdings.example/procurement/suppliers/2026/onboarding-of-new-suppliers",
    letters=(
        Letter(date(2026, 3, 3), SUBJECTS[0], ("brightline.example/guides/what-an-hour-of-downtime-costs-a-foundry",)),
    ),
)
FATIMA = replace(
    ASKED,
    rep_name="محمد بن راشد",
    name="فاطمة الزهراء العلي",
    first_name="فاطمة",
    title="مديرة المصنع",
    company="مسبك الشمال",
    waits="فاطمة replied",
    said="اتصل بي في شهر مارس من فضلك.",
    asked_in="في شهر مارس",
)
STOPPED = replace(MARIA, stopped_on=date(2026, 3, 2), said="Call me in June.\n\nBest regards\nMaria", said_on=TODAY)
CLOSED_ROWS = (("Call", "None is planned"), ("Letters", "None: the file is closed"))
CLOSED = replace(
    MARIA, owed=False, due="No call is owed", why="", now=CLOSED_ROWS, reached=_choices(REACHED[:3]), missed=()
)
WON = replace(CLOSED, reached=(), now=(("Call", "None is planned"), ("Letters", "None: a meeting is set")))
NEVER = replace(CLOSED, reached=(), now=(("Call", "None is planned"), ("Letters", "None, ever again")))
SATURDAY = "Saturday 14\u00a0March is no business day. Choose another day, or one of those below."
GOOD_DAYS = (date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18))


def _ask(outcome: str, sheet: Sheet = MARIA, given: Given | None = None) -> dict[str, Any]:
    rows = () if outcome == "promised" else ROWS
    return {
        "sheet": sheet,
        "outcome": outcome,
        "label": LABELS[Outcome(outcome)],
        "given": given or Given(),
        "rows": rows,
        "first": "2026-03-10",
        "last": "2031-03-14",
    }


def _recorded(outcome: str, sheet: Sheet, just_now: bool = True) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "just_now": just_now,
        "outcome": outcome,
        "label": LABELS[Outcome(outcome)],
        "called_on": TODAY if just_now else date(2026, 3, 9),
        "called_by": "Ann Carter",
        "correct": "#correct",
    }


def _gone(standing: str) -> dict[str, Any]:
    return {"standing": standing, "until": "Thursday 9\u00a0April", "rep": "Lou Poe"}


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "recall-sheet": ("recall/sheet", {"sheet": MARIA}),
    "recall-sheet-replied": ("recall/sheet", {"sheet": REPLIED}),
    "recall-sheet-stopped": ("recall/sheet", {"sheet": STOPPED}),
    "recall-sheet-bare": ("recall/sheet", {"sheet": BARE}),
    "recall-sheet-long": ("recall/sheet", {"sheet": LONG}),
    "recall-sheet-closed": ("recall/sheet", {"sheet": CLOSED}),
    "recall-sheet-won": ("recall/sheet", {"sheet": WON}),
    **{f"recall-ask-{one}": ("recall/ask", _ask(one)) for one in ("promised", "meeting_set", "no_answer")},
    "recall-ask-long": ("recall/ask", _ask("do_not_contact", LONG)),
    "recall-refused": (
        "recall/ask",
        _ask(
            "promised",
            given=Given("2026-03-14", "10:00", True, "Back from leave", error=SATURDAY, about="on", days=GOOD_DAYS),
        ),
    ),
    "recall-ask-no-invitation": ("recall/ask", _ask("promised", replace(MARIA, may_invite=False))),
    "recall-recorded": ("recall/recorded", _recorded("no_answer", MARIA)),
    "recall-recorded-never": ("recall/recorded", _recorded("do_not_contact", NEVER)),
    "recall-dealt-with": ("recall/recorded", _recorded("no_answer", MARIA, just_now=False)),
    "recall-resolve": ("recall/resolve", {"sheet": REPLIED, "rows": ROWS}),
    "recall-suggested": ("recall/suggested", {"sheet": ASKED, "rows": ROWS}),
    "recall-sheet-right-to-left": ("recall/sheet", {"sheet": FATIMA}),
    "recall-suggested-right-to-left": ("recall/suggested", {"sheet": FATIMA, "rows": ROWS}),
    "recall-sheet-suggested": ("recall/sheet", {"sheet": ASKED}),
    "recall-suggested-done": ("recall/suggested_done", {"sheet": REPLIED, "again": False}),
    "recall-resolved": ("recall/resolved", {"sheet": MARIA, "again": False}),
    **{f"recall-{one}": ("recall/gone", _gone(one)) for one in ("expired", "handed_over")},
}
