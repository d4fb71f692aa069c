"""Frames as the rows of Neo4j's batches, the statements that take them, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.digest import row_digests

if TYPE_CHECKING:
    from collections.abc import Iterator

Ends = tuple[str, str, str]

DIGEST: Final = "_digest"  # the store's own property: the row that a node or an edge was made from
BYTES: Final = 12  # of a digest: among 10⁸ rows the odds of two alike are 1 in 10¹³
BATCH: Final = 4000


def digested(frame: pl.DataFrame, name: str, keys: int) -> pl.DataFrame:
    """The frame with the digest of each row after its first `keys` columns; no row twice."""
    values = [digest[:BYTES].hex() for digest in row_digests(frame, name)]
    wide = frame.with_columns(pl.Series(DIGEST, values, dtype=pl.String))
    first = [*frame.columns[:keys], DIGEST]
    return wide.select(*first, pl.exclude(first)).unique(DIGEST, maintain_order=True)


def nodes_of(frame: pl.DataFrame, label: str) -> pl.DataFrame:
    """The nodes of one label: id, digest, properties."""
    ordered = frame.select("id", pl.exclude("id"))
    return digested(ordered, label, 1)


def edges_of(frame: pl.DataFrame, ends: Ends) -> pl.DataFrame:
    """The edges of one kind: from, to, digest, properties."""
    ordered = frame.select("from", "to", pl.exclude("from", "to"))
    return digested(ordered, "-".join(ends), 2)


def merge_nodes(label: str, frame: pl.DataFrame) -> str:
    """The statement that makes the nodes of a batch, or brings them to what they should be."""
    return (
        f"UNWIND $rows AS r MERGE (n:`{label}` {{id: r[0]}}) "
        f"SET n = {properties(frame, 0)} RETURN count(*) AS n"
    )


def merge_edges(ends: Ends, frame: pl.DataFrame) -> str:
    """The statement that makes the edges of a batch where they are not there already."""
    source, verb, target = ends
    return (
        f"UNWIND $rows AS r MATCH (a:`{source}` {{id: r[0]}}) MATCH (b:`{target}` {{id: r[1]}}) "
        f"MERGE (a)-[e:`{verb}` {{{DIGEST}: r[2]}}]->(b) "
        f"SET e = {properties(frame, 2)} RETURN count(*) AS n"
    )


def properties(frame: pl.DataFrame, start: int) -> str:
    """The columns from there on as a map; null leaves a property out."""
    named = [f"`{name}`: r[{at}]" for at, name in enumerate(frame.columns) if at >= start]
    return "{" + ", ".join(named) + "}"


def batches(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frame in parts, each fit for one transaction."""
    return frame.iter_slices(BATCH)
