"""One household of a decided population: its rows as dictionaries, found by offsets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ontology.to_frame import KIN_PERSON, frames_role
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ontology.members import Groups
    from ontology.to_frame import Frames
    from ontology.vocabulary import Vocabulary

    Row = Mapping[str, Any]

NOBODY: Final = -1
SAID: Final = "said_"
"""Before a unit: the table of who says something of it, where several sources do."""


def rows_of(groups: Groups, owner: int) -> list[int]:
    """The rows of one owner."""
    at = int(np.searchsorted(groups.present, owner))
    if at == len(groups.present) or groups.present[at] != owner:
        return []
    first, last = int(groups.starts[at]), int(groups.ends[at])
    if groups.order is None:
        return list(range(first, last))
    return [int(row) for row in groups.order[first:last]]


@dataclass
class View:
    """The rows around one household (-1: the household of a person who has none)."""

    frames: Frames
    vocabulary: Vocabulary
    household: int
    alone: int = NOBODY
    _rows: dict[tuple[str, int], Row] = field(default_factory=dict)

    def row(self, unit: str, at: int) -> Row:
        """A row as a dictionary; empty for nobody."""
        if at < 0:
            return {}
        key = (unit, at)
        if key not in self._rows:
            self._rows[key] = self.frames.rows[unit].row(at, named=True)
        return self._rows[key]

    @cached_property
    def members(self) -> list[int]:
        """The persons of the household; a person without one is alone."""
        if self.household < 0:
            return [self.alone]
        return rows_of(self.frames.groups["has_member"], self.household)

    def rows(self, subject: str) -> list[tuple[str, int]]:
        """The unit and row of an id of this view; nothing for anyone else."""
        if self.household >= 0 and self.row(HOUSEHOLD, self.household)["id"] == subject:
            return [(HOUSEHOLD, self.household)]
        return [(PERSON, at) for at in self.members if self.row(PERSON, at)["id"] == subject]

    def through(self, role: str, unit: str, at: int) -> tuple[str, list[int], bool]:
        """The unit and rows that a role leads to, and whether these are known to be all."""
        word = self.vocabulary.roles[role]
        if word.inverse:
            home = self.frames.roles["has_member"].owner[at]
            return HOUSEHOLD, [int(home)] if home >= 0 else [], bool(home >= 0)
        name = frames_role(role)
        held = self.frames.roles.get(name)
        if held is None:
            return word.to, [], False
        rows = rows_of(self.frames.groups[name], at)
        closed = held.closed is not None and self.row(unit, at).get(held.closed) is True
        if name == KIN:
            leads = self.frames.roles[KIN_PERSON].owner
            rows = [int(leads[row]) for row in rows]
        return word.to, rows, closed

    def records(self, kind: str, unit: str, at: int) -> list[int]:
        """The rows of a kind that a person owns, or that a household and its members own."""
        owner = self.vocabulary.kinds[kind].owner
        if unit == HOUSEHOLD and owner == PERSON:
            return [row for member in self.members for row in self._owned(kind, member)]
        of_home = unit == PERSON and owner == HOUSEHOLD
        return self._owned(kind, self.household if of_home else at)

    def said(self, unit: str, at: int, sources: Collection[str]) -> list[tuple[str, int]]:
        """Where these sources speak of a row: table and row number."""
        table = f"{SAID}{unit}"
        if at < 0 or table not in self.frames.roles:
            return [(unit, at)]
        rows = rows_of(self.frames.groups[table], at)
        return [(table, row) for row in rows if self.row(table, row)["_source"] in sources]

    def _owned(self, kind: str, at: int) -> list[int]:
        name = f"has_{kind}"
        if at < 0 or name not in self.frames.roles:
            return []
        return rows_of(self.frames.groups[name], at)
