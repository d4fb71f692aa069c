"""Whether a formula takes in a relative: true, false, or not settled by what is known."""

from decimal import Decimal
from typing import Any

import pytest

from matching.relatives import holds
from ontology.formula_tree import (
    Among,
    Both,
    Column,
    Comparison,
    Either,
    Fallback,
    Node,
    Number,
    Opposite,
    Truth,
    Word,
)

KIND, SEX = Column("kin", "kind", "text"), Column("kin", "sex", "text")
ALIVE, AGE = Column("kin", "alive", "boolean"), Column("kin", "age", "number")
FATHER = Both((Comparison("=", KIND, Word("parent")), Comparison("=", SEX, Word("male"))))
GROWN = Comparison(">=", AGE, Number(Decimal(18)))
NEAR = Among(KIND, (Word("spouse"), Word("parent")))


@pytest.mark.parametrize(
    ("node", "row", "truth"),
    [
        (FATHER, {"kind": "parent", "sex": "male"}, True),
        (FATHER, {"kind": "parent", "sex": "female"}, False),
        (FATHER, {"kind": "child"}, False),
        (FATHER, {"kind": "parent"}, None),
        (NEAR, {"kind": "spouse"}, True),
        (NEAR, {"kind": "sibling"}, False),
        (NEAR, {}, None),
        (Either((ALIVE, GROWN)), {"age": 18}, True),
        (Either((ALIVE, GROWN)), {"age": 17}, None),
        (Either((ALIVE, GROWN)), {"age": 17, "alive": False}, False),
        (Opposite(ALIVE), {"alive": False}, True),
        (Opposite(ALIVE), {}, None),
        (Fallback((ALIVE, Truth(value=False))), {}, False),
        (Column("", "alive", "boolean"), {"alive": True}, None),
        (GROWN, {"age": None}, None),
    ],
)
def test_a_relative_is_taken_in(node: Node, row: dict[str, Any], *, truth: bool | None) -> None:
    assert holds(node, row.get) is truth
