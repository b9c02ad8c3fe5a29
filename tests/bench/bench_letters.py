"""What a letter costs before it is sent: rendering, composing beside the standard library, signing beside bare RSA."""

import email.policy
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from drip.catalog.letters import compile_letter, render
from drip.catalog.values import example_values
from drip.outbound.compose import LetterParts, compose
from drip.outbound.dkim import Signer, load_signer
from drip.outbound.keyring import Keyring
from tests.bench.small import Figures, main

TEMPLATES = Path(__file__).parents[2] / "templates"
RENDER_BAR_MS = 0.5
SIGN_BAR = 1.3  # times the bare RSA operation
DIGESTED = b"x" * 400  # about as much as the fields that are signed
ROUNDS = 7


def parts() -> LetterParts:
    """A letter of about 9 KB of HTML, as a long starter letter is."""
    compiled, values = compile_letter(TEMPLATES, "monthly-value/cost-of-downtime"), example_values()
    rendered = render(compiled, values)
    return LetterParts(
        send_id=1,
        message_id="<1.abc@example.com>",
        dated_at=datetime(2026, 1, 6, 15, tzinfo=UTC),
        from_name="Dana Whitfield",
        from_address="dana@example.com",
        to_name="Ann O'Neill-Jones",
        to_address="ann@example.org",
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        envelope_from="dana@example.com",
        list_unsubscribe="https://example.com/u/token",
        list_id="monthly-value.example.com",
    )


def by_the_standard_library(letter: LetterParts) -> bytes:
    """The same letter by email.message."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"{letter.from_name} <{letter.from_address}>"
    message["To"] = f"{letter.to_name} <{letter.to_address}>"
    message["Subject"] = letter.subject
    message["Message-ID"] = letter.message_id
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message.as_bytes()


def signer() -> Signer:
    """One with a key as `drip mailbox dkim` makes it."""
    with tempfile.TemporaryDirectory() as folder:
        key = Keyring(Path(folder)).make("example.com", "drip1")
        return load_signer(key.file.read_bytes(), key.selector)


def signing(data: bytes, count: int) -> dict[str, float]:
    """A signature by turns with the bare RSA operation, so that both see the same machine."""
    chosen, ratios, whole = signer(), [], []
    for _ in range(ROUNDS):
        whole.append(milliseconds(lambda: chosen.sign(data, "example.com"), count, rounds=1))
        ratios.append(whole[-1] / milliseconds(lambda: chosen.sign_bytes(DIGESTED), count, rounds=1))
    return {"sign_ms": statistics.median(whole), "sign_over_rsa": statistics.median(ratios)}


def milliseconds(work: Callable[[], object], count: int, rounds: int = ROUNDS) -> float:
    """CPU milliseconds of one call: the median of some rounds."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(count):
            work()
        spent.append((time.process_time() - began) / count * 1000)
    return statistics.median(spent)


def measure(quick: bool) -> Figures:
    """CPU milliseconds of rendering, composing and signing, and what they are to the bars and the standard library."""
    count = 30 if quick else 200
    compiled, values = compile_letter(TEMPLATES, "monthly-value/cost-of-downtime"), example_values()
    letter = parts()
    found = {
        "render_ms": milliseconds(lambda: render(compiled, values), count),
        "compose_ms": milliseconds(lambda: compose(letter), count),
        "standard_library_ms": milliseconds(lambda: by_the_standard_library(letter), count),
        **signing(compose(letter).data, count),
    }
    found["render_over_bar"] = RENDER_BAR_MS / found["render_ms"]
    found["standard_library_over_compose"] = found["standard_library_ms"] / found["compose_ms"]
    return found


def say(found: Figures) -> str:
    return (
        "rendering {render_ms:.3f} ms, {render_over_bar:.1f} x better than the bar of 0.5 ms\n"
        "composing {compose_ms:.3f} ms, the standard library {standard_library_ms:.3f} ms: "
        "{standard_library_over_compose:.1f} x as long\n"
        "signing {sign_ms:.3f} ms, {sign_over_rsa:.2f} x the bare RSA operation (at most {bar})"
    ).format(bar=SIGN_BAR, **found)


if __name__ == "__main__":
    main(__doc__, measure, say)
