"""What a family was paid, month by month and programme by programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.figures import FONT

if TYPE_CHECKING:
    import pandas as pd

HOVER: Final = "%{customdata[0]}<br>%{customdata[1]} · %{customdata[2]}<extra></extra>"
COLOURS: Final = ("#1d4f91", "#1a7f4b", "#8a5a00", "#6b5b95", "#0b7285", "#9a3412")
SIGNS: Final = {
    "success": "circle",
    "returned": "x",
    "recovered": "circle-open",
    "issued": "diamond",
}
ROW: Final = 44


def payment_line(frame: pd.DataFrame) -> go.Figure:
    """One row of signs a programme or thing, one sign a payment, as large as its amount.

    Columns: label, month (first day), amount (yuan or null), status, status_label, says, source.
    """
    figure = go.Figure()
    largest = max(float(frame["amount"].max() or 0), 1.0)
    colours = {label: COLOURS[n % len(COLOURS)] for n, label in enumerate(frame["label"].unique())}
    for (status, name), rows in frame.groupby(["status", "status_label"], sort=False):
        figure.add_scatter(
            x=rows["month"],
            y=rows["label"],
            mode="markers",
            name=str(name),
            marker={
                "symbol": SIGNS.get(str(status), "square"),
                "size": 9 + 11 * rows["amount"].fillna(0) / largest,
                "color": rows["label"].map(colours),
                "line": {"width": 1, "color": "#fff"},
            },
            customdata=rows[["says", "status_label", "source"]],
            hovertemplate=HOVER,
        )
    figure.update_layout(
        font=FONT,
        height=70 + ROW * frame["label"].nunique() + 26,
        margin={"l": 8, "r": 16, "t": 30, "b": 26},
        plot_bgcolor="#fff",
        showlegend=len(frame["status"].unique()) > 1,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        xaxis={"tickformat": "%Y-%m", "gridcolor": "#eef0f3", "dtick": "M2", "zeroline": False},
        yaxis={"automargin": True, "gridcolor": "#eef0f3", "ticksuffix": " ", "zeroline": False},
    )
    return figure
