"""One step of the road as its own process: `python -m tests.commits.step STEP HOME [AT] [wrong]`.

Says `ready` once it could begin, a line for each durable write, and `done`. Dies by SIGKILL right
after its AT-th write. A `wrong` one names a version of the lake before all of it is written.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aidgraph.monthly import decide_from
from aidgraph.road import Road
from aidgraph.settings import Settings
from graph_loader.lake import Writing
from ontology.pack import read_pack
from tests.commits.points import Points
from tests.dashboards.county import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from ontology.pack import Pack

LATE: Final = "files"


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
    del step, done, total


STEPS: Final[dict[str, Callable[[Road], Any]]] = {
    "load": lambda road: road.load([road.settings.files], quiet),
    "link": lambda road: road.link(),
    "match": lambda road: road.match(),
    "months": lambda road: decide_from(road, AS_OF, AS_OF, quiet),
    "project": lambda road: road.project(quiet),
    "audit": lambda road: road.audit(),
}


@cache
def pack(folder: Path) -> Pack:
    """A pack, read once a process."""
    return read_pack(folder)


def at_home(home: Path) -> Road:
    """The installation in a folder."""
    road = Road(Settings(home=home, as_of=AS_OF))
    road.pack = pack(road.settings.pack)
    return road


def walk(home: Path, steps: list[str]) -> None:
    """These steps, one after another."""
    road = at_home(home)
    for name in steps:
        STEPS[name](road)
    road.store.close()
    road.records.close()


def name_too_early() -> None:
    """The build that must be noticed: the version is named, then its last table is written."""
    append, commit = Writing.append, Writing.commit
    late: list[pl.DataFrame] = []

    def waiting(self: Writing, table: str, frame: pl.DataFrame) -> None:
        if table == LATE:
            late.append(frame)
            self._held[LATE] = self._held.get(LATE, -1) + 1
        else:
            append(self, table, frame)

    def named(self: Writing, note: str) -> int:
        version = commit(self, note)
        for frame in late:
            append(self, LATE, frame)
            self._settle(LATE)
        return version

    Writing.append = waiting  # type: ignore[method-assign]
    Writing.commit = named  # type: ignore[method-assign]


def main(step: str, home: Path, at: int | None, *, wrong: bool) -> None:
    """Go the step, and die where it was asked for."""
    road = at_home(home)
    if wrong:
        name_too_early()
    Points(at).watch()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    STEPS[step](road)
    sys.stdout.write("done\n")


if __name__ == "__main__":
    die = int(sys.argv[3]) if len(sys.argv) > 3 else None
    main(sys.argv[1], Path(sys.argv[2]), die or None, wrong="wrong" in sys.argv[4:])
