"""Mail as it comes in, made up by ourselves: what people and programs send, in the forms of common mail programs."""

import json
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import MappingProxyType
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


class Cold(NamedTuple):
    """A mail written and named before the rules were tried on it. `answers`: it names our letter;
    `back_on`: the days of return that are right (None: none is stated); RULES do not say whether "until and including
    the 12th" is the 12th or the day after."""

    cls: str
    sender: str
    subject: str
    text: str
    written: str = WRITTEN
    fields: Mapping[str, str] = MappingProxyType({})
    answers: bool = True
    back_on: Sequence[str | None] = ()

    @property
    def mail(self) -> bytes:
        """As its program sends it."""
        made = EmailMessage(policy=SMTP)
        made["From"], made["To"], made["Subject"] = self.sender, "Kim Lee <kim@seller.example>", self.subject
        made["Date"], made["Message-ID"] = self.written, f"<1@{self.sender.rstrip('>').rpartition('@')[2]}>"
        if self.answers:
            made["In-Reply-To"] = "<17.abc@seller.example>"
        for name, value in self.fields.items():
            made[name] = value
        made.set_content(self.text, charset="utf-8", cte="quoted-printable")
        return made.as_bytes()


class Notice(NamedTuple):
    """A notice of ours that a letter to Ann failed: which server writes so, and whether the address is dead."""

    by: str
    raw: str
    hard: bool


def notices() -> list[Notice]:
    """One for each form the common mail servers have."""
    return [Notice(**row) for row in _rows("notices.jsonl")]


def cold_mails() -> list[Cold]:
    """What programs and people send, each named before the rules were tried on it."""
    return [Cold(**row) for row in _rows("cold.jsonl")]


def absences() -> list[Absence]:
    """Sixty of them, in ten languages."""
    return [Absence(**row) for row in _rows("absences.jsonl")]


def answers() -> list[Answer]:
    """From the programs people use, in their languages."""
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
