"""Ordinary households drawn from the census tables: who lives with whom, ages, sexes and kin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.dates import AS_OF

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

DATA: Final = Path(__file__).parent / "data"
OLD: Final = 60
GROWN_UP: Final = 30
PAIR: Final = 2
ELDER_AGES: Final = (
    (60, 28),
    (65, 26.5),
    (70, 19),
    (75, 12),
    (80, 8),
    (85, 4.2),
    (90, 1.8),
    (95, 0.4),
    (100, 0.1),
)
"""First age of each five-year band, and its share of people of 60 and over (census 2020)."""
GIRLS: Final = 0.475
CHILD_SHARE: Final = 0.66
"""Of children living with their parents, how many are under 15."""
KINLESS: Final = 20
"""One in so many elders living apart has no kin at all, if single."""
FAMILIES: Final = {
    # people in the household: (share, adults of the middle generation, elders)
    1: ((0.72, 1, 0), (0.28, 0, 1)),
    2: ((0.51, 2, 0), (0.26, 0, 2), (0.23, 1, 0)),
    3: ((0.85, 2, 0), (0.15, 2, 1)),
    4: ((0.70, 2, 0), (0.20, 2, 1), (0.10, 2, 2)),
    5: ((0.15, 2, 0), (0.65, 2, 1), (0.20, 2, 2)),
    6: ((1.0, 2, 2),),
}


@dataclass(frozen=True, slots=True)
class Population:
    """Households and people of one draw; kin are row numbers of `people`, null if not on file."""

    households: pl.DataFrame
    people: pl.DataFrame


def marginals() -> dict[str, Any]:
    """The tables that the county is drawn from."""
    loaded: dict[str, Any] = json.loads((DATA / "marginals.json").read_text(encoding="utf-8"))
    return loaded


def draw(rng: np.random.Generator, households: int) -> Population:
    """So many ordinary households with their people."""
    homes = _homes(rng, households)
    people = _link_parents(_link_elders(_people(rng, homes), homes), homes)
    return Population(homes, people)


def _homes(rng: np.random.Generator, count: int) -> pl.DataFrame:
    shares = marginals()["fujian_household_size_pct"]["2020"]
    weight = np.array(list(shares.values()), dtype=float)
    size = rng.choice(len(weight), count, p=weight / weight.sum()).astype(np.int64) + 1
    adults, elders = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for people, kinds in FAMILIES.items():
        here = np.minimum(size, max(FAMILIES)) == people
        pick = rng.choice(len(kinds), int(here.sum()), p=[kind[0] for kind in kinds])
        adults[here] = np.array([kind[1] for kind in kinds])[pick]
        elders[here] = np.array([kind[2] for kind in kinds])[pick]
    places = pl.read_csv(
        DATA / "villages.csv", schema_overrides={"code": pl.String, "township": pl.String}
    )
    small = places["name"].str.contains("乡").to_numpy()
    chance = np.where(small, 1.0, 3.0)
    place = rng.choice(len(places), count, p=chance / chance.sum())
    return pl.DataFrame(
        {
            "household": np.arange(count),
            "size": size,
            "adults": adults,
            "elders": elders,
            "kids": size - adults - elders,
            "village": places["code"].gather(place),
            "township": places["township"].gather(place),
            "rural": rng.random(count) < marginals()["census2020_national"]["rural_pct"] / 100,
        }
    )


def _people(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    size, adults, kids = (homes[c].to_numpy() for c in ("size", "adults", "kids"))
    home = np.repeat(np.arange(len(size)), size)
    first = np.cumsum(size) - size
    place = np.arange(len(home)) - first[home]
    is_adult = place < adults[home]
    is_kid = ~is_adult & (place < (adults + kids)[home])
    age, female = _ages(rng, homes, home, place), _sexes(rng, homes, home, place)
    relation = np.select(
        [place == 0, is_kid, is_adult | (adults[home] == 0)], ["head", "child", "spouse"], "parent"
    )
    kin = _kin(homes, home, first, relation, female)
    born = _birthdays(rng, age)
    return pl.DataFrame(
        {
            "person": np.arange(len(home)),
            "household": home,
            "relation": relation,
            "age": age,
            "birth": born,
            "female": female,
            **kin,
        }
    ).with_columns(pl.col("spouse", "father", "mother").replace({-1: None}))


def _ages(rng: np.random.Generator, homes: pl.DataFrame, home: Ints, place: Ints) -> Ints:
    n = len(homes)
    adults, elders, kids = (homes[c].to_numpy() for c in ("adults", "elders", "kids"))
    share = np.array([w for _, w in ELDER_AGES])
    band = rng.choice(len(share), n, p=share / share.sum())
    elder = np.array([a for a, _ in ELDER_AGES])[band] + rng.integers(0, 5, n)
    partner = np.maximum(elder + rng.integers(-4, 5, n), OLD)
    young = rng.random(n) < CHILD_SHARE
    child = np.where(young, rng.integers(0, 15, n), rng.integers(15, 29, n))
    alone = rng.integers(22, OLD, n)
    parent = np.where(kids > 0, np.minimum(child + rng.integers(22, 35, n), OLD - 1), alone)
    head = np.where(elders > 0, np.clip(elder - rng.integers(22, 33, n), 30, OLD - 1), parent)
    mate = np.clip(head + rng.integers(-4, 5, n), 22, OLD - 1)
    child = np.where(
        elders > 0, np.clip(head - rng.integers(23, 35, n), 0, 28), np.minimum(child, head - 18)
    )
    gap = rng.integers(1, 6, n)
    order = place - adults[home]
    kid_age = np.maximum(child[home] - gap[home] * order, order % 2)
    old_age = np.where(order - kids[home] == 0, elder[home], partner[home])
    middle = np.where(place == 0, head[home], mate[home])
    return np.select([place < adults[home], order < kids[home]], [middle, kid_age], old_age)


def _sexes(rng: np.random.Generator, homes: pl.DataFrame, home: Ints, place: Ints) -> Bools:
    n = len(homes)
    adults, elders, kids = (homes[c].to_numpy() for c in ("adults", "elders", "kids"))
    lone = (adults == 1) & (kids > 0)
    head = rng.random(n) < np.where(lone, 0.66, np.where(adults == 1, 0.36, 0.26))
    elder = rng.random(n) < np.where(elders == 1, 0.60, 0.26)
    own = rng.random(len(home)) < GIRLS
    order = place - adults[home]
    is_elder = order >= kids[home]
    second = np.where(is_elder, order - kids[home] == 1, place == 1)
    of = np.where(is_elder, elder[home], head[home])
    return np.where(~is_elder & (order >= 0), own, of ^ second)


def _kin(
    homes: pl.DataFrame, home: Ints, first: Ints, relation: npt.NDArray[np.str_], female: Bools
) -> dict[str, Ints]:
    adults, elders, size = (homes[c].to_numpy() for c in ("adults", "elders", "size"))
    here = np.arange(len(home))
    couple = np.where(adults == 0, elders, adults) == PAIR
    spouse = np.where(couple[home] & (here - first[home] == 0), here + 1, -1)
    spouse = np.where(relation == "spouse", here - 1, spouse)
    last = (first + size)[home]
    old_pair = (relation == "parent") & (elders[home] == PAIR)
    spouse = np.where(old_pair, np.where(here == last - 1, here - 1, here + 1), spouse)
    is_kid, is_head = relation == "child", (relation == "head") & (adults[home] > 0)
    above = [
        np.where(is_kid, first[home], -1),
        np.where(is_kid & couple[home], first[home] + 1, -1),
    ]
    elder = [np.where(is_head & (elders[home] > i), last - 1 - i, -1) for i in range(2)]
    both = [np.where(is_head, e, a) for e, a in zip(elder, above, strict=True)]
    father, mother = np.full(len(home), -1), np.full(len(home), -1)
    for parent in both:
        known = parent >= 0
        hers = known & female[np.maximum(parent, 0)]
        mother, father = np.where(hers, parent, mother), np.where(known & ~hers, parent, father)
    return {"spouse": spouse, "father": father, "mother": mother}


def _birthdays(rng: np.random.Generator, age: Ints) -> pl.Series:
    """Birthdays that give these ages today, none within ten days of the as-of day."""
    ends = np.array([AS_OF.toordinal() - _year(years) for years in range(int(age.max()) + 1)])
    back = ends[age] + rng.integers(11, 355, len(age))
    epoch = date(1970, 1, 1).toordinal()
    return pl.Series((AS_OF.toordinal() - back - epoch).astype(np.int32)).cast(pl.Date)


def _year(years: int) -> int:
    return AS_OF.replace(year=AS_OF.year - years).toordinal()


def _link_elders(people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """Give most elders who live apart a grown child who heads a household of its own."""
    joined = people.join(homes.select("household", "adults", "elders"), on="household")
    apart = joined.filter((pl.col("adults") == 0) & (pl.col("relation") == "head")).sort(
        "age", "person"
    )
    kinless = (pl.col("elders") == 1) & (pl.int_range(pl.len()) % KINLESS == KINLESS - 1)
    apart = apart.filter(~kinless)
    heads = joined.filter(
        (pl.col("relation") == "head") & (pl.col("elders") == 0) & (pl.col("age") >= GROWN_UP)
    ).sort("age", "person")
    apart = apart.head(len(heads))
    at = (np.arange(len(apart)) * (len(heads) / max(len(apart), 1))).astype(np.int64)
    pairs = pl.DataFrame({"child": heads["person"].gather(at), "elder": apart["person"]})
    pairs = pairs.join(
        people.select("person", "female", "spouse"), left_on="elder", right_on="person"
    )
    pairs = pairs.select(
        person="child",
        _father=pl.when("female").then("spouse").otherwise("elder"),
        _mother=pl.when("female").then("elder").otherwise("spouse"),
    )
    return (
        people.join(pairs, on="person", how="left")
        .with_columns(
            father=pl.coalesce("_father", "father"), mother=pl.coalesce("_mother", "mother")
        )
        .drop("_father", "_mother")
    )


def _link_parents(people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """Give children of a lone parent the other parent, who lives alone elsewhere."""
    shape = homes.select("household", "size", "adults", "kids")
    heads = people.filter(pl.col("relation") == "head").join(shape, on="household")
    heads = heads.filter(pl.col("adults") == 1).sort("person")
    nth = pl.int_range(pl.len()).over("age", "female").alias("nth")
    alone = heads.filter(pl.col("kids") == 0).select("age", "female", nth, other="person")
    count = pl.len().over("age", "female").alias("count")
    alone = alone.with_columns(count)
    lone = heads.filter(pl.col("kids") > 0).select("age", ~pl.col("female"), nth, "household")
    room = alone.select("age", "female", "count").unique()
    lone = lone.join(room, on=["age", "female"]).with_columns(pl.col("nth") % pl.col("count"))
    found = lone.join(alone, on=["age", "female", "nth"]).select("household", "other")
    joined = people.join(found, on="household", how="left", maintain_order="left")
    child = pl.col("relation") == "child"
    return joined.with_columns(
        pl.when(child).then(pl.coalesce(parent, "other")).otherwise(parent).alias(parent)
        for parent in ("father", "mother")
    ).drop("other")
