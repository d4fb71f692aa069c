from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.facts import Facts
from graph_loader.frames import GraphFrames, graph_frames
from graph_loader.project import digest, digest_of, project, read_watermark
from graph_loader.stores.protocol import open_store
from tests.graph_loader import village

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph_loader.stores.protocol import GraphStore

MARK = {
    "lake_version": 3,
    "run": "R1",
    "pack": "village",
    "pack_version": "1",
    "as_of": village.AS_OF,
    "code_version": "0.1.0",
}


@pytest.fixture
def store(tmp_path: Path) -> GraphStore:
    return open_store("kglite", tmp_path)


def frames(facts: Facts | None = None) -> GraphFrames:
    return graph_frames(
        facts or village.facts(),
        village.pack(),
        decisions=village.decisions(),
        as_of=village.AS_OF,
    )


def test_the_store_holds_what_the_frames_held(store: GraphStore) -> None:
    report = project(store, frames(), watermark=MARK)
    assert report.written
    assert report.nodes["Disbursement"] == 8
    assert report.edges["COINCIDES_WITH"] == 4
    assert report.edges["ENROLLED_IN"] == 3
    assert digest(store) == report.digest == digest_of(frames())


def test_the_watermark_says_what_the_graph_was_made_from(store: GraphStore) -> None:
    report = project(store, frames(), watermark=MARK)
    found = read_watermark(store)
    assert {name: found[name] for name in MARK} == MARK
    assert found["digest"] == report.digest


def test_the_same_again_writes_nothing(store: GraphStore, tmp_path: Path) -> None:
    project(store, frames(), watermark=MARK)
    before = (tmp_path / "graph.kgl").stat().st_mtime_ns
    assert not project(store, frames(), watermark=MARK).written
    assert (tmp_path / "graph.kgl").stat().st_mtime_ns == before


def test_a_new_load_without_news_moves_the_watermark_alone(store: GraphStore) -> None:
    project(store, frames(), watermark=MARK)
    assert not project(store, frames(), watermark={**MARK, "lake_version": 4}).written
    assert read_watermark(store)["lake_version"] == 4


def test_the_order_of_rows_changes_nothing(store: GraphStore) -> None:
    facts = village.facts()
    turned = Facts(
        households=facts.households.reverse(),
        persons=facts.persons.reverse(),
        members=facts.members.reverse(),
        kin=facts.kin.reverse(),
        records={
            kind: facts.records[kind].reverse() for kind in sorted(facts.records, reverse=True)
        },
    )
    project(store, frames(), watermark=MARK)
    assert not project(store, frames(turned), watermark=MARK).written


def test_a_changed_value_and_a_forgotten_one_change_the_digest() -> None:
    facts = village.facts()
    vehicles = facts.records["vehicle"]
    changed = vehicles.with_columns(disabled_use=pl.Series([True, None]))
    forgotten = vehicles.with_columns(disabled_use=pl.lit(None, dtype=pl.Boolean))
    digests = {
        digest_of(frames(Facts(persons=facts.persons, records={"vehicle": frame})))
        for frame in (vehicles, changed, forgotten)
    }
    assert len(digests) == 3


def test_unknown_and_empty_text_differ() -> None:
    def of(*values: str | None) -> str:
        return digest_of(GraphFrames({"Person": pl.DataFrame({"id": ["a", "b"], "x": values})}, {}))

    assert len({of("", None), of(None, None), of("", ""), of(None, "")}) == 4


def test_a_deleted_graph_is_made_again_the_same(store: GraphStore, tmp_path: Path) -> None:
    first = project(store, frames(), watermark=MARK)
    (tmp_path / "graph.kgl").unlink()
    assert read_watermark(store) == {}
    assert project(store, frames(), watermark=MARK).written
    assert digest(store) == first.digest


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "another's": lambda _: b"SQLite format 3\0" + bytes(5000),
    **{f"cut at {at}": lambda whole, at=at: whole[:at] for at in (1, 12, 100, -100, -1)},  # type: ignore[misc]
    **{f"turned at {at} %": lambda whole, at=at: turned(whole, at) for at in range(0, 100, 7)},  # type: ignore[misc]
}


def turned(whole: bytes, percent: int) -> bytes:
    at = len(whole) * percent // 100
    return whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_graph_is_made_again_the_same_and_the_report_says_so(
    store: GraphStore, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    first = project(store, frames(), watermark=MARK)
    file = tmp_path / "graph.kgl"
    file.write_bytes(damage(file.read_bytes()))
    told = project(store, frames(), watermark=MARK)
    assert (told.written, told.mended[:22]) == (True, "graph.kgl is damaged (")
    assert digest(store) == first.digest
    assert (first.mended, project(store, frames(), watermark=MARK).mended) == ("", "")


def test_a_value_changed_in_the_store_shows_in_its_digest(store: GraphStore) -> None:
    report = project(store, frames(), watermark=MARK)
    store.write("MATCH (p:Person {id: 'P1'}) SET p.birth_date = $d", {"d": date(1960, 5, 2)})
    assert digest(store) != report.digest
