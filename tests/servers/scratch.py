"""Where a short run keeps its files: in memory, where there is room. No test asks whether a disk has kept them, and a
process that is killed loses none in either; yet on a disk each file of SQLite costs a twentieth of a second of waiting.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes that must be free; a run needs a third of that


def keep_in_memory() -> None:
    """From now on temporary files are made there, by our children, too; unless somebody said where."""
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free >= ROOM
