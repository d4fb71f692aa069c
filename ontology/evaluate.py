"""Every indicator and class of a pack, for a whole population on one day.

The columns that come out: a class by its name (true, false, null) with `<class>__applicable`, a
programme's identity as `<class>__identity`; a number as Int64, with `__low` and `__high` where it
is only known to lie between them; a ratio as `__num` and `__den`; a local number as `std.<name>`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl

from ontology import formula
from ontology.aggregates import aggregate, present
from ontology.errors import PolicyError
from ontology.formula_frame import Bounds, Scope, columns_of, plain, quantity, with_numbers
from ontology.formula_tree import Column, Formula, Standard, type_of
from ontology.formula_tree import walk as walk_formula
from ontology.places import Chosen, Places, chosen, given_measure, standard_column
from ontology.plan import Plan, Policies, aggregates_in, by_unit, facts, number, order, plan
from ontology.stated import base_value, multiples, stated_columns
from ontology.to_frame import Frames, Work, gather, index, physical, truths
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON, Item, Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ontology.expression import Expression
    from ontology.members import Flags

    Stated: TypeAlias = Mapping[str, Mapping[str, pl.Series]]

__all__ = ["amounts", "evaluate", "order", "plan"]

DTYPES: Final[dict[str, type[pl.DataType]]] = {
    "decimal": pl.Int64,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
    "string": pl.String,
    "region": pl.String,
    "enum": pl.String,
    "date": pl.Date,
}
FEN: Final = 100
"""Money is held in hundredths."""
TEMPORARY: Final = ("@", "#", "stated.", "household.")


@dataclass
class Run:
    """One evaluation: the pack and its plan, the day, the columns made so far."""

    pack: Policies
    plan: Plan
    as_of: date
    work: Work
    places: Mapping[str, Places]
    bounds: dict[str, Bounds] = field(default_factory=dict)
    standards: dict[str, Measure] = field(default_factory=dict)

    def scope(self, unit: str) -> Scope:
        """What the columns of a unit mean at this point."""
        return Scope(
            self.pack.vocabulary,
            self.as_of,
            self.bounds,
            self.standards,
            frozenset(self.work.rows[unit].columns),
            {node: name for (owner, node), name in self.work.names.items() if owner == unit},
            self.pack.regions.within,
        )

    def formulas(self, name: str) -> list[Formula]:
        """What an indicator is computed from, with what is below the line of its stated ratios."""
        unit = self.pack.vocabulary.indicators[name].unit_of
        below = [self.plan.formulas[ratio][1] for ratio in self.stated_ratios(name, unit)]
        return [*self.plan.formulas[name], *below]

    def stated_ratios(self, name: str, unit: str) -> list[str]:
        """The stated ratios whose numerator this indicator is."""
        columns = self.work.rows[unit].columns
        return [r for r in self.plan.ratios_of.get(name, ()) if f"stated.{r}__num" in columns]


def evaluate(
    pack: Policies, frames: Frames, as_of: date, *, stated: Stated | None = None
) -> Frames:
    """The population with a column for every indicator and class of the pack.

    `stated`: values by unit and name that are taken as given where they are not null: integers as
    the columns hold them, or decimals (text or Decimal). What stands above the line of a stated
    ratio follows from it.
    """
    made = plan(pack)
    run = Run(pack, made, as_of, started(pack, made, frames), frames.places)
    take_stated(run, stated or {})
    add_standards(run, made.standards)
    for level in made.levels:
        indicators(run, [name for name in level if name in made.formulas])
        classes(run, [name for name in level if name not in made.formulas])
    return finished(run)


def amounts(  # noqa: PLR0913, PLR0917 - of whom, what, when
    pack: Policies, frames: Frames, text: str, unit: str, as_of: date, rows: Flags
) -> pl.Series:
    """A benefit formula on some rows of an evaluated population, in fen; null where not known."""
    parsed = formula.parse(text, pack.vocabulary, unit)
    if aggregates_in([parsed]):
        whole = reckoned(pack, frames, parsed, unit, as_of)
        return whole.filter(pl.Series(rows, dtype=pl.Boolean))
    words = by_unit(facts(parsed.root, unit)).get(unit, frozenset())
    return reckoned(pack, frames.only(unit, rows, words), parsed, unit, as_of)


def reckoned(pack: Policies, frames: Frames, parsed: Formula, unit: str, as_of: date) -> pl.Series:
    """A parsed benefit formula on every row of an evaluated population."""
    made = replace(plan(pack), columns=by_unit(facts(parsed.root, unit)))
    run = Run(pack, made, as_of, started(pack, made, frames), frames.places)
    used = {n.parameter for n in walk_formula(parsed.root) if isinstance(n, Standard)}
    add_standards(run, {unit: frozenset(used)})
    run.bounds |= frames.bounds
    lift_columns(run.work, unit, [parsed])
    aggregate(unit, aggregates_in([parsed]), run.work, run.scope(unit))
    amount = Item(name="amount", unit_of=unit, datatype="decimal", label={}, scale=FEN)
    columns, _ = columns_of("amount", quantity(parsed.root, run.scope(unit)), amount)
    return with_numbers(run.work.rows[unit], columns)["amount"]


def finished(run: Run) -> Frames:
    """The population without the columns that only led to others."""
    rows = {
        unit: table.drop([c for c in table.columns if c.startswith(TEMPORARY)])
        for unit, table in run.work.rows.items()
    }
    scales = {parameter: measure.scale for parameter, measure in run.standards.items()}
    scales = {**run.work.frames.scales, **scales}
    return run.work.frames.alike(rows, scales, run.as_of, run.bounds)


def started(pack: Policies, made: Plan, frames: Frames) -> Work:
    """The tables with a null column for every fact that is read and that nobody sent."""
    vocabulary = pack.vocabulary
    rows = {}
    empty = pl.DataFrame(schema={"id": pl.String, "kind": pl.String})
    for unit in sorted({HOUSEHOLD, PERSON, KIN, *vocabulary.kinds, *frames.rows}):
        table = frames.rows.get(unit, empty)
        missing = {}
        for name in sorted(made.columns.get(unit, frozenset()) - set(table.columns)):
            item = vocabulary.items.get(name)
            if item is not None:
                missing[name] = pl.lit(None, dtype=DTYPES[item.datatype])
            elif name.startswith(("enrolled_", "received_")):
                missing[name] = pl.lit(None, dtype=pl.Boolean)
        rows[unit] = table.with_columns(**missing) if missing else table
    return Work(rows, frames, vocabulary)


def take_stated(run: Run, stated: Stated) -> None:
    """Items take their stated values at once; the others wait as `stated.<name>`."""
    for unit, values in stated.items():
        columns: list[pl.Series] = []
        waiting: dict[str, pl.Series] = {}
        for name, series in values.items():
            given = stated_columns(name, series, run.pack.vocabulary.field(name))
            if name in run.pack.vocabulary.items:
                columns.append(filled(given[0], run.work.rows[unit]))
            else:
                waiting |= {column.name: column for column in given}
        own = {n for n, each in run.pack.vocabulary.indicators.items() if each.unit_of == unit}
        waiting |= {column.name: column for column in multiples(waiting, run.plan, own)}
        columns += [column.alias(f"stated.{name}") for name, column in waiting.items()]
        run.work.rows[unit] = run.work.rows[unit].with_columns(columns)


def filled(column: pl.Series, table: pl.DataFrame) -> pl.Series:
    """The column, and where it is null what the table holds under its name."""
    if column.name not in table.columns:
        return column
    return column.to_frame().select(pl.coalesce(column.name, table[column.name])).to_series()


def add_standards(run: Run, wanted: Mapping[str, frozenset[str]]) -> None:
    """Add the local numbers that formulas about a unit read, unless they came with it."""
    for unit, parameters in wanted.items():
        table, columns = run.work.rows[unit], []
        for parameter in sorted(parameters):
            name = f"std.{parameter}"
            if name in table.columns:
                measure = given_measure(table[name], run.work.frames.scales.get(parameter, 1))
            else:
                scale = run.pack.vocabulary.standards.get(parameter, Measure()).scale
                column, measure = standard_column(
                    parameter, run.pack, run.as_of, run.places[unit], scale
                )
                columns.append(column.alias(name))
            run.standards[parameter] = widest(run.standards.get(parameter), measure)
        run.work.rows[unit] = table.with_columns(columns)


def widest(a: Measure | None, b: Measure) -> Measure:
    """One measure for the columns of two units."""
    if a is None:
        return b
    if a.scale != b.scale:
        raise PolicyError.saying("One standard is held at two scales.")
    return Measure(a.scale, min(a.least or 0, b.least or 0), max(a.greatest or 0, b.greatest or 0))


def indicators(run: Run, names: Sequence[str]) -> None:
    """Add the columns of indicators whose inputs are all there."""
    units: dict[str, list[str]] = defaultdict(list)
    for name in names:
        units[run.pack.vocabulary.indicators[name].unit_of].append(name)
    for unit, some in units.items():
        parts = [part for name in some for part in run.formulas(name)]
        lift_columns(run.work, unit, parts)
        aggregate(unit, aggregates_in(parts), run.work, run.scope(unit))
        scope = run.scope(unit)
        columns = [column for name in some for column in indicator_columns(run, name, scope)]
        run.work.rows[unit] = with_numbers(run.work.rows[unit], columns)
        narrow(run.work, unit, some)
        given = [n for n in some if run.stated_ratios(n, unit) or stated_names(n, scope)]
        run.bounds |= measured(run, unit, given)


def indicator_columns(run: Run, name: str, scope: Scope) -> list[pl.Expr]:
    """The columns of one indicator: the stated value where there is one, else the formula's."""
    indicator, parts = run.pack.vocabulary.indicators[name], run.plan.formulas[name]
    if type_of(parts[0].root) != "number":
        made = [plain(parts[0].root, scope).alias(name)]
    else:
        made, run.bounds[name] = columns_of(name, number(parts, scope), indicator)
    given = stated_names(name, scope)
    derived = [
        base_value(ratio, run.plan.formulas[ratio][1], indicator, scope)
        for ratio in run.stated_ratios(name, indicator.unit_of)
    ]
    return [with_stated(column, given, derived) for column in made]


def stated_names(name: str, scope: Scope) -> list[str]:
    """The columns that state an indicator."""
    shapes = (f"stated.{name}", f"stated.{name}__num", f"stated.{name}__den")
    return [column for column in shapes if column in scope.columns]


def with_stated(column: pl.Expr, given: Sequence[str], derived: Sequence[pl.Expr]) -> pl.Expr:
    """A column, its stated value first; the ends of an interval take that of the whole."""
    name = column.meta.output_name()
    whole = f"stated.{name.removesuffix('__low').removesuffix('__high')}"
    first = [pl.col(whole)] if whole in given else []
    return pl.coalesce(*first, *derived, column).alias(name)


def measured(run: Run, unit: str, names: Sequence[str]) -> dict[str, Bounds]:
    """What some numbers really are, beside what their formulas allow."""
    table, found = run.work.rows[unit], {}
    for name in names:
        known = run.bounds.get(name, Bounds(0, 0, (0, 0)))
        sides = {part: held(f"{name}{part}", table) for part in ("", "__num", "__den")}
        tops = [*sides[""], *sides["__num"], known.least, known.greatest]
        bottoms = [*sides["__den"], *(known.bottom or ())]
        found[name] = Bounds(min(tops), max(tops), (0, max(bottoms, default=0)))
    return found


def held(name: str, table: pl.DataFrame) -> list[int]:
    """The least and greatest integers of a column and of its ends; nothing of other columns."""
    columns = [
        table[column] for column in (name, f"{name}__low", f"{name}__high") if column in table
    ]
    measures = [given_measure(c, 1) for c in columns if c.dtype == pl.Int64]
    return [end or 0 for measure in measures for end in (measure.least, measure.greatest)]


def lift_columns(work: Work, unit: str, parts: Sequence[Formula]) -> None:
    """Give persons the facts of their household that a formula reads as `household.x`."""
    nodes = [n for part in parts for n in walk_formula(part.root)]
    read = {
        physical(n.name, work.vocabulary)
        for n in nodes
        if isinstance(n, Column) and n.of == HOUSEHOLD
    }
    role, table = work.frames.roles.get("has_member"), work.rows[HOUSEHOLD]
    names = [n for n in present(read, table) if f"household.{n}" not in work.rows[unit].columns]
    if unit == PERSON and names:
        at = index(np.full(work.rows[PERSON].height, -1)) if role is None else role.index
        lifted = gather(table.select(names), at)
        work.add(PERSON, lifted.rename({name: f"household.{name}" for name in names}))


def narrow(work: Work, unit: str, names: Sequence[str]) -> None:
    """Drop the ends of numbers that turned out to be known wherever anything is."""
    table = work.rows[unit]
    for name in (f"{name}{part}" for name in names for part in ("", "__num", "__den")):
        pair = [f"{name}__low", f"{name}__high"]
        if pair[0] in table.columns and all(table[name].equals(table[end]) for end in pair):
            work.rows[unit] = work.rows[unit].drop(pair)


def classes(run: Run, names: Sequence[str]) -> None:
    """Add the truth of classes whose inputs are all there."""
    wanted: dict[tuple[str, str], Expression] = {}
    picks: dict[str, Chosen] = {}
    for name in names:
        unit, versions = run.pack.vocabulary.classes[name].unit, run.pack.classes.get(name, ())
        picks[name] = chosen(versions, run.as_of, run.places[unit], run.pack.regions)
        for pick in picks[name].used:
            wanted[unit, f"@{name}.{pick}"] = versions[pick].expression
    truths(wanted, run.work)
    units: dict[str, list[str]] = defaultdict(list)
    for name in names:
        units[run.pack.vocabulary.classes[name].unit].append(name)
    for unit, some in units.items():
        table = run.work.rows[unit]
        made = table.with_columns(
            c for name in some for c in class_columns(name, picks[name], table)
        )
        words = run.pack.vocabulary.classes
        programmes = [(name, words[name].programme) for name in some if words[name].programme]
        run.work.rows[unit] = made.with_columns(identity(*pair) for pair in programmes)


def class_columns(name: str, pick: Chosen, table: pl.DataFrame) -> list[pl.Expr]:
    """The truth of a class by the version that holds for each row, and whether one does."""
    truth: pl.Expr = pl.lit(None, dtype=pl.Boolean)
    if pick.single is not None:
        truth = pl.col(f"@{name}.{pick.single}")
    elif pick.used:
        number = pl.lit(pl.Series(pick.numbers))
        for each in pick.used:
            truth = pl.when(number == each).then(pl.col(f"@{name}.{each}")).otherwise(truth)
    if f"stated.{name}" in table.columns:
        truth = pl.coalesce(pl.col(f"stated.{name}"), truth)
    applies = pl.lit(value=True) if pick.everywhere else pl.lit(pl.Series(pick.applicable))
    return [truth.alias(name), applies.alias(f"{name}__applicable")]


def identity(name: str, programme: str | None) -> pl.Expr:
    """A programme's class as others use it: where not decided, true of those on its roll."""
    enrolled = pl.when(pl.col(f"enrolled_{programme}")).then(pl.lit(value=True))
    return pl.coalesce(pl.col(name), enrolled).alias(f"{name}__identity")
