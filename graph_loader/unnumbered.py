"""Rows that were kept without a valid number and everyone known by one: what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.kept import SAID, columns_of, legible
from graph_loader.keys import hashed
from graph_loader.likeness import DAY
from graph_loader.rows import gone, table_of
from ontology.linking import TOLD

if TYPE_CHECKING:
    from graph_loader.lake import Lake, Writing
    from ontology.linking import Linking
    from ontology.pack import Pack
    from ontology.sources import Source

UNNUMBERED: Final = {
    "source": pl.String(), "key": pl.String(), "load": pl.Int64(), "name": pl.String(),
    "number": pl.String(), "birth_date": pl.String(), "sex": pl.String(),
    "household": pl.List(pl.String), "place": pl.List(pl.String),
}  # fmt: skip
DESCRIBED: Final = tuple(UNNUMBERED)[3:]


def unnumbered(tables: Lake | Writing, pack: Pack) -> pl.DataFrame:
    """Every current row that was kept without a valid number, with what it says of its person."""
    found = [pl.DataFrame(schema=UNNUMBERED)]
    for source in pack.sources.values() if pack.linking else ():
        rows = tables.read(table_of(source.id))
        if SAID in rows.collect_schema():
            found.append(_said(_current(rows), source, pack.linking))
    return pl.concat(found).sort("source", "key")


def _current(rows: pl.LazyFrame) -> pl.DataFrame:
    """The rows without a number that no later row of their key replaced or withdrew."""
    mine = rows.filter(pl.col("person_number").is_null() & pl.col("person_name").is_not_null())
    held = mine.filter(~gone(rows)).collect()
    if held.is_empty():
        return held
    keys = held.lazy().select("_key").unique()
    last = rows.select("_key", "_load").join(keys, on="_key", how="semi")
    newest = last.group_by("_key").agg(pl.col("_load").max()).collect()
    return held.join(newest, on=["_key", "_load"], how="semi")


def _said(rows: pl.DataFrame, source: Source, linking: Linking | None) -> pl.DataFrame:
    columns = columns_of(source, linking) if linking else {}
    texts = {name: [_text(rows, column) for column in columns.get(name, ())] for name in TOLD}
    one = {name: pl.coalesce([*texts[name], pl.lit(None, pl.String)]) for name in TOLD}
    several = {name: _all_of(texts[name]) for name in ("household", "place")}
    return rows.with_columns(number=legible(rows[SAID])).select(
        pl.lit(source.id).alias("source"),
        pl.col("_key").alias("key"),
        pl.col("_load").alias("load"),
        one["name"].alias("name"),
        pl.col("number"),
        one["birth_date"].alias("birth_date"),
        one["sex"].alias("sex"),
        several["household"].alias("household"),
        several["place"].alias("place"),
    )


def _text(rows: pl.DataFrame, column: str) -> pl.Expr:
    dated = rows.schema[column] == pl.Date
    return pl.col(column).dt.strftime(DAY) if dated else pl.col(column).cast(pl.String)


def _all_of(texts: list[pl.Expr]) -> pl.Expr:
    """All that is stated as a sorted list; nothing where nothing is."""
    if not texts:
        return pl.lit(None, pl.List(pl.String))
    several = pl.concat_list(texts).list.drop_nulls().list.unique().list.sort()
    return pl.when(several.list.len() > 0).then(several)


def described(rows: pl.DataFrame) -> pl.DataFrame:
    """With `said`: the same for rows that say the same of their person."""
    flat = [
        pl.col(name).list.join(";") if rows.schema[name] == pl.List(pl.String) else pl.col(name)
        for name in DESCRIBED
    ]
    text = pl.concat_str([part.fill_null("") for part in flat], separator="|")
    told = rows.with_columns(text.alias("said"))
    return told.with_columns(hashed(told["said"]).alias("said"))


def known(tables: Lake | Writing, pack: Pack, people: pl.DataFrame) -> pl.DataFrame:
    """What is known of everyone with a number: `id` (the number), and what a row might say."""
    number = pl.col("id_number")
    told = people.filter(number.str.len_chars() == len("330382198001011234")).select(
        id="id_number",
        name="name",
        number="id_number",
        birth_date=number.str.slice(6, 8),
        sex=pl.when(number.str.slice(16, 1).cast(pl.Int64, strict=False) % 2 == 1)
        .then(pl.lit("male"))
        .otherwise(pl.lit("female")),
    )
    homes, places = _lived(tables, pack)
    return told.join(homes, on="id", how="left", maintain_order="left").join(
        places, on="id", how="left", maintain_order="left"
    )


def _lived(tables: Lake | Writing, pack: Pack) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Households and places in which anyone ever was, as any source says."""
    wanted = {"household": ["household_number"], "place": []}
    if pack.linking:
        wanted["place"] = list(pack.linking.fields.get("place", ()))
    found: dict[str, list[pl.LazyFrame]] = {name: [] for name in wanted}
    for source in pack.sources.values():
        rows = tables.read(table_of(source.id))
        held = rows.collect_schema()
        if not source.about.national or "person_number" not in held:
            continue
        for name, columns in wanted.items():
            told = {"household_number"} if source.about.household else set()
            told |= {column.name for column in source.columns}
            found[name] += [
                rows.select(id="person_number", value=column).drop_nulls().unique()
                for column in columns
                if column in held and column in told
            ]
    return _gathered(found["household"], "household"), _gathered(found["place"], "place")


def _gathered(found: list[pl.LazyFrame], name: str) -> pl.DataFrame:
    empty = pl.LazyFrame(schema={"id": pl.String, "value": pl.String})
    several = pl.concat([empty, *found]).group_by("id").agg(pl.col("value").unique().sort())
    return several.rename({"value": name}).collect()
