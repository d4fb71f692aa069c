"""The mutants still fit the code, and a few are tried; all of them by `make mutants`."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from tests.mutants.__main__ import table
from tests.mutants.mutant import Mutant, mutated
from tests.mutants.planted import MUTANTS
from tests.mutants.tried import ROOT

TRIED: Final = (
    "a facet is strict",  # everybody reads it so: only the reference does not
    "the graph: every roster is closed",
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_finds_its_place(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert mutated(mutant, text) != text
    assert all((ROOT / test).exists() for test in mutant.tests)


def test_names_are_told_apart() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 90


def test_the_agreement_notices_mistakes_that_all_make_alike() -> None:
    command = [sys.executable, "-m", "tests.mutants", "--by", "agreement", *TRIED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    killed = f"{len(TRIED)} of {len(TRIED)} mutants killed  by the agreement alone"
    assert killed in done.stdout


def test_a_survivor_is_named() -> None:
    first, second = MUTANTS[:2]
    assert f"SURVIVED {second.file}: {second.name}" in table({first: True, second: False})
