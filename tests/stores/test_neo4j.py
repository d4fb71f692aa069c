"""What only a server can show: constraints, a fence around the machine, who may enter."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import neo4j as driver
import polars as pl
import pytest
from neo4j import exceptions as faults

from graph_loader.project import project
from graph_loader.schema import INDEXES
from graph_loader.stores.neo4j_server import HOST, hashed, new_server
from graph_loader.stores.protocol import Access, StoreError, open_store
from tests.stores.drawn import MARK, PAID, village

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores.places import ServerPlace

NOWHERE = Path("nowhere")


@pytest.fixture
def plain(server: ServerPlace) -> Iterator[driver.Session]:
    """What an integrator with the official driver can do in a session that reads."""
    access = server.server.access
    with (
        driver.GraphDatabase.driver(
            server.server.url, auth=(access.user, access.password)
        ) as whole,
        whole.session(default_access_mode=driver.READ_ACCESS) as session,
    ):
        yield session


def test_every_label_and_every_verb_has_its_constraint(server: ServerPlace) -> None:
    project(server.store, village(3), watermark=MARK)
    found = server.store.read(
        "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties "
        "RETURN labelsOrTypes[0] AS of, type AS type, properties AS properties ORDER BY of"
    )
    kept = [tuple(row.values()) for row in found]
    for label in ("Household", "Person", "Watermark"):
        assert (label, "UNIQUENESS", ["id"]) in kept
    assert ("HAS_MEMBER", "RELATIONSHIP_UNIQUENESS", ["_digest"]) in kept
    with pytest.raises(StoreError, match="already exists"):
        server.store.write("CREATE (p:Person {id: 'P000001'})")


def test_the_declared_indexes_are_there(server: ServerPlace) -> None:
    project(server.store, village(3), watermark=MARK)
    found = server.store.read(
        "SHOW INDEXES YIELD labelsOrTypes, properties, owningConstraint "
        "WHERE owningConstraint IS NULL AND labelsOrTypes IS NOT NULL "
        "RETURN labelsOrTypes[0] AS label, properties[0] AS name"
    )
    assert {(row["label"], row["name"]) for row in found if row["label"]} >= set(INDEXES)


def test_a_small_change_writes_only_what_changed(server: ServerPlace) -> None:
    """What did not change keeps what someone else wrote beside it: it was not written again."""
    frames = village(10)
    project(server.store, frames, watermark=MARK)
    server.store.write("MATCH (p:Person) SET p.seen = true")
    person = frames.nodes["Person"].with_columns(
        money=pl.when(pl.col("id") == "P000003").then(7).otherwise("money")
    )
    frames.nodes["Person"] = person
    project(server.store, frames, watermark=MARK)
    unseen = server.store.read("MATCH (p:Person) WHERE p.seen IS NULL RETURN p.id AS id")
    assert unseen == [{"id": "P000003"}]
    assert server.store.read(PAID) == [{"n": 20, "money": 26}]


def test_a_database_of_someone_else_is_left_alone(server: ServerPlace) -> None:
    for row in server.store.read("SHOW CONSTRAINTS YIELD name RETURN name AS name"):
        server.store.write(f"DROP CONSTRAINT `{row['name']}`")
    server.store.write("CREATE (:Customer {name: 'Ann'})")
    with pytest.raises(StoreError, match="holds 1 nodes that no projection put there"):
        server.store.clear()
    assert server.store.read("MATCH (n) RETURN n.name AS name") == [{"name": "Ann"}]
    server.store.write("MATCH (n) DETACH DELETE n")
    server.store.bulk({}, {})


def test_what_a_tool_keeps_for_itself_stays(server: ServerPlace) -> None:
    server.store.write("CREATE (:_Bloom_Scene_ {name: 'mine'})")
    project(server.store, village(2), watermark=MARK)
    assert server.store.read("MATCH (s:_Bloom_Scene_) RETURN s.name AS name") == [{"name": "mine"}]
    server.store.write("MATCH (s:_Bloom_Scene_) DELETE s")


def test_whole_nodes_and_edges_come_without_the_digest(server: ServerPlace) -> None:
    project(server.store, village(1), watermark=MARK)
    found = server.store.read("MATCH q = (h:Household)-[m]->(p {id: 'P000000'}) RETURN h, m, q")
    household = {"labels": ["Household"], "properties": {"id": "H000000"}}
    member = {"type": "HAS_MEMBER", "properties": {}}
    person = {"labels": ["Person"], "properties": {"id": "P000000", "money": 1}}
    path = {"nodes": [household, person], "relationships": [member]}
    assert found == [{"h": household, "m": member, "q": path}]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row", "file"),
        ("LOAD CSV FROM 'file:///../../../etc/hostname' AS row RETURN row", "file"),
        ("LOAD CSV FROM 'http://{host}:{port}/' AS row RETURN row", "blocked"),
        ("CREATE (n:X) RETURN n", "Writing in read access mode"),
        ("UNWIND range(1, 20000000) AS x RETURN collect(toString(x)) AS all", "memory"),
    ],
)
def test_the_server_itself_refuses_what_reaches_past_the_graph(
    server: ServerPlace, plain: driver.Session, query: str, says: str
) -> None:
    text = query.replace("{host}", HOST).replace("{port}", str(server.server.http))
    with pytest.raises(faults.Neo4jError, match=says):
        plain.run(text).consume()


def test_a_query_that_outgrows_the_server_is_not_tried_again(server: ServerPlace) -> None:
    with pytest.raises(StoreError, match="more memory") as told:
        server.store.read("UNWIND range(1, 20000000) AS x RETURN collect(toString(x)) AS all")
    assert not told.value.retryable


@pytest.mark.parametrize("password", ["wrong", "neo4j", ""])
def test_a_wrong_password_names_the_settings(server: ServerPlace, password: str) -> None:
    store = open_store(server.server.url, NOWHERE, Access(password=password))
    with pytest.raises(StoreError, match="AIDGRAPH_STORE_PASSWORD") as told:
        store.read("RETURN 1 AS x")
    assert not told.value.retryable
    store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("neo4j://ann:secret@127.0.0.1:7687", "AIDGRAPH_STORE_PASSWORD"),
        ("neo4jx://127.0.0.1:7687", "No scheme `neo4jx`"),
        ("kuzu", "Known: kglite, neo4j://"),
    ],
)
def test_an_address_that_cannot_be_opened_says_why(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as told:
        open_store(url, NOWHERE, Access(password="secret"))  # noqa: S106
    assert "secret" not in str(told.value)


def test_the_password_is_in_no_file_and_no_log(
    server: ServerPlace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="neo4j"):
        server.again().read("RETURN 1 AS x")
    password = server.server.password
    assert password not in repr(server.server)
    assert password not in caplog.text
    kept = [file for file in server.server.home.rglob("*") if file.is_file()]
    assert kept
    assert [file for file in kept if password.encode() in file.read_bytes()] == []


def test_a_password_is_hashed_with_a_salt_of_its_own() -> None:
    assert hashed("a") != hashed("a")
    assert hashed("a").startswith("SHA-256,")


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = new_server(tmp_path)
    server.options = ("-XX:NoSuchOption",)
    with pytest.raises(StoreError, match="Unrecognized VM option"):
        server.start()
    assert server.process is None
