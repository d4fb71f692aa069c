from datetime import date
from typing import Any

import polars as pl

from matching.population import Population, population
from tests.matching.drawn import AS_OF, PACK, FakeLake, member


def of(lake: FakeLake) -> Population:
    return population(lake, PACK, AS_OF)


def column(frame: pl.DataFrame, name: str) -> dict[str, Any]:
    return dict(zip(frame["id"], frame[name], strict=True))


def family() -> FakeLake:
    """Household 1 of a and b, household 2 of c."""
    return FakeLake().states(
        "register",
        member("c", "2", birth_date=date(1940, 1, 1)),
        member("b", "1", relation="child", father_number="a", birth_date=date(2015, 5, 5)),
        member("a", "1", birth_date=date(1980, 1, 1), sex="male"),
    )


def test_persons_stand_in_the_order_of_their_households() -> None:
    known = of(family().states("vehicles", {"person_number": "z", "plate": "X"}))
    assert known.households["id"].to_list() == ["h1", "h2"]
    assert known.persons["id"].to_list() == ["pa", "pb", "pc", "pz"]
    assert known.home.tolist() == [0, 0, 1, -1]
    assert column(known.persons, "relation") == {
        "pa": "head",
        "pb": "child",
        "pc": "head",
        "pz": None,
    }


def test_facts_and_their_place_come_from_the_register() -> None:
    known = of(family())
    row = known.persons.row(0, named=True)
    assert (row["sex"], row["number"], row["file"], row["row"]) == ("male", "a", "file.csv", 4)
    assert row["origin"] == "register|1.2"
    assert column(known.persons, "sex")["pb"] is None


def test_the_region_is_that_which_handles_the_household_else_where_it_is_registered() -> None:
    known = of(
        FakeLake().states(
            "register",
            member("a", "1", household_registered_in="34"),
            member("b", "2", handled_by=None, household_registered_in="34"),
            member("c", "3", handled_by=None, household_registered_in=None),
        )
    )
    assert column(known.households, "region") == {"h1": "330382001", "h2": "34", "h3": None}
    assert column(known.persons, "region") == {"pa": "330382001", "pb": "34", "pc": None}


def test_a_roster_is_closed_where_the_register_is_complete_and_no_member_has_a_gap() -> None:
    lake = family().complete("register", "membership")
    assert column(of(lake).households, "roster_closed") == {"h1": True, "h2": True}
    assert column(of(lake.gap("register", "pb")).households, "roster_closed") == {
        "h1": False,
        "h2": True,
    }
    assert column(of(family()).households, "roster_closed") == {"h1": False, "h2": False}


def test_a_person_whom_two_households_claim_is_in_neither_and_their_rosters_are_open() -> None:
    lake = (
        family()
        .states("register", member("c", "1", _key="again"))
        .complete("register", "membership")
    )
    known = of(lake)
    assert column(known.persons, "household")["pc"] is None
    assert column(known.households, "roster_closed") == {"h1": False, "h2": False}
    said = known.conflicts.select("unit", "id", "item", "values").rows()
    assert said == [
        ("household", "h1", "membership", ["pc"]),
        ("household", "h2", "membership", ["pc"]),
        ("person", "pc", "membership", ["h1", "h2"]),
    ]


def test_who_moved_states_the_facts_of_the_new_home() -> None:
    lake = FakeLake().states(
        "register",
        member("a", "1", until=date(2020, 1, 1), sex="female"),
        member("a", "2", since=date(2020, 1, 1), sex="male"),
    )
    known = of(lake)
    assert column(known.persons, "household") == {"pa": "h2"}
    assert column(known.persons, "sex") == {"pa": "male"}
    assert known.conflicts.is_empty()


def test_two_sources_that_disagree_make_a_conflict() -> None:
    known = of(family().states("health", {"person_number": "a", "sex": "female"}))
    assert column(known.persons, "sex")["pa"] is None
    assert known.conflicts.select("unit", "id", "item").rows() == [("person", "pa", "sex")]


def test_a_kind_is_complete_by_region_and_without_gap() -> None:
    lake = family().complete("vehicles", "vehicle").gap("vehicles", "pb")
    known = of(lake)
    assert column(known.persons, "vehicle_complete") == {"pa": True, "pb": False, "pc": True}
    assert column(known.households, "vehicle_complete") == {"h1": False, "h2": True}
    assert column(of(family()).persons, "vehicle_complete")["pa"] is False


def test_a_refused_row_leaves_open_whoever_it_may_be_about_and_the_home() -> None:
    known = of(family().gap("vehicles", "pb")).open_units
    assert known.select("source", "unit").rows() == [("vehicles", "h1"), ("vehicles", "pb")]
    assert of(family()).open_units.is_empty()


def test_records_stand_in_the_order_of_their_owners() -> None:
    lake = family().states(
        "vehicles",
        {"person_number": "c", "plate": "C1"},
        {"person_number": "a", "plate": "A1", "registered_on": date(2026, 11, 1)},
        {"person_number": "a", "plate": "A2", "registered_on": date(2026, 10, 31)},
        {"person_number": None, "plate": "N"},
    )
    known = of(lake)
    assert known.frames.rows["vehicle"]["plate"].to_list() == ["A2", "C1"]
    role = known.frames.roles["has_vehicle"]
    assert (role.owner.tolist(), role.closed) == ([0, 2], "vehicle_complete")
    assert known.records["vehicle"].height == 3


def test_a_record_of_a_persons_household_belongs_to_where_the_person_lives() -> None:
    lake = family().states("survey", {"person_number": "b", "consent": False})
    known = of(lake)
    assert known.frames.roles["has_means_survey"].owner.tolist() == [0]
    assert known.records["means_survey"]["household"].to_list() == ["h1"]


def test_enrolments_are_known_to_be_absent_only_where_the_departments_roll_is_complete() -> None:
    lake = family().states(
        "rolls",
        {"unit": "household", "person_number": "a", "programme": "F1"},
        {"unit": "household", "person_number": "c", "programme": "F1"}
        | {"enrolled_until": date(2026, 10, 1)},
    )
    known = of(lake.complete("rolls", "enrolment"))
    assert column(known.households, "enrolled_F1") == {"h1": True, "h2": False}
    assert column(known.persons, "enrolled_F1") == {"pa": True, "pb": True, "pc": False}
    assert column(known.persons, "enrolled_P2") == {"pa": None, "pb": None, "pc": None}
    both = of(lake.complete("rolls_other", "enrolment"))
    assert column(both.persons, "enrolled_P2") == {"pa": False, "pb": False, "pc": False}


def test_kin_is_whole_for_a_minor_only_if_both_parents_are_named() -> None:
    lake = family().complete("register", "membership")
    assert column(of(lake).persons, "kin_closed") == {"pa": True, "pb": False, "pc": True}
    lake.states(
        "register", member("b", "1", father_number="a", mother_number="m", _key="1.1"), load=2
    )
    assert column(of(lake).persons, "kin_closed")["pb"] is True


def test_kin_leads_to_rows_or_to_nobody() -> None:
    lake = FakeLake().states(
        "register", member("a", "1", father_number="f", spouse_number="b"), member("b", "1")
    )
    frames = of(lake).frames
    assert frames.rows["kin"]["kind"].to_list() == ["parent", "spouse", "spouse"]
    assert frames.roles["kin"].owner.tolist() == [0, 0, 1]
    assert frames.roles["kin_person"].owner.tolist() == [-1, 1, 0]
    assert frames.roles["kin"].closed == "kin_closed"


def test_a_later_load_of_a_key_replaces_it() -> None:
    lake = FakeLake().states("register", member("a", "1", sex="male", _key="a"))
    lake.states("register", member("a", "1", sex="female", _key="a"), load=2)
    assert column(of(lake).persons, "sex") == {"pa": "female"}


def test_an_alias_is_the_least_origin_whatever_id_was_minted() -> None:
    lake = family().states("health", {"person_number": "a", "sex": "male"})
    known = of(lake)
    assert column(known.aliases.rename({"alias": "x"}), "x") == {
        "h1": "register|1.1",
        "h2": "register|1.0",
        "pa": "health|1.0",
        "pb": "register|1.1",
        "pc": "register|1.0",
    }


def test_an_empty_lake_is_an_empty_population() -> None:
    known = of(FakeLake())
    assert known.persons.height == known.households.height == 0
    assert known.lake_version == 7
    assert set(known.frames.roles) == {
        "has_member",
        "has_vehicle",
        "has_means_survey",
        "kin",
        "kin_person",
    }
