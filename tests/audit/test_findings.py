from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from audit.completeness import Absence, Checked, Sender, Whole, checked, sender, snake
from audit.findings import Findings, find, finding_id, frame_of, summary
from cypher.question import CORE, questions
from ontology.regions import Region, Regions
from tests.cypher.drawn import AS_OF, Drawing, day
from tests.cypher.test_candidates import crowded, with_candidates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORDS: Mapping[str, str] = {"zh": "乐清", "en": "Yueqing"}
REGIONS = Regions(
    {
        "33": Region("33", "", "province", WORDS),
        "330382": Region("330382", "33", "county", WORDS),
        "330382101": Region("330382101", "330382", "township", WORDS),
        "330382102": Region("330382102", "330382", "township", WORDS),
    }
)
KINDS = frozenset({"enrolment", "application", "disbursement", "death", "service"})


def whole(kind: str, department: str = "", region: str = "33", until: date | None = None) -> Whole:
    return Whole(f"{kind}s_{department}", kind, department, region, date(2020, 1, 1), until)


def sent(kind: str, department: str = "", *programmes: str) -> Sender:
    return Sender(f"{kind}s_{department}", kind, department, frozenset(programmes) or None)


SENDERS = (sent("enrolment"), sent("application"))
CHECKED = Checked(KINDS, (whole("enrolment"), whole("application")), REGIONS, SENDERS)


def county() -> Drawing:
    """One gap in each of two townships and one double payment."""
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.household("h2", "p3", region="330382102201")
    drawing.qualifies("h1", "MZ01", 50000)
    drawing.qualifies("h2", "MZ01", 20000)
    drawing.paid("d1", "p1", "MZ16", "2026-09", amount=30000)
    drawing.paid("d2", "p1", "MZ16", "2026-09", amount=30000)
    return drawing


def found(drawing: Drawing, folder: Path, known: Checked = CHECKED) -> Findings:
    drawing.pair_everything()
    store = drawing.store(folder)
    try:
        return find(store, questions(CORE), {"as_of": AS_OF}, known)
    finally:
        store.close()


def test_findings_carry_who_what_where_and_how_much(tmp_path: Path) -> None:
    rows = found(county(), tmp_path).rows()
    double = next(row for row in rows if row["question"] == "same_programme_same_month")
    assert double["key"] == {
        "unit": "person",
        "unit_id": "p1",
        "programme": "MZ16",
        "month": "2026-09-01",
    }
    assert (double["household"], double["region"], double["money"]) == ("h1", "330382101", 30000)
    assert double["departments"] == ["disability_federation"]
    assert double["origins"] == ["payments|d1", "payments|d2"]
    assert double["evidence"] == {
        "payments": ["d1", "d2"],
        "amounts": [30000, 30000],
        "excess": ["d2"],
    }


def test_a_village_is_told_by_its_township(tmp_path: Path) -> None:
    gaps = found(county(), tmp_path).frame.filter(pl.col("finds") == "gap")
    assert gaps.sort("unit_id")["region"].to_list() == ["330382101", "330382102"]


def test_the_weightiest_comes_first(tmp_path: Path) -> None:
    drawing = county()
    drawing.born("p3", "2020-01-01")
    drawing.edges[("Household", "QUALIFIES_FOR", "Programme")][1]["since"] = date(2026, 6, 1)
    frame = found(drawing, tmp_path).frame
    assert frame.select("unit_id", "months", "rank").rows() == [
        ("h2", 5, 200000),
        ("h1", 3, 150000),
        ("p1", 1, 30000),
    ]


def test_asking_again_gives_the_same_ids_and_digests(tmp_path: Path) -> None:
    first = found(county(), tmp_path / "a").frame
    again = found(county(), tmp_path / "b").frame
    assert first.equals(again)
    assert first["id"].n_unique() == 3


def test_changed_evidence_keeps_the_id_and_changes_the_digest(tmp_path: Path) -> None:
    before = found(county(), tmp_path / "a").frame
    drawing = county()
    drawing.paid("d3", "p1", "MZ16", "2026-09", amount=1)
    after = found(drawing, tmp_path / "b").frame
    joined = before.join(after, on="id", suffix="_after")
    assert joined.height == 3
    changed = joined.filter(pl.col("evidence_digest") != pl.col("evidence_digest_after"))
    assert changed["question"].to_list() == ["same_programme_same_month"]


def test_an_id_is_a_hash_of_question_and_key() -> None:
    key = {"unit": "household", "unit_id": "h1", "programme": "MZ01"}
    assert finding_id("never_applied", key) == "Ff93132cde37b805f"
    assert finding_id("never_applied", dict(reversed(key.items()))) == "Ff93132cde37b805f"


def test_without_its_data_a_question_is_not_checked(tmp_path: Path) -> None:
    known = Checked(KINDS - {"death", "service"}, CHECKED.whole, REGIONS, SENDERS)
    findings = found(county(), tmp_path, known)
    told = summary(findings, questions(CORE))
    assert told["paid_after_death"] == {
        "count": None,
        "households": None,
        "money": None,
        "surplus": None,
        "not_checked": ["death"],
    }
    assert told["same_thing_same_day"]["not_checked"] == ["service"]
    assert "paid_after_death" not in findings.asked
    assert told["exclusive_programmes_overlap"]["count"] == 0


def test_money_that_nobody_states_is_unknown_not_zero(tmp_path: Path) -> None:
    drawing = county()
    for office in ("a", "b"):
        drawing.served(f"s{office}", "p1", "haircut", "2026-09-09", office)
    told = summary(found(drawing, tmp_path), questions(CORE))
    assert (told["same_thing_same_day"]["count"], told["same_thing_same_day"]["money"]) == (1, None)
    assert told["paid_after_death"]["money"] == 0


@pytest.mark.parametrize(
    ("word", "gaps", "unknown"),
    [
        (whole("enrolment"), ["330382101", "330382102"], 0),
        (whole("enrolment", region="330382101"), ["330382101"], 1),
        (whole("enrolment", until=date(2026, 10, 30)), [], 2),
    ],
    ids=["whole", "one township", "ended yesterday"],
)
def test_a_gap_is_asserted_only_where_the_files_are_whole(
    word: Whole, gaps: list[str], unknown: int, tmp_path: Path
) -> None:
    known = Checked(KINDS, (word, whole("application")), REGIONS, SENDERS)
    findings = found(county(), tmp_path, known)
    regions = findings.frame.filter(pl.col("finds") == "gap")["region"].to_list()
    assert sorted(regions) == gaps
    assert findings.unknown_receipt["never_applied"] == unknown


def absence(programme: str | None, *departments: str, **other: object) -> Absence:
    said: dict[str, Any] = {"region": "330382101", "since": AS_OF, "until": AS_OF, **other}
    return Absence(programme=programme, departments=frozenset(departments), **said)


OFFICES = (
    sent("enrolment", "civil_affairs", "MZ01", "MZ16", "ZJ01"),
    sent("enrolment", "disability_federation", "MZ16"),
    sent("enrolment", "housing", "GY01"),
    sent("enrolment", "anybody"),
)


@pytest.mark.parametrize(
    ("programme", "department", "sent_by", "known"),
    [
        ("MZ01", "civil_affairs", "civil_affairs", True),
        ("MZ01", "civil_affairs", "disability_federation", False),
        ("MZ16", "disability_federation", "disability_federation", True),
        ("MZ16", "disability_federation", "civil_affairs", False),
        ("ZJ01", "housing", "civil_affairs", True),
        ("ZJ01", "housing", "housing", False),
        ("GY01", "housing", "civil_affairs", False),
        ("GY01", "housing", "anybody", False),
        ("JY01", "education", "anybody", True),
        ("JY01", "education", "civil_affairs", False),
        (None, "education", "civil_affairs", False),
    ],
)
def test_a_file_speaks_only_for_programmes_that_it_can_name_and_for_no_office_with_its_own(
    programme: str | None, department: str, sent_by: str, *, known: bool
) -> None:
    told = Checked(KINDS, (whole("enrolment", sent_by),), REGIONS, OFFICES)
    assert told.covers(["enrolment"], absence(programme, department)) is known


def test_an_absence_without_a_place_or_a_sender_is_not_known() -> None:
    told = Checked(KINDS, (whole("enrolment", "housing"),), REGIONS, OFFICES)
    assert told.covers(["enrolment"], absence("GY01", "housing"))
    assert not told.covers(["enrolment", "application"], absence("GY01", "housing"))
    assert not told.covers(["enrolment"], absence("GY01", "housing", region=None))


@pytest.mark.parametrize(
    ("spans", "known"),
    [
        ([("2025-11-01", "2026-10-31")], True),
        ([(None, None)], True),
        ([("2025-11-02", "2026-10-31")], False),
        ([("2025-11-01", "2026-10-30")], False),
        ([("2026-05-01", None), ("2025-01-01", "2026-04-30")], True),
        ([("2026-05-01", None), ("2025-01-01", "2026-04-29")], False),
        ([], False),
    ],
    ids=["the year", "always", "a day late", "a day short", "two files", "a day between", "none"],
)
def test_every_day_of_the_cycle_is_spoken_for(
    spans: list[tuple[str | None, str | None]], *, known: bool
) -> None:
    words = [
        Whole("enrolments_housing", "enrolment", "housing", "33", *(map(day, span)))
        for span in spans
    ]
    told = Checked(KINDS, tuple(words), REGIONS, OFFICES)
    year = absence("GY01", "housing", since=date(2025, 11, 1))
    assert told.covers(["enrolment"], year) is known


def test_a_yearly_programme_asks_for_a_whole_year(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.household("h2", "p2")
    for unit, programme in (("h1", "MZ01"), ("p2", "YB01")):
        drawing.qualifies(unit, programme)
    words = [Whole(f"{k}s_", k, "", "33", date(2026, 6, 1), None) for k in KINDS]
    findings = found(drawing, tmp_path, Checked(KINDS, tuple(words), REGIONS, SENDERS))
    assert findings.frame["programme"].to_list() == ["MZ01"]
    assert findings.unknown_receipt["never_applied"] == 1


def test_whom_a_refused_row_may_be_about_is_not_known_to_lack_anything() -> None:
    columns = {"source": pl.String, "unit": pl.String, "from": pl.Date, "until": pl.Date}
    gaps = [
        ("enrolments_housing", "p1", None, None),
        ("enrolments_housing", "p2", None, date(2026, 10, 30)),
        ("enrolments_civil_affairs", "p3", None, None),
    ]
    told = checked(
        pl.DataFrame(
            {"source": ["enrolments_housing"], "kind": ["Enrolment"], "region": ["33"]}
        ).with_columns(pl.lit(None, pl.Date).alias(end) for end in ("from", "until")),
        sources={"enrolments_housing": FILE},
        regions=REGIONS,
        gaps=pl.DataFrame(gaps, columns, orient="row"),
    )
    lacking = {unit: told.covers(["enrolment"], absence("GY01", unit=unit)) for unit in PEOPLE}
    assert lacking == {"p1": False, "p2": True, "p3": True}


def test_of_kinds_that_serve_as_well_one_suffices() -> None:
    needs = ("disbursement", "death|cremation")
    lacking = [Checked(frozenset(kinds)).lacking(needs) for kinds in LOADED]
    assert lacking == [[], [], ["death"], ["disbursement", "death"]]


LOADED = (("disbursement", "cremation"), ("disbursement", "death"), ("disbursement",), ())
PEOPLE = ("p1", "p2", "p3")
FILE = SimpleNamespace(
    kind="enrolment",
    department="housing",
    columns=(SimpleNamespace(name="programme", values={"公租房": "GY01", "不详": ""}),),
)


def test_what_a_file_can_name_is_what_its_words_for_programmes_say() -> None:
    assert sender("f", FILE) == Sender("f", "enrolment", "housing", frozenset({"GY01"}))
    free = SimpleNamespace(name="programme", values={})
    assert sender("f", SimpleNamespace(**{**vars(FILE), "columns": (free,)})).programmes is None
    silent = SimpleNamespace(**{**vars(FILE), "columns": ()})
    assert sender("f", silent).programmes == frozenset()


def test_completeness_rows_of_the_lake_are_read_as_they_are() -> None:
    rows = {
        "source": ["enrolments_civil_affairs", "vehicles"],
        "kind": ["Enrolment", "Vehicle"],
        "region": ["3303", "33"],
        "from": [date(2026, 1, 1), None],
        "until": [None, date(2026, 10, 31)],
    }
    known = checked(pl.DataFrame(rows), loaded=["MeansSurvey"], regions=REGIONS)
    assert known.loaded == {"enrolment", "vehicle", "means_survey"}
    assert [(word.kind, word.region) for word in known.whole] == [
        ("enrolment", "3303"),
        ("vehicle", "33"),
    ]
    assert snake("FinancialAsset") == "financial_asset"


def test_findings_come_back_from_the_records_as_they_went(tmp_path: Path) -> None:
    findings = found(county(), tmp_path)
    rows: list[dict[str, Any]] = [{**row, "conclusion": "refuted"} for row in findings.rows()]
    back = frame_of(rows)
    columns = ["id", "key", "evidence", "departments", "excess", "money"]
    assert back.select(columns).equals(findings.frame.select(columns))
    assert back["conclusion"].to_list() == ["refuted"] * 3
    assert json.loads(back["key"][0])["unit"] == "household"


def crowded_with_gaps() -> Drawing:
    """Everyone of a few families with everything that can be amiss, and twice where it can."""
    drawing = county()
    drawing.excludes("MZ03", "MZ16")
    drawing.excludes("MZ03", "MZ01", "household")
    drawing.enrolled("h2", "MZ01", "2026-01-01")
    drawing.died("p3", "2026-01-15")
    for unit in ("p1", "p2", "p3"):
        for programme in ("MZ03", "MZ16"):
            drawing.enrolled(unit, programme, "2026-01-01")
            drawing.enrolled(unit, programme, "2024-01-01", "2025-01-01")
            late = {"accepted_on": date(2026, 8, 1), "due_on": date(2026, 9, 1)}
            drawing.applied(f"{unit}{programme}", unit, programme, **late)
            drawing.qualifies(unit, "YB01")
            for month in ("2026-08", "2026-09"):
                drawing.paid(f"{unit}{programme}{month}a", unit, programme, month)
                drawing.paid(f"{unit}{programme}{month}b", unit, programme, month)
        for office in ("a", "b"):
            drawing.served(f"{unit}{office}", unit, "meal", "2026-09-09", office)
    for home in ("left", "refused"):
        drawing.household(home, f"{home}-a", f"{home}-b")
        drawing.qualifies(home, "MZ01")
        for at, unit in enumerate((home, f"{home}-a")):
            if home == "left":
                drawing.enrolled(unit, "MZ01", f"202{at}-01-01", "2026-06-01")
            else:
                days = {"accepted_on": date(2026, 1, 1), "decided_on": date(2026, 2, 1)}
                drawing.applied(f"{unit}-asked", unit, "MZ01", result="refused", **days)
    for new in ("new", "newer"):
        drawing.node("Household", new, region="330382101", lives_in="v1", origin=f"register|{new}")
        drawing.node("Household", f"{new}-old", region="330382101", lives_in="v1")
        for home, since in ((new, date(2026, 6, 1)), (f"{new}-old", date(2015, 1, 1))):
            drawing.person(f"{home}-p", household=home)
            drawing.member(home, f"{home}-p", since=since)
        drawing.kin(f"{new}-p", f"{new}-old-p", "parent", "child")
        drawing.enrolled(new, "MZ01", "2026-07-01")
        drawing.enrolled(new, "MZ01", "2026-08-01")
    return drawing


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What is found by each question in two crowded counties."""
    gaps = found(crowded_with_gaps(), tmp_path_factory.mktemp("gaps")).frame
    store = with_candidates(crowded(1)).store(tmp_path_factory.mktemp("pairs"))
    pairs = find(store, questions(CORE), {"as_of": AS_OF}, CHECKED).frame
    store.close()
    parts = pl.concat([gaps, pairs.filter(~pl.col("question").is_in(gaps["question"].implode()))])
    return {str(name): rows for (name,), rows in parts.group_by("question")}


@pytest.mark.parametrize("name", sorted(questions(CORE)))
def test_keys_are_unique_even_in_a_crowded_county(
    name: str, crowd: dict[str, pl.DataFrame]
) -> None:
    rows = crowd[name]
    assert rows.height > 0
    assert rows["id"].n_unique() == rows.height
    assert rows["key"].n_unique() == rows.height
