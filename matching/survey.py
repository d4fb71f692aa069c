"""What a version of the lake holds, told without holding everyone: for counties in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from matching.facts import happened, latest
from matching.homes import current_homes
from matching.near import Seen
from matching.population import COMPLETE, GAPS, open_units, table_of
from matching.stated import days_of, items_of, stated
from matching.units import MEMBERSHIP, memberships

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from matching.stated import Tables
    from ontology.pack import Pack
    from ontology.sources import Source

SOME: Final = 1000
NARROW: Final = ("_key", "_load", "_source", "_gone")


@dataclass(frozen=True, slots=True)
class Survey:
    """What is complete, whom refused rows leave open, and the kinds of which there are records."""

    complete: pl.DataFrame
    open_units: pl.DataFrame
    kinds: frozenset[str]


def survey(lake: Tables, pack: Pack, as_of: date) -> Survey:
    """The same that a population of everyone would tell."""
    gaps = table_of(lake, "source_gaps", GAPS)
    seen = Seen.of(lake, {"person": gaps["person"].unique()})
    registers = {n: one for n, one in pack.sources.items() if one.kind == MEMBERSHIP}
    found = stated(seen, replace(pack, sources=registers), as_of)
    members = current_homes(memberships(found), as_of)[0]
    held = {s.kind for s in pack.sources.values() if s.kind in pack.kinds}
    return Survey(
        complete=table_of(lake, "completeness", COMPLETE),
        open_units=open_units(gaps, members),
        kinds=frozenset(kind for kind in held if _is_held(lake, pack, kind, as_of)),
    )


def _is_held(lake: Tables, pack: Pack, kind: str, as_of: date) -> bool:
    """Whether some source states a record of a kind that had begun by the day."""
    return any(
        _states(lake.read(f"rows_{source.id}"), pack, source, as_of)
        for source in pack.sources.values()
        if source.kind == kind
    )


def _states(rows: pl.LazyFrame, pack: Pack, source: Source, as_of: date) -> bool:
    """Whether a row of a source holds: of some keys first, and only then of all."""
    columns = rows.collect_schema().names()
    if "_key" not in columns:
        return False
    days = [day for day in days_of(items_of(pack, source.kind)) if day in columns]
    rows = rows.select(name for name in (*NARROW, *days) if name in columns)
    keys = rows.select("_key").head(SOME)
    return any(
        happened(latest(part.collect()), days, as_of).height > 0
        for part in (rows.join(keys, on="_key", how="semi"), rows)
    )
