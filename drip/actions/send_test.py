"""Send test letters to oneself: as a prospect would get them, over the real mailbox, with links that change nothing.

Nothing is kept of them: no send, no fact, no touch. So they do not count in the mailbox's pace either.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drip.actions.imagine import Imagined, imagine
from drip.actions.importing.address import clean_address
from drip.actions.sending import Sending
from drip.actions.whose import NotFoundError
from drip.actions.write_letter import write_letter
from drip.catalog.letters import CompiledLetter, compile_letter
from drip.catalog.previewing.schedule import CLOSING
from drip.domain.campaign import Campaign, Step
from drip.domain.errors import DripError
from drip.domain.outcome import Kind, Outcome
from drip.outbound.address import checked
from drip.outbound.letter import Letter
from drip.store import prospects, suppressions
from drip.store.engine import Store
from drip.store.leases import Stamp
from drip.store.letters import Source
from drip.store.mailboxes import Mailbox

MARK = "[test] "
_VALUE_LINK = re.compile(r"""links\.to\(\s*("[^"]*"|'[^']*')\s*\)""")


class NoStepError(DripError):
    """The campaign has no step of that key."""


class NotToThemError(DripError):
    """The address is that of somebody who must not, or should not, get a test letter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is sent to whom. `steps` are keys, "closing" for the closing email; empty: the first letter only.

    `prospect`: written to this prospect's address in all but the envelope; None: to somebody made up. `mailbox`: its
    name; None: the one the letters would leave from. `although_prospect`: `to` may be a prospect's.
    """

    campaign: Campaign
    templates: Path
    to: str
    steps: Sequence[str] = ()
    prospect: str | None = None
    mailbox: str | None = None
    although_prospect: bool = False


@dataclass(frozen=True, slots=True)
class Went:
    """What became of one test letter."""

    step: str
    subject: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Plan:
    """Test letters that are ready to go, none of them sent: where from, about whom, and to which address."""

    mailbox: Mailbox
    about: str
    to: str
    letters: tuple[tuple[str, str, Letter], ...]  # step, subject, and what goes on the wire


async def prepare_test(sending: Sending, asked: Asked) -> Plan:
    """Write the test letters that were asked for.

    Raises AddressError, NotToThemError, NoStepError, NotFoundError, and LetterError with all that is wrong with one.
    """
    to = clean_address(asked.to, reserved=True)
    await _demand_harmless(sending.store, to, although_prospect=asked.although_prospect)
    campaign = asked.campaign
    chosen = _chosen(campaign, asked.steps)
    imagined = await imagine(sending.store, campaign, sending.now(), asked.prospect, asked.mailbox)
    if imagined.mailbox is None:
        who = imagined.leased.rep_email if campaign.mailbox == "owner" else f'"{campaign.mailbox}"'
        raise NotFoundError(
            f"There is no mailbox for {who}. `drip mailbox add` adds one, or name another by --mailbox."
        )
    compiled = [compile_letter(asked.templates, step.template, campaign.fields) for _, step in chosen]
    letters = tuple(
        (step.key, *_written(sending, imagined, to, (number, step), letter))
        for (number, step), letter in zip(chosen, compiled, strict=True)
    )
    return Plan(imagined.mailbox, imagined.about, to, letters)


async def send_test(sending: Sending, plan: Plan, tell: Callable[[Went], None]) -> bool:
    """Send them one after the other, telling of each; ends at the first that is not accepted. Whether all were.

    Raises what finding the mailbox's account raises.
    """
    way_out = sending.way_out(plan.mailbox)
    async with way_out.transport.open(way_out.account) as wire:
        for step, subject, letter in plan.letters:
            outcome = await wire.deliver(letter, _at_once)
            tell(Went(step, subject, outcome))
            if outcome.kind is not Kind.ACCEPTED:
                return False
    return True


async def _at_once() -> bool:
    """Nothing has to be marked before the body of a test letter goes out."""
    return True


async def _demand_harmless(store: Store, to: str, *, although_prospect: bool) -> None:
    """Raise NotToThemError for an address that must not, or should not, get a test letter."""
    async with store.reading() as unit:
        stopped = (await suppressions.find(unit, [to])).get(to)
        known = await prospects.by_email(unit, [to])
    if stopped is not None:
        why = stopped.replace("_", " ")
        raise NotToThemError(
            f"{to} is suppressed ({why}): nothing is sent there, no test either. Use your own address."
        )
    if known and not although_prospect:
        raise NotToThemError(
            f"{to} is a prospect's address. Use your own, or say --although-prospect if they know of the test."
        )


def _chosen(campaign: Campaign, keys: Sequence[str]) -> list[tuple[int, Step]]:
    """The steps with their numbers, in the campaign's order. Raises NoStepError."""
    steps = list(enumerate(campaign.steps, 1))
    if campaign.silence.closing is not None:
        steps.append((len(steps) + 1, Step(CLOSING, campaign.silence.closing)))
    if not keys:
        return steps[:1]
    unknown = [key for key in keys if key not in {step.key for _, step in steps}]
    if unknown:
        known = ", ".join(step.key for _, step in steps)
        raise NoStepError(f'The campaign has no step "{unknown[0]}". Its steps: {known}.')
    return [one for one in steps if one[1].key in keys]


def _written(
    sending: Sending, imagined: Imagined, to: str, which: tuple[int, Step], compiled: CompiledLetter
) -> tuple[str, Letter]:
    """The subject, and the letter as it goes on the wire."""
    number, step = which
    leased = imagined.leased._replace(step_key=step.key, n=number)
    now = sending.now()
    values = replace(imagined, leased=leased).values(now, sending.public_url)
    if imagined.reply_to:
        values["sender"]["reply_to"] = imagined.reply_to
    own = f"<test.{sending.token()}@{checked(values['sender']['address']).domain}>"
    stamp = Stamp(leased.id, own, now.replace(microsecond=0), values)
    ready = write_letter(sending, leased._replace(email=to), stamp, _harmless(compiled))
    return ready.mark.subject, ready.letter


def _harmless(compiled: CompiledLetter) -> Source:
    """The letter with its mark, and with value links that lead straight on: nothing would count them."""
    html, text = (_VALUE_LINK.sub(r"\1", part) for part in (compiled.html, compiled.text))
    return Source(f"{MARK}{compiled.subject}", html, text)
