"""`python -m drip`: the drip command, told what the terminal likes."""

import os
import sys

from drip.cli.main import main

if __name__ == "__main__":
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    sys.exit(main(sys.argv[1:], colors=not plain, program=os.environ.get("DRIP_PROGRAM", "drip")))
