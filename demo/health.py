"""Bills, severe illness, self-care, emergencies and gifts: what health brings upon drawn people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.background import fit
from demo.dates import AS_OF, month
from demo.economy import FEN, SHARES
from demo.fields_further import EMERGENCIES
from demo.registers import ago, some

if TYPE_CHECKING:
    import numpy as np

    from demo.economy import Economy

BILLED: Final = 0.12
"""Of ordinary people, how many were treated so that a bill was settled, in twelve months."""
BILLS: Final = 4
BORNE: Final = (0.25, 0.6)
"""Which share of a bill the patient bears himself."""
CODES: Final = {
    "other_cancer": "C34.9",
    "breast_cancer": "C50.9",
    "kidney_failure": "N18.5",
    "leukaemia": "C91.0",
    "mental_disorder": "F20.9",
    "other": "I63.9",
}
GIVEN: Final = 0.06
STRUCK: Final = 0.012
"""Of households, how many reported an emergency in two years."""
LONG_AGO: Final = (200, 720)
"""Days back to emergencies of drawn families: before the months in which aid may be asked for."""


def health(rng: np.random.Generator, economy: Economy) -> dict[str, pl.DataFrame]:
    """Rows of everyone drawn, one frame a source, in the columns of `fields.schema`."""
    living = economy.persons.filter(pl.col("died_on").is_null())
    ill = _illnesses(rng, living)
    found = {
        "medical_bills": _bills(rng, living),
        "severe_illnesses": ill,
        "care_assessments": _assessments(rng, living),
        "emergencies": _emergencies(rng, living),
        "red_cross_grants": _grants(rng, ill, "人道救助金", 5),
        "charity_grants": _grants(rng, ill, "慈善助医", 3),
    }
    return {source: fit(source, frame) for source, frame in found.items()}


def _bills(rng: np.random.Generator, living: pl.DataFrame) -> pl.DataFrame:
    """What the medical roll says was borne in twelve months, bill by bill, of those who were ill.

    Ordinary people who were not treated paid at pharmacies and clinics, without a bill.
    """
    treated = pl.col("severe_illness") | (pl.col("identity") != "ordinary")
    drawn = pl.Series(rng.random(len(living)) < BILLED)
    ill = living.filter((treated | drawn) & pl.col("insured") & (pl.col("own_pay") > 0))
    count = pl.Series(rng.integers(1, BILLS + 1, len(ill)))
    rows = ill.select("person", "own_pay", count=count, at=pl.int_ranges(0, count)).explode("at")
    share = pl.col("own_pay") // pl.col("count")
    last = pl.col("own_pay") - share * (pl.col("count") - 1)
    low, high = BORNE
    part = pl.Series((low + (high - low) * rng.random(len(rows))) * 100).cast(pl.Int64)
    treated_on = ago(rng, rows, 5, 290)
    return (
        rows.select(
            "person",
            treated_on=treated_on,
            bill_own_pay=pl.when(pl.col("at") == 0).then(last).otherwise(share),
            bill_year=treated_on.dt.truncate("1y"),
            _part=part,
        )
        .with_columns(bill_total=pl.col("bill_own_pay") * 100 // pl.col("_part"))
        .sort("treated_on", "person", "bill_own_pay")
    )


def _illnesses(rng: np.random.Generator, living: pl.DataFrame) -> pl.DataFrame:
    """Everyone whom the medical roll calls severely ill, with the illness."""
    ill = living.filter("severe_illness")
    return ill.select(
        "person",
        illness_kind="illness",
        diagnosis_code=pl.col("illness").replace_strict(CODES, return_dtype=pl.String),
        cancer_stage_covered="covered",
        diagnosed_on=ago(rng, ill, 60, 900),
    )


def _assessments(rng: np.random.Generator, living: pl.DataFrame) -> pl.DataFrame:
    """Whether people in extreme hardship, and the very old, can look after themselves."""
    kept = living.filter(pl.col("failed").is_not_null())
    return kept.select(
        "person",
        selfcare_failed="failed",
        incapacity_level=pl.min_horizontal("failed", 5),
        assessed_on=ago(rng, kept, 30, 330),
    )


def _emergencies(rng: np.random.Generator, living: pl.DataFrame) -> pl.DataFrame:
    heads = living.filter(
        (pl.col("relation") == "head") & ~pl.col("identity").is_in([*SHARES, "MZ03"])
    )
    struck = some(rng, heads, STRUCK)
    kinds = pl.Series(EMERGENCIES).gather(pl.Series(rng.integers(0, len(EMERGENCIES), len(struck))))
    return struck.select(
        "person",
        emergency_kind=kinds,
        happened_on=ago(rng, struck, *LONG_AGO),
        fast_aid_given=pl.Series(rng.random(len(struck)) < 1 / 2),
    ).sort("happened_on", "person")


def _grants(rng: np.random.Generator, ill: pl.DataFrame, fund: str, thousands: int) -> pl.DataFrame:
    """What charities gave to the severely ill, once each."""
    helped = some(rng, ill, 1 / 2)
    return helped.select(
        "person",
        grant_fund=pl.lit(fund),
        granted_on=pl.max_horizontal("diagnosed_on", pl.lit(month(22))) + timedelta(days=30),
        grant_amount=pl.Series(rng.integers(1, thousands + 1, len(helped))) * 1_000 * FEN,
    ).filter(pl.col("granted_on") <= AS_OF)
