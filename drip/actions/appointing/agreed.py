"""What a rep and a prospect agreed on: a day, an hour, and whether both are to be invited."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from drip.domain.errors import DripError
from drip.domain.recall import firm

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
        starts = firm(self.on, self.hour, zone)
        said = f"{self.on.isoformat()} {self.hour:%H:%M}"
        if not 1 <= self.minutes <= LONGEST:
            raise AppointmentError(f"An appointment takes 1 to {LONGEST} minutes, not {self.minutes}.")
        if starts <= now:
            raise AppointmentError(f"An appointment cannot be made for {said} there: that is past.")
        if starts > now + FURTHEST:
            raise AppointmentError(f"{said} is more than five years away. Is the year right?")
        return starts
