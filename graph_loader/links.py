"""Links as records: which row is about whom, how likely, and why; every version is kept.

A record says of one row (source, key) whom it is about (`person`), or nobody (null) and `why`:
`nobody` is likely enough, a `tie` of several, `doubtful`, `stated`: the source says this of that
person already, `barred`: someone has judged otherwise, `gone`: the row is no longer there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from graph_loader.pairs import NO_LEVEL, PAIRS, PERSON, ROW
from graph_loader.rows import table_of
from graph_loader.tables import empty, shaped
from ontology.linking import MILLI, MILLION, bits

if TYPE_CHECKING:
    from graph_loader.lake import Writing
    from ontology.linking import Linking

SHOWN: Final = 5
"""How many people a row that is linked to nobody is told to resemble."""
IDS: Final = ("source", "key")
RECORD: Final = ("person", "how", "why", "probability", "weight", "waterfall", "candidates")


class Readable(Protocol):
    """A version of the lake."""

    def read(self, table: str) -> pl.LazyFrame: ...


def current_links(tables: Readable) -> pl.DataFrame:
    """The last record of each row."""
    links = tables.read("links").collect()
    if links.is_empty():
        return empty("links")
    return links.sort("version").unique(IDS, keep="last", maintain_order=True)


def linked(tables: Readable) -> pl.DataFrame:
    """The rows that a link, and no number, gives to a person: `source`, `key`, `person`."""
    return current_links(tables).drop_nulls("person").select(*IDS, "person")


def given_numbers(tables: Readable) -> pl.DataFrame:
    """The number that each linked row should have had: `source`, `_key`, `given`."""
    links = linked(tables)
    if links.is_empty():
        schema = dict.fromkeys(("source", "_key", "given"), pl.String)
        return pl.DataFrame(schema=schema)
    people = tables.read("people").select("person", given="id_number").collect()
    people = people.drop_nulls().unique("person", keep="first", maintain_order=True)
    return links.join(people, on="person").select("source", "given", _key="key")


def linked_rows(tables: Readable, source: str, given: pl.DataFrame) -> pl.LazyFrame:
    """The rows of a source, those that are linked with the number of their person."""
    rows = tables.read(table_of(source))
    mine = given.filter(source=source).select("_key", "given")
    if mine.is_empty() or "_key" not in rows.collect_schema():
        return rows
    both = rows.join(mine.lazy(), on="_key", how="left", maintain_order="left")
    return both.with_columns(person_number=pl.coalesce("given", "person_number")).drop("given")


def keep_links(writing: Writing, found: pl.DataFrame) -> int:
    """Append what is new among the records found, and that rows are gone; how many that are."""
    held = current_links(writing)
    same = [pl.col(name).eq_missing(pl.col(f"{name}_held")) for name in RECORD]
    both = found.join(held.select(*IDS, *RECORD), on=IDS, how="left", suffix="_held")
    news = found.filter(~both.select(pl.all_horizontal(same)).to_series())
    gone = held.filter(pl.col("why") != "gone").join(found, on=IDS, how="anti")
    gone = gone.with_columns(
        person=pl.lit(None, pl.String),
        why=pl.lit("gone"),
        candidates=pl.lit("[]"),
    )
    rows = pl.concat([news.select(*IDS, *RECORD), gone.select(*IDS, *RECORD)]).sort(IDS)
    rows = rows.with_columns(version=pl.lit(writing.base + 1, pl.Int64))
    writing.append("links", shaped("links", rows))
    return rows.height


@dataclass(frozen=True, slots=True)
class Chosen:
    """Each description's best person and why it is one or none, and all whom it resembles.

    `best`: row, person (null: nobody), why, probability, weight, waterfall, candidates; `like`:
    row, person.
    """

    best: pl.DataFrame
    like: pl.DataFrame

    @staticmethod
    def none() -> Chosen:
        """Nobody resembles anybody."""
        return choose(pl.DataFrame(schema=PAIRS), None)


def choose(pairs: pl.DataFrame, linking: Linking | None) -> Chosen:
    """The best person of each row, unless it is not likely enough or as likely as another."""
    ranked = pairs.sort(ROW, "weight", PERSON, descending=[False, True, False])
    ahead = pl.col("weight") - pl.col("weight").shift(-1).over(ROW)
    best = ranked.with_columns(ahead=ahead).unique(ROW, keep="first", maintain_order=True)
    least, margin = (bits(linking.threshold), linking.margin) if linking else (0, Decimal(0))
    tie = pl.when(pl.col("ahead") < int(margin * MILLI)).then(pl.lit("tie"))
    why = pl.when(pl.col("weight") < least).then(pl.lit("doubtful"))
    best = best.with_columns(why=why.otherwise(tie.otherwise(pl.lit("likeness"))))
    falls = [json.dumps(waterfall(row, linking)) for row in best.iter_rows(named=True) if linking]
    best = best.with_columns(waterfall=pl.Series(falls, dtype=pl.String)).join(
        _resembled(ranked), on=ROW, how="left", maintain_order="left"
    )
    columns = (ROW, PERSON, "why", "probability", "weight", "waterfall", "candidates")
    return Chosen(best.select(columns), ranked.select(ROW, PERSON))


def waterfall(pair: dict[str, Any], linking: Linking) -> list[dict[str, Any]]:
    """From the prior over each comparison to the sum: name, level and weight in milli-bits."""
    bars: list[dict[str, Any]] = [{"what": "prior", "level": None, "weight": bits(linking.prior)}]
    for comparison in linking.comparisons:
        at = pair[f"at_{comparison.name}"]
        level = None if at == NO_LEVEL else comparison.levels[at]
        weight = level.weight if level else 0
        bars.append(
            {"what": comparison.name, "level": level.name if level else None, "weight": weight}
        )
    return bars


def _resembled(ranked: pl.DataFrame) -> pl.DataFrame:
    """For each row the people it resembles most, as JSON."""
    told: dict[str, list[dict[str, Any]]] = {}
    several = ranked.group_by(ROW, maintain_order=True).head(SHOWN)
    for row, person, share in several.select(ROW, PERSON, "probability").iter_rows():
        told.setdefault(row, []).append({"person": person, "probability": share})
    texts = [json.dumps(people) for people in told.values()]
    return pl.DataFrame(
        {ROW: list(told), "candidates": texts}, {ROW: pl.String, "candidates": pl.String}
    )


def share(millionths: int | None) -> str:
    """A probability for people: 0.9987."""
    return "" if millionths is None else f"{millionths / MILLION:.4f}"
