"""All who have something in common are found by `drip prospect list` and enrolled by `drip enroll` alike."""

from tests.unit.cli.typing_in import Terminal

ANN, BOB, CAROL = "ann.jones@acme.com", "bob@acme.com", "carol@other.co.uk"
QUALIFIED = "--tried-to-disqualify --hot-button stops"


def test_all_who_have_something_in_common_are_enrolled_at_once(desk: Terminal) -> None:
    assert [one["email"] for one in desk("prospect list --domain acme.com --json").objects] == [ANN, BOB]
    assert [one["email"] for one in desk("prospect list --country UK --json").objects] == [CAROL]
    would = desk(f"enroll --domain acme.com {QUALIFIED} --dry-run")
    assert (would.code, would.out) == (0, "2 prospects would be enrolled; 0 would be skipped.\n")
    assert desk(f"enroll --search ann --country US {QUALIFIED}").out == "1 prospect enrolled; 0 skipped.\n"
    rows = desk(f"enroll --domain acme.com {QUALIFIED} --idempotency-key may --json").objects
    assert [(one["email"], one["state"]) for one in rows] == [(BOB, "enrolled")], "who has an open file is left out"
    none = desk(f"enroll --domain acme.com {QUALIFIED}")
    assert (none.code, none.out) == (1, "0 prospects enrolled; 0 skipped.\n")
    assert "Nobody matches, or everybody who does has an open file: `drip prospect list`" in none.err


def test_a_choice_says_why_somebody_in_it_is_skipped(desk: Terminal) -> None:
    told = desk("enroll --country GB")
    assert told.code == 1 and "0 prospects enrolled; 1 skipped." in told.out
    assert CAROL in told.out and "not_qualified" in told.out and "LINE" not in told.out


def test_the_owner_of_all_enrolls_them_where_nobody_else_is_named(desk: Terminal) -> None:
    assert desk("rep add lee@seller.com --name 'Lee Ray' --time-zone Europe/London").code == 0
    assert desk("prospect add dan@third.com --country GB --owner lee@seller.com").code == 0
    assert desk(f"enroll --owner lee@seller.com {QUALIFIED}").out == "1 prospect enrolled; 0 skipped.\n"
    [file] = desk("enrollment list --json").objects
    assert (file["email"], file["rep_name"]) == ("dan@third.com", "Lee Ray")


def test_one_says_either_whom_or_what_they_have_in_common(desk: Terminal) -> None:
    for words in (f"enroll {ANN} --country US", "enroll --csv list.csv --country US", "enroll --search ' '"):
        told = desk(words)
        assert told.code == 2 and "Say whom to enroll: an EMAIL, or --csv FILE" in told.err
    assert '--country: "Atlantis" is no country we know' in desk("enroll --country Atlantis").err
    assert '--domain: "no domain" is no domain' in desk("prospect list --domain 'no domain'").err
