"""What an explanation holds: plain data, the same in JSON, pages and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Final

SCALARS: Final = frozenset({type(None), str, bool, int})
RENAMED: Final = {"since": "from"}


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article with its gist; `words` are its own, where the operator holds them."""

    id: str
    act: str
    number: str
    gist: str
    text_held: bool
    words: str | None = None


@dataclass(frozen=True, slots=True)
class UsedStandard:
    """A dated local number; without a value none is in force, and nothing can be decided."""

    parameter: str
    value: str | None
    unit: str = ""
    region: str | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    assumed: bool = False
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where a department stated it; `sensitivity` is the class of what it says of a relative."""

    source: str
    file: str | None
    sheet: str | None
    row: int | None
    sensitivity: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a criterion rests on."""

    name: str
    label: str
    value: str | None
    unit: str | None
    sensitivity: str | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition and what is known of it; `subject` is the person it is about, if one."""

    truth: bool | None
    says: str
    name: str | None = None
    subject: str | None = None
    value: str | None = None
    inputs: tuple[Input, ...] = ()
    standards: tuple[UsedStandard, ...] = ()
    articles: tuple[CitedArticle, ...] = ()
    readings: tuple[str, ...] = ()
    records: tuple[SourceRow, ...] = ()
    withheld: bool = False
    parts: tuple[Criterion, ...] = ()

    @property
    def standard(self) -> UsedStandard | None:
        """The first of the standards."""
        return self.standards[0] if self.standards else None

    @property
    def article(self) -> CitedArticle | None:
        """The first of the articles."""
        return self.articles[0] if self.articles else None


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that would decide; `register`: a department holds it, so nobody asks the citizen."""

    item: str
    label: str
    subject: str
    register: bool
    department: str | None
    says: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How far the nearest failing number is from its limit."""

    criterion: str
    difference: str
    unit: str | None
    says: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """A step that must be taken before a grant, and that decides nothing."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Flip:
    """One criterion that alone would turn the decision."""

    criterion: str
    says: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """One decision on one household or person, and everything it rests on.

    `paid_in_cycle` and `application_open` say what the files hold; no row is no proof of none.
    """

    programme: str
    label: str
    unit: str
    id: str
    status: str
    after: str | None
    with_programme: str | None
    rule: str | None
    rule_article: CitedArticle | None
    amount: str | None
    period: str
    enrolled: bool | None
    paid_in_cycle: bool
    application_open: bool
    tree: Criterion | None
    missing: tuple[MissingFact, ...]
    next_fact: MissingFact | None
    near_miss: NearMiss | None
    counterfactuals: tuple[Flip, ...]
    steps_to_do: tuple[ToDo, ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """A member of the household."""

    id: str
    relation: str | None
    relation_label: str | None
    counted: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every programme for one household and for each of its members."""

    id: str | None
    region: str | None
    as_of: date
    lang: str
    members: tuple[Relative, ...]
    programmes: tuple[Reasons, ...]
    persons: Mapping[str, tuple[Reasons, ...]]

    def reasons(self, unit: str, unit_id: str, programme: str) -> Reasons | None:
        """Those of one decision."""
        some = self.programmes if unit == "household" else self.persons.get(unit_id, ())
        return next((one for one in some if one.programme == programme), None)

    def tree(self, unit: str, unit_id: str, programme: str) -> dict[str, Any] | None:
        """The criteria of one decision as JSON holds them."""
        found = self.reasons(unit, unit_id, programme)
        return to_json(found.tree) if found and found.tree else None

    @property
    def rests_on_assumed(self) -> bool:
        """Whether any standard used was assumed, not found."""
        every = (*self.programmes, *(r for reasons in self.persons.values() for r in reasons))
        return any(_assumed(reasons.tree) for reasons in every if reasons.tree)


def _assumed(criterion: Criterion) -> bool:
    return any(s.assumed for s in criterion.standards) or any(map(_assumed, criterion.parts))


def to_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same as dictionaries and lists; a criterion names its first standard and article too.

    What stands in several places is made once, and is the same dictionary or list everywhere.
    """
    return _plain(value, {})


def _plain(value: object, made: dict[int, Any]) -> Any:  # noqa: ANN401 - whatever JSON holds
    key = id(value)
    if key in made:
        return made[key]
    kind: Any = type(value)
    if kind in SCALARS:
        return value
    if isinstance(value, tuple | list):
        made[key] = [v if type(v) in SCALARS else _plain(v, made) for v in value]
        return made[key]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(inner, made) for name, inner in value.items()}
    names, read = _shape(kind)
    told = dict(zip(names, read(value), strict=True))
    for name, inner in told.items():
        if type(inner) not in SCALARS:
            told[name] = _plain(inner, made)
    if kind is Criterion:
        told["standard"] = next(iter(told["standards"]), None)
        told["article"] = next(iter(told["articles"]), None)
    made[key] = told
    return told


@cache
def _shape(of: Any) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:  # noqa: ANN401 - the class of a dataclass
    """What JSON calls the fields of a class, and how to read them all."""
    own = [field.name for field in fields(of)]
    return tuple(RENAMED.get(name, name) for name in own), attrgetter(*own)
