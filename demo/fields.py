"""What departments hold: every source's fields, the form of their values, and what is assumed."""

from __future__ import annotations

from typing import Final

import polars as pl

from demo import fields_further
from demo.field import DATE, LABEL, MONEY, MONTHS, TEXT, Field, words, yes
from demo.offices import DEPARTMENTS, NOT_PAYING, PROGRAMMES

PROVIDERS: Final = ("civil_affairs", "disability_federation", "health", "sub_districts")
UNITS: Final = ("household", "person")


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
    "unit": words(*UNITS),
    "programme": words(*PROGRAMMES, required=True),
    "certificate": TEXT,
    "approved_on": DATE,
    "enrolled_since": Field("date", default="-20m@1"),
    "enrolled_until": DATE,
    "end_reason": TEXT,
    "amount": Field("money"),
    "next_review_on": DATE,
}
PAYMENT: Final = {
    "unit": words(*UNITS),
    "programme": words(*PROGRAMMES, required=True),
    "payment_number": TEXT,
    "for_month": MONTHS,
    "paid_on": DATE,
    "amount": Field("money"),
    "status": words("issued", "success", "returned", "recovered", default="success"),
    "account": TEXT,
    "batch": TEXT,
    "payee": LABEL,
}
FIELDS: Final[dict[str, dict[str, Field]]] = {
    "household_register": {
        "household": Field("integer", default="1"),
        "relation": words(*RELATIONS),
        "birth_date": Field("date", default="-45y-100d"),
        "sex": words("male", "female", default="male"),
        "life_status": words(
            "normal", "declared_missing", "serving_sentence", "no_civil_capacity", default="normal"
        ),
        "school_stage": words(*STAGES),
        "registered_in": TEXT,
        "household_registered_in": TEXT,
        "lives_in": TEXT,
        "handled_by": TEXT,
        "rural": yes("no"),
        "since": DATE,
        "until": DATE,
        "spouse_number": LABEL,
        "father_number": LABEL,
        "mother_number": LABEL,
    },
    "deaths": {"died_on": Field("date", required=True)},
    "vehicles": {
        "plate": TEXT,
        "vehicle_kind": words(
            "car", "motorcycle", "truck", "tricycle", "disabled_car", default="car"
        ),
        "disabled_use": yes("no"),
        "registered_on": Field("date", default="2019-06-01"),
    },
    "vessels": {"vessel_number": TEXT, "vessel_use": words("living", "production", required=True)},
    "dwellings": {
        "dwelling_number": TEXT,
        "dwelling_use": words("living", "commercial", default="living"),
        "dwelling_area": Field("area", default="90"),
    },
    "financial_assets": {"balance_month": Field("months", default="-1m..0m"), "balance": MONEY},
    "earnings": {
        "earning_kind": words("wage", "business", default="wage"),
        "earning_month": Field("months", default="-13m..0m"),
        "earning_amount": MONEY,
    },
    "social_benefits": {
        "benefit_kind": words(
            "employee_pension", "resident_pension_base", "resident_pension_personal",
            "unemployment", "work_injury_nursing", "survivor", default="employee_pension",
        ),
        "benefit_month": Field("months", default="-13m..0m"),
        "benefit_amount": MONEY,
    },
    "disability_certificates": {
        "certificate_number": TEXT,
        "disability_category": words(
            "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple",
            required=True,
        ),
        "disability_grade": Field("integer", required=True),
        "care_six_months": yes("no"),
        "labour_able_assessed": yes("yes"),
        "issued_on": Field("date", default="2020-05-06"),
    },
    "medical_roll": {
        "insured": yes("yes"),
        "own_pay_year": Field("money", default="0"),
        "severe_illness": yes("no"),
    },
    "means_survey": {
        "surveyed_on": Field("date", default="-60d"),
        "other_income_year": Field("money", default="0"),
        "other_rigid_spending_year": Field("money", default="0"),
        "consent": yes("yes"),
    },
    "applications": {
        "unit": words(*UNITS),
        "application_number": TEXT,
        "programme": words(*PROGRAMMES, required=True),
        "accepted_on": Field("date", required=True),
        "due_on": DATE,
        "decided_on": DATE,
        "result": words("approved", "refused"),
        "refusal_reason": TEXT,
        "withdrawn_on": DATE,
        "channel": words("counter", "web", "on_behalf", "found_by_us", default="counter"),
    },
    "enrolments": ENROLMENT,
    "payments": PAYMENT,
    "services": {
        "thing": words("haircut", "meal", "bath", "cleaning", default="haircut"),
        "provided_on": Field("date", required=True),
        "provider_department": words(*PROVIDERS, required=True),
    },
}  # fmt: skip
FIELDS.update(fields_further.AFFAIRS | fields_further.WORK | fields_further.HEALTH)
FIELDS.update(fields_further.ledgers(words(*PROGRAMMES, required=True), words(*UNITS)))
for _department in DEPARTMENTS:
    FIELDS[f"enrolments_{_department}"] = ENROLMENT
    if _department in NOT_PAYING:
        continue
    FIELDS[f"payments_{_department}"] = PAYMENT
FIELDS["enrolments_elsewhere"] = ENROLMENT | {"aid_region": TEXT}
FIELDS["payments_elsewhere"] = PAYMENT | {"aid_region": TEXT}

STEPS: Final = ("accepted", "checked", "visited", "first_opinion", "publicity", "confirmed")
KIN: Final = tuple(
    sorted({w for of in FIELDS.values() for w, f in of.items() if f.form == "label"})
)
"""Fields that name another person."""
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
