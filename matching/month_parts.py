"""What figures count in one month: who is on which roll, who lives there, which pairs are gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from matching.completeness import Coverage
from matching.decide import COUNTED
from matching.monthly import Received
from matching.rests import Roots
from ontology.vocabulary import HOUSEHOLD, PERSON, days_of_death

if TYPE_CHECKING:
    from matching.decide import Decided
    from matching.population import Population
    from ontology.pack import Pack

IDENTITY: Final = "identity"
PARTS: Final = {
    "part": pl.String(),
    "region": pl.String(),
    "programme": pl.String(),
    "what": pl.String(),
    "weight": pl.Int64(),
}
"""A row a thing that counts, or a sum of them (`what` is null); `part` says among which."""


def parts_of(
    pack: Pack,
    population: Population,
    decided: Decided,
    month: pl.DataFrame,
    own: pl.Series | None = None,
) -> pl.DataFrame:
    """`enrolled`, `identities`, `people`, `gaps`, `receiving` and the undecided of one month.

    `month`: what `month_of` made of the same population and decisions; `own`: who alone counts.
    """
    received = Received(pack, population)
    qualifies = (pl.col("status") == "eligible") & pl.col("after").ne_missing("excluded")
    kept = month.filter(qualifies)
    waiting = [
        _tally(month.filter(pl.col("status") == status), status)
        for status in ("undetermined", "conflict")
    ]
    pair = pl.concat_str("unit", "id", "programme", separator="|")
    gaps = month.filter("gap").select("region", "programme", what=pair)
    enrolled, living = _enrolled(pack, population, decided, received), _living(pack, population)
    if own is not None:
        enrolled = enrolled.filter(pl.col("what").is_in(own.implode()))
        living = living.filter(pl.col("id").is_in(own.implode()))
    identity = pl.col("programme").is_in(
        [p.id for p in pack.programmes.values() if p.kind == IDENTITY]
    )
    return pl.concat(
        [
            pl.DataFrame(schema=PARTS),
            _shaped(enrolled.filter(~identity), "enrolled"),
            _shaped(enrolled.filter(identity), "identities"),
            _tally(living, "people"),
            _shaped(gaps, "gaps"),
            _tally(kept.filter(Received.has(kept, received.held)), "receiving"),
            *waiting,
        ]
    )


def together(parts: pl.LazyFrame) -> pl.DataFrame:
    """What parts of a county count in one month, as the whole county counts it."""
    sums = parts.filter(pl.col("what").is_null()).group_by("part", "region", "programme")
    counted = sums.agg(what=pl.lit(None, pl.String), weight=pl.col("weight").sum())
    named = parts.filter(pl.col("what").is_not_null())
    return pl.concat([named, counted.select(*PARTS)]).sort(*PARTS).collect()


def _shaped(rows: pl.DataFrame, part: str) -> pl.DataFrame:
    return rows.select(
        pl.lit(part).alias("part"),
        "region",
        "programme",
        "what",
        pl.lit(1, pl.Int64).alias("weight"),
    )


def _tally(rows: pl.DataFrame, part: str) -> pl.DataFrame:
    """How many rows there are by region and programme."""
    if "programme" not in rows.columns:
        rows = rows.with_columns(programme=pl.lit(None, pl.String))
    sums = rows.group_by("region", "programme").agg(weight=pl.len().cast(pl.Int64))
    return sums.sort("region", "programme").select(
        part=pl.lit(part),
        region="region",
        programme="programme",
        what=pl.lit(None, pl.String),
        weight="weight",
    )


def _dead(pack: Pack, population: Population) -> pl.DataFrame:
    """Persons whom some record shows dead by the day: `id`."""
    found = [pl.DataFrame(schema={"id": pl.String})]
    for kind, rows in population.records.items():
        for day in days_of_death(pack.items, kind):
            if day in rows.columns:
                gone = rows.filter(pl.col(day) <= population.as_of)
                found.append(gone.select(id="person").drop_nulls())
    return pl.concat(found).unique()


def _living(pack: Pack, population: Population) -> pl.DataFrame:
    people = population.persons.select("id", "region")
    return people.join(_dead(pack, population), on="id", how="anti")


def _enrolled(
    pack: Pack, population: Population, decided: Decided, received: Received
) -> pl.DataFrame:
    """Living persons on a roll that opens further benefits; of a family its counted members."""
    counted = {p.id for p in pack.programmes.values() if p.kind == IDENTITY}
    counted |= set(received.links["programme"])
    rows = received.rolls.filter(
        pl.col("programme").is_in(sorted(counted)), pl.col("enrolled_since").is_not_null()
    )
    people = decided.frames.rows[PERSON]
    law = pl.col(COUNTED) if COUNTED in people.columns else pl.lit(value=True)
    people = people.select("household", "region", law.alias("counted"), what="id")
    own = rows.filter(pl.col("unit") != HOUSEHOLD).select("programme", what="person")
    own = own.join(people, on="what")
    homes = rows.filter(pl.col("unit") == HOUSEHOLD).select("programme", "household")
    members = homes.join(people.filter(pl.col("counted").fill_null(value=True)), on="household")
    columns = ("region", "programme", "what")
    found = pl.concat([own.select(columns), members.select(columns)]).unique()
    return found.join(_dead(pack, population), left_on="what", right_on="id", how="anti").sort(
        columns
    )


def known_programmes(pack: Pack, population: Population, now: Population) -> dict[str, list[str]]:
    """By programme, the kinds of record that were whole on the later day and not on this one.

    None: the month can be set beside the other. Sources that are never whole hide as much now.
    """
    roots = Roots(pack)
    then, later = _whole(pack, population), _whole(pack, now)
    found = {}
    for programme in pack.programmes.values():
        if programme.decided:
            kinds = {k for word in roots.reach(programme.name) for k in roots.of(word).kinds}
            found[programme.id] = sorted(kinds & (later - then))
    return found


def _whole(pack: Pack, population: Population) -> set[str]:
    """Kinds of record of which some source was whole somewhere on the day, window and all."""
    coverage = Coverage(population.complete, pl.DataFrame(), pack.regions, population.as_of)
    return {
        kind.name
        for kind in pack.kinds.values()
        if kind.lasting or coverage.sources(kind.name, kind.window_months)
    }
