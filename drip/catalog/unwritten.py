"""What is still to be written in a letter: notes in [[ ]], such as `drip campaign new` leaves for its author."""

import re
from collections.abc import Iterator
from pathlib import Path

from drip.catalog.findings import Finding, error

FILES = ("subject.txt", "body.html", "body.txt")

_NOTE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_SHOWN = 50  # characters of a note


def unwritten(templates: Path, template: str) -> Iterator[Finding]:
    """Every note in the files of a letter, with its line; a file that cannot be read is left to others."""
    for name in FILES:
        try:
            text = (templates / template / name).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        for found in _NOTE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            words = " ".join(found[1].split())
            note = words if len(words) <= _SHOWN else words[:_SHOWN].rsplit(" ", 1)[0] + " ..."
            message = f"[[{note}]] is still to be written. Put your own words there."
            yield error(f"{templates.name}/{template}/{name}", line, message)
