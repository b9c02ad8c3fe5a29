"""Settings come from what is given, else the environment, else the defaults; a wrong one is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from drip.config import SettingsError, load_settings


def test_the_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:///drip.db"
    assert settings.database_file == Path("drip.db")
    assert (settings.host, settings.port, settings.secret) == ("127.0.0.1", 8025, None)
    assert settings.public_url == "http://127.0.0.1:8025"


def test_the_environment_wins_over_the_defaults_and_what_is_given_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIP_PORT", "9001")
    monkeypatch.setenv("DRIP_RETRY_FIRST", "90")
    monkeypatch.setenv("DRIP_UNKNOWN", "is no matter")
    assert load_settings().port == 9001
    assert load_settings().retry_first == timedelta(seconds=90)
    assert load_settings(port=0).port == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "many", 'DRIP_PORT is "many"'),
        ("port", "70000", "DRIP_PORT"),
        ("public_url", "drip.example.com", "https://drip.example.com"),
        ("public_url", "https://", "https://drip.example.com"),
        ("public_url", "https://drip.example.com:high", "https://drip.example.com"),
        ("public_url", "https://drip.example.com/?from=mail", "https://drip.example.com"),
        ("public_url", "https://drip.example.com/#top", "https://drip.example.com"),
        ("log", "loud", "DRIP_LOG"),
        ("connections", "0", "DRIP_CONNECTIONS"),
        ("retry_first", "soon", "DRIP_RETRY_FIRST"),
        ("retry_first", "nan", "write a number of seconds"),
        ("retry_first", "inf", "write a number of seconds"),
        ("retry_first", "1e30", "write a number of seconds"),
        ("retry_first", "1e11", 'DRIP_RETRY_FIRST is "1e11": write a number of seconds, at most a hundred years'),
        ("retry_first", "-1", 'DRIP_RETRY_FIRST is "-1": write a number of seconds that is not negative'),
        ("lease", "0", 'DRIP_LEASE is "0": write a number of seconds greater than 0'),
        ("handing", "0", "DRIP_HANDING"),
        ("tick", "0", "DRIP_TICK"),
        ("redis_url", "localhost:6379", "redis://host:6379/0"),
        ("redis_url", "redis://", "redis://host:6379/0"),
        ("redis_url", "redis://:password@host:port/0", "redis://host:6379/0"),
        ("redis_url", "unix://", "redis://host:6379/0"),
        ("listen", "127.0.0.1:8024", "lmtp://127.0.0.1:8024"),
        ("listen", "lmtp://127.0.0.1", "lmtp://127.0.0.1:8024"),
        ("listen", "smtp://0.0.0.0:70000", "lmtp://127.0.0.1:8024"),
        ("listen", "smtp://0.0.0.0:25, lmtp://0.0.0.0:25", "RFC 2033"),
        ("largest_mail", "0", "DRIP_LARGEST_MAIL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(**{name: value})


def test_a_secret_that_is_too_short_is_refused_and_never_repeated() -> None:
    with pytest.raises(SettingsError, match="at least 32 characters") as error:
        load_settings(secret="hush")
    assert "hush" not in str(error.value)


def test_a_setting_that_is_empty_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIP_SECRET", "")
    monkeypatch.setenv("DRIP_REDIS_URL", "")
    assert (load_settings().secret, load_settings().redis_url) == (None, None)


def test_the_places_mail_servers_bring_mail_to_are_read_one_by_one() -> None:
    places = load_settings(listen="lmtp://127.0.0.1:8024, smtp://[::1]:2525").listening
    assert [(one.protocol, one.host, one.port) for one in places] == [
        ("lmtp", "127.0.0.1", 8024),
        ("smtp", "::1", 2525),
    ]
    assert [str(one) for one in places] == ["lmtp://127.0.0.1:8024", "smtp://[::1]:2525"]
    assert load_settings().listening == ()


def test_a_mail_of_25_mb_is_taken_in_unless_another_size_is_set() -> None:
    assert load_settings().largest_octets == 26_214_400
    assert load_settings(largest_mail=0.5).largest_octets == 524_288


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


def test_a_public_address_has_no_slash_at_its_end() -> None:
    assert load_settings(public_url="https://drip.example.com/").public_url == "https://drip.example.com"


def test_a_database_server_has_no_file() -> None:
    assert load_settings(database_url="postgresql://drip@db/drip").database_file is None


@pytest.mark.parametrize(
    "address",
    ["redis://host", "redis://:s3cret@10.0.0.7:6379/0", "rediss://[::1]:6380/2", "unix:///run/redis.sock?db=1"],
)
def test_each_form_of_an_address_of_redis_is_taken(address: str) -> None:
    assert load_settings(redis_url=address).redis_url == address
