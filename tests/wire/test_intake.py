"""The sources of a process, as its settings name them, and what they say while the database is away."""

import asyncio
import socket
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drip.config import SettingsError, load_settings
from drip.inbound.door import Bounds
from drip.inbound.listening import Listening
from drip.inbound.lmtp import Listener
from drip.wiring import Wired, wire
from tests.servers.process import free_port
from tests.wire.test_listener import HEAD, Line
from workers.intake import Intake
from workers.sources import open_sources, places

SECRET = "a secret for the tests that is long enough"


def wired(**settings: object) -> Wired:
    """A process whose database does not answer."""
    away = f"postgresql://drip@127.0.0.1:{free_port()}/drip"
    return wire(load_settings(**{"secret": SECRET, "database_url": away, **settings}))


async def everybody(_address: str) -> bool:
    """Is for us."""
    return True


async def test_while_the_database_is_away_mail_servers_are_asked_to_come_again() -> None:
    process = wired(listen="lmtp://127.0.0.1:0")
    listener = open_sources(process)[0]
    blind = Listener(Listening("lmtp", "127.0.0.1", 0), "inbound.test", Bounds(1000), everybody)
    blind.open()
    assert isinstance(listener, Listener)
    stop, answers = asyncio.Event(), []
    with capture_logs() as lines:
        running = asyncio.create_task(Intake(process, [listener, blind]).run(stop))
        for port, words in ((listener.place.port, HEAD[:3]), (blind.place.port, (*HEAD, "."))):
            line = Line(*await asyncio.open_connection("127.0.0.1", port))
            answers.append((await line.answer(), *await line.say(*words))[-1])
        stop.set()
        await running
    await process.close()
    assert [one[:10] for one in answers] == ["451 4.3.0 ", "451 4.3.0 "]
    assert [line["event"] for line in lines] == ["recipient.unknown", "server.away"]
    assert "kim@" not in str(lines)


async def test_a_port_that_is_taken_is_named_at_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"lmtp://127.0.0.1:{taken.getsockname()[1]}"
        process = wired(listen=place)
        with pytest.raises(SettingsError, match=f"{place}.*DRIP_LISTEN"):
            open_sources(process)
        await process.close()


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_where_mail_can_come_in_is_told(tmp_path: Path, migrated_url: str) -> None:
    process = wired(database_url=migrated_url)
    assert await places(process, open_sources(process)) == []
    await process.close()
    process = wired(database_url=migrated_url, incoming=tmp_path, listen="smtp://127.0.0.1:0")
    sources = open_sources(process)
    assert await places(process, sources) == [sources[0].name, f"maildir {tmp_path}"]
    assert sources[0].name.startswith("smtp://127.0.0.1:")
    await process.close()
