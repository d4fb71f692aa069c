from decimal import Decimal

import pytest

from matching.verdict import Truth, Verdict, beside, compared, counted, flips
from ontology.expression import AllOf, AnyOf, Expression, Is, Named, Not, Some

LEAF = Is("x", value=True)


def leaf(name: str, *, truth: Truth) -> Verdict:
    return Verdict(Is(name, value=True), "person", 0, truth)


def joined(expression: Expression, *parts: Verdict, truth: Truth = False) -> Verdict:
    return Verdict(expression, "person", 0, truth, list(parts))


def turns(root: Verdict) -> list[tuple[str, bool]]:
    return [
        (verdict.expression.field, truth)
        for verdict, truth in flips(root)
        if isinstance(verdict.expression, Is)
    ]


@pytest.mark.parametrize(
    ("truths", "closed", "expected"),
    [
        ([True, None], False, True),
        ([False, False], True, False),
        ([False, None], True, None),
        ([False, False], False, None),
        ([], True, False),
        ([], False, None),
    ],
)
def test_some_of_a_list_that_may_go_on(
    truths: list[Truth], *, closed: bool, expected: Truth
) -> None:
    assert counted(truths, (True, 1, closed)) is expected


@pytest.mark.parametrize(
    ("truths", "closed", "expected"),
    [
        ([True, True], True, False),
        ([True, False], True, True),
        ([True, None], True, None),
        ([True, False], False, None),
    ],
)
def test_at_most_one_of_a_list_that_may_go_on(
    truths: list[Truth], *, closed: bool, expected: Truth
) -> None:
    assert counted(truths, (False, 1, closed)) is expected


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("<", (1, 2), (3, 3), True),
        ("<", (1, 3), (3, 3), None),
        ("<", (3, 4), (3, 3), False),
        ("<=", (3, None), (2, 2), False),
        ("<=", (1, None), (2, 2), None),
        (">=", (2, None), (2, 2), True),
        (">", (None, 2), (2, 2), False),
        ("=", (2, 2), (2, 2), True),
        ("=", (1, 3), (2, 2), None),
        ("=", (3, 4), (2, 2), False),
        ("=", (None, None), (2, 2), None),
    ],
)
def test_numbers_known_up_to_an_interval(
    operator: str,
    left: tuple[int | None, int | None],
    right: tuple[int | None, int | None],
    expected: Truth,
) -> None:
    assert beside(operator, left, right) is expected


def test_a_ratio_is_multiplied_across_zero_included() -> None:
    one = Decimal(1)
    assert compared("r", "<", one, 1, {"r__num": 0, "r__den": 0}) is False
    assert compared("r", "<=", one, 1, {"r__num": 0, "r__den": 0}) is True
    assert compared("r", "<", one, 1, {"r__num": 2, "r__den": None}) is None
    assert compared("r", ">", Decimal("1.5"), 1, {"r__num": 31, "r__den": 20}) is True


def test_a_number_is_compared_at_its_scale() -> None:
    assert compared("x", "<", Decimal("10.5"), 100, {"x": 1049}) is True
    assert compared("x", "<", Decimal("10.5"), 100, {"x": 1050}) is False
    assert compared("x", "<", Decimal("10.5"), 100, {"x": None}) is None


def test_the_one_false_part_of_a_conjunction_turns_it() -> None:
    assert turns(joined(AllOf((LEAF, LEAF)), leaf("a", truth=True), leaf("b", truth=False))) == [
        ("b", True)
    ]
    assert turns(joined(AllOf((LEAF, LEAF)), leaf("a", truth=False), leaf("b", truth=False))) == []
    assert turns(
        joined(AllOf((LEAF, LEAF)), leaf("a", truth=None), leaf("b", truth=True), truth=None)
    ) == [("a", True)]


def test_any_part_of_a_disjunction_turns_it() -> None:
    parts = leaf("a", truth=False), leaf("b", truth=None)
    assert turns(joined(AnyOf((LEAF, LEAF)), *parts)) == [("a", True), ("b", True)]


def test_a_denied_part_must_stop_holding() -> None:
    assert turns(joined(Not(LEAF), leaf("a", truth=True))) == [("a", False)]


def test_only_the_outermost_class_is_named() -> None:
    inner = joined(AnyOf((LEAF,)), leaf("a", truth=False))
    named = joined(Named("outer"), inner)
    assert [verdict.expression for verdict, _ in flips(joined(AllOf((LEAF,)), named))] == [
        Named("outer")
    ]


def test_one_member_is_enough_for_some() -> None:
    parts = [leaf("a", truth=False), leaf("b", truth=False)]
    some = Verdict(
        Some("has_member", LEAF), "household", 0, truth=False, parts=parts, bound=(True, 1, True)
    )
    assert turns(joined(AllOf((LEAF,)), some)) == [("a", True), ("b", True)]


def test_what_holds_already_is_not_turned() -> None:
    assert flips(joined(AllOf((LEAF,)), leaf("a", truth=True), truth=True)) == []
