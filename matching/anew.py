"""A run from the one before: whom changed facts touch is decided anew, all else is taken over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl
from pyarrow.parquet import ParquetFile

from matching.digest import digest_of
from matching.near import around
from matching.piece import NOBODY, TABLES, decided_part
from matching.run import code_version, run_table, runs
from matching.ties import reach, ties
from matching.touched import declared, reached, touched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path
    from typing import Any

    from matching.parts import Part
    from matching.piece import Piece
    from matching.run import Run
    from matching.ties import Ties
    from matching.touched import Versions
    from ontology.pack import Pack

BATCH: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """How much of a run was decided anew: `why` everyone was, or after how many changed rows who.

    `before` is the run from which the others were taken.
    """

    why: str = ""
    rows: int = 0
    households: int = 0
    of: int = 0
    before: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """Everyone whose decisions may differ between two versions of a lake: people and households.

    `keys`: of each source those of which a row changed; `rows`: how many did; `settled`: nothing
    else has changed. `ties` and `before`: who is named with whom in the later version, and in the
    earlier one.
    """

    ids: pl.Series
    keys: Mapping[str, pl.Series]
    rows: int
    settled: bool
    ties: Ties
    before: Ties


@dataclass(frozen=True, slots=True)
class Anew:
    """Those who are decided anew, as one part, and the run that holds for everyone else.

    `ids`: everyone whose decisions the run before has and this one no longer takes from it. `keys`:
    of each source those of which a row changed.
    """

    part: Part
    before: Run
    ids: pl.Series
    keys: Mapping[str, pl.Series]
    told: Told

    def pieces(self, home: Path, pack: Pack) -> Iterator[Piece]:
        """The run's pieces: what is decided here, and what is kept of the run before."""
        yield decided_part(pack, self.part)
        folder, those = home / self.before.id, self.ids.implode()
        for name in TABLES:
            who = pl.col("home" if name == "leaves" else "id")
            for rows in ParquetFile(folder / f"{name}.parquet").iter_batches(BATCH):
                table = pl.DataFrame(pl.from_arrow(rows))
                yield replace(NOBODY, **{name: table.filter(~who.is_in(those))})


def run_before(home: Path, pack: Pack, made_of: tuple[int, date]) -> Run | str:
    """The run that holds for everyone whom no changed fact touches, or why there is none."""
    version, as_of = made_of
    known = runs(home)
    fitting = [run for run in known if run.pack_digest == pack.digest and run.pack == pack.id]
    if not fitting:
        return "the policies changed" if known else "nothing was decided before"
    fitting = [run for run in fitting if run.code_version == code_version()]
    if not fitting:
        return "another release decided before"
    fitting = [run for run in fitting if run.as_of == as_of]
    if not fitting:
        return f"the last run is of {known[-1].as_of}"
    fitting = [run for run in fitting if run.lake_version < version]
    if not fitting:
        return "no facts have come since"
    last = max(fitting, key=lambda run: run.lake_version)
    return last if whole(home, last) else f"run {last.id} is damaged"


def whole(home: Path, run: Run) -> bool:
    """Whether a run's tables can be read and are as many rows as it says, of its digest."""
    try:
        held = {name: ParquetFile(home / run.id / f"{name}.parquet") for name in TABLES}
        leaves = run_table(home, run, "leaves")
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return False
    decisions = sum(number for of in run.counts.values() for number in of.values())
    rows: int = held["decisions"].metadata.num_rows
    return rows == decisions and digest_of(leaves) == run.digest


def whom(lake: Versions, then: Versions, pack: Pack, limit: int) -> Whom | str:
    """Whose decisions facts that changed between two versions may change, or why everyone's.

    `limit`: how many people and households these are at most.
    """
    if not declared(lake).equals(declared(then)):
        return "what sources declare to be whole changed"
    changed, found = touched(lake, then, pack), ties(lake, pack)
    steps, before = reach(pack), found
    ids = reached(found, changed.ids, steps)
    if changed.moved:
        before = ties(then, pack)
        ids = pl.concat([ids, reached(before, changed.ids, steps)]).unique()
    if ids.len() > limit:
        return f"{changed.rows:,} changed rows touch more than a few"
    return Whom(ids, changed.keys, changed.rows, changed.settled, found, before)


def anew(
    lake: Any,  # noqa: ANN401 - a lake with its versions
    pack: Pack,
    before: Run,
    limit: int,
) -> Anew | str:
    """Whom facts that changed since a run touch, or why everyone is decided anew.

    `limit`: how many people and households are decided so at most.
    """
    found = whom(lake, lake.at(before.lake_version), pack, limit)
    if isinstance(found, str):
        return found
    part = around(lake, pack, before.as_of, found.ties, found.ids.to_list(), also=found.keys)
    homes = part.mine(part.population.households).height
    told = Told("", found.rows, homes, found.ties.households.len(), before.id)
    everyone = pl.concat([found.ids, part.own.rename("id")]).unique()
    return Anew(part, before, everyone, found.keys, told)
