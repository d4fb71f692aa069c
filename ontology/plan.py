"""What is computed after what: indicators and classes in the order of their needs.

A circle, a number too great, a quotient that nobody rounds: all are found here, before any data.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from ontology import formula
from ontology.errors import Fault, PolicyError
from ontology.exact import divide
from ontology.expression import Received, fields, names, walk
from ontology.formula_frame import Bounds, Scope, columns_of, plain, quantity
from ontology.formula_tree import Aggregate, Column, Formula, Node, Standard, type_of
from ontology.formula_tree import walk as walk_formula
from ontology.vocabulary import KIN, PERSON, Indicator, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from ontology.exact import Quantity
    from ontology.vocabulary import ClassVersion

KEPT: Final = 8
"""So many plans are remembered: making one takes as long as deciding ten thousand households."""


class StandardValue(Protocol):
    """A local number in force."""

    @property
    def value(self) -> Decimal: ...


class Standards(Protocol):
    """Where local numbers are looked up; None where none is in force."""

    def lookup(self, parameter: str, region: str | None, on: date) -> StandardValue | None: ...


class Regions(Protocol):
    """The tree of places."""

    def within(self, code: str | None, ancestor: str) -> bool: ...


class Policies(Protocol):
    """What deciding needs of a pack."""

    @property
    def vocabulary(self) -> Vocabulary: ...
    @property
    def classes(self) -> Mapping[str, tuple[ClassVersion, ...]]: ...
    @property
    def standards(self) -> Standards: ...
    @property
    def regions(self) -> Regions: ...


@dataclass(frozen=True)
class Plan:
    """Indicators and classes level by level; each needs only what stands on earlier levels.

    `formulas` holds one formula an indicator, two for a ratio. `columns` are the facts that are
    read of each unit, `standards` the local numbers.
    """

    levels: tuple[tuple[str, ...], ...]
    formulas: Mapping[str, tuple[Formula, ...]]
    columns: Mapping[str, frozenset[str]]
    standards: Mapping[str, frozenset[str]]

    @cached_property
    def ratios_of(self) -> Mapping[str, tuple[str, ...]]:
        """The ratios that each plain indicator stands above the line of."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, parts in self.formulas.items():
            base = plain_base(parts, self.formulas)
            if base is not None:
                found[base].append(name)
        return {base: tuple(names) for base, names in found.items()}

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(name for level in self.levels for name in level)


_plans: list[tuple[object, object, Plan]] = []


def plan(pack: Policies) -> Plan:
    """The plan of a pack, made once for its words and classes."""
    for vocabulary, classes, made in _plans:
        if vocabulary is pack.vocabulary and classes is pack.classes:
            return made
    made = make_plan(pack)
    _plans.append((pack.vocabulary, pack.classes, made))
    del _plans[:-KEPT]
    return made


def order(pack: Policies) -> tuple[str, ...]:
    """Indicators and classes in the order in which they are computed.

    Raises:
        PolicyError: on a circle, on words that are not there, on numbers that do not fit.
    """
    made = plan(pack)
    check_numbers(pack.vocabulary, made)
    return made.order


def make_plan(pack: Policies) -> Plan:
    """The plan, from the formulas and the expressions of every version."""
    formulas, faults = read_formulas(pack.vocabulary)
    if faults:
        raise PolicyError(*faults)
    needs = needs_of(pack, formulas)
    levels = in_levels(needs, pack)
    for base, words in bases(formulas):
        known = words & needs.keys()
        if not any(name == base or base in closure(name, needs) for name in known):
            needs[base] |= known
    levels = in_levels(needs, pack)
    columns, standards = read_columns(pack, formulas)
    return Plan(levels, formulas, columns, standards)


def needs_of(pack: Policies, formulas: Mapping[str, tuple[Formula, ...]]) -> dict[str, set[str]]:
    """The indicators and classes that each of them rests on."""
    needs: dict[str, set[str]] = {
        name: {word for part in parts for word in part.uses} for name, parts in formulas.items()
    }
    for name, versions in pack.classes.items():
        needs[name] = {w for v in versions for w in fields(v.expression) | names(v.expression)}
    known = needs.keys()
    needs = {name: words & known for name, words in needs.items()}
    for name in pack.vocabulary.classes.keys() - known:
        needs[name] = set()
    return needs


def read_formulas(
    vocabulary: Vocabulary,
) -> tuple[dict[str, tuple[Formula, ...]], list[Fault]]:
    """The formulas of every indicator that has sound ones, and the faults of the others."""
    made: dict[str, tuple[Formula, ...]] = {}
    faults: list[Fault] = []
    for name, indicator in vocabulary.indicators.items():
        texts = (indicator.formula,) if isinstance(indicator.formula, str) else indicator.formula
        reading = indicator.reading is not None
        try:
            made[name] = tuple(
                formula.parse(text, vocabulary, indicator.unit_of, reading=reading)
                for text in texts
            )
        except PolicyError as error:
            faults += [Fault(f.file, f.line, f"`{name}`: {f.says}") for f in error.faults]
    return made, faults


def bases(formulas: Mapping[str, tuple[Formula, ...]]) -> Iterator[tuple[str, frozenset[str]]]:
    """The plain indicators that stand above a line, with what stands below it.

    Who states a ratio states what is above its line, once what is below is known.
    """
    for parts in formulas.values():
        base = plain_base(parts, formulas)
        if base is not None:
            yield base, parts[1].uses


def plain_base(
    parts: tuple[Formula, ...], formulas: Mapping[str, tuple[Formula, ...]]
) -> str | None:
    """The one indicator, no ratio itself, that is all of a ratio's numerator."""
    match parts:
        case (Formula(root=Column("", name, "number")), _) if len(formulas.get(name, ())) == 1:
            return name
        case _:
            return None


def closure(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Everything that a name rests on."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for word in needs[waiting.pop()] - seen:
            seen.add(word)
            waiting.append(word)
    return seen


def in_levels(needs: Mapping[str, set[str]], pack: Policies) -> tuple[tuple[str, ...], ...]:
    """Names in levels; each name's needs lie on earlier ones."""
    level: dict[str, int] = {}
    waiting = dict(needs)
    while waiting:
        ready = [name for name, words in waiting.items() if words <= level.keys()]
        if not ready:
            raise PolicyError(*circles(waiting, pack))
        for name in ready:
            level[name] = 1 + max((level[word] for word in waiting.pop(name)), default=-1)
    found: dict[int, list[str]] = defaultdict(list)
    for name, number in level.items():
        found[number].append(name)
    return tuple(tuple(found[number]) for number in sorted(found))


def circles(needs: Mapping[str, set[str]], pack: Policies) -> list[Fault]:
    """A fault for each set of names that rest on one another: one loop, told from name to name."""
    within = {name: words & needs.keys() for name, words in needs.items()}
    around = {name: closure(name, within) for name in within}
    faults: list[Fault] = []
    told: set[str] = set()
    for name in sorted(within):
        if name in told or name not in around[name]:
            continue
        ring = {other for other in around[name] if name in around[other]}
        told |= ring
        path = [name]
        while path[-1] not in path[:-1]:
            path.append(min(within[path[-1]] & ring))
        loop = path[path.index(path[-1]) :]
        says = f"A circle: {' → '.join(loop)}. Each would have to be known before the other."
        version = next((v for word in loop for v in pack.classes.get(word, ())), None)
        faults.append(Fault(version.file, version.line, says) if version else Fault("", 0, says))
    return faults


def circles_of(pack: Policies) -> list[Fault]:
    """The circles of a pack, whatever else is wrong with it."""
    return circles(needs_of(pack, read_formulas(pack.vocabulary)[0]), pack)


def read_columns(
    pack: Policies, formulas: Mapping[str, tuple[Formula, ...]]
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The facts that formulas and expressions read of each unit, and the standards."""
    parts = [part for both in formulas.values() for part in both]
    versions = [version for each in pack.classes.values() for version in each]
    columns = {
        *(fact for part in parts for fact in facts(part.root, part.unit)),
        *(fact for version in versions for fact in said(version, pack.vocabulary)),
        *(
            (word.unit, f"enrolled_{word.programme}")
            for word in pack.vocabulary.classes.values()
            if word.programme
        ),
    }
    standards = {
        (part.unit, node.parameter)
        for part in parts
        for node in walk_formula(part.root)
        if isinstance(node, Standard)
    }
    return by_unit(columns), by_unit(standards)


def by_unit(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The words of each unit."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit, word in pairs:
        found[unit].add(word)
    return {unit: frozenset(words) for unit, words in found.items()}


def said(version: ClassVersion, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Unit and name of every column that an expression reads, its classes left out."""
    for name in fields(version.expression):
        item = vocabulary.field(name)
        if item is None:
            raise PolicyError(Fault(version.file, version.line, f"No property `{name}`."))
        yield item.unit_of, name
    for node in walk(version.expression):
        if isinstance(node, Received):
            yield version.unit, f"received_{node.programme}"


def facts(root: Node, unit: str) -> Iterator[tuple[str, str]]:
    """Unit and name of every column that a formula reads."""
    for node in walk_formula(root):
        if isinstance(node, Column) and not (node.of == KIN and node.name == "kind"):
            yield {"": unit, "member": PERSON, KIN: PERSON}.get(node.of, node.of), node.name


def check_numbers(vocabulary: Vocabulary, made: Plan) -> None:
    """Compile every formula without data: raises on what does not fit or is not rounded."""
    faults: list[Fault] = []
    bounds: dict[str, Bounds] = {}
    scope = Scope(vocabulary, bounds=bounds)
    for name in made.order:
        if name in made.formulas:
            try:
                found = bounds_of(vocabulary.indicators[name], made.formulas[name], scope)
            except PolicyError as error:
                faults += [Fault(f.file, f.line, f"`{name}`: {f.says}") for f in error.faults]
                continue
            if found:
                bounds[name] = found
    if faults:
        raise PolicyError(*faults)


def bounds_of(indicator: Indicator, parts: tuple[Formula, ...], scope: Scope) -> Bounds | None:
    """What an indicator can be, worked out from what its inputs can be; None without numbers."""
    if type_of(parts[0].root) != "number":
        plain(parts[0].root, scope)
        return None
    return columns_of(indicator.name, number(parts, scope), indicator)[1]


def number(parts: Iterable[Formula], scope: Scope) -> Quantity:
    """The number of an indicator; a ratio is divided, which only joins two columns."""
    made = [quantity(part.root, scope) for part in parts]
    return made[0] if len(made) == 1 else divide(made[0], made[1])


def aggregates_in(parts: Iterable[Formula]) -> list[Aggregate]:
    """The aggregates of some formulas."""
    return [n for part in parts for n in walk_formula(part.root) if isinstance(n, Aggregate)]
