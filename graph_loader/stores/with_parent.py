"""Run a program that ends with the process that started it, also where that one is killed.

Called as a program of its own, which becomes the other one: `subprocess` has no safe place for it
in a process with threads. Linux alone can promise it; elsewhere the program runs as any other. The
promise is bound to the thread that starts the program, which must therefore wait for it.
"""

from __future__ import annotations

import os
import signal
import sys

DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def with_parent(command: list[str], by: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command that runs this one, and ends it with the calling process, by this signal."""
    return [sys.executable, "-IS", __file__, str(os.getpid()), str(int(by)), *command]


def become(parent: int, by: int, command: list[str]) -> None:
    """Turn into the program, unless the parent is gone already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DEATH_SIGNAL, by)
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 - what our own process asked for
    sys.exit(1)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
