"""The first load of a large graph: Neo4j's offline importer, before its server ever started.

Bolt takes some ten thousand rows a second, the importer some hundred thousand. It writes the store
files of a database that nobody has open, so it serves only a server of our own, and only once:
what changes later is projected as a difference, for the rows carry the same digests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

import neo4j
import polars as pl

from graph_loader.project import mark_of
from graph_loader.schema import type_of
from graph_loader.stores.chunks import chunks
from graph_loader.stores.neo4j import told
from graph_loader.stores.neo4j_bulk import DECLARING, declare
from graph_loader.stores.neo4j_rows import batches, edges_of, nodes_of
from graph_loader.stores.neo4j_server import java
from graph_loader.stores.protocol import WATERMARK, StoreError
from graph_loader.stores.whole import ids_of
from graph_loader.stores.with_parent import with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from graph_loader.stores.chunks import Graph, Rows
    from graph_loader.stores.neo4j_server import Server

    Progress = Callable[[str, int, int], None]

MAIN: Final = "org.neo4j.cli.AdminTool"
TYPES: Final = {"text": "string", "integer": "long", "date": "date", "boolean": "boolean"}
FILES: Final = "importing"
"""A folder that is there from the first file until the server holds the whole graph."""
DATABASE: Final = "neo4j"
PART: Final = re.compile(rb"\((?P<number>\d+)/(?P<of>\d+)\) (?P<name>[A-Za-z ]+?) \d")
DONE: Final = re.compile(rb"[-. ]+ (?P<per_cent>\d+)%")
FAULT: Final = re.compile("error|exception|invalid", re.IGNORECASE)
MARK: Final = f"MERGE (w:{WATERMARK} {{id: 'watermark'}}) SET w += $mark"
ONLINE: Final = "CALL db.awaitIndexes(3600)"


def forget_half(server: Server) -> None:
    """Remove what an import that was cut short left; nobody was told how to enter that server."""
    if (server.home / FILES).exists():
        if (server.home / "data").exists():
            shutil.rmtree(server.home / "data")
        shutil.rmtree(server.home / FILES)


def first_load(
    server: Server,
    graph: Graph,
    watermark: Mapping[str, Any],
    progress: Progress | None = None,
) -> None:
    """Start a new server that holds exactly this graph.

    Raises:
        StoreError: where the server held a graph before, or the importer could not.
    """
    forget_half(server)
    if server.known:
        raise StoreError("This server holds a database. `aidgraph project` brings it up to date.")
    files = server.home / FILES
    files.mkdir(parents=True)
    given = write_files(graph, files, progress)
    server.configure()
    run_importer(server, given, progress)
    server.start()
    try:
        with told(server.url, server.access):
            finish(server, given, mark_of(graph, watermark).drop("id").row(0, named=True))
    except BaseException:
        server.stop()
        raise
    shutil.rmtree(files)


@dataclass(slots=True)
class Given:
    """What the importer is told to read: its options, and the rows of each label and verb.

    `lists` are those properties of nodes that no separator can part: label, name, rows.
    """

    options: list[str] = field(default_factory=list)
    nodes: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    lists: list[tuple[str, str, pl.DataFrame]] = field(default_factory=list)


def write_files(graph: Graph, folder: Path, progress: Progress | None = None) -> Given:
    """A CSV file for each label and each kind of edge, and what the importer needs of them."""
    given = Given()
    ids = ids_of(graph.nodes)
    total = sum(rows.height for rows in (*graph.nodes.values(), *graph.edges.values()))

    def tell(name: str) -> None:
        if progress:
            progress(name, given.nodes.total() + given.verbs.total(), total)

    for label, rows in graph.nodes.items():
        file = folder / f"{label}.csv"
        given.options.append(f"--nodes={label}={file}")
        for chunk in written(file, rows, {"id": f"id:ID({label})"}, partial(nodes_of, label=label)):
            lists = [name for name, dtype in chunk.schema.items() if isinstance(dtype, pl.List)]
            given.lists += [(label, name, chunk.select("id", name).drop_nulls()) for name in lists]
            given.nodes[label] += chunk.height
            tell(label)
    for ends, rows in graph.edges.items():
        source, verb, target = ends
        file = folder / f"{'-'.join(ends)}.csv"
        given.options.append(f"--relationships={verb}={file}")
        keys = {"from": f":START_ID({source})", "to": f":END_ID({target})"}
        for chunk in written(file, rows, keys, partial(edges_of, ends=ends)):
            ids.check(ends, chunk)
            given.verbs[verb] += chunk.height
            tell(verb)
    return given


def written(
    file: Path,
    rows: Rows,
    keys: Mapping[str, str],
    digested: Callable[[pl.DataFrame], pl.DataFrame],
) -> Iterator[pl.DataFrame]:
    """Write the rows a chunk at a time; each as it was written, with the digests of its rows."""
    with file.open("wb") as out:
        write(out, digested(pl.DataFrame(schema=rows.schema)), keys, header=True)
        for chunk in chunks(rows):
            made = digested(chunk)
            write(out, made, keys)
            yield made


def write(
    out: BinaryIO, rows: pl.DataFrame, keys: Mapping[str, str], *, header: bool = False
) -> None:
    """Rows, or the header that types them; an empty text is quoted, an unknown value is not.

    Lists are left out: no separator can part them.
    """
    plain = rows.drop(name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List))
    typed = {
        name: keys.get(name, f"{name}:{TYPES[type_of(name, dtype)]}")
        for name, dtype in plain.schema.items()
    }
    plain.rename(typed).write_csv(out, include_header=header, quote_style="non_numeric")


def run_importer(server: Server, given: Given, progress: Progress | None = None) -> None:
    """Write the database's files; whoever kills us kills the importer too.

    Raises:
        StoreError: with what the importer said.
    """
    home = server.home.resolve()
    arguments = ("database", "import", "full", DATABASE, "--overwrite-destination=true")
    ways = ("--id-type=string", "--threads=2", "--multiline-fields=true")
    command = [*java(server.gigabytes), MAIN, *arguments, *ways, *given.options]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    log = home / "import.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(  # noqa: S603 - a Java that came as a Python package
            with_parent(command),
            env=environment,
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as importer,
    ):
        tell(importer.stdout or (), said, progress)
    if importer.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        faults = [line.strip() for line in lines if FAULT.search(line)] or ["it said nothing."]
        way = "`aidgraph store neo4j --empty` starts without it, to be loaded over Bolt"
        raise StoreError(f"Neo4j's importer failed: {faults[0]} More in {log}; {way}.")


def tell(lines: Iterable[bytes], log: IO[bytes], progress: Progress | None) -> None:
    """Keep what the importer says, and tell of each of its parts how far it came, in per cent."""
    name, before, whole = "", 0, 0
    for line in lines:
        log.write(line)
        log.flush()
        if part := PART.match(line):
            name = part["name"].decode().strip()
            before, whole = 100 * (int(part["number"]) - 1), 100 * int(part["of"])
        elif progress and (done := DONE.match(line)):
            progress(f"import: {name}", before + int(done["per_cent"]), whole)


def finish(server: Server, given: Given, mark: Mapping[str, Any]) -> None:
    """Constraints, indexes, a count of everything, and only then the watermark."""
    who = (server.access.user, server.password)
    with neo4j.GraphDatabase.driver(server.url, auth=who) as driver, driver.session() as session:
        declare(session, given.nodes, given.verbs)
        session.run(neo4j.Query(ONLINE, timeout=DECLARING)).consume()
        for label, name, frame in given.lists:
            text = f"UNWIND $rows AS r MATCH (n:`{label}` {{id: r[0]}}) SET n.`{name}` = r[1]"
            for part in batches(frame):
                session.run(text, rows=part.rows()).consume()
        for label, rows in given.nodes.items():
            compare(session, f"MATCH (n:`{label}`) RETURN count(n)", label, rows)
        for verb, rows in given.verbs.items():
            compare(session, f"MATCH ()-[e:`{verb}`]->() RETURN count(e)", verb, rows)
        session.run(MARK, mark=dict(mark)).consume()


def compare(session: neo4j.Session, query: str, name: str, expected: int) -> None:
    """Refuse a graph that lacks what it was given.

    Raises:
        StoreError: with both numbers.
    """
    found = session.run(neo4j.Query(query, timeout=DECLARING)).values()[0][0]
    if found != expected:
        raise StoreError(f"The importer was given {expected:,} {name} and made {found:,}.")
