"""Missing facts of one household: who could supply each, and which to get first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matching.phrases import label, phrase
from matching.reasons import MissingFact
from matching.trace import MEMBERSHIP, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matching.criteria import Library
    from matching.verdict import Judge

STANDARD: Final = "std."
LISTS: Final = dict.fromkeys(("roster", "kin", "household"), MEMBERSHIP)
"""What a register of persons supplies beside single facts."""


@dataclass(frozen=True, slots=True)
class Suppliers:
    """Which sources hold a fact, those that are complete somewhere first."""

    library: Library
    complete: frozenset[str]

    def fact(self, item: str, subject: str, programme: str, judge: Judge) -> MissingFact:
        """A fact that a programme waits for, with whoever could supply it."""
        lang = self.library.lang
        if item.startswith(STANDARD):
            said = phrase("standard", lang, parameter=item.removeprefix(STANDARD))
            asks = phrase("ask_standard", lang, item=said)
            return MissingFact(item, said, subject, register=False, department=None, says=asks)
        names = self._names(item, programme)
        said = self._label(item, names)
        held = self._sources(*self._bottom(item, names, subject, judge))
        register = next((source for source in held if source in self.complete), None)
        source = register or next(iter(held), None)
        department = self.library.pack.sources[source].department if source else None
        if register is None or department is None:
            asks = phrase("ask_citizen", lang, item=said)
        else:
            office = self.library.pack.departments.get(department)
            named = label(office.label if office else None, lang, department)
            asks = phrase("ask_register", lang, item=said, department=named)
        return MissingFact(item, said, subject, register is not None, department, asks)

    def _names(self, item: str, programme: str) -> tuple[str, ...]:
        """The words that a notation stands for; those that the programme rests on, if any."""
        names = self.library.pack.words.get(item, (item,))
        reach = self.library.roots.reach(self.library.pack.programmes[programme].name)
        return tuple(name for name in names if name in reach) or names

    def _label(self, item: str, names: tuple[str, ...]) -> str:
        pack, lang = self.library.pack, self.library.lang
        if item in LISTS:
            return phrase(item, lang)
        if item in pack.kinds:
            return label(pack.kinds[item].label, lang, item)
        word = pack.vocabulary.field(names[0]) or pack.vocabulary.classes.get(names[0])
        return label(word.label if word else None, lang, item)

    def _bottom(
        self, item: str, names: tuple[str, ...], subject: str, judge: Judge
    ) -> tuple[list[str], list[str]]:
        """The items and record kinds that are unknown at the bottom of a fact."""
        if item in LISTS or item in self.library.pack.kinds:
            return [], [LISTS.get(item, item)]
        trace = Trace(self.library.pack, self.library.roots, judge.view, judge)
        for unit, at in judge.view.rows(subject):
            for name in names:
                if unit == self._unit(name):
                    trace.follow(name, unit, at)
        if trace.items or trace.kinds:
            return list(trace.items), list(trace.kinds)
        every = [self.library.roots.of(name) for name in names]
        return [i for rests in every for i in rests.items], [k for r in every for k in r.kinds]

    def _unit(self, name: str) -> str:
        vocabulary = self.library.pack.vocabulary
        field = vocabulary.field(name)
        return field.unit_of if field else vocabulary.classes[name].unit

    def _sources(self, items: list[str], kinds: list[str]) -> list[str]:
        found = [
            source.id
            for source in self.library.pack.sources.values()
            if source.kind in kinds or any(column.name in items for column in source.columns)
        ]
        return sorted(found, key=lambda source: source not in self.complete)


def cheapest(facts: Iterable[MissingFact]) -> list[MissingFact]:
    """Facts with the one to get first in front.

    What a register holds comes before what a citizen would be asked for (社会救助法 62), and what
    more decisions wait for before what fewer do.
    """
    facts = list(facts)
    waiting = Counter((fact.item, fact.subject) for fact in facts)
    unique = {(fact.item, fact.subject): fact for fact in facts}
    return sorted(
        unique.values(),
        key=lambda fact: (
            fact.item.startswith(STANDARD),
            not fact.register,
            -waiting[fact.item, fact.subject],
            fact.item,
            fact.subject,
        ),
    )
