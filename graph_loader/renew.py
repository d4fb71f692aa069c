"""The graph of a run from that of the run before: only what changed facts make otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.candidates import COINCIDES, candidates
from graph_loader.changes import Change
from graph_loader.frames import NAMED_BY_EDGES, part_frames, places, qualifications
from graph_loader.held_near import Held
from graph_loader.patch import Shape, difference, patch_of
from graph_loader.policy import policy_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from graph_loader.facts import PartFacts
    from graph_loader.patch import Patch
    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore
    from ontology.pack import Pack

PAID: Final = "Disbursement"
TIES: Final = ("unit_id", "household", "account", "aid_dwelling", "aid_case")
"""What payments are set side by side in: each pair of candidates has one of these alike."""
STEPS: Final[Ends] = ("Application", "HAS_STEP", "Step")
NUMBER: Final = "application_number"
QUALIFIES: Final = "QUALIFIES_FOR"


@dataclass(frozen=True, slots=True)
class Renewed:
    """What is known now of the people whom changed facts touch.

    `part`: their facts. `ids`: theirs, and of those who are gone. `keys`: the ids of records whose
    rows changed, whoever they are about. `decisions`: everyone's who qualifies, since when and for
    how much, of which months that were decided in between may tell more.
    """

    part: PartFacts
    ids: pl.Series
    keys: pl.Series
    decisions: pl.DataFrame
    as_of: date


def renewed(
    store: GraphStore,
    old: Mapping[str, Any],
    people: Renewed,
    pack: Pack,
    watermark: Mapping[str, Any],
) -> Patch | None:
    """What makes the graph of the watermark `old` the one of these; none where it says too little.

    Raises:
        OtherShapeError: where rows have columns that the graph has not.
    """
    shape = Shape.of(old)
    if shape is None:
        return None
    making = Making(Held(store, shape), people, pack)
    making.units()
    making.qualifications()
    making.steps()
    making.payments()
    making.named()
    return patch_of(old["digest"], watermark, shape, making.differ, making.now)


@dataclass(slots=True)
class Making:
    """The differences, found one name after another."""

    held: Held
    people: Renewed
    pack: Pack
    differ: dict[str | Ends, Change] = field(default_factory=dict)
    now: dict[Ends, pl.DataFrame] = field(default_factory=dict)

    def put(self, named: str | Ends, old: pl.DataFrame | None, new: pl.DataFrame | None) -> None:
        """Keep what differs under a name."""
        if new is None:
            new = old.clear() if old is not None else pl.DataFrame()
        new = self.held.shape.shaped(named, new)
        if not isinstance(named, str):
            self.now[named] = new
        if found := difference(old, new):
            self.differ[named] = found

    def units(self) -> None:
        """The units, what is recorded of them, and the edges that leave them."""
        people = self.people
        nodes, edges = part_frames(people.part, self.pack, people.as_of)
        named = {label: nodes[label]["id"] for label in nodes}
        for label in self.held.records():
            ids = [people.keys, *([named[label]] if label in named else [])]
            named[label] = pl.concat(one.rename("id") for one in ids)
        old_nodes, old_edges = self.held.near(people.ids, named)
        for label in {**old_nodes, **nodes}:
            self.put(label, old_nodes.get(label), nodes.get(label))
        for ends in {**old_edges, **edges}:
            self.put(ends, old_edges.get(ends), edges.get(ends))

    def qualifications(self) -> None:
        """Who qualifies, everyone: months decided meanwhile are told of whom no change touches."""
        for ends, new in qualifications(self.people.decisions).items():
            old = self.held.all_edges(ends) if ends in self.held.shape.edges else None
            self.put(ends, old, new)

    def steps(self) -> None:
        """Steps of the applications whose rows changed, or whose steps' rows did."""
        numbers = pl.concat(
            [_said(self.differ.get(label), NUMBER) for label in (STEPS[0], STEPS[2])]
        ).unique()
        if numbers.is_empty():
            return
        of, steps = (self._now(label, NUMBER, numbers) for label in (STEPS[0], STEPS[2]))
        before = self.held.where(STEPS[0], NUMBER, numbers)["id"]
        old = self.held.edges(STEPS, before) if STEPS in self.held.shape.edges else None
        both = of.select(NUMBER, **{"from": "id"}).join(steps.select(NUMBER, to="id"), on=NUMBER)
        self.put(STEPS, old, both.select("from", "to"))

    def payments(self) -> None:
        """Pairs among the payments that hang together with one that changed."""
        found = self.differ.get(PAID)
        if found is None or not found.rows or PAID not in self.held.shape.nodes:
            return
        columns = [name for name in TIES if name in self.held.shape.nodes[PAID]]
        there = self.held.columns(PAID, ["id", *columns])
        tied = pl.concat([there, found.new.select("id", *columns)])
        ids = pl.concat([found.new["id"], found.gone["id"]]).unique()
        near = tied_with(tied, ids)
        paid = self._overlaid(PAID, self.held.nodes(PAID, near))
        old = self.held.edges(COINCIDES, near) if COINCIDES in self.held.shape.edges else None
        self.put(COINCIDES, old, candidates(paid.lazy(), self.pack).get(COINCIDES))

    def named(self) -> None:
        """What only edges name: there from its first edge, gone with its last."""
        policy = policy_nodes(self.pack)
        for label in NAMED_BY_EDGES:
            into = [one for ends, one in self._edges() if ends[2] == label]
            new = pl.concat([_said(one, "to", "new") for one in into] or [NOBODY]).unique()
            own = policy[label]["id"] if label in policy else NOBODY
            there = self.held.nodes(label, new)
            fresh = new.filter(~new.is_in(pl.concat([own, there["id"]]).implode()))
            gone = self.held.nodes(label, self._left(label, into, own))
            if fresh.len() or gone.height:
                self._name(label, fresh, gone)

    def _name(self, label: str, fresh: pl.Series, gone: pl.DataFrame) -> None:
        nodes, edges = places(label, fresh.sort(), self.pack)
        self.differ[label] = Change(self.held.shape.shaped(label, nodes), gone)
        for ends, rows in edges.items():
            left = self.held.edges(ends, gone["id"]) if ends in self.held.shape.edges else rows[:0]
            self.now[ends] = rows
            self.differ[ends] = Change(rows, left)

    def _left(self, label: str, into: list[Change], own: pl.Series) -> pl.Series:
        """The nodes of a label that no edge names any longer."""
        lost = pl.concat([one.gone.select(id="to") for one in into] or [NOBODY.to_frame()])
        lost = lost.filter(~pl.col("id").is_in(own.implode())).group_by("id").len("lost")
        if lost.is_empty():
            return NOBODY
        won = pl.concat([one.new.select(id="to") for one in into]).group_by("id").len("won")
        held = self.held.pointing(label, lost["id"])
        both = lost.join(won, on="id", how="left").join(held, on="id", how="left")
        n = pl.col("n").fill_null(0) + pl.col("won").fill_null(0).cast(pl.Int64)
        alone: pl.Series = both.filter(n == pl.col("lost").cast(pl.Int64))["id"]
        return alone

    def _edges(self) -> list[tuple[Ends, Change]]:
        return [(ends, one) for ends, one in self.differ.items() if not isinstance(ends, str)]

    def _now(self, label: str, column: str, values: pl.Series) -> pl.DataFrame:
        """The nodes as they are now of which a column says one of these."""
        rows = self._overlaid(label, self.held.where(label, column, values))
        if column not in rows.columns:
            return pl.DataFrame(schema={"id": pl.String, column: pl.String})
        return rows.filter(pl.col(column).is_in(values.implode()))

    def _overlaid(self, label: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Nodes as a store holds them, with what changed: all that is new, nothing that is gone."""
        found = self.differ.get(label)
        if found is None:
            return rows
        changed = pl.concat([found.new["id"], found.gone["id"]]).implode()
        if not rows.width or label not in self.held.shape.nodes:
            return found.new
        return pl.concat([rows.filter(~pl.col("id").is_in(changed)), found.new])


NOBODY: Final = pl.Series("id", [], dtype=pl.String)


def _said(found: Change | None, column: str, *sides: str) -> pl.Series:
    """What a column says in the rows that differ, on both sides or on one."""
    if found is None:
        return NOBODY
    frames: list[pl.DataFrame] = [getattr(found, side) for side in sides or ("new", "gone")]
    said = [frame[column].rename("id") for frame in frames if column in frame.columns]
    return pl.concat([NOBODY, *said]).drop_nulls()


def tied_with(payments: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """The payments that hang together with these: alike in a column, through however many others.

    `payments`: id and columns of texts; an id may stand there as it was and as it is.
    """
    columns = [name for name in payments.columns if name != "id"]
    found = [
        payments.select("id", tie=pl.concat_str(pl.lit(name), name, separator="|"))
        for name in columns
    ]
    ties = pl.concat(found).drop_nulls().unique()
    near, before = ids.unique(), -1
    while near.len() != before:
        before = near.len()
        those = ties.filter(pl.col("id").is_in(near.implode()))["tie"].unique()
        more = ties.filter(pl.col("tie").is_in(those.implode()))["id"]
        near = pl.concat([near, more]).unique()
    return near
