"""What departments hold of drawn people: one frame a source, in the columns of `fields.schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from demo.dates import AS_OF, month
from demo.economy import ADULT, SEVERE, Economy, months_of
from demo.fields import AGES, schema
from demo.population import OLD, Population

if TYPE_CHECKING:
    import numpy as np

STUDENT: Final = (18, 21)
SHOP: Final = 0.03
SECOND_HOME: Final = 0.25
ROOM: Final = 20
"""Square metres a head that every owner has at least: more than housing aid asks for."""
MOTORCYCLE: Final = 0.05
VESSEL: Final = 0.01


def records(
    rng: np.random.Generator, population: Population, economy: Economy
) -> dict[str, pl.DataFrame]:
    """Registers, assets, income, health and surveys of everyone drawn."""
    people = economy.persons
    found = {
        "household_register": _register(rng, population, people),
        "deaths": people.filter(pl.col("died_on").is_not_null()),
        "vehicles": _vehicles(rng, people, economy.homes),
        "vessels": _vessels(rng, people, economy.homes),
        "dwellings": _dwellings(rng, people, economy.homes),
        "financial_assets": _balances(people),
        "earnings": _earnings(people),
        "social_benefits": _benefits(people),
        "disability_certificates": _certificates(rng, people),
        "medical_roll": people.filter(pl.col("died_on").is_null()).select(
            "person", "insured", "severe_illness", own_pay_year="own_pay"
        ),
        "means_survey": _surveys(rng, people),
    }
    return {source: fit(source, frame) for source, frame in found.items()}


def fit(source: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the source's columns and types; columns that it lacks are null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema(source).items()
    )


def _register(
    rng: np.random.Generator, population: Population, people: pl.DataFrame
) -> pl.DataFrame:
    since = pl.Series(rng.integers(4000, 9000, len(people)))
    stage = pl.lit("none")
    for first, name in AGES:
        stage = pl.when(pl.col("age") >= first).then(pl.lit(name)).otherwise(stage)
    student = pl.col("age").is_between(*STUDENT) & (pl.col("relation") == "child")
    grown = pl.when(student).then(pl.lit("university")).otherwise(pl.lit("none"))
    homes = population.households.select("household", "village", "township", "rural")
    return people.join(homes, on="household", maintain_order="left").with_columns(
        birth_date="birth",
        sex=pl.when("female").then(pl.lit("female")).otherwise(pl.lit("male")),
        life_status=pl.lit("normal"),
        school_stage=pl.when(pl.col("age") >= ADULT).then(grown).otherwise(stage),
        registered_in="village",
        household_registered_in="village",
        lives_in="village",
        handled_by="township",
        since=pl.max_horizontal("birth", pl.lit(AS_OF) - pl.duration(days=pl.lit(since))),
        spouse_number="spouse",
        father_number="father",
        mother_number="mother",
    )


def _some(rng: np.random.Generator, frame: pl.DataFrame, share: float) -> pl.DataFrame:
    return frame.filter(pl.Series(rng.random(len(frame)) < share))


def _heads(people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The head of every household with what its home is, in the order of households."""
    heads = people.filter(pl.col("relation") == "head")
    return heads.select("person", "household", "identity").join(
        homes.select("household", "car", "rural", "rents", "size"),
        on="household",
        maintain_order="left",
    )


def _vehicles(rng: np.random.Generator, people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    heads = _heads(people, homes)
    cars = heads.filter("car").select("person", vehicle_kind=pl.lit("car"))
    bikes = _some(rng, heads.filter("car"), MOTORCYCLE)
    both = pl.concat([cars, bikes.select("person", vehicle_kind=pl.lit("motorcycle"))])
    return both.with_columns(
        disabled_use=pl.lit(value=False),
        registered_on=pl.lit(AS_OF)
        - pl.duration(days=pl.lit(pl.Series(rng.integers(90, 4000, len(both))))),
    )


def _vessels(rng: np.random.Generator, people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    owners = _some(rng, _heads(people, homes).filter(pl.col("car") & pl.col("rural")), VESSEL)
    living = pl.Series(rng.random(len(owners)) < 1 / 5)
    use = pl.when(living).then(pl.lit("living")).otherwise(pl.lit("production"))
    return owners.select("person", vessel_use=use)


def _dwellings(rng: np.random.Generator, people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    heads = _heads(people, homes)
    well_off = heads.filter(pl.col("identity") == "ordinary")
    second = _some(rng, well_off, SECOND_HOME)
    parts = [
        (heads.filter(~pl.col("rents")), "living", (60, 160)),
        (second, "living", (50, 140)),
        (_some(rng, well_off, SHOP), "commercial", (15, 80)),
    ]
    return pl.concat(
        part.select(
            "person",
            dwelling_use=pl.lit(use),
            dwelling_area=pl.max_horizontal(
                pl.Series(rng.integers(*span, len(part))), ROOM * pl.col("size")
            )
            * 100,
        )
        for part, use, span in parts
    )


def _balances(people: pl.DataFrame) -> pl.DataFrame:
    return (
        people.filter(pl.col("savings") > 0)
        .select("person", balance="savings", balance_month=pl.lit([month(1), month(0)]))
        .explode("balance_month")
    )


def _monthly(people: pl.DataFrame, name: str, amount: str, kind: pl.Expr) -> pl.DataFrame:
    """A row for each month of the files in which the amount is paid."""
    return (
        people.filter(pl.col(amount) > 0)
        .select(
            "person",
            kind.alias(f"{name}_kind"),
            months_of(pl.col("died_on")).alias(f"{name}_month"),
            pl.col(amount).alias(f"{name}_amount"),
        )
        .explode(f"{name}_month")
        .sort(f"{name}_month", "person")
    )


def _earnings(people: pl.DataFrame) -> pl.DataFrame:
    kind = pl.when(pl.col("trade") & (pl.col("identity") == "ordinary"))
    return _monthly(
        people, "earning", "wage", kind.then(pl.lit("business")).otherwise(pl.lit("wage"))
    )


def _benefits(people: pl.DataFrame) -> pl.DataFrame:
    kinds = {
        "employee": "employee_pension",
        "base": "resident_pension_base",
        "personal": "resident_pension_personal",
    }
    parts = [_monthly(people, "benefit", part, pl.lit(kind)) for part, kind in kinds.items()]
    return pl.concat(parts).sort("benefit_month", "person", "benefit_kind")


def _certificates(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    held = people.filter(pl.col("disability").is_not_null())
    issued = pl.lit(AS_OF) - pl.duration(days=pl.lit(pl.Series(rng.integers(120, 3600, len(held)))))
    return held.select(
        "person",
        disability_category="disability",
        disability_grade="grade",
        care_six_months="care",
        labour_able_assessed=~pl.col("grade").is_in(SEVERE) & (pl.col("age") < OLD),
        issued_on=pl.max_horizontal(issued, pl.col("birth") + pl.duration(days=60)),
    )


def _surveys(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Civil affairs visited every household that holds an identity, within the year."""
    held = people.filter((pl.col("identity") != "ordinary") & (pl.col("relation") == "head"))
    days = pl.Series(rng.integers(30, 300, len(held)))
    return held.select(
        "person",
        surveyed_on=pl.lit(AS_OF) - pl.duration(days=pl.lit(days)),
        other_income_year=pl.lit(0),
        other_rigid_spending_year=pl.lit(0),
        consent=pl.lit(value=True),
    )
