"""A figure month by month, and against the last month: the same N of M within the same scope."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Asking, Caller, Serving, told
from api.lists import Json, tagged
from api.measures import EVERY, running, trend
from api.problems import Problem
from api.service import Service, word, yuan
from audit.history import change

if TYPE_CHECKING:
    from audit.history import Point

router = APIRouter(tags=["figures"])
Several = Annotated[list[str], Query()]


@router.get("/figures/{figure}/trend")
def read_trend(  # noqa: PLR0913 — two filters and who asks
    figure: str,
    *,
    request: Request,
    caller: Asking,
    service: Serving,
    programme: Several = [],  # noqa: B006 — FastAPI copies it
    region: Several = [],  # noqa: B006
) -> Response:
    """One figure for the end of each month that was decided; `known` of `total` have a value."""
    found = EVERY.get(figure)
    if found is None:
        raise Problem("not-found")
    filters = {"programme": programme, "region": region}
    points = trend(service, caller.scope, figure, filters)
    fen = found.counts == "fen"
    items = [to_point(service, caller, point, fen=fen) for point in points]
    shown = {
        "id": found.id,
        "label": word(found.label, caller.lang),
        "unit": found.unit,
        "counts": "money" if fen else found.counts,
        "better": found.better,
        **running(service.state),
        "items": items,
        "known": sum(item["value"] is not None for item in items),
        "total": len(items),
        "change": to_change(points, items),
        "filters": {name: values for name, values in filters.items() if values},
    }
    return tagged(request, shown)


def to_point(service: Service, caller: Caller, point: Point, *, fen: bool) -> Json:
    """N of M of one month as it may be told."""
    count, mark = (point.numerator, None) if fen else told(caller.scope, point.numerator)
    undecided, _ = told(caller.scope, point.undecided)
    return {
        "month": f"{point.day:%Y-%m}",
        "as_of": point.day.isoformat(),
        "numerator": yuan(count) if fen else count,
        "denominator": yuan(point.denominator) if fen else point.denominator,
        "value": None if mark else point.value,
        "mark": mark or point.mark,
        "missing": [kind_label(service, kind, caller.lang) for kind in point.lacks],
        "undecided": undecided,
    }


def kind_label(service: Service, kind: str, lang: str) -> str:
    """What the pack calls a kind of record."""
    found = service.pack.kinds.get(kind)
    return (word(found.label, lang) if found else None) or kind


def to_change(points: tuple[Point, ...], items: list[Json]) -> Json | None:
    """Against the last month; nothing where either of the two is not told."""
    pair = change(points)
    if pair is None or None in (items[-1]["value"], items[-2]["value"]):
        return None
    before, now = items[-2], items[-1]
    numerators = [Decimal(str(one["numerator"])) for one in (before, now)]
    values = [Decimal(one["value"]) for one in (before, now)]
    return {
        "month": before["month"],
        "numerator": str(numerators[1] - numerators[0]),
        "value": str(values[1] - values[0]),
    }
