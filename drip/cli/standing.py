"""Where an enrollment stands, in a few words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drip.store.files import File


def standing(file: "File") -> str:
    """Such as "dripping", "dripping, paused" or "closed: silence"."""
    state = file.state.replace("_", " ")
    if file.closed_reason and file.closed_reason != file.state:
        return f"{state}: {file.closed_reason.replace('_', ' ')}"
    if file.paused_at:
        return f"{state}, paused"
    return f"{state}, waits for the rep" if file.waiting_for else state
