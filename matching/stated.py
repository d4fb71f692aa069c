"""What departments state, row by row, with the ids of whom it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from graph_loader.links import given_numbers, linked_rows
from matching.facts import LATER, happened, is_end, latest
from ontology.sources import speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ontology.pack import Pack
    from ontology.sources import Source
    from ontology.vocabulary import Item

DTYPES: Final[Mapping[str, Any]] = {
    "decimal": pl.Int64(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
}
NUMBERED: Final = {"person": ("people", "id_number"), "household": ("households", "number")}
"""The table that holds the ids of a unit, and its column of numbers."""
MEMBERSHIP: Final = "membership"
PLACE: Final = {"file": pl.String(), "sheet": pl.String(), "row": pl.Int64()}


class Tables(Protocol):
    """A version of the lake."""

    def read(self, table: str) -> pl.LazyFrame: ...
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """The rows of one source: `unit`, `person`, `household` (ids), items, `origin` and place.

    A row about the household of a named person has unit `household` and no household yet.
    """

    source: str
    department: str
    kind: str
    rows: pl.DataFrame


def dtype(item: Item) -> Any:  # noqa: ANN401 - Polars names types by classes and instances
    """How a frame holds an item: a number as an integer times its scale."""
    return DTYPES.get(item.datatype, pl.String())


def typed(rows: pl.DataFrame, items: Iterable[Item]) -> pl.DataFrame:
    """The rows with exactly these items added or cast; what a table lacks is unknown."""
    return rows.with_columns(
        (pl.col(item.name) if item.name in rows.columns else pl.lit(None))
        .cast(dtype(item))
        .alias(item.name)
        for item in items
    )


def items_of(pack: Pack, unit: str) -> list[Item]:
    """The data items of a unit or kind; the kinds of an office share theirs."""
    return [item for item in pack.items.values() if speaks_of(unit, item)]


def days_of(items: Sequence[Item]) -> list[str]:
    """Those of the items that are dates."""
    return [item.name for item in items if item.datatype == "date"]


def stated(tables: Tables, pack: Pack, as_of: date) -> list[Stated]:
    """Every source's rows as they were known on the day, by the id of whom they are about."""
    return on_day(told(tables, pack), pack, as_of)


def told(tables: Tables, pack: Pack) -> list[Stated]:
    """Every source's rows, of whatever day: what days differ in is left to `on_day`."""
    files = tables.read("files").collect()
    numbers = {unit: numbers_of(tables, unit) for unit in NUMBERED}
    given = given_numbers(tables)
    found = []
    for source in pack.sources.values():
        rows = linked_rows(tables, source.id, given).collect()
        if not rows.width:
            continue
        known = about(latest(rows).lazy(), numbers).collect()
        rows = _of_unit(_placed(known, files), source.about.subject)
        found.append(Stated(source.id, source.department, source.kind, rows))
    return found


def on_day(found: Sequence[Stated], pack: Pack, as_of: date) -> list[Stated]:
    """Of these rows what had begun by the day for certain, without what came of it later."""
    seen = []
    for one in found:
        days = _days(one, pack)
        rows = one.rows.filter(~_undated(one, pack, as_of))
        seen.append(replace(one, rows=happened(rows, days, as_of)))
    return seen


def undated(found: Sequence[Stated], pack: Pack, as_of: date) -> pl.DataFrame:
    """Whom rows are about that may have begun before the day or after it: source, person."""
    about = [pl.DataFrame(schema={"source": pl.String, "person": pl.String})]
    for one in found:
        rows = one.rows.filter(_undated(one, pack, as_of))
        about.append(rows.select(pl.lit(one.source).alias("source"), "person"))
    return pl.concat(about).drop_nulls().unique().sort("source", "person")


def _days(one: Stated, pack: Pack) -> list[str]:
    return days_of([item for item in items_of(pack, one.kind) if item.name in one.rows.columns])


def _undated(one: Stated, pack: Pack, as_of: date) -> pl.Expr:
    """Rows that do not say when they began, on a day before the last that the source speaks of.

    A source that need not say it speaks for all the days that it declares, and who is on a
    household register without a day has been there ever since.
    """
    source = pack.sources[one.source]
    needed = {column.name for column in source.columns if not column.optional}
    days = [day for day in _days(one, pack) if day in needed]
    begins = [day for day in days if not is_end(day) and day not in LATER]
    if not speaks_before(source, as_of) or not begins or one.kind == MEMBERSHIP:
        return pl.lit(value=False)
    return pl.all_horizontal(pl.col(begins).is_null())


def speaks_before(source: Source, as_of: date) -> bool:
    """Whether the day is before the last of which a source speaks."""
    last = (source.complete.until or source.complete.as_of) if source.complete else None
    return last is not None and as_of < last


def numbers_of(tables: Tables, unit: str) -> pl.DataFrame:
    """The id of each number (`<unit>_number`); a column each even where nothing was linked yet."""
    table, number = NUMBERED[unit]
    ids = tables.read(table).collect()
    if ids.is_empty():
        return pl.DataFrame(schema={f"{unit}_number": pl.String, unit: pl.String})
    return (
        ids.select(pl.col(number).alias(f"{unit}_number"), unit)
        .drop_nulls()
        .unique(f"{unit}_number", keep="first", maintain_order=True)
    )


def about(rows: pl.LazyFrame, numbers: Mapping[str, pl.DataFrame]) -> pl.LazyFrame:
    """The rows with the person and the household of each, as their numbers are known."""
    for unit, ids in numbers.items():
        number = f"{unit}_number"
        if number not in rows.collect_schema():
            rows = rows.with_columns(pl.lit(None, pl.String).alias(number))
        rows = rows.drop(unit, strict=False)
        rows = rows.join(ids.lazy(), on=number, how="left", maintain_order="left")
    return rows


def _of_unit(rows: pl.DataFrame, subject: str) -> pl.DataFrame:
    """With `unit`: whether each row is about a person or a household."""
    if "unit" in rows.columns:
        return rows
    unit = "household" if subject in ("household", "household_of") else "person"
    return rows.with_columns(unit=pl.lit(unit))


def _placed(rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """With `origin` and the file's name, sheet and row."""
    names = pl.DataFrame(schema={"_file": pl.String, "file": pl.String})
    if not files.is_empty():
        names = files.select(_file="sha", file="name").unique("_file", keep="last")
    return (
        rows.join(names, on="_file", how="left", maintain_order="left")
        .with_columns(
            origin=pl.format("{}|{}", "_source", "_key"), sheet="_sheet", row=pl.col("_row")
        )
        .drop("_file", "_sheet", "_row", "_key")
    )
