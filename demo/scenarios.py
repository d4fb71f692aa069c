"""Scenario tables: what departments hold of planted families, and what must come out of it."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from demo.fields import FIELDS
from demo.offices import PROGRAMMES
from demo.values import ValueFormError, parse, parse_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FACT_COLUMNS: Final = ("scenario", "source", "row", "field", "value")
TRUTH_COLUMNS: Final = ("scenario", "kind", "subject", "verdict")
KINDS: Final = (
    "never_applied",
    "refused_though_qualifying",
    "lapsed_though_qualifying",
    "application_overdue",
    "identity_without_linked_benefit",
    "same_programme_same_month",
    "same_payment_sent_twice",
    "two_regions",
    "one_account_several_households",
    "household_split_or_joined",
    "exclusive_programmes_overlap",
    "top_up_not_deducted",
    "paid_again_though_once",
    "same_thing_same_day",
    "paid_after_death",
)
UNKNOWNS: Final = "unknowns"
VERDICTS: Final = ("found", "near_miss")
REGISTER: Final = "household_register"
NO_ROWS: Final = "none"
UNKNOWN: Final = "?"
LABEL: Final = re.compile(r"[a-z][a-z0-9_]*")

Rows: TypeAlias = "dict[str, dict[str, dict[str, str]]]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One planted family (or several linked ones): the words of its rows by source and row."""

    name: str
    rows: Rows
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What must come out for one subject: found, near_miss or undetermined."""

    scenario: str
    kind: str
    subject: str
    programmes: tuple[str, ...]
    verdict: str
    missing: tuple[str, ...]
    line: int


class ScenarioError(ValueError):
    """A scenario table cannot be used; `faults` lists every reason with file and line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(slots=True)
class _Reading:
    """One table while it is read: what it holds so far and what is wrong with it."""

    path: Path
    faults: list[str] = field(default_factory=list)
    rows: dict[str, Rows] = field(default_factory=dict)
    like: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, says: str) -> None:
        self.faults.append(f"{self.path.name}:{line}: {says}")


def read_scenarios(facts: Path, truth: Path) -> tuple[list[Scenario], list[Verdict]]:
    """The planted families and what must come out of them; raises with every fault at once."""
    reading = _Reading(facts)
    for line, row in _table(facts, FACT_COLUMNS, reading.faults):
        _fact(reading, line, row)
    found = [
        Scenario(name, _inherited(reading, name, ()), reading.lines[name])
        for name in reading.rows
        if not name.startswith("_")
    ]
    for scenario in found:
        _check_labels(reading, scenario)
    verdicts = _verdicts(truth, found, reading.faults)
    if reading.faults:
        raise ScenarioError(reading.faults)
    return found, verdicts


def scenario_pairs(folder: Path) -> list[tuple[Path, Path]]:
    """The tables `facts.csv` and `truth.csv` of a folder, then of each folder in it, by name."""
    homes = [folder, *sorted(at for at in folder.iterdir() if (at / "facts.csv").is_file())]
    return [(home / "facts.csv", home / "truth.csv") for home in homes]


def _table(
    path: Path, columns: tuple[str, ...], faults: list[str]
) -> Iterable[tuple[int, dict[str, str]]]:
    """Lines of a table whose first column is neither empty nor a comment."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [c for c in columns if c not in (reader.fieldnames or ())]
        if lacking:
            faults.append(f"{path.name}:1: no column {', '.join(lacking)}; a table has {columns}")
            return
        for row in reader:
            first = (row[columns[0]] or "").strip()
            if first and not first.startswith("#"):
                clean = {k: (v or "").strip() for k, v in row.items() if isinstance(v, str | None)}
                yield reader.line_num, clean


def _near(word: str, known: Iterable[str]) -> str:
    options = list(known)
    close = difflib.get_close_matches(word, options, 1)
    return f" Did you mean `{close[0]}`?" if close else f" Known: {', '.join(options)}."


def _fact(reading: _Reading, line: int, row: Mapping[str, str]) -> None:
    name, source, key, word, value = (row[c] for c in FACT_COLUMNS)
    rows = reading.rows.setdefault(name, {})
    reading.lines.setdefault(name, line)
    if word == "like" and not source:
        reading.like[name] = value
        return
    if source not in FIELDS:
        reading.fault(line, f"no source `{source}`.{_near(source, FIELDS)}")
        return
    if not key:
        reading.fault(line, "a fact needs a row: any word that groups its fields")
        return
    if source == REGISTER and not LABEL.fullmatch(key):
        reading.fault(line, f"`{key}` is no person: a label is lower-case letters and digits")
    held = rows.setdefault(source, {}).setdefault(key, {})
    if not word:
        return
    if word in held:
        reading.fault(line, f"`{word}` of row `{key}` is stated twice in `{name}`")
    fault = _value_fault(source, word, value)
    if fault:
        reading.fault(line, fault)
    held[word] = value


def _value_fault(source: str, word: str, value: str) -> str:
    """What is wrong with one field and its value; empty if nothing is."""
    if word == "drop":
        return "" if value == "yes" else "`drop` takes yes and nothing else"
    if word == "person" and source != REGISTER:
        return "" if LABEL.fullmatch(value) else f"`{value}` is no label of a person"
    known = FIELDS[source]
    if word not in known:
        return f"no field `{word}` in `{source}`.{_near(word, known)}"
    if value == UNKNOWN:
        lost = known[word].form == "months"
        return f"`{word}` is never empty: a row stands in the file of its month" if lost else ""
    try:
        parse_months(value) if known[word].form == "months" else parse(known[word], value)
    except ValueFormError as fault:
        return f"`{word}`: {fault}"
    return ""


def _inherited(reading: _Reading, name: str, path: tuple[str, ...]) -> Rows:
    """The rows of a scenario laid over those of the one that it is like."""
    above = reading.like.get(name)
    if name in path:
        reading.fault(reading.lines[name], f"`like` goes round: {' -> '.join((*path, name))}")
        return {}
    if above is not None and above not in reading.rows:
        near = _near(above, reading.rows)
        reading.fault(reading.lines[name], f"`{name}` is like `{above}`, unknown.{near}")
        above = None
    merged: Rows = {} if above is None else _inherited(reading, above, (*path, name))
    for source, rows in reading.rows[name].items():
        into = merged.setdefault(source, {})
        for key, fields in rows.items():
            if fields.get("drop"):
                into.pop(key, None)
            else:
                into[key] = {**into.get(key, {}), **fields}
    return merged


def _check_labels(reading: _Reading, scenario: Scenario) -> None:
    """Every person named is in the register, every field that a row needs is there."""
    people = labels(scenario)
    for source, rows in scenario.rows.items():
        words = FIELDS[source]
        for key, fields in rows.items():
            named = {w: v for w, v in fields.items() if w == "person" or _is_label(source, w)}
            lost = [v for v in named.values() if v not in people and v != UNKNOWN]
            if lost:
                says = f"`{scenario.name}`, {source} `{key}`: no person {', '.join(lost)}"
                reading.fault(scenario.line, f"{says}; add a row of {REGISTER}")
            if key == NO_ROWS:
                continue
            lacking = [w for w, f in words.items() if f.required and not f.default]
            lacking = [w for w in lacking if w not in fields]
            if lacking:
                says = f"`{scenario.name}`, {source} `{key}`: {', '.join(lacking)} not stated"
                reading.fault(scenario.line, says)


def _is_label(source: str, word: str) -> bool:
    return word in FIELDS[source] and FIELDS[source][word].form == "label"


def labels(scenario: Scenario) -> tuple[str, ...]:
    """Everyone in a scenario, `a` first: `a` is there even when no row says so."""
    return ("a", *(label for label in scenario.rows.get(REGISTER, {}) if label != "a"))


def _verdicts(path: Path, scenarios: list[Scenario], faults: list[str]) -> list[Verdict]:
    known = {scenario.name: scenario for scenario in scenarios}
    found = []
    for line, row in _table(path, TRUTH_COLUMNS, faults):
        unit, _, what = row["subject"].partition(":")
        missing = tuple((row.get("missing") or "").split())
        verdict = Verdict(
            row["scenario"],
            row["kind"],
            unit,
            tuple(what.split("+")),
            row["verdict"],
            missing,
            line,
        )
        says = _verdict_fault(verdict, known)
        if says:
            faults.append(f"{path.name}:{line}: {says}")
        found.append(verdict)
    return found


def _verdict_fault(verdict: Verdict, known: Mapping[str, Scenario]) -> str:
    """What is wrong with one line of the truth; empty if nothing is."""
    kinds = (*KINDS, UNKNOWNS)
    if verdict.scenario not in known:
        return f"no scenario `{verdict.scenario}`.{_near(verdict.scenario, known)}"
    if verdict.kind not in kinds:
        return f"no kind `{verdict.kind}`.{_near(verdict.kind, kinds)}"
    allowed = ("undetermined",) if verdict.kind == UNKNOWNS else VERDICTS
    if verdict.verdict not in allowed:
        return f"`{verdict.verdict}` is no verdict of {verdict.kind}: write {' or '.join(allowed)}"
    if bool(verdict.missing) != (verdict.kind == UNKNOWNS):
        return "`missing` lists the unknown facts of an undetermined verdict, and of no other"
    return _subject_fault(verdict, labels(known[verdict.scenario]))


def _subject_fault(verdict: Verdict, people: tuple[str, ...]) -> str:
    if verdict.subject not in ("household", *people):
        return f"no subject `{verdict.subject}`: write `household:MZ01` or a label as in `a:MZ18`"
    services = verdict.kind == "same_thing_same_day"
    words = FIELDS["services"]["thing"].words if services else PROGRAMMES
    strange = [p for p in verdict.programmes if p not in words]
    if strange:
        return f"`{'+'.join(strange)}` of the subject is none of {', '.join(words)}"
    pair = verdict.kind == "exclusive_programmes_overlap"
    if len(verdict.programmes) != 1 + pair:
        return "a subject is `a:MZ16`; of exclusive programmes it is `a:MZ03+MZ16`"
    return ""
