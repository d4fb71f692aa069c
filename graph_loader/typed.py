"""A column as typed values, and which of its cells are wrong, why, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl


class Says(NamedTuple):
    """What would be accepted, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cells that are refused for one reason."""

    mask: pl.Series
    reason: str
    accepts: Says


@dataclass(frozen=True, slots=True)
class Typed:
    """Values (null where wrong or absent) and the wrong cells, the first reason first."""

    values: pl.Series
    wrong: tuple[Wrong, ...] = field(default=())
