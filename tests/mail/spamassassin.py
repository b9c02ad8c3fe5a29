"""What SpamAssassin thinks of a mail, by the rules it came with and nothing from the network."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

LIMIT = 1.0  # points; from 5 on it calls a mail spam
SCORED = re.compile(r"^SCORE (\S+) (.*)$", re.MULTILINE)
REPORT = ("--cf=use_bayes 0", "--cf=clear_report_template", "--cf=report SCORE _SCORE_ _TESTSSCORES(,)_")


def spamassassin(folder: Path, mails: Sequence[bytes]) -> list[tuple[float, str]]:
    """The score of each mail, and why. `folder` is a place for them."""
    program = shutil.which("spamassassin", path=f"{os.defpath}:/usr/local/bin")
    assert program, "spamassassin is not installed: `apt-get install spamassassin` (Debian), or leave --long out"
    files = [folder / f"{number:06}.eml" for number in range(len(mails))]
    for file, data in zip(files, mails, strict=True):
        file.write_bytes(data)
    words = [program, "--local", "--test-mode", "--nocreate-prefs", *REPORT, *map(str, files)]
    home = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=True, env=home)
    return [(float(score), why) for score, why in SCORED.findall(done.stdout)]
