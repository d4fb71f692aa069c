from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from graph_loader.errors import LoadError
from graph_loader.lake import Lake
from graph_loader.link import link
from graph_loader.load import load
from tests.graph_loader.offices import HEADER, LI, ZHANG, car, pack, write

ONE = pl.DataFrame({"a": [1, None], "b": ["x", None]})
TWO = pl.DataFrame({"a": [2], "b": ["y"]})
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def values(lake: Lake, table: str = "t") -> list[int | None]:
    return sorted(lake.read(table).collect()["a"].to_list(), key=str)


def test_an_empty_lake_has_version_0_and_empty_tables(lake: Lake) -> None:
    assert lake.version() == 0
    assert lake.read("rows_x").collect().shape == (0, 0)
    assert lake.read("people").collect().columns == [
        "person", "id_number", "name", "first_source", "first_key", "minted",
    ]  # fmt: skip


def test_every_version_can_be_read_again(lake: Lake) -> None:
    assert lake.commit({"t": ONE}, "one") == 1
    assert lake.commit({"t": TWO, "u": TWO}) == 2
    assert values(lake) == [1, 2, None]
    assert values(lake.at(1)) == [1, None]
    assert lake.at(1).read("u").collect().is_empty()
    assert lake.at(0).version() == 0
    assert lake.at(1).about()["note"] == "one"
    assert lake.tables() == {"t": 1, "u": 0}
    with pytest.raises(LoadError, match="no version 3; it has 0 to 2"):
        lake.at(3)
    with pytest.raises(LoadError, match="only read"):
        lake.at(1).commit({"t": ONE})


def test_nothing_to_write_makes_no_version(lake: Lake) -> None:
    assert lake.commit({"t": ONE.clear()}) == 0


def test_a_table_written_anew_keeps_its_old_rows_in_old_versions(lake: Lake) -> None:
    lake.commit({"t": ONE})
    with lake.writing() as writing:
        writing.replace("t", TWO)
        assert writing.read("t").collect()["a"].to_list() == [2]
        assert values(lake) == [1, None]
        writing.commit("anew")
    assert values(lake) == [2]
    assert values(lake.at(1)) == [1, None]


def test_a_change_is_what_differs_whatever_files_hold_it(lake: Lake) -> None:
    lake.commit({"t": ONE})
    lake.commit({"t": TWO.with_columns(c=pl.lit(3))})
    lake.commit({"u": TWO})
    with lake.writing() as writing:
        writing.replace("t", pl.concat([TWO, TWO.with_columns(a=pl.lit(9, pl.Int64))]))
        writing.commit("anew")
    added = lake.at(2).change("t", lake.at(1))
    assert (added.new.rows(), added.gone.rows()) == ([(2, "y", 3)], [])
    both = lake.change("t", lake.at(1))
    assert sorted(both.new["a"]) == [2, 9]
    assert sorted(both.gone["a"], key=str) == [1, None]
    assert both.rows == 2
    assert sorted(both.ids("b")) == ["x", "y"]
    assert lake.at(3).change("t", lake.at(2)).rows == 0
    assert lake.change("u", lake.at(1)).new.rows() == [(2, "y")]
    assert lake.change("none", lake.at(1)).ids("b").to_list() == []


def test_a_change_is_found_in_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("湖 1", "湖", "lake"):
        lake = Lake(folder)
        lake.commit({"t": ONE})
        lake.commit({"t": TWO})
        assert lake.change("t", lake.at(1)).new.rows() == TWO.rows()


def test_rows_that_stay_are_no_change_even_where_they_are_written_anew(lake: Lake) -> None:
    lake.commit({"t": ONE})
    with lake.writing() as writing:
        writing.replace("t", pl.concat([TWO, ONE.reverse()]))
        writing.commit("anew")
    found = lake.change("t", lake.at(1))
    assert (found.new.rows(), found.gone.rows()) == ([(2, "y")], [])


def test_columns_may_be_added(lake: Lake) -> None:
    lake.commit({"t": ONE})
    lake.commit({"t": TWO.with_columns(c=pl.lit(3))})
    assert lake.read("t").collect().sort("a")["c"].to_list() == [None, None, 3]


@pytest.mark.parametrize("name", ["县 数据", "100% #1?"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    lake = Lake(tmp_path / name / "lake")
    lake.commit({"t": ONE, "u": TWO})
    lake.commit({"t": TWO.with_columns(c=pl.lit(3))})
    assert lake.read("t").collect().sort("a")["c"].to_list() == [None, None, 3]
    assert values(lake.at(1)) == [1, None]
    with lake.writing() as writing:
        writing.replace("t", TWO.clear())
        writing.commit("emptied")
    assert values(lake) == []
    assert values(lake, "u") == [2]


def test_logs_and_files_are_kept(lake: Lake) -> None:
    lake.commit({"t": ONE})
    kept = DeltaTable(str(lake.root / "t")).metadata().configuration
    assert kept["delta.logRetentionDuration"] == "interval 36500 days"
    assert kept["delta.deletedFileRetentionDuration"] == "interval 36500 days"


def test_what_no_version_names_is_not_seen_and_left_behind(lake: Lake) -> None:
    lake.commit({"t": ONE})
    write_deltalake(str(lake.root / "t"), TWO, mode="append")
    write_deltalake(str(lake.root / "u"), TWO)
    (lake.root / "_versions" / "00000002.7.draft").write_text("{", encoding="utf-8")
    assert values(lake) == [1, None]
    assert lake.read("u").collect().is_empty()
    lake.commit({"t": TWO.with_columns(a=pl.lit(5)), "u": ONE})
    assert values(lake) == [1, 5, None]
    assert values(lake, "u") == [1, None]
    assert [p.name for p in sorted((lake.root / "_versions").iterdir())] == [
        "00000001.json",
        "00000002.json",
    ]


def test_a_second_writer_is_told_to_try_again(lake: Lake) -> None:
    with (
        lake.writing(),
        pytest.raises(LoadError, match="Try again") as told,
        Lake(lake.root).writing(),
    ):
        pass
    assert told.value.retryable
    assert lake.commit({"t": ONE}) == 1


def test_a_version_that_another_made_first_is_never_overwritten(lake: Lake) -> None:
    lake.commit({"t": ONE})
    with lake.writing() as writing:
        writing.append("t", TWO)
        lake.name_version(2, {"t": 0}, "the other")
        with pytest.raises(LoadError, match="made version 2 of the lake first"):
            writing.commit("mine")
    assert values(lake) == [1, None]


def test_a_disk_that_takes_nothing_is_an_error_that_says_so(lake: Lake) -> None:
    lake.commit({"t": ONE})
    (lake.root / "u").write_text("in the way", encoding="utf-8")
    with pytest.raises(LoadError, match="could not be written") as told:
        lake.commit({"t": TWO, "u": TWO})
    assert told.value.retryable
    assert values(lake) == [1, None]


Facts = dict[str, list[tuple[object, ...]]]


def facts(lake: Lake) -> Facts:
    tables = ("rows_cars", "files", "rejects", "people", "completeness", "source_gaps")
    return {name: lake.read(name).collect().sort(pl.all()).rows() for name in tables}


WRITES = range(1, 8)  # rows, rejects, files, version; then people, gaps, version


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one month in it, and the next month's file beside it."""
    folder = tmp_path_factory.mktemp("month")
    files(folder, "1")
    loaded(folder)
    files(folder, "2")
    return folder


@pytest.fixture(scope="module")
def whole(month: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, Facts]:
    folder = tmp_path_factory.mktemp("whole") / "copy"
    shutil.copytree(month, folder)
    return facts(Lake(folder / "lake")), facts(loaded(folder))


def files(folder: Path, month: str) -> None:
    owner, who = {"1": ("张三", ZHANG), "2": ("李四", LI)}[month]
    lines = car(f"浙C{month}0001", owner, who) + car("浙C3", owner, who="1")
    write(folder / "files", f"车辆{month}.csv", HEADER + lines)


def loaded(folder: Path) -> Lake:
    lake, offices = Lake(folder / "lake"), pack(folder)
    load(lake, offices, [folder / "files"], today=date(2026, 10, 31))
    link(lake, offices)
    return lake


def killed(folder: Path, at: int) -> None:
    command = [sys.executable, "-m", "tests.graph_loader.killed_load", str(folder), str(at)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603
    assert ended.returncode == 9, ended.stderr


@pytest.mark.parametrize("at", WRITES)
def test_a_load_killed_anywhere_leaves_the_lake_as_before_or_after(
    tmp_path: Path, at: int, month: Path, whole: tuple[Facts, Facts]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(month, folder)
    lake = Lake(folder / "lake")
    version = lake.version()
    killed(folder, at)
    seen = facts(lake)
    assert lake.version() == version + (at >= 4) + (at >= 7)
    assert seen["rows_cars"] == whole[at >= 4]["rows_cars"]
    assert seen["people"] == whole[at >= 7]["people"]
    assert facts(loaded(folder)) == whole[1]
    assert lake.version() == version + 2


def test_two_kills_in_a_row_leave_nothing_behind(
    tmp_path: Path, month: Path, whole: tuple[Facts, Facts]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(month, folder)
    killed(folder, 3)
    killed(folder, 2)
    assert facts(loaded(folder)) == whole[1]
