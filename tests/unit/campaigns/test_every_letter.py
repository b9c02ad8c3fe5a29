"""Every letter of every campaign reads as if one person wrote it to one person, whatever is known of them."""

import re

import pytest

from tests.unit.campaigns.reading import every_letter, may_be_empty, message, rendered, with_only

pytestmark = pytest.mark.xdist_group("words")  # letters are compiled once

EVERY = every_letter()
VALUE = [(key, template) for key, template in EVERY if "clos" not in template]
SPAM = re.compile(
    r"\b(act now|amazing|bargain|best price|buy now|cash|cheap(est)?|click here|congratulations|dear friend|deals?|"
    r"exclusive|free|game.?chang\w+|guarantee\w*|hurry|incredible|last chance|limited|lowest|miracle|no obligation|"
    r"offers?|once in a lifetime|only today|order now|prizes?|promo\w*|revolution\w*|risk|save up|special|success|"
    r"synerg\w+|unlimited|urgent|winner|world.class|100%)\b",
    re.IGNORECASE,
)
ALLOWED = {  # where the word means what it says
    "cheap": ("monthly-value/where-repair-time-goes", "monthly-value/five-spare-parts"),
    "hurry": ("monthly-value/ask-your-operators",),
}
SENTENCE = re.compile(r"[A-Z\"$\d][^\n]*[.?:]\"?")
ENDS = ("?", ".", ":")


def words(letter) -> list[str]:
    return message(letter).split()


def test_there_are_thirty_three_letters_in_four_campaigns():
    assert len(EVERY) == len(set(EVERY)) == 13 + 9 + 7 + 4
    assert len({rendered(*one).subject for one in EVERY}) == 32  # both closing emails have the same


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_a_subject_is_what_a_person_would_write(key, template):
    for full in (True, False):
        subject = rendered(key, template, full=full).subject
        assert 10 <= len(subject) <= 60
        assert not re.match(r"(re|fwd?)\b", subject, re.IGNORECASE)
        assert not subject.istitle()
        assert subject[0].islower() or subject[0].isdigit()


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_nobody_is_shouted_at_or_lured(key, template):
    letter = rendered(key, template)
    said = f"{letter.subject}\n{message(letter)}"
    assert not re.search("[!🔥💥✅]", said)
    lures = [found[0].lower() for found in SPAM.finditer(said)]
    assert [word for word in lures if template not in ALLOWED.get(word, ())] == []
    assert re.findall(r"\b[A-Z]{4,}\b", message(letter)) == []


@pytest.mark.parametrize(("key", "template"), VALUE)
def test_a_letter_has_60_to_120_words(key, template):
    for full in (True, False):
        assert 60 <= len(words(rendered(key, template, full=full))) <= 120


@pytest.mark.parametrize(("key", "template"), VALUE)
def test_a_letter_gives_one_thing_and_makes_one_offer(key, template):
    letter = rendered(key, template)
    gives = 0 if template.endswith("/invitation") else 1
    assert len(letter.links) == gives
    assert all(address.startswith("https://www.example.com/") for address in letter.links)
    offers = [letter.html.count(f"/{name}?") for name in ("opt_in", "call_me", "keep_open", "close_file")]
    assert sorted(offers) == [0, 0, 0, 1]


def test_no_two_letters_give_the_same_thing():
    given = [rendered(*one).links for one in VALUE if not one[1].endswith("/invitation")]
    assert len(set(given)) == len(given) == 30


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_no_sentence_breaks_when_a_value_is_missing(key, template):
    """With all values, with none, with all but one, and with one alone."""
    paths = may_be_empty(key)
    for known in (
        paths,
        [],
        *([other for other in paths if other != path] for path in paths),
        *([one] for one in paths),
    ):
        read = with_only(key, template, known)
        assert 10 <= len(read.subject) <= 60
        for line in filter(None, message(read).splitlines()[1:]):
            assert _reads_well(line), (known, line)


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_nobody_is_greeted_with_a_hole(key, template):
    assert rendered(key, template, full=False).text.startswith("Hi there,\n")
    assert rendered(key, template).text.startswith("Hi Ann,\n")


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_every_letter_has_a_way_out_and_shows_who_writes(key, template):
    letter = rendered(key, template)
    for part in (letter.text, letter.html):
        assert all(f"/{name}?" in part for name in ("opt_out", "less_often", "view"))
        assert "400 Mill Street" in part
    assert message(letter).rstrip().endswith("Dana")
    assert re.search(r"fine to say no|[Nn]o is (a )?fine|I'll stop|rather not", message(letter))


@pytest.mark.parametrize(("key", "template"), VALUE)
def test_r14_the_promised_call_is_named_when_there_is_one(key, template):
    assert "If I don't hear from you by March 15, I'll call on the 16th" in rendered(key, template).text
    assert "as promised" not in rendered(key, template, full=False).text


@pytest.mark.parametrize(("key", "template"), EVERY)
def test_m48_no_letter_loads_anything(key, template):
    html = rendered(key, template).html
    assert "<img" not in html
    assert "url(" not in html
    assert len(html.encode()) < 20_000


def _reads_well(line: str) -> bool:
    """A sentence or more, whole; or the short words of a button, a choice, a list's line or a signature."""
    if re.search(r"None|\s\s|\s[,.;:?]|[,;:]\.|\.\.|\(\)|\"\"|: *[,.]", line):
        return False
    if line.endswith(":") and len(line.split()) < 5:
        return False  # a label without its value
    if line.endswith(ENDS):
        return SENTENCE.fullmatch(line) is not None and line.count('"') % 2 == 0
    return re.fullmatch(r"[A-Z][^:]*: [^:]+|[A-Z+][\w ,'0-9]{1,30}", line) is not None
