"""One field of what a department holds: the form of its value, its words, what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the form of its value, its allowed words, and its default (null: unknown)."""

    form: str
    words: tuple[str, ...] = ()
    default: str | None = None
    required: bool = False


DATE: Final = Field("date")
MONTHS: Final = Field("months", required=True)
MONEY: Final = Field("money", required=True)
TEXT: Final = Field("text")
LABEL: Final = Field("label")


def words(*allowed: str, default: str | None = None, required: bool = False) -> Field:
    """One of a list of words."""
    return Field("enum", allowed, default, required)


def yes(default: str | None) -> Field:
    """Yes or no."""
    return Field("bool", default=default)


def day(default: str) -> Field:
    """A day, assumed where none is stated."""
    return Field("date", default=default)


def money(default: str) -> Field:
    """An amount, assumed where none is stated."""
    return Field("money", default=default)


def whole(default: str | None = None) -> Field:
    """A whole number; one that must be stated has no default."""
    return Field("integer", default=default, required=default is None)


NEEDED: Final = Field("date", required=True)
