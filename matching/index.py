"""Where a household or person stands in a decided population, found without scanning it."""

from __future__ import annotations

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
        table = self._missing
        first = int(table["key"].search_sorted(key, side="left"))
        last = int(table["key"].search_sorted(key, side="right"))
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        rows = table.slice(first, last - first).select("id", "programme", "item", "subject")
        for unit, programme, item, subject in rows.iter_rows():
            found.setdefault((unit, programme), []).append((item, subject))
        return found

    @cached_property
    def _households(self) -> pl.DataFrame:
        return _sorted(self.decided.frames.rows[HOUSEHOLD]["id"])

    @cached_property
    def _persons(self) -> pl.DataFrame:
        return _sorted(self.decided.frames.rows[PERSON]["id"])

    @cached_property
    def _missing(self) -> pl.DataFrame:
        return self.decided.missing.with_columns(key=pl.coalesce("household", "id")).sort("key")


def _sorted(ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"id": ids}).with_row_index("row").sort("id")


def _row(table: pl.DataFrame, unit_id: str) -> int:
    at = int(table["id"].search_sorted(unit_id, side="left"))
    if at == table.height or table["id"][at] != unit_id:
        return -1
    return int(table["row"][at])
