"""Check, back up, make again: with either store as the one and as the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from aidgraph.store_commands import store_app
from graph_loader.backup import backup, check, restored
from graph_loader.project import digest, digest_of, project, read_watermark
from graph_loader.stores.protocol import StoreError, open_store
from tests.stores.drawn import MARK, village

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.protocol import GraphStore
    from tests.stores.places import Place, ServerPlace


def test_a_whole_graph_is_whole(store: GraphStore) -> None:
    project(store, village(5), watermark=MARK)
    told = check(store)
    assert told.whole
    assert told.digest == digest_of(village(5))
    assert (told.nodes, told.edges) == ({"Household": 5, "Person": 10}, {"HAS_MEMBER": 10})


@pytest.mark.parametrize(
    "change",
    [
        "MATCH (p:Person {id: 'P000003'}) SET p.money = 2",
        "MATCH (p:Person {id: 'P000003'}) DETACH DELETE p",
        "MATCH (:Household)-[e:HAS_MEMBER]->(:Person {id: 'P000003'}) DELETE e",
        "MERGE (p:Person {id: 'P9'}) SET p.money = 1",
        "MERGE (s:Stranger {id: 'S9'}) SET s.money = 1",
        "MATCH (w:Watermark) SET w.digest = null",
    ],
)
def test_a_change_behind_its_back_is_seen_and_mended(store: GraphStore, change: str) -> None:
    project(store, village(5), watermark=MARK)
    store.write(change)
    assert not check(store).whole
    store.clear()
    project(store, village(5), watermark=MARK)
    assert check(store).whole


def test_a_backup_is_the_same_graph_in_another_store(place: Place, tmp_path: Path) -> None:
    report = project(place.store, village(5), watermark=MARK)
    folder = tmp_path / "kept"
    assert backup(place.store, folder).whole
    assert backup(place.store, folder).whole
    other = open_store("kglite", tmp_path / "other")
    frames, mark = restored(folder)
    assert project(other, frames, watermark=mark).digest == report.digest
    assert digest(other) == report.digest
    assert read_watermark(other) == read_watermark(place.store)


def test_an_unwhole_graph_is_not_backed_up(store: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not whole"):
        backup(store, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_changed_backup_is_refused(server: ServerPlace, tmp_path: Path) -> None:
    project(server.store, village(5), watermark=MARK)
    backup(server.store, tmp_path / "kept")
    file = tmp_path / "kept" / "nodes" / "Person" / "000000.parquet"
    pl.read_parquet(file).with_columns(money=pl.lit(2, dtype=pl.Int64)).write_parquet(file)
    with pytest.raises(StoreError, match="changed after it was written"):
        restored(tmp_path / "kept")
    with pytest.raises(StoreError, match="is no backup"):
        restored(tmp_path)


def said(home: Path, *words: str) -> Result:
    return CliRunner().invoke(store_app, [*words, "--home", str(home)], catch_exceptions=False)


def test_the_commands_say_what_they_found(tmp_path: Path) -> None:
    store = open_store("kglite", tmp_path / "graph")
    never = said(tmp_path, "check")
    assert (never.exit_code, "never projected" in never.output) == (1, True)
    project(store, village(5), watermark=MARK)
    whole = said(tmp_path, "check")
    assert (whole.exit_code, "kglite: whole; run R1, as of 2026-10-31" in whole.output) == (0, True)
    kept = json.loads(said(tmp_path, "backup", "--json").stdout)
    assert (kept["whole"], kept["nodes"]["Person"]) == (True, 10)
    store.write("MATCH (p:Person {id: 'P000003'}) SET p.money = 2")
    spoilt = said(tmp_path, "check")
    assert (spoilt.exit_code, "aidgraph store rebuild" in spoilt.output) == (1, True)
    assert said(tmp_path, "rebuild", "--backup", kept["folder"]).exit_code == 0
    assert said(tmp_path, "check").exit_code == 0


def test_a_damaged_file_is_made_again_from_a_backup(tmp_path: Path) -> None:
    store = open_store("kglite", tmp_path / "graph")
    project(store, village(5), watermark=MARK)
    kept = json.loads(said(tmp_path, "backup", "--json").stdout)["folder"]
    (tmp_path / "graph" / "graph.kgl").write_bytes(b"garbage")
    with pytest.raises(StoreError, match="aidgraph store rebuild"):
        said(tmp_path, "check")
    assert said(tmp_path, "rebuild", "--backup", kept).exit_code == 0
    assert said(tmp_path, "check").exit_code == 0
