"""Time the work beside its peers: `python -m tests.benchmarks` writes docs/benchmarks.md.

Each measurement is a process of its own. What was measured is kept in var/benchmarks, so that one
measurement can be taken again (`--only NAME`) and the page written from all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks import county, deciding, payments, serving, six, stores
from tests.benchmarks.clock import ROOT, commit, machine
from tests.benchmarks.page import page
from tests.benchmarks.peers import present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES: Final = (10_000, 100_000, 1_000_000)
ROAD: Final = (*county.STEPS, "explain", "serve")
DECIDING: Final = ("decide", "decide with blanks")


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement at one size; `engine` names a peer."""

    name: str
    size: int
    engine: str = ""

    @property
    def key(self) -> str:
        return " ".join(filter(None, (self.name, str(self.size), self.engine)))


def main() -> None:
    """Measure, or be one measurement."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="households")
    parser.add_argument("--only", default="", help="one measurement, or the first word of some")
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "benchmarks")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        sys.exit(one(Task(**json.loads(given.one)), given.home))
    sizes = [int(size) for size in given.sizes.split(",")]
    tasks = [task for task in planned(sizes) if task.name.startswith(given.only)]
    run(tasks, given.home)
    known = json.loads(results_file(given.home).read_text(encoding="utf-8"))
    before = given.page.read_text(encoding="utf-8") if given.page.exists() else ""
    given.page.write_text(page(known, machine(), before), encoding="utf-8")


def one(task: Task, home: Path) -> int:
    """Be one measurement: its result on stdout, or what was wrong with it, and how that ended."""
    try:
        told, code = json.dumps(measure(task, home)), 0
    except Exception as error:  # noqa: BLE001 - whatever fails, the page says so
        traceback.print_exc()
        told, code = f"{type(error).__name__}: {error}", 1
    sys.stdout.write(told)
    return code


def planned(sizes: Sequence[int]) -> Iterator[Task]:
    """Every measurement, what makes files first."""
    for size in sizes:
        if size <= county.WHOLE:
            yield from (Task(name, size) for name in ROAD)
    for size in sizes:
        yield from (Task(name, size) for name in DECIDING)
    for size in sizes:
        for engine in stores.ENGINES:
            if size <= stores.OVER_BOLT or "Bolt" not in engine:
                yield Task("stores", size, engine)
        yield Task("made", size)
    for size in payments.SIZES:
        yield from (Task("payments", size, str(batch)) for batch in payments.BATCHES)
    for size in sizes:
        yield from (Task("six", size, engine) for engine in (*six.OURS, *present()))


def measure(task: Task, home: Path) -> dict[str, Any]:
    """One measurement, in this process."""
    whole = home / str(task.size)
    match task.name:
        case "six":
            return six.measure(task.engine, task.size)
        case "stores":
            at = whole if (whole / "runs").exists() else largest(home)
            return stores.measure(task.engine, at, home / f"{task.size}-stores", task.size)
        case "made" | "payments":
            return removed(task, home / f"{task.size}-{task.name}")
        case "explain" | "serve":
            serve = serving.explain if task.name == "explain" else serving.serve
            return serve(whole, task.size)
        case "decide" | "decide with blanks":
            at = whole if whole.exists() else largest(home)
            return deciding.measure(at, task.size, blanks=task.name != "decide")
        case _:
            return county.measure(task.name, whole, task.size)


def removed(task: Task, home: Path) -> dict[str, Any]:
    """A measurement that leaves nothing behind."""
    if task.name == "made":
        return county.made(home, task.size)
    return payments.measure(task.size, int(task.engine), home)


def largest(home: Path) -> Path:
    """The home of the most households whose files were loaded.

    Raises:
        FileNotFoundError: where there is none.
    """
    made = [at for at in home.iterdir() if (at / "lake").is_dir() and at.name.isdigit()]
    if not made:
        raise FileNotFoundError(f"No county in {home}: measure a smaller size first.")
    return max(made, key=lambda at: int(at.name))


def results_file(home: Path) -> Path:
    """What was measured so far."""
    return home / "results.json"


def run(tasks: Sequence[Task], home: Path) -> None:
    """One process after another; each result is kept as soon as it is there."""
    home.mkdir(parents=True, exist_ok=True)
    kept = results_file(home)
    for number, task in enumerate(tasks, 1):
        say(f"{number} of {len(tasks)}  {task.key} ")
        begun, load = time.monotonic(), os.getloadavg()[0]
        told = in_a_process(task, home)
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        known[task.key] = {
            **told,
            "task": {"name": task.name, "size": task.size, "engine": task.engine},
            "load": round(max(load, os.getloadavg()[0]), 1),
            "commit": commit(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        kept.write_text(json.dumps(known, indent=1, ensure_ascii=False), encoding="utf-8")
        say(f"{time.monotonic() - begun:.1f} s{'  FAILED' if 'failed' in told else ''}\n")


def in_a_process(task: Task, home: Path) -> dict[str, Any]:
    """The result of a measurement that has memory and processor caches to itself."""
    words = json.dumps({"name": task.name, "size": task.size, "engine": task.engine})
    command = [sys.executable, "-m", "tests.benchmarks", "--one", words, "--home", str(home)]
    plain = {name: value for name, value in os.environ.items() if "BLAS" not in name}
    done = subprocess.run(command, cwd=ROOT, env=plain, stdout=PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        return {"failed": done.stdout.strip().splitlines()[-1:] or [str(done.returncode)]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def say(text: str) -> None:
    """Progress, beside the data."""
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    main()
