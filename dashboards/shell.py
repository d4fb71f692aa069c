"""What stands around every page: the top line, signing in and out, the language switch."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import Input, Output, State, callback, ctx, dcc, get_relative_path, html, no_update

from dashboards.client import COOKIE, LANGUAGE_COOKIE, RefusedError, client, language
from dashboards.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash.development.base_component import Component

URL: Final = "shell-url"
LOGIN: Final = "shell-login"
PASSWORD: Final = "shell-password"  # noqa: S105 - the id of a field
ENTER: Final = "shell-enter"
WRONG: Final = "shell-wrong"
LEAVE: Final = "shell-leave"
SWITCH: Final = "shell-switch"
NAVIGATION: Final = (("overview", "/"), ("gaps", "/gaps"), ("instructions", "/instructions"))
YEAR: Final = 365 * 24 * 3600
UNSIGNED: Final = 401


def frame() -> list[Component]:
    """Parts without looks that every page needs."""
    return [dcc.Location(id=URL, refresh=True), html.Div(id="shell-message")]


def page(name: str) -> Callable[[Callable[..., list[Any]]], Callable[..., Component]]:
    """A page's layout within the frame; a reader without a session gets the sign-in form."""

    def around(layout: Callable[..., list[Any]]) -> Callable[..., Component]:
        @wraps(layout)
        def laid_out(**query: str) -> Component:
            try:
                me = client().read("/me")
                return html.Div([_top(name, me), html.Main(layout(**query), className="main")])
            except RefusedError as error:
                if error.status == UNSIGNED:
                    return _sign_in()
                return html.Main(refused(error), className="main")

        return laid_out

    return around


def refused(error: RefusedError) -> Component:
    """What the service said no to, and the way out."""
    known = html.Div(" · ".join(error.known), className="meta") if error.known else None
    says = html.Div([error.detail, known])
    return fac.AntdAlert(message=says, type="warning", showIcon=True)


def _top(name: str, me: dict[str, Any]) -> Component:
    links = [
        dcc.Link(say(key), href=get_relative_path(path), className="here" if key == name else "")
        for key, path in NAVIGATION
    ]
    who = f"{me['name']} · {me['role_label']} · {me['region_label']}"
    return html.Header(
        [
            html.Span([html.B("Aid"), "Graph ", say("tagline")], className="brand"),
            html.Nav(links),
            html.Span(who, className="who"),
            fac.AntdButton(say("other_language"), id=SWITCH, type="text"),
            fac.AntdButton(say("sign_out"), id=LEAVE, type="text"),
        ],
        className="top",
    )


def _sign_in() -> Component:
    asked = ((LOGIN, "login", "input"), (PASSWORD, "password", "password"))
    fields = [
        html.Div(
            [html.Label(say(word), htmlFor=part), fac.AntdInput(id=part, mode=mode, size="large")],
            className="field",
        )
        for part, word, mode in asked
    ]
    return html.Div(
        html.Div(
            [
                html.H1([html.B("Aid"), "Graph"], className="brand"),
                html.P(say("tagline"), className="meta"),
                *fields,
                html.Div(id=WRONG, className="wrong", role="alert"),
                fac.AntdButton(say("sign_in"), id=ENTER, type="primary", size="large", block=True),
                html.P(say("sign_in_hint"), className="meta"),
                fac.AntdButton(say("other_language"), id=SWITCH, type="text", size="small"),
            ],
            className="card",
        ),
        className="signin",
    )


@callback(
    Output(URL, "href"),
    Output(WRONG, "children"),
    Input(ENTER, "nClicks"),
    Input(PASSWORD, "nSubmit"),
    State(LOGIN, "value"),
    State(PASSWORD, "value"),
    State(URL, "href"),
    prevent_initial_call=True,
)
def enter(_clicks: int, _returns: int, login: str, password: str, href: str) -> tuple[Any, Any]:
    """Sign in, and show the page that was asked for."""
    try:
        session = client().sign_in(login or "", password or "")
    except RefusedError as error:
        return no_update, error.detail
    _cookie(COOKIE, session, httponly=True)
    return href, ""


@callback(
    Output(URL, "href", allow_duplicate=True),
    Input(LEAVE, "nClicks"),
    prevent_initial_call=True,
)
def leave(_clicks: int) -> str:
    """Sign out."""
    client().send("DELETE", "/session")
    ctx.response.delete_cookie(COOKIE, path="/")
    return get_relative_path("/")


@callback(
    Output(URL, "href", allow_duplicate=True),
    Input(SWITCH, "nClicks"),
    State(URL, "href"),
    prevent_initial_call=True,
)
def switch(_clicks: int, href: str) -> str:
    """Read on in the other language."""
    _cookie(LANGUAGE_COOKIE, "en" if language() == "zh" else "zh", max_age=YEAR)
    return href


def _cookie(name: str, value: str, **more: Any) -> None:  # noqa: ANN401 - flask's own options
    ctx.response.set_cookie(name, value, path="/", samesite="Strict", **more)
