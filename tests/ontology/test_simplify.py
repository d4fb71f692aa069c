"""Simplifying changes how a class is said, never what it means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.expression import AllOf, AnyOf, AtLeast, AtMost, Expression, Is, Not, Only, Some, walk
from ontology.simplify import RULES, simplify
from tests.ontology.oracle import ORACLE, expressions
from tests.ontology.small import truth, world

A, B, C = (Is(name, value=True) for name in ("rural", "student", "third"))


@pytest.mark.parametrize(
    ("expression", "shorter"),
    [
        (Not(Not(A)), A),
        (Not(Not(Not(A))), Not(A)),
        (AllOf((A,)), A),
        (AnyOf((AnyOf((A, B)), C)), AnyOf((A, B, C))),
        (AllOf((AllOf((A, B)), AllOf((B, C)))), AllOf((A, B, C))),
        (AllOf((A, A)), A),
        (AllOf((A, AnyOf((B, C)))), AllOf((A, AnyOf((B, C))))),
        (AtLeast(1, "has_member", Not(Not(B))), Some("has_member", B)),
        (AtMost(0, "has_member", Not(B)), Only("has_member", B)),
        (AtMost(0, "has_member", B), AtMost(0, "has_member", B)),
        (Some("has_member", AllOf((B, AllOf((C,))))), Some("has_member", AllOf((B, C)))),
    ],
)
def test_the_same_said_shorter(expression: Expression, shorter: Expression) -> None:
    assert simplify(expression) == shorter


households = st.fixed_dictionaries(
    {"rural": st.sampled_from([True, False, None]), "savings": st.sampled_from([0, 2, None])}
)
members = st.lists(
    st.fixed_dictionaries(
        {"student": st.sampled_from([True, False, None]), "grade": st.sampled_from([0, 2, None])}
    ),
    max_size=3,
)


@settings(max_examples=150)
@given(
    expression=expressions("household", ("rural", "savings", "student", "grade", "rural"), 3),
    own=households,
    people=members,
    closed=st.booleans(),
)
def test_no_truth_value_changes(
    expression: Expression, own: dict[str, Any], people: list[dict[str, Any]], *, closed: bool
) -> None:
    frames = world(
        ORACLE,
        [0] * len(people),
        count=1,
        closed=[closed],
        household={name: [value] for name, value in own.items()},
        person={name: [person[name] for person in people] for name in ("student", "grade")},
    )
    shorter = simplify(expression)
    assert truth(ORACLE, frames, "household", shorter) == truth(
        ORACLE, frames, "household", expression
    )
    assert len(list(walk(shorter))) <= len(list(walk(expression)))
    assert all(rule(shorter) == shorter for rule in RULES)
