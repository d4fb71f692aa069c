"""The first load of a server of our own: the importer's graph is the one that Bolt would make."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl
import pytest

from graph_loader.frames import GraphFrames
from graph_loader.project import digest, digest_of, project
from graph_loader.stores.neo4j_import import FILES, first_load, tell
from graph_loader.stores.neo4j_rows import DIGEST, edges_of, nodes_of
from graph_loader.stores.neo4j_server import new_server
from graph_loader.stores.protocol import StoreError, open_store
from tests.stores.drawn import EDGES, MARK, PAID, village

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graph_loader.stores.neo4j_server import Server

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
HOMES = pl.DataFrame(
    {
        "id": ["H1", "H2"],
        "says": ["", None],
        "words": ['说"一,\n二"', "\\"],
        "since": [date(2026, 7, 1), None],
        "rural": [False, None],
        "money": [2**60, None],
        "origins": [["甲", "a;b"], None],
    },
    schema_overrides={"origins": pl.List(pl.String)},
)
PEOPLE = pl.DataFrame({"id": ["P1", "P2"], "handled": ["H2", None]})
MIXED = GraphFrames(
    {"Household": HOMES, "Person": PEOPLE, "Programme": pl.DataFrame(schema={"id": pl.String})},
    {
        ("Household", "QUALIFIES_FOR", "Programme"): pl.DataFrame(
            schema={"from": pl.String, "to": pl.String, "amount": pl.Int64}
        ),
        ("Household", "KNOWS", "Person"): pl.DataFrame(
            {"from": ["H1", "H1"], "to": ["P1", "P1"], "since": [date(2020, 2, 29), None]}
        ),
        ("Person", "KNOWS", "Person"): pl.DataFrame({"from": ["P1"], "to": ["P2"]}),
    },
)
AGAIN = """
import sys
from pathlib import Path
from graph_loader.stores.neo4j_import import first_load
from graph_loader.stores.neo4j_server import new_server
from tests.stores.drawn import MARK, village
first_load(new_server(Path(sys.argv[1])), village(60_000), MARK)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that never started."""
    made = new_server(tmp_path / "neo4j")
    yield made
    made.stop()


def test_types_and_unknowns_arrive_and_later_projections_are_differences(server: Server) -> None:
    parts: dict[str, int] = {}
    first_load(server, MIXED, MARK, lambda name, done, _: parts.update({name: done}))
    assert [(of, done) for of, done in parts.items() if of.startswith("import: ")] == [
        ("import: Node import", 100),
        ("import: Relationship import", 200),
        ("import: Relationship linking", 300),
        ("import: Post processing", 400),
    ]
    store = open_store(server.url, server.home, server.access)
    try:
        held = store.read(
            "MATCH (h:Household) RETURN h.id AS id, h.says AS says, h.words AS words, "
            "h.since AS since, h.rural AS rural, h.money AS money, h.origins AS origins ORDER BY id"
        )
        assert held == HOMES.rows(named=True)
        assert digest(store) == digest_of(MIXED)
        assert not project(store, MIXED, watermark=MARK).written
        kept = store.read(f"MATCH (n:Household) RETURN n.id AS id, n.{DIGEST} AS d ORDER BY id")
        made = nodes_of(HOMES, "Household").sort("id")
        assert [(row["id"], row["d"]) for row in kept] == made.select("id", DIGEST).rows()
        kept = store.read(f"MATCH (a)-[e:KNOWS]->(b) RETURN a.id AS a, b.id AS b, e.{DIGEST} AS d")
        ends = [each for each in MIXED.edges if each[1] == "KNOWS"]
        rows = [row for each in ends for row in edges_of(MIXED.edges[each], each).rows()]
        assert {(row["a"], row["b"], row["d"]) for row in kept} == {row[:3] for row in rows}
        fewer = GraphFrames({**MIXED.nodes, "Person": PEOPLE.head(1)}, {})
        project(store, fewer, watermark=MARK)
        assert digest(store) == digest_of(fewer)
        assert not (server.home / FILES).exists()
    finally:
        store.close()
    with pytest.raises(StoreError, match=r"holds a database\. `aidgraph project`"):
        first_load(server, MIXED, MARK)


def until(true: Callable[[], T]) -> T:
    """What a condition gives as soon as it holds."""
    end = time.monotonic() + 90
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def speaking_importer(server: Server) -> int:
    """The process of the importer, once it has said something; none before."""
    log = server.home / "import.log"
    if not (log.exists() and log.stat().st_size):
        return 0
    wanted = str(server.home.resolve()).encode()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = process.read_bytes()
            if b"AdminTool" in words and wanted in words:
                return int(process.parent.name)
    return 0


def test_an_import_whose_loader_is_killed_ends_with_it_and_is_done_anew(server: Server) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", AGAIN, str(server.home)]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as loader:  # noqa: S603
        importer = until(lambda: speaking_importer(server))
        loader.send_signal(signal.SIGKILL)
    assert until(lambda: not Path(f"/proc/{importer}").exists())
    assert (server.home / FILES).exists()
    frames = village(2000)
    first_load(server, frames, MARK)
    store = open_store(server.url, server.home, server.access)
    try:
        assert store.read(PAID) == [{"n": 4000, "money": 4000}]
        assert store.read(EDGES) == [{"n": 4000}]
        assert digest(store) == digest_of(frames)
    finally:
        store.close()


def test_the_importer_tells_how_far_it_came() -> None:
    said = io.BytesIO()
    told: list[tuple[str, int, int]] = []
    lines = [
        b"Neo4j version: 5.26.0\n",
        b"(1/4) Node import 2026-11-28 11:43:32.984+0000\n",
        b"  Estimated number of nodes: 180.00 k\n",
        b".......... ..........   5% \xe2\x88\x862s 470ms [2s 470ms]\n",
        b"(4/4) Post processing 2026-11-28 11:43:53.246+0000\n",
        b"-......... .......... 100% \xe2\x88\x862s 769ms [10s 172ms]\n",
    ]
    tell(lines, said, lambda *step: told.append(step))
    assert told == [("import: Node import", 5, 400), ("import: Post processing", 400, 400)]
    assert said.getvalue() == b"".join(lines)


def test_what_the_importer_says_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_loader.stores.neo4j_import.written", lambda *_: iter(()))
    with pytest.raises(StoreError, match=r"Neo4j's importer failed: .*Household\.csv"):
        first_load(server, village(2), MARK)
