"""Write a letter: from the values kept with its send to finished bytes, the same at every retry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.sending import Sending
from drip.catalog.letters import CompiledLetter, Rendered, render
from drip.domain.suppression import keys
from drip.domain.token import Link, LinkToken, link_url
from drip.outbound.address import checked
from drip.outbound.compose import LetterParts, compose
from drip.outbound.letter import Letter
from drip.store.leases import Mark, Stamp
from drip.store.letters import Leased, Source

_PLAIN_LINKS = tuple(link for link in Link if link is not Link.TO)


@dataclass(frozen=True, slots=True)
class Ready:
    """A leased letter in finished form, and the request to hand it over."""

    leased: Leased
    letter: Letter
    mark: Mark


def write_letter(sending: Sending, leased: Leased, stamp: Stamp, source: Source) -> Ready:
    """The finished letter of a leased send.

    Raises RenderError, LetterError or AddressError when no letter can be made of it: that is the
    send's own fault and concerns no other.
    """
    links = _Links(sending, leased, stamp.letter_values["public_url"])
    compiled = CompiledLetter(source.subject, source.html, source.text)
    rendered = render(compiled, _values(stamp, links, _mentioned(source)))
    parts = _parts(leased, stamp, rendered, links)
    letter = compose(parts)
    if sending.sign is not None:
        letter = replace(letter, data=sending.sign(letter.data, checked(parts.from_address).domain))
    mark = Mark(
        id=leased.id,
        email=leased.email,
        domains=keys(leased.email)[1:],
        touched_on=leased.touched_on,
        subject=rendered.subject,
        destinations=rendered.links,
    )
    return Ready(leased, letter, mark)


class _Links:
    """The signed links of one letter; counted addresses are numbered in the order they come."""

    def __init__(self, sending: Sending, leased: Leased, public_url: str) -> None:
        self._secret = sending.secret
        self._leased = leased
        self._public_url = public_url
        self._counted = 0
        self._signed: dict[Link, str] = {}

    def plain(self, link: Link) -> str:
        if link not in self._signed:
            self._signed[link] = self._url(link, 0)
        return self._signed[link]

    def to(self, _address: str) -> str:
        self._counted += 1
        return self._url(Link.TO, self._counted - 1)

    def _url(self, link: Link, index: int) -> str:
        own = self._leased
        token = LinkToken(own.enrollment_id, own.id, own.run, own.step_key, link, index)
        return link_url(self._public_url, self._secret, token)


@lru_cache(maxsize=1024)
def _mentioned(source: Source) -> tuple[Link, ...]:
    """The links a letter may have in it: signing those it has not is work for nothing."""
    whole = f"{source.subject}\n{source.html}\n{source.text}"
    return tuple(link for link in _PLAIN_LINKS if link.code in whole)


def _values(stamp: Stamp, links: _Links, mentioned: Sequence[Link]) -> dict[str, Any]:
    kept = stamp.letter_values
    recall, enrollment = kept["recall"], kept["enrollment"]
    named: dict[str, str | Callable[[str], str]] = {link.code: links.plain(link) for link in mentioned}
    return {
        **kept,
        "enrollment": {**enrollment, "enrolled_on": date.fromisoformat(enrollment["enrolled_on"])},
        "recall": {**recall, "on": date.fromisoformat(recall["on"]) if recall["on"] else None},
        "links": {**named, "to": links.to},
    }


def _parts(leased: Leased, stamp: Stamp, rendered: Rendered, links: _Links) -> LetterParts:
    sender: Mapping[str, str] = stamp.letter_values["sender"]
    prospect: Mapping[str, str] = stamp.letter_values["prospect"]
    campaign: Mapping[str, str] = stamp.letter_values["campaign"]
    return LetterParts(
        send_id=leased.id,
        message_id=stamp.message_id,
        dated_at=stamp.dated_at.astimezone(ZoneInfo(sender["time_zone"])),
        envelope_from=sender["address"],
        from_name=sender["name"],
        from_address=sender["address"],
        to_name=" ".join(part for part in (prospect["first_name"], prospect["last_name"]) if part),
        to_address=leased.email,
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        list_unsubscribe=links.plain(Link.OPT_OUT),
        list_id=f"{campaign['key']}.{checked(sender['address']).domain}",
    )
