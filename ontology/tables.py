"""The small tables of a pack: departments, rules between programmes, steps of a procedure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

RULES: Final = ("exclude", "person_chooses", "top_up", "higher", "stack")
SCOPES: Final = ("person", "household", "dwelling", "case")


@dataclass(frozen=True, slots=True)
class Department:
    """An office that sends files or runs programmes."""

    id: str
    label: Mapping[str, str]
    level: str
    budget_holder: bool


@dataclass(frozen=True, slots=True)
class CompatibilityRule:
    """What happens to one who qualifies for two programmes: `exclude` lets `a` win."""

    a: str
    b: str
    rule: str
    scope: str
    period: str
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an application and its clock."""

    flow: str
    step: str
    order: int
    days: int | None
    day_kind: str
    actor: str
    source: str


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a CSV file with their numbers; none where there is no file."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from enumerate(csv.DictReader(file), start=2)


def read_departments(path: Path) -> dict[str, Department]:
    """The offices in a `departments.csv`."""
    return {
        r["id"]: Department(
            r["id"], {"zh": r["zh"], "en": r["en"]}, r["level"], r["budget_holder"] == "yes"
        )
        for _, r in rows(path)
    }


def read_compatibility(
    path: Path, programmes: Collection[str], cited: Collection[str]
) -> tuple[tuple[CompatibilityRule, ...], list[Fault]]:
    """The rules between programmes, and those that name what the pack does not know."""
    rules: list[CompatibilityRule] = []
    faults: list[Fault] = []
    for line, row in rows(path):
        rule = CompatibilityRule(**{k: row[k] for k in CompatibilityRule.__slots__})
        rules.append(rule)
        says = [
            f"programme `{p}` is not in the pack" for p in (rule.a, rule.b) if p not in programmes
        ]
        if rule.rule not in RULES:
            says.append(f"rule `{rule.rule}` is none of {', '.join(RULES)}")
        if rule.scope not in SCOPES:
            says.append(f"scope `{rule.scope}` is none of {', '.join(SCOPES)}")
        if rule.source not in cited:
            says.append(f"source `{rule.source}` is no article of law/")
        faults += [Fault(str(path), line, s) for s in says]
    return tuple(rules), faults


def read_procedures(path: Path) -> tuple[Step, ...]:
    """The steps in a `procedures.csv`, in their order."""
    steps = [
        Step(
            r["flow"],
            r["step"],
            int(r["order"]),
            int(r["days"]) if r["days"] else None,
            r["day_kind"],
            r["actor"],
            r["source"],
        )
        for _, r in rows(path)
    ]
    return tuple(sorted(steps, key=lambda s: (s.flow, s.order)))
