"""Runs in processes that are ready to go, and killed -9 wherever a test says."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.command import ENVIRONMENT

TOUCHES = ("open", "os.", "shutil.", "socket.connect", "sqlite3.connect")
"""Python's audit events by which a process touches files and sockets: the moments to die at."""

_processes: Any = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["ready"])


@dataclass(frozen=True)
class Ended:
    """How a process ended, what it said, and how often it touched files and sockets."""

    code: int
    said: str
    touches: int


class Running:
    """`run_sim.py ARGUMENTS` in the folder *at*; before it touches a file the *last* time it kills itself."""

    def __init__(self, arguments: Sequence[object], at: Path, last: int = sys.maxsize) -> None:
        self._said, self._touches = at / "said.txt", at / "touches.txt"
        given = ([str(it) for it in arguments], at, last, self._said, self._touches)
        self.process = _processes.Process(target=_run, args=given)
        self.process.start()

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()

    def ended(self, seconds: float = 300) -> Ended:
        """What came of it."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, "it does not come to an end"
        touches = int(self._touches.read_text() or 0) if self._touches.exists() else 0
        return Ended(self.process.exitcode, self._said.read_text(encoding="utf-8"), touches)


def _run(arguments: list[str], at: Path, last: int, said: Path, touches: Path) -> None:
    os.chdir(at)
    os.environ.update(ENVIRONMENT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with said.open("w", encoding="utf-8") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    seen = 0

    def touch(name: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if name.startswith(TOUCHES):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(touch)
    import run_sim

    code = run_sim.main(arguments)
    count, sys.stdout = seen, sys.__stdout__
    touches.write_text(str(count))
    sys.exit(code)
