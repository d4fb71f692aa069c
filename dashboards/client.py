"""The one way from a page to the service: HTTP with the reader's own session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx
from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE: Final = "aidgraph_session"
LANGUAGE_COOKIE: Final = "aidgraph_language"
LANGUAGES: Final = ("zh", "en")


class RefusedError(Exception):
    """The service said no; `detail` names the way out."""

    def __init__(self, status: int, detail: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.known = known


@dataclass(frozen=True, slots=True)
class Client:
    """The service as one reader sees it."""

    http: httpx.Client
    session: str
    language: str

    def read(self, path: str, **filters: object) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers.

        Raises:
            RefusedError: where the service refuses or cannot be reached.
        """
        asked = {k: v for k, v in filters.items() if v not in (None, "", [])}
        return self._ask("GET", path, params=asked)

    def every(self, path: str, most: int = 5000, **filters: object) -> dict[str, Any]:
        """All items of a list, page after page, with the totals of its first page."""
        first: dict[str, Any] = self.read(path, limit=500, **filters)
        items, cursor = list(first["items"]), first["next"]
        while cursor and len(items) < most:
            page = self.read(path, limit=500, cursor=cursor, **filters)
            items, cursor = [*items, *page["items"]], page["next"]
        return {**first, "items": items, "next": cursor}

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """What a change answers.

        Raises:
            RefusedError: where the service refuses or cannot be reached.
        """
        return self._ask(method, path, json=dict(body or {}))

    def sign_in(self, login: str, password: str) -> str:
        """The session of these words.

        Raises:
            RefusedError: where they are wrong.
        """
        answer = self.http.post("/session", json={"login": login, "password": password})
        _checked(answer)
        return answer.cookies[COOKIE]

    def _ask(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        headers = {"Accept-Language": self.language, "Cookie": f"{COOKIE}={self.session}"}
        try:
            answer = self.http.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise RefusedError(503, f"{type(error).__name__}: {error}") from error
        _checked(answer)
        return answer.json() if answer.content else None


def _checked(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    known = tuple(map(str, problem.get("known", ())))
    raise RefusedError(answer.status_code, str(problem.get("detail", answer.reason_phrase)), known)


class Service:
    """Where the service listens; set once, when the pages are made."""

    http: httpx.Client


def language() -> str:
    """The language of the reader who asks; zh until they say otherwise."""
    said = request.cookies.get(LANGUAGE_COOKIE, "") if has_request_context() else ""
    return said if said in LANGUAGES else LANGUAGES[0]


def client() -> Client:
    """The service as the reader who asks now sees it."""
    return Client(Service.http, request.cookies.get(COOKIE, ""), language())
