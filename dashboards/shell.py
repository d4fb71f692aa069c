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
from flask import has_request_context, request

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
# What was clicked, and when: buttons that a page brings with it say so only once they are clicked.
CLICKED: Final = """() => {
    const {triggered, triggered_id} = dash_clientside.callback_context;
    const said = triggered_id && triggered.some(t => t.value);
    return said ? {id: triggered_id, at: Date.now()} : dash_clientside.no_update;
}"""
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
    """What surrounds the page: who reads, where it is, what is being loaded, what went wrong.

    It stays while pages come and go; signing in and out, and the other language, load it anew.
    """
    me = _reader()
    waiting = html.Div(className="waiting", role="status", **aria(label=say("loading")))
    shown = dcc.Loading(
        page_container,
        custom_spinner=waiting,
        target_components=PAGE,
        delay_show=SLOW,
        overlay_style={"visibility": "visible"},
    )
    around = [_top(me), shown, *dialog] if me else [_sign_in(), html.Div(shown, hidden=True)]
    return fac.AntdConfigProvider(
        html.Div(
            [
                html.A(say("skip"), href="#main", className="skip"),
                dcc.Location(id=URL, refresh="callback-nav"),
                dcc.Store(id=AGAIN),
                html.Div(id=MESSAGE, role="alert"),
                *around,
            ]
        ),
        locale=locale(),
        primaryColor=ACCENT,
        token={"fontFamily": "inherit", "colorText": "#1f2733"},
        wavesDisabled=True,
    )


def _reader() -> dict[str, Any] | None:
    """Who is signed in, if anybody; nobody while Dash looks at the layout by itself."""
    if not has_request_context():
        return None
    try:
        me: dict[str, Any] = client().read("/me")
    except RefusedError:
        return None
    return me


# The same address again is not a change to dcc.Location, and cookies have changed.
clientside_callback(
    "href => { href && (new URL(href, location).href === location.href"
    " ? location.reload() : location.assign(href)) }",
    Input(AGAIN, "data"),
    prevent_initial_call=True,
)


clientside_callback(
    """path => document.querySelectorAll('header nav a').forEach(a => {
        const here = new URL(a.href).pathname === path;
        a.classList.toggle('here', here);
        here ? a.setAttribute('aria-current', 'page') : a.removeAttribute('aria-current');
    })""",
    Input(URL, "pathname"),
)


def page(layout: Callable[..., list[Any]]) -> Callable[..., Component]:
    """A page's layout for whoever reads; what the service says no to stands in its place."""

    @wraps(layout)
    def laid_out(**query: str) -> Component:
        try:
            shown = layout(me=client().read("/me"), **query)
        except RefusedError as error:
            shown = [refused(error)]
        return html.Main(shown, className="main", id="main")

    return laid_out


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


def _top(me: dict[str, Any]) -> Component:
    links = [
        dcc.Link(say(key), href=get_relative_path(path))
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
    return html.Div(
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
        role="main",
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
    del said
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
def leave(_clicks: int) -> str:
    """Sign out."""
    with suppress(RefusedError):  # it had ended already
        client().send("DELETE", "/session")
    _cookie(COOKIE, "", max_age=0, httponly=True)
    return str(get_relative_path("/"))


@callback(
    Output(AGAIN, "data", allow_duplicate=True),
    Input(SWITCH, "n_clicks"),
    State(URL, "href"),
    prevent_initial_call=True,
)
def switch(_clicks: int, href: str) -> str:
    """Read on in the other language."""
    _cookie(LANGUAGE_COOKIE, "en" if language() == "zh" else "zh", max_age=YEAR)
    return href


def _cookie(name: str, value: str, **more: Any) -> None:  # noqa: ANN401 - flask's own options
    secure = request.scheme == "https"
    ctx.response.set_cookie(name, value, path="/", samesite="Strict", secure=secure, **more)
