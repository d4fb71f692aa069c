"""What an indicator rests on: its inputs, standards, and the facts and records at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.kin import LINKS
from ontology.expression import fields, names
from ontology.formula_tree import Aggregate, Column, Standard, walk
from ontology.plan import plan
from ontology.vocabulary import KIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ontology.formula_tree import Formula, Node
    from ontology.pack import Pack
    from ontology.plan import Plan


@dataclass(frozen=True, slots=True)
class Rests:
    """The roots of one item or indicator.

    `inputs` are the words of its own formula about its own row; `standards` the numbers that it
    names itself; `items` and `kinds` lie at the bottom of all its formulas, `wheres` are the
    conditions on which these run over the records of a kind (None: over all). `own_items` and
    `own_kinds` leave out what is read of relatives alone; who they are is an item.
    """

    inputs: tuple[str, ...]
    standards: tuple[str, ...]
    items: tuple[str, ...]
    kinds: tuple[str, ...]
    wheres: Mapping[str, tuple[Node | None, ...]]
    own_items: tuple[str, ...]
    own_kinds: tuple[str, ...]


class Roots:
    """The roots of every word of a pack, found once each."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.plan: Plan = plan(pack)
        self._known: dict[str, Rests] = {}
        self._reach: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> Rests:
        """What a word rests on."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def reach(self, name: str) -> frozenset[str]:
        """Every word that a class or indicator rests on, however deep."""
        if name not in self._reach:
            seen, waiting = {name}, [name]
            while waiting:
                new = self._uses(waiting.pop()) - seen
                seen |= new
                waiting += new
            self._reach[name] = frozenset(seen)
        return self._reach[name]

    def _uses(self, name: str) -> set[str]:
        used = {use for part in self.plan.formulas.get(name, ()) for use in part.uses}
        for version in self.pack.classes.get(name, ()):
            used |= fields(version.expression) | names(version.expression)
        return used

    def _find(self, name: str) -> Rests:
        vocabulary = self.pack.vocabulary
        nodes = [node for part in self.plan.formulas.get(name, ()) for node in walk(part.root)]
        own = {n.name: None for n in nodes if isinstance(n, Column) and not n.of}
        inputs = [word for word in own if vocabulary.field(word) is not None]
        standards = {n.parameter: None for n in nodes if isinstance(n, Standard)}
        items, kinds, wheres = self._bottom(name)
        own_items, own_kinds, _ = self._bottom(name, own=True)
        named = tuple(inputs), tuple(standards)
        return Rests(*named, items, kinds, wheres, own_items, own_kinds)

    def _bottom(
        self, name: str, *, own: bool = False
    ) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, tuple[Node | None, ...]]]:
        """Data items and record kinds; classes are criteria of their own and not followed."""
        vocabulary = self.pack.vocabulary
        items: dict[str, None] = {}
        kinds: dict[str, None] = {}
        wheres: dict[str, tuple[Node | None, ...]] = {}
        waiting, seen = [name], {name}
        while waiting:
            word = waiting.pop(0)
            for part in self.plan.formulas.get(word, ()):
                for node in walk(part.root):
                    if isinstance(node, Aggregate):
                        wheres[node.over] = (*wheres.get(node.over, ()), node.where)
            item = vocabulary.items.get(word)
            if word in vocabulary.kinds:
                kinds[word] = None
            elif item is not None and item.unit_of in vocabulary.kinds:
                kinds[item.unit_of] = None
            elif item is not None:
                items[word] = None
            parts = self.plan.formulas.get(word, ())
            uses = {use for part in parts for use in (_own(part) if own else part.uses)}
            new = sorted(uses - seen)
            seen.update(new)
            waiting += new
        return tuple(items), tuple(kinds), wheres


def _own(part: Formula) -> set[str]:
    """What a formula reads, but for the words of relatives: of these, who they are."""
    columns = [node for node in walk(part.root) if isinstance(node, Column)]
    theirs = {column.name for column in columns if column.of == KIN}
    rest = set(part.uses) - (theirs - {column.name for column in columns if column.of != KIN})
    return rest | set(LINKS) if KIN in part.uses else rest
