"""Why a value is unknown: the facts, lists and records at the bottom, followed row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ontology.aggregates import MEMBER
from ontology.expression import fields, names
from ontology.formula_tree import Aggregate, Column, walk
from ontology.to_frame import physical
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON

if TYPE_CHECKING:
    from matching.rests import Roots
    from matching.verdict import Judge
    from matching.view import Row, View
    from ontology.pack import Pack

MEMBERSHIP: Final = "membership"


@dataclass
class Trace:
    """Follows what is unknown in one view; `items` and `kinds` gather what lies at the bottom."""

    pack: Pack
    roots: Roots
    view: View
    judge: Judge
    items: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, None] = field(default_factory=dict)
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def follow(self, name: str, unit: str, at: int) -> None:
        """Follow a word at a row where it is unknown; a known one leads nowhere."""
        if (name, unit, at) in self.seen or at < 0:
            return
        self.seen.add((name, unit, at))
        row = self.view.row(unit, at)
        if not self._unknown(name, row):
            return
        if name in self.roots.plan.formulas:
            for part in self.roots.plan.formulas[name]:
                for node in walk(part.root):
                    self._node(node, unit, at)
        elif name in self.pack.vocabulary.classes:
            self._klass(name, unit, at)
        elif unit in self.pack.kinds:
            self.kinds[unit] = None
        else:
            self.items[name] = None

    def _unknown(self, name: str, row: Row) -> bool:
        held = [name, f"{name}__num", f"{name}__den", physical(name, self.pack.vocabulary)]
        known = [column for column in held if column in row]
        return not known or any(row[column] is None for column in known)

    def _node(self, node: object, unit: str, at: int) -> None:
        match node:
            case Column(of="", name=name):
                self.follow(name, unit, at)
            case Column(of="household", name=name) if unit == PERSON:
                self.follow(name, HOUSEHOLD, self.view.household)
            case Aggregate():
                self._aggregate(node, unit, at)
            case _:
                return

    def _aggregate(self, node: Aggregate, unit: str, at: int) -> None:
        inner = [part for part in (node.value, node.where) if part is not None]
        read = [n for part in inner for n in walk(part) if isinstance(n, Column)]
        if node.over in (MEMBER, KIN):
            role = "has_member" if node.over == MEMBER else "has_kin"
            _, rows, closed = self.view.through(role, unit, at)
            if not closed or -1 in rows:
                self.kinds[MEMBERSHIP] = None
            for row in rows:
                self._columns(read, node.over, PERSON, row)
            return
        owners = [(unit, at)]
        if unit == HOUSEHOLD and self.pack.kinds[node.over].owner == PERSON:
            owners = [(PERSON, member) for member in self.view.members]
        for owner in owners:
            if self.view.row(*owner).get(f"{node.over}_complete") is False:
                self.kinds[node.over] = None
            for row in self.view.records(node.over, *owner):
                self._columns(read, node.over, node.over, row)
            self._columns(read, MEMBER, *owner)

    def _columns(self, read: list[Column], prefix: str, unit: str, at: int) -> None:
        for column in read:
            if column.of == prefix and not (prefix == KIN and column.name == "kind"):
                self.follow(column.name, unit, at)

    def _klass(self, name: str, unit: str, at: int) -> None:
        version = self.judge.version(name)
        if version is not None:
            for word in sorted(fields(version.expression) | names(version.expression)):
                self.follow(word, unit, at)
