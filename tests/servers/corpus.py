"""The corpus of real mail and SMTP replies that stands beside the repository on some machines."""

import json
import os
from pathlib import Path
from typing import Any


def real_replies() -> list[dict[str, Any]]:
    """The replies of `DRIP_MAIL_CORPUS`, each with `text`, `command` and `hard`; none where there is no corpus."""
    folder = os.environ.get("DRIP_MAIL_CORPUS")
    path = Path(folder or ".") / "smtp-replies.jsonl"
    if not folder or not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
