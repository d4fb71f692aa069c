"""What was loaded, decided and found, put together as one report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.figures import REGISTRY, measure, measured
from audit.history import trend
from audit.office_figures import OFFICES
from audit.report import Report, counted
from graph_loader.origins import origins, rows_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aidgraph.road import Road


def report_of(road: Road, loaded: Mapping[str, Any] | None) -> Report:
    """The report of the road's run; `loaded`: what its load told, else what its lake tells."""
    facts, run = road.figure_facts(), road.run
    named = [origin for row in road.findings.frame["origins"] for origin in row]
    return Report(
        pack=road.pack,
        run={
            "id": run.id,
            "as_of": run.as_of,
            "lake_version": run.lake_version,
            "pack_version": run.pack_version,
            "code_version": run.code_version,
            "digest": run.digest,
        },
        load=loaded or rows_read(road.read),
        decisions=counted(road.decisions),
        questions=road.questions,
        findings=road.findings,
        figures=tuple(measure(figure, facts) for figure in REGISTRY),
        rows=origins(road.read, named),
        reasons=road.reasons,
        offices=tuple(measured(figure, facts) for figure in OFFICES.values()),
        history={figure: trend(figure, facts) for figure in REGISTRY} if facts.months else {},
    )
