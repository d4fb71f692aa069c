"""Folders for what is on its way; what a killed process left of them goes with the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVES: Final = "_lives"
"""A file in each folder that its process holds locked: the lock goes with the process."""


@contextmanager
def scratch_folder(kind: str, inside: Path | None = None) -> Iterator[Path]:
    """A folder `<kind>-…`, removed afterwards; those of its kind whose process is gone go first."""
    home = Path(tempfile.gettempdir()) if inside is None else inside
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        for left in sorted(home.glob(f"{kind}-*/{LIVES}")):
            _sweep(left)
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=home))
        lives = (folder / LIVES).open("w")
        fcntl.flock(lives, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lives.close()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """While no other process makes or sweeps folders here."""
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(left: Path) -> None:
    """Remove the folder of a lock that nobody holds."""
    with left.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(left.parent, ignore_errors=True)
