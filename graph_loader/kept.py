"""Which rows without a valid number are kept for linking, and by what their keys know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.characters import plain_name
from graph_loader.numbers import tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from ontology.linking import Linking
    from ontology.sources import Source

SAID: Final = "person_number_said"
"""What stands where a valid number should: only in rows that are kept without one."""
START: Final = 15
"""Digits that a spreadsheet keeps of a number."""
LEGIBLE: Final = r"^[0-9A-Z?*]{12,20}$"
"""Enough of a number to look for its person by it."""
POWER: Final = r"^(\d)\.(\d{10,})E\+?17$"
"""A number that a spreadsheet turned into powers of ten; fifteen digits of it are left."""
PLAIN: Final = {"name": "person_name", "number": SAID, "household": "household_number"}


def legible(said: pl.Series) -> pl.Series:
    """What stands in place of a number as text to compare; nothing where it is too little.

    Digits that a spreadsheet lost are stars.
    """
    numbers = tidy(said)
    powers = numbers.str.replace(POWER, "$1$2").str.slice(0, START).str.pad_end(START, "0") + "***"
    whole = pl.when(pl.col("number").str.contains(POWER)).then("power").otherwise("number")
    frame = pl.DataFrame({"number": numbers, "power": powers}).select(number=whole)
    legible = pl.when(pl.col("number").str.contains(LEGIBLE)).then("number")
    return frame.select(number=legible)["number"]


def columns_of(source: Source, linking: Linking) -> dict[str, tuple[str, ...]]:
    """For each thing that may be told of a person, the row's columns that tell it."""
    stated = {column.name for column in source.columns}
    items = {
        field: tuple(item for item in items if item in stated)
        for field, items in linking.fields.items()
    }
    about = source.about
    plain = {"name": about.name, "number": about.person, "household": about.household}
    return {name: (PLAIN[name],) for name, header in plain.items() if header} | items


def tells(
    source: Source, linking: Linking | None, cells: Callable[[str], pl.Series], number: pl.Series
) -> pl.Series:
    """Which rows say enough of a person to be kept without a valid number."""
    none = pl.Series([False]).new_from_index(0, len(number))
    if linking is None:
        return none
    headers = {column.name: column.header for column in source.columns}
    about = source.about
    headers |= {
        PLAIN[name]: header
        for name, header in (("name", about.name), ("household", about.household))
        if header
    }
    told: dict[str, pl.Series] = {"number": legible(number).is_not_null()}
    for name, columns in columns_of(source, linking).items():
        if name != "number":
            told[name] = none
            for column in columns:
                told[name] |= cells(headers[column]).is_not_null()
    kept = none
    for line in linking.keep:
        whole = ~none
        for name in line:
            whole &= told.get(name, none)
        kept |= whole
    return kept


def stand_in(rows: pl.DataFrame, source: Source, linking: Linking | None) -> pl.DataFrame:
    """The rows, to make keys of, with what they say of a person in place of a missing number."""
    if linking is None or SAID not in rows.columns:
        return rows
    columns = [column for some in columns_of(source, linking).values() for column in some]
    parts = [
        (plain_name(pl.col(c)) if c == "person_name" else pl.col(c).cast(pl.String)).fill_null("")
        for c in sorted(set(columns))
    ]
    who = pl.concat_str(pl.lit("?"), *parts, separator="|")
    kept = pl.col("person_number").is_null() & pl.col("person_name").is_not_null()
    return rows.with_columns(person_number=pl.when(kept).then(who).otherwise("person_number"))
