"""Another value of a standard decides whom deciding everyone again with it would."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.decide import decide
from matching.population import population
from matching.what_if import what_if
from ontology.evaluate_again import evaluate_again
from tests.matching.drawn import AS_OF, PACK, FakeLake, member, whole
from tests.matching.test_parts import KIN_PACK, counties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.decide import Decided
    from ontology.pack import Pack

VALUES = st.dictionaries(
    st.sampled_from(["line", "vehicles", "allowance"]),
    st.sampled_from(["0", "1", "60.00", "999.99", "1000.00", "1234.50"]).map(Decimal),
    max_size=2,
)


def families() -> FakeLake:
    """Four of one person: with 1,500, 900 and 1,000, and one whose income nobody said."""
    lake = FakeLake()
    people = [member(f"p{n}", f"h{n}", handled_by="330382") for n in range(4)]
    lake.states("register", *people)
    said = [150_000, 90_000, 100_000]
    lake.states("tax", *({"person_number": f"p{n}", "income": v} for n, v in enumerate(said)))
    return whole(lake)


def again(pack: Pack, lake: FakeLake, values: Mapping[str, Decimal]) -> tuple[Decided, Decided]:
    """Everyone by other values, from what was decided before, and from the facts."""
    found = population(lake, pack, AS_OF)
    other = replace(pack, standards=pack.standards.instead(values))
    before = decide(pack, found, AS_OF)
    return what_if(before, values, conflicts=found.conflicts), decide(other, found, AS_OF)


def aid(decided: Decided) -> list[tuple[str, int | None]]:
    rows = decided.decisions.filter(programme="F1").sort("id")
    return rows.select("status", "amount").rows()


def assert_alike(one: Decided, other: Decided) -> None:
    assert one.decisions.equals(other.decisions)
    assert one.missing.equals(other.missing)
    assert one.frames.rows.keys() == other.frames.rows.keys()
    for unit, table in other.frames.rows.items():
        mine = one.frames.rows[unit]
        assert sorted(mine.columns) == sorted(table.columns)
        assert mine.select(table.columns).equals(table)


@settings(max_examples=25)
@given(counties(), VALUES, st.sampled_from([PACK, KIN_PACK]))
def test_any_county_is_decided_as_from_the_facts(
    lake: FakeLake, values: dict[str, Decimal], pack: Pack
) -> None:
    assert_alike(*again(pack, lake, values))


def test_a_higher_line_takes_in_whom_it_reaches_and_leaves_the_unknown_unknown() -> None:
    lake = families()
    before = decide(PACK, population(lake, PACK, AS_OF), AS_OF)
    out, unknown = ("not_eligible", None), ("undetermined", None)
    assert aid(before) == [out, ("eligible", 10_000), out, unknown]
    higher, _ = again(PACK, lake, {"line": Decimal(1200)})
    assert aid(higher) == [out, ("eligible", 30_000), ("eligible", 20_000), unknown]
    assert aid(before) == [out, ("eligible", 10_000), out, unknown]


@pytest.mark.parametrize(
    ("parameter", "value", "changed"),
    [
        pytest.param("allowance", "70", {"std.allowance"}, id="read by a benefit alone"),
        pytest.param("vehicles", "5", {"std.vehicles"}, id="nobody is on the other side"),
        pytest.param("line", "1000.00", {"std.line"}, id="the value that it had"),
    ],
)
def test_what_comes_out_as_before_leads_no_further(
    parameter: str, value: str, changed: set[str]
) -> None:
    values = {parameter: Decimal(value)}
    before = decide(PACK, population(families(), PACK, AS_OF), AS_OF)
    other = replace(PACK, standards=PACK.standards.instead(values))
    assert evaluate_again(other, before.frames, AS_OF, values)[1] == changed
