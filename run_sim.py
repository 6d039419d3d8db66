"""Homefolk's command line: `run_sim.py SCENARIO.yaml` makes a dataset; `--help` tells the rest."""

import errno
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

try:
    import typer
except ModuleNotFoundError:
    sys.exit("this Python knows nothing of Homefolk: `make env` once, then `. .venv/bin/activate`")

from commands import authoring, data, live, proving, running, tell
from scenarios.errors import BudgetSpent, RunFailed, UserError
from scenarios.problems import unknown

app = typer.Typer(
    help=__doc__,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (running, data, live, authoring, proving):
    app.add_typer(part.app)

INTERRUPTED = 130  # what typer returns for Ctrl-C
MENDABLE = frozenset(
    {
        errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP,
        errno.ENAMETOOLONG,
    }
)  # fmt: skip
"""What the system says of a path that was given; a full disk is no fault of the command."""


def _is_ours() -> None:
    """The folders' names are common: say so when Python finds somebody else's."""
    import agents

    here = Path(__file__).resolve().parent
    if here not in Path(agents.__file__ or "").resolve().parents:
        raise UserError(
            f"python finds another package 'agents' ({agents.__file__}); run Homefolk from {here}"
        )


def _meant(arguments: list[str], commands: Iterable[str]) -> list[str]:
    """The arguments with `run` in front where they name a scenario and no command."""
    if not arguments:
        return ["--help"]
    first = arguments[0]
    if first in {*commands, "-h", "--help"}:
        return arguments
    if re.fullmatch(r"[\w-]+", first) and not first.startswith("-") and not Path(first).exists():
        raise UserError(unknown("command or scenario", first, commands))
    return ["run", *arguments]


def _spell_out() -> None:
    """A terminal that lacks a letter gets its number instead: no reason to end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: list[str]) -> int:
    """Run the command line; what the user can mend is one sentence and exit code 2."""
    command: Any = typer.main.get_command(app)
    _spell_out()
    try:
        _is_ours()
        code = int(command.main(_meant(arguments, command.commands), standalone_mode=False) or 0)
    except UserError as error:
        tell(str(error))
        return 2
    except BudgetSpent as error:
        tell(str(error))
        return 3
    except RunFailed as error:
        tell(f"the run failed: {error}")
        return 1
    except OSError as error:
        if error.strerror is None:
            raise
        tell(": ".join(str(part) for part in (error.filename, error.strerror) if part))
        return 2 if error.errno in MENDABLE else 1
    except typer.TyperException as error:
        said = error.format_message().replace("Value error, ", "")  # pydantic's word for what follows
        tell(f"{said} (--help tells what there is)".lstrip())
        return error.exit_code
    if code == INTERRUPTED:
        tell("stopped; the same command goes on from here")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
