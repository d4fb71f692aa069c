"""Whether the service is up, and whether it has anything to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.access import Serving
from api.lists import Json
from graph_loader.stores.protocol import StoreError
from graph_loader.stores.steady import UnsteadyError
from matching.run import code_version

if TYPE_CHECKING:
    from api.service import State

router = APIRouter(tags=["health"])


@router.get("/health")
def read_health(service: Serving) -> Json:
    """Up, with this version; ready once a run was decided; whether its graph can be read."""
    state = service.latest()
    told = {"status": "ok", "version": code_version(), "ready": state is not None}
    return told | {"graph": "none" if state is None else graph(state)}


def graph(state: State) -> str:
    """`whole`; `projecting` where it is being made anew or was left half; `away`."""
    try:
        state.store.read("RETURN 1 AS one")
    except UnsteadyError:
        return "projecting"
    except StoreError:
        return "away"
    return "whole"
