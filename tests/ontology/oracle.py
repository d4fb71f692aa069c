"""The oracle: every way in which what is unknown could be, tried one by one."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations_with_replacement, product
from typing import Any

from hypothesis import strategies as st

from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Not,
    OneOf,
    Only,
    Some,
    walk,
)
from tests.ontology.small import item, small_pack

VALUES = range(-1, 5)
ATOMS: dict[str, st.SearchStrategy[Expression]] = {
    "rural": st.builds(Is, st.just("rural"), st.booleans()),
    "savings": st.builds(
        Compare,
        st.just("savings"),
        st.sampled_from(["<", "<=", ">", ">=", "="]),
        st.integers(0, 3).map(Decimal),
    ),
    "student": st.builds(Is, st.just("student"), st.booleans()),
    "grade": st.one_of(
        st.builds(
            Compare,
            st.just("grade"),
            st.sampled_from(["<", "<=", ">", ">=", "="]),
            st.integers(0, 3).map(Decimal),
        ),
        st.builds(
            lambda a: OneOf("grade", tuple(map(Decimal, sorted(a)))),
            st.sets(st.integers(0, 3), min_size=1),
        ),
    ),
}
ORACLE = small_pack(
    items=[
        item("rural", "household", "boolean"),
        item("savings", "household", "decimal"),
        item("student", "person", "boolean"),
        item("grade", "person", "integer"),
    ]
)


@st.composite
def expressions(draw: st.DrawFn, unit: str, words: tuple[str, ...], depth: int) -> Expression:
    """An expression; where `words` come in pairs of two halves, each is used once at most."""
    own = [w for w in words if ORACLE.vocabulary.items[w].unit_of == unit]
    below = tuple(w for w in words if ORACLE.vocabulary.items[w].unit_of == "person")
    shapes = ["atom"] if own else []
    if unit == "household" and below:
        shapes.append("role")
    if depth and len(words) > 1:
        shapes += ["join", "join"]
    shape = draw(st.sampled_from(shapes))
    if depth and draw(st.booleans()) and shape != "join":
        return Not(draw(expressions(unit, words, depth - 1)))
    if shape == "atom":
        return draw(ATOMS[draw(st.sampled_from(own))])
    if shape == "role":
        part = draw(expressions("person", below, max(depth - 1, 0)))
        number = draw(st.integers(1, 2))
        roles: list[Expression] = [
            Some("has_member", part),
            Only("has_member", part),
            AtLeast(number, "has_member", part),
            AtMost(number, "has_member", part),
        ]
        return draw(st.sampled_from(roles))
    left, right = split(words)
    parts = (draw(expressions(unit, left, depth - 1)), draw(expressions(unit, right, depth - 1)))
    joined: list[Expression] = [AllOf(parts), AnyOf(parts)]
    return draw(st.sampled_from(joined))


def split(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two halves without a word in common; a word that stands twice may be on both sides."""
    if len(set(words)) < len(words):
        return words, words
    return words[: len(words) // 2], words[len(words) // 2 :]


def holds(  # noqa: C901, PLR0911 - one case a node
    e: Expression, own: dict[str, Any], members: list[dict[str, Any]]
) -> bool:
    """Two-valued truth where everything is known."""
    match e:
        case Compare(name, operator, value):
            a, b = own[name], value
            beside = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b}
            return bool(beside[operator])
        case OneOf(name, values):
            return own[name] in values
        case Is(name, value):
            return bool(own[name] == value)
        case Not(part):
            return not holds(part, own, members)
        case AllOf(parts):
            return all(holds(part, own, members) for part in parts)
        case AnyOf(parts):
            return any(holds(part, own, members) for part in parts)
        case Some(_, part):
            return any(holds(part, m, []) for m in members)
        case Only(_, part):
            return all(holds(part, m, []) for m in members)
        case AtLeast(number, _, part):
            return sum(holds(part, m, []) for m in members) >= number
        case AtMost(number, _, part):
            return sum(holds(part, m, []) for m in members) <= number
        case _:
            raise AssertionError(e)


def completions(row: dict[str, Any]) -> list[dict[str, Any]]:
    choices = [
        [value]
        if value is not None
        else ([True, False] if name in ("rural", "student") else VALUES)
        for name, value in row.items()
    ]
    return [dict(zip(row, values, strict=True)) for values in product(*choices)]


def oracle(
    e: Expression, own: dict[str, Any], members: list[dict[str, Any]], *, closed: bool
) -> bool | None:
    """True or false where every completion agrees; an open roster may hold up to three more."""
    # What a member can be is told by which parts of the expression it meets; one of each is enough.
    kinds: dict[tuple[bool, ...], dict[str, Any]] = {}
    tests = inner_parts(e)
    for each in completions({"student": None, "grade": None}):
        kinds.setdefault(tuple(holds(test, each, []) for test in tests), each)
    known = [
        list({tuple(holds(t, c, []) for t in tests): c for c in completions(m)}.values())
        for m in members
    ]
    extras = [()] if closed else [x for n in range(4) for x in combos(list(kinds.values()), n)]
    answers = {
        holds(e, h, [*m, *extra])
        for h in completions(own)
        for m in product(*known)
        for extra in extras
    }
    return answers.pop() if len(answers) == 1 else None


def combos(kinds: list[Any], number: int) -> list[tuple[Any, ...]]:
    return list(combinations_with_replacement(kinds, number))


def inner_parts(e: Expression) -> list[Expression]:
    return [n.part for n in walk(e) if isinstance(n, Some | Only | AtLeast | AtMost)]
