"""A page in ASCII: its other characters as references, where they are read and the page stays short."""

import re

_MOSTLY = 1.1  # how much longer a page may become
# References that would be read as another character (C1 controls), or as none (half a character).
_MISREAD = re.compile(r"&#(?:1[2-5]\d|5[5-7]\d{3});")


def spelled_out(html: str) -> str:
    """A page that is nearly ASCII in ASCII, any other as it is; references are not read inside styles.

    Half a character (a lone surrogate) stays as well: who encodes the page tells of it.
    """
    if html.isascii() or not html[: max(html.rfind("</style>"), 0)].isascii():
        return html
    spelled = references(html)
    if len(spelled) > len(html) * _MOSTLY or _MISREAD.search(spelled):
        return html
    return spelled


def references(text: str) -> str:
    """The text with a character reference for each character beyond ASCII."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
