"""The key that signs the letters of a domain: make it, make another to change to, or choose between them."""

from drip.actions.adding import AddError
from drip.actions.freemail import is_freemail
from drip.actions.whose import NotFoundError
from drip.domain.errors import AddressError
from drip.domain.proofs.answers import Book
from drip.domain.proofs.dkim import judge_key
from drip.domain.proofs.finding import Finding, Verdict
from drip.domain.proofs.sender import OurKey
from drip.outbound.address import checked
from drip.outbound.keyring import Key, Keyring
from drip.outbound.resolver import Resolver
from drip.store import mailboxes
from drip.store.engine import Store

SELECTOR = "drip"  # the first key is drip1, the next drip2


async def find_domain(store: Store, which: str) -> str:
    """The sending domain of the mailbox of this name, else the domain itself, in ASCII and lower case.

    Raises NotFoundError when it is neither, AddError for a domain in which nobody can publish a key of ours.
    """
    async with store.reading() as unit:
        box = await mailboxes.by_name(unit, which)
        known = ", ".join(one.name for one in await mailboxes.listing(unit)) or "none yet"
    if box is None and "." not in which:
        raise NotFoundError(f'"{which}" is neither a mailbox nor a domain. Mailboxes: {known}.')
    try:
        domain = checked(box.address if box else f"x@{which}").domain.lower()
    except AddressError:
        raise NotFoundError(f'"{which}" is neither a mailbox nor a domain. Mailboxes: {known}.') from None
    if is_freemail(domain):
        raise AddError(f"{domain} belongs to a mail provider, who signs its letters; no key of ours can stand there.")
    return domain


def first_key(keys: Keyring, domain: str, selector: str | None = None) -> tuple[Key, bool]:
    """The key that signs for a domain, made if there is none; whether it was made now. Raises DkimError."""
    signing = next((one for one in keys.keys(domain) if one.signs), None)
    if signing is not None and selector in (None, signing.selector):
        return signing, False
    return another_key(keys, domain, selector), True


def another_key(keys: Keyring, domain: str, selector: str | None = None) -> Key:
    """One more key of a domain, which signs once it is chosen. Raises DkimError, KeyThereError."""
    return keys.make(domain, selector or _free(keys, domain))


async def change_key(
    keys: Keyring, domain: str, selector: str, resolver: Resolver | None
) -> tuple[Key, Finding | None]:
    """Let another key of a domain sign, if the DNS shows it; what is wrong there, when nothing was changed.

    Without a resolver it is not asked. Raises DkimError when there is no such key.
    """
    key = keys.read(domain, selector)
    if resolver is not None:
        ours, book = OurKey(domain, selector, key.public, key.bits), Book()
        judge_key(ours, book.ask)
        book.write(await resolver.look_up(book.open))
        found = judge_key(ours, book.ask)
        if found.verdict is Verdict.FAIL:
            return key, found
    return keys.choose(domain, selector), None


def _free(keys: Keyring, domain: str) -> str:
    taken = {one.selector for one in keys.keys(domain)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{SELECTOR}{number}") not in taken)
