"""A disk that is full in the middle of a step: told in words, and well again with room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.commits.held import held
from tests.commits.step import walk
from tests.dashboards.county import AS_OF, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.commits.proof import Proof

MIB = 1 << 20
FULL = "No space left on device|os error 28|disk I/O error|disk is full"


@contextmanager
def disk(at: Path, size: int) -> Iterator[None]:
    """A disk of its own with so many bytes."""
    at.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at))
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)  # noqa: S603, S607


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)  # noqa: S603, S607


def used(at: Path) -> int:
    """Bytes that are taken of a disk."""
    told = os.statvfs(at)
    return (told.f_blocks - told.f_bfree) * told.f_frsize


@pytest.mark.parametrize("step", ["load", "link", "match", "project", "audit"])
def test_a_full_disk_is_told_and_harms_nothing(step: str, proof: Proof, tmp_path: Path) -> None:
    stage = next(stage for stage in proof.stages if stage.step == step)
    room = tmp_path / "disk"
    with disk(room, 512 * MIB):
        home = room / "home"
        shutil.copytree(stage.before, home)
        mount("-o", f"remount,size={used(room) + 8 * 1024}", str(room))
        command = [sys.executable, "-m", "aidgraph", step, "--home", str(home)]
        day = ["--as-of", AS_OF.isoformat()] if step in ("match", "project", "audit") else []
        told = subprocess.run(  # noqa: S603 - our own command
            [*command, *day], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert told.returncode == 2, told.stderr[-800:]
        assert "Traceback" not in told.stderr
        assert any(word in told.stderr for word in FULL.split("|")), told.stderr
        assert "ry again" in told.stderr, told.stderr
        mount("-o", f"remount,size={512 * MIB}", str(room))
        assert held(home) == stage.old
        walk(home, [step])
        assert held(home) == stage.new
