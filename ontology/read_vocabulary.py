"""Turtle files of a pack to its words: record kinds, data items, indicators and class names.

Words stand in the order of their names: a graph keeps none, and of two stated quotients of one sum
that contradict each other the first one counts.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from ontology.law import AG, local_name, texts
from ontology.vocabulary import HOUSEHOLD, PERSON, ClassWord, Indicator, Item, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rdflib.term import Node

    from ontology.errors import Fault
    from ontology.vocabulary import Datatype, Text

    At = Callable[[Node, str], Fault]

UNITS: Final = {AG.Household: HOUSEHOLD, AG.Person: PERSON}
DATATYPES: Final[Mapping[Node, Datatype]] = {
    XSD.decimal: "decimal",
    XSD.integer: "integer",
    XSD.boolean: "boolean",
    XSD.string: "string",
    XSD.date: "date",
}


def snake(name: str) -> str:
    """`incomePerHeadMonth` as `income_per_head_month`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def name_of(node: Node) -> str:
    """The word by which frames, Cypher and JSON call an IRI."""
    return snake(local_name(node))


def read_kinds(graph: Graph) -> dict[str, Kind]:
    """Every record kind: the named subclasses of ag:Record."""
    return {
        name_of(node): Kind(
            name=name_of(node),
            owner=UNITS.get(graph.value(node, AG.ownedBy), PERSON),  # type: ignore[call-overload]
            label=texts(graph, node, RDFS.label),
            definition=texts(graph, node, SKOS.definition),
            window_months=int(number(graph, node, AG.windowMonths) or 0),
            lasting=bool(graph.value(node, AG.lasting)),
            single=(_role_of(node), RDF.type, OWL.FunctionalProperty) in graph,
            projected=text(graph, node, AG.projected) != "false",
        )
        for node in sorted(graph.subjects(RDFS.subClassOf, AG.Record), key=str)
        if isinstance(node, URIRef)
    }


def _role_of(kind: URIRef) -> URIRef:
    """`cn:hasVehicle` of `cn:Vehicle`."""
    name = local_name(kind)
    return URIRef(f"{kind.removesuffix(name)}has{name}")


def read_items(graph: Graph, kinds: Mapping[str, Kind], at: At) -> Iterator[Item | Fault]:
    """Every data item and indicator, and a fault for each that says too little."""
    for node in sorted(graph.subjects(RDF.type, OWL.DatatypeProperty), key=str):
        if not isinstance(node, URIRef):
            continue
        domain = graph.value(node, RDFS.domain)
        unit = UNITS.get(domain) or (name_of(domain) if domain else "")  # type: ignore[call-overload]
        if unit not in (HOUSEHOLD, PERSON, *kinds):
            yield at(node, f"`{name_of(node)}` has no domain that is a household, person or kind")
            continue
        yield from _item(graph, node, unit, at)


def _item(graph: Graph, node: URIRef, unit: str, at: At) -> Iterator[Item | Fault]:
    name = name_of(node)
    datatype, values = _range(graph, node)
    if datatype is None:
        yield at(node, f"the range of `{name}` is none of {', '.join(DATATYPES.values())}")
        return
    label = texts(graph, node, RDFS.label)
    if not {"zh", "en"} <= set(label):
        yield at(node, f"`{name}` lacks a label in zh or en")
    if (node, RDF.type, OWL.FunctionalProperty) not in graph:
        yield at(node, f"`{name}` is not functional: a fact has one value")
    least, greatest = number(graph, node, AG.least), number(graph, node, AG.greatest)
    if datatype in ("decimal", "integer") and (least is None or greatest is None):
        yield at(node, f"`{name}` does not say its ag:least and ag:greatest")
    common = {
        "name": name,
        "unit_of": unit,
        "datatype": datatype,
        "label": label,
        "definition": texts(graph, node, SKOS.definition),
        "notation": text(graph, node, SKOS.notation),
        "scale": int(number(graph, node, AG.scale) or 1),
        "values": values,
        "value_labels": _value_labels(graph, node),
        "other_words": _other_words(graph, node),
        "unit": text(graph, node, AG.unit),
        "least": least,
        "greatest": greatest,
        "sensitivity": text(graph, node, AG.sensitivity),
        "shows_death": bool(graph.value(node, AG.showsDeath)),
    }
    formula = _formula(graph, node)
    yield (
        Indicator(**common, formula=formula, reading=texts(graph, node, AG.reading) or None)  # type: ignore[arg-type]
        if formula
        else Item(**common)  # type: ignore[arg-type]
    )


def _range(graph: Graph, node: URIRef) -> tuple[Datatype | None, tuple[str, ...]]:
    target = graph.value(node, RDFS.range)
    if isinstance(target, BNode):
        values = graph.value(target, OWL.oneOf)
        return ("enum", tuple(map(str, Collection(graph, values)))) if values else (None, ())
    if graph.value(node, AG.isRegion) is not None:
        return "region", ()
    return (DATATYPES.get(target), ()) if target is not None else (None, ())


def _value_labels(graph: Graph, node: URIRef) -> dict[str, Text]:
    found = {
        str(graph.value(each, AG.value)): texts(graph, each, RDFS.label)  # type: ignore[arg-type]
        for each in graph.objects(node, AG.valueLabel)
    }
    return dict(sorted(found.items()))


def _other_words(graph: Graph, node: URIRef) -> dict[str, str]:
    found = {
        str(word): str(graph.value(each, AG.value))
        for each in graph.objects(node, AG.valueLabel)
        for word in graph.objects(each, SKOS.altLabel)
    }
    return dict(sorted(found.items()))


def read_unread(graph: Graph) -> frozenset[str]:
    """Notations of facts that are known and that nothing in the pack reads (skos:Concept)."""
    concepts = graph.subjects(RDF.type, SKOS.Concept)
    return frozenset(str(word) for c in concepts for word in graph.objects(c, SKOS.notation))


def _formula(graph: Graph, node: URIRef) -> str | tuple[str, str] | None:
    above, below = text(graph, node, AG.numerator), text(graph, node, AG.denominator)
    if above is not None and below is not None:
        return above, below
    return text(graph, node, AG.formula)


def read_class_words(
    graph: Graph, kinds: Mapping[str, Kind], at: At
) -> Iterator[tuple[str, ClassWord] | Fault]:
    """Every class that a pack defines, by base name: what it is about."""
    for node in sorted(graph.subjects(RDF.type, OWL.Class), key=str):
        if not isinstance(node, URIRef) or node.startswith(str(AG)) or name_of(node) in kinds:
            continue
        if graph.value(node, AG.versionOf) is not None:
            continue
        unit = next((UNITS[o] for o in graph.objects(node, RDFS.subClassOf) if o in UNITS), None)  # type: ignore[index]
        if unit is None:
            yield at(node, f"`{name_of(node)}` is a subclass of neither ag:Household nor ag:Person")
            continue
        notation = text(graph, node, SKOS.notation)
        programme = notation if (node, RDF.type, AG.Programme) in graph else None
        label = texts(graph, node, RDFS.label)
        if not {"zh", "en"} <= set(label):
            yield at(node, f"`{name_of(node)}` lacks a label in zh or en")
        yield name_of(node), ClassWord(unit, label, programme, notation)


def text(graph: Graph, node: Node, predicate: URIRef) -> str | None:
    """The plain words of an annotation."""
    value = graph.value(node, predicate)
    return None if value is None else str(value)


def number(graph: Graph, node: Node, predicate: URIRef) -> Decimal | None:
    """The exact number of an annotation, from its text; None where it is no number."""
    value = graph.value(node, predicate)
    try:
        return Decimal(str(value)) if isinstance(value, Literal) else None
    except InvalidOperation:
        return None
