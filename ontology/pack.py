"""A pack: the folder that is a jurisdiction, read whole, with all of its faults at once."""

from __future__ import annotations

import hashlib
import logging
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rdflib import OWL, RDF, Graph, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax

from ontology import formula, read_vocabulary
from ontology.cases import read_cases
from ontology.errors import Fault, PolicyError, did_you_mean
from ontology.files import text_of
from ontology.law import AG, local_name, read_law
from ontology.lines import line_of
from ontology.linking import Linking, read_linking
from ontology.plan import circles_of, order
from ontology.programmes import (
    misplaced,
    numbered,
    overlaps,
    read_classes,
    read_programmes,
    uncited,
)
from ontology.read_vocabulary import name_of
from ontology.regions import read_regions
from ontology.sources import read_sources
from ontology.standards import measures, read_standards
from ontology.tables import read_compatibility, read_departments, read_procedures
from ontology.vocabulary import ClassWord, Indicator, Item, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node

    from ontology.cases import Case
    from ontology.law import Act, Article, Law
    from ontology.programmes import Programme
    from ontology.regions import Regions
    from ontology.sources import Source
    from ontology.standards import Standards
    from ontology.tables import CompatibilityRule, Department, Step
    from ontology.vocabulary import ClassVersion, Kind, Text

T = TypeVar("T")
CORE: Final = Path(__file__).parent / "core.ttl"
logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # a wrong date is told as a fault


@dataclass(frozen=True)
class Pack:
    """Everything that one jurisdiction says: its words, programmes, law, numbers and files."""

    path: Path
    id: str
    version: str
    title: Text
    currency: str
    languages: tuple[str, ...]
    digest: str
    vocabulary: Vocabulary
    classes: Mapping[str, tuple[ClassVersion, ...]]
    programmes: Mapping[str, Programme]
    acts: Mapping[str, Act]
    articles: Mapping[str, Article]
    standards: Standards
    regions: Regions
    compatibility: tuple[CompatibilityRule, ...]
    departments: Mapping[str, Department]
    sources: Mapping[str, Source]
    procedures: tuple[Step, ...]
    cases: tuple[Case, ...]
    questions: tuple[Path, ...]
    linking: Linking | None = None

    @property
    def items(self) -> Mapping[str, Item]:
        return self.vocabulary.items

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        return self.vocabulary.indicators

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return self.vocabulary.kinds

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """The names that a notation stands for; a name stands for itself."""
        found: dict[str, list[str]] = {}
        held: Mapping[str, Item | ClassWord] = {
            **self.items,
            **self.indicators,
            **self.vocabulary.classes,
        }
        for name, word in held.items():
            found.setdefault(name, []).append(name)
            if word.notation and word.notation != name:
                found.setdefault(word.notation, []).append(name)
        return {notation: tuple(names) for notation, names in found.items()}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How much the pack holds of each thing."""
        return {
            "programmes": sum(p.decided for p in self.programmes.values()),
            "indicators": len(self.indicators),
            "data_items": len(self.items),
            "criteria": sum(map(len, self.classes.values())),
            "sources": len(self.sources),
        }


def read_pack(path: Path) -> Pack:
    """The pack in a folder.

    Raises:
        PolicyError: with every fault, where there is any.
    """
    pack, faults = check_pack(path)
    if pack is None or faults:
        raise PolicyError(*faults)
    return pack


def check_pack(path: Path) -> tuple[Pack | None, list[Fault]]:
    """The pack in a folder (None where too little could be read), and all of its faults."""
    if not (path / "pack.toml").exists():
        return None, [Fault(str(path), 0, "not a pack: it has no pack.toml")]
    reader = _Reader(path)
    pack = reader.pack()
    faults = {
        Fault(_relative(f.file, path), f.line, f.says.replace(f"{path}/", ""))
        for f in reader.faults
    }
    return pack, sorted(faults)


def digest(path: Path) -> str:
    """SHA-256 over the names and bytes of all files of a pack."""
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path).as_posix()}\0".encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _relative(file: str, path: Path) -> str:
    place = Path(file)
    return place.relative_to(path).as_posix() if place.is_relative_to(path) else file


class _Reader:
    """One reading of a folder: parts in the order of their needs, faults gathered on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.texts: dict[Path, str] = {}
        self.graphs: dict[Path, Graph] = {}
        self.graph = Graph()
        self.broken = False

    def take(self, result: tuple[T, Iterable[Fault]]) -> T:
        """The value of a part; its faults are kept."""
        value, faults = result
        self.faults += faults
        return value

    def pack(self) -> Pack | None:
        """The whole pack; None where its Turtle or its title cannot be read at all."""
        self._turtle()
        self._unknown_words()
        about = self._about()
        regions, standards = self._places()
        tables = self._tables()
        if about is None or self.broken:
            return None
        vocabulary = self._vocabulary(standards)
        law = self._law()
        classes = self._classes(vocabulary, law)
        self.faults += misplaced(self.graph, regions, self.at)
        self.faults += numbered(self.graph, vocabulary, self.at)
        programmes = read_programmes(self.graph, vocabulary)
        rules = read_compatibility(self.path / "compatibility.csv", programmes, law.articles)
        pack = Pack(
            path=self.path,
            **about,
            digest=digest(self.path),
            vocabulary=vocabulary,
            classes=classes,
            programmes=programmes,
            acts=law.acts,
            articles=law.articles,
            standards=standards,
            regions=regions,
            compatibility=self.take(rules),
            **tables,
            sources=self.take(read_sources(self.path / "sources", vocabulary)),
            questions=tuple(self._files("questions/*.cypher")),
            linking=self.take(read_linking(self.path / "linking.yaml", vocabulary)),
        )
        self._offices(pack)
        self._formulas(pack)
        self._circles(pack)
        return pack

    def _tables(self) -> dict[str, Any]:
        """What needs no vocabulary."""
        departments = self.take(read_departments(self.path / "departments.csv"))
        procedures = self.take(read_procedures(self.path / "procedures.csv"))
        cases = self.take(read_cases(self._files("cases/*.yaml")))
        return {"departments": departments, "procedures": procedures, "cases": cases}

    def _places(self) -> tuple[Regions, Standards]:
        """The tree of places, and the numbers in force there."""
        regions = self.take(read_regions(self.path / "regions.csv"))
        standards = self.take(read_standards(self._files("standards/*.csv"), regions))
        if standards.rows and not regions.by_code:
            says = "no regions, and standards name some (code, parent, level, zh, en)"
            self.faults.append(Fault(str(self.path / "regions.csv"), 0, says))
        return regions, standards

    def _classes(self, vocabulary: Vocabulary, law: Law) -> dict[str, tuple[ClassVersion, ...]]:
        """Every class with its versions, each in its own time and citing an article."""
        classes = self.take(read_classes(self.graph, vocabulary, self.at))
        for versions in classes.values():
            self.faults += [*overlaps(versions), *uncited(versions, law.articles)]
        return classes

    def at(self, node: Node, says: str) -> Fault:
        """A fault at the file and line where a node is described."""
        home = next((p for p, g in self.graphs.items() if (node, None, None) in g), None)
        if home is None:
            return Fault("", 0, says)
        return Fault(str(home), line_of(self.texts[home], local_name(node)), says)

    def near(self, node: Node, words: str, says: str) -> Fault:
        """A fault at the line where a node says certain words; else where it is described."""
        place = self.at(node, says)
        lines = self.texts[Path(place.file)].splitlines() if place.file else []
        first = words.splitlines()[0] if words else ""
        for number, line in enumerate(lines[place.line - 1 :], start=place.line):
            if first and first in line:
                return Fault(place.file, number, says)
        return place

    def _about(self) -> dict[str, Any] | None:
        """What pack.toml says of the pack as a whole."""
        file = self.path / "pack.toml"
        try:
            about = tomllib.loads(text_of(file))
        except PolicyError as error:
            self.faults += error.faults
            return None
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            says = f"not TOML: {error}"
            self.faults.append(Fault(str(file), int(line[1]) if line else 1, says))
            return None
        lacking = [key for key in ("id", "version", "title") if not about.get(key)]
        self.faults += [Fault(str(file), 1, f"a pack says its `{key}`") for key in lacking]
        return _title(about)

    def _law(self) -> Law:
        files = {path: graph for path, graph in self.graphs.items() if path.parent.name == "law"}
        return self.take(read_law(files, self.at))

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self.path.glob(pattern))

    def _turtle(self) -> None:
        places = ("vocabulary*.ttl", "vocabulary/*.ttl", "programmes/*.ttl", "law/*.ttl")
        for file in [CORE, *(f for place in places for f in self._files(place))]:
            try:
                self.texts[file] = text_of(file)
                self.graphs[file] = Graph().parse(data=self.texts[file], format="turtle")
            except PolicyError as error:
                self.broken = True
                self.faults += error.faults
            except BadSyntax as error:
                self.broken = True
                self.faults.append(_not_turtle(file, error))
            else:
                self.graph += self.graphs[file]

    def _unknown_words(self) -> None:
        """A core word that core.ttl lacks is a slip of the pen, and would be read past."""
        core = set(self.graphs[CORE].subjects())
        known = [local_name(node) for node in core]
        for file, graph in self.graphs.items():
            for word in {n for triple in graph for n in triple[1:]}:
                if isinstance(word, URIRef) and word.startswith(str(AG)) and word not in core:
                    name = local_name(word)
                    line = line_of(self.texts[file], name)
                    says = f"no word `ag:{name}` in core.ttl.{did_you_mean(name, known)}"
                    self.faults.append(Fault(str(file), line, says))

    def _vocabulary(self, standards: Standards) -> Vocabulary:
        graph = self.graph
        kinds = read_vocabulary.read_kinds(graph)
        items: dict[str, Item] = {}
        indicators: dict[str, Indicator] = {}
        classes: dict[str, ClassWord] = {}
        for found in read_vocabulary.read_items(graph, kinds, self.at):
            match found:
                case Fault():
                    self.faults.append(found)
                case Indicator():
                    indicators[found.name] = found
                case Item():
                    items[found.name] = found
        for word in read_vocabulary.read_class_words(graph, kinds, self.at):
            if isinstance(word, Fault):
                self.faults.append(word)
            else:
                classes[word[0]] = word[1]
        subjects = [n for n in set(graph.subjects()) if isinstance(n, URIRef)]
        words = {**items, **indicators, **kinds, **classes}
        roles = {name_of(r) for r in graph.subjects(RDF.type, OWL.ObjectProperty)}
        iris = {name_of(n): str(n) for n in subjects if name_of(n) in words or name_of(n) in roles}
        core = {"household": str(AG.Household), "person": str(AG.Person)}
        held, unread = measures(standards), read_vocabulary.read_unread(graph)
        return Vocabulary(items, indicators, kinds, classes, held, iris | core, unread)

    def _offices(self, pack: Pack) -> None:
        """Departments that programmes and sources name must be in departments.csv."""
        if not pack.departments:
            says = "no departments: a pack names its offices (id, zh, en, level, budget_holder)"
            self.faults.append(Fault(str(self.path / "departments.csv"), 0, says))
            return
        for programme in pack.programmes.values():
            if programme.department not in pack.departments:
                node = URIRef(pack.vocabulary.iris[programme.name])
                says = f"department `{programme.department}` is not in departments.csv"
                self.faults.append(self.near(node, programme.department, says))
        for source in pack.sources.values():
            if source.department not in pack.departments:
                says = f"department `{source.department}` is not in departments.csv"
                lines = enumerate(text_of(source.file).splitlines(), start=1)
                line = next((n for n, text in lines if text.startswith("department")), 1)
                self.faults.append(Fault(str(source.file), line, says))

    def _formulas(self, pack: Pack) -> None:
        for indicator in pack.indicators.values():
            node = URIRef(pack.vocabulary.iris[indicator.name])
            parts = indicator.formula
            for part in (parts,) if isinstance(parts, str) else parts:
                reading = indicator.reading is not None
                self._parse(part, pack.vocabulary, indicator.unit_of, node, reading=reading)
        for programme in pack.programmes.values():
            node = URIRef(pack.vocabulary.iris[programme.name])
            versions = pack.classes.get(programme.name, ())
            for benefit in {programme.benefit, *(v.benefit for v in versions)} - {None}:
                self._parse(str(benefit), pack.vocabulary, programme.unit, node, reading=False)

    def _parse(
        self, text: str, vocabulary: Vocabulary, unit: str, node: URIRef, *, reading: bool
    ) -> None:
        try:
            formula.parse(text, vocabulary, unit, reading=reading)
        except PolicyError as error:
            self.faults += [self.near(node, text, fault.says) for fault in error.faults]

    def _circles(self, pack: Pack) -> None:
        """Circles are told beside other faults; numbers are only compiled where all is sound."""
        if self.faults:
            found = circles_of(pack)
        else:
            found = []
            try:
                order(pack)
            except PolicyError as error:
                found = list(error.faults)
        self.faults += [f if f.file else self._named(f, pack.vocabulary) for f in found]

    def _named(self, fault: Fault, vocabulary: Vocabulary) -> Fault:
        """A fault that has no place, put where the first word that it names is described."""
        named = (word for word in re.findall(r"\w+", fault.says) if vocabulary.field(word))
        return next((self.at(URIRef(vocabulary.iris[word]), fault.says) for word in named), fault)


def _not_turtle(file: Path, error: BadSyntax) -> Fault:
    why = re.search(r"Bad syntax \((.*)\) at \^ in:", error.message)
    return Fault(str(file), error.lines + 1, f"not Turtle: {why[1] if why else error.message}")


def _title(about: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("id", "version", "title", "currency", "languages")
    return {k: about.get(k, "") for k in keys} | {"languages": tuple(about.get("languages", ()))}
