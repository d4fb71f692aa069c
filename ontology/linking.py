"""How rows without a valid number are linked: `linking.yaml` of a pack, its weights fixed there.

A comparison has levels, tried from the first; each says how often it holds of one person (`m`) and
of two (`u`), so a level weighs log2(m / u). A missing value weighs nothing. Nothing is learned from
what is loaded: the same rows and the same file give the same links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log2
from typing import TYPE_CHECKING, Any, Final

import yaml

from ontology.errors import Fault, PolicyError, did_you_mean
from ontology.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from ontology.vocabulary import Text, Vocabulary

SCALARS: Final = (
    "name", "name_shape", "name_sound", "name_alike", "number", "number_body", "number_start",
    "number_front", "number_tail", "number_ends", "number_last", "birth_date", "birth_year",
    "birth_day", "sex",
)  # fmt: skip
LISTS: Final = ("household", "place", "township")
COLUMNS: Final = (*SCALARS, *LISTS)
"""What is known of a row and of a person, to compare and to look for; lists hold several."""
TOLD: Final = ("name", "number", "birth_date", "sex", "household", "place")
"""What a row may say of a person."""
FROM_ITEMS: Final = ("birth_date", "sex", "place")
WORDS: Final = frozenset(
    {
        "prior", "threshold", "doubt", "margin", "keep", "fields", "variants", "readings", "alike",
        "compare", "needs", "block",
    }
)  # fmt: skip
KINDS: Final = ("same", "edits", "jaro", "any", "else")
LEVEL_WORDS: Final = frozenset({"is", "of", "m", "u", "zh", "en", *KINDS})
MILLI: Final = 1000
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One outcome of a comparison: `column` is the same, within `limit`, overlaps, or all else."""

    name: str
    kind: str
    column: str
    limit: Decimal
    m: Decimal
    u: Decimal
    label: Text

    @property
    def weight(self) -> int:
        """Evidence in thousandths of a bit."""
        return round(log2(self.m / self.u) * MILLI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that is compared, the strictest level first, the last one for all that is left."""

    name: str
    label: Text
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """Everything that decides about a link.

    `prior`: how likely a row and any one person are one. `threshold`: from this probability on it
    is a link; `doubt`: from this on it is told. `margin`: bits by which the best must beat the
    second; less is a tie and no link. `keep`: what a row must say to be kept without a number.
    `fields`: the items that tell birth date, sex and place. `needs`: levels of which one must hold.
    """

    prior: Decimal
    threshold: Decimal
    doubt: Decimal
    margin: Decimal
    keep: tuple[tuple[str, ...], ...]
    fields: Mapping[str, tuple[str, ...]]
    variants: tuple[str, ...]
    readings: Mapping[str, str]
    alike: Mapping[str, str]
    comparisons: tuple[Comparison, ...]
    needs: Mapping[str, tuple[str, ...]]
    blocks: tuple[tuple[str, ...], ...]


def bits(probability: Decimal) -> int:
    """A probability as evidence, in thousandths of a bit."""
    return round(log2(probability / (1 - probability)) * MILLI)


def read_linking(
    path: Path, vocabulary: Vocabulary | None = None, columns: Collection[str] = COLUMNS
) -> tuple[Linking | None, list[Fault]]:
    """What a file says of linking (None where it is not there or has a fault), and its faults.

    Without a vocabulary the items of `fields` are not looked up.
    """
    if not path.exists():
        return None, []
    try:
        plain, node = read_yaml(path)
    except PolicyError as error:
        return None, list(error.faults)
    if not isinstance(plain, Mapping) or node is None:
        return None, [Fault(str(path), 1, "linking is a table: prior, threshold, compare, block")]
    reading = _Reading(path, node, vocabulary, columns)
    linking = reading.linking(plain)
    return (None if reading.faults else linking), reading.faults


class _Reading:
    """One reading of one file; what is wrong is gathered on the way."""

    def __init__(
        self,
        path: Path,
        node: yaml.Node,
        vocabulary: Vocabulary | None,
        columns: Collection[str],
    ) -> None:
        self.path = path
        self.node = node
        self.vocabulary = vocabulary
        self.columns = columns
        self.faults: list[Fault] = []

    def fault(self, says: str, *place: str | int) -> None:
        """Note a fault at the line of a key or of an entry of a list."""
        self.faults.append(Fault(str(self.path), _line(self.node, place), says))

    def linking(self, plain: Mapping[str, Any]) -> Linking:
        for word in plain:
            if word not in WORDS:
                self.fault(f"no word `{word}` here.{did_you_mean(word, WORDS)}", word)
        for word in ("compare", "block"):
            if not plain.get(word):
                self.fault(f"linking says what it does by `{word}`")
        comparisons = self._comparisons(plain)
        linking = Linking(
            prior=self._share(plain, "prior"),
            threshold=self._share(plain, "threshold"),
            doubt=self._share(plain, "doubt"),
            margin=self._margin(plain),
            keep=self._lines(plain, "keep", TOLD),
            fields=self._fields(plain),
            variants=self._variants(plain),
            readings=_texts(plain.get("readings")),
            alike=_texts(plain.get("alike")),
            comparisons=comparisons,
            needs=self._needs(plain, comparisons),
            blocks=self._lines(plain, "block", self.columns),
        )
        if not self.faults and linking.doubt > linking.threshold:
            self.fault("`doubt` is above `threshold`: what is a link would not be told", "doubt")
        return linking

    def _share(self, plain: Mapping[str, Any], *place: str | int) -> Decimal:
        """A number between 0 and 1, both excluded."""
        value = _decimal(plain.get(str(place[-1])))
        if value is None or not 0 < value < 1:
            self.fault(f"`{place[-1]}` is a number above 0 and below 1", *place)
            return Decimal("0.5")
        return value

    def _margin(self, plain: Mapping[str, Any]) -> Decimal:
        value = _decimal(plain.get("margin"))
        if value is None or value <= 0:
            self.fault("`margin` is a number of bits above 0: no tie is a link", "margin")
            return Decimal(1)
        return value

    def _lines(
        self, plain: Mapping[str, Any], word: str, known: Collection[str]
    ) -> tuple[tuple[str, ...], ...]:
        """Lists of words, each known."""
        lines = plain.get(word) or []
        if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
            self.fault(f"`{word}` is a list of lists: [[name, birth_date], …]", word)
            return ()
        for at, line in enumerate(lines):
            if not line:
                self.fault(f"an empty line of `{word}` holds of everyone", word, at)
            for name in line:
                if name not in known:
                    near = did_you_mean(str(name), known)
                    self.fault(f"no `{name}` to {word}.{near}", word, at)
        return tuple(tuple(map(str, line)) for line in lines)

    def _variants(self, plain: Mapping[str, Any]) -> tuple[str, ...]:
        groups = [str(group) for group in plain.get("variants") or ()]
        letters = "".join(groups)
        for letter in sorted({each for each in letters if letters.count(each) > 1}):
            self.fault(f"`{letter}` stands twice among the variants", "variants")
        return tuple(groups)

    def _fields(self, plain: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, items in (plain.get("fields") or {}).items():
            if name not in FROM_ITEMS:
                near = did_you_mean(name, FROM_ITEMS)
                self.fault(f"no field `{name}` is told by items.{near}", "fields", name)
            found[name] = tuple(map(str, items if isinstance(items, list) else [items]))
            for item in found[name]:
                known = self.vocabulary.items if self.vocabulary else {item: None}
                if item not in known:
                    self.fault(f"no item `{item}`.{did_you_mean(item, known)}", "fields", name)
        return found

    def _comparisons(self, plain: Mapping[str, Any]) -> tuple[Comparison, ...]:
        found = []
        compare = plain.get("compare") or {}
        if not isinstance(compare, Mapping):
            self.fault("`compare` is a table of comparisons", "compare")
            return ()
        for name, says in compare.items():
            levels = says.get("levels") if isinstance(says, Mapping) else None
            if not isinstance(levels, list) or not levels:
                self.fault(f"`{name}` says its `levels`", "compare", name)
                continue
            place = ("compare", name, "levels")
            told = [self._level(name, level, (*place, at)) for at, level in enumerate(levels)]
            self._whole(told, place)
            found.append(Comparison(name=name, label=_label(says, name), levels=tuple(told)))
        return tuple(found)

    def _level(self, comparison: str, says: object, place: tuple[str | int, ...]) -> Level:
        plain = says if isinstance(says, Mapping) else {}
        for word in plain:
            if word not in LEVEL_WORDS:
                near = did_you_mean(word, LEVEL_WORDS)
                self.fault(f"no word `{word}` of a level.{near}", *place)
        kinds = [kind for kind in KINDS if kind in plain]
        if len(kinds) != 1 or not plain.get("is"):
            self.fault(f"a level says `is` (its name) and one of {', '.join(KINDS)}", *place)
        kind = kinds[0] if kinds else "else"
        limit = _decimal(plain.get(kind)) if kind in ("edits", "jaro") else Decimal(0)
        if limit is None:
            self.fault(f"`{kind}` is a number", *place)
        column = plain.get(kind) if kind in ("same", "any") else plain.get("of", comparison)
        if kind != "else" and column not in self.columns:
            near = did_you_mean(str(column), self.columns)
            self.fault(f"no `{column}` to compare.{near}", *place)
        name = str(plain.get("is", ""))
        return Level(
            name=name,
            kind=kind,
            column=str(column),
            limit=limit or Decimal(0),
            m=self._share(plain, *place, "m"),
            u=self._share(plain, *place, "u"),
            label=_label(plain, name),
        )

    def _whole(self, levels: list[Level], place: tuple[str | int, ...]) -> None:
        """Whether the levels part all pairs among them, each once."""
        names = [level.name for level in levels]
        if len(set(names)) < len(names):
            self.fault("two levels have one name", *place)
        if [at for at, level in enumerate(levels) if level.kind == "else"] != [len(levels) - 1]:
            self.fault("the last level, and only that one, is `else: true`", *place)
        for which in ("m", "u"):
            whole = sum((getattr(level, which) for level in levels), Decimal(0))
            if whole != 1:
                self.fault(f"`{which}` of all levels together is {whole}, not 1", *place)

    def _needs(
        self, plain: Mapping[str, Any], comparisons: tuple[Comparison, ...]
    ) -> dict[str, tuple[str, ...]]:
        known = {c.name: [level.name for level in c.levels] for c in comparisons}
        found: dict[str, tuple[str, ...]] = {}
        for name, levels in (plain.get("needs") or {}).items():
            if name not in known:
                self.fault(f"no comparison `{name}`.{did_you_mean(name, known)}", "needs", name)
                continue
            found[name] = tuple(map(str, levels if isinstance(levels, list) else [levels]))
            for level in found[name]:
                if level not in known[name]:
                    near = did_you_mean(level, known[name])
                    self.fault(f"`{name}` has no level `{level}`.{near}", "needs", name)
        return found


def _texts(plain: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in plain.items()} if isinstance(plain, Mapping) else {}


def _label(says: Mapping[str, Any], name: str) -> dict[str, str]:
    return {language: str(says.get(language) or name) for language in ("zh", "en")}


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _line(node: yaml.Node, place: tuple[str | int, ...]) -> int:
    """The line of a key or entry, however deep; of the nearest one above where it is not there."""
    line = node.start_mark.line + 1
    for word in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == word), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(word, int):
            node = node.value[word]
            line = node.start_mark.line + 1
        else:
            break
    return line
