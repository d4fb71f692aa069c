"""The application: routers under /api/v1, errors as problems, the journal anchored at both ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from api import (
    figures,
    findings,
    health,
    households,
    instructions,
    journal,
    programmes,
    regions,
    session,
)
from api.access import enter, language
from api.problems import answer_problems
from api.service import Service
from audit.journal import anchor

PREFIX: Final = "/api/v1"
RESOURCES: Final = (
    health,
    session,
    programmes,
    findings,
    households,
    figures,
    instructions,
    journal,
    regions,
)


def create_app(service: Service, *, also: Callable[[FastAPI], None] | None = None) -> FastAPI:
    """The application over a service; `also` may mount more beside the interface."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        sign(service)
        yield
        sign(service)

    app = FastAPI(
        title="AidGraph",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        lifespan=life,
    )
    app.state.service = service
    answer_problems(app)
    app.middleware("http")(with_headers)
    every = APIRouter(prefix=PREFIX, dependencies=[Depends(enter)])
    for resource in RESOURCES:
        every.include_router(resource.router)
    app.include_router(every)
    if also is not None:
        also(app)
    return app


def sign(service: Service) -> None:
    """Anchor the journal outside the database."""
    anchor(service.records, key_file=service.key_file, anchor_file=service.anchor_file)


async def with_headers(request: Request, go_on: RequestResponseEndpoint) -> Response:
    """What every answer of the interface says of itself."""
    answer = await go_on(request)
    if request.url.path.startswith(PREFIX):
        answer.headers.setdefault("Cache-Control", "private, no-store")
        answer.headers["Content-Language"] = {"zh": "zh-CN", "en": "en"}[language(request)]
        answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
