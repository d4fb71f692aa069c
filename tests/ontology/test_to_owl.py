"""Expressions to RDF and back: nothing is lost on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from ontology import from_owl
from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.to_owl import to_owl
from tests.ontology.small import small_pack, version

PACK = small_pack(
    (),
    [
        version("poor", "household", Named("household")),
        version("counted", "person", Named("person")),
    ],
    programmes={"poor": "MZ01"},
)
decimals = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
operators = st.sampled_from(["<", "<=", ">", ">=", "="])


def atoms(unit: str) -> st.SearchStrategy[Expression]:
    if unit == "household":
        return st.one_of(
            st.builds(Compare, st.just("savings"), operators, decimals),
            st.builds(
                OneOf, st.just("savings"), st.lists(decimals, min_size=1, max_size=3).map(tuple)
            ),
            st.builds(Is, st.just("rural"), st.booleans()),
            st.sampled_from([Named("poor"), Named("household"), Received("MZ01")]),
        )
    return st.one_of(
        st.builds(Compare, st.just("grade"), operators, st.integers(0, 9).map(Decimal)),
        st.sampled_from(
            [OneOf("sex", ("male",)), OneOf("sex", ("female", "male")), Named("counted")]
        ),
    )


def expressions(unit: str, depth: int) -> st.SearchStrategy[Expression]:
    if depth == 0:
        return atoms(unit)
    inner = expressions(unit, depth - 1)
    role, to = ("has_member", "person") if unit == "household" else ("member_of", "household")
    below = expressions(to, depth - 1)
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    counts = st.integers(0, 5)
    return st.one_of(
        atoms(unit),
        st.builds(AllOf, some),
        st.builds(AnyOf, some),
        st.builds(Not, inner),
        st.builds(Some, st.just(role), below),
        st.builds(Only, st.just(role), below),
        st.builds(AtLeast, counts, st.just(role), below),
        st.builds(AtMost, counts, st.just(role), below),
    )


def there_and_back(expression: Expression) -> Expression:
    written = to_owl(expression, PACK.vocabulary)
    return from_owl.expression(written.graph, written.node, PACK.vocabulary, "", "household")


@settings(max_examples=150)
@given(expressions("household", 3))
def test_an_expression_comes_back_equal(expression: Expression) -> None:
    assert there_and_back(expression) == expression


@settings(max_examples=50)
@given(expressions("household", 2))
def test_turtle_on_the_way_changes_nothing(expression: Expression) -> None:
    written = to_owl(Not(expression), PACK.vocabulary)
    subject = URIRef("https://example.org/x")
    written.graph.add((subject, OWL.equivalentClass, written.node))
    graph = Graph().parse(data=written.graph.serialize(format="turtle"), format="turtle")
    node = graph.value(subject, OWL.equivalentClass)
    assert node is not None
    made = from_owl.expression(graph, node, PACK.vocabulary, "", "household")
    assert made == Not(expression)


@settings(max_examples=50)
@given(expressions("household", 2))
def test_a_graph_comes_back_the_same(expression: Expression) -> None:
    graph = to_owl(expression, PACK.vocabulary).graph
    assert isomorphic(graph, to_owl(there_and_back(expression), PACK.vocabulary).graph)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (
            Compare("savings", "<", Decimal("1.10")),
            Literal("1.10", datatype=XSD.decimal, normalize=False),
        ),
        (AtMost(0, "has_member", Named("counted")), Literal("0", datatype=XSD.nonNegativeInteger)),
        (Is("rural", value=False), Literal(False)),  # noqa: FBT003
        (Compare("savings", "=", Decimal("1E+3")), Literal("1000", datatype=XSD.decimal)),
    ],
)
def test_numbers_are_written_by_their_digits(expression: Expression, written: Literal) -> None:
    assert written in set(to_owl(expression, PACK.vocabulary).graph.objects())


def test_an_exact_count_is_written_as_its_two_halves() -> None:
    both = AllOf(
        (AtLeast(1, "has_member", Named("counted")), AtMost(1, "has_member", Named("counted")))
    )
    assert there_and_back(both) == both
