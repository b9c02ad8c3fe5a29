"""Log lines: a fixed name and ids, never bodies, addresses or words of people (HOUSE 9)."""

import logging
import sys

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up(level: str) -> None:
    """Log lines from `level` on go to stderr, one line each."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(_Stderr()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's, which writes down addresses and bodies
    logging.basicConfig(level=LEVELS[level], stream=_Stderr(), format="%(levelname)s %(name)s %(message)s")


class _Stderr:
    """What is standard error when a line is written, not when the logger was made: that one may be closed by then."""

    def write(self, words: str) -> int:
        return sys.stderr.write(words)

    def flush(self) -> None:
        sys.stderr.flush()
