"""Look at one letter: rendered for its reader and for a stranger, weighed, and with what the check finds in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drip.catalog.findings import Finding, LetterError
from drip.catalog.inspect_letter import inspect_letter, kind_of, preheader_of
from drip.catalog.letters import Rendered, compile_letter, render
from drip.catalog.previewing.reader import Reader
from drip.catalog.previewing.schedule import CLOSING, Goes
from drip.catalog.values import empty_values
from drip.domain.campaign import Step
from drip.domain.page import spelled_out

CLIPPED = 102 * 1024  # bytes of HTML; Gmail shows no more of a letter


@dataclass(frozen=True, slots=True)
class Look:
    """A letter as its reader gets it. `letter` None: it cannot be made, and `findings` say why.

    `stranger` is the same for somebody of whom nothing is known that may be unknown; `weight` the bytes of its
    HTML as they are sent; `file` the name of its page.
    """

    step: str
    number: int
    file: str
    goes: Goes
    values: Mapping[str, Any]
    findings: tuple[Finding, ...]
    letter: Rendered | None = None
    stranger: Rendered | None = None
    weight: int = 0

    @property
    def preheader(self) -> str:
        """What a list of mails shows behind the subject."""
        return preheader_of(self.letter.html) if self.letter else ""


def look_at(step: Step, number: int, reader: Reader, goes: Goes, templates: Path) -> Look:
    """The letter of a step; one that cannot be made is told of, not raised."""
    fields = reader.terms.campaign.fields
    name = step.key if step.key == CLOSING else f"{number:02}-{step.key}"
    values = reader.values_for(step, number)
    try:
        compiled = compile_letter(templates, step.template, fields)
    except LetterError as wrong:
        return Look(step.key, number, f"{name}.html", goes, values, wrong.findings)
    kind = kind_of(reader.terms.campaign, None if step.key == CLOSING else number - 1)
    found = inspect_letter(compiled, f"{templates.name}/{step.template}", fields, kind)
    letter = render(compiled, values)
    return Look(
        step=step.key,
        number=number,
        file=f"{name}.html",
        goes=goes,
        values=values,
        findings=tuple(found),
        letter=letter,
        stranger=render(compiled, {**empty_values(fields), **_own(values)}),
        weight=len(spelled_out(letter.html).encode()),
    )


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("campaign", "step", "links")}
