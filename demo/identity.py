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
A_DAY: Final = 499
"""People of one sex whom a region can number on one birthday."""
ELSEWHERE: Final = {1: 330302, 2: 330303, 3: 330304, 4: 330305}
"""Where those beyond were born: districts of Wenzhou."""
TENTH: Final = 50
"""Numbers of one sex and birthday that share their first fifteen characters."""


class Numbers:
    """Id numbers, block of people by block: none is given twice."""

    def __init__(self) -> None:
        self._given = pl.DataFrame(
            schema={"birth": pl.Date, "female": pl.Boolean, "given": pl.Int64}
        )
        self._least = 0

    def give(self, birth: pl.Series, female: npt.NDArray[np.bool_]) -> pl.Series:
        """One number a person: region by year of birth, serial by order among birthday and sex."""
        frame = pl.DataFrame({"birth": birth, "female": female})
        frame = frame.join(self._given, on=["birth", "female"], how="left", maintain_order="left")
        nth = pl.int_range(pl.len()).over("birth", "female")
        rank = frame.select(nth + pl.col("given").fill_null(self._least)).to_series()
        self._keep(frame.select("birth", "female", given=rank + 1))
        region = pl.Series(np.where(birth.dt.year().to_numpy() >= SINCE, COUNTY_NOW, COUNTY_BEFORE))
        elsewhere = (rank // A_DAY).replace_strict(ELSEWHERE, default=None, return_dtype=pl.Int64)
        serial = rank % A_DAY * 2 + 2 - pl.Series(~female).cast(pl.Int64)
        return check_digits(
            pl.select(pl.coalesce(elsewhere, region)).to_series().cast(pl.String)
            + birth.dt.strftime("%Y%m%d")
            + serial.cast(pl.String).str.zfill(3)
        )

    def part(self) -> None:
        """Let no number from now on share its first fifteen characters with one given so far."""
        most = pl.col("given").max().over("birth")
        self._given = self._given.with_columns(given=(most // TENTH + 1) * TENTH)
        self._least = TENTH

    def _keep(self, given: pl.DataFrame) -> None:
        both = pl.concat([self._given, given])
        self._given = both.group_by("birth", "female").agg(pl.col("given").max())


def id_numbers(birth: pl.Series, female: npt.NDArray[np.bool_]) -> pl.Series:
    """One number a person, where nobody had one before."""
    return Numbers().give(birth, female)


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
