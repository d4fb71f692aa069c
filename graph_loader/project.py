"""Frames into a store: everything at once, with a watermark that says what it was made from."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_loader import schema
from graph_loader.digest import digest_of, tally_of
from graph_loader.held import digest, read_watermark
from graph_loader.schema import WATERMARK, type_of
from graph_loader.stores.protocol import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from graph_loader.digest import Tally
    from graph_loader.schema import Type
    from graph_loader.stores.chunks import Graph, Rows
    from graph_loader.stores.protocol import GraphStore

__all__ = ["digest", "digest_of", "project", "read_watermark"]


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """Rows by label and by verb; `written` is false where the store held them already.

    `mended` is what was wrong with the graph that had to be made anew. `changed`, where only what
    changed was written: nodes that are new, changed or gone, and pairs of nodes whose edges are.
    """

    written: bool
    digest: str
    nodes: Mapping[str, int]
    edges: Mapping[str, int]
    seconds: float
    mended: str = ""
    changed: Mapping[str, int] | None = None


def project(
    store: GraphStore,
    frames: Graph,
    *,
    watermark: Mapping[str, Any],
    progress: Callable[[str, int, int], None] | None = None,
) -> ProjectReport:
    """Make the store hold exactly these frames; the watermark names what they were made from.

    A store that holds them already is left alone, but for its watermark. One whose file is damaged
    is made anew, and the report says so.
    """
    begun = time.monotonic()
    mark = mark_of(frames, watermark)
    content = mark["digest"][0]
    old, mended = found_before(store)
    if old.get("digest") != content:
        store.bulk({**frames.nodes, WATERMARK.name: mark}, frames.edges, progress=progress)
    elif old != mark.drop("id").row(0, named=True):
        store.write(
            "MERGE (w:Watermark {id: 'watermark'}) SET w += $mark",
            {"mark": mark.drop("id").row(0, named=True)},
        )
    return ProjectReport(
        written=old.get("digest") != content,
        digest=content,
        nodes={label: frame.height for label, frame in frames.nodes.items()},
        edges=counts(frames),
        seconds=time.monotonic() - begun,
        mended=mended,
    )


def found_before(store: GraphStore) -> tuple[dict[str, Any], str]:
    """The watermark of the graph that is there, or what is wrong with its file."""
    try:
        return read_watermark(store), ""
    except DamagedError as error:
        return {}, error.what


def counts(frames: Graph) -> dict[str, int]:
    """Edges by verb."""
    found: dict[str, int] = {}
    for (_, verb, _), frame in frames.edges.items():
        found[verb] = found.get(verb, 0) + frame.height
    return found


def mark_of(frames: Graph, watermark: Mapping[str, Any]) -> pl.DataFrame:
    """The watermark of these frames: what they were made from, their digest and their shape."""
    tally = tally_of(frames)
    made = {"digest": tally.digest(), "shape": json.dumps({**shape_of(frames), **told_of(tally)})}
    return shaped_mark({**watermark, **made})


def told_of(tally: Tally) -> dict[str, Any]:
    """How many rows there are of each name, and the sum of their digests."""
    totals = {n: [one.height, *map(int, one.sum)] for n, one in sorted(tally.names.items())}
    return {"totals": totals}


def shaped_mark(values: Mapping[str, Any]) -> pl.DataFrame:
    """The one row of the watermark."""
    row = tuple({**values, "id": "watermark"}.get(name) for name in WATERMARK.columns)
    return schema.rows_frame([row], WATERMARK.columns)


def shape_of(frames: Graph) -> dict[str, Any]:
    """The labels and edges that the frames hold, with the properties of each and their types."""
    return {
        "nodes": {label: types(frame) for label, frame in sorted(frames.nodes.items())},
        "edges": [[*ends, types(frame)] for ends, frame in sorted(frames.edges.items())],
    }


def types(frame: Rows) -> dict[str, Type]:
    """The columns of a frame and how the graph holds them."""
    return {column: type_of(column, dtype) for column, dtype in frame.schema.items()}
