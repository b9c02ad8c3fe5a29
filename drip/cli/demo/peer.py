"""The mail server of the demo, a process of its own: it keeps every mail as it came, and refuses a few."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

TAKEN = "250 2.0.0 taken"
GONE = "550 5.1.1 <{0}>: there is no such user here any more"
BUSY = "451 4.3.2 busy just now, come back in a moment"


class Peer:
    """aiosmtpd's handler. `left` says after how many letters a person is gone, `busy` which letter is put off once."""

    def __init__(self, folder: Path, left: dict[str, int], busy: dict[str, int]) -> None:
        """Mails go to `folder`, numbered as they come."""
        self._folder = folder
        self._refusals = folder.with_name("refusals.jsonl")
        self._envelopes = folder.with_name("envelopes.jsonl")
        self._left = left
        self._busy = busy
        self._asked: Counter[str] = Counter()
        self._kept = 0

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        """Take the recipient, or not."""
        name = address.lower()
        self._asked[name] += 1
        if self._asked[name] > self._left.get(name, sys.maxsize):
            return self._refuse(address, GONE.format(address))
        if self._asked[name] == self._busy.get(name):
            return self._refuse(address, BUSY)
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail, byte for byte, and its envelope before it."""
        self._kept += 1
        _note(self._envelopes, {"from": envelope.mail_from, "to": envelope.rcpt_tos})
        (self._folder / f"{self._kept:05}.eml").write_bytes(envelope.content)
        return TAKEN

    def _refuse(self, address: str, answer: str) -> str:
        """Write down that it was refused, and how."""
        _note(self._refusals, {"to": address, "answer": answer})
        return answer


def _note(path: Path, what: dict[str, Any]) -> None:
    with path.open("a") as stream:
        stream.write(json.dumps(what) + "\n")


async def serve(orders: dict[str, Any]) -> None:
    """Serve on a port the host picks, tell it on stdout, and end when stdin does."""
    peer = Peer(Path(orders["folder"]), orders["left"], orders["busy"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(peer, hostname="mx.example", loop=loop), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.stdin.readline())))
