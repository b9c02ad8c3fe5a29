"""The story: letters go out on five Tuesdays, and are answered; on the first the receiver is killed again and again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tests.acceptance.answers.bringing import Mail, Postbox
from tests.acceptance.answers.fates import ANSWERS, BOTH, IMAP, LMTP, PEOPLE, T1, TUESDAYS, Answer
from tests.acceptance.answers.mails import NEW_YORK, Letter, with_id, written
from tests.acceptance.answers.seller import KIM, LEE, Seller
from tests.acceptance.crew import until
from tests.servers.imap import ImapPeer

ENROLLED_AT = datetime(2026, 3, 9, 10, tzinfo=NEW_YORK)
LAST_MINUTE = time(16, 59)  # of the window: the letters of the day are out
STRANGER, BANK = "stranger@nowhere.example", "statement.1@bank.example"
_WITHIN = 30.0  # seconds in which something must move


@dataclass(frozen=True, slots=True)
class Kills:
    """When the receiver is killed, beside once while nothing can be kept: as it asks for the n-th move of a mail it has
    handled, which is not done; and at the dot of the n-th mail by LMTP."""

    at_moves: tuple[int, ...]
    at_dots: frozenset[int] = frozenset()

    @property
    def all(self) -> int:
        """How many there are."""
        return 1 + len(self.at_moves) + len(self.at_dots)


@dataclass
class Story:
    """The seller, the inboxes of Kim and Lee, and what was brought; `copies` people share each fate."""

    seller: Seller
    inboxes: Mapping[str, Postbox]
    kills: Kills
    copies: int = 1
    killed: int = 0
    handed: int = 0
    lost: str = ""  # what there was when mails did not come in any more, and the story ended
    brought: dict[str, str] = field(default_factory=dict)  # its kind in `received`, by Message-ID
    lies_in: dict[str, list[str]] = field(default_factory=lambda: {KIM: [], LEE: []})

    def live(self) -> None:
        """All of it."""
        rows = [(email, fate.campaign, fate.rep) for name, fate in PEOPLE.items() for email in self.emails(name)]
        people = "".join(f"{email},{email.partition('@')[0].title()},US,NY,America/New_York\n" for email, _, _ in rows)
        enrolled = "".join(f"{','.join(row)}\n" for row in rows)
        columns = "Email,First name,Country,State,Time zone"
        self.seller.open(ENROLLED_AT, self.inboxes, f"{columns}\n{people}", f"email,campaign,rep\n{enrolled}")
        for day in TUESDAYS:
            moment = datetime.combine(day, LAST_MINUTE, NEW_YORK)
            if day == T1:
                self.seller.begin(moment)
                self._be_killed([*self._answers(day), *_others()])
            else:
                self.seller.wait_until(moment)
                self._put(self._answers(day))
                self._bring_all()
            if self.lost:
                return
            self.seller.settle()

    def emails(self, name: str) -> list[str]:
        """The addresses of those who share a fate."""
        firm = PEOPLE[name].firm or name
        return [f"{name}@{firm}{n or ''}.example" for n in range(self.copies)]

    def letters(self) -> dict[str, list[Letter]]:
        """What everybody has received, the oldest first."""
        found: dict[str, list[Letter]] = {}
        for one in self.seller.peer.received:
            found.setdefault(one.recipients[0], []).append(Letter(one))
        return found

    def watch(self, imap: ImapPeer) -> None:
        """Kill at those moves of Kim's mails."""
        left = list(self.kills.at_moves)

        def aim() -> None:
            imap.cut_at = ("move", left.pop(0)) if left else None

        def die() -> None:
            self.seller.kill()
            aim()

        imap.when_cut = die
        aim()

    def _answers(self, day: date) -> list[tuple[Answer, Mail]]:
        letters, made = self.letters(), []
        for one in ANSWERS:
            for email in self.emails(one.who) if one.on == day and self._is_by_mail(one) else []:
                letter = letters[email][-1]
                ident = f"{day:%m%d}.{one.who}@{letter.domain}"
                made.append((one, Mail(ident, one.to(letter), with_id(one.make(letter), ident))))
        return made

    def _is_by_mail(self, one: Answer) -> bool:
        return one.who != "sue" or not self.seller.is_one

    def _be_killed(self, answers: list[tuple[Answer, Mail]]) -> None:
        """All mails are there, and none can be kept; so the receiver dies with its hands full, and more than once."""
        with self.seller.nothing_can_be_kept() as until_it_is_held_up:
            self._put(answers)

            def die() -> None:
                until_it_is_held_up()
                self.seller.kill()

            self.seller.mail_server.hand_over(die)
        self._bring_all()
        if self.seller.address:
            self._post_events()

    def _put(self, answers: list[tuple[Answer, Mail]]) -> None:
        for one, mail in answers:
            if one.kind:
                self.brought[mail.ident] = one.kind
            if one.by in (LMTP, BOTH):
                self.seller.mail_server.queue.append(mail)
        for rep, box in self.inboxes.items():
            there = [mail for one, mail in answers if one.by in (IMAP, BOTH) and _inbox_of(one) == rep]
            self.lies_in[rep] += [mail.ident for mail in there]
            box.bring(there)

    def _bring_all(self) -> None:
        """The mail server brings its mails until each was taken, every fourth twice since it did not hear the answer;
        then all there is must have been handled."""
        server = self.seller.mail_server
        while server.queue:
            self._receive_again()
            server.hand_over(self._at_the_dot, hears=self.handed % 4 != 3)
        try:
            until(self._is_all_in, _WITHIN, self._standing, moved=self._count)
        except AssertionError as error:
            self.lost = str(error)

    def _at_the_dot(self) -> None:
        self.handed += 1
        if self.handed in self.kills.at_dots:
            self.seller.kill()

    def _is_all_in(self) -> bool:
        self._receive_again()
        return self._count() >= len(self.brought) and not self.inboxes[KIM].idents("INBOX")

    def _receive_again(self) -> None:
        if self.seller.is_killed:
            self.killed += 1
            self.seller.bury()
            if self.seller.is_one and self.killed == self.kills.all:
                self.seller.receive_here()
            else:
                self.seller.receive()

    def _count(self) -> int:
        return len(self.seller.ask("SELECT id FROM received WHERE message_id LIKE '<%'"))

    def _standing(self) -> str:
        kept = [ident for (ident,) in self.seller.ask("SELECT message_id FROM received")]
        return f"{self.seller.crew.said()}{sorted(self.brought)}{kept}{self.inboxes[KIM].idents('INBOX')}"

    def _post_events(self) -> None:
        """A mail provider tells of Sue's letter over HTTP, twice; where nobody serves HTTP it writes (see fates)."""
        letters = self.letters()
        events = [
            {"id": f"e:{email}", "kind": "bounce", "recipient": email, "status": "5.1.1", "said": "550 5.1.1 unknown"}
            | {"message_id": str(letters[email][-1].mail["Message-ID"])}
            for email in self.emails("sue")
        ]
        (self.seller.folder / "events.json").write_text(json.dumps({"events": events}))
        done = [
            one["done"]
            for _ in range(2)
            for one in self.seller.type(f"events send events.json --to {self.seller.address}/events --json")
        ]
        assert done == ["bounced"] * self.copies + ["already"] * self.copies


def _inbox_of(answer: Answer) -> str:
    """Whose inbox it lies in: Max has none."""
    rep = PEOPLE[answer.who].rep if answer.who in PEOPLE else answer.who
    return LEE if rep == LEE else KIM


def _others() -> list[tuple[Answer, Mail]]:
    """Mail of people we do not know: to Kim's inbox, which is ours, and a bank's to Lee's, which is Lee's."""
    asks = written(STRANGER, KIM, "Do you sell spare parts, too?", Subject="A question")
    statement = written("bank@bank.example", LEE, "Your balance is 17.20.", Subject="Your statement")
    made = []
    for rep, kind, ident, raw in ((KIM, "unplaced", STRANGER, asks), (LEE, "", BANK, statement)):
        answer = Answer(T1, rep, IMAP, kind, lambda _: b"")
        made.append((answer, Mail(ident, rep, with_id(raw, ident))))
    return made
