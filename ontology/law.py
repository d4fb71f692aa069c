"""Acts and articles: what a criterion cites, when it was in force, and its gist in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rdflib import RDF, Graph, Literal, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rdflib.term import Node

    from ontology.errors import Fault

AG: Final = Namespace("https://w3id.org/aidgraph/core#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")


@dataclass(frozen=True, slots=True)
class Act:
    """A law, regulation or notice (eli:LegalResource)."""

    id: str
    title: Mapping[str, str]
    in_force_from: date | None
    in_force_until: date | None


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an act (eli:LegalResourceSubdivision)."""

    id: str
    act: str
    number: str
    gist: Mapping[str, str]
    text_held: bool
    text_key: str


@dataclass(frozen=True, slots=True)
class Law:
    """Everything that a pack may cite."""

    acts: Mapping[str, Act]
    articles: Mapping[str, Article]


def local_name(node: object) -> str:
    """The last word of an IRI."""
    return str(node).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def texts(graph: Graph, node: URIRef, predicate: URIRef) -> dict[str, str]:
    """The words of an annotation by language, always in one order."""
    said = {
        o.language or "": str(o) for o in graph.objects(node, predicate) if isinstance(o, Literal)
    }
    return dict(sorted(said.items()))


def read_law(
    files: Mapping[Path, Graph], at: Callable[[Node, str], Fault]
) -> tuple[Law, list[Fault]]:
    """Acts and articles of some Turtle files, and what is wrong with them."""
    acts: dict[str, Act] = {}
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    nodes: dict[str, URIRef] = {}
    for graph in files.values():
        for node in graph.subjects(RDF.type, ELI.LegalResource):
            if isinstance(node, URIRef):
                acts[local_name(node)] = _act(graph, node)
        for node in graph.subjects(RDF.type, ELI.LegalResourceSubdivision):
            if isinstance(node, URIRef):
                article = _article(graph, node)
                articles[article.id], nodes[article.id] = article, node
    for article in articles.values():
        if not {"zh", "en"} <= set(article.gist):
            faults.append(at(nodes[article.id], f"`{article.id}` lacks its gist in zh or en"))
        if article.act not in acts:
            says = f"`{article.id}` is part of `{article.act}`, which no file of law/ describes"
            faults.append(at(nodes[article.id], says))
    return Law(acts, articles), faults


def day(graph: Graph, node: Node, predicate: URIRef) -> date | None:
    """The date of an annotation; None where it has none, or one that is not a day."""
    value = graph.value(node, predicate)
    try:
        return date.fromisoformat(str(value)) if isinstance(value, Literal) else None
    except ValueError:
        return None


def _act(graph: Graph, node: URIRef) -> Act:
    return Act(
        local_name(node),
        texts(graph, node, ELI.title),
        day(graph, node, ELI.first_date_entry_in_force),
        day(graph, node, ELI.date_no_longer_in_force),
    )


def _article(graph: Graph, node: URIRef) -> Article:
    held = graph.value(node, AG.textHeld)
    return Article(
        local_name(node),
        local_name(graph.value(node, ELI.is_part_of)),
        str(graph.value(node, ELI.number) or ""),
        texts(graph, node, AG.gist),
        text_held=isinstance(held, Literal) and bool(held.toPython()),
        text_key=str(graph.value(node, AG.textKey) or ""),
    )
