"""The part of the demo's report on what came back by mail: what it was, as what it was understood, what followed."""

import textwrap
from collections.abc import Iterator

from drip.cli.demo.mail_back import MailBack, Row
from drip.cli.words import count

_KINDS = {
    "reply": "replies",
    "other_address": "from an unknown address",
    "in_their_place": "a colleague for them",
    "stop": '"stop" and nothing more',
    "way_out": "to the way out's address",
    "away": "out of office",
    "left_company": "has left the company",
    "challenge": "a filter wants proof",
    "dead_address": "no such user",
    "full_mailbox": "the mailbox is full",
    "delay": "late, still being tried",
    "complaint": "called spam",
    "colleague": "a colleague, unasked",
    "stranger": "somebody nobody knows",
    "newsletter": "newsletters",
}
_UNDERSTOOD = {
    "reply": "reply",
    "opt_out": "opt-out",
    "auto_reply": "auto-reply",
    "left_company": "left company",
    "challenge": "challenge",
    "hard_bounce": "hard bounce",
    "soft_bounce": "soft bounce",
    "delay": "delay",
    "delivered": "delivered",
    "complaint": "complaint",
    "other": "other",
    "lost": "(lost)",
}
_FOLLOWED = {
    "rep_asked": "the rep was asked",
    "recall_moved": "recall came forward",
    "held_until_day": "held until they are back",
    "held_two_weeks": "held for two weeks",
    "suppressed": "address suppressed",
    "undeliverable": "file undeliverable",
    "counted": "counted, up to three",
    "reopened": "file opened again",
    "colleagues_held": "colleagues held",
    "waits": "in the inbox",
    "set_aside": "kept aside",
    "nothing": "nothing",
}
_WRONG = {
    "class": "what it is",
    "whose": "whose it is",
    "back_on": "the day of return",
    "words": "the words in it",
    "successor": "who follows",
    "lost": "all of it",
}
_NAMED = 5  # mails understood wrongly that are named


def lines(found: MailBack, width: int) -> Iterator[str]:
    """The lines below the part's title, for a page of `width` columns."""
    if not found.mails:
        return
    first = max(len(_KINDS[one.kind]) for one in found.rows)
    second = max(len("understood as"), *(len(_as_what(one)) for one in found.rows))
    yield f"  {'sent':>6}  {'what it was':{first}}  {'understood as':{second}}  what followed"
    for one in found.rows:
        told = [f"{number:>3,}  {_FOLLOWED[code]}" for code, number in one.followed.items()]
        yield f"  {one.mails:>6,}  {_KINDS[one.kind]:{first}}  {_as_what(one):{second}}  {told[0]}"
        for more in told[1:]:
            yield " " * (14 + first + second) + more
    for words in _said(found):
        yield from textwrap.wrap(words, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _said(found: MailBack) -> Iterator[str]:
    if not found.wrong:
        yield "Each was understood as it was meant: what it is, whose it is, until when, and every word."
    else:
        named = [f"answers/{name} ({_WRONG[why]})" for name, why in list(found.wrong.items())[:_NAMED]]
        more = ", …" if len(found.wrong) > _NAMED else ""
        yield f"{count(len(found.wrong), 'mail')} not understood as meant (✗): {', '.join(named)}{more}."
    if found.waiting:
        waits = "waits" if found.waiting == 1 else "wait"
        yield f"{count(found.waiting, 'mail')} {waits} in the inbox for a person to say whose: `drip inbox list`."


def _as_what(one: Row) -> str:
    return f"{_UNDERSTOOD[one.understood]}{'' if one.right else ' ✗'}"
