"""A lake and a pack that can be drawn on a page: a few families, two standards, five programmes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from ontology.expression import AllOf, AtLeast, Compare, Expression, Is, Named, Not, OneOf, Some
from ontology.law import Act, Article
from ontology.pack import Pack
from ontology.programmes import Programme
from ontology.regions import Region, Regions
from ontology.sources import About, Column, Complete, Source, Subject
from ontology.standards import Standard, Standards
from ontology.tables import CompatibilityRule, Department
from ontology.vocabulary import (
    ClassVersion,
    ClassWord,
    Datatype,
    Indicator,
    Item,
    Kind,
    Measure,
    Vocabulary,
)

AS_OF = date(2026, 10, 31)
NEW_LAW = date(2026, 7, 1)
REGIONS = Regions(
    {
        code: Region(code, parent, level, {"zh": code, "en": code})
        for code, parent, level in [
            ("CN", "", "country"),
            ("33", "CN", "province"),
            ("330382", "33", "county"),
            ("330382001", "330382", "township"),
            ("34", "CN", "province"),
        ]
    }
)
DTYPES: dict[str, Any] = {
    "date": pl.Date,
    "boolean": pl.Boolean,
    "integer": pl.Int64,
    "decimal": pl.Int64,
}


def item(name: str, of: str, datatype: Datatype = "string", **more: Any) -> Item:  # noqa: ANN401
    numbers = {"least": Decimal(0), "greatest": Decimal(10_000_000)}
    more = (numbers if datatype in ("integer", "decimal") else {}) | more
    words = {"zh": f"{name}的", "en": name.replace("_", " ")}
    return Item(name=name, unit_of=of, datatype=datatype, label=words, **more)


def indicator(
    name: str,
    of: str,
    datatype: Datatype,
    formula: str | tuple[str, str],
    **more: Any,  # noqa: ANN401
) -> Indicator:
    more = {"least": Decimal(0), "greatest": Decimal(10_000_000)} | more
    label = more.pop("label", {"zh": name, "en": name.replace("_", " ")})
    return Indicator(name=name, unit_of=of, datatype=datatype, label=label, formula=formula, **more)


ITEMS = {
    one.name: one
    for one in [
        item("birth_date", "person", "date"),
        item("sex", "person"),
        item("income", "person", "decimal", scale=100, unit="CNY", sensitivity="finance"),
        item("grade", "person", "integer"),
        *(item(f"{who}_number", "person") for who in ("spouse", "father", "mother")),
        item("handled_by", "household", "region"),
        item("household_registered_in", "household", "region"),
        item("rural", "household", "boolean"),
        item("relation", "membership"),
        item("since", "membership", "date"),
        item("until", "membership", "date"),
        item("plate", "vehicle"),
        item("registered_on", "vehicle", "date"),
        item("consent", "means_survey", "boolean"),
        item("programme", "enrolment"),
        item("enrolled_since", "enrolment", "date"),
        item("enrolled_until", "enrolment", "date"),
    ]
}
MONEY: dict[str, Any] = {"scale": 100, "unit": "CNY", "sensitivity": "finance"}
INDICATORS = {
    one.name: one
    for one in [
        indicator("age", "person", "integer", "AGE(birth_date)", notation="p.age", unit="years"),
        indicator("heads", "household", "integer", "COUNT(member)"),
        indicator("family_income", "household", "decimal", "SUM(member.income)", **MONEY),
        indicator(
            "income_per_head",
            "household",
            "decimal",
            ("family_income", "heads"),
            notation="hh.pc",
            **MONEY,
        ),
        indicator(
            "income_to_line",
            "household",
            "decimal",
            ("income_per_head", "std.line"),
            label={"zh": "人均收入与标准之比", "en": "income to the line"},
        ),
        indicator("vehicles", "household", "integer", "COUNT(vehicle)", notation="hh.n_vehicle"),
        indicator("assets_ok", "household", "boolean", "vehicles <= std.vehicles"),
        indicator(
            "consent_given",
            "household",
            "boolean",
            "COUNT(means_survey) FILTER (WHERE means_survey.consent) > 0",
            notation="hh.consent",
        ),
    ]
}
KINDS = {
    name: Kind(name=name, owner=owner, label={"zh": name, "en": name})
    for name, owner in [
        ("membership", "person"),
        ("vehicle", "person"),
        ("means_survey", "household"),
        ("enrolment", "household"),
    ]
}


def source(name: str, kind: str, department: str, subject: Subject, *columns: str) -> Source:
    return Source(
        id=name,
        department=department,
        title={},
        files=(),
        encodings=(),
        kind=kind,
        about=About(subject=subject),
        key=(),
        complete=Complete(),
        columns=tuple(Column(name=c, header=c, item=ITEMS[c]) for c in columns),
        file=Path(),
    )


SOURCES = {
    one.id: one
    for one in [
        source("register", "membership", "police", "person", "relation", "birth_date", "sex"),
        source("tax", "person", "tax", "person", "income"),
        source("vehicles", "vehicle", "police", "person", "plate"),
        source("survey", "means_survey", "civil_affairs", "household_of", "consent"),
        source("rolls", "enrolment", "civil_affairs", "either", "programme"),
        source("rolls_other", "enrolment", "federation", "person", "programme"),
        source("health", "person", "health", "person", "sex", "grade"),
    ]
}


def version(
    name: str,
    unit: str,
    expression: Expression,
    **more: Any,  # noqa: ANN401
) -> ClassVersion:
    words = {"zh": f"是{name}", "en": f"is {name.replace('_', ' ')}"}
    more = {"sources": ("SAL-18",), "label": words} | more
    return ClassVersion(name=name, unit=unit, expression=expression, **more)


CLASSES: dict[str, tuple[ClassVersion, ...]] = {
    one[0].name: one
    for one in [
        (version("poor", "household", Compare("income_to_line", "<", Decimal(1))),),
        (version("without_assets", "household", Is("assets_ok", value=True)),),
        (version("has_someone", "household", AtLeast(1, "has_member", Named("person"))),),
        (
            version(
                "aid",
                "household",
                AllOf((Named("has_someone"), Named("poor"), Named("without_assets"))),
                benefit="GREATEST(0, std.line * heads - family_income)",
            ),
        ),
        (
            version("allowance", "person", Compare("age", ">=", Decimal(90)), valid_until=NEW_LAW),
            version("allowance", "person", Compare("age", ">=", Decimal(80)), valid_from=NEW_LAW),
        ),
        (
            version(
                "nursing",
                "person",
                AllOf((OneOf("grade", (Decimal(1), Decimal(2))), Not(Named("aided")))),
            ),
        ),
        (version("aided", "person", Some("member_of", Named("aid"))),),
        (version("elsewhere", "person", Compare("age", ">=", Decimal(0)), applies_in="34"),),
    ]
}
IDS = {"aid": "F1", "allowance": "P1", "nursing": "P2", "elsewhere": "P3"}


def programme(name: str, benefit: str | None, department: str) -> Programme:
    return Programme(
        id=IDS[name],
        name=name,
        label={"zh": f"{name}金", "en": name},
        definition={},
        unit=CLASSES[name][0].unit,
        kind="cash_month",
        period="month",
        department=department,
        benefit=benefit,
        flow=None,
        decided=True,
    )


def standard(parameter: str, value: str, region: str, unit: str = "CNY", **more: Any) -> Standard:  # noqa: ANN401
    row = {"valid_from": date(2020, 1, 1), "valid_until": None, "source": "SAL-18"} | more
    return Standard(parameter, region, Decimal(value), unit, **row, file=Path("found.csv"), line=2)


STANDARDS = Standards(
    (
        standard("line", "1000.00", "33", source="demo:assumed"),
        standard("vehicles", "0", "CN", unit="count"),
        standard("allowance", "60.00", "CN"),
    ),
    REGIONS,
)
VOCABULARY = Vocabulary(
    items=ITEMS,
    indicators=INDICATORS,
    kinds=KINDS,
    classes={
        name: ClassWord(versions[0].unit, versions[0].label, IDS.get(name))
        for name, versions in CLASSES.items()
    },
    standards={
        "line": Measure(100, 0, 10**9),
        "vehicles": Measure(1, 0, 9),
        "allowance": Measure(100, 0, 10**6),
    },
)
PACK = Pack(
    path=Path(),
    id="drawn",
    version="1",
    title={},
    currency="CNY",
    languages=("zh", "en"),
    digest="0",
    vocabulary=VOCABULARY,
    classes=CLASSES,
    programmes={
        one.id: one
        for one in [
            programme("nursing", "100", "federation"),
            programme("aid", None, "civil_affairs"),
            programme("allowance", "std.allowance", "civil_affairs"),
            programme("elsewhere", None, "civil_affairs"),
        ]
    },
    acts={"SAL": Act("SAL", {"zh": "社会救助法", "en": "Social Assistance Law"}, None, None)},
    articles={
        "SAL-18": Article(
            "SAL-18", "SAL", "18", {"zh": "要旨", "en": "gist"}, text_held=True, text_key="SAL"
        ),
        "SAL-20": Article(
            "SAL-20", "SAL", "20", {"zh": "二", "en": "two"}, text_held=False, text_key=""
        ),
    },
    standards=STANDARDS,
    regions=REGIONS,
    compatibility=(CompatibilityRule("P1", "P2", "exclude", "person", "month", "SAL-20"),),
    departments={
        name: Department(name, {"zh": f"{name}局", "en": name}, "county", budget_holder=False)
        for name in ("police", "tax", "civil_affairs", "federation", "health")
    },
    sources=SOURCES,
    procedures=(),
    cases=(),
    questions=(),
)


@dataclass
class FakeLake:
    """Tables in memory, in the form of the lake."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    linked: dict[str, list[str]] = field(default_factory=lambda: {"person": [], "household": []})

    def version(self) -> int:
        return 7

    def read(self, table: str) -> pl.LazyFrame:
        return self.tables.get(table, pl.DataFrame()).lazy()

    def states(self, name: str, *rows: Mapping[str, Any], load: int = 1) -> "FakeLake":
        """Rows of one source; a person or household is named by its number."""
        marks = [
            {"_load": load, "_file": "sha", "_sheet": None, "_row": n + 2, "_source": name}
            | {"_key": row.get("_key", f"{load}.{n}")}
            | dict(row)
            for n, row in enumerate(rows)
        ]
        schema: dict[str, Any] = {
            "_sheet": pl.String,
            "person_number": pl.String,
            "household_number": pl.String,
        }
        schema |= {
            n: DTYPES.get(ITEMS[n].datatype, pl.String) for r in rows for n in r if n in ITEMS
        }
        frame = pl.DataFrame(marks, schema_overrides=schema, infer_schema_length=None)
        old = self.tables.get(f"rows_{name}", frame.clear())
        self.tables[f"rows_{name}"] = pl.concat([old, frame], how="diagonal")
        self._link(rows)
        return self

    def _link(self, rows: tuple[Mapping[str, Any], ...]) -> None:
        for unit, known in self.linked.items():
            for row in rows:
                number = row.get(f"{unit}_number")
                if number is not None and number not in known:
                    known.append(number)
        people, homes = self.linked["person"], self.linked["household"]
        self.tables["people"] = pl.DataFrame(
            {"person": [f"p{n}" for n in people], "id_number": people, "name": people}
        )
        self.tables["households"] = pl.DataFrame(
            {"household": [f"h{n}" for n in homes], "number": homes}
        )
        self.tables["files"] = pl.DataFrame({"sha": ["sha"], "name": ["file.csv"]})

    def complete(self, name: str, kind: str, region: str = "330382") -> "FakeLake":
        row = {"source": name, "kind": kind, "region": region} | {"from": None, "until": None}
        frame = pl.DataFrame([row], schema_overrides={"from": pl.Date, "until": pl.Date})
        old = self.tables.get("completeness", frame.clear())
        self.tables["completeness"] = pl.concat([old, frame])
        return self

    def gap(self, name: str, person: str) -> "FakeLake":
        row = {"source": name, "person": person, "from": None, "until": None}
        self.tables["source_gaps"] = pl.DataFrame(
            [row], schema_overrides={"from": pl.Date, "until": pl.Date}
        )
        return self


def member(person: str, household: str, **facts: object) -> dict[str, Any]:
    """One row of the register, handled in the township unless it says otherwise."""
    home = {"handled_by": "330382001", "relation": "head"}
    return {"person_number": person, "household_number": household} | home | facts


def whole(lake: FakeLake) -> FakeLake:
    """The lake with every register complete."""
    for name, one in SOURCES.items():
        lake.complete(name, one.kind)
    return lake
