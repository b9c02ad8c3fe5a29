"""A campaign's own fields: what may be kept, and what changes."""

import pytest

from drip.domain.campaign import Campaign
from drip.domain.fields import LONGEST, changed, refused

REVIEW = Campaign(name="Review", key="review", steps=(), fields=("goal", "result", "next_goal"))
PLAIN = Campaign(name="Plain", key="plain", steps=())


@pytest.mark.parametrize("given", [{}, {"goal": "6 hours"}, {"goal": "", "result": "x" * LONGEST}])
def test_what_the_campaign_declares_may_be_kept(given):
    assert refused(REVIEW, given) == ""


def test_a_field_nobody_declared_is_refused_with_those_there_are():
    assert refused(REVIEW, {"goal": "6 hours", "reslut": "7 hours"}) == (
        'the campaign review declares no field "reslut"; it has goal, result, next_goal; did you mean "result"?'
    )
    assert refused(PLAIN, {"goal": "6 hours"}) == 'the campaign plain declares no field "goal"; it has none'


def test_a_paragraph_is_no_field():
    assert refused(REVIEW, {"goal": "x" * 1_501}) == 'the field "goal" has 1,501 characters; write at most 500'


def test_only_what_differs_is_changed():
    kept = {"goal": "6 hours", "result": "9 hours"}
    assert changed(kept, {"goal": " 6 hours ", "result": "7 hours"}) == {"result": "7 hours"}
    assert changed(kept, {"result": "  "}) == {"result": ""}
    assert changed(kept, {"next_goal": ""}) == {}
