"""What a letter keeps of the thread it goes on in (MAIL 6)."""

import pytest

from drip.domain.thread import continued

FIRST, SECOND = "<1.a@seller.example>", "<2.b@seller.example>"


def test_m06_each_letter_refers_to_all_before_it_and_answers_the_last() -> None:
    once = continued(FIRST, "Your dock", None)
    assert once == {"in_reply_to": FIRST, "references": [], "subject": "Re: Your dock"}
    twice = continued(SECOND, once["subject"], once)
    assert twice == {"in_reply_to": SECOND, "references": [FIRST], "subject": "Re: Your dock"}


@pytest.mark.parametrize("subject", ["Your dock", "Re: Your dock", "RE : re: Your dock", " re:Your dock"])
def test_m06_re_stands_once_however_long_the_thread_is(subject: str) -> None:
    assert continued(FIRST, subject, None)["subject"] == "Re: Your dock"


def test_m06_words_that_only_begin_like_it_stay() -> None:
    assert continued(FIRST, "Recall: Re: dock", None)["subject"] == "Re: Recall: Re: dock"
