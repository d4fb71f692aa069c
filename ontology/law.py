"""Acts and articles: what a criterion cites, when it was in force, and its gist in our words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib import RDF, Graph, Literal, Namespace, URIRef

from ontology.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

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


def read_law(files: Mapping[Path, Graph]) -> tuple[Law, list[Fault]]:
    """Acts and articles of some Turtle files, and what is wrong with them."""
    acts: dict[str, Act] = {}
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for path, graph in files.items():
        for node in graph.subjects(RDF.type, ELI.LegalResource):
            if isinstance(node, URIRef):
                acts[local_name(node)] = _act(graph, node)
        for node in graph.subjects(RDF.type, ELI.LegalResourceSubdivision):
            if isinstance(node, URIRef):
                article = _article(graph, node)
                articles[article.id] = article
                if not {"zh", "en"} <= set(article.gist):
                    faults.append(Fault(str(path), 0, f"`{article.id}` lacks its gist in zh or en"))
    paths = {local_name(s): p for p, g in files.items() for s in g.subjects() if s}
    faults += [
        Fault(
            str(paths[a.id]), 0, f"`{a.id}` is part of `{a.act}`, which no file of law/ describes"
        )
        for a in articles.values()
        if a.act not in acts
    ]
    return Law(acts, articles), faults


def _day(graph: Graph, node: URIRef, predicate: URIRef) -> date | None:
    value = graph.value(node, predicate)
    return value.toPython() if isinstance(value, Literal) else None


def _act(graph: Graph, node: URIRef) -> Act:
    return Act(
        local_name(node),
        texts(graph, node, ELI.title),
        _day(graph, node, ELI.first_date_entry_in_force),
        _day(graph, node, ELI.date_no_longer_in_force),
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
