"""Publish a campaign: freeze a version, and say what happens to those on their way (R13)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drip.actions.move import BATCH, Moving, move_batch, place
from drip.catalog.check import check_file
from drip.catalog.findings import Finding, Level
from drip.catalog.letters import compile_letter
from drip.catalog.parse import parse_campaign
from drip.catalog.problems import read_text
from drip.domain.campaign import Campaign
from drip.domain.errors import DripError
from drip.store import campaigns, moving
from drip.store.campaigns import CLOSING, Letter, NewVersion, Version
from drip.store.engine import Store, Unit
from drip.store.moving import OnTheWay

CHOICES = ("keep", "move")


class PublishError(DripError):
    """A campaign that cannot be published. `findings` say why, where there are any."""

    def __init__(self, text: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(text)
        self.findings = findings


class ChoiceNeededError(PublishError):
    """There are people on their way, and nobody said what happens to them."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What to publish: a campaign file, and the folder of templates. `on_the_way` is keep or move,
    None where nobody chose; a dry run shows who is on their way and changes nothing."""

    path: Path
    templates: Path
    who: str = "cli"
    on_the_way: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Traveller:
    """Somebody on their way: the next step on the version they are on, and on the new one (None:
    nothing is left to send, the campaign completes)."""

    enrollment_id: int
    email: str
    name: str
    version: int
    step: str | None
    moves_to: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did. `version_id` None: a dry run. `new` False: nothing had changed, so the
    newest version stayed. `left` could not be moved: a letter of theirs was on the wire, or goes again."""

    key: str
    version_id: int | None
    number: int
    new: bool
    on_the_way: tuple[Traveller, ...]
    moved: int = 0
    left: tuple[int, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    campaign: Campaign
    key: str
    source: str
    letters: dict[str, Letter]
    warnings: tuple[Finding, ...]


async def publish(store: Store, wanted: Publishing, now: datetime) -> Published:
    """Check, compile and freeze; then keep or move those on older versions, 200 a unit.

    Publishing the same again makes no new version, so a move that was broken off goes on. Raises
    PublishError with everything the check found, ChoiceNeededError.
    """
    if wanted.on_the_way not in (None, *CHOICES):
        raise PublishError(f'"{wanted.on_the_way}" is no choice. Choose keep or move.')
    made = await asyncio.to_thread(_made, wanted)
    async with store.reading() as unit:
        newest = await campaigns.newest(unit, made.key)
        same = newest is not None and await _is_same(unit, newest, made)
        travellers = await _travellers(unit, newest, same, made.campaign) if newest else ()
    number = newest.number if newest and same else (newest.number if newest else 0) + 1
    if wanted.dry_run:
        return Published(made.key, None, number, not same, travellers, warnings=made.warnings)
    if travellers and wanted.on_the_way is None:
        who = "1 person is" if len(travellers) == 1 else f"{len(travellers)} people are"
        raise ChoiceNeededError(
            f"{who} on their way in {made.key}. Say whether they keep their version or move to this one."
        )
    version = newest if newest and same else await _freeze(store, made, wanted.who, now)
    moved: int = 0
    left: tuple[int, ...] = ()
    if wanted.on_the_way == "move":
        moved, left = await _move_all(store, Moving(version, wanted.who), now)
    return Published(made.key, version.id, version.number, not same, travellers, moved, left, made.warnings)


def _made(wanted: Publishing) -> _Made:
    """Read, check and compile. Raises PublishError."""
    findings = check_file(wanted.path, wanted.templates)
    wrong = tuple(one for one in findings if one.level is Level.ERROR)
    if wrong:
        listed = "\n".join(str(one) for one in wrong)
        raise PublishError(f"{wanted.path} cannot be published:\n{listed}", wrong)
    source = read_text(wanted.path)
    campaign = parse_campaign(source, str(wanted.path))
    named = {step.key: step.template for step in campaign.steps}
    if campaign.silence.closing is not None:
        named[CLOSING] = campaign.silence.closing
    letters = {}
    for step, template in named.items():
        found = compile_letter(wanted.templates, template, campaign.fields)
        letters[step] = Letter(found.subject, found.html, found.text)
    return _Made(campaign, campaign.key or wanted.path.stem, source, letters, tuple(findings))


async def _is_same(unit: Unit, newest: Version, made: _Made) -> bool:
    return newest.source == made.source and await campaigns.letters(unit, newest.id) == made.letters


async def _freeze(store: Store, made: _Made, who: str, now: datetime) -> Version:
    new = NewVersion(made.campaign, made.source, made.letters, who)
    return await store.unit(lambda unit: campaigns.publish(unit, new, now))


async def _travellers(unit: Unit, newest: Version, same: bool, campaign: Campaign) -> tuple[Traveller, ...]:
    found: list[Traveller] = []
    target = newest.id if same else None
    while page := await moving.on_their_way(unit, newest.campaign_id, target, _last(found), BATCH):
        known = await campaigns.campaigns_of(unit, {one.version_id for one in page})
        found += [_traveller(one, known[one.version_id], campaign) for one in page]
    return tuple(found)


def _last(found: list[Traveller]) -> int:
    return found[-1].enrollment_id if found else 0


def _traveller(one: OnTheWay, before: Campaign, after: Campaign) -> Traveller:
    index = place(before, one.step, after)
    return Traveller(
        enrollment_id=one.enrollment_id,
        email=one.email,
        name=f"{one.first_name} {one.last_name}".strip(),
        version=one.version,
        step=before.steps[one.step].key if one.step < len(before.steps) else None,
        moves_to=after.steps[index].key if index < len(after.steps) else None,
    )


async def _move_all(store: Store, target: Moving, now: datetime) -> tuple[int, tuple[int, ...]]:
    moved, after = 0, 0
    left: list[int] = []
    while True:
        batch = await store.unit(lambda unit, after=after: move_batch(unit, target, after, now))  # type: ignore[misc]
        if batch.last is None:
            return moved, tuple(left)
        moved, after = moved + batch.moved, batch.last
        left += batch.left
