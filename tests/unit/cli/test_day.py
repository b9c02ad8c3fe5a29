"""A rep's day at the command line, from enrolling to what came of the call."""

from pathlib import Path

from tests.unit.cli.typing_in import Terminal

ANN = 'enroll ann.jones@acme.com --tried-to-disqualify --hot-button "unplanned stops"'


def test_a_fresh_machine_gets_its_database_and_is_told(drip: Terminal, tmp_path: Path) -> None:
    told = drip("rep list")
    assert told.code == 0 and told.out == ""
    assert told.err.startswith("Made the database drip.db.\n")
    assert "`drip rep add" in told.err
    assert (tmp_path / "drip.db").exists()
    assert "Made" not in drip("rep list").err


def test_every_listing_gives_json_lines(desk: Terminal) -> None:
    desk(ANN)
    desk("suppress nobody@else.com")
    desk("mailbox add kim --address kim@seller.com --host 127.0.0.1 --port 1 --security none")
    for words, key in (
        ("rep list", "email"),
        ("campaign list", "key"),
        ("prospect list", "email"),
        ("enrollment list", "campaign_key"),
        ("mailbox list", "name"),
        ("suppress list", "reason"),
        ("recall list --days 400", "words"),
        ("timeline ann.jones@acme.com", "code"),
    ):
        found = desk(f"{words} --json").objects
        assert found and all(key in one for one in found), words


def test_empty_listings_say_what_to_type(drip: Terminal) -> None:
    for words in ("rep list", "prospect list", "enrollment list", "mailbox list", "suppress list", "recall list"):
        told = drip(words)
        assert told.code == 0 and told.out == "" and "`drip " in told.err, words
        assert drip(f"{words} --json").out == ""


def test_tables_fit_into_a_hundred_columns(desk: Terminal) -> None:
    desk(ANN)
    for words in ("rep list", "campaign list", "campaign show monthly-value", "prospect list", "enrollment list"):
        assert max(len(line) for line in desk(words).out.splitlines()) <= 100, words


def test_the_only_rep_and_the_only_campaign_need_not_be_named(desk: Terminal) -> None:
    told = desk(ANN)
    assert told.code == 0
    assert told.out.startswith("ann.jones@acme.com is enrolled (enrollment 1). First letter ")
    [one] = desk("enrollment list --json").objects
    assert (one["campaign_key"], one["rep_name"]) == ("monthly-value", "Kim Lee")


def test_a_dry_run_enrolls_nobody(desk: Terminal) -> None:
    assert "would be enrolled" in desk(f"{ANN} --dry-run").out
    assert desk("enrollment list --json").objects == []


def test_what_keeps_somebody_out_is_said_with_the_way_in(desk: Terminal) -> None:
    told = desk("enroll ann.jones@acme.com --no-tried-to-disqualify")
    assert told.code == 1
    assert "the campaign requires: tried to disqualify, hot button (not_qualified)" in told.out
    assert "--tried-to-disqualify and --hot-button" in told.err


def test_the_same_key_enrolls_once(desk: Terminal) -> None:
    desk(f"{ANN} --idempotency-key monday")
    told = desk(f"{ANN} --idempotency-key monday")
    assert told.code == 0
    assert "was enrolled with the same key before: enrollment 1" in told.out
    assert len(desk("enrollment list --json").objects) == 1


def test_what_was_agreed_is_kept(desk: Terminal) -> None:
    desk(f'{ANN} --cadence "every 6 weeks" --promised-call-on 2099-03-16 --next-step "send costs"')
    [row] = desk("recall list --days 30000 --json").objects
    assert (row["on"], row["promised"], row["next_step"]) == ("2099-03-16", True, "send costs")


def test_a_bulk_takes_the_good_rows_and_tells_the_bad_ones(desk: Terminal, tmp_path: Path) -> None:
    (tmp_path / "monday.csv").write_text(
        "Email,Tried to disqualify,Hot button,Call window,Cadence,Shoe size\n"
        "ann.jones@acme.com,yes,stops,late,every 6 weeks,41\n"
        "bob@acme.com,yes,stops,noon,,42\n"
        "bob@acme.com,perhaps,stops,,,42\n"
        "carol@other.co.uk,yes,energy,,fortnightly,43\n"
        "zed@nowhere.com,yes,energy,,,44\n"
        "not an address,yes,energy,,,45\n"
        'carol@other.co.uk,yes,"never closed\n',
        "utf-8",
    )
    told = desk("enroll --csv monday.csv --json")
    assert told.code == 0
    assert "Columns not read: Shoe size." in told.err
    rows = told.objects
    assert [(one["row"], one["state"], one.get("code")) for one in rows] == [
        (2, "enrolled", None),
        (3, "skipped", "bad_row"),
        (4, "skipped", "bad_row"),
        (5, "skipped", "bad_row"),
        (6, "skipped", "not_found"),
        (7, "skipped", "invalid_email"),
        (8, "skipped", "bad_row"),
    ]
    words = {one["row"]: one.get("words", "") for one in rows}
    assert "noon" in words[3] and "early, late or any" in words[3]
    assert "neither yes nor no" in words[4]
    assert "every N weeks" in words[5]
    assert "quote" in words[8]


def test_a_bulk_where_nobody_is_enrolled_is_a_no(desk: Terminal, tmp_path: Path) -> None:
    (tmp_path / "nobody.csv").write_text("email\nzed@nowhere.com\n", "utf-8")
    told = desk("enroll --csv nobody.csv")
    assert told.code == 1
    assert "0 prospects enrolled; 1 skipped." in told.out
    assert "zed@nowhere.com" in told.out


def test_options_count_for_rows_that_say_nothing_and_a_bulk_can_be_repeated(desk: Terminal, tmp_path: Path) -> None:
    (tmp_path / "monday.csv").write_text("email,hot_button\nann.jones@acme.com,\nbob@acme.com,energy\n", "utf-8")
    again = "enroll --csv monday.csv --tried-to-disqualify --hot-button stops --idempotency-key monday"
    assert "2 prospects enrolled; 0 skipped." in desk(again).out
    assert "2 prospects enrolled, 2 of them before with the same key; 0 skipped." in desk(again).out
    rows = {one["email"]: one["hot_button"] for one in desk("recall list --days 400 --json").objects}
    assert rows == {"ann.jones@acme.com": "stops", "bob@acme.com": "energy"}


def test_a_pause_is_said_on_the_timeline_with_who_and_why(desk: Terminal) -> None:
    desk(ANN)
    told = desk('enrollment pause ann.jones@acme.com --reason "on leave" --by kim@seller.com')
    assert told.code == 0
    assert "enrollment 1, is dripping, paused now" in told.out
    [line] = [one for one in desk("timeline 1 --json").objects if one["code"] == "paused"]
    assert (line["who"], line["why"]) == ("Kim Lee", "on leave")
    assert '"on leave"' in desk("timeline 1").out


def test_a_second_pause_changes_nothing_and_is_a_no(desk: Terminal) -> None:
    desk(ANN)
    assert desk("enrollment pause 1").code == 0
    told = desk("enrollment pause 1")
    assert (told.code, told.out) == (1, "")
    assert "That changes nothing" in told.err
    assert desk("enrollment resume 1").code == 0


def test_skip_takes_out_one_letter_and_end_undoes_it_all(desk: Terminal) -> None:
    desk(ANN)
    assert 'The letter "cost of downtime" was taken out' in desk("enrollment skip 1").out
    assert desk('enrollment end 1 --reason "the wrong Ann"').code == 0
    assert desk("recall list --days 400 --json").objects == []
    assert desk(ANN).code == 0  # it counts nowhere


def test_an_opt_in_is_kept_with_its_words(desk: Terminal) -> None:
    desk(ANN)
    told = desk('opt-in record ann.jones@acme.com --wording "Send me your monthly letter"')
    assert told.code == 0
    assert "opted in; the words are kept" in told.out
    assert '"Send me your monthly letter"' in desk("prospect show ann.jones@acme.com").out
    [row] = desk("recall list --days 400 --json").objects
    assert row["reason"] == "opted_in"


def test_an_opt_in_lifts_no_suppression_and_is_a_no(desk: Terminal) -> None:
    desk(ANN)
    desk("recall done ann.jones@acme.com do_not_contact")
    told = desk('opt-in record ann.jones@acme.com --wording "Well, send it"')
    assert told.code == 1
    assert "nothing is sent" in told.out
    assert desk("suppress lift ann.jones@acme.com --reason please").code == 2


def test_a_reply_waits_for_the_rep_until_it_is_resolved(desk: Terminal) -> None:
    desk(ANN)
    assert "waits for the rep" in desk('reply record ann.jones@acme.com --note "please call me"').out
    [row] = desk("recall list --json").objects
    assert (row["reason"], row["said"], row["waits"]) == ("replied", "please call me", True)
    assert "letters wait for you" in desk("recall list").out
    assert desk("reply resolve ann.jones@acme.com").code == 0
    assert desk("reply resolve ann.jones@acme.com").code == 1


def test_an_absence_holds_the_letters_and_makes_no_task(desk: Terminal) -> None:
    desk(ANN)
    assert "An out-of-office mail" in desk("reply record ann.jones@acme.com --out-of-office").out
    assert "To do" not in desk("prospect show ann.jones@acme.com").out


def test_the_outcome_of_a_call_moves_the_recall(desk: Terminal) -> None:
    desk(ANN)
    # 16 March 2099 is a Monday: 15 March 2099 a Sunday.
    assert "recall Mon 16 Mar 2099 07:30" in desk("recall promise ann.jones@acme.com 2099-03-16").out
    told = desk("recall done 1 promised --on 2099-04-01 --note budget")
    assert told.code == 0 and "recall Wed 1 Apr 2099 07:30" in told.out
    assert "Won: a meeting is set" in desk("recall done 1 meeting-set").out


def test_a_domain_is_suppressed_and_lifted(desk: Terminal) -> None:
    desk(ANN)
    assert "acme.com is suppressed; 1 open file stopped." in desk("suppress acme.com --reason merger").out
    assert "suppressed already" in desk("suppress add acme.com").out
    assert "(suppressed)" in desk("enroll bob@acme.com --tried-to-disqualify --hot-button x").out
    lifted = desk('suppress lift acme.com --reason "the merger is off"')
    assert lifted.code == 0 and "It was suppressed by hand." in lifted.out


def test_a_mail_providers_whole_domain_is_suppressed_only_where_that_is_said(desk: Terminal) -> None:
    for words in ("suppress gmail.com", "suppress @GMail.com", "suppress gmail.com --json"):
        told = desk(words)
        assert (told.code, told.out) == (2, "") and "`drip suppress gmail.com --everybody`" in told.err, words
    assert desk("suppress list --json").objects == []
    for words in ("kim@gmail.com", "kim@mail.gmail.com", "acme.com"):
        assert desk(f"suppress {words}").code == 0, words
    assert "gmail.com is suppressed; 0 open files stopped." in desk("suppress gmail.com --everybody").out


def test_who_suppresses_what_nobody_has_is_told(desk: Terminal) -> None:
    mistyped = desk("suppress ann.jones@acne.com")
    assert mistyped.code == 0 and "No prospect has this address." in mistyped.err
    assert "`drip suppress lift ann.jones@acne.com --reason mistyped`" in mistyped.err
    assert "No prospect has an address at this domain." in desk("suppress nowhere.com").err
    assert desk("suppress ann.jones@acme.com").err == "" and desk("suppress acme.com").err == ""
    assert desk("suppress elsewhere.com --json").objects[0]["known"] is False


def test_an_import_again_updates_and_changes_nothing_else(desk: Terminal) -> None:
    told = desk("prospect import contacts.csv")
    assert told.code == 0
    assert "3 rows read from contacts.csv" in told.out and "unchanged" in told.out


def test_an_import_says_how_test_domains_are_taken_and_that_a_file_has_no_rows(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\nann@acme.test\n")
    told = drip("prospect import people.csv")
    assert told.code == 1 and "--allow-test-domains takes it" in " ".join(told.out.split())
    assert drip("prospect import people.csv --allow-test-domains").code == 0
    (tmp_path / "header.csv").write_text("email,first name\n")
    told = drip("prospect import header.csv")
    assert told.code == 1 and "no rows below the header of header.csv" in told.err


def test_an_import_tells_bad_rows_and_writes_them_all_to_a_report(drip: Terminal, tmp_path: Path) -> None:
    rows = "".join(f"nobody{n}\n" for n in range(15))
    (tmp_path / "bad.csv").write_text(f"Email\n{rows}ann@acme.com\n", "utf-8")
    told = drip("prospect import bad.csv --report issues.csv")
    assert told.code == 0
    assert "15  not taken" in told.out and "... and 5 more" in told.out
    assert len((tmp_path / "issues.csv").read_text("utf-8").splitlines()) == 16
    (tmp_path / "worse.csv").write_text(f"Email\n{rows}", "utf-8")
    assert drip("prospect import worse.csv").code == 1


def test_a_second_version_asks_what_happens_to_those_on_their_way(desk: Terminal, tmp_path: Path) -> None:
    small = (
        'name = "{}"\nsilence.closing = false\n'
        '[[steps]]\nkey = "downtime"\ntemplate = "monthly-value/cost-of-downtime"\n'
    )
    (tmp_path / "small.toml").write_text(small.format("Small"), "utf-8")
    assert "Published small version 1." in desk("campaign publish small.toml").out
    desk(f"{ANN} --campaign small")
    (tmp_path / "small.toml").write_text(small.format("Smaller"), "utf-8")
    told = desk("campaign publish small.toml")
    assert (told.code, told.out) == (2, "")
    assert "1 person is on their way" in told.err and "ann.jones@acme.com" in told.err
    assert "--keep or --move" in told.err
    told = desk("campaign publish small.toml --dry-run")
    assert "small version 2 would be published." in told.out and "ann.jones@acme.com" in told.out
    told = desk("campaign publish small.toml --move")
    assert told.code == 0 and "1 enrollment moved to it." in told.out
    assert "Nothing has changed since small version 2" in desk("campaign publish small.toml").out


def test_the_doctor_finds_nothing_wrong_and_says_what_is_good_to_know(desk: Terminal) -> None:
    told = desk("doctor")
    assert told.code == 0
    assert "notice  no_mailbox" in told.out


def test_r24_an_email_written_by_hand_is_recorded(desk: Terminal) -> None:
    desk(ANN)
    told = desk("email record ann.jones@acme.com")
    assert told.code == 0
    assert "You wrote by hand" in told.out
    assert "You wrote by hand" in desk("timeline ann.jones@acme.com").out
    assert desk("email record nobody@acme.com").code != 0
