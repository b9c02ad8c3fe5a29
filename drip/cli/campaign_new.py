"""`drip campaign new`: the files of a campaign, ready to be written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json


@dataclass(frozen=True, slots=True)
class Begun:
    """A campaign that was begun, and its files."""

    key: str
    files: tuple[str, ...]


def begin_it(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name for ever: a-z, 0-9 and hyphens.")],
    letter: Annotated[
        list[str] | None,
        typer.Option("--letter", metavar="KEY", help="A letter, in order; give it again for each (default: one)."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="What people call it (default: made of KEY).")] = "",
    json: Json = False,
) -> None:
    """Begin a campaign: its file, and for each letter a subject and a body to be written.

    What is still to be written stands in [[ ]]; `drip campaign check KEY` finds every one of them.
    """
    from drip.catalog.starter import starter
    from drip.cli.places import campaigns, templates

    folders = campaigns(), templates()
    if not folders[0].is_dir():
        raise InputError(f"{folders[0]} is no folder. Set DRIP_CAMPAIGNS to the folder with the campaign files.")
    named = name.strip() or key.replace("-", " ").capitalize()
    texts = {
        folders[at > 0] / path: text for at, (path, text) in enumerate(starter(key, named, letter or ["first-letter"]))
    }
    there = next((path for path in texts if path.exists()), None)
    if there is not None:
        raise InputError(f"{_shown(there)} is there already. Go on writing it, or choose another key.")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    files = [_shown(path) for path in texts]
    if json:
        say_json(Begun(key, tuple(files)))
        return
    for file in files:
        say(f"Wrote {file}")
    note(f"Write what stands in [[ ]]. `drip campaign check {key}` tells what is left to do.")


def _shown(path: Path) -> str:
    """The path from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
