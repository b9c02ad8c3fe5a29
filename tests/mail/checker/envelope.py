"""The envelope, and what of it must not be in the letter: sentences 9 to 11, 29 and 34 (RFC 5321, 6531, 3461)."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Check, Known

LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_PATH, LONGEST_ENVID = 64, 255, 256, 100
_VERP = re.compile(r"[^+@]+\+[A-Za-z0-9_-]{16,}@[^@]+")
_HEX = re.compile(r"\+([0-9A-F]{2})")


def only_what_was_offered(mail: Arrived, _known: Known) -> Iterator[str]:
    """9: other letters than ASCII only with SMTPUTF8, and that only where it is needed and offered."""
    asked = "SMTPUTF8" in (option.upper() for option in mail.mail_options)
    envelope = "".join((mail.sender, *mail.recipients))
    if asked and "SMTPUTF8" not in mail.offered:
        yield "SMTPUTF8 was asked for, not offered"
    needed = not (mail.head.isascii() and envelope.isascii())
    if needed and not asked:
        yield "its head or envelope is not ASCII, and SMTPUTF8 was not asked for"
    if asked and not needed:
        yield "SMTPUTF8 was asked for, and nothing needs it"
    domains = [one.rpartition("@")[2] for one in (mail.sender, *mail.recipients)]
    domains += [one.domain for name in ("from", "to", "reply-to") for one in mailboxes(mail.whole.one(name))]
    for domain in domains:
        if not domain.isascii():
            yield f"a domain is not sent as A-labels: {domain}"


def short_enough(mail: Arrived, _known: Known) -> Iterator[str]:
    """10: at most 64 octets before the @, 255 behind it, 256 with the brackets."""
    for path in (mail.sender, *mail.recipients):
        local, _, domain = path.rpartition("@")
        sizes = [len(one.encode()) for one in (local, domain, f"<{path}>")]
        if sizes[0] > LONGEST_LOCAL or sizes[1] > LONGEST_DOMAIN or sizes[2] > LONGEST_PATH:
            yield f"too long: {path}"


def a_real_return_path(mail: Arrived, known: Known) -> Iterator[str]:
    """11: no Return-Path in the letter, and an address of ours in MAIL FROM."""
    if mail.whole.said("return-path"):
        yield "a Return-Path in the letter"
    if not mail.sender:
        yield "the null reverse-path"
    elif mail.sender.rpartition("@")[2].lower() not in known.domains:
        yield f"bounces would go to {mail.sender}, which is not ours"
    if len(mail.recipients) != 1:
        yield f"{len(mail.recipients)} recipients share it"


def a_token_to_come_back_by(mail: Arrived, _known: Known) -> Iterator[str]:
    """29: MAIL FROM has a token behind a plus, and names nobody."""
    if not _VERP.fullmatch(mail.sender):
        yield f"no token: {mail.sender}"
    if mail.recipient.partition("@")[0].lower() in mail.sender.lower():
        yield f"it names the recipient: {mail.sender}"


def delivery_reports(mail: Arrived, _known: Known) -> Iterator[str]:
    """34: where DSN is offered: ENVID, RET=HDRS, ORCPT and NOTIFY, each once; nothing of it elsewhere."""
    of_mail = [option.partition("=") for option in mail.mail_options]
    of_rcpt = [option.partition("=") for option in mail.rcpt_options]
    said = {name.upper(): value for name, _, value in (*of_mail, *of_rcpt)}
    told = Counter(name.upper() for name, _, _ in (*of_mail, *of_rcpt))
    ours = {"ENVID", "RET", "ORCPT", "NOTIFY"}
    if "DSN" not in mail.offered:
        for name in sorted(ours & set(said)):
            yield f"{name} was given, and DSN is not offered"
        return
    for name in sorted(ours - (set() if mail.recipient.isascii() else {"ORCPT"})):  # RFC 6533 has another for those
        if told[name] != 1:
            yield f"{name} was given {told[name]} times"
    if told["RET"] and said["RET"].upper() != "HDRS":
        yield f"RET is {said['RET']}"
    if said.get("NOTIFY", "FAILURE").upper() not in ("FAILURE", "FAILURE,DELAY"):
        yield f"NOTIFY is {said['NOTIFY']}"
    if "ENVID" in said and not (0 < len(said["ENVID"]) <= LONGEST_ENVID and re.fullmatch(r"[!-~]+", said["ENVID"])):
        yield f"ENVID is {said['ENVID']}"
    kind, _, address = said.get("ORCPT", f"rfc822;{mail.recipient}").partition(";")
    if kind.lower() not in ("rfc822", "utf-8") or (kind.lower() == "rfc822" and _unxtext(address) != mail.recipient):
        yield f"ORCPT names another: {said['ORCPT']}"


def _unxtext(text: str) -> str:
    """What was written as xtext (RFC 3461 section 4)."""
    return _HEX.sub(lambda found: chr(int(found[1], 16)), text)


CHECKS = (
    Check(9, only_what_was_offered),
    Check(10, short_enough),
    Check(11, a_real_return_path),
    Check(29, a_token_to_come_back_by, marketing=True),
    Check(34, delivery_reports, marketing=True),
)
