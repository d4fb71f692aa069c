"""Id numbers of fictional people: GB 11643 numbers with a right check digit, and their old form."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK: Final = "10X98765432"
COUNTY_NOW: Final = 330382
COUNTY_BEFORE: Final = 330323
"""Yueqing was a county with this code until it became a city in 1993."""
SINCE: Final = 1994


def id_numbers(birth: pl.Series, female: npt.NDArray[np.bool_]) -> pl.Series:
    """One number a person: region by year of birth, serial by order among birthday and sex."""
    region = np.where(birth.dt.year().to_numpy() >= SINCE, COUNTY_NOW, COUNTY_BEFORE)
    frame = pl.DataFrame({"birth": birth, "female": female, "region": region})
    rank = pl.int_range(pl.len()).over("birth", "female")
    serial = rank * 2 + 2 - (~pl.col("female")).cast(pl.Int64)
    return check_digits(
        frame.select(
            pl.col("region").cast(pl.String)
            + pl.col("birth").dt.strftime("%Y%m%d")
            + serial.cast(pl.String).str.zfill(3)
        ).to_series()
    )


def check_digits(seventeen: pl.Series) -> pl.Series:
    """The numbers with their eighteenth character put behind the seventeen given."""
    digits = [seventeen.str.slice(i, 1).cast(pl.Int64).to_numpy() for i in range(len(WEIGHTS))]
    rest = sum(d * w for d, w in zip(digits, WEIGHTS, strict=True)) % len(CHECK)
    return seventeen + pl.Series(np.array(list(CHECK))[rest])


def is_valid(number: str) -> bool:
    """Whether eighteen characters end in the check digit that the first seventeen ask for."""
    if len(number) != len(WEIGHTS) + 1 or not number[:-1].isdigit():
        return False
    total = sum(int(c) * w for c, w in zip(number, WEIGHTS, strict=False))
    return CHECK[total % len(CHECK)] == number[-1].upper()


def to_old(numbers: pl.Expr) -> pl.Expr:
    """The fifteen-digit form of before 1999: no century, no check digit."""
    return numbers.str.slice(0, 6) + numbers.str.slice(8, 9)
