"""An opt-out at any moment of a letter's way: after its commit no body starts, measured at the peer (R33, R36)."""

import asyncio
import concurrent.futures
import itertools

from drip.actions.happen import Context
from drip.actions.opt_out import opt_out
from drip.actions.whose import Whose
from drip.domain.send import State
from drip.store.engine import open_store
from tests.acceptance.crew import Crew
from tests.acceptance.engine_scene import just_now, prepare
from tests.servers.smtp import Reply, SmtpPeer

MOMENTS = ("planned", "rcpt", "data", "body")  # before it is taken; what the peer was just asked
PROSPECT = Context("prospect")


class Leavers:
    """People who opt out through another process's eyes while the peer holds their letter."""

    def __init__(self, url: str) -> None:
        """Nobody yet."""
        self.url = url
        self.moment: dict[str, str] = {}
        self.left: set[str] = set()
        self._thread = concurrent.futures.ThreadPoolExecutor(1)

    def plan(self, emails: tuple[str, ...]) -> None:
        """Every second prospect leaves, each at another moment."""
        self.moment = dict(zip(emails[::2], itertools.cycle(MOMENTS), strict=False))

    def leave(self, email: str) -> None:
        """Opt out, and be back when that is committed."""
        self._thread.submit(lambda: asyncio.run(self._leave(email))).result()
        self.left.add(email)

    async def _leave(self, email: str) -> None:
        store = open_store(self.url)
        try:
            await opt_out(store, Whose(email=email), PROSPECT, just_now())
        finally:
            await store.close()


def address_in_mail(phase: str, argument: str) -> str:
    """Whom a command is about: the recipient, or the To line of a body."""
    if phase != "body":
        return argument
    line = next(line for line in argument.splitlines() if line.startswith("To: "))
    return line.rpartition(" ")[2].strip("<>")


def test_r36_after_an_opt_out_commits_no_body_starts_at_any_moment_of_a_letters_way(
    postgres_url: str, valkey_url: str, long_run: bool
) -> None:
    letters = 1_000 if long_run else 60
    leavers = Leavers(postgres_url)
    asked: list[str] = []  # whom the peer's one connection writes to

    def hook(phase: str, argument: str) -> Reply:
        if phase in ("rcpt", "body"):
            asked[:] = [address_in_mail(phase, argument)]
        if phase in ("rcpt", "data", "body") and asked and leavers.moment.get(asked[0]) == phase:
            leavers.leave(asked[0])
        return None

    peer = SmtpPeer(hook=hook)
    sheet = asyncio.run(prepare(postgres_url, letters, just_now(), peer))
    leavers.plan(sheet.emails)
    planned = [email for email, moment in leavers.moment.items() if moment == "planned"]
    for email in planned:
        leavers.leave(email)
    with Crew(postgres_url, valkey_url, connections=1, tick=0.1, batch=30) as crew:
        crew.hire("worker", "scheduler")
        crew.until_quiet()
        assert set(crew.stop()) == {0}, crew.said()
        ends = {row.email: row.state for row in crew.rows()}
    peer.stop()
    came = [mail.recipients[0] for mail in peer.received]
    for email, state in ends.items():
        moment = leavers.moment.get(email)
        too_late = moment in (None, "body")
        assert state is (State.ACCEPTED if too_late else State.WITHDRAWN), (email, moment)
        assert came.count(email) == int(too_late), (email, moment)
    assert all(mail.data.strip() for mail in peer.received)  # and none is empty
