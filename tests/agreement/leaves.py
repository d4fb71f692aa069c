"""The facts that classes test, and values of them around every boundary."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final

from ontology.expression import Compare, Is, OneOf, walk
from ontology.places import in_force
from ontology.vocabulary import NUMBERS, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from random import Random

    from ontology.pack import Pack
    from ontology.vocabulary import Item

ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq,
}  # fmt: skip
NEAR: Final = 0.6
RATIO_STEP: Final = Decimal("0.0001")


@dataclass
class Leaf:
    """One fact that some class tests: what it is beside."""

    item: Item
    limits: list[Decimal] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    @property
    def step(self) -> Decimal:
        """One unit of the fact as it is held; of a ratio, one in ten thousand."""
        if isinstance(self.item, Indicator) and self.item.is_ratio:
            return RATIO_STEP
        return Decimal(1) / self.item.scale

    @property
    def least(self) -> Decimal:
        """The least that it can be; nothing, where that is not said."""
        return self.item.least or Decimal(0)

    def any_value(self, chance: Random) -> Any:  # noqa: ANN401 - facts are of any type
        """A value, mostly within one step of a limit."""
        if self.item.datatype == "boolean":
            return chance.random() < 1 / 2
        if self.item.datatype not in NUMBERS:
            return chance.choice(sorted({*self.item.values, *self.words} or {"other"}))
        limit = chance.choice(self.limits)
        if chance.random() < NEAR:
            return max(limit + chance.choice((-1, 0, 1)) * self.step, self.least)
        wide = int((3 * limit + 10) / self.step)
        return chance.randrange(wide) * self.step

    def beside(self, operator: str, limit: Decimal, chance: Random, *, wanted: bool) -> Any:  # noqa: ANN401
        """A number for which a comparison gives the wanted truth, where there is one."""
        near = [max(limit + n * self.step, self.least) for n in (-1, 0, 1)]
        far = [limit / 2, limit * 2 + 10]
        values = near if chance.random() < NEAR else far
        fitting = [v for v in values if ORDERS[operator](v, limit) == wanted]
        fitting = fitting or [v for v in near + far if ORDERS[operator](v, limit) == wanted]
        value = chance.choice(fitting or near)
        return value - value % self.step


def leaves(pack: Pack, on: date) -> dict[str, Leaf]:
    """Every fact that a class in force on a day tests."""
    found: dict[str, Leaf] = {}
    limits: dict[str, list[Decimal]] = defaultdict(list)
    versions = [v for each in pack.classes.values() for v in each if in_force(v, on)]
    for node in (node for version in versions for node in walk(version.expression)):
        if not isinstance(node, Compare | OneOf | Is):
            continue
        item = pack.vocabulary.field(node.field)
        assert item is not None
        leaf = found.setdefault(node.field, Leaf(item, limits[node.field]))
        match node:
            case Compare(_, _, limit):
                leaf.limits.append(limit)
            case OneOf(_, values):
                leaf.words |= {v for v in values if isinstance(v, str)}
                leaf.limits += [v for v in values if not isinstance(v, str)]
            case _:
                continue
    for leaf in found.values():
        leaf.limits.sort()
    return found
