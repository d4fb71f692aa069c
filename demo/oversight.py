"""Ledgers of the offices' own work: money allotted and arrived, reviews, answers, complaints."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.dates import AS_OF, PAYMENT_MONTHS
from demo.registers import some

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

REVIEWED: Final[Mapping[str, int]] = {"MZ01": 12, "MZ03": 12, "MZ05": 12, "MZ06": 6}
"""Months between two reviews of an enrolment."""
OVERDUE: Final = 0.06
"""Of reviews that fell due in the last months, how many were never done."""
MARGIN: Final = 124
"""Per cent of a year's payments that its budget allots."""
LATE_QUARTER: Final = date(2026, 7, 1)
"""Money of this quarter arrived weeks late."""
ARRIVED: Final = 120
"""Per cent of a quarter's ordinary payments that arrive: what is planted is paid of it too."""
SCORES: Final = (None, 5, 4, 3, 2, 1)
SCORED: Final = (0.25, 0.52, 0.15, 0.04, 0.02, 0.02)
"""Asked and not answered, then answers from best to worst."""
ASKED: Final = 0.03
"""Of payments, after how many somebody was asked how the office served."""
COMPLAINED: Final = 0.004
ANSWERED: Final = 15
"""Days within which most complaints are answered."""
SLOW: Final = 0.12
COMPLAINTS: Final = ("not_received", "late", "wrong_amount", "attitude", "unfair")
RECOVERED: Final = 0.002


def ledgers(rng: np.random.Generator, paid: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Ledgers over payments (`payment_number` as given)."""
    arrived = paid.filter(pl.col("status") == "success")
    return {
        "budgets": _budgets(arrived),
        "budget_arrivals": _arrivals(rng, arrived),
        "satisfaction": _answers(rng, paid),
        "complaints": _complaints(rng, paid),
        "recoveries": _recoveries(rng, paid),
    }


def _budgets(paid: pl.DataFrame) -> pl.DataFrame:
    """A little more than a whole year of what each programme pays, in whole thousands of yuan."""
    months = paid.group_by("programme", year=pl.col("for_month").dt.year()).agg(
        spent=pl.col("amount").sum(), months=pl.col("for_month").n_unique()
    )
    whole = pl.col("spent") * 12 // pl.col("months") * MARGIN // 100
    return months.sort("year", "programme").select(
        "programme",
        budget_year=pl.col("year").cast(pl.Int64),
        allotted=(whole // 100_000 + 1) * 100_000,
    )


def _arrivals(rng: np.random.Generator, paid: pl.DataFrame) -> pl.DataFrame:
    """The money of a quarter, in its first days; that of one quarter came late."""
    quarter = pl.col("for_month").dt.truncate("1q")
    rows = paid.group_by("programme", quarter=quarter).agg(
        arrived_amount=pl.col("amount").sum() * ARRIVED // 100
    )
    rows = rows.sort("quarter", "programme")
    days = pl.Series(rng.integers(2, 9, len(rows)))
    late = pl.when(pl.col("quarter") == LATE_QUARTER).then(38).otherwise(0)
    return rows.select(
        "programme",
        "arrived_amount",
        arrival_year=pl.col("quarter").dt.year().cast(pl.Int64),
        arrived_on=pl.col("quarter") + pl.duration(days=pl.lit(days) + late),
    )


def next_reviews(held: pl.DataFrame, reviewed: pl.DataFrame) -> pl.DataFrame:
    """Enrolments with the day of their next review: one that is overdue, else a cycle on."""
    last = reviewed.group_by("certificate").agg(
        due=pl.col("review_due_on").max(),
        left=pl.col("review_due_on").filter(pl.col("reviewed_on").is_null()).min(),
    )
    rows = held.join(last, on="certificate", how="left", maintain_order="left")
    cycle = pl.col("programme").replace_strict(REVIEWED, default=None, return_dtype=pl.Int64)
    begins = pl.coalesce("due", "enrolled_since")
    on = begins.dt.offset_by(pl.format("{}mo", cycle.fill_null(12)))
    subject = cycle.is_not_null() & pl.col("enrolled_until").is_null()
    return rows.with_columns(next_review_on=pl.when(subject).then(pl.coalesce("left", on))).drop(
        "due", "left"
    )


def reviews(rng: np.random.Generator, held: pl.DataFrame) -> pl.DataFrame:
    """A review each half year or year of an enrolment; a few of those due lately are not done."""
    cycle = pl.col("programme").replace_strict(REVIEWED, default=None, return_dtype=pl.Int64)
    rows = held.with_columns(cycle=cycle).filter(pl.col("cycle").is_not_null())
    rows = rows.with_columns(nth=pl.lit(list(range(1, 14)))).explode("nth")
    rows = rows.with_columns(
        review_due_on=pl.col("enrolled_since").dt.offset_by(
            pl.format("{}mo", pl.col("cycle") * pl.col("nth"))
        )
    )
    rows = rows.filter(
        (pl.col("review_due_on") >= PAYMENT_MONTHS[0])
        & (pl.col("review_due_on") < pl.coalesce("enrolled_until", pl.lit(AS_OF)))
    ).sort("review_due_on", "programme", "person")
    last = pl.col("review_due_on").dt.offset_by(pl.format("{}mo", "cycle")) > AS_OF
    left = last & pl.Series(rng.random(len(rows)) < OVERDUE)
    early = pl.duration(days=pl.lit(pl.Series(rng.integers(0, 25, len(rows)))))
    changed = pl.Series(rng.random(len(rows)) < OVERDUE)
    outcome = pl.when(changed).then(pl.lit("changed")).otherwise(pl.lit("kept"))
    return rows.select(
        "person",
        "unit",
        "programme",
        "certificate",
        "review_due_on",
        reviewed_on=pl.when(~left).then(pl.col("review_due_on") - early),
        review_outcome=pl.when(~left).then(outcome),
    )


def _answers(rng: np.random.Generator, paid: pl.DataFrame) -> pl.DataFrame:
    asked = some(rng, paid, ASKED)
    scores = rng.choice(len(SCORES), len(asked), p=SCORED)
    given = pl.Series(list(SCORES), dtype=pl.Int64).gather(pl.Series(scores))
    day = pl.col("paid_on") + pl.duration(days=pl.lit(pl.Series(rng.integers(1, 12, len(asked)))))
    rows = asked.select("programme", answered_on=day, satisfaction_score=given)
    return rows.filter(pl.col("answered_on") <= AS_OF).sort("answered_on", "programme")


def _complaints(rng: np.random.Generator, paid: pl.DataFrame) -> pl.DataFrame:
    """One in some hundred payments is complained about; a few of the answers come weeks late."""
    about = some(rng, paid, COMPLAINED)
    kinds = pl.Series(COMPLAINTS).gather(pl.Series(rng.integers(0, len(COMPLAINTS), len(about))))
    day = pl.col("paid_on") + pl.duration(days=pl.lit(pl.Series(rng.integers(1, 20, len(about)))))
    wait = rng.integers(2, ANSWERED, len(about)) + (rng.random(len(about)) < SLOW) * ANSWERED * 2
    answer = day + pl.duration(days=pl.lit(pl.Series(wait)))
    rows = about.select(
        "programme", complained_on=day, complaint_answered_on=answer, complaint_about=kinds
    ).filter(pl.col("complained_on") <= AS_OF)
    known = pl.when(pl.col("complaint_answered_on") <= AS_OF).then("complaint_answered_on")
    return rows.with_columns(complaint_answered_on=known).sort("complained_on", "programme")


def _recoveries(rng: np.random.Generator, paid: pl.DataFrame) -> pl.DataFrame:
    """What was paid in excess in single months and is asked back; not all of it has come."""
    early = paid.filter(
        (pl.col("status") == "success") & (pl.col("paid_on") < AS_OF - timedelta(days=150))
    )
    wrong = some(rng, early, RECOVERED)
    back = pl.Series(rng.random(len(wrong)) < 3 / 5)
    due = pl.col("amount") // 2
    decided = pl.col("paid_on") + timedelta(days=60)
    return wrong.select(
        "person",
        "unit",
        "programme",
        "payment_number",
        recovery_decided_on=decided,
        recovery_due=due,
        recovered_on=pl.when(back).then(decided + timedelta(days=45)),
        recovered_amount=pl.when(back).then(due),
    ).sort("recovery_decided_on", "person")
