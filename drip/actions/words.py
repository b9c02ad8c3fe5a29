"""What codes mean, in words a rep reads: recalls, holds, ends, and every line of a timeline."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

RECALLS = {
    "not_opted_in": "the routine call, six months on unless agreed otherwise",
    "opted_in": "the prospect opted in",
    "promised": "you promised this day",
    "replied": "the prospect replied",
    "asked": "the prospect asked to be called",
    "closing_answer": "the prospect answered the closing email",
    "closing_bounced": "the closing email came back",
    "completed": "the last letter was sent",
    "retry": "the last try did not reach them",
    "not_ready": "they were not ready last time",
}
HOLDS = {
    "gap": "another touch was too recent",
    "recall_near": "you call them around then",
    "paused": "the emails are paused",
    "replied": "they replied, and it waits for you",
    "auto_reply": "they are away",
    "absence": "you are away",
    "colleague": "a colleague of theirs replied",
    "mailbox_down": "the mailbox cannot send",
    "pace": "the mailbox is at its pace",
    "opted_out": "they opted out",
    "suppressed": "the address is suppressed",
}
ENDS = {
    "silence": "nothing was heard after the closing email",
    "declined": "they declined",
    "opted_out": "they opted out",
    "do_not_contact": "they want no contact",
    "undeliverable": "the address is dead",
    "meeting_set": "a meeting is set",
}
OUTCOMES = {
    "meeting_set": "a meeting is set",
    "not_ready": "not ready yet",
    "not_interested": "not interested",
    "promised": "a day for the next call was agreed",
    "do_not_contact": "they want no contact",
    "no_answer": "no answer",
    "voicemail": "left a voicemail",
    "wrong_person": "the wrong person",
    "bad_number": "a bad number",
}
STOPS = {
    "opted_out": "they said stop",
    "complaint": "they called a letter spam",
    "hard_bounce": "a letter came back: the address is dead",
    "do_not_contact": "they want no contact",
    "by_hand": "somebody here suppressed it",
}
DROPS = {
    "expired": "will not be sent: it could not go out in time",
    "lost": "never arrived",
    "content": "will not be sent: the server refused what it says",
    "our_bug": "will not be sent: the server did not understand us",
    "mailbox_disabled": "will not be sent: the mailbox is switched off",
    "mailbox_full": "will not be sent: the mailbox is full",
    "unknown": "will not be sent: the server refused it",
}
WAITS = {"replied": "they replied", "asked": "they asked for a call", "auto_reply": "they are away for long"}
ANSWERS = {"keep_open": "keep my file open", "call_me": "call me", "close_file": "close my file"}
HEARD = {**OUTCOMES, "click": "they followed a link", "closing_answer": "they answered the closing email"}
APPOINTMENTS = {
    "appointed": "Appointment on {on}",
    "invited": "Appointment on {on}; an invitation goes to them",
    "moved": "The appointment is moved to {on}",
    "moved_told": "The appointment is moved to {on}; a new invitation goes to them",
    "accepted": "They accepted the appointment on {on}",
    "tentative": "They may come to the appointment on {on}",
    "declined": "They declined the appointment on {on}",
    "another_time": "They ask for another time than {on}",
    "called_off": "The appointment on {on} is called off",
    "called_off_told": "The appointment on {on} is called off; a mail tells them",
}
_BECAUSE = {
    "rep_times": " (it moved for the rep's hours or days off)",
    "handover": " (it moved with the rep)",
}
_LINES = {
    "handed_over": "Handed over from {from_rep} to {to_rep}",
    "enrolled": "Enrolled",
    "email": 'Letter {n}, "{step}", was sent{doubt}',
    "email_dropped": 'The letter "{step}" {drop}',
    "email_arrived": 'The letter "{step}" did arrive',
    "goes_again": 'The letter "{step}" goes again, as the same letter',
    "closing_email": "The closing email was sent{doubt}",
    "completed": "The last letter was sent",
    "recall_set": "Recall on {on}: {recall}{because}",
    "recall_due": "The recall is due: {recall}",
    "recall_cancelled": "The recall is cancelled: {end}",
    "held": 'Held: "{step}", because {hold}{until}',
    "opted_in": "They opted in",
    "opt_in_refused": "An opt-in after an opt-out: it lifts nothing",
    "heard": "Heard from them: {heard}",
    "paused": "Emails stop: {wait}",
    "resumed": "Emails go on",
    "reopened": "The file is open again: {heard}",
    "suppressed": "The address is suppressed: {stop}",
    "undeliverable": "Undeliverable: a new address is needed",
    "won": "Won: a meeting is set",
    "replied": "They replied",
    "auto_replied": "An out-of-office mail{back}",
    "answered": "They answered the closing email: {answer}",
    "called": "Called: {outcome}",
    "appointment": "{appointment}",
    "soft_bounced": "A letter came back, perhaps only this time",
    "manual_email": "You wrote by hand",
    "came_back": "A letter came back, for a reason that is not theirs: {drop}",
    "left_company": "They have left the company, an automatic mail says",
    "challenged": "Their mail filter asks whether a person wrote",
    "colleague_replied": "A colleague of theirs replied; letters wait{until}",
    "mailbox_down": "The mailbox cannot send for now",
    "cadence_changed": "From now on every {reason}",
    "ended": "Ended: it was enrolled by mistake",
    "skipped": 'The letter "{step}" was taken out',
    "file_closed": "The file is closed: {end}",
    "moved": "Moved to version {version} of the campaign",
    "fields_set": "What the letters may say was set: {fields}",
}


def say(what: str, reason: str | None, data: Mapping[str, Any], zone: ZoneInfo) -> str:
    """One line of a timeline in words; days are those of `zone`. An unknown code is shown as it is."""
    template = _LINES.get(what)
    if template is None:
        return what.replace("_", " ") + (f" ({reason})" if reason else "")
    code = reason or ""
    values = {
        "n": data.get("n", ""),
        "step": _step(data.get("step")),
        "reason": code.replace("_", " "),
        "drop": DROPS.get(code, f"will not be sent: {code.replace('_', ' ')}"),
        "version": data.get("version", ""),
        "fields": ", ".join(data.get("fields", ())).replace("_", " "),
        "from_rep": data.get("from_rep", "another rep"),
        "to_rep": data.get("to_rep", "another rep"),
        "doubt": {"uncertain": "; the answer was lost", "crossed": " as things crossed"}.get(code, ""),
        "on": _moment(data.get("on"), zone),
        "until": f"; planned for {_day(data['until'])}" if data.get("until") else "",
        "back": f"; back on {_day(data['until'])}" if data.get("until") else "",
        "recall": RECALLS.get(code, code),
        "because": _BECAUSE.get(str(data.get("because")), ""),
        "hold": HOLDS.get(code, code),
        "end": ENDS.get(code, code),
        "heard": HEARD.get(code, RECALLS.get(code, code)),
        "wait": WAITS.get(code, "somebody paused them"),
        "stop": STOPS.get(code, code),
        "answer": ANSWERS.get(code, code),
        "outcome": OUTCOMES.get(code, code),
        "appointment": APPOINTMENTS.get(code, code).format(on=_moment(data.get("on"), zone)),
    }
    return template.format(**values)


def _step(key: Any) -> str:
    return "the closing email" if key == "closing" else str(key or "").replace("-", " ")


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day:%A} {day.day} {day:%B %Y}"


def _moment(text: Any, zone: ZoneInfo) -> str:
    if not text:
        return ""
    local = datetime.fromisoformat(str(text)).astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
