"""Which of several programmes stands when one unit qualifies for more than one of them."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from matching.statuses import EXCLUDED, KEPT, NOTHING, TOPPED_UP, Codes, Flags, Money, Rows
from ontology.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ontology.tables import CompatibilityRule


@dataclass(slots=True)
class Standing:
    """One programme over all its units; `after`, `rule` and `amount` change as rules are applied.

    `holds` is the identity: eligible, or undetermined and actively enrolled.
    """

    unit: str
    eligible: Flags
    holds: Flags
    enrolled: Flags
    amount: Money
    known: Flags
    after: Codes
    rule: Rows

    @classmethod
    def new(
        cls,
        unit: str,
        eligible: Flags,
        *,
        holds: Flags,
        enrolled: Flags,
        pays: tuple[Money, Flags],
    ) -> Standing:
        """A programme before any rule: what is eligible is kept."""
        after = np.where(eligible, KEPT, NOTHING).astype(np.uint8)
        none = np.full(len(eligible), -1, np.int64)
        amount, known = pays
        return cls(unit, eligible, holds, enrolled, amount.copy(), known.copy(), after, none)

    @property
    def stands(self) -> Flags:
        """Where it is held and no other programme took its place."""
        stands: Flags = self.holds & (self.after != EXCLUDED)
        return stands

    def lose(self, where: Flags, rule: int) -> None:
        """Give way on these rows."""
        lost = where & self.eligible & (self.after != EXCLUDED)
        self.after[lost] = EXCLUDED
        self.rule[lost] = rule


@dataclass(frozen=True, slots=True)
class Homes:
    """The household row of every person (-1 for none), and whom a family's programme counts."""

    of: Rows
    households: int
    counted: Flags

    def at(self, flags: Flags, unit: str, to: str, scope: str) -> Flags:
        """Where one programme's flags reach another's units: its own person, or all the family."""
        if scope == "person" and unit == to:
            return flags
        if scope == "person" and unit == "person":
            return np.zeros(self.households, np.bool_)
        home = flags if unit == "household" else self._any_member(flags)
        if to == "household":
            return home
        member = np.append(home, False)[self.of]
        return member & self.counted if scope == "person" else member

    def _any_member(self, flags: Flags) -> Flags:
        rows = self.of[flags & (self.of >= 0)]
        return np.bincount(rows, minlength=self.households).astype(np.bool_)

    def share(self, amount: Money, known: Flags) -> tuple[Money, Flags]:
        """A family's amount by counted member, rounded down to the smallest unit of money."""
        mine = self.counted & (self.of >= 0)
        count = np.bincount(self.of[mine], minlength=self.households)
        each = amount // np.maximum(count, 1)
        return np.append(each, 0)[self.of], np.append(known, False)[self.of]


def settle(
    rules: Sequence[CompatibilityRule], standings: Mapping[str, Standing], homes: Homes
) -> None:
    """Apply every rule between programmes that are decided, winners first."""
    for index in in_order(rules):
        rule = rules[index]
        if rule.a in standings and rule.b in standings:
            _apply(index, rule, standings[rule.a], standings[rule.b], homes)


def in_order(rules: Sequence[CompatibilityRule]) -> list[int]:
    """The rules' positions, so that whether `a` stands is settled before it displaces `b`."""
    before: dict[str, list[str]] = {}
    for rule in rules:
        before.setdefault(rule.b, []).append(rule.a)
    try:
        order = [*TopologicalSorter(before).static_order()]
    except CycleError as error:
        circle = " → ".join(error.args[1])
        says = f"compatibility.csv: {circle} displace one another in a circle"
        raise PolicyError.saying(says) from error
    rank = {programme: place for place, programme in enumerate(order)}
    return sorted(range(len(rules)), key=lambda index: (rank[rules[index].b], index))


def _apply(index: int, rule: CompatibilityRule, a: Standing, b: Standing, homes: Homes) -> None:
    if rule.scope not in ("person", "household"):
        says = f"compatibility.csv: scope `{rule.scope}` needs facts that a decision does not have"
        raise PolicyError.saying(f"{says}: use `person` or `household` for {rule.a} and {rule.b}")
    both = homes.at(a.stands, a.unit, b.unit, rule.scope) & b.eligible & (b.after != EXCLUDED)
    match rule.rule:
        case "exclude":
            b.lose(both, index)
        case "person_chooses":
            _choose(index, a, b, both)
        case "higher":
            _higher(index, a, b, both, homes)
        case "top_up":
            _top_up(index, a, b, both, homes)
        case _:
            return


def _choose(index: int, a: Standing, b: Standing, both: Flags) -> None:
    """Who receives only `b` has chosen it; everyone else is offered `a`."""
    if a.unit == b.unit:
        chosen = both & b.enrolled & ~a.enrolled
        a.lose(chosen, index)
        both = both & ~chosen
    b.lose(both, index)


def _higher(index: int, a: Standing, b: Standing, both: Flags, homes: Homes) -> None:
    """The larger amount stands, `a` if they are equal; an unknown one displaces nothing."""
    amount, known = _amount_at(a, b, homes)
    both = both & known & b.known
    if a.unit == b.unit:
        a.lose(both & (b.amount > amount), index)
    b.lose(both & (b.amount <= amount), index)


def _top_up(index: int, a: Standing, b: Standing, both: Flags, homes: Homes) -> None:
    """`b` pays what is missing from `a` up to its own amount, never below nothing."""
    amount, known = _amount_at(a, b, homes)
    b.amount[both] = np.maximum(b.amount - amount, 0)[both]
    b.known[both] &= known[both]
    b.after[both] = TOPPED_UP
    b.rule[both] = index


def _amount_at(a: Standing, b: Standing, homes: Homes) -> tuple[Money, Flags]:
    """What `a` pays, on the rows of `b`."""
    if a.unit == b.unit:
        return a.amount, a.known
    if a.unit == "household":
        return homes.share(a.amount, a.known)
    rows = homes.of[a.stands & (homes.of >= 0)]
    paid = np.zeros(homes.households, np.int64)
    np.add.at(paid, rows, a.amount[a.stands & (homes.of >= 0)])
    unknown = np.bincount(
        homes.of[a.stands & ~a.known & (homes.of >= 0)], minlength=homes.households
    )
    return paid, unknown == 0
