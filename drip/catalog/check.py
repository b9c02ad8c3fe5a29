"""Find everything wrong with a campaign and its letters before it is published."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from drip.catalog.findings import Finding, LetterError, error, warning
from drip.catalog.inspect_letter import Kind, inspect_letter, kind_of
from drip.catalog.letters import compile_letter
from drip.catalog.lines import Path as KeyPath
from drip.catalog.lines import line_of
from drip.catalog.parse import parse_campaign
from drip.catalog.problems import CampaignFileErrors, Problems, read_text, read_toml
from drip.catalog.unwritten import unwritten
from drip.domain.campaign import Campaign


def check_file(path: Path, templates: Path, sender: Mapping[str, str] | None = None) -> list[Finding]:
    """Everything wrong with the campaign in the file and with its letters; empty when all is well.

    `sender` has the name and the postal_address of the mailbox; None: it is not looked at.
    """
    try:
        text = read_text(path)
        campaign = parse_campaign(text, str(path))
        _, problems = read_toml(text, str(path))
    except CampaignFileErrors as wrong:
        return [
            error(found.file, found.line, f"{found.key}: {found.message}".removeprefix(": ")) for found in wrong.errors
        ]
    return check_campaign(campaign, templates, sender, problems)


def check_campaign(
    campaign: Campaign,
    templates: Path,
    sender: Mapping[str, str] | None = None,
    problems: Problems | None = None,
) -> list[Finding]:
    """The same for a campaign that was read already; `problems` knows its file and lines."""
    place = problems or Problems(f"campaigns/{campaign.key}.toml")
    findings = [*_sender(campaign, sender, place), *_waits(campaign, place), *_unused(campaign, templates, place)]
    for number, step in enumerate(campaign.steps):
        path: KeyPath = ("steps", number, "template")
        findings += _letter(campaign, step.template, templates, (place, path))
    if campaign.silence.closing is not None:
        path = ("silence", "closing")
        findings += _letter(campaign, campaign.silence.closing, templates, (place, path))
    return list(dict.fromkeys(findings))  # a layout's faults show up in each of its letters


def _sender(campaign: Campaign, sender: Mapping[str, str] | None, place: Problems) -> Iterator[Finding]:
    if sender is None:
        return
    line = line_of(("mailbox",), place.lines)
    for key, words in (("name", "a name"), ("postal_address", "a postal address")):
        if not sender.get(key, "").strip():
            message = f'the mailbox "{campaign.mailbox}" has not got {words}, which every letter must show. '
            yield error(place.file, line, message + "Give it one with drip mailbox add.")


def _waits(campaign: Campaign, place: Problems) -> Iterator[Finding]:
    """R22 would hold every such letter back; the first wait is counted from the enrollment."""
    for number, step in enumerate(campaign.steps[1:], 1):
        if step.after is not None and step.after.about_days < campaign.gap.about_days:
            message = (
                f'steps[{number + 1}].after: "{step.after}" is shorter than the gap of {campaign.gap}, '
                f"so this letter would always be late. Write a wait of at least {campaign.gap}."
            )
            yield error(place.file, line_of(("steps", number, "after"), place.lines), message)


def _unused(campaign: Campaign, templates: Path, place: Problems) -> Iterator[Finding]:
    """A field no letter says is one a rep fills in for nothing."""
    letters = "".join(
        file.read_text("utf-8", "replace")
        for step in campaign.steps
        for file in sorted((templates / step.template).glob("*.*"))
        if file.is_file()
    )
    for name in campaign.fields:
        if not re.search(rf"\benrollment\.fields\.{name}\b", letters):
            message = (
                f'fields: no letter says "{name}". Write {{{{ enrollment.fields.{name} }}}} in one, or take it out.'
            )
            yield warning(place.file, line_of(("fields",), place.lines), message)


def _letter(campaign: Campaign, template: str, templates: Path, where: tuple[Problems, KeyPath]) -> list[Finding]:
    place, path = where
    if not (templates / template).is_dir():
        message = (
            f'there is no template "{template}". Make the folder {templates / template} '
            "with a subject.txt and a body.html, or correct the name."
        )
        return [error(place.file, line_of(path, place.lines), message)]
    notes = list(unwritten(templates, template))
    try:
        letter = compile_letter(templates, template, campaign.fields)
    except LetterError as wrong:
        return [*notes, *wrong.findings]
    return notes + inspect_letter(letter, f"{templates.name}/{template}", campaign.fields, _kind(campaign, path))


def _kind(campaign: Campaign, path: KeyPath) -> Kind:
    """What the letter at this place of the file is for."""
    return kind_of(campaign, None if path[0] == "silence" else int(path[1]))
