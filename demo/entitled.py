"""Who of the drawn people holds which programme, since when and for how much a payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from demo.dates import AS_OF, month
from demo.economy import ADULT, FEN, SEVERE, SHARES, STANDARD

ELDERLY: Final = 80
OLD_AGE: Final = ((100, 530), (90, 130), (80, 60))
"""Yuan a month of 高龄津贴 from each age (Wenzhou)."""
SUPPORT: Final = 1870
NURSING: Final = {1: 250, 2: 125}
CARE: Final = ((4, 1130), (1, 565), (0, 230))
"""Yuan a month by acts of self-care that somebody in extreme hardship does not manage."""
BEREAVED: Final = {
    "martyr_family": 3200,
    "killed_on_duty_family": 2800,
    "died_of_illness_family": 2600,
}
GRANT: Final = 1150
RENT: Final = 200
UNION_MONTHS: Final = 8
AID_MONTHS: Final = 3
POWER: Final = 807
"""Fen a month: fifteen kilowatt-hours."""
REHABILITATION: Final = 18_000
CANCER: Final = 10_000
DEDUCTIBLE: Final = 18_000
"""Yuan a year that a member of a rigid-expenditure family bears before medical aid begins."""
SECONDARY: Final = 15
EARLY: Final = 6
TRAINED: Final = ("visual", "hearing", "speech", "physical", "intellectual")
NONE: Final = pl.lit(None, pl.Int64)


@dataclass(frozen=True, slots=True)
class Rule:
    """A programme of the drawn county: for whom, since when, and how many fen a payment."""

    programme: str
    whom: pl.Expr
    since: pl.Expr
    amount: pl.Expr = NONE


def rules() -> list[Rule]:
    """Every programme over `persons` with home_since, own_since, total (wages of the home)."""
    return [*_living(), *_beside()]


def _living() -> list[Rule]:
    """Minimum living, support, allowances: month by month."""
    head, identity = pl.col("relation") == "head", pl.col("identity")
    home, own = pl.col("home_since"), pl.max_horizontal("own_since", "birth")
    here = pl.max_horizontal("home_since", "birth")
    need = STANDARD * FEN * pl.col("size") - pl.col("total")
    nursing = pl.col("grade").replace_strict(NURSING, default=None) * FEN
    old = pl.col("birth").dt.offset_by(f"{ELDERLY}y").dt.truncate("1mo")
    disabled = pl.col("grade").is_not_null() & identity.is_in(["MZ01", "MZ05"])
    kept = identity == "MZ03"
    return [
        Rule("MZ01", head & (identity == "MZ01"), home, need),
        Rule("MZ02", _alone(), here, _difference()),
        Rule("MZ03", kept, home, pl.lit(SUPPORT * FEN)),
        Rule("MZ04", kept, pl.max_horizontal(home, pl.lit(date(2024, 3, 1))), _care()),
        Rule("MZ05", head & (identity == "MZ05"), home),
        Rule("MZ06", head & (identity == "MZ06"), _at_most_a_year()),
        Rule("MZ16", disabled, here, pl.lit(STANDARD * FEN * 3 // 10)),
        Rule("MZ17", pl.col("care") & ~kept, own, nursing),
        Rule(
            "MZ18",
            pl.col("age") >= ELDERLY,
            pl.max_horizontal(old, date(2023, 1, 1)),
            _allowance(),
        ),
        Rule("TY01", pl.col("bereaved").is_not_null(), own, _pension()),
    ]


def _beside() -> list[Rule]:
    """What an identity, an illness, a school or a hired home opens beside it."""
    head, identity = pl.col("relation") == "head", pl.col("identity")
    home, here = pl.col("home_since"), pl.max_horizontal("home_since", "birth")
    family = identity.is_in(list(SHARES))
    poorest = identity.is_in(["MZ01", "MZ03"])
    alive = pl.col("died_on").is_null()
    poor, severe = identity.is_in(["MZ01", "MZ03", "MZ05"]), pl.col("grade").is_in(SEVERE)
    pupil = pl.col("age").is_between(SECONDARY, ADULT - 1) & family
    entered = pl.date(AS_OF.year - pl.col("age") + SECONDARY, 9, 1)
    young = (pl.col("age") <= EARLY) & pl.col("disability").is_in(TRAINED)
    months = STANDARD * FEN
    return [
        Rule("YB01", alive & (poor | severe), here),
        Rule("YB02", pl.col("insured") & _costly(), pl.lit(month(1)), _borne()),
        Rule(
            "MZ11",
            head & (identity == "MZ06"),
            _at_most_a_year(),
            AID_MONTHS * months * pl.col("size"),
        ),
        Rule("JY03", pupil, pl.max_horizontal(home, entered), pl.lit(GRANT * FEN)),
        Rule("ZJ01", head & pl.col("rents"), home, RENT * FEN * pl.col("size")),
        Rule("GH01", head & pl.col("unionist"), home, pl.lit(UNION_MONTHS * months)),
        Rule("DL01", head & poorest, home, pl.lit(POWER)),
        Rule("RS01", pl.col("jobless"), home),
        Rule(
            "CL01",
            young & identity.is_in(["MZ01", "MZ05"]),
            here,
            pl.lit(REHABILITATION * FEN),
        ),
        Rule("FL01", pl.col("covered"), pl.lit(month(4)), pl.lit(CANCER * FEN)),
    ]


def _at_most_a_year() -> pl.Expr:
    """The identity of a rigid-expenditure family lasts twelve months at most."""
    return pl.max_horizontal(pl.col("home_since"), pl.lit(month(9)))


def _alone() -> pl.Expr:
    """Severely disabled or ill in an edge family; or grown and severely disabled, with little."""
    edge = pl.col("identity") == "MZ05"
    grown = (pl.col("age") >= ADULT) & pl.col("severe") & (pl.col("employee") == 0)
    outside = ~pl.col("identity").is_in(["MZ01", "MZ03"]) & (pl.col("wage") == 0)
    ill = pl.col("severe").fill_null(value=False) | pl.col("severe_illness")
    return pl.col("died_on").is_null() & ((edge & ill) | (outside & grown.fill_null(value=False)))


def _difference() -> pl.Expr:
    """The standard in full for the disabled of edge families, else what own income lacks of it."""
    own = pl.col("wage") + pl.col("personal")
    whole = (pl.col("identity") == "MZ05") & pl.col("severe").fill_null(value=False)
    lack = pl.when(own < STANDARD * FEN).then(STANDARD * FEN - own)
    return pl.when(whole).then(STANDARD * FEN).otherwise(lack)


def _care() -> pl.Expr:
    amount = NONE
    for failed, yuan in reversed(CARE):
        amount = pl.when(pl.col("failed") >= failed).then(yuan * FEN).otherwise(amount)
    return amount


def _allowance() -> pl.Expr:
    allowance = pl.lit(0)
    for age, yuan in reversed(OLD_AGE):
        allowance = pl.when(pl.col("age") >= age).then(yuan * FEN).otherwise(allowance)
    return allowance


def _pension() -> pl.Expr:
    return pl.col("bereaved").replace_strict(BEREAVED, default=None, return_dtype=pl.Int64) * FEN


def _costly() -> pl.Expr:
    """Who has costs of the year above the deductible; the poorest have none."""
    poorest = pl.col("identity").is_in(["MZ01", "MZ03"]) & (pl.col("own_pay") > 0)
    rigid = (pl.col("identity") == "MZ06") & (pl.col("own_pay") > DEDUCTIBLE * FEN)
    return pl.col("died_on").is_null() & (poorest | rigid)


def _borne() -> pl.Expr:
    """All of the costs in extreme hardship, eight tenths in minimum living, six above the rest."""
    pay = pl.col("own_pay")
    return (
        pl.when(pl.col("identity") == "MZ03")
        .then(pay)
        .when(pl.col("identity") == "MZ01")
        .then(pay * 8 // 10)
        .otherwise((pay - DEDUCTIBLE * FEN) * 6 // 10)
    )
