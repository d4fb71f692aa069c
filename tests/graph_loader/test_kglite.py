from __future__ import annotations

import fcntl
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.stores.protocol import GraphStore, StoreError, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.graph_rows import Edges, Nodes

BIG = 2**53 + 1  # a double cannot hold it


@pytest.fixture
def store(tmp_path: Path) -> GraphStore:
    store = open_store("kglite", tmp_path)
    store.bulk(nodes(), edges())
    return store


def nodes() -> Nodes:
    return {
        "Household": pl.DataFrame({"id": ["H1", "H2", "H3"]}),
        "Person": pl.DataFrame(
            {
                "id": ["P1", "P2", "P3"],
                "money": [BIG, None, 0],
                "born": [date(1890, 2, 3), None, date(2020, 2, 29)],
                "rural": [True, None, False],
                "code": ["0330382", None, " x "],
                "tags": [["a", "b"], None, []],
                "nothing": pl.Series([None, None, None], dtype=pl.Int64),
            }
        ),
    }


def edges() -> Edges:
    return {
        ("Household", "HAS_MEMBER", "Person"): pl.DataFrame(
            {
                "from": ["H1", "H1", "H2"],
                "to": ["P1", "P1", "P3"],
                "since": [date(2020, 1, 1), None, None],
                "share": [None, 2, 3],
            }
        )
    }


PERSONS = """
MATCH (p:Person)
RETURN p.id AS id, p.money AS money, p.born AS born, p.rural AS rural, p.code AS code,
       p.tags AS tags, p.nothing AS nothing
ORDER BY id
"""


def test_values_come_back_as_they_went_in(store: GraphStore) -> None:
    assert store.read(PERSONS) == nodes()["Person"].to_dicts()
    kinds = {type(row["money"]) for row in store.read(PERSONS)}
    assert kinds == {int, type(None)}


def test_edges_between_the_same_two_stay_apart(store: GraphStore) -> None:
    found = store.read(
        "MATCH (h:Household)-[m:HAS_MEMBER]->(p:Person) "
        "RETURN h.id AS h, p.id AS p, m.since AS since, m.share AS share ORDER BY h, p, share"
    )
    assert found == [
        {"h": "H1", "p": "P1", "since": None, "share": 2},
        {"h": "H1", "p": "P1", "since": date(2020, 1, 1), "share": None},
        {"h": "H2", "p": "P3", "since": None, "share": 3},
    ]


@pytest.mark.parametrize(
    ("query", "value", "expected"),
    [
        ("MATCH (p:Person) WHERE p.born = $x RETURN p.id AS id", date(1890, 2, 3), ["P1"]),
        ("MATCH (p:Person) WHERE p.born > $x RETURN p.id AS id", date(1990, 1, 1), ["P3"]),
        ("MATCH (p:Person) WHERE p.money = $x RETURN p.id AS id", BIG, ["P1"]),
        ("MATCH (p:Person) WHERE p.money = $x RETURN p.id AS id", None, []),
        (
            "MATCH (p:Person) WHERE p.id IN $x RETURN p.id AS id ORDER BY id",
            ["P3", "P2"],
            ["P2", "P3"],
        ),
        ("MATCH (p:Person) WHERE p.nothing IS NULL AND $x = 1 RETURN count(*) AS id", 1, [3]),
        ("MATCH (p:Ghost) WHERE $x = 1 RETURN p.id AS id", 1, []),
    ],
)
def test_parameters_travel_as_values(
    store: GraphStore, query: str, value: object, expected: list[object]
) -> None:
    assert [row["id"] for row in store.read(query, {"x": value})] == expected


def test_a_write_is_on_disk_when_it_returns(store: GraphStore, tmp_path: Path) -> None:
    store.write("MERGE (f:Finding {id: $id}) SET f += $props", {"id": "F1", "props": {"money": 5}})
    other = open_store("kglite", tmp_path)
    assert other.read("MATCH (f:Finding) RETURN f.money AS money") == [{"money": 5}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.kgl", "graph.lock"]


def test_a_reader_sees_what_another_process_projected(store: GraphStore, tmp_path: Path) -> None:
    open_store("kglite", tmp_path).bulk({"Person": pl.DataFrame({"id": ["P9"]})}, {})
    assert store.read("MATCH (n) RETURN n.id AS id") == [{"id": "P9"}]


def test_nothing_is_there_before_the_first_projection(tmp_path: Path) -> None:
    store = open_store("kglite", tmp_path / "new")
    assert store.read("MATCH (n) RETURN n.id AS id") == []


def test_clear_leaves_nothing_and_close_lets_go(store: GraphStore, tmp_path: Path) -> None:
    store.clear()
    store.close()
    assert open_store("kglite", tmp_path).read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n:Person {id: 'P4'})",
        "MATCH (p:Person) SET p.money = 1",
        "MATCH (p:Person) DETACH DELETE p",
        "RETURN 1 AS a; RETURN 2 AS b",
        "RETURN 1 AS a; MATCH (p) DETACH DELETE p",
        "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row AS row",
        "load /* so */ csv FROM '/etc/hostname' AS row RETURN row AS row",
        "LO\\u0041D CSV FROM '/etc/hostname' AS row RETURN row AS row",
        "RETRN 1",
        "RETURN $missing AS x",
    ],
)
def test_reading_refuses_writes_second_statements_and_files(store: GraphStore, query: str) -> None:
    with pytest.raises(StoreError) as refused:
        store.read(query)
    assert not refused.value.retryable
    assert len(store.read(PERSONS)) == 3


def test_a_semicolon_in_text_or_at_the_end_is_no_second_statement(store: GraphStore) -> None:
    query = "RETURN 'a;b' AS a, \"LOAD CSV; it's\" AS b // c;d\n;"
    assert store.read(query) == [{"a": "a;b", "b": "LOAD CSV; it's"}]


def test_a_query_that_takes_too_long_is_stopped(store: GraphStore) -> None:
    query = "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b RETURN sum(a * b % 7) AS s"
    with pytest.raises(StoreError, match="took too long"):
        store.read(query, seconds=0.05)


def test_rows_stops_at_the_cap(store: GraphStore) -> None:
    query = "MATCH (p:Person) RETURN p.id AS id ORDER BY id"
    assert store.read(query, rows=2) == [{"id": "P1"}, {"id": "P2"}]


@pytest.mark.parametrize("damage", ["garbage", "cut", "bit"])
def test_a_damaged_file_says_how_to_make_it_again(
    store: GraphStore, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "graph.kgl"
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    spoilt = {
        "garbage": b"garbage",
        "cut": file.read_bytes()[: len(whole) // 2],
        "bit": bytes(whole),
    }
    file.write_bytes(spoilt[damage])
    with pytest.raises(StoreError, match="aidgraph store rebuild") as told:
        open_store("kglite", tmp_path).read(PERSONS)
    assert not told.value.retryable
    open_store("kglite", tmp_path).bulk(nodes(), edges())
    assert len(store.read(PERSONS)) == 3


def test_an_edge_to_nobody_is_refused_and_the_old_graph_stays(store: GraphStore) -> None:
    stray = pl.DataFrame({"from": ["H1"], "to": ["P7"]})
    with pytest.raises(StoreError, match="1 of 1 edges HAS_MEMBER name no Person"):
        store.bulk(nodes(), {("Household", "HAS_MEMBER", "Person"): stray})
    assert len(store.read(PERSONS)) == 3


def test_an_id_that_stands_twice_is_refused(store: GraphStore) -> None:
    with pytest.raises(StoreError, match="Ids repeat"):
        store.bulk({"Person": pl.DataFrame({"id": ["P1", "P1"]})}, {})


def test_who_writes_while_another_does_is_told_to_try_again(
    store: GraphStore, tmp_path: Path
) -> None:
    with (tmp_path / "graph.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="Another process is writing") as told:
            store.clear()
    assert told.value.retryable


def test_progress_ends_with_all_rows(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    open_store("kglite", tmp_path).bulk(nodes(), edges(), progress=lambda *step: seen.append(step))
    assert seen == [("Household", 3, 9), ("Person", 6, 9), ("HAS_MEMBER", 9, 9)]


def test_an_unknown_store_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Known: kglite"):
        open_store("kuzu", tmp_path)


def test_edges_that_join_the_same_nodes_stay_apart_in_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_loader.stores.chunks.CHUNK", 2)
    store = open_store("kglite", tmp_path)
    people = pl.DataFrame({"id": ["P1", "P2", "P3"]})
    kin = pl.DataFrame(
        {
            "from": ["P1", "P2", "P1", "P3", "P1"],
            "to": ["P2", "P1", "P2", "P1", "P2"],
            "kind": ["child", "parent", "heir", None, "carer"],
        }
    )
    store.bulk({"Person": people}, {("Person", "KIN", "Person"): kin})
    found = store.read(
        "MATCH (a:Person)-[e:KIN]->(b:Person) RETURN a.id AS a, b.id AS b, e.kind AS kind "
        "ORDER BY a, b, kind"
    )
    assert [tuple(row.values()) for row in found] == kin.sort(
        "from", "to", "kind", nulls_last=True
    ).rows()
