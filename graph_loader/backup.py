"""The graph as files that either store can be made from again, checked by their digest."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.frames import GraphFrames
from graph_loader.project import counts, digest_of, held, read_watermark
from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from graph_loader.stores.protocol import GraphStore

MARK: Final = "watermark.json"
JOINS: Final = "--"  # between the labels and the verb in a file's name
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
    return checked(store)[0]


def checked(store: GraphStore) -> tuple[Checked, GraphFrames]:
    """The comparison, and what was read for it."""
    mark = read_watermark(store)
    frames = held(store)
    if read_watermark(store) != mark:
        raise StoreError("The graph was projected anew meanwhile.", retryable=True)
    found = digest_of(frames)
    nodes = {label: frame.height for label, frame in frames.nodes.items()}
    shown = {name: value for name, value in mark.items() if name != "shape"}
    strangers = store.read(STRANGERS)[0]["n"] - sum(nodes.values())
    whole = bool(mark) and mark["digest"] == found and not strangers
    return Checked(shown, found, whole, nodes, counts(frames), strangers), frames


def backup(store: GraphStore, folder: Path) -> Checked:
    """Write a whole graph to a folder, all or nothing; one that is not whole is refused."""
    told, frames = checked(store)
    if not told.whole:
        raise StoreError("The graph is not whole. Make it again with `aidgraph store rebuild`.")
    beside = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    for part, named in (
        ("nodes", dict(frames.nodes)),
        ("edges", {JOINS.join(ends): frame for ends, frame in frames.edges.items()}),
    ):
        (beside / part).mkdir(parents=True)
        for name, frame in named.items():
            frame.write_parquet(beside / part / f"{name}.parquet")
    mark = json.dumps(dict(told.watermark), default=str, ensure_ascii=False, indent=2)
    (beside / MARK).write_text(mark, encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
    return told


def restored(folder: Path) -> tuple[GraphFrames, dict[str, Any]]:
    """The frames of a backup and the watermark to project them with.

    Raises:
        StoreError: where the files are not those that were written.
    """
    if not (folder / MARK).is_file():
        raise StoreError(f"{folder} is no backup: it holds no {MARK}.")
    mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    frames = GraphFrames(
        {file.stem: pl.read_parquet(file) for file in sorted((folder / "nodes").iterdir())},
        {ends_of(file): pl.read_parquet(file) for file in sorted((folder / "edges").iterdir())},
    )
    if digest_of(frames) != mark["digest"]:
        raise StoreError(f"{folder} was changed after it was written: its digest is another one.")
    as_of = date.fromisoformat(mark["as_of"]) if mark.get("as_of") else None
    return frames, {**{k: v for k, v in mark.items() if k not in MADE}, "as_of": as_of}


def ends_of(file: Path) -> tuple[str, str, str]:
    """The labels and the verb that name a file of edges."""
    source, verb, target = file.stem.split(JOINS)
    return source, verb, target
