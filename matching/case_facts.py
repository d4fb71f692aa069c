"""The facts of worked cases as a small population: each case is a household."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from matching.closure import ROSTER
from matching.decide import decide_frames
from matching.statuses import STATUSES
from ontology.errors import Fault, did_you_mean
from ontology.evaluate import evaluate
from ontology.places import finest
from ontology.to_frame import Frames, Role
from ontology.vocabulary import HOUSEHOLD, NUMBERS, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matching.decide import Decided
    from ontology.cases import Case
    from ontology.pack import Pack
    from ontology.vocabulary import Item

    Columns = dict[str, dict[str, list[Any]]]

TEXTS: Final = frozenset({"string", "region", "enum"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cases of one day, decided together; the persons of a case stand in its range of rows."""

    cases: tuple[Case, ...]
    decided: Decided
    members: tuple[range, ...]
    lacking: Mapping[tuple[str, str], frozenset[str]]


def case_faults(pack: Pack, case: Case) -> list[Fault]:
    """What a case says that the pack does not know, naming what it does."""
    return [
        Fault(str(case.file), case.line, f"case `{case.id}`: {says}") for says in _wrong(pack, case)
    ]


def _wrong(pack: Pack, case: Case) -> Iterator[str]:
    root = pack.regions.root
    if root and case.region != root and pack.regions.nearest(case.region) == root:
        yield f"no region `{case.region}` in regions.csv, nor one that it lies in"
    for unit, facts in [(HOUSEHOLD, case.household), *((PERSON, m.facts) for m in case.members)]:
        for key, value in facts.items():
            yield from _wrong_fact(pack, unit, key, value)
    for parameter in case.standards:
        if f"std.{parameter}" not in {*pack.vocabulary.unread, *known_standards(pack)}:
            known = ", ".join(sorted(known_standards(pack)))
            yield f"no standard `std.{parameter}`; there are {known}"
    yield from _wrong_expected(pack, case)


def known_standards(pack: Pack) -> set[str]:
    """The words by which formulas call the standards of a pack."""
    return {f"std.{name}" for name in pack.vocabulary.standards}


def _wrong_expected(pack: Pack, case: Case) -> Iterator[str]:
    programmes = [programme for programme, _ in _expected(case)]
    for programme in dict.fromkeys([*programmes, *case.not_applicable]):
        if programme not in pack.programmes or not pack.programmes[programme].decided:
            decided = ", ".join(p.id for p in pack.programmes.values() if p.decided)
            yield f"no programme `{programme}` is decided; there are {decided}"
    for status in [*case.expect.values(), *(s for e in case.persons.values() for s in e.values())]:
        if status not in STATUSES:
            yield f"no status `{status}`; there are {', '.join(STATUSES)}"
    names = [member.id for member in case.members]
    for person in dict.fromkeys(person for _, person in _expected(case)):
        if person and person not in names:
            yield f"no member `{person}`; there are {', '.join(names)}"


def _expected(case: Case) -> Iterator[tuple[str, str]]:
    """Every programme that is expected of something, and the person it is about."""
    yield from ((programme, "") for programme in case.expect)
    for person, expected in case.persons.items():
        yield from ((programme, person) for programme in expected)
    for said in (case.amounts, case.missing, case.excluded):
        yield from ((programme, person) for person, programme in said)


def _wrong_fact(pack: Pack, unit: str, key: str, value: object) -> Iterator[str]:
    if key in pack.vocabulary.unread:
        return
    names = pack.words.get(key, ())
    units = {unit, PERSON} if unit == HOUSEHOLD else {unit}
    usable = [name for name in names if unit_of(pack, name) in units]
    if not usable:
        words = {
            w for w, each in pack.words.items() if any(unit_of(pack, n) in units for n in each)
        }
        known = sorted(word for word in words if "." in word) or sorted(words)
        near = did_you_mean(key, sorted(words))
        yield f"no fact `{key}` of a {unit}.{near} Known: {', '.join(known)}"
    for name in usable:
        try:
            held(pack.vocabulary.field(name), value)
        except (ValueError, InvalidOperation) as error:
            yield f"`{key}` cannot be {value!r}: {error}"


def unit_of(pack: Pack, name: str) -> str:
    """Whose fact a word is."""
    item = pack.vocabulary.field(name)
    return item.unit_of if item else pack.vocabulary.classes[name].unit


def held(item: Item | None, value: object) -> Any:  # noqa: ANN401 - as a column of its type holds it
    """A stated value in the form in which it is taken as given; no item: a class.

    Raises:
        ValueError: for a value that the item cannot have.
    """
    if value is None:
        return None
    if item is None or item.datatype == "boolean":
        if isinstance(value, bool):
            return value
        raise ValueError("say true or false")
    if item.datatype in NUMBERS:
        if isinstance(value, bool | float):
            raise ValueError('write a number exactly, in quotes: "1099.99"')
        return str(Decimal(str(value)))
    if item.datatype == "date":
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    return coded(item, str(value))


def coded(item: Item, value: str) -> str:
    """The value of an enumeration that a word stands for: itself, its label, another word for it.

    Raises:
        ValueError: for a word that is neither.
    """
    if not item.values or value in item.values:
        return value
    labels = {word: v for v, texts in item.value_labels.items() for word in texts.values()}
    labels |= item.other_words
    if value not in labels:
        raise ValueError(f"it is one of {', '.join(item.values)}")
    return labels[value]


def draw(pack: Pack, cases: Sequence[Case], on: date) -> Drawn:
    """The cases decided; what they do not state is unknown, and nobody is on a roll unsaid."""
    sizes = [len(case.members) for case in cases]
    starts = np.cumsum([0, *sizes])
    members = tuple(range(int(a), int(b)) for a, b in pairwise(starts))
    owner = np.repeat(np.arange(len(cases)), sizes).astype(np.int64)
    frames = Frames(
        {HOUSEHOLD: _households(pack, cases), PERSON: _persons(pack, cases)},
        {"has_member": Role(HOUSEHOLD, PERSON, owner, ROSTER)},
    )
    frames = _with_standards(pack, frames, cases, on)
    stated = _stated(pack, cases, members)
    decided = decide_frames(pack, evaluate(pack, frames, on, stated=stated), on)
    return Drawn(tuple(cases), decided, members, _lacking(decided))


def _lacking(decided: Decided) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, programme, item in decided.missing.select("id", "programme", "item").iter_rows():
        found[key, programme].add(item)
    return {key: frozenset(items) for key, items in found.items()}


def _households(pack: Pack, cases: Sequence[Case]) -> pl.DataFrame:
    table: dict[str, list[Any]] = {
        "id": [f"{number}.{case.id}" for number, case in enumerate(cases)],
        "region": [case.region for case in cases],
        ROSTER: [case.roster_closed for case in cases],
    }
    for programme in pack.programmes:
        receives = [
            programme in case.receives or any(programme in m.receives for m in case.members)
            for case in cases
        ]
        table[f"enrolled_{programme}"] = table[f"received_{programme}"] = receives
    return pl.DataFrame(table)


def _persons(pack: Pack, cases: Sequence[Case]) -> pl.DataFrame:
    everyone = [(number, case, m) for number, case in enumerate(cases) for m in case.members]
    table: dict[str, list[Any]] = {
        "id": [f"{number}.{case.id}/{member.id}" for number, case, member in everyone],
        "household": [f"{number}.{case.id}" for number, case, _ in everyone],
        "region": [case.region for _, case, _ in everyone],
        "relation": [member.relation for _, _, member in everyone],
    }
    for programme in pack.programmes.values():
        of_home = programme.unit == HOUSEHOLD
        receives = [
            programme.id in member.receives
            or (of_home and programme.id in case.receives)
            or (of_home and any(programme.id in m.receives for m in case.members))
            for _, case, member in everyone
        ]
        table[f"enrolled_{programme.id}"] = table[f"received_{programme.id}"] = receives
    texts = ("id", "household", "region", "relation")
    types = {name: pl.String() if name in texts else pl.Boolean() for name in table}
    return pl.DataFrame(table, schema_overrides=types)


def _with_standards(pack: Pack, frames: Frames, cases: Sequence[Case], on: date) -> Frames:
    """With a column for each standard that some case states, the pack's own for the others."""
    scales: dict[str, int] = {}
    rows = dict(frames.rows)
    home = pl.Series(frames.roles["has_member"].owner)
    said = {name for case in cases for name in case.standards}
    for parameter in sorted(said & pack.vocabulary.standards.keys()):
        values = [_standard(pack, case, parameter, on) for case in cases]
        known = [value for value in values if value is not None]
        scale = finest(known, pack.vocabulary.standards[parameter].scale)
        whole = [None if value is None else int(value * scale) for value in values]
        column = pl.Series(f"std.{parameter}", whole, dtype=pl.Int64)
        rows[HOUSEHOLD] = rows[HOUSEHOLD].with_columns(column)
        rows[PERSON] = rows[PERSON].with_columns(column.gather(home))
        scales[parameter] = scale
    return Frames(rows, frames.roles, scales)


def _standard(pack: Pack, case: Case, parameter: str, on: date) -> Decimal | None:
    if parameter in case.standards:
        return case.standards[parameter]
    found = pack.standards.lookup(parameter, case.region, on)
    return found.value if found else None


def _stated(
    pack: Pack, cases: Sequence[Case], members: Sequence[range]
) -> dict[str, dict[str, pl.Series]]:
    """The stated facts by unit and name; a family's fact of persons is that of every member."""
    count = {HOUSEHOLD: len(cases), PERSON: members[-1].stop if members else 0}
    columns: Columns = {HOUSEHOLD: {}, PERSON: {}}

    def put(unit: str, name: str, row: int, value: object) -> None:
        column = columns[unit].setdefault(name, [None] * count[unit])
        column[row] = held(pack.vocabulary.field(name), value)

    for number, (case, rows) in enumerate(zip(cases, members, strict=True)):
        for name, value in _named(pack, case.household):
            unit = unit_of(pack, name)
            for row in [number] if unit == HOUSEHOLD else rows:
                put(unit, name, row, value)
        for row, member in zip(rows, case.members, strict=True):
            for name, value in _named(pack, member.facts):
                if unit_of(pack, name) == PERSON:
                    put(PERSON, name, row, value)
    return {
        unit: {name: _series(pack.vocabulary.field(name), name, v) for name, v in some.items()}
        for unit, some in columns.items()
    }


def _named(pack: Pack, facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each stated fact under every name that its word stands for."""
    for key, value in facts.items():
        for name in pack.words.get(key, ()):
            if unit_of(pack, name) in (HOUSEHOLD, PERSON):
                yield name, value


def _series(item: Item | None, name: str, values: list[Any]) -> pl.Series:
    if item is None or item.datatype == "boolean":
        return pl.Series(name, values, dtype=pl.Boolean)
    return pl.Series(name, values, dtype=pl.Date if item.datatype == "date" else pl.String)
