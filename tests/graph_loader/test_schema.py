from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from graph_loader import schema
from graph_loader.schema import EDGES, NODES, Edge
from ontology.vocabulary import Kind


def test_every_label_and_every_edge_is_declared_once() -> None:
    assert len({node.name for node in NODES}) == len(NODES)
    assert len({edge.ends for edge in EDGES}) == len(EDGES)


def test_every_edge_joins_declared_labels() -> None:
    labels = {node.name for node in NODES}
    assert {end for edge in EDGES for end in (edge.source, edge.target)} <= labels


@pytest.mark.parametrize("of", [*NODES, *EDGES], ids=lambda of: of.name)
def test_no_property_has_a_name_that_a_store_answers_itself(of: schema.Node | Edge) -> None:
    assert not schema.RESERVED & of.properties.keys()


def test_labels_and_verbs_of_kinds() -> None:
    assert schema.label_of("disability_certificate") == "DisabilityCertificate"
    assert schema.verb_of("dwelling") == "OWNS"
    assert schema.verb_of("disability_certificate") == "HOLDS"
    assert [edge.ends for edge in schema.record_edges("vehicle")] == [
        ("Person", "OWNS", "Vehicle"),
        ("Household", "OWNS", "Vehicle"),
    ]


def test_a_kind_may_not_take_the_name_of_a_node_that_every_graph_has() -> None:
    kind = Kind(name="account", owner="person", label={"zh": "账户", "en": "account"})
    with pytest.raises(ValueError, match="`account` has the name of a node"):
        schema.record_node("account", kind)


def test_shaped_gives_the_declared_columns_and_null_where_one_is_missing() -> None:
    frame = pl.DataFrame(
        {"b": [1, None], "x": ["left", "out"]}, schema={"b": pl.Int8, "x": pl.String}
    )
    shaped = schema.shaped(frame, {"a": "date", "b": "integer"})
    assert shaped.schema == {"a": pl.Date(), "b": pl.Int64()}
    assert shaped.rows() == [(None, 1), (None, None)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pl.Series(["a", None]), "text"),
        (pl.Series(["a", None], dtype=pl.Categorical), "text"),
        (pl.Series([1, None], dtype=pl.Int32), "integer"),
        (pl.Series([date(2026, 1, 1), None]), "date"),
        (pl.Series([True, None]), "boolean"),
        (pl.Series([["a"], None]), "list"),
    ],
)
def test_how_the_graph_holds_a_column(values: pl.Series, expected: str) -> None:
    assert schema.type_of("x", values.dtype) == expected
