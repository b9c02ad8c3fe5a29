"""`drip demo`: more than a year of real letters in about a minute, kept in a folder to look around in."""

from pathlib import Path
from typing import Annotated

import typer

from drip.cli.options import Json


def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="A new or empty folder to keep it in.", show_default="drip-demo"),
    ] = None,
    months: Annotated[int, typer.Option("--months", min=1, max=36, help="How many months to play.")] = 14,
    prospects: Annotated[int, typer.Option("--prospects", min=20, max=3000, help="How many prospects.")] = 300,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another number: other people.")] = 1,
    json: Json = False,
) -> None:
    """Watch more than a year of a sales team's letters go out, in about a minute.

    A starter campaign is published, contacts are imported and enrolled, and the real service runs on a
    clock that jumps: real letters over real SMTP to a server on this machine, real mail back from the
    people, real requests to the public pages. Nothing leaves this machine. Everything is kept in a folder.
    """
    from drip.cli.demo.folder import make_folder
    from drip.cli.demo.run import Wish, run

    run(make_folder(out), Wish(months, prospects, seed), json=json)
