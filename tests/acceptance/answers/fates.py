"""Who answers how, and what must come of it by the rules: worked out by hand, in the days of New York.

Everybody is enrolled on Monday 9 March 2026, with the recall six months later, Wednesday 9 September (R15). The first
letter goes on Tuesday the 10th (R7) and is the anchor of a weekly cadence (R8): 10, 17, 24, 31 March, 7 April. There
is no public holiday in between. Mail comes in at 16:59 on those Tuesdays, when the letters of the day are out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from tests.acceptance.answers.mails import Letter, answer, away, complaint, exchange, postfix, written
from tests.acceptance.answers.seller import BOUNCES, KIM, LEE, MAX

T1, T2, T3, T4, T5 = TUESDAYS = (
    date(2026, 3, 10),
    date(2026, 3, 17),
    date(2026, 3, 24),
    date(2026, 3, 31),
    date(2026, 4, 7),
)
RECALL = (date(2026, 9, 9), "not_opted_in")
NEXT_DAY = (date(2026, 3, 11), "replied")  # the next call slot after Tuesday 16:59 (R17, R19)
FULL, UNKNOWN, LATE = "452 4.2.2 Mailbox full", "550 5.1.1 User unknown", "451 4.4.1 No answer from host"
FORGED = f"b+{'0' * 11}1{'ab' * 10}@{BOUNCES}"  # send 1, and a proof that is none
BACK, GONE = "I am out of the office and will be back on Monday, 30 March 2026.", "I am out of the office."
LEFT = "I have left the company. Please contact my successor, nora@{domain}."
ASKED = "To deliver your message, please confirm that you are a person by clicking the link below."
DAEMON = "I am sorry, your message to {to} could not be delivered: 550 5.1.1 User unknown."
LMTP, IMAP, BOTH = "lmtp", "imap", "both"


@dataclass(frozen=True, slots=True)
class End:
    """Where an enrollment stands in the end. `letters`: the days theirs were dated, the last perhaps a closing email;
    `held_until` the first day the drip went on after an absence or a colleague's reply; `told` their timeline."""

    state: str
    letters: tuple[date, ...]
    told: str
    waits: bool = False
    held_until: date | None = None
    recall: tuple[date, str] | None = RECALL
    tasks: tuple[str, ...] = ()
    suppressed: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """A prospect, and what becomes of theirs. Who has a `firm` shares it."""

    rep: str
    end: End
    campaign: str = "value"
    firm: str = ""


def to_author(letter: Letter) -> str:
    """Mail to the rep."""
    return letter.author


def to_sender(letter: Letter) -> str:
    """Mail to the return path."""
    return letter.received.sender


def to_way_out(letter: Letter) -> str:
    """Mail to the letter's own way out."""
    local, _, domain = letter.author.partition("@")
    return f"{local}+{letter.way_out}@{domain}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes in on a day because of somebody's newest letter, by which way; LMTP tells the recipient `to`."""

    on: date
    who: str
    by: str
    kind: str  # in `received`
    make: Callable[[Letter], bytes]
    to: Callable[[Letter], str] = to_author


def reply(words: str) -> Callable[[Letter], bytes]:
    """The prospect's own."""
    return lambda letter: answer(letter, words)


ANSWERS = (
    # the first of each kind comes by one way only, and is in the receiver's hands when it is killed
    Answer(T1, "cat", LMTP, "bounce", exchange),
    Answer(T1, "eve", IMAP, "unplaced", lambda letter: postfix(letter, LATE, "delayed"), to_sender),
    Answer(T1, "ann", BOTH, "reply", reply("Let us talk. Who else uses it?")),
    Answer(T1, "bob", BOTH, "bounce", lambda letter: postfix(letter, UNKNOWN), to_sender),
    Answer(T1, "dan", LMTP, "bounce", lambda letter: postfix(letter, FULL), to_sender),
    Answer(T1, "fay", IMAP, "auto_reply", lambda letter: away(letter, BACK)),
    Answer(T1, "gus", LMTP, "auto_reply", lambda letter: away(letter, GONE)),
    Answer(
        T1,
        "hal",
        BOTH,
        "reply",
        lambda letter: answer(letter, "From my own account.", f"h.{letter.to[4:]}.private@mail.example"),
    ),
    Answer(T1, "ida", IMAP, "reply", reply("We are interested, both of us.")),
    Answer(T1, "kay", IMAP, "opt_out", reply("Stop")),
    Answer(
        T1,
        "leo",
        LMTP,
        "opt_out",
        lambda letter: written(letter.to, to_way_out(letter), "", Subject="unsubscribe"),
        to_way_out,
    ),
    Answer(T1, "mia", BOTH, "complaint", complaint),
    Answer(T1, "ned", IMAP, "auto_reply", lambda letter: away(letter, LEFT.format(domain=letter.domain))),
    Answer(T1, "oda", IMAP, "auto_reply", lambda letter: away(letter, ASKED)),
    Answer(T1, "pia", LMTP, "unplaced", lambda letter: postfix(letter, UNKNOWN, to=FORGED), lambda _: FORGED),
    Answer(
        T1,
        "quin",
        LMTP,
        "unplaced",
        lambda letter: written(
            f"MAILER-DAEMON@mx.{letter.domain}", letter.author, DAEMON.format(to=letter.to), Subject="failure notice"
        ),
    ),
    Answer(T1, "ray", IMAP, "reply", reply("Not now, please try me in September.")),
    Answer(T1, "sue", LMTP, "bounce", lambda letter: postfix(letter, UNKNOWN), to_sender),  # or an event over HTTP
    Answer(T1, "xia", IMAP, "reply", reply("Call me.")),
    Answer(
        T1,
        "yan",
        LMTP,
        "unplaced",
        lambda letter: written(f"boss@{letter.domain}", letter.author, "What is this about?"),
    ),
    Answer(T2, "dan", LMTP, "bounce", lambda letter: postfix(letter, FULL), to_sender),
    Answer(T3, "dan", LMTP, "bounce", lambda letter: postfix(letter, FULL), to_sender),
    Answer(T4, "tom", IMAP, "reply", reply("Please keep it open.")),
    Answer(T5, "una", LMTP, "reply", reply("Oh, I had not seen this.")),
)
UNPLACED = {"pia": "bounce", "quin": "bounce", "yan": "reply"}  # what waits in the inbox, and as what

START = "enrolled recall_set email"
DRIP = "email email email email"
WAITING = f"{START} replied paused recall_set recall_due held"
DEAD = f"{START} suppressed undeliverable"
REPLIED = End("dripping", (T1,), WAITING, True, recall=NEXT_DAY, tasks=("reply",))
BOUNCED = End("undeliverable", (T1,), DEAD, tasks=("new_address",), suppressed="hard_bounce")
STOPPED = End("opted_out", (T1,), f"{START} suppressed held", suppressed="opted_out")
UNTOUCHED = End("dripping", TUESDAYS, f"{START} {DRIP}")
AWAY = End("dripping", (T1, T3, T4, T5), f"{START} auto_replied held email email email", held_until=T3)
COLLEAGUE = End(
    "dripping",
    (T1, T3, T4, T5),
    f"{START} colleague_replied held email email email",
    held_until=T3,
    tasks=("colleague_replied",),
)
SLOWLY_DEAD = f"{START} soft_bounced email soft_bounced email soft_bounced suppressed undeliverable"
CLOSED = f"{START} email email closing_email"
# Silent for 22 days on 31 March, with three value emails: the closing email takes the place of the fourth (R26).
TO_CLOSING = (T1, T2, T3, T4)
TOM = End(
    "dripping",
    TO_CLOSING,
    f"{CLOSED} replied reopened paused recall_set held recall_due",
    True,
    recall=(date(2026, 4, 1), "replied"),
    tasks=("reply",),
)
VIC = End("closed", TO_CLOSING, f"{CLOSED} file_closed recall_cancelled", recall=None)  # at the end of 2 April (R28)
UNA = End(
    "dripping",
    TO_CLOSING,
    f"{VIC.told} replied reopened paused recall_set held",
    True,
    recall=(date(2026, 4, 8), "replied"),
    tasks=("reply",),
)
PEOPLE = {
    "ann": Fate(KIM, REPLIED),
    "bob": Fate(KIM, BOUNCED),
    "cat": Fate(MAX, BOUNCED),
    "dan": Fate(LEE, replace(BOUNCED, letters=(T1, T2, T3), told=SLOWLY_DEAD)),
    "eve": Fate(KIM, UNTOUCHED),
    "fay": Fate(LEE, replace(AWAY, letters=(T1, T4, T5), held_until=T4, told=f"{START} auto_replied held email email")),
    "gus": Fate(MAX, AWAY),
    "hal": Fate(MAX, REPLIED),
    "ida": Fate(KIM, REPLIED, firm="twins"),
    "jim": Fate(LEE, COLLEAGUE, firm="twins"),
    "kay": Fate(LEE, STOPPED),
    "leo": Fate(MAX, STOPPED),
    "mia": Fate(KIM, replace(STOPPED, suppressed="complained")),
    "ned": Fate(KIM, replace(AWAY, tasks=("left_company",), told=AWAY.told.replace("replied", "replied left_company"))),
    "oda": Fate(LEE, replace(UNTOUCHED, tasks=("challenge",), told=f"{START} challenged {DRIP}")),
    "pia": Fate(MAX, UNTOUCHED),
    "quin": Fate(LEE, UNTOUCHED),
    "ray": Fate(KIM, REPLIED),
    "sue": Fate(LEE, BOUNCED),
    "tom": Fate(KIM, TOM, "quiet"),
    "una": Fate(MAX, UNA, "quiet"),
    "vic": Fate(LEE, VIC, "quiet"),
    "wes": Fate(MAX, UNTOUCHED),
    "xia": Fate(LEE, REPLIED),
    "yan": Fate(MAX, COLLEAGUE),
}
