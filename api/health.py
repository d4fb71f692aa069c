"""Whether the service is up, and whether it has anything to say."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import Serving
from api.lists import Json
from matching.run import code_version

router = APIRouter(tags=["health"])


@router.get("/health")
def read_health(service: Serving) -> Json:
    """Up, with this version; ready once a run was decided."""
    return {"status": "ok", "version": code_version(), "ready": service.latest() is not None}
