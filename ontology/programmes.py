"""Programmes and the dated, regional versions of every class, from a pack's Turtle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from ontology import from_owl
from ontology.errors import Fault, PolicyError
from ontology.from_owl import lines_of
from ontology.law import AG, day, local_name, texts
from ontology.lines import line_of
from ontology.read_vocabulary import name_of, text
from ontology.vocabulary import ClassVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from rdflib.term import Node

    from ontology.regions import Regions
    from ontology.vocabulary import Vocabulary

AUTHORITY: Final = URIRef("http://data.europa.eu/m8g/hasCompetentAuthority")


@dataclass(frozen=True, slots=True)
class Programme:
    """A scheme of assistance: who runs it, whom it is for, what it gives."""

    id: str
    name: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    unit: str
    kind: str
    period: str
    department: str
    benefit: str | None
    flow: str | None
    decided: bool


def read_programmes(graph: Graph, vocabulary: Vocabulary) -> dict[str, Programme]:
    """Every programme by its id."""
    return {
        programme.id: programme
        for node in sorted(graph.subjects(RDF.type, AG.Programme), key=str)
        if isinstance(node, URIRef)
        and (programme := _programme(graph, node, vocabulary)) is not None
    }


def _programme(graph: Graph, node: URIRef, vocabulary: Vocabulary) -> Programme | None:
    name = name_of(node)
    word = vocabulary.classes.get(name)
    if word is None or word.programme is None:
        return None
    decided = graph.value(node, AG.decided)
    authority = graph.value(node, AUTHORITY)
    return Programme(
        id=word.programme,
        name=name,
        label=word.label,
        definition=texts(graph, node, SKOS.definition),
        unit=word.unit,
        kind=text(graph, node, AG.benefitKind) or "",
        period=text(graph, node, AG.period) or "",
        department=local_name(authority) if authority is not None else "",
        benefit=text(graph, node, AG.benefit),
        flow=text(graph, node, AG.procedure),
        decided=isinstance(decided, Literal) and bool(decided.toPython()),
    )


def read_classes(
    graph: Graph, vocabulary: Vocabulary, at: Callable[[Node, str], Fault]
) -> tuple[dict[str, tuple[ClassVersion, ...]], list[Fault]]:
    """The versions of every class, and what is wrong with their expressions."""
    found: dict[str, list[ClassVersion]] = {}
    faults: list[Fault] = []
    for node in sorted(graph.subjects(OWL.equivalentClass, None), key=str):
        if not isinstance(node, URIRef):
            continue
        base = graph.value(node, AG.versionOf) or node
        name = name_of(base)
        if name not in vocabulary.classes:
            faults.append(
                at(node, f"`{name_of(node)}` is a version of `{name}`, which is no class")
            )
            continue
        place = at(node, "")
        try:
            found.setdefault(name, []).append(_version(graph, node, name, vocabulary, place))
        except PolicyError as error:
            faults += error.at(place.file, place.line).faults
    faults += [
        at(
            URIRef(iri),
            f"class `{name}` has no owl:equivalentClass and no version: it would mean nothing",
        )
        for name in vocabulary.classes
        if name not in found and (iri := vocabulary.iris.get(name)) and not _listed(graph, iri)
    ]
    return {name: tuple(versions) for name, versions in found.items()}, faults


def _listed(graph: Graph, iri: str) -> bool:
    """A programme of the catalogue that this pack does not decide needs no expression."""
    node = URIRef(iri)
    decided = graph.value(node, AG.decided)
    return (node, RDF.type, AG.Programme) in graph and not (decided and decided.toPython())  # type: ignore[attr-defined]


def _version(
    graph: Graph, node: URIRef, name: str, vocabulary: Vocabulary, place: Fault
) -> ClassVersion:
    word = vocabulary.classes[name]
    expressions = list(graph.objects(node, OWL.equivalentClass))
    if len(expressions) != 1:
        raise PolicyError.saying(f"`{name_of(node)}` has {len(expressions)} owl:equivalentClass")
    return ClassVersion(
        name=name,
        expression=from_owl.expression(graph, expressions[0], vocabulary, place.file),
        unit=word.unit,
        label=texts(graph, node, RDFS.label) or word.label,
        definition=texts(graph, node, SKOS.definition),
        notation=word.notation,
        sources=tuple(sorted(local_name(s) for s in graph.objects(node, DCTERMS.source))),
        readings=tuple(r for r in [texts(graph, node, AG.reading)] if r),
        valid_from=day(graph, node, AG.validFrom),
        valid_until=day(graph, node, AG.validUntil),
        applies_in=text(graph, node, AG.appliesIn),
        benefit=text(graph, node, AG.benefit),
        file=place.file,
        line=place.line,
    )


def overlaps(versions: Collection[ClassVersion]) -> Iterator[Fault]:
    """Pairs of versions of one class that hold in one region on one day."""
    for a, b in combinations(versions, 2):
        if a.applies_in != b.applies_in:
            continue
        starts, ends = (a.valid_from, b.valid_from), (a.valid_until, b.valid_until)
        meets = all(
            end is None or start is None or start < end
            for start, end in ((starts[0], ends[1]), (starts[1], ends[0]))
        )
        if meets:
            says = f"`{b.name}` has two versions for one day and region; see {a.file}:{a.line}"
            yield Fault(b.file, b.line, says)


def uncited(versions: Collection[ClassVersion], articles: Collection[str]) -> Iterator[Fault]:
    """Versions that cite nothing, or something that law/ does not describe."""
    for version in versions:
        if not version.sources:
            yield Fault(
                version.file, version.line, f"`{version.name}` cites no article (dcterms:source)"
            )
        for source in version.sources:
            if source not in articles:
                says = f"`{version.name}` cites `{source}`, which law/ does not describe"
                line = line_of(lines_of(version.file), source, max(version.line, 1))
                yield Fault(version.file, line or version.line, says)


def misplaced(graph: Graph, regions: Regions, at: Callable[[Node, str], Fault]) -> Iterator[Fault]:
    """Versions from or until something that is no day, and in a region that is not there."""
    for node in graph.subjects(AG.versionOf, None):
        for predicate in (AG.validFrom, AG.validUntil):
            said = graph.value(node, predicate)
            if said is not None and day(graph, node, predicate) is None:
                word = f"ag:{local_name(predicate)}"
                yield at(node, f'{word} `{said}` is no day: write "2026-07-01"^^xsd:date')
        region = text(graph, node, AG.appliesIn)
        if region is not None and regions.by_code and region not in regions.by_code:
            yield at(node, f"region `{region}` is not in regions.csv")


def numbered(
    graph: Graph, vocabulary: Vocabulary, at: Callable[[Node, str], Fault]
) -> Iterator[Fault]:
    """Programmes without an id of their own."""
    first: dict[str, str] = {}
    for node in sorted(graph.subjects(RDF.type, AG.Programme), key=str):
        word = vocabulary.classes.get(name_of(node))
        if word is None:
            continue
        if word.programme is None:
            yield at(node, f"programme `{name_of(node)}` has no id (skos:notation)")
        elif word.programme in first:
            says = f"`{name_of(node)}` has the id `{word.programme}` of `{first[word.programme]}`"
            yield at(node, says)
        else:
            first[word.programme] = name_of(node)
