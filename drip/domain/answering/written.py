"""What stands in a reply beside its meaning: codes, the phase it answers, and the wait it asks for."""

import re
from datetime import timedelta

_READ = 1500  # characters

_ENHANCED = re.compile(r"(?<![\w.])#?([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")
_START = re.compile(r"\s*([2-5]\d\d)(?=[\s\-:]|$)")
_WITHIN = re.compile(
    r"(?:(?:said|to|was|response|returned|reason|error|data|code)\b[:;]?\s*|[:;>\"'(#<]\s*)([45]\d\d)(?=[\s\-]|$)"
    r"|(?<![\w.])([45]\d\d)[ \-]#?(?=[45]\.\d{1,3}\.\d{1,3}\b)",
    re.IGNORECASE,
)
_AFTER = r"\b(?:in reply to|in response to|after|while sending|during|performing the|our|progress was)\s+(?:the\s+)?"
_PHASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("body", re.compile(_AFTER + r"(?i:end of data|end of message|(?:i sent )?the message|sending the message)")),
    ("data", re.compile(_AFTER + r"DATA\b")),
    (
        "rcpt",
        re.compile(
            _AFTER + r"(?:pipelined )?RCPT\b|\[RCPT_TO\]|\bSMTP:RCPT\b|\bRCPT TO: ?<|\bdoes not like recipient\b"
        ),
    ),
    ("mail", re.compile(_AFTER + r"(?:pipelined )?MAIL\b|\bbut sender was rejected\b")),
    ("ehlo", re.compile(_AFTER + r"(?:EHLO|HELO)\b|\bbut my name was rejected\b")),
    ("starttls", re.compile(_AFTER + r"STARTTLS\b")),
    ("auth", re.compile(_AFTER + r"AUTH\b")),
    ("greeting", re.compile(_AFTER + r"(?i:initial connection|connection greeting)|\brefused to talk to me\b")),
)
_UNITS = {"s": 1, "с": 1, "秒": 1, "m": 60, "м": 60, "分": 60, "h": 3600, "ч": 3600, "小": 3600, "時": 3600}
_UNIT = (
    r"(s|secs?|seconds?|sekunden?|segundos?|secondes?|секунд\w?|m|mins?|minut(?:e[ns]?|os?|i|y)?|минут\w?"
    r"|h|hrs?|hours?|heures?|horas?|час\w{0,2})(?![^\W\d_])"
)
_CUE = (
    r"(?:try|retry|retries|retrying|again|wait|back|later|resend|reconnect|defer\w*|delay\w*|gr[ea]y-?list\w*"
    r"|erneut|wiederhol\w*|versuch\w*|r[eé]essay\w*|nouveau|nuevo|intent\w*|riprov\w*"
    r"|tente|novamente|ponown\w*|попроб\w*|повтор\w*)"
)
_TIME = re.compile(rf"\d(?:\s*-?\s*(?=[a-zа-я秒分小時])(?:{_UNIT}|[秒分小時])|:\d\d)", re.IGNORECASE)
_COUNTED = re.compile(
    rf"\b(?:{_CUE}|block\w*|banned|penalty|slow)\b[^\d|]{{0,40}}(\d{{1,6}})\s*-?\s*{_UNIT}"
    rf"(?:,?\s*(?:and|und|et|y|e)?\s*(\d{{1,2}})\s*{_UNIT})?",
    re.IGNORECASE,
)
_THEN = re.compile(rf"(?<![\d.])(\d{{1,6}})\s*{_UNIT}[^\d]{{0,25}}\b{_CUE}\b", re.IGNORECASE)
_AFTERWARDS = re.compile(r"(\d{1,6})\s*(秒|分|小时|小時|時間)\w?[后後]")
_WORDED = re.compile(rf"\b{_CUE}\b[^\d|]{{0,40}}?\b(half an?|an?|one) (minute|hour)\b", re.IGNORECASE)
_CLOCK = re.compile(rf"\b{_CUE}\b[^\d|]{{0,40}}(\d{{1,2}}):(\d\d)(?::(\d\d))?\b", re.IGNORECASE)
_QUOTES = (
    "other server returned was:",
    "the response was:",
    "response from the remote server was:",
    "unavailable ->",
    "an error ->",
)
_REPORTER = re.compile(
    r"(?:remote )?(?:host|server)? ?\S{1,100} ?\[[^\] ]{0,60}\](?::\d+)?:? "
    r"(?:said:|(?:does|did) not like (?:recipient\.|our \w+ ?\w*:?))"
    r"|error from remote (?:mail )?server after [^:]{1,30}:(?:\S{0,80}:)? ?(?:host \S{1,100} ?\[[^\] ]{0,60}\]:)?"
    r"|(?:does|did) not like (?:recipient\.|our \w+ ?\w*:?)|remote (?:host|server) said:|remote server returned",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """The reply itself, without what a relay writes before it: "host mx.example[192.0.2.1] said:"."""
    text = text[:_READ]
    small = text.lower()
    start = max(small.rfind(mark) + len(mark) if mark in small else 0 for mark in _QUOTES)
    return _REPORTER.sub(" ", text[start:] if len(small) == len(text) else text)


def enhanced_within(text: str) -> str | None:
    """The enhanced status code (RFC 3463) that stands first in a text, as in "(#5.1.1)"; else None."""
    found = _ENHANCED.search(text, 0, _READ)
    return found[1] if found else None


def codes_within(text: str) -> tuple[int | None, str | None]:
    """The reply code and the enhanced code of a reply written down, at its start or quoted within it."""
    text = text[:_READ]
    found = _START.match(text) or _WITHIN.search(text)
    if found is None:
        return None, enhanced_within(text)
    return int(found[found.lastindex or 1]), enhanced_within(text[found.start() :]) or enhanced_within(text)


def phase_within(text: str) -> str | None:
    """The phase a reply answered, where the text tells: "(in reply to RCPT TO command)"."""
    return next((phase for phase, said in _PHASES if said.search(text, 0, _READ)), None)


def asked_wait(text: str) -> timedelta | None:
    """How long the text asks to wait before another try: "5 minutes", "1h30m", "an hour" or 00:05:00."""
    text = text[:_READ]
    if _TIME.search(text) is None:
        return _in_words(text) if " hour" in text or " minute" in text else None
    clock = _CLOCK.search(text)
    if clock is not None:
        hours, minutes, seconds = (clock[1], clock[2], clock[3]) if clock[3] else ("0", clock[1], clock[2])
        return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    counted = _COUNTED.search(text) or _THEN.search(text) or _AFTERWARDS.search(text)
    if counted is None:
        return None
    parts = counted.groups()
    return timedelta(seconds=sum(map(_seconds, parts[::2], parts[1::2])))


def _in_words(text: str) -> timedelta | None:
    """A wait without a figure: "in half an hour"."""
    found = _WORDED.search(text)
    if found is None:
        return None
    whole = timedelta(minutes=1) if found[2][0] in "mM" else timedelta(hours=1)
    return whole / 2 if found[1][0] in "hH" else whole


def _seconds(count: str | None, unit: str | None) -> int:
    """Seconds of a count of units; 0 of a part that is not there."""
    return int(count) * _UNITS[unit[0].lower()] if count and unit else 0
