"""How far a decision is from the other one: the nearest number, and what would turn it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from matching.phrases import decimal, label, phrase, places_of, unit_label
from matching.reasons import Flip, NearMiss
from matching.verdict import flips, real
from ontology.expression import AnyOf, Compare, Named, Not
from ontology.formula_tree import Column
from ontology.vocabulary import Indicator, Item

if TYPE_CHECKING:
    from matching.criteria import Library
    from matching.verdict import Verdict
    from matching.view import Row, View


def turning(root: Verdict, library: Library) -> tuple[Flip, ...]:
    """Criteria any one of which alone would make the unit eligible."""
    found = []
    for verdict, truth in flips(root):
        said = library.says(verdict.expression)
        name = verdict.expression.name if isinstance(verdict.expression, Named) else said
        found.append(Flip(name, phrase("flip" if truth else "unflip", library.lang, what=said)))
    return tuple(dict.fromkeys(found))


def near_miss(root: Verdict, library: Library, view: View) -> NearMiss | None:
    """The number that alone fails, and exactly how far it is from its limit."""
    if root.truth is not False:
        return None
    turned = (verdict for verdict, truth in flips(root) if truth)
    found = [miss for verdict in turned if (miss := _gap(verdict, verdict, library, view))]
    return min(found, key=_share)[1] if found else None


def _share(miss: tuple[Fraction, NearMiss]) -> Fraction:
    return miss[0]


def _gap(
    criterion: Verdict, verdict: Verdict, library: Library, view: View
) -> tuple[Fraction, NearMiss] | None:
    """How far a criterion is from holding, where it comes down to numbers alone.

    Of conditions that must all hold the furthest counts, of alternatives the nearest.
    """
    if isinstance(verdict.expression, Compare):
        return _missed(criterion, verdict, library, view.row(verdict.unit, verdict.at))
    failing = [part for part in verdict.parts if part.truth is not True]
    if isinstance(verdict.expression, Not) or not failing or verdict.bound is not None:
        return None
    found = [_gap(criterion, part, library, view) for part in failing]
    known = [gap for gap in found if gap]
    if isinstance(verdict.expression, AnyOf):
        return min(known, key=_share, default=None)
    return max(known, key=_share) if known and len(known) == len(found) else None


def _missed(
    criterion: Verdict, leaf: Verdict, library: Library, row: Row
) -> tuple[Fraction, NearMiss] | None:
    """How far, as a share of the limit, and told."""
    if not isinstance(leaf.expression, Compare):
        return None
    field, limit = leaf.expression.field, Fraction(leaf.expression.limit)
    item = library.pack.vocabulary.field(field)
    held = real(field, row, item.scale) if item else None
    if item is None or held is None:
        return None
    share = abs(held - limit) / (abs(limit) or 1)
    measured, gap = _measured(item, held, limit, library, row)
    lang = library.lang
    said = decimal(abs(gap), places_of(measured), lang) + unit_label(measured.unit, lang)
    what = label(measured.label, lang, measured.name)
    form = "near" if gap else "at_line"
    name = criterion.expression.name if isinstance(criterion.expression, Named) else field
    difference = decimal(abs(gap), places_of(measured), "en").removeprefix("about ")
    says = phrase(form, lang, what=what, difference=said)
    return share, NearMiss(name, difference, measured.unit, says)


def _measured(
    item: Item, held: Fraction, limit: Fraction, library: Library, row: Row
) -> tuple[Item, Fraction]:
    """The quantity to tell the gap in: what stands above a bare ratio's line, down to exact money.

    `held / limit` is `above / target`, so the target is `above * limit / held`.
    """
    gap = held - limit
    while (
        isinstance(item, Indicator)
        and item.is_ratio
        and (item.unit is None or not _exact(gap, item))
    ):
        inner = _above(item, library)
        above = real(inner.name, row, inner.scale) if inner else None
        if inner is None or above is None or held == 0:
            break
        item, gap, held = inner, gap * above / held, above
    return item, gap


def _exact(gap: Fraction, item: Item) -> bool:
    whole: bool = (gap * 10 ** places_of(item)).denominator == 1
    return whole


def _above(item: Indicator, library: Library) -> Item | None:
    """The one word that is all of a ratio's numerator."""
    root = library.roots.plan.formulas[item.name][0].root
    if isinstance(root, Column) and not root.of:
        return library.pack.vocabulary.field(root.name)
    return None
