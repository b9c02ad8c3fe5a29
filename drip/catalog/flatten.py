"""Join a letter and its layout into one template, so that a published letter stands alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from drip.catalog.findings import LetterError, error

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_EXTENDS = re.compile(r"""\s*\{%-?\s*extends\s+["']([^"']*)["']\s*-?%\}""")
_BLOCK_TAG = re.compile(r"\{%-?\s*(?:block\s+(\w+)|endblock(?:\s+\w+)?)\s*-?%\}")
_INNERMOST = re.compile(
    r"\{%-?\s*block\s+(\w+)\s*-?%\}"
    r"(?P<inside>(?:(?!\{%-?\s*block\s).)*?)"
    r"\{%-?\s*endblock(?:\s+\w+)?\s*-?%\}",
    re.DOTALL,
)
LAYOUT = re.compile(r"layouts/[A-Za-z0-9_-]+\.html")


@dataclass(frozen=True, slots=True)
class Source:
    """One template file: `file` as people know it, and its text."""

    file: str
    text: str


def read_source(templates: Path, name: str) -> Source:
    """A file of the templates folder. Raises LetterError when it cannot be read."""
    try:
        return Source(f"{templates.name}/{name}", (templates / name).read_text("utf-8-sig"))
    except OSError as cause:
        reason = (cause.strerror or "").lower()
        message = f"this template cannot be read ({reason}). Looked in {templates}."
    except UnicodeDecodeError:
        message = "this template is no text in UTF-8. Save it as UTF-8."
    raise LetterError([error(f"{templates.name}/{name}", 1, message)])


def layout_of(letter: Source, templates: Path) -> Source | None:
    """The layout a letter extends; None: it stands alone. Raises LetterError for a wrong one."""
    found = _EXTENDS.match(_without_comments(letter.text))
    if found is None:
        return None
    if not LAYOUT.fullmatch(found[1]):
        message = f'"{found[1]}" is no layout. Extend one of the folder, such as "layouts/letter.html".'
        raise LetterError([error(letter.file, _line(letter.text, "extends"), message)])
    return read_source(templates, found[1])


def flatten(letter: Source, layout: Source | None) -> str:
    """One template without extends, blocks and comments. Raises LetterError."""
    text = _without_comments(letter.text)
    if layout is None:
        return _filled(text, {})
    blocks = {block[1]: block["inside"] for block in _INNERMOST.finditer(text)}
    shell = _without_comments(layout.text)
    wrong = _misnamed(blocks, layout.file, _around(shell))
    if wrong is not None:
        name, message = wrong
        raise LetterError([error(letter.file, _line(letter.text, f"block {name}"), message)])
    outside = _INNERMOST.sub("", _EXTENDS.sub("", text, count=1)).strip()
    if outside:
        message = f'"{outside[:40]}" stands outside the blocks and would be lost. Move it into a block.'
        raise LetterError([error(letter.file, _line(letter.text, outside[:20]), message)])
    return _filled(shell, blocks)


def _misnamed(blocks: Mapping[str, str], file: str, around: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """The first block of a letter that its layout has no place for, and what is to be said of it."""
    for name in blocks:
        if name not in around:
            return name, f'{file} has no block "{name}". It has: {", ".join(sorted(around))}.'
        for outer in around[name]:
            if outer in blocks:
                return name, f'block "{name}" is a part of block "{outer}" and would be lost. Write one of the two.'
    return None


def _around(shell: str) -> dict[str, tuple[str, ...]]:
    """Every block of a layout, and the blocks it stands in, the outermost first."""
    found: dict[str, tuple[str, ...]] = {}
    open_: list[str] = []
    for tag in _BLOCK_TAG.finditer(shell):
        if tag[1]:
            found[tag[1]] = tuple(open_)
            open_.append(tag[1])
        elif open_:
            open_.pop()
    return found


def _filled(text: str, blocks: Mapping[str, str]) -> str:
    """The text with these blocks in place of its own, from the innermost out, and no block left."""
    before = ""
    while text != before:
        before, text = text, _INNERMOST.sub(lambda block: blocks.get(block[1], block["inside"]), text)
    return text


def _without_comments(text: str) -> str:
    """The text with comments taken out but the line ends inside them kept."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def _line(text: str, words: str) -> int:
    at = text.find(words.split("\n", maxsplit=1)[0])
    return text.count("\n", 0, max(at, 0)) + 1
