"""Who of the drawn people receives what: enrolled, paid in full, with applications and services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.background import fit
from demo.dates import AS_OF, FILE_MONTHS, PAYMENT_MONTHS, month
from demo.economy import FEN, SEVERE, STANDARD, Economy
from demo.fields import BY_DEPARTMENT, DEPARTMENTS, HOUSEHOLD_PROGRAMMES
from demo.oversight import oversight

if TYPE_CHECKING:
    import numpy as np

    from demo.population import Ints

ELDERLY: Final = 80
OLD_AGE: Final = ((100, 530), (90, 130), (80, 60))
"""Yuan a month of 高龄津贴 from each age (Wenzhou)."""
SUPPORT: Final = 1870
NURSING: Final = {1: 250, 2: 125}
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
HAIRCUT: Final = 0.25
ALLOWED_BELOW: Final = date(2025, 9, 1)


def receive(rng: np.random.Generator, economy: Economy) -> dict[str, pl.DataFrame]:
    """Enrolments, payments, applications and services of everyone drawn."""
    held = _enrolments(rng, economy.persons)
    paid = _payments(rng, held)
    found = {
        "applications": _applications(rng, economy.persons, held),
        "services": _services(rng, economy.persons),
        **oversight(rng, held, paid),
    }
    for name in DEPARTMENTS:
        mine = [p for p, department in BY_DEPARTMENT.items() if department == name]
        found[f"enrolments_{name}"] = held.filter(pl.col("programme").is_in(mine))
        if name != "medical_insurance":
            found[f"payments_{name}"] = paid.filter(pl.col("programme").is_in(mine))
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
    parts = [_part(people, *rule) for rule in _rules()]
    held = pl.concat([part for part in parts if len(part)])
    ended = pl.col("died_on").dt.month_end() + pl.duration(days=1)
    held = held.with_columns(
        unit=pl.when(pl.col("programme").is_in(HOUSEHOLD_PROGRAMMES))
        .then(pl.lit("household"))
        .otherwise(pl.lit("person")),
        enrolled_until=ended,
        end_reason=pl.when(ended.is_not_null()).then(pl.lit("死亡")),
    )
    return held.sort("programme", "person").with_columns(certificate=_prefix() + _serial())


def _rules() -> list[tuple[str, pl.Expr, pl.Expr, pl.Expr]]:
    """Programme, whom it goes to, since when and how many fen a month."""
    head, identity = pl.col("relation") == "head", pl.col("identity")
    homes = ["MZ01", "MZ05"]
    alive, severe = pl.col("died_on").is_null(), pl.col("grade").is_in(SEVERE)
    poor = identity.is_in([*homes, "MZ03"])
    old = pl.col("birth").dt.offset_by(f"{ELDERLY}y").dt.truncate("1mo")
    none = pl.lit(None, pl.Int64)
    home_since = pl.max_horizontal("home_since", "birth")
    own_since = pl.max_horizontal("own_since", "birth")
    allowance = pl.lit(0)
    for age, yuan in reversed(OLD_AGE):
        allowance = pl.when(pl.col("age") >= age).then(yuan * FEN).otherwise(allowance)
    nursing = pl.col("grade").replace_strict(NURSING, default=None) * FEN
    living = pl.lit(STANDARD * FEN * 3 // 10)
    need = STANDARD * FEN * pl.col("size") - pl.col("total")
    return [
        ("MZ01", head & (identity == "MZ01"), pl.col("home_since"), need),
        ("MZ05", head & (identity == "MZ05"), pl.col("home_since"), none),
        ("MZ06", head & (identity == "MZ06"), _at_most_a_year(), none),
        ("MZ03", identity == "MZ03", pl.col("home_since"), pl.lit(SUPPORT * FEN)),
        ("MZ16", pl.col("grade").is_not_null() & identity.is_in(homes), home_since, living),
        ("MZ17", pl.col("care") & (identity != "MZ03"), own_since, nursing),
        ("MZ18", pl.col("age") >= ELDERLY, pl.max_horizontal(old, date(2023, 1, 1)), allowance),
        ("YB01", alive & (poor | severe), home_since, none),
    ]


def _at_most_a_year() -> pl.Expr:
    """The identity of a rigid-expenditure family lasts twelve months at most."""
    return pl.max_horizontal(pl.col("home_since"), pl.lit(month(9)))


def _part(
    people: pl.DataFrame, programme: str, whom: pl.Expr, since: pl.Expr, amount: pl.Expr
) -> pl.DataFrame:
    return people.filter(whom).select(
        "person",
        "household",
        "size",
        "died_on",
        programme=pl.lit(programme),
        enrolled_since=since,
        amount=amount.cast(pl.Int64),
    )


def _payments(rng: np.random.Generator, held: pl.DataFrame) -> pl.DataFrame:
    """One payment a month while enrolled; a few come back and are sent again."""
    rows = (
        held.filter(pl.col("amount").is_not_null())
        .with_columns(for_month=pl.lit(list(PAYMENT_MONTHS)))
        .explode("for_month")
        .filter(
            (pl.col("for_month") >= pl.col("enrolled_since"))
            & (pl.col("for_month") < pl.coalesce("enrolled_until", pl.lit(AS_OF)))
        )
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
    rows = pl.concat([rows, back]).sort("for_month", "programme", "person", "paid_on")
    month_ = pl.col("for_month").dt.strftime("%Y%m")
    return rows.with_columns(payment_number=_prefix() + month_ + _serial())


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


def _serial() -> pl.Expr:
    return (pl.int_range(pl.len()) + DRAWN).cast(pl.String)


def _applications(
    rng: np.random.Generator, people: pl.DataFrame, held: pl.DataFrame
) -> pl.DataFrame:
    """What led to the recent enrolments, and some that well-off families were refused."""
    asked = held.filter(
        (pl.col("enrolled_since") > ALLOWED_BELOW) & ~pl.col("programme").is_in(["MZ18", "YB01"])
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
