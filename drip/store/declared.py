"""A campaign as JSON, the way a published version keeps what it means."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from drip.domain.campaign import (
    AtEnd,
    Campaign,
    Consent,
    Profile,
    Range,
    RecallRules,
    SilenceRules,
    Step,
    Window,
)
from drip.domain.duration import Duration, parse_duration


def written(campaign: Campaign) -> dict[str, Any]:
    """The campaign as JSON can say it; `read` gives the same campaign back."""
    return {
        "name": campaign.name,
        "key": campaign.key,
        "description": campaign.description,
        "cadence": str(campaign.cadence),
        "first_after": str(campaign.first_after),
        "consent": campaign.consent.value,
        "at_end": campaign.at_end.value,
        "gap": str(campaign.gap),
        "mailbox": campaign.mailbox,
        "time_zone": campaign.time_zone,
        "fields": list(campaign.fields),
        "window": _write_window(campaign.window),
        "recall": _write_recall(campaign.recall),
        "silence": _write_silence(campaign.silence),
        "profile": _write_profile(campaign.profile),
        "require": list(campaign.require),
        "steps": [_write_step(step) for step in campaign.steps],
    }


def read(kept: Mapping[str, Any]) -> Campaign:
    """The campaign that was `written`."""
    return Campaign(
        name=kept["name"],
        key=kept["key"],
        description=kept["description"],
        cadence=parse_duration(kept["cadence"]),
        first_after=parse_duration(kept["first_after"]),
        consent=Consent(kept["consent"]),
        at_end=AtEnd(kept["at_end"]),
        gap=parse_duration(kept["gap"]),
        mailbox=kept["mailbox"],
        time_zone=kept["time_zone"],
        fields=tuple(kept["fields"]),
        window=_read_window(kept["window"]),
        recall=_read_recall(kept["recall"]),
        silence=_read_silence(kept["silence"]),
        profile=_read_profile(kept["profile"]),
        require=tuple(kept["require"]),
        steps=tuple(_read_step(step) for step in kept["steps"]),
    )


def _write_step(step: Step) -> dict[str, Any]:
    told = {"key": step.key, "template": step.template, "after": _text(step.after)}
    return {**told, "continues": True} if step.continues else told


def _read_step(kept: Mapping[str, Any]) -> Step:
    return Step(kept["key"], kept["template"], _duration(kept["after"]), kept.get("continues", False))


def _write_window(window: Window) -> dict[str, Any]:
    return {
        "days": sorted(window.days),
        "opens": window.opens.isoformat(),
        "closes": window.closes.isoformat(),
        "holidays": window.holidays,
    }


def _read_window(kept: Mapping[str, Any]) -> Window:
    opens, closes = time.fromisoformat(kept["opens"]), time.fromisoformat(kept["closes"])
    return Window(frozenset(kept["days"]), opens, closes, kept["holidays"])


def _write_recall(rules: RecallRules) -> dict[str, Any]:
    return {
        "opted_in": str(rules.opted_in),
        "not_opted_in": str(rules.not_opted_in),
        "tries": rules.tries,
        "overdue_hold": str(rules.overdue_hold),
    }


def _read_recall(kept: Mapping[str, Any]) -> RecallRules:
    return RecallRules(
        parse_duration(kept["opted_in"]),
        parse_duration(kept["not_opted_in"]),
        kept["tries"],
        parse_duration(kept["overdue_hold"]),
    )


def _write_silence(rules: SilenceRules) -> dict[str, Any]:
    return {
        "after": _text(rules.after),
        "min_emails": rules.min_emails,
        "quiet_before_recall": str(rules.quiet_before_recall),
        "grace": str(rules.grace),
        "closing": rules.closing,
    }


def _read_silence(kept: Mapping[str, Any]) -> SilenceRules:
    return SilenceRules(
        _duration(kept["after"]),
        kept["min_emails"],
        parse_duration(kept["quiet_before_recall"]),
        parse_duration(kept["grace"]),
        kept["closing"],
    )


def _write_profile(profile: Profile) -> dict[str, Any]:
    return {
        "sic": list(profile.sic),
        "naics": list(profile.naics),
        "employees": _write_range(profile.employees),
        "revenue": _write_range(profile.revenue),
        "currency": profile.currency,
        "countries": list(profile.countries),
        "customers": profile.customers,
    }


def _read_profile(kept: Mapping[str, Any]) -> Profile:
    return Profile(
        tuple(kept["sic"]),
        tuple(kept["naics"]),
        _read_range(kept["employees"]),
        _read_range(kept["revenue"]),
        kept["currency"],
        tuple(kept["countries"]),
        kept.get("customers", False),  # an older version does not say it
    )


def _write_range(given: Range | None) -> list[str | None] | None:
    if given is None:
        return None
    return [None if end is None else str(end) for end in (given.least, given.most)]


def _read_range(kept: list[str | None] | None) -> Range | None:
    if kept is None:
        return None
    least, most = (None if end is None else Decimal(end) for end in kept)
    return Range(least, most)


def _text(duration: Duration | None) -> str | None:
    return None if duration is None else str(duration)


def _duration(kept: str | None) -> Duration | None:
    return None if kept is None else parse_duration(kept)
