"""Citizens' numbers after GB 11643: eighteen digits, the last a check; fifteen in old papers.

The region in the first six digits is that of the first registration: counties come and go, so only
the province is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl

from graph_loader.characters import where
from graph_loader.typed import Says, Typed, Wrong

if TYPE_CHECKING:
    from datetime import date

Digits: TypeAlias = "np.ndarray[tuple[int, int], np.dtype[np.uint8]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"

WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.float32)
"""As floats, which multiply eight times as fast; their sums are small whole numbers, so exact."""
CHECKS: Final = "10X98765432"
LENGTH: Final = 18
TEN: Final = ord("X") - ord("0")
PROVINCES: Final = (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83, 91,
)  # fmt: skip
OLDEST: Final = 130
REASON: Final = "bad_id_number"
FORM: Final = Says(
    "18位身份号码（末位可为X）或15位旧号码", "a number of 18 digits, the last may be X, or of 15"
)
LOST: Final = Says(
    "以文本保存的完整号码；表格已把号码变成数值，末几位丢失",
    "the whole number kept as text; as a number it lost its last digits",
)
PROVINCE: Final = Says("前两位为省级区划代码的号码", "a number that begins with a province's code")
BIRTH: Final = Says(
    "第7至14位为真实且不晚于今天的出生日期", "a number whose digits 7 to 14 are a day of birth"
)
CHECK: Final = Says(
    "校验码正确的号码（GB 11643）；请核对各位数字",
    "a number whose check digit is right (GB 11643); one of its digits is wrong",
)


def tidy(text: pl.Series) -> pl.Series:
    """Numbers as they should have been typed: no spaces, no `.0`, a capital X."""
    odd = text.str.contains(r"[\sx'`.-]")
    return where(text, odd, _tidied)


def _tidied(text: pl.Series) -> pl.Series:
    return text.str.replace_all(r"[\s'`-]|\.0+$", "").str.to_uppercase()


def check_numbers(text: pl.Series, today: date) -> Typed:
    """The eighteen digits of each number, and those that are none."""
    numbers = tidy(text)
    lost = numbers.str.contains(r"^\d(?:\.\d+)?E\+?\d+$")
    numbers = where(numbers, numbers.str.contains(r"^\d{15}$"), of_fifteen)
    formed = numbers.str.contains(r"^\d{17}[\dX]$").fill_null(value=False)
    digits = digits_of(numbers.filter(formed))
    faults = (
        (~_in_province(digits), PROVINCE),
        (~_born(digits, today), BIRTH),
        (_check(digits) != digits[:, LENGTH - 1], CHECK),
    )
    at = formed.arg_true()
    wrong = [
        Wrong(lost.fill_null(value=False), REASON, LOST),
        Wrong(~formed & text.is_not_null(), REASON, FORM),
    ]
    bad = ~formed
    for flags, accepts in faults:
        mask = pl.Series(np.zeros(len(text), np.bool_)).scatter(at, pl.Series(flags))
        wrong.append(Wrong(mask, REASON, accepts))
        bad |= mask
    return Typed(numbers.set(bad, None), tuple(wrong))


def of_fifteen(numbers: pl.Series) -> pl.Series:
    """Old numbers of fifteen digits as the eighteen that they stand for."""
    body = numbers.str.slice(0, 6) + "19" + numbers.str.slice(6)
    return with_check(body)


def with_check(bodies: pl.Series) -> pl.Series:
    """Seventeen digits with the check digit that belongs to them."""
    digits = digits_of(bodies + "0")
    letters = np.array(list(CHECKS))[_remainder(digits)]
    return bodies + pl.Series(letters.tolist(), dtype=pl.String)


def digits_of(numbers: pl.Series) -> Digits:
    """The digits of numbers of eighteen characters, ten for X: a row each."""
    text = numbers.str.join("").item()
    found = np.frombuffer(str(text or "").encode("ascii"), np.uint8).reshape(-1, LENGTH) - ord("0")
    return np.where(found == TEN, np.uint8(10), found)


def _check(digits: Digits) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    right = np.array([10 if letter == "X" else int(letter) for letter in CHECKS])
    return right[_remainder(digits)]


def _remainder(digits: Digits) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    sums = digits[:, : LENGTH - 1].astype(np.float32) @ WEIGHTS
    return sums.astype(np.int64) % len(CHECKS)


def _in_province(digits: Digits) -> Flags:
    known = np.zeros(110, np.bool_)
    known[list(PROVINCES)] = True
    return known[_number(digits, 0, 2)]


def _born(digits: Digits, today: date) -> Flags:
    """Whether digits 7 to 14 are a day of the calendar in living memory, up to today."""
    year, month, day = (_number(digits, *part) for part in ((6, 10), (10, 12), (12, 14)))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    real = (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    month = np.where(real, month, 0)
    real &= (day >= 1) & (day <= longest[month] + (leap & (month == 2)))  # noqa: PLR2004 - February
    stamp = (year * 100 + month) * 100 + day
    now = (today.year * 100 + today.month) * 100 + today.day
    return real & (stamp <= now) & (year >= today.year - OLDEST)


def _number(digits: Digits, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    tens = 10 ** np.arange(last - first - 1, -1, -1)
    return digits[:, first:last].astype(np.int64) @ tens
