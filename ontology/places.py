"""What holds where: the version of a class and the local numbers, by region and day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ontology.errors import PolicyError
from ontology.vocabulary import HOUSEHOLD, PERSON, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from ontology.members import Flags, Rows
    from ontology.plan import Policies, Regions
    from ontology.to_frame import Frames
    from ontology.vocabulary import ClassVersion


@dataclass(frozen=True, slots=True)
class Places:
    """The regions of a unit's rows: each region once, and its number for every row.

    The last one is the unknown region; `present` are the numbers that occur.
    """

    regions: tuple[str | None, ...]
    codes: Rows
    present: frozenset[int]


def places(frames: Frames) -> dict[str, Places]:
    """The regions of households and persons; a person takes that of the household."""
    household = frames.rows.get(HOUSEHOLD, pl.DataFrame())
    person = frames.rows.get(PERSON, pl.DataFrame())
    made = {HOUSEHOLD: coded(region_column(household))}
    role = frames.roles.get("has_member")
    owner = np.full(person.height, -1) if role is None else role.owner
    at = pl.Series(owner, dtype=pl.Int64)
    if household.height and person.height and (owner >= 0).all():
        home = made[HOUSEHOLD]
        made[PERSON] = Places(home.regions, home.codes[owner], home.present)
        return made
    own = region_column(person)
    theirs = region_column(household).gather(at.set(at < 0, None))
    made[PERSON] = coded(pl.select(pl.coalesce(theirs, own)).to_series())
    return made


def region_column(table: pl.DataFrame) -> pl.Series:
    """The region of each row; unknown where the table does not say."""
    if "region" in table.columns:
        return table["region"].cast(pl.String)
    return pl.repeat(None, table.height, dtype=pl.String, eager=True)


def coded(column: pl.Series) -> Places:
    """Each value once, unknown included, and the number of each row's value."""
    known = column.drop_nulls().unique().sort()
    numbers = column.cast(pl.Enum(known)).to_physical().cast(pl.Int64)
    codes = numbers.fill_null(len(known)).to_numpy()
    present = {*range(len(known)), *([len(known)] if column.null_count() else [])}
    return Places((*known.to_list(), None), codes, frozenset(present))


@dataclass(frozen=True)
class Chosen:
    """Which version of a class holds in each region (None: none), and where the class applies."""

    picks: tuple[int | None, ...]
    applies: tuple[bool, ...]
    where: Places

    @property
    def used(self) -> tuple[int, ...]:
        """The versions that hold for some row."""
        picks = (self.picks[code] for code in self.where.present)
        return tuple(sorted({pick for pick in picks if pick is not None}))

    @property
    def single(self) -> int | None:
        """The one version that holds for every row."""
        picks = {self.picks[code] for code in self.where.present}
        return picks.pop() if len(picks) == 1 else None

    @property
    def everywhere(self) -> bool:
        """Whether the class applies to every row."""
        return all(self.applies[code] for code in self.where.present)

    @cached_property
    def numbers(self) -> Rows:
        """The version of each row, -1 for none."""
        numbers = [-1 if pick is None else pick for pick in self.picks]
        return np.array(numbers, dtype=np.int64)[self.where.codes]

    @cached_property
    def applicable(self) -> Flags:
        """Whether the class applies to each row."""
        return np.array(self.applies)[self.where.codes]


def chosen(versions: Sequence[ClassVersion], on: date, where: Places, regions: Regions) -> Chosen:
    """The version of each row by its region.

    Where the region is unknown and regional versions are in force, no version can be named; the
    class may well apply, and its truth is unknown.
    """
    valid = [number for number, version in enumerate(versions) if in_force(version, on)]
    picks = [version_at(versions, valid, region, regions) for region in where.regions]
    applies = [pick is not None for pick in picks]
    if any(versions[number].applies_in is not None for number in valid):
        picks[-1], applies[-1] = None, True
    return Chosen(tuple(picks), tuple(applies), where)


def version_at(
    versions: Sequence[ClassVersion], valid: Sequence[int], region: str | None, regions: Regions
) -> int | None:
    """Of the versions in force the one for the smallest place around a region."""
    best: int | None = None
    for number in valid:
        place = versions[number].applies_in
        if place is not None and not regions.within(region, place):
            continue
        if best is None or narrower(versions[number], versions[best], regions):
            best = number
    return best


def in_force(version: ClassVersion, on: date) -> bool:
    """Whether a day lies in the version's time, its last day excluded."""
    starts = version.valid_from is None or version.valid_from <= on
    return starts and (version.valid_until is None or on < version.valid_until)


def narrower(a: ClassVersion, b: ClassVersion, regions: Regions) -> bool:
    """Whether the first version is for a smaller place."""
    if a.applies_in is None or a.applies_in == b.applies_in:
        return False
    return b.applies_in is None or regions.within(a.applies_in, b.applies_in)


def standard_column(
    parameter: str, pack: Policies, on: date, where: Places, scale: int
) -> tuple[pl.Series, Measure]:
    """A local number for every row, as integers `scale` to one or finer where one needs it."""
    rows = [pack.standards.lookup(parameter, region, on) for region in where.regions]
    values = [None if row is None else row.value for row in rows]
    scale = finest([value for value in values if value is not None], scale)
    whole = [None if value is None else int(value * scale) for value in values]
    known = [value for value in whole if value is not None]
    measure = Measure(scale, min(known, default=0), max(known, default=0))
    here = {whole[code] for code in where.present}
    if len(here) == 1:
        return pl.repeat(here.pop(), len(where.codes), dtype=pl.Int64, eager=True), measure
    return pl.Series(whole, dtype=pl.Int64).gather(pl.Series(where.codes)), measure


def finest(values: Sequence[Decimal], scale: int) -> int:
    """The scale, times ten until each value is a whole number of it.

    Raises:
        PolicyError: where a value has more than twelve decimals.
    """
    while any(value * scale % 1 for value in values):
        scale *= 10
        if scale > 10**12:
            raise PolicyError.saying(f"A standard of {max(values, key=str)} has too many decimals.")
    return scale


def given_measure(column: pl.Series, scale: int) -> Measure:
    """How a column of a standard that came with the population is held."""
    ends = column.cast(pl.Int64).to_frame("n").select(a=pl.col("n").min(), b=pl.col("n").max())
    least, greatest = ends.row(0)
    return Measure(scale, min(least or 0, 0), max(greatest or 0, 0))
