"""Tell what was found in a rep's words: the sheet of one recall."""

from datetime import date, datetime
from urllib.parse import urlsplit

from drip.actions.words import RECALLS
from drip.domain.enrollment import Enrollment, Recall, Terms
from drip.domain.window import local_day
from drip.store.sends import SendRow
from drip.web.recall.find import Found, Opened
from drip.web.recall.foresee import choices, next_rows, time_words
from drip.web.recall.sheet import Letter, Row, Sheet
from drip.web.words import say_day

_WAITS = {
    "replied": "{name} replied",
    "asked": "{name} asked to be called",
    "auto_reply": "{name} is away for long",
}
_OPENED = {
    "view": "it in the browser",
    "opt_in": "“yes, send me these”",
    "opt_out": "“stop”",
    "less_often": "“less often”",
    "keep_open": "“keep my file open”",
    "call_me": "“call me”",
    "close_file": "“close my file”",
}


def sheet_of(found: Found, now: datetime) -> Sheet:
    """One recall as it stands at `now`."""
    enrollment, terms, person = found.enrollment, found.terms, found.person
    local = now.astimezone(terms.zone)
    name = f"{person.first_name} {person.last_name}".strip() or person.email
    reached, missed = choices(enrollment, terms, now)
    told = found.qualification
    reply = found.reply if found.reply and found.reply.note else None
    return Sheet(
        rep_name=found.rep.name,
        rep_email=found.rep.email,
        name=name,
        first_name=person.first_name,
        email=person.email,
        today=local.date(),
        title=person.title,
        company=person.company_name or "",
        phone=person.phone,
        local_time=f"{local:%H:%M}",
        place=terms.zone.key.rpartition("/")[2].replace("_", " "),
        may_invite=found.may_invite,
        due=_due(found, now),
        owed=enrollment.recall is not None,
        late=enrollment.recall is not None and enrollment.recall.on < local.date(),
        why=_why(enrollment, enrollment.recall),
        hot_button=str(told.get("hot_button") or ""),
        next_step=str(told.get("next_step") or ""),
        said=reply.note if reply else str(told.get("reason") or ""),
        said_on=local_day(reply.at, terms.zone) if reply else None,
        asked_on=found.suggested.on if found.suggested else None,
        asked_in=found.suggested.said if found.suggested else "",
        likes=str(told.get("contact_method") or ""),
        opted_in_on=_day(enrollment.opted_in_at or person.opted_in_at, terms),
        stopped_on=_day(person.opted_out_at or person.complained_at, terms),
        letters=tuple(_letter(one, found) for one in found.letters),
        waits=_WAITS.get(enrollment.waiting_for or "", "").format(name=person.first_name or name),
        now=(*next_rows(enrollment, terms, now), *_appointment(found, now)),
        reached=reached,
        missed=missed,
    )


def _day(moment: datetime | None, terms: Terms) -> date | None:
    return local_day(moment, terms.zone) if moment else None


def _appointment(found: Found, now: datetime) -> tuple[Row, ...]:
    """The appointment to come, as far as the call does not say it."""
    one = found.appointment
    if one is None or one.starts_at <= now or (one.kind == "call" and not one.invited):
        return ()
    local = one.starts_at.astimezone(found.terms.zone)
    when = f"{say_day(local.date(), local_day(now, found.terms.zone))}, {local:%H:%M} their time"
    told = "; the invitation goes to both" if found.may_invite else "; the invitation goes to you alone"
    return (("Meeting" if one.kind == "meeting" else "Invited", when + (told if one.invited else "")),)


def _due(found: Found, now: datetime) -> str:
    recall, terms = found.enrollment.recall, found.terms
    if recall is None:
        return "No call is owed"
    today = local_day(now, terms.zone)
    days = (today - recall.on).days
    if days > 0:
        return f"Overdue since {say_day(recall.on, today)}"
    when = "Today" if days == 0 else say_day(recall.on, today)
    return f"{when}, {time_words(recall, terms)}"


def _why(enrollment: Enrollment, recall: Recall | None) -> str:
    if recall is None:
        return ""
    why = RECALLS.get(recall.reason, recall.reason)
    tries = f" (try {recall.tries + 1})" if recall.tries else ""
    asked = "; they asked for it" if recall.asked and recall.reason not in ("asked", "replied") else ""
    return f"{why[:1].upper()}{why[1:]}{tries}{asked}"


def _letter(letter: SendRow, found: Found) -> Letter:
    day = local_day(letter.settled_at or letter.due_at, found.terms.zone)
    opened = tuple(dict.fromkeys(_followed(one, letter) for one in found.opened.get(letter.id, ())))
    return Letter(day, letter.subject or letter.step_key.replace("-", " "), opened)


def _followed(opened: Opened, letter: SendRow) -> str:
    link, index = opened
    where = letter.destinations[index] if letter.destinations and index is not None else ""
    if link != "to" or not where:
        return _OPENED.get(link, "a link")
    parts = urlsplit(where)
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}"
