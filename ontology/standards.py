"""Dated local numbers: which value holds in a place on a day, and where it was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ontology.errors import Fault
from ontology.files import rows_of
from ontology.vocabulary import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ontology.regions import Regions

ASSUMED: Final = "demo:assumed"
COLUMNS: Final = ("parameter", "region", "value", "unit", "valid_from", "valid_until", "source")


@dataclass(frozen=True, slots=True)
class Standard:
    """One value in force from a day, until before another, in a place and all that lies in it."""

    parameter: str
    region: str
    value: Decimal
    unit: str
    valid_from: date
    valid_until: date | None
    source: str
    file: Path
    line: int

    @property
    def assumed(self) -> bool:
        """Whether no published number was found, so that this one is made up for a trial."""
        return self.source == ASSUMED

    def holds(self, on: date) -> bool:
        """Whether the day lies in the half-open time of this value."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class Standards:
    """Every standard of a pack."""

    rows: tuple[Standard, ...]
    regions: Regions
    _by_place: dict[tuple[str, str], list[Standard]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[tuple[str, str], list[Standard]] = {}
        for row in self.rows:
            places.setdefault((row.parameter, row.region), []).append(row)
        object.__setattr__(self, "_by_place", places)

    @property
    def parameters(self) -> frozenset[str]:
        """The names of all standards."""
        return frozenset(row.parameter for row in self.rows)

    def lookup(self, parameter: str, region: str | None, on: date) -> Standard | None:
        """The value in force; the nearest place upward wins; none where there is none.

        Where one place has two values for a day, the one that was found wins over an assumed one.
        """
        for place in self.regions.upward(region):
            holding = [s for s in self._by_place.get((parameter, place), ()) if s.holds(on)]
            if holding:
                return min(holding, key=lambda s: s.assumed)
        return None

    def instead(self, values: Mapping[str, Decimal]) -> Standards:
        """The same standards but for these parameters, which then hold always and everywhere."""
        kept = tuple(row for row in self.rows if row.parameter not in values)
        stated = tuple(
            Standard(p, self.regions.root, v, "", date.min, None, "stated", Path("stated"), 0)
            for p, v in values.items()
        )
        return Standards(kept + stated, self.regions)


def read_standards(paths: Iterable[Path], regions: Regions) -> tuple[Standards, list[Fault]]:
    """The standards in some CSV files, and what is wrong with them.

    Columns: parameter, region, value, unit, valid_from, valid_until (exclusive), source.
    """
    faults: list[Fault] = []
    rows: list[Standard] = []
    for path in paths:
        lines, wrong = rows_of(path, COLUMNS)
        faults += wrong
        for line, row in lines:
            found, says = _standard(row, path, line)
            faults += [Fault(str(path), line, s) for s in says]
            if found:
                rows.append(found)
    faults += [
        Fault(str(s.file), s.line, f"region `{s.region}` is not in regions.csv")
        for s in rows
        if regions.by_code and s.region not in regions.by_code
    ]
    return Standards(tuple(rows), regions), faults + _overlaps(rows)


def _standard(row: Mapping[str, str], path: Path, line: int) -> tuple[Standard | None, list[str]]:
    says: list[str] = []
    try:
        value = Decimal(row["value"])
        since = date.fromisoformat(row["valid_from"])
        until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    except InvalidOperation:
        return None, [f"value `{row['value']}` is not a number"]
    except ValueError as error:
        return None, [f"a day is written as 2026-07-01: {error}"]
    if value < 0:
        says.append(f"value {value} is below 0")
    if until is not None and until <= since:
        says.append(f"valid_until {until} is not after valid_from {since}")
    if not row["source"]:
        says.append("no source: cite where the number was found, or write `demo:assumed`")
    args = (row["parameter"], row["region"], value, row["unit"], since, until, row["source"])
    return Standard(*args, path, line), says


def _overlaps(rows: list[Standard]) -> list[Fault]:
    """Two values of one parameter for one place and day, of one kind (found or assumed)."""
    places: dict[tuple[str, str, bool], list[Standard]] = {}
    for row in rows:
        places.setdefault((row.parameter, row.region, row.assumed), []).append(row)
    return [
        Fault(
            str(b.file),
            b.line,
            f"`{b.parameter}` of {b.region} from {b.valid_from} overlaps"
            f" {a.file.name}:{a.line} (from {a.valid_from}, until {a.valid_until or 'further'})",
        )
        for group in places.values()
        for a, b in pairwise(sorted(group, key=lambda s: s.valid_from))
        if a.valid_until is None or b.valid_from < a.valid_until
    ]


def measures(standards: Standards) -> dict[str, Measure]:
    """How each parameter is held: money in fen, others to their longest decimal place."""
    found: dict[str, Measure] = {}
    for parameter in standards.parameters:
        rows = [s for s in standards.rows if s.parameter == parameter]
        places = max(max(0, -int(s.value.as_tuple().exponent)) for s in rows)
        scale = 10 ** max(places, 2 if rows[0].unit.startswith("CNY") else 0)
        found[parameter] = Measure(scale, 0, int(max(s.value for s in rows) * scale))
    return found
