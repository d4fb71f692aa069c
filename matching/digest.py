"""A digest of decisions that parts of them make together: equal facts give it again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE: Final = 1_000_000
UNKNOWN: Final = "\x00"
LEAVES: Final = {"home": pl.String(), "leaf": pl.Binary()}


def decisions_digest(decisions: pl.DataFrame, aliases: pl.DataFrame) -> str:
    """SHA-256 over the leaves of all homes, in their order.

    `aliases` (id, alias) gives the least source and key by which a department knows the same
    person or household, so that surrogates minted in another order change nothing.
    """
    return digest_of(leaves(decisions, aliases))


def digest_of(found: pl.DataFrame) -> str:
    """SHA-256 over leaves, in whatever parts and order they were found."""
    whole = hashlib.sha256()
    for leaf in found["leaf"].sort():
        whole.update(leaf)
    return whole.hexdigest()


def leaves(decisions: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """For each home (a household, or a person who has none) SHA-256 of its sorted decisions."""
    found = [_leaves(rows, aliases) for rows in _slices(decisions)]
    return pl.concat([pl.DataFrame(schema=LEAVES), *found])


def _slices(decisions: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with their `home`, some whole homes at a time."""
    rows = decisions.with_columns(home=pl.coalesce("household", "id"))
    number = rows.height // SLICE + 1
    for turn in range(number if rows.height else 0):
        yield rows.filter(pl.col("home").hash() % number == turn) if number > 1 else rows


def _leaves(rows: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    known = aliases.select("id", "alias")
    columns = sorted(set(rows.columns) - {"home"})
    rows = rows.join(known, on="id", how="left").join(
        known.rename({"id": "household", "alias": "family"}), on="household", how="left"
    )
    rows = rows.with_columns(
        id=pl.coalesce("alias", "id"), household=pl.coalesce("family", "household")
    )
    values = (pl.col(name).cast(pl.String).fill_null(UNKNOWN) for name in columns)
    lines = rows.select("home", line=pl.concat_str(values, separator="\x1f"))
    texts = lines.group_by("home").agg(pl.col("line").sort().str.join("\n"))
    head = ",".join(columns).encode()
    made = [hashlib.sha256(head + text.encode()).digest() for text in texts["line"]]
    return pl.DataFrame({"home": texts["home"], "leaf": made}, schema=LEAVES)
