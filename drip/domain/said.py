"""What a server said, fit for a record."""

_LONGEST = 1000  # characters kept


def one_line(text: str) -> str:
    """A server's words without line breaks or control characters, and not too long."""
    if text.isprintable() and "  " not in text and len(text) <= _LONGEST:
        return text.strip()
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST])
    return " ".join(printable.split())[:_LONGEST]
