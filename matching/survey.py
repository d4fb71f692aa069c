"""What a version of the lake holds, told without holding everyone: for counties in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from matching.homes import current_homes
from matching.near import ROWS, Seen
from matching.population import COMPLETE, GAPS, open_units, table_of
from matching.stated import MEMBERSHIP, speaks_before, stated, told, undated
from matching.units import memberships

if TYPE_CHECKING:
    from datetime import date

    from matching.stated import Tables
    from ontology.pack import Pack
    from ontology.sources import Source

SOME: Final = 1000


@dataclass(frozen=True, slots=True)
class Survey:
    """What is complete, whom refused rows leave open, and the kinds of which there are records."""

    complete: pl.DataFrame
    open_units: pl.DataFrame
    kinds: frozenset[str]


def survey(lake: Tables, pack: Pack, as_of: date) -> Survey:
    """The same that a population of everyone would tell."""
    sources = pack.sources.values()
    undatable = [_only(pack, source) for source in sources if speaks_before(source, as_of)]
    gaps = [undated(told(lake, one), one, as_of) for one in undatable]
    gaps = [table_of(lake, "source_gaps", GAPS), *gaps]
    open_to = pl.concat(gaps, how="diagonal")
    seen = Seen.of(lake, {"person": open_to["person"].unique()})
    registers = {n: one for n, one in pack.sources.items() if one.kind == MEMBERSHIP}
    found = stated(seen, replace(pack, sources=registers), as_of)
    members = current_homes(memberships(found), as_of)[0]
    held = [source for source in sources if source.kind in pack.kinds]
    return Survey(
        complete=table_of(lake, "completeness", COMPLETE),
        open_units=open_units(open_to, members),
        kinds=frozenset(s.kind for s in held if _states(lake, _only(pack, s), s.id, as_of)),
    )


def _only(pack: Pack, source: Source) -> Pack:
    """The pack with one source."""
    return replace(pack, sources={source.id: source})


def _states(lake: Tables, pack: Pack, source: str, as_of: date) -> bool:
    """Whether a row of the pack's one source holds: of some keys first, and only then of all."""
    rows = lake.read(f"rows_{source}")
    if "_key" not in rows.collect_schema():
        return False
    keys = rows.select("_key").head(SOME)
    some = (rows.join(keys, on="_key", how="semi"), rows)
    return any(stated(Rows(lake, part), pack, as_of)[0].rows.height > 0 for part in some)


@dataclass(frozen=True, slots=True)
class Rows:
    """A version of the lake that holds some rows of one source and knows nobody."""

    lake: Tables
    rows: pl.LazyFrame

    def version(self) -> int:
        return self.lake.version()

    def read(self, table: str) -> pl.LazyFrame:
        """The rows, for whichever source is asked for; no row of any other table."""
        return self.rows if table.startswith(ROWS) else self.lake.read(table).clear()
