"""What a letter that was taken changes is found once for many, and is what it would be for each (R8, R10, R11)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drip.actions.happen import Context, change, is_plain, moved
from drip.actions.sent_alike import SentAlike
from drip.catalog.scenario import Scenario
from drip.domain.ahead import walk
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import EmailSent
from drip.domain.happen import apply
from drip.domain.plan import candidates, closing_key
from drip.store.enrollments import Open
from tests.unit.domain.histories import scenarios
from tests.unit.domain.life import Life
from tests.unit.domain.test_ahead import Lived

ADDRESSES = [f"{name}@firm.example" for name in ("ann", "bob", "carla", "dev")]
HOURS = st.sampled_from([None, timedelta(hours=-1), timedelta(hours=30), timedelta(days=40)])


def pictures(lived: Lived, down: timedelta | None) -> Iterator[Enrollment]:
    """As it is, and as time alone would make it; and each with its mailbox down for a while."""
    later = walk(lived.picture, lived.terms, lived.now, lived.now + timedelta(days=40))
    for one in (lived.picture, *(step.after for step in later)):
        yield one
        if down is not None:
            yield one.changed(mailbox_down_until=lived.now + down)


def opened(picture: Enrollment, terms: Terms) -> list[Open]:
    """Enrollments that differ in their address."""
    return [
        Open(n, n, 1, 1, 1, picture, terms._replace(email=email), None, None, picture)
        for n, email in enumerate(ADDRESSES, 1)
    ]


def the_same_for_each(opens: list[Open], key: str, run: int, now: datetime) -> None:
    """As `change` and `moved` say of each by itself."""
    alike = SentAlike(now)
    for one in opens:
        made = change(one, EmailSent(now, key, True, run), Context("service"))
        gone, after = alike.gone(one, key, run), moved(made, now)
        assert (gone.change.after, gone.change.effects) == (made.after, made.effects)
        assert gone.is_plain == is_plain(made)
        found = (alike.next_at(one, gone), one.closes(gone.change.after, now))
        assert found == (after.next_at, after.closed_at)


@given(scenarios(), HOURS, st.integers(0, 3))
def test_enrollments_that_are_alike_but_for_the_address_are_as_if_each_was_asked(
    scenario: Scenario, down: timedelta | None, others: int
) -> None:
    lived = Lived(scenario)
    told: list[Open] = []
    for picture in pictures(lived, down):
        keys = [step.key for step in lived.terms.campaign.steps]
        following = keys[picture.step] if picture.step < len(keys) else keys[0]
        opens = opened(picture, lived.terms)
        for key in (following, keys[-1], closing_key(picture)):
            the_same_for_each([*opens, *told[:others], *opens], key, picture.run, lived.now)
        told = opens


def test_r35_while_a_mailbox_is_down_the_minute_of_each_address_counts() -> None:
    life = Life().until("2026-01-07 10:00")
    picture, key = life.enrollment, life.terms.campaign.steps[life.enrollment.step].key
    after, _ = apply(picture, life.terms, EmailSent(life.now, key, True, picture.run))
    [following] = candidates(after, life.terms)
    assert following.goes is not None
    down = following.goes.starts + timedelta(minutes=following.goes.minutes / 2)
    opens = opened(picture.changed(mailbox_down_until=down), life.terms)
    assert len({candidates(after.changed(mailbox_down_until=down), one.terms)[0].goes for one in opens}) == 2
    the_same_for_each(opens, key, picture.run, life.now)
