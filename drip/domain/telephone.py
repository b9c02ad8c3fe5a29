"""Telephone numbers as people type them, and as a link dials them."""

import re

_EXTENSION = re.compile(r"(?:ext\.?|extension|x|#)\s*(\d{1,8})\s*$", re.IGNORECASE)


def dialled(number: str) -> str:
    """What stands behind "tel:" for a number as typed (RFC 3966); empty where there is nothing to dial.

    A zero in brackets is not dialled from abroad; an extension ("ext. 12", "x12") stands apart.
    """
    extension = _EXTENSION.search(number)
    base = number[: extension.start()] if extension else number
    abroad = base.lstrip().startswith("+")
    if abroad:
        base = base.replace("(0)", "")
    digits = "".join(str(int(sign)) for sign in base if sign.isdecimal())
    if not digits:
        return ""
    return ("+" if abroad else "") + digits + (f";ext={extension[1]}" if extension else "")
