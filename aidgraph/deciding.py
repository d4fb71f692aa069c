"""Everyone decided in parts, or those whom changed facts touch; the run saved as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias

from matching.anew import Anew, Told, anew, run_before
from matching.decide import decide
from matching.near import around
from matching.parts import parts
from matching.piece import decided_part
from matching.run import save_pieces
from matching.ties import ties

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from aidgraph.options import Engine
    from aidgraph.say import Advance
    from aidgraph.settings import Settings
    from graph_loader.lake import Lake
    from matching.decide import Decided
    from matching.piece import Piece
    from matching.population import Population
    from matching.run import Run
    from matching.ties import Ties
    from ontology.pack import Pack

    Seen: TypeAlias = tuple[Lake, date]


VERSIONS: Final = 4


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def since_before(seen: Seen, pack: Pack, home: Path, limit: int) -> tuple[Run | None, Told]:
    """The run over a lake from the one before, and how much of it was decided anew.

    No run where everyone is to be decided; `why` is told.
    """
    lake, as_of = seen
    made_of = lake.version(), as_of
    before = run_before(home, pack, made_of)
    if isinstance(before, str):
        return None, Told(before)
    found = anew(lake, pack, before, limit)
    if not isinstance(found, Anew):
        return None, Told(found)
    return save_pieces(home, pack, made_of, found.pieces(home, pack)), found.told


def in_parts(
    seen: Seen, pack: Pack, settings: Settings, advance: Advance, engine: Engine = "local"
) -> Run:
    """The run over a lake for a day, decided in parts, a few of them in memory at a time."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lake, as_of = seen
    decide_parts = by_spark if engine == "spark" else local
    pieces = decide_parts(seen, pack, settings, advance)
    return save_pieces(settings.runs, pack, (lake.version(), as_of), pieces)


def local(seen: Seen, pack: Pack, settings: Settings, advance: Advance) -> Iterator[Piece]:
    """Each part in turn, in this process."""
    lake, as_of = seen
    for part in parts(lake, pack, as_of, settings.part, scratch=settings.home):
        advance("parts", part.number, part.of)
        yield decided_part(pack, part)


def by_spark(seen: Seen, pack: Pack, settings: Settings, advance: Advance) -> Iterator[Piece]:
    """All parts at once, on the master that settings name; each as it is read back."""
    from matching.spark import pieces
    from matching.spark_session import session

    advance("spark", 0, 0)
    with session(settings.spark_master, settings.home) as spark:
        yield from pieces(spark, seen, pack, settings.part, scratch=settings.home)


@dataclass
class Tied:
    """Who is named with whom in a version of the lake; those of a few versions are held."""

    pack: Pack
    held: dict[int, Ties] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, lake: Lake) -> Ties:
        version = lake.version()
        with self.lock:
            found = self.held.pop(version, None) or ties(lake, self.pack)
            self.held[version] = found
            for old in [*self.held][:-VERSIONS]:
                del self.held[old]
        return found


def alone(seen: Seen, pack: Pack, tied: Ties, unit_id: str) -> tuple[Population, Decided]:
    """The home of one id decided, and nobody whom its decisions do not read."""
    lake, as_of = seen
    people = around(lake, pack, as_of, tied, [unit_id]).population
    return people, decide(pack, people, as_of)
