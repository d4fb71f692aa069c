"""What stands around every page: the top line, signing in and out, the language switch."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import (
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    get_asset_url,
    get_relative_path,
    html,
    no_update,
    page_container,
    set_props,
)
from flask import request

from dashboards.client import COOKIE, LANGUAGE_COOKIE, RefusedError, client, language
from dashboards.show import aria, button
from dashboards.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash.development.base_component import Component

URL: Final = "shell-url"
AGAIN: Final = "shell-again"
LOGIN: Final = "shell-login"
PASSWORD: Final = "shell-password"  # noqa: S105 - the id of a field
PASSWORD_IS: Final = "current-password"  # noqa: S105 - what browsers call the field
ENTER: Final = "shell-enter"
WRONG: Final = "shell-wrong"
LEAVE: Final = "shell-leave"
SWITCH: Final = "shell-switch"
MESSAGE: Final = "shell-message"
NAVIGATION: Final = (
    ("overview", "/", "figures:read"),
    ("gaps", "/gaps", "findings:rows"),
    ("duplicates", "/duplicates", "findings:rows"),
    ("suspicions", "/suspicions", "findings:rows"),
    ("household", "/household", "households:read"),
    ("instructions", "/instructions", "instructions:read"),
)
PAGE: Final[Any] = {"_pages_content": "children"}
SLOW: Final = 150  # milliseconds after which a wait is shown
ACCENT: Final = "#1d4f91"
YEAR: Final = 365 * 24 * 3600
UNSIGNED: Final = 401
LOG: Final = logging.getLogger("aidgraph.pages")
LOCALES: Final = {"zh": "zh-cn", "en": "en-us"}


def locale() -> str:
    """The reader's language by the name that the components know."""
    return LOCALES[language()]


def frame(dialog: list[Component]) -> Component:
    """What surrounds the page: where it is, what is being loaded, what went wrong."""
    waiting = html.Div(className="waiting", role="status", **aria(label=say("loading")))
    shown = dcc.Loading(
        page_container,
        custom_spinner=waiting,
        target_components=PAGE,
        delay_show=SLOW,
        overlay_style={"visibility": "visible"},
    )
    return fac.AntdConfigProvider(
        html.Div(
            [
                html.A(say("skip"), href="#main", className="skip"),
                dcc.Location(id=URL, refresh="callback-nav"),
                dcc.Store(id=AGAIN),
                html.Div(id=MESSAGE, role="alert"),
                shown,
                *dialog,
            ]
        ),
        locale=locale(),
        primaryColor=ACCENT,
        token={"fontFamily": "inherit", "colorText": "#1f2733"},
        wavesDisabled=True,
    )


# The same address again is not a change to dcc.Location, and cookies have changed.
clientside_callback(
    "href => { href && (new URL(href, location).href === location.href"
    " ? location.reload() : location.assign(href)) }",
    Input(AGAIN, "data"),
    prevent_initial_call=True,
)


def page(name: str) -> Callable[[Callable[..., list[Any]]], Callable[..., Component]]:
    """A page's layout within the frame; a reader without a session gets the sign-in form."""

    def around(layout: Callable[..., list[Any]]) -> Callable[..., Component]:
        @wraps(layout)
        def laid_out(**query: str) -> Component:
            try:
                me = client().read("/me")
            except RefusedError as error:
                return (
                    _sign_in() if error.status == UNSIGNED else html.Main(refused(error), id="main")
                )
            try:
                shown = layout(me=me, **query)
            except RefusedError as error:
                shown = [refused(error)]
            return html.Div([_top(name, me), html.Main(shown, className="main", id="main")])

        return laid_out

    return around


def refused(error: RefusedError) -> Component:
    """What the service said no to, and the way out."""
    detail = html.Div(error.detail, className="meta") if error.detail else None
    again = html.A(say("sign_in"), href="") if error.status == UNSIGNED else None
    says = html.Div([error.title, detail, again], role="alert")
    return fac.AntdAlert(message=says, type="warning", showIcon=True)


def failed(error: Exception) -> None:
    """Say that something broke, and keep the trace for whoever runs the service."""
    LOG.error("page failed: %s", ctx.triggered_prop_ids, exc_info=error)
    says = html.Div([say("failed"), " ", html.A(say("reload"), href="")])
    set_props(
        MESSAGE,
        {"children": fac.AntdAlert(message=says, type="error", showIcon=True, closable=True)},
    )


def _top(name: str, me: dict[str, Any]) -> Component:
    links = [
        dcc.Link(say(key), href=get_relative_path(path), className="here" if key == name else "")
        for key, path, needs in NAVIGATION
        if needs in me["may"]
    ]
    offices = [*me["department_labels"]] or [me["region_label"]]
    told = dict.fromkeys((me["name"], me["role_label"], *offices))  # a name may be the post's
    who = " · ".join(part for part in told if part)
    return html.Header(
        [
            html.Span([_mark(), html.B(say("product"))], className="brand"),
            html.Nav(links, **aria(label=say("pages"))),
            html.Span(who, className="who", title=who),
            button(say("other_language"), SWITCH, "quiet", lang=say("other_language_tag")),
            button(say("sign_out"), LEAVE, "quiet"),
        ],
        className="top",
    )


def _mark() -> Component:
    return html.Img(src=get_asset_url("mark.svg"), alt="", className="mark")


def _sign_in() -> Component:
    asked: tuple[tuple[str, str, Any, str], ...] = (
        (LOGIN, "login", "text", "username"),
        (PASSWORD, "password", "password", PASSWORD_IS),
    )
    fields = [
        html.Div(
            [
                html.Label(say(word), htmlFor=part),
                dcc.Input(id=part, type=kind, autoComplete=known, className="text"),
            ],
            className="field",
        )
        for part, word, kind, known in asked
    ]
    return html.Main(
        [
            html.H1([_mark(), say("product")], className="brand"),
            html.P(say("tagline"), className="meta"),
            *fields,
            html.Div(id=WRONG, className="wrong", role="alert"),
            button(say("sign_in"), ENTER, "primary wide"),
            html.P(say("sign_in_hint"), className="meta"),
            button(say("other_language"), SWITCH, "quiet", lang=say("other_language_tag")),
        ],
        className="card signin",
        id="main",
    )


@callback(
    Output(AGAIN, "data"),
    Output(WRONG, "children"),
    inputs={
        "said": (Input(ENTER, "n_clicks"), Input(LOGIN, "n_submit"), Input(PASSWORD, "n_submit"))
    },
    state={
        "login": State(LOGIN, "value"),
        "password": State(PASSWORD, "value"),
        "href": State(URL, "href"),
    },
    prevent_initial_call=True,
)
def enter(
    said: tuple[int | None, ...], login: str | None, password: str | None, href: str
) -> tuple[Any, Any]:
    """Sign in, and show the page that was asked for."""
    if not any(said):
        return no_update, no_update
    if not login or not password:
        return no_update, say("sign_in_needs")
    try:
        session = client().sign_in(login, password)
    except RefusedError as error:
        return no_update, say("wrong_password") if error.status == UNSIGNED else error.title
    _cookie(COOKIE, session, httponly=True)
    return href, ""


@callback(
    Output(AGAIN, "data", allow_duplicate=True),
    Input(LEAVE, "n_clicks"),
    prevent_initial_call=True,
)
def leave(clicks: int | None) -> Any:  # noqa: ANN401 - a path or no_update
    """Sign out."""
    if not clicks:
        return no_update
    with suppress(RefusedError):  # it had ended already
        client().send("DELETE", "/session")
    _cookie(COOKIE, "", max_age=0, httponly=True)
    return get_relative_path("/")


@callback(
    Output(AGAIN, "data", allow_duplicate=True),
    Input(SWITCH, "n_clicks"),
    State(URL, "href"),
    prevent_initial_call=True,
)
def switch(clicks: int | None, href: str) -> Any:  # noqa: ANN401 - a path or no_update
    """Read on in the other language."""
    if not clicks:
        return no_update
    _cookie(LANGUAGE_COOKIE, "en" if language() == "zh" else "zh", max_age=YEAR)
    return href


def _cookie(name: str, value: str, **more: Any) -> None:  # noqa: ANN401 - flask's own options
    secure = request.scheme == "https"
    ctx.response.set_cookie(name, value, path="/", samesite="Strict", secure=secure, **more)
