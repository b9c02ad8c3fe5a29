"""Move the style sheet of a letter into its tags, which is all that some mail programs read."""

import css_inline

from drip.catalog.protect import as_comments, protect

# Nothing is ever loaded: the default would read files and addresses a letter names.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
_SERIALISER = css_inline.CSSInliner(load_remote_stylesheets=False, inline_style_tags=False, keep_style_tags=True)


def inline_template(source: str) -> str:
    """The template with its styles inlined and its Jinja where it was."""
    protected = protect(source)
    return protected.restored(inline_html(as_comments(protected)))


def inline_html(html: str) -> str:
    """HTML without Jinja, with its styles inlined; media queries stay in a style tag."""
    return _INLINER.inline(html)


def canonical(html: str) -> str:
    """The HTML as a browser would understand it, written in one way; white space counts once."""
    return " ".join(_SERIALISER.inline(html).split())
