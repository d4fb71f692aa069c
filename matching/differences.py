"""Two explanations of one decision side by side: which facts differ, and why each does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from matching.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.reasons import Criterion, SourceRow
    from ontology.to_text import Language

Kind = Literal["not_known_then", "known_otherwise_then", "no_longer_known", "changed_since"]
Key = tuple[str | None, str]
STANDARD: Final = "std."


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a decision rests on, whose it is, and the rows that state it."""

    name: str
    label: str
    subject: str | None
    value: str | None
    unit: str | None
    records: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on two days or by two states of knowledge; `records` are those of the later."""

    kind: Kind
    fact: Fact
    then: str | None
    now: str | None
    records: tuple[SourceRow, ...]


def facts(tree: Criterion | None, lang: Language) -> dict[Key, Fact]:
    """Everything that a tree rests on: inputs, standards, and conditions that have neither."""
    found: dict[Key, Fact] = {}
    for one in _walk(tree) if tree else ():
        for fact in _of(one, lang):
            found.setdefault((fact.subject, fact.name), fact)
    return found


def _walk(tree: Criterion) -> Iterator[Criterion]:
    yield tree
    for part in tree.parts:
        yield from _walk(part)


def _of(one: Criterion, lang: Language) -> Iterator[Fact]:
    for given in one.inputs:
        yield Fact(given.name, given.label, one.subject, given.value, given.unit, one.records)
    for standard in one.standards:
        name = f"{STANDARD}{standard.parameter}"
        label = phrase("standard", lang, parameter=standard.parameter)
        yield Fact(name, label, None, standard.value, standard.unit, ())
    if not one.inputs and not one.parts and one.name:
        truth = None if one.truth is None else phrase(str(one.truth).lower(), lang)
        yield Fact(one.name, one.says, one.subject, truth, None, one.records)


def differences(
    then: dict[Key, Fact] | None, hindsight: dict[Key, Fact], today: dict[Key, Fact]
) -> list[Difference]:
    """What was not known then, or otherwise; and what has changed since.

    `then`: the facts of the day as they were known on it, none where nothing was. `hindsight`: of
    the same day as they are known now. `today`: those of the last run.
    """
    known = [] if then is None else list(_compare(then, hindsight, changed=False))
    return [*known, *_compare(hindsight, today, changed=True)]


def _compare(old: dict[Key, Fact], new: dict[Key, Fact], *, changed: bool) -> Iterator[Difference]:
    """Facts whose value differs; one that a side does not rest on has none there."""
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        values = before.value if before else None, after.value if after else None
        if values[0] == values[1]:
            continue
        fact = after or before
        if fact is not None:
            kind: Kind = "changed_since" if changed else _kind(values)
            yield Difference(kind, fact, *values, (after or fact).records)


def _kind(values: tuple[str | None, str | None]) -> Kind:
    if values[0] is None:
        return "not_known_then"
    return "no_longer_known" if values[1] is None else "known_otherwise_then"
