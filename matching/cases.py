"""Worked cases run through the very road that decides a population."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from matching.case_facts import case_faults, draw
from matching.explain import why
from matching.statuses import AFTER, EXCLUDED, STATUSES
from ontology.errors import PolicyError
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matching.case_facts import Drawn
    from ontology.cases import Case
    from ontology.errors import Fault
    from ontology.pack import Pack

FEN = 100


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One expectation of a case, and what was decided."""

    id: str
    person: str | None
    programme: str
    expected: str
    got: str
    ok: bool
    missing: tuple[str, ...]
    why: str


def run_cases(pack: Pack, cases: Iterable[Case]) -> list[CaseResult]:
    """A result for every expectation, case by case in their order.

    A case that cannot be run has one result, which says why.
    """
    cases = list(cases)
    results: dict[int, list[CaseResult]] = {}
    sound: list[tuple[int, Case]] = []
    for number, case in enumerate(cases):
        faults = case_faults(pack, case)
        if faults:
            results[number] = [_unusable(case, faults)]
        else:
            sound.append((number, case))
    sound.sort(key=lambda pair: pair[1].on)
    for _, group in groupby(sound, key=lambda pair: pair[1].on):
        results |= _decided(pack, list(group))
    return [result for number in range(len(cases)) for result in results[number]]


def _decided(pack: Pack, group: list[tuple[int, Case]]) -> dict[int, list[CaseResult]]:
    """The results of cases of one day; where one cannot be decided, each is tried alone."""
    numbers, cases = zip(*group, strict=True)
    try:
        drawn = draw(pack, cases, cases[0].on)
    except PolicyError as error:
        if len(group) == 1:
            return {numbers[0]: [_unusable(cases[0], error.faults)]}
        return {n: told for pair in group for n, told in _decided(pack, [pair]).items()}
    return {n: [*_Judged(pack, drawn, at).results()] for at, n in enumerate(numbers)}


def _unusable(case: Case, faults: Sequence[Fault]) -> CaseResult:
    says = " ".join(fault.says for fault in faults)
    return CaseResult(
        case.id, None, "", "a case that can be run", "fault", ok=False, missing=(), why=says
    )


class _Judged:
    """One case among those that were decided together."""

    def __init__(self, pack: Pack, drawn: Drawn, at: int) -> None:
        self.pack = pack
        self.drawn = drawn
        self.at = at
        self.case = drawn.cases[at]

    def results(self) -> Iterator[CaseResult]:
        """One for each expectation."""
        case = self.case
        for programme, status in case.expect.items():
            yield self._status("", programme, status)
        for person, expected in case.persons.items():
            for programme, status in expected.items():
                yield self._status(person, programme, status)
        for programme in sorted(case.not_applicable):
            yield self._status("", programme, "not_applicable")
        for (person, programme), amount in case.amounts.items():
            yield self._amount(person, programme, amount)
        for (person, programme), other in case.excluded.items():
            yield self._excluded(person, programme, other)
        for (person, programme), items in case.missing.items():
            yield self._missing(person, programme, items)

    def _rows(self, person: str, programme: str) -> list[int]:
        """The rows of the programme's table that an expectation may be about."""
        if self.pack.programmes[programme].unit == HOUSEHOLD:
            return [self.at]
        members = self.drawn.members[self.at]
        if not person:
            return list(members)
        names = [member.id for member in self.case.members]
        return [members[names.index(person)]]

    def _status(self, person: str, programme: str, expected: str) -> CaseResult:
        status = self.drawn.decided.outcomes[programme].status
        rows = self._rows(person, programme)
        row = next(
            (row for row in rows if STATUSES[status[row]] == expected), rows[0] if rows else -1
        )
        got = STATUSES[status[row]] if row >= 0 else "nobody"
        return self._result(person, programme, (expected, got), row, ok=got == expected)

    def _amount(self, person: str, programme: str, expected: Decimal) -> CaseResult:
        outcome = self.drawn.decided.outcomes[programme]
        rows = self._rows(person, programme)
        row = next((row for row in rows if outcome.known[row]), rows[0] if rows else -1)
        known = row >= 0 and bool(outcome.known[row])
        amount = Decimal(int(outcome.amount[row])) / FEN if known else None
        got = "unknown" if amount is None else f"{amount:.2f}"
        return self._result(person, programme, (f"{expected:.2f}", got), row, ok=amount == expected)

    def _excluded(self, person: str, programme: str, other: str) -> CaseResult:
        outcome = self.drawn.decided.outcomes[programme]
        rows = self._rows(person, programme)
        row = next((row for row in rows if outcome.after[row] == EXCLUDED), rows[0] if rows else -1)
        after = AFTER[outcome.after[row]] if row >= 0 else ""
        got = after or STATUSES[outcome.status[row]]
        if after == AFTER[EXCLUDED]:
            rule = self.pack.compatibility[outcome.rule[row]]
            got = f"excluded by {rule.a if rule.b == programme else rule.b}"
        expected = f"excluded by {other}"
        return self._result(person, programme, (expected, got), row, ok=got == expected)

    def _missing(self, person: str, programme: str, items: frozenset[str]) -> CaseResult:
        wanted = sorted({_word(self.pack, item) for item in items})
        rows = self._rows(person, programme)
        found = [self._lacking(programme, row) for row in rows]
        row, got = next(
            (pair for pair in zip(rows, found, strict=True) if pair[1] == wanted),
            (rows[0], found[0]) if rows else (-1, []),
        )
        texts = (", ".join(wanted), ", ".join(got))
        return self._result(person, programme, texts, row, ok=got == wanted)

    def _lacking(self, programme: str, row: int) -> list[str]:
        unit = self.pack.programmes[programme].unit
        key = self.drawn.decided.frames.rows[unit]["id"][row]
        return sorted(self.drawn.lacking.get((key, programme), ()))

    def _result(
        self, person: str, programme: str, texts: tuple[str, str], row: int, *, ok: bool
    ) -> CaseResult:
        lacking: tuple[str, ...] = ()
        reason = ""
        if row >= 0:
            lacking = tuple(self._lacking(programme, row))
            unit = self.pack.programmes[programme].unit
            if unit == PERSON and not person:
                person = self._name(row)
            reason = why(self.pack, self.drawn.decided, programme, row)
        return CaseResult(
            self.case.id, person or None, programme, *texts, ok=ok, missing=lacking, why=reason
        )

    def _name(self, row: int) -> str:
        return self.case.members[row - self.drawn.members[self.at].start].id


def _word(pack: Pack, item: str) -> str:
    """The notation by which missing facts name an item, whatever a case calls it."""
    for name in pack.words.get(item, ()):
        word = pack.vocabulary.field(name) or pack.vocabulary.classes.get(name)
        return (word.notation if word else None) or name
    return item
