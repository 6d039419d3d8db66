"""The command line as a user has it: a process, its exit code, what it says, and what it leaves behind."""

import io
import json
import os
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import run_sim

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
QUICKSTART = SCENARIOS / "quickstart.yaml"
SECRET = "sk-secret-of-a-test"
ENVIRONMENT = {
    "XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / f"homefolk-tests-{os.getuid()}"),
    "OPENAI_API_KEY": SECRET,
}

HERMIT = """\
name: hermit
start: 2026-01-12
days: 2
home: {include: homes/two_room_flat.yaml}
residents:
  - {id: cleo, name: Cleo}
  - {id: bert, name: Bert}
"""
"""A scenario without routines: quick to start."""

THINKER = (
    HERMIT.replace("hermit", "thinker")
    + """\
mind: {kind: llm, deliberation: interrupts, llm: {model: stub, plans: choose}}
happenings:
  - {day: 0, at: 08:30, kind: visitor, text: a neighbour rings the doorbell, minutes: 20}
  - {day: 0, at: 10:00, kind: message, text: "a message: the parcel comes today"}
  - {day: 0, at: 19:00, kind: visitor, text: a friend rings the doorbell, minutes: 60}
  - {day: 1, at: 09:00, kind: message, text: "a message: the meeting is cancelled"}
  - {day: 1, at: 18:00, kind: visitor, text: a courier rings the doorbell, minutes: 10}
"""
)
"""The same people with a model that a stub server plays, and occasions to ask it."""


@dataclass(frozen=True)
class Said:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        """The object on the last line of stdout, which must be the only line there is."""
        (line,) = self.out.splitlines()
        return dict(json.loads(line))

    @property
    def sentence(self) -> str:
        """The one sentence on stderr, with nothing on stdout; the key in none of it."""
        assert SECRET not in self.out + self.err
        assert "Traceback" not in self.err, self.err
        assert not self.out
        return self.err.strip().splitlines()[-1]


def said(*arguments: object) -> Said:
    """What `run_sim.py ARGUMENTS` says, called in this process."""
    out, err = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, ENVIRONMENT), redirect_stdout(out), redirect_stderr(err):
        code = run_sim.main([str(argument) for argument in arguments])
    return Said(code, out.getvalue(), err.getvalue())


def start(*arguments: object, cwd: Path, before: str = "") -> "subprocess.Popen[str]":
    """`run_sim.py ARGUMENTS` as a process of its own; *before* is Python that runs first."""
    hears = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # even below a shell's `&`
    program = f"import signal, sys\n{hears}\n{before}\nimport run_sim\nsys.exit(run_sim.main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd, env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> Said:
    """What *process* said, once it has ended."""
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)


def homefolk(*arguments: object, cwd: Path, before: str = "") -> Said:
    """What `run_sim.py ARGUMENTS` says, as a process of its own."""
    return ended(start(*arguments, cwd=cwd, before=before))
