"""Rows without a valid number: kept, linked by likeness, left open where it is not sure, judged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.errors import LoadError
from graph_loader.lake import Lake
from graph_loader.link import LinkReport, link, link_in
from graph_loader.links import current_links, linked
from graph_loader.load import LoadReport, load
from graph_loader.made_of import made_of, unlinked, verdicts_about
from graph_loader.rows import current
from graph_loader.verdicts import By, judge_is, judge_join, judge_split, judge_undo
from ontology.linking import read_linking
from tests.graph_loader.offices import CARS, HEADER, REGISTER, WANG, ZHANG, car, number, pack, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph_loader.lake import Writing

LINKING = """\
prior: 0.000002
threshold: 0.95
doubt: 0.02
margin: 3
keep: [[name, number], [name, birth_date], [name, household]]
fields: {birth_date: [birth_date], place: [registered_in]}
variants: [峰峯]
compare:
  name:
    levels:
      - {is: the_same, same: name, m: 0.8, u: 0.0003}
      - {is: variant, same: name_shape, m: 0.05, u: 0.0001}
      - {is: homophone, same: name_sound, m: 0.1, u: 0.0006}
      - {is: other, else: true, m: 0.05, u: 0.999}
  number:
    levels:
      - {is: one_digit, edits: 1, of: number, m: 0.8, u: 0.0000001}
      - {is: last_digits_lost, same: number_start, m: 0.1, u: 0.000005}
      - {is: other, else: true, m: 0.1, u: 0.9999949}
  birth_date:
    levels:
      - {is: the_same, same: birth_date, m: 0.9, u: 0.00001}
      - {is: one_digit, edits: 1, of: birth_date, m: 0.08, u: 0.001}
      - {is: other, else: true, m: 0.02, u: 0.99899}
needs:
  name: [the_same, variant, homophone]
  number: [one_digit, last_digits_lost]
block:
  - [number_front]
  - [number_tail]
  - [number_ends]
  - [name_sound, birth_date]
"""
VISITS = """\
id: visits
department: police
files: "走访*.csv"
gives: MeansSurvey
of: {person: {id_number: 身份证号, name: 姓名}}
key: [person_number]
complete: {regions: ["330382"], until: 2026-10-31}
columns:
  birth_date: {from: 出生日期, formats: ["%Y-%m-%d"]}
  registered_in: {from: 户籍地, optional: true}
"""
HOME = "户号,姓名,身份证号,关系,出生日期\n"
VISIT = "姓名,身份证号,出生日期\n"
FENG = number("33038219800101561")
"""Born on the day of 张三."""
FAMILY = (
    f"H1,张三,{ZHANG},户主,1980-01-01\nH1,王五,{WANG},子女,2001-03-03\n"
    f"H2,李峰,{FENG},户主,1980-01-01\n"
)
WRONG = ZHANG[:9] + str((int(ZHANG[9]) + 1) % 10) + ZHANG[10:]
ME = By("tester", "seen the papers")


class County:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "linking.yaml").write_text(LINKING, encoding="utf-8")
        linking, faults = read_linking(folder / "linking.yaml")
        assert faults == []
        self.pack = replace(pack(folder, REGISTER, CARS, VISITS), linking=linking)
        self.lake = Lake(folder / "lake")

    def load(self, **files: str) -> LoadReport:
        paths = [write(self.folder / "files", f"{name}.csv", text) for name, text in files.items()]
        report = load(self.lake, self.pack, paths, today=date(2026, 10, 31))
        assert report.accepted + report.refused == report.read
        return report

    def send(self, **files: str) -> LinkReport:
        self.load(**files)
        return link(self.lake, self.pack)

    def judge(self, verdict: Callable[[Writing], int]) -> int:
        with self.lake.writing() as writing:
            number = verdict(writing)
            link_in(writing, self.pack)
        return number

    def person(self, number: str) -> str:
        people = self.lake.read("people").filter(pl.col("id_number") == number).collect()
        return str(people["person"].item())

    def given(self) -> dict[tuple[str, str], str]:
        """The number of the person to whom each row without a number was given."""
        people = self.lake.read("people").select("person", "id_number").collect()
        both = linked(self.lake).join(people, on="person", how="left")
        names = pl.concat(
            current(self.lake, source).select("_key", "person_name").collect()
            for source in ("cars", "visits", "register")
            if self.lake.tables().get(f"rows_{source}") is not None
        )
        told = both.join(names, left_on="key", right_on="_key")
        return {
            (s, n): str(i) for s, n, i in told.select("source", "person_name", "id_number").rows()
        }

    def why(self) -> list[str]:
        return current_links(self.lake).sort("source", "key")["why"].to_list()

    def gaps(self) -> set[tuple[str, str]]:
        people = dict(self.lake.read("people").select("person", "id_number").collect().iter_rows())
        gaps = self.lake.read("source_gaps").select("source", "person").collect()
        return {(source, people[person]) for source, person in gaps.iter_rows()}


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def test_a_row_with_one_digit_wrong_is_kept_linked_and_leaves_no_gap(county: County) -> None:
    report = county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(who=WRONG))
    assert (report.refused, report.unnumbered, report.linked, report.ties) == (0, 1, 1, 0)
    row = current(county.lake, "cars").collect().row(0, named=True)
    assert (row["person_number"], row["person_number_said"]) == (None, WRONG)
    assert county.given() == {("cars", "张三"): ZHANG}
    assert county.gaps() == set()


def test_the_waterfall_of_a_link_adds_up_to_its_weight(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(who=WRONG))
    told = made_of(county.lake, county.pack, county.person(ZHANG))
    by = {row["source"]: row for row in told["rows"]}
    assert [by[s]["how"] for s in ("register", "cars")] == ["number", "likeness"]
    bars = by["cars"]["waterfall"]
    assert [(bar["what"], bar["level"]) for bar in bars] == [
        ("prior", None),
        ("name", "the_same"),
        ("number", "one_digit"),
        ("birth_date", None),
    ]
    assert sum(bar["weight"] for bar in bars) == pytest.approx(by["cars"]["weight"], abs=2)
    odds = 2 ** (by["cars"]["weight"] / 1000)
    assert by["cars"]["probability"] == pytest.approx(1e6 * odds / (1 + odds), abs=2)
    assert (by["cars"]["number"], by["cars"]["row"]) == (WRONG, 2)


@pytest.mark.parametrize(
    ("owner", "who", "reason"),
    [
        ("", WRONG, "bad_id_number"),
        ("张三", "", "missing_value"),
        ("张三", "123", "bad_id_number"),
        ("张三", "3.3038E+17", "bad_id_number"),
    ],
)
def test_a_row_that_identifies_nobody_is_refused_as_before(
    county: County, owner: str, who: str, reason: str
) -> None:
    report = county.load(车辆=HEADER + car(owner=owner, who=who))
    assert (report.accepted, report.refused) == (0, 1)
    assert county.lake.read("rejects").collect()["reason"].to_list() == [reason]


def test_a_pack_that_keeps_such_rows_reads_a_known_file_again(county: County) -> None:
    linking, county.pack = county.pack.linking, replace(county.pack, linking=None)
    assert county.load(车辆=HEADER + car(who=WRONG)).refused == 1
    county.pack = replace(county.pack, linking=linking)
    again = county.load(车辆=HEADER + car(who=WRONG))
    assert (again.files[0].status, again.accepted) == ("loaded", 1)


def test_another_fault_refuses_a_row_without_a_number(county: County) -> None:
    county.load(车辆=HEADER + car(who=WRONG, on="2020-02-30"))
    assert county.lake.read("rejects").collect()["reason"].to_list() == ["bad_date"]


def test_a_number_that_a_spreadsheet_cut_is_known_by_its_first_fifteen_digits(
    county: County,
) -> None:
    lost = f"{ZHANG[0]}.{ZHANG[1:15]}E+17"
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(who=lost))
    assert county.given() == {("cars", "张三"): ZHANG}


@pytest.mark.parametrize("name", ["李峰", "李峯", "李锋", "李FENG", "李 峰"])
def test_a_name_is_known_by_its_variants_and_its_sound(county: County, name: str) -> None:
    county.send(户籍=HOME + FAMILY, 走访=VISIT + f"{name},,1980-01-01\n")
    assert list(county.given().values()) == [FENG]


def test_one_who_is_like_several_is_nobody_until_somebody_judges(county: County) -> None:
    other = number("33038219800101889")
    two = FAMILY + f"H3,张三,{other},户主,1980-01-01\n"
    report = county.send(户籍=HOME + two, 走访=VISIT + "张三,,1980-01-01\n")
    assert (report.linked, report.ties, county.why()) == (0, 1, ["tie"])
    assert county.gaps() == {("visits", ZHANG), ("visits", other)}
    (doubt,) = unlinked(county.lake)
    assert {c["person"] for c in doubt["candidates"]} == {
        county.person(ZHANG),
        county.person(other),
    }
    row = f"{doubt['source']}|{doubt['key']}"
    said = county.judge(lambda writing: judge_is(writing, county.person(other), [row], ME))
    assert county.given() == {("visits", "张三"): other}
    assert county.gaps() == set()
    link(county.lake, county.pack)
    assert county.why() == ["verdict"]
    county.judge(lambda writing: judge_undo(writing, said, ME))
    assert county.why() == ["tie"]


def test_likeness_without_name_or_number_is_no_link(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 走访=VISIT + "张氏,,1980-01-01\n")
    assert county.given() == {}
    assert county.why() == ["nobody"]


def test_a_source_does_not_say_a_thing_of_a_person_twice(county: County) -> None:
    visits = VISIT + f"张三,{ZHANG},1980-01-01\n张三,{WRONG},1980-01-01\n"
    county.send(户籍=HOME + FAMILY, 走访=visits)
    assert (county.given(), county.why()) == ({}, ["stated"])
    assert county.gaps() == {("visits", ZHANG)}


def test_a_row_that_comes_again_right_is_no_longer_linked_and_the_record_stays(
    county: County,
) -> None:
    county.send(户籍=HOME + FAMILY, 走访=VISIT + "张三,,1980-01-01\n")
    county.send(走访=VISIT + f"张三,{ZHANG},1980-01-01\n")
    assert (county.given(), county.why()) == ({}, ["gone"])
    kept = county.lake.read("links").collect().sort("version")
    assert kept.select("version", "why").rows() == [(2, "likeness"), (4, "gone")]
    assert len(json.loads(kept["waterfall"][0])) == 4


def test_linking_again_changes_nothing(county: County) -> None:
    report = county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(who=WRONG))
    assert link(county.lake, county.pack).version == report.version


def test_files_in_any_order_and_batches_give_the_same_links(tmp_path: Path) -> None:
    texts = {
        "户籍": HOME + FAMILY,
        "车辆": HEADER + car(who=WRONG) + car("浙C2", "李锋", FENG[:-2] + FENG[-1]),
        "走访": VISIT + "王五,,2010-03-03\n李峯,,1980-01-01\n无名,,1970-01-01\n",
    }
    found = []
    for at, batches in ((1, []), (2, ["走访", "车辆", "户籍"])):
        (tmp_path / str(at)).mkdir()
        here = County(tmp_path / str(at))
        if at == 1:
            here.send(**texts)
        else:
            for name in batches:
                here.send(**{name: texts[name]})
        assert here.given()[("visits", "王五")] == WANG
        rows = current_links(here.lake).sort("source", "key")
        told = rows.select("source", "key", "why", "probability", "weight", "waterfall").rows()
        found.append((told, here.given(), here.gaps()))
    assert found[0] == found[1]
    assert len(found[0][1]) == 4


def test_rows_that_are_split_off_go_to_nobody_or_to_a_new_person(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car() + car("浙C2", who=WRONG))
    zhang = county.person(ZHANG)
    likely = f"cars|{linked(county.lake)['key'].item()}"
    one = county.judge(lambda writing: judge_split(writing, zhang, [likely], ME))
    assert county.given() == {}
    assert ("cars", ZHANG) in county.gaps()
    two = county.judge(lambda writing: judge_split(writing, zhang, ["cars|浙C10001"], ME))
    told = made_of(county.lake, county.pack, zhang)
    assert [row["source"] for row in told["rows"]] == ["register"]
    assert [v["verdict"] for v in told["verdicts"]] == [one, two]
    fresh = told["verdicts"][1]["other"]
    other = made_of(county.lake, county.pack, fresh)
    assert [(r["key"], r["how"]) for r in other["rows"]] == [("浙C10001", "verdict")]
    for verdict in (one, two):
        county.judge(lambda writing, n=verdict: judge_undo(writing, n, ME))  # type: ignore[misc]
    assert len(made_of(county.lake, county.pack, zhang)["rows"]) == 3


def test_two_ids_that_are_joined_are_the_older_one_until_it_is_undone(county: County) -> None:
    county.send(户籍=HOME + FAMILY)
    ids = sorted((county.person(ZHANG), county.person(FENG)))
    said = county.judge(lambda writing: judge_join(writing, ids[1], ids[0], ME))
    assert county.person(ZHANG) == county.person(FENG) == ids[0]
    told = made_of(county.lake, county.pack, ids[1])
    assert (told["person"], told["ids"], len(told["rows"])) == (ids[0], ids, 2)
    aliases = county.lake.read("aliases").collect()
    assert aliases.rows() == [(ids[1], ids[0], said)]
    county.send(车辆=HEADER + car("浙C7", "李峰", FENG))
    assert county.person(FENG) == ids[0]
    with pytest.raises(LoadError, match="one person already"):
        county.judge(lambda writing: judge_join(writing, ids[0], ids[1], ME))
    undo = county.judge(lambda writing: judge_undo(writing, said, ME))
    assert sorted((county.person(ZHANG), county.person(FENG))) == ids
    with pytest.raises(LoadError, match=f"undone already, by {undo}"):
        county.judge(lambda writing: judge_undo(writing, said, ME))
    county.judge(lambda writing: judge_undo(writing, undo, ME))
    assert county.person(FENG) == ids[0]
    kinds = [(v["kind"], v["who"], v["why"]) for v in verdicts_about(county.lake)]
    assert kinds == [(kind, "tester", "seen the papers") for kind in ("join", "undo", "undo")]


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (lambda w: judge_join(w, "P00000001", "P9", ME), "Nobody has the id `P9`"),
        (lambda w: judge_is(w, "P00000001", ["cars|nothing"], ME), "No row `cars|nothing`"),
        (lambda w: judge_undo(w, 7, ME), "There is no verdict 7; there are 0"),
    ],
)
def test_a_verdict_about_nothing_is_an_error_and_changes_nothing(
    county: County, verdict: Callable[[Writing], int], says: str
) -> None:
    before = county.send(户籍=HOME + FAMILY).version
    with pytest.raises(LoadError, match=says.replace("|", r"\|")):
        county.judge(verdict)
    assert county.lake.version() == before
