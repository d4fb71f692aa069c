"""What a pack's files say, read by nothing of ours: Turtle by rdflib, tables by csv."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef
from rdflib.namespace import SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from rdflib.term import Node

AG: Final = Namespace("https://w3id.org/aidgraph/core#")
UNITS: Final = {AG.Household: "household", AG.Person: "person"}
ROLES: Final = {AG.hasMember: "has_member", AG.memberOf: "member_of", AG.hasKin: "kin"}
MADE: Final = "demo:assumed"
NUMBERS: Final = ("decimal", "integer")


@dataclass(frozen=True, slots=True)
class Word:
    """A fact, or how it is computed: one formula, or two of a quotient."""

    name: str
    unit: str
    datatype: str
    scale: int
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a class means in a time and place."""

    node: Node
    since: str | None
    until: str | None
    place: str | None

    def holds(self, on: date) -> bool:
        day = on.isoformat()
        return (self.since or "") <= day < (self.until or "9999")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record; `single`: nobody owns two."""

    owner: str
    single: bool


@cache
def snake(node: Node) -> str:
    """The name by which columns call an IRI."""
    local = re.split("[#/]", str(node))[-1]
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", local).lower()


class Source:
    """A pack as its files say it."""

    def __init__(self, folder: Path) -> None:
        self.graph = Graph()
        for file in sorted(folder.rglob("*.ttl")):
            self.graph.parse(file, format="turtle")
        self.said: dict[tuple[Node, Node], Node] = {(s, p): o for s, p, o in self.graph}
        self.standards: dict[tuple[str, str | None], Fraction | None] = {}
        self.known: dict[str, list[Meaning]] = {}
        self.lists: dict[Node, list[Node]] = {}
        self.places = {row["code"]: row for row in rows(folder / "regions.csv")}
        self.numbers = [
            row for file in sorted(folder.glob("standards/*.csv")) for row in rows(file)
        ]
        self.kinds = {
            snake(node): self.kind(node) for node in self.named(RDFS.subClassOf, AG.Record)
        }
        self.words = {
            word.name: word
            for node in self.named(RDF.type, OWL.DatatypeProperty)
            for word in [self.word(node)]
        }
        self.classes = {
            snake(node): (UNITS[unit], node)
            for unit in UNITS
            for node in self.named(RDFS.subClassOf, unit)
        }
        self.ids = {
            snake(node): str(self.value(node, SKOS.notation))
            for node in self.named(RDF.type, AG.Programme)
        }

    def named(self, predicate: Node, value: Node) -> list[URIRef]:
        """What is described so, in the order of names."""
        found = (n for n in self.graph.subjects(predicate, value) if isinstance(n, URIRef))
        return sorted(node for node in found if self.value(node, AG.versionOf) is None)

    def value(self, node: Node | None, predicate: Node) -> Node | None:
        """What is said of a node under a word."""
        return None if node is None else self.said.get((node, predicate))

    def items(self, head: Node | None) -> list[Node]:
        """The members of a list."""
        if head is None:
            return []
        if head not in self.lists:
            self.lists[head] = list(self.graph.items(head))
        return self.lists[head]

    def text(self, node: Node, predicate: Node) -> str | None:
        value = self.value(node, predicate)
        return None if value is None else str(value)

    def kind(self, node: URIRef) -> Kind:
        local = re.split("[#/]", str(node))[-1]
        role = URIRef(str(node).removesuffix(local) + "has" + local)
        owner = UNITS[URIRef(str(self.value(node, AG.ownedBy)))]
        return Kind(owner, (role, RDF.type, OWL.FunctionalProperty) in self.graph)

    def word(self, node: URIRef) -> Word:
        """A fact with its unit: a household, a person or a kind."""
        said = {name: self.text(node, AG[name]) for name in ("formula", "numerator", "denominator")}
        domain = URIRef(str(self.value(node, RDFS.domain)))
        return Word(
            snake(node),
            UNITS.get(domain) or snake(domain),
            snake(self.value(node, RDFS.range) or node),
            int(self.text(node, AG.scale) or 1),
            tuple(text for text in said.values() if text is not None),
        )

    def meanings(self, name: str) -> list[Meaning]:
        """What a class means at one time or another, here or there."""
        if name not in self.known:
            self.known[name] = list(self.versions(self.classes[name][1]))
        return self.known[name]

    def versions(self, node: Node) -> Iterator[Meaning]:
        for each in (node, *self.graph.subjects(AG.versionOf, node)):
            said = self.value(each, OWL.equivalentClass)
            if said is not None:
                limits = (AG.validFrom, AG.validUntil, AG.appliesIn)
                yield Meaning(said, *(self.text(each, limit) for limit in limits))

    def around(self, code: str | None) -> list[str]:
        """The place and those around it, nearest first; one not listed starts at what it begins."""
        if code is None:
            return []
        begins = [code[:n] for n in range(len(code), 0, -1) if code[:n] in self.places]
        at = begins[0] if begins else next(c for c, row in self.places.items() if not row["parent"])
        found = []
        while at:
            found.append(at)
            at = self.places[at]["parent"]
        return found

    def within(self, code: str | None, other: str | None, level: str | None = None) -> bool | None:
        """Whether a place lies in another, or in the place of a level around the other."""
        if code is None or other is None:
            return None
        if level is None:
            return other in self.around(code)
        of_level = [c for c in self.around(other) if self.places[c]["level"] == level]
        return bool(of_level) and of_level[0] in self.around(code)

    def standard(self, name: str, region: str | None, on: date) -> Fraction | None:
        """The number in force, of the nearest place that has one; a found one before a made one."""
        key = name, region
        if key not in self.standards:
            now = [
                row
                for row in self.numbers
                if row["parameter"] == name
                and row["valid_from"] <= on.isoformat() < (row["valid_until"] or "9999")
            ]
            found = [r for place in self.around(region) for r in now if r["region"] == place]
            found.sort(key=lambda r: (self.around(region).index(r["region"]), r["source"] == MADE))
            self.standards[key] = Fraction(found[0]["value"]) if found else None
        return self.standards[key]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
