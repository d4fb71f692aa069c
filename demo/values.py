"""Values as people write them in a scenario table: dates, months, money, yes and no."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from demo.dates import AS_OF, month

if TYPE_CHECKING:
    from demo.field import Field

TERM: Final = re.compile(r"([+-]\d+)([ymd])")
RELATIVE: Final = re.compile(r"((?:[+-]\d+[ymd])*)(?:@(\d+|last))?")
MONTH: Final = re.compile(r"(?:([+-]?\d+)m|(\d{4})-(\d{2}))")
CENTS: Final = 100
Value = str | int | bool | date


class ValueFormError(ValueError):
    """A value is not in the form its field asks for; the text says what would be."""


def parse_date(text: str) -> date:
    """`2026-05-01`, or counted from the as-of day: `-80y+1d`, `-3m@1`, `-1m@last`, `0d`."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError as fault:
            raise ValueFormError(f"`{text}` is no day of the calendar") from fault
    found = RELATIVE.fullmatch(text if text[:1] in "+-@" else f"+{text}")
    if not found or not text:
        raise ValueFormError(f"`{text}` is no date: write 2026-05-01, -80y+1d, -3m@1 or -3m@last")
    months, days = 0, 0
    for count, unit in TERM.findall(found[1]):
        months += int(count) * {"y": 12, "m": 1, "d": 0}[unit]
        days += int(count) if unit == "d" else 0
    return _shift(months, found[2]) + timedelta(days=days)


def _shift(months: int, day: str | None) -> date:
    start = month(-months)
    last = calendar.monthrange(start.year, start.month)[1]
    if day is None:
        return start.replace(day=min(AS_OF.day, last))
    return start.replace(day=last if day == "last" else min(int(day), last))


def parse_months(text: str) -> tuple[date, ...]:
    """`-3m`, `2026-05`, or a span with both ends, `-13m..0m`: first days of the months."""
    ends = [_one_month(part) for part in text.split("..")]
    if len(ends) > 2 or ends[0] > ends[-1]:  # noqa: PLR2004
        raise ValueFormError(f"`{text}` is no span of months: write -13m..0m, earlier first")
    count = (ends[-1].year - ends[0].year) * 12 + ends[-1].month - ends[0].month
    back = (AS_OF.year - ends[0].year) * 12 + AS_OF.month - ends[0].month
    return tuple(month(back - i) for i in range(count + 1))


def _one_month(text: str) -> date:
    found = MONTH.fullmatch(text.strip())
    if not found:
        raise ValueFormError(f"`{text}` is no month: write -3m, 0m or 2026-05")
    if found[1] is not None:
        return month(-int(found[1]))
    try:
        return date(int(found[2]), int(found[3]), 1)
    except ValueError as fault:
        raise ValueFormError(f"`{text}` is no month of the calendar") from fault


def parse_hundredths(text: str) -> int:
    """Yuan or square metres with at most two decimals, as a whole number of hundredths."""
    try:
        hundredths = Decimal(text) * CENTS
    except InvalidOperation as fault:
        raise ValueFormError(f"`{text}` is no number: write 1099.99") from fault
    if not hundredths.is_finite() or hundredths != hundredths.to_integral_value():
        raise ValueFormError(f"`{text}` has more than two decimals")
    return int(hundredths)


def parse(field: Field, text: str) -> Value:
    """The value of one field; months are not parsed here, they may be several."""
    match field.form:
        case "date":
            return parse_date(text)
        case "money" | "area":
            return parse_hundredths(text)
        case "integer":
            if not re.fullmatch(r"\d+", text):
                raise ValueFormError(f"`{text}` is no whole number")
            return int(text)
        case "bool":
            return _bool(text)
        case "enum":
            if text not in field.words:
                raise ValueFormError(f"`{text}` is none of {', '.join(field.words)}")
            return text
        case _:
            return text


def _bool(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueFormError(f"`{text}` is neither yes nor no")
    return text == "yes"
