"""drip/api/README.md says what is so; tests/acceptance follows its programs."""

import re
from pathlib import Path

from drip.api.events import MOST_BYTES
from drip.inbound.posted import KINDS, MOST, Event, read_events
from tests.unit.api.test_signature import KEY, PROOF

README = Path(__file__).parents[3].joinpath("drip/api/README.md").read_text("utf-8")


def rows(title: str) -> list[str]:
    """The rows of the table whose first column has this title."""
    return README.partition(f"| {title} |")[2].partition("\n\n")[0].splitlines()[2:]


def test_it_names_every_field_of_an_event_and_no_other() -> None:
    named = [name for line in rows("field") for name in re.findall(r"`(\w+)`", line.split("|")[1])]
    assert sorted(named) == sorted(Event.__dataclass_fields__)
    assert all(f"`{kind}`" in README for kind in KINDS)


def test_its_example_can_be_used() -> None:
    import json

    [example] = re.findall(r"^```json\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    [event] = read_events(json.loads(example))
    assert all(
        getattr(event, name) for name in Event.__dataclass_fields__ if name not in ("envelope_id", "return_path")
    )


def test_its_figures_are_those_of_the_program() -> None:
    assert f"at most {MOST:,} events and {MOST_BYTES:,} bytes" in README
    assert KEY in README and PROOF in README
