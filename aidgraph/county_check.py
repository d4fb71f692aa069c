"""The whole road over a county whose truth is known, and how well it came out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from rich.table import Table

from aidgraph.say import step

if TYPE_CHECKING:
    from aidgraph.road import Road
    from aidgraph.settings import Settings

AS_OF: Final = "2026-10-31"


def check(
    settings: Settings,
    households: int,
    scenarios: list[tuple[Path, Path]],
    keep: Path | None = None,
) -> dict[str, Any]:
    """Scores by kind, dirty rows and unknowns, in the form of the JSON that is printed.

    `wrong` lists what was missed and what was found without being planted.
    """
    with tempfile.TemporaryDirectory(prefix="aidgraph-county-") as folder:
        return _check(settings, keep or Path(folder), households, scenarios)


def _check(
    settings: Settings, home: Path, households: int, scenarios: list[tuple[Path, Path]]
) -> dict[str, Any]:
    from datetime import date

    from aidgraph.road import Road
    from demo.check import differences, score, score_links
    from demo.county import make

    with step("county") as this:
        made = make(home, households=households, scenarios=scenarios)
        this(f"{made.households:,} households, {made.planted} planted, {made.near_misses} near")
    road = Road(settings.model_copy(update={"home": home, "as_of": date.fromisoformat(AS_OF)}))
    with step("road") as this:
        loaded = road.load([road.settings.files], this.advance)
        road.link()
        road.match()
        road.project(this.advance)
        this(f"{loaded.read:,} rows, {road.findings.frame.height:,} findings")
    truth = home / "truth"
    found, waiting = findings(road), undetermined(road)
    told = score(
        found,
        truth,
        rejects=rejects(road),
        accepted=accepted(road, truth),
        undetermined=waiting,
    )
    told["linked"] = lost = score_links(linked(road), truth)
    wrong = differences(found, truth, waiting)
    if lost["wrong"] or lost["right"] < lost["planted"]:
        wrong["linked"] = [lost]
    return told | {"wrong": wrong if any(wrong.values()) else {}}


def findings(road: Road) -> pl.DataFrame:
    """Every finding of the planted kinds with the numbers of its subject, as the truth has them."""
    from demo.scenarios import KINDS

    frame = road.findings.frame.select(
        *("unit", "unit_id", "household", "programme", "details"), kind="question"
    )
    # What is found of several households is found of each.
    several = pl.col("details").str.json_path_match("$.households")
    listed = several.str.json_decode(pl.List(pl.String))
    frame = frame.with_columns(pl.coalesce(listed, pl.concat_list("household")).alias("household"))
    frame = frame.explode("household").drop("details")
    person = pl.when(pl.col("unit") == "person").then(pl.col("unit_id"))
    planted = frame.filter(pl.col("kind").is_in(KINDS))
    return _numbered(road, planted.with_columns(person=person))


def _numbered(road: Road, frame: pl.DataFrame) -> pl.DataFrame:
    people = road.lake.read("people").select("person", "id_number").collect()
    homes = road.lake.read("households").select("household", household_number="number").collect()
    return frame.join(people, on="person", how="left").join(homes, on="household", how="left")


def rejects(road: Road) -> pl.DataFrame:
    """Every refused row: file by its name, row, reason."""
    names = road.lake.read("files").select("name", file="sha").unique("file")
    refused = road.lake.read("rejects").select("file", "row", "reason")
    return refused.join(names, on="file").select("row", "reason", file="name").collect()


def accepted(road: Road, truth: Path) -> pl.DataFrame:
    """The rows of the lake that the truth about dirty rows names."""
    dirty = pl.read_csv(truth / "dirty.csv", infer_schema=False)
    names = road.lake.read("files").select("sha", "name").collect()
    tables = [
        road.lake.read(f"rows_{source}").select("_file", "_row").collect()
        for source in dirty["source"].unique().sort().to_list()
    ]
    rows = pl.concat(tables).join(names, left_on="_file", right_on="sha")
    return rows.select(file="name", row=pl.col("_row").cast(pl.Int64))


def linked(road: Road) -> pl.DataFrame:
    """The rows that were linked without a valid number: file, row, whose they were taken for."""
    from graph_loader.links import linked as links_of

    names = road.lake.read("files").select("name", _file="sha").unique("_file").collect()
    people = road.lake.read("people").select("person", "id_number").unique("person", keep="first")
    links = links_of(road.lake).join(people.collect(), on="person")
    found = [pl.DataFrame(schema={"file": pl.String, "row": pl.Int64, "id_number": pl.String})]
    for (source,), some in links.group_by("source"):
        rows = road.lake.read(f"rows_{source}").select("_file", "_row", key="_key")
        mine = rows.join(some.lazy(), on="key").collect().join(names, on="_file")
        found.append(mine.select("id_number", file="name", row="_row").select(found[0].columns))
    return pl.concat(found)


def undetermined(road: Road) -> pl.DataFrame:
    """Every undetermined decision with the names of its missing facts."""
    waiting = road.decided.missing.group_by("unit", "id", "household", "programme").agg(
        missing=pl.col("item").unique()
    )
    person = pl.when(pl.col("unit") == "person").then(pl.col("id"))
    return _numbered(road, waiting.with_columns(person=person))


def show(told: dict[str, Any]) -> Table:
    """The scores as a table for a terminal."""
    table = Table("kind", "planted", "near misses", "found", "recall", "precision")
    for kind, of in told["kinds"].items():
        names = ("planted", "near_misses", "found", "recall", "precision")
        table.add_row(kind, *(f"{of[name]:,}" for name in names))
    for name in ("dirty", "linked", "unknowns"):
        table.add_row(name, *(f"{key} {value}" for key, value in told[name].items()))
    return table
