"""The DNS asked for real: what is there, what is not, and a server that is broken, silent or has much to say."""

import pytest

from drip.domain.proofs.answers import Answer, Question
from drip.outbound.resolver import Resolver, ResolverError
from tests.servers.nameserver import Nameserver


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        ("TXT", ("v=spf1 -all", 'a "quoted" \\\\ one'), ('a "quoted" \\\\ one', "v=spf1 -all")),
        ("TXT", ("p=" + "A" * 392,), ("p=" + "A" * 392,)),
        ("MX", ("10 mail.acme.example.", "20 b.example."), ("10 mail.acme.example.", "20 b.example.")),
        ("MX", ("0 .",), ("0 .",)),
        ("A", ("192.0.2.25",), ("192.0.2.25",)),
        ("AAAA", ("2001:db8::25",), ("2001:db8::25",)),
        ("PTR", ("mail.acme.example.",), ("mail.acme.example",)),
    ],
)
async def test_what_is_there_is_read(
    nameserver: Nameserver, kind: str, given: tuple[str, ...], read: tuple[str, ...]
) -> None:
    nameserver.put("acme.example", kind, *given)
    question = Question("acme.example", kind)
    answers = await Resolver(nameserver.place).look_up([question])
    assert sorted(answers[question].values) == sorted(read)
    assert answers[question].failed is None


async def test_a_name_that_is_not_there_and_a_type_that_is_not_there_are_nothing(nameserver: Nameserver) -> None:
    nameserver.put("acme.example", "A", "192.0.2.25")
    questions = [Question("gone.example", "TXT"), Question("acme.example", "TXT")]
    assert await Resolver(nameserver.place).look_up(questions) == dict.fromkeys(questions, Answer())


async def test_an_answer_longer_than_a_datagram_is_fetched_by_tcp(nameserver: Nameserver) -> None:
    nameserver.put("acme.example", "TXT", *(f"{n}" * 250 for n in range(8)))
    question = Question("acme.example", "TXT")
    assert len((await Resolver(nameserver.place).look_up([question]))[question].values) == 8
    assert [by for _, _, by in nameserver.asked] == ["udp", "tcp"]


async def test_trouble_is_an_answer_that_says_which(nameserver: Nameserver) -> None:
    nameserver.broken.add("broken.example")
    nameserver.silent.add("silent.example")
    names = ("broken.example", "silent.example", "a..b")
    questions = [Question(name, "TXT") for name in names]
    answers = await Resolver(nameserver.place, patience=0.2).look_up(questions)
    assert [answers[one].failed for one in questions] == [
        "SERVFAIL: the servers of that domain are broken, or its DNSSEC is",
        f"{nameserver.place} did not answer within 0.2 seconds",
        "EmptyLabel: A DNS label is empty",
    ]


@pytest.mark.parametrize("server", ["dns.example", "1.1.1.1:domain", "[::1]53x", "1.1.1.1:99999"])
def test_a_resolver_that_is_none_is_refused(server: str) -> None:
    with pytest.raises(ResolverError, match=r"Give its address: 1\.1\.1\.1, or 127\.0\.0\.1:5353"):
        Resolver(server)


@pytest.mark.parametrize("server", ["1.1.1.1", "127.0.0.1:5353", "::1", "[::1]:5353"])
def test_a_resolver_is_given_by_its_address(server: str) -> None:
    assert Resolver(server).server == server
