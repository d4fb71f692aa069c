"""A village that fits on a page: two households, four people, three programmes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import polars as pl

from graph_loader.facts import Facts
from ontology.expression import AllOf, AnyOf, Compare, Named, Not, Some
from ontology.law import Act, Article
from ontology.regions import Region, Regions
from ontology.tables import CompatibilityRule, Department
from ontology.vocabulary import (
    ClassVersion,
    ClassWord,
    Indicator,
    Item,
    Kind,
    Vocabulary,
)

if TYPE_CHECKING:
    from ontology.expression import Expression
    from ontology.pack import Pack

AS_OF = date(2026, 10, 31)
SEPTEMBER = date(2026, 9, 1)


def words(en: str) -> dict[str, str]:
    return {"zh": en, "en": en}


def version(
    name: str, expression: Expression, unit: str = "household", *sources: str
) -> tuple[ClassVersion, ...]:
    return (
        ClassVersion(
            name=name, expression=expression, unit=unit, label=words(name), sources=sources
        ),
    )


def programme(key: str, name: str, unit: str) -> SimpleNamespace:
    of = {"id": key, "name": name, "label": words(name), "unit": unit, "decided": True}
    return SimpleNamespace(**of, kind="cash_month", period="month", department="civil_affairs")


def pack() -> Pack:
    """Minimum living opens the subsidy and shuts out the pension; a poor household gets it."""
    poor = Compare("income", "<", Decimal(1))
    of_household = Some("member_of", Named("minimum_living"))
    regions = Regions(
        {
            "33": Region("33", "", "province", words("Zhejiang")),
            "3303": Region("3303", "33", "city", words("Wenzhou")),
        }
    )
    programmes = [
        programme("MZ01", "minimum_living", "household"),
        programme("MZ03", "hardship", "person"),
        programme("MZ16", "subsidy", "person"),
    ]
    income = Indicator(
        name="income",
        unit_of="household",
        datatype="decimal",
        label=words("income"),
        formula="SUM(member.income)",
    )
    return cast(
        "Pack",
        SimpleNamespace(
            path=Path("village"),
            vocabulary=Vocabulary(
                indicators={"income": income},
                classes={
                    "minimum_living": ClassWord("household", programme="MZ01"),
                    "hardship": ClassWord("person", programme="MZ03"),
                },
            ),
            regions=regions,
            departments={
                "civil_affairs": Department(
                    "civil_affairs", words("Civil affairs"), "county", budget_holder=True
                )
            },
            programmes={p.id: p for p in programmes},
            classes={
                "income_low": version("income_low", poor, "household", "SAL-18"),
                "minimum_living": version(
                    "minimum_living", AllOf((Named("income_low"),)), "household", "SAL-18"
                ),
                "hardship": version("hardship", poor, "person"),
                "st_minimum_living": version("st_minimum_living", of_household, "person"),
                "subsidy": version(
                    "subsidy",
                    AllOf((AnyOf((Named("st_minimum_living"),)), Not(Named("hardship")))),
                    "person",
                ),
            },
            acts={"SAL": Act("SAL", words("Social Assistance Law"), date(2026, 7, 1), None)},
            articles={
                "SAL-18": Article(
                    "SAL-18", "SAL", "18", words("gist"), text_held=True, text_key="SAL"
                )
            },
            compatibility=(
                CompatibilityRule("MZ03", "MZ01", "exclude", "person", "month", "SAL-18"),
                CompatibilityRule("MZ03", "MZ16", "exclude", "person", "month", "SAL-18"),
            ),
            sources={
                "payments": SimpleNamespace(id="payments", department="civil_affairs"),
                "enrolments": SimpleNamespace(id="enrolments", department="civil_affairs"),
            },
            items={
                name: Item(
                    name=name,
                    unit_of=unit,
                    datatype="string",
                    label=words(name),
                    sensitivity="identity" if name == "father_number" else "basic",
                )
                for name, unit in (
                    ("plate", "vehicle"),
                    ("disabled_use", "vehicle"),
                    ("weight", "vehicle"),
                    ("rural", "household"),
                    ("father_number", "person"),
                    ("earned", "earning"),
                )
            },
            kinds={
                "vehicle": Kind(name="vehicle", owner="person", label=words("vehicle")),
                "earning": Kind(
                    name="earning", owner="person", label=words("earning"), projected=False
                ),
            },
        ),
    )


def facts() -> Facts:
    """H1 holds Zhang and her son, who has left; H2 is open, its region is unknown to the pack."""
    people = ["P1", "P2", "P3", "P4"]
    return Facts(
        households=pl.DataFrame(
            {
                "id": ["H1", "H2", "H3"],
                "region": ["3303", "330382", None],
                "rural": [True, None, False],
                "origin": ["register|H1", "register|H2", "register|H3"],
            }
        ),
        persons=pl.DataFrame(
            {
                "id": people,
                "name": ["张三", "李四", None, "Bo"],
                "birth_date": [date(1960, 5, 1), date(1990, 1, 1), None, date(2020, 2, 29)],
                "father_number": ["330382196005011234", None, None, None],
                "died_on": [None, date(2026, 8, 2), None, None],
                "origin": [f"register|{p}" for p in people],
            }
        ),
        members=pl.DataFrame(
            {
                "household": ["H1", "H1", "H2", "H2"],
                "person": people,
                "relation": ["head", "child", "head", None],
                "until": [None, date(2026, 1, 1), None, None],
                "origin": [f"register|{p}" for p in people],
            }
        ),
        kin=pl.DataFrame({"person": ["P1"], "kin": ["P2"], "kind": ["child"]}),
        records={
            "vehicle": vehicles(),
            "enrolment": enrolments(),
            "disbursement": payments(),
            "service": services(),
        },
    )


def vehicles() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person": ["P1", None],
            "plate": ["浙C1", "浙C2"],
            "disabled_use": [False, None],
            "_row": [2, 3],
            "origin": ["vehicles|浙C1", "vehicles|浙C2"],
        }
    )


def enrolments() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person": ["P1", "P1", None],
            "household": ["H1", "H1", "H2"],
            "unit": ["household", "person", "household"],
            "programme": ["MZ01", "MZ16", "MZ99"],
            "enrolled_since": [date(2026, 1, 1), date(2025, 1, 1), None],
            "enrolled_until": [None, date(2026, 10, 31), None],
            "origin": ["enrolments|1", "enrolments|2", "enrolments|3"],
        }
    )


def payments() -> pl.DataFrame:
    """D1 and D2 share programme and month; D3 is excluded by D1; D4 says no month."""
    return pl.DataFrame(
        {
            "household": ["H1", "H1", None, "H1"],
            "person": [None, None, "P1", None],
            "programme": ["MZ01", "MZ01", "MZ03", "MZ01"],
            "for_month": [SEPTEMBER, date(2026, 9, 10), SEPTEMBER, None],
            "amount": [81200, 81200, None, 5],
            "account": ["a1", "a1", None, None],
            "status": ["success", "success", "success", "success"],
            "origin": ["payments|1", "payments|2", "payments|3", "payments|4"],
        }
    )


def services() -> pl.DataFrame:
    day = date(2026, 9, 9)
    return pl.DataFrame(
        {
            "person": ["P3", "P3", "P3", "P4"],
            "thing": ["haircut", "haircut", None, "haircut"],
            "provided_on": [day, day, day, day],
            "provider_department": ["street_a", "street_b", "street_a", "street_a"],
            "origin": ["services|1", "services|2", "services|3", "services|4"],
        }
    )


def decisions() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "unit": ["household", "household", "person", "person"],
            "id": ["H1", "H2", "P1", "P3"],
            "programme": ["MZ01", "MZ01", "MZ16", "MZ16"],
            "status": ["eligible", "undetermined", "eligible", "eligible"],
            "after": ["kept", None, "excluded", "topped_up"],
            "amount": [81200, None, 10000, None],
        }
    )
