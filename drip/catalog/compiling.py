"""Make a letter of its templates when a campaign is published, or say all that is wrong with it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from drip.catalog.allowed import AllowedCheck
from drip.catalog.fallbacks import FallbackCheck
from drip.catalog.findings import Finding, LetterError, error
from drip.catalog.flatten import Source, flatten, layout_of, read_source
from drip.catalog.inline import inline_template
from drip.catalog.letters import CompiledLetter
from drip.catalog.plain_text import text_template
from drip.catalog.proof import disagreement
from drip.catalog.protect import misplaced, protect
from drip.catalog.sandbox import HTML
from drip.catalog.values import example_values, known_paths

_OPEN_TAG = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_ADVICE = {
    "unknown tag 'endblock'": "There is one {% endblock %} too many",
    "unexpected char": "Words stand in straight quotes, \" or '",
    "expected token": 'An address or a word stands in quotes, such as links.to("https://www.example.com/page")',
}


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one letter; `text` None: the text part is made from the HTML."""

    subject: Source
    body: Source
    layout: Source | None
    text: Source | None


def compile_folder(templates: Path, name: str, fields: tuple[str, ...]) -> CompiledLetter:
    """See letters.compile_letter."""
    return _compile(read_sources(templates, name), fields)


@lru_cache(maxsize=64)
def _compile(sources: Sources, fields: tuple[str, ...]) -> CompiledLetter:
    """Remembered: what is published was checked just before."""
    findings = check_sources(sources, fields)
    if findings:
        raise LetterError(findings)
    html = flatten(sources.body, sources.layout)
    body = sources.body.file
    word = misplaced(protect(html))
    if word:
        message = f"{word} stands in a style, or in a tag outside quotes. Move it into a text."
        raise LetterError([error(body, 1, message)])
    inlined = inline_template(html)
    made = text_template(inlined) if sources.text is None else None
    differs = disagreement(html, inlined, made, example_values(fields))
    if differs:
        message = (
            f"a branch of this letter changes when styles are inlined or its text part is made: {differs}. "
            "Keep conditions around whole words, paragraphs or rows and out of class and style, or write a body.txt."
        )
        raise LetterError([error(body, 1, message)])
    text = sources.text.text if sources.text is not None else made or ""
    return CompiledLetter(sources.subject.text.strip(), inlined, text)


def read_sources(templates: Path, name: str) -> Sources:
    """The files of the letter's folder. Raises LetterError when one is missing."""
    findings: list[Finding] = []
    read: dict[str, Source] = {}
    for file in ("subject.txt", "body.html"):
        try:
            read[file] = read_source(templates, f"{name}/{file}")
        except LetterError as missing:
            findings += missing.findings
    if findings:
        raise LetterError(findings)
    body = read["body.html"]
    own = f"{name}/body.txt"
    text = read_source(templates, own) if (templates / own).exists() else None
    return Sources(read["subject.txt"], body, layout_of(body, templates), text)


def check_sources(sources: Sources, fields: tuple[str, ...]) -> list[Finding]:
    """Everything forbidden, unknown or without a fallback in the files, each with its own line."""
    findings: list[Finding] = []
    for source in (sources.subject, sources.body, sources.layout, sources.text):
        if source is not None:
            findings += _check_source(source, fields)
    return findings


@lru_cache(maxsize=16)
def _check_source(source: Source, fields: tuple[str, ...]) -> tuple[Finding, ...]:
    """Remembered: the letters of a campaign have one layout."""
    try:
        tree = HTML.parse(source.text)
    except TemplateSyntaxError as cause:
        return (error(source.file, cause.lineno, f"this is not a template: {_advice(cause.message or '')}."),)
    known = known_paths(fields)
    allowed = AllowedCheck(source.file, known)
    allowed.walk(tree)
    fallbacks = FallbackCheck(source.file, known)
    fallbacks.walk(tree)
    return (*allowed.findings, *fallbacks.findings, *_blocks_in_text(source, tree))


def _advice(message: str) -> str:
    """What Jinja says, in words for somebody who writes letters."""
    open_tag = _OPEN_TAG.search(message)
    if open_tag:
        return f"an {{% {open_tag[1]} %}} is still open here. Write {{% end{open_tag[1]} %}} where it ends"
    for words, advice in _ADVICE.items():
        if words in message:
            return f"{message.rstrip('.')}. {advice}"
    return message.rstrip(".")


def _blocks_in_text(source: Source, tree: nodes.Template) -> list[Finding]:
    """Only HTML is joined with a layout."""
    if source.file.endswith(".html"):
        return []
    return [
        error(source.file, found.lineno, "only body.html may extend a layout. Take it out.")
        for found in tree.find_all((nodes.Extends, nodes.Block))
    ]
