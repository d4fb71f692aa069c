from collections.abc import Sequence

import numpy as np
import pytest

from matching.compatibility import Homes, Pays, Standing, in_order, settle
from matching.statuses import AFTER, Rows
from ontology.errors import PolicyError
from ontology.tables import CompatibilityRule

# Two families: persons 0 and 1 live in household 0, person 2 in household 1, person 3 nowhere.
HOMES = Homes(np.array([0, 0, 1, -1]), 2, np.array([True, False, True, True]))


def rule(a: str, b: str, kind: str = "exclude", scope: str = "person") -> CompatibilityRule:
    return CompatibilityRule(a, b, kind, scope, "month", "LAW-1")


def standing(
    unit: str,
    eligible: Sequence[int],
    *,
    amount: Sequence[int | None] | None = None,
    enrolled: Sequence[int] | None = None,
    holds: Sequence[int] | None = None,
) -> Standing:
    amounts = [0] * len(eligible) if amount is None else list(amount)
    return Standing.new(
        unit,
        np.array(eligible, bool),
        holds=np.array(eligible if holds is None else holds, bool),
        enrolled=np.array([0] * len(eligible) if enrolled is None else enrolled, bool),
        pays=Pays(
            np.array([a or 0 for a in amounts], np.int64),
            np.array([a is not None for a in amounts]),
        ),
    )


def yearly(one: Standing) -> Standing:
    one.period = "year"
    return one


def after(one: Standing) -> list[str]:
    return [AFTER[code] for code in one.after]


def test_the_first_displaces_the_second_only_where_both_are_held() -> None:
    a, b = standing("person", [1, 0, 1, 0]), standing("person", [1, 1, 0, 0])
    settle([rule("A", "B")], {"A": a, "B": b}, HOMES)
    assert after(a) == ["kept", "", "kept", ""]
    assert after(b) == ["excluded", "kept", "", ""]
    assert b.rule.tolist() == [0, -1, -1, -1]


def test_an_undetermined_programme_that_pays_already_displaces_too() -> None:
    a, b = standing("person", [0, 0, 0, 0], holds=[1, 0, 0, 0]), standing("person", [1, 1, 0, 0])
    settle([rule("A", "B")], {"A": a, "B": b}, HOMES)
    assert after(b) == ["excluded", "kept", "", ""]


def test_what_is_displaced_no_longer_displaces_in_whatever_order_rules_stand() -> None:
    for rules in ([rule("B", "C"), rule("A", "B")], [rule("A", "B"), rule("B", "C")]):
        a, b, c = (standing("person", [1, 0, 0, 0]) for _ in "abc")
        settle(rules, {"A": a, "B": b, "C": c}, HOMES)
        assert [after(one)[0] for one in (a, b, c)] == ["kept", "excluded", "kept"]


def test_programmes_that_displace_one_another_in_a_circle_are_a_fault() -> None:
    with pytest.raises(PolicyError, match="in a circle"):
        in_order([rule("A", "B"), rule("B", "A")])


def test_what_is_given_once_in_a_life_displaces_nobody_and_puts_nothing_in_order() -> None:
    a, b = standing("person", [1, 1, 0, 0]), standing("person", [1, 0, 1, 0])
    once = CompatibilityRule("A", "A", "exclude", "person", "lifetime", "LAW-1")
    settle([once, rule("A", "B")], {"A": a, "B": b}, HOMES)
    assert after(a) == ["kept", "kept", "", ""]
    assert after(b) == ["excluded", "", "kept", ""]


def test_a_family_programme_displaces_that_of_the_members_it_counts() -> None:
    family, person = standing("household", [1, 0]), standing("person", [1, 1, 1, 1])
    settle([rule("F", "P")], {"F": family, "P": person}, HOMES)
    assert after(person) == ["excluded", "kept", "kept", "kept"]


def test_a_person_is_taken_out_of_a_family_not_the_family_out_of_its_programme() -> None:
    person, family = standing("person", [1, 0, 0, 0]), standing("household", [1, 1])
    settle([rule("P", "F")], {"P": person, "F": family}, HOMES)
    assert after(family) == ["kept", "kept"]


def test_by_household_scope_one_member_displaces_for_all() -> None:
    person, family, other = (
        standing("person", [0, 1, 0, 1]),
        standing("household", [1, 1]),
        standing("person", [1, 1, 1, 1]),
    )
    rules = [rule("P", "F", scope="household"), rule("P", "O", scope="household")]
    settle(rules, {"P": person, "F": family, "O": other}, HOMES)
    assert after(family) == ["excluded", "kept"]
    assert after(other) == ["excluded", "excluded", "kept", "kept"]


def test_who_receives_only_the_second_has_chosen_it() -> None:
    a = standing("person", [1, 1, 1, 1], enrolled=[0, 1, 1, 0])
    b = standing("person", [1, 1, 1, 0], enrolled=[1, 1, 0, 0])
    settle([rule("A", "B", "person_chooses")], {"A": a, "B": b}, HOMES)
    assert after(a) == ["excluded", "kept", "kept", "kept"]
    assert after(b) == ["kept", "excluded", "excluded", ""]


def test_the_higher_amount_stands_and_an_unknown_one_displaces_nothing() -> None:
    a = standing("person", [1, 1, 1, 1], amount=[100, 100, 100, None])
    b = standing("person", [1, 1, 1, 1], amount=[101, 100, 99, 50])
    settle([rule("A", "B", "higher")], {"A": a, "B": b}, HOMES)
    assert after(a) == ["excluded", "kept", "kept", "kept"]
    assert after(b) == ["kept", "excluded", "excluded", "kept"]


def test_a_top_up_pays_the_difference_and_never_less_than_nothing() -> None:
    a = standing("person", [1, 1, 1, 0], amount=[70, 130, None, 0])
    b = standing("person", [1, 1, 1, 1], amount=[100, 100, 100, 100])
    settle([rule("A", "B", "top_up")], {"A": a, "B": b}, HOMES)
    assert after(b) == ["topped_up", "topped_up", "topped_up", "kept"]
    assert [int(x) if k else None for x, k in zip(b.amount, b.known, strict=True)] == [
        30,
        0,
        None,
        100,
    ]


def test_a_family_amount_is_shared_by_the_members_it_counts() -> None:
    homes = Homes(np.array([0, 0, 0]), 1, np.array([True, True, True]))
    family = standing("household", [1], amount=[100])
    child = standing("person", [0, 0, 1], amount=[0, 0, 50])
    settle([rule("F", "C", "top_up")], {"F": family, "C": child}, homes)
    assert child.amount.tolist() == [0, 0, 17]


def test_members_amounts_add_up_for_a_family_programme() -> None:
    person = standing("person", [1, 1, 1, 0], amount=[30, 20, None, 0])
    family = standing("household", [1, 1], amount=[80, 80])
    settle([rule("P", "F", "top_up", "household")], {"P": person, "F": family}, HOMES)
    assert family.amount[0] == 30
    assert family.known.tolist() == [True, False]


def test_programmes_that_stack_are_both_kept() -> None:
    a, b = standing("person", [1, 0, 0, 0]), standing("person", [1, 0, 0, 0])
    settle([rule("A", "B", "stack"), rule("A", "X")], {"A": a, "B": b}, HOMES)
    assert (after(a)[0], after(b)[0]) == ("kept", "kept")


def test_what_is_exclusive_of_a_dwelling_is_so_of_everyone_who_lives_there() -> None:
    person, family = standing("person", [0, 1, 0, 1]), standing("household", [1, 1])
    settle([rule("P", "F", scope="dwelling")], {"P": person, "F": family}, HOMES)
    assert after(family) == ["excluded", "kept"]


def test_a_case_is_that_of_the_unit_and_a_members_that_of_the_family() -> None:
    for unit in ("person", "household"):
        a, b = standing(unit, [1, 0, 1, 0][: 4 if unit == "person" else 2]), standing(unit, [1, 1])
        if unit == "person":
            b = standing(unit, [1, 1, 1, 1])
        settle([rule("A", "B", scope="case")], {"A": a, "B": b}, HOMES)
        assert after(b)[:2] == ["excluded", "kept"]
    person, family = standing("person", [0, 1, 0, 0]), standing("household", [1, 1])
    settle([rule("P", "F", scope="case")], {"P": person, "F": family}, HOMES)
    assert after(family) == ["excluded", "kept"]


def test_amounts_of_different_periods_are_set_side_by_side_over_a_year() -> None:
    month = standing("person", [1, 1, 1, 1], amount=[100, 100, 100, 100])
    year = yearly(standing("person", [1, 1, 1, 1], amount=[1199, 1200, 1201, None]))
    settle([rule("M", "Y", "higher")], {"M": month, "Y": year}, HOMES)
    assert after(month) == ["kept", "kept", "excluded", "kept"]
    assert after(year) == ["excluded", "excluded", "kept", "kept"]


def test_what_is_paid_by_the_year_is_deducted_by_the_month_and_the_other_way_round() -> None:
    year = yearly(standing("person", [1, 1, 0, 0], amount=[1199, 12_000, 0, 0]))
    month = standing("person", [1, 1, 1, 0], amount=[500, 500, 500, 0])
    settle([rule("Y", "M", "top_up")], {"Y": year, "M": month}, HOMES)
    assert month.amount.tolist() == [401, 0, 500, 0]
    month = standing("person", [1, 0, 0, 0], amount=[100, 0, 0, 0])
    year = yearly(standing("person", [1, 1, 0, 0], amount=[1300, 1300, 0, 0]))
    settle([rule("M", "Y", "top_up")], {"M": month, "Y": year}, HOMES)
    assert year.amount.tolist() == [100, 1300, 0, 0]


def test_several_programmes_are_deducted_one_after_the_other() -> None:
    a = standing("person", [1, 1, 0, 0], amount=[30, 30, 0, 0])
    b = standing("person", [1, 0, 1, 0], amount=[50, 50, 50, 0])
    c = standing("person", [1, 1, 1, 1], amount=[100, 100, 100, 100])
    settle([rule("A", "C", "top_up"), rule("B", "C", "top_up")], {"A": a, "B": b, "C": c}, HOMES)
    assert c.amount.tolist() == [20, 70, 50, 100]
    assert after(c) == ["topped_up", "topped_up", "topped_up", "kept"]


def test_what_was_displaced_is_not_deducted() -> None:
    a, b = standing("person", [1, 0, 0, 0]), standing("person", [1, 1, 0, 0], amount=[30, 30, 0, 0])
    c = standing("person", [1, 1, 0, 0], amount=[100, 100, 0, 0])
    rules = [rule("B", "C", "top_up"), rule("A", "B")]
    settle(rules, {"A": a, "B": b, "C": c}, HOMES)
    assert c.amount[:2].tolist() == [100, 70]


def test_what_is_drawn_but_not_decided_makes_the_rest_unknown_and_what_is_neither_nothing() -> None:
    a = standing("person", [0, 0, 0, 0], amount=[None] * 4, holds=[1, 0, 0, 0])
    b = standing("person", [1, 1, 0, 0], amount=[100, 100, 0, 0])
    settle([rule("A", "B", "top_up")], {"A": a, "B": b}, HOMES)
    assert b.known[:2].tolist() == [False, True]
    assert b.amount[1] == 100


def test_deducting_and_displacing_may_run_in_opposite_directions() -> None:
    a, b = (standing("person", [1, 0, 0, 0], amount=[40, 0, 0, 0]) for _ in "ab")
    settle([rule("A", "B", "top_up"), rule("B", "A")], {"A": a, "B": b}, HOMES)
    assert (after(a)[0], after(b)[0], int(b.amount[0])) == ("excluded", "kept", 40)


def test_rules_that_change_nothing_make_no_circle() -> None:
    rules = [rule("P", "F"), rule("F", "P"), rule("P", "Q", "stack"), rule("Q", "P", "stack")]
    units = {"P": "person", "Q": "person", "F": "household"}
    assert sorted(in_order(rules, units)) == [0, 1, 2, 3]
    with pytest.raises(PolicyError, match="in a circle"):
        in_order([rule("P", "F", scope="household"), rule("F", "P")], units)


def test_rows_are_counted_from_zero() -> None:
    none: Rows = standing("person", [1]).rule
    assert none.tolist() == [-1]
