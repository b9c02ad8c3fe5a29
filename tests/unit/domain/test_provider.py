"""Presets: what a provider's mailbox is set up with, as that provider documents it."""

import pytest

from drip.domain.provider import (
    GMAIL,
    MICROSOFT_365,
    PLAIN,
    PRESETS,
    SES,
    Proposal,
    ProviderError,
    propose,
    provider_of,
)


def test_a_preset_says_server_login_and_pace() -> None:
    assert propose(GMAIL, "kim@seller.com") == Proposal(
        *("smtp.gmail.com", 587, "starttls", "kim@seller.com"), per_minute=None, per_day=2000, bounces_to="own"
    )
    assert propose(MICROSOFT_365, "kim@seller.com") == Proposal(
        *("smtp.office365.com", 587, "starttls", "kim@seller.com"), per_minute=30, per_day=10_000, bounces_to="own"
    )


def test_an_address_that_anybody_can_have_may_send_less() -> None:
    assert propose(GMAIL, "kim@GMail.com").per_day == 500
    assert propose(MICROSOFT_365, "kim@outlook.com").per_day == 300


def test_ses_has_a_server_a_region_and_begins_in_the_sandbox() -> None:
    host = "email-smtp.eu-west-1.amazonaws.com"
    proposal = propose(SES, "kim@seller.com", host)
    assert (proposal.host, proposal.login, proposal.per_minute, proposal.per_day) == (host, None, 60, 200)
    with pytest.raises(ProviderError, match=r"such as email-smtp\.eu-west-1\.amazonaws\.com"):
        propose(SES, "kim@seller.com")


def test_a_server_of_ones_own_has_no_limits_we_know_of() -> None:
    assert propose(PLAIN, "kim@seller.com", "mail.seller.com") == Proposal(
        *("mail.seller.com", 587, "starttls", None), per_minute=None, per_day=None, bounces_to="tagged"
    )
    with pytest.raises(ProviderError, match="Which server"):
        propose(PLAIN, "kim@seller.com")


def test_another_server_of_the_same_provider_may_be_named_and_no_foreign_one() -> None:
    relay = propose(GMAIL, "kim@seller.com", "smtp-relay.gmail.com")
    assert (relay.host, relay.login) == ("smtp-relay.gmail.com", None)
    with pytest.raises(ProviderError, match=r"mail\.seller\.com is not a server of Gmail"):
        propose(GMAIL, "kim@seller.com", "mail.seller.com")


def test_every_preset_is_known_again_by_its_own_host() -> None:
    for provider in PRESETS.values():
        assert provider_of(provider.host or provider.example) is provider
