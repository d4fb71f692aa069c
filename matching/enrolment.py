"""Who is granted, paid or waiting on a day: enrolments, payments of a cycle, open applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.completeness import months_before

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matching.statuses import Flags, Rows

PAID: Final = ("issued", "success")
CYCLES: Final = {"month": 1, "year": 12}


def active(enrolments: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Enrolments that hold on the day: begun, and not ended by it."""
    return enrolments.filter(
        pl.col("enrolled_since").is_null() | (pl.col("enrolled_since") <= as_of),
        pl.col("enrolled_until").is_null() | (pl.col("enrolled_until") > as_of),
    )


def open_on(applications: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Applications accepted by the day, and neither decided nor withdrawn by it."""
    return applications.filter(
        pl.col("accepted_on") <= as_of,
        pl.col("decided_on").is_null() | (pl.col("decided_on") > as_of),
        pl.col("withdrawn_on").is_null() | (pl.col("withdrawn_on") > as_of),
    )


def in_cycle(payments: pl.DataFrame, periods: Mapping[str, str], as_of: date) -> pl.DataFrame:
    """Payments made for the current or the last cycle of their programme (`periods` by its id).

    What is given once counts for ever.
    """
    first = {
        programme: months_before(as_of, CYCLES[period])
        for programme, period in periods.items()
        if period in CYCLES
    }
    since = pl.col("programme").replace_strict(first, default=None, return_dtype=pl.Date)
    return payments.filter(
        pl.col("status").is_in(PAID),
        pl.col("for_month") <= as_of,
        since.is_null() | (pl.col("for_month") >= since),
    )


@dataclass(frozen=True, slots=True)
class Register:
    """The units in the order of their rows, and whose enrolment source is sure to be whole."""

    people: pl.Series
    households: pl.Series
    home: Rows

    def any_member(self, flags: Flags) -> Flags:
        """Households with a member of whom it is true."""
        rows = self.home[flags & (self.home >= 0)]
        return np.bincount(rows, minlength=len(self.households)).astype(np.bool_)

    def every_member(self, flags: Flags) -> Flags:
        """Households of whose members it is true without exception."""
        return ~self.any_member(~flags)

    def of_home(self, flags: Flags) -> Flags:
        """The household's flag at each person; false for who has none."""
        return np.append(flags, False)[self.home]


def enrolled(
    rows: pl.DataFrame, register: Register, *, unit: str, whole: tuple[Flags, Flags]
) -> tuple[pl.Series, pl.Series]:
    """Whether each person and household is in one programme: true, false, or null (not known).

    A household programme holds of all members; a household is in a person's programme if a member
    is. `whole` says of which persons and of which households the source holds every row.
    """
    person = register.people.is_in(rows["person"].drop_nulls().implode()).to_numpy()
    household = register.households.is_in(rows["household"].drop_nulls().implode()).to_numpy()
    household = household | register.any_member(person)
    known_person, known_household = whole
    known_household = known_household & register.every_member(known_person)
    if unit == "household":
        person = person | register.of_home(household)
        known_person = known_person & (register.of_home(known_household) | (register.home < 0))
    return _kleene(person, known_person), _kleene(household, known_household)


def _kleene(true: Flags, known: Flags) -> pl.Series:
    """True where it is true; false only where that is known."""
    return pl.Series(true).set(pl.Series(~true & ~known), None)
