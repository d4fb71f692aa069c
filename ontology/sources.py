"""Sources: which columns of which departmental file are which data items. One YAML file each.

Besides design's form, `of` may say `household_of` (the household of that person) or `unit` (rows
about either), and a person's number may be an `id` of the department's own instead of a national
`id_number`. A column may say `values` (the file's words; null is not known), `formats` (dates;
`excel` is a serial number), `scale` (100: the file counts fen, 0.0001: it counts in 10,000 yuan)
and `optional`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import yaml

from ontology.errors import Fault, PolicyError, did_you_mean
from ontology.read_vocabulary import snake
from ontology.vocabulary import HOUSEHOLD, PERSON
from ontology.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ontology.vocabulary import Item, Text, Vocabulary

Subject: TypeAlias = Literal["person", "household", "household_of", "either", "nobody"]

OTHERS: Final = ("spouse_number", "father_number", "mother_number", "payee", "official_number")
"""Columns that hold the number of another person."""
REFERENCES: Final = ("person_number", "person_name", "household_number", "unit")
"""Columns that say whom a row is about."""
OFFICE: Final = frozenset({"application", "step", "enrolment", "disbursement", "service"})
"""Kinds that share their words: the programme of a payment is the programme applied for."""
OVERSIGHT: Final = frozenset(
    {"budget", "budget_arrival", "review", "satisfaction", "complaint", "recovery"}
)
"""Kinds about an office's work: beside their own words they use `SHARED` ones of the office."""
SHARED: Final = frozenset({"programme", "unit", "certificate", "payment_number"})
ALIASES: Final = {"id_number": "person_number", "id": "person_number", "number": "household_number"}
ENCODINGS: Final = ("utf-8-sig", "gb18030")
WORDS: Final = frozenset(
    {
        "id", "department", "title", "files", "encoding", "gives", "of", "key", "complete",
        "columns", "about",
    }
)  # fmt: skip
COLUMN_WORDS: Final = frozenset({"from", "values", "formats", "scale", "optional"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file and the item that it states; no item: the number of another person."""

    name: str
    header: str
    item: Item | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    scale: Decimal = Decimal(1)
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom the rows are about, by the headers that hold numbers and name.

    `national`: the person's number has the form of GB 11643. `units`: what the column `unit` says
    of a household and of a person.
    """

    subject: Subject
    person: str | None = None
    name: str | None = None
    household: str | None = None
    unit: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    national: bool = True

    @property
    def headers(self) -> tuple[str, ...]:
        named = (self.person, self.name, self.household, self.unit)
        return tuple(header for header in named if header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """Where and when a source is whole: there and then, no row means no such fact."""

    regions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of departmental file. `kind` is a record kind, `person` or `household`."""

    id: str
    department: str
    title: Text
    files: tuple[str, ...]
    encodings: tuple[str, ...]
    kind: str
    about: About
    key: tuple[str, ...]
    complete: Complete | None
    columns: tuple[Column, ...]
    file: Path

    @property
    def headers(self) -> tuple[str, ...]:
        """What the first line of a file must hold, each once."""
        needed = (column.header for column in self.columns if not column.optional)
        return tuple(dict.fromkeys([*self.about.headers, *needed]))


def speaks_of(kind: str, item: Item) -> bool:
    """Whether an item is one of a record kind: its own, or of an office whose words it shares."""
    if kind in OFFICE:
        return item.unit_of in OFFICE
    shared = kind in OVERSIGHT and item.unit_of in OFFICE and item.name in SHARED
    return item.unit_of == kind or shared


def read_sources(folder: Path, vocabulary: Vocabulary) -> tuple[dict[str, Source], list[Fault]]:
    """Every source of a pack by its id, and all that is wrong with them."""
    sources: dict[str, Source] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        source, found = read_source(path, vocabulary)
        faults += found
        if source is None:
            continue
        if source.id in sources:
            says = f"source `{source.id}` stands in {sources[source.id].file.name} too"
            faults.append(Fault(str(path), 1, says))
        sources[source.id] = source
    return sources, faults


def read_source(path: Path, vocabulary: Vocabulary) -> tuple[Source | None, list[Fault]]:
    """The source in a YAML file (None where it has a fault), and its faults."""
    try:
        plain, node = read_yaml(path)
    except PolicyError as error:
        return None, list(error.faults)
    if not isinstance(plain, Mapping) or node is None:
        return None, [Fault(str(path), 1, "a source is a table: id, department, gives, of, …")]
    reading = _Reading(path, node, vocabulary)
    source = reading.source(plain)
    return (None if reading.faults else source), reading.faults


class _Reading:
    """One reading of one file; what is wrong is gathered on the way."""

    def __init__(self, path: Path, node: yaml.Node, vocabulary: Vocabulary) -> None:
        self.path = path
        self.node = node
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def fault(self, says: str, *place: str) -> None:
        """Note a fault at the line of a key."""
        self.faults.append(Fault(str(self.path), _line(self.node, place), says))

    def source(self, plain: Mapping[str, Any]) -> Source:
        self._known(plain, WORDS)
        for word in ("department", "files", "gives", "key", "columns"):
            if not plain.get(word):
                self.fault(f"a source says its `{word}`")
        kind = self._kind(plain)
        columns = self._columns(plain, kind)
        about = self._about(plain)
        title = plain.get("title") or self.path.stem
        return Source(
            id=str(plain.get("id") or self.path.stem),
            department=str(plain.get("department", "")),
            title=title if isinstance(title, Mapping) else {"zh": str(title), "en": str(title)},
            files=_strings(plain.get("files")),
            encodings=tuple(e.lower() for e in _strings(plain.get("encoding"))) or ENCODINGS,
            kind=kind,
            about=about,
            key=self._key(plain, columns, about),
            complete=self._complete(plain),
            columns=columns,
            file=self.path,
        )

    def _known(self, plain: Mapping[str, Any], words: frozenset[str], *place: str) -> None:
        for word in plain:
            if word not in words:
                self.fault(f"no word `{word}` here.{did_you_mean(word, words)}", *place, word)

    def _kind(self, plain: Mapping[str, Any]) -> str:
        """The record kind that rows give; a file of people and homes gives that of the people."""
        names = [snake(each) for each in _strings(plain.get("gives"))]
        known = (PERSON, HOUSEHOLD, *self.vocabulary.kinds)
        for name in names:
            if name not in known:
                self.fault(f"no kind `{name}`.{did_you_mean(name, known)}", "gives")
        records = [name for name in names if name in self.vocabulary.kinds]
        if len(records) > 1:
            self.fault(f"a row gives one record, not {' and '.join(records)}", "gives")
        return (records or names or [""])[0]

    def _columns(self, plain: Mapping[str, Any], kind: str) -> tuple[Column, ...]:
        columns = plain.get("columns") or {}
        if not isinstance(columns, Mapping):
            self.fault("`columns` is a table of item and header", "columns")
            return ()
        national = "id" not in _inner(plain.get("of"), PERSON)
        allowed = self._items(kind)
        found = []
        for name, says in columns.items():
            item = allowed.get(name)
            if name in OTHERS and national:
                item = None
            elif item is None:
                self._no_item(name, kind, allowed)
                continue
            column = self._column(name, item, says)
            if column:
                found.append(column)
        return tuple(found)

    def _items(self, kind: str) -> dict[str, Item]:
        """Items that a row may state: of its kind, and of the person and household it is about."""
        units = {kind, PERSON, HOUSEHOLD}
        items = self.vocabulary.items.values()
        return {item.name: item for item in items if item.unit_of in units or speaks_of(kind, item)}

    def _no_item(self, name: str, kind: str, allowed: Mapping[str, Item]) -> None:
        item = self.vocabulary.items.get(name)
        if item:
            says = f"`{name}` is an item of `{item.unit_of}`, and this source gives `{kind}`"
        elif name in self.vocabulary.indicators:
            says = f"`{name}` is derived by a formula, no file states it"
        else:
            known = [*allowed, *OTHERS]
            says = f"no item `{name}`.{did_you_mean(name, known)} Declare a new one in vocabulary/."
        self.fault(says, "columns", name)

    def _column(self, name: str, item: Item | None, says: object) -> Column | None:
        if isinstance(says, str):
            return Column(name=name, header=says, item=item)
        if not isinstance(says, Mapping) or not isinstance(says.get("from"), str):
            self.fault(f"`{name}` does not say `from` which header", "columns", name)
            return None
        self._known(says, COLUMN_WORDS, "columns", name)
        words = says.get("values") or {}
        if not isinstance(words, Mapping):
            self.fault("`values` is a table of the file's words", "columns", name, "values")
            return None
        values = {_word(k): _word(v) for k, v in words.items()}
        for value in values.values():
            if value and item and item.datatype == "enum" and value not in item.values:
                near = did_you_mean(value, item.values)
                self.fault(f"`{value}` is no value of `{name}`.{near}", "columns", name, "values")
        scale = _scale(says.get("scale", 1))
        if scale is None:
            self.fault("`scale` is a power of ten", "columns", name, "scale")
        return Column(
            name=name,
            header=says["from"],
            item=item,
            values=values,
            formats=_strings(says.get("formats")),
            scale=scale or Decimal(1),
            optional=says.get("optional") is True,
        )

    def _about(self, plain: Mapping[str, Any]) -> About:
        of = plain.get("of")
        if of is None:
            return About(subject="nobody")
        forms = {PERSON, HOUSEHOLD, "household_of", "unit"}
        if not isinstance(of, Mapping) or not of or not forms.issuperset(of):
            self.fault("`of` says person, household, household_of or unit", "of")
            return About(subject="nobody")
        for form, inner in of.items():
            if not isinstance(inner, Mapping):
                self.fault(f"`{form}` is a table: {{id_number: header, name: header}}", "of", form)
                return About(subject="nobody")
        if "unit" in of:
            return self._either(of["unit"])
        person = of.get(PERSON) or of.get("household_of") or {}
        number = of.get(HOUSEHOLD, {}).get("number")
        if not number and not person.get("id_number") and not person.get("id"):
            self.fault("`of` names no header of a number", "of")
        subject: Subject = PERSON if PERSON in of else HOUSEHOLD
        return About(
            subject="household_of" if "household_of" in of else subject,
            person=person.get("id_number") or person.get("id"),
            name=person.get("name"),
            household=number,
            national="id" not in person,
        )

    def _either(self, inner: Mapping[str, Any]) -> About:
        for word in ("column", "household", "person", "id_number"):
            if not inner.get(word):
                self.fault(f"`unit` does not say its `{word}`", "of", "unit")
        words = {
            _word(word): unit for unit in (HOUSEHOLD, PERSON) for word in inner.get(unit) or ()
        }
        return About(
            subject="either",
            person=inner.get("id_number"),
            name=inner.get("name"),
            unit=inner.get("column"),
            units=words,
        )

    def _key(
        self, plain: Mapping[str, Any], columns: tuple[Column, ...], about: About
    ) -> tuple[str, ...]:
        headers = (about.person, about.name, about.household, about.unit)
        held = [name for name, header in zip(REFERENCES, headers, strict=True) if header]
        known = [*(column.name for column in columns), *held]
        key = tuple(ALIASES.get(part, part) for part in _strings(plain.get("key")))
        for part in key:
            if part not in known:
                self.fault(f"key `{part}` is no column here.{did_you_mean(part, known)}", "key")
        return key

    def _complete(self, plain: Mapping[str, Any]) -> Complete | None:
        says = plain.get("complete")
        if not says:
            return None
        if not isinstance(says, Mapping):
            self.fault("`complete` says regions, from, until, as_of", "complete")
            return None
        self._known(says, frozenset({"regions", "from", "until", "as_of"}), "complete")
        days = {word: says.get(word) for word in ("from", "until", "as_of")}
        for word, day in days.items():
            if day is not None and not isinstance(day, date):
                self.fault(f"`{word}` is a date such as 2026-01-01", "complete", word)
        return Complete(
            regions=_strings(says.get("regions")),
            since=days["from"],
            until=days["until"],
            as_of=days["as_of"],
        )


def _inner(of: object, form: str) -> Mapping[str, Any]:
    inner = of.get(form) if isinstance(of, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _word(value: object) -> str:
    """A word of the YAML as text; true and false in small letters, null (not known) empty."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scale(value: object) -> Decimal | None:
    try:
        scale = Decimal(str(value))
    except InvalidOperation:
        return None
    return scale if scale > 0 and scale.normalize().as_tuple().digits == (1,) else None


def _strings(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _line(node: yaml.Node, place: tuple[str, ...]) -> int:
    """The line of a key, however deep; of the nearest one above it where it is not there."""
    line = node.start_mark.line + 1
    for word in place:
        pair = next((pair for pair in _pairs(node) if pair[0].value == word), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from node.value
