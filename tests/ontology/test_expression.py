"""The tree itself: plain data that can be walked."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from ontology.errors import Fault, PolicyError, UnsupportedError, did_you_mean
from ontology.expression import (
    AllOf,
    AtLeast,
    Compare,
    Is,
    Named,
    Not,
    OneOf,
    Received,
    Some,
    fields,
    names,
    parts,
    walk,
)

INCOME = Compare("income", "<", Decimal(1))
TREE = AllOf(
    (
        INCOME,
        Not(Named("poor")),
        Some("has_member", AllOf((Is("student", value=True), Named("counted")))),
    )
)


def test_a_tree_is_walked_from_the_outside_in() -> None:
    assert [type(node).__name__ for node in walk(TREE)] == [
        *("AllOf", "Compare", "Not", "Named", "Some", "AllOf", "Is", "Named"),
    ]
    assert parts(TREE) == TREE.parts
    assert parts(AtLeast(2, "has_member", INCOME)) == (INCOME,)
    assert parts(Received("HS01")) == ()


def test_fields_and_names_are_found_at_any_depth() -> None:
    assert fields(TREE) == {"income", "student"}
    assert names(TREE) == {"poor", "counted"}
    assert fields(OneOf("sex", ("male",))) == {"sex"}


def test_equal_trees_are_equal_and_cannot_be_changed() -> None:
    assert Compare("a", "<", Decimal("1.0")) == Compare("a", "<", Decimal(1))
    assert len({INCOME, Compare("income", "<", Decimal(1))}) == 1
    with pytest.raises(FrozenInstanceError):
        INCOME.field = "b"  # type: ignore[misc]


def test_an_error_says_the_place_the_fault_and_the_way_out() -> None:
    faults = (Fault("a.ttl", 3, "No x."), Fault("b.csv", 0, "Empty."), Fault("", 0, "Wrong."))
    assert str(PolicyError(*faults)) == "a.ttl:3: No x.\nb.csv: Empty.\nWrong."
    assert [f.file for f in PolicyError(*faults).at("c.ttl", 9).faults] == [
        "a.ttl",
        "b.csv",
        "c.ttl",
    ]
    assert did_you_mean("icnome", ["income", "age"]) == " Did you mean `income`?"
    assert did_you_mean("xyz", ["income"]) == ""
    error = UnsupportedError("a count", store="kglite", instead="Make it an indicator.")
    assert str(error) == "kglite cannot say a count. Make it an indicator."
