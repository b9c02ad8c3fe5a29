"""Return paths: one address for bounces per letter, which names its send and cannot be made up (MAIL 29, VERP)."""

import hmac
import re

from drip.domain.errors import TokenError
from drip.domain.mac import mac

OWN, TAGGED = "own", "tagged"  # where bounces of a mailbox go to: its address, or that with a token; or a domain
BOUNCES = "b"  # what stands before the + at a domain that is there for bounces
_ID_BYTES, _PROOF_BYTES = 6, 10
LENGTH = 2 * (_ID_BYTES + _PROOF_BYTES)  # characters of a token
LONGEST_TAGGED = 64 - len("+") - LENGTH  # octets of a local part a token fits behind, RFC 5321 section 4.5.3.1.1
_TAGGED = re.compile(rf"<?[^<>@\s]+\+([A-Fa-f0-9]{{{LENGTH}}})@[^<>@\s]+>?")


def bounce_token(secret: bytes, send_id: int) -> str:
    """The token of a send: its id and a proof (HMAC-SHA256 cut to 80 bits, RFC 2104 section 5) in 32 characters.

    Only 0-9 and a-f, so that no mail server on the way takes offence, or spoils it by changing its case.
    """
    return (send_id.to_bytes(_ID_BYTES, "big") + mac(secret, b"return-path|%d" % send_id)[:_PROOF_BYTES]).hex()


def bounced_send(secret: bytes, address: str) -> int:
    """The send a bounce came back for, by the address it came to (with or without angle brackets).

    Raises TokenError for an address that is none of ours, or that was made up: nothing may follow from that.
    """
    tagged = _TAGGED.fullmatch(address.strip())
    if tagged is None:
        raise TokenError("This address has no token of ours.")
    send_id = int(tagged[1][: 2 * _ID_BYTES], 16)
    if not hmac.compare_digest(tagged[1].lower(), bounce_token(secret, send_id)):
        raise TokenError("The token in this address is not one of ours.")
    return send_id


def return_address(address: str, bounces_to: str) -> tuple[str, bool]:
    """Where bounces of letters from a mailbox's address go to, and whether a token goes into it.

    `bounces_to`: OWN, TAGGED, or a domain that is there for bounces. An address that is too long for a token goes
    without one.
    """
    if bounces_to == OWN:
        return address, False
    if bounces_to == TAGGED:
        return address, fits(address)
    return f"{BOUNCES}@{bounces_to}", True


def comes_back(bounces_to: str, is_read: bool, takes_mail: bool) -> bool:
    """Whether a mail to the return path of a letter reaches this service, and not only a person or nobody: mail at the
    mailbox's own address, where the mailbox `is_read`; at a domain for bounces, where the service `takes_mail` in."""
    return is_read if bounces_to in (OWN, TAGGED) else takes_mail


def fits(address: str) -> bool:
    """Whether a token fits into an address, which has 64 octets before the @ at most."""
    return len(address.rpartition("@")[0].encode()) <= LONGEST_TAGGED
