"""The figures of the registry: each with N of M, as-of, what stands beside it, and its rows."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from api.access import Asking, Caller, Serving, told
from api.lists import Json, tagged
from api.measures import EVERY, measure, running, to_cell, to_cells
from api.problems import Problem
from api.service import Service, word, yuan
from api.words import programme_label, region_label
from audit.figures import REGISTRY, Cell, Figure, Measure
from audit.office_figures import OFFICES

router = APIRouter(tags=["figures"])
Several = Annotated[list[str], Query()]
NOTHING: Final = Cell(None, None, None, None, "not_applicable")
BESIDE: Final = {
    "paid_last_month": {"zh": "上月已发放", "en": "paid last month"},
    "identities": {"zh": "低边、刚性支出等身份", "en": "identities without a payment"},
    "undetermined": {"zh": "待补充材料，无法判定", "en": "undetermined: facts missing"},
    "conflict": {"zh": "数据矛盾，待核", "en": "facts in conflict"},
    "households": {"zh": "涉及家庭", "en": "distinct households"},
    "receipt_not_known": {"zh": "是否享受不明", "en": "receipt not known"},
    "older": {"zh": "十二个月以前", "en": "older than 12 months"},
    "confirmed": {"zh": "其中已查实", "en": "of these, confirmed"},
    "done_late": {"zh": "逾期后已复核", "en": "done after the day due"},
    "allotted": {"zh": "本年度预算", "en": "budget of the year"},
    "recovered": {"zh": "已追回", "en": "recovered"},
    "open": {"zh": "至今未答复", "en": "still open"},
    "no_score": {"zh": "未评分", "en": "gave no score"},
}
IN_MONEY: Final = ("older", "confirmed", "allotted", "recovered")


@router.get("/figures")
def read_figures(  # noqa: PLR0913 — three filters and who asks
    *,
    request: Request,
    caller: Asking,
    service: Serving,
    programme: Several = [],  # noqa: B006 — FastAPI copies it
    region: Several = [],  # noqa: B006
    of: Literal["people", "offices"] = "people",
) -> Response:
    """Every figure of the people, or of the offices' own work, within the user's scope."""
    filters = {"programme": programme, "region": region}
    listed = REGISTRY if of == "people" else OFFICES
    items = [to_figure(service, caller, one, filters)[0] for one in listed.values()]
    return tagged(request, {"items": items, "next": None, "total": len(items)})


@router.get("/figures/{figure}")
def read_figure(  # noqa: PLR0913 — two filters and who asks
    figure: str,
    *,
    request: Request,
    caller: Asking,
    service: Serving,
    programme: Several = [],  # noqa: B006 — FastAPI copies it
    region: Several = [],  # noqa: B006
) -> Response:
    """One figure with its rows by township and by programme."""
    found = EVERY.get(figure)
    if found is None:
        raise Problem("not-found")
    filters = {"programme": programme, "region": region}
    shown, measured = to_figure(service, caller, found, filters)
    return tagged(request, {**shown, **rows(service, caller, found, measured)})


def to_figure(
    service: Service, caller: Caller, figure: Figure, filters: dict[str, list[str]]
) -> tuple[Json, Measure | None]:
    """A figure as it is shown, and as it was measured."""
    lang, fen = caller.lang, figure.counts == "fen"
    measured = measure(service, caller.scope, figure.id, filters)
    whole = measured.whole if measured else NOTHING
    shown = {
        "id": figure.id,
        "label": word(figure.label, lang),
        "definition": word(figure.definition, lang),
        "unit": figure.unit,
        "counts": "money" if fen else figure.counts,
        "better": figure.better,
        "finds": list(figure.finds),
        **to_cell(caller.scope, whole, fen=fen),
        **running(service.state),
        "beside": beside(caller, measured, fen=fen) if measured else [],
        "missing": list(measured.lacks) if measured else [],
        "filters": {name: values for name, values in filters.items() if values},
    }
    return shown, measured


def beside(caller: Caller, measured: Measure, *, fen: bool) -> list[Json]:
    """What never enters the numerator and stands beside it."""
    items = []
    for name, count in measured.beside.items():
        money = fen and name in IN_MONEY
        value, mark = (count, None) if money else told(caller.scope, count)
        label = word(BESIDE.get(name), caller.lang) or name
        items.append(
            {"id": name, "label": label, "value": yuan(value) if money else value, "mark": mark}
        )
    return items


def rows(service: Service, caller: Caller, figure: Figure, measured: Measure | None) -> Json:
    """The figure by township and by programme, and what it can be filtered by."""
    lang, fen = caller.lang, figure.counts == "fen"
    towns = measured.townships if measured else ()
    kinds = measured.programmes if measured else ()
    scope = caller.scope
    return {
        "rows": [
            {"region": cell.of, "region_label": region_label(service, cell.of, lang), **shown}
            for cell, shown in zip(towns, to_cells(scope, towns, fen=fen), strict=True)
        ],
        "programmes": [
            {
                "programme": cell.of,
                "programme_label": programme_label(service, cell.of, lang),
                **shown,
            }
            for cell, shown in zip(kinds, to_cells(scope, kinds, fen=fen), strict=True)
        ],
        "known_filters": {
            "programme": list(service.pack.programmes),
            "region": [code for code in service.pack.regions.by_code if scope.covers(code)],
        },
    }
