"""Small pieces that several pages show: money, shares, marks, tags, headings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dash import dcc, get_relative_path, html

from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component


def money(value: str | float | None) -> str:
    """`1,234.50`, or a dash where it is not known."""
    return "—" if value is None else f"{Decimal(str(value)):,.2f}"


def share(value: str | None, *, permille: bool = False) -> str:
    """A ratio as percent or per mille, or a dash."""
    if value is None:
        return "—"
    return f"{Decimal(value) * 1000:.2f} ‰" if permille else f"{Decimal(value) * 100:.1f} %"


def count(value: int | None) -> str:
    """`12,480`, or a dash."""
    return "—" if value is None else f"{value:,}"


def tag(text: str, kind: str = "") -> Component:
    """A short word on a coloured ground; `kind` picks the colour."""
    return html.Span(text, className=f"tag {kind}")


def truth(value: bool | None) -> Component:  # noqa: FBT001 - it is the value shown
    """Met, not met or unknown."""
    name = {True: "true", False: "false", None: "null"}[value]
    return tag(say(f"truth_{name}"), name)


def heading(title: str, *meta: object) -> Component:
    """A page's title with its as-of and its source beside it."""
    beside: list[Any] = [html.Span(m, className="meta") if isinstance(m, str) else m for m in meta]
    return html.Div([html.H1(title), *beside], className="head")


def empty(says: str) -> Component:
    """What an empty place says: what to do next."""
    return html.Div(says, className="empty")


def link(text: str, path: str, **query: str) -> Component:
    """A link to another page, its query encoded."""
    from urllib.parse import urlencode

    return dcc.Link(text, href=f"{get_relative_path(path)}?{urlencode(query)}")


def record(row: dict[str, Any]) -> str:
    """The file and line that a fact came from."""
    key = "source_row_sheet" if row.get("sheet") else "source_row"
    return say(key, file=row["file"], row=row["row"], sheet=row.get("sheet") or "")
