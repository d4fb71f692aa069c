"""What drawn households earn, own and suffer: far from every line, or enrolled far inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from demo.dates import AS_OF, MONTHS_BACK, month
from demo.population import OLD, Bools, Ints, Population, marginals

FEN: Final = 100
STANDARD: Final = 1100
"""Yuan a head and month: the county's 低保 line at the as-of date; the margins below rest on it."""
SHARES: Final = {"MZ01": 0.012, "MZ05": 0.005, "MZ06": 0.003}
"""Of households with a head of working age, how many hold each family identity."""
HEAD_INCOME: Final = {"MZ01": (0.20, 0.75), "MZ05": (1.10, 1.40), "MZ06": (2.10, 3.40)}
"""Income a head as a multiple of the standard, far from the lines at 1, 1.5 and pcdi."""
CHANCE: Final = {
    "dies": 0.04,
    "disabled": 0.045,
    "disabled_and_poor": 0.25,
    "needs_care": 0.6,
    "employees_pension": 0.42,
    "trades": 0.12,
    "car": 0.62,
    "insured": 0.985,
    "severe_illness": 0.002,
}
WORKS: Final = {"head": 1.0, "spouse": 0.72, "grown child": 0.75}
OLDER: Final = 68
ADULT: Final = 18
LEAVES_SCHOOL: Final = 22
SEVERE: Final = (1, 2)
"""Grades that make a disability severe."""
FLOOR: Final = 3200
"""No ordinary household with a working-age head has less a head and month, in yuan."""
SAFE_SAVINGS: Final = (165_000, 400_000)
"""Yuan a head in households without a car: at least twice the loosest asset limit (66,000)."""


@dataclass(frozen=True, slots=True)
class Economy:
    """One row a person (`persons`, the order of the population) and one a household (`homes`)."""

    persons: pl.DataFrame
    homes: pl.DataFrame


def settle(rng: np.random.Generator, population: Population) -> Economy:
    """Identity, disability, income, savings, illness and death of everyone drawn."""
    homes = population.households.with_columns(identity=_identities(rng, population))
    people = population.people.join(
        homes.select("household", "identity", "size", "adults"),
        on="household",
        maintain_order="left",
    )
    people = people.with_columns(died_on=_deaths(rng, people))
    people = people.with_columns(_disabilities(rng, people))
    people = people.with_columns(_incomes(rng, people))
    homes = homes.with_columns(car=_cars(rng, homes))
    people = people.with_columns(_savings(rng, people, homes))
    return Economy(people.with_columns(_illness(rng, people)), homes)


def _identities(rng: np.random.Generator, population: Population) -> pl.Series:
    homes, people = population.households, population.people
    parents = pl.concat([people["father"], people["mother"]]).drop_nulls().unique()
    heads = (
        people.filter(pl.col("relation") == "head")
        .sort("household")
        .join(
            homes.select("household", "adults", "elders", "size"),
            on="household",
            maintain_order="left",
        )
    )
    kinless = heads.select((pl.col("size") == 1) & (pl.col("elders") == 1)).to_series()
    alone = (kinless & ~heads["person"].is_in(parents.implode())).to_numpy()
    own_roof = (pl.col("elders") > 0) | (pl.col("father").is_null() & pl.col("mother").is_null())
    may = heads.select((pl.col("adults") > 0) & own_roof).to_series().to_numpy()
    at = rng.random(len(homes))
    edges = np.cumsum(list(SHARES.values()))
    names = np.array([*SHARES, "ordinary"])
    drawn = names[np.searchsorted(edges, at, side="right")]
    return pl.Series(np.where(alone, "MZ03", np.where(may, drawn, "ordinary")))


def _deaths(rng: np.random.Generator, people: pl.DataFrame) -> pl.Series:
    """Some old parents in ordinary families died in the last thirteen months."""
    may = people.select(
        (pl.col("relation") == "parent")
        & (pl.col("age") >= OLDER)
        & (pl.col("identity") == "ordinary")
    ).to_series()
    dies = may.to_numpy() & (rng.random(len(people)) < CHANCE["dies"])
    back = rng.integers(15, 390, len(people))
    died = pl.Series((np.datetime64(AS_OF) - back).astype("datetime64[D]")).cast(pl.Date)
    return pl.select(pl.when(pl.Series(dies)).then(died)).to_series()


def _disabilities(rng: np.random.Generator, people: pl.DataFrame) -> list[pl.Series]:
    """Certificates of spouses, children and elders, at most one a household; none of the dead."""
    table = marginals()["disability_national_2010_10k"]
    kinds = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
    weight = np.array([table[k] for k in kinds], dtype=float)
    middle = people.select((pl.col("relation") == "head") & (pl.col("adults") > 0)).to_series()
    may = ~middle.to_numpy() & people["died_on"].is_null().to_numpy()
    may &= (people["age"] > 0).to_numpy()
    poor = people["identity"].is_in(list(SHARES)).to_numpy()
    n = len(people)
    hit = may & (rng.random(n) < np.where(poor, CHANCE["disabled_and_poor"], CHANCE["disabled"]))
    nth = people.select("household", hit=pl.Series(hit).cast(pl.Int64))
    hit &= nth.select(pl.col("hit").cum_sum().over("household") == 1).to_series().to_numpy()
    severe = rng.random(n) < table["grade1_2"] / table["total"]
    grade = np.where(severe, rng.integers(1, 3, n), rng.integers(3, 5, n))
    care = np.isin(grade, SEVERE) & (rng.random(n) < CHANCE["needs_care"])
    kind = pl.Series(np.array(kinds)[rng.choice(len(kinds), n, p=weight / weight.sum())])
    shown = pl.Series(hit)
    return pl.select(
        disability=pl.when(shown).then(kind),
        grade=pl.when(shown).then(pl.Series(grade)),
        care=pl.when(shown).then(pl.Series(care)),
    ).get_columns()


def _incomes(rng: np.random.Generator, people: pl.DataFrame) -> list[pl.Series]:
    """Monthly fen: wage (or business), employees' pension, residents' base and personal pension."""
    n = len(people)
    age, ordinary = people["age"].to_numpy(), (people["identity"] == "ordinary").to_numpy()
    adults, size = people["adults"].to_numpy(), people["size"].to_numpy()
    relation = people["relation"].to_numpy()
    well = people["disability"].is_null().to_numpy()
    head = (relation == "head") & (adults > 0)
    chance = np.select(
        [head, relation == "spouse", age >= LEAVES_SCHOOL], list(WORKS.values()), 0.0
    )
    works = ordinary & well & (age < OLD) & (rng.random(n) < chance)
    wage = np.where(works, np.maximum(np.exp(rng.normal(np.log(6200), 0.45, n)), FLOOR), 0)
    old = (age >= OLD) & ordinary
    employee = np.where(
        old & (rng.random(n) < CHANCE["employees_pension"]), rng.integers(2600, 6001, n), 0
    )
    resident = old & (employee == 0)
    base = np.where(resident, 260, 0)
    personal = np.where(resident, rng.integers(40, 251, n), 0)
    total = _by_home(people, wage + employee + base + personal)
    lack = np.where(head & ordinary, np.maximum(FLOOR * size - total, 0), 0)
    wage = np.where(head, wage + lack + _poor_wage(rng, people), wage).round()
    trade = rng.random(n) < CHANCE["trades"]
    money = {"wage": wage, "employee": employee, "base": base, "personal": personal}
    columns = [pl.Series(k, (v * FEN).astype(np.int64)) for k, v in money.items()]
    return [*columns, pl.Series("trade", trade)]


def _by_home(people: pl.DataFrame, value: Ints) -> Ints:
    frame = people.select("household", v=pl.Series(value))
    return frame.select(pl.col("v").sum().over("household")).to_series().to_numpy()


def _poor_wage(rng: np.random.Generator, people: pl.DataFrame) -> Ints:
    at = rng.random(len(people))
    identity, size = people["identity"].to_numpy(), people["size"].to_numpy()
    wage = np.zeros(len(people))
    for name, (low, high) in HEAD_INCOME.items():
        yuan = np.round((low + at * (high - low)) * STANDARD / 10) * 10 * size
        wage = np.where(identity == name, yuan, wage)
    return wage.astype(np.int64)


def _cars(rng: np.random.Generator, homes: pl.DataFrame) -> pl.Series:
    may = homes.select((pl.col("identity") == "ordinary") & (pl.col("adults") > 0)).to_series()
    return pl.Series(may.to_numpy() & (rng.random(len(homes)) < CHANCE["car"]))


def _savings(rng: np.random.Generator, people: pl.DataFrame, homes: pl.DataFrame) -> pl.Series:
    n = len(people)
    home = people["household"].to_numpy()
    car, size = homes["car"].to_numpy()[home], people["size"].to_numpy()
    ordinary, head = people["identity"] == "ordinary", people["relation"] == "head"
    some = rng.integers(3_000, 90_000, n)
    safe = rng.integers(*SAFE_SAVINGS, n) * size
    few = rng.integers(500, 6_000, n)
    rich = ordinary.to_numpy() & ~car & head.to_numpy()
    grown = (
        people.select((pl.col("age") >= ADULT) & pl.col("died_on").is_null()).to_series().to_numpy()
    )
    yuan = np.where(rich, safe, np.where(ordinary.to_numpy(), some, few))
    yuan = np.where(~ordinary.to_numpy() & ~head.to_numpy(), 0, yuan)
    return pl.Series("savings", np.where(grown, yuan, 0).astype(np.int64) * FEN)


def _illness(rng: np.random.Generator, people: pl.DataFrame) -> list[pl.Series]:
    """Own-pay of twelve months: little, but most of the income in a rigid-expenditure family."""
    n = len(people)
    pay = np.minimum(np.exp(rng.normal(np.log(600), 1.0, n)), 30_000).round().astype(np.int64)
    rigid = ((people["identity"] == "MZ06") & (people["relation"] == "head")).to_numpy()
    year = 12 * people["wage"].to_numpy() // FEN
    heavy = np.round(year * (0.9 + 0.5 * rng.random(n))).astype(np.int64)
    poor = people["identity"].is_in(["MZ01", "MZ05", "MZ03"]).to_numpy()
    pay = np.where(rigid, heavy, np.where(poor, np.minimum(pay, 500), pay))
    insured: Bools = rng.random(n) < CHANCE["insured"]
    return [
        pl.Series("own_pay", pay * FEN),
        pl.Series("insured", insured),
        pl.Series("severe_illness", rigid | (rng.random(n) < CHANCE["severe_illness"])),
    ]


def months_of(died_on: pl.Expr, first: int = MONTHS_BACK) -> pl.Expr:
    """Every month that a person's monthly files cover, up to the month of death."""
    last = pl.coalesce(died_on.dt.truncate("1mo"), pl.lit(month(0)))
    return pl.date_ranges(pl.lit(month(first)), last, "1mo")
