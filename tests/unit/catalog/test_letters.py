"""Letters are compiled once and rendered often: the same letter, whatever is done to its styles."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.catalog.branches import Branches
from drip.catalog.findings import LetterError
from drip.catalog.inline import canonical, inline_html, inline_template
from drip.catalog.letters import CompiledLetter, compile_letter, render
from drip.catalog.plain_text import text_of, text_template
from drip.catalog.proof import disagreement
from drip.catalog.protect import misplaced, protect
from drip.catalog.sandbox import DATE_FILTERS, OUTPUT_LIMIT, RenderError
from drip.catalog.values import empty_values, example_values


def letter(**parts: str) -> CompiledLetter:
    return CompiledLetter(parts.get("subject", "s"), parts.get("html", "h"), parts.get("text", "t"))


def test_a_letter_is_compiled_into_three_templates_that_stand_alone(templates):
    compiled = compile_letter(templates, "small/one")
    assert compiled.subject == "one idea"
    assert "{% block" not in compiled.html and "{% extends" not in compiled.html
    assert '<p style="margin: 0;"' in compiled.html.replace("margin: 0", "margin: 0;").replace(";;", ";")
    assert "@media (max-width: 600px)" in compiled.html
    assert "<style" not in compiled.text and "<p" not in compiled.text


def test_conditions_stay_where_they_stood_even_between_the_rows_of_a_table(templates):
    compiled = compile_letter(templates, "small/one")
    before, rest = compiled.html.split("{% if recall.promised %}")
    row, after = rest.split("{% endif %}")
    assert before.rstrip().endswith("</tr>")
    assert row.strip().startswith("<tr>") and row.strip().endswith("</tr>")
    assert after.strip().startswith("<tr>")


def test_a_condition_keeps_its_smaller_and_its_quotes(message, templates):
    message('{% if step.n < 3 and prospect.country == "US" %}<p>{{ "a" if step.n > 1 else "b" }}</p>{% endif %}')
    compiled = compile_letter(templates, "small/one")
    for part in (compiled.html, compiled.text):
        assert '{% if step.n < 3 and prospect.country == "US" %}' in part
        assert '{{ "a" if step.n > 1 else "b" }}' in part


def test_the_text_part_names_the_address_behind_each_link(templates):
    rendered = render(compile_letter(templates, "small/one"), example_values())
    assert "One idea. The sheet <https://www.example.com/a?x=1&y=2>" in rendered.text
    assert "Yes <https://sender.example/opt_in?a=1&b=2>" in rendered.text


def test_of_links_in_a_row_each_has_a_line_in_the_text_part(message, templates):
    message(
        '<p>Mill &middot; Dayton</p><p><a href="{{ links.view }}">View</a> &middot; '
        '{% if step.n < 3 %}<a href="https://www.example.com/b">More</a> &middot; {% endif %}'
        '<a href="{{ links.opt_out }}">Stop</a></p>'
    )
    text = render(compile_letter(templates, "small/one"), example_values()).text
    assert "Mill \u00b7 Dayton" in text, "words stay as they are"
    view, more, stop = text[text.index("View <") :].splitlines()[:3]
    assert view.startswith("View <") and view.endswith(">")
    assert more == "More <https://www.example.com/b>"
    assert stop.startswith("Stop <")


def test_the_text_part_has_no_hidden_words_and_no_double_empty_lines(templates, write):
    write(
        "body.html",
        '{% extends "layouts/letter.html" %}{% block preheader %}hush{% endblock %}'
        "{% block message %}<p>Loud</p>{% endblock %}",
    )
    values = example_values()
    values["recall"]["promised"] = False
    rendered = render(compile_letter(templates, "small/one"), values)
    assert "hush" in rendered.html and "hush" not in rendered.text
    assert "Loud" in rendered.text and "\n\n\n" not in rendered.text


def test_the_text_part_says_what_a_picture_shows(templates, message):
    message('<p>Look: <img src="https://a.example/x.png" alt="The line, stopped" width="300"></p>')
    assert "Look: [The line, stopped]\n" in render(compile_letter(templates, "small/one"), example_values()).text


def test_a_text_of_several_lines_has_them_in_both_parts(templates, message):
    message("<p>{{ rep.signature | default('me', true) | lines }}</p>")
    values = example_values()
    values["rep"]["signature"] = "Dana & Co\r\nMill Street <4>\n"
    rendered = render(compile_letter(templates, "small/one"), values)
    assert '<p style="margin: 0;">Dana &amp; Co<br>Mill Street &lt;4&gt;</p>' in rendered.html
    assert "Dana & Co\nMill Street <4>\n" in rendered.text.replace("\r", "")


def test_a_text_part_of_ones_own_is_kept(templates, write):
    write("body.txt", "Dear {{ prospect.email }},\n")
    assert compile_letter(templates, "small/one").text == "Dear {{ prospect.email }},\n"


def test_values_are_escaped_in_html_and_plain_in_text_and_subject(message, templates, write):
    write("subject.txt", "for {{ prospect.company | default('you', true) }}")
    message("<p>At {{ prospect.company | default('you', true) }}</p>")
    rendered = render(compile_letter(templates, "small/one"), example_values())
    assert "Baker &amp; Sons &lt;Tools&gt;" in rendered.html
    assert "Baker & Sons <Tools>" in rendered.text
    assert rendered.subject == "for Baker & Sons <Tools>"


def test_a_subject_is_one_line_whatever_a_value_holds():
    values = example_values()
    values["prospect"]["company"] = "Baker\r\nBcc: x@example.com"
    assert render(letter(subject="for {{ prospect.company }}"), values).subject == "for Baker Bcc: x@example.com"


def test_value_links_are_collected_once_each_in_order_of_first_use():
    values = example_values()
    asked = []
    values["links"]["to"] = lambda address: asked.append(address) or f"https://d.example/t/{len(asked)}"
    html = '{{ links.to("https://b.example") }} {{ links.to("https://a.example") }}'
    rendered = render(letter(html=html, text='{{ links.to("https://a.example") }}'), values)
    assert rendered.links == ("https://b.example", "https://a.example")
    assert rendered.html == "https://d.example/t/1 https://d.example/t/2"
    assert rendered.text == "https://d.example/t/2\n"
    assert asked == ["https://b.example", "https://a.example"]


def test_a_page_s_own_words_are_in_ascii_and_its_values_are_left_alone():
    values = example_values()
    values["prospect"] |= {"company": "Café", "title": ""}
    words = "plain words and no signs " * 8
    page = f'<p>{words}· {{{{ prospect.company }}}} {{{{ prospect.title | default("é", true) }}}}</p>'
    html = "{% if step.n < 3 %}<i>·</i>{% endif %}"
    values["step"]["n"] = 1
    assert render(letter(html=page + html), values).html == f"<p>{words}&#183; Café é</p><i>&#183;</i>"


def test_a_page_whose_style_is_not_in_ascii_is_left_alone():
    page = f'<style>p::before {{ content: "·" }}</style><p>{"plain words " * 20}·</p>'
    assert render(letter(html=page), example_values()).html == page


@given(st.text("ab \t\n", max_size=30))
def test_the_text_part_has_one_blank_line_at_most_in_a_row(text):
    gaps = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
    values = example_values()
    values["prospect"]["company"] = text
    plain = gaps.sub("\n\n", text).strip() + "\n"
    assert render(letter(text="{{ prospect.company }}"), values).text == plain


def test_a_loop_counts_its_turns():
    html = (
        "{% for x in ['a', 'b'] %}{{ loop.index }}{{ x }}{{ prospect.email }}{% if loop.last %}.{% endif %}{% endfor %}"
    )
    values = example_values()
    values["prospect"]["email"] = "&"
    assert render(letter(html=html), values).html == "1a&amp;2b&amp;."


def test_an_unknown_value_stops_the_letter():
    with pytest.raises(RenderError, match="fax"):
        render(letter(text="{{ prospect.fax }}"), example_values())


def test_a_field_may_have_the_name_of_a_method():
    values = example_values(("items", "keys"))
    text = "{{ enrollment.fields.items }} {{ enrollment.fields.keys }}"
    assert render(letter(text=text), values).text == "example of items example of keys\n"


def test_an_output_without_end_is_stopped_while_it_grows():
    # not to be had through the check; a stored letter is stopped all the same
    endless = "{% for a in 'x' * 100 %}{% for b in 'x' * 100 %}{{ 'x' * 90 }}{% endfor %}{% endfor %}"
    assert len(endless) < OUTPUT_LIMIT
    with pytest.raises(RenderError, match="grew beyond"):
        render(letter(text=endless), example_values())


@pytest.mark.parametrize("reach", ["''.__class__", "links.to.__globals__", "prospect.__class__"])
def test_nothing_of_python_can_be_reached(reach):
    with pytest.raises(RenderError):
        render(letter(text="{{ " + reach + " }}"), example_values())


@pytest.mark.parametrize(
    ("name", "shown"),
    [("day", "Monday 16 March"), ("month_day", "March 16"), ("month_year", "March 2026"), ("nth", "16th")],
)
def test_a_day_is_shown_as_people_write_it(name, shown):
    assert DATE_FILTERS[name](date(2026, 3, 16)) == shown


def test_the_ending_of_a_day_of_the_month_follows_english():
    endings = {
        1: "1st",
        2: "2nd",
        3: "3rd",
        4: "4th",
        11: "11th",
        12: "12th",
        13: "13th",
        21: "21st",
        22: "22nd",
        23: "23rd",
        30: "30th",
        31: "31st",
    }
    assert {at: DATE_FILTERS["nth"](date(2026, 1, at)) for at in endings} == endings


def test_the_day_before_the_first_is_the_last_of_the_month_before():
    assert DATE_FILTERS["day_before"](date(2026, 3, 1)) == date(2026, 2, 28)


def test_no_style_sheet_is_ever_loaded_from_a_file_or_the_network(tmp_path: Path):
    sheet = tmp_path / "own.css"
    sheet.write_text("p { color: red }")
    for address in (str(sheet), f"file://{sheet}", "http://127.0.0.1:9/x.css"):
        html = f'<html><head><link rel="stylesheet" href="{address}"></head><body><p>x</p></body></html>'
        assert "red" not in inline_html(html)


SOURCES = [
    "<p>Hi {{ prospect.first_name }}</p>",
    "<table role='presentation'>{% if step.n %}<tr><td>a</td></tr>{% endif %}<tr><td>b</td></tr></table>",
    "<style>p{margin:0}</style><ul>{% for x in ['a','b'] %}<li><p>{{ x }}</p></li>{% endfor %}</ul>",
    '<a href="{% if recall.promised %}{{ links.view }}{% else %}{{ links.opt_in }}{% endif %}">x</a>',
    "<p>a{% if recall.promised %}, b{% elif step.n %}, c{% else %}, d{% endif %}.</p>",
    "<!--[if mso]><td width={{ step.n }}><![endif]--><p>{{ '}}' }}</p>",
]


@pytest.mark.parametrize("source", SOURCES)
def test_inlining_before_rendering_and_after_agree(source):
    inlined = inline_template(source)
    assert disagreement(source, inlined, text_template(inlined), example_values()) is None


def test_the_proof_finds_a_class_that_hangs_on_a_condition(message, templates):
    message("""<p class="{% if recall.promised %}small{% endif %}">x</p>""")
    with pytest.raises(LetterError, match="a branch of this letter changes"):
        compile_letter(templates, "small/one")


def test_the_proof_finds_a_style_that_hangs_on_what_stands_before(write, templates):
    style = "<style>p:first-child { color: red }</style>"
    write("body.html", style + "<div>{% if recall.promised %}<p>a</p>{% endif %}<p>b</p></div>")
    with pytest.raises(LetterError, match="a branch of this letter changes"):
        compile_letter(templates, "small/one")


def test_the_proof_finds_a_text_part_that_differs(write, templates):
    rows = "{% if recall.promised %}<tr><td>a</td></tr>{% endif %}<tr><td>b</td></tr>"
    write("body.html", f"<table>{rows}</table>")  # of data: its words cannot be cut into rows
    with pytest.raises(LetterError, match=r"write a body\.txt"):
        compile_letter(templates, "small/one")


def test_a_condition_around_the_first_row_of_a_table_leaves_no_stray_tag():
    inlined = inline_template(SOURCES[1])
    assert "<tbody>{% if step.n %}<tr>" in inlined


def test_without_protection_the_inliner_breaks_a_condition_between_rows():
    source = SOURCES[1]
    broken = inline_html(source)  # moves the condition out of the table
    assert disagreement(source, broken, None, example_values()) is not None


@pytest.mark.parametrize(
    "source",
    [
        "<style>p { color: {{ step.key }} }</style>",
        "<p {% if step.n %}class='a'{% endif %}>x</p>",
        "<p {{ step.key }}>",
    ],
)
def test_jinja_in_a_style_or_a_bare_tag_is_refused(message, templates, source):
    assert misplaced(protect(source)) is not None
    message(source)
    with pytest.raises(LetterError, match="in a tag outside quotes"):
        compile_letter(templates, "small/one")


def test_every_combination_of_up_to_six_conditions_is_walked():
    conditions = "".join(f"{{% if step.n == {n} %}}{n}{{% endif %}}" for n in range(6))
    ways = Branches(conditions, html=False)
    outputs = {ways.render(choice, example_values()) for choice in ways.choices()}
    assert len(outputs) == 2**6


def test_of_more_conditions_each_is_turned_alone():
    conditions = "".join(f"{{% if step.n == {n} %}}{n}{{% endif %}}" for n in range(8))
    ways = Branches(conditions, html=False)
    outputs = {ways.render(choice, example_values()) for choice in ways.choices()}
    assert {"", "01234567", "3", "0124567"} <= outputs
    assert len(outputs) == 2 * 8 + 2


def test_tables_of_data_stay_tables_in_the_text_part():
    html = '<table role="presentation"><tr><td>a<table><tr><td>1</td><td>2</td></tr></table></td></tr></table>'
    assert [line.split() for line in text_of(html).splitlines() if line] == [["a"], ["1", "2"]]


def test_canonical_html_tells_a_moved_element():
    assert canonical("<p>a</p> <p>b</p>") == canonical("<p>a</p>\n<p>b</p>")
    assert canonical("<p>a</p><p>b</p>") != canonical("<p>b</p><p>a</p>")


def test_a_missing_value_stays_out_of_the_letter_for_one_of_whom_little_is_known(templates):
    rendered = render(compile_letter(templates, "small/one"), empty_values())
    assert "Hi there," in rendered.text and "call on" not in rendered.text
