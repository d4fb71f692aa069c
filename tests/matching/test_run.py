from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from matching.digest import decisions_digest
from matching.run import (
    Run,
    code_version,
    counts,
    load_run,
    run_id,
    run_table,
    runs,
    write_run,
)

DAY = date(2026, 10, 31)


def decisions(*ids: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "unit": ["person"] * len(ids),
            "id": list(ids),
            "household": ["h1", *[None] * (len(ids) - 1)],
            "programme": ["MZ03"] * len(ids),
            "status": ["eligible", *["undetermined"] * (len(ids) - 1)],
            "amount": [225500, *[None] * (len(ids) - 1)],
        }
    )


def aliases(**names: str) -> pl.DataFrame:
    return pl.DataFrame({"id": list(names), "alias": list(names.values())})


def a_run(name: str = "R1") -> Run:
    return Run(name, 3, "china", "2026.1", "abc", DAY, "0.1", "d", {"MZ03": {"eligible": 1}})


def test_an_id_depends_on_each_of_the_four_things_it_was_made_from() -> None:
    made = run_id(3, "abc", DAY, "0.1")
    others = {
        run_id(4, "abc", DAY, "0.1"),
        run_id(3, "abd", DAY, "0.1"),
        run_id(3, "abc", date(2026, 10, 30), "0.1"),
        run_id(3, "abc", DAY, "0.2"),
    }
    assert made == run_id(3, "abc", DAY, "0.1")
    assert len(others | {made}) == 5


def test_surrogates_minted_in_another_order_give_the_same_digest() -> None:
    one = decisions_digest(decisions("p1", "p2"), aliases(p1="a|1", p2="a|2", h1="a|9"))
    two = decisions_digest(
        decisions("p1", "p2").with_columns(
            id=pl.Series(["p2", "p1"]), household=pl.Series(["h7", None])
        ),
        aliases(p1="a|2", p2="a|1", h7="a|9"),
    )
    assert one == two


def test_another_order_of_rows_gives_the_same_digest() -> None:
    known = aliases(p1="a|1", p2="a|2", h1="a|9")
    rows = decisions("p1", "p2")
    assert decisions_digest(rows, known) == decisions_digest(rows.reverse(), known)


@pytest.mark.parametrize(
    "change",
    [
        pl.lit("conflict").alias("status"),
        pl.lit(1).alias("amount"),
        pl.lit(None, pl.Int64).alias("amount"),
        pl.lit("MZ01").alias("programme"),
    ],
)
def test_any_other_value_gives_another_digest(change: pl.Expr) -> None:
    known = aliases(p1="a|1")
    rows = decisions("p1")
    assert decisions_digest(rows, known) != decisions_digest(rows.with_columns(change), known)


def test_statuses_are_counted_by_programme() -> None:
    assert counts(decisions("p1", "p2", "p3")) == {"MZ03": {"eligible": 1, "undetermined": 2}}


def test_a_saved_run_is_read_back_with_its_tables(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(), {"decisions": decisions("p1", "p2")})
    assert load_run(tmp_path, "R1") == a_run()
    assert run_table(tmp_path, a_run(), "decisions").equals(decisions("p1", "p2"))


def test_a_run_saved_again_replaces_itself(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(), {"decisions": decisions("p1"), "old": decisions("p1")})
    write_run(tmp_path, a_run(), {"decisions": decisions("p1", "p2")})
    assert [f.name for f in sorted((tmp_path / "R1").iterdir())] == [
        "decisions.parquet",
        "run.json",
    ]
    assert [run.id for run in runs(tmp_path)] == ["R1"]


def test_without_an_id_the_last_saved_run_is_meant(tmp_path: Path) -> None:
    write_run(tmp_path, a_run("R2"), {})
    write_run(tmp_path, a_run("R1"), {})
    assert load_run(tmp_path).id == "R1"


def test_a_run_that_was_cut_off_is_no_run(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(), {})
    (tmp_path / "R1").rename(tmp_path / "R1.partial")
    with pytest.raises(FileNotFoundError, match="aidgraph match"):
        load_run(tmp_path)


def test_an_unknown_run_names_the_known_ones(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(), {})
    with pytest.raises(FileNotFoundError, match=r"No run `R9`.*There are: R1"):
        load_run(tmp_path, "R9")


def test_the_version_of_the_code_names_its_files() -> None:
    assert code_version() == code_version()
    assert "+" in code_version()
    assert replace(a_run(), id="R2") != a_run()
