"""The county's calendar: the day it is seen from and the months its files cover."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

AS_OF: Final = date(2026, 10, 31)
MONTHS_BACK: Final = 13
"""Monthly files reach from the as-of month this many months back, both ends included."""


def month(back: int) -> date:
    """First day of the month that lies this many months before the as-of month."""
    at = AS_OF.year * 12 + AS_OF.month - 1 - back
    return date(at // 12, at % 12 + 1, 1)


def years_before(years: int) -> date:
    """The as-of day, so many years ago; 29 February becomes 28 February."""
    try:
        return AS_OF.replace(year=AS_OF.year - years)
    except ValueError:
        return AS_OF.replace(year=AS_OF.year - years, day=28)


def days_before(days: int) -> date:
    """The day that lies so many days before the as-of day."""
    return AS_OF - timedelta(days=days)


PAYMENT_MONTHS: Final = tuple(month(back) for back in range(23, -1, -1))
"""Payments are on file for two years."""
FILE_MONTHS: Final = tuple(month(back) for back in range(MONTHS_BACK, -1, -1))
EPOCH: Final = date(1970, 1, 1)
