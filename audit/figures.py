"""The figures that leaders look at, defined once: page, API, report and re-measuring share them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from audit.figure_parts import WAITING, Parts, covered, suspected_gaps, suspected_overpaid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.figure_parts import FigureFacts

Mark = Literal["no_data", "not_applicable", "small_base"]
Words = dict[str, str]
THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One entry of the registry.

    `value` is always numerator ÷ denominator; `unit` says how to show it. `needs` are the record
    kinds without which there is no figure; `leaves_out` the questions that find something else
    of that kind (who has an open application asked already, however late the answer is).
    """

    id: str
    label: Words
    definition: Words
    unit: Literal["permille", "percent"]
    counts: Literal["persons", "pairs", "fen"]
    better: Literal["up", "down", "neither"]
    finds: tuple[str, ...]
    needs: tuple[str, ...]
    places: int
    parts: Callable[[FigureFacts], Parts]
    smallest_base: int = 30
    leaves_out: tuple[str, ...] = ()


REGISTRY: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        figure.id: figure
        for figure in (
            Figure(
                id="covered",
                label={"zh": "在保人数 / 保障面", "en": "Persons covered"},
                definition={
                    "zh": "截至统计日在册的保障对象人数（开始日≤统计日<终止日，"
                    "家庭项目按共同生活成员计，同一人只计一次）÷ 本区域户籍登记的在世人口。"
                    "低保边缘、刚性支出等身份另列。",
                    "en": "Persons enrolled on the day in a programme from which others follow "
                    "(since ≤ day < until; of a household programme its counted members; each "
                    "person once) ÷ living persons on the register of the region. Identities "
                    "without a payment stand in rows of their own.",
                },
                unit="permille",
                counts="persons",
                better="neither",
                finds=(),
                needs=("enrolment",),
                places=5,
                parts=covered,
            ),
            Figure(
                id="suspected_gaps",
                label={"zh": "疑似应救未救", "en": "Suspected gaps"},
                definition={
                    "zh": "符合条件（兼容规则之后）而截至统计日未在保、一个周期内无发放、"
                    "无在办申请、未放弃也未核为不属实的（对象，项目）对"
                    "÷（这些对 + 符合条件且在保的对）。",
                    "en": "Pairs of unit and programme eligible after compatibility, without "
                    "active enrolment, payment in one cycle or open application, neither waived "
                    "nor refuted ÷ (those + eligible pairs that are enrolled).",
                },
                unit="percent",
                counts="pairs",
                better="down",
                finds=("gap",),
                leaves_out=WAITING,
                needs=("enrolment", "application"),
                places=4,
                parts=suspected_gaps,
            ),
            Figure(
                id="suspected_overpaid",
                label={"zh": "疑似重复 / 不应发金额", "en": "Suspected excess payments"},
                definition={
                    "zh": "近 12 个月内被未了结的硬性疑点引用的多发金额（每笔只计一次）÷ "
                    "同期这些项目成功发放的金额（外地发放的均不计）。",
                    "en": "Excess of payments of the last 12 months that open hard findings cite, "
                    "each payment once ÷ successful payments of those programmes in that time; "
                    "without what other regions paid, above and below.",
                },
                unit="percent",
                counts="fen",
                better="down",
                finds=("duplicate", "suspicion"),
                needs=("disbursement",),
                places=4,
                parts=suspected_overpaid,
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is measured; nothing named means all of it."""

    regions: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """N of M for one place or programme; `mark` says why there is no value or rank."""

    of: str | None
    numerator: int | None
    denominator: int | None
    value: str | None
    mark: Mark | None
    rank: int | None = None
    per_thousand_households: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as measured: the whole, what stands beside it, and its parts."""

    figure: Figure
    whole: Cell
    as_of: str
    run: str
    beside: Mapping[str, int | None] = field(default_factory=dict)
    townships: tuple[Cell, ...] = ()
    programmes: tuple[Cell, ...] = ()
    lacks: tuple[str, ...] = ()


EVERYTHING: Final = Scope()


def measure(figure_id: str, facts: FigureFacts, scope: Scope = EVERYTHING) -> Measure:
    """One figure of the registry in a scope, by township and by programme."""
    return measured(REGISTRY[figure_id], facts, scope)


def measured(figure: Figure, facts: FigureFacts, scope: Scope = EVERYTHING) -> Measure:
    """A figure in a scope, by township and by programme."""
    as_of = facts.as_of.isoformat()
    lacks = tuple(facts.checked.lacking(figure.needs))
    if lacks:
        nothing = Cell(None, None, None, None, "no_data")
        return Measure(figure, nothing, as_of, facts.run, lacks=lacks)
    parts = figure.parts(facts).within(facts, scope.regions, scope.programmes)
    counted = parts.of_figure()
    whole = cell_of(figure, None, counted.above, counted.below)
    return Measure(
        figure,
        whole,
        as_of,
        facts.run,
        beside={**{name: total(rows) for name, rows in parts.beside.items()}, **parts.known},
        townships=_townships(figure, facts, parts, scope),
        programmes=_programmes(figure, parts),
    )


def total(rows: pl.DataFrame) -> int:
    """The sum of the weights, each thing once."""
    return int(rows.unique("what")["weight"].sum())


def _townships(figure: Figure, facts: FigureFacts, parts: Parts, scope: Scope) -> tuple[Cell, ...]:
    """Every township in scope, those without anything too, the highest value first."""
    known = facts.townships(scope.regions)
    counted = parts.of_figure()
    cells = []
    for code in known or sorted({*counted.above["region"].drop_nulls()}):
        here = pl.col("region") == code
        cell = cell_of(figure, code, counted.above.filter(here), counted.below.filter(here))
        cells.append(_per_thousand(cell, parts.households.get(code)))
    return _ranked(cells)


def _programmes(figure: Figure, parts: Parts) -> tuple[Cell, ...]:
    """Every programme that is counted, and beside them those that only stand beside."""
    cells = []
    for name in sorted({*parts.above["programme"].drop_nulls()}):
        below = parts.below.filter(pl.col("programme").is_null() | (pl.col("programme") == name))
        cells.append(cell_of(figure, name, parts.above.filter(pl.col("programme") == name), below))
    return tuple(cells)


def cell_of(figure: Figure, of: str | None, above: pl.DataFrame, below: pl.DataFrame) -> Cell:
    """N of M, the value that they make, and the mark of one that cannot be set beside others."""
    numerator, denominator = total(above), total(below)
    if denominator == 0:
        return Cell(of, numerator, denominator, None, "not_applicable")
    base = denominator if figure.counts != "fen" else below.height
    small = figure.counts != "fen" and base < figure.smallest_base
    value = ratio(numerator, denominator, figure.places)
    return Cell(of, numerator, denominator, value, "small_base" if small else None)


def ratio(numerator: int, denominator: int, places: int) -> str:
    """The exact quotient, rounded once, half up, as decimal text."""
    step = Decimal(1).scaleb(-places)
    return str((Decimal(numerator) / Decimal(denominator)).quantize(step, ROUND_HALF_UP))


def _per_thousand(cell: Cell, households: int | None) -> Cell:
    if not households or cell.numerator is None:
        return cell
    rate = ratio(cell.numerator * THOUSAND, households, 1)
    return Cell(cell.of, cell.numerator, cell.denominator, cell.value, cell.mark, None, rate)


def _ranked(cells: list[Cell]) -> tuple[Cell, ...]:
    """By number per thousand households where those are known, else by value; marked ones last."""

    def weight(cell: Cell) -> Decimal:
        return Decimal(cell.per_thousand_households or cell.value or 0)

    ranked = sorted((c for c in cells if c.mark is None), key=lambda c: (-weight(c), str(c.of)))
    places = {cell.of: at for at, cell in enumerate(ranked, start=1)}
    marked = [cell for cell in cells if cell.mark is not None]
    return tuple(
        Cell(
            *(cell.of, cell.numerator, cell.denominator, cell.value, cell.mark),
            rank=places.get(cell.of),
            per_thousand_households=cell.per_thousand_households,
        )
        for cell in (*ranked, *marked)
    )
