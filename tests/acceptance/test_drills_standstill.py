"""Drills with a server that stands still, drips a byte at a time, or breaks STARTTLS: each letter ends as it must."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from drip.domain.send import State
from tests.acceptance.drill import Drill, Letter, once
from tests.servers.certificate import Certificate
from tests.servers.smtp import Odd

SENT = Letter(State.ACCEPTED, 1, (("email", None),), "dripping")
UNSURE = (("email", "uncertain"),)
FOURTH = 3  # stand still when asked for the fourth time
SHORT = timedelta(seconds=1)
# Where the server stands still, how, and what becomes of the letter it was asked about; the others go.
STANDSTILLS: tuple[tuple[str, Odd, Letter], ...] = (
    ("data", Odd.DRIP, SENT),
    ("body", Odd.DRIP, Letter(State.UNCERTAIN, 0, UNSURE, "dripping")),
)
MORE: tuple[tuple[str, Odd, Letter], ...] = (
    *((phase, odd, SENT) for phase in ("connect", "ehlo") for odd in (Odd.HANG, Odd.DRIP)),
    *((phase, odd, SENT) for phase in ("mail", "rcpt") for odd in (Odd.HANG, Odd.DRIP)),
    ("data", Odd.HANG, SENT),
    ("rset", Odd.HANG, SENT),
    ("body", Odd.HANG, Letter(State.UNCERTAIN, 0, UNSURE, "dripping")),
    ("body", Odd.KEEP_AND_HANG, Letter(State.UNCERTAIN, 1, UNSURE, "dripping")),
)
BROKEN = ("454 4.7.0 TLS not available", Odd.CUT, "hello, this is no answer")


@pytest.mark.parametrize(
    ("phase", "odd", "becomes"), [*STANDSTILLS, *(pytest.param(*one, marks=pytest.mark.long) for one in MORE)]
)
def test_a_server_that_stands_still_costs_a_lease_and_no_other_letter(
    tmp_path: Path, phase: str, odd: Odd, becomes: Letter
) -> None:
    after = 0 if phase in ("connect", "ehlo", "rset") else FOURTH
    with Drill(tmp_path, hook=once(phase, odd, after=after), lease=SHORT, handing=SHORT) as drill:
        drill.idle()
        assert Counter(drill.letters()) == Counter([SENT] * 8 + [becomes])
        assert drill.mailbox().state == "active"


@pytest.mark.parametrize(
    "answer", [BROKEN[0], *(pytest.param(one, marks=pytest.mark.long) for one in BROKEN[1:])], ids=str
)
def test_a_server_that_breaks_starttls_once_gets_every_letter_later_and_only_over_tls(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, answer: str | Odd
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate_file))
    with Drill(tmp_path, hook=once("starttls", answer), certificate=certificate) as drill:
        drill.idle()
        assert drill.letters() == [SENT] * 9
        asked = [said.phase for said in drill.peer.said if said.phase in ("starttls", "mail")]
    assert asked[:2] == ["starttls", "starttls"]  # nothing was said in the clear


@pytest.mark.long
def test_a_server_that_speaks_no_tls_stops_the_mailbox_and_gets_no_letter_in_the_clear(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate_file))
    hook = once("starttls", "220 ready\r\n220 not at all")
    with Drill(tmp_path, hook=hook, certificate=certificate) as drill:
        drill.idle()
        assert {one.state for one in drill.letters()} == {State.DUE}
        assert drill.mailbox().state == "paused"
        assert not [said for said in drill.peer.said if said.phase == "mail"]


@pytest.mark.parametrize("phase", ["connect", *(pytest.param(one, marks=pytest.mark.long) for one in ("ehlo", "mail"))])
def test_garbage_before_any_letter_was_named_loses_none(tmp_path: Path, phase: str) -> None:
    with Drill(tmp_path, hook=once(phase, "hello, this is no answer")) as drill:
        drill.idle()
        assert drill.letters() == [SENT] * 9
