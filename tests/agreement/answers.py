"""One question, several answerers: columns, reasons, each graph store, and the reference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from graph_loader.facts import facts_of
from graph_loader.frames import graph_frames
from matching.verdict import Judge
from matching.view import View, rows_of
from ontology.errors import UnsupportedError
from ontology.to_cypher import to_cypher
from ontology.to_frame import KIN_PERSON
from ontology.vocabulary import HOUSEHOLD, NUMBERS, PERSON
from tests.agreement.numbers import ONE, Number
from tests.agreement.reference import World
from tests.agreement.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from graph_loader.stores.protocol import GraphStore
    from ontology.vocabulary import Indicator
    from tests.agreement.drawn import Drawn

Answers = dict[str, Any]
AT_ONCE: Final = 2_000
"""The reference remembers what it found of so many rows, then forgets."""


@dataclass
class Compared:
    """How many rows were compared, and those on which somebody differed.

    `unsaid` are the classes that a graph has no words for, and says so.
    """

    rows: Counter[str] = field(default_factory=Counter)
    differ: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)
    unsaid: set[str] = field(default_factory=set)

    def compare(self, who: str, name: str, expected: Answers, found: Answers) -> None:
        """Put one answerer's answers to a class beside those of the columns."""
        self.rows[who] += len(found)
        assert found.keys() <= expected.keys()
        self.differ += [
            (who, name, key, expected[key], answer)
            for key, answer in found.items()
            if answer != expected[key]
        ]


def compare(drawn: Drawn, stores: Mapping[str, GraphStore], step: int = 1) -> Compared:
    """Ask everyone for every class of the pack, row by row; the reference at each `step`th row."""
    made = Compared()
    followed(drawn, made, step)
    reasoned(drawn, made)
    for who, store in stores.items():
        project(drawn, store)
        by_graph(drawn, who, store, made, drawn.pack.classes)
    return made


def reasoned(drawn: Drawn, made: Compared) -> None:
    """What the parts of the trees add up to, beside the columns."""
    for name, found in told(drawn).items():
        made.compare("reasons", name, columns(drawn, name), found)


def by_graph(
    drawn: Drawn, who: str, store: GraphStore, made: Compared, names: Iterable[str]
) -> None:
    """Ask a graph for those classes that it has words for, and where they apply."""
    for name in names:
        try:
            truths, applies = answered(drawn, name, store)
        except UnsupportedError:
            made.unsaid.add(name)
            continue
        made.compare(who, name, columns(drawn, name), truths)
        made.compare(who, f"{name} applies", applicable(drawn, name), applies)


def followed(drawn: Drawn, made: Compared, step: int = 1) -> None:
    """Every class and indicator of each row (or each second, third …) as the pack's files say."""
    world, words = world_of(drawn), drawn.pack.vocabulary
    for unit in (HOUSEHOLD, PERSON):
        table = drawn.frames.rows[unit]
        for first in range(0, table.height, AT_ONCE * step):
            places = range(first, min(first + AT_ONCE * step, table.height), step)
            rows = table[list(places)]
            for name, word in words.classes.items():
                if word.unit == unit:
                    truths, applies = zip(*(world.truth(name, at) for at in places), strict=True)
                    follow(made, name, rows[name].to_list(), truths, rows)
                    held = rows[f"{name}__applicable"].to_list()
                    follow(made, f"{name} applies", held, applies, rows)
            for name, item in words.indicators.items():
                if item.unit_of == unit:
                    values = [settled(world.fact(unit, at, name), item) for at in places]
                    follow(made, name, numbers_of(rows, item), values, rows)
            world.forget()


def follow(
    made: Compared, name: str, expected: Sequence[Any], found: Sequence[Any], rows: pl.DataFrame
) -> None:
    """Put what the reference says beside the columns."""
    ids = rows["id"].to_list()
    pair = [dict(zip(ids, each, strict=True)) for each in (expected, found)]
    made.compare("reference", name, *pair)


def world_of(drawn: Drawn) -> World:
    """The population as it was before anything was evaluated."""
    frames = drawn.raw
    owners = {
        PERSON if name == "has_member" else role.to: role.owner.tolist()
        for name, role in frames.roles.items()
        if name != KIN_PERSON
    }
    return World(
        Source(drawn.pack.path),
        drawn.on,
        {unit: table.rows(named=True) for unit, table in frames.rows.items()},
        owners,
        frames.roles[KIN_PERSON].owner.tolist(),
        {
            unit: {name: column.to_list() for name, column in columns.items()}
            for unit, columns in drawn.stated.items()
        },
    )


def settled(value: Any, item: Indicator) -> Any:  # noqa: ANN401 - facts are of any type
    """A value that can be put beside another: of a number its ends, of a quotient what it is."""
    if not isinstance(value, Number):
        return value
    if not item.is_ratio:
        assert value.bottom == ONE
        return value.top.low, value.top.high
    return quotient(value.top.exact, value.bottom.exact)


def quotient(top: Fraction | None, bottom: Fraction | None) -> Any:  # noqa: ANN401
    """The quotient, where both are known; of a division by nothing only that it is one."""
    if top is None or bottom is None:
        return None
    return top / bottom if bottom else "by nothing"


def numbers_of(rows: pl.DataFrame, item: Indicator) -> list[Any]:
    """What the columns say of an indicator, in the same words."""
    if item.datatype not in NUMBERS:
        return rows[item.name].to_list()
    if item.is_ratio:
        sides = [rows[f"{item.name}{side}"] for side in ("__num", "__den")]
        return [quotient(*pair) for pair in zip(*(map(fraction, s) for s in sides), strict=True)]
    spread = f"{item.name}__low" in rows.columns
    ends = [rows[f"{item.name}{end}" if spread else item.name] for end in ("__low", "__high")]
    return list(zip(*([fraction(v, item.scale) for v in end] for end in ends), strict=True))


def fraction(value: int | None, scale: int = 1) -> Fraction | None:
    """An integer of a column as the number that it stands for."""
    return None if value is None else Fraction(value, scale)


def columns(drawn: Drawn, name: str) -> Answers:
    """What the columns say of a class."""
    table = drawn.frames.rows[drawn.pack.vocabulary.classes[name].unit]
    return dict(zip(table["id"], table[name], strict=True))


def applicable(drawn: Drawn, name: str) -> Answers:
    """Where the columns say that a class applies."""
    table = drawn.frames.rows[drawn.pack.vocabulary.classes[name].unit]
    return dict(zip(table["id"], table[f"{name}__applicable"], strict=True))


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
    return answered(drawn, name, store, region)[0]


def answered(
    drawn: Drawn, name: str, store: GraphStore, region: str | None = None
) -> tuple[Answers, Answers]:
    """What a graph says of a class, and where it says that the class applies."""
    query = to_cypher(drawn.pack, name, drawn.on, region)
    rows = list(store.read(query.text, query.parameters))
    return {r["id"]: r["truth"] for r in rows}, {r["id"]: r["applies"] for r in rows}
