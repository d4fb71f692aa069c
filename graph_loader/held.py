"""What a store holds of the labels and edges that its watermark names, read a batch at a time."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.digest import Tally
from graph_loader.schema import DTYPES, WATERMARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore

BATCH: Final = 20_000
"""Nodes to a batch, and the nodes whose edges make one."""
LONG: Final = 3600  # seconds
FIND: Final = "MATCH (w:Watermark {id: 'watermark'}) RETURN "


def read_watermark(store: GraphStore) -> dict[str, Any]:
    """What the graph says it was made from; nothing where it was never made."""
    columns = ", ".join(f"w.{name} AS {name}" for name in WATERMARK.properties)
    return next(iter(store.read(f"{FIND}{columns}")), {})


def digest(store: GraphStore) -> str:
    """The digest of what a store holds of the labels and edges that its watermark names."""
    tally = Tally()
    for named, frame in held(store):
        tally.add(name_of(named), frame)
    return tally.digest()


def name_of(named: str | Ends) -> str:
    """A label or a kind of edge in one word."""
    return named if isinstance(named, str) else "-".join(named)


def held(store: GraphStore) -> Iterator[tuple[str | Ends, pl.DataFrame]]:
    """Everything, in frames by label or kind of edge; each name first comes without rows."""
    shape = json.loads(read_watermark(store).get("shape") or '{"nodes": {}, "edges": []}')
    nodes: dict[str, dict[str, str]] = shape["nodes"]
    edges = {(a, verb, b): of for a, verb, b, of in shape["edges"]}
    for label, of in nodes.items():
        yield label, _frame([], of)
    for ends, of in edges.items():
        yield ends, _frame([], of)
    for label in dict.fromkeys([*nodes, *(ends[0] for ends in edges)]):
        leaving = {ends: of for ends, of in edges.items() if ends[0] == label}
        for ids in _batches(store, label):
            if label in nodes:
                yield label, nodes_of(store, label, nodes[label], ids)
            for ends, of in leaving.items():
                yield ends, edges_of(store, ends, of, ids)


def _batches(store: GraphStore, label: str) -> Iterator[list[str]]:
    text = f"MATCH (n:{label}) WHERE n.id IS NOT NULL RETURN n.id AS id"
    ids = (row["id"] for row in store.stream(text, seconds=LONG))
    while batch := list(islice(ids, BATCH)):
        yield batch


def nodes_of(store: GraphStore, label: str, of: Mapping[str, str], ids: list[str]) -> pl.DataFrame:
    """The nodes of a label with these ids, in the columns that it has."""
    columns = ", ".join(f"n.{name} AS {name}" for name in of)
    text = f"MATCH (n:{label}) WHERE n.id IN $ids RETURN {columns}"
    return _frame(store.read(text, {"ids": ids}, seconds=LONG), of)


def edges_of(store: GraphStore, ends: Ends, of: Mapping[str, str], ids: list[str]) -> pl.DataFrame:
    """The edges of a kind that leave the nodes with these ids, in the columns that it has."""
    source, verb, target = ends
    own = [f"e.{name} AS {name}" for name in of if name not in ("from", "to")]
    columns = ", ".join(["a.id AS `from`", "b.id AS `to`", *own])
    text = f"MATCH (a:{source})-[e:{verb}]->(b:{target}) WHERE a.id IN $ids RETURN {columns}"
    return _frame(store.read(text, {"ids": ids}, seconds=LONG), of)


def _frame(rows: list[dict[str, Any]], of: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: DTYPES[kind] for name, kind in of.items()})
