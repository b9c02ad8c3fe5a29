"""What a rep and a prospect agreed on: a day, an hour, and whether both are to be invited."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from drip.domain.errors import DripError
from drip.domain.recall import firm
from drip.domain.window import local_day

LONGEST = 480  # minutes
FURTHEST = timedelta(days=5 * 366)


class AppointmentError(DripError):
    """An appointment that cannot be made, moved or called off. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A day and an hour by the prospect's wall clock, and how long. `invite`: both get an invitation by mail."""

    on: date
    hour: time
    minutes: int = 30
    invite: bool = False

    def starts_at(self, zone: ZoneInfo, now: datetime) -> datetime:
        """When it begins, aware UTC. Raises AppointmentError for what is past, too far away or too long."""
        said = f"{self.on.isoformat()} {self.hour:%H:%M}"
        today = local_day(now, zone)
        if not 1 <= self.minutes <= LONGEST:
            raise AppointmentError(f"An appointment takes 1 to {LONGEST} minutes, not {self.minutes}.")
        if self.on > today + FURTHEST:
            raise AppointmentError(f"{said} is more than five years away. Is the year right?")
        starts = firm(self.on, self.hour, zone) if self.on >= today else now
        if starts <= now:
            raise AppointmentError(f"An appointment cannot be made for {said} there: that is past.")
        return starts
