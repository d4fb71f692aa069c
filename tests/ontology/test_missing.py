"""The missing facts of what is not decided: each that could matter, none that could not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ontology.errors import PolicyError
from ontology.evaluate import evaluate
from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Received,
    Some,
)
from ontology.missing import missing
from tests.ontology.small import DAY, SmallPack, indicator, small_pack, version, world

if TYPE_CHECKING:
    from ontology.to_frame import Frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ontology.vocabulary import Indicator

RURAL = Is("rural", value=True)
STUDENT = Is("student", value=True)


def lacking(pack: SmallPack, frames: Frames, name: str = "aid") -> set[tuple[int, str, str]]:
    return set(missing(pack, evaluate(pack, frames, DAY), name).rows())


def household_pack(
    expression: Expression,
    *indicators: Indicator,
    standards: Mapping[str, object] | None = None,
) -> SmallPack:
    return small_pack(indicators, [version("aid", "household", expression)], standards=standards)


def test_only_what_is_unknown_under_an_unknown_is_asked_for() -> None:
    pack = household_pack(AllOf((RURAL, AnyOf((Compare("savings", "<", Decimal(1)), Not(RURAL))))))
    frames = world(
        pack,
        [],
        count=4,
        household={"rural": [None, True, False, True], "savings": [None, None, None, 5]},
    )
    assert lacking(pack, frames) == {
        (0, "hh.rural", "h0"),
        (0, "hh.savings", "h0"),
        (1, "hh.savings", "h1"),
    }


def test_a_class_is_followed_to_its_facts_and_a_member_is_named() -> None:
    pack = small_pack(
        (),
        [
            version("counted", "person", AllOf((STUDENT, OneOf("sex", ("female",))))),
            version("aid", "household", Some("has_member", Named("counted"))),
        ],
        notations={"counted": "st.counted"},
    )
    frames = world(
        pack,
        [0, 0, 1, 1, 2],
        closed=[True, False, True],
        person={
            "student": [None, False, True, False, True],
            "sex": ["female", None, None, "male", "female"],
        },
    )
    assert lacking(pack, frames) == {
        (0, "student", "p0"),
        (1, "sex", "p2"),
        (1, "roster", "h1"),
    }


def test_an_indicator_with_a_notation_is_named_and_one_without_is_followed() -> None:
    pack = household_pack(
        AllOf((Compare("total", "<", Decimal(5)), Compare("size", ">=", Decimal(2)))),
        indicator("total", "household", "decimal", "SUM(member.income)", scale=100),
        indicator(
            "size",
            "household",
            "integer",
            "COUNT(member) FILTER (WHERE member.student)",
            notation="hh.size",
        ),
    )
    frames = world(
        pack,
        [0, 0, 1, 1],
        closed=[True, True],
        person={"income": [None, 100, 100, 100], "student": [True, True, None, True]},
    )
    assert lacking(pack, frames) == {(0, "income", "p0"), (1, "hh.size", "h1")}


def test_a_condition_that_is_refuted_asks_for_no_value() -> None:
    text = "SUM(member.income) FILTER (WHERE member.student AND member.sex = 'male')"
    pack = household_pack(
        Compare("total", ">", Decimal(100)),
        indicator("total", "household", "decimal", text, scale=100),
    )
    frames = world(
        pack,
        [0, 0, 0],
        person={
            "student": [False, None, True],
            "sex": [None, "male", "male"],
            "income": [None, 50, None],
        },
    )
    assert lacking(pack, frames) == {(0, "student", "p1"), (0, "income", "p2")}


def test_a_case_asks_along_its_branches() -> None:
    text = "CASE WHEN rural THEN 0 WHEN savings > 10 THEN savings ELSE COUNT(member) END"
    pack = household_pack(
        Compare("x", "<", Decimal(3)), indicator("x", "household", "decimal", text, scale=100)
    )
    frames = world(
        pack,
        [],
        count=4,
        closed=[True, True, None, True],
        household={"rural": [True, False, False, None], "savings": [None, None, 0, 2000]},
    )
    assert lacking(pack, frames) == {
        (1, "hh.savings", "h1"),
        (2, "roster", "h2"),
        (3, "hh.rural", "h3"),
    }


@pytest.mark.parametrize("notation", [None, "hh.ratio"])
def test_a_standard_that_is_not_in_force_is_named(notation: str | None) -> None:
    pack = household_pack(
        Compare("ratio", "<", Decimal(1)),
        indicator("ratio", "household", "decimal", ("savings", "std.db"), notation=notation),
        standards={"db": {("33", date(2020, 1, 1)): "1100"}},
    )
    frames = world(
        pack, [], count=3, household={"savings": [1, None, 1], "region": ["33", "33", "11"]}
    )
    if notation is None:
        expected = {(1, "hh.savings", "h1"), (2, "std.db", "h2")}
    else:
        expected = {(1, "hh.ratio", "h1"), (2, "hh.ratio", "h2"), (2, "std.db", "h2")}
    assert lacking(pack, frames) == expected


def test_records_that_are_not_complete_are_named_by_their_kind_and_owner() -> None:
    text = "COUNT(vehicle) FILTER (WHERE NOT vehicle.disabled_use)"
    pack = small_pack(
        [
            indicator("cars", "household", "integer", text),
            indicator("own", "person", "integer", text),
        ],
        [
            version("aid", "household", Compare("cars", "<=", Decimal(0))),
            version("free", "person", Compare("own", "<=", Decimal(0))),
            version("driver", "person", Some("has_vehicle", Is("disabled_use", value=False))),
        ],
    )
    frames = world(
        pack,
        [0, 0, 1, 2],
        closed=[True, True, None],
        person={"vehicle_complete": [True, None, True, True]},
        vehicles=[2],
        vehicle={"disabled_use": [None]},
    )
    assert lacking(pack, frames) == {
        (0, "vehicle", "p1"),
        (1, "disabled_use", "p2"),
        (2, "roster", "h2"),
    }
    assert lacking(pack, frames, "free") == {(1, "vehicle", "p1"), (2, "disabled_use", "p2")}
    assert lacking(pack, frames, "driver") == {(1, "vehicle", "p1"), (2, "disabled_use", "p2")}


def test_kin_and_households_are_followed_to_their_facts() -> None:
    pack = small_pack(
        [
            indicator("grown", "person", "integer", "COUNT(kin) FILTER (WHERE kin.student)"),
            indicator("far", "person", "boolean", "NOT household.rural"),
        ],
        [
            version("orphan", "person", Compare("grown", "<=", Decimal(0))),
            version("aid", "person", AllOf((Is("far", value=True), Some("member_of", RURAL)))),
        ],
    )
    frames = world(
        pack,
        [0, 0, -1],
        household={"rural": [None]},
        person={"student": [None, False, None], "kin_complete": [True, True, None]},
        kin=[(0, "child", 1), (1, "parent", 0), (1, "child", -1)],
    )
    assert lacking(pack, frames, "orphan") == {
        (1, "student", "p0"),
        (1, "kin", "p1"),
        (2, "kin", "p2"),
    }
    assert lacking(pack, frames) == {
        (0, "hh.rural", "h0"),
        (1, "hh.rural", "h0"),
        (2, "household", "p2"),
    }


def test_a_version_that_holds_is_followed_and_one_that_does_not_is_not() -> None:
    pack = small_pack(
        (),
        [
            version("aid", "household", RURAL, applies_in="33"),
            version("aid", "household", Compare("savings", "<", Decimal(1)), applies_in="11"),
        ],
    )
    frames = world(pack, [], count=3, household={"region": ["33", "11", "44"]})
    assert lacking(pack, frames) == {(0, "hh.rural", "h0"), (1, "hh.savings", "h1")}


def test_what_was_received_and_who_is_enrolled() -> None:
    pack = small_pack(
        [indicator("rolled", "household", "boolean", "enrolled('MZ01')")],
        [
            version("poor", "household", RURAL),
            version("aid", "household", AnyOf((Received("HS01"), Is("rolled", value=True)))),
        ],
        programmes={"poor": "MZ01"},
    )
    frames = world(pack, [], count=1)
    assert lacking(pack, frames) == {(0, "received.HS01", "h0"), (0, "enrolled_MZ01", "h0")}
    assert lacking(pack, frames, "MZ01") == {(0, "hh.rural", "h0")}


def test_counts_ask_for_each_member_that_could_tip_them() -> None:
    pack = household_pack(AtLeast(2, "has_member", STUDENT))
    frames = world(pack, [0, 0, 0, 1, 1], person={"student": [True, None, None, None, False]})
    assert lacking(pack, frames) == {(0, "student", "p1"), (0, "student", "p2")}


def test_an_unknown_programme_is_an_error() -> None:
    pack = household_pack(RURAL)
    frames = evaluate(pack, world(pack, [0]), DAY)
    with pytest.raises(PolicyError, match="Nothing was evaluated for `MZ99`"):
        missing(pack, frames, "MZ99")
