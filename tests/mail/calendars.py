"""Answers to an invitation as calendar programs send them: written for the tests, in the forms of three of them."""

ANN = "ann.jones@acme.example.com"


def calendar(uid: str, *lines: str, method: str = "REPLY", said: str = "ACCEPTED", sequence: int = 0) -> str:
    """An iCalendar object that answers (RFC 5546 section 3.2.3); `lines` are more of its event."""
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        f"BEGIN:VCALENDAR\r\nPRODID:-//Programs//One//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f'ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={said};CN="Jones, Ann":mailto:{ANN}\r\n'
        f"UID:{uid[:20]}\r\n {uid[20:]}\r\nSEQUENCE:{sequence}\r\nDTSTART:20260112T193000Z\r\n{more}"
        "SUMMARY:Call: Kim Lee and Ann Jones\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def outlook(content: str, words: str = "", sender: str = ANN) -> str:
    """As Outlook answers: the words a person typed beside the calendar."""
    return (
        f"From: Ann Jones <{sender}>\r\nTo: kim@seller.example\r\nSubject: Accepted: Call\r\n"
        f"Date: Wed, 07 Jan 2026 10:00:00 -0500\r\nMessage-ID: <{abs(hash((content, words, sender)))}@acme.example>\r\n"
        'Content-Type: multipart/alternative; boundary="=o"\r\n\r\n'
        f"--=o\r\nContent-Type: text/plain\r\n\r\n{words}\r\n"
        f"--=o\r\nContent-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n{content}\r\n--=o--\r\n"
    )


def google(content: str, what: str = "accepted") -> str:
    """As Google Calendar answers: sentences of its own, the calendar as a part and as a file."""
    words = f"Ann Jones has {what} this invitation.\r\n\r\nCall: Kim Lee and Ann Jones\r\nMonday Jan 12, 2026"
    return (
        f"From: Ann Jones <{ANN}>\r\nSender: Google Calendar <calendar-notification@google.com>\r\n"
        f"To: kim@seller.example\r\nSubject: {what.capitalize()}: Call\r\nAuto-Submitted: auto-generated\r\n"
        f"Date: Wed, 07 Jan 2026 10:00:00 -0500\r\nMessage-ID: <calendar-{abs(hash(content))}@google.com>\r\n"
        'Content-Type: multipart/mixed; boundary="=m"\r\n\r\n--=m\r\n'
        'Content-Type: multipart/alternative; boundary="=a"\r\n\r\n'
        f'--=a\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\n{words}\r\n'
        f'--=a\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n<p>{words}</p>\r\n'
        f'--=a\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\r\n\r\n{content}\r\n--=a--\r\n'
        f'--=m\r\nContent-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment\r\n\r\n'
        f"{content}\r\n--=m--\r\n"
    )
