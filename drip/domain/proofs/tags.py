"""Records made of tags, "v=DMARC1; p=none" (RFC 6376 section 3.2, RFC 7489 section 6.4)."""


def read_tags(text: str) -> dict[str, str] | None:
    """The tags by name, in their order; None for what is no list of tags. Of a tag given twice nothing counts."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not part.strip():
            continue
        if not equals or not name or name in tags:
            return None
        tags[name] = value.strip()
    return tags
