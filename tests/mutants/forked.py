"""Mutants of the language tried against the agreement alone, each in a process of its own.

Libraries are imported once, in the parent; a child imports our modules anew, one of them with the
mistake in it, and stops at the first check that does not agree. No file is changed.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections import deque
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.mutants.mutant import mutated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from tests.mutants.mutant import Mutant

ROOT: Final = Path(__file__).resolve().parents[2]
LIBRARIES: Final = ("polars", "numpy", "narwhals", "rdflib", "sqlglot", "kglite", "yaml")
OURS: Final = ("ontology", "matching", "graph_loader", "cypher", "audit", "tests.agreement")
AGREED, NOTICED = 0, 1
AT_ONCE: Final = 3
FIRST: Final = {
    "matching/verdict.py": "reasons",
    "ontology/missing.py": "missing_facts",
    "ontology/simplify.py": "shorter",
    "ontology/to_cypher.py": "kglite",
    "ontology/cypher_compare.py": "kglite",
    "ontology/cypher_text.py": "refusals",
    "ontology/graph_columns.py": "kglite",
}
"""The check that is most likely to notice a mistake in a file."""
POPULATIONS: Final = 16
"""How many are drawn, one after the other, until one shows the mistake."""
FEW: Final = 10
"""With so many mutants or fewer it is enough to look once whether all agree without any."""
SECONDS: Final = 300
"""Of the processor: what takes longer hangs."""


class Trial(NamedTuple):
    """A child that tries a mutant, or none."""

    mutant: Mutant | None
    child: int
    began: float


class Planting(MetaPathFinder):
    """Finds one module of ours with a mistake in its text."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.loader = Mistaken(self.name, ROOT / mutant.file, mutant)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - as importlib calls it
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.loader.path, loader=self.loader)


class Mistaken(SourceFileLoader):
    """Reads a file and puts the mistake into what was read."""

    def __init__(self, name: str, file: Path, mutant: Mutant) -> None:
        super().__init__(name, str(file))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - as importlib calls it
        text = Path(self.path).read_text(encoding="utf-8")
        return compile(mutated(self.mutant, text), self.path, "exec", dont_inherit=True)


def tried_by_agreement(mutants: Iterable[Mutant]) -> dict[Mutant, bool]:
    """Which mutants the agreement notices.

    Raises:
        RuntimeError: where it does not agree without any mistake.
    """
    for name in LIBRARIES:
        import_module(name)
    some = list(mutants)
    found = dict(over([None, *some], sound=POPULATIONS if len(some) > FEW else 1))
    if found.pop(None):
        raise RuntimeError("They do not agree even without a mistake.")
    return {mutant: noticed for mutant, noticed in found.items() if mutant}


def over(mutants: Iterable[Mutant | None], sound: int) -> Iterator[tuple[Mutant | None, bool]]:
    """Each mutant with whether it was noticed, some at a time; none over `sound` populations."""
    running, waiting = deque[Trial](), deque(mutants)
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            mutant = waiting.popleft()
            running.append(begun(mutant, POPULATIONS if mutant else sound))
        trial = running.popleft()
        yield trial.mutant, noticed(trial)


def begun(mutant: Mutant | None, populations: int) -> Trial:
    """A child that looks whether all agree."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        checked(mutant, populations)
    return Trial(mutant, child, time.monotonic())


def noticed(trial: Trial) -> bool:
    """Whether a check fails, or anything else, with a mistake in it."""
    _, status = os.waitpid(trial.child, 0)
    found = os.waitstatus_to_exitcode(status) != AGREED
    if trial.mutant:
        word, took = "killed  " if found else "SURVIVED", time.monotonic() - trial.began
        sys.stdout.write(f"{word} {trial.mutant.file}: {trial.mutant.name}  {took:.1f} s\n")
    return found


def checked(mutant: Mutant | None, populations: int) -> None:
    """Leave the process with whether all agree, by the first check that does not."""
    code = NOTICED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        if mutant:
            sys.meta_path.insert(0, Planting(mutant))
        first = FIRST.get(mutant.file if mutant else "", "")
        code = AGREED if agreed(first, populations) else NOTICED
    except Exception as error:  # noqa: BLE001 - whatever it is, the mistake did it
        sys.stderr.write(f"  {type(error).__name__}: {error}"[:200] + "\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def agreed(first: str, populations: int) -> bool:
    """Whether no check finds anything; the first that does is told."""
    assert not [name for name in sys.modules if name.startswith(OURS)], "imported too soon"
    subjects, checks = (import_module(f"tests.agreement.{name}") for name in ("subjects", "checks"))
    for seed in range(subjects.SEED, subjects.SEED + populations):
        population = subjects.EVERY.drawn(subjects.HOUSEHOLDS, seed)
        for check in sorted(checks.CHECKS, key=lambda check: check.__name__ != first):
            with tempfile.TemporaryDirectory() as folder:
                found = check(population, Path(folder))
            if found:
                sys.stderr.write(f"  {check.__name__}: {found[0]}"[:200] + "\n")
                return False
    return True
