"""The parts of an ordinary letter, for tests to change."""

from datetime import datetime, timedelta, timezone
from typing import Any

from drip.outbound.compose import LetterParts

ORDINARY = LetterParts(
    send_id=17,
    message_id="<17.abcdefgh@mail.acme.example>",
    dated_at=datetime(2027, 3, 16, 9, 12, tzinfo=timezone(timedelta(hours=-5))),
    envelope_from="bounce@mail.acme.example",
    from_name="Rita Rep",
    from_address="rita@acme.example",
    to_name="Paul Prospect",
    to_address="paul@firm.example",
    reply_to="rita@acme.example",
    subject="An idea for your loading dock",
    html="<p>Hello Paul,</p>\n<p>one idea.</p>\n",
    text="Hello Paul,\n\none idea.\n",
    list_unsubscribe="https://drip.acme.example/u/AWxtoken",
    list_id="monthly-value.acme.example",
)


def changed(**changes: Any) -> LetterParts:
    """The ordinary parts with some of them changed."""
    return ORDINARY._replace(**changes)
