"""Where there is no terminal, the demo tells what each month brought in a line."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from drip.cli.demo.watching import watching

BEGIN, END = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)


def test_a_month_is_told_when_it_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    with watching(BEGIN, END, counts) as audience:
        audience.see(datetime(2026, 1, 6, tzinfo=UTC), 1)
        counts["opt_in"] += 1
        audience.see(datetime(2026, 1, 30, tzinfo=UTC), 12)
        audience.see(datetime(2026, 2, 2, tzinfo=UTC), 12)
        counts.update(call=2, meeting_set=1)
        audience.see(datetime(2026, 2, 20, tzinfo=UTC), 13)
        audience.see(datetime(2026, 3, 2, tzinfo=UTC), 13)
        audience.see(datetime(2026, 4, 1, tzinfo=UTC), 13)
    told = capsys.readouterr().err.splitlines()
    assert told == ["Jan 2026: 12 letters, 1 opt-in", "Feb 2026: 1 letter, 2 calls, 1 meeting", "Mar 2026: nothing"]


def test_many_numbers_are_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(opt_in=11, click=1234, reply=11, call=1234, meeting_set=99, opt_out=11, keep_open=11)
    with watching(BEGIN, END, counts) as audience:
        audience.see(BEGIN, 12_345)
        audience.see(END, 12_345)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert max(map(len, told)) <= 80
