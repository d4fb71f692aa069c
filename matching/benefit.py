"""What a programme pays to each unit: exact, rounded only where its formula says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ontology.evaluate import amounts
from ontology.places import chosen

if TYPE_CHECKING:
    from datetime import date

    from matching.statuses import Flags, Money
    from ontology.pack import Pack
    from ontology.programmes import Programme
    from ontology.to_frame import Frames


def formulas(pack: Pack, frames: Frames, programme: Programme, as_of: date) -> dict[str, Flags]:
    """The formulas in force and on which rows each is; a version's own comes first."""
    versions = pack.classes.get(programme.name, ())
    made = chosen(versions, as_of, frames.places[programme.unit], pack.regions)
    texts = [version.benefit or programme.benefit for version in versions]
    if made.single is not None:
        text = texts[made.single]
        return {} if text is None else {text: np.ones(len(made.where.codes), np.bool_)}
    picks = made.numbers
    found: dict[str, Flags] = {}
    for number, text in enumerate(texts):
        if text is not None:
            rows = picks == number
            found[text] = found[text] | rows if text in found else rows
    return {text: rows for text, rows in found.items() if rows.any()}


def benefit(
    pack: Pack, frames: Frames, programme: Programme, as_of: date, holds: Flags
) -> tuple[Money, Flags]:
    """The amount in fen on each row that may hold it, and whether it is known.

    It is not known where nothing is paid, nor on any other row.
    """
    height = frames.rows[programme.unit].height
    amount, known = np.zeros(height, np.int64), np.zeros(height, np.bool_)
    for text, rows in formulas(pack, frames, programme, as_of).items():
        those = rows & holds
        column = amounts(pack, frames, text, programme.unit, as_of, those)
        amount[those] = column.fill_null(0).cast(pl.Int64).to_numpy()
        known[those] = column.is_not_null().to_numpy()
    return amount, known
