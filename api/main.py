"""The application: routers under /api/v1, errors as problems, the journal anchored at both ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import (
    decided_then,
    figures,
    findings,
    health,
    households,
    instructions,
    journal,
    programmes,
    regions,
    session,
    trends,
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
    decided_then,
    figures,
    trends,
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
    app.add_middleware(Headers)
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


class Headers:
    """What every answer of the interface says of itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        lang = {"zh": "zh-CN", "en": "en"}[language(Request(scope))]

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "private, no-store")
                headers["Content-Language"] = lang
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, say)
