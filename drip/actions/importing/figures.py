"""Numbers as people type them: "1,200", "$5M", "5.000.000"."""

import re
from decimal import Decimal

_SCALE = {
    "": 1,
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mm": 10**6,
    "mio": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "mrd": 10**9,
    "billion": 10**9,
}
_FIGURE = re.compile(
    r"(?P<before>[A-Z]{3}|[A-Z]{0,3}[$€£¥]|)(?P<digits>\d[\d.,' ]*)"
    r"(?P<scale>[A-Za-z]*?)\.?(?P<after>[A-Z]{3}|[$€£¥]|)",
    re.ASCII,
)
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "C$": "CAD", "CA$": "CAD", "A$": "AUD"}
_GROUPED = re.compile(r"\d{1,3}(?P<s>[.,' ])\d{3}(?:(?P=s)\d{3})*")


class FigureError(ValueError):
    """The text is not one number."""


def read_figure(text: str) -> tuple[Decimal, str | None]:
    """Read a number that is not negative, and the currency it states (ISO 4217) if it does.

    One separator before exactly three digits groups thousands: "1.200" is 1200, "1.2" is 1.2.
    Raises FigureError for ranges, words and negative numbers.
    """
    squeezed = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text.replace("\u00a0", " ").replace("’", "'"))
    squeezed = squeezed.replace("\u202f", " ").strip()
    found = _FIGURE.fullmatch(squeezed)
    if found is None or found["scale"].lower() not in _SCALE:
        raise FigureError(text)
    scale = _SCALE[found["scale"].lower()]
    stated = found["before"] or found["after"]
    return _digits(found["digits"], bool(found["scale"])) * scale, _SIGNS.get(
        stated, stated if len(stated) == 3 and stated.isalpha() else None
    )


def _digits(text: str, scaled: bool) -> Decimal:
    text = text.strip()
    if text.isdigit():
        return Decimal(text)
    grouped = _GROUPED.fullmatch(text)
    if grouped and not (scaled and text.count(grouped["s"]) == 1 and grouped["s"] in ".,"):
        return Decimal(re.sub(r"\D", "", text))
    whole, sign, part = re.match(r"(.*?)(?:([.,])(\d*))?$", text).groups()  # type: ignore[union-attr]
    if sign is None or not part or sign in whole:
        raise FigureError(text)
    if not (whole.isdigit() or _GROUPED.fullmatch(whole)):
        raise FigureError(text)
    return Decimal(re.sub(r"\D", "", whole) + "." + part)
