"""Fields of the registers and ledgers beside the first nineteen files."""

from __future__ import annotations

from typing import Final

from demo.field import DATE, LABEL, MONEY, NEEDED, TEXT, Field, day, money, whole, words, yes

EMERGENCIES: Final = ("fire", "traffic_accident", "injury", "sudden_illness", "sudden_event")
AFFAIRS: Final[dict[str, dict[str, Field]]] = {
    "marriages": {
        "marriage_number": TEXT,
        "marriage_event": words("married", "divorced", default="married"),
        "marriage_on": NEEDED,
        "spouse_number": LABEL,
    },
    "cremations": {"cremation_number": TEXT, "cremated_on": NEEDED},
    "missing_reports": {
        "missing_report_number": TEXT,
        "out_of_contact_since": NEEDED,
        "missing_until": DATE,
    },
    "prison_terms": {
        "term_kind": words(
            "sentence", "detention", "compulsory_detox", "other_restriction", default="sentence"
        ),
        "term_since": day("-12m@1"),
        "term_until": DATE,
        "term_months": whole(),
    },
    "child_care": {
        "care_place": words("institution", "community", default="community"),
        "in_care_since": day("-24m@1"),
    },
    "care_assessments": {
        "selfcare_failed": whole(),
        "incapacity_level": whole("0"),
        "assessed_on": day("-60d"),
    },
    "emergencies": {
        "emergency_kind": words(*EMERGENCIES, required=True),
        "happened_on": NEEDED,
        "fast_aid_given": yes("no"),
    },
    "poverty_watch": {
        "watch_kind": words("unstable", "marginal", "sudden", default="marginal"),
        "watch_since": day("-10m@1"),
        "watch_until": DATE,
    },
    "kin_filings": {
        "filing_number": TEXT,
        "filed_relation": words("spouse", "child", "parent", "sibling", required=True),
        "filed_post": TEXT,
        "filed_on": day("-200d"),
        "official_number": LABEL,
    },
    "legal_aid": {
        "legal_case_number": TEXT,
        "legal_matter": words(
            "support", "labour", "injury", "social_aid", "criminal", "other", default="labour"
        ),
        "legal_accepted_on": day("-90d"),
    },
}
WORK: Final[dict[str, dict[str, Field]]] = {
    "companies": {
        "company_number": TEXT,
        "company_form": words("enterprise", "sole_trader", default="sole_trader"),
        "company_role": words("legal_representative", "shareholder", "owner", default="owner"),
        "company_employees": whole("0"),
        "company_since": day("2018-03-01"),
        "company_until": DATE,
    },
    "social_insurance": {
        "insurance_kind": words("employee", "flexible", "resident", default="employee"),
        "contribution_base": money("5000"),
        "contributing_since": day("2015-01-01"),
        "contributing_until": DATE,
        "unemployment_insurance_months": whole("60"),
    },
    "unemployment": {
        "unemployed_since": day("-6m@1"),
        "unemployed_until": DATE,
        "involuntary_loss": yes("yes"),
        "job_refusals_six_months": whole("0"),
    },
    "housing_fund": {
        "fund_number": TEXT,
        "fund_base": money("6000"),
        "fund_balance": money("20000"),
        "fund_since": day("2015-01-01"),
    },
    "tax_returns": {
        "tax_number": TEXT,
        "tax_year": whole("2025"),
        "taxable_income": money("0"),
        "tax_paid": money("0"),
    },
    "public_payroll": {
        "payroll_number": TEXT,
        "payroll_post": words(
            "civil_servant", "institution", "retired", "village_cadre", default="institution"
        ),
        "payroll_since": day("2012-07-01"),
        "payroll_until": DATE,
    },
    "union_members": {
        "union_number": TEXT,
        "union_since": day("-36m@1"),
        "work_relation_since": day("-36m@1"),
        "work_relation_until": DATE,
    },
    "veterans": {
        "veteran_kind": words(
            "veteran", "wounded", "martyr_family", "killed_on_duty_family",
            "died_of_illness_family", default="veteran",
        ),
        "veteran_since": day("2001-12-01"),
    },
    "students": {
        "student_stage": words(
            "preschool", "primary", "junior_secondary", "senior_secondary",
            "vocational_secondary", "college", "university", required=True,
        ),
        "boarding": yes("no"),
        "high_fee_school": yes("no"),
        "student_since": day("2024-09-01"),
        "student_until": DATE,
    },
}  # fmt: skip
HEALTH: Final[dict[str, dict[str, Field]]] = {
    "medical_bills": {
        "bill_number": TEXT,
        "treated_on": day("-60d"),
        "bill_total": Field("money"),
        "bill_own_pay": MONEY,
        "bill_year": DATE,
    },
    "severe_illnesses": {
        "illness_kind": words(
            "leukaemia", "cervical_cancer", "breast_cancer", "other_cancer", "kidney_failure",
            "mental_disorder", "other", default="other",
        ),
        "diagnosis_code": TEXT,
        "cancer_stage_covered": yes("no"),
        "diagnosed_on": day("-300d"),
    },
    "rehab_assessments": {
        "rehab_category": words(
            "visual", "hearing", "speech", "physical", "intellectual", "autism", required=True
        ),
        "rehab_assessed_on": day("-90d"),
    },
    "womens_cases": {
        "case_number": TEXT,
        "case_matter": words("two_cancers", "violence", "family", default="family"),
        "case_opened_on": day("-120d"),
    },
    "red_cross_grants": {
        "grant_number": TEXT,
        "grant_fund": TEXT,
        "granted_on": day("-100d"),
        "grant_amount": money("3000"),
    },
    "charity_grants": {
        "grant_number": TEXT,
        "grant_fund": TEXT,
        "granted_on": day("-100d"),
        "grant_amount": money("2000"),
    },
    "power_meters": {
        "meter_number": TEXT,
        "utility": words("power", default="power"),
        "own_meter": yes("yes"),
    },
    "water_gas_meters": {
        "meter_number": TEXT,
        "utility": words("water", "gas", default="water"),
        "own_meter": yes("yes"),
    },
}  # fmt: skip


def ledgers(programme: Field, unit: Field) -> dict[str, dict[str, Field]]:
    """The ledgers of the offices' own work, whose rows name a programme."""
    return _of_money(programme, unit) | _of_service(programme, unit)


def _of_money(programme: Field, unit: Field) -> dict[str, dict[str, Field]]:
    return {
        "budgets": {
            "budget_number": TEXT,
            "programme": programme,
            "budget_year": whole("2026"),
            "allotted": MONEY,
        },
        "budget_arrivals": {
            "arrival_number": TEXT,
            "programme": programme,
            "arrival_year": whole("2026"),
            "arrived_on": NEEDED,
            "arrived_amount": MONEY,
        },
        "recoveries": {
            "unit": unit,
            "recovery_number": TEXT,
            "programme": programme,
            "payment_number": TEXT,
            "recovery_decided_on": NEEDED,
            "recovery_due": MONEY,
            "recovered_on": DATE,
            "recovered_amount": Field("money"),
        },
    }


def _of_service(programme: Field, unit: Field) -> dict[str, dict[str, Field]]:
    return {
        "reviews": {
            "unit": unit,
            "review_number": TEXT,
            "programme": programme,
            "certificate": TEXT,
            "review_due_on": NEEDED,
            "reviewed_on": DATE,
            "review_outcome": words("kept", "changed", "ended"),
        },
        "satisfaction": {
            "answer_number": TEXT,
            "programme": programme,
            "answered_on": NEEDED,
            "satisfaction_score": Field("integer"),
        },
        "complaints": {
            "complaint_number": TEXT,
            "programme": programme,
            "complained_on": NEEDED,
            "complaint_answered_on": DATE,
            "complaint_about": words(
                "not_received", "late", "wrong_amount", "attitude", "unfair", required=True
            ),
        },
    }
