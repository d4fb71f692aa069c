"""Frames into a store: everything at once, with a watermark that says what it was made from."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader import schema
from graph_loader.frames import GraphFrames
from graph_loader.schema import DTYPES, WATERMARK, type_of
from graph_loader.stores.protocol import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graph_loader.stores.protocol import GraphStore

SLICE: Final = 200_000
FIND: Final = "MATCH (w:Watermark {id: 'watermark'}) RETURN "


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """Rows by label and by verb; `written` is false where the store held them already.

    `mended` is what was wrong with the graph that had to be made anew.
    """

    written: bool
    digest: str
    nodes: Mapping[str, int]
    edges: Mapping[str, int]
    seconds: float
    mended: str = ""


def project(
    store: GraphStore,
    frames: GraphFrames,
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


def counts(frames: GraphFrames) -> dict[str, int]:
    """Edges by verb."""
    found: dict[str, int] = {}
    for (_, verb, _), frame in frames.edges.items():
        found[verb] = found.get(verb, 0) + frame.height
    return found


def mark_of(frames: GraphFrames, watermark: Mapping[str, Any]) -> pl.DataFrame:
    """The watermark of these frames: what they were made from, their digest and their shape."""
    made = {"digest": digest_of(frames), "shape": json.dumps(shape_of(frames))}
    return shaped_mark({**watermark, **made})


def shaped_mark(values: Mapping[str, Any]) -> pl.DataFrame:
    """The one row of the watermark."""
    row = tuple({**values, "id": "watermark"}.get(name) for name in WATERMARK.columns)
    return schema.rows_frame([row], WATERMARK.columns)


def read_watermark(store: GraphStore) -> dict[str, Any]:
    """What the graph says it was made from; nothing where it was never made."""
    columns = ", ".join(f"w.{name} AS {name}" for name in WATERMARK.properties)
    return next(iter(store.read(f"{FIND}{columns}")), {})


def shape_of(frames: GraphFrames) -> dict[str, Any]:
    """The labels and edges that the frames hold, with the properties of each and their types."""
    return {
        "nodes": {label: types(frame) for label, frame in sorted(frames.nodes.items())},
        "edges": [[*ends, types(frame)] for ends, frame in sorted(frames.edges.items())],
    }


def types(frame: pl.DataFrame) -> dict[str, str]:
    """The columns of a frame and how the graph holds them."""
    return {column: type_of(column, dtype) for column, dtype in frame.schema.items()}


def digest_of(frames: GraphFrames) -> str:
    """SHA-256 of all nodes and edges, whatever the order of rows and columns."""
    parts = [(label, frame) for label, frame in frames.nodes.items()]
    parts += [("-".join(ends), frame) for ends, frame in frames.edges.items()]
    return _digest(parts)


def digest(store: GraphStore) -> str:
    """The same, read back from a store: what it holds of the labels its watermark names."""
    return digest_of(held(store))


def held(store: GraphStore) -> GraphFrames:
    """What a store holds of the labels and edges that its watermark names."""
    shape = json.loads(read_watermark(store).get("shape") or '{"nodes": {}, "edges": []}')
    return GraphFrames(
        {label: _nodes(store, label, of) for label, of in shape["nodes"].items()},
        {(a, verb, b): _edges(store, (a, verb, b), of) for a, verb, b, of in shape["edges"]},
    )


def _nodes(store: GraphStore, label: str, of: Mapping[str, str]) -> pl.DataFrame:
    columns = ", ".join(f"n.{name} AS {name}" for name in of)
    return _frame(store.read(f"MATCH (n:{label}) RETURN {columns} ORDER BY id", seconds=3600), of)


def _edges(store: GraphStore, ends: tuple[str, str, str], of: Mapping[str, str]) -> pl.DataFrame:
    source, verb, target = ends
    own = [f"e.{name} AS {name}" for name in of if name not in ("from", "to")]
    columns = ", ".join(["a.id AS `from`", "b.id AS `to`", *own])
    text = f"MATCH (a:{source})-[e:{verb}]->(b:{target}) RETURN {columns} ORDER BY `from`, `to`"
    return _frame(store.read(text, seconds=3600), of)


def _frame(rows: list[dict[str, Any]], of: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: DTYPES[kind] for name, kind in of.items()})


def _digest(parts: list[tuple[str, pl.DataFrame]]) -> str:
    whole = hashlib.sha256()
    for name, frame in sorted(parts, key=lambda part: part[0]):
        whole.update(f"{name}|{sorted(frame.columns)}|{frame.height}\n".encode())
        for line in _lines(frame):
            whole.update(line)
    return whole.hexdigest()


def _lines(frame: pl.DataFrame) -> Iterator[bytes]:
    """The rows as text, nodes by their ids; an unknown value differs from an empty one."""
    flat = frame.select(
        pl.col(name).list.join("\x1f") if isinstance(dtype, pl.List) else pl.col(name)
        for name, dtype in sorted(frame.schema.items())
    )
    keys = flat.columns if {"from", "to"} <= set(flat.columns) else ["id"]
    for part in flat.sort(keys).iter_slices(SLICE):
        yield part.write_csv(include_header=False, null_value="\\N").encode()
