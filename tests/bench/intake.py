"""How fast people are taken in: a customer list into PostgreSQL, and prospects enrolled by many reps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.child import Child
from tests.bench.crowd import A_DAY, add_prospects, add_reps, set_scene
from tests.bench.progress import tell
from tests.bench.servers import BenchPostgres, fill
from tests.bench.table import Spread, spread

TAKERS = "tests.bench.takers"
HEADER = "First Name,Last Name,Email,Job Title,Phone Number,Company Name,Company Domain Name,Country,State/Region\n"
FIRST = ("Ann", "Robert", "María", "Dev", "Erin", "François", "Grace", "Jürgen", "Iris", "Jon")
LAST = ("Jones", "Miller", "García", "Chen", "Novák", "Okafor", "Silva", "Weber", "Rossi", "Larsen", "O'Neill")
TITLES = ("Plant manager", '"Manager, maintenance"', "Head of operations", "Production engineer")
PLACES = (("United States", "New York"), ("United States", "Ohio"), ("Germany", "BY"), ("Canada", "Ontario"))


def write_list(path: Path, rows: int) -> None:
    """A customer list as a CRM exports it: plain addresses, names with accents, five people a firm."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(_rows(rows))


class Intake:
    """The databases people are taken into: an empty one, and one with prospects and reps."""

    def __init__(self, postgres: BenchPostgres, folder: Path, rows: int, enrolled: int, rounds: int) -> None:
        self._postgres, self._rows, self._enrolled, self._rounds = postgres, rows, enrolled, rounds
        self._list = folder / "customers.csv"
        self._people = postgres.fresh()

    def _prepare(self) -> None:
        """Write the list, and add who will be enrolled."""
        write_list(self._list, self._rows)
        fill(self._postgres.url(self._people), self._add)
        with self._postgres.connect(self._people) as connection:
            connection.execute("VACUUM ANALYZE")

    async def _add(self, unit: Any) -> None:
        scene = await set_scene(unit, {"pool": 25})
        await add_prospects(unit, self._enrolled)
        await add_reps(unit, scene, self._enrolled // A_DAY + 1)

    def measure(self) -> tuple[dict[str, Spread], dict[str, Any]]:
        """The measures of importing and enrolling, and the raw figures."""
        imports, enrollments = [], []
        with Child(TAKERS, wait=False) as importer, Child(TAKERS, wait=False) as enroller:
            self._prepare()
            assert importer.said is not None and enroller.said is not None
            for number in range(1, self._rounds + 1):
                asked = {"way": "import", "path": str(self._list), "rows": self._rows}
                imports.append(self._let(importer, self._postgres.fresh(), asked))
                tell(f"intake: import {number} of {self._rounds}: {_said(imports[-1])}")
                asked = {"way": "enroll", "first": 1, "last": self._enrolled}
                enrollments.append(self._let(enroller, self._postgres.create(self._people), asked))
                tell(f"intake: enroll {number} of {self._rounds}: {_said(enrollments[-1])}")
        figures = {
            "import_per_s": spread(one["count"] / one["wall"] for one in imports),
            "import_mb": spread(one["most_mb"] for one in imports),
            "enroll_per_s": spread(one["count"] / one["wall"] for one in enrollments),
        }
        return figures, {"import": imports, "enroll": enrollments}

    def _let(self, taker: Child, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Let it take people into the database `name`, which is dropped then."""
        try:
            return taker.ask(**asked, url=self._postgres.url(name))
        finally:
            self._postgres.drop(name)


def _said(one: dict[str, Any]) -> str:
    return f"{one['count'] / one['wall']:,.0f} a second, {one['most_mb']:.0f} MB"


def _rows(count: int) -> Iterator[str]:
    for number in range(count):
        firm = number // 5
        country, region = PLACES[firm % len(PLACES)]
        first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
        title, domain = TITLES[number % len(TITLES)], f"firm{firm}-works.com"
        yield (
            f"{first},{last},p{number}@{domain},{title},+1 555 {number % 10000:04},"
            f'"Firm {firm}, Inc.",{domain},{country},{region}\n'
        )
