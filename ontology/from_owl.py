"""A class expression in RDF to the tree: the gate that no unknown word passes.

Numbers come from their text, never through a float. All faults of an expression are told at once.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rdflib import OWL, RDF, XSD, BNode, Graph, Literal, URIRef

from ontology.errors import Fault, PolicyError, did_you_mean
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
    Operator,
    Received,
    Scalar,
    Some,
)
from ontology.lines import line_of
from ontology.vocabulary import HOUSEHOLD, NUMBERS, PERSON, Item, RoleWord, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

CORE: Final = "https://w3id.org/aidgraph/core#"
HAS_RECEIVED: Final = URIRef(CORE + "hasReceived")
UNDER: Final = URIRef(CORE + "under")
ROLES: Final = {
    URIRef(CORE + "hasMember"): "has_member",
    URIRef(CORE + "memberOf"): "member_of",
    URIRef(CORE + "hasKin"): "has_kin",
}
UNITS: Final = {URIRef(CORE + "Household"): HOUSEHOLD, URIRef(CORE + "Person"): PERSON}
FACETS: Final[dict[Node, Operator]] = {
    XSD.minInclusive: ">=",
    XSD.maxInclusive: "<=",
    XSD.minExclusive: ">",
    XSD.maxExclusive: "<",
}
LEAST: Final = (OWL.minQualifiedCardinality, OWL.minCardinality)
MOST: Final = (OWL.maxQualifiedCardinality, OWL.maxCardinality)
EXACT: Final = (OWL.qualifiedCardinality, OWL.cardinality)
STRUCTURE: Final = {RDF.type, OWL.onProperty, OWL.onClass, OWL.onDataRange}
HOLE: Final = Named("")
"""Stands where a fault was noted, so that the rest of an expression is still read."""


def expression(
    graph: Graph, node: Node, vocabulary: Vocabulary, path: Path | str, unit: str | None = None
) -> Expression:
    """The class expression at a node of a graph that was read from a file.

    `unit` is what it is about; not given, it is that of the class which the node belongs to.

    Raises:
        PolicyError: with every fault, its file and line.
    """
    reader = Reader(graph, vocabulary, str(path), owner(graph, node))
    if unit is None and reader.subject is not None:
        word = vocabulary.classes.get(reader.name(reader.subject))
        base = graph.value(reader.subject, URIRef(CORE + "versionOf"))
        word = word or vocabulary.classes.get(reader.name(base))
        unit = word.unit if word else None
    tree = reader.read(node, unit)
    if reader.faults:
        raise PolicyError(*dict.fromkeys(reader.faults))
    return tree


def owner(graph: Graph, node: Node | None) -> URIRef | None:
    """The named node that a blank node hangs from."""
    seen: set[Node] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        node = next(graph.subjects(None, node), None)
    return node if isinstance(node, URIRef) else None


def lines_of(path: str) -> str:
    """The text of a file, nothing where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def local(node: Node | None) -> str:
    """The last part of an IRI."""
    return str(node).rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


class Reader:
    """One reading of one expression; faults are gathered, a hole stands where each was."""

    def __init__(
        self, graph: Graph, vocabulary: Vocabulary, path: str, subject: URIRef | None
    ) -> None:
        self.graph = graph
        self.vocabulary = vocabulary
        self.path = path
        self.subject = subject
        self.faults: list[Fault] = []

    def fault(self, says: str, word: Node | None = None) -> Expression:
        """Note a fault at the line of the word, else of the class."""
        text = lines_of(self.path)
        start = line_of(text, local(self.subject)) if self.subject is not None else 0
        line = line_of(text, local(word), max(start, 1)) if isinstance(word, URIRef) else 0
        self.faults.append(Fault(self.path, line or start, says))
        return HOLE

    def name(self, node: Node | None) -> str:
        """The word of an IRI; nothing where the vocabulary has none."""
        if node in UNITS:
            return UNITS[URIRef(str(node))]
        return self.vocabulary.names.get(str(node), "")

    def value(self, node: Node, predicates: tuple[URIRef, ...]) -> Node | None:
        """The value of the first predicate that has one; `or` would lose a literal 0."""
        for predicate in predicates:
            value = self.graph.value(node, predicate)
            if value is not None:
                return value
        return None

    def items(self, head: Node, what: str) -> list[Node]:
        """The members of an RDF list; an empty one is a fault."""
        found: dict[Node, Node] = {}
        at: Node | None = head
        while at is not None and at != RDF.nil:
            first = self.graph.value(at, RDF.first)
            if first is None or at in found:
                self.fault(f"A broken list in {what}.")
                break
            found[at] = first
            at = self.graph.value(at, RDF.rest)
        if head == RDF.nil:
            self.fault(f"An empty {what} would match everyone or no one.")
        return list(found.values())

    def read(self, node: Node, unit: str | None) -> Expression:
        """The tree at a node, of which everything must be about `unit`."""
        if isinstance(node, URIRef):
            return self.named(node, unit)
        for predicate, what in ((OWL.intersectionOf, "intersection"), (OWL.unionOf, "union")):
            head = self.graph.value(node, predicate)
            if head is not None:
                parts = tuple(self.read(part, unit) for part in self.items(head, what))
                return AllOf(parts) if predicate == OWL.intersectionOf else AnyOf(parts)
        complement = self.graph.value(node, OWL.complementOf)
        if complement is not None:
            return Not(self.read(complement, unit))
        target = self.graph.value(node, OWL.onProperty)
        if target is None:
            said = ", ".join(sorted({local(p) for p in self.graph.predicates(node)}))
            return self.fault(f"Not a class expression that is understood ({said or 'empty'}).")
        return self.restriction(node, target, unit)

    def named(self, node: URIRef, unit: str | None) -> Expression:
        name = self.name(node)
        word = self.vocabulary.classes.get(name)
        about = word.unit if word else name
        if not word and name not in (HOUSEHOLD, PERSON, *self.vocabulary.kinds):
            near = did_you_mean(local(node), map(local, map(URIRef, self.vocabulary.names)))
            return self.fault(f"No class `{local(node)}`.{near}", node)
        if unit is not None and about != unit:
            return self.fault(f"`{local(node)}` is about a {about}, not a {unit}.", node)
        return Named(name)

    def restriction(self, node: Node, target: Node, unit: str | None) -> Expression:
        if target == HAS_RECEIVED:
            return self.received(node)
        name = ROLES.get(URIRef(str(target))) or self.name(target)
        if name in self.vocabulary.roles:
            return self.role(node, target, name, self.vocabulary.roles[name], unit)
        item = self.vocabulary.field(name)
        if item is None:
            known = {*map(local, map(URIRef, self.vocabulary.names)), *map(local, ROLES)}
            near = did_you_mean(local(target), known)
            return self.fault(f"No property `{local(target)}`.{near}", target)
        if unit is not None and item.unit_of != unit:
            says = f"`{local(target)}` is a fact of a {item.unit_of}, not of a {unit}."
            return self.fault(says, target)
        return self.fact(node, target, item)

    def received(self, node: Node) -> Expression:
        """`hasReceived some (under value P)`."""
        inner = self.graph.value(node, OWL.someValuesFrom)
        programme = self.graph.value(inner, OWL.hasValue) if inner is not None else None
        if inner is None or self.graph.value(inner, OWL.onProperty) != UNDER:
            return self.fault("Say `hasReceived some (under value PROGRAMME)`.", HAS_RECEIVED)
        word = self.vocabulary.classes.get(self.name(programme))
        if word is None or word.programme is None:
            near = did_you_mean(local(programme), self.vocabulary.programmes.values())
            return self.fault(f"No programme `{local(programme)}`.{near}", programme)
        return Received(word.programme)

    def role(
        self, node: Node, target: Node, name: str, word: RoleWord, unit: str | None
    ) -> Expression:
        if unit is not None and word.unit != unit:
            says = f"`{local(target)}` is a role of a {word.unit}, not of a {unit}."
            return self.fault(says, target)
        for predicate, make in ((OWL.someValuesFrom, Some), (OWL.allValuesFrom, Only)):
            part = self.graph.value(node, predicate)
            if part is not None:
                return make(name, self.read(part, word.to))
        onto = self.graph.value(node, OWL.onClass)
        part_tree = Named(word.to) if onto is None else self.read(onto, word.to)
        limits: dict[tuple[URIRef, ...], Callable[[int], Expression]] = {
            LEAST: lambda number: AtLeast(number, name, part_tree),
            MOST: lambda number: AtMost(number, name, part_tree),
            EXACT: lambda number: AllOf(
                (AtLeast(number, name, part_tree), AtMost(number, name, part_tree))
            ),
        }
        for predicates, limit in limits.items():
            count = self.value(node, predicates)
            if count is not None:
                return self.counted(count, target, limit)
        return self.fault(f"`{local(target)}` needs some, only, min, max or exactly.", target)

    def counted(self, count: Node, target: Node, limit: Callable[[int], Expression]) -> Expression:
        if not str(count).isdecimal():
            return self.fault(f"`{count}` is not a number of {local(target)}.", target)
        return limit(int(str(count)))

    def fact(self, node: Node, target: Node, item: Item) -> Expression:
        value = self.graph.value(node, OWL.hasValue)
        if value is not None:
            return self.equal(value, target, item)
        data = self.graph.value(node, OWL.someValuesFrom)
        if data is None:
            return self.fault(f"`{local(target)}` needs some or value.", target)
        if isinstance(data, URIRef):
            return self.fault(f"`{local(target)} some {local(data)}` limits nothing.", target)
        return self.data(data, target, item)

    def equal(self, value: Node, target: Node, item: Item) -> Expression:
        scalar = self.scalar(value, target, item)
        if scalar is None:
            return HOLE
        if isinstance(scalar, bool):
            return Is(item.name, scalar)
        if isinstance(scalar, Decimal):
            return Compare(item.name, "=", scalar)
        return OneOf(item.name, (scalar,))

    def data(self, node: Node, target: Node, item: Item) -> Expression:
        """A data range: facets, an enumeration, or these joined."""
        base = self.graph.value(node, OWL.onDatatype)
        if base is not None:
            return self.facets(node, target, item)
        values = self.graph.value(node, OWL.oneOf)
        if values is not None:
            scalars = [self.scalar(v, target, item) for v in self.items(values, "oneOf")]
            kept: list[Scalar] = [s for s in scalars if s is not None and not isinstance(s, bool)]
            if any(isinstance(s, bool) for s in scalars):
                self.fault(f"`{local(target)}` takes a list of texts or of numbers.", target)
            return OneOf(item.name, tuple(kept))
        for predicate, make in ((OWL.intersectionOf, AllOf), (OWL.unionOf, AnyOf)):
            head = self.graph.value(node, predicate)
            if head is not None:
                ranges = self.items(head, "data range")
                return make(tuple(self.data(part, target, item) for part in ranges))
        complement = self.graph.value(node, OWL.datatypeComplementOf)
        if complement is not None:
            return Not(self.data(complement, target, item))
        return self.fault(f"Not a data range that is understood, of `{local(target)}`.", target)

    def facets(self, node: Node, target: Node, item: Item) -> Expression:
        if item.datatype not in NUMBERS:
            return self.fault(f"`{local(target)}` is a {item.datatype}: it has no limits.", target)
        found: list[Expression] = []
        head = self.graph.value(node, OWL.withRestrictions)
        for facet in [] if head is None else self.items(head, "withRestrictions"):
            for predicate, value in sorted(self.graph.predicate_objects(facet)):
                limit = self.scalar(value, target, item)
                if predicate not in FACETS:
                    self.fault(f"No facet `{local(predicate)}`.", target)
                elif isinstance(limit, Decimal):
                    found.append(Compare(item.name, FACETS[predicate], limit))
        if head is None or not found:
            return self.fault(f"`{local(target)}` has a datatype but no limit.", target)
        return found[0] if len(found) == 1 else AllOf(tuple(found))

    def scalar(self, value: Node, target: Node, item: Item) -> Scalar | bool | None:
        """A literal as the item holds it, from its text; None where it cannot be one."""
        text = str(value)
        if isinstance(value, Literal):
            if item.datatype in NUMBERS and value.datatype in (XSD.decimal, XSD.integer):
                try:
                    return Decimal(text)
                except InvalidOperation:
                    pass
            if item.datatype == "boolean" and text in ("true", "false"):
                return text == "true"
            is_text = value.datatype in (None, XSD.string) and item.datatype in TEXTS
            if is_text and (not item.values or text in item.values):
                return text
        near = did_you_mean(text, item.values)
        self.fault(f"`{local(target)}` is a {item.datatype}, never `{text}`.{near}", target)
        return None


TEXTS: Final = frozenset({"string", "enum", "region"})
