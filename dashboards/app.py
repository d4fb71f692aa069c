"""The leaders' pages: one Dash application that asks the service over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from dash import Dash, html, page_container

from dashboards.client import Service

if TYPE_CHECKING:
    import httpx

HERE: Final = Path(__file__).parent


def create(http: httpx.Client, prefix: str = "/board/") -> Dash:
    """The pages, to be mounted under `prefix`; `http` reaches the service's /api/v1."""
    Service.http = http
    app = Dash(
        __name__,
        assets_folder=str(HERE / "assets"),
        pages_folder="",
        use_pages=True,
        requests_pathname_prefix=prefix,
        routes_pathname_prefix="/",
        serve_locally=True,
        suppress_callback_exceptions=True,
        title="AidGraph",
        update_title="",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    from dashboards import give, shell
    from dashboards.pages import gaps, household, instructions, overview  # noqa: F401 - likewise

    app.layout = lambda: html.Div([*shell.frame(), page_container, *give.dialog()])
    return app
