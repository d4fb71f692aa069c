"""Due dates counted in weekdays; without a table of public holidays they are marked as such."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

SATURDAY: Final = 5
BY_WEEKDAYS: Final = "weekdays"
NOTE: Final = {
    "zh": "节假日未公布，暂按周末计",
    "en": "public holidays not published yet: weekdays are counted",
}


def after(start: date, days: int) -> date:
    """The date so many weekdays after this one, which itself is not counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def between(start: date, end: date) -> int:
    """How many weekdays lie after the first date, up to and including the second."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)
