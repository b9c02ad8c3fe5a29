"""SPF: who may send, how many questions it costs, what to paste (RFC 7208; MAIL 27)."""

from ipaddress import ip_address

import pytest

from drip.domain.proofs.finding import Verdict
from drip.domain.proofs.spf import judge_spf
from drip.domain.proofs.spf_record import SpfError, mended, read_terms
from drip.domain.proofs.spf_tree import read_spf
from drip.domain.provider import GMAIL, SES
from tests.unit.domain.proofs.zone import Zone, asking, line, only, sender

GOOGLE: Zone = {("_spf.google.com", "TXT"): ("v=spf1 include:_netblocks.google.com ~all",)} | {
    ("_netblocks.google.com", "TXT"): ("v=spf1 ip4:203.0.113.0/24 ~all",)
}


def test_m27_our_server_is_let_and_the_look_ups_are_counted() -> None:
    found, passes = judge_spf(sender(), asking())
    said = "acme.example lets mail.acme.example (192.0.2.25) send; 1 of 10 look-ups."
    assert (only(found, Verdict.OK).said, passes) == (said, True)


def test_m27_without_a_record_the_one_that_lets_our_server_is_to_be_pasted() -> None:
    ask = asking({("acme.example", "TXT"): ("a-token",)})
    found, passes = judge_spf(sender(), ask)
    assert not passes
    assert line(only(found, Verdict.FAIL)) == 'acme.example. IN TXT "v=spf1 a:mail.acme.example ~all"'
    [by_google] = judge_spf(sender(provider=GMAIL, host="smtp.gmail.com"), ask)[0]
    assert line(by_google) == 'acme.example. IN TXT "v=spf1 include:_spf.google.com ~all"'
    [by_address] = judge_spf(sender(host="192.0.2.9"), ask)[0]
    assert line(by_address) == 'acme.example. IN TXT "v=spf1 ip4:192.0.2.9 ~all"'


def test_m27_two_records_are_none_and_become_one() -> None:
    two = ("v=spf1 mx ~all", "v=spf1 include:_spf.google.com -all")
    found, _ = judge_spf(sender(), asking({("acme.example", "TXT"): two}))
    wanted = "v=spf1 mx include:_spf.google.com a:mail.acme.example -all"
    assert line(only(found, Verdict.FAIL)) == f'acme.example. IN TXT "{wanted}"'
    assert "2 SPF records" in found[0].said


def test_m27_eleven_look_ups_are_too_many_and_the_dearest_are_named_first() -> None:
    zone: Zone = {(f"{n}.relay.example", "TXT"): ("v=spf1 ip4:198.51.100.1 -all",) for n in range(8)}
    nested = " ".join(f"include:{n}.relay.example" for n in range(8))
    zone["relay.example", "TXT"] = (f"v=spf1 {nested} -all",)
    ten = asking(zone, spf="v=spf1 a:mail.acme.example include:relay.example -all")  # 1 + 1 + 8
    found, passes = judge_spf(sender(), ten)
    assert ("10 of 10 look-ups" in only(found, Verdict.OK).said, passes) == (True, True)
    eleven = asking(zone, spf="v=spf1 a:mail.acme.example mx include:relay.example -all")
    found, passes = judge_spf(sender(), eleven)
    assert not passes
    assert "takes 11 look-ups" in only(found, Verdict.FAIL).said
    assert "(include:relay.example 9, a:mail.acme.example 1, mx 1)" in found[0].said


def test_m27_the_include_of_a_provider_counts_wherever_it_is_nested() -> None:
    by = sender(provider=GMAIL, host="smtp.gmail.com")
    zone: Zone = {**GOOGLE, ("spf.acme.example", "TXT"): ("v=spf1 include:_spf.google.com -all",)}
    for spf in ("v=spf1 include:_spf.google.com ~all", "v=spf1 include:spf.acme.example ~all"):
        assert judge_spf(by, asking(zone, spf=spf))[1], spf
    assert judge_spf(by, asking(zone, spf="v=spf1 redirect=spf.acme.example"))[1]
    found, passes = judge_spf(by, asking(zone, spf="v=spf1 mx ?include:_spf.google.com -all"))
    assert not passes
    assert 'v=spf1 mx ?include:_spf.google.com include:_spf.google.com -all"' in line(only(found, Verdict.FAIL))


def test_m27_a_server_that_is_not_let_is_told_with_the_record_mended() -> None:
    found, passes = judge_spf(sender(), asking(spf="v=spf1 ip4:198.51.100.0/24 -all"))
    assert not passes
    wanted = "v=spf1 ip4:198.51.100.0/24 a:mail.acme.example -all"
    assert line(only(found, Verdict.FAIL)) == f'acme.example. IN TXT "{wanted}"'
    perhaps, passes = judge_spf(sender(), asking(GOOGLE, spf="v=spf1 include:_spf.google.com -all"))
    assert not passes
    assert "If its letters leave by another machine" in only(perhaps, Verdict.WARN).advice


def test_m27_an_address_of_our_server_that_is_left_out_is_told() -> None:
    both: Zone = {("mail.acme.example", "AAAA"): ("2001:db8::25",)}
    found, passes = judge_spf(sender(), asking(both, spf="v=spf1 ip4:192.0.2.25 -all"))
    assert passes
    assert "does not let 2001:db8::25 send" in only(found, Verdict.WARN).said
    assert line(found[0]) == 'acme.example. IN TXT "v=spf1 ip4:192.0.2.25 a:mail.acme.example -all"'


def test_a_server_without_an_address_that_others_see_is_not_judged() -> None:
    found, passes = judge_spf(sender(host="10.0.0.3"), asking())
    assert not passes
    assert "no address that others see" in only(found, Verdict.WARN).said


def test_ses_has_a_return_address_of_its_own() -> None:
    found, passes = judge_spf(sender(provider=SES, host="email-smtp.eu-west-1.amazonaws.com"), asking())
    assert not passes
    assert "MAIL FROM domain" in only(found, Verdict.WARN).advice


@pytest.mark.parametrize(
    ("spf", "verdict", "said"),
    [
        ("v=spf1 a:mail.acme.example +all", "fail", "lets everybody send"),
        ("v=spf1 a:mail.acme.example ?all", "warn", "does not say what to do with other senders"),
        ("v=spf1 a:mail.acme.example", "warn", "does not say what to do with other senders"),
        ("v=spf1 a:mail.acme.example ptr -all", "warn", '"ptr" should not be used'),
        ("v=spf1 a:mail.acme.example ipv4:192.0.2.1 -all", "fail", '"ipv4:192.0.2.1" is no term of SPF'),
        ("v=spf1 a:mail.acme.example ip4:192.0.2.256 -all", "fail", "holds no IPv4 address"),
        ("v=spf1 a:mail.acme.example include:gone.example -all", "fail", "gone.example has no SPF record"),
        ("v=spf1 a:mail.acme.example include:acme.example -all", "fail", "include each other"),
        ("v=spf1 a:mail.acme.example redirect=a.example redirect=b.example", "fail", "stands there a second time"),
        (
            "v=spf1 a:mail.acme.example a:x.example a:y.example mx:z.example -all",
            "fail",
            "3 look-ups find nothing (a:x.example, a:y.example, mx:z.example)",
        ),
    ],
)
def test_m27_what_a_receiver_would_stumble_over_is_told(spf: str, verdict: str, said: str) -> None:
    found, _ = judge_spf(sender(), asking(spf=spf))
    assert [(one.verdict, said in one.said) for one in found] == [(verdict, True)], found


def test_a_term_to_blame_is_left_out_of_what_is_to_be_pasted() -> None:
    [found] = judge_spf(sender(), asking(spf="v=spf1 include:gone.example a:mail.acme.example -all"))[0]
    assert line(found) == 'acme.example. IN TXT "v=spf1 a:mail.acme.example -all"'


def test_what_the_dns_does_not_say_is_told_as_that() -> None:
    zone: Zone = {("_spf.google.com", "TXT"): "SERVFAIL"}
    [found] = judge_spf(sender(), asking(zone, spf="v=spf1 include:_spf.google.com -all"))[0]
    assert (found.verdict, found.said) == ("fail", "The SPF record could not be looked up. _spf.google.com: SERVFAIL.")


@pytest.mark.parametrize(
    ("spf", "address", "sign"),
    [
        ("v=spf1 ip4:198.51.100.0/28 -all", "198.51.100.15", "+"),
        ("v=spf1 ip4:198.51.100.0/28 -all", "198.51.100.16", "-"),
        ("v=spf1 ip6:2001:db8::/32 ~all", "2001:db8:1::5", "+"),
        ("v=spf1 ip6:2001:db8::/32 ~all", "192.0.2.1", "~"),
        ("v=spf1 a:mail.acme.example/24 -all", "192.0.2.200", "+"),
        ("v=spf1 a/24//64 mx -all", "192.0.2.25", "+"),
        ("v=spf1 mx -all", "192.0.2.25", "+"),
        ("v=spf1 -ip4:192.0.2.25 mx -all", "192.0.2.25", "-"),
        ("v=spf1 include:_spf.google.com -all", "203.0.113.9", "+"),
        ("v=spf1 include:_spf.google.com -all", "192.0.2.1", "-"),
        ("v=spf1 redirect=_spf.google.com", "192.0.2.1", "~"),
        ("v=spf1 -all redirect=_spf.google.com", "203.0.113.9", "-"),
        ("v=spf1 redirect=_spf.google.com mx", "192.0.2.25", "+"),
        ("v=spf1 mx", "198.51.100.1", "?"),
        ("V=SPF1 MX -ALL exp=why.acme.example", "192.0.2.25", "+"),
    ],
)
def test_an_address_is_judged_by_the_first_term_that_matches(spf: str, address: str, sign: str) -> None:
    assert read_spf("acme.example", asking(GOOGLE, spf=spf)).sign(ip_address(address)) == sign


def test_a_name_made_of_the_sender_is_counted_and_not_asked() -> None:
    read = read_spf("acme.example", asking(spf="v=spf1 exists:%{i}._spf.acme.example include:%{d2}.example -all"))
    assert (read.cost, read.problem, read.void) == (2, None, ())


def test_each_host_of_an_mx_without_an_address_is_a_look_up_that_finds_nothing() -> None:
    zone: Zone = {("acme.example", "MX"): ("10 x.example.", "20 mail.acme.example.", "30 y.example.")}
    assert read_spf("acme.example", asking(zone, spf="v=spf1 mx a:z.example -all")).void == ("mx", "mx", "a:z.example")


def test_records_that_include_without_end_are_read_no_further_than_it_takes() -> None:
    zone: Zone = {(f"{n}.x", "TXT"): (f"v=spf1 include:{n + 1}.x include:{n + 2}.x -all",) for n in range(200)}
    read = read_spf("acme.example", asking(zone, spf="v=spf1 include:0.x -all"))
    assert read.problem is not None
    assert "too many records" in read.problem


@pytest.mark.parametrize(
    "word", ["all:x", "include", "ip4", "a/33", "a//129", "include:x/24", "redirect=", "=x", "ip6:192.0.2.1"]
)
def test_a_term_that_is_none_is_named(word: str) -> None:
    with pytest.raises(SpfError) as caught:
        read_terms(f"v=spf1 mx {word} -all")
    assert caught.value.term == word


def test_a_mended_record_keeps_its_order_its_strictest_end_and_its_redirect() -> None:
    assert mended(["v=spf1 mx -all"], "a") == "v=spf1 mx a -all"
    assert mended(["v=spf1 mx +all"], "mx") == "v=spf1 mx ~all"
    assert mended(["v=spf1 redirect=x.example"], "mx") == "v=spf1 mx redirect=x.example"
    assert mended(["v=spf1 ?all", "v=spf1 ~all"], "") == "v=spf1 ~all"
