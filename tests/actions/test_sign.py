"""A letter is signed when it is written, for the domain of the mailbox it comes from (MAIL 27)."""

from dataclasses import replace

from drip.actions.take import take
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import TUESDAY, Office, Written


async def test_m27_a_letter_is_signed_for_the_domain_it_comes_from(desk: Desk) -> None:
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))

    def sign(data: bytes, domain: str) -> bytes:
        return b"DKIM-Signature: d=" + domain.encode() + b"\r\n" + data

    signing = replace(office.sending, sign=sign)
    batch = Written.of(signing, await take(signing, desk.mailbox_id))
    [letter] = [one.letter for one in batch.ready]
    domain = letter.envelope_from.rpartition("@")[2]
    assert letter.data.startswith(f"DKIM-Signature: d={domain}\r\nFrom: ".encode())
