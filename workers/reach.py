"""Whether a server we depend on answers: one log line when it is gone, and one when it is back."""

import threading

import structlog

log = structlog.get_logger()


class Reach:
    """What is known of one server. May be used from any thread."""

    def __init__(self, name: str) -> None:
        """`name` is the server in the log lines `server.away` and `server.back`."""
        self._name = name
        self._gate = threading.Lock()
        self.away = False

    def lost(self, error: BaseException) -> None:
        """It did not answer; its first failure is told."""
        with self._gate:
            first, self.away = not self.away, True
        if first:
            log.warning("server.away", server=self._name, why=" ".join(str(error).split()) or type(error).__name__)

    def found(self) -> None:
        """It answered; the end of an absence is told."""
        if not self.away:
            return
        with self._gate:
            was_away, self.away = self.away, False
        if was_away:
            log.warning("server.back", server=self._name)
