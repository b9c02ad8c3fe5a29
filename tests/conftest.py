"""What every test has: real servers, the --long switch, hypothesis profiles, and the law that nothing is skipped."""

import gc
import os
import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.order import Together, mixed
from tests.servers.certificate import certificate
from tests.servers.chromium import browser, page
from tests.servers.imap_fixture import start_imap_peer
from tests.servers.nameserver import nameserver
from tests.servers.nest import start_cold
from tests.servers.postgres import database_url, postgres, postgres_url
from tests.servers.scratch import keep_in_memory
from tests.servers.shared import share
from tests.servers.smtp import smtp_peer, start_smtp_peer
from tests.servers.valkey import valkey, valkey_url
from tests.store.compiled import keep_compiled
from tests.store.migrated import empty, migrated_database, migrated_file, migrated_url

__all__ = [
    "browser",
    "certificate",
    "database_url",
    "empty",
    "migrated_database",
    "migrated_file",
    "migrated_url",
    "nameserver",
    "page",
    "postgres",
    "postgres_url",
    "smtp_peer",
    "start_imap_peer",
    "start_smtp_peer",
    "valkey",
    "valkey_url",
]

set_hypothesis_home_dir(os.path.join(sys.prefix, "hypothesis"))  # it notes where the files of a machine are
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("default", derandomize=True, max_examples=60, deadline=None, suppress_health_check=SLOW)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=SLOW, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch for the full numbers."""
    parser.addoption("--long", action="store_true", help="full numbers, and the tests marked long")


def pytest_configure(config: pytest.Config) -> None:
    """Modest and repeatable by default; large and random with --long. No test sees the caller's DRIP_* settings."""
    gc.disable()  # all that is read and collected now stays to the end
    settings.load_profile("long" if config.getoption("--long") else "default")
    if config.getoption("--long"):
        start_cold()
    else:
        keep_compiled()
        keep_in_memory()
    kept = {"DRIP_CHROMIUM", "DRIP_MAIL_CORPUS", "DRIP_NO_UV"}
    for name in [name for name in os.environ if name.startswith("DRIP_") and name not in kept]:
        del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked long, unless asked for; of several processes all have the same order."""
    if not config.getoption("--long"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    if hasattr(config, "workerinput"):
        items[:] = mixed(items)


def pytest_collection_finish() -> None:
    """The tests begin: what is there by now need not be looked through again and again."""
    gc.enable()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """The processes of `./run test` share what they have read."""
    if sys.platform.startswith("linux") and not config.getoption("--long"):
        share(specs, config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Who runs what, where `./run test` has started several processes."""
    if config.getvalue("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # they come in a good order
    return Together(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failed one: a server that is missing is to be brought, not excused."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which the house forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skipped module is a failed one, too."""
    report = yield
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, which the house forbids: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def long_run(request: pytest.FixtureRequest) -> bool:
    """True with --long: use the full numbers."""
    return bool(request.config.getoption("--long"))
