"""The compose file is valid, open on loopback only, in the right order, and gives nobody a password to guess."""

import re
from typing import Any

import pytest
import yaml

from tests.servers.compose import FILE, ROOT, MissingError, entrypoint, read, services

GIVEN = {"POSTGRES_PASSWORD": "a password", "DRIP_SECRET": "a secret"}
TOP = {"name", "services", "volumes"}
KNOWN = {  # what the compose specification calls the parts of a service that we use
    *{"build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports", "read_only"},
    *{"restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes"},
}
CHECK = {"test", "interval", "timeout", "retries", "start_period"}
DURATION = re.compile(r"\d+(ms|s|m|h)")
ONE_SHOT = "migrate"
OURS = {"migrate", "web", "worker", "scheduler", "inbound"}
DRAIN = 10  # seconds a stop may take


def seconds(duration: str) -> int:
    """A duration of the file that is written in seconds."""
    assert duration.endswith("s"), duration
    return int(duration[:-1])


def test_the_file_has_only_what_the_specification_knows() -> None:
    assert {key for key in read() if not key.startswith("x-")} == TOP
    for name, service in services().items():
        assert set(service) - KNOWN == set(), name
        check = service.get("healthcheck", {})
        assert set(check) - CHECK == set(), name
        waits = [
            service.get("stop_grace_period", "1s"),
            *(check[key] for key in check if key not in ("test", "retries")),
        ]
        assert all(DURATION.fullmatch(wait) for wait in waits), name


def test_values_have_the_types_the_specification_asks_for() -> None:
    for name, service in services().items():
        assert isinstance(service["image"], str), name
        assert all(isinstance(word, str) for word in service.get("command", [])), name
        assert all(isinstance(value, str | int) for value in service.get("environment", {}).values()), name
        for key in ("ports", "volumes", "tmpfs", "cap_drop", "security_opt"):
            assert all(isinstance(one, str) for one in service.get(key, [])), (name, key)
        assert isinstance(service.get("restart"), str), name  # a bare `no` would be false


def test_images_of_others_have_a_stated_version() -> None:
    for name, service in services().items():
        image, _, version = service["image"].rpartition(":")
        assert image, name
        assert "build" in service or re.match(r"v?\d+\.\d+", version), name


def test_every_process_that_stays_is_started_again_and_has_a_health_check() -> None:
    for name, service in services().items():
        if name == ONE_SHOT:
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        test = service["healthcheck"]["test"]
        assert test[0] in ("CMD", "CMD-SHELL"), name
        assert test[1:], name


def test_nothing_starts_before_what_it_needs() -> None:
    declared = services()
    for name, service in declared.items():
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed == ONE_SHOT else "service_healthy"
            assert how == {"condition": wanted}, (name, needed)
            assert needed in declared, (name, needed)
    assert set(declared[ONE_SHOT]["depends_on"]) == {"postgres"}
    for name in OURS - {ONE_SHOT}:
        assert set(declared[name]["depends_on"]) == {ONE_SHOT, "postgres", "valkey"}, name


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", GIVEN)
def test_a_secret_that_is_not_given_stops_everything(name: str) -> None:
    with pytest.raises(MissingError, match=name):
        services({other: value for other, value in GIVEN.items() if other != name})


def test_every_password_is_demanded_and_none_has_a_default() -> None:
    text = FILE.read_text()
    for name in GIVEN:
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert uses
        assert [use for use in uses if not use.startswith(f"${{{name}:?")] == []
    settings = [pair for service in services().values() for pair in service.get("environment", {}).items()]
    named = [str(value) for key, value in settings if re.search("PASSWORD|SECRET|TOKEN|_KEY", key)]
    assert named
    assert [value for value in named if not value.startswith("${")] == []
    addresses = [str(value) for _, value in settings if "://" in str(value)]
    assert [url for url in addresses if "@" in url and ":${POSTGRES_PASSWORD:?" not in url] == []


def test_the_example_of_settings_names_what_must_be_given_and_gives_nothing_away() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {name: pairs[name] for name in GIVEN} == dict.fromkeys(GIVEN, "")


def test_volumes_and_folders_are_declared() -> None:
    mounted = [volume.split(":") for service in services().values() for volume in service.get("volumes", [])]
    assert {name for name, _ in mounted} == set(read()["volumes"])
    for name in OURS:
        ours: dict[str, Any] = services()[name]
        kept = [path for _, path in (volume.split(":") for volume in ours["volumes"])]
        assert any(ours["environment"]["DRIP_MAILDIR"].startswith(f"{path}/") for path in kept), name
        assert ours["read_only"], name


def test_a_stop_has_the_time_to_drain() -> None:
    for name in OURS:
        assert seconds(services()[name]["stop_grace_period"]) > DRAIN, name


def test_every_process_of_ours_gets_the_same_settings() -> None:
    given = [services(GIVEN)[name]["environment"] for name in sorted(OURS)]
    assert all(one == given[0] for one in given)
    assert {"DRIP_DATABASE_URL", "DRIP_REDIS_URL", "DRIP_SECRET", "DRIP_PUBLIC_URL"} <= set(given[0])


def test_the_image_runs_drip_as_a_user_without_rights_from_locked_packages() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert entrypoint() == ["python", "-P", "-m", "drip"]
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users == ["drip"]
    assert lines.index("USER drip") < next(at for at, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    installs = [line for line in lines if "pip install" in line]
    assert installs
    assert all("--require-hashes -r requirements.txt" in line for line in installs)
    assert all(re.search(r":\d+\.\d+", line) for line in lines if line.startswith("FROM"))


def test_what_the_image_takes_in_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY") and "--from" not in line}
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert allowed[0] == "*"
    assert {line[1:] for line in allowed if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


def test_no_key_stands_twice() -> None:
    class Strict(yaml.SafeLoader):
        """Refuses what YAML says twice, of which readers keep the last."""

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        loader.flatten_mapping(node)
        return loader.construct_mapping(node)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    yaml.load(FILE.read_text(), Strict)
