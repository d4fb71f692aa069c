"""The rows of departments' files at the bottom of a value, each once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from matching.completeness import months_before
from matching.moments import in_time
from matching.reasons import SourceRow
from matching.relatives import relatives
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from matching.criteria import Library
    from matching.verdict import Verdict
    from matching.view import Row, View
    from ontology.formula_tree import Node

    Places = tuple[SourceRow, ...]
    OfKind = tuple[str, str, int, frozenset[Node]]


@dataclass
class SourceRows:
    """Finds the rows of one view; what several words rest on is looked for once."""

    library: Library
    view: View
    _under: dict[tuple[str, str, int], Places] = field(default_factory=dict)
    _said: dict[tuple[str, int, frozenset[str]], Places] = field(default_factory=dict)
    _records: dict[OfKind, Places] = field(default_factory=dict)
    _recent: dict[tuple[str, str, int], list[int]] = field(default_factory=dict)

    def under(self, name: str, verdict: Verdict) -> Places:
        """The rows that a word of a row rests on."""
        key = name, verdict.unit, verdict.at
        if key not in self._under:
            own = once(self._bottom(*key))
            self._under[key] = (*own, *self._of_relatives(key, own))
        return self._under[key]

    def _of_relatives(self, key: tuple[str, str, int], own: Places) -> Iterator[SourceRow]:
        """The rows about relatives, each once, under the class of the first word that it states."""
        name, unit, at = key
        if unit != PERSON or at < 0:
            return
        seen, vocabulary = set(own), self.library.pack.vocabulary
        for word, relative in relatives(self.library.roots, self.view, name, at):
            item = vocabulary.field(word)
            for row in once(self._bottom(word, PERSON, relative)) if relative >= 0 else ():
                if row not in seen:
                    seen.add(row)
                    yield replace(row, sensitivity=item.sensitivity if item else None)

    def _bottom(self, name: str, unit: str, at: int) -> Iterator[Places]:
        rests = self.library.roots.of(name)
        if rests.own_items or not rests.own_kinds:
            sources = self.library.stating(rests.own_items)
            for person in self._people(unit, at, rests.own_items):
                yield self._stated(*person, sources)
        for kind in rests.own_kinds:
            yield self._of_kind((kind, unit, at, self.library.months(name, kind)))

    def _stated(self, unit: str, at: int, sources: frozenset[str]) -> Places:
        key = unit, at, sources
        if key not in self._said:
            rows = self.view.said(unit, at, sources)
            self._said[key] = once(places(self.view.row(*row)) for row in rows)
        return self._said[key]

    def _of_kind(self, key: OfKind) -> Places:
        if key not in self._records:
            kind, unit, at, months = key
            rows = (self.view.row(kind, row) for row in self._lately(kind, unit, at))
            read = (row for row in rows if self._asked(months, row))
            self._records[key] = once(map(places, read))
        return self._records[key]

    def _people(self, unit: str, at: int, items: tuple[str, ...]) -> list[tuple[str, int]]:
        """Whose facts these are: the row's own, and of a household those of its members."""
        if unit != HOUSEHOLD:
            return [(unit, at)]
        units = {self.library.pack.items[item].unit_of for item in items} or {PERSON}
        own = [(HOUSEHOLD, at)] if HOUSEHOLD in units else []
        return [*own, *((PERSON, each) for each in self.view.members if PERSON in units)]

    def _asked(self, months: Collection[Node], row: Row) -> bool:
        """Whether some formula looks at the months in which a record lies."""
        as_of = self.library.as_of
        return not months or any(in_time(where, row, as_of) is not False for where in months)

    def _lately(self, kind: str, unit: str, at: int) -> list[int]:
        """The records that lie in the window that their kind is asked about."""
        key = kind, unit, at
        if key not in self._recent:
            months = self.library.pack.kinds[kind].window_months
            rows = self.view.records(*key)
            if months:
                start = months_before(self.library.as_of, months)
                rows = [row for row in rows if all_since(start, self.view.row(kind, row))]
            self._recent[key] = rows
        return self._recent[key]


def all_since(start: date, row: Row) -> bool:
    """Whether no month of a record lies before a day."""
    return all(day is None or day >= start for name, day in row.items() if name.endswith("_month"))


def once(found: Iterable[Places]) -> Places:
    """All of them, each once."""
    some = [each for each in found if each]
    return some[0] if len(some) == 1 else tuple(dict.fromkeys(chain.from_iterable(some)))


def places(row: Row) -> Places:
    """Where a department stated the row."""
    origin = row.get("origin")
    if not origin:
        return ()
    source = str(origin).split("|", 1)[0]
    return (SourceRow(source, row.get("file"), row.get("sheet"), row.get("row")),)
