"""Records by kind: what departments hold about a person or a household, and whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.stated import PLACE, dtype, items_of, typed
from ontology.expression import AtLeast, AtMost, Only, Some, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.stated import Stated
    from matching.statuses import Rows
    from matching.units import Units
    from ontology.pack import Pack

REFERENCES: Final = {"unit": pl.String(), "person": pl.String(), "household": pl.String()}
GIVEN: Final = {"department": pl.String(), "source": pl.String(), "origin": pl.String(), **PLACE}


def records(found: Sequence[Stated], pack: Pack, units: Units) -> dict[str, pl.DataFrame]:
    """Every kind of the pack as one table over all sources that give it.

    A row about the household of a person is about the household where that person lives now.
    """
    home = units.persons.select("household", person="id").rename({"household": "home"})
    kinds = {}
    for kind in pack.kinds:
        shaped = [_shaped(one, kind, pack) for one in found if one.kind == kind]
        rows = pl.concat([_empty(kind, pack), *shaped])
        of_home = (pl.col("unit") == "household") & pl.col("household").is_null()
        rows = rows.join(home, on="person", how="left", maintain_order="left").with_columns(
            household=pl.when(of_home).then("home").otherwise("household")
        )
        kinds[kind] = rows.drop("home")
    return kinds


def _columns(kind: str, pack: Pack) -> dict[str, pl.DataType]:
    items = {item.name: dtype(item) for item in items_of(pack, kind)}
    return {**REFERENCES, **items, **GIVEN}


def _empty(kind: str, pack: Pack) -> pl.DataFrame:
    return pl.DataFrame(schema=_columns(kind, pack))


def _shaped(one: Stated, kind: str, pack: Pack) -> pl.DataFrame:
    rows = typed(one.rows, items_of(pack, kind))
    columns = _columns(kind, pack)
    given = {"source": pl.lit(one.source)}
    if "department" not in rows.columns:
        given["department"] = pl.lit(one.department)
    rows = rows.with_columns(**given)
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(of).alias(name)
        for name, of in columns.items()
    )


def used_kinds(pack: Pack) -> list[str]:
    """Kinds that a formula or a class of the pack speaks of."""
    texts = [
        part
        for indicator in pack.indicators.values()
        for part in (
            (indicator.formula,) if isinstance(indicator.formula, str) else indicator.formula
        )
    ]
    texts += [p.benefit for p in pack.programmes.values() if p.benefit]
    versions = [version for versions in pack.classes.values() for version in versions]
    texts += [version.benefit for version in versions if version.benefit]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    roles = {
        node.role
        for version in versions
        for node in walk(version.expression)
        if isinstance(node, Some | Only | AtLeast | AtMost)
    }
    return [kind for kind in pack.kinds if kind in words or f"has_{kind}" in roles]


def owned(table: pl.DataFrame, owner: str, units: Units) -> tuple[pl.DataFrame, Rows]:
    """The records of known owners in the order of the owners' rows, and those rows.

    A household's record may be stated of one of its members; a person's is never a household's.
    """
    place = pl.DataFrame({"person": units.persons["id"], "at": np.arange(units.persons.height)})
    if owner == "household":
        place = place.with_columns(at=pl.Series(units.home))
        homes = units.households.select(household="id").with_row_index("own")
        table = table.join(homes.cast({"own": pl.Int64}), on="household", how="left")
        table = table.join(place, on="person", how="left")
        table = table.with_columns(at=pl.coalesce("own", "at")).drop("own")
    else:
        table = table.join(place, on="person", how="left")
    table = table.filter(pl.col("at") >= 0).sort("at", "origin", maintain_order=True)
    return table.drop("at"), table["at"].to_numpy().astype(np.int64)


def by_row(said: pl.DataFrame, table: pl.DataFrame) -> tuple[pl.DataFrame, Rows]:
    """Statements about the ids of a table in the order of its rows, and those rows."""
    rows = pl.DataFrame({"id": table["id"], "at": np.arange(table.height)})
    found = said.join(rows, on="id").sort("at", "origin")
    return found.drop("at"), found["at"].to_numpy().astype(np.int64)
