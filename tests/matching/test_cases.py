from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matching.cases import CaseResult, run_cases
from ontology.cases import Case, Member
from ontology.pack import read_pack
from tests.matching.drawn import PACK

CLOSED: dict[str, Any] = {"roster_closed": True, "household": {"hh.n_vehicle": 0}}


def case(name: str = "c", **says: Any) -> Case:  # noqa: ANN401
    members = says.pop("members", {"a": {}})
    plain: dict[str, Any] = {
        "about": "",
        "on": date(2026, 10, 31),
        "region": "330382",
        "standards": {},
        "household": {},
        "roster_closed": False,
        "receives": frozenset(),
        "expect": {},
        "persons": {},
        "amounts": {},
        "missing": {},
        "excluded": {},
        "not_applicable": frozenset(),
    }
    return Case(
        id=name,
        members=tuple(person(key, facts) for key, facts in members.items()),
        file=Path("c.yaml"),
        line=3,
        **(plain | says),
    )


def person(key: str, facts: Mapping[str, Any]) -> Member:
    stated = {name: value for name, value in facts.items() if name != "receives"}
    return Member(key, "head", stated, frozenset(facts.get("receives", ())))


def one(**says: Any) -> CaseResult:  # noqa: ANN401
    (result,) = run_cases(PACK, [case(**says)])
    return result


def got(**says: Any) -> str:  # noqa: ANN401
    return one(**says).got


@pytest.mark.parametrize(
    ("income", "status"),
    [("99999", "eligible"), ("100000", "not_eligible"), (None, "undetermined")],
)
def test_facts_by_name_decide_as_they_do_in_a_population(income: str | None, status: str) -> None:
    fen = None if income is None else str(Decimal(income) / 100)
    assert got(**CLOSED, members={"a": {"income": fen}}, expect={"F1": "eligible"}) == status


def test_facts_may_be_keyed_by_notation() -> None:
    assert got(members={"a": {"p.age": 80}}, persons={"a": {"P1": "eligible"}}) == "eligible"
    assert got(members={"a": {"p.age": 79}}, persons={"a": {"P1": "eligible"}}) == "not_eligible"
    assert got(members={"a": {}}, persons={"a": {"P1": "eligible"}}) == "undetermined"


def test_a_stated_ratio_sets_the_amount_too() -> None:
    household = {"hh.pc": "999.99", "hh.n_vehicle": 0}
    members: dict[str, Any] = {"a": {}, "b": {}}
    result = one(
        roster_closed=True,
        household=household,
        members=members,
        amounts={("", "F1"): Decimal("0.02")},
    )
    assert (result.got, result.ok) == ("0.02", True)


def test_a_case_may_bring_its_own_standard_and_others_keep_the_packs() -> None:
    says: dict[str, Any] = CLOSED | {
        "members": {"a": {"income": "1500"}},
        "expect": {"F1": "eligible"},
    }
    results = run_cases(
        PACK, [case("own", **says, standards={"line": Decimal("1500.05")}), case("packs", **says)]
    )
    assert [(r.id, r.got) for r in results] == [("own", "eligible"), ("packs", "not_eligible")]


def test_cases_of_several_days_are_told_in_their_order() -> None:
    says: dict[str, Any] = {"members": {"a": {"p.age": 85}}, "persons": {"a": {"P1": "eligible"}}}
    results = run_cases(
        PACK,
        [
            case("new", **says),
            case("old", **says, on=date(2026, 6, 30)),
            case("newer", **says, on=date(2026, 11, 1)),
        ],
    )
    assert [(r.id, r.got) for r in results] == [
        ("new", "eligible"),
        ("old", "not_eligible"),
        ("newer", "eligible"),
    ]


def test_who_does_not_receive_is_known_not_to() -> None:
    facts = {"grade": 1}
    assert got(members={"a": facts}, persons={"a": {"P2": "eligible"}}) == "undetermined"
    paid = facts | {"receives": ["F1"]}
    assert got(members={"a": paid}, persons={"a": {"P2": "eligible"}}) == "not_eligible"
    refused = {"members": {"a": facts}, "household": {"hh.pc": "5000"}, "roster_closed": True}
    assert got(**refused, persons={"a": {"P2": "eligible"}}) == "eligible"


def test_a_class_may_be_stated() -> None:
    facts = {"grade": 1, "aided": False}
    assert got(members={"a": facts}, persons={"a": {"P2": "eligible"}}) == "eligible"


def test_what_displaces_what_is_expected_by_its_id() -> None:
    facts = {"grade": 1, "aided": False, "p.age": 80}
    result = one(members={"a": facts}, excluded={("a", "P2"): "P1"})
    assert (result.expected, result.got, result.ok) == ("excluded by P1", "excluded by P1", True)
    other = one(members={"a": facts | {"p.age": 20}}, excluded={("a", "P2"): "P1"})
    assert (other.got, other.ok) == ("kept", False)


def test_missing_facts_are_compared_as_a_set_by_notation() -> None:
    says: dict[str, Any] = CLOSED | {"members": {"a": {}}}
    right = one(**says, missing={("", "F1"): frozenset({"income_per_head"})})
    assert (right.expected, right.got, right.ok) == ("hh.pc", "hh.pc", True)
    wrong = one(**says, missing={("", "F1"): frozenset({"hh.pc", "hh.n_vehicle"})})
    assert (wrong.ok, wrong.missing) == (False, ("hh.pc",))


def test_a_programme_of_elsewhere_is_not_applicable() -> None:
    assert one(not_applicable=frozenset({"P3"})).ok
    assert (
        got(members={"a": {"p.age": 1}}, region="34", persons={"a": {"P3": "eligible"}})
        == "eligible"
    )


def test_an_expectation_without_a_name_is_about_whoever_it_is() -> None:
    members = {"a": {"p.age": 20}, "b": {"p.age": 90}}
    result = one(members=members, expect={"P1": "eligible"})
    assert (result.person, result.got, result.ok) == ("b", "eligible", True)


def test_a_wrong_expectation_says_what_came_and_why() -> None:
    result = one(**CLOSED, members={"a": {"income": "1000"}}, expect={"F1": "eligible"})
    assert result == CaseResult(
        "c", None, "F1", "eligible", "not_eligible", ok=False, missing=(), why="not met: is poor"
    )


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        ({"household": {"hh.n_vehicles": 0}}, "Did you mean `hh.n_vehicle`"),
        ({"members": {"a": {"hh.pc": "1"}}}, "no fact `hh.pc` of a person"),
        ({"members": {"a": {"p.age": "old"}}}, "`p.age` cannot be 'old'"),
        ({"household": {"hh.pc": 1099.99}}, "write a number exactly"),
        ({"household": {"rural": "yes"}}, "say true or false"),
        ({"standards": {"lime": Decimal(1)}}, "no standard `std.lime`; there are std.allowance"),
        ({"expect": {"F9": "eligible"}}, "no programme `F9` is decided; there are"),
        ({"expect": {"F1": "yes"}}, "no status `yes`; there are eligible"),
        ({"persons": {"z": {"P1": "eligible"}}}, "no member `z`; there are a"),
    ],
)
def test_what_the_pack_does_not_know_is_a_fault_that_names_the_known(
    says: dict[str, Any], fault: str
) -> None:
    result = one(**({"expect": {"F1": "eligible"}} | says))
    assert (result.got, result.ok) == ("fault", False)
    assert fault in result.why


def test_a_faulty_case_does_not_stop_the_others() -> None:
    results = run_cases(
        PACK, [case("bad", expect={"F9": "x"}), case("good", expect={"F1": "undetermined"})]
    )
    assert [(r.id, r.ok) for r in results] == [("bad", False), ("good", True)]


def test_a_standard_too_fine_for_a_formula_spoils_its_own_case_only() -> None:
    says: dict[str, Any] = CLOSED | {
        "members": {"a": {"income": "1"}},
        "expect": {"F1": "eligible"},
    }
    results = run_cases(
        PACK, [case("fine", **says, standards={"line": Decimal("9.005")}), case("plain", **says)]
    )
    assert [(r.id, r.got) for r in results] == [("fine", "fault"), ("plain", "eligible")]
    assert "round" in results[0].why


def test_a_family_without_members_is_decided() -> None:
    assert got(**CLOSED, members={}, expect={"F1": "not_eligible"}) == "not_eligible"


def test_no_cases_have_no_results() -> None:
    assert run_cases(PACK, []) == []


def test_the_worked_cases_of_the_shipped_pack_hold() -> None:
    pack = read_pack(Path(__file__).parents[2] / "ontology" / "packs" / "china")
    results = run_cases(pack, pack.cases)
    assert [result for result in results if not result.ok] == []
    assert len(results) > 300
