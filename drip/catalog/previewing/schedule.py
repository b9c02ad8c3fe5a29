"""When each letter of a campaign goes: in words, as its file says, and the day it would be for one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from drip.domain.ahead import walk
from drip.domain.campaign import Campaign, Consent
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.silence import silence_wait

CLOSING = "closing"  # what the closing email's step is called
_SO_FAR = timedelta(days=366 * 6)  # how far it is looked ahead


@dataclass(frozen=True, slots=True)
class Goes:
    """When a letter goes. `on`: its day for the person shown, None where nothing brings it by itself; `gone`:
    it is behind that person."""

    words: str
    on: date | None = None
    gone: bool = False


def schedule(terms: Terms, enrollment: Enrollment, now: datetime) -> dict[str, Goes]:
    """When the letters go that come to one enrollment if nothing else happens, by step; `now` is aware."""
    campaign = terms.campaign
    coming = _days(terms, enrollment, now)
    behind = (
        {one.key for one in campaign.steps[: enrollment.step]} if enrollment.run == 1 and enrollment.sent else set()
    )
    told = {
        key: Goes(
            f'{words}, as "Re: …" to the letter before' if campaign.continues(key) else words,
            None if key in behind else coming.get(key),
            key in behind,
        )
        for key, words in _words(campaign)
    }
    if campaign.silence.closing is not None:
        words = f"after {silence_wait(enrollment, terms)} of silence"
        told[CLOSING] = Goes(words, coming.get(CLOSING))
    return told


def _days(terms: Terms, enrollment: Enrollment, now: datetime) -> dict[str, date]:
    """The local day each letter would go, the first time it does."""
    days: dict[str, date] = {}
    letters = len(terms.campaign.steps) + (terms.campaign.silence.closing is not None)
    for one in walk(enrollment, terms, now, now + _SO_FAR):
        for told in one.effects.consequences:
            if told.what in ("email", "closing_email"):
                step = CLOSING if told.what == "closing_email" else told.step or ""
                days.setdefault(step, told.at.astimezone(terms.zone).date())
        if len(days) == letters:
            break
    return days


def _words(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Each step with its wait, counted as R8, R11 and R21 do."""
    anchor = 0
    for at, step in enumerate(campaign.steps):
        if at == 0:
            yield step.key, f"{step.after or campaign.first_after} after enrolling"
        elif at == 1 and campaign.consent is Consent.OPT_IN:
            anchor = 1
            yield step.key, "1 business day after the opt-in"
        elif step.after is not None:
            anchor = at
            yield step.key, f"{step.after} after letter {at}"
        else:
            yield step.key, f"{campaign.cadence.times(at - anchor)} after letter {anchor + 1}"
