"""Since when: how many months in a row a unit has qualified, and how many without receiving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from matching.monthly import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

SINCE: Final = {
    "unit": pl.String(),
    "id": pl.String(),
    "programme": pl.String(),
    "since": pl.Date(),
    "months": pl.Int64(),
    "at_least": pl.Boolean(),
    "unmet_since": pl.Date(),
    "unmet_months": pl.Int64(),
    "unmet_at_least": pl.Boolean(),
    "owed": pl.Int64(),
}
"""`since`, `unmet_since`: the first day of the first month in a row. `at_least`: the month before
is not known, so it may have begun earlier. `owed`: fen over the months without receiving; null
where the amount of one of them is not known."""
YEAR: Final = 12
CARRIED: Final = (*SINCE, "period", "runs", "lacks")
SAYS: Final = {"status": pl.String(), "after": pl.String(), "amount": pl.Int64()}


def since(months: Iterable[tuple[date, pl.DataFrame | None]]) -> pl.DataFrame:
    """Of everyone who qualifies in the first of these months: since when, in a row.

    The months come latest first, each with its first day and its rows (`monthly.MONTH`); none
    where it was not decided, which is as good as unknown.
    """
    state: pl.DataFrame | None = None
    for count, (first, rows) in enumerate(months):
        if state is None:
            state = _start(rows)
        state = _step(state, first, rows, count)
    if state is None:
        return pl.DataFrame(schema=SINCE)
    return state.with_columns(
        at_least=pl.col("at_least") | pl.col("runs"),
        unmet_at_least=pl.col("unmet_at_least") | pl.col("lacks"),
    ).select(*SINCE)


def _start(rows: pl.DataFrame | None) -> pl.DataFrame:
    """Everyone who qualifies in the last month, before any month is counted."""
    qualifies = (pl.col("status") == "eligible") & pl.col("after").ne_missing("excluded")
    empty = pl.DataFrame(schema=dict.fromkeys((*KEYS, "period"), pl.String))
    known = empty if rows is None else rows.filter(qualifies).select(*KEYS, "period")
    return known.with_columns(
        since=pl.lit(None, pl.Date),
        months=pl.lit(0, pl.Int64),
        at_least=pl.lit(value=False),
        unmet_since=pl.lit(None, pl.Date),
        unmet_months=pl.lit(0, pl.Int64),
        unmet_at_least=pl.lit(value=False),
        owed=pl.lit(0, pl.Int64),
        runs=pl.lit(value=True),
        lacks=pl.lit(value=True),
    )


def _step(state: pl.DataFrame, first: date, rows: pl.DataFrame | None, count: int) -> pl.DataFrame:
    """One month further back; `count` months lie after it."""
    if rows is None:
        unknown = pl.lit(value=True)
        state = state.with_columns(status=pl.lit("undetermined"), after=pl.lit(None, pl.String))
        state = state.with_columns(amount=pl.lit(None, pl.Int64), receives=pl.lit(None, pl.Boolean))
    else:
        said = rows.select(*KEYS, *SAYS, "receives")
        state = state.join(said, on=KEYS, how="left", maintain_order="left")
        unknown = pl.col("status").is_in(["undetermined", "conflict"]).fill_null(value=False)
    qualifies = (pl.col("status").eq_missing("eligible")) & pl.col("after").ne_missing("excluded")
    lacking = qualifies & pl.col("receives").eq_missing(other=False)
    not_told = unknown | (qualifies & pl.col("receives").is_null())
    goes_on, unmet = pl.col("runs") & qualifies, pl.col("lacks") & lacking
    due = pl.when(_due(count)).then("amount").otherwise(0)
    return state.with_columns(
        since=pl.when(goes_on).then(pl.lit(first)).otherwise("since"),
        months=pl.col("months") + goes_on.cast(pl.Int64),
        at_least=pl.col("at_least") | (pl.col("runs") & unknown),
        unmet_since=pl.when(unmet).then(pl.lit(first)).otherwise("unmet_since"),
        unmet_months=pl.col("unmet_months") + unmet.cast(pl.Int64),
        unmet_at_least=pl.col("unmet_at_least") | (pl.col("lacks") & not_told),
        owed=pl.when(unmet).then(pl.col("owed") + due).otherwise("owed"),
        runs=goes_on,
        lacks=unmet,
    ).select(*CARRIED)


def _due(count: int) -> pl.Expr:
    """Whether the month that lies so many back adds an amount: each month, or each year, or one."""
    yearly = (pl.col("period") == "year") & pl.lit(count % YEAR == 0)
    return (pl.col("period") == "month") | yearly | pl.lit(count == 0)
