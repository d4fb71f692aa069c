"""Numbers that offices give out (plates, certificates, payments) and the steps of applications."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.dates import AS_OF
from demo.fields import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PLATE: Final = 5
STEP_DAYS: Final = (0, 2, 6, 10, 12, 20)
"""Days from acceptance to the start of each step, for an application not yet decided."""
GRADES: Final = {
    "visual": "1", "hearing": "2", "speech": "3", "physical": "4",
    "intellectual": "5", "mental": "6", "multiple": "7",
}  # fmt: skip


PREFIXES: Final = {
    "marriages": ("marriage_number", "J330382-"),
    "cremations": ("cremation_number", "HH2026"),
    "missing_reports": ("missing_report_number", "A330382"),
    "kin_filings": ("filing_number", "BB2026-"),
    "legal_aid": ("legal_case_number", "（乐）法援字"),
    "companies": ("company_number", "92330382MA"),
    "housing_fund": ("fund_number", "3303"),
    "tax_returns": ("tax_number", "HS2025"),
    "public_payroll": ("payroll_number", "TF"),
    "union_members": ("union_number", "GH330382"),
    "medical_bills": ("bill_number", "JS330382"),
    "womens_cases": ("case_number", "FL2026-"),
    "red_cross_grants": ("grant_number", "RC"),
    "charity_grants": ("grant_number", "CS"),
    "power_meters": ("meter_number", "3303"),
    "water_gas_meters": ("meter_number", "S"),
    "budgets": ("budget_number", "乐财社〔2026〕"),
    "budget_arrivals": ("arrival_number", "DW"),
    "reviews": ("review_number", "FH"),
    "satisfaction": ("answer_number", "PJ"),
    "complaints": ("complaint_number", "XF"),
    "recoveries": ("recovery_number", "ZJ"),
}
"""The further registers' own numbers: the column, and what stands before the serial number."""


def _own(at: pl.Expr) -> dict[str, tuple[str, pl.Expr]]:
    """The column and the number of each source's row by its place among all."""
    serial = at.cast(pl.String)
    own: dict[str, tuple[str, pl.Expr]] = {
        "vehicles": ("plate", pl.lit("浙C") + _letters(at)),
        "vessels": ("vessel_number", pl.lit("浙乐渔") + serial.str.zfill(5)),
        "dwellings": ("dwelling_number", pl.lit("330382GB") + serial.str.zfill(9) + "F0001"),
        "applications": ("application_number", _dated("SQ", "accepted_on", serial)),
        "disability_certificates": (
            "certificate_number",
            pl.col("id_number")
            + pl.col("disability_category")
            .replace_strict(GRADES, return_dtype=pl.String)
            .fill_null("0")
            + pl.col("disability_grade").fill_null(0).cast(pl.String),
        ),
    }
    for source, (column, prefix) in PREFIXES.items():
        own[source] = (column, pl.lit(prefix) + serial.str.zfill(8))
    return own


def fill(
    records: dict[str, pl.DataFrame], people: pl.DataFrame, before: Mapping[str, int]
) -> dict[str, pl.DataFrame]:
    """The records with every office's own number in place where none was stated.

    `before`: how many rows of each source were numbered already.
    """
    serial = pl.col("_at").cast(pl.String)
    number = people.select("person", "id_number")
    records = {
        source: rows.with_columns(_at=pl.int_range(pl.len()) + before.get(source, 0))
        for source, rows in records.items()
    }
    filled = dict(records)
    for source, (column, expression) in _own(pl.col("_at")).items():
        rows = records[source].join(number, on="person", how="left", maintain_order="left")
        given = rows.with_columns(pl.coalesce(column, expression).alias(column))
        filled[source] = given.drop("id_number")
    for source, rows in records.items():
        if source.startswith("enrolments"):
            prefix = source.removeprefix("enrolments_")[:2].upper()
            made = pl.lit(prefix) + serial.str.zfill(8)
            filled[source] = rows.with_columns(certificate=pl.coalesce("certificate", made))
        if source.startswith("payments"):
            filled[source] = _payments(rows, source.removeprefix("payments_")[:2].upper(), serial)
    return {source: rows.drop("_at") for source, rows in filled.items()}


def _letters(at: pl.Expr) -> pl.Expr:
    """Five characters that count in letters, so that no two plates are alike."""
    digits = [(at // len(LETTERS) ** place) % len(LETTERS) for place in range(PLATE)]
    words = dict(enumerate(LETTERS))
    return pl.concat_str(d.replace_strict(words, return_dtype=pl.String) for d in reversed(digits))


def _dated(prefix: str, date: str, serial: pl.Expr) -> pl.Expr:
    return pl.lit(prefix) + pl.col(date).dt.strftime("%Y%m") + serial.str.zfill(7)


def _payments(rows: pl.DataFrame, prefix: str, serial: pl.Expr) -> pl.DataFrame:
    month = pl.col("for_month").dt.strftime("%Y%m")
    return rows.with_columns(
        payment_number=pl.coalesce("payment_number", pl.lit(prefix) + month + serial.str.zfill(8)),
        account=pl.coalesce(
            "account", pl.lit("6217") + pl.col("payee").cast(pl.String).str.zfill(15)
        ),
        batch=pl.coalesce("batch", month + pl.lit("-01")),
    )


def steps(applications: pl.DataFrame) -> pl.DataFrame:
    """The steps of each application, as far as it has come; the last ends with the decision."""
    closed = pl.coalesce("decided_on", "withdrawn_on")
    rows = applications.with_columns(
        step=pl.lit(list(STEPS)), _after=pl.lit(list(STEP_DAYS)), _next=pl.lit([*STEP_DAYS[1:], 30])
    ).explode("step", "_after", "_next")
    started = pl.col("accepted_on") + pl.duration(days=pl.col("_after"))
    due = pl.col("accepted_on") + pl.duration(days=pl.col("_next"))
    until = pl.coalesce(closed, pl.lit(AS_OF + timedelta(days=1)))
    ended = pl.when(pl.col("step") == STEPS[-1]).then(pl.col("decided_on"))
    return rows.filter(started < until).select(
        "person",
        "application_number",
        "step",
        started_on=started,
        ended_on=ended.otherwise(pl.when(due <= pl.min_horizontal(until, AS_OF)).then(due)),
        by_whom=pl.lit("经办") + (pl.col("person") % 7 + 1).cast(pl.String),
    )
