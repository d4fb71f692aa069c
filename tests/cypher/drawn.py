"""A county small enough to draw: every node and edge named in the test that needs it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from cypher.question import CORE, questions
from graph_loader.stores.kglite import KgliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.graph_rows import Edges, Nodes

Value = str | int | date | bool | None

AS_OF = date(2026, 10, 31)
HOWS = (
    *("same_month", "same_day", "exclusive", "higher", "top_up", "once"),
    *("one_account", "sent_twice"),
)
TOWN = "330382101"


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class Drawing:
    """Nodes and edges gathered one by one, then put into a store."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, dict[str, Any]]] = {}
        self.edges: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.programme("MZ01", "civil_affairs", unit="household")
        self.programme("MZ03", "civil_affairs")
        self.programme("MZ16", "disability_federation")
        self.programme("YB01", "medical_insurance", period="year")
        self.edge("Programme", "LINKED_TO", "Programme", "MZ01", "MZ16")
        self.edge("Programme", "LINKED_TO", "Programme", "MZ01", "YB01")

    def node(self, label: str, name: str, **properties: Value) -> None:
        self.nodes.setdefault(label, {})[name] = {"id": name, **properties}

    def edge(self, start: str, name: str, end: str, a: str, b: str, **properties: Value) -> None:
        row = {"from": a, "to": b, **properties}
        self.edges.setdefault((start, name, end), []).append(row)

    def label(self, unit: str) -> str:
        return "Household" if unit in self.nodes.get("Household", {}) else "Person"

    def programme(
        self, name: str, department: str, period: str = "month", unit: str = "person"
    ) -> None:
        self.node("Department", department)
        self.node("Programme", name, period=period, department=department, unit=unit)
        self.edge("Department", "RUNS", "Programme", department, name)

    def household(self, name: str, *members: str, region: str | None = TOWN) -> None:
        self.node("Household", name, region=region, size=len(members), origin=f"register|{name}")
        for member in members:
            self.person(member, household=name, region=region)
            self.member(name, member)

    def person(self, name: str, **properties: Value) -> None:
        facts = {
            "household": None,
            "region": None,
            "birth_date": date(1980, 1, 1),
            "died_on": None,
            "dead_by": None,
        }
        self.node("Person", name, **{**facts, **properties}, origin=f"register|{name}")

    def member(self, household: str, person: str, **properties: Value) -> None:
        facts = {
            "since": None,
            "until": None,
            "counted": None,
            "origin": f"register|{household}-{person}",
        }
        self.edge("Household", "HAS_MEMBER", "Person", household, person, **{**facts, **properties})

    def kin(self, a: str, b: str, kind: str, back: str) -> None:
        """What the second is to the first, and the first to the second."""
        self.edge("Person", "KIN", "Person", a, b, kind=kind)
        self.edge("Person", "KIN", "Person", b, a, kind=back)

    def places(self, *pairs: tuple[str, str]) -> None:
        """Regions, each in another."""
        for inner, outer in pairs:
            for code in (inner, outer):
                self.node("Region", code)
            self.edge("Region", "PART_OF", "Region", inner, outer)

    def home(self, unit: str) -> Value:
        """The household of a unit: itself, or where the person lives."""
        person = self.nodes["Person"].get(unit)
        return person["household"] if person else unit

    def counted(self, person: str, *, counts: bool | None) -> None:
        for row in self.edges[("Household", "HAS_MEMBER", "Person")]:
            if row["to"] == person:
                row["counted"] = counts

    def born(self, person: str, on: str) -> None:
        self.nodes["Person"][person]["birth_date"] = day(on)

    def died(self, person: str, on: str) -> None:
        self.nodes["Person"][person]["died_on"] = day(on)
        self.nodes["Person"][person]["dead_by"] = day(on)

    def cremated(self, person: str, on: str) -> None:
        """Nobody states on which day he died."""
        self.nodes["Person"][person]["dead_by"] = day(on)

    def qualifies(
        self,
        unit: str,
        programme: str,
        amount: int | None = 50000,
        since: str | None = "2026-08-01",
    ) -> None:
        facts = {"amount": amount, "since": day(since), "status": "eligible", "after": "kept"}
        self.edge(self.label(unit), "QUALIFIES_FOR", "Programme", unit, programme, **facts)

    def enrolled(
        self,
        unit: str,
        programme: str,
        since: str | None,
        until: str | None = None,
        *,
        aid_region: str | None = None,
    ) -> None:
        origin = f"enrolments|{unit}-{programme}"
        facts = {
            "since": day(since),
            "until": day(until),
            "aid_region": aid_region,
            "origin": origin if aid_region is None else f"{origin}-{aid_region}",
        }
        self.edge(self.label(unit), "ENROLLED_IN", "Programme", unit, programme, **facts)

    def applied(self, name: str, unit: str, programme: str, **properties: Value) -> None:
        facts: dict[str, Any] = dict.fromkeys(
            ("accepted_on", "due_on", "decided_on", "withdrawn_on", "result")
        )
        self.node("Application", name, **{**facts, **properties}, origin=f"applications|{name}")
        self.edge("Application", "BY", self.label(unit), name, unit)
        self.edge("Application", "FOR", "Programme", name, programme)

    def paid(
        self, name: str, unit: str, programme: str, for_month: str | None, **properties: Value
    ) -> None:
        facts = {
            "for_month": None if for_month is None else month(for_month),
            "paid_on": None if for_month is None else month(for_month),
            "amount": 60000,
            "status": "success",
            "thing": None,
            "provided_on": None,
            "unit_id": unit,
            "household": self.home(unit),
            "programme": programme,
            **dict.fromkeys(
                ("account", "batch", "payee", "aid_region", "aid_case", "aid_dwelling")
            ),
        }
        self.node("Disbursement", name, **{**facts, **properties}, origin=f"payments|{name}")
        if (account := properties.get("account")) is not None:
            self.node("Account", str(account))
            self.edge("Disbursement", "INTO", "Account", name, str(account))
        self.edge("Disbursement", "PAID_TO", self.label(unit), name, unit)
        self.edge("Disbursement", "UNDER", "Programme", name, programme)
        by = self.nodes["Programme"][programme]["department"]
        self.edge("Disbursement", "PAID_BY", "Department", name, by)

    def served(self, name: str, unit: str, thing: str | None, on: str | None, by: str) -> None:
        facts = dict.fromkeys(("for_month", "paid_on", "amount", "status", "programme"))
        properties = {**facts, "thing": thing, "provided_on": day(on), "unit_id": unit}
        self.node("Disbursement", name, **properties, origin=f"services|{name}")
        self.node("Department", by)
        self.edge("Disbursement", "PAID_TO", self.label(unit), name, unit)
        self.edge("Disbursement", "PAID_BY", "Department", name, by)

    def excludes(
        self, a: str, b: str, scope: str = "person", rule: str = "exclude", *, period: str = "month"
    ) -> None:
        facts = {"rule": rule, "scope": scope, "period": period, "source": f"LAW-{a}-{b}"}
        self.edge("Programme", "COMBINES_WITH", "Programme", a, b, **facts)

    def store(self, folder: Path) -> KgliteStore:
        """The drawing in the embedded store."""
        store = KgliteStore(folder / "graph.kgl")
        store.bulk(*self.frames())
        return store

    def frames(self) -> tuple[Nodes, Edges]:
        """The drawing as a store takes it."""
        nodes = {
            label: pl.DataFrame(list(rows.values()), infer_schema_length=None)
            for label, rows in self.nodes.items()
        }
        edges = {
            ends: pl.DataFrame(rows, infer_schema_length=None).unique(maintain_order=True)
            for ends, rows in self.edges.items()
        }
        return nodes, edges

    def pair_everything(self) -> None:
        """Candidate edges between any two disbursements: what the questions then judge."""
        names = sorted(self.nodes.get("Disbursement", {}))
        for how in HOWS:
            for at, a in enumerate(names):
                for b in names[at + 1 :]:
                    self.edge("Disbursement", "COINCIDES_WITH", "Disbursement", a, b, how=how)


def asked(drawing: Drawing, folder: Path, name: str) -> list[dict[str, Any]]:
    question = questions(CORE)[name]
    parameters = {"as_of": AS_OF} if question.parameters else {}
    drawing.pair_everything()
    store = drawing.store(folder)
    try:
        return store.read(question.text, parameters)
    finally:
        store.close()
