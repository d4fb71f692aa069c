"""A pack looked through: what it holds, all its faults, and its worked cases run."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rich.console import Group
from rich.table import Table

from cypher.question import CORE, QuestionError, questions, read_question
from matching.case_facts import case_faults
from matching.cases import run_cases
from matching.compatibility import in_order
from ontology.errors import Fault, PolicyError
from ontology.pack import check_pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import RenderableType

    from ontology.pack import Pack

CASES: Final = "cases/"


def check(path: Path) -> dict[str, Any]:
    """Counts, faults and cases of a pack, as the JSON that is printed.

    Cases run where nothing but a case is at fault: a faulty pack decides nobody.
    """
    pack, faults = check_pack(path)
    results = []
    if pack is not None:
        sound = all(fault.file.startswith(CASES) for fault in faults)
        found = [*_of_questions(pack), *_of_rules(pack), *(_of_cases(pack) if sound else ())]
        faults = sorted({*faults, *found})
        results = run_cases(pack, pack.cases) if sound else []
    return {
        "counts": dict(pack.counts) if pack else {},
        "faults": [asdict(fault) for fault in faults],
        "cases": [asdict(result) for result in results],
    }


def _of_cases(pack: Pack) -> Iterator[Fault]:
    """What worked cases say that the pack does not know."""
    for case in pack.cases:
        for fault in case_faults(pack, case):
            yield Fault(case.file.relative_to(pack.path).as_posix(), fault.line, fault.says)


def _of_rules(pack: Pack) -> Iterator[Fault]:
    """Rules between programmes of which none can be applied first."""
    units = {programme.id: programme.unit for programme in pack.programmes.values()}
    for end in range(1, len(pack.compatibility) + 1):
        try:
            in_order(pack.compatibility[:end], units)
        except PolicyError as error:
            says = error.faults[0].says.removeprefix("compatibility.csv: ")
            yield Fault("compatibility.csv", end + 1, says)
            return


def _of_questions(pack: Pack) -> Iterator[Fault]:
    """Audit questions that cannot be asked, or that cite what law/ does not describe."""
    known = questions(CORE)
    for file in pack.questions:
        name = file.relative_to(pack.path).as_posix()
        try:
            question = read_question(file, known.get(file.stem))
        except QuestionError as error:
            place = re.match(r".*?:(\d+): (.*)", str(error), re.DOTALL)
            yield Fault(name, int(place[1]) if place else 1, place[2] if place else str(error))
            continue
        except UnicodeDecodeError:
            yield Fault(name, 1, "not UTF-8: save the file in that encoding")
            continue
        for article in question.law:
            if pack.articles and article not in pack.articles:
                yield Fault(name, 1, f"`{article}` is no article of law/")


def show(told: dict[str, Any]) -> RenderableType:
    """The same for a terminal: faults and failed cases first."""
    faults = Table("file", "line", "fault")
    for fault in told["faults"]:
        faults.add_row(fault["file"], str(fault["line"]), fault["says"])
    failed = Table("case", "person", "programme", "expected", "got", "why")
    for case in told["cases"]:
        if not case["ok"]:
            names = ("id", "person", "programme", "expected", "got", "why")
            failed.add_row(*(str(case[name] or "") for name in names))
    right = sum(case["ok"] for case in told["cases"])
    counts = ", ".join(
        f"{number} {name.replace('_', ' ')}" for name, number in told["counts"].items()
    )
    ends = f"{len(told['faults'])} faults · {right} of {len(told['cases'])} expectations hold"
    parts = [t for t in (faults, failed) if t.row_count]
    return Group(*parts, f"{counts}\n{ends}")
