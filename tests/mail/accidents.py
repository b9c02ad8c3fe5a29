"""Accidents that happen to mails on their way: pieces lost, doubled, or of another mail; the same ones each time."""

from collections.abc import Iterator, Sequence
from itertools import count
from zlib import crc32

PIECES = (
    *(
        b"\r\n",
        b"\0",
        b"\xff",
        b"--cut",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b"@",
        b"From: ",
        b'"',
        b"=\r\n",
        b"message/rfc822",
    ),
    *(b"a" * 500, b">" * 99, b"charset=utf-7", b"<style", b"wrote:\n", b"1/2 "),
    b"Content-Type: multipart/mixed; boundary=cut\r\n",
)
LONGEST = 800  # octets of a mail that something happens to


def accidents(mails: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Mails after some accidents each, without end."""
    numbers = (crc32(b"%d %d" % (seed, turn)) for turn in count())

    def below(limit: int) -> int:
        return next(numbers) % limit

    while True:
        mail = bytearray(mails[below(len(mails))][:LONGEST])
        for _ in range(1 + below(12)):
            at, kind = below(len(mail) + 1), below(10)
            if kind < 4:
                mail[at:at] = PIECES[below(len(PIECES))]
            elif kind < 7:
                del mail[at : at + 1 + below(200)]
            elif kind < 9:
                mail[at : at + 1] = bytes([below(256)])
            else:
                mail[at:at] = mails[below(len(mails))][:300]
        yield bytes(mail)
