"""A record of the DNS as it is pasted: into a zone file, or into the form of a registrar."""

import re
from dataclasses import dataclass

STRING = 255  # octets a string of a TXT record holds, RFC 1035 section 3.3.14
_ESCAPED = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class Record:
    """A record that should be there. `name` is full, without a dot at its end; `value` is in one piece,
    as a form wants it: a TXT record's words without quotation marks, a host with its dot."""

    name: str
    type: str
    value: str

    @property
    def strings(self) -> tuple[str, ...]:
        """A TXT record's value in pieces of at most 255 octets; it is all ASCII."""
        return tuple(self.value[at : at + STRING] for at in range(0, max(len(self.value), 1), STRING))

    @property
    def line(self) -> str:
        """The record as a line of a zone file (RFC 1035 section 5.1)."""
        value = self.value
        if self.type == "TXT":
            value = " ".join('"' + _ESCAPED.sub(r"\\\1", one) + '"' for one in self.strings)
        return f"{self.name}. IN {self.type} {value}"


def dkim_record(domain: str, selector: str, public: str) -> Record:
    """The record of a DKIM key (RFC 6376 section 3.6.1); `public` is its public half, DER in base64."""
    return Record(f"{selector}._domainkey.{domain}", "TXT", f"v=DKIM1; k=rsa; p={public}")
