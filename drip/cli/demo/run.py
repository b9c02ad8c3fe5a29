"""Run a demo from the empty folder to the report."""

import json as json_text
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

from drip.cli.demo import stage as stages
from drip.cli.demo.acts import Props
from drip.cli.demo.cast import gather
from drip.cli.demo.chance import Chance
from drip.cli.demo.enrolling import batches
from drip.cli.demo.figures import Figures, count_up
from drip.cli.demo.folder import Folder
from drip.cli.demo.happenings import Happenings
from drip.cli.demo.people import Person, make_people
from drip.cli.demo.play import Play
from drip.cli.demo.post import Post, orders
from drip.cli.demo.postman import Postman
from drip.cli.demo.report import WIDTH, report
from drip.cli.demo.sheet import write_clean, write_export
from drip.cli.demo.stage import Stage
from drip.cli.demo.team import TEAM
from drip.cli.demo.visits import Browser
from drip.cli.demo.watching import watching
from drip.cli.output import as_typed, note, plain, say, say_json, strong
from drip.cli.words import count

_AFTERWARDS = (
    "The links in the letters work while `drip up` runs. The clock of this database stands still, so nothing "
    "more is sent from it."
)
START = datetime(2026, 1, 5, 15, tzinfo=UTC)  # a Monday, ten in the morning in New York


@dataclass(frozen=True, slots=True)
class Wish:
    """How long a demo is to be, how large, and with whom."""

    months: int
    prospects: int
    seed: int


def run(folder: Folder, wish: Wish, *, json: bool) -> None:
    """Play it, keep everything in the folder, and tell the report. Raises what the service raises."""
    chance = Chance(wish.seed)
    people = make_people(chance, wish.prospects, len(TEAM))
    write_export(folder.export, people, chance)
    write_clean(folder.prospects, people)
    note(
        f"{count(len(people), 'prospect')}, {len(TEAM)} reps, {count(wish.months, 'month')}: "
        "real letters on a clock that jumps.\nNothing leaves this machine."
    )
    figures, shown = _played(folder, wish, people, chance)
    kept = {"seed": wish.seed, "months": wish.months, **plain(figures)}
    folder.report.write_text(json_text.dumps(kept, indent=2) + "\n", "utf-8")
    if json:
        say_json({"folder": str(folder.path), **kept})
        return
    for line in [*report(figures), "", *_goodbye(folder, figures, shown)]:
        say(line)


def _played(folder: Folder, wish: Wish, people: list[Person], chance: Chance) -> tuple[Figures, str]:
    """The figures, and somebody whose timeline is worth a look."""
    end = START + relativedelta(months=wish.months)
    with _service(folder, orders(people, chance)) as (stage, post), Happenings(folder.happenings) as happenings:
        rep_ids = stage.do(stages.set_up_team(stage, post.port))
        stage.do(stages.publish_starter(stage, folder.path))
        taken = stage.do(stages.take_in(stage, folder.export, folder.issues))
        cast = gather(people, chance, rep_ids)
        props = Props(Browser(stage.port), post, Postman(folder.answers, stage.takes_mail_at))
        play = Play(stage, props, cast, happenings)
        play.plan(batches(people, START), wish.months)
        with watching(START, end, happenings.counts) as audience:
            play.run(end, audience)
        busiest = max(cast.lives.values(), key=lambda life: (life.warm, life.calls, life.letters))
        return count_up(stage, taken, play, START), busiest.person.email


@contextmanager
def _service(folder: Folder, orders: dict[str, dict[str, int]]) -> Iterator[tuple[Stage, Post]]:
    """The mail server and the service, which end with the block."""
    post = Post(folder.mail, orders)
    try:
        stage = stages.raise_curtain(folder.path, START)
        try:
            yield stage, post
        finally:
            stages.drop_curtain(stage)
    finally:
        post.stop()


def _goodbye(folder: Folder, figures: Figures, shown: str) -> list[str]:
    return [
        strong("To look around"),
        f"  Everything is kept in {folder.path}: the database, prospects.csv, report.json,",
        f"  and, byte for byte, all {figures.letters:,} letters in mail/ and what came back in answers/.",
        "",
        f"  export {folder.settings}",
        "  drip up",
        f"  drip timeline {shown}",
        "  drip recall list",
        "  drip inbox list",
        "",
        *textwrap.wrap(as_typed(_AFTERWARDS), WIDTH, initial_indent="  ", subsequent_indent="  "),
    ]
