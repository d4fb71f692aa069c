"""Who of the drawn people receives what: enrolled, paid in full, with applications and services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.background import fit
from demo.dates import AS_OF, FILE_MONTHS, PAYMENT_MONTHS, month
from demo.economy import FEN, Economy
from demo.entitled import ELDERLY, Rule, rules
from demo.offices import (
    BY_DEPARTMENT,
    HOUSEHOLD_PROGRAMMES,
    NOT_PAYING,
    OFFICES,
    PAID_IN,
    PAID_ONCE,
)
from demo.oversight import ledgers, next_reviews, reviews

if TYPE_CHECKING:
    import numpy as np

    from demo.population import Ints

RISE: Final = {"MZ01": 30, "MZ03": 50, "MZ16": 9}
"""Yuan a head by which a month of one year was lower than one of the next."""
RETURNED: Final = 0.004
"""Of payments, how many came back and were sent again."""
LOST: Final = 0.003
"""Of the last two months' payments, how many came back, or never left, and were not sent again."""
LATE: Final = {"civil_affairs": month(7), "disability_federation": month(2)}
"""The month that each office paid late."""
DAYS_LATE: Final = 16
DRAWN: Final = 10_000_000
"""Numbers of drawn certificates and payments begin here; planted ones lie below."""
ROOM: Final = 2_000_000
"""Numbers of one kind for one block of households."""
HAIRCUT: Final = 0.25
UNASKED: Final = ("DL01", "MZ04", "MZ18", "YB01", "YB02")
"""Programmes that follow from data, without an application."""
ALLOWED_BELOW: Final = date(2025, 9, 1)


def receive(rng: np.random.Generator, economy: Economy, block: int = 0) -> dict[str, pl.DataFrame]:
    """Enrolments, payments, applications and services of everyone drawn in a block."""
    serial = (pl.int_range(pl.len()) + DRAWN + block * ROOM).cast(pl.String)
    held = _enrolments(rng, economy.persons)
    held = held.with_columns(certificate=_prefix() + serial)
    paid = _payments(rng, held)
    month_ = pl.col("for_month").dt.strftime("%Y%m")
    paid = paid.with_columns(payment_number=_prefix() + month_ + serial)
    reviewed = reviews(rng, held)
    held = next_reviews(held, reviewed)
    found = {
        "applications": _applications(rng, economy.persons, held),
        "services": _services(rng, economy.persons),
        **ledgers(rng, paid),
        "reviews": reviewed,
    }
    for name, runs in OFFICES.items():
        found[f"enrolments_{name}"] = held.filter(pl.col("programme").is_in(runs))
        if name not in NOT_PAYING:
            found[f"payments_{name}"] = paid.filter(pl.col("programme").is_in(runs))
    return {source: fit(source, frame) for source, frame in found.items()}


def _enrolments(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    since = people.select("household").unique(maintain_order=True)
    back = pl.Series(rng.integers(2, 70, len(since)))
    since = since.with_columns(home_since=pl.lit(month(0)).dt.offset_by(pl.format("-{}mo", back)))
    people = people.join(since, on="household", maintain_order="left").with_columns(
        total=pl.col("wage").sum().over("household"),
        own_since=pl.lit(month(0)).dt.offset_by(
            pl.format("-{}mo", pl.Series(rng.integers(2, 70, len(people))))
        ),
    )
    parts = [_part(people, rule) for rule in rules()]
    held = pl.concat([part for part in parts if len(part)] or parts[:1])
    ended = pl.col("died_on").dt.month_end() + pl.duration(days=1)
    held = held.with_columns(
        unit=pl.when(pl.col("programme").is_in(HOUSEHOLD_PROGRAMMES))
        .then(pl.lit("household"))
        .otherwise(pl.lit("person")),
        enrolled_until=ended,
        end_reason=pl.when(ended.is_not_null()).then(pl.lit("死亡")),
    )
    return held.sort("programme", "person").with_columns(
        approved_on=pl.col("enrolled_since") - timedelta(days=8)
    )


def _part(people: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    return people.filter(rule.whom).select(
        "person",
        "household",
        "size",
        "died_on",
        programme=pl.lit(rule.programme),
        enrolled_since=rule.since,
        amount=rule.amount.cast(pl.Int64),
    )


def _payments(rng: np.random.Generator, held: pl.DataFrame) -> pl.DataFrame:
    """One payment a month while enrolled; a few come back and are sent again."""
    rows = (
        held.filter(pl.col("amount").is_not_null())
        .with_columns(for_month=pl.lit(list(PAYMENT_MONTHS)))
        .explode("for_month")
        .filter(_due())
        .sort("for_month", "programme", "person")
    )
    heads = pl.when(pl.col("programme") == "MZ01").then("size").otherwise(1)
    rise = pl.col("programme").replace_strict(RISE, default=0) * FEN * heads
    years = AS_OF.year - pl.col("for_month").dt.year()
    late = pl.col("for_month") == _office().replace_strict(LATE, default=None)
    rows = rows.with_columns(
        amount=pl.col("amount") - years * rise,
        status=pl.lit("success"),
        paid_on=pl.col("for_month") + pl.duration(days=9 + late.fill_null(value=False) * DAYS_LATE),
        payee="person",
    )
    rows = _lost(rng, rows)
    back = rows.filter(pl.Series(rng.random(len(rows)) < RETURNED))
    back = back.with_columns(
        status=pl.lit("returned"), paid_on=pl.col("for_month").dt.offset_by("7d")
    )
    return pl.concat([rows, back]).sort("for_month", "programme", "person", "paid_on")


def _due() -> pl.Expr:
    """Whether a programme pays for a month: each while enrolled, some months, or the first."""
    at, programme = pl.col("for_month"), pl.col("programme")
    enrolled = (at >= pl.col("enrolled_since")) & (
        at < pl.coalesce("enrolled_until", pl.lit(AS_OF))
    )
    for name, months in PAID_IN.items():
        enrolled &= (programme != name) | at.dt.month().is_in(months)
    once = at == pl.col("enrolled_since").dt.truncate("1mo")
    return pl.when(programme.is_in(PAID_ONCE)).then(once).otherwise(enrolled)


def _lost(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Lately some payments came back for good, and some were made out and never left."""
    at = pl.Series(rng.random(len(rows)))
    lately = pl.col("for_month") >= month(1)
    status = (
        pl.when(lately & (at < LOST))
        .then(pl.lit("returned"))
        .when(lately & (at > 1 - LOST))
        .then(pl.lit("issued"))
    )
    return rows.with_columns(status=status.otherwise("status"))


def _office() -> pl.Expr:
    return pl.col("programme").replace_strict(BY_DEPARTMENT, return_dtype=pl.String)


def _prefix() -> pl.Expr:
    """The letters with which an office begins its numbers."""
    return _office().str.slice(0, 2).str.to_uppercase()


def _applications(
    rng: np.random.Generator, people: pl.DataFrame, held: pl.DataFrame
) -> pl.DataFrame:
    """What led to the recent enrolments, and some that well-off families were refused."""
    asked = held.filter(
        (pl.col("enrolled_since") > ALLOWED_BELOW) & ~pl.col("programme").is_in(UNASKED)
    )
    granted = asked.select(
        "person",
        "unit",
        "programme",
        accepted_on=pl.col("enrolled_since") - pl.duration(days=35),
        decided_on=pl.col("enrolled_since") - pl.duration(days=8),
        result=pl.lit("approved"),
    )
    heads = people.filter((pl.col("relation") == "head") & (pl.col("identity") == "ordinary"))
    refused = heads.filter(pl.Series(rng.random(len(heads)) < 1 / 250))
    day = pl.lit(AS_OF) - pl.duration(days=pl.lit(pl.Series(rng.integers(60, 380, len(refused)))))
    turned_down = refused.select(
        "person",
        unit=pl.lit("household"),
        programme=pl.lit("MZ01"),
        accepted_on=day,
        decided_on=day + timedelta(days=24),
        result=pl.lit("refused"),
    )
    both = pl.concat([granted, turned_down]).with_columns(
        due_on=pl.col("accepted_on") + timedelta(days=42),
        refusal_reason=pl.when(pl.col("result") == "refused").then(pl.lit("家庭财产超过规定")),
        channel=pl.lit("counter"),
    )
    return both.sort("accepted_on", "person", "programme")


def _services(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Free haircuts of the elderly, one in some months, always from the sub-district."""
    elders = people.filter((pl.col("age") >= ELDERLY - 10) & pl.col("died_on").is_null())
    rows = elders.select("person", at=pl.lit(list(FILE_MONTHS[-6:]))).explode("at")
    rows = rows.filter(pl.Series(rng.random(len(rows)) < HAIRCUT))
    days: Ints = rng.integers(0, 28, len(rows))
    return rows.select(
        "person",
        thing=pl.lit("haircut"),
        provided_on=pl.col("at") + pl.duration(days=pl.lit(pl.Series(days))),
        provider_department=pl.lit("sub_districts"),
    ).sort("provided_on", "person")
