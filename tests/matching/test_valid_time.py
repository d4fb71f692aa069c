"""What holds on an earlier day: what began later, ended before, or does not say when."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from matching.population import Population, population
from ontology.pack import Pack, read_pack
from ontology.sources import Complete
from tests.matching.drawn import AS_OF, PACK, FakeLake, member, whole

DAY = date(2026, 5, 31)
LATER = date(2026, 6, 1)
BEFORE = date(2026, 5, 1)
BEGINS = {
    "deaths": ("death", "died_on"),
    "vehicles": ("vehicle", "registered_on"),
    "dwellings": ("dwelling", "owned_since"),
    "disability_certificates": ("disability_certificate", "issued_on"),
    "financial_assets": ("financial_asset", "balance_month"),
    "earnings": ("earning", "earning_month"),
    "social_benefits": ("benefit", "benefit_month"),
    "means_survey": ("means_survey", "surveyed_on"),
    "applications": ("application", "accepted_on"),
    "application_steps": ("step", "started_on"),
    "enrolments_civil_affairs": ("enrolment", "enrolled_since"),
    "payments_civil_affairs": ("disbursement", "for_month"),
    "services": ("service", "provided_on"),
}
ENDS = {
    "vehicles": ("vehicle", "vehicle_until"),
    "dwellings": ("dwelling", "owned_until"),
    "disability_certificates": ("disability_certificate", "certificate_until"),
}
UNTIL = ("enrolment", "enrolled_until")
HOME = {"handled_by": "330382001", "household_number": "1"}


@cache
def china() -> Pack:
    """The shipped pack, of which every source speaks until the end of October."""
    pack = read_pack(Path(__file__).parents[2] / "ontology" / "packs" / "china")
    whole = Complete(regions=("330382",), until=AS_OF)
    sources = {name: replace(one, complete=whole) for name, one in pack.sources.items()}
    return replace(pack, sources=sources)


BEGUN = {"begun": BEFORE, "that day": DAY, "later": LATER, "unsaid": None}


@cache
def known(day: date, *, ends: bool = False) -> Population:
    """Four people, of whom every source says since when (or until when), on a day."""
    lake = FakeLake().complete("household_register", "membership")
    lake.states("household_register", *({"person_number": who, **HOME} for who in BEGUN))
    for source, (kind, begins) in BEGINS.items():
        rows = [
            {"person_number": who, "unit": "person", "programme": "MZ18"}
            | ({begins: BEFORE, ENDS.get(source, UNTIL)[1]: said} if ends else {begins: said})
            for who, said in BEGUN.items()
        ]
        lake.states(source, *rows).complete(source, kind)
    return population(lake, china(), day)


def owners(rows: pl.DataFrame) -> list[str]:
    """Of which of the four people there are rows."""
    return [who for who in BEGUN if f"p{who}" in rows["person"].to_list()]


@pytest.mark.parametrize("kind", [kind for kind, _ in BEGINS.values()])
def test_a_record_counts_from_the_day_on_which_it_began(kind: str) -> None:
    unsaid = ["unsaid"] if kind == "dwelling" else []  # its register need not say since when
    assert owners(known(DAY).records[kind]) == ["begun", "that day", *unsaid]


@pytest.mark.parametrize("kind", [kind for kind, _ in BEGINS.values() if kind != "dwelling"])
def test_who_does_not_say_since_when_is_unknown_before_and_counted_at_the_end(kind: str) -> None:
    assert owners(known(AS_OF).records[kind]) == [*BEGUN]
    column = ["id", f"{kind}_complete"]
    whole = {day: dict(known(day).persons.select(column).rows()) for day in (DAY, AS_OF)}
    assert whole[DAY] == {"pbegun": True, "pthat day": True, "plater": True, "punsaid": False}
    assert all(whole[AS_OF].values())


@pytest.mark.parametrize("kind", [kind for kind, _ in ENDS.values()])
def test_a_record_counts_until_the_day_on_which_it_ended(kind: str) -> None:
    ended = known(DAY, ends=True)
    assert owners(ended.frames.rows[kind]) == ["later", "unsaid"]
    assert owners(ended.records[kind]) == [*BEGUN]


def test_a_roll_holds_until_its_last_day() -> None:
    rows = known(DAY, ends=True).persons.select("id", "enrolled_MZ18").rows()
    assert dict(rows) == {"pbegun": False, "pthat day": False, "plater": True, "punsaid": True}


def test_what_a_file_without_days_and_what_one_of_deaths_says_of_days_before_it() -> None:
    lake = FakeLake().states("household_register", {"person_number": "a", **HOME})
    lake.states("deaths", {"person_number": "z", "died_on": LATER})
    lake.states("vessels", {"person_number": "a", "vessel_use": "living"})
    lake.complete("deaths", "death").complete("vehicles", "vehicle")
    since = pl.lit(date(2026, 6, 1))
    lake.tables["completeness"] = lake.tables["completeness"].with_columns(since.alias("from"))
    lake.states("dwellings", {"person_number": "a", "owned_since": None})
    lake.complete("vessels", "vessel").complete("dwellings", "dwelling")
    before = population(lake, china(), DAY)
    assert (before.records["vessel"].height, before.records["dwelling"].height) == (1, 1)
    row = before.persons.row(0, named=True)
    assert row["id"] == "pa"
    assert row["vessel_complete"]
    assert row["dwelling_complete"]
    assert row["death_complete"]
    assert not row["vehicle_complete"]


@pytest.mark.parametrize(
    ("born", "members"), [(DAY, ["pa", "pb"]), (LATER, ["pa"]), (None, ["pa", "pb"])]
)
def test_a_child_not_born_yet_is_nobody(born: date | None, members: list[str]) -> None:
    sources = {n: replace(one, complete=Complete(until=AS_OF)) for n, one in PACK.sources.items()}
    lake = FakeLake().states(
        "register",
        member("a", "1", birth_date=date(1990, 1, 1)),
        member("b", "1", birth_date=born),
    )
    known = population(whole(lake), replace(PACK, sources=sources), DAY)
    assert known.persons["id"].to_list() == members
    assert known.members["person"].sort().to_list() == members
