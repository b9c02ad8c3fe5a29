"""A letter as it looks in one kind of mail program or another: its HTML made to show just that in a browser."""

import re

_PREFERS = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEMES = re.compile(r"(color-scheme: ?|color-schemes?\" content=\")light dark")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b|\bbackground=|url\(", re.IGNORECASE)
_BLOCKED = """<meta http-equiv="Content-Security-Policy" content="img-src 'none'">"""


def in_scheme(html: str, scheme: str) -> str:
    """The letter as where "light" or "dark" is preferred, whatever the reader's own machine prefers."""
    there = _PREFERS.sub(lambda found: "all" if found[1].lower() == scheme else "not all", html)
    return _SCHEMES.sub(lambda found: f"{found[1]}{scheme}", there)


def without_pictures(html: str) -> str:
    """The letter as where no picture is loaded: their words stand in their place."""
    return _HEAD.sub(lambda found: found[0] + _BLOCKED, html, count=1)


def has_pictures(html: str) -> bool:
    """Whether anything is missing where no picture is loaded."""
    return _PICTURE.search(html) is not None
