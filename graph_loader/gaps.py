"""Whom a row that is about nobody for certain leaves open: for them its source is not whole.

Such rows are refused ones, and those without a valid number that were linked to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.characters import plain_name
from graph_loader.numbers import LENGTH, check_numbers, of_fifteen
from graph_loader.rows import table_of
from graph_loader.tables import shaped

if TYPE_CHECKING:
    from graph_loader.lake import Writing
    from graph_loader.who import Who
    from ontology.pack import Pack

BATCH: Final = 20_000
OLD: Final = 15
PREFIX: Final = 14
"""Digits that a number in powers of ten must have kept to say anything."""
POWER: Final = r"^(\d)\.?(\d*)E\+?\d+$"
COLUMNS: Final = ("source", "key", "person_number", "person_name", "household_number", "open")
DIGITS: Final = pl.DataFrame({"digit": [*"0123456789", "X"]})


@dataclass(frozen=True, slots=True)
class Gaps:
    """Rows of `source_gaps`, refused rows that still stand, and those that touch nobody."""

    gaps: pl.DataFrame
    refused: int
    unattributable: int


def find_gaps(writing: Writing, pack: Pack, people: pl.DataFrame, who: Who) -> Gaps:
    """For each row that is still about nobody, the people whom it may be about."""
    refused = standing(writing, pack).select(COLUMNS)
    rejects = pl.concat([refused, _open(who)])
    sure = check_numbers(rejects["person_number"], datetime.now(tz=UTC).date()).values
    rejects = rejects.with_columns(sure.alias("sure"), plain=plain_name(pl.col("person_name")))
    known = people.select("person", number="id_number")
    exact = rejects.select("source", number="sure").drop_nulls().unique().join(known, on="number")
    unknown = ~pl.col("sure").is_in(exact["number"].implode())
    doubtful = rejects.filter(pl.col("sure").is_null() | unknown)
    ways = {
        "sure": exact.rename({"number": "sure"}),
        "plain": _by_name(doubtful, people),
        "person_number": _by_number(doubtful, known),
        "household_number": _by_household(writing, pack, rejects, known),
    }
    like = who.like.rename({"key": "open"})
    ways["open"] = like
    touched = pl.concat([way.select("source", "person") for way in ways.values()]).unique()
    gaps = touched.join(_periods(pack), on="source", how="left").sort("source", "person")
    alone = rejects
    for column, way in ways.items():
        alone = alone.join(way.select("source", column).unique(), on=["source", column], how="anti")
    return Gaps(shaped("source_gaps", gaps), refused.height, alone.height)


def _open(who: Who) -> pl.DataFrame:
    """Rows without a number that were linked to nobody, as if they had been refused."""
    return who.open.select(
        "source",
        "key",
        person_number="number",
        person_name="name",
        household_number=pl.col("household").list.first(),
    ).with_columns(open="key")


def standing(writing: Writing, pack: Pack) -> pl.DataFrame:
    """Refused rows, less those whose key or whose file came again later."""
    rejects = writing.read("rejects").collect()
    files = writing.read("files").select("source", "name", "load", file="sha").collect()
    names = files.select("source", "file", "load", "name").unique()
    later = files.group_by("source", "name").agg(pl.col("load").max().alias("last"))
    rejects = rejects.join(names, on=["source", "file", "load"], how="left", maintain_order="left")
    rejects = rejects.join(later, on=["source", "name"], how="left", maintain_order="left")
    rejects = rejects.filter(pl.col("last").is_null() | (pl.col("last") <= pl.col("load")))
    answered = [
        _answered(writing, source, rejects)
        for source in rejects["source"].unique()
        if source in pack.sources
    ]
    if answered:
        rejects = rejects.join(pl.concat(answered), on=["source", "key", "load"], how="anti")
    return rejects.drop("name", "last").with_columns(open=pl.lit(None, pl.String))


def _answered(writing: Writing, source: str, rejects: pl.DataFrame) -> pl.DataFrame:
    """Keys of refused rows that a later load brought again, accepted."""
    keys = rejects.filter(pl.col("source") == source).select("source", "key", "load").drop_nulls()
    rows = writing.read(table_of(source))
    if keys.is_empty() or "_key" not in rows.collect_schema():
        return keys.clear()
    accepted = rows.select(key="_key", accepted="_load").join(keys.lazy(), on="key", how="semi")
    both = keys.join(accepted.collect(), on="key")
    return both.filter(pl.col("accepted") > pl.col("load")).select("source", "key", "load").unique()


def _by_name(rejects: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """People who bear the name of a refused row: `source`, `plain`, `person`."""
    said = rejects.select("source", "plain").drop_nulls().unique()
    named = people.select("person", plain=plain_name(pl.col("name"))).drop_nulls()
    return said.join(named, on="plain")


def _by_number(rejects: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """People whose number is within one digit: `source`, `person_number`, `person`."""
    said = rejects.select("person_number").drop_nulls().unique().with_row_index("reject")
    found = [_by_prefix(said.rename({"person_number": "number"}), known)]
    found += [
        near(piece).join(known, on="number").select("reject", "person")
        for piece in said.rename({"person_number": "number"}).iter_slices(BATCH)
    ]
    meant = pl.concat(found).unique().join(said, on="reject").drop("reject")
    sources = rejects.select("source", "person_number").drop_nulls().unique()
    return sources.join(meant, on="person_number")


def near(said: pl.DataFrame) -> pl.DataFrame:
    """Every number that one digit more, less or other makes of these: `reject`, `number`."""
    length = pl.col("number").str.len_chars()
    full = said.filter(length == LENGTH)
    old = _changed(said.filter(length == OLD), OLD, 1)
    old = old.filter(pl.col("number").str.contains(r"^\d{15}$"))
    return pl.concat(
        [
            _changed(full, LENGTH, 1),
            _changed(said.filter(length == LENGTH - 1), LENGTH, 0),
            _cut(said.filter(length == LENGTH + 1)),
            old.with_columns(of_fifteen(old["number"]).alias("number")),
            said.select("reject", "number"),
        ]
    ).unique()


def _changed(said: pl.DataFrame, length: int, dropped: int) -> pl.DataFrame:
    """Each place filled with each digit; `dropped` digits make room for it."""
    at = pl.col("at")
    number = pl.col("number")
    return (
        said.join(pl.DataFrame({"at": range(length)}), how="cross")
        .join(DIGITS, how="cross")
        .select(
            "reject",
            number=number.str.slice(0, at) + pl.col("digit") + number.str.slice(at + dropped),
        )
    )


def _cut(said: pl.DataFrame) -> pl.DataFrame:
    number, at = pl.col("number"), pl.col("at")
    places = pl.DataFrame({"at": range(LENGTH + 1)})
    cut = said.join(places, how="cross")
    return cut.select("reject", number=number.str.slice(0, at) + number.str.slice(at + 1))


def _by_prefix(said: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """By the first digits of a number that a spreadsheet turned into powers of ten."""
    parts = said.filter(pl.col("number").str.contains(POWER))
    parts = parts.with_columns(head=pl.col("number").str.replace(POWER, "$1$2"))
    parts = parts.filter(pl.col("head").str.len_chars() > PREFIX)
    heads = known.select("person", head=pl.col("number").str.slice(0, PREFIX))
    parts = parts.with_columns(pl.col("head").str.slice(0, PREFIX))
    return parts.join(heads, on="head").select("reject", "person")


def _by_household(
    writing: Writing, pack: Pack, rejects: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """Everyone in a household of which a row was refused, by its number."""
    said = rejects.select("source", "household_number").drop_nulls().unique()
    found = [said.clear().with_columns(person=pl.lit(None, pl.String))]
    for source in said["source"].unique().sort():
        rows = writing.read(table_of(source))
        if source not in pack.sources or "household_number" not in rows.collect_schema():
            continue
        homes = rows.select("household_number", number="person_number").drop_nulls()
        mine = said.filter(pl.col("source") == source).lazy()
        both = mine.join(homes, on="household_number").join(known.lazy(), on="number")
        found.append(both.select("source", "household_number", "person").unique().collect())
    return pl.concat(found)


def _periods(pack: Pack) -> pl.DataFrame:
    rows: list[tuple[str, date | None, date | None]] = []
    for source in pack.sources.values():
        whole = source.complete
        ends = (whole.since, whole.until or whole.as_of) if whole else (None, None)
        rows.append((source.id, *ends))
    return pl.DataFrame(
        rows, {"source": pl.String(), "from": pl.Date(), "until": pl.Date()}, orient="row"
    )
