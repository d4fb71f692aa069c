"""A report of a drawn county under the real pack."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from audit.completeness import Checked, Sender, Whole
from audit.figure_parts import FigureFacts
from audit.figures import REGISTRY, measure
from audit.findings import find
from audit.report import Report, counted
from cypher.question import CORE, questions
from ontology.pack import Pack, read_pack
from tests.cypher.drawn import AS_OF, Drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

CHINA = Path("ontology/packs/china")
TOWNS = ("330382001", "330382002", "330382003")


@cache
def pack() -> Pack:
    return read_pack(CHINA)


def county() -> Drawing:
    """Something of every kind but haircuts, whose source was never sent."""
    drawing = Drawing()
    drawing.programme("MZ05", "civil_affairs")
    drawing.nodes["Programme"]["MZ05"]["kind"] = "identity"
    drawing.excludes("MZ03", "MZ16")
    for at in range(36):
        town = TOWNS[at % 3]
        drawing.household(f"H{at:04d}", f"P{at:04d}1", f"P{at:04d}2", region=town)
        drawing.qualifies(f"H{at:04d}", "MZ01", 40000 + 1300 * at)
        if at % 3:
            drawing.enrolled(f"H{at:04d}", "MZ01", "2026-02-01")
            drawing.paid(f"payments_civil_affairs|A{at}", f"H{at:04d}", "MZ01", "2026-09")
    drawing.qualifies("P00011", "MZ16", 34800)
    for number in ("B1", "B2"):
        drawing.paid(f"payments_civil_affairs|{number}", "P00021", "MZ16", "2026-09", amount=34800)
    drawing.enrolled("P00051", "MZ03", "2026-03-01")
    drawing.enrolled("P00051", "MZ16", "2025-01-01")
    drawing.paid("payments_civil_affairs|C1", "P00051", "MZ16", "2026-04", amount=34800)
    drawing.died("P00081", "2026-06-15")
    drawing.paid("payments_civil_affairs|D1", "P00081", "MZ16", "2026-08", amount=34800)
    for properties in drawing.nodes["Disbursement"].values():
        properties["origin"] = properties["id"]
    return drawing


def tree(unit: str, unit_id: str, programme: str) -> Mapping[str, Mapping[str, Any]]:
    def of(says: str, inner: str) -> dict[str, Any]:
        standard = {
            "parameter": "db",
            "value": "1240",
            "region": "330382",
            "from": "2026-07-01",
            "until": None,
            "source": "demo:assumed",
            "assumed": True,
        }
        record = {"source": "earnings", "file": "工资.csv", "sheet": None, "row": 18}
        part = {
            "truth": True,
            "says": inner,
            "value": "812.50",
            "articles": [{"id": "SAL-18"}],
            "standards": [standard],
            "records": [record],
            "parts": [],
        }
        unknown: dict[str, Any] = {"truth": None, "says": f"{unit} {unit_id}", "parts": []}
        return {"truth": True, "says": f"{says} {programme}", "parts": [part, unknown]}

    return {
        "zh": of("符合", "人均月收入低于低保标准"),
        "en": of("qualifies for", "income per head below the standard"),
    }


def report(folder: Path) -> Report:
    """The report, its graph asked and closed."""
    kinds = frozenset({"enrolment", "application", "disbursement", "death"})
    whole = tuple(Whole(f"{k}s", k, "", "330382", None, None) for k in sorted(kinds))
    senders = tuple(Sender(f"{k}s", k, "") for k in sorted(kinds))
    checked = Checked(kinds, whole, pack().regions, senders)
    drawing = county()
    drawing.pair_everything()
    store = drawing.store(folder)
    asked = questions(CORE, CHINA / "questions")
    findings = find(store, asked, {"as_of": AS_OF}, checked)
    decisions = pl.DataFrame(
        {
            "unit": ["household"] * 4,
            "id": ["H0001", "H0002", "H0003", "H0004"],
            "programme": ["MZ01", "MZ01", "MZ01", "MZ05"],
            "status": ["eligible", "undetermined", "not_eligible", "conflict"],
            "region": [TOWNS[0]] * 4,
        }
    )
    facts = FigureFacts(store, findings.frame, decisions, checked, AS_OF, "R1")
    figures = tuple(measure(name, facts) for name in REGISTRY)
    store.close()
    origins = sorted({o for listed in findings.frame["origins"] for o in listed})
    rows = pl.DataFrame(
        {
            "origin": origins,
            "file": ["=民政资金发放_2026.csv" if "B1" in o else "发放.xlsx" for o in origins],
            "sheet": [None if "B1" in o else "九月" for o in origins],
            "row": list(range(2, len(origins) + 2)),
        }
    )
    return Report(
        pack=pack(),
        run={"id": "R1", "as_of": AS_OF, "lake_version": 3, "pack_version": "1"},
        load={
            "read": 1204,
            "accepted": 1197,
            "refused": 7,
            "repeated": 2,
            "files": [{"name": "<b>发放</b>.csv", "source": "payments_civil_affairs", "read": 9}],
        },
        decisions=counted(decisions),
        questions=asked,
        findings=findings,
        figures=figures,
        rows=rows,
        reasons=tree,
    )
