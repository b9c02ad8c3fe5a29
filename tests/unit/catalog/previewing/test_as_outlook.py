"""What Outlook for Windows makes of a letter: its own branches, its own padding, and little of CSS."""

import pytest

from drip.catalog.previewing.as_outlook import as_outlook, holds


@pytest.mark.parametrize(
    ("condition", "is_outlook"),
    [
        ("mso", True),
        ("!mso", False),
        ("gte mso 9", True),
        ("mso 16", True),
        ("lt mso 16", False),
        ("lte mso 16", True),
        ("gt mso 15", True),
        ("(gte mso 9)|(IE)", True),
        ("IE", False),
        ("!IE", True),
        ("gte mso 9 & !mso", False),
        ("what is this", False),
    ],
)
def test_a_condition_holds_as_it_does_in_outlook(condition, is_outlook):
    assert holds(condition) is is_outlook


def test_the_branches_written_for_outlook_are_taken_and_the_others_left_out():
    html = "<!--[if mso]><b>Word</b><![endif]--><!--[if !mso]><!--><i>others</i><!--<![endif]--><!-- a note -->"
    assert as_outlook(html).html == "<b>Word</b>"
    assert as_outlook("<![if !mso]><i>others</i><![endif]><p>all</p>").html == "<p>all</p>"


def test_what_is_meant_for_words_settings_is_not_shown():
    html = "<!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->"
    assert as_outlook(html).html == ""


def test_media_queries_are_left_out_and_plain_rules_stay():
    html = "<style>@media (max-width: 480px) { p { color: red !important } } p { color: blue } @import url(x);</style>"
    assert as_outlook(html).html.replace(" ", "") == "<style>p{color:blue}</style>"


def test_only_a_cell_has_padding_and_it_may_be_one_for_word_alone():
    html = '<td style="mso-padding-alt: 12px 24px"><a style="display: inline-block;padding: 12px 24px;color: red">x</a>'
    seen = as_outlook(html)
    assert seen.html == '<td style="padding: 12px 24px"><a style="color: red">x</a>'
    assert seen.left_out == ("display", "padding")


def test_a_table_has_neither_a_most_width_nor_round_corners_nor_a_margin():
    seen = as_outlook('<table style="max-width: 600px;width: 100%;border-radius: 5px;margin: 0 0 20px">')
    assert seen.html == '<table style="width: 100%">'
    assert seen.left_out == ("border-radius", "margin", "max-width")


def test_lines_of_a_text_are_not_kept_by_a_style():
    seen = as_outlook('<p style="white-space: pre-line;margin: 0 auto">a\nb</p><p style="margin: 0 0 20px">c</p>')
    assert seen.html == '<p>a\nb</p><p style="margin: 0 0 20px">c</p>'
    assert seen.left_out == ("margin", "white-space")


def test_a_hidden_preheader_stays_hidden_and_its_other_styles_are_not_missed():
    seen = as_outlook('<div style="display: none;max-height: 0;overflow: hidden;mso-hide: all;color: #fff">hush</div>')
    assert "display: none" in seen.html and seen.left_out == ()


def test_words_and_addresses_are_not_touched():
    html = """<p>1 < 2; style="padding: 3px" <a href="https://a.example/?style=&quot;x&quot;&amp;b=2">a</a></p>"""
    assert as_outlook(html).html == html


def test_a_font_with_quotes_keeps_them():
    seen = as_outlook("""<td style="font-family: Georgia, 'Times New Roman', serif;color: #23282d">x</td>""")
    assert "Georgia, &#x27;Times New Roman&#x27;, serif; color: #23282d" in seen.html
