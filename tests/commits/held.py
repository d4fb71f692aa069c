"""What an installation holds durably: lake, runs, graph and findings, each as a bag of rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import text

from graph_loader.project import digest, read_watermark
from matching.months import TABLES, Kept
from tests.commits.step import at_home

if TYPE_CHECKING:
    from pathlib import Path

    from aidgraph.road import Road

Bag = Counter[str]


def held(home: Path) -> Bag:
    """Everything that a reader finds, a line a row; times of day are left out."""
    road = at_home(home)
    bag = Counter[str]()
    for table in road.lake.tables():
        bag.update(_rows(table, road.lake.read(table).collect()))
    bag.update(f"run {run.id} {run.digest}" for run in road.runs())
    bag.update(_decided(road))
    bag.update(_months(road))
    bag.update(_graph(road))
    bag.update(_findings(road))
    road.store.close()
    road.records.close()
    return bag


def digest_of(bag: Bag) -> str:
    """SHA-256 of a bag of rows, whatever their order."""
    whole = hashlib.sha256()
    for line, times in sorted(bag.items()):
        whole.update(f"{times} {line}\n".encode())
    return whole.hexdigest()


def _rows(table: str, frame: pl.DataFrame) -> list[str]:
    lines = frame.select(sorted(frame.columns)).rows()
    return [f"{table} {line}" for line in lines]


def _decided(road: Road) -> list[str]:
    found = []
    for run in road.runs():
        for file in sorted((road.settings.runs / run.id).glob("*.parquet")):
            found += _rows(f"{run.id} {file.stem}", pl.read_parquet(file))
    return found


def _months(road: Road) -> list[str]:
    """Each month that is kept of any lake, and what is kept of it."""
    found = []
    for month in (Kept(folder) for folder in sorted(road.settings.months.glob("M*"))):
        for day in month.days():
            for table in TABLES:
                found += _rows(f"{month.folder.name} {day} {table}", month.read(day, table))
    return found


def _graph(road: Road) -> list[str]:
    mark = read_watermark(road.store)
    told: dict[str, Any] = {k: v for k, v in mark.items() if k not in ("shape", "digest")}
    if not mark:
        return []
    whole = "whole" if mark["digest"] == digest(road.store) else "not what it says"
    return [f"graph {whole} {mark['digest']} {json.dumps(told, default=str, sort_keys=True)}"]


def _findings(road: Road) -> list[str]:
    if not (road.settings.home / "records.sqlite").exists():
        return []
    said = "SELECT id, question, key, money, evidence_digest, cleared_at IS NULL FROM findings"
    with road.records.read() as connection:
        return [f"finding {tuple(row)}" for row in connection.execute(text(said))]
