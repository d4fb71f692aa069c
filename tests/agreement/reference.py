"""A fifth way to decide: the pack's own files, read and followed one row at a time.

It shares no code with what it is put beside, so that a mistake that columns, reasons and graphs
make alike is seen. It is slow, and says each rule of the language once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from rdflib import OWL, XSD, URIRef
from sqlglot import exp

from tests.agreement import numbers
from tests.agreement.formulas import parsed, value, worked_out
from tests.agreement.numbers import (
    UNKNOWN,
    Number,
    Truth,
    anyone,
    at_least,
    everyone,
    number,
    opposite,
)
from tests.agreement.source import AG, NUMBERS, ROLES, UNITS, Source, Word, snake

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rdflib.term import Node

HOUSEHOLD: Final = "household"
PERSON: Final = "person"
FACETS: Final = {
    XSD.minInclusive: ">=",
    XSD.maxInclusive: "<=",
    XSD.minExclusive: ">",
    XSD.maxExclusive: "<",
}
LEAST: Final = (OWL.minQualifiedCardinality, OWL.minCardinality)
MOST: Final = (OWL.maxQualifiedCardinality, OWL.maxCardinality)
EXACTLY: Final = (OWL.qualifiedCardinality, OWL.cardinality)


@dataclass
class World:
    """Everyone, as rows; `owners` says whose each row is, by table, and `leads` whom kin are."""

    source: Source
    on: date
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    owners: Mapping[str, Sequence[int]]
    leads: Sequence[int]
    stated: Mapping[str, Mapping[str, Sequence[Any]]]

    def __post_init__(self) -> None:
        self.facts: dict[tuple[str, int, str], Any] = {}
        self.truths: dict[tuple[str, int], tuple[Truth, bool]] = {}

    def forget(self) -> None:
        """Remember nothing of what was found."""
        self.facts.clear()
        self.truths.clear()

    @cached_property
    def owned(self) -> dict[str, list[list[int]]]:
        """The rows of each owner, by table."""
        found: dict[str, list[list[int]]] = {}
        for table, owners in self.owners.items():
            unit = self.owner_of(table)
            found[table] = [[] for _ in self.tables[unit]]
            for row, owner in enumerate(owners):
                if owner >= 0:
                    found[table][owner].append(row)
        return found

    def owner_of(self, table: str) -> str:
        """Whose rows a table holds."""
        kinds = self.source.kinds
        return {PERSON: HOUSEHOLD, "kin": PERSON}.get(table) or kinds[table].owner

    def home(self, unit: str, at: int) -> int:
        return at if unit == HOUSEHOLD else self.owners[PERSON][at]

    def region(self, unit: str, at: int) -> str | None:
        """A person's place is the household's."""
        home = self.home(unit, at)
        own: str | None = self.tables[unit][at].get("region")
        return (self.tables[HOUSEHOLD][home].get("region") if home >= 0 else None) or own

    def fact(self, unit: str, at: int, name: str) -> Any:  # noqa: ANN401
        """A fact of a row: what is stated, else what is on file, else what its formula yields."""
        key = unit, at, name
        if key not in self.facts:
            self.facts[key] = self._fact(*key)
        return self.facts[key]

    def _fact(self, unit: str, at: int, name: str) -> Any:  # noqa: ANN401
        source = self.source
        if name in source.classes:
            return None if at < 0 else self.identity(name, at)
        word = source.words[name]
        numeric = word.datatype in NUMBERS
        if at < 0:
            return UNKNOWN if numeric else None
        said = self.said(unit, at, name)
        if said is None and not word.formulas:
            said = self.tables[unit][at].get(name)
        if said is None and word.formulas:
            return self.computed(unit, at, name)
        if not numeric:
            return said
        if len(word.formulas) > 1:
            return numbers.divide(*map(number, Fraction(said).as_integer_ratio()))
        return number(None if said is None else Fraction(said) / word.scale)

    def said(self, unit: str, at: int, name: str) -> Any:  # noqa: ANN401
        """What is stated of a fact; of a quotient also by another that is a multiple of it."""
        values = self.stated.get(unit, {}).get(name)
        if values is not None and values[at] is not None:
            return values[at]
        for other, factor in self.multiples.get(name, ()):
            values = self.stated.get(unit, {}).get(other)
            if values is not None and values[at] is not None:
                return Fraction(values[at]) * factor
        return None

    @cached_property
    def multiples(self) -> dict[str, list[tuple[str, Fraction]]]:
        """Quotients of one sum whose lines differ by a constant, and that constant."""
        found: dict[str, list[tuple[str, Fraction]]] = {}
        for one, other in permutations(self.quotients, 2):
            (own, rest), (theirs, others) = line_of(one.formulas[1]), line_of(other.formulas[1])
            if one.formulas[0] == other.formulas[0] and rest == others:
                found.setdefault(one.name, []).append((other.name, theirs / own))
        return found

    @cached_property
    def quotients(self) -> list[Word]:
        """The facts with a line whose upper side is one plain fact."""
        words = self.source.words
        return [
            word
            for word in words.values()
            if len(word.formulas) > 1
            and word.formulas[0] in words
            and len(words[word.formulas[0]].formulas) == 1
        ]

    def computed(self, unit: str, at: int, name: str) -> Any:  # noqa: ANN401
        """What formulas yield; of what stands above a stated quotient, what follows from that."""
        word, here = self.source.words[name], Here(self, {"": (unit, at)})
        for other in self.quotients:
            if other.formulas[0] == name:
                found = self.above(at, name, other.name)
                if found is not None:
                    return number(found)
        made = [worked_out(text, here) for text in word.formulas]
        return made[0] if len(made) == 1 else numbers.divide(*made)

    def above(self, at: int, name: str, quotient: str) -> Fraction | None:
        """A stated quotient times what is below its line, where that is a whole number of parts."""
        word = self.source.words[quotient]
        said = self.said(word.unit, at, quotient)
        if said is None:
            return None
        below = worked_out(word.formulas[1], Here(self, {"": (word.unit, at)}))
        if below.top.exact is None or below.bottom != numbers.ONE:
            return None
        found = Fraction(said) * below.top.exact
        return found if (found * self.source.words[name].scale).denominator == 1 else None

    def identity(self, name: str, at: int) -> Truth:
        """A class as others use it: of a programme also true of who is on its roll undecided."""
        truth = self.truth(name, at)[0]
        if truth is None and name in self.source.ids:
            unit = self.source.classes[name][0]
            roll = self.tables[unit][at].get(f"enrolled_{self.source.ids[name]}")
            return True if roll else None
        return truth

    def truth(self, name: str, at: int) -> tuple[Truth, bool]:
        """Whether a class holds of a row, and whether it means anything there."""
        if (name, at) not in self.truths:
            unit = self.source.classes[name][0]
            inside = [m for m in self.source.meanings(name) if m.holds(self.on)]
            region = self.region(unit, at)
            around = self.source.around(region)
            here = [m for m in inside if m.place is None or m.place in around]
            nearest = sorted(here, key=lambda m: around.index(m.place) if m.place else len(around))
            if region is None and any(m.place for m in inside):
                self.truths[name, at] = None, True
            elif not nearest:
                self.truths[name, at] = None, False
            else:
                self.truths[name, at] = self.holds(nearest[0].node, unit, at), True
        return self.truths[name, at]

    def holds(self, node: Node, unit: str, at: int) -> Truth:
        """Whether a class expression holds of a row."""
        source = self.source
        if isinstance(node, URIRef):
            return (
                True
                if node in UNITS or snake(node) in self.source.kinds
                else (self.identity(snake(node), at))
            )
        for predicate, join in ((OWL.intersectionOf, everyone), (OWL.unionOf, anyone)):
            head = source.value(node, predicate)
            if head is not None:
                return join([self.holds(part, unit, at) for part in source.items(head)])
        inner = source.value(node, OWL.complementOf)
        if inner is not None:
            return opposite(self.holds(inner, unit, at))
        target = source.value(node, OWL.onProperty)
        if target == AG.hasReceived:
            under = source.value(source.value(node, OWL.someValuesFrom), OWL.hasValue)
            received = f"received_{self.source.ids[snake(under or node)]}"
            return Here(self, {"": (unit, at)}).flag(received)
        role = ROLES.get(URIRef(str(target))) or snake(target or node).removeprefix("has_")
        if role in (*ROLES.values(), *self.source.kinds):
            return self.role(node, role, unit, at)
        return self.data(node, self.fact(unit, at, snake(target or node)))

    def role(self, node: Node, role: str, unit: str, at: int) -> Truth:
        """So many at least, or at most, of the rows that a role leads to."""
        source, found = self.source, []
        part = source.value(node, OWL.someValuesFrom)
        if part is not None:
            return self.counted(1, part, role, unit, at)
        part = source.value(node, OWL.allValuesFrom)
        if part is not None:
            return opposite(self.counted(1, part, role, unit, at, opposite))
        part = source.value(node, OWL.onClass)
        for words, least, most in ((LEAST, 1, 0), (MOST, 0, 1), (EXACTLY, 1, 1)):
            number_of = next((v for w in words if (v := source.value(node, w)) is not None), None)
            if number_of is not None and least:
                found.append(self.counted(int(str(number_of)), part, role, unit, at))
            if number_of is not None and most and role == "member_of" and str(number_of) != "0":
                found.append(True)  # nobody lives in two households
            elif number_of is not None and most:
                found.append(opposite(self.counted(int(str(number_of)) + 1, part, role, unit, at)))
        return everyone(found)

    def counted(  # noqa: PLR0913, PLR0917 - how many of what, through which role of whom
        self,
        least: int,
        part: Node | None,
        role: str,
        unit: str,
        at: int,
        turned: Any = bool,  # noqa: ANN401
    ) -> Truth:
        """Whether so many at least meet a part (or turned about, do not meet it)."""
        to, rows, whole = self.through(role, unit, at)
        truths = [None if row < 0 or part is None else self.holds(part, to, row) for row in rows]
        if turned is opposite:
            truths = [opposite(truth) for truth in truths]
        if rows == [-1] and role == "member_of" and least > 1:
            return None
        return at_least(least, truths, whole=whole)

    def through(self, role: str, unit: str, at: int) -> tuple[str, list[int], bool]:
        """The rows that a role leads to (-1: one that is not known), and whether these are all."""
        if role == "member_of":
            return HOUSEHOLD, [self.home(PERSON, at)], True
        row = self.tables[unit][at]
        if role == "has_member":
            return PERSON, self.owned[PERSON][at], row.get("roster_closed") is True
        if role == "kin":
            rows = [self.leads[each] for each in self.owned["kin"][at]]
            return PERSON, rows, row.get("kin_closed") is True
        return role, self.owned[role][at], row.get(f"{role}_complete") is True

    def data(self, node: Node, own: Any) -> Truth:  # noqa: ANN401
        """Whether a value meets a restriction on it."""
        source = self.source
        equal = source.value(node, OWL.hasValue)
        if equal is not None:
            return self.equals(own, equal)
        inner = source.value(node, OWL.someValuesFrom)
        return self.within_range(inner, own)

    def within_range(self, node: Node | None, own: Any) -> Truth:  # noqa: ANN401
        """Whether a value lies in a data range."""
        source = self.source
        for predicate, join in ((OWL.intersectionOf, everyone), (OWL.unionOf, anyone)):
            head = source.value(node, predicate)
            if head is not None:
                return join([self.within_range(part, own) for part in source.items(head)])
        other = source.value(node, OWL.datatypeComplementOf)
        if other is not None:
            return opposite(self.within_range(other, own))
        listed = source.value(node, OWL.oneOf)
        if listed is not None:
            return anyone([self.equals(own, each) for each in source.items(listed)])
        facets = source.items(source.value(node, OWL.withRestrictions))
        pairs = [pair for facet in facets for pair in source.graph.predicate_objects(facet)]
        limits = [(FACETS[URIRef(str(facet))], Fraction(str(limit))) for facet, limit in pairs]
        return everyone([numbers.compare(o, own, number(limit)) for o, limit in limits])

    def equals(self, own: Any, said: Node) -> Truth:  # noqa: ANN401
        """Whether a value is the one that is written."""
        if isinstance(own, Number):
            return numbers.compare("=", own, number(Fraction(str(said))))
        written = str(said)
        held = {True: "true", False: "false"}.get(own, own) if isinstance(own, bool) else own
        return None if held is None else held == written


def line_of(text: str) -> tuple[Fraction, list[str]]:
    """What stands below a line as its constant and everything else."""
    constant, rest = Fraction(1), []
    factors = [parsed(text)]
    while factors:
        factor = factors.pop().unnest()
        if isinstance(factor, exp.Mul):
            factors += [factor.this, factor.expression]
        elif isinstance(factor, exp.Literal):
            constant *= Fraction(str(factor.this))
        else:
            rest.append(factor.sql())
    return constant, sorted(rest)


@dataclass(frozen=True)
class Here:
    """A row at which a formula is worked out, with the rows that its prefixes stand for."""

    world: World
    rows_of: Mapping[str, tuple[str, int]]

    @property
    def on(self) -> date:
        return self.world.on

    @property
    def own(self) -> tuple[str, int]:
        return self.rows_of[""]

    def fact(self, prefix: str, name: str) -> Any:  # noqa: ANN401
        """A fact of the row that a prefix stands for."""
        unit, at = self.own
        if prefix == HOUSEHOLD:
            return self.world.fact(HOUSEHOLD, self.world.home(unit, at), name)
        unit, at = self.rows_of[prefix]
        if unit == "kin":
            if name == "kind":
                return self.world.tables["kin"][at]["kind"]
            unit, at = PERSON, self.world.leads[at]
        return self.world.fact(unit, at, name)

    def datatype(self, name: str) -> str:
        return self.world.source.words[name].datatype

    def flag(self, name: str) -> Truth:
        unit, at = self.own
        truth: Truth = self.world.tables[unit][at].get(name)
        return truth

    def standard(self, name: str) -> Fraction | None:
        return self.world.source.standard(name, self.world.region(*self.own), self.on)

    def rows(self, over: str, of_member: Iterable[exp.Expr]) -> tuple[list[Here], bool]:
        """The rows that an aggregate runs over, and whether these are known to be all."""
        world, (unit, at) = self.world, self.own
        if over == "member":
            rows = [Here(world, {**self.rows_of, over: (PERSON, row)}) for row in self.members]
            return rows, world.tables[unit][at].get("roster_closed") is True
        if over == "kin" or world.source.kinds[over].owner == unit:
            found = world.owned[over][at]
            return [Here(world, {**self.rows_of, over: (over, r)}) for r in found], self.whole(over)
        people = [Here(world, {**self.rows_of, "member": (PERSON, row)}) for row in self.members]
        rows = [
            Here(world, {**person.rows_of, over: (over, row)})
            for person in people
            for row in world.owned[over][person.rows_of["member"][1]]
        ]
        asked = list(of_member)
        gaps = [
            person
            for person in people
            if not Here(world, {"": person.rows_of["member"]}).whole(over)
            and everyone(value(part, person) for part in asked) is not False
        ]
        return rows, world.tables[unit][at].get("roster_closed") is True and not gaps

    @property
    def members(self) -> list[int]:
        return self.world.owned[PERSON][self.own[1]]

    def whole(self, over: str) -> bool:
        """Whether the list of a kind is known to be whole here."""
        unit, at = self.own
        row, kind = self.world.tables[unit][at], self.world.source.kinds.get(over)
        if kind is not None and kind.single and self.world.owned[over][at]:
            return True
        flag = "kin_closed" if over == "kin" else f"{over}_complete"
        return row.get(flag) is True
