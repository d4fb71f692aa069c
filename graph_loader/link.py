"""Rows of all sources to people and households; ids are minted once and kept.

By exact numbers where there are any; rows without a valid one by likeness (`who.py`), or as
somebody judged (`verdicts.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.gaps import find_gaps
from graph_loader.keys import hashed
from graph_loader.rows import table_of
from graph_loader.tables import shaped
from graph_loader.verdicts import aliases, everyone, of_now, standing
from graph_loader.who import link_rows
from ontology.sources import OTHERS
from ontology.vocabulary import PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graph_loader.lake import Lake, Writing
    from ontology.pack import Pack
    from ontology.sources import Source

STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class LinkReport:
    """Who is known now, who is new, and whom refused rows leave open."""

    version: int
    people: int
    households: int
    new_people: int
    new_households: int
    refused: int
    people_with_gaps: int
    unattributable: int
    unnumbered: int = 0
    linked: int = 0
    ties: int = 0


def link(
    lake: Lake, pack: Pack, *, progress: Callable[[str, int, int], None] | None = None
) -> LinkReport:
    """Give an id to each person and household that a row names, and note what refused rows hide.

    Raises:
        LoadError: where another writes; the lake is as it was.
    """
    with lake.writing() as writing:
        return link_in(writing, pack, progress=progress)


def link_in(
    writing: Writing,
    pack: Pack,
    *,
    note: str = "",
    progress: Callable[[str, int, int], None] | None = None,
) -> LinkReport:
    """The same in a version that is being made, which it commits."""
    tell = progress or _silent
    tell("people", 0, STEPS)
    verdicts = standing(writing)
    people, new_people = _people(writing, pack)
    people = _joined(writing, people, aliases(verdicts))
    tell("households", 1, STEPS)
    households, new_households = _households(writing, pack)
    tell("rows without a number", 2, STEPS)
    who = link_rows(writing, pack, people, of_now(verdicts, people))
    tell("gaps", 3, STEPS)
    found = find_gaps(writing, pack, people, who)
    if not found.gaps.equals(writing.read("source_gaps").collect()):
        writing.replace("source_gaps", found.gaps)
    tell("", STEPS, STEPS)
    told = f"link: {new_people} people, {new_households} households"
    return LinkReport(
        version=writing.commit(f"{told}; {note}" if note else told),
        people=people["person"].n_unique(),
        households=households.height,
        new_people=new_people,
        new_households=new_households,
        refused=found.refused,
        people_with_gaps=found.gaps["person"].n_unique(),
        unattributable=found.unattributable,
        unnumbered=who.rows,
        linked=who.linked,
        ties=who.ties,
    )


def _joined(writing: Writing, people: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """Everyone under the oldest id that was joined to theirs; a join undone gives the own back."""
    if not joined.equals(writing.read("aliases").collect()):
        writing.replace("aliases", joined)
    oldest = joined.select(minted="alias", oldest="person")
    both = people.join(oldest, on="minted", how="left", maintain_order="left")
    now = both.with_columns(person=pl.coalesce("oldest", "minted")).drop("oldest")
    if not now["person"].equals(people["person"]):
        writing.replace("people", now)
    return now


def _silent(step: str, done: int, total: int) -> None:
    """Work that nobody watches."""


def _people(writing: Writing, pack: Pack) -> tuple[pl.DataFrame, int]:
    """All people, and how many are new; one first seen without a name gets it later."""
    held = everyone(writing)
    named = held.filter(pl.col("name").is_not_null()).select(number="id_number")
    seen = [
        frame
        for source in _in_order(pack)
        for frame in _seen(writing, source, ("person_number", *OTHERS), named)
    ]
    if not seen:
        return held, 0
    found = _least(pl.concat(seen))
    fresh = found.join(held.select(number="id_number"), on="number", how="anti")
    rows = _minted(fresh, "P", held.height).select(
        person="id",
        id_number="number",
        name="name",
        first_source="source",
        first_key="_key",
        minted="id",
    )
    names = found.select(id_number="number", said="name").drop_nulls()
    told = held.filter(pl.col("name").is_null()).join(names, on="id_number").select("id_number")
    if told.height:
        renamed = held.join(names, on="id_number", how="left", maintain_order="left")
        held = renamed.with_columns(pl.coalesce("name", "said").alias("name")).drop("said")
        writing.replace("people", pl.concat([held, shaped("people", rows)]))
    else:
        writing.append("people", shaped("people", rows))
    return pl.concat([held, shaped("people", rows)]), rows.height


def _households(writing: Writing, pack: Pack) -> tuple[pl.DataFrame, int]:
    held = writing.read("households").collect()
    known = held.select("number")
    seen = [
        frame
        for source in _in_order(pack)
        for frame in _seen(writing, source, ("household_number",), known)
    ]
    if not seen:
        return held, 0
    found = _least(pl.concat(seen))
    rows = _minted(found, "H", held.height).select(
        household="id",
        number="number",
        first_source="source",
        first_key="_key",
    )
    writing.append("households", shaped("households", rows))
    return pl.concat([held, shaped("households", rows)]), rows.height


def _in_order(pack: Pack) -> Iterator[Source]:
    """Sources by their ids."""
    for name in sorted(pack.sources):
        yield pack.sources[name]


def _seen(
    writing: Writing, source: Source, numbers: Iterable[str], known: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The numbers of each column that are not known yet, each with its least key and a name."""
    table = writing.read(table_of(source.id))
    held = table.collect_schema()
    # The register of people spells a name best.
    about = source.about
    registers = source.kind == PERSON or (about.person and about.household)
    for number in numbers:
        if number not in held:
            continue
        own = number == "person_number" and "person_name" in held
        name = pl.col("person_name") if own else pl.lit(None, pl.String)
        found = (
            table.select(number=pl.col(number), name=name, _key="_key")
            .filter(pl.col("number").is_not_null())
            .join(known.lazy(), on="number", how="anti")
            .group_by("number")
            .agg(pl.col("name").min(), pl.col("_key").min())
            .with_columns(source=pl.lit(source.id), rank=pl.lit(0 if registers else 1, pl.Int8))
            .collect()
        )
        if found.height:
            yield found


def _least(seen: pl.DataFrame) -> pl.DataFrame:
    """Each number once: its least (source, key), and the name that the best source spells."""
    first = seen.sort("source", "_key").unique("number", keep="first", maintain_order=True)
    named = seen.filter(pl.col("name").is_not_null()).sort("rank", "source", "_key")
    named = named.unique("number", keep="first", maintain_order=True).select("number", "name")
    return first.drop("name").join(named, on="number", how="left")


def _minted(found: pl.DataFrame, letter: str, held: int) -> pl.DataFrame:
    """New ids in an order that neither files nor numbers give away."""
    found = found.with_columns(order=hashed(found["number"])).sort("order", "number")
    numbers = pl.int_range(held + 1, held + 1 + pl.len()).cast(pl.String).str.zfill(8)
    return found.with_columns(id=letter + numbers)
