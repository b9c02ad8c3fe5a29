"""The first picture of an enrollment: where a run through a campaign begins (R5, R7, R15, R21)."""

from datetime import date, datetime

from drip.domain.campaign import Consent
from drip.domain.duration import Duration
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import Effects
from drip.domain.recall import promised, routine
from drip.domain.turn import Turn


def begin(
    terms: Terms,
    at: datetime,
    *,
    opted_in_at: datetime | None = None,
    promised_on: date | None = None,
    interval: Duration | None = None,
    touched_on: date | None = None,
) -> tuple[Enrollment, Effects]:
    """Enroll at an aware time: the drip begins and the recall is set.

    Raises PromiseError when `promised_on` is no business day or past (R14).
    """
    invited = terms.campaign.consent is Consent.OPT_IN and opted_in_at is not None
    enrollment = Enrollment(
        enrolled_at=at,
        heard_at=at,
        opted_in_at=opted_in_at,
        interval=interval,
        touched_on=touched_on,
        step=1 if invited and len(terms.campaign.steps) > 1 else 0,
    )
    turn = Turn(enrollment, terms, at)
    turn.tell("enrolled")
    if promised_on is not None:
        turn.set_recall(promised(promised_on, at, terms))
    else:
        opted_in = opted_in_at is not None
        reason = "opted_in" if opted_in else "not_opted_in"
        turn.set_recall(routine(at, opted_in, terms, reason))
    return turn.finish(None)
