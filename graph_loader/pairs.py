"""Rows and people compared by Splink (DuckDB) with weights that are given, not learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from ontology.linking import LISTS, MILLI, MILLION

if TYPE_CHECKING:
    from collections.abc import Collection

    from ontology.linking import Comparison, Level, Linking

ROW: Final = "row"
PERSON: Final = "person"
ID: Final = "unique_id"
PAIRS: Final = {
    ROW: pl.String(),
    PERSON: pl.String(),
    "weight": pl.Int64(),
    "probability": pl.Int64(),
}
NO_LEVEL: Final = -1


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs of a row and a person from a weight on, with the level (-1: unknown) of each."""

    pairs: pl.DataFrame
    comparisons: tuple[Comparison, ...]


def score(
    rows: pl.DataFrame, people: pl.DataFrame, linking: Linking, lists: Collection[str] = LISTS
) -> Scored:
    """Every pair that a block brings together and that is not too unlikely.

    Both frames have the column `id` and those that are compared; `lists` hold several values.
    `weight` is in thousandths of a bit, `probability` in millionths; a column `at_<comparison>`
    for each level, counted from 0 for the strictest.
    """
    if rows.is_empty() or people.is_empty():
        levels = {f"at_{c.name}": pl.Int64() for c in linking.comparisons}
        return Scored(pl.DataFrame(schema={**PAIRS, **levels}), linking.comparisons)
    predicted = _predicted(rows, people, linking, lists)
    pairs = predicted.select(
        pl.col("unique_id_l").alias(ROW),
        pl.col("unique_id_r").alias(PERSON),
        weight=(pl.col("match_weight") * MILLI).round().cast(pl.Int64),
        probability=(pl.col("match_probability") * MILLION).floor().cast(pl.Int64),
        **{f"at_{c.name}": _level_at(c) for c in linking.comparisons},
    )
    return Scored(pairs.filter(_needed(linking)).sort(ROW, PERSON), linking.comparisons)


def _predicted(
    rows: pl.DataFrame, people: pl.DataFrame, linking: Linking, lists: Collection[str]
) -> pl.DataFrame:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI()
    try:
        # Splink takes the first table of two as the left one by its name.
        tables = [
            api.register(frame.rename({"id": ID}).to_arrow(), dataset_display_name=name)
            for name, frame in (("a_rows", rows), ("b_people", people))
        ]
        linker = Linker(
            tables, cast("Any", settings(linking, lists)), log_level=None, validate_settings=False
        )
        found = linker.inference.predict(
            threshold_match_probability=float(linking.doubt), warning_mode="never"
        )
        told = pl.from_arrow(found.as_pyarrow_table())  # type: ignore[no-untyped-call]
    finally:
        api.duckdb_con.close()
    return cast("pl.DataFrame", told)


def settings(linking: Linking, lists: Collection[str] = LISTS) -> Any:  # noqa: ANN401 - Splink is untyped
    """The same as Splink says it: levels with their m and u, and blocking rules."""
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=float(linking.prior),
        comparisons=[_comparison(each) for each in linking.comparisons],
        blocking_rules_to_generate_predictions=[_block(b, lists) for b in linking.blocks],
        retain_matching_columns=True,
    )


def _comparison(comparison: Comparison) -> Any:  # noqa: ANN401
    from splink.internals.comparison_library import CustomComparison

    column = next(level.column for level in comparison.levels)
    null = {
        "sql_condition": f'"{column}_l" IS NULL OR "{column}_r" IS NULL',
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    levels = [_level(level).configure(**_given(level)) for level in comparison.levels]
    return CustomComparison([null, *levels], output_column_name=comparison.name)


def _given(level: Level) -> dict[str, Any]:
    return {
        "m_probability": float(level.m),
        "u_probability": float(level.u),
        "label_for_charts": level.name,
    }


def _level(level: Level) -> Any:  # noqa: ANN401
    import splink.comparison_level_library as levels

    match level.kind:
        case "same":
            return levels.ExactMatchLevel(level.column)
        case "edits":
            return levels.DamerauLevenshteinLevel(level.column, int(level.limit))
        case "jaro":
            return levels.JaroWinklerLevel(level.column, float(level.limit))
        case "any":
            return levels.ArrayIntersectLevel(level.column, 1)
        case "else":
            return levels.ElseLevel()
        case _:
            raise ValueError(level.kind)


def _block(columns: tuple[str, ...], lists: Collection[str]) -> Any:  # noqa: ANN401
    from splink import block_on

    several = [column for column in columns if column in lists]
    return block_on(*columns, arrays_to_explode=several) if several else block_on(*columns)


def _level_at(comparison: Comparison) -> pl.Expr:
    """Splink counts the levels of a comparison from the last one up; -1 is unknown."""
    gamma = pl.col(f"gamma_{comparison.name}").cast(pl.Int64)
    return pl.when(gamma >= 0).then(len(comparison.levels) - 1 - gamma).otherwise(NO_LEVEL)


def _needed(linking: Linking) -> pl.Expr:
    """Whether one of the levels holds without which nothing is a link."""
    named = {c.name: [level.name for level in c.levels] for c in linking.comparisons}
    wanted = [
        pl.col(f"at_{name}").is_in([named[name].index(level) for level in levels])
        for name, levels in linking.needs.items()
    ]
    return pl.any_horizontal(wanted) if wanted else pl.lit(value=True)
