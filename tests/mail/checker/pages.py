"""An HTML part read as a person sees it: its words, its links, its pictures, and what is hidden in it."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = {"br", "img", "meta", "hr", "link", "input", "col", "area", "base", "wbr", "source"}
UNSEEN = {"head", "style", "script", "title"}
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)|"
    r"max-height\s*:\s*0(?:px)?\s*(?:;|$)|text-indent\s*:\s*-\d{3}",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


@dataclass(slots=True)
class Page:
    """`text` is what is seen, `links` the addresses of anchors with words in them, `urls` every address there is,
    `hidden` the words of each hidden element."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


@lru_cache(maxsize=8)
def read_page(html: str) -> Page:
    """The page of an HTML part; white space in its words is single."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    page = reader.page
    page.text = " ".join(page.text.split())
    page.hidden = [" ".join(words.split()) for words in page.hidden]
    return page


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    tag: str
    hides: bool
    unseen: bool
    href: str = ""
    words: str = ""


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._stack: list[_Open] = []
        self._hiding = _hiding_classes(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "background", "action"):
            if said.get(name):
                self.page.urls.append(said[name])
        if tag == "img":
            self.page.images.append(said.get("src", ""))
        hides = bool(_HIDES.search(said.get("style", ""))) or "hidden" in said
        hides = hides or not self._hiding.isdisjoint(said.get("class", "").split())
        if tag not in VOID:
            self._stack.append(_Open(tag, hides, tag in UNSEEN, said.get("href", "") if tag == "a" else ""))

    def handle_endtag(self, tag: str) -> None:
        while tag in [one.tag for one in self._stack]:
            seen = not self._is_hidden()
            closed = self._stack.pop()
            if closed.hides:
                self.page.hidden.append(closed.words)
            if closed.href and closed.words.strip() and seen:
                self.page.links.append(closed.href)
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if any(one.unseen for one in self._stack):
            return
        for one in self._stack:
            one.words += data
        if not self._is_hidden():
            self.page.text += data if not self._stack or self._stack[-1].tag in ("a", "b", "i", "span") else f" {data} "

    def _is_hidden(self) -> bool:
        return any(one.hides for one in self._stack)


def _hiding_classes(html: str) -> set[str]:
    """The classes that the page's own style sheet hides at all times."""
    sheets = " ".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL | re.IGNORECASE))
    rules = _RULE.findall(_AT_RULE.sub("", sheets))
    return {name for selector, body in rules if _HIDES.search(body) for name in re.findall(r"\.([\w-]+)", selector)}
