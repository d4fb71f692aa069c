"""An evaluated population as other local numbers make it: only what rests on them is worked out."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import polars as pl

from ontology.evaluate import Run, add_standards, classes, finished, indicators, started
from ontology.expression import fields, names
from ontology.formula_tree import Standard, walk
from ontology.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ontology.plan import Plan, Policies
    from ontology.to_frame import Frames, Work

SHAPES: Final = (
    *("".join(both) for both in product(("", "__num", "__den"), ("", "__low", "__high"))),
    "__applicable",
    "__identity",
)
"""What follows a name in the columns that are made of it."""
Columns = dict[str, pl.Series]


def evaluate_again(
    pack: Policies, frames: Frames, as_of: date, parameters: Iterable[str]
) -> tuple[Frames, frozenset[str]]:
    """The population by the standards of this pack, and the words whose columns changed.

    `frames` were evaluated on the day by a pack that differs from this one in the values of these
    parameters alone. A word is worked out where a word that it reads changed.
    """
    made, changed = plan(pack), {f"std.{parameter}" for parameter in parameters}
    uses = used(pack, made)
    run = Run(pack, made, as_of, started(pack, made, frames), frames.places, dict(frames.bounds))
    without(run.work, changed)
    for level in made.levels:
        due = [name for name in level if uses[name] & changed]
        if not due:
            continue
        state_standards(run, due)
        before = without(run.work, due)
        indicators(run, [name for name in due if name in made.formulas])
        classes(run, [name for name in due if name not in made.formulas])
        changed |= {name for name in due if not same(before[name], columns_of(run.work, name))}
    return finished(run), frozenset(changed)


def used(pack: Policies, made: Plan) -> dict[str, frozenset[str]]:
    """The words that each indicator and class reads."""
    found = {
        name: frozenset(word for part in parts for word in part.uses)
        for name, parts in made.formulas.items()
    }
    for name in set(made.order) - found.keys():
        said = [version.expression for version in pack.classes.get(name, ())]
        found[name] = frozenset(word for each in said for word in fields(each) | names(each))
    return found


def state_standards(run: Run, due: Sequence[str]) -> None:
    """Add the local numbers that some formulas read, where they were not added yet."""
    parts = [part for name in due for part in run.plan.formulas.get(name, ())]
    read = {n.parameter for part in parts for n in walk(part.root) if isinstance(n, Standard)}
    new = read - run.standards.keys()
    add_standards(
        run, {unit: some & new for unit, some in run.plan.standards.items() if some & new}
    )


def columns_of(work: Work, name: str) -> Columns:
    """The columns of a word, of whichever unit."""
    shapes = [f"{name}{shape}" for shape in SHAPES]
    return {
        f"{unit} {column}": table[column]
        for unit, table in work.rows.items()
        for held in [set(table.columns)]
        for column in shapes
        if column in held
    }


def without(work: Work, some: Iterable[str]) -> dict[str, Columns]:
    """Take the columns of these words from the tables."""
    taken = {name: columns_of(work, name) for name in some}
    gone = {column.name for columns in taken.values() for column in columns.values()}
    for unit, table in work.rows.items():
        if not gone.isdisjoint(table.columns):
            kept = [column for column in table.get_columns() if column.name not in gone]
            work.rows[unit] = pl.DataFrame(kept)
    return taken


def same(before: Mapping[str, pl.Series], now: Mapping[str, pl.Series]) -> bool:
    """Whether the columns are the ones before, null where these were."""
    return before.keys() == now.keys() and all(now[name].equals(before[name]) for name in now)
