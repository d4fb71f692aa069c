"""Worked cases: facts about one family on a day, and what must be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from ontology.errors import Fault, PolicyError
from ontology.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

ALLOWED: Final = frozenset(
    {
        *("id", "about", "on", "region", "standards", "household", "members", "roster_closed"),
        *("receives", "expect", "persons", "amounts", "missing", "excluded", "not_applicable"),
    }
)
EXPECTATIONS: Final = frozenset(
    {"expect", "persons", "amounts", "missing", "excluded", "not_applicable"}
)
FORMS: Final[Mapping[type, tuple[str, ...]]] = {
    dict: ("household", "standards", "expect", "persons", "amounts", "missing", "excluded"),
    list: ("members", "receives", "not_applicable"),
    bool: ("roster_closed",),
}
IS: Final = {dict: "a mapping", list: "a list", bool: "true or false"}
Subject = tuple[str, str]  # the person ("" = the household, or whoever it is), the programme
OF_MEMBERS: Final = frozenset({"id", "relation", "receives"})


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a case: facts by word or notation, and the programmes that pay them."""

    id: str
    relation: str
    facts: Mapping[str, Any]
    receives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """A family, a day and a place; and the decisions that must come out."""

    id: str
    about: str
    on: date
    region: str
    standards: Mapping[str, Decimal]
    household: Mapping[str, Any]
    members: tuple[Member, ...]
    roster_closed: bool
    receives: frozenset[str]
    expect: Mapping[str, str]
    persons: Mapping[str, Mapping[str, str]]
    amounts: Mapping[Subject, Decimal]
    missing: Mapping[Subject, frozenset[str]]
    excluded: Mapping[Subject, str]
    not_applicable: frozenset[str]
    file: Path
    line: int


def read_cases(paths: Iterable[Path]) -> tuple[tuple[Case, ...], list[Fault]]:
    """The cases in some YAML files, and what is wrong with them."""
    cases: list[Case] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            plain, node = read_yaml(path)
        except PolicyError as error:
            faults += error.faults
            continue
        if not isinstance(node, yaml.SequenceNode):
            faults.append(Fault(str(path), 1, "a file of cases is a list"))
            continue
        for item, raw in zip(node.value, plain, strict=True):
            says = _wrong(raw)
            faults += [Fault(str(path), _line(item, key), s) for key, s in says]
            if not says:
                cases.append(_case(raw, path, item.start_mark.line + 1))
    return tuple(cases), faults + _twice(cases)


def _line(node: yaml.Node, key: str) -> int:
    """The line of a key of a case; of the case where it has none such."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((k for k, _ in pairs if k.value == key), node).start_mark.line + 1


def _wrong(raw: object) -> list[tuple[str, str]]:
    """Keys of a case and what is wrong with what each says."""
    if not isinstance(raw, dict):
        return [("", "a case is a mapping with `id`, `on`, `region` …")]
    says = [
        (str(key), f"a case has no `{key}`; it has {', '.join(sorted(ALLOWED))}")
        for key in raw.keys() - ALLOWED
    ]
    says += [("", f"`{key}` is missing") for key in ("id", "on", "region") if key not in raw]
    if "on" in raw and _day(raw["on"]) is None:
        says.append(("on", f"`on` is a day such as 2026-08-01, not {raw['on']!r}"))
    if not raw.keys() & EXPECTATIONS:
        says.append(("", "nothing is expected: say `expect` or `persons`"))
    for form, keys in FORMS.items():
        for key in keys:
            if not isinstance(raw.get(key) or form(), form):
                says.append((key, f"`{key}` is {IS[form]}, not {raw[key]!r}"))
    return says or _wrong_parts(raw)


def _wrong_parts(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong inside the parts of a case whose own form is right."""
    says: list[tuple[str, str]] = []
    members = raw.get("members") or []
    if any(not isinstance(member, dict) for member in members):
        says.append(("members", "a member is a mapping with `id`, `relation` and facts"))
    else:
        names = [str(member.get("id", n)) for n, member in enumerate(members)]
        twice = sorted({name for name in names if names.count(name) > 1})
        says += [("members", f"member `{name}` stands twice") for name in twice]
    for person, expected in (raw.get("persons") or {}).items():
        if not isinstance(expected, dict):
            says.append(("persons", f"`{person}` is a mapping of programme and status"))
    amounts = [(programme, v) for (_, programme), v in _by_subject(raw.get("amounts") or {})]
    for key, pairs in (
        ("standards", [*(raw.get("standards") or {}).items()]),
        ("amounts", amounts),
    ):
        says += [(key, f"`{k}` is a number, not {v!r}") for k, v in pairs if not _is_number(v)]
    return says


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite() and not isinstance(value, bool)
    except InvalidOperation:
        return False


def _day(said: object) -> date | None:
    """A day, whether it stands in quotes or not."""
    if isinstance(said, date):
        return said.date() if isinstance(said, datetime) else said
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _case(raw: Mapping[str, Any], path: Path, line: int) -> Case:
    said = {key: value for key, value in raw.items() if value is not None}
    members = tuple(
        Member(
            str(m.get("id", n)),
            m.get("relation", "other"),
            {k: v for k, v in m.items() if k not in OF_MEMBERS},
            frozenset(m.get("receives") or ()),
        )
        for n, m in enumerate(said.get("members", ()))
    )
    return Case(
        id=str(said["id"]),
        about=str(said.get("about", "")),
        on=cast("date", _day(said["on"])),
        region=str(said["region"]),
        standards={
            k.removeprefix("std."): Decimal(str(v)) for k, v in said.get("standards", {}).items()
        },
        household=said.get("household", {}),
        members=members,
        roster_closed=bool(said.get("roster_closed", False)),
        receives=frozenset(said.get("receives", ())),
        expect=said.get("expect", {}),
        persons={str(person): expected for person, expected in said.get("persons", {}).items()},
        amounts={k: Decimal(str(v)) for k, v in _by_subject(said.get("amounts", {}))},
        missing={k: frozenset(v) for k, v in _by_subject(said.get("missing", {}))},
        excluded=dict(_by_subject(said.get("excluded", {}))),
        not_applicable=frozenset(said.get("not_applicable", ())),
        file=path,
        line=line,
    )


def _by_subject(said: Mapping[str, Any]) -> list[tuple[Subject, Any]]:
    """`{MZ01: x}` and `{a: {MZ18: y}}` alike, keyed by person and programme."""
    return [
        ((str(outer), programme), value) if isinstance(inner, dict) else (("", outer), inner)
        for outer, inner in said.items()
        for programme, value in (inner.items() if isinstance(inner, dict) else [("", inner)])
    ]


def _twice(cases: Iterable[Case]) -> list[Fault]:
    first: dict[str, Case] = {}
    faults = []
    for case in cases:
        if case.id in first:
            a = first[case.id]
            faults.append(
                Fault(
                    str(case.file),
                    case.line,
                    f"case `{case.id}` stands at {a.file.name}:{a.line} too",
                )
            )
        first.setdefault(case.id, case)
    return faults
