"""The table of what the service must reach, and what was measured beside it."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure measured several times: the median, and the noise."""

    value: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `at_least`: more is better; `strict`: the bar itself is not enough."""

    key: str
    words: str
    must: float
    aim: float | None = None
    at_least: bool = True
    strict: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value reaches what it must."""
        if self.at_least:
            return value >= self.must
        return value < self.must if self.strict else value <= self.must

    @property
    def bar(self) -> str:
        """The bar as people read it: ">= 0.6"."""
        sign = ">=" if self.at_least else "<" if self.strict else "<="
        return f"{sign} {self.must:,g}"


MEASURES = (
    Measure("cpu_vs_aiosmtplib", "CPU of raw aiosmtplib over ours, pipelined", 0.6, 1.0),
    Measure("cpu_vs_aiosmtplib_plain", "the same without PIPELINING", 0.4, 0.6),
    Measure("cpu_vs_reference", "CPU of ours over our wire without a database", 1.5, 1.25, at_least=False),
    Measure("rate_vs_django_post_office", "letters a second over django-post-office", 5, 10),
    Measure("rate_vs_django_mailer", "letters a second over django-mailer", 10, 20),
    Measure("rtt40_vs_aiosmtplib", "40 ms round trip: letters a second over aiosmtplib", 2, 4),
    Measure("rtt40_two_workers", "40 ms round trip: two workers over one", 1.8),
    Measure("tick_1m_vs_10k", "a tick's cost a due letter, 1 M over 10 k enrolled", 1.5, at_least=False),
    Measure("tick_old_snapshot", "the same, with an old snapshot over without", 2, at_least=False),
    Measure("plan_per_s", "planning into the database, letters a second", 4_000),
    Measure("import_per_s", "import of prospects, rows a second", 12_000, 20_000),
    Measure("import_mb", "import, most memory in MB", 250, at_least=False, strict=True),
    Measure("enroll_per_s", "bulk enrolling, a second", 4_000),
    Measure("due_to_wire_p95_s", "due to wire, 95th percentile, in seconds", 2, at_least=False, strict=True),
    Measure("idle_cpu", "idle with 1 M enrolled, % of a core", 1, at_least=False, strict=True),
    Measure("worker_pss_mb", "PSS of a worker in MB", 200, at_least=False, strict=True),
)
EVERY = tuple(one.key for one in MEASURES)


def spread(values: Iterable[float]) -> Spread:
    """The median of at least one value, and the least and the most."""
    known = list(values)
    return Spread(statistics.median(known), min(known), max(known))


def as_json(found: Mapping[str, Spread], wanted: Iterable[str] = EVERY) -> dict[str, dict[str, Any]]:
    """Each measure that was wanted by its key; one that could not be taken has no value and is not ok."""
    return {one.key: _judged(one, found.get(one.key)) for one in MEASURES if one.key in wanted}


def lines(found: Mapping[str, Spread], wanted: Iterable[str]) -> list[str]:
    """The table for people, of the measures that were wanted."""
    known = [one for one in MEASURES if one.key in wanted]
    wide = max((len(one.words) for one in known), default=0)
    head = f"{'measure':{wide}} {'value':>9}  {'least .. most':19} {'must':>9} {'aim':>7}  reached?"
    return [head, "-" * len(head), *(_line(one, found.get(one.key), wide) for one in known)]


def all_hold(found: Mapping[str, Spread], wanted: Iterable[str] = EVERY) -> bool:
    """Whether every measure that was wanted was taken, and reaches what it must."""
    return all(one.key in found and one.holds(found[one.key].value) for one in MEASURES if one.key in wanted)


def _line(one: Measure, have: Spread | None, wide: int) -> str:
    value = "not taken" if have is None else _short(have.value)
    noise = "" if have is None else f"{_short(have.least)} .. {_short(have.most)}"
    aim = "" if one.aim is None else f"{one.aim:,g}"
    reached = "yes" if have is not None and one.holds(have.value) else "NO"
    if have is not None and one.aim is not None and replace(one, must=one.aim).holds(have.value):
        reached = "yes, and the aim"
    return f"{one.words:{wide}} {value:>9}  {noise:19} {one.bar:>9} {aim:>7}  {reached}"


def _short(value: float) -> str:
    """Three figures that count, or whole thousands as they are: 0.412, 12.3, 8,123."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _judged(one: Measure, have: Spread | None) -> dict[str, Any]:
    bar = {"bar": one.must, "at_least": one.at_least, "aim": one.aim}
    if have is None:
        return {"value": None, **bar, "ok": False}
    return {"value": have.value, **bar, "ok": one.holds(have.value), "least": have.least, "most": have.most}
