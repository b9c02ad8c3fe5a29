"""People in notices: their telephone as a link, and what a rep wrote down of them."""

from datetime import date

from drip.actions.noticing import times
from drip.actions.suggested import Suggested
from drip.domain.telephone import dialled
from drip.store.cards import Card

LONGEST_LINE = 300  # characters of what somebody said, among other lines


def shortened(text: str, longest: int) -> str:
    """A text on one line, cut after a word where it is longer."""
    words = " ".join(text.split())
    return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0] + " …"


def calling(number: str) -> dict[str, str]:
    """A number for a template: as typed, and as a link."""
    dial = dialled(number)
    return {"phone": number, "call": f"tel:{dial}" if dial else ""}


def known_of(card: Card, said: str) -> list[tuple[str, str]]:
    """What the rep wrote down when enrolling, or the prospect said last; names and values, some empty."""
    asked = card.qualification
    return [
        ("Hot button", str(asked.get("hot_button") or "")),
        ("Agreed next", str(asked.get("next_step") or "")),
        ("They said", shortened(said or str(asked.get("reason") or ""), LONGEST_LINE)),
        ("Reach by", str(asked.get("contact_method") or "")),
    ]


def asked_words(asked: Suggested, today: date) -> str:
    """The day a reply asks for, and the words that do; `today` is the prospect's day."""
    return f"call on {times.day(asked.on, today)} (“{asked.said}”)"
