"""Characters as people type them to characters that compare: full-width, spaces, marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

ODD: Final = (
    r"[\u00A0-\u00B6\u00B8-\u02FF\u2000-\u206F\u2460-\u24FF\u3000\u3200-\u33FF"
    r"\uF900-\uFAFF\uFE00-\uFFEF]"
)
"""Characters that NFKC changes, or that nobody sees."""
EDGED: Final = r"^\s|\s$|^'|^$"
UNCLEAN: Final = f"{ODD}|{EDGED}"
UNSEEN: Final = "[\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
DOTS: Final = "[·•‧・．.⋅]"


def where(
    series: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """The series, changed only where the mask is true: most columns need nothing."""
    at = mask.fill_null(value=False).arg_true()
    if not at.len():
        return series
    return series.scatter(at, change(series.gather(at)))


def clean(series: pl.Series) -> pl.Series:
    """Text without full-width forms, unseen marks and outer spaces; nothing for empty text."""
    if not series.str.contains(UNCLEAN).any():  # as nearly every column
        return series
    series = where(series, series.str.contains(ODD), _compatible)
    return where(series, series.str.contains(EDGED), _stripped)


def _compatible(series: pl.Series) -> pl.Series:
    return series.str.normalize("NFKC").str.replace_all(UNSEEN, "")


def _stripped(series: pl.Series) -> pl.Series:
    """Excel's mark of text, a leading apostrophe, goes with the spaces."""
    text = series.str.strip_chars().str.strip_prefix("'").str.strip_chars()
    return text.to_frame("t").select(pl.when(pl.col("t") != "").then(pl.col("t"))).to_series()


def clean_word(word: str) -> str:
    """One word as `clean` leaves it."""
    return re.sub(UNSEEN, "", unicodedata.normalize("NFKC", word)).strip().removeprefix("'").strip()


@lru_cache(maxsize=4096)
def clean_header(cell: str | None) -> str:
    """A header without any space or line break in it."""
    return re.sub(r"\s+", "", clean_word(cell or ""))


def plain_name(name: pl.Expr) -> pl.Expr:
    """A name to compare by: no spaces, one kind of middle dot, capital letters."""
    return (
        name.str.normalize("NFKC")
        .str.replace_all(r"\s", "")
        .str.replace_all(DOTS, "·")
        .str.to_uppercase()
    )
