"""The Valkey of the tests is real, and forgets when it is flushed or killed."""

import signal

import redis

from tests.servers.valkey import Valkey


def test_the_address_given_to_a_test_is_empty(valkey_url: str, valkey: Valkey) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.dbsize() == 0
        client.set("doorbell", "rung")
        assert client.get("doorbell") == b"rung"
        valkey.flush()
        assert client.get("doorbell") is None


def test_it_comes_back_empty_on_the_same_port_after_a_kill(valkey: Valkey) -> None:
    port = valkey.port
    with redis.Redis(port=port) as client:
        client.set("doorbell", "rung")
    valkey.stop(signal.SIGKILL)
    valkey.restart()
    assert valkey.port == port
    with redis.Redis(port=port) as client:
        assert client.get("doorbell") is None
