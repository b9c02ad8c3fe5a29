"""Make the text part of a letter from its HTML, as a template of its own."""

import re

from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.css_profiles import STRICT_CSS_PROFILE  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]

from drip.catalog.protect import protect

_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, display_images=True)  # by their words
_LAYOUT_TABLE = re.compile(r"<table\b[^>]*\brole=[\"']presentation[\"'][^>]*>", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?)(table|tbody|thead|tr|td|th)\b([^>]*)>", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*?\bhref=(["'])(.*?)\1[^>]*>(.*?)</a>""", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEAD = re.compile(r"<head\b.*?</head>", re.DOTALL | re.IGNORECASE)
_LINKS_IN_A_ROW = re.compile(r"(<[^<>\s]+>) \u00b7 ")  # in a text each is long, and has a line of its own
_CONTROL = re.compile(r"\{%[-+]|[-+]%\}")


def text_template(inlined: str) -> str:
    """The text template of an HTML template whose styles are inlined (they tell what is hidden)."""
    protected = protect(inlined)
    text = protected.restored(text_of(protected.text))
    return _CONTROL.sub(lambda found: found[0].replace("-", "").replace("+", ""), text)


def text_of(html: str) -> str:
    """The words of HTML without Jinja; a link is followed by its address in angle brackets, and of links that a
    middle dot parts each has a line of its own."""
    html = _HEAD.sub("", _COMMENT.sub("", html))
    html = _LINK.sub(_with_address, _without_layout(html))
    return tidy(_LINKS_IN_A_ROW.sub(r"\1\n", get_text(html, _CONFIG)))


def tidy(text: str) -> str:
    """Lines without spaces around them, and at most one empty line in a row."""
    lines = "\n".join(line.strip() for line in text.replace("\u00a0", " ").splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _without_layout(html: str) -> str:
    """Layout tables become plain blocks; tables of data stay tables."""
    if not _LAYOUT_TABLE.search(html):
        return html
    layout: list[bool] = []

    def block(found: re.Match[str]) -> str:
        end, name, attributes = found[1], found[2].lower(), found[3]
        if name == "table" and not end:
            layout.append(bool(_LAYOUT_TABLE.fullmatch(found[0])))
        is_layout = bool(layout) and layout[-1]
        if name == "table" and end and layout:
            layout.pop()
        return f"<{end}div{attributes}>" if is_layout else found[0]

    return _TABLE_TAG.sub(block, html)


def _with_address(link: re.Match[str]) -> str:
    address, words = link[2], link[3]
    return words if words.strip() == address else f"{words} &lt;{address}&gt;"
