"""One graph on the embedded store and on Neo4j: loaded, asked every question, one household read.

Both are loaded from the same files. A size whose county was not made is the largest one that was,
repeated: the same households again under other ids, with everything that is recorded of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from api import household_graph
from audit.findings import ask
from cypher.question import CORE, questions
from graph_loader.backup import backup_of, restored
from graph_loader.project import project
from graph_loader.schema import ACT, ARTICLE, CRITERION, DEPARTMENT, PROGRAMME, REGION
from graph_loader.stores.chunks import GraphRows, Shelf, chunks, ends_of, folder_of
from graph_loader.stores.neo4j_import import first_load
from graph_loader.stores.neo4j_server import new_server
from graph_loader.stores.protocol import StoreError, open_store
from tests.benchmarks.clock import folder_mib, held_mib
from tests.benchmarks.county import AS_OF, quiet, road_at, step
from tests.benchmarks.serving import sampled, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cypher.question import Question
    from graph_loader.stores.chunks import Graph
    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore

ENGINES: Final = ("kglite load", "kglite", "neo4j", "neo4j over Bolt")
OVER_BOLT: Final = 10_000
"""Of more households than these a first load over Bolt is not measured."""
LARGE: Final = 50_000
"""Of more households than these Neo4j is given the more memory of the two."""
GIGABYTES: Final = (1, 6)
FIXED: Final = frozenset(n.name for n in (REGION, DEPARTMENT, PROGRAMME, CRITERION, ARTICLE, ACT))
NAMING: Final = ("id", "person", "household", "unit_id", "account", "application_number")
NEIGHBOURS: Final = ("MEMBERS", "KIN", "ENROLMENTS", "QUALIFIES", "PAYMENTS")
PATIENCE: Final = 900.0  # seconds for one question
Told = dict[str, Any]


def measure(engine: str, source: Path, home: Path, size: int) -> Told:
    """One engine: `source` is the home of a county that was decided, `home` where graphs are kept.

    Raises:
        ValueError: for an engine that is not known.
    """
    home.mkdir(parents=True, exist_ok=True)
    files, times = kept(source, home / "graph-files", size)
    told = {"repeated": times, "engine": engine}
    match engine:
        case "kglite load":
            return told | kglite_loaded(files, home)
        case "kglite":
            store = open_store("kglite", home / "kglite")
            before = held_mib()
            opened = step("open", lambda: store.read("MATCH (p:Person) RETURN count(p) AS n"))
            return told | asked(store, opened) | {"held_mib": held_mib() - before}
        case "neo4j":
            return told | neo4j_measured(files, home, GIGABYTES[size > LARGE])
        case "neo4j over Bolt":
            return told | over_bolt(files, home)
        case _:
            raise ValueError(f"No engine `{engine}`. Known: {', '.join(ENGINES)}.")


def kept(source: Path, files: Path, size: int) -> tuple[Path, int]:
    """The files of a graph of so many households, made where they are not there; how often."""
    told = files.with_suffix(".json")
    if not told.exists():
        shutil.rmtree(files, ignore_errors=True)
        road = road_at(source)
        with road.graph() as (graph, mark):
            times = max(round(size / graph.nodes["Household"].height), 1)
            beside = files.with_name("repeated")
            backup_of(repeated(graph, times, beside), mark, files)
            shutil.rmtree(beside, ignore_errors=True)
        told.write_text(json.dumps(times), encoding="utf-8")
    return files, int(told.read_text(encoding="utf-8"))


def repeated(graph: Graph, times: int, folder: Path) -> Graph:
    """Everyone so many times with ids of their own; the pack and the places once."""
    if times == 1:
        return graph
    shelf = Shelf(folder)
    for turn in range(times):
        for label, rows in graph.nodes.items():
            for chunk in chunks(rows) if label not in FIXED or not turn else ():
                shelf.put(f"nodes/{label}", renamed(chunk, () if label in FIXED else NAMING, turn))
        for ends, rows in graph.edges.items():
            moved = [c for c, at in (("from", 0), ("to", 2)) if ends[at] not in FIXED]
            for chunk in chunks(rows) if moved or not turn else ():
                shelf.put(f"edges/{folder_of(ends)}", renamed(chunk, moved, turn))
    nodes, edges = ([n for n in shelf.names() if n.startswith(of)] for of in ("nodes/", "edges/"))
    return GraphRows(
        {name.removeprefix("nodes/"): shelf.rows(name) for name in nodes},
        {ends_of(name.removeprefix("edges/")): shelf.rows(name) for name in edges},
    )


def renamed(frame: pl.DataFrame, columns: tuple[str, ...] | list[str], turn: int) -> pl.DataFrame:
    """The rows with ids that no other turn has."""
    here = [name for name in columns if name in frame.columns]
    return frame.with_columns(pl.concat_str(pl.lit(f"{turn}."), name).alias(name) for name in here)


def kglite_loaded(files: Path, home: Path) -> Told:
    """Build and save; the graph stays for whoever asks it later."""
    shutil.rmtree(home / "kglite", ignore_errors=True)
    store = open_store("kglite", home / "kglite")
    graph, mark = restored(files)
    load = step("load", lambda: project(store, graph, watermark=mark))
    return {"steps": [load], **counts(graph), "disk_mib": folder_mib(home / "kglite")}


def neo4j_measured(files: Path, home: Path, gigabytes: int) -> Told:
    """A first load by the offline importer into a new server, and everything asked of that."""
    graph, mark = restored(files)
    with new(home / "neo4j", gigabytes) as server:
        load = step("load", lambda: first_load(server, graph, mark, quiet))
        with opened(server) as store:
            ready = step("open", lambda: store.read("MATCH (p:Person) RETURN count(p) AS n"))
            told = asked(store, ready)
        told["steps"].insert(0, load)
        memory = {"held_mib": server_mib(server), "gigabytes": gigabytes}
        return {**told, **counts(graph), **memory, "disk_mib": folder_mib(server.home / "data")}


def over_bolt(files: Path, home: Path) -> Told:
    """A first load over Bolt into an empty server."""
    graph, mark = restored(files)
    with new(home / "neo4j", GIGABYTES[0]) as server:
        server.start()
        with opened(server) as store:
            load = step("load", lambda: project(store, graph, watermark=mark))
        return {"steps": [load], **counts(graph), "held_mib": server_mib(server)}


@contextmanager
def new(home: Path, gigabytes: int) -> Iterator[Server]:
    """A server that never ran, and nothing of it afterwards."""
    shutil.rmtree(home, ignore_errors=True)
    server = new_server(home, gigabytes=gigabytes)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def opened(server: Server) -> Iterator[GraphStore]:
    """A store of the server."""
    store = open_store(server.url, server.home, server.access)
    try:
        yield store
    finally:
        store.close()


def server_mib(server: Server) -> int:
    """The most memory that the server ever held."""
    process = server.process.pid if server.process else 0
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def counts(graph: Graph) -> dict[str, int]:
    """How much was loaded."""
    return {
        "households": graph.nodes["Household"].height,
        "people": graph.nodes["Person"].height,
        "payments": graph.nodes["Disbursement"].height,
        "nodes": sum(rows.height for rows in graph.nodes.values()),
        "edges": sum(rows.height for rows in graph.edges.values()),
    }


def asked(store: GraphStore, ready: Told) -> Told:
    """Every question, first and again, with its rows; then some households' neighbourhoods."""
    steps = [ready]
    found: dict[str, Told] = {}
    for name, question in sorted(questions(CORE).items()):
        for again in (False, True):
            rows: list[Told] = []
            try:
                told = step(name, partial(put, rows, Patient(store), question))
                say(f"{name}: {told['wall']:.1f} s, {len(rows)} rows")
            except StoreError as error:
                found[name] = {"failed": str(error)}
                say(f"{name}: {error}")
                break
            steps.append({**told, "finds": question.finds, "again": again})
            found[name] = {"rows": len(rows), "digest": digest_of_rows(rows)}
    return {"steps": steps, "rows": found, "neighbourhood": neighbourhoods(store)}


def say(line: str) -> None:
    """Progress, beside the data."""
    sys.stderr.write(f"\n  {line}")
    sys.stderr.flush()


def put(rows: list[Told], store: Patient, question: Question) -> None:
    """The rows of a question, into a list."""
    rows += ask(store, question, {"as_of": AS_OF})


@dataclass(frozen=True, slots=True)
class Patient:
    """A store whose questions may take long."""

    store: GraphStore

    def read(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[Told]:
        """The rows of one query."""
        return self.store.read(query, parameters, seconds=PATIENCE)


def digest_of_rows(rows: list[Told]) -> str:
    """What tells some rows in their order from others."""
    text = json.dumps(rows, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def neighbourhoods(store: GraphStore) -> Told:
    """How long the members, kin, rolls, rights and payments of one household take together."""
    found = store.read("MATCH (h:Household) RETURN h.id AS id ORDER BY id", seconds=PATIENCE)
    ids = sampled(pl.Series([row["id"] for row in found]))
    neighbourhood(store, ids[0])
    seconds, rows = [], []
    for one in ids:
        begun = time.perf_counter()
        rows += neighbourhood(store, one)
        seconds.append(time.perf_counter() - begun)
    return {**spread(seconds), "rows": len(rows), "digest": digest_of_rows(rows)}


def neighbourhood(store: GraphStore, household: str) -> list[Told]:
    """What the page of one household asks of the graph."""
    given = {"household": household, "as_of": AS_OF}
    found = []
    for name in NEIGHBOURS:
        query = getattr(household_graph, name)
        used = {key: value for key, value in given.items() if f"${key}" in query}
        found += store.read(query, used)
    return found
