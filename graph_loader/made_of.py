"""Who a person is made of: every row about them, by number, likeness or verdict, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.kept import SAID
from graph_loader.links import current_links
from graph_loader.rows import current
from graph_loader.verdicts import NONE, everyone, undone_by

if TYPE_CHECKING:
    from graph_loader.lake import Lake
    from ontology.pack import Pack

WHERE: Final = ("file", "sheet", "row")
SHOWN: Final = ("source", "key", "name", "number", "how", "probability", "weight", "waterfall")


def made_of(lake: Lake, pack: Pack, person: str) -> dict[str, Any]:
    """The person's ids, numbers and names, and every current row: source, place, how, why.

    Raises:
        KeyError: where nobody has that id.
    """
    people = everyone(lake)
    asked = people.filter((pl.col("minted") == person) | (pl.col("person") == person))
    if asked.is_empty():
        raise KeyError(person)
    now = str(asked["person"][0])
    mine = people.filter(pl.col("person") == now)
    links = current_links(lake)
    files = lake.read("files").select(_file="sha", file="name").unique("_file").collect()
    found = [
        _rows(lake, source, mine["id_number"].drop_nulls(), links.filter(source=source), now)
        for source in sorted(pack.sources)
    ]
    told = [rows for rows in found if rows.height]
    rows = pl.concat(told).join(files, on="_file", how="left") if told else pl.DataFrame()
    return {
        "person": now,
        "ids": mine["minted"].to_list(),
        "numbers": [n for n in mine["id_number"].drop_nulls() if not n.startswith(NONE)],
        "name": next(iter(mine["name"].drop_nulls()), None),
        "rows": [_told(row) for row in rows.iter_rows(named=True)],
        "verdicts": verdicts_about(lake, set(mine["minted"])),
    }


def _rows(
    lake: Lake, source: str, numbers: pl.Series, links: pl.DataFrame, person: str
) -> pl.DataFrame:
    """The rows of one source about a person: those with the number, and those that are linked."""
    rows = current(lake, source)
    held = rows.collect_schema()
    if "person_number" not in held:
        return pl.DataFrame()
    given = links.select("person", "how", "probability", "weight", "waterfall", _key="key")
    own = pl.col("person_number").is_in(numbers.implode())
    elsewhere = given.filter(pl.col("person").is_not_null() & (pl.col("person") != person))
    taken = rows.filter(own).join(elsewhere.lazy(), on="_key", how="anti")
    linked = rows.join(given.filter(person=person).lazy().select("_key"), on="_key", how="semi")
    said = pl.col(SAID) if SAID in held else pl.lit(None, pl.String)
    both = pl.concat([taken, linked]).select(
        key="_key",
        name="person_name",
        number=pl.coalesce("person_number", said),
        row=pl.col("_row").cast(pl.Int64),
        sheet="_sheet",
        _file="_file",
    )
    found = both.unique("key", maintain_order=True).collect()
    found = found.join(
        given.filter(person=person), left_on="key", right_on="_key", how="left"
    ).with_columns(source=pl.lit(source), how=pl.col("how").fill_null("number"))
    return found.sort("key")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    waterfall = row["waterfall"]
    told = {name: row[name] for name in (*SHOWN, *WHERE)}
    return told | {"waterfall": json.loads(waterfall) if waterfall else []}


def unlinked(lake: Lake) -> list[dict[str, Any]]:
    """Every row without a number that is about nobody yet: why, and whom it resembles."""
    links = current_links(lake)
    if links.is_empty():
        return []
    alone = links.filter(pl.col("person").is_null() & (pl.col("why") != "gone"))
    found: list[dict[str, Any]] = []
    for (source,), some in alone.group_by("source"):
        held = lake.read(f"rows_{source}").unique("_key", keep="last")
        rows = held.select(key="_key", name="person_name", number=SAID, file="_file", row="_row")
        both = some.lazy().join(rows, on="key").collect()
        found += both.select("source", "key", "name", "number", "why", "candidates").to_dicts()
    told = [row | {"candidates": json.loads(row["candidates"])} for row in found]
    return sorted(told, key=lambda row: (row["source"], row["key"]))


def verdicts_about(lake: Lake, ids: set[str] | None = None) -> list[dict[str, Any]]:
    """The verdicts about these ids (of everyone, without any), and by which each is undone."""
    told = lake.read("verdicts").collect()
    undone = undone_by(told)
    found: dict[int, dict[str, Any]] = {}
    for row in told.sort("verdict").iter_rows(named=True):
        one = found.setdefault(
            row["verdict"],
            {name: row[name] for name in ("verdict", "kind", "person", "other", "who", "why")}
            | {"made": row["made"], "rows": [], "undone_by": undone.get(row["verdict"])},
        )
        one["other"] = one["other"] or row["other"]
        if row["key"] is not None:
            one["rows"].append(f"{row['source']}|{row['key']}")
    return [one for one in found.values() if ids is None or {one["person"], one["other"]} & ids]
