"""`python -m drip`: the drip command, told what the terminal likes."""

import gc
import os
import sys

gc.set_threshold(50_000)  # a start makes many things and drops few: looking less often saves a tenth of it

from drip.cli.main import main  # noqa: E402

if __name__ == "__main__":
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    sys.exit(main(sys.argv[1:], colors=not plain, program=os.environ.get("DRIP_PROGRAM", "drip")))
