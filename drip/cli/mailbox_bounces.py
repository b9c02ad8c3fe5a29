"""Where the bounces of a mailbox go to, as it is typed and as it is shown."""

from typing import Annotated, Any

import typer

BouncesTo = Annotated[
    str | None,
    typer.Option(
        metavar="own|tagged|DOMAIN",
        help="Where bounces go: to the address itself, to the address with a token of the letter behind a +, or to "
        "b+token at a domain of yours. A token says which letter it was.",
    ),
]


def bounces(one: dict[str, Any]) -> str:
    """Such as "to kim+TOKEN@seller.com", of a mailbox."""
    from drip.domain.return_path import return_address

    address, tagged = return_address(one["address"], one["bounces_to"])
    local, _, domain = address.rpartition("@")
    return f"to {local}{'+TOKEN' if tagged else ''}@{domain}"
