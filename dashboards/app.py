"""The leaders' pages: one Dash application that asks the service over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dash import Dash

from dashboards.client import Service, language

if TYPE_CHECKING:
    import httpx

HERE: Final = Path(__file__).parent
INDEX: Final = (HERE / "index.html").read_text(encoding="utf-8")
HTML_LANGUAGE: Final = {"zh": "zh-CN", "en": "en"}


class Pages(Dash):
    """Dash, with the reader's language in its first answer."""

    def interpolate_index(self, *_: Any, **parts: Any) -> str:  # noqa: ANN401 - Dash's pieces
        """The first page: the frame is drawn before any script has run."""
        shown = INDEX.replace("{%language%}", HTML_LANGUAGE[language()])
        shown = shown.replace("{%mark%}", str(self.get_asset_url("mark.svg")))
        for part in ("metas", "title", "css", "config", "scripts", "renderer"):
            shown = shown.replace(f"{{%{part}%}}", parts[part])
        return shown


def create(http: httpx.Client, prefix: str = "/board/") -> Dash:
    """The pages, to be mounted under `prefix`; `http` reaches the service's /api/v1."""
    Service.reach(http)
    from dashboards import give, shell

    app = Pages(
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
        on_error=shell.failed,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    from dashboards.pages import (  # noqa: F401 - each registers itself with the application
        duplicates,
        gaps,
        household,
        instructions,
        overview,
        suspicions,
    )

    app.layout = lambda: shell.frame(give.dialog())
    return app
