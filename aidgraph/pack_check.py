"""A pack looked through: what it holds, all its faults, and its worked cases run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table

from matching.cases import run_cases
from ontology.pack import check_pack

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType


def check(path: Path) -> dict[str, Any]:
    """Counts, faults and cases of a pack, as the JSON that is printed.

    Cases run only where the pack has no fault: a faulty pack decides nobody.
    """
    pack, faults = check_pack(path)
    results = run_cases(pack, pack.cases) if pack and not faults else []
    return {
        "counts": dict(pack.counts) if pack else {},
        "faults": [asdict(fault) for fault in faults],
        "cases": [asdict(result) for result in results],
    }


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
