"""How many decisions of `plan` a second of one core makes; the bar is 20,000."""

import argparse
import json
import statistics
import time
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

BAR = 20_000
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


def measure(rounds: int, count: int) -> dict[str, float]:
    """Decisions a second: the median of `rounds`, and their spread."""
    known = pictures()
    rates = []
    for _ in range(rounds):
        began = time.process_time()
        for enrollment, terms, now in islice(cycle(known), count):
            plan(enrollment, terms, now)
        rates.append(count / (time.process_time() - began))
    middle = statistics.median(rates)
    return {"plans_per_s": middle, "least": min(rates), "most": max(rates), "over_bar": middle / BAR}


def main() -> None:
    """Print the figures, as a line for people or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    found = measure(5, 5_000 if options.quick else 40_000)
    if options.json:
        print(json.dumps(found))
        return
    print(
        "plan: {plans_per_s:,.0f} decisions/s ({least:,.0f} to {most:,.0f}), {over_bar:.2f} x the bar".format(**found)
    )


if __name__ == "__main__":
    main()
