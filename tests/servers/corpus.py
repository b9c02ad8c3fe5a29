"""The corpus of real mail and SMTP replies that stands beside the repository on some machines."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def real_replies() -> list[dict[str, Any]]:
    """The replies of `DRIP_MAIL_CORPUS`, each with `text`, `command` and `hard`; none where there is no corpus."""
    folder = os.environ.get("DRIP_MAIL_CORPUS")
    path = Path(folder or ".") / "smtp-replies.jsonl"
    if not folder or not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def real_mails() -> Iterator[tuple[dict[str, Any], bytes]]:
    """The mails of `DRIP_MAIL_CORPUS`, each with its labels: `cls`, `recipients`, and of some `recs`."""
    folder = Path(os.environ.get("DRIP_MAIL_CORPUS") or ".")
    labels = folder / "labels.jsonl"
    if os.environ.get("DRIP_MAIL_CORPUS") and labels.is_file():
        for line in labels.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield row, (folder / row["file"]).read_bytes()
