"""How a connection to a mail server is protected."""

from enum import StrEnum


class Security(StrEnum):
    """Not at all, by STARTTLS, or by TLS from the first byte on."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"
