"""A letter as Outlook for Windows would show it: nearly, since no browser lays out as Word does.

Word reads a part of CSS and nothing of media queries, and takes the branches written for it in conditional
comments. Which properties count for which tags: "Word 2007 HTML and CSS Rendering Capabilities in Outlook 2007"
(Microsoft, 2006), and later versions where people tried them out: white-space is not read, display only as none.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

VERSION = 16  # of Word: Outlook 2016 and all since

_REVEALED = re.compile(
    r"<!(?:--)?\[if ([^\]]+)\]>(?:<!--?>)?(.*?)(?:<!--)?<!\[endif\](?:--)?>", re.DOTALL | re.IGNORECASE
)
_ATOM = re.compile(r"(!)?\s*\(?\s*(?:(gte|gt|lte|lt)\s+)?(mso|ie|vml|true|false)(?:\s+(\d+))?\s*\)?", re.IGNORECASE)
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.DOTALL | re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{};]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_UNSEEN = re.compile(r"<!--.*?-->|<xml\b.*?</xml\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"""<([a-zA-Z][\w:]*)(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_STYLED = re.compile(r"""\sstyle=("[^"]*"|'[^']*')""", re.IGNORECASE)
_DECLARATION = re.compile(r"""\s*([\w-]+)\s*:\s*((?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])*)""")

_CORE = frozenset(
    {
        "background",
        "background-color",
        *("border", "border-collapse", "border-color", "border-style", "border-width", "color"),
        *("font", "font-family", "font-size", "font-style", "font-variant", "font-weight"),
        *("letter-spacing", "line-height", "list-style", "list-style-type", "page-break-after", "page-break-before"),
        *("text-align", "text-decoration", "text-transform", "vertical-align", "direction", "unicode-bidi"),
    }
)
_BLOCKS = _CORE | {"text-indent", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left"}
_SIDES = ("top", "right", "bottom", "left")
_FULL = _BLOCKS | {
    *("width", "height", "padding", *(f"padding-{side}" for side in _SIDES)),
    *(f"border-{side}" for side in _SIDES),
    *(f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")),
}
_TABLE = _FULL - {"margin", *(f"margin-{side}" for side in _SIDES)}
_CELLS = frozenset({"td", "th"})
_READ = {
    "body": _BLOCKS | {"padding"},
    **dict.fromkeys(("p", "div"), _BLOCKS),
    **dict.fromkeys(("table", "tbody", "thead", "tfoot", "tr", "td", "th"), _TABLE),
    **dict.fromkeys(
        ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre"), _FULL
    ),
}
_NOT_MISSED = frozenset({"color-scheme"})
_UNREADABLE = re.compile(r"url\(|\bauto\b|gradient|calc\(|var\(|rgba\(|hsla?\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OutlookView:
    """A page for a browser that shows about what Outlook does; `left_out` are the properties it does not read."""

    html: str
    left_out: tuple[str, ...]


def as_outlook(html: str) -> OutlookView:
    """The letter with its conditional comments resolved, without media queries and what Word does not read."""
    left_out: set[str] = set()

    def tag(found: re.Match[str]) -> str:
        return _STYLED.sub(lambda style: _styled(style, found[1].lower(), left_out), found[0])

    resolved = _UNSEEN.sub("", _REVEALED.sub(_branch, html))
    plain = _STYLE.sub(lambda style: style[1] + _AT_RULE.sub("", style[2]) + style[3], resolved)
    return OutlookView(_TAG.sub(tag, plain), tuple(sorted(left_out)))


def holds(condition: str) -> bool:
    """Whether a conditional comment's condition holds in Outlook: "mso", "!mso", "gte mso 9", "(mso)|(IE)" …"""
    return any(all(_atom(part) for part in one.split("&")) for one in condition.split("|"))


def _atom(text: str) -> bool:
    found = _ATOM.fullmatch(text.strip())
    if found is None:
        return False
    negated, compare, name, number = found[1], (found[2] or "").lower(), found[3].lower(), found[4]
    holds = name in ("mso", "vml", "true")
    if holds and name == "mso" and number:
        other = int(number)
        compared = {"gte": other <= VERSION, "gt": other < VERSION, "lte": other >= VERSION, "lt": other > VERSION}
        holds = compared.get(compare, other == VERSION)
    return holds is not bool(negated)


def _branch(found: re.Match[str]) -> str:
    return found[2] if holds(found[1]) else ""


def _styled(style: re.Match[str], tag: str, left_out: set[str]) -> str:
    """The style attribute with what counts for this tag; `left_out` gets what does not."""
    kept, lost = [], set()
    for found in _DECLARATION.finditer(unescape(style[1][1:-1])):
        name, value = found[1].lower(), found[2].strip()
        if name == "mso-padding-alt" and tag in _CELLS:
            kept.append(f"padding: {value}")
        elif name == "mso-hide" or (name, value) == ("display", "none"):
            kept.append("display: none")
        elif name in _READ.get(tag, _CORE) and not _UNREADABLE.search(value):
            kept.append(f"{name}: {value}")
        elif not name.startswith(("mso-", "-")):
            lost.add(name)
    if "display: none" not in kept:
        left_out |= lost - _NOT_MISSED
    return f' style="{escape("; ".join(kept))}"' if kept else ""
