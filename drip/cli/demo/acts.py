"""Do what a deed says: prospects by real requests to the public pages, reps by the actions behind the commands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from drip.actions.auto_reply import auto_reply
from drip.actions.happen import Context
from drip.actions.pause import pause
from drip.actions.reply import reply
from drip.actions.resolve import resolve
from drip.actions.resume import resume
from drip.actions.whose import Whose
from drip.cli.demo import names
from drip.cli.demo.calls import calendar_of
from drip.cli.demo.cast import Cast, Life
from drip.cli.demo.happenings import Happenings
from drip.cli.demo.post import Mail
from drip.cli.demo.script import Act, Deed
from drip.cli.demo.stage import Stage
from drip.cli.demo.visits import SCANNER, Browser

_PRESSED = frozenset({Act.OPT_IN, Act.LESS_OFTEN, Act.KEEP_OPEN, Act.CALL_ME, Act.CLOSE_FILE})
_PAUSED_BECAUSE = "Their line is being rebuilt; no letters until it runs"


@dataclass(frozen=True, slots=True)
class Actor:
    """Plays everybody who is not on the telephone."""

    stage: Stage
    browser: Browser
    cast: Cast
    happenings: Happenings

    def perform(self, deed: Deed) -> Iterator[Deed]:
        """Do it now; what follows from it later. Raises PageError, and what the actions raise."""
        life = self.cast.lives[deed.person.email]
        if deed.mail is not None and deed.act in _VISITS:
            _VISITS[deed.act](self, deed.mail)
        elif deed.mail is not None and deed.act in _PRESSED:
            self.browser.press(deed.mail.links[deed.act.value][0])
        elif deed.act in _BY_REPS:
            _BY_REPS[deed.act](self, life)
        if deed.act is Act.SCAN:
            return
        if deed.act is Act.RESOLVE and not life.waits:
            return
        self.happenings.add(self.stage.now, deed.person.email, deed.act.value)
        yield from self._follows(deed, life)

    def scan(self, mail: Mail) -> None:
        """Open every link within the second, as a mail gateway does."""
        for link in mail.every_link:
            self.browser.get(link, SCANNER)
            self.happenings.counts["scanned"] += 1

    def click(self, mail: Mail) -> None:
        """Follow the letter's value link."""
        self.browser.get(mail.links["to"][0])

    def view(self, mail: Mail) -> None:
        """View the letter in the browser."""
        self.browser.get(mail.links["view"][0])

    def opt_out(self, mail: Mail) -> None:
        """Press "unsubscribe" in the mail program."""
        self.browser.one_click(mail.links["one_click"][0])

    def reply(self, life: Life) -> None:
        """The rep records what the prospect wrote."""
        words = self.cast.chance.one_of(names.REPLIES, life.person.number, self.stage.now, "words")
        self.stage.do(reply(self.stage.store, _whose(life), words, self._rep(life), self.stage.now))

    def away(self, life: Life) -> None:
        """The rep records an out-of-office mail, which says when the prospect is back."""
        today = self.stage.now.astimezone(life.person.zone).date()
        days = self.cast.chance.whole(5, 40, life.person.number, "away for")
        back_on = calendar_of(life.person).on_or_after(today + timedelta(days=days))
        self.stage.do(auto_reply(self.stage.store, _whose(life), back_on, self._rep(life), self.stage.now))

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

    def _rep(self, life: Life, why: str | None = None) -> Context:
        rep_id = self.cast.rep_of(life.person)
        return Context(f"rep:{rep_id}", why, rep_id=rep_id)

    def _follows(self, deed: Deed, life: Life) -> Iterator[Deed]:
        if deed.act in (Act.REPLY, Act.CALL_ME):
            life.warm = life.asked = life.waits = True
        if deed.act is Act.REPLY:
            days = self.cast.chance.whole(2, 9, deed.person.number, self.stage.now, "answers after")
            yield Deed(_at_work(self.stage.now + timedelta(days=days)), Act.RESOLVE, deed.person)
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
    Act.REPLY: Actor.reply,
    Act.AWAY: Actor.away,
    Act.RESOLVE: Actor.resolve,
    Act.PAUSE: Actor.pause,
    Act.RESUME: Actor.resume,
}


def _whose(life: Life) -> Whose:
    return Whose(email=life.person.email)


def _at_work(at: datetime) -> datetime:
    """The same day at a time somebody works, the Monday after a weekend."""
    local = at.astimezone(ZoneInfo("America/New_York")).replace(hour=10)
    return (local + timedelta(days={5: 2, 6: 1}.get(local.weekday(), 0))).astimezone(at.tzinfo)
