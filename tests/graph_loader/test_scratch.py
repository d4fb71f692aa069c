"""What a killed process left on its way goes when the next one begins; what lives stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graph_loader.scratch import scratch_folder

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, sys
from pathlib import Path
from graph_loader.scratch import scratch_folder
with scratch_folder("parts", Path(sys.argv[1])) as folder:
    (folder / "rows").write_text("half")
    os.kill(os.getpid(), 9)
"""


def killed(home: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(home)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)  # noqa: S603
    assert ended.returncode == -9


def test_the_folder_is_gone_afterwards_also_where_the_work_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch_folder("parts", tmp_path / "home") as folder:
            (folder / "rows").write_text("all")
            (folder / "others").read_text()

    with pytest.raises(FileNotFoundError):
        fail()
    assert list((tmp_path / "home").iterdir()) == []


def test_the_next_one_sweeps_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    killed(tmp_path)
    (left,) = tmp_path.iterdir()
    assert (left / "rows").read_text() == "half"
    (tmp_path / "parts-of-mine").mkdir()
    with scratch_folder("graph", tmp_path):
        assert left.exists()
    with scratch_folder("parts", tmp_path) as first, scratch_folder("parts", tmp_path) as second:
        assert not left.exists()
        assert first.exists()
        assert second != first
    assert [path.name for path in tmp_path.iterdir()] == ["parts-of-mine"]
