"""Mail as it comes in, made up by ourselves: what people and programs send, in the forms of common mail programs."""

import json
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, NamedTuple

SIGNS: dict[str, dict[str, str]] = {
    "exchange": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    "rfc3834": {"Auto-Submitted": "auto-replied"},
    "cpanel": {"X-Autorespond": "yes", "Precedence": "auto_reply"},
    "gmail": {"Precedence": "bulk", "X-Autoreply": "yes", "Auto-Submitted": "auto-replied"},
    "notes": {"Auto-Submitted": "auto-generated", "X-Mailer": "HCL Notes"},
    "none": {},
}
WRITTEN = "Mon, 21 Dec 2026 09:00:00 +0100"


class Absence(NamedTuple):
    """An out-of-office mail of ours, and the day of return it states."""

    language: str
    sign: str
    subject: str
    text: str
    back_on: str | None

    @property
    def mail(self) -> bytes:
        """As its mail program sends it."""
        return mail(self.subject, self.text, **SIGNS[self.sign])


class Answer(NamedTuple):
    """A person's answer of ours as it arrives, and the words the person wrote."""

    client: str
    kind: str  # plain or html
    body: str
    words: str

    @property
    def mail(self) -> bytes:
        """As the mail program sends it."""
        return mail("Re: An idea for your line", self.body, kind=self.kind)


class Notice(NamedTuple):
    """A notice of ours that a letter to Ann failed: which server writes so, and whether the address is dead."""

    by: str
    raw: str
    hard: bool


def notices() -> list[Notice]:
    """One for each form the common mail servers have."""
    return [Notice(**row) for row in _rows("notices.jsonl")]


def absences() -> list[Absence]:
    """Sixty of them, in ten languages."""
    return [Absence(**row) for row in _rows("absences.jsonl")]


def answers() -> list[Answer]:
    """Forty of them, from the programs people use."""
    return [Answer(**row) for row in _rows("answers.jsonl")]


def mail(subject: str, text: str, kind: str = "plain", **fields: str) -> bytes:
    """A mail from Ann to Kim that answers one of Kim's."""
    made = EmailMessage(policy=SMTP)
    made["From"] = "Ann Jones <ann.jones@firm.example>"
    made["To"] = "Kim Lee <kim@seller.example>"
    made["Subject"] = subject
    made["Date"] = WRITTEN
    made["Message-ID"] = "<answer@firm.example>"
    made["In-Reply-To"] = "<17.abc@seller.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text, subtype=kind, charset="utf-8", cte="quoted-printable")
    return made.as_bytes()


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]
