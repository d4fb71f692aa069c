"""COUNT, SUM, MIN and MAX over members, kin and records, as columns of their owner.

Null where the list is not known to be whole, except that a COUNT is never less than the rows that
are there. An unknown condition makes an interval of a COUNT or SUM: what is certain, and what is
possible.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from ontology.formula_frame import Scope, plain, quantity
from ontology.formula_tree import Aggregate, Both, Column, Node, Standard, type_of, walk
from ontology.members import (
    Flags,
    Groups,
    How,
    Rows,
    Values,
    by_sorting,
    counted,
    found,
    groups,
    sizes,
)
from ontology.to_frame import (
    KIN_PERSON,
    Work,
    gather,
    is_closed,
    no_row,
    physical,
    possible,
    truth,
)
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MEMBER: Final = "member"
EDGE: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where the columns of a prefix come from: a unit's table, row by row or by row numbers."""

    unit: str
    table: pl.DataFrame
    at: Rows | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The rows that aggregates run over: whose they are, and where their columns come from."""

    owner: Rows
    groups: Groups
    sources: dict[str, Source]
    closed: Flags


def aggregate(unit: str, nodes: Iterable[Aggregate], work: Work, scope: Scope) -> None:
    """Add the columns of these aggregates to the table of their unit."""
    batches: dict[tuple[str, Node | None], list[Aggregate]] = defaultdict(list)
    for node in dict.fromkeys(nodes):
        if (unit, node) not in work.names:
            batches[node.over, gate(node)].append(node)
            work.names[unit, node] = f"#{unit}.{len(work.names)}"
    for (over, condition), batch in batches.items():
        rows = rows_over(unit, over, condition, work, scope)
        table = row_table(rows, batch, work)
        inside = replace(scope, rowwise=True, columns=frozenset(table.columns))
        columns: dict[str, pl.Series] = {}
        for node in batch:
            columns |= REDUCERS[node.function](node, work.names[unit, node], rows, table, inside)
        if columns:
            work.add(unit, pl.DataFrame(columns))


def gate(node: Aggregate) -> Node | None:
    """The part of a filter on records that speaks of their owner alone.

    Whose records are left out by it need not be complete.
    """
    if node.over in (MEMBER, KIN) or node.where is None:
        return None
    parts = node.where.parts if isinstance(node.where, Both) else (node.where,)
    own = [
        part
        for part in parts
        if {c.of for c in walk(part) if isinstance(c, Column)} == {MEMBER}
        and not any(isinstance(c, Standard) for c in walk(part))
    ]
    return Both(tuple(own)) if own else None


def rows_over(unit: str, over: str, condition: Node | None, work: Work, scope: Scope) -> Run:
    """The rows of a kind, whoever owns them."""
    if over == MEMBER:
        return owned(unit, "has_member", MEMBER, work.rows[PERSON], work)
    if over == KIN:
        made = owned(unit, KIN, KIN, work.rows[KIN], work)
        role = work.frames.roles.get(KIN_PERSON)
        at = np.full(0, -1) if role is None else role.owner
        return replace(
            made, sources={**made.sources, PERSON: Source(PERSON, work.rows[PERSON], at)}
        )
    kind = work.vocabulary.kinds[over]
    made = owned(kind.owner, f"has_{over}", over, work.rows[over], work)
    return made if kind.owner == unit else through_members(made, condition, work, scope)


def owned(unit: str, name: str, prefix: str, table: pl.DataFrame, work: Work) -> Run:
    """The rows that a role gives to each row of a unit."""
    role = work.frames.roles.get(name)
    complete = f"{prefix}_complete"
    if role is None:
        owner = np.full(table.height, -1)
        whole = groups(owner, work.rows[unit].height)
        closed = no_row(work.rows[unit].height)
    else:
        owner, whole = role.owner, work.frames.groups[name]
        closed = is_closed(role, work.rows[unit])
    if (role is None or role.closed is None) and complete in work.rows[unit].columns:
        closed = truth(work.rows[unit][complete])
    kind = work.vocabulary.kinds.get(prefix)
    if kind is not None and kind.single:
        closed = closed | (np.bincount(owner[owner >= 0], minlength=len(closed)) > 0)
    of = PERSON if prefix == MEMBER else prefix
    sources = {prefix: Source(of, table), "": Source(unit, work.rows[unit], owner)}
    return Run(owner, whole, sources, closed)


def through_members(made: Run, condition: Node | None, work: Work, scope: Scope) -> Run:
    """Records of persons as rows of their households; whole where each member's list is."""
    members = owned(HOUSEHOLD, "has_member", MEMBER, work.rows[PERSON], work)
    height = work.rows[HOUSEHOLD].height
    owner = np.where(made.owner >= 0, np.append(members.owner, -1)[made.owner], -1)
    unknown = ~made.closed
    if condition is not None:
        table = columns_of(members.sources, [condition], work)
        inside = replace(scope, rowwise=True, columns=frozenset(table.columns))
        unknown &= possible(table.select(gate=plain(condition, inside))["gate"])
    gaps = found(members.groups, [unknown])[0]
    sources = {**made.sources, MEMBER: Source(PERSON, work.rows[PERSON], made.owner)}
    sources[""] = Source(HOUSEHOLD, work.rows[HOUSEHOLD], owner)
    return Run(owner, groups(owner, height), sources, members.closed & ~gaps)


def row_table(rows: Run, nodes: Sequence[Aggregate], work: Work) -> pl.DataFrame:
    """The columns that aggregates read, row beside row."""
    inner = [part for node in nodes for part in (node.value, node.where) if part is not None]
    return columns_of(rows.sources, inner, work, len(rows.owner))


def columns_of(
    sources: dict[str, Source], nodes: Sequence[Node], work: Work, height: int | None = None
) -> pl.DataFrame:
    """The columns that some nodes read, named `<prefix>.<column>`; never without a column."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for node in (part for whole in nodes for part in walk(whole)):
        if isinstance(node, Column):
            inner = node.of == KIN and node.name != "kind"
            wanted[PERSON if inner else node.of].add(physical(node.name, work.vocabulary))
        elif isinstance(node, Standard):
            wanted[""].add(f"std.{node.parameter}")
    height = sources[MEMBER].table.height if height is None else height
    table = pl.DataFrame({"@": no_row(height)})
    for prefix, names in wanted.items():
        source, of = sources[prefix], KIN if prefix == PERSON else prefix
        made = source.table.select(present(names, source.table))
        made = made if source.at is None else gather(made, source.at)
        named = {name: f"{of}.{name}" for name in made.columns}
        table = table.hstack(made.rename(named).get_columns())
    return table


def present(names: set[str], table: pl.DataFrame) -> list[str]:
    """The columns of some names, with those of their ends, numerators and denominators."""
    parts = ("", "__num", "__den")
    shapes = [f"{part}{end}" for part in parts for end in ("", "__low", "__high")]
    wanted = [f"{name}{shape}" for name in sorted(names) for shape in shapes]
    return [column for column in wanted if column in table.columns]


def condition_of(node: Aggregate, scope: Scope) -> pl.Expr:
    """Which rows count; all, without a filter."""
    return pl.lit(value=True) if node.where is None else plain(node.where, scope)


def evaluate(table: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    """The columns, as long as the table even where they are constant."""
    return table.with_columns(**columns).select(*columns)


def count(
    node: Aggregate, name: str, rows: Run, table: pl.DataFrame, scope: Scope
) -> dict[str, pl.Series]:
    """How many rows certainly and possibly meet the filter; an open list may hold more."""
    if node.where is None:
        low = high = sizes(rows.groups)
        return shown(name, low, high, np.ones_like(rows.closed), rows.closed)
    where = evaluate(table, where=condition_of(node, scope))["where"]
    low = counted(rows.groups, truth(where))
    high = low if not where.null_count() else counted(rows.groups, possible(where))
    return shown(name, low, high, np.ones_like(rows.closed), rows.closed)


def total(
    node: Aggregate, name: str, rows: Run, table: pl.DataFrame, scope: Scope
) -> dict[str, pl.Series]:
    """The least and greatest sum; unknown where a value that may count is."""
    if node.value is None:
        return {}
    value = quantity(node.value, scope).top
    made = evaluate(table, where=condition_of(node, scope), low=value.low, high=value.high)
    doubtful = made["where"].null_count() > 0
    low = summed(rows, share(made, "low", pl.min_horizontal, doubtful=doubtful))
    high = low
    if doubtful or not value.exact:
        high = summed(rows, share(made, "high", pl.max_horizontal, doubtful=doubtful))
    return shown(name, low[0], high[0], low[1] & rows.closed, high[1] & rows.closed)


def summed(rows: Run, column: pl.Series) -> tuple[Values, Flags]:
    """The sum of each owner's rows, and whether all of them are known."""
    sums = by_sorting(rows.groups, column.fill_null(0).to_numpy(), "sum")
    if not column.null_count():
        return sums, np.ones(len(sums), dtype=np.bool_)
    return sums, ~found(rows.groups, [column.is_null().to_numpy()])[0]


def share(
    made: pl.DataFrame, end: str, widest: Callable[..., pl.Expr], *, doubtful: bool
) -> pl.Series:
    """What each row adds: its value, that or nothing where it may count, null if not known."""
    where, value = pl.col("where"), pl.col(end)
    if doubtful:
        maybe = pl.when(value.is_not_null()).then(widest(value, pl.lit(0)))
        added = pl.when(where).then(value).when(~where).then(pl.lit(0)).otherwise(maybe)
    else:
        added = pl.when(where).then(value).otherwise(pl.lit(0))
    return made.select(added.cast(pl.Int64).alias(end)).to_series()


def extreme(
    node: Aggregate, name: str, rows: Run, table: pl.DataFrame, scope: Scope
) -> dict[str, pl.Series]:
    """The least or greatest value; unknown where one may count that is, or where none counts."""
    if node.value is None:
        return {}
    where = condition_of(node, scope)
    if type_of(node.value) == "number":
        span = quantity(node.value, scope).top
        value: pl.Expr = pl.when(span.low == span.high).then(span.low)
    else:
        value = plain(node.value, scope)
    made = evaluate(table, where=where, value=value)
    counts = truth(made["where"])
    unclear = possible(made["where"]) & ~(counts & made["value"].is_not_null().to_numpy())
    empty = EDGE if node.function == "MIN" else -EDGE
    numbers = made["value"].to_physical().cast(pl.Int64).fill_null(empty).to_numpy()
    how: How = "min" if node.function == "MIN" else "max"
    best = by_sorting(rows.groups, np.where(counts, numbers, empty), how, empty)
    some, gaps = found(rows.groups, [counts, unclear])
    known = rows.closed & some & ~gaps
    column = shown(name, best, best, known, known)[name]
    dtype = made["value"].dtype
    return {name: column if dtype.is_integer() else column.cast(pl.Int32).cast(dtype)}


def shown(
    name: str, low: Values, high: Values, low_known: Flags, high_known: Flags
) -> dict[str, pl.Series]:
    """The columns of a number: its value, and its two ends where they differ anywhere."""
    bottom, top = nullable(low, low_known), nullable(high, high_known)
    if bottom.equals(top):
        return {name: bottom}
    same = low_known & high_known & (low == high)
    return {name: nullable(low, same), f"{name}__low": bottom, f"{name}__high": top}


def nullable(values: Values, known: Flags) -> pl.Series:
    """The values where they are known, null elsewhere."""
    table = pl.DataFrame({"value": values, "known": known})
    return table.select(pl.when("known").then("value"))["value"]


REDUCERS: Final = {"COUNT": count, "SUM": total, "MIN": extreme, "MAX": extreme}
