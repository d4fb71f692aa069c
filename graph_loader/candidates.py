"""Pairs of payments that may be one too many: keys found in columns, judged later by questions.

A key of ten thousand payments makes ten thousand edges, never their square: where a question judges
groups, each payment of a large group hangs on its first (a star); where it judges pairs, a large
side is met by one payment of each name alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ontology.pack import Pack
    from ontology.tables import CompatibilityRule

SAME_MONTH: Final = "same_month"
SAME_DAY: Final = "same_day"
EXCLUSIVE: Final = "exclusive"
HIGHER: Final = "higher"
TOP_UP: Final = "top_up"
ONCE: Final = "once"
ONE_ACCOUNT: Final = "one_account"
SENT_TWICE: Final = "sent_twice"

Ends = tuple[str, str, str]
COINCIDES: Final = ("Disbursement", "COINCIDES_WITH", "Disbursement")
KEYS: Final = (
    (SAME_MONTH, ("programme", "unit", "unit_id", "for_month")),
    (SAME_DAY, ("thing", "unit", "unit_id", "provided_on")),
)
TWICE: Final = ("programme", "household", "for_month", "amount")
RULES: Final = {
    "exclude": EXCLUSIVE,
    "person_chooses": EXCLUSIVE,
    "higher": HIGHER,
    "top_up": TOP_UP,
}
EXCLUDING: Final = ("exclude", "person_chooses")
THINGS: Final = {"dwelling": "aid_dwelling", "case": "aid_case"}
UNRELATED: Final = 3
"""Households on one account from which on a question looks at it."""
LARGE: Final = 50
"""Payments of a side from which on one of each name stands for them."""


def candidates(payments: pl.LazyFrame, pack: Pack) -> dict[Ends, pl.DataFrame]:
    """Edges between payments that share a key, each pair once, from the lesser id to the greater.

    They are generous: status, amounts and exact periods are for the question to judge. Of all
    payments only the columns of one key are held at a time; a key with a column that the payments
    lack, or an unknown part, meets nothing.
    """
    held = {*payments.collect_schema().names()}
    payments = payments.with_columns(for_month=pl.col("for_month").dt.truncate("1mo"))
    if "status" not in held:
        payments = payments.with_columns(status=pl.lit(None, pl.String))
    found = [_alike(payments, how, key) for how, key in KEYS if {*key} <= held]
    if {"account", "household"} <= held:
        found.append(_one_account(payments))
    if {*TWICE} <= held:
        found.append(_sent_twice(payments, pack))
    for rule in pack.compatibility:
        how, key = _how(rule), (*_scope(pack, rule), *_period(rule))
        if how and {*key} - {"year"} <= held:
            found.append(_apart(payments, rule, key, how))
    edges = pl.concat(found).unique().sort("from", "to", "how")
    return {COINCIDES: edges} if edges.height else {}


def _alike(payments: pl.LazyFrame, how: str, key: Sequence[str]) -> pl.DataFrame:
    """Pairs with one key, stars of many."""
    rows = payments.select("id", *key).drop_nulls()
    several = rows.group_by(key).agg(many=pl.len(), first=pl.col("id").min())
    rows = rows.join(several.filter(pl.col("many") > 1), on=key)
    met = rows.collect(engine="streaming")
    few = met.filter(pl.col("many") <= LARGE)
    pairs = few.join(few, on=key, suffix="_other").filter(pl.col("id") < pl.col("id_other"))
    pairs = pairs.select(pl.col("id").alias("from"), pl.col("id_other").alias("to"))
    return pl.concat(
        [pairs.with_columns(how=pl.lit(how)), _stars(met.filter(pl.col("many") > LARGE), how)]
    )


def _stars(rows: pl.DataFrame, how: str) -> pl.DataFrame:
    """From the first of each group to every other."""
    rows = rows.filter(pl.col("first") != pl.col("id"))
    return rows.select(pl.col("first").alias("from"), pl.col("id").alias("to"), how=pl.lit(how))


def _one_account(payments: pl.LazyFrame) -> pl.DataFrame:
    """One payment of each household on an account of several, as stars."""
    rows = payments.select("account", "household", "id").drop_nulls()
    homes = rows.group_by("account", "household").agg(pl.col("id").min())
    shared = homes.group_by("account").agg(many=pl.len(), first=pl.col("id").min())
    shared = shared.filter(pl.col("many") >= UNRELATED)
    return _stars(homes.join(shared, on="account").collect(engine="streaming"), ONE_ACCOUNT)


def _sent_twice(payments: pl.LazyFrame, pack: Pack) -> pl.DataFrame:
    """One programme, month and amount within a household, in the names of different units.

    Two members may each be owed what is given by the person: there one name is the household's.
    """
    of_homes = [p.id for p in pack.programmes.values() if p.unit == "household"]
    rows = payments.select("id", *TWICE, "unit", "unit_id", "status")
    rows = rows.drop_nulls([*TWICE, "unit", "unit_id"])
    ends = [pl.col(c).min().alias(f"{c}_first") for c in ("unit", "unit_id")]
    ends += [pl.col(c).max().alias(f"{c}_last") for c in ("unit", "unit_id")]
    names = pl.col("unit_id_first") != pl.col("unit_id_last")
    mixed = (pl.col("unit_first") != pl.col("unit_last")) | pl.col("programme").is_in(of_homes)
    groups = rows.group_by(TWICE).agg(ends).filter(names & mixed).select(TWICE)
    met = rows.join(groups, on=TWICE, how="semi").collect(engine="streaming")
    return _pairs(met, met, TWICE, SENT_TWICE)


def _how(rule: CompatibilityRule) -> str | None:
    """As what payments of both programmes are paired; rules that let both stand pair nothing."""
    if rule.rule in EXCLUDING and rule.of_grants:
        return ONCE
    return RULES.get(rule.rule)


def _apart(
    payments: pl.LazyFrame, rule: CompatibilityRule, key: Sequence[str], how: str
) -> pl.DataFrame:
    """Pairs of two programmes between which a rule stands, in one period."""
    columns = dict.fromkeys(("id", *key, "unit_id", "status"))
    sides = [
        payments.filter(pl.col("programme") == programme)
        .with_columns(year=pl.col("for_month").dt.year())
        .select(*columns)
        .drop_nulls(key)
        for programme in (rule.a, rule.b)
    ]
    a = sides[0].join(sides[1].select(key).unique(), on=key, how="semi")
    b = sides[1].join(sides[0].select(key).unique(), on=key, how="semi")
    return _pairs(a.collect(engine="streaming"), b.collect(engine="streaming"), key, how)


def _scope(pack: Pack, rule: CompatibilityRule) -> Iterator[str]:
    """What the payments meet in: the thing, the person, else the household they belong to."""
    if rule.scope in THINGS:
        yield THINGS[rule.scope]
        return
    units = {pack.programmes[p].unit for p in (rule.a, rule.b) if p in pack.programmes}
    yield from ("unit_id",) if rule.scope == "person" and units == {"person"} else ("household",)


def _period(rule: CompatibilityRule) -> Iterator[str]:
    """Payments of one month, or of one year; a rule without such a period holds over all time."""
    yield from {"month": ("for_month",), "year": ("year",)}.get(rule.period, ())


def _pairs(a: pl.DataFrame, b: pl.DataFrame, key: Sequence[str], how: str) -> pl.DataFrame:
    """Every pair with one key; of a large side one payment a name, if any that arrived."""
    arrived = pl.col("status").eq("success").fill_null(value=False)
    of = [*dict.fromkeys((*key, "unit_id"))]
    heads = a.with_columns(arrived=arrived).sort("arrived", "id", descending=[True, False])
    heads = heads.unique(of, keep="first", maintain_order=True).select("id", head=True)
    a = a.filter((pl.len().over(key) <= LARGE) | pl.col("id").is_in(heads["id"].implode()))
    met = a.join(b, on=key, suffix="_other").filter(pl.col("id") != pl.col("id_other"))
    return met.select(
        pl.min_horizontal("id", "id_other").alias("from"),
        pl.max_horizontal("id", "id_other").alias("to"),
        pl.lit(how).alias("how"),
    ).unique()
