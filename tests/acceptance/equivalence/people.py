"""What people do, the way they do it: pages by HTTP from links in their mail, the rep's part by the rep's actions."""

import html
import re
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any, Self

import httpx

from drip.actions.auto_reply import auto_reply
from drip.actions.happen import Context
from drip.actions.mailbox_down import mailbox_down
from drip.actions.opt_in import Proof, opt_in
from drip.actions.opt_out import opt_out
from drip.actions.pause import pause
from drip.actions.record_call import call_of, record_call
from drip.actions.record_email import record_email
from drip.actions.record_return import record_return
from drip.actions.reply import reply
from drip.actions.resolve import resolve
from drip.actions.resume import resume
from drip.actions.whose import Whose
from tests.acceptance.equivalence.inbox import Mail
from tests.acceptance.equivalence.story import Happening, Story
from tests.acceptance.equivalence.town import Town

PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"
SOON = timedelta(seconds=50)  # a gateway opens links this soon after a letter came
A_READER_TAKES = timedelta(seconds=61)
ANSWERED_BY = ("opt_in", "opt_out", "keep_open", "call_me", "close_file")
_FORM = re.compile(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)
_ACTION = re.compile(r"action=\"([^\"]*)\"", re.IGNORECASE)
_FIELD = re.compile(r"<input[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"", re.IGNORECASE)


class People:
    """Everybody outside the service."""

    def __init__(self, town: Town) -> None:
        self.town = town
        # One for all: it is plain HTTP on loopback. Like people's, its connections are new ones: the server closes a
        # kept one after five seconds, at which a request may just be under way.
        self._client = httpx.Client(verify=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._rep = Context("cli", "because")
        self._acts: dict[str, Callable[[Story, Happening], None]] = {
            "click": self._click,
            "scanner_click": self._scanner_click,
            "open": self._open,
            "opt_in": self._opt_in,
            "opt_out": self._opt_out,
            "keep_open": self._answer,
            "call_me": self._answer,
            "close_file": self._answer,
            "mailbox_down": self._mailbox_down,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def do(self, story: Story, happening: Happening) -> None:
        """Let a thing happen to the prospect of a story; it must be its moment."""
        assert self.town.clock.now() == happening.at
        self._acts.get(happening.what, self._tell)(story, happening)

    def _click(self, story: Story, happening: Happening) -> None:
        """A person follows a link: that of the page they answer on next, else the letter's guide."""
        following = [one for one in story.happens if one.at > happening.at][:1]
        soon = [one for one in following if one.at - happening.at < timedelta(minutes=6) and one.what in ANSWERED_BY]
        mail = self._mail(story)
        if soon:
            assert self._get(mail.links[soon[0].what], PERSON).status_code == 200
        else:
            guide = self._get(mail.links["to"], PERSON)
            assert (guide.status_code, guide.headers["location"]) == (302, "https://seller.example/guide")

    def _scanner_click(self, story: Story, happening: Happening) -> None:
        """A gateway opens every link of a letter that has just come; of an older one as scanners do."""
        mail = self.town.inbox(story.email)[-1]
        agent = PERSON if happening.at - mail.sent_at < SOON else SCANNER
        for link in mail.links.values():
            assert self._get(link, agent).status_code in (200, 302)

    def _open(self, story: Story, _happening: Happening) -> None:
        """A mail program loads what the letter shows; our letters ask for nothing."""
        assert self._mail(story).images == ()

    def _opt_in(self, story: Story, happening: Happening) -> None:
        before = [one for one in story.happens if one.at < happening.at][-1:]
        if before and before[0].what == "click" and happening.at - before[0].at < timedelta(minutes=6):
            self._answer(story, happening)
            return
        proof = Proof("rep", "You may send me your letters.")
        now = self.town.clock.now()
        self.town.run(opt_in(self.town.store, Whose(email=story.email), proof, self._rep, now))

    def _opt_out(self, story: Story, happening: Happening) -> None:
        """By the mail program's own button (RFC 8058), on the page, or told to the rep."""
        if not self.town.inbox(story.email):
            now = self.town.clock.now()
            self.town.run(opt_out(self.town.store, Whose(email=story.email), self._rep, now))
        elif story.number % 2:
            assert self._post(self._mail(story).one_click, {"List-Unsubscribe": "One-Click"}, SCANNER) == 200
        else:
            self._answer(story, happening)

    def _answer(self, story: Story, happening: Happening) -> None:
        """Press the button of the page that a link leads to. Who has seen the page does not load it again."""
        link = self._mail(story).links[happening.what]
        fields = {}
        if happening.what in ("opt_out", "close_file"):  # opening these pages is no click (R29, R33)
            page = self._get(link, PERSON)
            assert page.status_code == 200
            forms = [form for form in _FORM.findall(page.text) if _leads_to(form, link)]
            fields = dict(_FIELD.findall(html.unescape(forms[0]))) if forms else {}
        assert self._post(link, fields, PERSON) == 200

    def _mailbox_down(self, story: Story, happening: Happening) -> None:
        until = happening.more["until"]
        assert isinstance(until, datetime)
        mailbox = self.town.mailboxes[story.number]
        self.town.run(mailbox_down(self.town.store, mailbox, until, self._rep, self.town.clock.now()))

    def _tell(self, story: Story, happening: Happening) -> None:
        """What comes by mail, and what the rep does, is recorded by the actions of the rep's commands."""
        store, now, whose = self.town.store, self.town.clock.now(), Whose(email=story.email)
        more, rep = happening.more, self._rep
        work: Coroutine[Any, Any, object]
        match happening.what:
            case "reply":
                work = reply(store, whose, "Thanks!", rep, now)
            case "colleague_reply":
                colleague = Whose(email=f"bob{story.number}@firm{story.number}.example")
                work = reply(store, colleague, "We are all away.", rep, now)
            case "auto_reply":
                back_on = more.get("back_on")
                assert back_on is None or isinstance(back_on, date)
                work = auto_reply(store, whose, back_on, rep, now)
            case "hard_bounce" | "soft_bounce" | "complaint":
                work = record_return(store, whose, happening.what, rep, now)
            case "call":
                on = more.get("on")
                assert on is None or isinstance(on, date)
                work = record_call(store, whose, call_of(str(more["outcome"]), on, now), rep, now)
            case "pause":
                work = pause(store, whose, rep, now)
            case "resume":
                work = resume(store, whose, rep, now)
            case "resolve":
                work = resolve(store, whose, rep, now)
            case "manual_email":
                work = record_email(store, whose, rep, now)
            case _:
                raise AssertionError(happening)
        self.town.run(work)

    def _mail(self, story: Story) -> Mail:
        """The newest letter that the prospect has had time to read."""
        now = self.town.clock.now()
        return [mail for mail in self.town.inbox(story.email) if now - mail.sent_at >= A_READER_TAKES][-1]

    def _get(self, link: str, agent: str) -> httpx.Response:
        return self._client.get(link, headers={"User-Agent": agent}, follow_redirects=False)

    def _post(self, link: str, fields: dict[str, str], agent: str) -> int:
        return self._client.post(link, data=fields, headers={"User-Agent": agent}).status_code


def _leads_to(form: str, link: str) -> bool:
    action = _ACTION.search(form)
    return action is None or not action[1] or link.endswith(html.unescape(action[1]))
