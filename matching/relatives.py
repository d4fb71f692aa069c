"""The relatives on whom a person's value rests, and by which of their words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from matching.moments import COMPARE
from matching.view import rows_of
from ontology.formula_tree import (
    Aggregate,
    Among,
    Both,
    Column,
    Comparison,
    Either,
    Fallback,
    Number,
    Opposite,
    Truth,
    Word,
    walk,
)
from ontology.to_frame import KIN_PERSON, physical
from ontology.vocabulary import KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matching.rests import Roots
    from matching.view import View
    from ontology.formula_tree import Node
    from ontology.vocabulary import Vocabulary

    Read = Callable[[str], Any]
    Met = tuple[Aggregate, int]


def relatives(roots: Roots, view: View, name: str, at: int) -> Iterator[tuple[str, int]]:
    """(word, person) of each relative whom the formulas of a person's word take in.

    Where they take in nobody, those whom the facts that departments state do not rule out: on them
    it rests that nobody is taken in.
    """
    vocabulary = roots.pack.vocabulary
    found = [(part, row) for part in _over_kin(roots, name) for row in _rows(view, at)]
    taken = [met for met in found if _holds(met, view, vocabulary, stated=False)]
    if not taken:
        taken = [m for m in found if _holds(m, view, vocabulary, stated=True) is not False]
    leads = view.frames.roles[KIN_PERSON].owner if taken else ()
    for part, row in taken:
        for word in _words(part):
            yield word, int(leads[row])


def _over_kin(roots: Roots, name: str) -> Iterator[Aggregate]:
    """What a word and the words of the same row that it rests on gather over relatives."""
    waiting, seen = [name], {name}
    while waiting:
        for part in roots.plan.formulas.get(waiting.pop(0), ()):
            for node in walk(part.root):
                match node:
                    case Aggregate(_, over) if over == KIN:
                        yield node
                    case Column("", word) if word not in seen:
                        seen.add(word)
                        waiting.append(word)
                    case _:
                        pass


def _rows(view: View, at: int) -> list[int]:
    """The rows of a person in the table of relatives."""
    return rows_of(view.frames.groups[KIN], at) if KIN in view.frames.groups else []


def _words(part: Aggregate) -> list[str]:
    inner = [node for node in (part.where, part.value) if node is not None]
    columns = [c for node in inner for c in walk(node) if isinstance(c, Column) and c.of == KIN]
    return list(dict.fromkeys(column.name for column in columns if column.name != "kind"))


def _holds(met: Met, view: View, vocabulary: Vocabulary, *, stated: bool) -> bool | None:
    """Whether a relative is taken in; by `stated` facts alone, or by all that is known."""
    part, row = met
    of = view.row(KIN, row)
    person = view.row(PERSON, int(view.frames.roles[KIN_PERSON].owner[row]))

    def read(name: str) -> Any:  # noqa: ANN401 - whatever a column holds
        if name == "kind":
            return of.get(name)
        if stated and name not in vocabulary.items:
            return None
        held = person.get(name, person.get(physical(name, vocabulary)))
        item = vocabulary.field(name)
        number = isinstance(held, int) and not isinstance(held, bool) and item is not None
        return Fraction(held, item.scale) if number and item else held

    return True if part.where is None else holds(part.where, read)


def holds(node: Node, read: Read) -> bool | None:
    """A condition on one relative; None where what is known does not settle it."""
    match node:
        case Both(parts) | Either(parts):
            truths = [holds(part, read) for part in parts]
            ends = isinstance(node, Either)
            return ends if ends in truths else None if None in truths else not ends
        case Opposite(part):
            truth = holds(part, read)
            return None if truth is None else not truth
        case Fallback(parts):
            return next((t for part in parts if (t := holds(part, read)) is not None), None)
        case _:
            return _leaf(node, read)


def _leaf(node: Node, read: Read) -> bool | None:
    match node:
        case Comparison(sign, left, right):
            a, b = _value(left, read), _value(right, read)
            return None if a is None or b is None else COMPARE[sign](a, b)
        case Among(value, options):
            a, among = _value(value, read), [_value(option, read) for option in options]
            return None if a is None or None in among else a in among
        case _:
            held = _value(node, read)
            return held if isinstance(held, bool) else None


def _value(node: Node, read: Read) -> Any:  # noqa: ANN401 - whatever is compared
    match node:
        case Word(value) | Truth(value):
            return value
        case Number(value):
            return Fraction(Decimal(value))
        case Column(of, name) if of == KIN:
            return read(name)
        case _:
            return None
