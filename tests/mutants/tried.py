"""Mutants tried in copies of the checkout, each by its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from tests.mutants.mutant import mutated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.mutant import Mutant

ROOT: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = (".venv", ".git", ".*_cache", "__pycache__", "var", "docs", "dashboards", "*.db")
COPIES: Final = 2
SECONDS: Final = 180
FAILED: Final = 1
"""What pytest returns when a test failed; anything else is no verdict."""


def tried(mutants: Sequence[Mutant]) -> dict[Mutant, bool]:
    """Which mutants their tests notice."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(min(COPIES, len(mutants))):
            copy = Path(folder) / str(number)
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
            copies.put(copy)
        with ThreadPoolExecutor(COPIES) as pool:
            found = pool.map(lambda mutant: attempt(mutant, copies), mutants)
            return dict(zip(mutants, found, strict=True))


def attempt(mutant: Mutant, copies: SimpleQueue[Path]) -> bool:
    """Whether its tests notice a mutant, in a copy that nobody else uses meanwhile."""
    copy = copies.get()
    began = time.monotonic()
    try:
        noticed = killed(mutant, copy)
    finally:
        copies.put(copy)
    word = "killed  " if noticed else "SURVIVED"
    sys.stdout.write(f"{word} {mutant.file}: {mutant.name}  {time.monotonic() - began:.1f} s\n")
    sys.stdout.flush()
    return noticed


def killed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails (those that need a server are left out); the file is put back."""
    file = copy / mutant.file
    text = file.read_text(encoding="utf-8")
    file.write_text(mutated(mutant, text), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            [*command, "--hypothesis-seed=0", "-k", "not neo4j", *mutant.tests],
            cwd=copy,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(text, encoding="utf-8")
    return done.returncode == FAILED
