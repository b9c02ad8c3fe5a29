"""The check finds each kind of broken campaign before anything is published, and says what to do."""

import shutil

import pytest

from drip.catalog.check import check_campaign, check_file
from drip.catalog.files import CAMPAIGNS, TEMPLATES, NoCampaignError, find_campaign, list_campaigns
from drip.catalog.findings import Level
from drip.catalog.parse import parse_campaign
from tests.unit.catalog.sound import CAMPAIGN, LAYOUT

SENDER = {"name": "Northgate", "postal_address": "400 Mill Street"}


@pytest.fixture
def check(templates):
    def check(campaign=CAMPAIGN, sender=SENDER):
        file = templates.parent / "small.toml"
        file.write_text(campaign, "utf-8")
        return [
            (found.level.value, found.file.rpartition("/")[2], found.line, found.message)
            for found in check_file(file, templates, sender)
        ]

    return check


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def test_a_sound_campaign_passes(check):
    assert check() == []


@pytest.mark.parametrize("campaign", [file.stem for file in list_campaigns()])
def test_every_campaign_of_ours_passes(campaign):
    assert check_file(CAMPAIGNS / f"{campaign}.toml", TEMPLATES, SENDER) == []


def test_a_campaign_that_was_read_already_can_be_checked(templates):
    campaign = parse_campaign(CAMPAIGN, "campaigns/small.toml")
    assert check_campaign(campaign, templates) == []


def test_everything_wrong_in_the_file_is_found(check):
    found = check('name = "x"\ngap = "1 week"\n[[steps]]\nkey = "a"\n[[steps]]\nkey = "a"\n')
    assert [(level, file, line) for level, file, line, _ in found] == [
        ("error", "small.toml", 2),
        ("error", "small.toml", 6),
    ]
    assert found[0][3].startswith("gap: ")


def test_a_missing_template_is_told_with_the_line_of_the_step(check):
    _, file, line, words = only(check(CAMPAIGN + 'template = "small/two"\n'))
    assert (file, line) == ("small.toml", 7)
    assert '"small/two"' in words and "subject.txt and a body.html" in words


def test_a_missing_closing_template_is_told_with_its_line(check):
    _, file, line, words = only(check(CAMPAIGN.replace("false", '"bye"')))
    assert (file, line) == ("small.toml", 3)
    assert '"bye"' in words


@pytest.mark.parametrize("missing", ["subject.txt", "body.html"])
def test_a_missing_file_of_a_template_is_told(check, templates, missing):
    (templates / "small" / "one" / missing).unlink()
    _, file, _, words = only(check())
    assert file == missing and "no such file" in words


def test_a_wait_shorter_than_the_gap_is_found_but_not_in_the_first_step(check, templates):
    steps = 'after = "1 day"\n[[steps]]\nkey = "two"\ntemplate = "small/one"\nafter = "5 days"\n'
    _, file, line, words = only(check(CAMPAIGN + steps))
    assert (file, line) == ("small.toml", 11)  # 5 days are shorter than 4 business days
    assert "steps[2].after" in words and "at least 4 business days" in words
    assert check(CAMPAIGN + steps.replace("5 days", "4 business days")) == []


UNKNOWN = [
    ("{{ prospect.fax }}", '"prospect.fax" is not known. Write one of: prospect.first_name'),
    ("{{ lead.name }}", '"lead.name" is not known. Values begin with one of: prospect, rep'),
    ("{{ prospect }}", '"prospect" is not known. Write one of: prospect.first_name'),
    ("{{ enrollment.fields.goal }}", "Name it in the campaign's fields; there are: none."),
    ("{{ prospect.first_name.x }}", "prospect.first_name.x"),
    ("{% if prospect.fax %}x{% endif %}", '"prospect.fax" is not known'),
    ("{{ links.unsubscribe }}", "links.opt_out"),
]


@pytest.mark.parametrize(("words", "advice"), UNKNOWN)
def test_an_unknown_value_is_found_with_its_line(check, message, words, advice):
    message(f"\n\n<p>{words}</p>")
    level, file, line, said = only(check())
    assert (level, file, line) == ("error", "body.html", 4)
    assert advice in said


def test_a_field_of_the_campaign_is_known(check, message):
    message('<p>{{ enrollment.fields.goal | default("it", true) }}</p>')
    assert check('fields = ["goal"]\n' + CAMPAIGN) == []


FORBIDDEN = [
    ("{% set x = 1 %}", "may not use set"),
    ("{% macro m() %}x{% endmacro %}", "may not use a macro"),
    ("{% include 'x.html' %}", "may not use an include"),
    ("{% import 'x.html' as x %}", "may not use an import"),
    ("{{ 'x' * 1000000 }}", "may not use *"),
    ("{{ 9 ** 999 }}", "may not use **"),
    ("{{ '%99999d' % 1 }}", "may not use %"),
    ("{{ step['key'] }}", "may not use [ ]"),
    ("{{ range(3) }}", "call nothing but links.to"),
    ("{{ prospect.email.upper() }}", "call nothing but links.to"),
    ("{{ rep.name | safe }}", 'no filter "safe"'),
    ("{{ rep.name | center(9999999) }}", 'no filter "center"'),
    ("{{ rep.name | day }}", '"day" is for days'),
    ("{{ links.to('javascript:x') }}", "links.to takes one address"),
    ("{{ links.to(prospect.email) }}", "links.to takes one address"),
    ("{% if rep.name is defined %}x{% endif %}", "may not use is"),
    ("{% for x in ['a'] %}{% for y in ['b'] %}{{ y }}{% endfor %}{% endfor %}", "inside a loop"),
    ("{% for x in prospect.company %}{{ x }}{% endfor %}", "a list written in it"),
    ("{% for x, y in ['a'] %}x{% endfor %}", "a loop has one name"),
    ("{% if %}", "this is not a template"),
    ("{{ ''.__class__ }}", "a dot must follow the name"),
]


@pytest.mark.parametrize(("words", "advice"), FORBIDDEN)
def test_a_forbidden_construct_is_found_with_its_line(check, message, words, advice):
    message(f"\n<p>{words}</p>")
    level, file, line, said = check()[0]
    assert (level, file, line) == ("error", "body.html", 3)
    assert advice in said


def test_a_loop_over_a_list_written_in_the_letter_is_allowed(check, message):
    message("<ul>{% for x in ['a', 'b'] %}<li>{{ loop.index }} {{ x }}</li>{% endfor %}</ul>")
    assert check() == []


EMPTY = [
    "Hi {{ prospect.first_name }},",
    "{{ prospect.first_name | default('there') }}",  # not for an empty text
    "{{ prospect.first_name | default(prospect.last_name, true) }}",
    "{{ prospect.first_name | upper }}",
    "{{ prospect.first_name or prospect.last_name }}",
    "{{ prospect.first_name if prospect.last_name else 'x' }}",
    "{{ 'for ' ~ prospect.company }}",
    "{{ recall.on | day }}",
    "{% if prospect.last_name %}{{ prospect.first_name }}{% endif %}",
    "{% if prospect.first_name %}x{% else %}{{ prospect.first_name }}{% endif %}",
    "{% if prospect.first_name or prospect.title %}{{ prospect.first_name }}{% endif %}",
    "{% if not recall.promised %}{{ recall.on | day }}{% endif %}",
]
FILLED = [
    "Hi {{ prospect.first_name | default('there', true) }},",
    "{{ prospect.first_name or 'you' }}",
    "{{ prospect.first_name if prospect.first_name else 'x' }}",
    "{% if prospect.company %}{{ 'for ' ~ prospect.company }}{% endif %}",
    "{% if prospect.first_name and rep.phone %}{{ prospect.first_name }}{% endif %}",
    "{% if not prospect.first_name %}x{% else %}{{ prospect.first_name }}{% endif %}",
    "{% if not prospect.title %}x{% elif not prospect.company %}y{% else %}{{ prospect.title }}{% endif %}",
    "{% if prospect.country == 'US' %}{{ prospect.country }}{% endif %}",
    "{% if recall.promised %}{{ recall.on | day_before | day }}{% endif %}",
    "{{ prospect.email }} {{ rep.name }} {{ step.n }} {{ enrollment.enrolled_on | day }}",
]


@pytest.mark.parametrize("words", EMPTY)
def test_an_empty_value_without_a_fallback_is_found(check, message, words):
    message(f"\n<p>{words}</p>")
    level, file, line, said = check()[0]
    assert (level, file, line) == ("error", "body.html", 3)
    assert "may be empty" in said


@pytest.mark.parametrize("words", FILLED)
def test_an_empty_value_with_a_fallback_is_let_pass(check, message, words):
    message(f"<p>{words}</p>")
    assert check() == []


def test_a_hole_that_an_empty_value_leaves_is_found_where_no_rule_sees_it(check, message):
    message("<p>Dear {% if prospect.title %}{{ prospect.title }}{% endif %}, hello</p>")
    _, file, _, said = only(check())
    assert file == "body.html" and '"Dear ,"' in said


def test_empty_values_in_subjects_and_layouts_are_found_in_their_files(check, write):
    write("subject.txt", "for {{ prospect.company }}")
    write("layouts/letter.html", LAYOUT.replace('| default("there", true) ', ""))
    assert [(file, line) for _, file, line, _ in check()] == [("subject.txt", 1), ("letter.html", 6)]


@pytest.mark.parametrize(
    ("gone", "advice"),
    [
        ('<a href="{{ links.opt_out }}">Stop</a>', "links.opt_out"),
        ('<a href="{{ links.opt_in }}">Yes</a>', "links.opt_in"),
        ("{{ sender.postal_address }}", "sender.postal_address"),
    ],
)
def test_m20_a_missing_way_out_opt_in_or_address_is_found(check, write, gone, advice):
    write("layouts/letter.html", LAYOUT.replace(gone, ""))
    found = check()
    assert {level for level, *_ in found} == {"error"}
    assert advice in found[0][3]


def test_a_way_out_in_some_branches_only_is_found(check, write):
    stop = '<a href="{{ links.opt_out }}">Stop</a>'
    write("layouts/letter.html", LAYOUT.replace(stop, "{% if rep.phone %}" + stop + "{% endif %}"))
    assert "the way out is missing" in only(check())[3]


def test_m20_a_text_part_of_ones_own_needs_the_way_out_too(check, write):
    write("body.txt", "{{ links.opt_in }} {{ sender.postal_address }}")
    assert "links.opt_out" in only(check())[3]


def test_a_letter_without_view_in_browser_is_warned_of(check, write):
    write("layouts/letter.html", LAYOUT.replace('<a href="{{ links.view }}">View in browser</a>', ""))
    assert only(check())[0] == "warning"


def test_a_closing_email_needs_its_three_answers(check, write, templates):
    folder = templates / "bye"
    folder.mkdir()
    (folder / "subject.txt").write_text("closing your file")
    answers = "".join(f"<a href='{{{{ links.{name} }}}}'>x</a>" for name in ("keep_open", "call_me"))
    (folder / "body.html").write_text(
        '{% extends "layouts/letter.html" %}{% block message %}' + answers + "{% endblock %}"
    )
    assert "close it" in only(check(CAMPAIGN.replace("false", '"bye"')))[3]


@pytest.mark.parametrize("subject", ["Re: our talk", "RE : x", "Fwd: x", "FW: x", "AW: x", "re[2]: x"])
def test_m6_a_subject_that_pretends_to_be_a_reply_is_found(check, write, subject):
    write("subject.txt", subject)
    level, file, _, said = only(check())
    assert (level, file) == ("error", "subject.txt")
    assert "looks like a reply" in said


@pytest.mark.parametrize("subject", ["Regarding line 2", "ready: steady", "one idea"])
def test_m6_an_honest_subject_passes(check, write, subject):
    write("subject.txt", subject)
    assert check() == []


def test_a_subject_that_pretends_in_one_branch_only_is_found(check, write):
    write("subject.txt", "{% if prospect.title %}Re: x{% else %}x{% endif %}")
    assert "looks like a reply" in only(check())[3]


def test_an_empty_subject_is_found(check, write):
    write("subject.txt", "{# later #}\n")
    assert "the subject is empty" in only(check())[3]


def test_a_long_subject_is_warned_of(check, write):
    write("subject.txt", "x" * 71)
    assert only(check())[0] == "warning"


def test_a_letter_over_100_kb_is_found(check, message):
    message("<p>" + "word " * 21_000 + "</p>")
    _, _, _, said = only(check())
    assert "kB" in said and "Shorten it" in said


@pytest.mark.parametrize(
    "html", ["<script>x</script>", "<form>x</form>", "<p onclick='x'>x</p>", "<a href='javascript:x'>x</a>"]
)
def test_html_that_mail_programs_refuse_is_found(check, message, html):
    message(html)
    assert "does not work in mail" in check()[0][3]


def test_m50_hidden_words_beside_the_preheader_are_warned_of(check, message):
    message('<p style="display: none">free money</p>')
    assert only(check())[0] == "warning"


def test_m50_a_long_preheader_is_warned_of_with_its_length(check, write):
    write(
        "layouts/letter.html", LAYOUT.replace("{% block preheader %}", "{% block preheader %}" + "word " * 19 + "words")
    )
    assert check() == []
    write(
        "layouts/letter.html",
        LAYOUT.replace("{% block preheader %}", "{% block preheader %}" + "word " * 19 + "words!"),
    )
    level, file, _, said = only(check())
    assert (level, file) == ("warning", "body.html") and "the preheader has 101 characters" in said


def test_a_picture_says_in_words_what_it_shows_and_how_wide_it_is(check, message):
    message('<p>Look: <img src="https://a.example/x.png" alt="The line, stopped" width="300"></p>')
    assert check() == []
    message('<p>Look: <img src="https://a.example/x.png"></p>')
    assert [(level, said.partition(";")[0].partition(".")[0]) for level, _, _, said in check()] == [
        ("error", "a picture has no words for those who do not see it"),
        ("warning", "a picture has no width"),
    ]


def test_a_mailbox_without_a_postal_address_is_found(check):
    found = check(sender={"name": "Northgate", "postal_address": ""})
    assert "postal address" in only(found)[3]
    assert check(sender=None) == []


def test_what_is_wrong_in_a_layout_is_told_once(check, write, templates):
    write("layouts/letter.html", LAYOUT.replace("sender.name", "sender.nmae"))
    two = '[[steps]]\nkey = "two"\ntemplate = "small/one"\n'
    _, file, line, _ = only(check(CAMPAIGN + two))
    assert (file, line) == ("letter.html", 14)


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ('{% extends "layouts/letter.html" %}{% block massage %}x{% endblock %}', 'no block "massage"'),
        ('{% extends "layouts/letter.html" %}<p>lost</p>', "outside the blocks"),
        ('{% extends "layouts/none.html" %}', "cannot be read"),
        ('{% extends "../x.html" %}', "is no layout"),
    ],
)
def test_a_layout_used_wrongly_is_found(check, write, body, advice):
    write("body.html", body)
    assert advice in only(check())[3]


def test_a_file_that_is_no_text_is_found(check, templates):
    (templates / "small/one/body.html").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in only(check())[3]


def test_findings_are_written_as_file_line_level_and_words(templates):
    file = templates.parent / "small.toml"
    file.write_text("gap = 3\n")
    found = check_file(file, templates)[0]
    assert found.level is Level.ERROR
    assert str(found).startswith(f"{file}:1: error: ")


def test_campaigns_are_found_by_key_and_by_path(tmp_path):
    (tmp_path / "small.toml").write_text("")
    assert find_campaign("small", tmp_path) == tmp_path / "small.toml"
    assert find_campaign(str(tmp_path / "small.toml")) == tmp_path / "small.toml"
    assert list_campaigns(tmp_path) == [tmp_path / "small.toml"]
    with pytest.raises(NoCampaignError, match=r"Campaigns in .*: small\."):
        find_campaign("big", tmp_path)
    with pytest.raises(NoCampaignError, match="is no folder"):
        list_campaigns(tmp_path / "none")


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("{% if prospect.company %}x", "an {% if %} is still open here. Write {% endif %} where it ends."),
        ("x{% endblock %}", "There is one {% endblock %} too many."),
        ("{{ prospect.company | default(“you”, true) }}", "Words stand in straight quotes, \" or '."),
        ("{{ links.to(https://www.example.com) }}", "An address or a word stands in quotes"),
    ],
)
def test_what_jinja_stumbles_over_is_said_with_what_to_do(message, check, inside, told):
    message(inside)
    assert told in " ".join(words for *_, words in check())


def test_a_link_whose_clicks_nobody_counts_is_warned_of(message, check):
    message('<p><a href="https://www.example.com/page">The page</a></p>')
    level, file, _, words = only(check())
    assert (level, file) == ("warning", "body.html")
    assert '{{ links.to("https://www.example.com/page") }}' in words


def test_a_field_no_letter_says_is_warned_of(message, check):
    message('<p>{{ enrollment.fields.goal | default("none yet", true) }}</p>')
    level, file, line, words = only(check('fields = ["goal", "result"]\n' + CAMPAIGN))
    assert (level, file, line) == ("warning", "small.toml", 1)
    assert 'no letter says "result"' in words


def test_a_note_to_oneself_is_not_published(write, check):
    body = (
        '{% extends "layouts/letter.html" %}\n{% block message %}\n<p>[[ask Kim\nfor the figure]]</p>\n{% endblock %}'
    )
    write("body.html", body)
    level, file, line, words = only(check())
    assert (level, file, line) == ("error", "body.html", 3)
    assert words == "[[ask Kim for the figure]] is still to be written. Put your own words there."


@pytest.mark.parametrize(("consent", "asking"), [("opt_out", 2), ("opt_in", 1)])
def test_r21_who_said_yes_need_not_be_asked_again(templates, write, check, consent, asking):
    """Each letter without its opt-in is told: both, or the invitation alone."""
    write("layouts/letter.html", LAYOUT.replace('<a href="{{ links.opt_in }}">Yes</a>', ""))
    shutil.copytree(templates / "small" / "one", templates / "small" / "two")
    found = check(f'consent = "{consent}"\n' + CAMPAIGN + '[[steps]]\nkey = "two"\n')
    assert ["the opt-in is missing" in words for *_, words in found] == [True] * asking
