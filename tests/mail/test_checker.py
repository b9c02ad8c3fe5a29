"""The checker of letters finds what is broken: each check is proven by letters that break its sentence."""

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.mail.checker.arrived import Arrived
from tests.mail.checker.checks import CHECKS, check_letter, check_notice, check_together
from tests.mail.checker.known import Known

POSTAL = "Brightline Controls, 48 Mercer Street, New York, NY 10013"
STOP = "https://drip.seller.example/u/AAECAwQFBgcICQoLDA0ODw"
HEAD = f"""From: =?utf-8?Q?Zo=C3=AB_Lee?= <zoe@seller.example>
To: "Jones, Ann" <ann@firm.example>
Subject: what an hour of downtime costs
Date: Tue, 10 Mar 2026 10:00:00 -0400
Message-ID: <17.c0ffee@seller.example>
List-Id: <monthly-value.seller.example>
List-Unsubscribe: <{STOP}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_cut"
"""
TEXT = f"""Hi Ann,

a line has stood still for an hour.

Zoë Lee
Stop: {STOP}
{POSTAL}
"""
PAGE = f"""<!doctype html><html lang="en"><head><title>A letter</title><style>.pre {{ display: none }}</style></head>
<body><div class="pre">No more than a minute.</div>
<p>Hi Ann, a line has stood still for an hour. <a href="https://drip.seller.example/t/AAEC">How long?</a></p>
<p>Zo&euml; Lee <a href="{STOP}">Stop</a></p><p>{POSTAL}</p></body></html>
"""
Change = Callable[[Arrived], Arrived]


@cache
def key() -> tuple[bytes, str]:
    """A private key in PEM form, and the record of its public half."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    public = base64.b64encode(made.public_key().public_bytes(*der)).decode()
    return made.private_bytes(serialization.Encoding.PEM, *pem), f"v=DKIM1; k=rsa; p={public}"


def known(record: str = "") -> Known:
    return Known(frozenset({"seller.example"}), POSTAL, {"drip1._domainkey.seller.example": record or key()[1]})


def signed(data: bytes, domain: bytes = b"seller.example", **how: object) -> bytes:
    """The letter with dkimpy's own signature in front, over the fields it has and three once more."""
    names = [line.partition(b":")[0].lower() for line in data.partition(b"\r\n\r\n")[0].split(b"\r\n")]
    known_ones = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"list-id"]
    known_ones += [b"list-unsubscribe", b"list-unsubscribe-post", b"references", b"in-reply-to", b"reply-to"]
    given = {"include_headers": [one for one in known_ones if one in names] + [b"from", b"to", b"subject"]} | how
    canon = (b"relaxed", b"relaxed")
    line: bytes = dkim.sign(data, b"drip1", domain, key()[0], canonicalize=canon, **given)
    return line.replace(b"\r\n ", b"\r\n  ") + data


def quoted(text: str) -> str:
    """Quoted-printable enough for these bodies: what is not ASCII, and =."""
    return "".join(c if c.isascii() and c != "=" else "".join(f"={b:02X}" for b in c.encode()) for c in text)


def letter(head: str = HEAD, text: str = TEXT, page: str = PAGE) -> Arrived:
    """A letter that keeps every sentence, not signed yet."""
    kind = "charset=utf-8\nContent-Transfer-Encoding:"
    bodies = f"--=_cut\nContent-Type: text/plain; {kind} quoted-printable\n\n{quoted(text)}"
    based = base64.encodebytes(page.replace("\n", "\r\n").encode()).decode().rstrip()
    bodies += f"\n--=_cut\nContent-Type: text/html; {kind} base64\n\n{based}\n--=_cut--\n"
    data = f"{head}\n{bodies}".replace("\n", "\r\n").encode()
    return Arrived("b+Qm9iIGFuZCBBbGljZSBh@seller.example", ("ann@firm.example",), data, rcpt_options=())


def with_head(*changes: tuple[str, str]) -> Change:
    """Texts of the head replaced, before it is signed."""

    def change(_mail: Arrived) -> Arrived:
        head = HEAD
        for old, new in changes:
            assert old in head, old
            head = head.replace(old, new)
        return letter(head)

    return change


def with_more(line: str) -> Change:
    return with_head(("MIME-Version", f"{line}\nMIME-Version"))


def with_page(old: str, new: str) -> Change:
    assert old in PAGE, old
    return lambda _mail: letter(page=PAGE.replace(old, new))


def with_text(old: str, new: str) -> Change:
    assert old in TEXT, old
    return lambda _mail: letter(text=TEXT.replace(old, new))


def with_bytes(old: bytes, new: bytes) -> Change:
    def change(mail: Arrived) -> Arrived:
        assert old in mail.data, old
        return replace(mail, data=mail.data.replace(old, new))

    return change


def with_envelope(**values: object) -> Change:
    return lambda mail: replace(mail, **values)  # type: ignore[arg-type]


def swapped(mail: Arrived) -> Arrived:
    """The page before the text."""
    cut = b"--=_cut\r\n"
    head, text, page = mail.data.split(cut)
    page = page.removesuffix(b"--=_cut--\r\n")
    return replace(mail, data=head + cut + page + cut + text + b"--=_cut--\r\n")


def without_text(mail: Arrived) -> Arrived:
    """The page alone."""
    text = mail.data.index(b"--=_cut\r\n")
    return replace(mail, data=mail.data[:text] + mail.data[mail.data.index(b"--=_cut\r\n", text + 1) :])


def asked(*options: str) -> Change:
    """These parameters of MAIL where delivery reports are offered."""
    return with_envelope(offered=DSN, mail_options=options, rcpt_options=TOLD)


DSN = frozenset({"DSN"})
ASKED = {"offered": DSN, "mail_options": ("RET=HDRS", "ENVID=17.c0ffee")}
KIM = "kim@seller.example"
TOLD = ("ORCPT=rfc822;ann@firm.example", "NOTIFY=FAILURE,DELAY")
UTF8 = {"offered": frozenset({"SMTPUTF8"}), "mail_options": ("SMTPUTF8",)}
LONG_WORD = "=?utf-8?Q?" + "a" * 70 + "?="
BEFORE_SIGNING: list[tuple[int, str, Change]] = [
    (1, "a second From", with_more("From: kim@seller.example")),
    (1, "no Date", with_head(("Date: Tue, 10 Mar 2026 10:00:00 -0400\n", ""))),
    (1, "a date in words", with_head(("Tue, 10 Mar 2026 10:00:00 -0400", "the 10th of March"))),
    (1, "a second Subject", with_more("Subject: another")),
    (1, "a second To", with_more("To: bob@firm.example")),
    (1, "a name whose comma is not quoted", with_head(('=?utf-8?Q?Zo=C3=AB_Lee?=', "Lee, Kim"))),
    (2, "no Message-ID", with_head(("Message-ID: <17.c0ffee@seller.example>\n", ""))),
    (2, "a Message-ID of another's", with_head(("c0ffee@seller.example", "c0ffee@relay.example"))),
    (3, "two authors and a Sender", with_head(("<zoe@seller.example>", f"<zoe@seller.example>, {KIM}\nSender: {KIM}"))),
    (4, "a bare LF", with_bytes(b"Hi Ann,\r\n", b"Hi Ann,\n")),
    (4, "a bare CR", with_bytes(b"Hi Ann,", b"Hi\rAnn,")),
    (4, "a line of 999 octets", with_bytes(b"Hi Ann,", b"x" * 999)),
    (4, "a head that is not folded", with_head(("what an hour", "what " * 16 + "an hour"))),
    (4, "no end of the last line", lambda mail: replace(mail, data=mail.data.removesuffix(b"\r\n"))),
    (5, "a field brought in by a name", with_head(("<ann@firm.example>", "<ann@firm.example>\nBcc: all@firm.example"))),
    (5, "a line that is no field", with_head(("<ann@firm.example>", "<ann@firm.example>\nand all others"))),
    (5, "a control character", with_head(("what an hour", "what\x07an hour"))),
    (6, "an answer to nothing", with_head(("what an hour", "Re: what an hour"))),
    (6, "a forward of nothing", with_head(("what an hour", "FWD: what an hour"))),
    (6, "a thread without references", with_more("In-Reply-To: <16.aa@seller.example>")),
    (6, "references to another", with_more("In-Reply-To: <16.aa@s.example>\nReferences: <15.bb@s.example>")),
    (7, "an encoded word of 82", with_head(("what an hour", f"\n {LONG_WORD}\n an hour"))),
    (7, "a line too long for one", with_head(("what an hour of downtime costs", f"{'=?utf-8?Q?' + 'a' * 56 + '?='}"))),
    (7, "half a character", with_head(("Zo=C3=AB_Lee", "Zo=C3?= =?utf-8?Q?=AB_Lee"))),
    (7, "one in a quoted string", with_head(('"Jones, Ann"', '"=?utf-8?Q?J=C3=B6nes?="'))),
    (7, "one in an address", with_head(("<ann@firm.example>", "<=?utf-8?Q?ann?=@firm.example>"))),
    (7, "one in List-Unsubscribe", with_head((f"<{STOP}>", "=?utf-8?Q?=3Chttps=3A//seller=2Eexample=3E?="))),
    (7, "one in a Message-ID", with_head(("<17.c0ffee", "=?utf-8?Q?=3C17.c0ffee?="))),
    (7, "one with a space in it", with_head(("what an hour", "=?utf-8?Q?what an?= hour"))),
    (7, "a character that is none of a phrase", with_head(("Zo=C3=AB_Lee", "Zo=C3=AB_Lee;"))),
    (8, "the text after the page", swapped),
    (8, "no text", without_text),
    (8, "no end of the parts", with_bytes(b"--=_cut--", b"--=_cut")),
    (8, "8-bit text nobody was asked about", with_bytes(b"Zo=C3=AB Lee", "Zoë Lee".encode())),
    (8, "a charset that is not so", with_bytes(b"Zo=C3=AB Lee", b"Zo=EB Lee")),
    (8, "quoted-printable of a long line", with_bytes(b"a line has", b"a line " * 11 + b"has")),
    (8, "no MIME-Version", with_head(("MIME-Version: 1.0\n", ""))),
    (9, "a name in UTF-8 without SMTPUTF8", with_head(("=?utf-8?Q?Zo=C3=AB_Lee?=", "Zoë Lee"))),
    (9, "SMTPUTF8 for nothing", with_envelope(**UTF8)),
    (9, "SMTPUTF8 that was not offered", with_envelope(mail_options=("SMTPUTF8",), recipients=("änn@firm.example",))),
    (9, "an IDN domain as it is typed", with_envelope(recipients=("ann@fürm.example",), **UTF8)),
    (10, "65 octets before the @", with_envelope(recipients=("a" * 65 + "@firm.example",))),
    (10, "a path of 257", with_envelope(recipients=("a@" + "b" * 250 + ".com",))),
    (11, "a Return-Path", with_more("Return-Path: <zoe@seller.example>")),
    (11, "a null reverse-path", with_envelope(sender="")),
    (11, "a reverse-path of another's", with_envelope(sender="b+Qm9iIGFuZCBBbGljZSBh@relay.example")),
    (11, "two recipients of one copy", with_envelope(recipients=("ann@firm.example", "bob@firm.example"))),
    (13, "no List-Unsubscribe", with_head((f"List-Unsubscribe: <{STOP}>\n", ""))),
    (13, "no promise of one click", with_head(("List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", ""))),
    (13, "another promise", with_head(("List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Clicks"))),
    (13, "two https addresses", with_head((f"<{STOP}>", f"<{STOP}>,\n <https://seller.example/stop>"))),
    (13, "http", with_head(("<https:", "<http:"))),
    (13, "mailto first", with_head((f"<{STOP}>", f"<mailto:stop@seller.example>,\n <{STOP}>"))),
    (13, "a second List-Unsubscribe", with_more("List-Unsubscribe: <https://seller.example/stop>")),
    (13, "no brackets", with_head((f"<{STOP}>", STOP))),
    (20, "no link to stop in the page", with_page(f'<a href="{STOP}">Stop</a>', "")),
    (20, "a link to stop nobody sees", with_page(f'<a href="{STOP}">', f'<a style="display:none" href="{STOP}">')),
    (20, "a link to stop without words", with_page(">Stop</a>", "></a>")),
    (20, "no link to stop in the text", with_text(STOP, "tell me")),
    (21, "no List-Id", with_head(("List-Id: <monthly-value.seller.example>\n", ""))),
    (21, "a second List-Id", with_more("List-Id: <other.seller.example>")),
    (21, "a List-Id of another's", with_head(("<monthly-value.seller.example>", "<monthly-value.relay.example>"))),
    (21, "a List-Id of 256", with_head(("<monthly-value.", "\n <" + "m" * 242 + "."))),
    (29, "no token", with_envelope(sender="zoe@seller.example")),
    (29, "a return path that names the recipient", with_envelope(sender="b+ann-firm-example-2026@seller.example")),
    (34, "ENVID nobody offered to take", with_envelope(mail_options=("ENVID=17",))),
    (34, "nothing asked where it is offered", with_envelope(offered=DSN)),
    (34, "RET=FULL", asked("RET=FULL", "ENVID=17")),
    (34, "ENVID twice", asked("RET=HDRS", "ENVID=1", "ENVID=2")),
    (34, "ENVID of 101", asked("RET=HDRS", "ENVID=" + "1" * 101)),
    (34, "NOTIFY=NEVER", with_envelope(**ASKED, rcpt_options=(TOLD[0], "NOTIFY=NEVER"))),
    (34, "ORCPT of another", with_envelope(**ASKED, rcpt_options=("ORCPT=rfc822;bob@firm.example", TOLD[1]))),
    (40, "Auto-Submitted", with_more("Auto-Submitted: auto-generated")),
    (40, "a Precedence", with_more("Precedence: bulk")),
    (46, "no postal address in the page", with_page(f"<p>{POSTAL}</p>", "")),
    (46, "no postal address in the text", with_text(POSTAL, "")),
    (46, "nobody's name in the text", with_text("Zoë Lee", "Your friend")),
    (46, "a From that is not ours", with_head(("<zoe@seller.example>", "<zoe@bank.example>"))),
    (48, "the address in a link", with_page("/t/AAEC", "/t/AAEC?who=ann@firm.example")),
    (48, "the address in a link, escaped", with_page("/t/AAEC", "/t/AAEC?who=ann%40firm.example")),
    (48, "the address in base64", with_page("/t/AAEC", "/t/MXxhbm5AZmlybS5leGFtcGxl")),
    (48, "the address in a picture", with_page("<p>Hi", '<img src="https://seller.example/o.gif?Ann@Firm.example"><p>Hi')),
    (48, "the address in a link of the text", with_text(STOP, f"{STOP}?ann@firm.example")),
    (50, "a second hidden text", with_page("<p>Hi", '<p style="font-size:0">buy buy</p><p>Hi')),
    (50, "hidden by opacity", with_page("<p>Hi", '<p style="opacity:0;">buy buy</p><p>Hi')),
    (50, "a long preheader", with_page("No more than a minute.", "No more than a minute. " * 7)),
]  # fmt: skip
AFTER_SIGNING: list[tuple[int, str, Change]] = [
    (26, "a changed body", with_bytes(b"stood still", b"stood_still")),
    (14, "a changed address to stop at", with_bytes(b"ODw>\r\nList", b"ODx>\r\nList")),
    (23, "rsa-sha1", with_bytes(b"a=rsa-sha256", b"a=rsa-sha1")),
    (23, "no signature", lambda mail: letter()),
    (25, "a length", with_bytes(b"v=1; ", b"v=1; l=20; ")),
    (25, "simple", with_bytes(b"c=relaxed/relaxed", b"c=simple/simple")),
]  # fmt: skip


def names(table: list[tuple[int, str, Change]]) -> list[str]:
    return [f"m{number:02}-{words.replace(' ', '-')}" for number, words, _change in table]


def sentences(mail: Arrived, whose: Known | None = None) -> set[int]:
    return {found.sentence for found in check_letter(mail, whose or known())}


def test_a_letter_that_keeps_every_sentence_passes() -> None:
    good = replace(letter(), data=signed(letter().data))
    assert check_letter(good, known()) == []


@pytest.mark.parametrize(("number", "_words", "change"), BEFORE_SIGNING, ids=names(BEFORE_SIGNING))
def test_a_letter_made_wrong_is_found_by_its_sentence(number: int, _words: str, change: Change) -> None:
    assert number in sentences(change(letter()))


@pytest.mark.parametrize(("number", "_words", "change"), AFTER_SIGNING, ids=names(AFTER_SIGNING))
def test_a_letter_changed_on_its_way_is_found_by_its_sentence(number: int, _words: str, change: Change) -> None:
    assert number in sentences(change(replace(letter(), data=signed(letter().data))))


@pytest.mark.parametrize("name", ["from", "date", "message-id", "list-id", "list-unsubscribe-post", "content-type"])
def test_m24_a_field_that_is_not_signed_is_found(name: str) -> None:
    names = {line.partition(b":")[0].lower() for line in letter().head.split(b"\r\n")}
    fields = sorted({*names, b"from", b"to", b"subject"} - {name.encode()} | {b"from"})
    data = signed(letter().data, include_headers=[*fields, b"to", b"subject"])
    assert 24 in sentences(replace(letter(), data=data))


def test_m24_a_letter_that_takes_a_second_subject_is_found() -> None:
    once = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"list-id"]
    data = signed(letter().data, include_headers=[*once, b"list-unsubscribe", b"list-unsubscribe-post"])
    found = [one.words for one in check_letter(replace(letter(), data=data), known()) if one.sentence == 24]
    assert "the signature holds with a second Subject" in found


def test_m27_a_signature_of_another_domain_is_found() -> None:
    record = {"drip1._domainkey.relay.example": key()[1]}
    mail = replace(letter(), data=signed(letter().data, b"relay.example"))
    assert sentences(mail, replace(known(), records=record)) == {27}


def test_m23_a_key_of_1024_bits_is_found() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    der = short.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    mail = replace(letter(), data=signed(letter().data))
    assert 23 in sentences(mail, known(f"v=DKIM1; p={base64.b64encode(der).decode()}"))


def test_m22_a_notice_on_a_list_is_found_and_one_that_says_what_it_is_passes() -> None:
    off = [f"{line}\n" for line in HEAD.splitlines() if line.startswith("List-")]
    plain = with_head(*((line, "") for line in off), ("MIME", "Auto-Submitted: auto-generated\nMIME"))(letter())
    both = with_head(
        *((line, "") for line in off), ("MIME", "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nMIME")
    )(letter())
    assert check_notice(replace(both, data=signed(both.data)), known()) == []
    assert {one.sentence for one in check_notice(replace(plain, data=signed(plain.data)), known())} == {40}
    on_a_list = replace(letter(), data=signed(letter().data))
    assert {one.sentence for one in check_notice(on_a_list, known())} == {22, 40}


def test_what_is_wrong_between_two_letters_is_found() -> None:
    first = letter()
    answer = "In-Reply-To: <17.c0ffee@seller.example>\nReferences: <17.c0ffee@seller.example>\nMIME"
    other = ("<17.c0ffee", "<18.cafe")
    second = replace(with_head(other, ("MIME", answer))(first), sender="b+another-token-it-is@seller.example")
    assert check_together([first, second]) == []
    assert {one.sentence for one in check_together([second])} == {6}
    assert {one.sentence for one in check_together([first, replace(first, sender=second.sender)])} == {2}
    assert {one.sentence for one in check_together([first, with_head(other)(first)])} == {29}
    moved = with_head(other, ("<monthly-value", "<quarterly-value"))(first)
    assert {one.sentence for one in check_together([first, replace(moved, sender=second.sender)])} == {21}


def test_every_check_is_proven_by_a_letter_that_breaks_it() -> None:
    broken = {number for number, _words, _change in (*BEFORE_SIGNING, *AFTER_SIGNING)} | {22, 24, 27}
    assert {one.sentence for one in CHECKS} == broken
