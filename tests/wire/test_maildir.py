"""A maildir in which not everything is a mail: what can be read is handled, the rest stays where it is."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from structlog.testing import capture_logs

from drip.inbound.maildir import MaildirSource
from tests.wire.bringing import WITHIN, Keeper, MaildirPeer, running
from tests.wire.test_sources import letter


async def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(WITHIN):
        while not there():
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.01)


async def test_what_cannot_be_read_is_told_once_and_left_and_the_others_go_on(tmp_path: Path) -> None:
    peer, keeper = MaildirPeer(tmp_path), Keeper()
    new = peer.folder / "new"
    (new / "a-folder").mkdir()
    os.mkfifo(new / "a-pipe")
    (new / "a-link").symlink_to("nowhere")
    (new / ".hidden").write_bytes(b"no mail")
    (new / "too-large").write_bytes(b"x" * 1001)
    await peer.bring(letter(1))
    with capture_logs() as lines:
        async with running(MaildirSource(peer.folder, 1000), handle=keeper):
            await keeper.until(kept=1)
            await peer.bring(letter(2))
            await keeper.until(kept=2)
    assert keeper.kept == [letter(1), letter(2)]
    told = sorted((line["event"], line["file"]) for line in lines)
    assert told == [("mail.waits", name) for name in ("a-folder", "a-pipe", "too-large")]
    assert {file.name for file in new.iterdir()} == {"a-folder", "a-pipe", "a-link", ".hidden", "too-large"}


async def test_a_folder_that_is_away_is_told_once_and_looked_at_again(tmp_path: Path) -> None:
    folder, keeper = tmp_path / "incoming", Keeper()
    folder.write_text("in the way")
    with capture_logs() as lines:
        async with running(MaildirSource(folder, 1000), handle=keeper):
            await until(lambda: bool(lines))
            folder.unlink()
            await until((folder / "cur").is_dir)
            (folder / "new" / "1").write_bytes(letter(1))
            await keeper.until(kept=1)
    assert [line["event"] for line in lines] == ["source.away", "source.back"]


async def test_of_many_mails_that_fail_in_a_row_the_rest_wait_for_the_next_look(tmp_path: Path) -> None:
    """The database is away: it is not asked a thousand times."""
    peer, keeper = MaildirPeer(tmp_path), Keeper()
    mails = [letter(number) for number in range(9)]
    keeper.refuse = dict.fromkeys(mails, 99)
    await peer.bring(*mails)
    async with running(peer.source(), handle=keeper):
        await keeper.until(asked=5)
    assert (keeper.asked, await peer.waiting()) == (5, 9)
