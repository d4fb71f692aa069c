"""One file of so many payments into the lake: what a load of any size costs in memory.

The file is written a block at a time. One row in a thousand has no valid programme, one in ten
thousand comes again in a later block, the same or with another amount.
"""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from graph_loader.numbers import with_check
from graph_loader.rows import table_of
from tests.benchmarks.clock import folder_mib
from tests.benchmarks.county import quiet, road_at, step

if TYPE_CHECKING:
    from pathlib import Path

SIZES: Final = (1_000_000, 10_000_000)
BATCHES: Final = (250_000, 1_000_000)
BLOCK: Final = 500_000
SOURCE: Final = "payments_civil_affairs"
PROGRAMMES: Final = ("最低生活保障", "困难残疾人生活补贴", "高龄津贴", "单独施保")
NAMES: Final = ("张三", "李四", "王小明", "陈秀英", "林建国")
PEOPLE: Final = 416_000
DAYS: Final = 30_000
MONTHS: Final = tuple(f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(10, 34))
UNKNOWN, AGAIN, OTHERWISE = 1_000, 10_000, 20_000
"""One row of so many has a programme that nobody knows, repeats one, or contradicts one."""


def measure(size: int, batch: int, home: Path) -> dict[str, Any]:
    """Write the file and load it into a new lake, so many rows at a time; both are removed.

    Raises:
        ValueError: where not every row is accepted or refused as it was written to be.
    """
    home.mkdir(parents=True, exist_ok=True)
    try:
        return _measured(size, batch, home)
    finally:
        shutil.rmtree(home)


def _measured(size: int, batch: int, home: Path) -> dict[str, Any]:
    path, found = home / "民政资金发放_202610.csv", dict[str, Any]()
    steps = [step("the file written", lambda: write(path, size))]
    road = road_at(home)
    road.settings.batch = batch

    def load() -> None:
        report = road.load([path], quiet)
        found.update(rows=report.read, accepted=report.accepted, refused=report.refused)

    steps.append(step("load", load))
    if (found["rows"], found["refused"]) != (size, refused(size)):
        raise ValueError(f"{found} of {size} rows, {refused(size)} of them wrong")
    disk = {"file_mib": path.stat().st_size // 2**20, "disk_mib": folder_mib(road.settings.lake)}
    return {"steps": steps, **found, "digest": digest(road.lake.read(table_of(SOURCE))), **disk}


def refused(size: int) -> int:
    """How many rows say what nobody knows, or contradict one above them."""
    return size // UNKNOWN + max(0, size - BLOCK) // OTHERWISE


def digest(rows: pl.LazyFrame) -> str:
    """Of all rows as a set, whatever their order and however they lie in files."""
    hashed = rows.select(pl.struct(sorted(rows.collect_schema())).hash().alias("h"))
    sums = hashed.select(
        rows=pl.len(),
        low=(pl.col("h") % 2**32).cast(pl.UInt64).sum(),
        high=(pl.col("h") // 2**32).cast(pl.UInt64).sum(),
    )
    return "-".join(map(str, sums.collect(engine="streaming").row(0)))


def write(path: Path, size: int) -> None:
    """Payments of two years, in the words of their office."""
    with path.open("wb") as file:
        for first in range(0, size, BLOCK):
            rows = block(first, min(BLOCK, size - first))
            text = rows.write_csv(include_header=first == 0)
            file.write(text.encode("gb18030"))


def block(first: int, count: int) -> pl.DataFrame:
    """So many rows from one on."""
    at = np.arange(first, first + count)
    again = (at % AGAIN == AGAIN - 1) & (first > 0)
    otherwise = again & (at % OTHERWISE == OTHERWISE - 1)
    of = np.where(again, at % BLOCK, at)
    who = pl.Series(of % PEOPLE)
    born = (pl.lit(date(1940, 1, 1)) + pl.duration(days=pl.col("who") % DAYS)).dt.strftime("%Y%m%d")
    bodies = pl.DataFrame({"who": who}).select(
        "330382" + born + (pl.col("who") // DAYS).cast(pl.String).str.zfill(3)
    )
    numbers = with_check(bodies.to_series())
    month = np.array(MONTHS)[of // PEOPLE % len(MONTHS)]
    words = np.where(
        at % UNKNOWN == UNKNOWN // 2, "某项", np.array(PROGRAMMES)[of % len(PROGRAMMES)]
    )
    return pl.DataFrame(
        {
            "发放流水号": "F" + pl.Series(of).cast(pl.String).str.zfill(10),
            "项目": words,
            "发放对象": "人",
            "姓名": np.array(NAMES)[of % len(NAMES)],
            "身份证号": numbers,
            "所属月份": month,
            "发放日期": pl.Series(month) + "-15",
            "金额": pl.Series(of % 900 + 100 + otherwise).cast(pl.String) + ".50",
            "发放状态": "发放成功",
            "银行账号": "6228" + who.cast(pl.String).str.zfill(12),
            "批次": pl.Series(month) + "-1",
            "领款人身份证号": numbers,
        }
    )
