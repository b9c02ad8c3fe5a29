"""The language the rules about answers are written in: words, concepts, phrases."""

import pytest

from drip.domain.answering.phrases import gist, phrases
from drip.domain.answering.rules import RULES
from drip.domain.answering.words import CONCEPTS, DIALECTS, GLUED, STOPS


def says(phrase: str, text: str) -> bool:
    """Whether a text says a phrase."""
    pattern = phrases([phrase])
    return pattern is not None and pattern.search(gist(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "no such user",
        "NO SUCH USER",
        "NoSuchUser",
        "550 5.1.1 no such user",
        "no (such) <user>",
        "No such employee",
        "nosuchuser",
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str) -> None:
    assert says("no such user", text)


@pytest.mark.parametrize(
    "text",
    [
        "user unknown",
        "Utilisateur inconnu",
        "Benutzer unbekannt",
        "usuario desconocido",
        "Utente sconosciuto",
        "gebruiker onbekend",
        "użytkownik nieznany",
        "Пользователь неизвестен",
        "用户不存在",
    ],
)
def test_one_phrase_is_found_in_many_languages(text: str) -> None:
    assert says("user absent", text)


@pytest.mark.parametrize("text", ["l'adresse n'existe pas", "L’ADRESSE N’EXISTE PAS", "d'adresse n'existe"])
def test_elided_french_is_read(text: str) -> None:
    assert says("address not found", text)


def test_a_gap_does_not_go_past_the_end_of_a_sentence() -> None:
    assert says("user ~ absent", "the user Ann is quite unknown")
    assert not says("user ~ absent", "Ask the user. Unknown trouble")
    assert not says("user ~ absent", "user one two three four unknown")


def test_an_address_and_a_host_are_words_of_their_own() -> None:
    assert says("mailaddress absent", "<unknown.user@firm.example> unknown")
    assert says("thisaddress user absent", "<ann@firm.example>: user unknown")
    assert not says("thisaddress user absent", "<ann@firm.example>... user unknown")
    assert says("hostliteral not found", "firm.example not found")
    assert not says("spam", "mx.spam.example says hello")
    assert says("blocklist", "see https://www.spamhaus.org/query/ip/192.0.2.1")


def test_a_concept_that_there_is_not_is_found_at_once() -> None:
    with pytest.raises(KeyError):
        phrases(["no such unicorn"])


def test_a_word_belongs_to_one_concept() -> None:
    words = [word for listed in CONCEPTS.values() for word in listed.split()]
    assert sorted(words) == sorted(set(words))
    assert not set(words) & set(STOPS.split())
    assert {one for concepts in GLUED.values() for one in concepts} <= set(CONCEPTS)
    assert {concept for _, concept, _ in DIALECTS} <= set(CONCEPTS)


def test_every_rule_says_why_and_where_it_is_from() -> None:
    assert [rule for rule in RULES if not rule.why.endswith(".") or not rule.source] == []
