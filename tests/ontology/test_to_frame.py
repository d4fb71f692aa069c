"""Class expressions over a population: three values, intervals, ratios, roles."""
# ruff: noqa: ANN401 - operators and expectations are plain literals

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.errors import PolicyError
from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.members import by_grouping, by_sorting, counted, found, groups, pack
from ontology.to_frame import Frames, Role
from tests.ontology.oracle import ORACLE, expressions, oracle
from tests.ontology.small import small_pack, truth, world

PACK = small_pack()
RURAL = Is("rural", value=True)
STUDENT = Is("student", value=True)


def of_households(expression: Expression, **household: list[Any]) -> list[bool | None]:
    count = len(next(iter(household.values())))
    return truth(PACK, world(PACK, [], count=count, household=household), "household", expression)


def limit(operator: Any, value: str) -> Compare:
    return Compare("savings", operator, Decimal(value))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(limit("<", "10"), [True, False, False, None], id="lower is not equal"),
        pytest.param(limit("<=", "10"), [True, True, False, None], id="at most"),
        pytest.param(limit(">", "10"), [False, False, True, None], id="above"),
        pytest.param(limit(">=", "10"), [False, True, True, None], id="at least"),
        pytest.param(limit("=", "10"), [False, True, False, None], id="equal"),
        pytest.param(limit("<", "9.995"), [True, False, False, None], id="between two fen"),
        pytest.param(limit("<=", "9.995"), [True, False, False, None], id="at most, between"),
        pytest.param(limit(">=", "9.995"), [False, True, True, None], id="at least, between"),
        pytest.param(limit("=", "9.995"), [False, False, False, None], id="never equal"),
        pytest.param(
            OneOf("savings", (Decimal("9.99"), Decimal(11))), [True, False, False, None], id="list"
        ),
        pytest.param(Not(limit("<", "10")), [False, True, True, None], id="not"),
    ],
)
def test_a_number_beside_a_limit(expression: Expression, expected: list[bool | None]) -> None:
    assert of_households(expression, savings=[999, 1000, 1001, None]) == expected


def test_and_or_follow_kleene() -> None:
    known: list[bool | None] = [True, False, None]
    pairs = list(product(known, known))
    columns: dict[str, list[Any]] = {
        "rural": [a for a, _ in pairs],
        "savings": [None if b is None else 1 - b for _, b in pairs],
    }
    low = limit("<", "0.01")
    assert of_households(AllOf((RURAL, low)), **columns) == [
        *(True, False, None),
        *(False, False, False),
        *(None, False, None),
    ]
    assert of_households(AnyOf((RURAL, low)), **columns) == [
        *(True, True, True),
        *(True, False, None),
        *(True, None, None),
    ]


def test_words_of_a_list_and_booleans() -> None:
    frames = world(
        PACK, [0] * 3, person={"sex": ["male", "female", None], "student": [True, False, None]}
    )
    assert truth(PACK, frames, "person", OneOf("sex", ("female",))) == [False, True, None]
    assert truth(PACK, frames, "person", Is("student", value=False)) == [False, True, None]


@pytest.mark.parametrize("expression", [AllOf(()), AnyOf(()), OneOf("sex", ()), Not(AllOf(()))])
def test_an_empty_list_never_matches_everyone(expression: Expression) -> None:
    with pytest.raises(PolicyError, match="everyone or no one"):
        truth(PACK, world(PACK, [0]), "person", expression)


# One row a household: its members' `student`, whether the roster is closed.
FAMILIES: list[tuple[list[bool | None], bool | None]] = [
    ([True, False], True),
    ([False, False], True),
    ([False, None], True),
    ([], True),
    ([True, True, None], True),
    ([True, False], False),
    ([False, False], False),
    ([], False),
    ([True, True], False),
    ([False], None),
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            Some("has_member", STUDENT),
            [True, False, None, False, True, True, None, None, True, None],
        ),
        (
            Only("has_member", STUDENT),
            [False, False, False, True, None, False, False, None, None, False],
        ),
        (
            AtLeast(2, "has_member", STUDENT),
            [False, False, False, False, True, None, None, None, True, None],
        ),
        (
            AtMost(1, "has_member", STUDENT),
            [True, True, True, True, False, None, None, None, False, None],
        ),
        (
            AtLeast(3, "has_member", STUDENT),
            [False, False, False, False, None, None, None, None, None, None],
        ),
        (
            AtMost(0, "has_member", STUDENT),
            [False, True, None, True, False, False, None, None, False, None],
        ),
        (AtLeast(0, "has_member", STUDENT), [True] * 10),
        (
            AtLeast(2, "has_member", Named("person")),
            [True, True, True, False, True, True, True, None, True, None],
        ),
        (
            Not(Some("has_member", STUDENT)),
            [False, True, None, True, False, False, None, None, False, None],
        ),
    ],
)
def test_members_are_counted_with_open_rosters(
    expression: Expression, expected: list[bool | None]
) -> None:
    homes = [i for i, (members, _) in enumerate(FAMILIES) for _ in members]
    students = [student for members, _ in FAMILIES for student in members]
    frames = world(
        PACK, homes, closed=[c for _, c in FAMILIES], person={"student": students}, count=10
    )
    assert truth(PACK, frames, "household", expression) == expected


def test_some_holds_of_one_and_the_same_member() -> None:
    both = AllOf((STUDENT, OneOf("sex", ("female",))))
    frames = world(
        PACK,
        [0, 0, 1, 2, 2],
        person={
            "student": [True, False, True, True, False],
            "sex": ["male", "female", "female", None, "female"],
        },
    )
    assert truth(PACK, frames, "household", Some("has_member", both)) == [False, True, None]


def test_a_person_takes_the_truth_of_the_household() -> None:
    frames = world(PACK, [0, 1, 2, -1], household={"rural": [True, False, None]})
    expected: dict[Expression, list[bool | None]] = {
        Some("member_of", RURAL): [True, False, None, None],
        Only("member_of", RURAL): [True, False, None, None],
        AtMost(0, "member_of", RURAL): [False, True, None, None],
        AtLeast(2, "member_of", RURAL): [False, False, False, None],
        AtMost(1, "member_of", RURAL): [True, True, True, True],
    }
    assert {e: truth(PACK, frames, "person", e) for e in expected} == expected


def test_records_and_kin_are_roles_too() -> None:
    frames = world(
        PACK,
        [0, 0, 0],
        person={
            "vehicle_complete": [True, False, None],
            "kin_complete": [True, True, False],
            "student": [True, None, False],
        },
        vehicles=[0, 2],
        vehicle={"disabled_use": [True, False]},
        kin=[(0, "child", 1), (1, "spouse", 0), (2, "child", -1)],
        surveys=[],
    )
    own_use = Some("has_vehicle", Is("disabled_use", value=False))
    assert truth(PACK, frames, "person", own_use) == [False, None, True]
    assert truth(PACK, frames, "person", Some("has_kin", STUDENT)) == [None, True, None]
    assert truth(PACK, frames, "person", Only("has_kin", STUDENT)) == [None, True, None]
    assert truth(PACK, frames, "household", Some("has_survey", Named("survey"))) == [None]


def test_roles_lie_within_roles() -> None:
    frames = world(
        PACK, [0, 0, 1], household={"rural": [True, None]}, person={"student": [False, True, None]}
    )
    rural_student = AllOf((STUDENT, Some("member_of", RURAL)))
    nested = Some("member_of", Some("has_member", rural_student))
    assert truth(PACK, frames, "person", nested) == [True, True, None]


def test_a_programme_received_before() -> None:
    frames = world(PACK, [], count=3, household={"received_HS01": [True, False, None]})
    assert truth(PACK, frames, "household", Received("HS01")) == [True, False, None]
    assert truth(PACK, frames, "household", Received("HS02")) == [None, None, None]


def test_an_unknown_word_is_an_error_and_matches_no_one() -> None:
    with pytest.raises(PolicyError, match="No property `savngs`"):
        of_households(Compare("savngs", "<", Decimal(1)), rural=[True])
    with pytest.raises(PolicyError, match="No role `has_boat` of household"):
        of_households(Some("has_boat", RURAL), rural=[True])


def intervals(**columns: list[int | None]) -> Frames:
    table = pl.DataFrame({"id": ["h"] * len(next(iter(columns.values()))), **columns})
    return Frames({"household": table}, {})


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("<", [True, None, False, False, None, None, None]),
        ("<=", [True, True, None, False, True, None, None]),
        (">", [False, False, None, True, False, None, None]),
        (">=", [False, None, True, True, None, None, None]),
        ("=", [False, None, None, False, None, None, None]),
    ],
)
def test_an_interval_is_decided_when_both_ends_agree(operator: Any, expected: Any) -> None:
    low = [100, 900, 1000, 1100, None, 900, None]
    high = [999, 1000, 1001, 1200, 1000, None, None]
    frames = intervals(savings=[None] * 7, savings__low=low, savings__high=high)
    assert truth(PACK, frames, "household", limit(operator, "10")) == expected


def test_an_interval_of_one_value_equals_it() -> None:
    frames = intervals(
        savings=[1000, None, None], savings__low=[1000, 999, None], savings__high=[1000, 1001, 999]
    )
    assert truth(PACK, frames, "household", limit("=", "10")) == [True, None, False]
    assert truth(PACK, frames, "household", limit("=", "9.995")) == [False, None, False]


RATIO_ROWS = {
    "savings__num": [149, 150, 151, 0, 5, None, 3],
    "savings__den": [100, 100, 100, 0, 0, 100, None],
}


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("<", [True, False, False, False, False, None, None]),
        ("<=", [True, True, False, True, False, None, None]),
        (">", [False, False, True, False, True, None, None]),
        (">=", [False, True, True, True, True, None, None]),
        ("=", [False, True, False, True, False, None, None]),
    ],
)
def test_a_ratio_is_multiplied_across_zero_included(operator: Any, expected: Any) -> None:
    frames = intervals(**RATIO_ROWS)
    assert truth(PACK, frames, "household", limit(operator, "1.5")) == expected


def test_a_ratio_of_intervals_is_decided_when_all_corners_agree() -> None:
    frames = intervals(
        savings__num=[None] * 4,
        savings__num__low=[10, 10, 40, None],
        savings__num__high=[20, 40, 50, 20],
        savings__den=[None] * 4,
        savings__den__low=[2, 2, 2, 2],
        savings__den__high=[3, 3, 3, 3],
    )
    assert truth(PACK, frames, "household", limit("<", "15")) == [True, None, None, True]
    assert truth(PACK, frames, "household", limit("<=", "10")) == [True, None, False, True]
    assert truth(PACK, frames, "household", limit(">=", "10")) == [None, None, True, None]
    assert truth(PACK, frames, "household", limit("=", "30")) == [False, False, False, False]


def test_a_great_ratio_takes_128_bits() -> None:
    frames = intervals(savings__num=[2**62, 2**61, None], savings__den=[2**61, 2**61, 1])
    assert truth(PACK, frames, "household", limit("<", "1.5")) == [False, True, None]
    assert truth(PACK, frames, "household", limit(">=", "1.000000001")) == [True, False, None]


@given(
    owner=st.lists(st.integers(-1, 6), max_size=40),
    values=st.lists(st.integers(-(10**15), 10**15), min_size=40, max_size=40),
    ordered=st.booleans(),
)
def test_both_ways_from_rows_to_owners_agree(
    owner: list[int], values: list[int], *, ordered: bool
) -> None:
    owners = np.array(sorted(owner) if ordered else owner, dtype=np.int64)
    numbers = np.array(values[: len(owner)], dtype=np.int64)
    rows = groups(owners, 9)
    for how in ("sum", "min", "max", "or"):
        one, other = by_sorting(rows, numbers, how), by_grouping(rows, numbers, how)
        assert one.tolist() == other.tolist()
    assert by_sorting(rows, numbers, "sum").tolist() == [
        sum(n for o, n in zip(owners, numbers, strict=True) if o == each) for each in range(9)
    ]
    flags = numbers > 0
    assert counted(rows, flags).tolist() == by_sorting(rows, flags, "sum").tolist()
    assert found(rows, [flags])[0].tolist() == [n > 0 for n in counted(rows, flags).tolist()]


def test_flags_are_packed_and_found_by_the_hundred() -> None:
    drawn = np.random.default_rng(1)
    rows = groups(np.sort(drawn.integers(0, 20, 60)), 25)
    flags = [drawn.random(60) < 0.1 for _ in range(130)]
    assert pack(flags[:3]).tolist() == [
        a + 2 * b + 4 * c for a, b, c in zip(*flags[:3], strict=True)
    ]
    expected = [by_sorting(rows, flag, "sum") > 0 for flag in flags]
    assert np.array_equal(found(rows, flags), expected)


people = st.lists(
    st.fixed_dictionaries(
        {
            "student": st.sampled_from([True, False, None]),
            "grade": st.sampled_from([0, 1, 2, 3, None]),
        }
    ),
    max_size=3,
)
homes = st.fixed_dictionaries(
    {"rural": st.sampled_from([True, False, None]), "savings": st.sampled_from([0, 1, 3, None])}
)


def kleene(
    e: Expression, own: dict[str, Any], members: list[dict[str, Any]], *, closed: bool
) -> bool | None:
    frames = world(
        ORACLE,
        [0] * len(members),
        count=1,
        closed=[closed],
        household={name: [value] for name, value in own.items()},
        person={name: [m[name] for m in members] for name in ("student", "grade")},
    )
    return truth(ORACLE, frames, "household", e)[0]


@settings(max_examples=300)
@given(
    e=expressions("household", ("rural", "savings", "student", "grade"), 3),
    own=homes,
    members=people,
    closed=st.booleans(),
)
def test_read_once_expressions_are_decided_exactly_as_every_completion_says(
    e: Expression, own: dict[str, Any], members: list[dict[str, Any]], *, closed: bool
) -> None:
    assert kleene(e, own, members, closed=closed) == oracle(e, own, members, closed=closed)


@settings(max_examples=300)
@given(
    e=expressions("household", ("rural", "savings", "student", "grade", "rural", "grade"), 3),
    own=homes,
    members=people,
    closed=st.booleans(),
)
def test_other_expressions_are_never_decided_against_a_completion(
    e: Expression, own: dict[str, Any], members: list[dict[str, Any]], *, closed: bool
) -> None:
    answer = kleene(e, own, members, closed=closed)
    assert answer is None or answer == oracle(e, own, members, closed=closed)


def test_a_role_read_by_its_owner_may_be_unsorted() -> None:
    frames = Frames(
        {
            "household": pl.DataFrame({"id": ["a", "b", "c"], "roster_closed": [True, True, True]}),
            "person": pl.DataFrame({"student": [True, False, None, False]}),
        },
        {"has_member": Role("household", "person", np.array([2, 0, 1, -1]), "roster_closed")},
    )
    assert truth(PACK, frames, "household", Some("has_member", STUDENT)) == [False, None, True]
