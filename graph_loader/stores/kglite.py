"""The embedded store: one file, all in memory, written beside the old file and swapped."""

from __future__ import annotations

import fcntl
import warnings
from contextlib import contextmanager
from secrets import token_hex
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import kglite
import numpy as np
import pandas as pd
import polars as pl

from graph_loader.stores.chunks import chunks
from graph_loader.stores.protocol import (
    ANOTHER,
    WATERMARK,
    DamagedError,
    Edges,
    Nodes,
    StoreError,
    one_statement,
)
from graph_loader.stores.whole import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from graph_loader.patch import Patch
    from graph_loader.stores.chunks import Rows

# Where a question names a label that this county has no row of, zero rows say it already.
kglite.set_query_warning_policy("silent")
# A file that a patch left with some texts in another form is read as well.
warnings.filterwarnings("ignore", category=kglite.MappedFallbackWarning)

AGAIN: Final = (kglite.FileIoError, kglite.TransactionConflictError, OSError)
PYTHON: Final = (pl.String, pl.Date, pl.List)
Signature = tuple[int, int, int] | None


class KgliteStore:
    """A graph file and the process's copy of it, read when first asked and after each change.

    A damaged file is told by the first read (the file checks itself); `bulk` replaces it unread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._session: Any = None
        self._seen: Signature = None

    def read(
        self,
        query: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = 180,
        rows: int | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of one query; the engine refuses every write here."""
        session = self._current()
        with told():
            found = session.cypher(
                one_statement(query),
                params=dict(parameters or {}),
                timeout_ms=int(seconds * 1000),
                row_limit=rows,
            )
            return list(found.to_list())

    def stream(
        self, query: str, parameters: Mapping[str, Any] | None = None, *, seconds: float = 3600
    ) -> Iterator[dict[str, Any]]:
        """The rows one by one; they are found at once, and made Python's own as they are taken."""
        session = self._current()
        with told():
            yield from session.cypher(
                one_statement(query), params=dict(parameters or {}), timeout_ms=int(seconds * 1000)
            )

    def write(self, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run one statement and put the graph on disk."""
        with self._lock, self._alone(), told():
            session = self._current()
            session.execute(one_statement(query), params=dict(parameters or {}), timeout_ms=0)
            self._swap(session.backup)

    def bulk(
        self,
        nodes: Nodes,
        edges: Edges,
        *,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Build the graph beside the old one and swap the files."""
        with self._lock, self._alone(), told():
            graph = built(nodes, edges, progress)
            self._swap(graph.save)
            self._session = graph.session()

    def patch(self, patch: Patch) -> None:
        """Change a copy of the graph and swap the files."""
        with self._lock, self._alone(), told():
            graph = read_graph(self._path)
            patched(graph, patch)
            self._swap(graph.save)
            self._session = graph.session()

    def clear(self) -> None:
        """Hold nothing, on disk too."""
        self.bulk({}, {})

    def close(self) -> None:
        """Let go of the memory; what was written is on disk already."""
        with self._lock:
            self._session = None

    def _opened(self) -> tuple[Any, Signature]:
        seen = signature(self._path)
        return read_graph(self._path).session(), seen

    def _current(self) -> Any:  # noqa: ANN401 - kglite carries no types
        session = self._session
        if session is None or signature(self._path) != self._seen:
            with self._lock:
                session, self._seen = self._opened()
                self._session = session
        return session

    def _swap(self, save: Callable[[str], object]) -> None:
        beside = self._path.with_suffix(f".{token_hex(8)}.tmp")
        try:
            save(str(beside))
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)
        self._seen = signature(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process writes meanwhile."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                says = f"Another process is writing {self._path.name}. Wait for it, then try again."
                raise StoreError(says, retryable=True) from error
            for left in self._path.parent.glob(f"{self._path.stem}.*.tmp"):
                left.unlink()  # of a writer that was killed: nobody else writes now
            yield


def read_graph(path: Path) -> Any:  # noqa: ANN401 - kglite carries no types
    """The graph in a file; an empty one where there is none."""
    if signature(path) is None:
        return kglite.KnowledgeGraph()
    try:
        return kglite.load(str(path))
    except (kglite.FileFormatError, kglite.InternalError) as error:
        why = first_line(error).rpartition(f"({path}): ")[2].rstrip(".")
        raise DamagedError(f"{path.name} is damaged ({why})") from error
    except (kglite.FileError, *AGAIN) as error:
        raise StoreError(f"{path.name}: {first_line(error)}", retryable=True) from error


def signature(path: Path) -> Signature:
    """What tells one version of the file from another; nothing where there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def first_line(error: BaseException) -> str:
    """The error in one line."""
    return next(iter(str(error).splitlines()), type(error).__name__)


@contextmanager
def told() -> Iterator[None]:
    """Every error of the engine as a StoreError that says whether trying again can help."""
    try:
        yield
    except kglite.CypherTimeoutError as error:
        raise StoreError("The query took too long: name a key or a smaller part.") from error
    except AGAIN as error:
        says = f"The graph file: {first_line(error)}. The old one stands; try again"
        raise StoreError(f"{says} once that is put right.", retryable=True) from error
    except (kglite.KgError, ValueError, TypeError, OverflowError) as error:
        raise StoreError(f"The graph refused it: {first_line(error)}") from error


def built(nodes: Nodes, edges: Edges, progress: Callable[[str, int, int], None] | None) -> Any:  # noqa: ANN401
    """A graph of these rows; an edge to a node that is not there is an error."""
    graph = kglite.KnowledgeGraph()
    ids = ids_of(nodes)
    total = sum(rows.height for rows in (*nodes.values(), *edges.values()))
    done = 0

    def tell(name: str, rows: int) -> None:
        nonlocal done
        done += rows
        if progress:
            progress(name, done, total)

    for label in sorted(nodes, key=lambda name: name == WATERMARK):
        for chunk in chunks(nodes[label]):
            add_nodes(graph, label, chunk)
            tell(label, chunk.height)
    for ends, rows in edges.items():
        for chunk in in_calls(rows):
            ids.check(ends, chunk)
            add_edges(graph, ends, chunk)
            tell(ends[1], chunk.height)
    return graph


def patched(graph: Any, patch: Patch) -> None:  # noqa: ANN401
    """Bring a graph from what it was to what the patch says: edges go first and come last.

    Raises:
        StoreError: where it is the graph of another digest, or an edge leads nowhere.
    """
    found = graph.cypher(f"MATCH (w:{WATERMARK}) RETURN w.digest AS digest").to_list()
    if [row["digest"] for row in found] != [patch.before]:
        raise StoreError(ANOTHER, retryable=True)
    for (source, verb, target), pairs in patch.cut.items():
        text = f"MATCH (a:{source} {{id: r.a}})-[e:{verb}]->(b:{target} {{id: r.b}}) DELETE e"
        said(graph, text, pairs.rename({"from": "a", "to": "b"}))
    for label, ids in patch.gone.items():
        said(graph, f"MATCH (n:{label} {{id: r.id}}) DETACH DELETE n", ids.to_frame("id"))
    for label, rows in patch.nodes.items():
        add_nodes(graph, label, rows, conflict_handling="replace")
    for ends, rows in patch.edges.items():
        reached(graph, ends, rows)
        several = pl.struct("from", "to").is_duplicated()
        add_edges(graph, ends, rows.filter(~several))
        create_edges(graph, ends, rows.filter(several))
    add_nodes(graph, WATERMARK, patch.mark, conflict_handling="replace")


def said(graph: Any, text: str, rows: pl.DataFrame) -> Any:  # noqa: ANN401
    """One statement about each of some rows."""
    return graph.cypher(f"UNWIND $rows AS r {text}", params={"rows": rows.to_dicts()})


def reached(graph: Any, ends: tuple[str, str, str], rows: pl.DataFrame) -> None:  # noqa: ANN401
    """Refuse edges of which an end is no node: the engine would invent it."""
    source, verb, target = ends
    for label, column in ((source, "from"), (target, "to")):
        ids = rows.select(id=pl.col(column)).unique()
        text = f"MATCH (n:{label} {{id: r.id}}) RETURN count(n) AS n"
        there = said(graph, text, ids).to_list()[0]["n"] if ids.height else 0
        if there != ids.height:
            lost = ids.height - there
            raise StoreError(f"{lost} of {ids.height} ends of edges {verb} name no {label}.")


def add_nodes(graph: Any, label: str, frame: pl.DataFrame, **how: str) -> None:  # noqa: ANN401
    """Write nodes of one label beside those that are there."""
    if frame.height:
        types = column_types(frame)
        graph.add_nodes(to_pandas(frame), label, "id", column_types=types, **how)


def add_edges(graph: Any, ends: tuple[str, str, str], frame: pl.DataFrame) -> None:  # noqa: ANN401
    """Write edges of one kind; two alike in every property are one."""
    if frame.is_empty():
        return
    source, name, target = ends
    graph.add_relationships(
        to_pandas(frame),
        *(name, source, "from", target, "to"),
        column_types=column_types(frame),
        distinct=True,
    )


def create_edges(graph: Any, ends: tuple[str, str, str], frame: pl.DataFrame) -> None:  # noqa: ANN401
    """Write edges one by one: of several between two nodes a filled graph takes but one at once."""
    source, verb, target = ends
    rows = [{"a": row.pop("from"), "b": row.pop("to"), "of": row} for row in frame.to_dicts()]
    text = (
        f"UNWIND $rows AS r MATCH (a:{source} {{id: r.a}}) MATCH (b:{target} {{id: r.b}}) "
        f"CREATE (a)-[e:{verb}]->(b) SET e = r.of"
    )
    if rows:
        graph.cypher(text, params={"rows": rows})


def in_calls(rows: Rows) -> Iterator[pl.DataFrame]:
    """Edges as the engine takes them: those that join the same two nodes in the first call.

    To a pair that an earlier call joined a later one adds no edge, it changes the one there is.
    """
    pairs = pl.struct("from", "to").hash()
    keys = [chunk.select(pairs).to_series().to_numpy() for chunk in chunks(rows, "from", "to")]
    known = np.sort(np.concatenate([np.array([], dtype=np.uint64), *keys]))
    several = pairs.is_in(pl.Series(np.unique(known[1:][known[1:] == known[:-1]])).implode())
    first = [found for chunk in chunks(rows) if (found := chunk.filter(several)).height]
    for chunk in chunks(rows):
        yield pl.concat([*first, chunk.filter(~several)])
        first = []


def column_types(frame: pl.DataFrame) -> dict[str, str]:
    """The engine's own types, so that nothing is guessed from the values."""
    names: dict[Any, str] = {pl.Int64: "integer", pl.Date: "datetime", pl.List: "list"}
    return {
        column: names[dtype.base_type()]
        for column, dtype in frame.schema.items()
        if dtype.base_type() in names
    }


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame as the engine wants it: integers with gaps stay integers, a gap stays a gap."""
    return pd.DataFrame({column: to_column(frame[column]) for column in frame.columns})


def to_column(values: pl.Series) -> Any:  # noqa: ANN401 - one of pandas' many arrays
    """One column; texts, dates and lists as Python's own, which the engine takes twice as fast."""
    if values.dtype in PYTHON or (values.dtype == pl.Boolean and values.null_count()):
        return pd.Series(values.to_list(), dtype=object)
    if values.dtype == pl.Int64 and values.null_count():
        gaps = values.is_null().to_numpy()
        return pd.arrays.IntegerArray(values.fill_null(0).to_numpy(writable=True), gaps)
    return values.to_pandas()
