"""The rules that tell SMTP answers apart: whose fault it is, in the order they are asked."""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Class(StrEnum):
    """The classes of MAIL section 2."""

    ACCEPTED = "accepted"
    RECIPIENT_DEAD = "recipient_dead"
    MAILBOX_DISABLED = "mailbox_disabled"
    MAILBOX_FULL = "mailbox_full"
    TRANSIENT = "transient"
    RATE_LIMITED = "rate_limited"
    SENDER_AUTH = "sender_auth"
    SENDER_BLOCKED = "sender_blocked"
    CONTENT = "content"
    OUR_BUG = "our_bug"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as the rules see it: `words` is the text in lower case."""

    phase: str
    code: int | None
    enhanced: str
    words: str

    @property
    def digit(self) -> int:
        """First digit of the code, or of the enhanced code where there is no other; else 0."""
        if self.code is not None:
            return self.code // 100
        return int(self.enhanced[0]) if self.enhanced else 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A class and how its answers are recognised: every condition that is given must hold.

    `enhanced` and `words` are regular expressions (the first must match the whole enhanced code,
    the second may occur anywhere); `unless` must not occur.
    """

    cls: Class
    why: str
    phases: frozenset[str] = frozenset()
    digits: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()
    enhanced: str = ""
    words: str = ""
    unless: str = ""
    _enhanced: re.Pattern[str] = field(init=False, repr=False)
    _words: re.Pattern[str] = field(init=False, repr=False)
    _unless: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_enhanced", re.compile(self.enhanced or ".*"))
        object.__setattr__(self, "_words", re.compile(self.words))
        object.__setattr__(self, "_unless", re.compile(self.unless) if self.unless else None)

    def fits(self, said: Said) -> bool:
        """Whether every condition of the rule holds."""
        return bool(
            (not self.phases or said.phase in self.phases)
            and (not self.digits or said.digit in self.digits)
            and (not self.codes or said.code in self.codes)
            and self._enhanced.fullmatch(said.enhanced)
            and self._words.search(said.words)
            and (self._unless is None or not self._unless.search(said.words))
        )


_TWO, _FOUR, _FIVE = frozenset({2}), frozenset({4}), frozenset({5})
_LOGIN = frozenset({"starttls", "auth"})
_SITE = frozenset({"connect", "greeting", "ehlo"})
_LETTER = frozenset({"data", "body"})

_RATE = (
    r"rate.?limit|too many (?:connections|messages|recipients|logins|concurrent|mails)|unusual traffic"
    r"|unusual rate|frequency limit|at a rate that prevents|daily (?:user )?(?:sending|limit)"
    r"|sending limit|limit exceeded.{0,30}(?:hour|day|minute)|throttl|slow down|quota.{0,20}sending"
)
_FULL = (
    r"(?:mailbox|mailfolder|mail ?box|inbox|account|user|storage).{0,40}(?:full|over ?quota|quota exceeded)"
    r"|over (?:the )?quota|quota exceeded|out of storage|insufficient (?:system )?storage"
    r"|exceeded.{0,20}(?:storage|quota|the local limit)|mailbox is full"
)
_SENDER = (
    r"sender (?:address )?(?:rejected|denied|refused)|mail ?from domain|sender address|sending domain"
    r"|domain of sender|sender domain|not allowed to send|unauthenticated sender"
    r"|sender is not|sender verif"
)
_AUTHENTICITY = (
    r"\bspf\b|\bdkim\b|\bdmarc\b|reverse dns|\bptr\b|unauthenticated (?:email|sender)"
    r"|authentication (?:required|information)|not authenticated|starttls (?:first|command)|must issue a starttls"
    r"|relay(?:ing)? (?:access )?(?:denied|not permitted|prohibited)|unable to relay"
    r"|turn on smtp auth|username and password not accepted|login (?:failed|incorrect)"
)
_LISTED = (
    r"block ?list|black ?list|blocked using|\b(?:dns|r)bl\b|spamhaus|spamcop|barracuda|sorbs|proofpoint"
    r"|banned sending ip|poor reputation|low reputation|bad reputation|reputation of"
    r"|client host (?:rejected|blocked)|your ip|sending ip|ip address.{0,30}(?:block|reject|banned|listed)"
    r"|(?<!not )listed (?:in|at|on|by)|host network not allowed|service refuse"
)
_SPAM = (
    r"\bspam|unsolicited|\bube\b|message content|content (?:rejected|filter)|virus|malware|phish"
    r"|policy (?:violation|reasons)|message (?:was )?(?:rejected|not allowed|refused)|looks like"
    r"|header error|8-bit data|rfc ?5322|suspicious"
)
_DEAD = (
    r"(?:user|recipient|mailbox|account|address|alias|customer|member)s?\b.{0,60}"
    r"(?:unknown|not found|not exist|n[o']t exist|not listed|no longer|has moved|invalid|is not registered)"
    r"|(?:unknown|no such|invalid|illegal|nonexistent|non-existent|bad destination)\b.{0,30}"
    r"(?:user|recipient|mailbox|account|address|alias|person|domain|host)"
    r"|no mailbox here|no one by that name|doesn'?t have an? \S+ account|not a (?:valid|known) (?:user|mailbox)"
    r"|no valid recipients|mailbox unavailable|host unknown|destinataire invalide"
    r"|domain (?:\S+ )?(?:does not exist|not found|not reachable|is not reachable)"
    r"|find a mail exchanger|no mx record|host \S+ not found|any host named"
    r"|does not accept mail|doesn'?t accept mail"
)
_DISABLED = (
    r"(?:account|mailbox|user|recipient).{0,60}"
    r"(?:disabled|inactive|suspended|frozen|discontinued|deactivated|locked|expired)"
    r"|(?:disabled|inactive|suspended|deactivated) (?:account|mailbox|user|recipient)"
)

RULES: tuple[Rule, ...] = (
    Rule(Class.ACCEPTED, "The server took the letter.", digits=_TWO),
    Rule(
        Class.SENDER_AUTH,
        "The mailbox cannot log in or cannot make a safe connection.",
        phases=_LOGIN,
        unless=r"temporar|try (?:again )?later|timed out|connection lost|closed the connection|too many",
    ),
    Rule(
        Class.RATE_LIMITED,
        "We send faster than the server likes.",
        digits=_FOUR | _FIVE,
        words=_RATE,
        unless=r"message size|too many recipients.{0,20}message",
    ),
    Rule(Class.RATE_LIMITED, "The daily limit is reached.", enhanced=r"5\.4\.5|4\.5\.3|4\.7\.28"),
    Rule(
        Class.RATE_LIMITED,
        "The server asks us to come back later.",
        digits=_FOUR,
        codes=frozenset({421}),
        enhanced=r"|4\.7\.0|4\.3\.2",
    ),
    Rule(
        Class.SENDER_AUTH,
        "The server wants proof that the mailbox or its domain may send.",
        codes=frozenset({530, 534, 535, 538}),
    ),
    Rule(
        Class.SENDER_AUTH,
        "The proofs of the sending domain (SPF, DKIM, DMARC, PTR, TLS) do not satisfy.",
        enhanced=r"[45]\.7\.(?:8|9|14|25|26|27|29|30|40|509|515)",
    ),
    Rule(
        Class.SENDER_AUTH,
        "The proofs of the sending domain do not satisfy.",
        digits=_FIVE,
        words=_AUTHENTICITY,
    ),
    Rule(
        Class.SENDER_BLOCKED,
        "The sender or its server is blocked.",
        digits=_FIVE,
        enhanced=r"5\.7\.6\d\d",
    ),
    Rule(
        Class.SENDER_BLOCKED,
        "The sender or its server is on a block list.",
        digits=_FIVE,
        words=_LISTED,
    ),
    Rule(
        Class.SENDER_BLOCKED,
        "The server refuses us before it hears of any letter.",
        phases=_SITE,
        digits=_FIVE,
    ),
    Rule(
        Class.OUR_BUG,
        "Our sender address is wrong.",
        digits=_FIVE,
        enhanced=r"5\.1\.[78]",
    ),
    Rule(
        Class.MAILBOX_FULL,
        "The mailbox is full.",
        digits=_FOUR | _FIVE,
        enhanced=r"[45]\.(?:2\.2|3\.1)",
        unless=r"inactive",
    ),
    Rule(
        Class.MAILBOX_FULL,
        "The mailbox is full.",
        digits=_FOUR | _FIVE,
        words=_FULL,
        unless=r"inactive",
    ),
    Rule(
        Class.RECIPIENT_DEAD,
        "The mailbox is full and nobody uses it.",
        digits=_FIVE,
        enhanced=r"5\.2\.2",
        words=r"inactive",
    ),
    Rule(Class.TRANSIENT, "A passing trouble.", digits=_FOUR),
    Rule(
        Class.MAILBOX_DISABLED,
        "The account is disabled.",
        digits=_FIVE,
        enhanced=r"5\.7\.13",
    ),
    Rule(Class.MAILBOX_DISABLED, "The account is disabled.", digits=_FIVE, words=_DISABLED),
    Rule(
        Class.SENDER_BLOCKED,
        "The server refuses the sender.",
        digits=_FIVE,
        words=_SENDER,
    ),
    Rule(
        Class.RECIPIENT_DEAD,
        "There is no such address.",
        digits=_FIVE,
        enhanced=r"5\.1\.(?:1|2|3|6|10|351)",
    ),
    Rule(Class.RECIPIENT_DEAD, "The domain takes no mail.", codes=frozenset({556})),
    Rule(
        Class.CONTENT,
        "The letter is too big.",
        digits=_FIVE,
        enhanced=r"5\.(?:3\.4|2\.3|6\.\d+)",
    ),
    Rule(Class.RECIPIENT_DEAD, "There is no such address.", digits=_FIVE, words=_DEAD),
    Rule(Class.CONTENT, "The letter is too big.", digits=_FIVE, words=r"too (?:big|large)|size (?:exceeds|limit)"),
    Rule(Class.CONTENT, "The server dislikes the letter's content.", digits=_FIVE, words=_SPAM),
    Rule(Class.MAILBOX_DISABLED, "The account is disabled.", digits=_FIVE, enhanced=r"5\.2\.1"),
    Rule(Class.CONTENT, "The server refused the letter itself.", phases=_LETTER, codes=frozenset({554})),
    Rule(
        Class.SENDER_BLOCKED,
        "The server refuses the sender.",
        phases=frozenset({"mail"}),
        digits=_FIVE,
        unless=r"5\.6\.7|smtputf8",
    ),
    Rule(
        Class.OUR_BUG,
        "The server did not understand us.",
        codes=frozenset({500, 501, 502, 503, 504, 555}),
    ),
    Rule(Class.OUR_BUG, "The server did not understand us.", digits=_FIVE, enhanced=r"5\.5\.\d+"),
    Rule(Class.UNKNOWN, "The server refused and did not say why.", digits=_FIVE),
    Rule(Class.TRANSIENT, "The connection failed; nothing was handed over."),
)
