"""`drip mailbox dkim`: make the key that signs letters, and print the record its public half is published by."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.domain.proofs.finding import Finding
    from drip.domain.proofs.record import Record
    from drip.outbound.keyring import Key


def dkim(
    which: Annotated[str, typer.Argument(metavar="NAME", help="A mailbox, or the domain letters come from.")],
    selector: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call a new key (default: drip1, drip2, …).")
    ] = None,
    another: Annotated[
        bool, typer.Option("--another", help="Make one more key, to change to; the old one signs until --use.")
    ] = False,
    use: Annotated[str | None, typer.Option(metavar="SELECTOR", help="Sign with this key from now on.")] = None,
    force: Annotated[bool, typer.Option("--force", help="With --use: though the DNS does not show it.")] = False,
    json: Json = False,
) -> bool:
    """Make the key (RSA, 2048 bits) that signs a domain's letters, and print the DNS record to publish.

    A key that is there is shown again, never overwritten. To change keys: --another, publish its record, then --use,
    which has exit code 1 and changes nothing while the DNS does not show the new key.
    """
    from drip.actions.domain_key import find_domain
    from drip.cli.desk import at_desk

    if use is not None and (another or selector is not None):
        raise InputError("--use chooses among the keys there are: leave --another and --selector out.")
    if force and use is None:
        raise InputError("--force belongs to --use.")

    async def work(desk: "Desk") -> "Done":
        domain = await find_domain(desk.store, which)
        return await _change(desk, domain, use, force) if use else _make(desk, domain, selector, another)

    done = at_desk(work)
    if json:
        say_json(_as_object(done))
    elif done.wrong:
        _tell_wrong(done.key, done.wrong)
    else:
        _tell(done.key, done.made)
    return done.wrong is None


@dataclass(frozen=True, slots=True)
class Done:
    """The key, whether it was made now, and why it was not chosen."""

    key: "Key"
    made: bool = False
    wrong: "Finding | None" = None


def _make(desk: "Desk", domain: str, selector: str | None, another: bool) -> Done:
    from drip.actions.domain_key import another_key, first_key
    from drip.wiring import load_keys

    keys = load_keys(desk.settings)
    return Done(another_key(keys, domain, selector), True) if another else Done(*first_key(keys, domain, selector))


async def _change(desk: "Desk", domain: str, use: str, force: bool) -> Done:
    from drip.actions.domain_key import change_key
    from drip.outbound.keyring import Keyring
    from drip.outbound.resolver import Resolver

    resolver = None if force else Resolver(desk.settings.resolver)
    key, wrong = await change_key(Keyring(desk.settings.dkim), domain, use, resolver)
    return Done(key, False, wrong)


def _tell_wrong(key: "Key", wrong: "Finding") -> None:
    say(f"Nothing was changed. {wrong.said}")
    if wrong.paste:
        say(f"\n{wrong.paste.line}\n")
    again = f"`drip mailbox dkim {key.domain} --use {key.selector} --force`"
    note(f"A new record takes some minutes to be seen. {again} does not ask.")


def _record(key: "Key") -> "Record":
    from drip.domain.proofs.record import dkim_record

    return dkim_record(key.domain, key.selector, key.public)


def _as_object(done: Done) -> dict[str, Any]:
    key, record = done.key, _record(done.key)
    shown = {name: getattr(key, name) for name in ("domain", "selector", "file", "bits", "signs")}
    return {
        **shown,
        "made": done.made,
        "wrong": done.wrong.said if done.wrong else None,
        "record": {"name": record.name, "type": record.type, "value": record.value, "strings": record.strings},
        "line": record.line,
    }


def _tell(key: "Key", made: bool) -> None:
    record = _record(key)
    if made:
        note(f"Made {key.file}, which only its owner can read. Who has it can sign in your name.")
    if key.signs:
        say(f"Letters from {key.domain} are signed with {key.selector}. Receivers look for this record:")
    else:
        say(f"{key.selector} does not sign yet. Publish this record first, and leave the old one for some days:")
    say(f"\n{record.line}\n")
    say("In a registrar's form, where the domain itself is often left out of the name:\n")
    for name, value in (("name", record.name), ("type", record.type), ("value", record.value)):
        say(f"  {name:6} {value}")
    say()
    if key.signs:
        note("Next, some minutes after it is published: `drip mailbox check` compares it with the key.")
    else:
        note(f"Then: `drip mailbox dkim {key.domain} --use {key.selector}`.")
