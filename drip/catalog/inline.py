"""Move the style sheet of a letter into its tags, which is all that some mail programs read."""

import re

import css_inline

from drip.catalog.protect import as_comments, protect

# Nothing is ever loaded: the default would read files and addresses a letter names.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
_SERIALISER = css_inline.CSSInliner(load_remote_stylesheets=False, inline_style_tags=False, keep_style_tags=True)
_STRUCTURE = re.compile(r"\s*(</?(?:html|head|body|table|thead|tbody|tfoot|tr|td|th)\b[^>]*>)\s*")
_TABLE_PART = re.compile(r"<t(?:body|head|foot)\b", re.IGNORECASE)
_TABLE = re.compile(r"<!--.*?-->|</?table\b[^>]*>", re.IGNORECASE | re.DOTALL)


def inline_template(source: str) -> str:
    """The template with its styles inlined and its Jinja where it was."""
    protected = protect(source)
    return protected.restored(inline_html(_with_bodies(as_comments(protected))))


def inline_html(html: str) -> str:
    """HTML without Jinja, with its styles inlined; media queries stay in a style tag."""
    return _INLINER.inline(html)


def canonical(html: str) -> str:
    """The HTML as a browser would understand it, written in one way.

    White space counts once, and not at all beside the tags of tables and of the page.
    """
    return _STRUCTURE.sub(r"\1", " ".join(_SERIALISER.inline(html).split()))


def _with_bodies(html: str) -> str:
    """Tables with the tbody that every browser adds, so that it is not added inside a condition."""
    if _TABLE_PART.search(html):
        return html
    return _TABLE.sub(_with_body, html)


def _with_body(found: re.Match[str]) -> str:
    if found[0].startswith("<!--"):
        return found[0]
    return f"</tbody>{found[0]}" if found[0].startswith("</") else f"{found[0]}<tbody>"
