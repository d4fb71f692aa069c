"""The words of a pack: data items, indicators, record kinds, classes, roles. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from ontology.expression import Expression

Text: TypeAlias = Mapping[str, str]
Datatype: TypeAlias = Literal["decimal", "integer", "boolean", "string", "date", "region", "enum"]

HOUSEHOLD: Final = "household"
PERSON: Final = "person"
KIN: Final = "kin"
DIED_ON: Final = "died_on"
NUMBERS: Final = frozenset({"decimal", "integer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A fact as a department states it; a number is held as an integer, `scale` times the value.

    `unit_of` says whose fact it is: `household`, `person`, or a record kind. `other_words` are
    further words that people write for its values. `shows_death`: whose record it is was dead on
    that day, though it is not the day of death.
    """

    name: str
    unit_of: str
    datatype: Datatype
    label: Text
    definition: Text = field(default_factory=dict)
    notation: str | None = None
    scale: int = 1
    values: tuple[str, ...] = ()
    value_labels: Mapping[str, Text] = field(default_factory=dict)
    other_words: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    least: Decimal | None = None
    greatest: Decimal | None = None
    sensitivity: str | None = None
    shows_death: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Item):
    """A value that decisions use: an item with a formula, or (numerator, denominator) of a ratio.

    `reading` states how we read the law where it is silent; only then may the formula COALESCE.
    """

    formula: str | tuple[str, str]
    reading: Text | None = None

    @property
    def is_ratio(self) -> bool:
        return not isinstance(self.formula, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record that a person or a household owns, its name in snake_case.

    `window_months`: so many months back must be on file before no row means none. `single`: nobody
    owns two (its role is functional), so that who owns one is known to own no other. `projected`:
    its rows are nodes of the graph; what only sums read stays in the lake. `lasting`: what it
    records never ends (a death), so that who has none on a day had none before.
    """

    name: str
    owner: str
    label: Text
    window_months: int = 0
    single: bool = False
    projected: bool = True
    lasting: bool = False
    definition: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassVersion:
    """What a class means from one date to another (exclusive), in one region and all below it."""

    name: str
    expression: Expression
    unit: str
    label: Text
    definition: Text = field(default_factory=dict)
    notation: str | None = None
    sources: tuple[str, ...] = ()
    readings: tuple[Text, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    applies_in: str | None = None
    benefit: str | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ClassWord:
    """A class by its base name: what it is about; `programme` is its id, if it is one."""

    unit: str
    label: Text = field(default_factory=dict)
    programme: str | None = None
    notation: str | None = None


@dataclass(frozen=True, slots=True)
class RoleWord:
    """A role from a row of `unit` to rows of `to`; `inverse` when each row has one at most."""

    unit: str
    to: str
    label: Text = field(default_factory=dict)
    inverse: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a number is held: integers between two bounds (None: not known), `scale` to one."""

    scale: int = 1
    least: int | None = None
    greatest: int | None = None


def days_of_death(items: Mapping[str, Item], kind: str) -> tuple[str, ...]:
    """Which words of a kind of record tell a day on which somebody was dead."""
    shown = (item.name for item in items.values() if item.unit_of == kind and item.shows_death)
    return (DIED_ON, *shown)


HAS_MEMBER: Final = RoleWord(HOUSEHOLD, PERSON, {"zh": "成员", "en": "member"})
MEMBER_OF: Final = RoleWord(PERSON, HOUSEHOLD, {"zh": "所在家庭", "en": "household"}, "has_member")
HAS_KIN: Final = RoleWord(PERSON, PERSON, {"zh": "亲属", "en": "relative"})


def roles_of(kinds: Mapping[str, Kind]) -> dict[str, RoleWord]:
    """The roles that every pack has, and `has_<kind>` for each of its record kinds."""
    own = {f"has_{name}": RoleWord(kind.owner, name, kind.label) for name, kind in kinds.items()}
    return own | {"has_member": HAS_MEMBER, "member_of": MEMBER_OF, "has_kin": HAS_KIN}


@dataclass(frozen=True)
class Vocabulary:
    """Every word that an expression or formula may use, by its snake_case name.

    `standards` gives how each parameter is held (its name without `std.`); `iris` gives the IRI of
    each name, which only the OWL side needs; `unread` are notations of facts that are known and
    that nothing in the pack reads.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    classes: Mapping[str, ClassWord] = field(default_factory=dict)
    standards: Mapping[str, Measure] = field(default_factory=dict)
    iris: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @cached_property
    def roles(self) -> Mapping[str, RoleWord]:
        return roles_of(self.kinds)

    @cached_property
    def programmes(self) -> Mapping[str, str]:
        """Class name of each programme id."""
        return {word.programme: name for name, word in self.classes.items() if word.programme}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of each IRI."""
        return {iri: name for name, iri in self.iris.items()}

    def field(self, name: str) -> Item | None:
        """The item or indicator of that name; a name is used once."""
        return self.indicators.get(name) or self.items.get(name)

    def columns(self, unit: str) -> frozenset[str]:
        """Names that a formula about this unit may use for its own row."""
        held = chain(self.items.values(), self.indicators.values())
        own = {item.name for item in held if item.unit_of == unit}
        return frozenset(own | {name for name, word in self.classes.items() if word.unit == unit})
