"""Worked cases: facts about one family on a day, and what must be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import yaml

from ontology.errors import Fault
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
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            faults.append(Fault(str(path), mark.line + 1 if mark else 1, f"not YAML: {error}"))
            continue
        if not isinstance(node, yaml.SequenceNode):
            faults.append(Fault(str(path), 1, "a file of cases is a list"))
            continue
        for item, raw in zip(node.value, plain, strict=True):
            line = item.start_mark.line + 1
            says = _wrong(raw)
            faults += [Fault(str(path), line, s) for s in says]
            if not says:
                cases.append(_case(raw, path, line))
    return tuple(cases), faults + _twice(cases)


def _wrong(raw: object) -> list[str]:
    if not isinstance(raw, dict):
        return ["a case is a mapping with `id`, `on`, `region` …"]
    says = [
        f"a case has no `{key}`; it has {', '.join(sorted(ALLOWED))}"
        for key in raw.keys() - ALLOWED
    ]
    says += [f"`{key}` is missing" for key in ("id", "on", "region") if key not in raw]
    if "on" in raw and not isinstance(raw["on"], date):
        says.append(f"`on` is a day such as 2026-08-01, not {raw['on']!r}")
    if not raw.keys() & {"expect", "persons", "amounts", "missing", "excluded", "not_applicable"}:
        says.append("nothing is expected: say `expect` or `persons`")
    return says


def _case(raw: Mapping[str, Any], path: Path, line: int) -> Case:
    members = tuple(
        Member(
            str(m.get("id", n)),
            m.get("relation", "other"),
            {k: v for k, v in m.items() if k not in OF_MEMBERS},
            frozenset(m.get("receives", ())),
        )
        for n, m in enumerate(raw.get("members", ()))
    )
    return Case(
        id=str(raw["id"]),
        about=str(raw.get("about", "")),
        on=raw["on"],
        region=str(raw["region"]),
        standards={
            k.removeprefix("std."): Decimal(str(v)) for k, v in raw.get("standards", {}).items()
        },
        household=raw.get("household", {}),
        members=members,
        roster_closed=bool(raw.get("roster_closed", False)),
        receives=frozenset(raw.get("receives", ())),
        expect=raw.get("expect", {}),
        persons=raw.get("persons", {}),
        amounts={k: Decimal(str(v)) for k, v in _by_subject(raw.get("amounts", {}))},
        missing={k: frozenset(v) for k, v in _by_subject(raw.get("missing", {}))},
        excluded=dict(_by_subject(raw.get("excluded", {}))),
        not_applicable=frozenset(raw.get("not_applicable", ())),
        file=path,
        line=line,
    )


def _by_subject(said: Mapping[str, Any]) -> list[tuple[Subject, Any]]:
    """`{MZ01: x}` and `{a: {MZ18: y}}` alike, keyed by person and programme."""
    return [
        ((outer, programme), value) if isinstance(inner, dict) else (("", outer), inner)
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
