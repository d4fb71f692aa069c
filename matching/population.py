"""Everyone on a day: households, persons, records, kin and enrolments as columns to decide on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from matching.closure import ROSTER, Closure
from matching.completeness import Coverage
from matching.facts import lasting
from matching.kin import kin_table
from matching.records import by_row, owned, records, used_kinds
from matching.stated import MEMBERSHIP, days_of, items_of, on_day, told, undated
from matching.units import units
from matching.view import SAID
from ontology.sources import OFFICE
from ontology.to_frame import KIN_PERSON, Frames, Role
from ontology.vocabulary import KIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from matching.stated import Stated, Tables
    from matching.statuses import Rows
    from ontology.pack import Pack

COMPLETE: Final = {
    "source": pl.String(),
    "kind": pl.String(),
    "region": pl.String(),
    "from": pl.Date(),
    "until": pl.Date(),
}
ENDED: Final = OFFICE | {MEMBERSHIP}
"""Kinds of which what ended is read as well: who was ever on a roll, or in a household."""
GAPS: Final = {"source": pl.String(), "person": pl.String(), "from": pl.Date(), "until": pl.Date()}


@dataclass(frozen=True)
class Population:
    """The frames that decide, and the records behind them."""

    frames: Frames
    as_of: date
    records: Mapping[str, pl.DataFrame]
    members: pl.DataFrame
    complete: pl.DataFrame
    conflicts: pl.DataFrame
    aliases: pl.DataFrame
    gaps: pl.DataFrame
    lake_version: int = 0

    @property
    def persons(self) -> pl.DataFrame:
        return self.frames.rows["person"]

    @property
    def households(self) -> pl.DataFrame:
        return self.frames.rows["household"]

    @property
    def enrolments(self) -> pl.DataFrame:
        return self.records["enrolment"]

    @property
    def applications(self) -> pl.DataFrame:
        return self.records["application"]

    @property
    def steps(self) -> pl.DataFrame:
        return self.records["step"]

    @property
    def disbursements(self) -> pl.DataFrame:
        return self.records["disbursement"]

    @property
    def services(self) -> pl.DataFrame:
        return self.records["service"]

    @cached_property
    def home(self) -> Rows:
        """The household row of each person, -1 for none."""
        return self.frames.roles["has_member"].owner

    @property
    def open_units(self) -> pl.DataFrame:
        return open_units(self.gaps, self.members)


def open_units(gaps: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Persons and their households whom a refused row may be about: source, unit, from, until.

    Empty days are open ends.
    """
    homes = members.select("person", "household").drop_nulls().unique()
    persons = gaps.rename({"person": "unit"})
    households = gaps.join(homes, on="person").drop("person")
    households = households.rename({"household": "unit"}).select(persons.columns)
    return pl.concat([persons, households]).unique().sort(pl.all())


def population(
    lake: Tables, pack: Pack, as_of: date, *, said: Sequence[Stated] | None = None
) -> Population:
    """Everyone whom a version of the lake names, as known on a day.

    `said`: what `told` read of this lake, where it is asked for one day after another.
    """
    every = told(lake, pack) if said is None else said
    found = on_day(every, pack, as_of)
    everyone = units(found, pack, as_of, tables=lake)
    held = records(found, pack, everyone)
    complete = table_of(lake, "completeness", COMPLETE)
    gaps = table_of(lake, "source_gaps", GAPS)
    gaps = pl.concat([gaps, undated(every, pack, as_of)], how="diagonal")
    coverage = Coverage(_lasting(complete, pack), gaps, pack.regions, as_of)
    persons, households = Closure(pack, everyone, coverage, held).tables()
    rows = {"person": persons, "household": households}
    roles = {"has_member": Role("household", "person", everyone.home, ROSTER)}
    for kind in used_kinds(pack):
        owner = pack.kinds[kind].owner
        here = held[kind] if kind in ENDED else lasting(held[kind], _days(pack, kind), as_of)
        rows[kind], owners = owned(here, owner, everyone)
        roles[f"has_{kind}"] = Role(owner, kind, owners, f"{kind}_complete")
    rows[KIN], roles[KIN], roles[KIN_PERSON] = kin_table(persons)
    for unit, speaking in everyone.statements.items():
        table = f"{SAID}{unit}"
        rows[table], owners = by_row(speaking, rows[unit])
        roles[table] = Role(unit, table, owners)
    return Population(
        frames=Frames(rows, roles),
        as_of=as_of,
        records=held,
        members=everyone.members,
        complete=complete,
        conflicts=everyone.conflicts,
        aliases=aliases(found),
        gaps=gaps,
        lake_version=lake.version(),
    )


def _days(pack: Pack, kind: str) -> list[str]:
    return days_of(items_of(pack, kind))


def _lasting(complete: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """Of kinds that nobody outlives, a source speaks of all days before those it is of.

    Who is not on the file of deaths on one day was alive on every day before it.
    """
    kinds = [kind.name for kind in pack.kinds.values() if kind.lasting]
    first = pl.when(~pl.col("kind").is_in(kinds)).then(pl.col("from"))
    return complete.with_columns(first.alias("from"))


def table_of(lake: Tables, name: str, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A table of the lake with these columns, even where the lake has none yet."""
    table = lake.read(name).collect()
    if table.is_empty():
        return pl.DataFrame(schema=columns)
    return table.select(pl.col(column).cast(of) for column, of in columns.items())


def aliases(found: list[Stated]) -> pl.DataFrame:
    """For each id the least origin (source, then key) that is about it, whatever id was minted."""
    known = [pl.DataFrame(schema={"id": pl.String, "alias": pl.String})]
    for one in sorted(found, key=lambda one: one.source):
        new = pl.concat(
            one.rows.group_by(pl.col(unit).alias("id")).agg(pl.col("origin").min().alias("alias"))
            for unit in ("person", "household")
        )
        new = new.drop_nulls().join(pl.concat(known), on="id", how="anti")
        known.append(new)
    return pl.concat(known).sort("id")
