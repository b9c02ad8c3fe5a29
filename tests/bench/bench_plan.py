"""How many decisions of `plan` a second of one core makes; the bar is 20,000."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import EmailSent
from drip.domain.happen import apply
from drip.domain.plan import plan
from tests.bench.small import Figures, judged, main, per_second

BAR = 20_000
ROUNDS = 5
PLACES = (("America/New_York", "US", "NY"), ("Europe/Berlin", "DE", "BY"), ("Asia/Kathmandu", "NP", None))
START = datetime(2026, 1, 5, 15, tzinfo=UTC)


def pictures() -> list[tuple[Enrollment, Terms, datetime]]:
    """Every picture an enrollment goes through in fourteen months, for three places."""
    campaign = Campaign("Bench", tuple(Step(f"s{n}", f"b/s{n}") for n in range(12)), key="bench")
    found = []
    for number, (zone, country, region) in enumerate(PLACES):
        terms = Terms(campaign, f"p{number}@example.com", ZoneInfo(zone), Calendar(country, region))
        enrollment, now = begin(terms, START + timedelta(days=number))[0], START
        while (following := plan(enrollment, terms, now)) is not None:
            found.append((enrollment, terms, now))
            now = following.at
            fact = (
                EmailSent(now, following.key)
                if following.what == "email" and following.key
                else following.moves_on(now)
            )
            enrollment = apply(enrollment, terms, fact)[0]
    return found


def measure(quick: bool) -> Figures:
    """Decisions a second: the median of ROUNDS, and their spread."""
    known, count = pictures(), 5_000 if quick else 40_000
    return judged([per_second(lambda: decide(known, count)) for _ in range(ROUNDS)], "plans_per_s", BAR)


def decide(known: list[tuple[Enrollment, Terms, datetime]], count: int) -> int:
    """Decide so many times what comes next."""
    for enrollment, terms, now in islice(cycle(known), count):
        plan(enrollment, terms, now)
    return count


def say(found: Figures) -> str:
    return "plan: {plans_per_s:,.0f} decisions/s ({least:,.0f} to {most:,.0f}), {over_bar:.2f} x the bar".format(
        **found
    )


if __name__ == "__main__":
    main(__doc__, measure, say)
