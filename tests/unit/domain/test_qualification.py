"""R3: what the rep must have found out before enrolling."""

from drip.domain.qualification import FIELDS, Qualification, missing
from tests.unit.domain.life import campaign


def test_r03_trying_to_disqualify_and_the_hot_button_are_required() -> None:
    assert missing(campaign(), Qualification()) == ["tried_to_disqualify", "hot_button"]
    assert missing(campaign(), Qualification(tried_to_disqualify=True, hot_button="downtime")) == []


def test_r03_not_having_tried_is_as_good_as_not_recorded() -> None:
    assert missing(campaign(), Qualification(tried_to_disqualify=False, hot_button="downtime")) == [
        "tried_to_disqualify"
    ]


def test_r03_a_missing_field_is_named() -> None:
    assert missing(campaign(), Qualification(tried_to_disqualify=True)) == ["hot_button"]


def test_r03_a_campaign_may_require_any_of_them_or_none() -> None:
    assert missing(campaign(require=FIELDS), Qualification()) == list(FIELDS)
    assert missing(campaign(require=()), Qualification()) == []
    assert missing(campaign(require=("next_step", "reason")), Qualification(reason="budget in May")) == ["next_step"]
