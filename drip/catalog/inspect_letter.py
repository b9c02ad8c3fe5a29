"""Look at a compiled letter as a reader would: what must be in it, and what must not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from html import unescape

from drip.catalog.branches import branches_of
from drip.catalog.findings import Finding, error, warning
from drip.catalog.letters import CompiledLetter, render
from drip.catalog.plain_text import tidy
from drip.catalog.values import empty_values, example_values
from drip.domain.campaign import Campaign, Consent

SIZE_LIMIT = 100 * 1024  # bytes; mail programs cut longer letters off, Gmail after 102 kB of HTML
SUBJECT_LIMIT = 70  # characters; more is cut off on every screen
PREHEADER_LIMIT = 100  # characters; no list of mails shows more, and the rest would be hidden words (MAIL 50)

_REPLY = re.compile(r"\s*(re|fwd?|aw|wg|sv|vs|tr|antw|rv)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE)
_HOLE = re.compile(r"\S* [,;.](?=\s|$)")
_FORBIDDEN = re.compile(
    r"<(script|form|input|button|iframe|object|embed|video|audio|link|base|svg)\b|\s(on[a-z]+)\s*=\s*[\"']|(@import)|(javascript:)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"""style=["'][^"']*\b(?:display:\s*none|visibility:\s*hidden)""", re.IGNORECASE)

_HIDDEN_WORDS = re.compile(
    r"""<(\w+)\b[^>]*style=["'][^"']*\bdisplay:\s*none[^>]*>(.*?)</\1>""", re.IGNORECASE | re.DOTALL
)
_PLAIN_LINK = re.compile(r"""<a\b[^>]*\shref=["'](https?://[^"'\s]+)""", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)

_WAYS_OUT = {"opt_out": "the way out"}
_ASKING = {**_WAYS_OUT, "opt_in": "the opt-in"}
_CLOSING = {
    **_WAYS_OUT,
    "keep_open": 'the answer "keep my file open"',
    "call_me": 'the answer "call me"',
    "close_file": 'the answer "close it"',
}


class Kind(Enum):
    """What a letter is for, which says what must be in it."""

    ASKING = "asking"  # a value letter or an invitation: it carries the opt-in (R21)
    ASKED_FOR = "asked_for"  # it goes only to who said yes already (R21)
    CLOSING = "closing"  # the closing email: three answers (R27)


_DEMANDED = {Kind.ASKING: _ASKING, Kind.ASKED_FOR: _WAYS_OUT, Kind.CLOSING: _CLOSING}


def kind_of(campaign: Campaign, place: int | None) -> Kind:
    """What a campaign's letter is for, by its place among the steps, from 0; None for the closing email."""
    if place is None:
        return Kind.CLOSING
    asks = campaign.consent is Consent.OPT_OUT or place == 0  # the first step is the invitation (R21)
    return Kind.ASKING if asks else Kind.ASKED_FOR


@dataclass(frozen=True, slots=True)
class Looked:
    """One way through a letter, rendered."""

    subject: str
    html: str
    text: str


def inspect_letter(letter: CompiledLetter, folder: str, fields: tuple[str, ...], kind: Kind) -> list[Finding]:
    """Everything wrong in any branch of the letter, with full values and with empty ones.

    `folder` is the letter's, as people know it.
    """
    body = f"{folder}/body.html"
    found: dict[Finding, None] = {}
    for looked in dict.fromkeys(_ways(letter, fields)):
        for finding in (
            *_missing(looked, body, _DEMANDED[kind]),
            *_subject(looked.subject, f"{folder}/subject.txt"),
            *_holes(looked, body),
            *_size(looked, body),
            *_preheader(looked.html, body),
        ):
            found[finding] = None
    return [*found, *_uncounted(letter.html, body), *_forbidden(letter.html, body), *_pictures(letter.html, body)]


def preheader_of(html: str) -> str:
    """The hidden words a list of mails shows behind the subject; empty when there are none."""
    hidden = _HIDDEN_WORDS.search(html)
    return " ".join(unescape(hidden[2]).split()) if hidden else ""


def _ways(letter: CompiledLetter, fields: tuple[str, ...]) -> Iterator[Looked]:
    """The branches of the HTML with full values; then the letter as it is for one of whom little is known."""
    sources = ((letter.html, True), (letter.text, False), (letter.subject, False))
    parts = [branches_of(source, html=html) for source, html in sources]
    every = {test: True for part in parts for test in part.tests}
    choices = ({**every, **choice} for part in parts for choice in part.choices())
    values = example_values(fields)
    for way in dict.fromkeys(tuple(choice.items()) for choice in choices):  # most parts have the same conditions
        html, text, subject = (part.render(dict(way), values) for part in parts)
        yield Looked(subject, html, tidy(text))
    rendered = render(letter, empty_values(fields))
    yield Looked(rendered.subject, rendered.html, rendered.text)


def _missing(looked: Looked, body: str, demanded: dict[str, str]) -> Iterator[Finding]:
    values = example_values()
    for name, words in demanded.items():
        address = values["links"][name]
        if address.replace("&", "&amp;") not in looked.html:
            yield error(body, 1, f"{words} is missing: link to {{{{ links.{name} }}}} in every branch.")
        elif address not in looked.text:
            yield error(body, 1, f"{words} is missing in the text part: put {{{{ links.{name} }}}} into body.txt.")
    for part, words in ((looked.html, "letter"), (looked.text, "text part")):
        if values["sender"]["postal_address"] not in part:
            yield error(
                body, 1, f"the postal address is missing in the {words}: write {{{{ sender.postal_address }}}}."
            )
    if values["links"]["view"].replace("&", "&amp;") not in looked.html:
        yield warning(body, 1, 'there is no "view in browser": link to {{ links.view }}.')


def _subject(subject: str, file: str) -> Iterator[Finding]:
    words = " ".join(subject.split())
    if not words:
        yield error(file, 1, "the subject is empty. Write what a person would write.")
    if _REPLY.match(words):
        yield error(file, 1, f'"{words}" looks like a reply or a forwarded mail, and is none. Begin with other words.')
    if len(words) > SUBJECT_LIMIT:
        yield warning(
            file, 1, f"the subject has {len(words)} characters; after {SUBJECT_LIMIT} it is cut off. Shorten it."
        )
    hole = _HOLE.search(subject)
    if hole:
        yield error(file, 1, f'"{hole[0]}": an empty value leaves a hole. Give it a fallback, or put it inside an if.')


def _holes(looked: Looked, body: str) -> Iterator[Finding]:
    hole = _HOLE.search(looked.text)
    if hole:
        yield error(body, 1, f'"{hole[0]}": an empty value leaves a hole. Give it a fallback, or put it inside an if.')


def _size(looked: Looked, body: str) -> Iterator[Finding]:
    size = len((looked.html + looked.text).encode())
    if size > SIZE_LIMIT:
        yield error(
            body, 1, f"the letter has {size // 1024} kB; mail programs cut off what is beyond 100 kB. Shorten it."
        )


def _preheader(html: str, body: str) -> Iterator[Finding]:
    """MAIL 50: the preheader is the one exception, and short."""
    words = preheader_of(html)
    if len(words) > PREHEADER_LIMIT:
        more = f"the preheader has {len(words)} characters; what is beyond {PREHEADER_LIMIT} nobody sees"
        yield warning(body, 1, f"{more}, and mail providers take hidden words for spam. Shorten it.")


def _pictures(html: str, body: str) -> Iterator[Finding]:
    """Many read letters without pictures; Outlook for Windows shows one as large as its file unless it is told."""
    for found in dict.fromkeys(_PICTURE.findall(html)):
        if not re.search(r"\salt\s*=", found, re.IGNORECASE):
            message = 'a picture has no words for those who do not see it. Say in alt="…" what it shows.'
            yield error(body, 1, message)
        if not re.search(r"\swidth\s*=", found, re.IGNORECASE):
            message = 'a picture has no width; Outlook shows it as large as its file is. Write width="…" in pixels.'
            yield warning(body, 1, message)


def _uncounted(html: str, body: str) -> Iterator[Finding]:
    """A click is hearing (R25) only where the link is counted."""
    for found in _PLAIN_LINK.finditer(html):
        message = f'a click on this link is not counted. Write {{{{ links.to("{found[1]}") }}}} as its address.'
        yield warning(body, 1, message)


def _forbidden(html: str, body: str) -> Iterator[Finding]:
    for found in _FORBIDDEN.finditer(html):
        word = next(group for group in found.groups() if group)
        yield error(body, 1, f"{word} does not work in mail and looks like an attack. Take it out.")
    if len(_HIDDEN.findall(html)) > 1:
        yield warning(
            body, 1, "more than the preheader is hidden; mail providers take hidden words for spam. Show them."
        )
