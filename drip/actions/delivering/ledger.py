"""The ledger of a run: which letters are leased, what became of each, and trouble that concerns all of them."""

from collections.abc import Collection
from datetime import timedelta

from drip.actions.commit_together import Committer
from drip.actions.draft import Spoilt
from drip.actions.release import release
from drip.actions.sending import Sending
from drip.actions.settle import NO_CONNECTION, Ended, wait_before_retry
from drip.actions.take import Batch
from drip.domain.answers import Class
from drip.domain.outcome import ACCEPTED, Care, Kind, Outcome, Phase, Verdict

REFUSED_WAIT = timedelta(minutes=1)  # for a letter the handover refused, lest it is taken at once
LIMITED = 3  # letters of one batch that meet a rate limit before the whole mailbox waits
SUSPECT = 10  # marks refused in a row: what protects one person is not the reason


class Ledger:
    """What is entered here is landed, or given back at the end."""

    def __init__(self, sending: Sending, committer: Committer) -> None:
        self.trouble: Verdict | None = None  # an answer that is about us and not about one letter
        self.is_stale = False  # what was leased is not ours any more, it seems: it must be taken anew
        self._sending = sending
        self._committer = committer
        self._leased: dict[str, set[int]] = {}
        self._refused: set[int] = set()
        self._in_a_row = 0
        self._limited = 0

    def enter(self, batch: Batch) -> None:
        """A batch was leased; sends no letter can be made of are refused at once."""
        self._leased = {token: left for token, left in self._leased.items() if left}
        self._leased[batch.token] = {one.id for one in batch.leased}
        self._limited = 0
        for one in batch.spoilt:
            self.spoil(one, batch.token)

    def spoil(self, spoilt: Spoilt, token: str) -> None:
        """Refuse a send no letter can be made of."""
        now = self._sending.machine()
        outcome = Outcome(Kind.REFUSED, Phase.DATA, text=spoilt.why)
        self.land(Ended(spoilt.leased, token, outcome, now, now, spoilt=True), last=True)

    def land(self, ended: Ended, *, last: bool) -> None:
        """An attempt ended. `last`: no mark follows for its outcome to be written with."""
        self._leased[ended.token].discard(ended.leased.id)
        self._committer.land(ended, last=last)

    def refuse(self, send_id: int) -> None:
        """The letter may not go: its mark was refused."""
        self._refused.add(send_id)
        self._in_a_row += 1
        self.is_stale = self.is_stale or self._in_a_row >= SUSPECT

    def allow(self) -> None:
        """A letter was marked."""
        self._in_a_row = 0

    def heed(self, ended: Ended) -> None:
        """See whether an answer means trouble for the whole run."""
        said = ended.outcome
        if said.kind is ACCEPTED:
            return
        verdict = ended.verdict
        if verdict.cls is Class.RATE_LIMITED:
            self._limited += 1
        ours = said.phase in NO_CONNECTION or verdict.mailbox is Care.PAUSE
        if ours or said.code == 421 or self._limited >= LIMITED:
            self.trouble = verdict

    async def give_back(self) -> int:
        """Give back all that is leased and did not land; how many letters that were."""
        wait = wait_before_retry(self._sending, self.trouble, 1) if self.trouble else None
        gone = await self.give_back_refused()
        for token, left in self._leased.items():
            gone += await self._release(token, left, wait)
        return gone

    async def give_back_refused(self) -> int:
        """Give back what may not go now; how many letters that were."""
        # A mark that could not be written says nothing about its letter.
        wait = None if self._committer.errors else REFUSED_WAIT
        gone = 0
        for token, left in self._leased.items():
            gone += await self._release(token, left & self._refused, wait)
        self._refused.clear()
        return gone

    async def _release(self, token: str, ids: Collection[int], wait: timedelta | None) -> int:
        self._leased[token] = self._leased[token].difference(ids)
        return len(await release(self._sending, token, ids, wait))
