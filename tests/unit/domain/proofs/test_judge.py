"""DKIM, DMARC, bounces and reverse DNS judged by what the DNS says (MAIL 12, 23, 27)."""

from dataclasses import replace

import pytest

from drip.domain.proofs.answers import Book, Question
from drip.domain.proofs.bounces import judge_bounces
from drip.domain.proofs.dkim import judge_dkim
from drip.domain.proofs.dmarc import Proofs, judge_dmarc
from drip.domain.proofs.finding import Verdict
from drip.domain.proofs.judge import judge
from drip.domain.proofs.reverse import judge_reverse
from drip.domain.provider import GMAIL, MICROSOFT_365, PLAIN, SES, provider_of
from tests.unit.domain.proofs.zone import GOOD, KEY, Zone, asking, line, only, sender, told

SHOWN = ("drip1._domainkey.acme.example", "TXT")
POLICY = ("_dmarc.acme.example", "TXT")
BOTH = Proofs(spf=True, signed_for="acme.example", sure=True)


def test_m27_a_domain_set_up_well_is_found_so_in_all() -> None:
    names = ("SPF", "DKIM", "DMARC", "alignment", "bounces", "reverse DNS")
    assert told(judge(sender(), asking())) == [(name, "ok") for name in names]


def test_m27_a_domain_with_nothing_set_up_fails_in_all_and_says_what_to_paste() -> None:
    nothing: Zone = {place: () for place in GOOD if place != ("mail.acme.example", "A")}
    found = judge(sender(), asking(nothing))
    assert {one.verdict for one in found} == {"fail"}
    assert [one.paste.line for one in found if one.paste] == [
        'acme.example. IN TXT "v=spf1 a:mail.acme.example ~all"',
        'drip1._domainkey.acme.example. IN TXT "v=DKIM1; k=rsa; p=MIIBpublic"',
        '_dmarc.acme.example. IN TXT "v=DMARC1; p=none; rua=mailto:kim@acme.example"',
        "acme.example. IN MX 10 mail.acme.example.",
        "25.2.0.192.in-addr.arpa. IN PTR mail.acme.example.",
    ]


@pytest.mark.parametrize(
    ("shown", "verdict", "said"),
    [
        ((), "fail", "is not there"),
        (("v=DKIM1; p=MIIBpublic", "v=DKIM1; p=x"), "fail", "has 2 records"),
        (("v=DKIM1; k=rsa; p=MIIBother",), "fail", "shows another key than ours"),
        (("v=DKIM1; k=rsa; p=MIIBpub",), "fail", "shows a part of our key: it was cut"),
        (("v=DKIM1; k=rsa; p=",), "fail", "no longer used"),
        (("v=DKIM1; k=ed25519; p=MIIBpublic",), "fail", "another kind of key"),
        (("v=DKIM1; h=sha1; p=MIIBpublic",), "fail", "allows only sha1"),
        (("v=DKIM1; s=tlsrpt; p=MIIBpublic",), "fail", "is not for mail"),
        (("v=DKIM2; p=MIIBpublic",), "fail", "is no DKIM record"),
        (("google-site-verification",), "fail", "is no DKIM record"),
        ("SERVFAIL", "fail", "could not be looked up: SERVFAIL"),
        (("v=DKIM1; t=y:s; p=MIIBpublic",), "warn", "only a test"),
        (("p=MIIB public",), "ok", "shows the same key of 2048 bits"),
        (("v=DKIM1;k=rsa;h=sha1:sha256;s=email;p=MIIBpublic;",), "ok", "shows the same key"),
    ],
)
def test_m27_the_record_of_our_key_is_compared_with_it(shown: tuple[str, ...] | str, verdict: str, said: str) -> None:
    found, signed_for = judge_dkim(sender(), asking({SHOWN: shown}))
    assert [(one.verdict, said in one.said) for one in found] == [(verdict, True)], found
    assert signed_for == (None if verdict == "fail" else "acme.example")
    if verdict == "fail":
        assert line(found[0]) == 'drip1._domainkey.acme.example. IN TXT "v=DKIM1; k=rsa; p=MIIBpublic"'


def test_m23_a_short_key_is_told() -> None:
    found, _ = judge_dkim(sender(key=replace(KEY, bits=1024)), asking())
    assert "receivers want 2048" in only(found, Verdict.WARN).said


def test_m27_a_domain_without_a_key_is_told_that_its_letters_go_unsigned() -> None:
    plain, signed_for = judge_dkim(sender(key=None), asking())
    assert "Letters of acme.example go unsigned" in only(plain, Verdict.WARN).said
    assert (plain[0].advice, signed_for) == ("`drip mailbox dkim acme.example` makes a key.", None)
    [by_google] = judge_dkim(sender(key=None, provider=GMAIL), asking())[0]
    assert "Gmail has none there, either (google._domainkey)" in by_google.said
    shown: Zone = {("selector1._domainkey.acme.example", "TXT"): ("v=DKIM1; p=x",)}
    found, signed_for = judge_dkim(sender(key=None, provider=MICROSOFT_365), asking(shown))
    assert ("signs with its own, selector1" in only(found, Verdict.OK).said, signed_for) == (True, "acme.example")
    assert (
        "cannot be seen from here" in only(judge_dkim(sender(key=None, provider=SES), asking())[0], Verdict.WARN).said
    )
    [broken] = judge_dkim(sender(key=None, key_problem="no PEM"), asking())[0]
    assert (broken.verdict, broken.said) == ("fail", "The key cannot be used, so letters go unsigned: no PEM")


def test_a_signature_over_what_the_provider_rewrites_cannot_hold() -> None:
    found, signed_for = judge_dkim(sender(provider=SES), asking())
    assert ("rewrites Message-ID and Date" in only(found, Verdict.WARN).said, signed_for) == (True, None)


def test_a_provider_that_rewrites_some_letters_should_sign_as_well() -> None:
    by = sender(provider=MICROSOFT_365)
    found, signed_for = judge_dkim(by, asking())
    assert ("Microsoft 365 rewrites some" in only(found, Verdict.WARN).said, signed_for) == (True, "acme.example")
    there: Zone = {("selector2._domainkey.acme.example", "TXT"): ("v=DKIM1; p=x",), SHOWN: ()}
    found, signed_for = judge_dkim(by, asking(there))
    assert ("its own key, selector2" in only(found, Verdict.OK).said, signed_for) == (True, "acme.example")


def test_m27_dmarc_is_found_at_the_domain_or_at_that_of_its_organisation() -> None:
    below = sender(domain="eu.acme.example", bounce="eu.acme.example")
    there: Zone = {POLICY: ("v=DMARC1; p=reject; sp=quarantine; rua=mailto:x@acme.example",)}
    found = judge_dmarc(below, asking(there), replace(BOTH, signed_for="acme.example"))
    assert found[0].said == "_dmarc.acme.example asks for the spam folder (p=quarantine)."
    assert told(found) == [("DMARC", "ok"), ("alignment", "ok")]
    own: Zone = {("_dmarc.eu.acme.example", "TXT"): ("v=DMARC1; p=none",)}
    assert judge_dmarc(below, asking(own), BOTH)[0].said.startswith("_dmarc.eu.acme.example asks for nothing")
    assert "Nobody gets its reports" in judge_dmarc(below, asking(own), BOTH)[0].advice


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((), "has no DMARC record"),
        (("v=spf1 -all",), "has no DMARC record"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "has 2 DMARC records"),
        (("v=DMARC1; p=monitor",), "p=monitor is no policy"),
        (("v=DMARC1; rua=mailto:x@acme.example",), "p=nothing is no policy"),
        (("v=DMARC1; p=none; p=reject",), "it is no list of tags"),
        ("SERVFAIL", "could not be looked up: SERVFAIL"),
    ],
)
def test_m27_a_dmarc_record_that_is_missing_or_cannot_be_read_is_told(texts: tuple[str, ...] | str, said: str) -> None:
    found = judge_dmarc(sender(), asking({POLICY: texts}), BOTH)[0]
    assert (found.verdict, said in found.said) == ("fail", True), found


@pytest.mark.parametrize(
    ("tags", "proofs", "verdict"),
    [
        ("", BOTH, "ok"),
        ("", replace(BOTH, spf=False), "warn"),
        ("", replace(BOTH, signed_for=None), "warn"),
        ("", replace(BOTH, signed_for="other.example"), "warn"),
        ("", Proofs(spf=False, signed_for=None, sure=True), "fail"),
        ("", Proofs(spf=False, signed_for=None, sure=False), "warn"),
        ("; aspf=s", BOTH, "warn"),
        ("; adkim=s", BOTH, "warn"),
        ("; adkim=s; aspf=s", BOTH, "fail"),
    ],
)
def test_m27_one_proof_must_count_for_from_and_both_should(tags: str, proofs: Proofs, verdict: str) -> None:
    below = sender(domain="eu.acme.example", bounce="bounces.acme.example")
    zone: Zone = {("_dmarc.eu.acme.example", "TXT"): (f"v=DMARC1; p=none{tags}",)}
    assert told(judge_dmarc(below, asking(zone), proofs))[1] == ("alignment", verdict)


@pytest.mark.parametrize(
    ("zone", "verdict", "said"),
    [
        ({("acme.example", "MX"): ("0 .",)}, "fail", "a null MX"),
        ({("acme.example", "MX"): ("10 mail.acme.example.", "0 .")}, "fail", "a null MX"),
        ({("acme.example", "MX"): ()}, "fail", "has no MX"),
        ({("acme.example", "MX"): (), ("acme.example", "A"): ("192.0.2.1",)}, "warn", "machine of that name"),
        ({("acme.example", "MX"): ("10 gone.example.",)}, "fail", "No MX of acme.example has an address"),
        ({("acme.example", "MX"): ("10 gone.example.", "20 mail.acme.example.")}, "warn", "gone.example"),
        ({("acme.example", "MX"): "SERVFAIL"}, "fail", "could not be looked up"),
        ({}, "ok", "Mail to acme.example goes to mail.acme.example."),
    ],
)
def test_m12_bounces_must_be_able_to_come_back_and_no_domain_of_ours_has_a_null_mx(
    zone: Zone, verdict: str, said: str
) -> None:
    found = judge_bounces(sender(), asking(zone))
    assert [(one.verdict, said in one.said) for one in found] == [(verdict, True)], found


def test_m12_the_domains_of_from_and_of_bounces_are_both_looked_at() -> None:
    zone: Zone = {("b.acme.example", "MX"): ("1 mail.acme.example.",), ("acme.example", "MX"): ("0 .",)}
    found = judge_bounces(sender(bounce="b.acme.example"), asking(zone))
    assert told(found) == [("bounces", "ok"), ("bounces", "fail")]
    assert line(found[1]) == "acme.example. IN MX 10 mail.acme.example."
    by_google = judge_bounces(sender(provider=GMAIL), asking({("acme.example", "MX"): ()}))
    assert line(by_google[0]) == "acme.example. IN MX 1 smtp.google.com."


POINTER = ("25.2.0.192.in-addr.arpa", "PTR")


def test_m27_the_address_has_a_name_which_leads_back_to_it() -> None:
    said = only(judge_reverse(sender(), asking()), Verdict.OK).said
    assert said == "192.0.2.25 is mail.acme.example, and mail.acme.example is 192.0.2.25."
    none = only(judge_reverse(sender(), asking({POINTER: ()})), Verdict.FAIL)
    assert line(none) == "25.2.0.192.in-addr.arpa. IN PTR mail.acme.example."
    other = only(judge_reverse(sender(), asking({POINTER: ("host25.isp.example",)})), Verdict.FAIL)
    assert line(other) == "host25.isp.example. IN A 192.0.2.25"
    inside: Zone = {("mail.acme.example", "A"): ("192.168.1.5",)}
    assert "no address that others see" in only(judge_reverse(sender(), asking(inside)), Verdict.WARN).said
    assert judge_reverse(sender(provider=GMAIL), asking()) == []


def test_m27_an_address_without_a_name_beside_a_good_one_matters_if_letters_leave_by_it() -> None:
    both: Zone = {("mail.acme.example", "AAAA"): ("2001:db8::25",)}
    found = judge_reverse(sender(), asking(both))
    assert told(found) == [("reverse DNS", "ok"), ("reverse DNS", "warn")]
    pointer = "5.2.0.0" + ".0" * 20 + ".8.b.d.0.1.0.0.2.ip6.arpa"
    assert line(found[1]) == f"{pointer}. IN PTR mail.acme.example."


def test_an_address_at_a_mail_provider_is_proved_by_that_provider_alone() -> None:
    private = sender(domain="gmail.com", bounce="gmail.com", is_private=True, key=None)
    assert told(judge(replace(private, provider=GMAIL), asking())) == [("domain", "warn")]
    assert told(judge(private, asking())) == [("domain", "fail")]


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("smtp.gmail.com", GMAIL),
        ("SMTP-relay.gmail.com.", GMAIL),
        ("smtp.office365.com", MICROSOFT_365),
        ("email-smtp.eu-west-1.amazonaws.com", SES),
        ("ec2-192-0-2-1.compute-1.amazonaws.com", PLAIN),
        ("mail.acme.example", PLAIN),
        ("notsmtp.gmail.com", PLAIN),
    ],
)
def test_a_provider_is_known_by_its_host(host: str, provider: object) -> None:
    assert provider_of(host) is provider


def test_a_book_notes_what_it_does_not_know_until_it_is_told() -> None:
    book = Book()
    judge(sender(), book.ask)
    ask, rounds = asking(), 0
    while book.open:
        rounds += 1
        book.write({one: ask(one.name, one.type) for one in book.open})
        found = judge(sender(), book.ask)
    assert {one.verdict for one in found} == {"ok"}
    assert rounds <= 3
    assert Question("acme.example", "TXT") in book.known
