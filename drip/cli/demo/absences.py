"""What mail programs answer by themselves: somebody is away, has left the company, or must be shown a person first."""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

from drip.cli.demo.chance import Chance
from drip.cli.demo.letter import Letter
from drip.cli.demo.writing import Writer, new_mail

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_SUBJECTS = {
    "en": ("Automatic reply: {0}", "Out of office: {0}", "Out of the Office"),
    "fr": ("Réponse automatique : {0}", "Absence du bureau"),
    "de": ("Automatische Antwort: {0}", "Abwesenheitsnotiz"),
    "es": ("Respuesta automática: {0}", "Fuera de la oficina"),
}
_SIGNS: tuple[dict[str, str], ...] = (  # of Exchange, Gmail, a vacation program, cPanel
    {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    {"Precedence": "bulk", "X-Autoreply": "yes", "Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-replied (vacation)"},
    {"X-Autorespond": "yes", "Precedence": "auto_reply"},
)
_AWAY = {
    "en": (
        "Thank you for your message. I am out of the office with limited access to e-mail and will be back on {day}.",
        "I'm on vacation until I return to the office on {day}. For anything urgent please call the plant.",
        "Hello,\n\nI am traveling between our plants and currently away from my desk. Back at work on {day}.",
    ),
    "fr": (
        "Bonjour,\n\nJe suis absent du bureau et serai de retour le {day}.\n\nPour une urgence, appelez l'usine.",
        "Merci de votre message. Je suis en congé ; de retour au bureau le {day}.",
        "Bonjour, je suis hors du bureau, de retour le {day}.\n\nHello, I am out of the office, back on {english}.",
    ),
    "de": (
        "Guten Tag,\n\nich bin derzeit nicht im Büro und ab dem {day} wieder erreichbar.\n\nMit freundlichen Grüßen",
        "Vielen Dank für Ihre Nachricht. Ich bin im Urlaub und am {day} zurück. E-Mails werden nicht weitergeleitet.",
    ),
    "es": (
        "Gracias por su mensaje. Estoy fuera de la oficina y estaré de vuelta el {day}.",
        "Hola, estoy de vacaciones. Regreso el {day}.",
    ),
}
_AWAY_FOR_A_WHILE = {
    "en": (
        "I am out of the office and will answer as soon as I can. For anything urgent please call the front desk.",
        "I am on leave with no access to my e-mail.",
    ),
    "fr": ("Je suis absente du bureau et vous répondrai dès que possible.",),
    "de": ("Ich bin zurzeit nicht im Büro und melde mich, sobald ich kann.",),
    "es": ("Estoy fuera de la oficina y responderé en cuanto pueda.",),
}
_LEFT = {
    "en": "{name} is no longer with {firm}. Please contact {successor}, who has taken over, at {address}.",
    "fr": "{name} ne travaille plus chez {firm}. Veuillez écrire à {successor} : {address}",
    "de": "{name} ist nicht mehr für {firm} tätig. Bitte wenden Sie sich an {successor}: {address}",
}
_LEFT_UNKNOWN = {
    "en": "{name} has left the company. This mailbox is not read any more.",
    "fr": "{name} a quitté l'entreprise. Cette adresse n'est plus lue.",
    "de": "{name} hat das Unternehmen verlassen. Diese Adresse wird nicht mehr gelesen.",
}
_CHALLENGE = (
    "{address} uses a filter against unwanted mail.\n\nYour message is being held. Please reply to this e-mail to "
    "confirm that you are a person; your message will then be delivered.\n\nYou have to do this only once."
)


@dataclass(frozen=True, slots=True)
class Successor:
    """Who has taken over."""

    name: str
    address: str


def away(writer: Writer, letter: Letter, back_on: date | None, chance: Chance) -> bytes:
    """An out-of-office mail; `back_on` None: it does not say until when."""
    tongue, words = writer.tongue, (writer.number, "absence")
    if back_on is None:
        text = chance.one_of(_AWAY_FOR_A_WHILE[tongue], *words)
    else:
        told = chance.one_of(_AWAY[tongue], *words)
        text = told.format(day=spoken(back_on, tongue, chance.share(*words, "day")), english=spoken(back_on, "en", 0.0))
    subject = chance.one_of(_SUBJECTS[tongue], *words, "subject").format(letter.subject)
    return _automatic(writer, letter, subject, f"{text}\n\n{writer.name}", chance)


def left(writer: Writer, letter: Letter, firm: str, successor: Successor | None, chance: Chance) -> bytes:
    """What is answered for somebody who is not there any more."""
    if successor is None:
        text = _LEFT_UNKNOWN[writer.tongue].format(name=writer.name)
    else:
        told = _LEFT[writer.tongue]
        text = told.format(name=writer.name, firm=firm, successor=successor.name, address=successor.address)
    subject = _SUBJECTS[writer.tongue][0].format(letter.subject)
    return _automatic(writer, letter, subject, text, chance)


def challenge(writer: Writer, letter: Letter) -> bytes:
    """What a filter asks of whoever writes for the first time."""
    mail = _addressed(writer, letter, f"Please confirm your message: {letter.subject}")
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(_CHALLENGE.format(address=writer.address) + "\n")
    return mail.as_bytes()


def spoken(day: date, tongue: str, style: float) -> str:
    """A day as people of this language write it; `style`, from 0 to 1, picks one of their ways."""
    weekday, month = _DAYS[tongue].split()[day.weekday()], _MONTHS[tongue].split()[day.month - 1]
    if tongue == "de":
        return f"{day:%d.%m.%Y}" if style < 0.5 else f"{day.day}. {month}"
    if tongue == "fr":
        return f"{weekday} {day.day} {month}" if style < 0.5 else f"{day.day} {month} {day.year}"
    if tongue == "es":
        return f"{day.day} de {month}" if style < 0.5 else f"{weekday} {day.day} de {month} de {day.year}"
    return f"{weekday}, {month} {day.day}" if style < 0.5 else f"{month} {day.day}, {day.year}"


def _automatic(writer: Writer, letter: Letter, subject: str, text: str, chance: Chance) -> bytes:
    """A program's answer, with the fields one of the common ones writes."""
    mail = _addressed(writer, letter, subject)
    for name, value in chance.one_of(_SIGNS, writer.address, "what answers").items():
        mail[name] = value
    mail.set_content(f"{text}\n")
    return mail.as_bytes()


def _addressed(writer: Writer, letter: Letter, subject: str) -> EmailMessage:
    mail = new_mail(writer, letter.sender_address, subject)
    mail["In-Reply-To"] = letter.message_id
    mail["References"] = letter.message_id
    return mail
