"""Hide Jinja from tools that read HTML, which would move and escape it, and put it back."""

import re
from dataclasses import dataclass, field

_JINJA = re.compile(
    r"""\{\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.)*?\}\}"""
    r"""|\{%(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.)*?%\}""",
    re.DOTALL,
)
_PIECE = re.compile(
    r"""(?P<comment><!--.*?-->)|(?P<raw><(style|script|title|textarea)\b[^>]*>.*?</\3\s*>)"""
    r"""|(?P<tag><[!/a-zA-Z](?:"[^"]*"|'[^']*'|[^>"'])*>)""",
    re.DOTALL | re.IGNORECASE,
)
_IN_VALUE = re.compile(r'"[^"]*"' + r"|'[^']*'")


@dataclass
class Protected:
    """A text whose Jinja is replaced by words; `sources` holds what each word stands for."""

    text: str
    prefix: str
    sources: list[str] = field(default_factory=list)

    def statement(self, word: str) -> bool:
        """Whether the word stands for `{% … %}`."""
        return self.sources[int(word.removeprefix(self.prefix)[:-1])].startswith("{%")

    @property
    def words(self) -> re.Pattern[str]:
        """A pattern that finds the words."""
        return re.compile(self.prefix + r"\d+x")

    def restored(self, text: str) -> str:
        """The text with every word, bare or as a comment, replaced by its source again."""
        bare = re.sub(f"<!--({self.words.pattern})-->", r"\1", text)
        return self.words.sub(lambda found: self.sources[int(found[0][len(self.prefix) : -1])], bare)


def protect(text: str) -> Protected:
    """Replace all Jinja by words of letters and digits."""
    prefix = "jx"
    while prefix in text:
        prefix += "q"
    protected = Protected("", prefix)

    def hide(found: re.Match[str]) -> str:
        protected.sources.append(found[0])
        return f"{prefix}{len(protected.sources) - 1}x"

    protected.text = _JINJA.sub(hide, text)
    return protected


def as_comments(protected: Protected) -> str:
    """The protected text with statements as comments, which may stand even in a table."""

    def comment(found: re.Match[str]) -> str:
        return f"<!--{found[0]}-->" if protected.statement(found[0]) else found[0]

    pieces, at = [], 0
    for piece in _PIECE.finditer(protected.text):
        pieces += [protected.words.sub(comment, protected.text[at : piece.start()]), piece[0]]
        at = piece.end()
    return "".join(pieces) + protected.words.sub(comment, protected.text[at:])


def misplaced(protected: Protected) -> str | None:
    """The first Jinja that cannot be protected: in a style, or in a tag outside quotes."""
    for piece in _PIECE.finditer(protected.text):
        inside = ""
        if piece["raw"] and piece[3].lower() != "title":
            inside = piece["raw"]
        elif piece["tag"]:
            inside = _IN_VALUE.sub("", piece["tag"])
        found = protected.words.search(inside)
        if found:
            return protected.restored(found[0])
    return None
