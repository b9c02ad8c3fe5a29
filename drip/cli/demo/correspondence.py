"""From what somebody does about a letter to the mail that says so: the same letter and number give the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from drip.cli.demo import absences, names, returns, wordings, writing
from drip.cli.demo.absences import Successor
from drip.cli.demo.chance import Chance
from drip.cli.demo.letter import Letter
from drip.cli.demo.meant import Answer, Kind, Meant
from drip.cli.demo.people import Person
from drip.cli.demo.returns import Returned
from drip.cli.demo.writing import Writer, new_mail, writer_of

_LOCAL = str.maketrans({" ": "", "'": "", ".": ""})


@dataclass(frozen=True, slots=True)
class About:
    """A letter somebody received, and when they act on it (aware). `number` is that of the mail to be written,
    `back_on` the day an absence ends, None where nothing is said of it."""

    person: Person
    letter: Letter
    at: datetime
    number: int
    chance: Chance
    back_on: date | None = None

    @property
    def writer(self) -> Writer:
        """The prospect."""
        return writer_of(self.person, self.at, self.number)


def compose(kind: Kind, about: About) -> Answer:
    """The mail of a kind that is about a letter."""
    return _COMPOSED[kind](about)


def newsletter(to: str, at: datetime, number: int, chance: Chance) -> Answer:
    """What a publisher sends to everybody it has an address of."""
    subject, name, domain = chance.one_of(wordings.NEWSLETTERS, number, "newsletter")
    mail = new_mail(Writer(name, f"news@{domain}", at, number), to, subject)
    mail["List-Id"] = f"<news.{domain}>"
    mail["List-Unsubscribe"] = f"<https://{domain}/unsubscribe>"
    mail["Precedence"] = "bulk"
    mail.set_content(f"{subject}\n\nRead it in your browser: https://{domain}/{at:%Y/%m}\n")
    return Answer(f"news@{domain}", to, mail.as_bytes(), Meant(Kind.NEWSLETTER))


def stranger(to: str, at: datetime, number: int, chance: Chance) -> Answer:
    """Somebody whom nobody knows."""
    subject, words = chance.one_of(wordings.STRANGERS, number, "stranger")
    name = f"{chance.one_of(names.FIRST['en'], number, 'first')} {chance.one_of(names.LAST['en'], number, 'last')}"
    writer = Writer(name, f"{_local(name)}@elsewhere-{number}.example", at, number)
    mail = new_mail(writer, to, subject)
    mail.set_content(f"{words}\n\nThanks\n{name}\n")
    return Answer(writer.address, to, mail.as_bytes(), Meant(Kind.STRANGER, words=words))


def colleague_of(person: Person, number: int, chance: Chance) -> Successor:
    """Somebody else at the same firm, whom the service does not know."""
    tongue = person.firm.place.tongue
    first, last = (
        chance.one_of(names.FIRST[tongue], number, "c. first"),
        chance.one_of(names.LAST[tongue], number, "c. last"),
    )
    return Successor(f"{first} {last}", f"{_local(first)}{number}@{person.firm.domain}")


def _reply(about: About) -> Answer:
    return _written(Kind.REPLY, about, about.writer, _words(about))


def _other_address(about: About) -> Answer:
    """From the address they have at home."""
    own = about.writer
    writer = replace(own, address=f"{_local(own.name)}{about.number}@mailhome.example")
    return _written(Kind.OTHER_ADDRESS, about, writer, _words(about))


def _in_their_place(about: About) -> Answer:
    own, who = about.writer, colleague_of(about.person, about.number, about.chance)
    writer = replace(own, name=who.name, address=who.address, signature=f"{who.name}\n{about.person.firm.name}")
    words = wordings.IN_THEIR_PLACE[own.tongue].format(name=about.person.first_name)
    return _written(Kind.IN_THEIR_PLACE, about, writer, words)


def _stop(about: About) -> Answer:
    """Nothing but that; nobody signs it."""
    writer = replace(about.writer, signature="")
    words = about.chance.one_of(wordings.STOPS[writer.tongue], about.person.number, "stop words")
    return _written(Kind.STOP, about, writer, words)


def _way_out(about: About) -> Answer:
    """What a mail program writes when its reader presses "unsubscribe" (RFC 2369)."""
    to, subject = about.letter.way_out
    if not to:
        return _stop(about)
    mail = new_mail(about.writer, to, subject)
    mail.set_content("\n")
    return Answer(about.person.email, to, mail.as_bytes(), Meant(Kind.WAY_OUT, about.person.email))


def _away(about: About) -> Answer:
    writer, chance = about.writer, about.chance
    if about.person.last_name in names.SPANISH and chance.happens(0.5, about.person.number, "in Spanish"):
        writer = replace(writer, tongue="es")
    raw = absences.away(writer, about.letter, about.back_on, chance)
    return _automatic(about, raw, Meant(Kind.AWAY, about.person.email, back_on=about.back_on))


def _left(about: About) -> Answer:
    person, successor = about.person, None
    if about.chance.happens(0.7, person.number, "has a successor"):
        successor = colleague_of(person, person.number, about.chance)
    raw = absences.left(about.writer, about.letter, person.firm.name, successor, about.chance)
    return _automatic(
        about, raw, Meant(Kind.LEFT_COMPANY, person.email, successor=successor.address if successor else "")
    )


def _challenge(about: About) -> Answer:
    raw = absences.challenge(about.writer, about.letter)
    return _automatic(about, raw, Meant(Kind.CHALLENGE, about.person.email))


def _dead(about: About) -> Answer:
    return _returned(about, Kind.DEAD_ADDRESS, returns.GONE)


def _full(about: About) -> Answer:
    return _returned(about, Kind.FULL_MAILBOX, returns.FULL)


def _late(about: About) -> Answer:
    return _returned(about, Kind.DELAY, returns.LATE)


def _complaint(about: About) -> Answer:
    raw = returns.complaint(about.letter, about.at, about.number)
    meant = Meant(Kind.COMPLAINT, about.person.email)
    return Answer("feedback@fbl.mailhome.example", about.letter.sender_address, raw, meant)


def _colleague(about: About) -> Answer:
    """In a mail of their own: only the firm tells whom they belong to."""
    who, to = colleague_of(about.person, about.number, about.chance), about.letter.sender_address
    words = about.chance.one_of(wordings.COLLEAGUES, about.number, "colleague")
    mail = new_mail(replace(about.writer, name=who.name, address=who.address), to, "A question")
    mail.set_content(f"{words}\n\nThanks\n{who.name}\n")
    return Answer(who.address, to, mail.as_bytes(), Meant(Kind.COLLEAGUE, words=words))


_COMPOSED: dict[Kind, Callable[[About], Answer]] = {
    Kind.REPLY: _reply,
    Kind.OTHER_ADDRESS: _other_address,
    Kind.IN_THEIR_PLACE: _in_their_place,
    Kind.STOP: _stop,
    Kind.WAY_OUT: _way_out,
    Kind.AWAY: _away,
    Kind.LEFT_COMPANY: _left,
    Kind.CHALLENGE: _challenge,
    Kind.DEAD_ADDRESS: _dead,
    Kind.FULL_MAILBOX: _full,
    Kind.DELAY: _late,
    Kind.COMPLAINT: _complaint,
    Kind.COLLEAGUE: _colleague,
}


def _words(about: About) -> str:
    return about.chance.one_of(wordings.REPLIES[about.writer.tongue], about.person.number, about.number, "words")


def _written(kind: Kind, about: About, writer: Writer, words: str) -> Answer:
    raw = writing.answer(writer, about.letter, words, about.chance)
    return Answer(writer.address, about.letter.sender_address, raw, Meant(kind, about.person.email, words))


def _automatic(about: About, raw: bytes, meant: Meant) -> Answer:
    """A program's answer goes to where the letter came from, and names nobody to answer to (RFC 3834 section 3.3)."""
    return Answer("", about.letter.return_path, raw, meant)


def _returned(about: About, kind: Kind, trouble: returns.Trouble) -> Answer:
    raw = returns.returned(Returned(about.letter, trouble, about.at, about.number), about.chance)
    return Answer("", about.letter.return_path, raw, Meant(kind, about.person.email))


def _local(name: str) -> str:
    """The letters of a name as they stand in an address."""
    return "".join(sign for sign in name.lower().translate(_LOCAL) if sign.isascii() and sign.isalnum()) or "mail"
