"""The demo's closing report: what fourteen months brought, on one page of 80 columns."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date

from drip.actions.words import OUTCOMES
from drip.cli.demo import report_mail
from drip.cli.demo.figures import Figures
from drip.cli.output import strong
from drip.cli.words import count

WIDTH = 78
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BAR = 44  # columns, for the month with the most letters
_BAD_ROWS = {  # a row with ...
    "invalid_email": "no valid address",
    "no_email": "no address at all",
    "duplicate": "an address that came before",
    "cell_count": "cells missing",
    "unreadable": "unmatched quotes",
    "unknown_country": "an unknown country",
    "unknown_time_zone": "an unknown time zone",
    "broken_text": "broken letters",
    "bad_phone": "a spoilt phone number",
    "bad_employees": "an unclear head count",
    "bad_revenue": "an unclear revenue",
    "bad_sic": "no real industry code",
}
_SKIPS = {
    "outside_profile": "outside the profile of a good account",
    "already_enrolled": "enrolled already",
    "do_not_enroll": "customers or open deals",
    "not_qualified": "without a hot button",
    "opted_out": "unsubscribed in the CRM",
    "profile_unknown": "of unknown size",
}
_HELD = {
    "gap": "another touch was too recent",
    "recall_near": "a call was near",
    "paused": "a rep had paused them",
    "replied": "they had written, and waited for the rep",
    "auto_reply": "they were away",
    "absence": "their rep was away",
    "colleague": "a colleague of theirs had written",
    "opted_out": "they had said stop",
    "suppressed": "the address was suppressed",
}
_FORETOLD = {
    "letter": "letters",
    "closing_email": "closing emails",
    "call": "calls due",
    "file_closed": "files closed",
}
_ANSWERS = {
    "silence": "said nothing, and the file closed by itself",
    "close_file": "close it",
    "keep_open": "keep my file open",
    "call_me": "call me",
    "opted_out": "stop",
    "replied": "wrote back",
    "called": "reached on the telephone first",
    "waiting": "still have time to answer",
}
_CLOSED = {
    "declined": "they declined",
    "silence": "silence after the closing email",
    "opted_out": "they said stop, or called a letter spam",
    "do_not_contact": "no contact, ever",
}
_FILES = {
    "open": "open",
    "won": "won: a meeting was set",
    "closed": "closed",
    "undeliverable": "undeliverable: the address is dead",
}


def report(figures: Figures) -> Iterator[str]:
    """The lines of the report."""
    yield strong(f"One sales team, {_day(figures.begun_on)} to {_day(figures.ended_on)}")
    yield from _start(figures)
    yield from _letters(figures)
    yield from _forecast(figures)
    yield from _answers(figures)
    yield from _mail_back(figures)
    yield from _calls(figures)
    yield from _closing(figures)
    yield from _files(figures)


def _start(figures: Figures) -> Iterator[str]:
    yield from _head("Prospects", f"{figures.enrolled:,} enrolled")
    bad = figures.rows - figures.imported
    yield from _text(
        f"{figures.imported:,} of the {figures.rows:,} rows of a CRM's export came in. {bad:,} did not: "
        f"{_listed(figures.bad_rows, _BAD_ROWS, 'with ')}."
    )
    yield from _text(f"Asked for and not enrolled: {_listed(figures.skipped, _SKIPS)}.")


def _letters(figures: Figures) -> Iterator[str]:
    yield from _head("Letters", f"{figures.letters:,} to {count(figures.people_written_to, 'person', 'people')}")
    most = max(figures.letters_by_month.values(), default=1)
    year = ""
    for month, letters in figures.letters_by_month.items():
        shown = month[:4] if month[:4] != year else ""
        year = month[:4]
        bar = "▇" * max(1, round(_BAR * letters / most))
        yield f"  {shown:4} {_MONTHS[int(month[5:]) - 1]} {letters:>6,}  {bar}"
    if figures.letters_put_off:
        yield from _text(f"{count(figures.letters_put_off, 'letter')} put off by the other side went out soon after.")
    if figures.letters_refused:
        yield from _text(
            f"{count(figures.letters_refused, 'letter')} refused: the address is dead, and is not used again."
        )
    if figures.held:
        yield from _text("Letters that waited, each with its reason on the timeline:")
        yield from _table(figures.held, _HELD)


def _forecast(figures: Figures) -> Iterator[str]:
    found = figures.forecast
    if found is None or not found.prospects:
        return
    people = count(found.prospects, "prospect")
    yield from _head("Forecast", f"of the first day, for the {people} enrolled by then")
    width = max(len(words) for words in _FORETOLD.values())
    yield f"  {'if nobody does anything':{width}}  forecast  happened"
    for kind, words in _FORETOLD.items():
        yield f"  {words:{width}}  {found.foretold[kind]:>8,}  {found.happened[kind]:>8,}"
    kept = f"all {found.kept:,}" if found.kept == found.undisturbed else f"{found.kept:,} of {found.undisturbed:,}"
    yield from _text(f"Until somebody did something, {kept} letters, calls and closings came at the very minute.")


def _answers(figures: Figures) -> Iterator[str]:
    yield from _head("Opt-ins", f"{figures.opt_ins:,} said yes" if figures.opt_ins else "none yet")
    if figures.recalls_moved_by_opt_in:
        yield from _text(
            f"For {figures.recalls_moved_by_opt_in:,} of them the rep's next call came forward, "
            f"by {figures.median_days_earlier:.0f} days (median)."
        )
    yield from _text(
        f"People followed {count(figures.clicks, 'link')}. Scanners opened {figures.links_opened_by_scanners:,} more, "
        "which count as nothing."
    )


def _mail_back(figures: Figures) -> Iterator[str]:
    found = figures.mail_back
    yield from _head("What came back", f"{count(found.mails, 'mail')} by people, programs and mail servers")
    yield from report_mail.lines(found, WIDTH)


def _calls(figures: Figures) -> Iterator[str]:
    meetings = figures.outcomes.get("meeting_set", 0)
    yield from _head(
        "Calls", f"{figures.calls:,} tries, {figures.calls_reached:,} conversations, {count(meetings, 'meeting')}"
    )
    yield from _table(figures.outcomes, OUTCOMES)
    if figures.calls_promised:
        promised = count(figures.calls_promised, "promised call")
        yield from _text(f"{promised} came due on the very day that had been promised.")


def _closing(figures: Figures) -> Iterator[str]:
    if not figures.closing_emails:
        yield from _head("Closing emails", "none yet: a silence takes months")
        return
    yield from _head("Closing emails", f"{figures.closing_emails:,} said: I'm closing your file")
    yield from _table(figures.closing_answers, _ANSWERS)
    if figures.came_back:
        yield from _text(f"{count(figures.came_back, 'file')} opened again: the answer came late, but it came.")
    if figures.recalls_cancelled:
        yield from _text(
            f"They took {count(figures.recalls_cancelled, 'recall')} off the reps' lists: at this team's "
            f"{figures.calls / max(figures.recalls_worked, 1):.1f} tries a recall, about {figures.calls_saved:,} calls "
            "nobody had to make."
        )


def _files(figures: Figures) -> Iterator[str]:
    yield from _head("Files today", f"of {figures.enrolled:,} prospects")
    yield from _table(figures.files, _FILES)
    if figures.closed_by_reason:
        yield from _text("The closed ones, by reason:")
        yield from _table(figures.closed_by_reason, _CLOSED)


def _head(title: str, told: str) -> Iterator[str]:
    yield ""
    yield f"{strong(title)}  {told}"


def _text(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _table(counted: Mapping[str, int], words: Mapping[str, str]) -> Iterator[str]:
    for code, number in counted.items():
        yield f"  {number:>6,}  {words.get(code, code.replace('_', ' '))}"


def _listed(counted: Mapping[str, int], words: Mapping[str, str], before: str = "") -> str:
    said = [f"{number:,} {before}{words.get(code, code.replace('_', ' '))}" for code, number in counted.items()]
    return ", ".join(said) or "none"


def _day(of: date) -> str:
    return f"{of.day} {of:%B %Y}"
