"""Open the links of letters, as a browser, a mail program or a link scanner does: by real HTTP requests."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from drip.domain.errors import DripError

PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
SCANNER = "Mozilla/5.0 (compatible; gateway; Windows NT 10.0)"
_WITHIN = 20.0  # seconds
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


class PageError(DripError):
    """A public page did not answer as it should."""


class Browser:
    """Opens pages of the service, whatever host the links name: on this machine it listens elsewhere."""

    def __init__(self, port: int) -> None:
        """`port` is where the service's pages really are."""
        self._port = port

    def get(self, link: str, agent: str = PERSON) -> str:
        """Open a link; the page, empty for a redirect. Raises PageError."""
        return self._ask("GET", link, agent)

    def press(self, link: str) -> str:
        """Open a link and press its button; the page that answers. Raises PageError."""
        shown = _SEEN.search(self.get(link))
        return self._ask("POST", link, PERSON, {"seen": shown[1]} if shown else {})

    def one_click(self, link: str) -> str:
        """What a mail program does when its reader presses "unsubscribe" (RFC 8058). Raises PageError."""
        return self._ask("POST", link, "Mail/16.0", {"List-Unsubscribe": "One-Click"})

    def _ask(self, method: str, link: str, agent: str, form: dict[str, str] | None = None) -> str:
        path = urlsplit(link).path
        headers = {"User-Agent": agent, "Connection": "close"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_WITHIN)
        try:
            connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        if answer.status not in (200, 302):
            raise PageError(
                f"{method} {path[:3]}… was answered {answer.status}. That is a bug of drip; please report it."
            )
        return page
