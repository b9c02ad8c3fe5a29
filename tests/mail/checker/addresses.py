"""Header fields with addresses in them, taken apart by the grammar of RFC 5322 section 3.4."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|,|\([^()]*\)|[^",<>()]+|.', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """A mailbox of a field: its name's words and quoted strings as they stand, and the address."""

    words: tuple[str, ...]
    quoted: tuple[str, ...]
    address: str

    @property
    def local(self) -> str:
        """Before the @."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """After the @, in lower case."""
        return self.address.rpartition("@")[2].lower()


def mailboxes(value: str) -> list[Named]:
    """All mailboxes of a From, To, Reply-To, Cc or Sender."""
    found: list[Named] = []
    words: list[str] = []
    quoted: list[str] = []
    address = ""
    for token in [*_TOKEN.findall(value), ","]:
        if token == ",":
            if words and not address:
                address = words.pop()
            if words or quoted or address:
                found.append(Named(tuple(words), tuple(quoted), address))
            words, quoted, address = [], [], ""
        elif token.startswith("<"):
            address = token.strip("<>")
        elif token.startswith('"'):
            quoted.append(token)
        else:
            words += token.split()
    return found
