"""Which of several programmes stands when one unit qualifies for more than one of them."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from matching.statuses import EXCLUDED, KEPT, NOTHING, TOPPED_UP, Codes, Flags, Money, Rows
from ontology.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ontology.tables import CompatibilityRule

MONTHS: Final = {"month": 1, "year": 12}
"""What one amount is for; of a single grant, itself."""


class Pays(NamedTuple):
    """What a programme pays on each row, whether that is known, and for which time."""

    amount: Money
    known: Flags
    period: str = "month"


@dataclass(slots=True)
class Standing:
    """One programme over all its units; `after`, `rule` and `amount` change as rules are applied.

    `holds` is the identity: eligible, or undetermined and actively enrolled. `period` is that of
    its amounts.
    """

    unit: str
    eligible: Flags
    holds: Flags
    enrolled: Flags
    amount: Money
    known: Flags
    after: Codes
    rule: Rows
    period: str = "month"

    @classmethod
    def new(
        cls,
        unit: str,
        eligible: Flags,
        *,
        holds: Flags,
        enrolled: Flags,
        pays: Pays,
    ) -> Standing:
        """A programme before any rule: what is eligible is kept."""
        after = np.where(eligible, KEPT, NOTHING).astype(np.uint8)
        none = np.full(len(eligible), -1, np.int64)
        return cls(unit, eligible, holds, enrolled, *pays[:2], after, none, pays.period)

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
        """Where one programme's flags reach another's units: its own person, or all the family.

        A family has one dwelling, so what is exclusive of a dwelling is so of the family. What
        befell a unit is that unit's own case; a member's is the family's.
        """
        if scope in ("person", "case") and unit == to:
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
    """Apply every rule between decided programmes that can change anything, winners first."""
    units = {name: each.unit for name, each in standings.items()}
    for index in in_order(rules, units):
        rule = rules[index]
        if {rule.a, rule.b} <= standings.keys() and acts(rule, units):
            _apply(index, rule, standings[rule.a], standings[rule.b], homes)


def in_order(
    rules: Sequence[CompatibilityRule], units: Mapping[str, str] | None = None
) -> list[int]:
    """The rules' positions: first who stands is settled, then what is deducted from whom.

    Whether `a` stands is settled before it displaces `b`; what it pays, before `b` tops it up. A
    rule that can change nothing puts nothing in order: `units` are those of the programmes.
    """
    order: list[int] = []
    for of_amounts in (False, True):
        some = [n for n, rule in enumerate(rules) if (rule.rule == "top_up") == of_amounts]
        rank = _ranked([rules[n] for n in some], units or {})
        order += sorted(some, key=lambda n: (rank[rules[n].b], n))
    return order


def _ranked(rules: Sequence[CompatibilityRule], units: Mapping[str, str]) -> dict[str, int]:
    before: dict[str, list[str]] = {}
    for rule in rules:
        before.setdefault(rule.b, []).extend([rule.a] if acts(rule, units) else [])
    try:
        order = [*TopologicalSorter(before).static_order()]
    except CycleError as error:
        circle = " → ".join(error.args[1])
        says = f"compatibility.csv: {circle} displace one another in a circle"
        raise PolicyError.saying(says) from error
    return {programme: place for place, programme in enumerate(order)}


def acts(rule: CompatibilityRule, units: Mapping[str, str]) -> bool:
    """Whether a rule can change anything: a person leaves a family, not the family a programme."""
    of_member = (units.get(rule.a), units.get(rule.b)) == ("person", "household")
    idle = rule.rule == "stack" or (of_member and rule.scope == "person")
    return not idle and not of_itself(rule)


def of_itself(rule: CompatibilityRule) -> bool:
    """Whether it says of one programme that it is given once: of grants, not of who qualifies."""
    return rule.a == rule.b and rule.of_grants


def _apply(index: int, rule: CompatibilityRule, a: Standing, b: Standing, homes: Homes) -> None:
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
    """The larger amount stands, `a` if they are equal; an unknown one displaces nothing.

    Amounts of different periods are set side by side over a year.
    """
    amount, known = _amount_at(a, b, homes)
    mine, other = _alike(a, b)
    amount, larger = amount * mine, b.amount * other
    both = both & known & b.known
    if a.unit == b.unit:
        a.lose(both & (larger > amount), index)
    b.lose(both & (larger <= amount), index)


def _top_up(index: int, a: Standing, b: Standing, both: Flags, homes: Homes) -> None:
    """`b` pays what is missing from `a` up to its own amount, never below nothing.

    What `a` pays by the year is deducted by the month, a part of a fen left to the person; what is
    neither established nor drawn of `a` is not deducted.
    """
    amount, known = _amount_at(a, b, homes)
    mine, other = _alike(a, b)
    b.amount[both] = np.maximum(b.amount - amount * mine // other, 0)[both]
    b.known[both] &= known[both]
    b.after[both] = TOPPED_UP
    b.rule[both] = index


def _alike(a: Standing, b: Standing) -> tuple[int, int]:
    """By what the amounts of two programmes are multiplied to be for the same time."""
    if "once" in (a.period, b.period):
        return 1, 1
    return MONTHS[b.period], MONTHS[a.period]


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
