"""Write the prospects down: as a CRM exports them, with all the usual dirt, and cleanly as they came in."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from drip.cli.demo import places
from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Case, Person
from drip.cli.demo.team import TEAM

HEADER = (
    *("Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Lead Status"),
    *("Lifecycle Stage", "Company name", "Job Title", "Country/Region", "State/Region", "Time Zone"),
    *("Number of Employees", "Annual Revenue", "SIC Code", "NAICS Code", "Unsubscribed from all email"),
    *("Create Date", "Last Activity Date"),
)
CLEAN = ("email", "first_name", "last_name", "company", "country", "region", "time_zone", "record_id")
_STAGES = {Case.CUSTOMER: "Customer", Case.OPEN_DEAL: "Opportunity"}
_FIRST_ID = 90_412_000
BAD_ROWS: tuple[dict[str, str], ...] = (  # what is wrong with each row of its own
    {"Email": ""},
    {"Email": "jorge.ramirez(at)harborcastings.example"},
    {"Email": "sales@tricounty.example; owner@tricounty.example"},
    {"Email": "plant manager@blackstone.example"},
    {"Country/Region": "Freedonia"},
    {"Time Zone": "Plant time"},
    {"Phone Number": "1.30556E+10"},
    {"Number of Employees": "50-100"},
    {"Annual Revenue": "about five million"},
    {"SIC Code": "metal"},
    {"Last Name": "Gr\ufffd\ufffd"},
)


def write_export(path: Path, people: Sequence[Person], chance: Chance) -> None:
    """The CRM's export: everybody once, with bad rows in between."""
    lines = [_line(_cells(person, chance)) for person in people]
    for number, wrong in enumerate(BAD_ROWS):
        model = _cells(people[number * 7 % len(people)], chance)
        model |= {"Record ID": str(_FIRST_ID - 100 + number), "Email": f"contact{number}@badrow-{number}.example"}
        lines.insert(_between(chance, lines, number), _line(model | wrong))
    again = _cells(people[0], chance) | {"Record ID": str(_FIRST_ID - 50)}
    lines.insert(len(lines) - 2, _line(again))  # the same address twice
    lines.insert(len(lines) - 5, f'{_FIRST_ID - 49},"Ruth "Rudy" Pell,ruth.pell@oldmill.example,,,\r\n')
    text = "\ufeff" + _line(dict(zip(HEADER, HEADER, strict=True))) + "".join(lines)
    path.write_bytes(text.encode())


def write_clean(path: Path, people: Sequence[Person]) -> None:
    """Those who came in, with the place whose clock and public holidays count for them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(CLEAN)
        for one in people:
            place = one.firm.place
            who = (one.email, one.first_name, one.last_name, one.firm.name)
            rows.writerow([*who, place.country, place.region, place.zone, _FIRST_ID + one.number])


def record_id(person: Person) -> str:
    """What the CRM calls the prospect."""
    return str(_FIRST_ID + person.number)


def _between(chance: Chance, lines: list[str], number: int) -> int:
    return chance.whole(1, len(lines) - 6, "bad row", number)


def _line(cells: dict[str, str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow([cells.get(name, "") for name in HEADER])
    return stream.getvalue()


def _cells(person: Person, chance: Chance) -> dict[str, str]:
    """One row, as several hands typed it over the years."""
    firm, n = person.firm, person.number
    place = firm.place
    state = place.state if chance.happens(0.6, n, "state in full") else place.region
    owner = TEAM[person.rep].name if chance.happens(0.93, n, "owner") else "Todd Mercer"
    return {
        "Record ID": record_id(person),
        "First Name": _typed(person.first_name, chance, n, "first name"),
        "Last Name": _typed(person.last_name, chance, n, "last name"),
        "Email": _address(person, chance),
        "Phone Number": person.phone if chance.happens(0.9, n, "has a phone") else "(No value)",
        "Contact owner": owner,
        "Lead Status": chance.one_of(("Connected", "Bad timing", "Open", "Attempted to contact"), n, "lead status"),
        "Lifecycle Stage": _STAGES.get(person.case, chance.one_of(("Lead", "Sales Qualified Lead"), n, "stage")),
        "Company name": _typed(firm.name, chance, n, "company"),
        "Job Title": person.title if chance.happens(0.94, n, "has a title") else "",
        "Country/Region": chance.one_of(places.COUNTRIES[place.country], n, "country"),
        "State/Region": state or "--",
        "Time Zone": _zone(person, chance),
        "Number of Employees": _number(firm.employees, chance, n),
        "Annual Revenue": _money(firm.revenue, chance, n),
        "SIC Code": firm.trade.sic if chance.happens(0.7, n, "has sic") else "",
        "NAICS Code": firm.trade.naics,
        "Unsubscribed from all email": "Yes" if person.case is Case.UNSUBSCRIBED else "No",
        "Create Date": f"20{chance.whole(19, 25, n, 'year')}-{chance.whole(1, 12, n, 'month'):02}-11 09:14",
        "Last Activity Date": "",
    }


def _typed(text: str, chance: Chance, *words: object) -> str:
    """A text as it was typed: now and then with spaces too many, or all in capitals."""
    slip = chance.share(*words, "slip")
    if slip < 0.05:
        return f" {text} "
    return text.replace(" ", "  ") if slip < 0.12 else text


def _address(person: Person, chance: Chance) -> str:
    slip = chance.share(person.number, "address")
    if slip < 0.08:
        return person.email.upper()
    return f"{person.email} " if slip < 0.12 else person.email.title() if slip < 0.15 else person.email


def _zone(person: Person, chance: Chance) -> str:
    place, n = person.firm.place, person.number
    if place.certain and chance.happens(0.25, n, "no zone"):
        return ""
    if chance.happens(0.3, n, "plain zone"):
        return place.zone
    return place.zone.lower().replace("/", "_slash_")


def _number(count: int | None, chance: Chance, n: int) -> str:
    if count is None:
        return "(No value)"
    return f"{count:,}" if chance.happens(0.5, n, "grouped") else str(count)


def _money(dollars: int, chance: Chance, n: int) -> str:
    style = chance.share(n, "money")
    if style < 0.15:
        return ""
    if style < 0.5:
        return f"${dollars:,}"
    return f"{dollars / 1_000_000:.1f}M" if style < 0.65 else str(dollars)
