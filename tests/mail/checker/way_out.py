"""The way out of every letter, and the list it belongs to: sentences 13, 20 and 21 (RFC 2369, 8058, 2919)."""

import re
from collections.abc import Iterator

from tests.mail.checker.arrived import Arrived
from tests.mail.checker.known import Check, Known
from tests.mail.checker.pages import read_page

LONGEST_LIST_ID = 255
_ADDRESS = re.compile(r"<(https|mailto):[!-;=?-~]+>")
_LIST_ID = re.compile(r"(?:[^<>]* )?<([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)>")


def one_click(mail: Arrived, _known: Known) -> Iterator[str]:
    """13: one List-Unsubscribe with one https address, and the one promise beside it."""
    fields, posts = mail.whole.said("list-unsubscribe"), mail.whole.said("list-unsubscribe-post")
    if len(fields) != 1:
        yield f"List-Unsubscribe stands there {len(fields)} times"
    if posts != ["List-Unsubscribe=One-Click"]:
        yield f"List-Unsubscribe-Post is {posts}"
    for value in fields:
        addresses = [one.strip() for one in value.split(",")]
        kinds = [found[1] if (found := _ADDRESS.fullmatch(one)) else one for one in addresses]
        if kinds not in (["https"], ["https", "mailto"]):
            yield f"List-Unsubscribe has not one https address first: {value}"


def a_link_to_stop(mail: Arrived, _known: Known) -> Iterator[str]:
    """20: the same address stands in both bodies, where it can be seen."""
    found = re.search(r"<(https:[^<>\s]+)>", mail.whole.one("list-unsubscribe"))
    if found is None:
        return
    if found[1] not in read_page(mail.html).links:
        yield "the page has no visible link to stop"
    if found[1] not in mail.plain:
        yield "the text has no link to stop"


def the_list(mail: Arrived, known: Known) -> Iterator[str]:
    """21: one List-Id of at most 255 characters, in a domain of ours."""
    values = mail.whole.said("list-id")
    if len(values) != 1:
        yield f"List-Id stands there {len(values)} times"
    for value in values:
        found = _LIST_ID.fullmatch(value)
        if found is None or len(found[1]) > LONGEST_LIST_ID:
            yield f"no List-Id: {value}"
        elif not any(found[1].lower().endswith(f".{domain}") for domain in known.domains):
            yield f"the List-Id is not in our namespace: {value}"


CHECKS = (
    Check(13, one_click, marketing=True),
    Check(20, a_link_to_stop, marketing=True),
    Check(21, the_list, marketing=True),
)
