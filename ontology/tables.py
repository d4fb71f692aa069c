"""The small tables of a pack: departments, rules between programmes, steps of a procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.errors import Fault
from ontology.files import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

RULES: Final = ("exclude", "person_chooses", "top_up", "higher", "stack")
SCOPES: Final = ("person", "household", "dwelling", "case")
THINGS: Final = ("dwelling", "case")
AT_ONCE: Final = ("once", "lifetime")


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

    @property
    def of_grants(self) -> bool:
        """Whether it is of grants, given once: to a dwelling, for a case, or in a lifetime."""
        return self.scope in THINGS or self.period in AT_ONCE


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


def read_departments(path: Path) -> tuple[dict[str, Department], list[Fault]]:
    """The offices in a `departments.csv`, and what is wrong with it."""
    lines, faults = rows_of(path, ("id", "zh", "en", "level", "budget_holder"))
    found: dict[str, Department] = {}
    for line, r in lines:
        if r["id"] in found:
            faults.append(Fault(str(path), line, f"department `{r['id']}` stands twice"))
        label = {"zh": r["zh"], "en": r["en"]}
        found[r["id"]] = Department(r["id"], label, r["level"], r["budget_holder"] == "yes")
    return found, faults


def read_compatibility(
    path: Path, programmes: Collection[str], cited: Collection[str]
) -> tuple[tuple[CompatibilityRule, ...], list[Fault]]:
    """The rules between programmes, and those that name what the pack does not know."""
    rules: list[CompatibilityRule] = []
    lines, faults = rows_of(path, CompatibilityRule.__slots__)
    for line, row in lines:
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


def read_procedures(path: Path) -> tuple[tuple[Step, ...], list[Fault]]:
    """The steps in a `procedures.csv`, in their order, and what is wrong with them."""
    steps: list[Step] = []
    lines, faults = rows_of(path, Step.__slots__)
    for line, r in lines:
        wrong = [k for k in ("order", "days") if not r[k].isdecimal() and (r[k] or k == "order")]
        faults += [Fault(str(path), line, f"{k} `{r[k]}` is no whole number") for k in wrong]
        if wrong:
            continue
        days = int(r["days"]) if r["days"] else None
        who = (r["day_kind"], r["actor"], r["source"])
        steps.append(Step(r["flow"], r["step"], int(r["order"]), days, *who))
    return tuple(sorted(steps, key=lambda s: (s.flow, s.order))), faults
