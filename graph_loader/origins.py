"""From an origin, `<source>|<key>`, back to the file, the sheet and the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.rows import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph_loader.lake import Lake

ORIGINS: Final = {
    "origin": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
}


def origins(lake: Lake, wanted: Iterable[str]) -> pl.DataFrame:
    """Where each origin stands, as the last load brought it; none for what the lake lacks."""
    asked = pl.DataFrame({"origin": pl.Series(list(dict.fromkeys(wanted)), dtype=pl.String)})
    parts = pl.col("origin").str.splitn("|", 2)
    asked = asked.with_columns(
        source=parts.struct.field("field_0"), _key=parts.struct.field("field_1")
    )
    files = lake.read("files").select(_file="sha", file="name").unique("_file", keep="last")
    found = [pl.LazyFrame(schema=ORIGINS)]
    for (source,), some in asked.group_by("source"):
        rows = lake.read(table_of(str(source)))
        if "_key" not in rows.collect_schema():
            continue
        last = (
            rows.select("_key", "_load", "_file", sheet="_sheet", row="_row")
            .join(some.lazy().select("_key", "origin"), on="_key")
            .filter(pl.col("_load") == pl.col("_load").max().over("_key"))
        )
        found.append(last.join(files, on="_file", how="left").select(*ORIGINS))
    return pl.concat(found).sort("origin").collect()


def rows_read(lake: Lake) -> dict[str, int]:
    """All rows of a version of the lake, and those refused: of a file read twice, its last.

    Rows that were there already are those of its first reading; of another, all are.
    """
    files = lake.read("files").collect().sort("load")
    one = ["sha", "source", "sheet"]
    last = files.unique(one, keep="last").select("read", "accepted", "refused").sum()
    first = files.unique(one, keep="first").select("repeated").sum()
    sums = {**last.row(0, named=True), **first.row(0, named=True)}
    return {name: int(value) for name, value in sums.items()}
