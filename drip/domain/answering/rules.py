"""All rules in the order they are asked; the first that fits decides.

What concerns us is asked before what concerns the recipient: whatever says both is not the recipient's.
"""

from functools import lru_cache

from drip.domain.answering.about_them import BY_CODE, BY_WORDS, FULL, NETWORK
from drip.domain.answering.about_us import LOGIN, PACE, STANDING
from drip.domain.answers import FIVE, FOUR, Class, Rule, Said

_LETTER = frozenset({"data", "body"})

_TAKEN = (Rule(Class.ACCEPTED, "The server took the letter.", "RFC 5321 section 4.2.1", digits=frozenset({2})),)
_PUT_OFF = (Rule(Class.TRANSIENT, "The server asks for another try.", "RFC 5321 section 4.2.1", digits=FOUR),)
_OUR_WORDS = (
    Rule(
        Class.OUR_BUG,
        "The server did not understand us.",
        "RFC 3463 X.5.4: 'Invalid domain name' is what HELO or a command is told",
        phases=frozenset({"", "greeting", "ehlo", "mail"}),
        codes=frozenset({500, 501, 502, 503, 504}),
        enhanced=r"5\.5\.\d+",
        says=("absent domain",),
    ),
)
_REST: tuple[Rule, ...] = (
    Rule(
        Class.CONTENT,
        "The letter is too big.",
        "RFC 1870",
        digits=FIVE,
        says=("size ~~ over/limit", "over ~~ size", "too ~ size", "message ~ size", "message ~ over"),
    ),
    Rule(
        Class.SENDER_BLOCKED,
        "The server's policy refuses the sender.",
        "1&1 'Reject due to policy restrictions': nobody has seen a letter at MAIL",
        digits=FIVE,
        phases=frozenset({"mail"}),
        says=("policy",),
    ),
    Rule(
        Class.CONTENT,
        "The server dislikes what is in the letter, or it breaks a policy.",
        "RFC 3463 X.6; Gmail 'not RFC 5322 compliant'; Exchange transport rules",
        digits=FIVE,
        says=(
            "content",
            "policy",
            "message ~ nay/filtered",
            "message ~ not ~ allowed",
            "nay ~ message",
            "url ~ message",
        ),
        unless=("mailaddress nay",),
    ),
    Rule(
        Class.TRANSIENT,
        "The server asks for another try.",
        "servers that say 'try again later' with a 5xx code",
        digits=FIVE,
        says=("again again", "delayed", "temporary", "busy"),
    ),
    Rule(
        Class.CONTENT,
        "The server refused the letter itself.",
        "RFC 5321 section 4.2.3: 554 after DATA",
        phases=_LETTER,
        codes=frozenset({554}),
    ),
    Rule(
        Class.OUR_BUG,
        "The server did not understand us.",
        "RFC 5321 section 4.2.2",
        codes=frozenset({500, 501, 502, 503, 504, 555}),
    ),
    Rule(
        Class.SENDER_BLOCKED,
        "The server refuses the sender.",
        "RFC 5321 section 3.3: an answer to MAIL",
        digits=FIVE,
        phases=frozenset({"mail"}),
    ),
    Rule(Class.OUR_BUG, "The server did not understand us.", "RFC 3463 X.5", digits=FIVE, enhanced=r"5\.5\.\d+"),
    Rule(Class.UNKNOWN, "The server refused and did not say why.", "MAIL section 2", digits=FIVE),
)
_NO_ANSWER = (
    Rule(
        Class.TRANSIENT,
        "The connection failed; nothing was handed over.",
        "RFC 5321 section 3.8",
        digits=frozenset({0}),
    ),
    Rule(
        Class.TRANSIENT,
        "The answer is none that a server gives here.",
        "RFC 5321 section 4.2",
        digits=frozenset(range(10)),
    ),
)

RULES: tuple[Rule, ...] = (
    *_TAKEN,
    *LOGIN,
    *PACE,
    *STANDING,
    *FULL,
    *_PUT_OFF,
    *BY_CODE,
    *NETWORK,
    *_OUR_WORDS,
    *BY_WORDS,
    *_REST,
    *_NO_ANSWER,
)


@lru_cache(maxsize=8192)
def ruling(said: Said, words: str) -> Rule:
    """The first rule that fits an answer and the gist of its words. Servers repeat themselves: remembered."""
    return next(rule for rule in concerned(said) if rule.fits(words))


@lru_cache(maxsize=4096)
def concerned(said: Said) -> tuple[Rule, ...]:
    """The rules that an answer's words must be compared with, in their order; the last fits any words."""
    return tuple(rule for rule in RULES if rule.concerns(said))
