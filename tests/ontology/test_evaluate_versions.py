"""Versions of classes by day and place, identities, and the order of what is worked out."""
# ruff: noqa: ANN401 - expectations are plain literals

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ontology.errors import PolicyError
from ontology.evaluate import evaluate, order
from ontology.expression import Compare, Is, Named, Not, Some
from tests.ontology.small import (
    DAY,
    SmallPack,
    indicator,
    item,
    small_pack,
    version,
    world,
)

RURAL = Is("rural", value=True)
URBAN = Is("rural", value=False)


def dated(
    *versions: tuple[Any, date | None, date | None, str | None], unit: str = "household"
) -> SmallPack:
    made = [
        version("aid", unit, e, valid_from=a, valid_until=b, applies_in=region)
        for e, a, b, region in versions
    ]
    return small_pack((), made)


def decided(pack: SmallPack, on: date, regions: list[str | None]) -> list[tuple[Any, Any]]:
    frames = world(
        pack, [], count=len(regions), household={"rural": [True] * len(regions), "region": regions}
    )
    table = evaluate(pack, frames, on).rows["household"]
    return list(zip(table["aid"], table["aid__applicable"], strict=True))


def test_a_version_holds_from_its_first_day_and_not_on_its_last() -> None:
    pack = dated((RURAL, date(2026, 7, 1), date(2026, 8, 1), None), (URBAN, DAY, None, None))
    regions: list[str | None] = ["330382"]
    assert decided(pack, date(2026, 6, 30), regions) == [(None, False)]
    assert decided(pack, date(2026, 7, 1), regions) == [(True, True)]
    assert decided(pack, date(2026, 7, 31), regions) == [(True, True)]
    assert decided(pack, DAY, regions) == [(False, True)]


def test_the_version_for_the_smallest_place_wins() -> None:
    pack = dated((URBAN, None, None, None), (RURAL, None, None, "3303"), (URBAN, None, None, "33"))
    reverse = dated(
        (RURAL, None, None, "3303"), (URBAN, None, None, "33"), (URBAN, None, None, None)
    )
    for each in (pack, reverse):
        assert decided(each, DAY, ["330382", "3301", "11"]) == [
            (True, True),
            (False, True),
            (False, True),
        ]


def test_where_no_version_holds_the_class_does_not_apply() -> None:
    pack = dated((RURAL, None, None, "33"))
    assert decided(pack, DAY, ["330382", "11", None]) == [(True, True), (None, False), (None, True)]


def test_a_person_takes_the_region_of_the_household() -> None:
    pack = dated((Is("student", value=True), None, None, "33"), unit="person")
    frames = world(
        pack,
        [0, 1, -1],
        household={"region": ["33", "11"]},
        person={"student": [True] * 3, "region": ["11", "33", "33"]},
    )
    assert evaluate(pack, frames, DAY).rows["person"]["aid"].to_list() == [True, None, True]


def test_an_identity_is_held_by_those_on_the_roll_until_refuted() -> None:
    pack = small_pack(
        (),
        [version("poor", "household", RURAL), version("free", "household", Named("poor"))],
        programmes={"poor": "MZ01"},
    )
    rural = [True, False, None, None, None, True]
    enrolled = [False, True, True, False, None, None]
    frames = world(pack, [], count=6, household={"rural": rural, "enrolled_MZ01": enrolled})
    table = evaluate(pack, frames, DAY).rows["household"]
    assert table["poor"].to_list() == [True, False, None, None, None, True]
    assert table["poor__identity"].to_list() == [True, False, True, None, None, True]
    assert table["free"].to_list() == [True, False, True, None, None, True]


def test_a_class_is_a_column_of_formulas_and_a_programme_is_its_identity() -> None:
    pack = small_pack(
        [
            indicator(
                "helped", "household", "integer", "COUNT(member) FILTER (WHERE member.aided)"
            ),
            indicator("rolled", "person", "boolean", "enrolled('MZ03') AND NOT household.rural"),
        ],
        [
            version("aided", "person", Is("student", value=True)),
            version("many", "household", Compare("helped", ">=", Decimal(1))),
            version("out", "person", Not(Some("member_of", Named("many")))),
        ],
        programmes={"aided": "MZ03"},
    )
    frames = world(
        pack,
        [0, 1, 2],
        household={"rural": [False, True, False]},
        person={"student": [None, False, None], "enrolled_MZ03": [True, True, False]},
    )
    made = evaluate(pack, frames, DAY)
    assert made.rows["household"]["many"].to_list() == [True, False, None]
    assert made.rows["person"]["rolled"].to_list() == [True, False, False]
    assert made.rows["person"]["out"].to_list() == [False, True, None]


def test_a_circle_names_the_loop() -> None:
    pack = small_pack(
        [indicator("a", "household", "boolean", "b AND rural")],
        [
            version("b", "household", Named("c"), file="b.ttl", line=7),
            version("c", "household", Is("a", value=True)),
        ],
    )
    with pytest.raises(PolicyError, match=r"b\.ttl:7: A circle: a → b → c → a"):
        order(pack)


@pytest.mark.parametrize(
    ("formula", "more", "fault"),
    [
        ("big * big * big", {}, "more than 64 bits hold"),
        ("big * big * big * big * big * big > 1", {"datatype": "boolean"}, "more than 128 bits"),
        ("SUM(member.huge)", {}, "more than 64 bits hold"),
        ("savings", {"scale": 1}, "declare ag:scale 100"),
        ("ratio * 2", {}, "yields a quotient"),
        ("SUM(member.share)", {}, "of a ratio is not exact"),
        (("savings", "savings - 1"), {}, "A denominator could be"),
    ],
)
def test_what_does_not_fit_is_refused_before_any_data(
    formula: Any, more: dict[str, Any], fault: str
) -> None:
    items = [
        item("big", "household", "integer", greatest=Decimal(10**8)),
        item("huge", "person", "integer", greatest=Decimal(10**18)),
        item("savings", "household", "decimal", scale=100),
    ]
    pack = small_pack(
        [
            indicator(
                "x", "household", more.pop("datatype", "decimal"), formula, **{"scale": 1, **more}
            ),
            indicator("ratio", "household", "decimal", ("savings", "12")),
            indicator("share", "person", "decimal", ("huge", "12 * huge")),
        ],
        items=items,
    )
    with pytest.raises(PolicyError, match=fault):
        order(pack)
