"""Log lines go to standard error, whatever it is by then."""

import io
import sys

import pytest
import structlog

from workers import log


def test_a_line_goes_to_what_is_standard_error_when_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    before, first, then = structlog.get_config(), io.StringIO(), io.StringIO()
    try:
        monkeypatch.setattr(sys, "stderr", first)
        log.set_up("warning")
        logger = structlog.get_logger()
        logger.warning("one.said")
        assert "one.said" in first.getvalue()
        first.close()
        monkeypatch.setattr(sys, "stderr", then)
        logger.warning("two.said")
        assert "two.said" in then.getvalue()
    finally:
        structlog.configure(**before)
