"""A program that is bound to the process that started it ends when that one is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARENT = """
import subprocess, sys
from graph_loader.stores.with_parent import with_parent
sleep = ["/bin/sleep", "60"]
child = subprocess.Popen(with_parent(sleep) if sys.argv[1:] else sleep)
print(child.pid, flush=True)
child.wait()
"""


def left_over(*arguments: str, seconds: float) -> bool:
    """Whether the child, once it runs, is still there so many seconds after its parent's end."""
    command = [sys.executable, "-c", PARENT, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603
        assert parent.stdout is not None
        child = Path(f"/proc/{parent.stdout.readline().strip()}")
        until = time.monotonic() + 30
        while not (child / "cmdline").read_bytes().startswith(b"/bin/sleep"):
            assert time.monotonic() < until, "it never became the program"
            time.sleep(0.01)
        parent.kill()
        parent.wait()
        until = time.monotonic() + seconds
        while child.exists() and time.monotonic() < until:
            time.sleep(0.01)
        there = child.exists()
    if there:
        subprocess.run(["/bin/kill", child.name], check=True)  # noqa: S603
    return there


def test_a_bound_program_ends_with_its_parent_and_another_one_does_not() -> None:
    assert not left_over("bound", seconds=30)
    assert left_over(seconds=1)
