"""django-post-office or django-mailer, run by the Python of their own environment; it imports nothing of ours.

Started with the name of the peer and the address of an empty PostgreSQL database. Each line of stdin asks to put
letters into the queue (`queue`), or to send the whole queue (`send`) with some documented setting.
"""

import json
import logging
import multiprocessing
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django  # type: ignore[import-not-found]
from django.conf import settings  # type: ignore[import-not-found]

APPS = {"django-post-office": "post_office", "django-mailer": "mailer"}
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SENDER = "Kim Lee <kim@seller.example>"


def set_up(peer: str, database: dict[str, Any], port: int) -> None:
    """Configure Django with the peer as its one app, and make its tables."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", APPS[peer]],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, **database}},
        SECRET_KEY="only for the benchmark",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_BACKEND="post_office.EmailBackend" if peer == "django-post-office" else "mailer.backend.DbBackend",
        POST_OFFICE={"BACKENDS": {"default": SMTP}, "BATCH_SIZE": 5000, "LOG_LEVEL": 0, "THREADS_PER_PROCESS": 5},
        MAILER_EMAIL_BACKEND=SMTP,
        MAILER_USE_FILE_LOCK=False,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        LOGGING_CONFIG=None,
    )
    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command  # type: ignore[import-not-found]

    call_command("migrate", verbosity=0)


def queue(peer: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Put letters with finished texts into the queue, each to somebody else."""
    letter = json.loads(Path(asked["letter"]).read_text("utf-8"))
    to = [f"p{number}@firm.example" for number in range(asked["first"], asked["first"] + asked["letters"])]
    if peer == "django-post-office":
        from post_office import mail  # type: ignore[import-not-found]

        texts = {"subject": letter["subject"], "message": letter["text"], "html_message": letter["html"]}
        mail.send_many([{"sender": SENDER, "recipients": [one], **texts} for one in to])
        return {}
    from mailer import send_html_mail  # type: ignore[import-not-found]

    for one in to:
        send_html_mail(letter["subject"], letter["text"], letter["html"], SENDER, [one])
    return {}


def send(peer: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Send everything in the queue; CPU of all processes, and the wall."""
    from django.db import connection  # type: ignore[import-not-found]

    cpu, wall = _cpu(), time.perf_counter()
    if peer == "django-post-office":
        from post_office.mail import send_queued  # type: ignore[import-not-found]

        settings.POST_OFFICE["THREADS_PER_PROCESS"] = asked["threads"]
        send_queued(asked["processes"], 0)
    else:
        _in_processes(asked["processes"])
    used = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall}
    connection.close()  # a forked process may have ended it
    return used


def _in_processes(count: int) -> None:
    """django-mailer shares a queue among processes by the locks of its rows."""
    from django.db import connection
    from mailer.engine import send_all  # type: ignore[import-not-found]

    if count == 1:
        send_all()
        return
    connection.close()
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=send_all) for _ in range(count)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    send_all()


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Answer until stdin ends."""
    peer, database, port = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    set_up(peer, database, port)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"queue": queue, "send": send}[asked["way"]](peer, asked)
        except Exception as error:  # noqa: BLE001 - who asked is told, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
