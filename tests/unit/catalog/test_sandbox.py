"""What a template puts out is escaped in HTML, whichever way it goes."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from drip.catalog.sandbox import HTML, escaped


@given(st.text() | st.text("&<>\"'ab") | st.integers() | st.none())
def test_a_value_is_escaped_as_markup_is(value: object) -> None:
    assert escaped(value) == str(escape(value))


def test_what_is_markup_already_stays_as_it_is() -> None:
    assert escaped(Markup("<b>bold</b>")) == "<b>bold</b>"


def test_a_template_escapes_values_and_not_its_own_words() -> None:
    made = HTML.from_string("<p>{{ name }}</p>").render(name="<i>O'Hara</i>")
    assert made == "<p>&lt;i&gt;O&#39;Hara&lt;/i&gt;</p>"
