"""What is known to be whole for each unit: rosters, kin, records, and who is on which roll."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from matching.enrolment import PAID, Register, active, enrolled
from matching.kin import CLOSED, PARENTS
from matching.stated import MEMBERSHIP
from ontology.expression import Received, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.completeness import Coverage
    from matching.statuses import Flags
    from matching.units import Units
    from ontology.pack import Pack
    from ontology.programmes import Programme

ROSTER: Final = "roster_closed"
EVER: Final = 1200
"""Months that cover every life."""
MAJORITY: Final = 18


@dataclass(frozen=True)
class Closure:
    """Adds to both tables what no single row can say."""

    pack: Pack
    units: Units
    coverage: Coverage
    records: Mapping[str, pl.DataFrame]

    def tables(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Persons and households with `<kind>_complete`, `enrolled_<ID>` and the closed lists."""
        persons = {CLOSED: pl.Series(self._kin())}
        households = {ROSTER: pl.Series(self._roster())}
        for kind in self.pack.kinds.values():
            whole = self._whole(kind.name, kind.window_months)
            persons[f"{kind.name}_complete"] = pl.Series(whole[0])
            households[f"{kind.name}_complete"] = pl.Series(whole[1])
        for programme in self.pack.programmes.values():
            name = f"enrolled_{programme.id}"
            persons[name], households[name] = self._enrolled(programme)
        for programme in self._asked_for():
            name = f"received_{programme.id}"
            persons[name], households[name] = self._received(programme)
        return (
            self.units.persons.with_columns(**persons),
            self.units.households.with_columns(**households),
        )

    @cached_property
    def register(self) -> Register:
        units = self.units
        return Register(units.persons["id"], units.households["id"], units.home)

    def _whole(
        self, kind: str, months: int = 0, only: frozenset[str] | None = None
    ) -> tuple[Flags, Flags]:
        """Of which persons and households some source is sure to hold every row of a kind."""
        person = self.coverage.whole(self.units.persons, kind, months=months, only=only)
        place = self.coverage.whole(self.units.households, kind, months=months, only=only)
        return person, place & self.register.every_member(person)

    def _roster(self) -> Flags:
        """Households whose members a register is sure to name, and none is claimed by another."""
        doubtful = self.units.conflicts.filter(
            pl.col("unit") == "household", pl.col("item") == MEMBERSHIP
        )
        claimed = self.units.households["id"].is_in(doubtful["id"].implode()).to_numpy()
        closed: Flags = self._whole(MEMBERSHIP)[1] & ~claimed
        return closed

    def _kin(self) -> Flags:
        """Persons all of whose relatives the register names.

        Everyone has parents: a minor for whom it names no father or no mother has some whom it
        does not know. Of adults it names the parents that it could link, and that is taken as all.
        """
        persons = self.units.persons
        if "birth_date" not in persons.columns or not set(PARENTS) <= set(persons.columns):
            return self._whole(MEMBERSHIP)[0]
        grown = pl.col("birth_date").dt.offset_by(f"{MAJORITY}y") <= self.coverage.as_of
        named = pl.all_horizontal(pl.col(parent).is_not_null() for parent in PARENTS)
        enough = persons.select(grown.fill_null(value=False) | named).to_series()
        closed: Flags = self._whole(MEMBERSHIP)[0] & enough.to_numpy()
        return closed

    def _sources(self, programme: Programme) -> frozenset[str] | None:
        """The sources that tell who is on a programme's roll: those of its department."""
        of = {s.id for s in self.pack.sources.values() if s.kind == "enrolment"}
        mine = {s for s in of if self.pack.sources[s].department == programme.department}
        return frozenset(mine or of)

    def _rows(self, kind: str, programme: Programme) -> pl.DataFrame:
        empty = pl.DataFrame(schema={"person": pl.String, "household": pl.String})
        return self.records.get(kind, empty.with_columns(programme=pl.lit(""))).filter(
            pl.col("programme") == programme.id
        )

    def _enrolled(self, programme: Programme) -> tuple[pl.Series, pl.Series]:
        rows = self._rows("enrolment", programme)
        if rows.height:
            rows = active(rows, self.coverage.as_of)
        whole = self._whole("enrolment", only=self._sources(programme))
        return enrolled(rows, self.register, unit=programme.unit, whole=whole)

    def _asked_for(self) -> list[Programme]:
        """Programmes of which some class asks whether they were ever received."""
        asked = {
            node.programme
            for versions in self.pack.classes.values()
            for version in versions
            for node in walk(version.expression)
            if isinstance(node, Received)
        }
        return [p for p in self.pack.programmes.values() if p.id in asked]

    def _received(self, programme: Programme) -> tuple[pl.Series, pl.Series]:
        """Ever on the roll or paid; never only where a source holds every row of a lifetime."""
        paid = self._rows("disbursement", programme)
        if paid.height:
            paid = paid.filter(pl.col("status").is_in(PAID))
        rolls = self._rows("enrolment", programme)
        rows = pl.concat([frame.select("person", "household") for frame in (rolls, paid)])
        whole = self._whole("enrolment", EVER, self._sources(programme))
        return enrolled(rows, self.register, unit=programme.unit, whole=whole)
