"""The report's charts: a frame in, a figure out, once in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from audit.figures import REGISTRY
from audit.report import amount
from audit.report_view import place
from audit.report_words import FINDS, STATUS, said

if TYPE_CHECKING:
    from audit.history import Point
    from audit.report import Report

# Blue, ochre and violet tell the kinds apart; red is the brand's and stands for none of them.
KINDS: Final = {"gap": "#2f6690", "duplicate": "#c98b2b", "suspicion": "#6d5a8c"}
STATES: Final = {
    "eligible": "#2f6690",
    "not_eligible": "#c9d1d9",
    "undetermined": "#e0b04c",
    "conflict": "#8c5a7a",
    "not_applicable": "#eceff2",
}
FONT: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
TOWNSHIPS: Final = 25
ROW: Final = 30  # pixels of height a bar
NARROW: Final = 19  # where there are many
MANY: Final = 12
SHORTEST: Final = 240


def charts(report: Report, lang: str) -> dict[str, go.Figure]:
    """Every chart by the id of its place on the page."""
    return {
        "chart-kinds": findings_by_kind(report, lang),
        "chart-townships": gaps_by_township(report, lang),
        "chart-money": money_by_kind(report, lang),
        "chart-decisions": decisions_by_programme(report, lang),
        **({"chart-months": months(report, lang)} if report.history else {}),
    }


def months(report: Report, lang: str) -> go.Figure:
    """Each figure month by month, side by side; where a month is not known the line breaks."""
    labels = [REGISTRY[name].label[lang] for name in report.history]
    lines = make_subplots(rows=1, cols=len(labels), subplot_titles=labels)
    for column, (name, points) in enumerate(report.history.items(), start=1):
        figure = REGISTRY[name]
        factor, sign = (1000, "‰") if figure.unit == "permille" else (100, "%")
        values = [None if of.value is None else float(of.value) * factor for of in points]
        lines.add_scatter(
            x=[f"{of.day:%Y-%m}-01" for of in points],
            y=values,
            mode="lines+markers",
            connectgaps=False,
            line={"color": "#2f6690", "width": 2},
            customdata=[_of(of, figure.counts) for of in points],
            hovertemplate=f"%{{x|%Y-%m}}<br>%{{y:.2f}} {sign} · %{{customdata}}<extra></extra>",
            showlegend=False,
            row=1,
            col=column,
        )
        lines.update_yaxes(ticksuffix=f" {sign}", rangemode="tozero", row=1, col=column)
    _laid_out(lines, {"zh": "逐月", "en": "Month by month"}[lang])
    lines.update_xaxes(tickformat="%Y-%m")
    lines.update_yaxes(categoryorder=None)
    return lines.update_layout(height=SHORTEST + 60, margin={"t": 76})


def _of(point: Point, counts: str) -> str:
    return f"{amount(point.numerator, counts)} / {amount(point.denominator, counts)}"


def findings_by_kind(report: Report, lang: str) -> go.Figure:
    """How many findings of each question; a question that was not asked has no bar."""
    bars = go.Figure()
    summed = report.summary
    for finds, colour in reversed(KINDS.items()):
        asked = _asked(report, finds)
        told = [summed[name] for name in asked]
        bars.add_bar(
            orientation="h",
            name=said(FINDS, finds)[lang],
            y=[_wrapped(report.questions[name].label[lang]) for name in asked],
            x=[row["count"] for row in told],
            customdata=[row["households"] for row in told],
            text=[f"{row['count']:,}" for row in told],
            marker_color=colour,
            hovertemplate="%{y}<br>%{x:,} · "
            + {"zh": "家庭", "en": "households"}[lang]
            + " %{customdata:,}<extra></extra>",
        )
    return _laid_out(bars, {"zh": "疑似线索（条）", "en": "Suspected findings"}[lang])


def money_by_kind(report: Report, lang: str) -> go.Figure:
    """The money of each question's findings, in yuan."""
    bars = go.Figure()
    summed = report.summary
    for finds, colour in reversed(KINDS.items()):
        asked = _asked(report, finds)
        money = [(summed[name]["money"] or 0) / 100 for name in asked]
        bars.add_bar(
            orientation="h",
            name=said(FINDS, finds)[lang],
            y=[_wrapped(report.questions[name].label[lang]) for name in asked],
            x=money,
            text=[f"{value:,.0f}" if value else "" for value in money],
            marker_color=colour,
            hovertemplate="%{y}<br>%{x:,.2f}<extra></extra>",
        )
    title = {
        "zh": "涉及金额（元；应救未救为每周期）",
        "en": "Money concerned (CNY; of gaps per period)",
    }
    return _laid_out(bars, title[lang])


def _asked(report: Report, finds: str) -> list[str]:
    """The questions of one kind that could be asked, in the order in which bars grow upward."""
    told = report.summary.items()
    return [
        name
        for name, row in reversed(list(told))
        if report.questions[name].finds == finds and row["count"] is not None
    ]


def gaps_by_township(report: Report, lang: str) -> go.Figure:
    """Gaps of the townships that have most, a colour a question."""
    gaps = report.findings.frame.filter(pl.col("finds") == "gap")
    order = gaps.group_by("region").len().sort("len", "region", descending=[True, False])
    towns = order.head(TOWNSHIPS)["region"].to_list()[::-1]
    bars = go.Figure()
    names = [name for name, q in report.questions.items() if q.finds == "gap"]
    for name, colour in zip(names, ("#2f6690", "#7fb0d3", "#b9d3e6"), strict=False):
        of = dict(gaps.filter(pl.col("question") == name).group_by("region").len().iter_rows())
        bars.add_bar(
            orientation="h",
            name=report.questions[name].label[lang],
            y=[place(report.pack, town)[lang] for town in towns],
            x=[of.get(town, 0) for town in towns],
            marker_color=colour,
            hovertemplate="%{y}<br>%{x:,}<extra>%{fullData.name}</extra>",
        )
    return _laid_out(
        bars,
        {"zh": "疑似应救未救，按受理乡镇", "en": "Suspected gaps by township"}[lang],
    )


def decisions_by_programme(report: Report, lang: str) -> go.Figure:
    """The share of each status among the units of a programme."""
    bars = go.Figure()
    programmes = list(report.decisions)[::-1]
    for status, colour in STATES.items():
        bars.add_bar(
            orientation="h",
            name=STATUS[status][lang],
            y=[_wrapped(report.pack.programmes[p].label[lang]) for p in programmes],
            x=[report.decisions[p].get(status, 0) for p in programmes],
            marker_color=colour,
            hovertemplate="%{y}<br>%{x:,}<extra>%{fullData.name}</extra>",
        )
    bars.update_layout(barnorm="percent")
    return _laid_out(bars, {"zh": "判定结果构成(%)", "en": "Decisions by status (%)"}[lang])


def _laid_out(bars: go.Figure, title: str) -> go.Figure:
    rows = len({row for trace in bars.data for row in trace.y or ()})
    bars.update_layout(
        title={"text": title, "x": 0, "xref": "container", "pad": {"l": 8}, "font": {"size": 15}},
        barmode="stack",
        bargap=0.35,
        height=max(SHORTEST, (ROW if rows <= MANY else NARROW) * rows + 110),
        margin={"l": 8, "r": 56, "t": 44, "b": 8},
        font={"family": FONT, "size": 12, "color": "#24292f"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "x": 0, "y": -0.08, "yanchor": "top"},
        hoverlabel={"font": {"family": FONT}},
    )
    bars.update_xaxes(gridcolor="#e7ebef", zeroline=False, automargin=True, tickformat=",")
    bars.update_yaxes(automargin=True, ticklabelstandoff=6, categoryorder="trace")
    bars.update_traces(
        cliponaxis=False, textposition="outside", selector={"type": "bar", "textposition": None}
    )
    return bars


def _wrapped(label: str, width: int = 26) -> str:
    """A long label on two lines, broken where it may be."""
    if len(label) <= width:
        return label
    for sign in ("（", ": ", "：", ", "):
        if sign in label:
            first, rest = label.split(sign, 1)
            return f"{first}<br>{sign.strip(',: ') if sign == '（' else ''}{rest}"
    middle = label.find(" ", len(label) // 2)
    return label if middle < 0 else f"{label[:middle]}<br>{label[middle + 1 :]}"
