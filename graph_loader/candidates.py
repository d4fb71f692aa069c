"""Pairs of payments that may be one too many: keys found in columns, judged later by questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.schema import EXCLUSIVE, SAME_DAY, SAME_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ontology.pack import Pack
    from ontology.tables import CompatibilityRule

Ends = tuple[str, str, str]
COINCIDES: Final = ("Disbursement", "COINCIDES_WITH", "Disbursement")
KEYS: Final = (
    (SAME_MONTH, ("programme", "unit", "unit_id", "for_month")),
    (SAME_DAY, ("thing", "unit", "unit_id", "provided_on")),
)
EXCLUDING: Final = ("exclude", "person_chooses")


def candidates(payments: pl.LazyFrame, pack: Pack) -> dict[Ends, pl.DataFrame]:
    """Edges between payments that share a key, each pair once, from the lesser id to the greater.

    They are generous: status, amounts and exact periods are for the question to judge. Of all
    payments only the columns of one key are held at a time.
    """
    payments = payments.with_columns(for_month=pl.col("for_month").dt.truncate("1mo"))
    found = [_alike(payments, how, key) for how, key in KEYS]
    found += [_apart(payments, pack, rule) for rule in pack.compatibility if rule.rule in EXCLUDING]
    held = [rows.collect(engine="streaming") for rows in found]
    edges = pl.concat(held).unique().sort("from", "to", "how")
    return {COINCIDES: edges} if edges.height else {}


def _alike(payments: pl.LazyFrame, how: str, key: tuple[str, ...]) -> pl.LazyFrame:
    """Pairs with one key; a key with an unknown part pairs with nothing."""
    rows = payments.select("id", *key).drop_nulls()
    several = rows.group_by(key).len().filter(pl.col("len") > 1).select(key)
    rows = rows.join(several, on=key, how="semi")
    return _pairs(rows, rows, key, how)


def _apart(payments: pl.LazyFrame, pack: Pack, rule: CompatibilityRule) -> pl.LazyFrame:
    """Pairs of two programmes of which one shuts out the other, in one period."""
    key = (*_scope(pack, rule), *_period(rule))
    sides = [
        payments.filter(pl.col("programme") == programme).with_columns(
            year=pl.col("for_month").dt.year()
        )
        for programme in (rule.a, rule.b)
    ]
    a, b = (side.select("id", *key).drop_nulls() for side in sides)
    return _pairs(a, b, key, EXCLUSIVE)


def _scope(pack: Pack, rule: CompatibilityRule) -> Iterator[str]:
    """Two payments to persons meet in the person; else in the household they belong to."""
    units = {pack.programmes[p].unit for p in (rule.a, rule.b) if p in pack.programmes}
    yield from ("unit_id",) if rule.scope == "person" and units == {"person"} else ("household",)


def _period(rule: CompatibilityRule) -> Iterator[str]:
    """Payments of one month, or of one year; a rule without such a period holds over all time."""
    yield from {"month": ("for_month",), "year": ("year",)}.get(rule.period, ())


def _pairs(a: pl.LazyFrame, b: pl.LazyFrame, key: tuple[str, ...], how: str) -> pl.LazyFrame:
    met = a.join(b, on=key, suffix="_other").filter(pl.col("id") != pl.col("id_other"))
    return met.select(
        pl.min_horizontal("id", "id_other").alias("from"),
        pl.max_horizontal("id", "id_other").alias("to"),
        pl.lit(how).alias("how"),
    ).unique()
