"""Rows without a valid number to people: by likeness, or as somebody judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.keys import row_keys
from graph_loader.likeness import likenesses
from graph_loader.links import IDS, RECORD, Chosen, choose, keep_links
from graph_loader.pairs import PERSON, ROW, score
from graph_loader.rows import current
from graph_loader.unnumbered import DESCRIBED, described, known, unnumbered
from graph_loader.verdicts import rows_of

if TYPE_CHECKING:
    from graph_loader.lake import Writing
    from ontology.pack import Pack

NONE: Final = pl.lit(None, pl.String)


@dataclass(frozen=True, slots=True)
class Who:
    """The rows without a number: how many, linked, tied; those linked to nobody, and resembling.

    `open`: source, key, load and what each says; `like`: source, key, person of all they may mean.
    """

    rows: int
    linked: int
    ties: int
    open: pl.DataFrame
    like: pl.DataFrame


def link_rows(writing: Writing, pack: Pack, people: pl.DataFrame, verdicts: pl.DataFrame) -> Who:
    """Give each row without a number to the person whom it resembles, and keep why."""
    rows = unnumbered(writing, pack)
    barred = rows_of(verdicts, "split")
    rows = described(rows).with_columns(_apart(barred))
    found = _chosen(writing, pack, rows, people, barred)
    records = rows.join(found.best, left_on="said", right_on=ROW, how="left", maintain_order="left")
    records = records.with_columns(
        why=pl.col("why").fill_null("nobody"), candidates=pl.col("candidates").fill_null("[]")
    )
    records = _judged(_not_twice(writing, pack, records, people), verdicts)
    given = _given(verdicts).join(records, on=IDS, how="anti")
    keep_links(writing, pl.concat([_shaped(records), _shaped(given)]))
    alone = records.filter(pl.col("person").is_null())
    like = alone.select(*IDS, "said").join(found.like, left_on="said", right_on=ROW)
    return Who(
        rows=rows.height,
        linked=rows.height - alone.height,
        ties=int((alone["why"] == "tie").sum()),
        open=alone.select(*IDS, "load", *DESCRIBED),
        like=like.select(*IDS, PERSON).unique(),
    )


def _apart(barred: pl.DataFrame) -> pl.Expr:
    """Rows that somebody judged are scored by themselves, whatever others say the same."""
    judged = pl.struct(*IDS).is_in(barred.select(pl.struct(*IDS).implode()).to_series())
    alone = pl.concat_str("said", "source", "key", separator="|")
    return pl.when(judged).then(alone).otherwise("said").alias("said")


def _chosen(
    writing: Writing, pack: Pack, rows: pl.DataFrame, people: pl.DataFrame, barred: pl.DataFrame
) -> Chosen:
    linking = pack.linking
    if linking is None or rows.is_empty() or people.is_empty():
        return Chosen.none()
    told = rows.unique("said", keep="first", maintain_order=True).rename({"said": "id"})
    told = likenesses(told.select("id", *DESCRIBED), linking)
    everyone = likenesses(known(writing, pack, people), linking)
    scored = score(told, everyone, linking)
    ids = people.select(id="person", number="id_number").drop_nulls()
    pairs = scored.pairs.join(ids, left_on=PERSON, right_on="number").drop(PERSON)
    pairs = pairs.rename({"id": PERSON}).sort(
        ROW, PERSON, "weight", descending=[False, False, True]
    )
    pairs = pairs.unique([ROW, PERSON], keep="first", maintain_order=True)
    no = rows.join(barred.select(*IDS, PERSON), on=IDS).select(pl.col("said").alias(ROW), PERSON)
    return choose(pairs.join(no, on=[ROW, PERSON], how="anti"), linking)


def _not_twice(
    writing: Writing, pack: Pack, records: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Rows are not linked where their source would say a thing of a person twice."""
    mine = records.filter(pl.col("why") == "likeness")
    numbers = people.drop_nulls("id_number").unique("person", keep="first", maintain_order=True)
    mine = mine.join(numbers.select("person", "id_number"), on="person", how="left")
    found = [pl.DataFrame(schema=dict.fromkeys(IDS, pl.String))]
    for name in mine["source"].unique().sort():
        source = pack.sources[name]
        if "person_number" not in source.key:
            continue
        held = current(writing, name)
        of = mine.filter(pl.col("source") == name).select("key", number="id_number")
        rows = held.join(of.lazy(), left_on="_key", right_on="key").collect()
        rows = rows.with_columns(person_number=pl.col("number"))
        would = rows.select("_key", would=row_keys(source, rows)).sort("_key")
        there = held.select("_key").join(would.lazy().select(_key="would"), on="_key", how="semi")
        again = pl.col("would").is_in(there.collect()["_key"].implode())
        twice = would.filter(again | ~pl.col("would").is_first_distinct())
        found.append(twice.select(source=pl.lit(name), key="_key"))
    twice = pl.concat(found).with_columns(twice=True)
    said = records.join(twice, on=IDS, how="left", maintain_order="left")
    stated = pl.col("twice").is_not_null()
    return said.with_columns(
        why=pl.when(stated).then(pl.lit("stated")).otherwise("why"),
        person=pl.when(~stated).then("person"),
    ).drop("twice")


def _judged(records: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Links that somebody made stand above all likeness."""
    made = _given(verdicts).select(*IDS, made="person")
    both = records.join(made, on=IDS, how="left", maintain_order="left")
    judged = pl.col("made").is_not_null()
    linked = judged | pl.col("why").eq("likeness")
    return both.with_columns(
        person=pl.coalesce("made", pl.when(linked).then("person")),
        why=pl.when(judged).then(pl.lit("verdict")).otherwise("why"),
    ).drop("made")


def _given(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Rows that somebody gave to a person, whatever their number says; the last word counts."""
    columns = (*IDS, "verdict", "person")
    split = rows_of(verdicts, "split").with_columns(person="other").select(columns)
    said = pl.concat([split, rows_of(verdicts, "is").select(columns)]).sort("verdict")
    last = said.unique(IDS, keep="last", maintain_order=True).drop_nulls("person")
    return last.with_columns(why=pl.lit("verdict")).drop("verdict")


def _shaped(records: pl.DataFrame) -> pl.DataFrame:
    how = pl.when(pl.col("person").is_not_null()).then("why")
    empty = {"probability": pl.Int64, "weight": pl.Int64, "waterfall": pl.String}
    lacking = {n: pl.lit(None, of).alias(n) for n, of in empty.items() if n not in records.columns}
    if "candidates" not in records.columns:
        lacking["candidates"] = pl.lit("[]").alias("candidates")
    return records.with_columns(how.alias("how"), *lacking.values()).select(*IDS, *RECORD)
