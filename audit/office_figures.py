"""Figures of the offices' own work: reviews, money that arrived, how people were served."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from audit.figure_parts import ROWS, Parts, of_everyone, paid_here, rows_of, tallies
from audit.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from audit.figure_parts import FigureFacts

CALENDAR: Final = "calendar"
CONTENT: Final = 4
"""The score of five from which on somebody was content."""

REVIEWS: Final = """
MATCH (r:Review)
WHERE r.review_due_on <= $as_of AND r.review_due_on > $as_of - duration({months: 12})
RETURN r.id AS what, r.programme AS programme, r.region AS region,
       r.reviewed_on IS NULL OR r.reviewed_on > $as_of AS overdue,
       coalesce(r.reviewed_on > r.review_due_on, false) AS late
ORDER BY what
"""
ANSWERS: Final = """
MATCH (s:Satisfaction)
WHERE s.answered_on <= $as_of AND s.answered_on > $as_of - duration({months: 12})
RETURN s.id AS what, s.programme AS programme, s.satisfaction_score AS score
ORDER BY what
"""
ARRIVED: Final = """
MATCH (a:BudgetArrival)
WHERE a.arrival_year = $year AND a.arrived_on <= $as_of
RETURN a.id AS what, a.programme AS programme, a.arrived_amount AS weight
ORDER BY what
"""
ALLOTTED: Final = """
MATCH (b:Budget)
WHERE b.budget_year = $year
RETURN b.id AS what, b.programme AS programme, b.allotted AS weight
ORDER BY what
"""
COMPLAINTS: Final = """
MATCH (c:Complaint)
WHERE c.complained_on < $last AND c.complained_on >= $last - duration({months: 12})
RETURN c.id AS what, c.programme AS programme, c.complained_on AS came,
       c.complaint_answered_on AS answered
ORDER BY what
"""
FIRST: Final[Mapping[str, str]] = {
    "reviews_overdue": "MATCH (r:Review) RETURN min(r.review_due_on) AS first",
    "content": "MATCH (s:Satisfaction) RETURN min(s.answered_on) AS first",
    "budget_executed": "MATCH (a:BudgetArrival) RETURN min(a.arrived_on) AS first",
    "complaints_late": "MATCH (c:Complaint) RETURN min(c.complained_on) AS first",
}
SPENT: Final = """
MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p:Programme)
WHERE p.id IN $programmes AND d.status = 'success'
  AND d.paid_on >= date.truncate('year', $as_of) AND d.paid_on <= $as_of
RETURN p.id AS programme, u.region AS region, d.aid_region AS payer, sum(d.amount) AS weight
ORDER BY programme, region, payer
"""
RECOVERED: Final = """
MATCH (r:Recovery)
WHERE r.programme IN $programmes
  AND r.recovered_on >= date.truncate('year', $as_of) AND r.recovered_on <= $as_of
RETURN r.id AS what, r.programme AS programme, r.region AS region, r.recovered_amount AS weight
ORDER BY what
"""


def reviews_overdue(facts: FigureFacts) -> Parts:
    """Reviews that fell due within twelve months and are not done, beside all that fell due."""
    due = facts.rows(REVIEWS)
    if due.is_empty():
        return Parts(rows_of(due), rows_of(due))
    late = due.filter(pl.col("late") & ~pl.col("overdue"))
    return Parts(rows_of(due.filter("overdue")), rows_of(due), {"done_late": rows_of(late)})


def content(facts: FigureFacts) -> Parts:
    """Scores of four and five beside all that were given; who gave none stands beside."""
    asked = _of_all(facts, facts.rows(ANSWERS))
    if asked.is_empty():
        return Parts(rows_of(asked), rows_of(asked))
    score = pl.col("score").cast(pl.Int64)
    given = asked.filter(score.is_not_null())
    return Parts(
        rows_of(given.filter(score >= CONTENT)),
        rows_of(given),
        {"no_score": rows_of(asked.filter(score.is_null()))},
    )


def complaints_late(facts: FigureFacts) -> Parts:
    """Complaints whose days ran out within twelve months, answered by then or not, beside all."""
    days = clock(facts, "complaint")
    if days is None:
        return Parts(rows_of(pl.DataFrame()), rows_of(pl.DataFrame()))
    came = _of_all(facts, facts.rows(COMPLAINTS, last=facts.as_of - timedelta(days=days)))
    if came.is_empty():
        return Parts(rows_of(came), rows_of(came))
    answered = pl.col("answered").cast(pl.Date)
    unanswered = answered.is_null() | (answered > facts.as_of)
    late = came.filter(unanswered | (answered > pl.col("came") + timedelta(days=days)))
    return Parts(rows_of(late), rows_of(came), {"open": rows_of(late.filter(unanswered))})


def first_day(figure: Figure, facts: FigureFacts) -> date | None:
    """The first day that the ledger of a figure tells of."""
    (row,) = facts.store.read(FIRST[figure.id], {})
    found: date | None = row["first"]
    return found


def window_of(figure: Figure, facts: FigureFacts) -> date:
    """The first day that a figure looks at: of the year for money, else a year before its day."""
    if figure.counts == "fen":
        return facts.as_of.replace(month=1, day=1)
    days = (clock(facts, "complaint") or 0) if figure.id == "complaints_late" else 0
    day = facts.as_of - timedelta(days=days)
    return day.replace(year=day.year - 1, day=1)


def clock(facts: FigureFacts, kind: str) -> int | None:
    """The calendar days that records of a kind may take in the place that holds everybody.

    The nearest place upward that has a flow of its own, else the flow of all; None where none is.
    """
    told = {one.flow: one.days for one in facts.procedures if one.day_kind == CALENDAR}
    places = facts.checked.regions.upward(of_everyone(facts))
    names = (*(f"{kind}-{code}" for code in places), kind)
    return next((told[name] for name in names if name in told), None)


def budget_executed(facts: FigureFacts) -> Parts:
    """What was paid here this year and not recovered, beside the money that arrived for it."""
    year = facts.as_of.year
    arrived = _of_all(facts, facts.rows(ARRIVED, year=year)).drop_nulls("programme")
    programmes = arrived["programme"].unique().sort().to_list()
    spent = tallies(paid_here(facts, facts.rows(SPENT, programmes=programmes)))
    back = rows_of(facts.rows(RECOVERED, programmes=programmes)).drop_nulls("weight")
    return Parts(
        pl.concat([spent, back.with_columns(-pl.col("weight"))]),
        rows_of(arrived),
        {
            "allotted": rows_of(_of_all(facts, facts.rows(ALLOTTED, year=year))),
            "recovered": back,
        },
    )


def _of_all(facts: FigureFacts, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows about nobody lie in the least place that holds every household."""
    if rows.is_empty():
        return pl.DataFrame(schema=ROWS)
    return rows.with_columns(region=pl.lit(of_everyone(facts), pl.String))


OFFICES: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        figure.id: figure
        for figure in (
            Figure(
                id="reviews_overdue",
                label={"zh": "复核逾期率", "en": "Reviews overdue"},
                definition={
                    "zh": "近 12 个月内应复核而截至统计日尚未复核的 ÷ 同期应复核的"
                    "（按复核台账的应复核日期）。",
                    "en": "Reviews that fell due in the last 12 months and are not done by the day "
                    "÷ all that fell due in that time, by the review ledger.",
                },
                unit="percent",
                counts="pairs",
                better="down",
                finds=(),
                needs=("review",),
                places=4,
                parts=reviews_overdue,
            ),
            Figure(
                id="budget_executed",
                label={"zh": "资金执行进度", "en": "Budget executed"},
                definition={
                    "zh": "本年度截至统计日成功发放、扣除已追回的金额 ÷ 本年度已到位的金额"
                    "（只计有到位资金的项目，外地发放的不计）。",
                    "en": "Successful payments of the year up to the day, less what was recovered, "
                    "÷ money of the year that arrived by then, of programmes for which any did; "
                    "without what other regions paid.",
                },
                unit="percent",
                counts="fen",
                better="neither",
                finds=(),
                needs=("budget_arrival", "disbursement"),
                places=4,
                parts=budget_executed,
            ),
            Figure(
                id="content",
                label={"zh": "满意率", "en": "Satisfaction"},
                definition={
                    "zh": "近 12 个月内评分不低于 4 分（满分 5 分）的 ÷ 有效评价；未评分的另列。",
                    "en": "Scores of at least 4 of 5 ÷ valid answers of the last 12 months; who "
                    "gave no score stands beside.",
                },
                unit="percent",
                counts="pairs",
                better="up",
                finds=(),
                needs=("satisfaction",),
                places=4,
                parts=content,
            ),
            Figure(
                id="complaints_late",
                label={"zh": "投诉举报超期率", "en": "Complaints past their days"},
                definition={
                    "zh": "近 12 个月内办理期限届满的投诉举报中，届满时尚未答复的 ÷ 同期期限届满的"
                    "投诉举报（期限自收到之日起按法规规定的日历天数计；至今未答复的另列）。",
                    "en": "Complaints not answered within their days ÷ all whose days ran out in "
                    "the last 12 months, by the calendar days from receipt that the law gives; "
                    "those still open stand beside.",
                },
                unit="percent",
                counts="pairs",
                better="down",
                finds=(),
                needs=("complaint",),
                places=4,
                parts=complaints_late,
            ),
        )
    }
)
"""Beside the figures of people: none of them is a list of findings."""
