"""Everyone decided again with other values for some standards, from what was decided before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matching.decide import decide_frames
from ontology import formula
from ontology.evaluate_again import evaluate_again

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import polars as pl

    from matching.decide import Decided
    from ontology.pack import Pack
    from ontology.programmes import Programme


def what_if(
    decided: Decided, values: Mapping[str, Decimal], *, conflicts: pl.DataFrame | None = None
) -> Decided:
    """What these values, in force everywhere, would decide; `conflicts` are the population's.

    What rests on none of these standards, or comes out as before, is taken from before.
    """
    pack = replace(decided.pack, standards=decided.pack.standards.instead(values))
    frames, changed = evaluate_again(pack, decided.frames, decided.as_of, values)
    pays = {
        name: paid
        for name, paid in decided.pays.items()
        if not read_by_benefits(pack, pack.programmes[name]) & changed
    }
    return decide_frames(pack, frames, decided.as_of, conflicts=conflicts, pays=pays)


def read_by_benefits(pack: Pack, programme: Programme) -> frozenset[str]:
    """The words from which what a programme pays is reckoned."""
    versions = pack.classes.get(programme.name, ())
    texts = {version.benefit or programme.benefit for version in versions} - {None}
    parsed = (formula.parse(str(text), pack.vocabulary, programme.unit) for text in texts)
    return frozenset(word for each in parsed for word in each.uses)
