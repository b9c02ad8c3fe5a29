"""Whether mail to an address is for us: nobody else's is taken in, and none is passed on."""

from collections.abc import Callable

from drip.actions.freemail import is_freemail
from drip.actions.importing.address import clean_address
from drip.domain.errors import AddressError, TokenError
from drip.domain.return_path import BOUNCES, bounced_send
from drip.outbound.address import checked
from drip.store import our_addresses
from drip.store.engine import Store


async def is_for_us(store: Store, secret: bytes, address: str) -> bool:
    """Whether it is the address of a rep or a mailbox, also with a tag behind a +, or is at a domain that is there for
    bounces; the return path of a letter, wherever its mailbox had bounces sent to when it went; or the postmaster of
    a domain of ours. `secret` is the one letters are signed with. Raises StoreUnreachableError."""
    if _is_return_path(secret, address):
        return True
    if is_postmaster(address):
        return await _is_our_postmaster(store, address)
    local, _, domain = address.rpartition("@")
    untagged = {local, local.partition("+")[0], local.rpartition("+")[0]}
    names = {_cleaned(clean_address, f"{one}@{domain}", True) for one in untagged if one}
    domains = {one.rpartition("@")[2] for one in (_cleaned(_in_ascii, domain), *names)}
    async with store.glance() as unit:
        return await our_addresses.are_among(unit, names - {""}, {one for one in domains if "." in one})


def is_postmaster(address: str) -> bool:
    """Whether it is for who looks after a mail server, whom every one that takes mail must have (RFC 5321 section
    4.5.1): of a domain, or of the server itself where it names none."""
    return address.partition("@")[0].casefold() == "postmaster"


async def _is_our_postmaster(store: Store, address: str) -> bool:
    _, at, domain = address.partition("@")
    names = {_cleaned(_in_ascii, domain), _cleaned(clean_address, address, True).rpartition("@")[2]}
    ours = {one for one in names if "." in one and not is_freemail(one)}
    if not at or not ours:
        return not at
    async with store.glance() as unit:
        return await our_addresses.is_anybody_at(unit, ours)


def _is_return_path(secret: bytes, address: str) -> bool:
    try:
        bounced_send(secret, address)
    except TokenError:
        return False
    return True


def _in_ascii(domain: str) -> str:
    return checked(f"{BOUNCES}@{domain}").domain.lower()


def _cleaned(clean: Callable[..., str], *text: object) -> str:
    """As it would be kept; "" for what is no address."""
    try:
        return clean(*text)
    except AddressError:
        return ""
