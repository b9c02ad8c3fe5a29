"""Reduce a reply to its gist, one sign for each word that means something, and find phrases in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from string import ascii_letters, digits

from drip.domain.answering.words import CONCEPTS, DIALECTS, GLUED, SCRIPTS, STOPS

LONGEST_TEXT = 1500  # characters of a reply that are read; the RFC's limit for a line is 512
LONGEST_GIST = 250  # words

_LITERALS = ("someaddress", "thisaddress", "hostliteral")
# What itself stands in the text: an address, one that what follows is said of ("<a@b.example>: ..."), a host name
_SIGNS = dict(
    zip((*CONCEPTS, *_LITERALS), ascii_letters + digits + "".join(map(chr, range(0xC0, 0x100))), strict=False)
)
_OTHER, _BREAK = "-", "|"  # a word that means nothing here; the end of a sentence
_GROUPS = {
    "who": "user recipient box account address someaddress thisaddress",
    "place": "box account address",  # what only names where the letter was to go
    "mailaddress": "someaddress thisaddress",
    "neg": "no not",
    "where": "here table domain hostliteral server",
    "nay": "refused blocked",
    "allowed": "permitted accepted",
    "host": "domain hostliteral",
    "exist": "found valid",
}
_GAPS = {"~": "[^|]{0,3}", "~~": "[^|]{0,7}"}


def gist(text: str) -> str:
    """What a reply says, one sign a word. Total: any text, in time linear in its length."""
    return "".join(map(_piece, text[:LONGEST_TEXT].split()))[:LONGEST_GIST]


def phrases(texts: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the phrases in a gist; None where there are none.

    A phrase is concepts or groups in their order: `no such who`. `a/b` is either, `a?` may be missing,
    `~` skips up to three words and `~~` up to seven, never past the end of a sentence. Raises KeyError
    for a concept that there is not.
    """
    patterns = ["".join(_element(word) for word in text.split()) for text in texts]
    return re.compile("|".join(patterns)) if patterns else None


def concepts_of(words: str) -> frozenset[str]:
    """The signs of concepts or groups, named with spaces between."""
    return frozenset(sign for word in words.split() for sign in _signs(word))


def _element(word: str) -> str:
    if word in _GAPS:
        return _GAPS[word]
    optional = word.endswith("?")
    signs = "".join(sign for part in word.rstrip("?").split("/") for sign in _signs(part))
    return f"[{re.escape(signs)}]" + ("?" if optional else "")


def _signs(name: str) -> str:
    names = _GROUPS[name].split() if name in _GROUPS else [name]
    return "".join(_SIGNS[one] for one in names)


def _fold(word: str) -> str:
    """Lower case without accents and apostrophes."""
    word = word.casefold()
    if not word.isascii():
        parts = unicodedata.normalize("NFKD", word.replace("ł", "l").replace("ø", "o"))
        word = "".join(part for part in parts if not unicodedata.combining(part))
    return word.replace("'", "").replace("’", "")


def _words() -> Iterator[tuple[str, str]]:
    for concept, words in CONCEPTS.items():
        for word in words.split():
            yield _fold(word), _SIGNS[concept]
    for word, concepts in GLUED.items():
        yield word, "".join(_SIGNS[one] for one in concepts)


_STOPS = frozenset(STOPS.split())
_EXACT = {word: sign for word, sign in _words() if not word.endswith("*")}
_STEMS = {word[:-1]: sign for word, sign in _words() if word.endswith("*")}
_SHORTEST, _LONGEST = min(map(len, _STEMS)), max(map(len, _STEMS))
_CHARACTERS = {
    unicodedata.normalize("NFKC", part): _SIGNS[one] for one, parts in SCRIPTS.items() for part in parts.split()
}
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_RUN = re.compile("|".join(sorted(map(re.escape, _CHARACTERS), key=len, reverse=True)))
_DIALECT = re.compile("|".join(f"(?P<d{i}>{pattern})" for i, (pattern, _, _) in enumerate(DIALECTS)))
_WORD = re.compile(r"[^\W\d_](?:['’]?[^\W_])*")
_ELIDED = re.compile(r"\b(?:(n)|l|d|qu|dell|nell|all)['’](?=\w)", re.IGNORECASE)  # "l'adresse n'existe pas"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+")
_CODE = re.compile(r"[245]\d\d[-:]?")
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}")


@lru_cache(maxsize=8192)
def _piece(chunk: str) -> str:
    """The signs of what stands between two spaces."""
    chunk = chunk[:200]
    ends = _BREAK if chunk[-1] in ".!?;" and not chunk.endswith("..") else ""
    if _CODE.fullmatch(chunk) is not None:
        return _BREAK
    if "@" in chunk:
        head, _, rest = chunk.partition("<")
        tail = rest.partition(">")[2] if rest else ""
        before = _spelled(head) if rest and "@" not in head else ""
        address = "thisaddress" if tail.startswith((":", ",")) or (not rest and chunk.endswith(":")) else "someaddress"
        return before + _SIGNS[address] + _spelled(tail) + ends
    if "://" in chunk or chunk.startswith("www."):
        return _named_list(chunk) + ends
    return _spelled(chunk) + ends


def _spelled(chunk: str) -> str:
    bare = chunk.strip("()[]<>{}\"'`,.:;!?*#=").lower()
    if not bare:
        return ""
    if any(c.isdigit() for c in bare) or "#" in bare:
        code = _DIALECT.fullmatch(bare)
        if code is not None and code.lastgroup is not None:
            return _SIGNS[DIALECTS[int(code.lastgroup[1:])][1]]
        if _IP.search(bare) is not None:
            return _SIGNS["ip"]
    if "." in bare and _HOST.fullmatch(chunk.strip("()[]<>{}\"'`,.:;!?*#=")) is not None:
        return _named_list(bare) or _SIGNS["hostliteral"]
    if _UNSPACED.search(chunk) is not None:
        return "".join(_CHARACTERS[run] for run in _RUN.findall(unicodedata.normalize("NFKC", chunk)))
    if not chunk.isalnum():
        chunk = _ELIDED.sub(lambda found: "ne " if found[1] else " ", chunk)
    return "".join(_sign(_fold(word)) for word in _WORD.findall(_CAMEL.sub(" ", chunk)))


def _named_list(text: str) -> str:
    """The sign of a block list if the address of one stands in a host name or URL, else nothing."""
    host = text.partition("://")[2].partition("/")[0] if "://" in text else text
    labels = host.lower().split(".")
    return _SIGNS["blocklist"] if any(_sign(label) == _SIGNS["blocklist"] for label in labels) else ""


def _sign(word: str) -> str:
    if word in _STOPS:
        return ""
    known = _EXACT.get(word)
    if known is not None:
        return known
    for size in range(min(len(word), _LONGEST), _SHORTEST - 1, -1):
        known = _STEMS.get(word[:size])
        if known is not None:
            return known
    return _OTHER
