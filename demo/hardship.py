"""What befalls drawn people and opens further aid: frailty, lost work, hired homes, bereavement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.economy import ADULT, SEVERE, SHARES, Economy
from demo.population import OLD

if TYPE_CHECKING:
    from demo.population import Bools

CHANCE: Final = {
    "jobless": 0.4,
    "rents": 0.3,
    "unionist": 0.4,
    "bereaved": 0.012,
    "covered_cancer": 0.5,
}
"""How many of those whom it may befall it does."""
FRAIL: Final = 85
"""From this age on everybody's self-care was assessed, as that of people in hardship is."""
FAILED: Final = (0.5, 0.12, 0.1, 0.08, 0.08, 0.06, 0.06)
"""Of six acts of self-care, how many people manage all but none, one, two and so on."""
FAMILIES: Final = ("martyr_family", "killed_on_duty_family", "died_of_illness_family")
KINDS: Final = ("other_cancer", "kidney_failure", "leukaemia", "mental_disorder", "other")
MINDS: Final = ("intellectual", "mental")


def suffer(rng: np.random.Generator, economy: Economy) -> Economy:
    """The economy with further columns of `persons`, and whether a home is hired.

    failed (acts of self-care, null: never assessed), severe (disabled as the rules of minimum
    living mean it), jobless, unionist, bereaved (kind of family), illness, covered (its stage is).
    """
    people, homes = economy.persons, economy.homes
    n = len(people)
    poor = people["identity"].is_in(list(SHARES)).to_numpy()
    alive = people["died_on"].is_null().to_numpy()
    age, wage = people["age"].to_numpy(), people["wage"].to_numpy()
    well = people["disability"].is_null().to_numpy()
    working_age: Bools = (age >= ADULT) & (age < OLD)
    jobless = poor & well & working_age & (wage == 0) & (rng.random(n) < CHANCE["jobless"])
    edge = (people["identity"] == "MZ05").to_numpy() & (wage > 0)
    unionist = edge & (rng.random(n) < CHANCE["unionist"])
    needy = (people["identity"] == "ordinary").to_numpy() & (people["employee"] == 0).to_numpy()
    bereaved = needy & alive & (age >= OLD) & (rng.random(n) < CHANCE["bereaved"])
    assessed = alive & ((people["identity"] == "MZ03").to_numpy() | (age >= FRAIL))
    failed = rng.choice(len(FAILED), n, p=FAILED)
    family = pl.Series(np.array(FAMILIES)[rng.integers(0, len(FAMILIES), n)])
    covered = (
        poor & people["female"].to_numpy() & people["severe_illness"].to_numpy()
        & (rng.random(n) < CHANCE["covered_cancer"])
    )  # fmt: skip
    kind = pl.Series(np.array(KINDS)[rng.integers(0, len(KINDS), n)])
    cancer = pl.lit("breast_cancer")
    persons = people.with_columns(
        severe=pl.col("grade").is_in(SEVERE)
        | ((pl.col("grade") == max(SEVERE) + 1) & pl.col("disability").is_in(MINDS)),
        failed=pl.when(pl.Series(assessed)).then(pl.Series(failed)),
        jobless=pl.Series(jobless),
        unionist=pl.Series(unionist),
        bereaved=pl.when(pl.Series(bereaved)).then(family),
        covered=pl.Series(covered),
        illness=pl.when(pl.Series(covered)).then(cancer).when("severe_illness").then(kind),
    )
    return hiring(rng, Economy(persons, homes))


def hiring(rng: np.random.Generator, economy: Economy) -> Economy:
    """The economy with whether each home is hired: some are in town, of those in hardship."""
    homes = economy.homes
    helped = homes["identity"].is_in([*SHARES, "MZ03"]) & ~homes["rural"]
    hires = helped.to_numpy() & (rng.random(len(homes)) < CHANCE["rents"])
    homes = homes.with_columns(rents=pl.Series(hires))
    persons = economy.persons.join(
        homes.select("household", "rents", "rural"), on="household", maintain_order="left"
    )
    return Economy(persons, homes)
