"""What every graph store promises: one suite, run on each of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from graph_loader.frames import GraphFrames
from graph_loader.project import digest, digest_of, project, read_watermark
from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from graph_loader.graph_rows import Edges, Nodes
    from graph_loader.stores.protocol import GraphStore
    from tests.stores.places import Place

BIG = 2**53 + 1  # a double cannot hold it
LARGEST = 2**63 - 1
HAS_MEMBER = ("Household", "HAS_MEMBER", "Person")
MARK = {"lake_version": 3, "run": "R1", "as_of": date(2026, 10, 31)}


def nodes() -> Nodes:
    return {
        "Household": pl.DataFrame({"id": ["H1", "H2", "H3"]}),
        "Person": pl.DataFrame(
            {
                "id": ["P1", "P2", "P3"],
                "money": [BIG, None, -LARGEST],
                "born": [date(1890, 2, 3), None, date(2020, 2, 29)],
                "rural": [True, None, False],
                "code": ["0330382", None, " x "],
                "empty": ["", None, "低保\n“a”\t'b'\\"],
                "tags": [["a", "b"], None, []],
                "nothing": pl.Series([None, None, None], dtype=pl.Int64),
            }
        ),
    }


def edges() -> Edges:
    return {
        HAS_MEMBER: pl.DataFrame(
            {
                "from": ["H1", "H1", "H2"],
                "to": ["P1", "P1", "P3"],
                "since": [date(2020, 1, 1), None, None],
                "share": [None, 2, 3],
            }
        )
    }


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    store.bulk(nodes(), edges())
    return store


PERSONS = """
MATCH (p:Person)
RETURN p.id AS id, p.money AS money, p.born AS born, p.rural AS rural, p.code AS code,
       p.empty AS empty, p.tags AS tags, p.nothing AS nothing
ORDER BY id
"""
MEMBERS = """
MATCH (h:Household)-[m:HAS_MEMBER]->(p:Person)
RETURN h.id AS h, p.id AS p, m.since AS since, m.share AS share
ORDER BY h, p, share
"""
COUNT = "MATCH (n) RETURN count(n) AS n"


def test_values_come_back_as_they_went_in(filled: GraphStore) -> None:
    found = filled.read(PERSONS)
    assert found == nodes()["Person"].to_dicts()
    assert [type(found[0][name]) for name in ("money", "born", "rural")] == [int, date, bool]


def test_edges_between_the_same_two_stay_apart(filled: GraphStore) -> None:
    assert filled.read(MEMBERS) == [
        {"h": "H1", "p": "P1", "since": None, "share": 2},
        {"h": "H1", "p": "P1", "since": date(2020, 1, 1), "share": None},
        {"h": "H2", "p": "P3", "since": None, "share": 3},
    ]


def test_edges_alike_in_everything_are_one(store: GraphStore) -> None:
    twice = edges()[HAS_MEMBER]
    store.bulk(nodes(), {HAS_MEMBER: pl.concat([twice, twice])})
    assert len(store.read(MEMBERS)) == 3


@pytest.mark.parametrize(
    ("query", "value", "expected"),
    [
        ("MATCH (p:Person) WHERE p.born = $x RETURN p.id AS a", date(1890, 2, 3), ["P1"]),
        ("MATCH (p:Person) WHERE p.born > $x RETURN p.id AS a", date(1990, 1, 1), ["P3"]),
        ("MATCH (p:Person) WHERE p.money = $x RETURN p.id AS a", BIG, ["P1"]),
        ("MATCH (p:Person) WHERE p.money = $x RETURN p.id AS a", None, []),
        ("MATCH (p:Person) WHERE NOT p.rural = $x RETURN p.id AS a", True, ["P3"]),
        (
            "MATCH (p:Person) WHERE p.id IN $x RETURN p.id AS a ORDER BY a",
            ["P3", "P2"],
            ["P2", "P3"],
        ),
        ("UNWIND $x AS r RETURN r.k AS a", [{"k": 1}, {}, {"k": None}], [1, None, None]),
        ("UNWIND $x AS r RETURN r AS a", [], []),
        ("MATCH (p:Person) WHERE p.nothing IS NULL AND $x = 1 RETURN count(*) AS a", 1, [3]),
        ("MATCH (p:Ghost) WHERE $x = 1 RETURN p.id AS a", 1, []),
        ("RETURN $x AS a", LARGEST, [LARGEST]),
        ("RETURN $x AS a", [date(2020, 2, 29)], [[date(2020, 2, 29)]]),
        ("RETURN date.truncate('month', $x) AS a", date(2020, 2, 29), [date(2020, 2, 1)]),
        ("RETURN $x + duration({months: 1}) AS a", date(2020, 1, 31), [date(2020, 2, 29)]),
    ],
)
def test_parameters_travel_as_values(
    filled: GraphStore, query: str, value: object, expected: list[object]
) -> None:
    assert [row["a"] for row in filled.read(query, {"x": value})] == expected


@pytest.mark.parametrize("value", [2**64, {1, 2}, object()], ids=["too big", "set", "object"])
def test_what_no_graph_can_hold_is_refused(filled: GraphStore, value: object) -> None:
    with pytest.raises(StoreError) as refused:
        filled.read("RETURN $x AS a", {"x": value})
    assert not refused.value.retryable


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("RETURN null = null AS a", None),
        ("RETURN null <> 1 AS a", None),
        ("RETURN NOT (1 IN [null]) AS a", None),
        ("RETURN false AND null AS a", False),
        ("RETURN true XOR null AS a", None),
        ("RETURN 7 / 2 AS a", 3),
        ("RETURN -7 / 2 AS a", -3),
        ("MATCH (p:Person) RETURN sum(p.nothing) AS a", 0),
        ("MATCH (p:Person) RETURN min(p.nothing) AS a", None),
        ("MATCH (p:Person) RETURN count(p.money) AS a", 2),
        (
            "MATCH (h:Household) WHERE NOT EXISTS { MATCH (h)-[:HAS_MEMBER]->() } RETURN h.id AS a",
            "H3",
        ),
        ("MATCH (h:Household {id: 'H1'}) RETURN COUNT { MATCH (h)-[:HAS_MEMBER]->() } AS a", 2),
    ],
)
def test_cypher_means_the_same(filled: GraphStore, query: str, expected: object) -> None:
    assert filled.read(query) == [{"a": expected}]


def test_rows_come_in_the_order_that_is_asked_for(filled: GraphStore) -> None:
    values = ["b", "甲", "B", "a", "乙", None, "Z", "é"]
    found = filled.read("UNWIND $v AS x RETURN x AS x ORDER BY x", {"v": values})
    assert [row["x"] for row in found] == ["B", "Z", "a", "b", "é", "乙", "甲", None]
    down = filled.read("UNWIND $v AS x RETURN x AS x ORDER BY x DESC", {"v": [1, None, 2]})
    assert [row["x"] for row in down] == [None, 2, 1]


def test_rows_stops_at_the_cap(filled: GraphStore) -> None:
    query = "MATCH (p:Person) RETURN p.id AS id ORDER BY id"
    assert filled.read(query, rows=2) == [{"id": "P1"}, {"id": "P2"}]
    assert len(filled.read(query, rows=9)) == 3


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n:Person {id: 'P4'})",
        "MATCH (p:Person) SET p.money = 1",
        "MATCH (p:Person) WHERE p.id = 'nobody' SET p.money = 1",
        "MATCH (p:Person) DETACH DELETE p",
        "MERGE (p:Person {id: 'P9'}) RETURN p.id AS id",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (n:Person) REQUIRE n.code IS UNIQUE",
        "RETURN 1 AS a; RETURN 2 AS b",
        "RETURN 1 AS a; MATCH (p) DETACH DELETE p",
        "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row AS row",
        "load /* so */ csv FROM '/etc/hostname' AS row RETURN row AS row",
        "LO\\u0041D CSV FROM '/etc/hostname' AS row RETURN row AS row",
        "RETRN 1",
        "RETURN $missing AS x",
        "RETURN 1 / 0 AS x",
    ],
)
def test_reading_refuses_writes_second_statements_and_files(filled: GraphStore, query: str) -> None:
    with pytest.raises(StoreError) as refused:
        filled.read(query)
    assert not refused.value.retryable
    assert filled.read(PERSONS) == nodes()["Person"].to_dicts()


def test_a_semicolon_in_text_or_at_the_end_is_no_second_statement(filled: GraphStore) -> None:
    query = "RETURN 'a;b' AS a, \"LOAD CSV; it's\" AS b // c;d\n;"
    assert filled.read(query) == [{"a": "a;b", "b": "LOAD CSV; it's"}]


def test_a_query_that_takes_too_long_is_stopped(filled: GraphStore) -> None:
    query = "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b RETURN sum(a * b % 7) AS s"
    with pytest.raises(StoreError, match="took too long") as told:
        filled.read(query, seconds=0.05)
    assert not told.value.retryable


def test_a_write_is_there_for_others_when_it_returns(place: Place) -> None:
    place.store.bulk(nodes(), edges())
    other = place.again()
    merge = "MERGE (f:Finding {id: $id}) SET f += $props"
    for money in (5, 6):
        place.store.write(merge, {"id": "F1", "props": {"money": money, "since": MARK["as_of"]}})
        found = other.read("MATCH (f:Finding) RETURN f.money AS money, f.since AS since")
        assert found == [{"money": money, "since": date(2026, 10, 31)}]


def test_a_write_that_fails_leaves_nothing_of_itself(filled: GraphStore) -> None:
    with pytest.raises(StoreError):
        filled.write("UNWIND [1, 0] AS x MERGE (p:Person {id: 'Q' + toString(x)}) SET p.y = 1 / x")
    assert filled.read(COUNT) == [{"n": 6}]


def test_bulk_replaces_what_was_there(place: Place) -> None:
    other = place.again()
    place.store.bulk(nodes(), edges())
    assert other.read(COUNT) == [{"n": 6}]
    place.store.write("MERGE (f:Finding {id: 'F1'}) SET f.money = 5")
    place.store.write("MATCH (p:Person {id: 'P1'}) SET p.money = 1")
    later = nodes()["Person"].filter(pl.col("id") != "P2").drop("code")
    place.store.bulk({"Person": later, "Vessel": pl.DataFrame({"id": ["V1"]})}, {})
    assert other.read("MATCH (n) RETURN n.id AS id ORDER BY id") == [
        {"id": "P1"},
        {"id": "P3"},
        {"id": "V1"},
    ]
    assert other.read("MATCH (p:Person {id: 'P1'}) RETURN p.money AS m, p.code AS c") == [
        {"m": BIG, "c": None}
    ]
    assert other.read("MATCH ()-[e]->() RETURN count(e) AS n") == [{"n": 0}]


def test_an_edge_to_nobody_is_refused_and_the_old_graph_stays(filled: GraphStore) -> None:
    stray = pl.DataFrame({"from": ["H1"], "to": ["P7"]})
    with pytest.raises(StoreError, match="1 of 1 edges HAS_MEMBER name no Person"):
        filled.bulk(nodes(), {HAS_MEMBER: stray})
    assert filled.read(COUNT) == [{"n": 6}]
    assert len(filled.read(MEMBERS)) == 3


def test_an_id_that_stands_twice_is_refused(filled: GraphStore) -> None:
    with pytest.raises(StoreError, match="Ids repeat"):
        filled.bulk({"Person": pl.DataFrame({"id": ["P1", "P1"]})}, {})
    assert filled.read(COUNT) == [{"n": 6}]


def test_empty_frames_are_no_nodes_and_no_edges(store: GraphStore) -> None:
    none = pl.DataFrame(schema={"from": pl.String, "to": pl.String, "since": pl.Date})
    empty = {label: frame.clear() for label, frame in nodes().items()}
    store.bulk(empty, {HAS_MEMBER: none})
    assert store.read(COUNT) == [{"n": 0}]
    assert store.read(MEMBERS) == []
    store.bulk(nodes(), {HAS_MEMBER: none})
    assert store.read(COUNT) == [{"n": 6}]


def test_nothing_is_there_before_the_first_projection(store: GraphStore) -> None:
    assert store.read("MATCH (n) RETURN n.id AS id") == []
    assert read_watermark(store) == {}


def test_clear_leaves_nothing(place: Place) -> None:
    place.store.bulk(nodes(), edges())
    place.store.clear()
    assert place.again().read(COUNT) == [{"n": 0}]


def test_progress_ends_with_all_rows(store: GraphStore) -> None:
    seen: list[tuple[str, int, int]] = []
    store.bulk(nodes(), edges(), progress=lambda *step: seen.append(step))
    assert seen[-1] == ("HAS_MEMBER", 9, 9)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert {total for _, _, total in seen} == {9}


def frames(**changed: Any) -> GraphFrames:  # noqa: ANN401
    values = {name: pl.lit(v, dtype=None if v else pl.String) for name, v in changed.items()}
    person = nodes()["Person"].with_columns(**values)
    return GraphFrames({**nodes(), "Person": person}, edges())


def test_the_store_holds_what_the_frames_held(store: GraphStore) -> None:
    report = project(store, frames(), watermark=MARK)
    assert report.written
    assert digest(store) == report.digest == digest_of(frames())
    assert {name: read_watermark(store)[name] for name in MARK} == MARK
    assert not project(store, frames(), watermark=MARK).written
    assert not project(store, frames(), watermark={**MARK, "lake_version": 4}).written
    assert read_watermark(store)["lake_version"] == 4


def test_every_change_of_the_frames_arrives(store: GraphStore) -> None:
    project(store, frames(), watermark=MARK)
    for changed in (
        frames(money=5),
        frames(empty=None),
        frames(code=None),
        frames(region="33"),
        frames(),
    ):
        report = project(store, changed, watermark=MARK)
        assert report.written
        assert digest(store) == report.digest == digest_of(changed)


def test_a_value_changed_in_the_store_shows_in_its_digest(store: GraphStore) -> None:
    report = project(store, frames(), watermark=MARK)
    store.write("MATCH (p:Person {id: 'P1'}) SET p.born = $d", {"d": date(1960, 5, 2)})
    assert digest(store) != report.digest


def test_a_store_that_went_away_comes_back_with_everything(place: Place) -> None:
    report = project(place.store, frames(), watermark=MARK)
    place.lose()
    try:
        with pytest.raises(StoreError) as told:
            place.again().read(PERSONS)
    finally:
        place.bring_back()
    assert told.value.retryable == place.elsewhere
    assert digest(place.store) == report.digest
    place.store.write("MERGE (p:Person {id: 'P9'}) SET p.money = 1")
    assert place.again().read(COUNT) == [{"n": 8}]
