"""docker-compose.yml as Compose reads it: anchors merged, variables filled in, commands as they are started."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


class MissingError(Exception):
    """A variable without a default was not given; the text is what the file says of it."""


def read(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The whole file; with `given` its variables are filled in. Raises MissingError."""
    text = FILE.read_text()
    found: dict[str, Any] = yaml.safe_load(text if given is None else _filled(text, given))
    return found


def services(given: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """The services by name."""
    found: dict[str, dict[str, Any]] = read(given)["services"]
    return found


def entrypoint() -> list[str]:
    """What the Dockerfile starts, before the words of a service's command."""
    [line] = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("ENTRYPOINT")]
    words: list[str] = json.loads(line.removeprefix("ENTRYPOINT"))
    return words


def _filled(text: str, given: Mapping[str, str]) -> str:
    """As Compose does: ${NAME:-default}, and ${NAME:?words} for one that must be given."""

    def value(found: re.Match[str]) -> str:
        name, sign, words = found.groups()
        if given.get(name):
            return given[name]
        if sign != "-":
            raise MissingError(f"{name}: {words}")
        return str(words)

    return _VARIABLE.sub(value, text)
