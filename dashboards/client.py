"""The one way from a page to the service: HTTP with the reader's own session."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final

import httpx
from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE: Final = "aidgraph_session"
LANGUAGE_COOKIE: Final = "aidgraph_language"
LANGUAGES: Final = ("zh", "en")
PAGE: Final = 500
LONG: Final = 180.0
"""Seconds to wait for a day that is decided anew."""
AWAY: Final = 503  # also what the service says where nothing was decided yet


class RefusedError(Exception):
    """The service said no: `title` in the reader's language, `detail` names the way out."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(detail or title)
        self.status = status
        self.title = title
        self.detail = detail


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
        return self._ask("GET", path, params=_stated(filters))

    def read_long(self, path: str, **filters: object) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers for which a day is decided anew.

        Raises:
            RefusedError: where the service refuses or cannot be reached.
        """
        return self._ask("GET", path, params=_stated(filters), timeout=LONG)

    def every(self, path: str, most: int, **filters: object) -> dict[str, Any]:
        """The first `most` items of a list, page after page, with the totals of its first page."""
        first: dict[str, Any] = self.read(path, limit=min(PAGE, most), **filters)
        items, cursor = list(first["items"]), first["next"]
        while cursor and len(items) < most:
            page = self.read(path, limit=PAGE, cursor=cursor, **filters)
            items, cursor = [*items, *page["items"]], page["next"]
        return {**first, "items": items, "next": cursor}

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, version: str = ""
    ) -> Any:  # noqa: ANN401 - JSON
        """What a change answers; `version` is the one that the reader saw.

        Raises:
            RefusedError: where the service refuses or cannot be reached.
        """
        headers = {"If-Match": f'"{version}"'} if version else {}
        return self._ask(method, path, headers=headers, json=dict(body or {}))

    def sign_in(self, login: str, password: str) -> str:
        """The session of these words.

        Raises:
            RefusedError: where they are wrong.
        """
        answer = self._answer("POST", "/session", json={"login": login, "password": password})
        return answer.cookies[COOKIE]

    def _ask(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        answer = self._answer(method, path, **more)
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        own = {"Accept-Language": self.language, "Cookie": f"{COOKIE}={self.session}"}
        headers = {**more.pop("headers", {}), **own}
        try:
            answer = self.http.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise RefusedError(AWAY, type(error).__name__, str(error)) from error
        if not answer.is_success:
            raise refusal(answer)
        return answer


def _stated(filters: Mapping[str, object]) -> dict[str, Any]:
    return {k: v for k, v in filters.items() if v not in (None, "", [])}


def refusal(answer: httpx.Response) -> RefusedError:
    """What a problem document says, or the bare answer where it is none."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    title = str(problem.get("title") or answer.reason_phrase)
    detail = str(problem.get("detail") or "")
    return RefusedError(answer.status_code, title, "" if detail == title else detail)


class Service:
    """Where the service listens; set once, when the pages are made."""

    http: httpx.Client

    @classmethod
    def reach(cls, http: httpx.Client) -> None:
        """Use this connection; it keeps no cookie, for many readers share it."""
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        cls.http = http


def language() -> str:
    """The language of the reader who asks; zh until they say otherwise."""
    said = request.cookies.get(LANGUAGE_COOKIE, "") if has_request_context() else ""
    return said if said in LANGUAGES else LANGUAGES[0]


def client() -> Client:
    """The service as the reader who asks now sees it."""
    return Client(Service.http, request.cookies.get(COOKIE, ""), language())
