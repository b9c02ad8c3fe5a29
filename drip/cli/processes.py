"""`drip worker`, `scheduler`, `inbound`, `web` and `pulse`: the service in many processes, on many machines."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json, strong

if TYPE_CHECKING:
    from workers.pulse import Beat


def worker() -> None:
    """Send letters that are due, until SIGTERM or Ctrl+C. Run as many as you like, on any machine.

    It hears of letters through Redis (DRIP_REDIS_URL), and looks by itself every few seconds, so letters
    go on while Redis is away. At a stop it takes no more, gives back what it had not begun, and gives
    letters on the wire 8 seconds (DRIP_DRAIN); nothing is lost, and nothing is sent twice.

    It needs DRIP_DATABASE_URL (PostgreSQL), DRIP_REDIS_URL and DRIP_SECRET, the same for every process.
    DRIP_CONNECTIONS (4) is how many connections it opens for a mailbox.
    """
    from drip.config import load_settings
    from workers.run_worker import run_worker

    run_worker(load_settings(), lambda: _tell("drip worker is up."))
    note("Stopped. Nothing is left leased; other workers go on, and so does this one at its next start.")


def scheduler() -> None:
    """Plan what is due and ring for workers, each second, until SIGTERM or Ctrl+C.

    One is enough; a second one on another machine takes over without a switch when the first dies.
    It also takes back what dead workers held, gives up letters that grew too old, and says why letters wait.

    It needs DRIP_DATABASE_URL (PostgreSQL), DRIP_REDIS_URL and DRIP_SECRET, the same for every process.
    """
    from drip.config import load_settings
    from workers.run_scheduler import run_scheduler

    run_scheduler(load_settings(), lambda: _tell("drip scheduler is up."))
    note("Stopped. Whatever was due waits in the database for the next scheduler.")


def inbound() -> None:
    """Take in mail that comes, and act on each, until SIGTERM or Ctrl+C. Run as many as you like.

    Mail servers bring it to DRIP_LISTEN, by LMTP or SMTP: lmtp://127.0.0.1:8024, smtp://0.0.0.0:2525, or both with a
    comma between. It takes mail for reps, mailboxes and their domains for bounces only, up to DRIP_LARGEST_MAIL (25)
    MB, and says 250 once the mail is on the disk; in Postfix a line `bounce.example.com lmtp:inet:127.0.0.1:8024` of
    transport_maps does it. Or a mail server delivers into the maildir DRIP_INCOMING: what lies
    in new/ is moved to cur/ once it is kept. Mailboxes are read by IMAP as `drip mailbox set NAME --read` says.

    It needs DRIP_DATABASE_URL (PostgreSQL) and DRIP_SECRET, the same for every process. While the database is away
    mail servers are asked to come again, and mails stay where they are. `drip up` does all this by itself.
    """
    from drip.config import load_settings
    from workers.run_inbound import run_inbound
    from workers.sources import NOWHERE

    def ready(places: Sequence[str]) -> None:
        _tell(f"drip inbound is up{': ' if places else ''}{', '.join(places)}.")
        if not places:
            note(NOWHERE)

    run_inbound(load_settings(), ready)
    note("Stopped. Mail that was not kept was not acknowledged: it comes again.")


def web(
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where to listen (DRIP_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65_535, help="The port; 0: any (DRIP_PORT).")
    ] = None,
) -> None:
    """Serve the pages that links in letters lead to, until SIGTERM or Ctrl+C.

    Any number may run behind a proxy. GET /health answers 200 while the database can be reached, else 503.

    It needs DRIP_DATABASE_URL (PostgreSQL) and DRIP_SECRET, the same for every process, and DRIP_PUBLIC_URL,
    the address people reach it under.
    """
    from drip.config import load_settings
    from drip.serve import serve_until_signal
    from workers.broker import new_loop
    from workers.ready import make_ready

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**given)
    wired = make_ready(settings)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve_until_signal(wired, lambda at: _tell(f"drip web is up: http://{shown}:{at}")))
    note("Stopped.")


def pulse(
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="The pulse file (DRIP_PULSE).")] = None,
    json: Json = False,
) -> bool:
    """Ask whether the worker, scheduler or inbound that writes a pulse file is alive; for health checks.

    Start the process with DRIP_PULSE=FILE: it writes there every 5 seconds, as long as its looks at the
    database go well. Ends with exit code 1 when the last beat is older than 20 seconds, or there is none.
    Redis being away is told, but is no failure: letters go out without it.
    """
    from drip.clock import SystemClock
    from workers.pulse import read_pulse

    path = file or _file_of_settings()
    if path is None:
        raise InputError("Which pulse? Set DRIP_PULSE to the file the process was started with, or give --file.")
    beat = read_pulse(path)
    age = None if beat is None else SystemClock().now() - datetime.fromisoformat(beat.at)
    alive = _is_fresh(age)
    if json:
        say_json({"alive": alive, "seconds": None if age is None else round(age.total_seconds(), 1), "beat": beat})
    else:
        say(_told(beat, age, path))
    return alive


def _file_of_settings() -> Path | None:
    from drip.config import load_settings  # late: a health check that gives the file needs no settings

    return load_settings().pulse


def _is_fresh(age: timedelta | None) -> bool:
    from workers.pulse import TOO_OLD

    return age is not None and abs(age) <= TOO_OLD


def _told(beat: "Beat | None", age: timedelta | None, path: Path) -> str:
    if beat is None or age is None:
        return f"No pulse in {path}: the process has not started, cannot reach its database, or has stopped."
    state = "is alive" if _is_fresh(age) else "is NOT well"
    seconds = f"{age.total_seconds():.0f} s ago"
    return (
        f"The {beat.process} (process {beat.pid}) {state}: it last saw its database {seconds}; Redis was {beat.redis}."
    )


def _tell(line: str) -> None:
    say(strong(line))
    sys.stdout.flush()
