"""How a figure came to where it is: the same N of M for the end of each month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from audit.figure_parts import Parts, open_findings, paid_here, rows_of, tallies
from audit.figures import EVERYTHING, REGISTRY, cell_of
from audit.office_figures import OFFICES, first_day, window_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from audit.figure_parts import FigureFacts
    from audit.figures import Figure, Scope

YEAR: Final = 12
NOT_KNOWN: Final = "not_known"
PAYMENTS: Final = "disbursement"
PAID: Final = """
MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p:Programme)
WHERE p.id IN $programmes AND d.status = 'success' AND d.for_month <= $as_of
RETURN d.for_month AS month, p.id AS programme, u.region AS region, d.aid_region AS payer,
       sum(d.amount) AS weight
ORDER BY month, programme, region, payer
"""
CITED: Final = """
MATCH (d:Disbursement)-[:UNDER]->(p:Programme)
WHERE d.id IN $payments
RETURN d.id AS what, p.id AS programme, d.amount AS weight, d.for_month AS month,
       d.aid_region AS payer
ORDER BY what
"""


@dataclass(frozen=True, slots=True)
class Month:
    """What is kept of one month: its day, what figures count, and by programme what is not on file.

    `parts`: part, region, programme, what, weight, as the months' decisions give them.
    """

    day: date
    parts: pl.DataFrame
    lacks: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Point:
    """A figure at the end of one month; without a value `mark` says why, `lacks` what is missing.

    `undecided`: units whose facts did not suffice, or contradict one another; beside the figure.
    """

    day: date
    numerator: int | None
    denominator: int | None
    value: str | None
    mark: str | None
    lacks: tuple[str, ...] = ()
    undecided: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a month gives a figure: its parts, and the kinds of record that do not reach back."""

    parts: Parts
    lacks: tuple[str, ...] = ()
    undecided: pl.DataFrame | None = None


def trend(figure_id: str, facts: FigureFacts, scope: Scope = EVERYTHING) -> tuple[Point, ...]:
    """One figure in a scope for every month that was decided, the earliest first.

    A month that sources do not reach is marked, never counted low.
    """
    office = OFFICES.get(figure_id)
    figure = office or REGISTRY[figure_id]
    count = _again(office, facts) if office else COUNTS[figure_id](facts)
    found = []
    for month in facts.months:
        counted = count(month, scope)
        parts = counted.parts.within(facts, scope.regions, scope.programmes).of_figure()
        cell = cell_of(figure, None, parts.above, parts.below)
        beside = counted.undecided
        told = Point(month.day, cell.numerator, cell.denominator, cell.value, cell.mark)
        if counted.lacks:
            told = Point(month.day, None, None, None, NOT_KNOWN, counted.lacks)
        if beside is not None:
            here = replace(parts, above=beside).within(facts, scope.regions, scope.programmes)
            told = replace(told, undecided=int(here.above["weight"].sum()))
        found.append(told)
    return tuple(found)


def change(points: Sequence[Point]) -> tuple[Point, Point] | None:
    """The last two points, a month apart, where both have a value: against the last month."""
    if len(points) < 2:  # noqa: PLR2004 - two months
        return None
    before, now = points[-2:]
    apart = (now.day.year - before.day.year) * YEAR + now.day.month - before.day.month
    known = before.value is not None and now.value is not None
    return (before, now) if known and apart == 1 else None


def _covered(facts: FigureFacts) -> Callable[[Month, Scope], Counted]:
    def count(month: Month, _scope: Scope) -> Counted:
        rows = _part(facts, month, "enrolled")
        apart = _part(facts, month, "identities")
        people = _part(facts, month, "people")
        parts = Parts(pl.concat([rows, apart]), people, apart=frozenset(apart["programme"]))
        return Counted(parts, _unreached(facts, "enrolment", month.day, 0))

    return count


def _gaps(facts: FigureFacts) -> Callable[[Month, Scope], Counted]:
    """Pairs that people have waived or refuted since count in no month."""
    left = _left(facts)

    def count(month: Month, scope: Scope) -> Counted:
        wanted = scope.programmes or tuple(month.lacks)
        lacks = sorted({kind for name in wanted for kind in month.lacks.get(name, ())})
        above = _part(facts, month, "gaps").join(left, on="what", how="anti")
        parts = Parts(above, pl.concat([above, _part(facts, month, "receiving")]))
        undecided = [_part(facts, month, status) for status in ("undetermined", "conflict")]
        return Counted(parts, tuple(lacks), pl.concat(undecided))

    return count


def _left(facts: FigureFacts) -> pl.DataFrame:
    frame = facts.findings.filter(pl.col("finds") == "gap")
    stands = open_findings(facts, ("gap",))
    gone = frame.filter(pl.col("id").is_in(stands["id"].implode()).not_())
    if "cleared_at" in gone.columns:
        gone = gone.filter(pl.col("cleared_at").is_null())
    return gone.select(what=pl.concat_str("unit", "unit_id", "programme", separator="|"))


def _overpaid(facts: FigureFacts) -> Callable[[Month, Scope], Counted]:
    """Payments that open hard findings cite now, by the twelve months before each month's end."""
    hard = open_findings(facts, ("duplicate", "suspicion")).filter(pl.col("severity") == "hard")
    cited = hard.select("region", what="excess").explode("what").drop_nulls("what")
    cited = cited.unique("what", maintain_order=True)
    found = pl.DataFrame(
        facts.store.read(CITED, {"payments": cited["what"].to_list()}),
        schema={**WEIGHED, "what": pl.String},
    )
    excess = cited.join(paid_here(facts, found), on="what")
    programmes = excess["programme"].unique().sort().to_list()
    paid = paid_here(facts, facts.rows(PAID, programmes=programmes))

    def count(month: Month, _scope: Scope) -> Counted:
        above = rows_of(_year(excess, month.day))
        below = tallies(_of_programmes(_year(paid, month.day), above["programme"]))
        return Counted(Parts(above, below), _unreached(facts, PAYMENTS, month.day, YEAR))

    return count


def _again(figure: Figure, facts: FigureFacts) -> Callable[[Month, Scope], Counted]:
    """A figure of the offices measured for each day: their records say when what was done."""
    first = first_day(figure, facts)
    lacking = tuple(facts.checked.lacking(figure.needs))

    def count(month: Month, _scope: Scope) -> Counted:
        then = replace(facts, as_of=month.day)
        reached = first is None or window_of(figure, then) >= first.replace(day=1)
        return Counted(figure.parts(then), lacking if reached else figure.needs[:1])

    return count


WEIGHED: Final = {
    "what": pl.String,
    "programme": pl.String,
    "weight": pl.Int64,
    "month": pl.Date,
    "payer": pl.String,
}


def _of_programmes(rows: pl.DataFrame, programmes: pl.Series) -> pl.DataFrame:
    return rows if rows.is_empty() else rows.filter(pl.col("programme").is_in(programmes.implode()))


def _year(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """Rows of the twelve months that end on the day, by the month they are for."""
    if rows.is_empty():
        return rows
    year = day.year - 1
    since = day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
    return rows.filter(pl.col("month") > since, pl.col("month") <= day)


def _part(facts: FigureFacts, month: Month, part: str) -> pl.DataFrame:
    """The rows of one part, each sum a thing of its own."""
    rows = month.parts.filter(pl.col("part") == part).with_row_index("number")
    what = pl.coalesce("what", pl.format("tally {} {}", pl.lit(part), "number"))
    return rows_of(facts.placed(rows.with_columns(what.alias("what"))))


def _unreached(facts: FigureFacts, kind: str, day: date, months: int) -> tuple[str, ...]:
    """The kind, where one of its sources begins after the window that ends on the day."""
    place = day.year * YEAR + day.month - 1 - max(months - 1, 0)
    first = day.replace(year=place // YEAR, month=place % YEAR + 1, day=1)
    late = any(
        word.since is not None and word.since > first
        for word in facts.checked.whole
        if word.kind == kind
    )
    return (kind,) if late else ()


COUNTS: Final[Mapping[str, Callable[[FigureFacts], Callable[[Month, Scope], Counted]]]] = {
    "covered": _covered,
    "suspected_gaps": _gaps,
    "suspected_overpaid": _overpaid,
}
