"""All checks together: of one letter, of one notice, and of all letters that came."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.mail.checker import encoded_words, envelope, form, manners, signature, way_out
from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Check, Found, Known

CHECKS: tuple[Check, ...] = (
    *form.CHECKS,
    *encoded_words.CHECKS,
    *envelope.CHECKS,
    *way_out.CHECKS,
    *signature.CHECKS,
    *manners.CHECKS,
)


def check_letter(mail: Arrived, known: Known) -> list[Found]:
    """What is wrong with a letter to a prospect; nothing, when it is as MAIL section 1 wants it."""
    return [Found(one.sentence, words) for one in CHECKS if not one.notices for words in one.look(mail, known)]


def check_notice(mail: Arrived, known: Known) -> list[Found]:
    """What is wrong with a mail of the service to one of its own people, who is on no list (sentence 22)."""
    return [Found(one.sentence, words) for one in CHECKS if not one.marketing for words in one.look(mail, known)]


def check_together(mails: Sequence[Arrived]) -> list[Found]:
    """What is wrong between the letters of one service: each came once, none was tried twice."""
    return [*_unique(mails), *_threads(mails), *_lists(mails), *_tokens(mails)]


def _unique(mails: Sequence[Arrived]) -> Iterator[Found]:
    """2: no two copies share a Message-ID."""
    seen: set[str] = set()
    for mail in mails:
        ident = mail.whole.one("message-id")
        if ident in seen:
            yield Found(2, f"two letters have the Message-ID {ident}")
        seen.add(ident)


def _threads(mails: Sequence[Arrived]) -> Iterator[Found]:
    """6: what a letter answers came to the same person before, and its references are those and that."""
    before: dict[tuple[str, str], str] = {}
    for mail in mails:
        answers = mail.whole.one("in-reply-to")
        references = mail.whole.one("references")
        if answers:
            known = before.get((mail.recipient, answers))
            if known is None:
                yield Found(6, f"it answers {answers}, which never came to {mail.recipient}")
            elif references.split() != [*known.split(), answers]:
                yield Found(6, f"its references are {references}, not {known} {answers}")
        before[mail.recipient, mail.whole.one("message-id")] = references


def _lists(mails: Sequence[Arrived]) -> Iterator[Found]:
    """21: one address to stop at belongs to one list; a sender has as many lists as campaigns, see the run."""
    lists: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        lists[mail.whole.one("list-unsubscribe")].add(mail.whole.one("list-id"))
    for address, found in lists.items():
        if len(found) > 1:
            yield Found(21, f"{address} is of several lists: {sorted(found)}")


def _tokens(mails: Sequence[Arrived]) -> Iterator[Found]:
    """29: each copy has a return path of its own."""
    seen: set[str] = set()
    for mail in mails:
        if mail.sender.lower() in seen:
            yield Found(29, f"two letters come back to {mail.sender}")
        seen.add(mail.sender.lower())
