"""A campaign's own fields: what its letters may say of one enrollment besides the rest (CAMPAIGN.md)."""

from collections.abc import Mapping
from difflib import get_close_matches

from drip.domain.campaign import Campaign

LONGEST = 500  # characters of a value: more is a paragraph pasted into a letter


def refused(campaign: Campaign, given: Mapping[str, str]) -> str:
    """Why these values cannot be kept, in words: a name the campaign does not declare, or a value
    that is too long. Empty when they can.
    """
    declared = campaign.fields
    for name, text in given.items():
        if name not in declared:
            near = get_close_matches(name, declared, n=1, cutoff=0.5)
            meant = f'; did you mean "{near[0]}"?' if near else ""
            has = f"has {', '.join(declared)}" if declared else "has none"
            return f'the campaign {campaign.label} declares no field "{name}"; it {has}{meant}'
        if len(text) > LONGEST:
            return f'the field "{name}" has {len(text):,} characters; write at most {LONGEST}'
    return ""


def changed(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Those of `given` that differ from what is kept, trimmed; an empty text takes a value away."""
    said = {name: text.strip() for name, text in given.items()}
    return {name: text for name, text in said.items() if text != kept.get(name, "")}
