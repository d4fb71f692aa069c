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


def left_over(*arguments: str) -> bool:
    """Whether the child is there when its parent was killed."""
    command = [sys.executable, "-c", PARENT, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603
        assert parent.stdout is not None
        child = Path(f"/proc/{parent.stdout.readline().strip()}")
        until = time.monotonic() + 30
        while b"sleep" not in (child / "cmdline").read_bytes() and time.monotonic() < until:
            time.sleep(0.01)
        parent.kill()
        parent.wait()
        until = time.monotonic() + 2
        while child.exists() and time.monotonic() < until:
            time.sleep(0.01)
        there = child.exists()
    if there:
        subprocess.run(["/bin/kill", child.name], check=True)  # noqa: S603
    return there


def test_a_bound_program_ends_with_its_parent_and_another_one_does_not() -> None:
    assert not left_over("bound")
    assert left_over()
