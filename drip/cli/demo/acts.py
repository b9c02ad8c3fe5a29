"""Do what a deed says: prospects by real mail and real requests to the public pages, reps by the actions behind the
commands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from drip.actions.happen import Context
from drip.actions.pause import pause
from drip.actions.resolve import resolve
from drip.actions.resume import resume
from drip.actions.whose import Whose
from drip.cli.demo import correspondence
from drip.cli.demo.calls import calendar_of
from drip.cli.demo.cast import Cast, Life
from drip.cli.demo.correspondence import About
from drip.cli.demo.happenings import Happenings
from drip.cli.demo.meant import REPLIES, Answer, Kind
from drip.cli.demo.people import Person
from drip.cli.demo.post import Mail, Post
from drip.cli.demo.postman import Postman
from drip.cli.demo.script import Act, Deed
from drip.cli.demo.stage import Stage
from drip.cli.demo.visits import SCANNER, Browser

_PRESSED = frozenset({Act.OPT_IN, Act.LESS_OFTEN, Act.KEEP_OPEN, Act.CALL_ME, Act.CLOSE_FILE})
_PAUSED_BECAUSE = "Their line is being rebuilt; no letters until it runs"
_LEFT_BECAUSE = "They left the company; no letters until we know who follows"
_SAID_AS = {Kind.STOP: "opt_out", Kind.WAY_OUT: "opt_out", **dict.fromkeys(REPLIES, "reply")}
_STATES_A_DAY = 0.75  # of absences


@dataclass(frozen=True, slots=True)
class Props:
    """What actors have in hand: a browser, the letters that came, and a postman for their own mail."""

    browser: Browser
    post: Post
    postman: Postman


@dataclass(frozen=True, slots=True)
class Actor:
    """Plays everybody who is not on the telephone."""

    stage: Stage
    props: Props
    cast: Cast
    happenings: Happenings

    def perform(self, deed: Deed) -> Iterator[Deed]:
        """Do it now; what follows from it later. Raises PageError, PostmanError, and what the actions raise."""
        life = self.cast.lives[deed.person.email]
        if deed.kind is not None and deed.mail is not None:
            self._send(deed.kind, deed.mail, deed.person)
            yield from self._follows(deed, life)
            return
        if deed.mail is not None and deed.act in _VISITS:
            _VISITS[deed.act](self, deed.mail)
        elif deed.mail is not None and deed.act in _PRESSED:
            self.props.browser.press(deed.mail.links[deed.act.value][0])
        elif deed.act in _BY_REPS:
            _BY_REPS[deed.act](self, life)
        if deed.act is Act.SCAN:
            return
        if deed.act is Act.RESOLVE and not life.waits:
            return
        self.happenings.add(self.stage.now, deed.person.email, deed.act.value)
        yield from self._follows(deed, life)

    def send_unasked(self, kind: Kind, rep: str) -> None:
        """A mail of somebody who is no prospect comes to a rep's address."""
        written = correspondence.newsletter if kind is Kind.NEWSLETTER else correspondence.stranger
        answer = written(rep, self.stage.now, self.props.postman.number, self.cast.chance)
        self._hand_over(answer, "")

    def scan(self, mail: Mail) -> None:
        """Open every link within the second, as a mail gateway does."""
        for link in mail.every_link:
            self.props.browser.get(link, SCANNER)
            self.happenings.counts["scanned"] += 1

    def click(self, mail: Mail) -> None:
        """Follow the letter's value link."""
        self.props.browser.get(mail.links["to"][0])

    def view(self, mail: Mail) -> None:
        """View the letter in the browser."""
        self.props.browser.get(mail.links["view"][0])

    def opt_out(self, mail: Mail) -> None:
        """Press "unsubscribe" in the mail program."""
        self.props.browser.one_click(mail.links["one_click"][0])

    def resolve(self, life: Life) -> None:
        """The rep has answered in writing: the letters may go on."""
        if life.waits:
            self.stage.do(resolve(self.stage.store, _whose(life), self._rep(life), self.stage.now))

    def pause(self, life: Life) -> None:
        """The rep pauses the letters for a while."""
        context = self._rep(life, _PAUSED_BECAUSE)
        self.stage.do(pause(self.stage.store, _whose(life), context, self.stage.now))

    def resume(self, life: Life) -> None:
        """The rep lets them go on."""
        self.stage.do(resume(self.stage.store, _whose(life), self._rep(life), self.stage.now))

    def confirm(self, life: Life) -> None:
        """The rep shows a filter that there is a person, and is done with it."""
        self.stage.do(resolve(self.stage.store, _whose(life), self._rep(life), self.stage.now))

    def look_for_another(self, life: Life) -> None:
        """Nobody reads the letters any more: the rep pauses them, and asks on the telephone who follows."""
        context = self._rep(life, _LEFT_BECAUSE)
        self.stage.do(pause(self.stage.store, _whose(life), context, self.stage.now))
        self.stage.do(resolve(self.stage.store, _whose(life), self._rep(life), self.stage.now))

    def _send(self, kind: Kind, mail: Mail, person: Person) -> None:
        """Write a mail about a letter and hand it over."""
        letter, number = self.props.post.letter(mail), self.props.postman.number
        back_on = self._back_on(person, number) if kind is Kind.AWAY else None
        about = About(person, letter, self.stage.now, number, self.cast.chance, back_on)
        self._hand_over(correspondence.compose(kind, about), person.email)

    def _hand_over(self, answer: Answer, whose: str) -> None:
        """Give it to the postman, and write down that it was sent."""
        name, meant = self.props.postman.hand_over(answer), answer.meant
        what, more = _SAID_AS.get(meant.kind, meant.kind.value), {"mail": name}
        if meant.kind.value != what:
            more["kind"] = meant.kind.value
        if meant.back_on is not None:
            more["back_on"] = meant.back_on.isoformat()
        self.happenings.add(self.stage.now, whose, what, **more)

    def _back_on(self, person: Person, number: int) -> date | None:
        """The day an absence ends, where the mail says so."""
        if not self.cast.chance.happens(_STATES_A_DAY, number, "states a day"):
            return None
        today = self.stage.now.astimezone(person.zone).date()
        days = self.cast.chance.whole(2, 24, number, "away for")
        return calendar_of(person).on_or_after(today + timedelta(days=days))

    def _rep(self, life: Life, why: str | None = None) -> Context:
        rep_id = self.cast.rep_of(life.person)
        return Context(f"rep:{rep_id}", why, rep_id=rep_id)

    def _follows(self, deed: Deed, life: Life) -> Iterator[Deed]:
        if deed.act is Act.CALL_ME or deed.kind in REPLIES:
            life.warm = life.asked = life.waits = True
        if deed.kind in _REP_ACTS:
            act, least, most = _REP_ACTS[deed.kind]
            days = self.cast.chance.whole(least, most, deed.person.number, self.stage.now, "answers after")
            yield Deed(_at_work(self.stage.now + timedelta(days=days)), act, deed.person)
        elif deed.act is Act.CALL_ME:
            life.promised_on = None
        elif deed.act is Act.OPT_IN:
            life.warm = True
        elif deed.act is Act.RESOLVE:
            life.waits = False
        elif deed.act is Act.PAUSE:
            days = self.cast.chance.whole(20, 45, deed.person.number, "paused for")
            yield Deed(_at_work(self.stage.now + timedelta(days=days)), Act.RESUME, deed.person)


_VISITS: dict[Act, Callable[[Actor, Mail], None]] = {
    Act.SCAN: Actor.scan,
    Act.CLICK: Actor.click,
    Act.VIEW: Actor.view,
    Act.OPT_OUT: Actor.opt_out,
}
_BY_REPS: dict[Act, Callable[[Actor, Life], None]] = {
    Act.RESOLVE: Actor.resolve,
    Act.CONFIRM: Actor.confirm,
    Act.LOOK_FOR_ANOTHER: Actor.look_for_another,
    Act.PAUSE: Actor.pause,
    Act.RESUME: Actor.resume,
}
_REP_ACTS = {  # what a rep does about a mail, and after how many days: least, most
    **dict.fromkeys(REPLIES, (Act.RESOLVE, 2, 9)),
    Kind.CHALLENGE: (Act.CONFIRM, 1, 3),
    Kind.LEFT_COMPANY: (Act.LOOK_FOR_ANOTHER, 2, 9),
}


def _whose(life: Life) -> Whose:
    return Whose(email=life.person.email)


def _at_work(at: datetime) -> datetime:
    """The same day at a time somebody works, the Monday after a weekend."""
    local = at.astimezone(ZoneInfo("America/New_York")).replace(hour=10)
    return (local + timedelta(days={5: 2, 6: 1}.get(local.weekday(), 0))).astimezone(at.tzinfo)
