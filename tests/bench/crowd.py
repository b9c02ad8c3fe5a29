"""A crowd: prospects enrolled in the starter campaign by the hundred thousand, cloned from one that the store made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, text

from drip.actions.enrolling.obstacles import A_DAY
from drip.catalog.letters import compile_letter
from drip.catalog.parse import parse_campaign
from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Window
from drip.domain.company import Company
from drip.domain.enroll import begin
from drip.domain.enrollment import CallWindow, Terms
from drip.domain.plan import plan
from drip.store import campaigns, companies, enrollments, mailboxes, prospects, reps, sends
from drip.store.engine import Unit
from drip.store.sends import NewSend
from drip.store.tables import companies as companies_table
from drip.store.tables import enrollments as enrollments_table
from drip.store.tables import mailboxes as mailboxes_table
from drip.store.tables import prospects as prospects_table
from drip.store.tables import reps as reps_table
from drip.store.tables import sends as sends_table

__all__ = ["A_DAY"]  # enrollments of one rep (R4)

ROOT = Path(__file__).parents[2]
TUESDAY = datetime(2026, 3, 10, 14, tzinfo=UTC)  # Tuesday 10 March 2026, 10:00 in New York
ALWAYS = Window(days=frozenset(range(7)), opens=time(0), closes=time.max, holidays=False)
ENROLLED = timedelta(days=10)  # before the business time of the scene: a new prospect
HOT_BUTTON = "unplanned stops on the second line"
NAMES = "Ann Bob Carla Dev Erin Frank Grace Hugo Iris Jon Kate Luis Mona Ned Olga Paul"
LAST = "Jones Miller Garcia Chen Novak Okafor Silva Weber Rossi Larsen Dubois Kelly Sato"
MANY = 50_000  # rows, from which on it pays to make a table's indexes anew
A_COMPANY = 5  # prospects
ZONE = "America/New_York"
LATER = datetime(2031, 1, 6, 14, tzinfo=UTC)  # beyond the host's time, too
_COMPANY = f"(1 + (i - 1) / {A_COMPANY})"
_EMAIL = f"'p' || i || '@firm' || {_COMPANY} || '.example'"


@dataclass(frozen=True, slots=True)
class Scene:
    """What every crowd shares. `mailboxes` are ids by name."""

    rep_id: int
    version_id: int
    mailboxes: Mapping[str, int]
    first_step: str


@lru_cache
def starter(key: str = "monthly-value") -> tuple[Campaign, dict[str, campaigns.Letter]]:
    """The starter campaign, its window always open, and its compiled letters."""
    path = ROOT / "campaigns" / f"{key}.toml"
    read = parse_campaign(path.read_text("utf-8"), str(path))
    names = {step.key: step.template for step in read.steps} | {"closing": read.silence.closing or ""}
    made = {step: compile_letter(ROOT / "templates", name) for step, name in names.items() if name}
    letters = {step: campaigns.Letter(one.subject, one.html, one.text) for step, one in made.items()}
    return replace(read, key=key, window=ALWAYS), letters


async def set_scene(unit: Unit, ports: Mapping[str, int], now: datetime = TUESDAY) -> Scene:
    """A rep, a mailbox for each of `ports` (by name), and the starter campaign published.

    In this unit PostgreSQL asks no more whether what a row refers to is there: a million rows would take
    minutes, and a clone refers to what its original does.
    """
    await ask_nothing(unit)
    rep = reps.NewRep("Kim Lee", "kim@seller.example", "Plant advisor", "+1 555 0100", time_zone=ZONE)
    rep_id = await reps.add(unit, rep, now)
    boxes = {}
    for name, port in ports.items():
        new = mailboxes.NewMailbox(name, "kim@seller.example", "127.0.0.1", port, "none", rep_id, "Kim Lee")
        box = replace(new, postal_address="1 Mill Street, Dayton, OH 45402, USA", time_zone=ZONE)
        boxes[name] = await mailboxes.add(unit, box, now)
    campaign, letters = starter()
    version = await campaigns.publish(unit, campaigns.NewVersion(campaign, "-", letters, "rep:1"), now)
    return Scene(rep_id, version.id, boxes, campaign.steps[0].key)


async def ask_nothing(unit: Unit) -> None:
    """Let PostgreSQL trust in this unit that what a row refers to is there."""
    if unit.kind == "postgresql":
        await unit.run(text("SET LOCAL session_replication_role = replica"))


async def enroll(unit: Unit, scene: Scene, count: int, now: datetime = TUESDAY, *, later: bool = False) -> None:
    """`count` prospects enrolled ten days before `now`, with no letter and nothing to look at; their
    ids are 1 to `count`. Their letters go by the first of the scene's mailboxes.

    `later`: enrolled just `now`, and to be looked at over the months from LATER on.
    """
    await add_prospects(unit, count, now)
    campaign, _ = starter()
    first = begin(terms(campaign, 1), now if later else now - ENROLLED)[0]
    new = enrollments.NewEnrollment(
        prospect_id=1,
        version_id=scene.version_id,
        rep_id=scene.rep_id,
        mailbox_id=next(iter(scene.mailboxes.values()), None),
        email=email(1),
        time_zone=ZONE,
        country="US",
        region="NY",
        call_window=CallWindow.ANY,
        enrollment=first,
        next_at=LATER if later else None,
        qualification={"hot_button": HOT_BUTTON, "tried_to_disqualify": True},
        fields={},
        overrides={},
    )
    await enrollments.add(unit, [new])
    await add_enrollments(unit, count, later=later)


async def add_enrollments(unit: Unit, count: int, *, later: bool = False) -> None:
    """Further enrollments like the first, `count` in all; their prospects may be added by another unit meanwhile."""
    own = {"email": _EMAIL, "prospect_id": "i"}
    if later:
        own["next_at"] = "o.next_at + i % 43200 * interval '1 minute'"
    await _clone(unit, enrollments_table, count, own)


async def add_prospects(unit: Unit, count: int, now: datetime = TUESDAY) -> None:
    """`count` prospects at firms of five, with the ids 1 to `count`."""
    company = Company("Firm 1", "firm1.example", sic="3490", employees=250, country="US")
    await companies.put(unit, [company], now)
    known: dict[str, Any] = {"title": "Plant manager", "company_id": 1, "country": "US", "region": "NY"}
    await prospects.put(unit, [prospects.NewProspect(email(1), "Ann", "Jones", **known)], now)
    await add_people(unit, count)


async def add_people(unit: Unit, count: int) -> None:
    """Further prospects like the first, `count` in all, and their firms."""
    firms = (count - 1) // A_COMPANY + 1
    await _clone(unit, companies_table, firms, {"name": "'Firm ' || i", "domain": "'firm' || i || '.example'"})
    names = {"first_name": _of(unit, NAMES.split()), "last_name": _of(unit, LAST.split())}
    await _clone(unit, prospects_table, count, {"email": _EMAIL, "company_id": _COMPANY, **names})


async def add_reps(unit: Unit, scene: Scene, count: int) -> None:
    """Further reps, `count` in all, each with a mailbox; their ids are 1 to `count`."""
    await _clone(unit, reps_table, count, {"email": "'rep' || i || '@seller.example'"}, like=scene.rep_id)
    box = min(scene.mailboxes.values())
    await _clone(unit, mailboxes_table, count, {"name": "'box' || i", "rep_id": "i"}, like=box)


def first_moments(ids: Iterable[int], now: datetime) -> dict[int, datetime]:
    """When the rules say that the first letter of these enrollments is due."""
    campaign, _ = starter()
    moments = {}
    for ident in ids:
        own = terms(campaign, ident)
        following = plan(begin(own, now)[0], own, now)
        assert following is not None
        moments[ident] = following.at
    return moments


async def pause(unit: Unit, scene: Scene, now: datetime) -> None:
    """Let no letter leave."""
    for one in scene.mailboxes.values():
        await mailboxes.pause(unit, one, "for the benchmark", now)


def rep_email(ident: int) -> str:
    """The address of the rep with this id."""
    return "kim@seller.example" if ident == 1 else f"rep{ident}@seller.example"


def email(ident: int) -> str:
    """The address of the prospect with this id."""
    return f"p{ident}@firm{1 + (ident - 1) // A_COMPANY}.example"


def terms(campaign: Campaign, ident: int) -> Terms:
    """What the rules are told of the prospect with this id."""
    return Terms(campaign, email(ident), ZoneInfo(ZONE), Calendar("US", "NY"), CallWindow.ANY)


async def make_due(unit: Unit, scene: Scene, mailbox: str, letters: tuple[int, int], at: datetime) -> None:
    """A due letter of the first step for the enrollments `letters` (from, up to and with), from a mailbox."""
    first, last = letters
    box = scene.mailboxes[mailbox]
    new = NewSend(first, first, box, scene.version_id, 1, scene.first_step, scene.first_step, 1, at)
    made = await sends.add(unit, [new], at)
    own = {"enrollment_id": "i", "prospect_id": "i"}
    await _clone(unit, sends_table, last, own, like=made[first], first=first + 1, id_is_n=False)


async def _clone(
    unit: Unit, table: Table, last: int, own: Mapping[str, str], *, like: int = 1, first: int = 2, id_is_n: bool = True
) -> None:
    """Rows `first` to `last` like the row with the id `like`, but for the columns in `own`, which are
    SQL over the number i."""
    shown = {column.name: f"o.{column.name}" for column in table.columns if id_is_n or column.name != "id"}
    shown |= {**own} | ({"id": "i"} if id_is_n else {})
    every = ", ".join(shown)
    if unit.kind == "postgresql":
        numbers = f"SELECT i FROM generate_series({first}, {last}) AS g(i)"
        every_one = f"INSERT INTO {table.name} ({every}) OVERRIDING SYSTEM VALUE"
    else:
        start, end = f"SELECT {first}", f"SELECT i + 1 FROM c WHERE i < {last}"
        numbers = f"WITH RECURSIVE c(i) AS ({start} UNION ALL {end}) SELECT i FROM c"
        every_one = f"INSERT INTO {table.name} ({every})"
    if last < first:
        return
    values = ", ".join(shown.values())
    clone = f"{every_one} SELECT {values} FROM {table.name} o, ({numbers}) AS numbers WHERE o.id = {like}"
    if unit.kind == "postgresql" and last - first >= MANY:
        await _without_indexes(unit, table, clone)
    else:
        await unit.run(text(clone))
    if unit.kind == "postgresql" and id_is_n:
        await unit.run(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))


async def _without_indexes(unit: Unit, table: Table, clone: str) -> None:
    """Let PostgreSQL keep no index of a table while it is filled, and make all of them anew behind it."""
    keep = f"UPDATE pg_index SET indisready = %s WHERE indrelid = '{table.name}'\\:\\:regclass"
    await unit.run(text("SET LOCAL maintenance_work_mem = '256MB'"))
    await unit.run(text(keep % "false"))
    await unit.run(text(clone))
    await unit.run(text(keep % "true"))
    await unit.run(text(f"REINDEX TABLE {table.name}"))


def _of(unit: Unit, listed: Sequence[str]) -> str:
    """SQL that picks from a list by the number i."""
    if unit.kind == "postgresql":
        return f"(ARRAY[{', '.join(repr(one) for one in listed)}])[1 + i % {len(listed)}]"
    return f"json_extract('{json.dumps(listed)}', '$[' || (i % {len(listed)}) || ']')".replace(":", r"\:")


def as_json(scene: Scene) -> dict[str, Any]:
    """A scene for a child process."""
    return {"mailboxes": dict(scene.mailboxes), "version_id": scene.version_id}
