"""Class expressions over a whole population: columns of true, false and null (not known).

Strong Kleene logic, sound for OWL: true is entailed, false is refuted, null is neither. A count
over a role that is not closed has no upper bound.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

import narwhals as nw
import numpy as np
import polars as pl

from ontology.compare import compare, one_of
from ontology.errors import PolicyError
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
    parts,
)
from ontology.members import Flags, Groups, Rows, counted, found, groups
from ontology.places import Places, places
from ontology.vocabulary import KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date

    from ontology.formula_frame import Bounds
    from ontology.formula_tree import Aggregate
    from ontology.vocabulary import Vocabulary

KIN_PERSON: Final = "kin_person"
LOCAL: Final = "std."
"""How columns of local numbers begin."""
RoleNode: TypeAlias = Some | Only | AtLeast | AtMost
Bound: TypeAlias = tuple[bool, int, str]
"""At least (or at most) so many rows for which a column holds."""


@dataclass(frozen=True)
class Role:
    """Which row of `unit` owns each row of `to` (-1: none).

    `closed` is a Boolean column of `unit`: true where the list is known to be whole.
    """

    unit: str
    to: str
    owner: Rows
    closed: str | None = None

    @cached_property
    def index(self) -> pl.Series:
        """The owners as Polars looks rows up: null for none."""
        return index(self.owner)


@dataclass(frozen=True)
class Frames:
    """A population: a table a unit and record kind, and the roles between their rows.

    Roles by name: `has_member`; `has_<kind>`; `kin` from a person to the rows of table `kin`,
    and `kin_person`, whose owner is the row of the person that a row of `kin` leads to.
    `scales` says how a standard's column `std.x` is held: so many to one. `as_of` is the day for
    which they were evaluated, `bounds` what their numbers can be.
    """

    rows: Mapping[str, pl.DataFrame]
    roles: Mapping[str, Role]
    scales: Mapping[str, int] = field(default_factory=dict)
    as_of: date | None = None
    bounds: Mapping[str, Bounds] = field(default_factory=dict)

    @cached_property
    def groups(self) -> dict[str, Groups]:
        """The rows of each owner, by role."""
        return {
            name: groups(role.owner, self.rows[role.unit].height)
            for name, role in self.roles.items()
        }

    def alike(
        self,
        rows: Mapping[str, pl.DataFrame],
        scales: Mapping[str, int],
        as_of: date,
        bounds: Mapping[str, Bounds],
    ) -> Frames:
        """The same rows with more columns: whose rows are whose, and where, is not asked again."""
        made = Frames(rows, self.roles, scales, as_of, bounds)
        kept = {name: held for name, held in vars(self).items() if name in ("groups", "places")}
        vars(made).update(kept)
        return made

    def only(self, unit: str, rows: Flags, words: Container[str]) -> Frames:
        """These rows of a unit with what a formula of these words, without aggregates, reads."""
        own = self.roles.get("has_member") if unit == PERSON else None
        roles = {} if own is None else {"has_member": replace(own, owner=own.owner[rows])}
        table = self.rows[unit]
        read = [n for n in table.columns if n.partition("__")[0] in words or n.startswith(LOCAL)]
        few = table.select(read or table.columns[:1])[np.flatnonzero(rows)]
        made = Frames({**self.rows, unit: few}, roles, self.scales, self.as_of, self.bounds)
        where = self.places[unit]
        there = Places(where.regions, where.codes[rows], where.present)
        vars(made)["places"] = {**self.places, unit: there}
        return made

    @cached_property
    def places(self) -> dict[str, Places]:
        """The regions of households and persons."""
        return places(self)


def physical(name: str, vocabulary: Vocabulary) -> str:
    """The column a class is read from: of a programme, its identity."""
    word = vocabulary.classes.get(name)
    return f"{name}__identity" if word and word.programme else name


def frames_role(name: str) -> str:
    """The name in `Frames.roles` of a role of the vocabulary."""
    return KIN if name == "has_kin" else name


@dataclass
class Work:
    """The columns made so far.

    `memo` names the column of each role expression already lifted, `names` that of each aggregate.
    """

    rows: dict[str, pl.DataFrame]
    frames: Frames
    vocabulary: Vocabulary
    memo: dict[tuple[str, Expression], str] = field(default_factory=dict)
    names: dict[tuple[str, Aggregate], str] = field(default_factory=dict)

    def scale(self, name: str) -> int:
        item = self.vocabulary.field(name)
        if item is None:
            raise PolicyError.saying(f"No property `{name}`.")
        return item.scale

    def add(self, unit: str, columns: pl.DataFrame) -> None:
        self.rows[unit] = self.rows[unit].hstack(columns.get_columns())


def truths(wanted: Mapping[tuple[str, str], Expression], work: Work) -> None:
    """Add a Boolean column for each (unit, column name) of an expression."""
    lift([(unit, expression) for (unit, _), expression in wanted.items()], work)
    units: dict[str, dict[str, Expression]] = defaultdict(dict)
    for (unit, name), expression in wanted.items():
        units[unit][name] = expression
    for unit, columns in units.items():
        work.add(unit, select(unit, columns, work))


def select(unit: str, wanted: Mapping[str, Expression], work: Work) -> pl.DataFrame:
    """A column for each expression whose role parts have been lifted."""
    columns = [to_narwhals(part, unit, work).alias(name) for name, part in wanted.items()]
    return nw.from_native(work.rows[unit]).select(*columns).to_native()


def to_narwhals(  # noqa: C901, PLR0911 - one case a node
    expression: Expression, unit: str, work: Work
) -> nw.Expr:
    """True, false, or null where a needed value is missing."""
    match expression:
        case AllOf(()) | AnyOf(()) | OneOf(_, ()):
            raise PolicyError.saying("An empty list of conditions would match everyone or no one.")
        case Compare(name, operator, limit):
            return compare(name, operator, limit, work.scale(name), work.rows[unit])
        case OneOf(name, values):
            return one_of(name, values, work.scale(name), work.rows[unit])
        case Is(name, value):
            return nw.col(name) if value else ~nw.col(name)
        case Received(programme):
            return known(f"received_{programme}", unit, work)
        case Named(name):
            if name not in work.vocabulary.classes:
                return every(unit, work)
            return nw.col(physical(name, work.vocabulary))
        case AllOf(inner):
            return reduce(and_, (to_narwhals(part, unit, work) for part in inner))
        case AnyOf(inner):
            return reduce(or_, (to_narwhals(part, unit, work) for part in inner))
        case Not(part):
            return ~to_narwhals(part, unit, work)
        case Some() | Only() | AtLeast() | AtMost():
            return nw.col(work.memo[unit, expression])
        case _:
            assert_never(expression)


def every(unit: str, work: Work) -> nw.Expr:
    """True of each row: a row of a unit or kind is what its table says it is."""
    return nw.col(work.rows[unit].columns[0]).is_null() | nw.lit(value=True)


def known(column: str, unit: str, work: Work) -> nw.Expr:
    """A Boolean column that a population may lack; then nothing is known."""
    if column in work.rows[unit].columns:
        return nw.col(column)
    return every(unit, work) & nw.lit(None, dtype=nw.Boolean)


def lift(wanted: Iterable[tuple[str, Expression]], work: Work) -> None:
    """Add the column of each role expression inside these, the innermost first."""
    depths: dict[tuple[str, Expression], int] = {}
    for unit, expression in wanted:
        depth(expression, unit, work, depths)
    batches: dict[tuple[int, str, str], list[RoleNode]] = defaultdict(list)
    for (unit, node), level in depths.items():
        if (unit, node) not in work.memo and isinstance(node, RoleNode):
            batches[level, unit, node.role].append(node)
    for (_, unit, role), nodes in sorted(batches.items(), key=lambda batch: batch[0]):
        lift_role(unit, role, nodes, work)


def depth(
    expression: Expression, unit: str, work: Work, depths: dict[tuple[str, Expression], int]
) -> int:
    """How many roles lie on the longest way down; notes it for each role expression."""
    if not isinstance(expression, RoleNode):
        return max((depth(part, unit, work, depths) for part in parts(expression)), default=0)
    word = work.vocabulary.roles.get(expression.role)
    if word is None or word.unit != unit:
        raise PolicyError.saying(f"No role `{expression.role}` of {unit}.")
    depths[unit, expression] = 1 + depth(expression.part, word.to, work, depths)
    return depths[unit, expression]


def count(node: RoleNode) -> tuple[bool, int, Expression]:
    """Any of the four as (at least?, so many, of what)."""
    match node:
        case Some(_, part):
            return True, 1, part
        case Only(_, part):
            return False, 0, Not(part)
        case AtLeast(number, _, part):
            return True, number, part
        case AtMost(number, _, part):
            return False, number, part
        case _:
            assert_never(node)


def lift_role(unit: str, name: str, nodes: Sequence[RoleNode], work: Work) -> None:
    """Add a column for each of these expressions, all of one role of one unit."""
    word = work.vocabulary.roles[name]
    wanted = {part: f"@{i}" for i, part in enumerate({count(node)[2]: None for node in nodes})}
    inner = select(word.to, {column: part for part, column in wanted.items()}, work)
    bounds = [(*count(node)[:2], wanted[count(node)[2]]) for node in nodes]
    of_owner = owner_truths if word.inverse else row_truths
    columns = {}
    for node, column in zip(nodes, of_owner(name, bounds, inner, work), strict=True):
        columns[f"@{unit}.{len(work.memo)}"] = column
        work.memo[unit, node] = f"@{unit}.{len(work.memo)}"
    work.add(unit, pl.DataFrame(columns))


def index(rows: Rows) -> pl.Series:
    """Numbers of rows as Polars looks them up: null for -1."""
    at = pl.Series(rows, dtype=pl.Int64)
    if len(rows) and rows.min() < 0:
        at = at.set(at < 0, None)
    return at.cast(pl.get_index_type())


def gather(table: pl.DataFrame, rows: Rows | pl.Series) -> pl.DataFrame:
    """The row of the table that each number names; nulls for -1."""
    at = rows if isinstance(rows, pl.Series) else index(rows)
    return table.select(pl.all().gather(at))


def owner_truths(
    name: str, bounds: Sequence[Bound], inner: pl.DataFrame, work: Work
) -> list[pl.Series]:
    """What holds of the one owner holds of each of its rows; without a known owner, null."""
    word = work.vocabulary.roles[name]
    height = work.rows[word.unit].height
    role = work.frames.roles.get(word.inverse or name)
    at = index(np.full(height, -1)) if role is None else role.index
    rows = gather(inner, at)
    made = []
    for least, number, column in bounds:
        if number == (1 if least else 0):
            made.append(rows[column] if least else ~rows[column])
        elif (number < 1) == least:
            made.append(pl.Series(~no_row(height)))
        else:
            made.append(gather(pl.DataFrame({"no": no_row(inner.height)}), at)["no"])
    return made


def row_truths(
    name: str, bounds: Sequence[Bound], inner: pl.DataFrame, work: Work
) -> list[pl.Series]:
    """Counts over the rows of each owner; a list that is not closed may go on without end."""
    word = work.vocabulary.roles[name]
    key = frames_role(name)
    height = work.rows[word.unit].height
    if key not in work.frames.roles:
        rows, inner, closed = groups(np.full(0, -1), height), inner.clear(), no_row(height)
    else:
        role = work.frames.roles[key]
        rows, closed = work.frames.groups[key], is_closed(role, work.rows[word.unit])
        if key == KIN:
            inner = gather(inner, work.frames.roles[KIN_PERSON].index)
    single = [column for least, number, column in bounds if number == (1 if least else 0)]
    wanted = list(dict.fromkeys(single))
    unclear = [column for column in wanted if inner[column].null_count()]
    yes = dict(zip(wanted, found(rows, [truth(inner[c]) for c in wanted]), strict=True))
    may = yes | dict(zip(unclear, found(rows, [possible(inner[c]) for c in unclear]), strict=True))
    columns = {}
    for i, (least, number, column) in enumerate(bounds):
        if number == (1 if least else 0):
            holds, fails = yes[column], closed & ~may[column]
        else:
            sure = counted(rows, truth(inner[column]))
            most = counted(rows, possible(inner[column]))
            more = number if least else number + 1
            holds, fails = sure >= more, closed & (most < more)
        columns[f"{i}"] = holds if least else fails
        columns[f"{i}?"] = holds | fails
    table = pl.DataFrame(columns)
    return table.select(
        pl.when(pl.col(f"{i}?")).then(pl.col(f"{i}")).alias(f"{i}") for i in range(len(bounds))
    ).get_columns()


def is_closed(role: Role, table: pl.DataFrame) -> Flags:
    """Whether each owner's list is known to be whole."""
    if role.closed is None or role.closed not in table.columns:
        return no_row(table.height)
    return truth(table[role.closed])


def no_row(height: int) -> Flags:
    """Flags of which none is set."""
    return np.zeros(height, dtype=np.bool_)


def truth(column: pl.Series) -> Flags:
    """Where it is true."""
    return (column.fill_null(value=False) if column.null_count() else column).to_numpy()


def possible(column: pl.Series) -> Flags:
    """Where it is not false."""
    return (column.fill_null(value=True) if column.null_count() else column).to_numpy()
