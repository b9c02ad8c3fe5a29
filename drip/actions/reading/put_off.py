"""Mails of a folder that could not be taken in: told once each, and asked for again with growing waits."""

from dataclasses import dataclass, field

_AGAIN_AFTER = (0.0, 0.0, 60.0, 300.0, 900.0, 3600.0)  # seconds; 0: at the next look; the last one repeats
_TOLD = 3  # mails whose trouble is told one by one


@dataclass(slots=True)
class _Trouble:
    """How often a mail failed, when it is tried again, as the event loop counts; for people when it came, and why."""

    came: str = ""
    why: str = ""
    times: int = 0
    until: float = 0.0


@dataclass(slots=True)
class PutOff:
    """What a process knows of such mails, by mailbox, UIDVALIDITY and UID; a new connection changes nothing in it."""

    _troubles: dict[tuple[int, int, int], _Trouble] = field(default_factory=dict)

    def add(self, mail: tuple[int, int, int], why: str, now: float, came: str = "") -> bool:
        """It failed once more; whether that is new, and to be told in the log. `why` and when it `came` are for people,
        "" where that is not known."""
        trouble = self._troubles.setdefault(mail, _Trouble())
        trouble.until = now + _AGAIN_AFTER[min(trouble.times, len(_AGAIN_AFTER) - 1)]
        trouble.times += 1
        trouble.why, trouble.came = why, came
        return trouble.times == 1

    def is_due(self, mail: tuple[int, int, int], now: float) -> bool:
        """Whether to ask for it now: one that never failed, or whose wait is over."""
        trouble = self._troubles.get(mail)
        return trouble is None or trouble.until <= now

    def discard(self, mail: tuple[int, int, int]) -> None:
        """It was taken in, or is gone."""
        self._troubles.pop(mail, None)

    def told(self, mailbox_id: int, validity: int, failed: set[int]) -> str | None:
        """What `drip mailbox show` says of those that failed; None where none did."""
        if not failed:
            return None
        found = sorted(failed)
        each = [f"UID {uid}{self._why((mailbox_id, validity, uid))}" for uid in found[:_TOLD]]
        more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
        mails, them = ("1 mail", "It is") if len(found) == 1 else (f"{len(found)} mails", "They are")
        return (
            f"{mails} could not be taken in ({'; '.join([*each, *more])}). {them} asked for again, later each time; "
            "to end that, move what cannot be read to another folder."
        )

    def _why(self, mail: tuple[int, int, int]) -> str:
        trouble = self._troubles.get(mail, _Trouble())
        came = f" of {trouble.came}" if trouble.came else ""
        return f"{came}: {trouble.why.rstrip('.') or 'the log says why'}"
