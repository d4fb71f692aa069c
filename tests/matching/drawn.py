"""A lake and a pack that can be drawn on a page: two families, a few records."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from ontology.regions import Region, Regions
from ontology.sources import About, Source, Subject
from ontology.vocabulary import Datatype, Item, Kind

if TYPE_CHECKING:
    from ontology.pack import Pack

AS_OF = date(2026, 10, 31)
REGIONS = Regions(
    {
        code: Region(code, parent, level, {})
        for code, parent, level in [
            ("33", "", "province"),
            ("330382", "33", "county"),
            ("330382001", "330382", "township"),
            ("330383", "33", "county"),
        ]
    }
)
DTYPES: dict[str, Any] = {
    "date": pl.Date,
    "boolean": pl.Boolean,
    "integer": pl.Int64,
    "decimal": pl.Int64,
}


def item(name: str, unit: str, datatype: Datatype = "string") -> Item:
    return Item(name=name, unit_of=unit, datatype=datatype, label={"zh": name, "en": name})


ITEMS = {
    one.name: one
    for one in [
        item("birth_date", "person", "date"),
        item("sex", "person"),
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
KINDS = {
    name: Kind(name=name, owner=owner, label={})
    for name, owner in [
        ("membership", "person"),
        ("vehicle", "person"),
        ("means_survey", "household"),
        ("enrolment", "household"),
    ]
}


def source(name: str, kind: str, department: str, subject: Subject = "person") -> Source:
    return Source(
        id=name,
        department=department,
        title={},
        files=(),
        encodings=(),
        kind=kind,
        about=About(subject=subject),
        key=(),
        complete=None,
        columns=(),
        file=Path(),
    )


SOURCES = {
    one.id: one
    for one in [
        source("register", "membership", "police"),
        source("vehicles", "vehicle", "police"),
        source("survey", "means_survey", "civil_affairs", "household_of"),
        source("rolls", "enrolment", "civil_affairs", "either"),
        source("rolls_other", "enrolment", "federation", "person"),
        source("health", "person", "health"),
    ]
}


def programme(name: str, unit: str, department: str) -> SimpleNamespace:
    return SimpleNamespace(
        id=name, name=name.lower(), unit=unit, department=department, benefit=None, period="month"
    )


def pack() -> "Pack":
    drawn = SimpleNamespace(
        items=ITEMS,
        kinds=KINDS,
        sources=SOURCES,
        regions=REGIONS,
        indicators={
            "vehicles": SimpleNamespace(formula="COUNT(vehicle)"),
            "consented": SimpleNamespace(formula=("COUNT(means_survey)", "1")),
        },
        classes={},
        programmes={
            "F1": programme("F1", "household", "civil_affairs"),
            "P1": programme("P1", "person", "federation"),
        },
    )
    return cast("Pack", drawn)


@dataclass
class FakeLake:
    """Tables in memory, in the form of the lake."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    linked: dict[str, list[str]] = field(default_factory=lambda: {"person": [], "household": []})

    def version(self) -> int:
        return 7

    def read(self, table: str) -> pl.LazyFrame:
        return self.tables.get(table, pl.DataFrame()).lazy()

    def states(self, name: str, *rows: dict[str, Any], load: int = 1) -> "FakeLake":
        """Rows of one source; a person or household is named by its number."""
        marks = [
            {"_load": load, "_file": "sha", "_sheet": None, "_row": n + 2, "_source": name}
            | {"_key": row.get("_key", f"{load}.{n}")}
            | row
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

    def _link(self, rows: tuple[dict[str, Any], ...]) -> None:
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
        row = {
            "source": name,
            "kind": kind,
            "region": region,
            "from": None,
            "until": None,
            "load": 1,
        }
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
