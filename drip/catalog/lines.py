"""Find the line on which each key of a TOML text stands, which tomllib does not tell."""

import re
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\[(\[?)([^\n]*?)\]\]?[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_KEY = re.compile(r"""((?:"(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+|[ \t]*\.[ \t]*)+)[ \t]*=""")
_PART = re.compile(r""""((?:\\.|[^"\\])*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_STRING = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3,5}|' + r"'{3}.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")


def locate(text: str) -> dict[Path, int]:
    """Lines, counted from 1, by path: ("recall", "tries"), ("steps", 0, "key").

    The text must be one that tomllib accepts. Keys inside inline tables are not listed; they
    stand on the line of the key that holds them (`line_of`).
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    for path, at, kind in _entries(text):
        here = _resolve(path, counts)
        if kind == "element":
            counts[here] = counts.get(here, -1) + 1
            found.setdefault(here, _line(text, at))
            here = (*here, counts[here])
        for length in range(1, len(here) + 1):
            found.setdefault(here[:length], _line(text, at))
    return found


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of the path, or of the nearest thing that holds it; 1 when nothing is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _entries(text: str) -> Iterator[tuple[Path, int, str]]:
    """Every header and every key with its whole path, its offset, and what it is."""
    table: Path = ()
    at = _skip_blank(text, 0)
    while at < len(text):
        header = _HEADER.match(text, at)
        key = None if header else _KEY.match(text, at)
        if header:
            table = _parts(header[2])
            yield table, at, "element" if header[1] else "table"
            at = header.end()
        elif key:
            yield table + _parts(key[1]), at, "key"
            at = _skip_value(text, key.end())
        else:
            at += 1
        at = _skip_blank(text, at)


def _skip_value(text: str, at: int) -> int:
    """The offset behind the value that begins at or after `at`."""
    depth = 0
    while at < len(text):
        string = _STRING.match(text, at)
        if string:
            at = string.end()
            continue
        if text[at] == "#":
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        depth += (text[at] in "[{") - (text[at] in "]}")
        if text[at] == "\n" and depth == 0:
            return at
        at += 1
    return at


def _skip_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _parts(dotted: str) -> Path:
    return tuple(next(p for p in found.groups() if p is not None) for found in _PART.finditer(dotted))


def _resolve(path: Path, counts: Mapping[Path, int]) -> Path:
    """The path with the number of the element that is being written put in behind each array."""
    resolved: Path = ()
    for place, part in enumerate(path):
        resolved = (*resolved, part)
        if place < len(path) - 1 and resolved in counts:
            resolved = (*resolved, counts[resolved])
    return resolved


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
