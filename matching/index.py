"""Where a household or person stands in a decided population, found without scanning it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from matching.decide import Decided


class Index:
    """Sorted ids with their rows, and the missing facts household by household."""

    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        self.owner = decided.frames.roles["has_member"].owner

    def find(self, unit_id: str) -> tuple[int, int]:
        """The household row and the person row of an id; -1 for what it is not.

        Raises:
            KeyError: where nobody has this id.
        """
        home = _row(self._households, unit_id)
        if home >= 0:
            return home, -1
        person = _row(self._persons, unit_id)
        if person < 0:
            raise KeyError(f"No household or person `{unit_id}` in this run.")
        return int(self.owner[person]), person

    def missing(self, key: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """(item, subject) by (unit id, programme) for a household, or a person who has none."""
        keys, table = self._missing
        first, last = bisect_left(keys, key), bisect_right(keys, key)
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for unit, programme, item, subject in table.slice(first, last - first).iter_rows():
            found.setdefault((unit, programme), []).append((item, subject))
        return found

    @cached_property
    def _households(self) -> tuple[pl.Series, pl.Series]:
        return _sorted(self.decided.frames.rows[HOUSEHOLD]["id"])

    @cached_property
    def _persons(self) -> tuple[pl.Series, pl.Series]:
        return _sorted(self.decided.frames.rows[PERSON]["id"])

    @cached_property
    def _missing(self) -> tuple[pl.Series, pl.DataFrame]:
        table = self.decided.missing.with_columns(key=pl.coalesce("household", "id")).sort("key")
        return table["key"], table.select("id", "programme", "item", "subject")


def _sorted(ids: pl.Series) -> tuple[pl.Series, pl.Series]:
    table = pl.DataFrame({"id": ids}).with_row_index("row").sort("id")
    return table["id"], table["row"]


def _row(table: tuple[pl.Series, pl.Series], unit_id: str) -> int:
    ids, rows = table
    at = bisect_left(ids, unit_id)
    return int(rows[at]) if at < len(ids) and ids[at] == unit_id else -1
