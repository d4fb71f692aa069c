"""Rows against what the lake holds: new, repeated, or a newer version of a known key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.check import MARKS, key_twice
from graph_loader.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from graph_loader.lake import Lake, Writing
    from graph_loader.parts import Parts

GONE: Final = "_gone\u2020"
BUCKET: Final = 2_000_000
"""Keys of a file that are looked for at once among those of older files of its name."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """Rows to store, how many were there already, and those that contradict their own file.

    `overtakes`: some row is a newer version of one that came with the same load.
    """

    fresh: Parts
    repeated: int
    refused: Parts
    overtakes: bool


def sift(rows: Parts, held: pl.LazyFrame, load: int, new: Callable[[], Parts]) -> Sifted:
    """Part the accepted rows of a file by what is known of their keys.

    `new` makes the parts that the rows are put into.
    """
    fresh, refused, repeated, overtakes = new(), new(), 0, False
    repeats = Repeats(rows, held, new)
    for at, part in enumerate(rows):
        stored = held if repeats.known(at) else held.clear()
        one = _sift(part, repeats.before(part), stored, load)
        fresh.add(one.fresh)
        refused.add(one.refused)
        repeated += one.repeated
        overtakes |= one.overtakes
    return Sifted(fresh, repeated, refused, overtakes)


@dataclass(frozen=True, slots=True)
class _One:
    """What became of one part."""

    fresh: pl.DataFrame
    repeated: int
    refused: pl.DataFrame
    overtakes: bool


def _sift(rows: pl.DataFrame, before: pl.DataFrame, held: pl.LazyFrame, load: int) -> _One:
    """`before`: the first rows of these keys in the parts above, as far as there are any."""
    content = [column for column in rows.columns if column not in MARKS]
    both = pl.concat([before, rows]) if before.height else rows
    once, again, contrary = _within(both, content)
    once = once.slice(before.height)
    known = _known(once, held, content)
    if known.is_empty():
        return _One(once, again, key_twice(contrary), overtakes=False)
    kept = once.drop("_load").join(known, on="_key", how="left", maintain_order="left")
    same = kept.select(
        pl.col("_load").is_not_null()
        & pl.all_horizontal(pl.col(c).eq_missing(pl.col(_held(c))) for c in content)
    ).to_series()
    newer = kept.filter(~same)["_load"]
    fresh = once.filter(~same)
    return _One(fresh, again + int(same.sum()), key_twice(contrary), bool((newer == load).any()))


def current(lake: Lake | Writing, source: str) -> pl.LazyFrame:
    """What the last load says of each key of a source; a key that it withdrew is not there."""
    return newest(lake.read(table_of(source)))


def newest(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of rows of one source, the last of each key, unless it withdraws it."""
    if "_key" not in rows.collect_schema():
        return rows
    last = rows.filter(pl.col("_load") == pl.col("_load").max().over("_key"))
    return last.filter(~gone(rows))


def gone(rows: pl.LazyFrame) -> pl.Expr:
    """Whether a row withdraws its key; a lake of before this was kept withdraws nothing."""
    if "_gone" not in rows.collect_schema():
        return pl.lit(value=False)
    return pl.col("_gone").fill_null(value=False)


def withdrawn(
    held: pl.LazyFrame, files: Collection[str], told: pl.LazyFrame, rows: int
) -> Iterator[pl.DataFrame]:
    """The rows that these files stated and that a newer file of their name leaves out.

    `held`: the rows of a source whose department says that its file is whole; `told`: the keys of
    the newer file, refused ones too, about so many `rows`. The rows are marked `_gone`; nothing is
    taken away.
    """
    if "_key" not in held.collect_schema():
        return
    buckets = 1 + rows // BUCKET
    for at in range(buckets):
        here = pl.lit(value=True) if buckets == 1 else pl.col("_key").hash() % buckets == at
        left = newest(held.filter(here)).filter(pl.col("_file").is_in(list(files)))
        mine = told.filter(here, pl.col("_key").is_not_null())
        found = left.join(mine, on="_key", how="anti").with_columns(_gone=True)
        yield found.collect(engine="streaming" if buckets > 1 else "auto")


def table_of(source: str) -> str:
    """The lake's table of one source's rows."""
    return f"rows_{source}"


def _within(rows: pl.DataFrame, content: Iterable[str]) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """The first row of each key, how many repeat it, and those that contradict it."""
    several = rows["_key"].is_duplicated()
    if not several.any():
        return rows, 0, rows.clear()
    doubled = rows.filter(several).select(
        "_row",
        "_sheet",
        first=pl.col("_key").is_first_distinct(),
        same=pl.all_horizontal(
            pl.col(column).eq_missing(pl.col(column).first().over("_key")) for column in content
        ),
    )
    at = several.arg_true()
    out = at.filter(~doubled["first"])
    contrary = rows[at.filter(~doubled["same"])]
    keep = pl.Series([True]).new_from_index(0, rows.height).scatter(out, False)  # noqa: FBT003
    return rows.filter(keep), out.len() - contrary.height, contrary


def _known(rows: pl.DataFrame, held: pl.LazyFrame, content: Iterable[str]) -> pl.DataFrame:
    """The newest rows that the lake holds of these keys."""
    names = set(held.collect_schema())
    if not names or rows.is_empty():
        return pl.DataFrame()
    mine = rows.lazy().select("_key")
    common = held.select("_key").join(mine, on="_key", how="semi").unique().collect()
    if common.is_empty():
        return pl.DataFrame()
    found = held.select(
        "_key",
        "_load",
        gone(held).alias(GONE),
        *(
            (pl.col(name) if name in names else pl.lit(None, rows.schema[name])).alias(_held(name))
            for name in content
        ),
    ).join(common.lazy(), on="_key", how="semi")
    last = found.filter(pl.col("_load") == pl.col("_load").max().over("_key"))
    return last.filter(~pl.col(GONE)).drop(GONE).collect()


def _held(column: str) -> str:
    return f"{column}\u2020"
