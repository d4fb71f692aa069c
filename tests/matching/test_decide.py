from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matching.decide import DECISIONS, Decided, decide
from matching.population import population
from matching.run import Run, load_run, run_table, save_run
from tests.matching.drawn import AS_OF, PACK, FakeLake, member, whole

POOR, RICH = 50_000, 150_000  # a month in fen, beside a line of 1000 yuan
OLD, YOUNG = date(1940, 1, 1), date(1990, 1, 1)


def decided(lake: FakeLake, on: date = AS_OF) -> Decided:
    return decide(PACK, population(lake, PACK, on), on)


def of(result: Decided, programme: str, column: str = "status") -> dict[str, Any]:
    rows = result.decisions.filter(pl.col("programme") == programme)
    return dict(zip(rows["id"], rows[column], strict=True))


def incomes(**fen: int | None) -> FakeLake:
    """Families of one: each person alone in a household of the same name."""
    register = [member(name, name, birth_date=YOUNG) for name in fen]
    stated = [{"person_number": name, "income": income} for name, income in fen.items()]
    return FakeLake().states("register", *register).states("tax", *stated)


def test_a_family_is_eligible_not_eligible_or_undetermined() -> None:
    result = decided(whole(incomes(a=POOR, b=RICH, c=None)))
    assert of(result, "F1") == {"ha": "eligible", "hb": "not_eligible", "hc": "undetermined"}
    assert of(result, "F1", "amount") == {"ha": 50_000, "hb": None, "hc": None}
    assert of(result, "F1", "after") == {"ha": "kept", "hb": None, "hc": None}


def test_equal_to_the_line_is_not_below_it() -> None:
    assert of(decided(whole(incomes(a=99_999, b=100_000))), "F1") == {
        "ha": "eligible",
        "hb": "not_eligible",
    }


def test_where_a_source_is_not_complete_nobody_is_eligible_for_having_no_row() -> None:
    lake = incomes(a=POOR, b=RICH).complete("register", "membership")
    result = decided(lake)
    assert of(result, "F1") == {"ha": "undetermined", "hb": "not_eligible"}
    waits = result.missing.filter(pl.col("programme") == "F1").select("id", "item", "subject")
    assert waits.rows() == [("ha", "hh.n_vehicle", "ha")]


def test_a_missing_fact_names_the_person_who_lacks_it() -> None:
    lake = FakeLake().states("register", member("a", "1", birth_date=None), member("b", "1"))
    result = decided(whole(lake))
    rows = result.missing.filter(pl.col("programme") == "P1")
    assert rows.select("unit", "id", "household", "item", "subject").rows() == [
        ("person", "pa", "h1", "p.age", "pa"),
        ("person", "pb", "h1", "p.age", "pb"),
    ]


def test_a_version_holds_from_its_first_day_until_that_of_the_next() -> None:
    lake = FakeLake().states("register", member("a", "1", birth_date=date(1945, 1, 1)))
    assert of(decided(lake, date(2026, 6, 30)), "P1") == {"pa": "not_eligible"}
    assert of(decided(lake, date(2026, 7, 1)), "P1") == {"pa": "eligible"}


def test_a_programme_of_another_region_is_not_applicable() -> None:
    lake = FakeLake().states(
        "register",
        member("a", "1", birth_date=OLD),
        member("b", "2", birth_date=OLD, handled_by="34"),
        member("c", "3", handled_by="34", birth_date=None),
        member("d", "4", handled_by=None, birth_date=OLD),
    )
    assert of(decided(lake), "P3") == {
        "pa": "not_applicable",
        "pb": "eligible",
        "pc": "undetermined",
        "pd": "undetermined",
    }


def test_without_a_standard_in_force_nobody_is_refused() -> None:
    lake = whole(
        FakeLake()
        .states("register", member("a", "1", handled_by="34"))
        .states("tax", {"person_number": "a", "income": RICH})
    ).complete("register", "membership", "34")
    result = decided(lake)
    assert of(result, "F1") == {"h1": "undetermined"}
    assert "std.line" in result.missing.filter(pl.col("programme") == "F1")["item"].to_list()


def test_one_programme_displaces_another_and_says_by_which_rule_and_article() -> None:
    lake = whole(
        FakeLake()
        .states("register", member("a", "1", birth_date=OLD), member("b", "2", birth_date=YOUNG))
        .states("tax", *({"person_number": p, "income": RICH} for p in "ab"))
        .states("health", *({"person_number": p, "grade": 1} for p in "ab"))
    )
    result = decided(lake)
    assert of(result, "P1") == {"pa": "eligible", "pb": "not_eligible"}
    assert of(result, "P2") == {"pa": "eligible", "pb": "eligible"}
    assert of(result, "P2", "after") == {"pa": "excluded", "pb": "kept"}
    assert of(result, "P2", "rule_with") == {"pa": "P1", "pb": None}
    assert of(result, "P2", "article") == {"pa": "SAL-20", "pb": None}
    assert of(result, "P2", "amount") == {"pa": 10_000, "pb": 10_000}


def test_who_is_on_the_roll_of_an_undetermined_programme_holds_its_identity() -> None:
    lake = whole(
        FakeLake()
        .states("register", member("a", "1"), member("b", "2"), member("c", "3"))
        .states("health", *({"person_number": p, "grade": 2} for p in "abc"))
        .states("tax", {"person_number": "c", "income": RICH})
        .states("rolls", {"unit": "household", "person_number": "a", "programme": "F1"})
    )
    result = decided(lake)
    assert of(result, "F1") == {"h1": "undetermined", "h2": "undetermined", "h3": "not_eligible"}
    assert of(result, "P2") == {"pa": "not_eligible", "pb": "undetermined", "pc": "eligible"}


def test_a_contradicted_fact_makes_a_conflict_only_where_it_still_matters() -> None:
    lake = whole(
        FakeLake()
        .states("register", member("a", "1", birth_date=OLD), member("b", "2", birth_date=OLD))
        .states("health", {"person_number": "a", "grade": 1}, {"person_number": "b", "grade": 3})
        .states("tax", *({"person_number": p, "income": RICH} for p in "ab"))
    )
    lake.states("survey", {"person_number": "a", "consent": True})
    lake.tables["rows_survey"] = lake.tables["rows_survey"].with_columns(grade=pl.lit(4))
    result = decided(lake)
    assert of(result, "P2") == {"pa": "conflict", "pb": "not_eligible"}
    assert of(result, "P1") == {"pa": "eligible", "pb": "eligible"}


def test_a_family_is_in_conflict_over_the_facts_of_a_member() -> None:
    lake = whole(incomes(a=POOR, b=None))
    lake.states("survey", {"person_number": "a", "consent": True})
    lake.tables["rows_survey"] = lake.tables["rows_survey"].with_columns(
        income=pl.lit(RICH, pl.Int64)
    )
    assert of(decided(lake), "F1") == {"ha": "conflict", "hb": "undetermined"}


def test_a_person_claimed_by_two_families_leaves_both_in_conflict() -> None:
    lake = whole(incomes(a=POOR, b=POOR))
    lake.states("register", member("a", "b", birth_date=YOUNG, _key="again"))
    assert of(decided(lake), "F1") == {"ha": "conflict", "hb": "conflict"}


def test_a_family_of_nobody_and_a_family_of_thirty_are_decided() -> None:
    many = [member(f"p{n}", "big", birth_date=YOUNG) for n in range(30)]
    empty = member("gone", "empty", until=date(2020, 1, 1))
    incomes_of = [{"person_number": f"p{n}", "income": POOR} for n in range(30)]
    lake = whole(FakeLake().states("register", *many, empty).states("tax", *incomes_of))
    result = decided(lake)
    assert of(result, "F1") == {"hbig": "eligible", "hempty": "not_eligible"}
    assert of(result, "F1", "amount")["hbig"] == 30 * 50_000


def test_a_birthday_in_the_future_is_no_age() -> None:
    lake = FakeLake().states("register", member("a", "1", birth_date=date(2030, 1, 1)))
    assert of(decided(lake), "P1") == {"pa": "undetermined"}


def test_an_empty_population_is_decided() -> None:
    result = decided(FakeLake())
    assert result.decisions.height == 0
    assert result.missing.height == 0


def test_decisions_are_one_row_a_unit_and_programme() -> None:
    rows = decided(whole(incomes(a=POOR, b=RICH))).decisions
    assert rows.height == 2 + 3 * 2
    assert rows.select("unit", "id", "programme").is_duplicated().any() is False
    assert rows.schema == DECISIONS


def test_a_pack_that_decides_nothing_decides_nobody(tmp_path: Path) -> None:
    pack = replace(PACK, programmes={}, compatibility=())
    everyone = population(whole(incomes(a=POOR)), pack, AS_OF)
    result = decide(pack, everyone, AS_OF)
    assert result.decisions.schema == DECISIONS
    assert save_run(tmp_path, pack, everyone, result).counts == {}


def test_a_run_is_saved_and_the_same_facts_give_its_digest_again(tmp_path: Path) -> None:
    def save() -> Run:
        known = population(whole(incomes(a=POOR, b=RICH)), PACK, AS_OF)
        return save_run(tmp_path, PACK, known, decide(PACK, known, AS_OF))

    run = save()
    assert save() == run == load_run(tmp_path)
    assert run.lake_version == 7
    assert run.counts["F1"] == {"eligible": 1, "not_eligible": 1}
    assert run_table(tmp_path, run, "missing").height == 1
    assert run_table(tmp_path, run, "conflicts").is_empty()


def test_people_linked_in_another_order_give_the_same_digest(tmp_path: Path) -> None:
    digests = set()
    for prefix in ("p", "x"):
        lake = whole(incomes(a=POOR, b=RICH))
        names = pl.format(prefix + "{}", pl.col("id_number").str.reverse())
        order = lake.tables["people"].with_columns(person=names)
        lake.tables["people"] = order.reverse() if prefix == "x" else order
        known = population(lake, PACK, AS_OF)
        digests.add(save_run(tmp_path, PACK, known, decide(PACK, known, AS_OF)).digest)
    assert len(digests) == 1


@pytest.mark.parametrize("on", [date(2026, 6, 30), AS_OF])
def test_a_run_names_its_day(on: date, tmp_path: Path) -> None:
    known = population(whole(incomes(a=POOR)), PACK, on)
    assert save_run(tmp_path, PACK, known, decide(PACK, known, on)).as_of == on
