"""Errors as `application/problem+json`: the fact, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from audit.outcomes import UnknownFindingError
from audit.progress import UnknownError
from audit.records import RecordsError
from audit.sessions import TooManyTriesError, WrongPasswordError
from audit.steps import IncompleteError, RoleError, StaleError, StateError, Step
from graph_loader.stores.protocol import StoreError
from graph_loader.stores.steady import UnsteadyError

if TYPE_CHECKING:
    from collections.abc import Iterable

MEDIA: Final = "application/problem+json"
KINDS: Final[dict[str, tuple[int, str, str]]] = {
    "unknown-filter": (400, "没有这个筛选项", "There is no such filter."),
    "unknown-value": (400, "没有这个取值", "There is no such value."),
    "bad-cursor": (
        400,
        "翻页标记无效，请从第一页开始",
        "The cursor is not one of ours. Begin anew.",
    ),
    "bad-body": (400, "提交的内容不完整或有误", "What was sent is incomplete or wrong."),
    "purpose-needed": (
        400,
        "查看个人信息须写明事由(purpose,4 至 200 字)",
        "Personal data needs a purpose of 4 to 200 characters: ?purpose=…",
    ),
    "sign-in": (401, "请先登录", "Sign in first: POST /api/v1/session, or send a key."),
    "role": (403, "您的角色不能办理此项", "Your role may not do this."),
    "not-found": (404, "没有找到，或不在您的权限范围内", "Not there, or not within your scope."),
    "method": (405, "不支持这种请求方式", "This address does not answer that method."),
    "state": (409, "当前状态下不能这样办理", "This cannot follow the present state."),
    "stale": (412, "内容已被他人更新，请刷新后再办", "Changed since you read it. Read it again."),
    "too-large": (413, "提交的内容过大", "What was sent is too large."),
    "too-many-tries": (429, "密码错误次数过多，请稍后再试", "Too many wrong passwords. Wait."),
    "broken": (500, "系统内部出错，已记录", "Something broke here; it was logged."),
    "no-data": (
        503,
        "还没有测算结果：请先运行 aidgraph demo,或 load、link、match、project、audit",
        "Nothing is decided yet: run `aidgraph demo`, or load, link, match, project and audit.",
    ),
    "projecting": (
        503,
        "关系图谱正在更新，请稍后再试",
        "The graph is being made anew. Try again in a moment.",
    ),
    "store": (503, "图数据库暂不可用，请稍后再试", "The graph store is away. Try again."),
}
MOMENT: Final = 5  # seconds after which a graph in the making may be whole, or its store back
BY_STATUS: Final = {404: "not-found", 405: "method", 413: "too-large"}


class Problem(Exception):  # noqa: N818 — the word of RFC 9457
    """An answer that is an error; its kind tells status and title."""

    def __init__(
        self,
        kind: str,
        *,
        says: str | None = None,
        known: Iterable[str] | None = None,
        allowed: Iterable[dict[str, str]] | None = None,
        wait: int | None = None,
    ) -> None:
        super().__init__(says or kind)
        self.kind, self.says, self.wait = kind, says, wait
        self.known = None if known is None else list(known)
        self.allowed = None if allowed is None else list(allowed)


def to_response(request: Request, problem: Problem) -> JSONResponse:
    """The problem as it goes over the wire, in the reader's language."""
    status, zh, en = KINDS[problem.kind]
    asked = request.headers.get("accept-language", "").strip().lower()
    title = en if asked.startswith("en") else zh
    known = problem.known
    more = {"known": known, "allowed": problem.allowed}
    parts = [problem.says or title, "→ " + ", ".join(known) if known else ""]
    body = {
        "type": f"urn:aidgraph:problem:{problem.kind}",
        "title": title,
        "status": status,
        "detail": " ".join(part for part in parts if part),
        **{name: values for name, values in more.items() if values is not None},
    }
    headers = {"Retry-After": str(problem.wait)} if problem.wait else None
    if status == KINDS["sign-in"][0]:
        headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse(body, status, headers, MEDIA)


def from_records(error: RecordsError) -> Problem:
    """What the records refused, as a problem."""
    says = str(error)
    made: Problem
    match error:
        case StateError(allowed=allowed):
            made = Problem("state", says=says, allowed=map(to_next, allowed))
        case RoleError(roles=roles):
            made = Problem("role", says=says, known=roles)
        case IncompleteError(known=known):
            made = Problem("bad-body", says=says, known=known or None)
        case TooManyTriesError(seconds=seconds):
            made = Problem("too-many-tries", wait=seconds)
        case WrongPasswordError():
            made = Problem("sign-in", says=says)
        case StaleError():
            made = Problem("stale", says=says)
        case UnknownError() | UnknownFindingError():
            made = Problem("not-found")
        case _:
            made = Problem("bad-body", says=says)
    return made


def to_next(step: Step) -> dict[str, str]:
    """A step that may follow, as a program reads it."""
    return {"action": step.action, "to": step.to, "label": step.label["zh"]}


def from_validation(request: Request, error: RequestValidationError) -> Problem:
    """What the reader of requests refused: which field, why, and which fields there are."""
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'][1:]) or fault['loc'][0]}: {fault['msg']}"
        for fault in error.errors()
    ]
    in_body = any(fault["loc"][0] == "body" for fault in error.errors())
    body = getattr(request.scope.get("route"), "body_field", None)
    model = getattr(getattr(body, "field_info", None), "annotation", None)
    known = sorted(getattr(model, "model_fields", {})) if in_body else None
    return Problem("bad-body" if in_body else "unknown-value", says="; ".join(faults), known=known)


def answer_problems(app: FastAPI) -> None:
    """Have every error of the application leave as a problem."""

    @app.exception_handler(Problem)
    def problem(request: Request, error: Problem) -> JSONResponse:
        return to_response(request, error)

    @app.exception_handler(RecordsError)
    def records(request: Request, error: RecordsError) -> JSONResponse:
        return to_response(request, from_records(error))

    @app.exception_handler(RequestValidationError)
    def validation(request: Request, error: RequestValidationError) -> JSONResponse:
        return to_response(request, from_validation(request, error))

    @app.exception_handler(UnsteadyError)
    def unsteady(request: Request, error: UnsteadyError) -> JSONResponse:
        return to_response(request, Problem("projecting", says=str(error), wait=MOMENT))

    @app.exception_handler(StoreError)
    def store(request: Request, error: StoreError) -> JSONResponse:
        wait = MOMENT if error.retryable else None
        return to_response(request, Problem("store", says=str(error), wait=wait))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        return to_response(request, Problem(BY_STATUS.get(error.status_code, "bad-body")))

    @app.exception_handler(Exception)
    def broken(request: Request, _error: Exception) -> JSONResponse:
        return to_response(request, Problem("broken"))
