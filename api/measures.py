"""Figures as one user may see them: measured within his scope, small cells not told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from api.access import told
from api.lists import Json, known_values
from api.service import State, yuan
from audit import figures, history
from audit.findings import frame_of
from audit.office_figures import OFFICES
from audit.tables import FINDINGS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.service import Service
    from audit.figure_parts import FigureFacts
    from audit.figures import Cell, Measure
    from audit.history import Point
    from audit.users import Scope

EVERY: Final = {**figures.REGISTRY, **OFFICES}
IDENTITY: Final = "identity"
FILTERS: Final = ("programme", "region")
Filters = Mapping[str, Sequence[str]]


def facts(service: Service) -> FigureFacts:
    """What figures are measured from: the latest run, and the findings as people left them."""
    state = service.state
    with service.records.read() as connection:
        last = connection.execute(select(func.max(FINDINGS.c.last_seen))).scalar()
        step = connection.execute(select(func.max(OUTCOMES.c.id))).scalar()
        if state.measured.get("of") == (last, step):
            kept: FigureFacts = state.measured["facts"]
            return kept
        rows = connection.execute(select(FINDINGS)).mappings().all()
    fresh = replace(state.facts, findings=frame_of([dict(row) for row in rows]))
    state.measured.clear()
    state.measured.update(of=(last, step), facts=fresh)
    return fresh


def measure(service: Service, scope: Scope, figure: str, filters: Filters) -> Measure | None:
    """One figure within a scope, cut further by filters; None where nothing is left of it."""
    check_filters(service, filters)
    held = facts(service)
    cut = cut_to(service, scope, filters)
    if cut is None:
        return None
    key = (figure, cut)
    measured = service.state.measured
    if key not in measured:
        measured[key] = figures.measured(EVERY[figure], held, cut)
    found: Measure = measured[key]
    return found


def trend(service: Service, scope: Scope, figure: str, filters: Filters) -> tuple[Point, ...]:
    """The same figure month by month; none where nothing is left of it, or none was decided."""
    check_filters(service, filters)
    held = facts(service)
    cut = cut_to(service, scope, filters)
    if cut is None:
        return ()
    key = ("trend", figure, cut)
    measured = service.state.measured
    if key not in measured:
        measured[key] = history.trend(figure, held, cut)
    found: tuple[Point, ...] = measured[key]
    return found


def check_filters(service: Service, filters: Filters) -> None:
    """Raise where a filter, or a value of it, is not known."""
    known_values("filter", list(filters), FILTERS)
    known_values("programme", filters.get("programme", ()), list(service.pack.programmes))
    known_values("region", filters.get("region", ()), list(service.pack.regions.by_code))


def cut_to(service: Service, scope: Scope, filters: Filters) -> figures.Scope | None:
    """Places and programmes that are both asked for and the user's; None if there are none."""
    regions = tuple(filters.get("region", ()))
    if scope.user.region is not None:
        regions = tuple(one for one in regions if scope.covers(one)) or (
            () if regions else (scope.user.region,)
        )
        if not regions:
            return None
    programmes = tuple(filters.get("programme", ()))
    if scope.user.departments:
        own = [p for p in service.pack.programmes.values() if scope.holds(p.department)]
        counted = [p.id for p in own if p.kind != IDENTITY]  # the others stand beside
        held = {p.id for p in own}
        programmes = tuple(one for one in programmes or counted if one in held)
        if not programmes:
            return None
    return figures.Scope(tuple(sorted(regions)), tuple(sorted(programmes)))


def to_cell(scope: Scope, cell: Cell, *, fen: bool) -> Json:
    """N of M as it may be told."""
    count, mark = (cell.numerator, None) if fen else told(scope, cell.numerator)
    small = mark is not None
    return {
        "numerator": yuan(count) if fen else count,
        "denominator": yuan(cell.denominator) if fen else cell.denominator,
        "value": None if small else cell.value,
        "mark": mark or cell.mark,
        "rank": None if small else cell.rank,
        "per_thousand_households": None if small else cell.per_thousand_households,
    }


def to_cells(scope: Scope, cells: Sequence[Cell], *, fen: bool) -> list[Json]:
    """Cells that add up to one that is told: a lone suppressed one takes the next with it."""
    shown = [to_cell(scope, cell, fen=fen) for cell in cells]
    hidden = [cell for cell in shown if cell["mark"] == "suppressed"]
    rest = [cell for cell in shown if cell["mark"] != "suppressed" and cell["numerator"]]
    if len(hidden) == 1 and rest:
        nothing = dict.fromkeys(("numerator", "value", "rank", "per_thousand_households"))
        min(rest, key=lambda cell: cell["numerator"]).update(nothing, mark="suppressed")
    return shown


def running(state: State) -> Json:
    """What a figure rests on."""
    return {"as_of": state.run.as_of.isoformat(), "run": state.run.id}
