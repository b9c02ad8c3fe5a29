"""A story: a scenario file's content, written by us and read back by the product's own reader."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from drip.actions.simulate import Line, simulate
from drip.catalog.scenario import Scenario, parse_scenario


@dataclass(frozen=True, slots=True)
class Place:
    """Where a prospect lives; `region` and `named` (the time zone in the file) may be missing."""

    zone: ZoneInfo
    country: str
    region: str | None
    named: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One [[happens]] row: what CAMPAIGN.md calls it, and its other keys."""

    at: datetime
    what: str
    more: dict[str, date | datetime | str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What is counted: a call by its outcome, an absence by whether it says when it ends."""
        if self.what == "call":
            return f"call {self.more['outcome']}"
        return f"{self.what} until a day" if "back_on" in self.more else self.what


@dataclass(frozen=True, slots=True)
class Story:
    """One prospect in one campaign, and what happens. `number` tells it from the others."""

    number: int
    campaign: str
    place: Place
    start: datetime
    until: date
    opted_in: bool
    call_window: str
    cadence: str | None = None
    promised_on: date | None = None
    happens: tuple[Happening, ...] = ()

    @property
    def email(self) -> str:
        """The prospect's address, at a company of its own."""
        return f"ann{self.number}@firm{self.number}.example"

    def scenario(self, folder: Path) -> Scenario:
        """The story as the product reads it from a scenario file in `folder`."""
        path = folder / f"story-{self.number}.toml"
        path.write_text(self.toml(folder))
        return parse_scenario(path)

    def lines(self, folder: Path) -> list[Line]:
        """What the simulation says of it."""
        return list(simulate(self.scenario(folder)))

    def toml(self, folder: Path) -> str:
        """The scenario file."""
        place = self.place
        rows = [
            f'campaign = "{folder}/campaigns/{self.campaign}.toml"',
            f"start = {_plain(self.start)}",
            f"until = {self.until}",
            "[prospect]",
            f'email = "{self.email}"',
            f'country = "{place.country}"',
            *([f'region = "{place.region}"'] if place.region else []),
            *([f'time_zone = "{place.zone}"'] if place.named else []),
            "[enrollment]",
            f"opted_in = {str(self.opted_in).lower()}",
            f'call_window = "{self.call_window}"',
            *([f'cadence = "{self.cadence}"'] if self.cadence else []),
            *([f"promised_call_on = {self.promised_on}"] if self.promised_on else []),
        ]
        for one in self.happens:
            given = {"at": one.at, "what": one.what, **one.more}
            rows += ["[[happens]]", *(f"{key} = {_plain(value)}" for key, value in given.items())]
        return "\n".join(rows) + "\n"


def _plain(value: date | datetime | str) -> str:
    return f'"{value}"' if isinstance(value, str) else value.isoformat()
