"""The lines of a simulation in plain words."""

from drip.actions.simulate import Line
from drip.actions.words import ENDS, HEARD, HOLDS, STOPS, WAITS
from drip.cli.words import day, moment

_LINES = {
    "email": 'Email {n} "{step}"',
    "closing_email": "The closing email",
    "completed": "That was the last letter",
    "recall_set": "Recall set to {on} ({code})",
    "recall_due": "Recall due: time to call ({code})",
    "recall_cancelled": "Recall cancelled ({code})",
    "held": "Held: {letter}, because {hold}{until}",
    "opted_in": "They opt in",
    "heard": "Heard from them: {heard}",
    "paused": "Emails stop: {wait}",
    "resumed": "Emails go on",
    "reopened": "The file is open again: {heard}",
    "suppressed": "Nothing more is sent: {stop}",
    "undeliverable": "Undeliverable: a new address is needed",
    "won": "Won: a meeting is set",
    "file_closed": "File closed: {end}",
}
_MORE = {"replied": "they reply", "asked": "they ask for a call", "opted_in": "they opt in"}


def told(line: Line) -> str:
    """What happens, in words; an unknown kind as it is."""
    template = _LINES.get(line.what)
    code = line.reason or ""
    words = code.replace("_", " ")
    if template is None:
        return line.what.replace("_", " ") + (f" ({words})" if words else "")
    return template.format(
        n=line.n,
        step=line.step,
        letter="the closing email" if line.step == "closing" else f'email "{line.step}"',
        on=moment(line.on),
        until=f"; planned for {day(line.until)}" if line.until else "",
        code=words or "routine",
        hold=HOLDS.get(code, words),
        heard=HEARD.get(code) or _MORE.get(code, words),
        wait=WAITS.get(code, "somebody pauses them"),
        stop=STOPS.get(code, words),
        end=ENDS.get(code, words),
    )
