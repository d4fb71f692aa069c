"""The newer registers of China, read as the law does: what runs, what has ended, what is of age."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ontology.evaluate import evaluate
from ontology.pack import Pack, read_pack
from ontology.to_frame import Frames, Role

PACK = Path(__file__).parents[2] / "ontology" / "packs" / "china"
AS_OF = date(2026, 10, 31)
LATER = date(2026, 11, 1)
PEOPLE = ("child", "father", "mother", "worker", "pupil")
HOMES = [0, 0, 0, 1, 1]
KIN = [(0, 1, "parent"), (0, 2, "parent"), (4, 3, "parent"), (1, 0, "child"), (2, 0, "child")]
Rows = dict[str, tuple[list[int], dict[str, list[Any]]]]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def read(
    pack: Pack, records: Rows, *, lacking: str = "", life_status: str | None = "normal"
) -> Frames:
    """Two families and what departments hold of them, every file whole but one."""
    rolls = {f"enrolled_{p}": [False] for p in pack.programmes}
    rolls |= {f"received_{p}": [False] for p in pack.programmes}
    whole = {f"{kind}_complete": [kind != lacking] for kind in pack.kinds}
    persons = pl.DataFrame(
        {
            "id": PEOPLE,
            "region": ["330382001"] * 5,
            "birth_date": [date(year, 1, 1) for year in (2016, 1980, 1981, 1980, 2010)],
            "sex": ["male", "male", "female", "female", "male"],
            "life_status": pl.Series([life_status] * 5, dtype=pl.String),
            "kin_closed": [True] * 5,
            **{name: value * 5 for name, value in (rolls | whole).items()},
        }
    )
    households = pl.DataFrame(
        {
            "id": ["family", "other"],
            "region": ["330382001"] * 2,
            "rural": [False, False],
            "roster_closed": [True, True],
            **{name: value * 2 for name, value in (rolls | whole).items()},
        }
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
    for kind, (owners, columns) in records.items():
        rows[kind] = pl.DataFrame(columns)
        unit = pack.kinds[kind].owner
        roles[f"has_{kind}"] = Role(unit, kind, np.array(owners), f"{kind}_complete")
    return evaluate(pack, Frames(rows, roles), AS_OF)


def term(kind: str, months: int, until: date | None) -> dict[str, list[Any]]:
    return {
        "term_kind": [kind],
        "term_months": [months],
        "term_until": pl.Series([until], dtype=pl.Date),  # type: ignore[dict-item]
    }


def missing(since: date, until: date | None) -> dict[str, list[Any]]:
    return {
        "out_of_contact_since": [since],
        "missing_until": pl.Series([until], dtype=pl.Date),  # type: ignore[dict-item]
    }


@pytest.mark.parametrize(
    ("records", "father", "mother", "child"),
    [
        pytest.param(
            {
                "prison_term": ([1], term("sentence", 6, LATER)),
                "missing_report": ([2], missing(date(2026, 4, 30), None)),
            },
            "sentence_6_months",
            "out_of_contact_6_months",
            True,
            id="six months of each, one without an end",
        ),
        pytest.param(
            {
                "prison_term": ([1], term("compulsory_detox", 5, LATER)),
                "missing_report": ([2], missing(date(2026, 4, 30), None)),
            },
            "present",
            "out_of_contact_6_months",
            False,
            id="five months are not enough",
        ),
        pytest.param(
            {
                "prison_term": ([1], term("compulsory_detox", 24, AS_OF)),
                "missing_report": ([2], missing(date(2026, 4, 30), AS_OF)),
            },
            "present",
            "present",
            False,
            id="what ended on the day has ended",
        ),
        pytest.param(
            {
                "prison_term": ([1], term("other_restriction", 12, None)),
                "missing_report": ([2], missing(date(2026, 5, 1), None)),
            },
            "restricted_6_months",
            "present",
            False,
            id="out of contact for five months",
        ),
        pytest.param(
            {
                "death": ([1], {"died_on": [date(2026, 1, 1)]}),
                "disability_certificate": (
                    [2],
                    {"disability_grade": [4], "disability_category": ["mental"]},
                ),
            },
            "dead",
            "severe_disability",
            True,
            id="grade 4 of mind is severe for a parent",
        ),
    ],
)
def test_what_keeps_parents_from_raising_a_child(
    pack: Pack, records: Rows, father: str, mother: str, *, child: bool
) -> None:
    persons = read(pack, records).rows["person"]
    assert persons["father_able_to_raise"][0] == father
    assert persons["mother_able_to_raise"][0] == mother
    assert persons["unsupported_child_allowance"][0] is child


def test_a_file_that_is_not_whole_leaves_a_parent_unknown(pack: Pack) -> None:
    persons = read(pack, {}, lacking="missing_report").rows["person"]
    assert persons["father_status"][0] == "present"
    assert persons["father_able_to_raise"][0] is None
    assert persons["unsupported_child_allowance"][0] is None
    assert persons["orphan"][0] is False


RECORDS: Rows = {
    "medical_bill": (
        [0, 0, 0],
        {
            "bill_year": [date(2026, 1, 1), date(2026, 1, 1), date(2025, 1, 1)],
            "bill_own_pay": [1000, 250, 9999],
        },
    ),
    "student_record": (
        [0, 4, 4],
        {
            "student_stage": ["primary", "senior_secondary", "junior_secondary"],
            "student_until": [AS_OF, LATER, date(2026, 7, 1)],
            "high_fee_school": [False, True, False],
        },
    ),
    "union_member": (
        [3, 1, 2],
        {
            "work_relation_since": [date(2025, 10, 15), date(2020, 1, 1), date(2025, 11, 1)],
            "work_relation_until": [None, AS_OF, None],
        },
    ),
    "unemployment": (
        [1, 2],
        {"unemployed_until": [AS_OF, LATER]},
    ),
    "veteran": ([3, 3], {"veteran_kind": ["died_of_illness_family", "martyr_family"]}),
    "emergency": (
        [0, 0, 1],
        {
            "emergency_kind": ["fire", "injury", "fire"],
            "happened_on": [date(2026, 5, 1), date(2026, 6, 1), date(2026, 4, 30)],
            "fast_aid_given": [True, False, False],
        },
    ),
    "poverty_watch": ([0, 1], {"watch_kind": ["sudden", "sudden"], "watch_until": [LATER, AS_OF]}),
    "utility_meter": (
        [0, 1, 1],
        {"utility": ["power", "power", "water"], "own_meter": [True, False, True]},
    ),
    "care_assessment": ([2], {"selfcare_failed": [4]}),
}


@pytest.fixture(scope="module")
def county(pack: Pack) -> Frames:
    return read(pack, RECORDS)


@pytest.mark.parametrize(
    ("unit", "name", "expected"),
    [
        ("person", "policy_own_pay_year", [1250, 0, 0, 0, 0]),
        ("person", "study_stage", ["none", "none", "none", "none", "senior_secondary"]),
        ("person", "work_relation_months", [0, 0, 11, 12, 0]),
        ("person", "unemployed_registered", [False, False, True, False, False]),
        ("person", "military_family", ["none", "none", "none", "martyr_family", "none"]),
        ("person", "selfcare_fail", [None, None, 4, None, None]),
        ("person", "two_cancer_grant", [False] * 5),
        ("household", "emergency_now", ["fire", "none"]),
        ("household", "emergency_unaided", ["injury", "none"]),
        ("household", "poverty_risk", ["sudden", "none"]),
        ("household", "power_meter_of_own", [True, False]),
        ("household", "high_fee_study", [False, True]),
        ("household", "persons_at_home", [3, 2]),
        ("household", "fast_emergency_aid", [True, False]),
    ],
)
def test_what_runs_counts_and_what_ended_does_not(
    county: Frames, unit: str, name: str, expected: list[object]
) -> None:
    assert county.rows[unit][name].to_list() == expected


def test_a_card_of_the_union_in_one_hand_and_a_year_of_work_in_another_is_nobody(
    county: Frames,
) -> None:
    assert county.rows["person"]["union_worker"].to_list() == [False, False, False, True, False]
    assert county.rows["household"]["family_of_union_worker"].to_list() == [False, True]


IN_TERM = ([1], term("sentence", 6, LATER))


@pytest.mark.parametrize(
    ("records", "life_status", "lacking", "expected"),
    [
        pytest.param({"prison_term": IN_TERM}, "normal", "", True, id="justice says it alone"),
        pytest.param({}, "serving_sentence", "", True, id="the household register says it alone"),
        pytest.param({"prison_term": IN_TERM}, None, "prison_term", True, id="a term is enough"),
        pytest.param({}, "normal", "", False, id="neither does"),
        pytest.param(
            {"prison_term": ([1], term("sentence", 6, AS_OF))}, "normal", "", False, id="served"
        ),
        pytest.param(
            {"prison_term": ([1], term("detention", 6, LATER))}, "normal", "", False, id="detained"
        ),
        pytest.param(
            {"prison_term": ([1], term("compulsory_detox", 6, LATER))}, None, "", True, id="detox"
        ),
        pytest.param({}, "normal", "prison_term", False, id="the register suffices for a no"),
        pytest.param({}, None, "", False, id="and so does a whole file of justice"),
        pytest.param({}, None, "prison_term", None, id="neither is known"),
    ],
)
def test_who_serves_a_term_by_either_register(
    pack: Pack, records: Rows, life_status: str | None, lacking: str, expected: object
) -> None:
    persons = read(pack, records, lacking=lacking, life_status=life_status).rows["person"]
    assert persons["imprisoned"][1] is expected
    assert persons["shown_outside"][1] is (expected is True)


CREMATED = ([1], {"cremated_on": [date(2026, 10, 1)]})
DIED = ([1], {"died_on": [date(2026, 9, 28)]})


@pytest.mark.parametrize(
    ("records", "lacking", "expected"),
    [
        pytest.param({"cremation": CREMATED}, "", False, id="cremated, and no death on file"),
        pytest.param({"cremation": CREMATED}, "death", False, id="deaths are not known"),
        pytest.param({"death": DIED}, "cremation", False, id="cremations are not known"),
        pytest.param({}, "", True, id="neither"),
        pytest.param({}, "cremation", True, id="a file of deaths suffices"),
        pytest.param({}, "death", None, id="no cremation shows nothing"),
    ],
)
def test_who_is_alive_by_deaths_and_cremations(
    pack: Pack, records: Rows, lacking: str, expected: object
) -> None:
    persons = read(pack, records, lacking=lacking).rows["person"]
    assert persons["alive"][1] is expected
    assert persons["shown_dead"][1] is (expected is False)
