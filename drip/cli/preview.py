"""`drip campaign preview`: every letter in a browser, as mail programs show it, before anybody gets it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.campaign import Key
from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.catalog.previewing.look import Look
    from drip.catalog.previewing.pages import Preview
    from drip.catalog.previewing.reader import Reader
    from drip.domain.campaign import Campaign

Prospect = Annotated[
    str | None,
    typer.Option("--prospect", metavar="EMAIL", help="Written to this prospect (default: somebody made up)."),
]


def preview_it(
    campaign: Key,
    prospect: Prospect = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write the pages (default: CAMPAIGN-preview)."),
    ] = None,
    json: Json = False,
) -> bool:
    """Write a page for each letter: wide, on a phone, light, dark, without pictures, in Outlook, and as text.

    An index beside them has subjects, days, sizes and warnings. The pages load nothing, and nothing is sent.
    Exit code 1 when a letter cannot be made; its page says why.
    """
    from drip.catalog.parse import parse_campaign
    from drip.catalog.previewing.pages import INDEX, preview
    from drip.catalog.problems import read_text
    from drip.cli.places import campaign_file, templates
    from drip.cli.words import count

    file = campaign_file(campaign)
    parsed = parse_campaign(read_text(file), str(file))
    folder = out or Path(f"{file.stem}-preview")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file. Name a folder; it is made where it is not there.")
    made = preview(_reader(parsed, prospect), templates())
    _write(folder, made)
    for look in made.looks:
        if json:
            say_json(_as_object(look, folder))
        else:
            for found in look.findings:
                note(str(found))
    if not json:
        say(f"Wrote {count(len(made.looks), 'letter')} to {folder}; open {folder / INDEX} in a browser.")
    if made.broken:
        note(f"{count(made.broken, 'letter')} cannot be made; `drip campaign check {campaign}` says where.")
    return made.broken == 0


def _reader(campaign: "Campaign", prospect: str | None) -> "Reader":
    """Whom the letters are written to; only a real prospect needs a database."""
    from drip.catalog.previewing.reader import Reader, sample_reader

    if prospect is None:
        from drip.clock import SystemClock

        return sample_reader(campaign, SystemClock().now())
    from drip.actions.imagine import imagine
    from drip.cli.desk import Desk, at_desk

    async def found(desk: Desk) -> Reader:
        one = await imagine(desk.store, campaign, desk.now, prospect)
        return Reader(one.shown(desk.now), one.about, one.terms, one.enrollment, desk.now)

    return at_desk(found)


def _write(folder: Path, made: "Preview") -> None:
    """The pages; those an earlier preview left there and this one has not are taken away."""
    from drip.catalog.previewing.pages import MARK

    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        if old.name not in made.pages and MARK in old.read_text("utf-8", "replace"):
            old.unlink()
    for name, page in made.pages.items():
        (folder / name).write_text(page, "utf-8")


def _as_object(look: "Look", folder: Path) -> dict[str, object]:
    return {
        "step": look.step,
        "n": look.number if look.step != "closing" else None,
        "subject": look.letter.subject if look.letter else None,
        "preheader": look.preheader or None,
        "goes": look.goes.words,
        "on": look.goes.on,
        "bytes": look.weight or None,
        "warnings": [found.message for found in look.findings],
        "page": folder / look.file,
    }
