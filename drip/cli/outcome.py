"""`drip outcome`: tell what SMTP replies mean, and what is done after each."""

import json as jsons
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.options import Json
from drip.cli.output import note, say_json

if TYPE_CHECKING:
    from drip.domain.outcome import Answer, Phase, Verdict

_PHASES = {
    "connection": "connect",
    "banner": "greeting",
    "helo": "ehlo",
    "tls": "starttls",
    "login": "auth",
    "mail from": "mail",
    "rcpt to": "rcpt",
    "end of data": "body",
    ".": "body",
}  # what else phases are called


def outcome_it(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file of replies, one a line; - is standard input.")
    ] = Path("-"),
    json: Json = False,
) -> None:
    """Tell what SMTP replies mean: whose fault it is, and what is done with the send, the mailbox and the address.

    One reply a line, as text such as `550 5.1.1 User unknown` or as a JSON object with text and, where it is known,
    phase, code and enhanced. Each line is answered, in the order they come.
    """
    from drip.cli.table import Column, show
    from drip.domain.outcome import judge_answer

    with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as lines:
        judged = ((answer, judge_answer(answer)) for answer in _answers(lines))
        if json:
            for answer, verdict in judged:
                say_json(_as_json(answer, verdict))
            return
        columns: list[Column | str] = [
            "Class",
            "Send",
            "Mailbox",
            "Suppress",
            Column("Reply", wraps=True),
            Column("Why", wraps=True),
        ]
        rows = [_cells(answer, verdict) for answer, verdict in judged]
    if rows:
        show(columns, rows)
    else:
        note("There is no reply to judge: give one a line.")


def _answers(lines: IO[bytes]) -> Iterator["Answer"]:
    for line in lines:
        text = line.decode("utf-8", "replace").removeprefix("\ufeff").strip()
        yield _from_json(text) if text.startswith("{") else _from_text(text, None)


def _from_text(text: str, phase: "Phase | None") -> "Answer":
    from drip.domain.outcome import read_answer

    return read_answer(text, phase)


def _from_json(line: str) -> "Answer":
    """What a JSON object says; what is no object of ours is read as text that no server writes."""
    from drip.domain.outcome import Answer

    try:
        given: dict[str, Any] = jsons.loads(line)
    except (ValueError, RecursionError):
        return Answer(None, None, None, "")
    text, code, enhanced = given.get("text"), given.get("code"), given.get("enhanced")
    read = _from_text(text if isinstance(text, str) else "", _phase(given.get("phase")))
    return Answer(
        read.phase,
        int(code) if isinstance(code, int | str) and str(code).isdecimal() and len(str(code)) == 3 else read.code,
        enhanced if isinstance(enhanced, str) and enhanced else read.enhanced,
        read.text,
    )


def _phase(given: object) -> "Phase | None":
    from drip.domain.outcome import Phase

    name = " ".join(str(given or "").lower().replace("_", " ").strip(": ").split())
    name = _PHASES.get(name, name)
    return Phase(name) if name in {phase.value for phase in Phase} else None


def _as_json(answer: "Answer", verdict: "Verdict") -> dict[str, object]:
    return {
        "class": verdict.cls,
        "code": answer.code,
        "enhanced": answer.enhanced,
        "phase": answer.phase,
        "send": verdict.send,
        "mailbox": verdict.mailbox,
        "suppress": verdict.suppress,
        "retry_after": None if verdict.wait is None else int(verdict.wait.total_seconds()),
        "why": verdict.why,
    }


def _cells(answer: "Answer", verdict: "Verdict") -> list[object]:
    return [
        verdict.cls,
        verdict.send if verdict.wait is None else f"{verdict.send} in {_told(int(verdict.wait.total_seconds()))}",
        verdict.mailbox,
        "yes" if verdict.suppress else "no",
        answer.text[:200],
        verdict.why,
    ]


def _told(seconds: int) -> str:
    """A wait in its largest whole unit."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
