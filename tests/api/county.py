"""A county to ask: two townships, four households, one run, six findings, people of every role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from api.main import create_app
from api.service import Service, State
from audit.completeness import checked
from audit.episodes import keep_findings
from audit.figure_parts import FigureFacts
from audit.records import Records, open_records, stamp
from audit.users import NewUser, add
from cypher.question import questions
from graph_loader.stores.protocol import open_store
from matching.run import Run
from ontology.law import Act, Article
from ontology.regions import Region, Regions
from ontology.tables import Department

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from graph_loader.stores.protocol import GraphStore
    from ontology.pack import Pack

AS_OF = date(2026, 10, 31)
EAST, WEST = "330382101", "330382102"
FOLDER = "/anywhere/packs/small"
BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def programme(made: str, name: str, unit: str, department: str) -> SimpleNamespace:
    said = {"label": words(f"项目{made}", name), "definition": words("定义", "definition")}
    paid = {"kind": "cash_month", "period": "month", "decided": True}
    return SimpleNamespace(id=made, name=name, unit=unit, department=department, **said, **paid)


def pack() -> Pack:
    places = [
        Region("3303", "", "city", words("温州市", "Wenzhou")),
        Region("330382", "3303", "county", words("乐清市", "Yueqing")),
        Region(EAST, "330382", "township", words("东镇", "East")),
        Region(WEST, "330382", "township", words("西镇", "West")),
    ]
    offices = [
        Department("civil_affairs", words("民政局", "Civil Affairs"), "county", budget_holder=True),
        Department("disability_federation", words("残联", "DPF"), "county", budget_holder=True),
    ]
    programmes = [
        programme("MZ01", "minimum_living", "household", "civil_affairs"),
        programme("MZ16", "subsidy", "person", "disability_federation"),
    ]
    version = SimpleNamespace(
        definition=words("收入低于标准", "income below the standard"),
        label=words("低保", "minimum living"),
        valid_from=date(2026, 7, 1),
        valid_until=None,
        applies_in=None,
        sources=("SAL-18",),
    )
    article = Article("SAL-18", "SAL", "18", words("要点", "gist"), text_held=True, text_key="SAL")
    return cast(
        "Pack",
        SimpleNamespace(
            path=FOLDER,
            id="county",
            kinds={},
            version="1",
            regions=Regions({one.code: one for one in places}),
            departments={one.id: one for one in offices},
            programmes={one.id: one for one in programmes},
            classes={"minimum_living": (version,), "subsidy": ()},
            acts={"SAL": Act("SAL", words("社会救助法", "Act"), date(2026, 7, 1), None)},
            articles={"SAL-18": article},
        ),
    )


def fill(store: GraphStore) -> None:
    """H1 and H2 live in the east, H3 in the west; H4 is empty; P2 of H1 is kin of P3 of H3."""
    homes = [EAST, EAST, WEST, WEST]
    people = ["P1", "P2", "P3", "P4"]
    nodes = {
        "Household": pl.DataFrame(
            {"id": ["H1", "H2", "H3", "H4"], "region": homes, "lives_in": homes}
            | {"registered_in": homes}
        ),
        "Person": pl.DataFrame(
            {
                "id": people,
                "household": ["H1", "H1", "H3", "H2"],
                "region": [EAST, EAST, WEST, EAST],
                "name_masked": ["张*", "李*", "王*", None],
                "birth_date": [date(1980, 11, 1), date(2020, 2, 29), None, date(1950, 1, 1)],
                "sex": ["male", "female", None, "male"],
                "died_on": [None, None, None, date(2026, 8, 2)],
                "dead_by": [None, None, None, date(2026, 8, 2)],
            },
        ),
        "Programme": pl.DataFrame(
            {"id": ["MZ01", "MZ16"], "kind": ["cash_month"] * 2, "period": ["month"] * 2}
        ),
        "Department": pl.DataFrame({"id": ["civil_affairs", "disability_federation"]}),
        "Disbursement": payments(),
    }
    member = {"relation": ["head", "child", "head", "head"], "since": [None] * 4}
    edges = {
        ("Household", "HAS_MEMBER", "Person"): pl.DataFrame(
            {"from": ["H1", "H1", "H3", "H2"], "to": people, **member, "until": [None] * 4},
            schema_overrides={"since": pl.Date, "until": pl.Date},
        ),
        ("Person", "KIN", "Person"): pl.DataFrame(
            {"from": ["P2"], "to": ["P3"], "kind": ["grandchild"]}
        ),
        ("Person", "ENROLLED_IN", "Programme"): granted(["P3"], ["MZ16"]),
        ("Household", "ENROLLED_IN", "Programme"): granted(["H3"], ["MZ01"]),
        ("Household", "QUALIFIES_FOR", "Programme"): pl.DataFrame(
            {"from": ["H1", "H2", "H3"], "to": ["MZ01"] * 3, "after": ["kept"] * 3}
        ),
        ("Department", "RUNS", "Programme"): pl.DataFrame(
            {"from": ["civil_affairs", "disability_federation"], "to": ["MZ01", "MZ16"]}
        ),
        ("Programme", "LINKED_TO", "Programme"): pl.DataFrame({"from": ["MZ01"], "to": ["MZ16"]}),
        ("Disbursement", "PAID_TO", "Household"): pl.DataFrame(
            {"from": ["D1", "D2"], "to": ["H1", "H1"]}
        ),
        ("Disbursement", "UNDER", "Programme"): pl.DataFrame(
            {"from": ["D1", "D2"], "to": ["MZ01", "MZ16"]}
        ),
    }
    store.bulk(nodes, edges)


def granted(units: list[str], programmes: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "from": units,
            "to": programmes,
            "since": [date(2026, 1, 1)] * len(units),
            "until": [None] * len(units),
            "status": ["active"] * len(units),
        },
        schema_overrides={"until": pl.Date},
    )


def payments() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": ["D1", "D2"],
            "programme": ["MZ01", "MZ16"],
            "department": ["civil_affairs", "disability_federation"],
            "for_month": [date(2026, 9, 1), date(2026, 9, 1)],
            "paid_on": [date(2026, 9, 10), None],
            "provided_on": [None, None],
            "thing": [None, None],
            "amount": [81_200, None],
            "status": ["success", "issued"],
            "batch": ["1", None],
            "payee": ["张三", None],
            "unit": ["household", "household"],
            "unit_id": ["H1", "H1"],
            "origin": ["payments_civil_affairs|1", "payments_disability_federation|1"],
        },
        schema_overrides={"provided_on": pl.Date, "thing": pl.String},
    )


def finding(made: str, household: str, region: str, **other: object) -> dict[str, object]:
    return {
        "id": made,
        "question": "never_applied",
        "finds": "gap",
        "key": {"unit": "household", "unit_id": household, "programme": "MZ01"},
        "unit": "household",
        "unit_id": household,
        "household": household,
        "programme": "MZ01",
        "departments": ["civil_affairs"],
        "region": region,
        "money": 81_200,
        "severity": "soft",
        "articles": ["SAL-18"],
        "origins": ["household_register|1"],
        "evidence": {"amount": 81_200, "history": "none"},
        "evidence_digest": f"digest-{made}",
        "excess": [],
        "details": "{}",
        "months": 1,
        "rank": 81_200,
        **other,
    }


def found() -> list[dict[str, object]]:
    """Gaps of H1, H2 (east) and H3 (west, another department), and what was paid H1 twice."""
    federation = {"programme": "MZ16", "departments": ["disability_federation"]}
    twice = {"question": "same_programme_same_month", "finds": "duplicate", "severity": "hard"}
    return [
        finding("F1", "H1", EAST, rank=300),
        finding("F2", "H2", EAST, rank=200, money=None),
        finding("F3", "H3", WEST, rank=100, **federation),
        finding("F4", "H1", EAST, rank=400, excess=["D1"], evidence={"excess": ["D1"]}, **twice),
    ]


def decisions() -> pl.DataFrame:
    status = ["eligible", "eligible", "undetermined", "not_eligible"]
    return pl.DataFrame(
        {
            "unit": ["household"] * 4,
            "id": ["H1", "H2", "H3", "H4"],
            "household": ["H1", "H2", "H3", "H4"],
            "programme": ["MZ01"] * 4,
            "status": status,
            "region": [EAST, f"{EAST}201", WEST, WEST],  # a village that the table lacks
        }
    )


STANDARD = {
    "parameter": "db",
    "value": "1100",
    "unit": "CNY/person/month",
    "region": EAST,
    "from": "2026-01-01",
    "until": None,
    "source": "demo:assumed",
    "assumed": True,
    "file": f"{FOLDER}/standards/assumed.csv",
    "line": 2,
}


def explain(household: str, lang: str) -> dict[str, Any]:
    """One income criterion and one of imprisonment, as `matching.explain` gives them."""

    def criterion(name: str, value: str, sensitivity: str) -> dict[str, Any]:
        given = {"name": name, "label": name, "value": value, "unit": None}
        return {
            "truth": True,
            "says": name,
            "name": name,
            "value": value,
            "inputs": [{**given, "sensitivity": sensitivity}],
            "records": [{"source": "earnings", "file": "a.csv", "sheet": None, "row": 3}],
            "standard": STANDARD,
            "standards": [STANDARD],
            "withheld": False,
            "parts": [],
        }

    parts = [criterion("income_low", "980.00", "finance"), criterion("free", "yes", "judicial")]
    whole = {**criterion("minimum_living", "", "basic"), "inputs": [], "parts": parts}
    near = {"criterion": "income_low", "difference": "120.00", "says": "120"}
    flips = [{"criterion": name, "says": name} for name in ("income_low", "free")]
    decided = {"programme": "MZ01", "status": "eligible", "tree": whole}
    reasons = {**decided, "near_miss": near, "counterfactuals": flips}
    open_ = {"programme": "MZ16", "status": "undetermined", "tree": None}
    person: dict[str, Any] = {**open_, "near_miss": None, "counterfactuals": []}
    return {
        "id": household,
        "lang": lang,
        "members": [{"id": "P1", "relation": "head", "relation_label": "户主", "counted": True}],
        "programmes": [reasons],
        "persons": {"P1": [person]},
    }


def decided_then(unit: str, programme: str | None, number: str | None, lang: str) -> dict[str, Any]:
    """H1 was refused MZ01 without its income and term being known; H2's 9 under MZ16."""
    if (unit, programme) not in (("H1", "MZ01"), ("H1", None), ("H1", "MZ16")):
        raise LookupError(f"nothing was refused to {unit}" + (f" under {programme}" * (not number)))
    known = {**explain("H1", lang)["programmes"][0], "unit": "household", "id": "H1"}
    asked = {"number": number or "7", "programme": programme or "MZ01", "id": "H1"}

    def line(name: str) -> dict[str, Any]:
        told = {"name": name, "then": None, "now": "1", "short": name, "says": f"{name} (now: 1)"}
        return {
            "kind": "not_known_then",
            "label": name,
            "subject": None,
            "rows": [{"row": 3}],
            **told,
        }

    return {
        "application": {**asked, "id": "H2" if number == "9" else "H1", "result": "refused"},
        "day": "2026-03-02",
        "as_of": AS_OF.isoformat(),
        "nothing_known": None,
        **dict.fromkeys(("then", "hindsight", "today"), known),
        "differences": [line(name) for name in ("income_low", "free", "std.db")],
    }


def origins(wanted: Sequence[str]) -> list[dict[str, Any]]:
    at = {"file": "一.csv", "sheet": None, "row": 7}
    return [{"origin": one, "source": one.split("|")[0], **at} for one in wanted]


class Clock:
    """A time that tests set; each look is a microsecond later."""

    def __init__(self) -> None:
        self.moment = BEGIN

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment


@dataclass
class County:
    """The application over the county, and what tests do behind its back."""

    service: Service
    app: FastAPI
    records: Records
    clock: Clock
    store: GraphStore
    passwords: dict[str, str]
    states: list[State] = field(default_factory=list)

    def run_again(self, kept: list[dict[str, object]]) -> None:
        """A later run that found these."""
        self.clock.moment += timedelta(days=1)
        last = self.states[-1]
        made = replace(last.run, id=f"R{len(self.states) + 1}", lake_version=9)
        keep_findings(self.records, kept, asked=list(self.service.questions), run=made.id)
        facts = replace(last.facts, run=made.id)
        at = stamp(self.clock())
        self.states.append(replace(last, run=made, made_at=at, facts=facts, measured={}))


PEOPLE = {
    "leader": NewUser("leader", "王县长", "leader", "330382"),
    "deputy": NewUser("deputy", "副县长", "deputy_leader", "330382"),
    "inspector": NewUser("inspector", "督查", "inspector", "330382"),
    "civil": NewUser("civil", "民政", "handler", "330382", ("civil_affairs",)),
    "federation": NewUser("federation", "残联", "handler", "330382", ("disability_federation",)),
    "east": NewUser("east", "东镇", "township", EAST),
    "west": NewUser("west", "西镇", "township", WEST),
    "editor": NewUser("editor", "编辑", "policy_editor", "330382"),
    "auditor": NewUser("auditor", "审计", "auditor", "330382"),
    "admin": NewUser("admin", "管理员", "administrator", "330382"),
    "village": NewUser("village", "村", "village", EAST),
}


def county(folder: Path) -> County:
    clock = Clock()
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}", clock=clock)
    store = open_store("kglite", folder)
    fill(store)
    shape = pack()
    asked = questions()
    run = Run("R1", 3, "county", "1", "d", AS_OF, "0.1", "digest", {})
    keep_findings(records, found(), asked=list(asked), run="R1")
    loaded = ["enrolment", "application", "disbursement"]
    whole = checked(
        pl.DataFrame(
            schema=dict.fromkeys(("source", "kind", "region", "from", "until"), pl.String)
        ),
        loaded=loaded,
        regions=shape.regions,
    )
    nothing = pl.DataFrame()
    facts = FigureFacts(store, nothing, decisions(), whole, AS_OF, run="R1")
    lacks = {"paid_after_death": ("deaths",)}
    knows = (lacks, explain, origins, facts, decided_then)
    first = State(run, stamp(clock()), decisions(), store, *knows)
    states = [first]
    service = Service(records, shape, asked, lambda: states[-1], folder / "keys")
    passwords = {login: add(records, one) for login, one in PEOPLE.items()}
    return County(service, create_app(service), records, clock, store, passwords, states)
