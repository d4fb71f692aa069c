"""What filters choose from: places, offices, and the run that everything rests on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import Asking, Serving
from api.lists import Json, tagged
from api.service import State, word

router = APIRouter(tags=["regions"])


@router.get("/regions")
def read_regions(request: Request, caller: Asking, service: Serving) -> Response:
    """The places of the user's scope, from the top down."""
    scope = caller.scope
    items = [
        {
            "code": one.code,
            "parent": one.parent or None,
            "level": one.level,
            "label": word(one.label, caller.lang),
        }
        for one in service.pack.regions.by_code.values()
        if scope.covers(one.code)
    ]
    return tagged(request, {"items": items, "next": None, "total": len(items)})


@router.get("/departments")
def read_departments(request: Request, caller: Asking, service: Serving) -> Response:
    """The offices, for whom an instruction may be."""
    items = [
        {
            "id": one.id,
            "label": word(one.label, caller.lang),
            "level": one.level,
            "budget_holder": one.budget_holder,
        }
        for one in service.pack.departments.values()
    ]
    return tagged(request, {"items": items, "next": None, "total": len(items)})


@router.get("/runs/latest")
def read_latest_run(request: Request, _caller: Asking, service: Serving) -> Response:
    """What every figure rests on."""
    return tagged(request, to_run(service.state))


def to_run(state: State) -> Json:
    """A run as it is shown."""
    run = state.run
    return {
        "id": run.id,
        "as_of": run.as_of,
        "lake_version": run.lake_version,
        "pack": run.pack,
        "pack_version": run.pack_version,
        "code_version": run.code_version,
        "digest": run.digest,
        "made_at": state.made_at,
    }
