"""Four families that one can draw: who is kin, who qualifies, who is paid, on which articles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from graph_loader import schema
from graph_loader.frames import GraphFrames

if TYPE_CHECKING:
    import polars as pl

EAST, WEST, VILLAGE = "330382101", "330382102", "330382101201"
Row = dict[str, Any]


def frames() -> GraphFrames:
    """H1 lives in a village of the east, H2 in the east, H3 in the west, H4 nobody knows where."""
    return GraphFrames(
        {label: nodes(label, rows) for label, rows in NODES.items()},
        {ends: edges(ends, rows) for ends, rows in EDGES.items()},
    )


def nodes(label: str, rows: list[Row]) -> pl.DataFrame:
    """The rows in the label's own columns; what a row does not say is unknown."""
    (of,) = (node for node in schema.NODES if node.name == label)
    return schema.rows_frame([tuple(map(row.get, of.columns)) for row in rows], of.columns)


def edges(ends: tuple[str, str, str], rows: list[Row]) -> pl.DataFrame:
    """The rows in the edge's own columns."""
    (of,) = (edge for edge in schema.EDGES if edge.ends == ends)
    return schema.rows_frame([tuple(map(row.get, of.columns)) for row in rows], of.columns)


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


def between(*pairs: str, **held: Any) -> list[Row]:  # noqa: ANN401 - whatever an edge holds
    """Edges written `from>to`."""
    return [{"from": a, "to": b, **held} for a, b in (pair.split(">") for pair in pairs)]


def paid(made: str, about: str, programme: str | None, **more: Any) -> Row:  # noqa: ANN401
    """A payment that arrived, for September unless it says otherwise."""
    september = {"for_month": day(9), "paid_on": day(9, 10), "status": "success"}
    home = {"P3": "H2", "P4": "H3"}.get(about, about)
    told = {"id": made, "household": home, "unit_id": about, "programme": programme}
    return {**told, **september, **more}


NODES: dict[str, list[Row]] = {
    "Region": [{"id": "330382"}, {"id": EAST}, {"id": WEST}, {"id": VILLAGE}],
    "Household": [{"id": "H1"}, {"id": "H2"}, {"id": "H3"}, {"id": "H4"}],
    "Person": [
        {"id": "P1", "household": "H1"},
        {"id": "P2", "household": "H1"},
        {"id": "P3", "household": "H2", "died_on": day(3, 10), "dead_by": day(3, 10)},
        {"id": "P4", "household": "H3"},
        {"id": "P5", "household": "H4"},
    ],
    "Department": [{"id": "civil_affairs"}, {"id": "disability_federation"}],
    "Programme": [
        {"id": "MZ01", "zh": "低保", "en": "minimum living"},
        {"id": "MZ16", "zh": "残补", "en": "disability subsidy"},
    ],
    "Criterion": [
        {"id": "counted", "zh": "计入", "en": "counted member"},
        {"id": "poor", "zh": "收入低", "en": "income below the standard"},
        {"id": "disabled", "zh": "残疾", "en": "disabled"},
    ],
    "Article": [{"id": "M57-13"}, {"id": "SAL-18"}, {"id": "G52-1"}],
    "Act": [{"id": "M57"}, {"id": "SAL"}, {"id": "G52"}],
    "Application": [
        {"id": "A1", "accepted_on": day(8), "due_on": day(9, 12)},
        {"id": "A2", "accepted_on": day(10, 20), "due_on": day(11, 30)},
        {"id": "A3", "accepted_on": day(4), "due_on": day(5, 13), "decided_on": day(5, 20)},
        {"id": "A4", "accepted_on": day(10)},
    ],
    "Account": [{"id": "X1"}, {"id": "X2"}],
    "Disbursement": [
        paid("D1", "H2", "MZ01", amount=40_000),
        paid("D2", "H2", "MZ01", amount=40_000, for_month=day(10), paid_on=day(10, 10)),
        paid("D3", "P3", "MZ16", amount=5_000, paid_on=day(9, 12)),
        paid("D4", "P4", "MZ16", amount=None),
        paid("D5", "H3", "MZ01", amount=30_000, status="failed"),
        paid("D6", "H1", None, thing="quilt", for_month=None, paid_on=None),
    ],
}
EDGES: dict[tuple[str, str, str], list[Row]] = {
    ("Region", "PART_OF", "Region"): between(
        f"{EAST}>330382", f"{WEST}>330382", f"{VILLAGE}>{EAST}"
    ),
    ("Household", "HANDLED_BY", "Region"): between(f"H1>{VILLAGE}", f"H2>{EAST}", f"H3>{WEST}"),
    ("Household", "HAS_MEMBER", "Person"): between("H1>P1", "H1>P2", "H2>P3", "H3>P4", "H4>P5"),
    ("Person", "KIN", "Person"): [
        *between("P4>P2", kind="child"),
        *between("P1>P2", kind="spouse"),
        *between("P2>P5"),
    ],
    ("Department", "RUNS", "Programme"): between(
        "civil_affairs>MZ01", "disability_federation>MZ16"
    ),
    ("Programme", "REQUIRES", "Criterion"): between("MZ01>poor", "MZ16>disabled"),
    ("Criterion", "REQUIRES", "Criterion"): between("poor>counted"),
    ("Criterion", "CITES", "Article"): [
        *between("poor>SAL-18", since=day(7)),
        *between("poor>M57-13"),
        *between("disabled>G52-1"),
    ],
    ("Programme", "CITES", "Article"): between("MZ01>SAL-18", since=day(7)),
    ("Article", "OF", "Act"): between("SAL-18>SAL", "M57-13>M57", "G52-1>G52"),
    ("Household", "QUALIFIES_FOR", "Programme"): [
        *between("H1>MZ01", amount=81_200, period="month", since=day(9)),
        *between("H2>MZ01", amount=40_000, period="month"),
        *between("H3>MZ01", amount=30_000, period="month"),
    ],
    ("Person", "QUALIFIES_FOR", "Programme"): between("P1>MZ16"),
    ("Household", "ENROLLED_IN", "Programme"): [
        *between("H2>MZ01", status="active"),
        *between("H3>MZ01", status="ended", until=day(6, 30)),
    ],
    ("Person", "ENROLLED_IN", "Programme"): between("P4>MZ16", status="active"),
    ("Application", "BY", "Household"): between("A1>H1", "A3>H3", "A4>H4"),
    ("Application", "BY", "Person"): between("A2>P1"),
    ("Application", "FOR", "Programme"): between("A1>MZ01", "A2>MZ16", "A3>MZ01", "A4>MZ01"),
    ("Disbursement", "PAID_TO", "Household"): between("D1>H2", "D2>H2", "D5>H3", "D6>H1"),
    ("Disbursement", "PAID_TO", "Person"): between("D3>P3", "D4>P4"),
    ("Disbursement", "UNDER", "Programme"): between(
        "D1>MZ01", "D2>MZ01", "D3>MZ16", "D4>MZ16", "D5>MZ01"
    ),
    ("Disbursement", "PAID_BY", "Department"): between(
        *(f"{made}>civil_affairs" for made in ("D1", "D2", "D5", "D6")),
        *(f"{made}>disability_federation" for made in ("D3", "D4")),
    ),
    ("Disbursement", "INTO", "Account"): between("D1>X1", "D2>X1", "D3>X2", "D4>X1"),
}
