"""Mails that could not be taken in are asked for again less and less, and told in few words."""

from drip.actions.reading.put_off import PutOff

MAIL = (1, 7, 102)  # mailbox, UIDVALIDITY, UID


def test_a_mail_that_fails_is_asked_for_at_two_looks_and_then_less_and_less() -> None:
    put_off, now, waits = PutOff(), 100.0, []
    assert put_off.is_due(MAIL, now)
    told = []
    for _ in range(7):
        told.append(put_off.add(MAIL, "no", now))
        wait = next(seconds for seconds in (0, 60, 300, 900, 3600) if put_off.is_due(MAIL, now + seconds))
        waits.append(wait)
        assert wait == 0 or not put_off.is_due(MAIL, now + wait - 1)
        now += wait
    assert told == [True, *[False] * 6]
    assert waits == [0, 0, 60, 300, 900, 3600, 3600]


def test_what_was_taken_in_after_all_begins_anew() -> None:
    put_off = PutOff()
    for _ in range(3):
        put_off.add(MAIL, "no", 0.0)
    put_off.discard(MAIL)
    assert put_off.is_due(MAIL, 0.0)
    assert put_off.add(MAIL, "no", 0.0)


def test_the_same_number_in_a_folder_made_anew_is_another_mail() -> None:
    put_off = PutOff()
    for _ in range(3):
        put_off.add(MAIL, "no", 0.0)
    assert put_off.is_due((1, 8, 102), 0.0) and put_off.is_due((2, 7, 102), 0.0)


def test_of_many_some_are_told_one_by_one() -> None:
    put_off = PutOff()
    for uid in range(102, 107):
        put_off.add((1, 7, uid), "It says no.", 0.0, "6-Jan-2026 15:04:05 +0000" if uid == 103 else "")
    told = put_off.told(1, 7, set(range(102, 107)))
    assert told is not None
    assert told.startswith(
        "5 mails could not be taken in (UID 102: It says no; UID 103 of 6-Jan-2026 15:04:05 +0000: It"
    )
    assert "; and 2 more). They are asked for again, later each time; to end that, move" in told
    assert put_off.told(1, 7, set()) is None
