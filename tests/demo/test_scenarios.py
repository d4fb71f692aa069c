"""Scenario tables: what they mean, and how their faults are told."""

from collections import Counter
from pathlib import Path

import pytest

from demo.county import SHIPPED
from demo.offices import PROGRAMMES
from demo.planted import full_name, plant
from demo.scenarios import KINDS, ScenarioError, read_scenarios, scenario_pairs

FACTS = "scenario,source,row,field,value\n"
TRUTH = "scenario,kind,subject,verdict,missing\n"


def read(folder: Path, facts: str, truth: str = "") -> tuple[list[object], list[object]]:
    (folder / "facts.csv").write_text(FACTS + facts, encoding="utf-8")
    (folder / "truth.csv").write_text(TRUTH + truth, encoding="utf-8")
    found, verdicts = read_scenarios(folder / "facts.csv", folder / "truth.csv")
    return list(found), list(verdicts)


def faults(folder: Path, facts: str, truth: str = "") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, facts, truth)
    return list(caught.value.faults)


BAD_FACTS = [
    ("s,vehicle,v,plate,x", "facts.csv:2: no source `vehicle`. Did you mean `vehicles`?"),
    ("s,vehicles,v,plat,x", "no field `plat` in `vehicles`. Did you mean `plate`?"),
    ("s,vehicles,v,disabled_use,perhaps", "`disabled_use`: `perhaps` is neither yes nor no"),
    ("s,earnings,w,earning_amount,1.999", "more than two decimals"),
    ("s,vehicles,,plate,x", "a fact needs a row"),
    ("s,vehicles,v,person,b", "no person b; add a row of household_register"),
    ("s,household_register,B,sex,male", "`B` is no person"),
    ("s,deaths,d,person,a", "died_on not stated"),
    ("s,vehicles,v,plate,x\ns,vehicles,v,plate,y", "`plate` of row `v` is stated twice"),
    ("s,,,like,nobody\ns,vehicles,v,plate,x", "`s` is like `nobody`, unknown"),
    ("s,,,like,t\nt,,,like,s", "`like` goes round: s -> t -> s"),
    ("s,vehicles,v,drop,no", "`drop` takes yes and nothing else"),
    ("s,earnings,w,earning_month,?", "`earning_month` is never empty: a row stands in the file"),
]


@pytest.mark.parametrize(("facts", "says"), BAD_FACTS)
def test_a_fault_of_the_facts_names_its_place_and_the_way_out(
    tmp_path: Path, facts: str, says: str
) -> None:
    assert any(says in fault for fault in faults(tmp_path, facts + "\n"))


BAD_TRUTH = [
    ("t,never_applied,a:MZ18,found,", "truth.csv:2: no scenario `t`"),
    ("s,never_aplied,a:MZ18,found,", "Did you mean `never_applied`?"),
    ("s,never_applied,b:MZ18,found,", "no subject `b`"),
    ("s,never_applied,a:MZ99,found,", "`MZ99` of the subject is none of"),
    ("s,never_applied,a:MZ18,maybe,", "`maybe` is no verdict of never_applied"),
    ("s,exclusive_programmes_overlap,a:MZ03,found,", "of exclusive programmes it is `a:MZ03+MZ16`"),
    ("s,same_thing_same_day,a:MZ18,found,", "none of haircut"),
    ("s,unknowns,a:MZ17,undetermined,", "`missing` lists the unknown facts"),
    ("s,never_applied,a:MZ18,found,age", "`missing` lists the unknown facts"),
]


@pytest.mark.parametrize(("truth", "says"), BAD_TRUTH)
def test_a_fault_of_the_truth_names_its_place_and_the_way_out(
    tmp_path: Path, truth: str, says: str
) -> None:
    told = faults(tmp_path, "s,vehicles,v,plate,x\n", truth + "\n")
    assert any(says in fault for fault in told)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = faults(tmp_path, "s,cars,v,plate,x\ns,vehicles,v,colour,red\n", "s,x,a:MZ18,found,\n")
    assert [fault.split(":")[:2] for fault in told] == [
        ["facts.csv", "2"],
        ["facts.csv", "3"],
        ["truth.csv", "2"],
    ]


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("who,what\nx,y\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text(TRUTH, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"f.csv:1: no column scenario, source"):
        read_scenarios(tmp_path / "f.csv", tmp_path / "t.csv")


def test_each_topic_has_its_tables_in_a_folder_of_its_own(tmp_path: Path) -> None:
    for topic in ("", "later", "early"):
        (tmp_path / topic).mkdir(exist_ok=True)
        (tmp_path / topic / "facts.csv").write_text(FACTS, encoding="utf-8")
    (tmp_path / "notes").mkdir()
    pairs = scenario_pairs(tmp_path)
    assert [facts.parent.relative_to(tmp_path).as_posix() for facts, _ in pairs] == [
        ".",
        "early",
        "later",
    ]
    assert all((f.name, t.name) == ("facts.csv", "truth.csv") for f, t in pairs)
    assert scenario_pairs(SHIPPED)[0] == (SHIPPED / "facts.csv", SHIPPED / "truth.csv")


def test_like_overrides_fields_drops_rows_and_makes_no_family_of_a_template(
    tmp_path: Path,
) -> None:
    (tmp_path / "facts.csv").write_text(
        FACTS
        + "_base,earnings,w,earning_amount,10\n_base,vehicles,v,,\n"
        + "s,,,like,_base\ns,earnings,w,earning_amount,20\ns,vehicles,v,drop,yes\n",
        encoding="utf-8",
    )
    (tmp_path / "truth.csv").write_text(TRUTH, encoding="utf-8")
    found, _ = read_scenarios(tmp_path / "facts.csv", tmp_path / "truth.csv")
    assert [s.name for s in found] == ["s"]
    assert found[0].rows["earnings"] == {"w": {"earning_amount": "20"}}
    assert found[0].rows["vehicles"] == {}


def test_what_is_not_stated_is_ordinary(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(
        FACTS + "young,household_register,a,sex,male\nold,household_register,a,birth_date,-60y\n"
        "none,earnings,none,,\nnone,financial_assets,none,,\n"
        "unknown,medical_roll,m,own_pay_year,?\n",
        encoding="utf-8",
    )
    (tmp_path / "truth.csv").write_text(TRUTH, encoding="utf-8")
    found, _ = read_scenarios(tmp_path / "facts.csv", tmp_path / "truth.csv")
    planted = plant(("0", s) for s in found)
    who = {s.name: planted.who[full_name("0", s.name), "a"] for s in found}

    def rows(source: str, name: str) -> list[dict[str, object]]:
        return [r for r in planted.records.get(source, []) if r["person"] == who[name]]

    assert len(rows("earnings", "young")) == 14
    assert {r["earning_amount"] for r in rows("earnings", "young")} == {800000}
    assert [r["benefit_kind"] for r in rows("social_benefits", "old")] == ["employee_pension"] * 14
    assert rows("earnings", "none") == rows("social_benefits", "none") == []
    assert rows("financial_assets", "none") == []
    assert [r["own_pay_year"] for r in rows("medical_roll", "unknown")] == [None]
    assert [r["own_pay_year"] for r in rows("medical_roll", "young")] == [0]
    assert [r["dwelling_area"] for r in rows("dwellings", "old")] == [9000]


def test_what_a_department_left_empty_is_not_filled_in(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(
        FACTS + "s,household_register,a,registered_in,?\ns,household_register,a,birth_date,?\n"
        "s,household_register,a,school_stage,?\ns,enrolments,e,programme,MZ18\n"
        "s,enrolments,e,amount,?\ns,disability_certificates,c,disability_category,?\n"
        "s,disability_certificates,c,disability_grade,2\n",
        encoding="utf-8",
    )
    (tmp_path / "truth.csv").write_text(TRUTH, encoding="utf-8")
    found, _ = read_scenarios(tmp_path / "facts.csv", tmp_path / "truth.csv")
    records = plant(("0", s) for s in found).records
    (person,) = records["household_register"]
    empty = ("registered_in", "birth_date", "school_stage")
    assert [person[word] for word in empty] == [None, None, None]
    assert person["lives_in"] is not None
    assert records["enrolments_civil_affairs"][0]["amount"] is None
    assert records["disability_certificates"][0]["disability_category"] is None


def test_the_shipped_tables_hold_several_of_each_verdict_of_every_kind() -> None:
    tables = [read_scenarios(*pair)[1] for pair in scenario_pairs(SHIPPED)]
    counts = Counter((v.kind, v.verdict) for truth in tables for v in truth)
    for kind in KINDS:
        assert counts[kind, "found"] >= 4, kind
        assert counts[kind, "near_miss"] >= 4, kind
    for kind in ("never_applied", "same_programme_same_month", "exclusive_programmes_overlap"):
        assert counts[kind, "found"] >= 20, kind
        assert counts[kind, "near_miss"] >= 20, kind
    assert counts["unknowns", "undetermined"] >= 10


# For each boundary a scenario on one side and one on the other, with what each brings about.
BOUNDARIES = [
    ("db_cent_below", "household:MZ01 found", "db_at_line", "household:MZ01 near_miss"),
    ("db_savings_below", "household:MZ01 found", "db_savings_at", "household:MZ01 near_miss"),
    ("edge_at_line", "household:MZ05 found", "edge_cent_above", "household:MZ05 near_miss"),
    ("edge_savings_below", "household:MZ05 found", "edge_savings_at", "household:MZ05 near_miss"),
    ("rigid_cent_over", "household:MZ06 found", "rigid_at_share", "household:MZ06 near_miss"),
    ("rigid_income_below", "household:MZ06 found", "rigid_income_at", "household:MZ06 near_miss"),
    ("tk_60_today", "a:MZ03 found", "tk_60_tomorrow", "a:MZ03 near_miss"),
    ("tk_18_tomorrow", "a:MZ03 found", "tk_18_today", "a:MZ03 near_miss"),
    ("tk_pension_below", "a:MZ03 found", "tk_pension_at", "a:MZ03 near_miss"),
    ("tk_wife_70", "a:MZ03 found", "tk_wife_69", "a:MZ03 near_miss"),
    ("care_grade_2", "a:MZ17 found", "care_grade_3", "a:MZ17 near_miss"),
    ("old_80_today", "b:MZ18 found", "old_80_tomorrow", "b:MZ18 near_miss"),
    ("live_grade_4", "a:MZ16 found", "live_no_certificate", "a:MZ16 near_miss"),
    ("aid_db_since_month", "a:YB01 found", "aid_db_this_month", "a:YB01 near_miss"),
    ("dead_last_day", "b:MZ18 found", "dead_first_day", "b:MZ18 near_miss"),
    ("cut_two_offices", "b:haircut found", "cut_next_day", "b:haircut near_miss"),
    ("alone_income_below", "b:MZ02 found", "alone_income_at", "b:MZ02 near_miss"),
    ("alone_18_today", "b:MZ02 found", "alone_18_tomorrow", "b:MZ02 near_miss"),
    ("care_part_3", "a:MZ04 found", "care_this_month", "a:MZ04 near_miss"),
    ("fire_sixth_month", "household:MZ10 found", "fire_seventh_month", "household:MZ10 near_miss"),
    ("spent_edge_over", "household:MZ11 found", "spent_edge_at", "household:MZ11 near_miss"),
    ("orphan_18_tomorrow", "c:MZ13 found", "orphan_18_today", "c:MZ13 near_miss"),
    ("jailed_six_months", "c:MZ14 found", "jailed_five_months", "c:MZ14 near_miss"),
    ("half_gone_six", "c:MZ14 found", "half_gone_five", "c:MZ14 near_miss"),
    ("bill_edge_over", "a:YB02 found", "bill_edge_at", "a:YB02 near_miss"),
    ("bill_rigid_over", "a:YB02 found", "bill_rigid_at", "a:YB02 near_miss"),
    ("pupil_db", "c:JY03 found", "pupil_db_junior", "c:JY03 near_miss"),
    ("home_below", "household:ZJ01 found", "home_at", "household:ZJ01 near_miss"),
    ("union_below", "household:GH01 found", "union_at", "household:GH01 near_miss"),
    ("union_year", "household:GH01 found", "union_eleven", "household:GH01 near_miss"),
    ("power_db", "household:DL01 found", "power_shared", "household:DL01 near_miss"),
    ("jobless_db", "a:RS01 found", "jobless_60", "a:RS01 near_miss"),
    ("rehab_below", "c:CL01 found", "rehab_at", "c:CL01 near_miss"),
    ("rehab_7_tomorrow", "c:CL01 found", "rehab_7_today", "c:CL01 near_miss"),
    ("cancer_db", "a:FL01 found", "cancer_before", "a:FL01 near_miss"),
    ("bereaved_below", "a:TY01 found", "bereaved_at", "a:TY01 near_miss"),
]


@pytest.mark.parametrize(("inside", "found", "outside", "missed"), BOUNDARIES)
def test_every_programme_has_its_boundary_on_both_sides(
    inside: str, found: str, outside: str, missed: str
) -> None:
    told = {
        (v.scenario, f"{v.subject}:{'+'.join(v.programmes)} {v.verdict}")
        for pair in scenario_pairs(SHIPPED)
        for v in read_scenarios(*pair)[1]
    }
    assert (inside, found) in told
    assert (outside, missed) in told


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_programme_is_planted_as_a_gap_and_as_a_near_miss(programme: str) -> None:
    gaps = ("never_applied", "identity_without_linked_benefit")
    truth = [v for pair in scenario_pairs(SHIPPED) for v in read_scenarios(*pair)[1]]
    counts = Counter(v.verdict for v in truth if v.kind in gaps and v.programmes == (programme,))
    assert counts["near_miss"] >= 2
    assert counts["found"] >= 2 or programme == "SW01"  # which only another city has
