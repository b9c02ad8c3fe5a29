"""Run one `drip` command: parse the words, do it, and end with the exit code that says how it went."""

import sys
from collections.abc import Sequence

from typer import Abort

from drip.cli import output
from drip.cli.menu import menu
from drip.cli.output import Exit
from drip.domain.errors import DripError


def main(arguments: Sequence[str], *, colors: bool = False, program: str = "drip") -> int:
    """Run the command in `arguments`; the exit code. A user's mistake is told in words, never a traceback.

    `colors`: bold and dim may be used where the output is a terminal. `program` is how the command
    is called here, for messages that say what to type.
    """
    output.prepare(colors=colors, program=program)
    try:
        answer = menu().main(list(arguments), prog_name=program, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return output.cut_off()
    except Abort:
        return output.stopped()
    except DripError as error:
        return output.fail(error)
    except OSError as error:
        return output.fail_on_disk(error)
    except Exception as error:
        told = output.misused(error) or output.refused_by_database(error)
        if told is None:
            raise
        return told
    if isinstance(answer, bool) or answer is None:
        return Exit.NO if answer is False else Exit.DONE
    return int(answer)  # what --help and --version end with, or Ctrl+C
