"""The door of a listener: what its connections share, what they may do, and whose mail is taken in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from aiosmtpd.smtp import SMTP

from drip.inbound.reading import Room
from drip.inbound.source import Handle

if TYPE_CHECKING:
    from drip.inbound.conversation import Conversation

log = structlog.get_logger()
IsForUs = Callable[[str], Awaitable[bool]]
"""Whether mail to an address is ours to take; raises when nobody can say just now."""

LATER = "451 4.3.0 It cannot be kept just now; please try again later"
NOT_OURS = "550 5.7.1 Relaying denied: mail is taken here for addresses of this service only"
TOO_MANY = "452 4.5.3 Too many recipients; send the mail to the others in another transaction"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a peer may do. Waits in seconds, sizes in octets."""

    largest: int
    patience: float = 300.0  # for the next command, or piece of a mail (64 KB), RFC 5321 section 4.5.3.2.7
    whole: float = 1800.0  # for all octets of a mail
    connections: int = 100
    recipients: int = 100  # of a mail, RFC 5321 section 4.5.3.1.8
    at_once: int = 8  # mails of the largest size that may be on their way in, or not kept yet


@dataclass(slots=True)
class Door:
    """What the connections of a listener share. `keeping`: mails that are being handled."""

    name: str
    handle: Handle
    is_for_us: IsForUs
    bounds: Bounds
    stop: asyncio.Event
    open: set["Conversation"] = field(default_factory=set)
    keeping: set[asyncio.Future[None]] = field(default_factory=set)
    room: Room = field(init=False)

    def __post_init__(self) -> None:
        largest = self.bounds.largest
        self.room = Room(largest, self.bounds.at_once * largest)

    async def handle_EHLO(self, _server: SMTP, session: Any, _envelope: Any, name: str, said: list[str]) -> list[str]:  # noqa: N802
        """aiosmtpd's hook: what is offered."""
        session.host_name = name
        return [*said[:-1], "250-PIPELINING", said[-1]]

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        """aiosmtpd's hook: whether a recipient is taken."""
        if len(envelope.rcpt_tos) >= self.bounds.recipients:
            return TOO_MANY
        try:
            ours = await self.is_for_us(address)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody can say just now
            log.warning("recipient.unknown", source=self.name, why=type(error).__name__)
            return LATER
        if not ours:
            log.info("relaying.denied", source=self.name)
            return NOT_OURS
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"
