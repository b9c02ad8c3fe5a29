"""How many mails that came in a second of one core are understood; the bar is 1,000, the slowest in 100 below 20 ms."""

import resource
import time
from base64 import encodebytes

from drip.inbound.classify import classify
from drip.inbound.parse import parse
from tests.bench.small import Figures, judged, main, per_second
from tests.mail.incoming import absences, answers, notices
from tests.servers.corpus import real_mails

BAR = 1_000
ROUNDS = 5
LARGE = 25 * 2**20  # octets of a mail that must not need more than 200 MB
WORST = 99  # of a hundred mails: how long the slowest but one takes


def mails() -> list[bytes]:
    """The real corpus where there is one, else our own mails."""
    real = [raw for _, raw in real_mails()]
    people = [one.mail for one in absences()] + [one.mail for one in answers()]
    return real or [one.raw.encode() for one in notices()] + people


def understand(raws: list[bytes]) -> int:
    """Read and classify them all."""
    for raw in raws:
        classify(parse(raw))
    return len(raws)


def took(raw: bytes) -> float:
    """Milliseconds of CPU one of them takes."""
    began = time.process_time()
    understand([raw])
    return (time.process_time() - began) * 1000


def large() -> bytes:
    """A mail with a file of nearly all its size."""
    head = b"Content-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nHello\n--cut\n"
    return head + b"Content-Type: application/pdf\n\n" + encodebytes(bytes(LARGE * 3 // 4)) + b"--cut--\n"


def measure(quick: bool) -> Figures:
    """Mails a second: the median of ROUNDS and their spread; the slow ones; memory with a large mail, in MB."""
    raws = mails()
    rates = [per_second(lambda: understand(raws)) for _ in range(ROUNDS)]
    slow = sorted(map(took, raws))[len(raws) * WORST // 100]
    understand([large()])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return judged(rates, "mails_per_s", BAR) | {"p99_ms": slow, "memory_mb": memory}


def say(found: Figures) -> str:
    return (
        "classify: {mails_per_s:,.0f} mails/s ({least:,.0f} to {most:,.0f}), {over_bar:.2f} x the bar; "
        "99 of 100 within {p99_ms:.1f} ms; {memory_mb:.0f} MB with a mail of 25 MB".format(**found)
    )


if __name__ == "__main__":
    main(__doc__, measure, say)
