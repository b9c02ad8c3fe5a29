"""Fourteen campaigns that differ in everything the rules look at, and the two letters they are made of."""

from pathlib import Path

KEYS = (
    "monthly",
    "quarterly",
    "six-weeks",
    "ten-days",
    "invited",
    "invited-again",
    "own-waits",
    "any-hour",
    "sunday-night",
    "no-closing",
    "days-only",
    "month-end",
    "round-and-round",
    "one-letter",
)
_SETTINGS = {
    "monthly": "",
    "quarterly": 'cadence = "quarterly"\n[silence]\nmin_emails = 1\nafter = "9 months"',
    "six-weeks": 'cadence = "every 6 weeks"\n[silence]\nafter = "3 months"\nmin_emails = 1\ngrace = "5 business days"',
    "ten-days": 'cadence = "every 10 days"\nat_end = "repeat"\n'
    '[silence]\nafter = "2 months"\nmin_emails = 2\nquiet_before_recall = "10 business days"',
    "invited": 'consent = "opt_in"\ncadence = "every 3 weeks"\n[silence]\nafter = "3 months"\nmin_emails = 1',
    "invited-again": 'consent = "opt_in"\nat_end = "repeat"\ncadence = "every 2 weeks"\n'
    '[silence]\nafter = "10 weeks"\nmin_emails = 1',
    "own-waits": '[window]\ndays = ["tue", "thu"]\nfrom = "09:30"\nto = "11:00"\n[silence]\nafter = "4 months"',
    "any-hour": 'cadence = "every 2 weeks"\n[window]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n'
    'from = "00:00"\nto = "24:00"\nholidays = false\n[silence]\nafter = "2 months"\nmin_emails = 1',
    "sunday-night": '[window]\ndays = ["sun"]\nfrom = "01:00"\nto = "04:00"\nholidays = false\n'
    '[silence]\nafter = "3 months"\nmin_emails = 1',
    "no-closing": 'cadence = "every 3 weeks"\n[silence]\nclosing = false',
    "days-only": 'cadence = "every 2 weeks"\ngap = "3 days"\n[recall]\nnot_opted_in = "3 months"\ntries = 2\n'
    'overdue_hold = "6 days"\n[silence]\nafter = "2 months"\nmin_emails = 1\nquiet_before_recall = "14 days"\n'
    'grace = "7 days"',
    "month-end": 'first_after = "2 weeks"\n[silence]\nafter = "5 months"\nmin_emails = 2',
    "round-and-round": 'at_end = "repeat"\n[recall]\nnot_opted_in = "2 months"\n[silence]\nafter = "4 months"',
    "one-letter": '[silence]\nafter = "10 weeks"\nmin_emails = 1',
}
_STEPS = {
    "monthly": (None,) * 7,
    "quarterly": (None,) * 4,
    "ten-days": (None,) * 6,
    "own-waits": (None, "3 weeks", None, "2 months", None),
    "no-closing": (None,) * 3,
    "round-and-round": (None, "3 weeks", "10 days"),
    "one-letter": (None,),
}
_LETTER = """<!doctype html><html><head><title>A letter</title></head><body>
<p>Hi {{ prospect.first_name | default("there", true) }}, this is {{ step.key }}.</p>
<p><a href="{{ links.to("https://seller.example/guide") }}">The guide</a>
<a href="{{ links.opt_in }}">Yes</a> <a href="{{ links.less_often }}">Less often</a>
<a href="{{ links.keep_open }}">Keep it open</a> <a href="{{ links.call_me }}">Call me</a>
<a href="{{ links.close_file }}">Close it</a> <a href="{{ links.opt_out }}">Stop</a>
<a href="{{ links.view }}">View in browser</a></p>
<p>{{ sender.name }}, {{ sender.postal_address }}</p></body></html>
"""
_SUBJECTS = {"letter": "{{ step.key }}, number {{ step.n }}", "closing": "Shall I close your file?"}


def write_campaigns(folder: Path) -> None:
    """Write every campaign to `folder`/campaigns and their letters to `folder`/templates."""
    campaigns, templates = folder / "campaigns", folder / "templates"
    campaigns.mkdir(parents=True)
    for key in KEYS:
        (campaigns / f"{key}.toml").write_text(_campaign(key))
    for name, subject in _SUBJECTS.items():
        (templates / name).mkdir(parents=True)
        (templates / name / "subject.txt").write_text(subject)
        (templates / name / "body.html").write_text(_LETTER)


def _campaign(key: str) -> str:
    settings = _SETTINGS[key]
    if "[silence]" not in settings:
        settings += "\n[silence]"
    if "closing = false" not in settings:
        settings = settings.replace("[silence]", '[silence]\nclosing = "closing"')
    steps = "\n".join(_step(n, after) for n, after in enumerate(_STEPS.get(key, (None,) * 5), 1))
    return f'name = "{key}"\n{settings}\n{steps}\n'


def _step(number: int, after: str | None) -> str:
    wait = f'\nafter = "{after}"' if after else ""
    return f'[[steps]]\nkey = "step-{number}"\ntemplate = "letter"{wait}'
