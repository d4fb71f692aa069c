"""Missing facts of one household: who could supply each, and which to get first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matching.phrases import label, phrase
from matching.reasons import MissingFact
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matching.criteria import Library
    from matching.view import View

STANDARD: Final = "std."
LISTS: Final = {"roster": "membership", "kin": "membership", "household": "membership"}
"""What a register of persons supplies beside single facts."""


@dataclass(frozen=True, slots=True)
class Suppliers:
    """Which sources hold a fact, those that are complete somewhere first."""

    library: Library
    complete: frozenset[str]

    def fact(self, item: str, subject: str, view: View) -> MissingFact:
        """A missing fact with whoever could supply it."""
        lang = self.library.lang
        if item.startswith(STANDARD):
            said = phrase("standard", lang, parameter=item.removeprefix(STANDARD))
            asks = phrase("ask_standard", lang, item=said)
            return MissingFact(item, said, subject, register=False, department=None, says=asks)
        said = self._label(item)
        held = self._sources(self._leaves(item, subject, view))
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

    def _label(self, item: str) -> str:
        pack, lang = self.library.pack, self.library.lang
        if item in LISTS:
            return phrase(item, lang)
        if item in pack.kinds:
            return label(pack.kinds[item].label, lang, item)
        name = next(iter(pack.words.get(item, ())), item)
        word = pack.vocabulary.field(name) or pack.vocabulary.classes.get(name)
        return label(word.label if word else None, lang, item)

    def _leaves(self, item: str, subject: str, view: View) -> tuple[list[str], list[str]]:
        """The items and kinds at the bottom of a fact; of these, those unknown of the subject."""
        if item in LISTS:
            return [], [LISTS[item]]
        names = self.library.pack.words.get(item, (item,))
        every = [self.library.roots.of(name) for name in names]
        items = [i for rests in every for i in rests.items]
        kinds = [k for rests in every for k in rests.kinds]
        rows = list(_rows(subject, view))
        lacking = [i for i in items if any(i in row and row[i] is None for row in rows)]
        open_yet = [k for k in kinds if any(row.get(f"{k}_complete") is False for row in rows)]
        return (lacking, open_yet) if lacking or open_yet else (items, kinds)

    def _sources(self, leaves: tuple[list[str], list[str]]) -> list[str]:
        items, kinds = leaves
        found = [
            source.id
            for source in self.library.pack.sources.values()
            if source.kind in kinds or any(column.name in items for column in source.columns)
        ]
        return sorted(found, key=lambda source: source not in self.complete)


def _rows(subject: str, view: View) -> Iterator[dict[str, object]]:
    """The subject's row; of the household, those of its members too."""
    home = view.row(HOUSEHOLD, view.household)
    for at in view.members:
        row = view.row(PERSON, at)
        if subject in (row.get("id"), home.get("id")):
            yield dict(row)
    if subject == home.get("id"):
        yield dict(home)


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
