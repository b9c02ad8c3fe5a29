"""`drip mailbox dkim`: make the key that signs letters, and print the record its public half is published by."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.cli.desk import Desk
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
    json: Json = False,
) -> None:
    """Make the key (RSA, 2048 bits) that signs a domain's letters, and print the DNS record to publish.

    A key that is there is shown again, never overwritten. To change keys: --another, publish its record, then --use.
    """
    from drip.actions.domain_key import find_domain
    from drip.cli.desk import at_desk

    if use is not None and (another or selector is not None):
        raise InputError("--use chooses among the keys there are: leave --another and --selector out.")

    async def work(desk: "Desk") -> "tuple[Key, bool]":
        return _do(desk, await find_domain(desk.store, which), (selector, another, use))

    key, made = at_desk(work)
    if json:
        say_json(_as_object(key, made))
    else:
        _tell(key, made)


def _do(desk: "Desk", domain: str, wanted: tuple[str | None, bool, str | None]) -> "tuple[Key, bool]":
    from drip.actions.domain_key import another_key, first_key
    from drip.wiring import load_keys

    keys = load_keys(desk.settings)
    selector, another, use = wanted
    if use is not None:
        return keys.choose(domain, use), False
    return (another_key(keys, domain, selector), True) if another else first_key(keys, domain, selector)


def _record(key: "Key") -> "Record":
    from drip.domain.proofs.record import dkim_record

    return dkim_record(key.domain, key.selector, key.public)


def _as_object(key: "Key", made: bool) -> dict[str, Any]:
    record = _record(key)
    shown = {name: getattr(key, name) for name in ("domain", "selector", "file", "bits", "signs")}
    return {
        **shown,
        "made": made,
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
