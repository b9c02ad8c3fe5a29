"""Requests to enroll prospects chosen by what they have in common."""

from dataclasses import replace

from drip.actions.enrolling.request import Enrolling, Skipped
from drip.store import choices
from drip.store.choices import Choice
from drip.store.engine import Store


async def chosen_rows(store: Store, choice: Choice, like: Enrolling) -> list[tuple[int, Enrolling | Skipped]]:
    """One request for each prospect that was chosen, numbered from 1."""
    emails: list[str] = []
    after = 0
    while True:
        async with store.reading() as unit:
            page = await choices.chosen(unit, choice, after)
        if not page:
            return [(number, replace(like, email=email)) for number, email in enumerate(emails, start=1)]
        emails += [email for _, email in page]
        after = page[-1][0]
