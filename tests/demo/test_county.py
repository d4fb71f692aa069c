"""The county as a whole: the same bytes again, people like the census, departments' files."""

import hashlib
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
import yaml

from demo import county
from demo.dates import AS_OF
from demo.economy import settle
from demo.identity import check_digits, id_numbers, is_valid, to_old
from demo.population import draw
from demo.render import layouts

SOURCES = Path(county.__file__).parent.parent / "ontology" / "packs" / "china" / "sources"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    county.make(folder, households=1500)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        county.make(tmp_path / name, households=200, seed=seed)
    assert digests(tmp_path / "one") == digests(tmp_path / "again")
    assert digests(tmp_path / "one") != digests(tmp_path / "other")


def test_making_it_again_keeps_what_is_not_the_countys(tmp_path: Path) -> None:
    county.make(tmp_path, households=50)
    mine = tmp_path / "files" / "mine.csv"
    mine.write_text("kept", encoding="utf-8")
    county.make(tmp_path, households=50)
    assert mine.read_text(encoding="utf-8") == "kept"


def test_people_are_like_the_census() -> None:
    people = draw(np.random.default_rng(7), 20_000).people
    age = people["age"]
    assert (age < 15).mean() == pytest.approx(0.1795, abs=0.015)
    assert (age >= 60).mean() == pytest.approx(0.187, abs=0.015)
    assert (age >= 65).mean() == pytest.approx(0.135, abs=0.015)
    assert (~people["female"]).mean() == pytest.approx(0.5124, abs=0.015)
    assert len(people) / 20_000 == pytest.approx(2.66, abs=0.06)


def test_parents_are_older_than_their_children_and_spouses_name_each_other() -> None:
    people = draw(np.random.default_rng(7), 5_000).people
    for parent, female in (("father", False), ("mother", True)):
        pairs = people.join(
            people.select(pl.col("person").alias(parent), old=pl.col("age"), hers=pl.col("female")),
            on=parent,
        )
        assert (pairs["old"] - pairs["age"] >= 16).all()
        assert set(pairs["hers"]) == {female}
    wed = people.filter(pl.col("spouse").is_not_null())
    back = wed.join(people, left_on="spouse", right_on="person")
    assert (back["spouse_right"] == back["person"]).all()


def test_ordinary_households_stay_far_from_every_line() -> None:
    rng = np.random.default_rng(7)
    population = draw(rng, 5_000)
    economy = settle(rng, population)
    rich = economy.homes.join(
        economy.persons.group_by("household").agg(pl.col("savings").sum()), on="household"
    ).filter(pl.col("identity") == "ordinary")
    without_car = rich.filter(~pl.col("car"))
    assert (without_car["savings"] >= without_car["size"] * 16_500_000).all()
    workers = economy.persons.filter((pl.col("identity") == "ordinary") & (pl.col("adults") > 0))
    income = workers.group_by("household").agg(
        per_head=(pl.col("wage") + pl.col("employee")).sum() / pl.len()
    )
    assert (income["per_head"] >= 290_000).all()
    shares = economy.homes["identity"].value_counts(normalize=True)
    assert dict(shares.rows())["MZ01"] == pytest.approx(0.01, abs=0.005)


def test_check_digits_follow_the_standard() -> None:
    assert check_digits(pl.Series(["11010519491231002", "44052418800101001"])).to_list() == [
        "11010519491231002X",
        "440524188001010014",
    ]
    assert is_valid("11010519491231002x")
    assert not is_valid("110105194912310021")
    assert not is_valid("33038219900101")


def test_id_numbers_are_valid_unique_and_tell_birthday_and_sex() -> None:
    born = pl.Series([AS_OF.replace(year=1990)] * 3 + [AS_OF.replace(year=2000)])
    numbers = id_numbers(born, np.array([True, False, True, False]))
    assert numbers.n_unique() == 4
    assert all(map(is_valid, numbers))
    assert numbers.str.slice(6, 8).to_list() == ["19901031"] * 3 + ["20001031"]
    assert [int(n[16]) % 2 for n in numbers] == [0, 1, 0, 1]
    assert numbers.str.slice(0, 6).to_list() == ["330323"] * 3 + ["330382"]
    assert pl.select(to_old(pl.lit("110105194912310021"))).item() == "110105491231002"


def test_everyone_in_the_register_has_a_valid_number(home: Path) -> None:
    numbers: list[str] = []
    for path in (home / "files").glob("常住人口登记_*.csv"):
        text = path.read_bytes().decode("gb18030").encode()
        numbers += pl.read_csv(text, infer_schema=False)["公民身份号码"].to_list()
    assert len(numbers) == len(set(numbers)) > 4_000
    assert all(map(is_valid, numbers))


def test_dirt_never_falls_on_planted_people(home: Path) -> None:
    dirty = pl.read_csv(home / "truth" / "dirty.csv", infer_schema=False)
    planted = pl.read_csv(home / "truth" / "truth.csv", infer_schema=False)
    kinds = dirty["what"].value_counts()
    assert (kinds["count"] >= 10).all()
    assert not set(dirty["id_number"].drop_nulls()) & set(planted["id_number"].drop_nulls())
    assert dirty["name"].drop_nulls().n_unique() == len(dirty["name"].drop_nulls())


def test_a_dirty_row_stands_where_the_truth_says(home: Path) -> None:
    dirty = pl.read_csv(home / "truth" / "dirty.csv", infer_schema=False)
    for row in dirty.filter(pl.col("what") == "impossible_date").to_dicts():
        lines = (home / "files" / row["file"]).read_bytes().decode("gb18030").splitlines()
        assert "2023-02-30" in lines[int(row["row"]) - 1]
        assert row["id_number"] in lines[int(row["row"]) - 1]
    row = dirty.filter(pl.col("what") == "number_cell").to_dicts()[0]
    sheet = openpyxl.load_workbook(home / "files" / row["file"])[row["sheet"]]
    assert isinstance(sheet.cell(int(row["row"]), 3).value, int | float)


def test_a_workbook_has_a_title_above_and_the_count_below(home: Path) -> None:
    sheet = openpyxl.load_workbook(home / "files" / "死亡医学证明登记.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0].startswith("乐清市死亡医学证明")
    assert rows[1] == ("死者姓名", "身份证号", "死亡日期")
    assert rows[-1][0] == "合计"
    assert rows[-1][1] == len(rows) - 3


def test_the_pack_describes_every_file_by_its_own_headers(home: Path) -> None:
    described = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in SOURCES.iterdir()}
    by_hand = {"village_services"}  # demo/unnumbered.py writes these, for tests.linking
    assert set(described) - by_hand == set(layouts())
    for source, layout in layouts().items():
        entry = described[source]
        columns = [{"from": c} if isinstance(c, str) else c for c in entry["columns"].values()]
        headers = {c["from"] for c in columns if not c.get("optional")}
        for of in entry.get("of", {}).values():
            headers |= {v for v in of.values() if isinstance(v, str)}
        assert headers == set(layout.columns.values()), source
        assert list((home / "files").glob(entry["files"])), source


def test_strangers_scenarios_are_made_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "scenario,source,row,field,value\nold_80_today,household_register,a,birth_date,-81y\n",
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text(
        "scenario,kind,subject,verdict\nold_80_today,never_applied,a:MZ18,found\n",
        encoding="utf-8",
    )
    shipped = county.make(tmp_path / "a", households=20)
    more = county.make(
        tmp_path / "b", households=20, scenarios=[(tmp_path / "f.csv", tmp_path / "t.csv")]
    )
    assert more.planted == shipped.planted + 1
    truth = pl.read_csv(tmp_path / "b" / "truth" / "truth.csv", infer_schema=False)
    mine = truth.filter(pl.col("scenario") == "old_80_today")
    assert mine["id_number"].str.slice(6, 8).to_list() == ["19461031", "19451031"]


def test_progress_is_told_for_every_row(tmp_path: Path) -> None:
    told: list[int] = []
    report = county.make(tmp_path, households=30, progress=lambda _, rows: told.append(rows))
    assert sum(told) == report.rows
    assert len(told) == report.files
