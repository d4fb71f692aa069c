"""The truth of every part of an expression for one row, and what a change of one part would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ontology.expression import AllOf, AnyOf, Compare, Expression, Is, Named, Not, OneOf, Received
from ontology.places import in_force, version_at
from ontology.to_frame import RoleNode, count, physical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from matching.view import Row, View
    from ontology.pack import Pack
    from ontology.vocabulary import ClassVersion

Truth: TypeAlias = bool | None
Ends: TypeAlias = tuple[int | None, int | None]
ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(slots=True, eq=False)
class Verdict:
    """One part of an expression at one row: its truth and those of its parts.

    `bound` is (at least?, how many, whether the rows are known to be all) of a role; `version` is
    what a class means here.
    """

    expression: Expression
    unit: str
    at: int
    truth: Truth
    parts: list[Verdict] = field(default_factory=list)
    bound: tuple[bool, int, bool] | None = None
    version: ClassVersion | None = None

    def walk(self) -> Iterator[Verdict]:
        """The verdict and everything inside it, outermost first."""
        yield self
        for part in self.parts:
            yield from part.walk()


def everyone(truths: Iterable[Truth]) -> Truth:
    """Kleene's and."""
    found = set(truths)
    return False if False in found else None if None in found else True


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return None if truth is None else not truth


def counted(truths: list[Truth], bound: tuple[bool, int, bool]) -> Truth:
    """So many at least, or at most, of rows that may not be all."""
    least, number, closed = bound
    yes, unknown = truths.count(True), truths.count(None)
    more = number if least else number + 1
    if yes >= more:
        return least
    return not least if closed and yes + unknown < more else None


def joined(verdict: Verdict, truths: list[Truth]) -> Truth:
    """What an expression makes of the truths of its parts; a class, of what it means."""
    if verdict.bound is not None:
        return counted(truths, verdict.bound)
    match verdict.expression:
        case AllOf():
            return everyone(truths)
        case AnyOf():
            return opposite(everyone(map(opposite, truths)))
        case Not():
            return opposite(truths[0])
        case _:
            return truths[0]


def flips(root: Verdict) -> list[tuple[Verdict, bool]]:
    """The outermost criteria any one of which alone would make the whole true, and by which truth.

    From the top down: a part turns its whole if that one truth, among its siblings', does.
    """
    found: dict[Verdict, bool] = {}
    waiting = [(part, truth) for part, truth in _turning(root, wanted=True)]
    while waiting:
        verdict, truth = waiting.pop(0)
        leaf = not verdict.parts and verdict.bound is None
        if leaf or isinstance(verdict.expression, Named):
            found[verdict] = truth
        else:
            waiting = [*_turning(verdict, wanted=truth), *waiting]
    return list(found.items())


def _turning(verdict: Verdict, *, wanted: bool) -> list[tuple[Verdict, bool]]:
    """The parts each of which alone gives the whole this truth."""
    if verdict.truth is wanted:
        return []
    truths = [part.truth for part in verdict.parts]
    found = []
    for number, part in enumerate(verdict.parts):
        for truth in (True, False):
            changed = [*truths[:number], truth, *truths[number + 1 :]]
            if part.truth is not truth and joined(verdict, changed) is wanted:
                found.append((part, truth))
    return found


def ends(name: str, row: Row) -> Ends:
    """The least and greatest that a column can be."""
    if f"{name}__low" in row:
        return row[f"{name}__low"], row[f"{name}__high"]
    return row.get(name), row.get(name)


def beside(operator: str, left: Ends, right: Ends) -> Truth:
    """Two numbers known up to an interval, side by side."""
    if operator == "=":
        if None not in (*left, *right) and left == right and left[0] == left[1]:
            return True
        apart = _test(lt, left[1], right[0]) or _test(gt, left[0], right[1])
        return False if apart else None
    order = ORDERS[operator]
    near, far = (1, 0) if operator in ("<", "<=") else (0, 1)
    if _test(order, left[near], right[far]):
        return True
    return False if _test(order, left[far], right[near]) is False else None


def _test(order: Callable[[Any, Any], bool], a: int | None, b: int | None) -> Truth:
    return None if a is None or b is None else order(a, b)


def compared(name: str, operator: str, limit: Decimal, scale: int, row: Row) -> Truth:
    """A number of a row beside a limit; a ratio is multiplied across."""
    top, bottom = limit.as_integer_ratio()
    if f"{name}__num" not in row:
        low, high = ends(name, row)
        left = tuple(None if end is None else end * bottom for end in (low, high))
        return beside(operator, (left[0], left[1]), (top * scale, top * scale))
    over, under = ends(f"{name}__num", row), ends(f"{name}__den", row)
    left = tuple(None if end is None else end * bottom for end in over)
    right = [None if end is None else end * top for end in under]
    if top < 0:
        right.reverse()
    return beside(operator, (left[0], left[1]), (right[0], right[1]))


@dataclass
class Judge:
    """Judges expressions at the rows of one view, by the columns that are there."""

    pack: Pack
    view: View
    as_of: date
    region: str | None
    known: dict[str, ClassVersion | None] = field(default_factory=dict)
    judged: dict[tuple[str, int, str], Verdict] = field(default_factory=dict)

    def version(self, name: str) -> ClassVersion | None:
        """What a class means here on this day; none where the place is unknown and it matters."""
        if name not in self.known:
            versions = self.pack.classes.get(name, ())
            valid = [n for n, version in enumerate(versions) if in_force(version, self.as_of)]
            pick = version_at(versions, valid, self.region, self.pack.regions)
            if self.region is None and any(versions[n].applies_in for n in valid):
                pick = None
            self.known[name] = None if pick is None else versions[pick]
        return self.known[name]

    def verdict(self, expression: Expression, unit: str, at: int) -> Verdict:
        """The truth of an expression and of its parts."""
        match expression:
            case AllOf(inner) | AnyOf(inner):
                parts = [self.verdict(part, unit, at) for part in inner]
                return self._made(expression, unit, at, parts)
            case Not(part):
                return self._made(expression, unit, at, [self.verdict(part, unit, at)])
            case Named(name):
                key = unit, at, name
                if key not in self.judged:
                    self.judged[key] = self._named(expression, name, unit, at)
                return self.judged[key]
            case Compare() | OneOf() | Is() | Received():
                return Verdict(expression, unit, at, self._leaf(expression, unit, at))
            case _:
                return self._role(expression, unit, at)

    def programme(self, name: str, unit: str, at: int) -> Verdict | None:
        """A programme's own class, opened; nothing where no version applies."""
        version = self.version(name)
        if version is None:
            return None
        inner = self.verdict(version.expression, unit, at)
        truth = self.view.row(unit, at).get(name)
        return Verdict(Named(name), unit, at, truth, [inner], version=version)

    def _made(self, expression: Expression, unit: str, at: int, parts: list[Verdict]) -> Verdict:
        verdict = Verdict(expression, unit, at, None, parts)
        verdict.truth = joined(verdict, [part.truth for part in parts])
        return verdict

    def _named(self, expression: Named, name: str, unit: str, at: int) -> Verdict:
        word = self.pack.vocabulary.classes.get(name)
        if word is None:
            return Verdict(expression, unit, at, truth=True if at >= 0 else None)
        truth = self.view.row(unit, at).get(physical(name, self.pack.vocabulary))
        version = self.version(name)
        if version is None or word.programme or at < 0:
            return Verdict(expression, unit, at, truth, version=version)
        inner = self.verdict(version.expression, unit, at)
        if inner.truth != truth:
            return Verdict(expression, unit, at, truth, version=version)
        return Verdict(expression, unit, at, truth, [inner], version=version)

    def _role(self, node: RoleNode, unit: str, at: int) -> Verdict:
        least, number, inner = count(node)
        if at < 0:  # of a relative who is not on file nothing is known
            return Verdict(node, unit, at, None, [], (least, number, False))
        to, rows, closed = self.view.through(node.role, unit, at)
        parts = [self.verdict(inner, to, row) for row in rows]
        one = self.pack.vocabulary.roles[node.role].inverse is not None
        closed = closed or (one and not least and number > 0)  # nobody lives in two households
        bound = (least, number, closed)
        return Verdict(node, unit, at, counted([p.truth for p in parts], bound), parts, bound)

    def _leaf(self, expression: Compare | OneOf | Is | Received, unit: str, at: int) -> Truth:
        row = self.view.row(unit, at)
        match expression:
            case Compare(name, operator, limit):
                return compared(name, operator, limit, self._scale(name), row)
            case Is(name, value):
                truth: Truth = row.get(name)
                return truth if value else opposite(truth)
            case Received(programme):
                received: Truth = row.get(f"received_{programme}")
                return received
            case OneOf(name, values):
                return self._among(name, values, row)

    def _among(self, name: str, values: tuple[str | Decimal, ...], row: Row) -> Truth:
        if all(isinstance(value, str) for value in values):
            held = row.get(name)
            return None if held is None else held in values
        truths = [
            compared(name, "=", value, self._scale(name), row)
            for value in values
            if not isinstance(value, str)
        ]
        return opposite(everyone(map(opposite, truths)))

    def _scale(self, name: str) -> int:
        item = self.pack.vocabulary.field(name)
        return item.scale if item else 1


def real(name: str, row: Row, scale: int) -> Fraction | None:
    """The number that a row holds, where it is known exactly and is one."""
    if f"{name}__num" in row:
        top, bottom = row[f"{name}__num"], row[f"{name}__den"]
        return None if top is None or not bottom else Fraction(top, bottom)
    value = row.get(name)
    return None if value is None else Fraction(value, scale)
