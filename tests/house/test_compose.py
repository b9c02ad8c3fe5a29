"""The compose file is valid, listens on loopback only, and gives nobody a password to guess."""

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "docker-compose.yml"


def services() -> dict[str, dict[str, Any]]:
    """The services by name."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return declared


def test_each_service_has_an_image_of_a_stated_version_and_a_health_check() -> None:
    for name, service in services().items():
        assert ":" in service["image"], name
        assert not service["image"].endswith(":latest"), name
        assert service["healthcheck"]["test"], name


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_password_is_demanded_and_none_has_a_default() -> None:
    settings = [pair for service in services().values() for pair in service.get("environment", {}).items()]
    secrets = {name: value for name, value in settings if "PASSWORD" in name or "SECRET" in name}
    assert secrets
    assert {name: value for name, value in secrets.items() if not value.startswith(f"${{{name}:?")} == {}
