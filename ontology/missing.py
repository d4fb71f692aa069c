"""Which facts would settle what is not decided: from each unknown down to what it rests on.

Only what is unknown under an unknown is followed, so a fact that cannot matter any more is not
asked for. The way ends at a word with a notation, at a data item, at a standard that is not in
force (`std.x`), at a list that is not whole (`roster`, a kind of record, `kin`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from ontology.aggregates import MEMBER, aggregate, gate, row_table, rows_over
from ontology.errors import PolicyError
from ontology.evaluate import Run, add_standards, lift_columns, started
from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.formula_frame import Scope, plain, quantity
from ontology.formula_tree import Aggregate, Choice, Column, Node, Standard, children, type_of
from ontology.formula_tree import walk as walk_formula
from ontology.places import chosen
from ontology.plan import aggregates_in, plan
from ontology.to_frame import (
    KIN_PERSON,
    RoleNode,
    count,
    frames_role,
    is_closed,
    lift,
    no_row,
    select,
)
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON, Indicator

if TYPE_CHECKING:
    from datetime import date

    from ontology.members import Flags, Groups, Rows
    from ontology.plan import Policies
    from ontology.to_frame import Frames
    from ontology.vocabulary import Item

ROSTER: Final = "roster"


@dataclass(frozen=True, slots=True)
class At:
    """Rows of a table that are unknown, each for the row of the programme it holds up."""

    root: Rows
    row: Rows

    def where(self, flags: Flags) -> At:
        """Those whose row is flagged."""
        kept = flags[self.row]
        return At(self.root[kept], self.row[kept])

    def through(self, index: Rows) -> At:
        """The rows that these lead to; those that lead nowhere are left out."""
        rows = index[self.row]
        return At(self.root[rows >= 0], rows[rows >= 0])

    def rows_of(self, groups: Groups) -> At:
        """The rows that these own."""
        first, last = np.zeros(groups.size, np.int64), np.zeros(groups.size, np.int64)
        first[groups.present], last[groups.present] = groups.starts, groups.ends
        counts = last[self.row] - first[self.row]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = np.repeat(first[self.row], counts) + within
        return At(
            np.repeat(self.root, counts), rows if groups.order is None else groups.order[rows]
        )


@dataclass(frozen=True, slots=True)
class Here:
    """A table that nodes are asked of: its meaning, and what each prefix stands for."""

    unit: str
    table: pl.DataFrame
    scope: Scope
    sources: dict[str, tuple[str, Rows | None]]


@dataclass
class Search:
    """One search: what was found, and what was looked at already.

    `flags`: where expressions are unknown; further searches of one population share them.
    """

    run: Run
    flags: dict[tuple[str, Expression], Flags] = field(default_factory=dict)
    found: list[pl.DataFrame] = field(default_factory=list)
    seen: dict[tuple[str, str], Rows] = field(default_factory=dict)

    def note(self, item: str, unit: str, at: At) -> None:
        """These rows of a unit lack a fact."""
        if len(at.row) == 0:
            return
        unit, at = self.owner(unit, at)
        subject = self.run.work.rows[unit]["id"].gather(pl.Series(at.row))
        table = pl.DataFrame({"row": at.root, "subject": subject})
        self.found.append(table.select("row", pl.lit(item).alias("item"), "subject"))

    def owner(self, unit: str, at: At) -> tuple[str, At]:
        """A record lacks nothing: its owner does."""
        kind = self.run.pack.vocabulary.kinds.get(unit)
        if kind is None:
            return unit, at
        return kind.owner, at.through(self.run.work.frames.roles[f"has_{unit}"].owner)

    def fresh(self, unit: str, name: str, at: At) -> At:
        """Those rows at which a name was not yet looked at."""
        width = self.run.work.rows[unit].height
        keys = np.unique(at.root * width + at.row)
        before = self.seen.get((unit, name))
        if before is not None:
            keys = np.setdiff1d(keys, before, assume_unique=True)
            self.seen[unit, name] = np.union1d(before, keys)
        else:
            self.seen[unit, name] = keys
        return At(keys // max(width, 1), keys % max(width, 1))

    def expression(self, expression: Expression, unit: str, at: At) -> None:
        """Follow an expression at rows where it is unknown."""
        if len(at.row) == 0:
            return
        match expression:
            case Compare(name) | OneOf(name) | Is(name):
                self.word(name, unit, at)
            case Named(name):
                self.klass(name, unit, at)
            case Received(programme):
                self.note(f"received.{programme}", unit, at)
            case Not(part):
                self.expression(part, unit, at)
            case AllOf(parts) | AnyOf(parts):
                unknown = self.unknown(unit, parts)
                for part, flags in zip(parts, unknown, strict=True):
                    self.expression(part, unit, at.where(flags))
            case Some() | Only() | AtLeast() | AtMost():
                self.role(expression, unit, at)

    def unknown(self, unit: str, expressions: tuple[Expression, ...]) -> list[Flags]:
        """Where each expression is neither true nor false."""
        new = [each for each in expressions if (unit, each) not in self.flags]
        if new:
            lift([(unit, each) for each in new], self.run.work)
            columns = select(unit, {f"{i}": each for i, each in enumerate(new)}, self.run.work)
            for each, column in zip(new, columns, strict=True):
                self.flags[unit, each] = column.is_null().to_numpy()
        return [self.flags[unit, each] for each in expressions]

    def role(self, node: RoleNode, unit: str, at: At) -> None:
        """Follow what is unknown of the rows of a role, and whether these are all."""
        word, part = self.run.pack.vocabulary.roles[node.role], count(node)[2]
        flags = self.unknown(word.to, (part,))[0]
        if word.inverse:
            owner = self.home()
            self.note(HOUSEHOLD, unit, at.where(owner < 0))
            self.expression(part, word.to, at.through(owner).where(flags))
            return
        name = frames_role(node.role)
        role = self.run.work.frames.roles.get(name)
        closed = (
            no_row(self.run.work.rows[unit].height)
            if role is None
            else is_closed(role, self.run.work.rows[unit])
        )
        listed = ROSTER if name == "has_member" else name.removeprefix("has_")
        self.note(listed, unit, at.where(~closed))
        if role is not None:
            rows = at.rows_of(self.run.work.frames.groups[name])
            if name == KIN:
                rows = rows.through(self.run.work.frames.roles[KIN_PERSON].owner)
            self.expression(part, word.to, rows.where(flags))

    def home(self) -> Rows:
        """The household of each person."""
        role = self.run.work.frames.roles.get("has_member")
        return np.full(self.run.work.rows[PERSON].height, -1) if role is None else role.owner

    def klass(self, name: str, unit: str, at: At) -> None:
        """Follow the version of a class that holds for each row."""
        at = self.fresh(unit, name, at)
        versions = self.run.pack.classes.get(name, ())
        pick = chosen(versions, self.run.as_of, self.run.places[unit], self.run.pack.regions)
        word = self.run.pack.vocabulary.classes[name]
        if pick.single is not None:
            self.expression(versions[pick.single].expression, unit, at)
            return
        for number in pick.used:
            here = at.where(pick.numbers == number)
            self.expression(versions[number].expression, unit, here)
        self.note(word.notation or name, unit, at.where(pick.numbers < 0))

    def word(self, name: str, unit: str, at: At) -> None:
        """Name an item or indicator that has a notation; follow the formula of one that has not."""
        item = self.run.pack.vocabulary.field(name)
        at = self.fresh(unit, name, at)
        if len(at.row) == 0 or item is None:
            return
        stops = item.notation is not None or not isinstance(item, Indicator)
        if stops:
            self.note(item.notation or name, unit, at)
            self.standards(item, unit, at)
        elif isinstance(item, Indicator):
            self.formula(item, at)

    def standards(self, item: Item, unit: str, at: At) -> None:
        """The numbers not in force on which a named indicator waits, where it waits on no fact."""
        table = self.run.work.rows[unit]
        unset = {
            name: table[name].is_null().to_numpy()
            for name in sorted(self.numbers(item.name))
            if name in table.columns and table[name].has_nulls()
        }
        if not unset or not isinstance(item, Indicator):
            return
        at = at.where(np.logical_or.reduce(list(unset.values())))
        within = Search(self.run)
        within.formula(item, at)
        facts = [found.filter(~pl.col("item").str.starts_with("std.")) for found in within.found]
        roots = np.concatenate([[-1], *(found["row"].to_numpy() for found in facts)])
        settled = ~np.isin(at.root, roots)
        for name, flags in unset.items():
            self.note(name, unit, At(at.root[settled], at.row[settled]).where(flags))

    def numbers(self, name: str) -> set[str]:
        """The local numbers that an indicator rests on, through others of its own row too."""
        found: set[str] = set()
        for part in self.run.plan.formulas.get(name, ()):
            for node in walk_formula(part.root):
                match node:
                    case Standard(parameter):
                        found.add(f"std.{parameter}")
                    case Column("", inner) if inner != name:
                        found |= self.numbers(inner)
                    case _:
                        pass
        return found

    def formula(self, indicator: Indicator, at: At) -> None:
        """Follow the formula of an indicator at rows where it is unknown."""
        unit, parts = indicator.unit_of, self.run.plan.formulas[indicator.name]
        lift_columns(self.run.work, unit, parts)
        aggregate(unit, aggregates_in(parts), self.run.work, self.run.scope(unit))
        sources = {"": (unit, None), HOUSEHOLD: (HOUSEHOLD, self.home())}
        here = Here(unit, self.run.work.rows[unit], self.run.scope(unit), sources)
        for part in parts:
            self.node(part.root, here, at.where(unknown_of(part.root, here)))

    def node(self, node: Node, here: Here, at: At) -> None:
        """Follow a node of a formula at rows where it is unknown."""
        if len(at.row) == 0:
            return
        match node:
            case Column():
                self.column(node, here, at)
            case Standard(parameter):
                unit, index = here.sources[""]
                rows = at if index is None else at.through(index)
                self.note(f"std.{parameter}", unit, rows)
            case Choice(branches, otherwise):
                for condition, value in branches:
                    self.node(condition, here, at.where(unknown_of(condition, here)))
                    self.node(
                        value, here, at.where(not_false(condition, here) & unknown_of(value, here))
                    )
                    at = at.where(~surely(condition, here))
                self.node(otherwise, here, at.where(unknown_of(otherwise, here)))
            case Aggregate():
                self.aggregate(node, here.unit, at)
            case _:
                for child in children(node):
                    self.node(child, here, at.where(unknown_of(child, here)))

    def column(self, node: Column, here: Here, at: At) -> None:
        """Follow a fact to the row that it belongs to."""
        prefix = PERSON if node.of == KIN and node.name != "kind" else node.of
        unit, index = here.sources[prefix]
        if index is not None:
            owner, back = here.sources[""]
            lost = at.where(index < 0)
            self.note(node.of, owner, lost if back is None else lost.through(back))
            at = at.through(index)
        if node.name in self.run.pack.vocabulary.classes:
            self.klass(node.name, unit, at)
        elif self.run.pack.vocabulary.field(node.name) is None:
            self.note(node.name, unit, at)
        else:
            self.word(node.name, unit, at)

    def aggregate(self, node: Aggregate, unit: str, at: At) -> None:
        """Follow the rows that an aggregate runs over, and whether these are all."""
        scope, work = self.run.scope(unit), self.run.work
        made = rows_over(unit, node.over, gate(node), work, scope)
        self.lists(node, unit, at.where(~made.closed))
        table = row_table(made, [node], work)
        inside = replace(scope, rowwise=True, columns=frozenset(table.columns))
        sources = {prefix: (source.unit, source.at) for prefix, source in made.sources.items()}
        here = Here(unit, table, inside, sources)
        rows = at.where(made.closed).rows_of(made.groups)
        if node.where is not None:
            self.node(node.where, here, rows.where(unknown_of(node.where, here)))
            rows = rows.where(not_false(node.where, here))
        if node.value is not None:
            self.node(node.value, here, rows.where(unknown_of(node.value, here)))

    def lists(self, node: Aggregate, unit: str, at: At) -> None:
        """Name the list that is not whole: the roster, the kin, or whose records."""
        kind = self.run.pack.vocabulary.kinds.get(node.over)
        if kind is None or kind.owner == unit:
            self.note(ROSTER if node.over == MEMBER else node.over, unit, at)
            return
        work = self.run.work
        members = work.frames.roles.get("has_member")
        whole = no_row(work.rows[unit].height)
        if members is not None:
            whole = is_closed(members, work.rows[unit])
            people = rows_over(PERSON, node.over, None, work, self.run.scope(PERSON))
            rows = at.rows_of(work.frames.groups["has_member"])
            self.note(node.over, PERSON, rows.where(~people.closed))
        self.note(ROSTER, unit, at.where(~whole))


def unknown_of(node: Node, here: Here) -> Flags:
    """Where a node has no one value."""
    if type_of(node) != "number":
        return asked(here, plain(node, here.scope).is_null())
    made = quantity(node, here.scope)
    spans = [made.top] if made.bottom is None else [made.top, made.bottom]
    return asked(here, ~pl.all_horizontal((s.low == s.high).fill_null(value=False) for s in spans))


def not_false(node: Node, here: Here) -> Flags:
    """Where a condition may hold."""
    return asked(here, plain(node, here.scope).fill_null(value=True))


def surely(node: Node, here: Here) -> Flags:
    """Where a condition holds."""
    return asked(here, plain(node, here.scope).fill_null(value=False))


def asked(here: Here, expression: pl.Expr) -> Flags:
    """The flags of one question, as long as the table even where they are constant."""
    return here.table.with_columns(asked=expression)["asked"].to_numpy()


def searching(pack: Policies, frames: Frames, as_of: date | None = None) -> Search:
    """A search over a population that `evaluate` gave; several programmes may share it."""
    day, made = as_of or frames.as_of, plan(pack)
    if day is None:
        raise PolicyError.saying("Nothing was evaluated yet.")
    run = Run(pack, made, day, started(pack, made, frames), frames.places, dict(frames.bounds))
    add_standards(run, made.standards)
    return Search(run)


def missing(
    pack: Policies, frames: Frames, programme: str, search: Search | None = None
) -> pl.DataFrame:
    """The missing facts of every row whose class is unknown: `row`, `item`, `subject` (its id).

    `programme` is an id or the name of a class; `frames` come from `evaluate`.
    """
    name = pack.vocabulary.programmes.get(programme, programme)
    if name not in pack.vocabulary.classes:
        raise PolicyError.saying(f"Nothing was evaluated for `{programme}`.")
    unit = pack.vocabulary.classes[name].unit
    shared = search or searching(pack, frames)
    search = Search(shared.run, shared.flags)
    table = frames.rows[unit]
    wanted = table[name].is_null() & table[f"{name}__applicable"]
    rows = np.flatnonzero(wanted.to_numpy())
    search.klass(name, unit, At(rows, rows))
    empty = pl.DataFrame(schema={"row": pl.Int64, "item": pl.String, "subject": pl.String})
    found = [table.cast({"subject": pl.String}) for table in search.found]
    return pl.concat([empty, *found]).unique().sort("row", "item", "subject")
