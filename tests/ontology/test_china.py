"""The pack of China: it has no fault, and its formulas read the registers as the law does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ontology.evaluate import evaluate
from ontology.pack import Pack, check_pack
from ontology.to_frame import Frames, Role

PACK = Path(__file__).parents[2] / "ontology" / "packs" / "china"
AS_OF = date(2026, 10, 31)
OCTOBER = date(2026, 10, 1)
PEOPLE = ("grandfather", "child", "father", "son")
"""Grandfather, child and the dead father are one household; the other son lives alone."""
HOMES = [0, 0, 0, 1]
KIN = [
    (0, 2, "child"), (0, 1, "grandchild"), (0, 3, "child"),
    (1, 2, "parent"), (1, -1, "parent"), (1, 0, "grandparent"),
    (2, 0, "parent"), (2, 1, "child"), (3, 0, "parent"), (3, 2, "sibling"),
]  # fmt: skip
RECORDS: dict[str, tuple[list[int], dict[str, list[Any]]]] = {
    "death": ([2], {"died_on": [date(2026, 1, 1)]}),
    "vehicle": ([3, 3], {"disabled_use": [False, True], "vehicle_kind": ["car", "car"]}),
    "vessel": ([3], {"vessel_use": ["production"]}),
    "dwelling": ([0], {"dwelling_use": ["living"], "dwelling_area": [9000]}),
    "disability_certificate": (
        [1],
        {
            "disability_grade": [2],
            "disability_category": ["multiple"],
            "care_six_months": [True],
            "labour_able_assessed": [None],
        },
    ),
    "financial_asset": (
        [0, 0],
        {"balance_month": [OCTOBER, date(2026, 9, 1)], "balance": [500_000, 9]},
    ),
    "earning": (
        [3, 3, 3],
        {
            "earning_month": [OCTOBER, date(2025, 11, 1), date(2025, 10, 1)],
            "earning_amount": [100_000, 200_000, 999],
        },
    ),
    "benefit": (
        [0, 0],
        {
            "benefit_month": [OCTOBER, OCTOBER],
            "benefit_kind": ["resident_pension_base", "resident_pension_personal"],
            "benefit_amount": [20_000, 5_000],
        },
    ),
    "medical_coverage": (
        [0, 3],
        {
            "own_pay_year": [100_000, 0],
            "insured": [True, None],
            "severe_illness": [False, False],
        },
    ),
    "means_survey": (
        [0],
        {
            "other_income_year": [120_000],
            "other_rigid_spending_year": [600_000],
            "consent": [True],
        },
    ),
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    found, faults = check_pack(PACK)
    assert faults == []
    assert found is not None
    return found


@pytest.fixture(scope="module")
def county(pack: Pack) -> Frames:
    return evaluate(pack, frames(pack), AS_OF)


def frames(pack: Pack) -> Frames:
    """Two households and what departments hold of them; only the survey is not complete."""
    nobody = {f"enrolled_{programme}": [False] for programme in pack.programmes}
    whole = {f"{kind}_complete": [kind != "means_survey"] for kind in pack.kinds}
    persons = pl.DataFrame(
        {
            "id": PEOPLE,
            "region": ["330382001"] * 4,
            "birth_date": [
                date(1954, 1, 1), date(2016, 5, 5), date(1980, 1, 1), date(1981, 10, 31),
            ],
            "sex": ["male"] * 4,
            "life_status": ["normal"] * 4,
            "registered_in": ["330382001", "330382002", "330382001", "110101"],
            "kin_closed": [True] * 4,
            **{column: value * 4 for column, value in (nobody | whole).items()},
        }
    )  # fmt: skip
    households = pl.DataFrame(
        {
            "id": ["family", "alone"],
            "region": ["330382001", "330382002"],
            "handled_by": ["330382001", "330382002"],
            "rural": [None, False],
            "roster_closed": [True, True],
            **{column: value * 2 for column, value in (nobody | whole).items()},
        },
        schema_overrides={"rural": pl.Boolean},
    )
    owner, other, kinds = (list(each) for each in zip(*KIN, strict=True))
    rows = {
        "person": persons,
        "household": households,
        "kin": pl.DataFrame({"kind": kinds, "kin_kind": kinds}),
    }
    roles = {
        "has_member": Role("household", "person", np.array(HOMES), "roster_closed"),
        "kin": Role("person", "kin", np.array(owner), "kin_closed"),
        "kin_person": Role("person", "kin", np.array(other)),
    }
    for kind, (owners, columns) in RECORDS.items():
        rows[kind] = pl.DataFrame(columns).with_columns(pl.col(pl.Null).cast(pl.Boolean))
        unit = pack.kinds[kind].owner
        roles[f"has_{kind}"] = Role(unit, kind, np.array(owners), f"{kind}_complete")
    return Frames(rows, roles)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("age", [72, 10, 46, 45], id="birthday today"),
        pytest.param("alive", [True, True, False, True], id="a registered death"),
        pytest.param("hukou_ok", [True, True, True, False], id="another township of the county"),
        pytest.param("earnings_year", [0, 0, 0, 300_000], id="twelve months and no more"),
        pytest.param("income_year", [5_000, 0, 0, 300_000], id="the base pension is left out"),
        pytest.param("own_financial_assets", [500_000, 0, 0, 0], id="the month's balance"),
        pytest.param("own_vehicles", [0, 0, 0, 1], id="not a disabled person's car"),
        pytest.param("own_vessels", [0, 0, 0, 0], id="not a vessel for work"),
        pytest.param("disability_grade_held", [0, 2, 0, 0], id="no certificate is grade 0"),
        pytest.param("care_six", [False, True, False, False], id="care"),
        pytest.param("labour_able", [False, False, True, True], id="deemed by age"),
        pytest.param("father_status", [None, "dead", "present", "present"], id="father"),
        pytest.param("mother_status", [None, None, None, None], id="mothers are not on file"),
        pytest.param("orphan", [False, None, False, False], id="one parent is not known"),
        pytest.param("insured_now", [True, False, False, None], id="insured"),
        pytest.param("unable_to_support", [True, True, False, False], id="old and poor"),
        pytest.param("obligors_able", [1, None, 0, 0], id="the son supports the grandfather"),
        pytest.param("extreme_hardship", [False, None, False, False], id="a mother unknown"),
        pytest.param("counted_member", [True, None, False, True], id="the dead do not count"),
        pytest.param("old_age_allowance", [False, False, False, False], id="nobody is 80"),
    ],
)
def test_a_person_is_read_from_the_registers(
    county: Frames, name: str, expected: list[object]
) -> None:
    assert county.rows["person"][name].to_list() == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("household_size", [None, 1], id="whether the child counts is not known"),
        pytest.param("surveyed_income_year", [120_000, 0], id="a survey adds what it found"),
        pytest.param("household_income_year", [125_000, 300_000], id="income"),
        pytest.param("vehicles", [0, 1], id="vehicles"),
        pytest.param("consent_given", [True, None], id="who was not surveyed never signed"),
        pytest.param("consent_refused", [False, False], id="and refused nothing"),
        pytest.param("rigid_spending_year", [700_000, None], id="spending not surveyed"),
        pytest.param("rigid_spending_year__low", [700_000, 0], id="is nothing or more"),
        pytest.param("housing_ok", [True, True], id="one dwelling, rural or not"),
        pytest.param("minimum_living", [True, False], id="however many count"),
    ],
)
def test_a_household_is_read_from_its_members(
    county: Frames, name: str, expected: list[object]
) -> None:
    assert county.rows["household"][name].to_list() == expected


def test_the_twenty_four_programmes_of_eleven_departments_are_decided(pack: Pack) -> None:
    decided = {p.id: p.department for p in pack.programmes.values() if p.decided}
    assert sorted(decided) == [
        *("CL01", "DL01", "FL01", "GH01", "JY03", "MZ01", "MZ02", "MZ03", "MZ04", "MZ05", "MZ06"),
        *("MZ10", "MZ11", "MZ13", "MZ14", "MZ16", "MZ17", "MZ18", "RS01", "SW01", "TY01", "YB01"),
        *("YB02", "ZJ01"),
    ]
    assert len(set(decided.values())) == 11


def test_a_programme_without_a_rule_beside_any_other_stands_alone(pack: Pack) -> None:
    beside = {p for rule in pack.compatibility for p in (rule.a, rule.b)}
    assert set(pack.programmes) == beside
    pairs = [(rule.a, rule.b) for rule in pack.compatibility]
    assert len(set(pairs)) == len({frozenset(pair) for pair in pairs}) == len(pairs)


def test_every_boundary_has_a_case(pack: Pack) -> None:
    asked = {p for case in pack.cases for p in case.expect}
    asked |= {p for case in pack.cases for expected in case.persons.values() for p in expected}
    assert asked == set(pack.programmes)
    assert len(pack.cases) >= 300


@pytest.mark.parametrize(
    ("parameter", "region", "on", "expected"),
    [
        ("db", "330106", date(2025, 1, 22), ("1259", False)),
        ("db", "330106", date(2025, 1, 23), ("1301", False)),
        ("db", "330382001", AS_OF, ("1100", True)),
        ("old_age_90", "330382", AS_OF, ("130", False)),
        ("old_age_90", "330602", AS_OF, ("100", False)),
        ("db", "340102", AS_OF, None),
    ],
)
def test_a_standard_says_whether_it_was_found(
    pack: Pack, parameter: str, region: str, on: date, expected: tuple[str, bool] | None
) -> None:
    found = pack.standards.lookup(parameter, region, on)
    assert (found and (str(found.value), found.assumed)) == expected


def test_assumed_numbers_stand_in_a_file_of_their_own(pack: Pack) -> None:
    files = {(row.file.name, row.assumed) for row in pack.standards.rows}
    assert files == {("found.csv", False), ("assumed.csv", True)}


def test_articles_whose_text_was_not_read_say_so(pack: Pack) -> None:
    held = {article.act for article in pack.articles.values() if article.text_held}
    assert held == {"SAL", "649", "M57", "M43", "M62", "M83", "RIG", "G20", "G39", "G54", "ZJ-SAR"}
