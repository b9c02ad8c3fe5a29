"""What a prospect writes back, as the mail programs of people do it: with the letter quoted, each in its own way."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from drip.cli.demo.chance import Chance
from drip.cli.demo.letter import Letter
from drip.cli.demo.people import Person

_QUOTED = 1200  # characters of a letter that are quoted
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "de": ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
}
_HEADS = {
    "en": ("From", "Sent", "To", "Subject"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
}
_BYES = {"en": "Best regards,", "fr": "Cordialement,", "de": "Mit freundlichen Grüßen"}
_ANSWERS = {"en": "RE", "fr": "RE", "de": "AW"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes and when, by their own clock. `number` makes the mail's Message-ID one of its own."""

    name: str
    address: str
    at: datetime
    number: int
    tongue: str = "en"
    signature: str = ""


def writer_of(person: Person, at: datetime, number: int) -> Writer:
    """A prospect, under their own address."""
    name = f"{person.first_name} {person.last_name}"
    signature = f"{name}\n{person.title} | {person.firm.name}\n{person.phone}"
    return Writer(name, person.email, at.astimezone(person.zone), number, person.firm.place.tongue, signature)


def new_mail(writer: Writer, to: str, subject: str) -> EmailMessage:
    """An empty mail, with the fields every mail has."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    mail["From"] = f'"{writer.name}" <{writer.address}>'
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(writer.at)
    mail["Message-ID"] = f"<{writer.at:%Y%m%d%H%M%S}.{writer.number}@{writer.address.rpartition('@')[2]}>"
    return mail


def answer(writer: Writer, letter: Letter, words: str, chance: Chance) -> bytes:
    """An answer to a letter, quoted as the writer's mail program does it."""
    program = chance.one_of(_PROGRAMS, writer.address, "mail program")
    prefix = "Re" if program in (_gmail, _apple_mail, _iphone) else _ANSWERS[writer.tongue]
    mail = new_mail(writer, f'"{letter.sender}" <{letter.sender_address}>', f"{prefix}: {letter.subject}")
    mail["In-Reply-To"] = letter.message_id
    mail["References"] = letter.message_id
    program(mail, writer, letter, words)
    if mail.is_multipart():
        mail.set_boundary(f"=_part_{writer.number}_{writer.at:%Y%m%d%H%M%S}")
    return mail.as_bytes()


def _outlook(mail: EmailMessage, writer: Writer, letter: Letter, words: str) -> None:
    """Outlook for Windows: a line, four fields, and the letter without a mark."""
    mail["Thread-Topic"] = letter.subject
    mail["X-MS-Has-Attach"] = ""
    fields = _fields(writer, letter)
    signed = f"{_BYES[writer.tongue]}\n{writer.signature}" if writer.signature else ""
    head = "\n".join(f"{name}: {value}" for name, value in fields)
    mail.set_content(f"{words}\n\n{signed}\n\n{'_' * 32}\n{head}\n\n{_short(letter)}\n")
    rows = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in fields)
    mail.add_alternative(
        '<html><body lang="EN-US"><div class="WordSection1">'
        f"{_office(words)}<p class=MsoNormal>&nbsp;</p>{_office(signed)}"
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
        f"<p class=MsoNormal>{rows}</p></div>{_office(_short(letter))}</div></body></html>",
        subtype="html",
    )


def _outlook_mobile(mail: EmailMessage, writer: Writer, letter: Letter, words: str) -> None:
    """Outlook on a telephone, which says so."""
    head = "\n".join(f"{name}: {value}" for name, value in _fields(writer, letter))
    own = "Get Outlook for Android<https://aka.ms/AAb9ysg>"
    mail.set_content(f"{words}\n\n{own}\n{'_' * 32}\n{head}\n\n{_short(letter)}\n")


def _gmail(mail: EmailMessage, writer: Writer, letter: Letter, words: str) -> None:
    """Gmail: "On … wrote:", the letter behind marks, and a signature behind its line."""
    lead = _lead(writer, letter)
    signed = f"\n\n-- \n{writer.signature}" if writer.signature else ""
    mail.set_content(f"{words}\n\n{lead}\n\n{_marked(letter)}{signed}\n")
    mail.add_alternative(
        f'<div dir="ltr">{_lines(words)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(lead)}<br></div><blockquote class="gmail_quote" '
        'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{_lines(_short(letter))}</blockquote></div>",
        subtype="html",
    )


def _apple_mail(mail: EmailMessage, writer: Writer, letter: Letter, words: str) -> None:
    """Mail on a Mac: words, and the letter behind marks."""
    mail["X-Mailer"] = "Apple Mail (2.3826.700.81)"
    mail.set_content(f"{words}\n\n\n> {_lead(writer, letter)}\n> \n{_marked(letter)}\n")


def _iphone(mail: EmailMessage, writer: Writer, letter: Letter, words: str) -> None:
    """Mail on an iPhone."""
    mail["X-Mailer"] = "iPhone Mail (22F76)"
    own = {"fr": "Envoyé de mon iPhone", "de": "Von meinem iPhone gesendet"}.get(writer.tongue, "Sent from my iPhone")
    mail.set_content(f"{words}\n\n{own}\n\n> {_lead(writer, letter)}\n> \n> \ufeff\n{_marked(letter)}\n")


_PROGRAMS: tuple[Callable[[EmailMessage, Writer, Letter, str], None], ...] = (
    _outlook,
    _outlook,
    _gmail,
    _iphone,
    _outlook_mobile,
    _apple_mail,
)


def _fields(writer: Writer, letter: Letter) -> list[tuple[str, str]]:
    """The four lines Outlook puts above the letter."""
    at = letter.dated_at.astimezone(writer.at.tzinfo)
    sent = f"{at:%d.%m.%Y %H:%M}" if writer.tongue == "de" else f"{at:%A, %B} {at.day}, {at:%Y %I:%M %p}"
    values = (f"{letter.sender} <{letter.sender_address}>", sent, f"{letter.to} <{letter.to_address}>", letter.subject)
    return list(zip(_HEADS[writer.tongue], values, strict=True))


def _lead(writer: Writer, letter: Letter) -> str:
    """The words before a quoted letter, in the writer's language."""
    at = letter.dated_at.astimezone(writer.at.tzinfo)
    day, month = _DAYS[writer.tongue][at.weekday()], _MONTHS[writer.tongue][at.month - 1]
    who = f"{letter.sender} <{letter.sender_address}>"
    if writer.tongue == "fr":
        return f"Le {day} {at.day} {month} {at:%Y} à {at:%H:%M}, {who} a écrit :"
    if writer.tongue == "de":
        return f"Am {day} {at.day}. {month} {at:%Y} um {at:%H:%M} Uhr schrieb {who}:"
    return f"On {day}, {month} {at.day}, {at:%Y} at {at.hour % 12 or 12}:{at:%M} {at:%p}, {who} wrote:"


def _short(letter: Letter) -> str:
    return letter.text[:_QUOTED]


def _marked(letter: Letter) -> str:
    """The letter behind marks, in lines of a mail."""
    lines = [
        part
        for line in _short(letter).splitlines()
        for part in (textwrap.wrap(line, 74, break_long_words=False, break_on_hyphens=False) or [""])
    ]
    return "\n".join(f"> {line}" for line in lines)


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _office(text: str) -> str:
    return "".join(f"<p class=MsoNormal>{escape(line, quote=False) or '&nbsp;'}</p>" for line in text.splitlines())
