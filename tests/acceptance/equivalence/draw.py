"""Draw random stories: each thing happens after something the prospect or the rep has just seen."""

import random  # noqa: TID251 - seeded: the same stories in every run
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from drip.actions.simulate import Line
from drip.domain.business_days import Calendar
from tests.acceptance.equivalence.campaigns import KEYS
from tests.acceptance.equivalence.story import Happening, Place, Story
from tests.acceptance.equivalence.told import KINDS as OTHERS
from tests.acceptance.equivalence.told import LETTERS

PLACES = (
    Place(ZoneInfo("America/New_York"), "US", "NY", named=False),
    Place(ZoneInfo("Australia/Lord_Howe"), "AU", "NSW", named=True),
    Place(ZoneInfo("Africa/Casablanca"), "MA", None, named=True),
    Place(ZoneInfo("America/Santiago"), "CL", None, named=True),
    Place(ZoneInfo("Asia/Kathmandu"), "NP", None, named=True),
    Place(ZoneInfo("Europe/Berlin"), "DE", "BY", named=False),
    Place(ZoneInfo("Europe/London"), "GB", None, named=False),
    Place(ZoneInfo("America/Los_Angeles"), "US", "CA", named=False),
    Place(ZoneInfo("America/St_Johns"), "CA", "NL", named=True),
)
STARTS = (date(2026, 1, 31), date(2026, 3, 27), date(2026, 8, 31), date(2026, 10, 30), date(2026, 12, 24))
REACHED_ENDS = ("meeting_set", "not_interested", "do_not_contact")
OUTCOMES = ("not_ready", "no_answer", "voicemail", "wrong_person", "bad_number", "promised", *REACHED_ENDS)
ANY_TIME = (
    "opt_in",
    "reply",
    "auto_reply",
    "auto_reply until a day",
    "pause",
    "resume",
    "resolve",
    "colleague_reply",
    "manual_email",
    "mailbox_down",
    *(f"call {outcome}" for outcome in OUTCOMES if outcome not in REACHED_ENDS),
)
WITH_A_LETTER = ("click", "scanner_click", "open", "soft_bounce", "soft_bounce", "keep_open", "call_me")
ENDS = ("opt_out", "hard_bounce", "complaint", "close_file", *(f"call {outcome}" for outcome in REACHED_ENDS))
LINES = (*LETTERS, *OTHERS)
KINDS = frozenset((*ANY_TIME, *WITH_A_LETTER, *ENDS))
AFTERWARDS = {
    "reply": ("resolve", "resolve", "call not_ready", "resume"),
    "call_me": ("resolve", "call not_ready", "call promised"),
    "pause": ("resume", "resume", "resume", "click"),
    "soft_bounce": ("soft_bounce", "manual_email"),
    "close_file": ("reply", "click", "opt_in", "keep_open", "call not_ready"),
    "call not_interested": ("reply", "click", "call_me"),
}
ANSWERS = ("keep_open", "call_me", "close_file", "click", "opt_in", "reply", "soft_bounce", "opt_out", "auto_reply")
HEARD_BY_LINK = ("opt_in", "keep_open", "call_me")  # opening their pages is a click of its own
MORE = 40  # stories drawn at most beyond the least
APART = timedelta(minutes=20)  # more than a button pressed twice, and than a scanner's burst


def draw_stories(least: int, each: int, folder: Path, seed: int) -> list[Story]:
    """At least `least` stories in the campaigns that stand in `folder`, and as many more as it takes until
    every kind of happening and of line comes `each` times. Kinds that were rare are drawn more."""
    drawing = _Drawing(random.Random(seed), folder)
    stories: list[Story] = []
    while len(stories) < least or min(*drawing.counts.values(), *drawing.lines.values()) < each:
        stories.append(drawing.story(len(stories) + 1))
        assert len(stories) < least + MORE, (drawing.counts, drawing.lines)
    return stories


class _Drawing:
    """One story being drawn."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance = chance
        self.folder = folder
        self.counts = Counter(dict.fromkeys(KINDS, 0))
        self.lines = Counter(dict.fromkeys(LINES, 0))

    def story(self, number: int) -> Story:
        story = self._empty(number)
        most = self.chance.randint(8, 12)
        for left in range(most, 0, -1):
            added = self._next(story, left)
            if added is None:
                break
            story = replace(story, happens=(*story.happens, *added))
            self.counts.update(one.kind for one in added)
        self.lines.update(line.what for line in story.lines(self.folder))
        return story

    def _empty(self, number: int) -> Story:
        chance = self.chance
        place = chance.choice(PLACES)
        days = [chance.choice(STARTS), date(2026, 1, 1) + timedelta(days=chance.randint(0, 330))]
        minutes = timedelta(minutes=chance.randint(0, 1439), seconds=chance.randint(0, 59))
        day = chance.choice(days)
        campaign = KEYS[number % len(KEYS)]
        length = chance.randint(500, 700) if campaign == "quarterly" else chance.randint(240, 430)
        promised = Calendar(place.country, place.region).on_or_after(day + timedelta(days=chance.randint(2, 120)))
        return Story(
            number=number,
            campaign=campaign,
            place=place,
            start=_told_in(place.zone, datetime.combine(day, time(), UTC) + minutes),
            until=day + timedelta(days=length),
            opted_in=chance.random() < 0.25,
            call_window=chance.choice(("early", "late", "any")),
            cadence=chance.choice((None, None, None, None, "every 5 weeks", "every 2 months", "every 25 days")),
            promised_on=promised if chance.random() < 0.2 else None,
        )

    def _next(self, story: Story, left: int) -> list[Happening] | None:
        """What happens next, with `left` things still to come; None when the story is at its end."""
        lines = story.lines(self.folder)
        last = story.happens[-1].at if story.happens else story.start
        seen = [line for line in lines if line.at > last]
        base = self._occasion(seen, left)
        letters = [line.at for line in lines if line.what in ("email", "closing_email")]
        kind = self._kind(story, base, left, letters)
        at = self._before(kind, seen, last) or self._after(kind, base.at if base else last, last)
        old = [one for one in letters if one + timedelta(minutes=2) < at]
        if kind not in ANY_TIME and not old and kind != "scanner_click":
            kind = "auto_reply"
        if at.date() >= story.until:
            return None
        return self._happening(kind, at, story, has_letter=bool(old))

    def _occasion(self, seen: Sequence[Line], left: int) -> Line | None:
        """One of the next things that are seen to happen; the closing email is answered more often."""
        if not seen:
            return None
        near = seen[: max(3, 2 * len(seen) // left)]
        special = [line for line in near if line.what in ("closing_email", "recall_due", "file_closed")]
        return self.chance.choice(special if special and self.chance.random() < 0.5 else near)

    def _kind(self, story: Story, base: Line | None, left: int, letters: Sequence[datetime]) -> str:
        chance = self.chance
        before = story.happens[-1].kind if story.happens else ""
        if before in AFTERWARDS and chance.random() < 0.6:
            return chance.choice(AFTERWARDS[before])
        if base is not None and base.what == "closing_email" and chance.random() < 0.6:
            return chance.choice(ANSWERS)
        kinds = list(ANY_TIME)
        if base is not None and base.at in letters:
            kinds += WITH_A_LETTER
        if left <= 3:
            kinds += ENDS
        chance.shuffle(kinds)
        return min(kinds[:9], key=lambda kind: self.counts[kind] * (0.6 if kind == "hard_bounce" else 1))

    def _before(self, kind: str, seen: Sequence[Line], last: datetime) -> datetime | None:
        """A moment before one of the next letters, so that what holds letters has one to hold."""
        coming = [line.at for line in seen if line.what in ("email", "closing_email")][:3]
        if kind not in ANY_TIME or not coming or self.chance.random() < 0.4:
            return None
        hours = self.chance.choice((0.1, 0.5, 3, 20, 80))
        at = self.chance.choice(coming) - timedelta(hours=hours, seconds=self.chance.randint(1, 50))
        return at if at > last + APART and at.second else None

    def _after(self, kind: str, base: datetime, last: datetime) -> datetime:
        """A moment after `base`; its seconds are never 0, when letters and recalls come."""
        chance = self.chance
        if kind == "scanner_click" and base - last > APART and chance.random() < 0.7:
            return base + timedelta(seconds=chance.randint(3, 40))
        wait = chance.choice(
            (
                timedelta(minutes=chance.randint(2, 50)),
                timedelta(hours=chance.randint(1, 12), minutes=chance.randint(0, 59)),
                timedelta(days=chance.randint(1, 15), minutes=chance.randint(0, 1439)),
            )
        )
        at = max(base, last + APART) + wait
        return at.replace(second=chance.randint(1, 59), microsecond=0)

    def _happening(self, kind: str, at: datetime, story: Story, has_letter: bool) -> list[Happening]:
        local, chance = _told_in(story.place.zone, at), self.chance
        day = local.date()
        if kind.startswith("call "):
            outcome = kind.removeprefix("call ")
            calendar = Calendar(story.place.country, story.place.region)
            on = calendar.on_or_after(day + timedelta(days=chance.randint(1, 40)))
            more = {"outcome": outcome} | ({"on": on} if outcome == "promised" else {})
            return [Happening(local, "call", more)]
        if kind == "auto_reply until a day":
            return [
                Happening(local, "auto_reply", {"back_on": day + timedelta(days=chance.choice((1, 3, 9, 20, 120)))})
            ]
        if kind == "mailbox_down":
            until = local + timedelta(minutes=chance.choice((40, 300, 2000, 6000)))
            return [Happening(local, kind, {"until": until})]
        opened = [Happening(local, "click")] if kind in HEARD_BY_LINK and has_letter and chance.random() < 0.7 else []
        later = local + timedelta(seconds=chance.randint(61, 300) if opened else 0)
        return [*opened, Happening(later, kind)]


def _told_in(zone: ZoneInfo, moment: datetime) -> datetime:
    """The moment with the offset of its day there: in the hour that comes twice a zone alone is not enough."""
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return moment.astimezone(timezone(offset))
