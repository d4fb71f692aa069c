"""A programme or class asked of the graph itself: true, false or null (not known) of each unit.

Strong Kleene logic as in `to_frame`, which Cypher's own AND, OR, NOT and `any` follow. Classes are
written out down to the facts that nodes carry (`graph_columns`); the truth of each member is a
list made by a pattern, so that every part stands in the text once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, assert_never

from ontology.cypher_compare import GRAPH, compare_number, compare_ratio, ends
from ontology.cypher_text import indent, joined, plain, settled
from ontology.errors import PolicyError, UnsupportedError, did_you_mean
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
from ontology.formula_frame import Scope
from ontology.graph_columns import LABELS, ROSTER, is_held, may_be_interval
from ontology.places import in_force, version_at
from ontology.plan import bounds_of, plan
from ontology.regions import LEVELS
from ontology.to_frame import count
from ontology.vocabulary import Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from ontology.expression import Operator, Scalar
    from ontology.formula_frame import Bounds
    from ontology.plan import Policies
    from ontology.to_frame import RoleNode
    from ontology.vocabulary import ClassVersion, Item, RoleWord

DEEPEST: Final = 2 * len(LEVELS)
"""So many places may lie around one another; a path needs an end."""
MEMBERS: Final = frozenset({"has_member", "member_of"})
INSTEAD: Final = "Compute it as an indicator in vocabulary.ttl."


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a graph store and the values that it is run with.

    It returns `id`, `truth`, and `applies`: whether any version of the class is in force there.
    """

    text: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A variable of the text that stands for a household or person."""

    name: str
    unit: str

    @property
    def pattern(self) -> str:
        return f"({self.name}:{LABELS[self.unit]})"


@dataclass
class Writing:
    """One question being written: for what day and place, with the values it names so far."""

    pack: Policies
    on: date
    region: str | None
    parameters: dict[str, Any] = field(default_factory=dict)
    names: int = 0
    bounds: dict[str, Bounds] = field(default_factory=dict)
    held: dict[str, dict[str, str]] = field(default_factory=dict)

    def value(self, value: object) -> str:
        """The parameter of a value; equal values share one."""
        held = list(value) if isinstance(value, tuple) else value
        for name, known in self.parameters.items():
            if known == held and type(known) is type(held):
                return f"${name}"
        name = "on" if isinstance(held, date) else f"p{len(self.parameters)}"
        self.parameters[name] = held
        return f"${name}"

    def name(self, letter: str) -> str:
        """A variable that the text does not use yet."""
        self.names += 1
        return f"{letter}{self.names}"

    def row(self, unit: str) -> Row:
        """A new row of a unit.

        Raises:
            UnsupportedError: for a record kind.
        """
        if unit not in LABELS:
            raise UnsupportedError(f"a class of `{unit}`", store=GRAPH, instead=INSTEAD)
        return Row(self.name(unit[0]), unit)

    def bounds_of(self, ratio: str) -> Bounds:
        """What the two numbers of a ratio can be, by what its items declare."""
        made, words = plan(self.pack), self.pack.vocabulary
        if not self.bounds:
            scope = Scope(words, bounds=self.bounds)
            for name in (name for name in made.order if name in made.formulas):
                found = bounds_of(words.indicators[name], made.formulas[name], scope)
                if found:
                    self.bounds[name] = found
        return self.bounds[ratio]


def to_cypher(pack: Policies, asked: str, on: date, region: str | None = None) -> Query:
    """The truth of a programme (by id) or class (by name) for every unit, or those of a place.

    `on` is the day that the graph was made for (its watermark): it selects versions and members.

    Raises:
        PolicyError: where the pack has no such programme, class or property.
        UnsupportedError: where Cypher cannot say it exactly.
    """
    words = pack.vocabulary
    name = words.programmes.get(asked, asked)
    if name not in words.classes:
        near = did_you_mean(asked, [*words.programmes, *words.classes])
        raise PolicyError.saying(f"No programme or class `{asked}`.{near}")
    plan(pack)
    writing = Writing(pack, on, region)
    row = writing.row(words.classes[name].unit)
    truth = settled(class_truth(name, row, writing), row.name, writing.held)
    applies = class_applies(name, row, writing)
    place = [f"WHERE {lies_in(row, region, writing)}"] if region else []
    lines = [
        f"MATCH {row.pattern}",
        *place,
        f"RETURN {row.name}.id AS id,",
        f"       {truth} AS truth,",
        f"       {applies} AS applies",
        "ORDER BY id",
    ]
    return Query("\n".join(lines), writing.parameters)


def kleene(  # noqa: C901, PLR0911 - one case a node
    expression: Expression, row: Row, writing: Writing
) -> str:
    """True, false, or null where a needed value is missing."""
    match expression:
        case AllOf(()) | AnyOf(()) | OneOf(_, ()):
            raise PolicyError.saying("An empty list of conditions would match everyone or no one.")
        case Compare(name, operator, limit):
            return compare(name, operator, limit, row, writing)
        case OneOf(name, values):
            return one_of(name, values, row, writing)
        case Is(name, value):
            column = fact(name, row, writing)
            return column if value else f"(NOT {column})"
        case Received(programme):
            return f"{row.name}.{plain(f'received_{programme}')}"
        case Named(name):
            return named(name, row, writing)
        case AllOf(inner):
            return joined(" AND ", [kleene(part, row, writing) for part in inner])
        case AnyOf(inner):
            return joined(" OR ", [kleene(part, row, writing) for part in inner])
        case Not(part):
            return f"(NOT {kleene(part, row, writing)})"
        case Some() | Only() | AtLeast() | AtMost():
            return role_truth(expression, row, writing)
        case _:
            assert_never(expression)


def item_of(name: str, row: Row, writing: Writing) -> Item:
    """The item or indicator that a name means for a row: the gate of every word in the text.

    Raises:
        PolicyError: where the unit has no such fact.
        UnsupportedError: where the graph does not carry it.
    """
    vocabulary = writing.pack.vocabulary
    item = vocabulary.field(name)
    if item is None or item.unit_of != row.unit:
        raise PolicyError.saying(f"No property `{name}` of {row.unit}.")
    if not is_held(name, vocabulary):
        raise UnsupportedError(f"`{name}`: it is no property there", store=GRAPH, instead=INSTEAD)
    plain(name)
    return item


def fact(name: str, row: Row, writing: Writing) -> str:
    """The property that a fact of a row is read from."""
    return f"{row.name}.{item_of(name, row, writing).name}"


def compare(name: str, operator: Operator, limit: Decimal, row: Row, writing: Writing) -> str:
    """A number beside a limit."""
    item, column = item_of(name, row, writing), fact(name, row, writing)
    interval = may_be_interval(name, plan(writing.pack))
    if isinstance(item, Indicator) and item.is_ratio:
        over, under = (ends(f"{column}{side}", interval=interval) for side in ("__num", "__den"))
        text = compare_ratio(over, under, operator, limit, writing.bounds_of(name), writing.value)
    else:
        number = ends(column, interval=interval)
        text = compare_number(number, operator, limit, item.scale, writing.value)
    return text if text.startswith(("CASE", "(")) else f"({text})"


def one_of(name: str, values: tuple[Scalar, ...], row: Row, writing: Writing) -> str:
    """A value in a list; null stays null."""
    words = tuple(value for value in values if isinstance(value, str))
    if words:
        return f"({fact(name, row, writing)} IN {writing.value(words)})"
    numbers = [value for value in values if not isinstance(value, str)]
    scaled = [number * item_of(name, row, writing).scale for number in numbers]
    if is_single(name, writing) and not any(number % 1 for number in scaled):
        return f"({fact(name, row, writing)} IN {writing.value(tuple(map(int, scaled)))})"
    return joined(" OR ", [compare(name, "=", number, row, writing) for number in numbers])


def is_single(name: str, writing: Writing) -> bool:
    """Whether a number is one property, known or not: no ratio, no interval."""
    item = writing.pack.vocabulary.field(name)
    ratio = isinstance(item, Indicator) and item.is_ratio
    return not ratio and not may_be_interval(name, plan(writing.pack))


def named(name: str, row: Row, writing: Writing) -> str:
    """A class by name; of a programme the identity: where not decided, true of those on its roll.

    A unit is true of each of its rows.
    """
    word = writing.pack.vocabulary.classes.get(name)
    if word is None:
        return "true"
    if word.unit != row.unit:
        raise PolicyError.saying(f"The class `{name}` is of {word.unit}, not of {row.unit}.")
    token = f"<{row.name}.{name}>"
    if token in writing.held.get(row.name, {}):
        return token
    truth = f"// {name}\n{class_truth(name, row, writing)}"
    if not word.programme:
        return truth
    enrolled = f"{row.name}.{plain(f'enrolled_{word.programme}')}"
    held = writing.held.setdefault(row.name, {})
    held[token] = f"coalesce({truth}, CASE WHEN {enrolled} THEN true END)"
    return token


def class_truth(name: str, row: Row, writing: Writing) -> str:
    """What a class means for a row, by the version of its place; null where none applies."""
    versions = writing.pack.classes.get(name, ())
    base, local = in_place(versions, writing)
    meanings = [None if base is None else versions[base].expression]
    meanings += [versions[number].expression for number in local]

    def meaning(number: int | None) -> str:
        return "null" if number is None else kleene(versions[number].expression, row, writing)

    if not local:
        return meaning(base)
    cases = [] if writing.region else [(f"{row.name}.region IS NULL", "null")]
    if any(each != meanings[0] for each in meanings):
        cases += [(lies_in(row, versions[n].applies_in, writing), meaning(n)) for n in local]
    if not cases:
        return meaning(base)
    said = " ".join(f"WHEN {where} THEN {what}" for where, what in cases)
    return f"CASE {said} ELSE {meaning(base)} END"


def class_applies(name: str, row: Row, writing: Writing) -> str:
    """Whether a version of a class is in force for a row; it may be, where the place is unknown."""
    versions = writing.pack.classes.get(name, ())
    base, local = in_place(versions, writing)
    if base is not None or not local:
        return "false" if base is None else "true"
    unknown = [] if writing.region else [f"{row.name}.region IS NULL"]
    return joined(" OR ", unknown + [lies_in(row, versions[n].applies_in, writing) for n in local])


def in_place(
    versions: Sequence[ClassVersion], writing: Writing
) -> tuple[int | None, tuple[int, ...]]:
    """The version for the whole place that is asked about, and those for places inside it.

    The smallest place comes first: the most specific version wins.
    """
    regions, region = writing.pack.regions, writing.region
    valid = [number for number, version in enumerate(versions) if in_force(version, writing.on)]
    local = {
        number: place
        for number in valid
        if (place := versions[number].applies_in) is not None
        and not (region and regions.within(region, place))
        and (region is None or regions.within(place, region))
    }

    def around(number: int) -> int:
        return sum(regions.within(local[number], other) for other in local.values())

    base = version_at(versions, valid, region, regions)
    return base, tuple(sorted(local, key=around, reverse=True))


def lies_in(row: Row, place: str | None, writing: Writing) -> str:
    """Whether a row's region is a place or lies in it; false where it is unknown."""
    return (
        f"EXISTS {{ MATCH (:Region {{id: {row.name}.region}})-[:PART_OF*0..{DEEPEST}]->"
        f"(:Region {{id: {writing.value(place)}}}) }}"
    )


def role_truth(node: RoleNode, row: Row, writing: Writing) -> str:
    """So many at least, or at most, of the rows that a role leads to."""
    word = writing.pack.vocabulary.roles.get(node.role)
    if word is None or word.unit != row.unit:
        raise PolicyError.saying(f"No role `{node.role}` of {row.unit}.")
    if node.role not in MEMBERS:
        raise UnsupportedError(f"the role `{node.role}`", store=GRAPH, instead=INSTEAD)
    least, number, part = count(node)
    if word.inverse:
        return of_owner(part, row, word, writing, (least, number))
    truths = listed(part, row, word, writing)
    wanted = number if least else number + 1
    closed = f"{row.name}.{ROSTER}"
    if wanted == 1:
        text = f"(any(t IN {truths} WHERE t) OR CASE WHEN {closed} THEN false END)"
    else:
        # A list of one list gives the truths a name, so that they stand here once.
        size = writing.value(wanted)
        text = (
            f"head([ts IN [{truths}] | CASE WHEN size([t IN ts WHERE t]) >= {size} THEN true"
            f" WHEN {closed} AND size([t IN ts WHERE coalesce(t, true)]) < {size} THEN false END])"
        )
    return text if least else f"(NOT {text})"


def of_owner(
    part: Expression, row: Row, word: RoleWord, writing: Writing, bound: tuple[bool, int]
) -> str:
    """What holds of the one owner holds of each of its rows; without a known owner, null."""
    least, number = bound
    if number == (1 if least else 0):
        text = f"head({listed(part, row, word, writing)})"
        return text if least else f"(NOT {text})"
    if (number < 1) == least:
        return "true"
    return f"head({listed(None, row, word, writing)})"


def listed(part: Expression | None, row: Row, word: RoleWord, writing: Writing) -> str:
    """The truth of a part (of nothing: false) for each row that a role leads to on the day."""
    other, edge, on = writing.row(word.to), writing.name("m"), writing.value(writing.on)
    way = f"<-[{edge}:HAS_MEMBER]-" if word.inverse else f"-[{edge}:HAS_MEMBER]->"
    truth = (
        "false" if part is None else settled(kleene(part, other, writing), other.name, writing.held)
    )
    return (
        f"[({row.name}){way}{other.pattern}"
        f" WHERE ({edge}.since IS NULL OR {edge}.since <= {on})"
        f" AND ({edge}.until IS NULL OR {edge}.until > {on})\n  | {indent(truth)}]"
    )
