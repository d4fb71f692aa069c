"""What undetermined rows are said to wait for: something always, never what is known."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from ontology.missing import missing, searching
from ontology.vocabulary import HOUSEHOLD, PERSON
from tests.agreement.answers import world_of
from tests.agreement.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from tests.agreement.drawn import Drawn

SIDES: Final = ("", "__num", "__den")


class Settled(Source):
    """The same files, with a number in force wherever there is none."""

    def standard(self, name: str, region: str | None, on: date) -> Fraction | None:
        return super().standard(name, region, on) or Fraction(1)


def wrongly_lacking(drawn: Drawn) -> Iterator[str]:
    """Rows that wait for nothing, for something that is known, or not for a number they need."""
    search = searching(drawn.pack, drawn.frames)
    numbered, filled = world_of(drawn), world_of(drawn)
    numbered.source = filled.source = Settled(drawn.pack.path)
    filled.tables = {unit: full(rows) for unit, rows in filled.tables.items()}
    known = {unit: Known(drawn, unit) for unit in (HOUSEHOLD, PERSON)}
    for name, word in drawn.pack.vocabulary.classes.items():
        rows = drawn.frames.rows[word.unit]
        lacks: dict[int, set[str]] = {at: set() for at in undetermined(drawn, name)}
        for row, item, subject in missing(drawn.pack, drawn.frames, name, search).iter_rows():
            lacks[row].add(item)
            if any(unit.knows(item, subject) for unit in known.values()):
                yield f"{name} of {rows['id'][row]} waits for {item} of {subject}, which is known"
        for row, items in lacks.items():
            of_numbers = any(item.startswith("std.") for item in items)
            if not items and filled.truth(name, row)[0] is not None:
                yield f"{name} of {rows['id'][row]} waits for nothing"
            if not of_numbers and numbered.truth(name, row)[0] is not None:
                yield f"{name} of {rows['id'][row]} waits for {sorted(items)}, not for a number"


def full(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows with something in every place where nothing was known."""
    some = {name: value for row in rows for name, value in row.items() if value is not None}
    return [
        {name: some.get(name, True) if value is None else value for name, value in row.items()}
        for row in rows
    ]


def undetermined(drawn: Drawn, name: str) -> list[int]:
    """The rows of a class that applies there and is not known."""
    table = drawn.frames.rows[drawn.pack.vocabulary.classes[name].unit]
    return [int(at) for at in (table[name].is_null() & table[f"{name}__applicable"]).arg_true()]


class Known:
    """What a unit's columns know, by the words that missing facts are named by."""

    def __init__(self, drawn: Drawn, unit: str) -> None:
        self.table = drawn.frames.rows[unit]
        self.at = {name: row for row, name in enumerate(self.table["id"])}
        self.words = drawn.pack.words

    def knows(self, item: str, subject: str) -> bool:
        """Whether a fact of a row is a number, word or truth, or a list whole."""
        row = self.at.get(subject)
        if row is None:
            return False
        flags = {"roster": "roster_closed"}  # of kin it may be unknown who one of them is
        words = self.words.get(item) or (flags.get(item, item), f"{item}_complete")
        held = [
            self.table[column][row]
            for column in (f"{word}{side}" for word in words for side in SIDES)
            if column in self.table.columns
        ]
        whole = not self.words.get(item) and not item.startswith(("std.", "received."))
        return bool(held) and (held == [True] if whole else None not in held)
