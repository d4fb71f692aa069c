"""A figure month by month: rows in, a line out, with a gap where a month is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from dashboards.figures import FONT, GREY
from dashboards.show import amount, share
from dashboards.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = dict[str, Any]
LINE: Final = "#1d4f91"
HOVER: Final = "%{x|%Y-%m}<br>%{customdata}<extra></extra>"
HEIGHT: Final = 220
THOUSAND: Final = 1000


def trend_line(rows: Sequence[Row], unit: str, counts: str) -> go.Figure:
    """The value of each month; a month without one is a sign on the ground that says why.

    `rows`: month (YYYY-MM), value (decimal text or null), numerator, denominator, mark, missing.
    """
    figure = go.Figure()
    factor = THOUSAND if unit == "permille" else 1
    values = [None if row["value"] is None else float(row["value"]) * factor for row in rows]
    figure.add_scatter(
        x=[f"{row['month']}-01" for row in rows],
        y=values,
        mode="lines+markers",
        connectgaps=False,
        line={"color": LINE, "width": 2},
        marker={"size": 7, "color": LINE},
        customdata=[_said(row, unit, counts) for row in rows],
        hovertemplate=HOVER,
    )
    _untold(figure, rows, lambda row: _said(row, unit, counts))
    figure.update_layout(**_layout(unit))
    return figure


def _untold(figure: go.Figure, rows: Sequence[Row], says: Callable[[Row], str]) -> None:
    """A sign on the ground for each month without a value."""
    months = [row for row in rows if row["value"] is None]
    figure.add_scatter(
        x=[f"{row['month']}-01" for row in months],
        y=[0] * len(months),
        mode="markers",
        marker={"symbol": "x-thin-open", "size": 8, "color": GREY},
        cliponaxis=False,
        customdata=[says(row) for row in months],
        hovertemplate=HOVER,
    )


def _layout(unit: str) -> dict[str, Any]:
    """The axes of a figure that is counted in a unit."""
    return {
        "font": FONT,
        "height": HEIGHT,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 26},
        "plot_bgcolor": "#fff",
        "showlegend": False,
        "xaxis": {"tickformat": "%Y-%m", "gridcolor": "#eef0f3", "zeroline": False},
        "yaxis": {
            "automargin": True,
            "gridcolor": "#eef0f3",
            "rangemode": "tozero",
            "tickformat": ".2f" if unit == "permille" else ".1%",
            "ticksuffix": " ‰" if unit == "permille" else "",
        },
    }


def _said(row: Row, unit: str, counts: str) -> str:
    """N of M and the value of one month, or why there is none."""
    if row["value"] is None:
        why = say(f"mark_{row['mark']}") if row["mark"] else "—"
        return f"{why}: {', '.join(row['missing'])}" if row["missing"] else why
    n, m = (amount(row[side], counts) for side in ("numerator", "denominator"))
    return f"{share(row['value'], unit)} · {say('n_of_m', n=n, m=m)}"
