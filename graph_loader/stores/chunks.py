"""Rows that may be more than memory holds: a frame, or files of which one is read at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CHUNK: Final = 100_000
JOINS: Final = "--"  # between the labels and the verb in a folder's name
Ends = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """Rows in parquet files of at most a chunk each, in order.

    A file may lack columns of the schema: they are not known of its rows.
    """

    schema: pl.Schema
    paths: tuple[Path, ...]
    height: int

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self.schema.names()

    def scan(self) -> pl.LazyFrame:
        """All rows, none of them read yet."""
        if not self.paths:
            return pl.DataFrame(schema=self.schema).lazy()
        return pl.scan_parquet(
            list(self.paths), schema=self.schema, missing_columns="insert"
        ).select(self.columns)


Rows: TypeAlias = "pl.DataFrame | Files"


class Graph(Protocol):
    """Nodes by label (`id` and properties), edges by both labels and verb (`from`, `to`, …).

    No row stands twice under one name.
    """

    @property
    def nodes(self) -> Mapping[str, Rows]: ...

    @property
    def edges(self) -> Mapping[Ends, Rows]: ...


@dataclass(frozen=True, slots=True)
class GraphRows:
    """A graph in frames or files."""

    nodes: Mapping[str, Rows]
    edges: Mapping[Ends, Rows]


def chunks(rows: Rows, *columns: str) -> Iterator[pl.DataFrame]:
    """The rows some at a time; of the named columns alone, where any are named."""
    if isinstance(rows, pl.DataFrame):
        yield from (rows.select(columns) if columns else rows).iter_slices(CHUNK)
        return
    for path in rows.paths:
        frame = pl.read_parquet(path)
        yield frame.select(
            pl.col(name) if name in frame.columns else pl.lit(None, rows.schema[name]).alias(name)
            for name in columns or rows.columns
        )


def lazy(rows: Rows) -> pl.LazyFrame:
    """The rows, none of them read yet."""
    return rows.lazy() if isinstance(rows, pl.DataFrame) else rows.scan()


class Shelf:
    """A folder that takes rows by name, as they come, and gives them back as files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, Files] = {}

    def put(self, name: str, frame: pl.DataFrame) -> None:
        """Keep these rows behind those that are there under the name."""
        held = self._held.get(name) or Files(frame.schema, (), 0)
        schema = pl.Schema({**frame.schema, **held.schema})
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        paths = list(held.paths)
        for part in frame.iter_slices(CHUNK):
            paths.append(folder / f"{len(paths):06}.parquet")
            part.write_parquet(paths[-1])
        self._held[name] = Files(schema, tuple(paths), held.height + frame.height)

    def rows(self, name: str) -> Files:
        """Everything under a name."""
        return self._held[name]

    def names(self) -> list[str]:
        """What there is, in the order in which it came."""
        return list(self._held)


def folder_of(ends: Ends) -> str:
    """The name of a folder of edges."""
    return JOINS.join(ends)


def ends_of(folder: str) -> Ends:
    """The labels and the verb that name a folder of edges."""
    source, verb, target = folder.split(JOINS)
    return source, verb, target


def files_in(folder: Path) -> Files:
    """The rows that a shelf left in a folder of its own."""
    paths = tuple(sorted(folder.glob("*.parquet")))
    schemas = [pl.read_parquet_schema(path) for path in paths]
    heights = (pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths)
    schema = pl.Schema({name: dtype for of in schemas for name, dtype in of.items()})
    return Files(schema, paths, sum(heights))
