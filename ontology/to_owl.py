"""The tree to a class expression in RDF: what `from_owl` reads back equal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, assert_never

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

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
    Scalar,
    Some,
)
from ontology.from_owl import FACETS, HAS_RECEIVED, ROLES, UNDER, UNITS

if TYPE_CHECKING:
    from rdflib.term import Node

    from ontology.vocabulary import Vocabulary

FACET_OF: Final = {operator: facet for facet, operator in FACETS.items()}
CORE_IRIS: Final = {name: iri for iri, name in (ROLES | UNITS).items()}


def to_owl(expression: Expression, vocabulary: Vocabulary, graph: Graph | None = None) -> Writer:
    """The graph with the expression in it, and the node where it begins."""
    writer = Writer(vocabulary, Graph() if graph is None else graph)
    writer.node = writer.write(expression)
    return writer


class Writer:
    """A graph that expressions are written into; `node` is where the last one begins."""

    node: Node

    def __init__(self, vocabulary: Vocabulary, graph: Graph) -> None:
        self.vocabulary = vocabulary
        self.graph = graph

    def iri(self, name: str) -> URIRef:
        return CORE_IRIS.get(name) or URIRef(self.vocabulary.iris[name])

    def blank(self, kind: URIRef, *said: tuple[URIRef, Node]) -> BNode:
        """A new node of a kind with these statements."""
        node = BNode()
        for predicate, value in ((RDF.type, kind), *said):
            self.graph.add((node, predicate, value))
        return node

    def list_of(self, nodes: list[Node]) -> BNode:
        head = BNode()
        Collection(self.graph, head, nodes)
        return head

    def restriction(self, name: str, *said: tuple[URIRef, Node]) -> BNode:
        return self.blank(OWL.Restriction, (OWL.onProperty, self.iri(name)), *said)

    def write(self, expression: Expression) -> Node:  # noqa: C901, PLR0911, PLR0912 - a case a node
        """The node of an expression, which is added to the graph."""
        match expression:
            case Named(name):
                return self.iri(name)
            case AllOf(parts):
                return self.blank(OWL.Class, (OWL.intersectionOf, self.all(parts)))
            case AnyOf(parts):
                return self.blank(OWL.Class, (OWL.unionOf, self.all(parts)))
            case Not(part):
                return self.blank(OWL.Class, (OWL.complementOf, self.write(part)))
            case Compare(name, "=", limit):
                return self.restriction(name, (OWL.hasValue, self.literal(name, limit)))
            case Compare():
                return self.restriction(
                    expression.field, (OWL.someValuesFrom, self.facet(expression))
                )
            case OneOf(name, (str(word),)):
                return self.restriction(name, (OWL.hasValue, Literal(word)))
            case OneOf(name, values):
                scalars = self.list_of([self.literal(name, value) for value in values])
                data = self.blank(RDFS.Datatype, (OWL.oneOf, scalars))
                return self.restriction(name, (OWL.someValuesFrom, data))
            case Is(name, value):
                return self.restriction(name, (OWL.hasValue, Literal(value)))
            case Received(programme):
                return self.received(programme)
            case Some(role, part):
                return self.restriction(role, (OWL.someValuesFrom, self.write(part)))
            case Only(role, part):
                return self.restriction(role, (OWL.allValuesFrom, self.write(part)))
            case AtLeast(count, role, part):
                return self.counted(OWL.minQualifiedCardinality, count, role, part)
            case AtMost(count, role, part):
                return self.counted(OWL.maxQualifiedCardinality, count, role, part)
            case _:
                assert_never(expression)

    def all(self, parts: tuple[Expression, ...]) -> BNode:
        return self.list_of([self.write(part) for part in parts])

    def counted(self, limit: URIRef, count: int, role: str, part: Expression) -> BNode:
        number = Literal(str(count), datatype=XSD.nonNegativeInteger)
        return self.restriction(role, (limit, number), (OWL.onClass, self.write(part)))

    def received(self, programme: str) -> BNode:
        iri = self.iri(self.vocabulary.programmes[programme])
        under = self.blank(OWL.Restriction, (OWL.onProperty, UNDER), (OWL.hasValue, iri))
        return self.blank(
            OWL.Restriction, (OWL.onProperty, HAS_RECEIVED), (OWL.someValuesFrom, under)
        )

    def datatype(self, name: str) -> URIRef:
        item = self.vocabulary.field(name)
        return XSD.integer if item is not None and item.datatype == "integer" else XSD.decimal

    def literal(self, name: str, value: Scalar) -> Literal:
        """The value, a number by its digits."""
        if not isinstance(value, Decimal):
            return Literal(value)
        datatype = self.datatype(name)
        if value != value.to_integral_value():
            datatype = XSD.decimal
        return Literal(format(value, "f"), datatype=datatype, normalize=False)

    def facet(self, compare: Compare) -> BNode:
        limit = self.literal(compare.field, compare.limit)
        facet = BNode()
        self.graph.add((facet, URIRef(str(FACET_OF[compare.operator])), limit))
        base = limit.datatype or XSD.decimal
        return self.blank(
            RDFS.Datatype, (OWL.onDatatype, base), (OWL.withRestrictions, self.list_of([facet]))
        )
