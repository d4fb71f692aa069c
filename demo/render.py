"""Records as the departments write them: own headers, words, date forms; everything as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import polars as pl
import yaml

from demo.fields import FIELDS, KIN
from demo.population import DATA

EXCEL: Final = "excel"
SPREAD: Final = 7
EXCEL_DAY_ONE: Final = -25569
"""What Excel calls day 0, in days since 1970-01-01."""
TABLES: Final = ("layouts.yaml", "layouts_further.yaml", "layouts_offices.yaml")
PART: Final = "_part"
PERSON: Final = "_person"
DIRT: Final = "_dirt"
KEPT: Final = (PART, PERSON, DIRT)
MONTHS: Final = ("earning_month", "benefit_month", "balance_month", "for_month", "bill_year")
AREA: Final = "dwelling_area"
WHOLE: Final = {w for of in FIELDS.values() for w, f in of.items() if f.form == "integer"}
"""Fields that count something; every other integer is hundredths."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one source's files look; `columns` is property to header, in the order of the file."""

    file: str
    columns: dict[str, str]
    encoding: str = ""
    split: str = ""
    part: str = "%Y%m"
    title: str = ""
    totals: str = ""
    money: str = "yuan"
    styles: tuple[str, ...] = ("%Y-%m-%d",)
    months: tuple[str, ...] = ()
    labels: dict[str, dict[str, str]] = field(default_factory=dict)


def layouts() -> dict[str, Layout]:
    """Every source's layout, in the order of the tables."""
    return {source: _layout(entry) for table in TABLES for source, entry in _read(table).items()}


def _read(table: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / table).read_text(encoding="utf-8"))
    return loaded


@cache
def _office() -> dict[str, Any]:
    """The words that offices share: of programmes, units, results, and two rows of headers."""
    return _read("office.yaml")


def _layout(entry: dict[str, Any]) -> Layout:
    if isinstance(entry["columns"], str):
        entry["columns"] = _office()[entry["columns"]]
    words = entry.pop("labels", {}) | (_office()["labels"] if entry.pop("office", False) else {})
    labels = {
        prop: {_word(value): text for value, text in said.items()} for prop, said in words.items()
    }
    for several in ("styles", "months"):
        if several in entry:
            entry[several] = tuple(entry[several])
    return Layout(**entry, labels=labels)


def _word(value: object) -> str:
    """YAML reads yes and no as truth values; the frames hold them as true and false."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def render(layout: Layout, records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One text column a header, plus whose row it is, its file part, and which planted dirt."""
    rows = records.join(
        people.select("person", "id_number", "name", "household_number"),
        on="person",
        how="left",
        maintain_order="left",
    )
    for prop in KIN:
        if prop in layout.columns:
            number = people.select(pl.col("person").alias(prop), pl.col("id_number").alias("_kin"))
            rows = rows.join(number, on=prop, how="left", maintain_order="left")
            rows = rows.with_columns(pl.col("_kin").alias(prop)).drop("_kin")
    texts = [_text(layout, prop, rows.schema[prop]).alias(h) for prop, h in layout.columns.items()]
    none = pl.lit(None, pl.Int64).alias(DIRT)
    part = _part(layout, rows).alias(PART)
    return rows.select(*texts, part, pl.col("person").alias(PERSON), none)


def _part(layout: Layout, rows: pl.DataFrame) -> pl.Expr:
    if not layout.split:
        return pl.lit("")
    column = pl.col(layout.split)
    dated = rows.schema[layout.split] == pl.Date
    return column.dt.strftime(layout.part) if dated else column


def _text(layout: Layout, prop: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(prop)
    if prop in layout.labels:
        words = layout.labels[prop]
        return column.cast(pl.String).replace_strict(words, default=None, return_dtype=pl.String)
    if dtype == pl.Date:
        styles = layout.styles
        if prop in MONTHS:
            styles = layout.months or layout.styles
        return _mixed(column, styles)
    if dtype == pl.Int64 and prop not in WHOLE and (layout.money == "yuan" or prop == AREA):
        return _hundredths(column)
    return column.cast(pl.String)


def _mixed(column: pl.Expr, styles: tuple[str, ...]) -> pl.Expr:
    """Dates in all the styles of the file; one date is always written in one style."""
    texts = [_dated(column, style) for style in styles]
    turn = (column.cast(pl.Int32) // SPREAD) % len(styles)
    mixed = texts[0]
    for at, text in enumerate(texts[1:], 1):
        mixed = pl.when(turn == at).then(text).otherwise(mixed)
    return mixed


def _dated(column: pl.Expr, style: str) -> pl.Expr:
    if style == EXCEL:
        return (column.cast(pl.Int32) - EXCEL_DAY_ONE).cast(pl.String)
    return column.dt.strftime(style)


def _hundredths(column: pl.Expr) -> pl.Expr:
    cents = (column.abs() % 100).cast(pl.String).str.zfill(2)
    return (column.abs() // 100).cast(pl.String) + pl.lit(".") + cents
