"""The pages themselves: an index of the campaign, and each letter in all its views side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from drip.catalog.letters import Rendered
from drip.catalog.previewing.as_outlook import as_outlook
from drip.catalog.previewing.look import CLIPPED, Look, look_at
from drip.catalog.previewing.reader import Reader
from drip.catalog.previewing.schedule import CLOSING, schedule
from drip.catalog.previewing.views import has_pictures, in_scheme, without_pictures
from drip.domain.campaign import Step
from drip.domain.duration import Duration

INDEX = "index.html"
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MARK = '<meta name="generator" content="drip campaign preview">'  # in every page, so that it knows its own


@dataclass(frozen=True, slots=True)
class Frame:
    """One view of a letter: a page of its own in a frame, `width` pixels wide."""

    title: str
    width: int
    html: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Every page by the name of its file, the index first, and what was seen of each letter."""

    pages: dict[str, str]
    looks: tuple[Look, ...]

    @property
    def broken(self) -> int:
        """How many letters cannot be made."""
        return sum(look.letter is None for look in self.looks)


def preview(reader: Reader, templates: Path) -> Preview:
    """The pages for the reader's campaign; they load nothing. A letter that cannot be made has a page that says why."""
    campaign = reader.terms.campaign
    steps = list(campaign.steps)
    if campaign.silence.closing is not None:
        steps.append(Step(CLOSING, campaign.silence.closing))
    goes = schedule(reader.terms, reader.enrollment, reader.now)
    looks = tuple(look_at(step, at, reader, goes[step.key], templates) for at, step in enumerate(steps, 1))
    common = {"campaign": campaign, "reader": reader, "looks": looks, "index": INDEX, "mark": MARK}
    pages = {INDEX: _page("index", common)}
    for at, look in enumerate(looks):
        beside = {"before": looks[at - 1] if at else None, "after": looks[at + 1] if at + 1 < len(looks) else None}
        pages[look.file] = _page("letter", {**common, **beside, "look": look, **_shown(look)})
    return Preview(pages, looks)


def _shown(look: Look) -> dict[str, Any]:
    if look.letter is None or look.stranger is None:
        return {"rows": [], "stranger": [], "values": []}
    return {
        "rows": list(_rows(look.letter)),
        "stranger": [Frame("600 px, light", 600, in_scheme(look.stranger.html, "light")), look.stranger.text],
        "values": list(_flat(look)),
    }


def _rows(letter: Rendered) -> Iterator[Sequence[Frame | str]]:
    """The frames as they stand on the page, and the text part among them."""
    light, dark = in_scheme(letter.html, "light"), in_scheme(letter.html, "dark")
    yield [Frame("600 px, light", 600, light), Frame("600 px, dark", 600, dark)]
    yield [Frame("Phone, light", 375, light), Frame("Phone, dark", 375, dark), letter.text]
    outlook = as_outlook(light)
    lost = f": {', '.join(outlook.left_out)}" if outlook.left_out else ""
    remark = (
        "An approximation: a browser cannot lay out as Word does. Conditional comments are resolved as Outlook does "
        f"it; media queries are left out, and so is what Word does not read of the styles{lost}."
    )
    missing = "" if has_pictures(letter.html) else "This letter has no pictures, so nothing is missing."
    yield [
        Frame("Pictures off", 600, without_pictures(light), missing),
        Frame("Outlook for Windows", 600, outlook.html, remark),
    ]


def _flat(look: Look) -> Iterator[tuple[str, str]]:
    """The values a letter could use, as a template names them; addresses of links left out."""
    for group in ("prospect", "enrollment", "recall", "rep", "sender", "campaign", "step"):
        for name, value in look.values[group].items():
            if isinstance(value, dict):
                yield from ((f"{group}.{name}.{key}", str(one)) for key, one in value.items())
            else:
                yield f"{group}.{name}", _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _day(value) if isinstance(value, date) else str(value or "")


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _cadence(wait: Duration) -> str:
    return f"every {wait.unit}" if wait.count == 1 else f"every {wait}"


def _weekdays(days: frozenset[int]) -> str:
    """Such as "Mon to Fri" or "Tue, Thu"."""
    first, last = min(days), max(days)
    if last - first > 1 and len(days) == last - first + 1:
        return f"{_WEEK[first]} to {_WEEK[last]}"
    return ", ".join(_WEEK[day] for day in sorted(days))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kilobytes(size: int) -> str:
    return f"{size / 1024:.1f} kB"


def _page(template: str, values: dict[str, Any]) -> str:
    return _environment().get_template(f"{template}.html").render(values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": _day, "kb": _kilobytes, "cadence": _cadence, "sentence": _sentence, "weekdays": _weekdays}
    made.globals |= {"clipped": CLIPPED}
    return made
