"""The score: what counts as found, as false, as handled."""

from pathlib import Path

import polars as pl
import pytest

from demo.check import differences, score, score_links
from demo.scenarios import KINDS

TRUTH = """scenario,kind,verdict,unit,household_number,id_number,programmes,missing
s1,never_applied,found,household,H1,,MZ01,
s2,never_applied,near_miss,person,H2,P2,MZ18,
s3,exclusive_programmes_overlap,found,person,H3,P3,MZ03+MZ16,
s4,exclusive_programmes_overlap,found,person,H4,P4,MZ01+MZ03,
s5,same_thing_same_day,found,person,H5,P5,haircut,
s6,unknowns,undetermined,person,H6,P6,MZ17,care_six_months
s7,unknowns,undetermined,household,H7,,MZ01,balance
"""
DIRTY = """what,source,expected,reason,file,sheet,row,id_number,name
x,s,accepted,,f.csv,,2,P1,n
x,s,refused,date,f.csv,,3,P2,n
x,s,refused,date,f.csv,,4,P3,n
x,s,repeated,,f.csv,,5,P4,n
"""


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    (tmp_path / "truth.csv").write_text(TRUTH, encoding="utf-8")
    (tmp_path / "dirty.csv").write_text(DIRTY, encoding="utf-8")
    return tmp_path


def findings(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    columns = ["kind", "programme", "unit", "household_number", "id_number"]
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


ALL = (
    ("never_applied", "MZ01", "household", "H1", None),
    ("exclusive_programmes_overlap", "MZ16", "person", "H3", "P3"),
    ("exclusive_programmes_overlap", "MZ01+MZ03", "household", "H4", None),
    ("same_thing_same_day", None, "person", "H5", "P5"),
)


def test_everything_found_and_nothing_else_scores_one(truth: Path) -> None:
    kinds = score(findings(*ALL), truth)["kinds"]
    assert kinds["never_applied"] == {
        "planted": 1,
        "near_misses": 1,
        "found": 1,
        "recall": 1.0,
        "precision": 1.0,
    }
    assert [k["recall"] for k in kinds.values()] == [1.0] * len(KINDS)
    assert [k["precision"] for k in kinds.values()] == [1.0] * len(KINDS)
    assert differences(findings(*ALL), truth) == {"missed": [], "false": []}


def test_a_near_miss_and_a_stranger_are_false(truth: Path) -> None:
    near = ("never_applied", "MZ18", "person", "H2", "P2")
    stranger = ("never_applied", "MZ01", "household", "H9", None)
    rows = findings(*ALL, near, stranger)
    assert score(rows, truth)["kinds"]["never_applied"]["precision"] == pytest.approx(1 / 3)
    told = differences(rows, truth)["false"]
    assert [(row["household_number"], row["near_miss_of"]) for row in told] == [
        ("H2", "s2"),
        ("H9", None),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ("never_applied", "MZ05", "household", "H1", None),
        ("never_applied", "MZ01", "person", "H1", "P1"),
        ("same_thing_same_day", "bath", "person", "H5", "P5"),
        ("exclusive_programmes_overlap", "MZ16", "household", "H3", None),
    ],
)
def test_another_programme_or_unit_is_not_it(truth: Path, wrong: tuple[str | None, ...]) -> None:
    kind = score(findings(wrong), truth)["kinds"][wrong[0]]
    assert kind["found"] == 0
    assert kind["precision"] == 0.0


def test_nothing_found_is_no_recall_and_no_precision(truth: Path) -> None:
    kinds = score(findings(), truth)["kinds"]
    assert (kinds["never_applied"]["recall"], kinds["never_applied"]["precision"]) == (0.0, 0.0)
    assert (kinds["paid_after_death"]["recall"], kinds["paid_after_death"]["precision"]) == (1, 1)


def test_dirty_rows_are_handled_as_the_truth_says(truth: Path) -> None:
    rejects = pl.DataFrame(
        {
            "file": ["f.csv", "f.csv", "f.csv"],
            "row": [3, 4, 99],
            "reason": ["no such date", "no such number", "no such date"],
        }
    )
    accepted = pl.DataFrame({"file": ["f.csv"], "row": [2]})
    told = score(findings(), truth, rejects=rejects, accepted=accepted)["dirty"]
    assert told == {"planted": 4, "handled": 3, "false_refusals": 1}
    taken = pl.DataFrame({"file": ["f.csv", "f.csv"], "row": [2, 5]})
    assert score(findings(), truth, rejects=rejects, accepted=taken)["dirty"]["handled"] == 2


def test_unknowns_must_stay_undetermined_and_name_what_is_missing(truth: Path) -> None:
    left = pl.DataFrame(
        {
            "programme": ["MZ17", "MZ01"],
            "unit": ["person", "household"],
            "household_number": ["H6", "H7"],
            "id_number": ["P6", None],
            "missing": [["care_six_months"], ["balance", "consent"]],
        }
    )
    told = score(findings(), truth, undetermined=left)["unknowns"]
    assert told == {"planted": 2, "undetermined": 2, "missing_named": 1}
    (wrong,) = differences(findings(*ALL), truth, left)["unknowns"]
    assert (wrong["scenario"], wrong["missing"]) == ("s7", ["balance"])
    assert wrong["got"] == [["balance", "consent"]]


def test_a_row_without_a_number_is_right_only_with_its_own_person(truth: Path) -> None:
    linked = "x,s,linked,,f.csv,,6,P5,n\nx,s,linked,,f.csv,,7,P6,n\nx,s,linked,,f.csv,,8,P7,n\n"
    (truth / "dirty.csv").write_text(DIRTY + linked, encoding="utf-8")
    got = pl.DataFrame(
        [("f.csv", 6, "P5"), ("f.csv", 7, "P1"), ("f.csv", 9, "P9")],
        ["file", "row", "id_number"],
        orient="row",
    )
    assert score_links(got, truth) == {"planted": 3, "right": 1, "wrong": 2}
    assert score_links(got.clear(), truth) == {"planted": 3, "right": 0, "wrong": 0}
