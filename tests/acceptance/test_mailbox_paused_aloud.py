"""A mailbox that a server refuses says so where a person looks, and goes on when a person says so."""

from pathlib import Path

import pytest

from drip.actions.resume_mailbox import resume_mailbox
from drip.domain.send import State
from tests.acceptance.drill import TUESDAY, Drill, once
from tests.acceptance.engine_scene import url_in
from tests.unit.cli.typing_in import Terminal

GO_AWAY = "554 5.7.1 Your address is on a blocklist"


def test_a_paused_mailbox_says_so_aloud_keeps_its_letters_and_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIP_DATABASE_URL", url_in(tmp_path))
    drip = Terminal(capsys)
    with Drill(tmp_path, hook=once("connect", GO_AWAY)) as drill:
        drill.idle()
        said = capsys.readouterr()
        assert "mailbox.paused" in said.out + said.err
        box = drill.mailbox()
        assert box.paused_reason is not None
        assert f"paused: {box.paused_reason}" in " ".join(drip("mailbox list").out.split())
        assert f"paused: {box.paused_reason}" in " ".join(drip(f"mailbox show {box.name}").out.split())
        found = {one["code"]: one["words"] for one in drip("doctor --json").objects}
        assert box.paused_reason in found["mailbox_paused"]
        assert f"drip mailbox resume {box.name}" in found["mailbox_paused"]
        drill.run(resume_mailbox(drill.store, box.name, TUESDAY))
        while (next_at := drill.idle()) is not None and len(drill.peer.received) < 9:
            drill.run(drill.service.jump(next_at))
        assert [one.state for one in drill.letters()] == [State.ACCEPTED] * 9
