"""Facts that would make a class true, or false: without them few rows would ever qualify."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, assert_never

from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.places import in_force, version_at
from ontology.to_frame import count
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from ontology.pack import Pack
    from ontology.to_frame import RoleNode
    from tests.agreement.leaves import Leaf

Place = tuple[str, int]


@dataclass
class Family:
    """One household and its members by row number, with the facts that were settled on."""

    household: int
    members: list[int]
    region: str | None
    facts: dict[tuple[Place, str], Any] = field(default_factory=dict)


@dataclass
class Steering:
    """Settles facts of families towards the truth of classes."""

    pack: Pack
    on: date
    leaves: dict[str, Leaf]
    chance: Random

    def towards(self, e: Expression, at: Place, family: Family, *, wanted: bool) -> None:
        """Settle what an expression needs at a row; what was settled before may change."""
        match e:
            case Compare(name, operator, limit):
                value = self.leaves[name].beside(operator, limit, self.chance, wanted=wanted)
                family.facts[at, name] = value
            case OneOf(name, values):
                family.facts[at, name] = self.among(name, values, wanted=wanted)
            case Is(name, value):
                family.facts[at, name] = value == wanted
            case Received(programme):
                family.facts[at, f"received_{programme}"] = wanted
            case Named(name):
                self.named(name, at, family, wanted=wanted)
            case Not(part):
                self.towards(part, at, family, wanted=not wanted)
            case AllOf(inner) | AnyOf(inner):
                every = isinstance(e, AllOf) == wanted
                for part in inner if every else (self.chance.choice(inner),):
                    self.towards(part, at, family, wanted=wanted)
            case Some() | Only() | AtLeast() | AtMost():
                self.role(e, at, family, wanted=wanted)
            case _:
                assert_never(e)

    def among(self, name: str, values: tuple[Any, ...], *, wanted: bool) -> Any:  # noqa: ANN401
        """A value in a list, or one that is not."""
        if wanted:
            return self.chance.choice(values)
        others = [self.leaves[name].any_value(self.chance) for _ in range(20)]
        return next((other for other in others if other not in values), None)

    def named(self, name: str, at: Place, family: Family, *, wanted: bool) -> None:
        """Settle what the version of a class needs that holds in the family's region."""
        versions = self.pack.classes.get(name, ())
        valid = [n for n, version in enumerate(versions) if in_force(version, self.on)]
        pick = version_at(versions, valid, family.region, self.pack.regions)
        if pick is not None:
            self.towards(versions[pick].expression, at, family, wanted=wanted)

    def role(self, e: RoleNode, at: Place, family: Family, *, wanted: bool) -> None:
        """Settle what so many members need, or all of them; or what the household needs."""
        least, number, part = count(e)
        if e.role not in ("has_member", "member_of"):
            return  # kin and records come as they are drawn
        if at[0] == PERSON:
            home = (HOUSEHOLD, family.household)
            self.towards(part, home, family, wanted=wanted == least)
        elif least == wanted:
            for member in family.members[: max(number, 1)]:
                self.towards(part, (PERSON, member), family, wanted=True)
        else:
            family.facts[at, "roster_closed"] = True
            for member in family.members:
                self.towards(part, (PERSON, member), family, wanted=False)
