"""The graph as files that either store can be made from again, checked by their digest."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from graph_loader.digest import Tally, digest_of
from graph_loader.held import held, name_of, read_watermark
from graph_loader.project import mark_of
from graph_loader.stores.chunks import GraphRows, Shelf, chunks, ends_of, files_in, folder_of
from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from graph_loader.stores.chunks import Ends, Graph
    from graph_loader.stores.protocol import GraphStore

    Keep = Callable[[str | Ends, pl.DataFrame], None]

NODES: Final = "nodes"
EDGES: Final = "edges"
MARK: Final = "watermark.json"
# What a tool keeps for itself begins with `_` and is nobody's business.
STRANGERS: Final = (
    "MATCH (n) WHERE NOT n:Watermark AND none(l IN labels(n) WHERE l STARTS WITH '_') "
    "RETURN count(n) AS n"
)
MADE: Final = ("digest", "shape")  # what projecting adds to a watermark by itself


@dataclass(frozen=True, slots=True)
class Checked:
    """What a store holds beside what its watermark says it was given.

    `whole` is false where they differ, where a projection was cut short, and where there are
    `strangers`: nodes of labels that were not projected.
    """

    watermark: Mapping[str, Any]
    digest: str
    whole: bool
    nodes: Mapping[str, int]
    edges: Mapping[str, int]
    strangers: int


def check(store: GraphStore) -> Checked:
    """Read every node and edge, and compare their digest with the watermark's."""
    return checked(store, lambda *_: None)


def checked(store: GraphStore, keep: Keep) -> Checked:
    """The comparison; what is read for it is kept as it goes by.

    Raises:
        StoreError: where the graph changed meanwhile.
    """
    mark = read_watermark(store)
    tally, nodes, edges = Tally(), Counter[str](), Counter[str]()
    for named, frame in held(store):
        tally.add(name_of(named), frame)
        (nodes if isinstance(named, str) else edges)[verb_of(named)] += frame.height
        keep(named, frame)
    if read_watermark(store) != mark:
        raise StoreError("The graph was projected anew meanwhile.", retryable=True)
    found = tally.digest()
    shown = {name: value for name, value in mark.items() if name != "shape"}
    strangers = store.read(STRANGERS)[0]["n"] - nodes.total()
    whole = bool(mark) and mark["digest"] == found and not strangers
    return Checked(shown, found, whole, dict(nodes), dict(edges), strangers)


def verb_of(named: str | Ends) -> str:
    """The label, or the verb of a kind of edge."""
    return named if isinstance(named, str) else named[1]


def backup(store: GraphStore, folder: Path) -> Checked:
    """Write a whole graph to a folder, all or nothing; one that is not whole is refused."""
    beside = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    shelf = Shelf(beside)
    told = checked(store, lambda named, frame: shelf.put(place_of(named), frame))
    if not told.whole:
        shutil.rmtree(beside, ignore_errors=True)
        raise StoreError("The graph is not whole. Make it again with `aidgraph store rebuild`.")
    mark = json.dumps(dict(told.watermark), default=str, ensure_ascii=False, indent=2)
    (beside / MARK).write_text(mark, encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
    return told


def backup_of(graph: Graph, watermark: Mapping[str, Any], folder: Path) -> None:
    """Write a graph that no store holds yet to a folder, as a backup of it."""
    mark = mark_of(graph, watermark).drop("id").row(0, named=True)
    shelf = Shelf(folder)
    places = [(place_of(label), rows) for label, rows in graph.nodes.items()]
    places += [(place_of(ends), rows) for ends, rows in graph.edges.items()]
    for place, rows in places:
        for chunk in chunks(rows):
            shelf.put(place, chunk)
    kept = {name: value for name, value in mark.items() if name != "shape"}
    text = json.dumps(kept, default=str, ensure_ascii=False, indent=2)
    (folder / MARK).write_text(text, encoding="utf-8")


def restored(folder: Path) -> tuple[GraphRows, dict[str, Any]]:
    """The graph of a backup, left in its files, and the watermark to project it with.

    Raises:
        StoreError: where the files are not those that were written.
    """
    if not (folder / MARK).is_file():
        raise StoreError(f"{folder} is no backup: it holds no {MARK}.")
    mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    graph = GraphRows(
        {each.name: files_in(each) for each in sorted((folder / NODES).iterdir())},
        {ends_of(each.name): files_in(each) for each in sorted((folder / EDGES).iterdir())},
    )
    if digest_of(graph) != mark["digest"]:
        raise StoreError(f"{folder} was changed after it was written: its digest is another one.")
    as_of = date.fromisoformat(mark["as_of"]) if mark.get("as_of") else None
    return graph, {**{k: v for k, v in mark.items() if k not in MADE}, "as_of": as_of}


def place_of(named: str | Ends) -> str:
    """The folder of a label or a kind of edge in a backup."""
    return f"{NODES}/{named}" if isinstance(named, str) else f"{EDGES}/{folder_of(named)}"
