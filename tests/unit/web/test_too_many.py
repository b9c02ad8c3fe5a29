"""Fewer emails are offered to those who get some; those who get none may still stop them for good."""

import pytest

from tests.browser.gallery import show


@pytest.mark.parametrize("name", ["opt_in-done", "keep_open-done"])
def test_r5_who_gets_emails_may_have_them_less_often(name: str) -> None:
    said = show(name)
    assert "The next one around" in said
    assert "Too many?" in said and 'href="#less_often"' in said and 'href="#opt_out"' in said


@pytest.mark.parametrize("name", ["opt_in-done-none", "keep_open-done-none"])
def test_r33_who_gets_no_email_is_not_asked_whether_they_are_too_many_and_may_stop_them(name: str) -> None:
    said = show(name)
    assert "None is planned" in said
    assert "Too many?" not in said and 'href="#less_often"' not in said
    assert 'href="#opt_out"' in said
