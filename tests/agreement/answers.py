"""One question, several answerers: the columns, the reasons that are told, and each graph store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph_loader.facts import facts_of
from graph_loader.frames import graph_frames
from matching.verdict import Judge
from matching.view import View, rows_of
from ontology.to_cypher import to_cypher
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graph_loader.stores.protocol import GraphStore
    from matching.verdict import Truth
    from tests.agreement.drawn import Drawn

Answers = dict[str, "Truth"]


@dataclass
class Compared:
    """How many rows were compared, and those on which somebody differed."""

    rows: Counter[str] = field(default_factory=Counter)
    differ: list[tuple[str, str, str, Truth, Truth]] = field(default_factory=list)

    def compare(self, who: str, name: str, expected: Answers, found: Answers) -> None:
        """Put one answerer's truths of a class beside those of the columns."""
        self.rows[who] += len(found)
        assert found.keys() <= expected.keys()
        self.differ += [
            (who, name, key, expected[key], truth)
            for key, truth in found.items()
            if truth is not expected[key]
        ]


def compare(drawn: Drawn, stores: Mapping[str, GraphStore]) -> Compared:
    """Ask everyone for every class of the pack, row by row."""
    made = Compared()
    for name, found in told(drawn).items():
        made.compare("reasons", name, columns(drawn, name), found)
    for who, store in stores.items():
        project(drawn, store)
        for name in drawn.pack.vocabulary.classes:
            made.compare(who, name, columns(drawn, name), asked(drawn, name, store))
    return made


def columns(drawn: Drawn, name: str) -> Answers:
    """What the columns say of a class."""
    table = drawn.frames.rows[drawn.pack.vocabulary.classes[name].unit]
    return dict(zip(table["id"], table[name], strict=True))


def told(drawn: Drawn) -> dict[str, Answers]:
    """What the parts of the trees add up to from which reasons are told, where a class applies."""
    found: dict[str, Answers] = {name: {} for name in drawn.pack.vocabulary.classes}
    for judge, unit, at in rows(drawn):
        for name, word in drawn.pack.vocabulary.classes.items():
            root = judge.programme(name, unit, at) if word.unit == unit else None
            if root is not None:
                found[name][str(judge.view.row(unit, at)["id"])] = root.parts[0].truth
    return found


def rows(drawn: Drawn) -> Iterator[tuple[Judge, str, int]]:
    """Every household and person with a judge that sees the household around it."""
    frames, pack = drawn.frames, drawn.pack
    owner = frames.roles["has_member"].owner
    for home in range(frames.rows[HOUSEHOLD].height):
        view = View(frames, pack.vocabulary, home)
        judge = Judge(pack, view, drawn.on, view.row(HOUSEHOLD, home)["region"])
        yield judge, HOUSEHOLD, home
        for at in rows_of(frames.groups["has_member"], home):
            yield judge, PERSON, at
    for at in (owner < 0).nonzero()[0].tolist():
        view = View(frames, pack.vocabulary, -1, at)
        yield Judge(pack, view, drawn.on, view.row(PERSON, at)["region"]), PERSON, at


def project(drawn: Drawn, store: GraphStore) -> None:
    """Put the population into a graph, as the road does."""
    facts = facts_of(drawn.frames, drawn.members, {})
    frames = graph_frames(facts, drawn.pack, as_of=drawn.on)
    store.bulk(frames.nodes, frames.edges)


def asked(drawn: Drawn, name: str, store: GraphStore, region: str | None = None) -> Answers:
    """What a graph says of a class."""
    query = to_cypher(drawn.pack, name, drawn.on, region)
    return {row["id"]: row["truth"] for row in store.read(query.text, query.parameters)}
