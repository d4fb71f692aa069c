"""Small pieces that several pages show: money, shares, marks, tags, headings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dash import dcc, get_relative_path, html

from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component


def money(value: str | float | None) -> str:
    """`1,234.50`, or a dash where it is not known."""
    return "—" if value is None else f"{Decimal(str(value)):,.2f}"


def share(value: str | None, unit: str) -> str:
    """A ratio as percent or per mille, or a dash."""
    if value is None:
        return "—"
    return f"{Decimal(value) * 1000:.2f} ‰" if unit == "permille" else f"{Decimal(value):.2%}"


def count(value: int | None) -> str:
    """`12,480`, or a dash."""
    return "—" if value is None else f"{value:,}"


def amount(value: str | int | None, counts: str) -> str:
    """What a figure counts: money with its cents, anything else whole."""
    return money(value) if counts == "money" else count(None if value is None else int(value))


def moment(at: str | None) -> str:
    """A time of the service by the clock on this machine's wall, to the minute."""
    return "—" if not at else f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def aria(**said: str) -> dict[str, Any]:
    """What is said to those who do not see the page: `aria-label` and its like."""
    return {f"aria-{name}": value for name, value in said.items()}


def tag(text: str, kind: str = "") -> Component:
    """A short word on a coloured ground; `kind` picks the colour."""
    return html.Span(text, className=f"tag {kind}".strip())


def marked(mark: str | None) -> list[Component]:
    """Why a value is not a plain value, where it is not."""
    return [tag(say(f"mark_{mark}"), "late")] if mark else []


def heading(title: str, *meta: object, acts: tuple[Component, ...] = ()) -> Component:
    """A page's title with its as-of and its source beside it."""
    beside: list[Any] = [html.Span(m, className="meta") if isinstance(m, str) else m for m in meta]
    return html.Div([html.H1(title), *beside, html.Div(acts, className="acts")], className="head")


def empty(says: str) -> Component:
    """What an empty place says: what to do next."""
    return html.Div(says, className="empty", role="status")


def card(title: str, *parts: Any, part: str = "", beside: tuple[Any, ...] = ()) -> Component:  # noqa: ANN401 - Dash's children
    """A titled part of a page."""
    top = html.Div([html.H2(title), *beside], className="cardhead")
    named: dict[str, Any] = {"id": part} if part else {}
    return html.Section([top, *parts], className="card", **named, **aria(label=title))


def address(path: str, **query: object) -> str:
    """Where a page is, its query encoded; what is empty is left out."""
    said = urlencode({k: v for k, v in query.items() if v not in (None, "")})
    return f"{get_relative_path(path)}?{said}" if said else str(get_relative_path(path))


def link(text: Any, path: str, **query: object) -> Component:  # noqa: ANN401 - Dash's children
    """A link to another page."""
    return dcc.Link(text, href=address(path, **query))


def button(text: Any, part: str | dict[str, str], kind: str = "", **more: Any) -> Component:  # noqa: ANN401 - Dash's children, options
    """A button; `kind` is primary, quiet or nothing."""
    return html.Button(text, id=part, type="button", className=f"button {kind}".strip(), **more)


def details(*pairs: tuple[str, Any]) -> Component:
    """Names and values, one pair a line."""
    listed = [part for name, value in pairs for part in (html.Dt(name), html.Dd(value))]
    return html.Dl(listed, className="kv")


def bar(portion: float) -> Component:
    """A horizontal bar that fills this portion of its place; the number stands beside it."""
    filled = html.Span(style={"width": f"{100 * min(max(portion, 0), 1):.1f}%"})
    return html.Span(filled, className="bar", **aria(hidden="true"))


def record(row: dict[str, Any]) -> str:
    """The file and line that a fact came from."""
    key = "source_row_sheet" if row.get("sheet") else "source_row"
    return say(key, file=row["file"], row=row["row"], sheet=row.get("sheet") or "")


def records(rows: list[dict[str, Any]], most: int = 12) -> Component:
    """Source rows: the first, and the others behind it."""
    if len(rows) == 1:
        return html.Span(record(rows[0]), className="source")
    named = [html.Div(record(row), className="source") for row in rows[:most]]
    if len(rows) > most:
        named.append(html.Div(say("n_of_m", n=most, m=len(rows)), className="meta"))
    return html.Details([html.Summary(say("source_rows", n=len(rows))), *named], className="fold")
