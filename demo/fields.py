"""What departments hold: every source's fields, the form of their values, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

PROGRAMMES: Final = ("MZ01", "MZ03", "MZ05", "MZ06", "MZ16", "MZ17", "MZ18", "YB01")
HOUSEHOLD_PROGRAMMES: Final = ("MZ01", "MZ05", "MZ06")
DEPARTMENTS: Final = ("civil_affairs", "disability_federation", "medical_insurance")
PROVIDERS: Final = ("civil_affairs", "disability_federation", "health", "sub_districts")
UNITS: Final = ("household", "person")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the form of its value, its allowed words, and its default (null: unknown)."""

    form: str
    words: tuple[str, ...] = ()
    default: str | None = None
    required: bool = False


DATE: Final = Field("date")
MONTHS: Final = Field("months", required=True)
MONEY: Final = Field("money", required=True)
TEXT: Final = Field("text")


def _enum(*words: str, default: str | None = None, required: bool = False) -> Field:
    return Field("enum", words, default, required)


def _yes(default: str | None) -> Field:
    return Field("bool", default=default)


RELATIONS: Final = (
    "head", "spouse", "child", "parent", "grandchild", "grandparent", "sibling", "other",
)  # fmt: skip
STAGES: Final = (
    "none", "preschool", "primary", "junior_secondary", "senior_secondary",
    "vocational_secondary", "college", "university",
)  # fmt: skip
AGES: Final = ((3, "preschool"), (6, "primary"), (12, "junior_secondary"), (15, "senior_secondary"))
"""The age at which a minor goes to each stage, where nothing else is stated."""
ENROLMENT: Final = {
    "unit": _enum(*UNITS),
    "programme": _enum(*PROGRAMMES, required=True),
    "certificate": TEXT,
    "enrolled_since": Field("date", default="-20m@1"),
    "enrolled_until": DATE,
    "end_reason": TEXT,
    "amount": Field("money"),
}
PAYMENT: Final = {
    "unit": _enum(*UNITS),
    "programme": _enum(*PROGRAMMES, required=True),
    "payment_number": TEXT,
    "for_month": MONTHS,
    "paid_on": DATE,
    "amount": Field("money"),
    "status": _enum("issued", "success", "returned", "recovered", default="success"),
    "account": TEXT,
    "batch": TEXT,
    "payee": Field("label"),
}
FIELDS: Final[dict[str, dict[str, Field]]] = {
    "household_register": {
        "household": Field("integer", default="1"),
        "relation": _enum(*RELATIONS),
        "birth_date": Field("date", default="-45y-100d"),
        "sex": _enum("male", "female", default="male"),
        "life_status": _enum(
            "normal", "declared_missing", "serving_sentence", "no_civil_capacity", default="normal"
        ),
        "school_stage": _enum(*STAGES),
        "registered_in": TEXT,
        "household_registered_in": TEXT,
        "lives_in": TEXT,
        "handled_by": TEXT,
        "rural": _yes("no"),
        "since": DATE,
        "until": DATE,
        "spouse_number": Field("label"),
        "father_number": Field("label"),
        "mother_number": Field("label"),
    },
    "deaths": {"died_on": Field("date", required=True)},
    "vehicles": {
        "plate": TEXT,
        "vehicle_kind": _enum(
            "car", "motorcycle", "truck", "tricycle", "disabled_car", default="car"
        ),
        "disabled_use": _yes("no"),
        "registered_on": Field("date", default="2019-06-01"),
    },
    "vessels": {"vessel_number": TEXT, "vessel_use": _enum("living", "production", required=True)},
    "dwellings": {
        "dwelling_number": TEXT,
        "dwelling_use": _enum("living", "commercial", default="living"),
        "dwelling_area": Field("area", default="90"),
    },
    "financial_assets": {"balance_month": Field("months", default="-1m..0m"), "balance": MONEY},
    "earnings": {
        "earning_kind": _enum("wage", "business", default="wage"),
        "earning_month": Field("months", default="-13m..0m"),
        "earning_amount": MONEY,
    },
    "social_benefits": {
        "benefit_kind": _enum(
            "employee_pension", "resident_pension_base", "resident_pension_personal",
            "unemployment", "work_injury_nursing", "survivor", default="employee_pension",
        ),
        "benefit_month": Field("months", default="-13m..0m"),
        "benefit_amount": MONEY,
    },
    "disability_certificates": {
        "certificate_number": TEXT,
        "disability_category": _enum(
            "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple",
            required=True,
        ),
        "disability_grade": Field("integer", required=True),
        "care_six_months": _yes("no"),
        "labour_able_assessed": _yes("yes"),
        "issued_on": Field("date", default="2020-05-06"),
    },
    "medical_roll": {
        "insured": _yes("yes"),
        "own_pay_year": Field("money", default="0"),
        "severe_illness": _yes("no"),
    },
    "means_survey": {
        "surveyed_on": Field("date", default="-60d"),
        "other_income_year": Field("money", default="0"),
        "other_rigid_spending_year": Field("money", default="0"),
        "consent": _yes("yes"),
    },
    "applications": {
        "unit": _enum(*UNITS),
        "application_number": TEXT,
        "programme": _enum(*PROGRAMMES, required=True),
        "accepted_on": Field("date", required=True),
        "due_on": DATE,
        "decided_on": DATE,
        "result": _enum("approved", "refused"),
        "refusal_reason": TEXT,
        "withdrawn_on": DATE,
        "channel": _enum("counter", "web", "on_behalf", "found_by_us", default="counter"),
    },
    "enrolments": ENROLMENT,
    "payments": PAYMENT,
    "services": {
        "thing": _enum("haircut", "meal", "bath", "cleaning", default="haircut"),
        "provided_on": Field("date", required=True),
        "provider_department": _enum(*PROVIDERS, required=True),
    },
}  # fmt: skip
for _department in DEPARTMENTS:
    FIELDS[f"enrolments_{_department}"] = ENROLMENT
for _department in DEPARTMENTS[:2]:
    FIELDS[f"payments_{_department}"] = PAYMENT

STEPS: Final = ("accepted", "checked", "visited", "first_opinion", "publicity", "confirmed")
AMOUNTS: Final = {"MZ01": 1100, "MZ03": 1870, "MZ16": 330, "MZ17": 125, "MZ18": 60}
"""Yuan a month where a scenario states no amount."""
BY_DEPARTMENT: Final = {
    **dict.fromkeys(("MZ01", "MZ03", "MZ05", "MZ06", "MZ18"), "civil_affairs"),
    **dict.fromkeys(("MZ16", "MZ17"), "disability_federation"),
    "YB01": "medical_insurance",
}
"""Who enrols, and whose file a payment stands in."""

TYPES: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "date": pl.Date,
    "months": pl.Date,
    "money": pl.Int64,
    "area": pl.Int64,
    "integer": pl.Int64,
    "bool": pl.Boolean,
    "enum": pl.String,
    "text": pl.String,
    "label": pl.Int64,
}
"""How a value of each form is held: money in fen, area in 1/100 m², a label as a person."""


def schema(source: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns of one source's frame: whose row it is, then its fields."""
    return {"person": pl.Int64, **{name: TYPES[f.form] for name, f in FIELDS[source].items()}}
