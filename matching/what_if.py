"""Everyone decided again with other values for some standards, from what was decided before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matching.decide import decide_frames
from ontology.evaluate_again import evaluate_again

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import polars as pl

    from matching.decide import Decided


def what_if(
    decided: Decided, values: Mapping[str, Decimal], *, conflicts: pl.DataFrame | None = None
) -> Decided:
    """What these values, in force everywhere, would decide; `conflicts` are the population's.

    What rests on none of these standards, or comes out as before, is taken from before.
    """
    pack = replace(decided.pack, standards=decided.pack.standards.instead(values))
    frames, _ = evaluate_again(pack, decided.frames, decided.as_of, values)
    return decide_frames(pack, frames, decided.as_of, conflicts=conflicts)
