"""Tables for people: aligned, within the width, keys never broken."""

from drip.cli.table import Column, clean, layout, wide

COLUMNS = [Column("Key"), Column("Why", wraps=True), Column("Sent", right=True)]


def test_columns_are_aligned_and_numbers_stand_right() -> None:
    lines = layout(COLUMNS, [["a", "short", "1"], ["cost-of-downtime", "longer words", "1200"]], 80)
    assert lines == [
        "KEY               WHY           SENT",
        "a                 short            1",
        "cost-of-downtime  longer words  1200",
    ]


def test_a_text_is_wrapped_so_that_the_table_fits() -> None:
    why = "the mailbox cannot send for now, and somebody has to look at what its server said"
    lines = layout(COLUMNS, [["one-page-for-finance", why, "3"]], 60)
    assert max(len(line) for line in lines) <= 60
    assert len(lines) > 2
    assert " ".join(" ".join(lines[1:]).split()).replace(" 3 ", " ").startswith("one-page-for-finance the mailbox")


def test_a_key_is_never_broken_however_narrow_it_is() -> None:
    key = "a-key-that-is-longer-than-the-whole-terminal-is-wide"
    lines = layout([Column("Key"), Column("Why", wraps=True)], [[key, "because it is so and no other way"]], 40)
    assert key in lines[1]


def test_wide_and_combining_letters_keep_the_columns_straight() -> None:
    assert (wide("Ørsted"), wide("東京"), wide("e\u0301")) == (6, 4, 1)
    lines = layout([Column("Name"), Column("Key")], [["東京", "a"], ["Ann", "b"]], 40)
    assert lines == ["NAME  KEY", "東京  a", "Ann   b"]


def test_what_could_steer_a_terminal_is_taken_out() -> None:
    assert clean("Ann\x1b[2J\r\nJones\t!") == "Ann [2J Jones !"
    assert clean(None) == ""
    assert clean(0) == "0"
