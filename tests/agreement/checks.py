"""What must agree on the pack of the whole language: each check tells what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from graph_loader.stores.protocol import open_store
from ontology.evaluate import evaluate
from ontology.simplify import simplify
from tests.agreement.answers import (
    Compared,
    asked,
    by_graph,
    columns,
    followed,
    project,
    reasoned,
)
from tests.agreement.lacks import wrongly_lacking
from tests.agreement.refused import accepted, put
from tests.agreement.subjects import EVERY, ON

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.agreement.drawn import Drawn

PLACE: Final = "1"


def reference(population: Drawn, _folder: Path) -> list[Any]:
    """The pack's own files, followed row by row."""
    made = Compared()
    followed(population, made)
    return made.differ


def reasons(population: Drawn, _folder: Path) -> list[Any]:
    """The parts from which reasons are told."""
    made = Compared()
    reasoned(population, made)
    return made.differ


def kglite(population: Drawn, folder: Path) -> list[Any]:
    """The embedded graph; also of a place alone, and what it has no words for."""
    store, made = open_store("kglite", folder), Compared()
    project(population, store)
    by_graph(population, "kglite", store, made, population.pack.classes)
    within = population.pack.regions.within
    for name in population.pack.classes.keys() - made.unsaid:
        table = population.frames.rows[population.pack.vocabulary.classes[name].unit]
        inside = table.filter([within(code, PLACE) for code in table["region"]])
        expected = dict(inside.select("id", name).iter_rows())
        found = asked(population, name, store, PLACE)
        if found != expected:
            made.differ.append((f"kglite in {PLACE}", name, "", expected, found))
    store.close()
    return [*made.differ, *sorted(made.unsaid ^ EVERY.unsaid)]


def shorter(population: Drawn, _folder: Path) -> list[Any]:
    """Every class said shorter."""
    said = replace(
        population.pack,
        classes={
            name: tuple(replace(v, expression=simplify(v.expression)) for v in versions)
            for name, versions in population.pack.classes.items()
        },
    )
    frames, made = evaluate(said, population.raw, ON, stated=population.stated), Compared()
    for name, word in population.pack.vocabulary.classes.items():
        found = dict(frames.rows[word.unit].select("id", name).iter_rows())
        made.compare("shorter", name, columns(population, name), found)
    return made.differ


def missing_facts(population: Drawn, _folder: Path) -> list[Any]:
    """What undetermined rows are said to wait for."""
    return list(wrongly_lacking(population))


def refusals(population: Drawn, folder: Path) -> list[Any]:
    """What means nothing is refused."""
    return accepted(EVERY.folder, folder / "spoilt") + put(population.pack, ON)


CHECKS: Final[tuple[Callable[[Drawn, Path], list[Any]], ...]] = (
    reference,
    reasons,
    kglite,
    shorter,
    missing_facts,
    refusals,
)
