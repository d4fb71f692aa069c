"""What work costs: seconds by the clock and of the processor, the most memory ever held."""

from __future__ import annotations

import os
import platform
import re
import resource
import statistics
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

PACKAGES: Final = ("polars", "numpy", "kglite", "deltalake", "duckdb", "openfisca-core")
ROOT: Final = Path(__file__).resolve().parent.parent.parent
CODE: Final = ("ontology", "graph_loader", "matching", "cypher", "audit", "aidgraph", "api", "demo")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and of all processors together."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)


class Watch:
    """The cost of what ran under it so far."""

    def __init__(self) -> None:
        self.cost = Cost(0.0, 0.0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add the cost of the block."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.cost += Cost(time.perf_counter() - wall, time.process_time() - cpu)


def cost_of(act: Callable[[], object]) -> Cost:
    """What one call costs."""
    watch = Watch()
    with watch.running():
        act()
    return watch.cost


def median(costs: Sequence[Cost]) -> Cost:
    """The median of the clock and that of the processors."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


@contextmanager
def watched(module: ModuleType, name: str) -> Iterator[Watch]:
    """The cost of all calls of a module's function inside the block."""
    watch, old = Watch(), getattr(module, name)

    def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes
        with watch.running():
            return old(*arguments, **named)

    setattr(module, name, timed)
    try:
        yield watch
    finally:
        setattr(module, name, old)


def peak_mib() -> int:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def held_mib() -> int:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def folder_mib(folder: Path) -> int:
    """What a folder takes on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 2**20


def machine() -> dict[str, str]:
    """What a table of seconds must be read with."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "processor": f"{os.cpu_count()} × {cpu[1] if cpu else platform.machine()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def version(package: str) -> str:
    """The version that is installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def commit() -> str:
    """The commit of the checkout, and whether files that run differ from it."""
    changed = git("status", "--porcelain", "-uno", *CODE)
    return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def git(*words: str) -> str:
    """What git says of the checkout."""
    command = ["git", "-C", str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
