"""Formulas: what may be said, by which words, and what is a fault."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ontology import formula
from ontology.errors import PolicyError
from ontology.expression import Named
from ontology.formula_tree import (
    Age,
    Aggregate,
    Arithmetic,
    Choice,
    Column,
    Comparison,
    Formula,
    Number,
    Opposite,
    Standard,
    Word,
)
from tests.ontology.small import indicator, says, small_pack, version

PACK = small_pack(
    [indicator("age", "person", "integer", "AGE(birth_date)")],
    [
        version("poor", "household", Named("household")),
        version("counted", "person", Named("person")),
    ],
    standards={"db": "1100", "edge": "1.5"},
    programmes={"poor": "MZ01"},
)


def parse(text: str, unit: str = "person", *, reading: bool = False) -> Formula:
    return formula.parse(text, PACK.vocabulary, unit, reading=reading)


def test_a_count_of_records_speaks_of_their_owner_too() -> None:
    text = "COUNT(vehicle) FILTER (WHERE NOT vehicle.disabled_use AND member.counted)"
    root = parse(text, "household").root
    assert isinstance(root, Aggregate)
    assert (root.function, root.over, root.value) == ("COUNT", "vehicle", None)
    assert parse(text, "household").uses == {"vehicle", "disabled_use", "counted"}


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("1.50", Number(Decimal("1.50"))),
        ("-2", Number(Decimal(-2))),
        ("AGE(birth_date)", Age(Column("", "birth_date", "date"))),
        ("std.db", Standard("db")),
        ("(income)", Column("", "income", "number")),
        ("NOT student", Opposite(Column("", "student", "boolean"))),
        ("enrolled('MZ01')", Column("", "enrolled_MZ01", "boolean")),
        ("household.savings", Column("household", "savings", "number")),
        (
            "income * std.edge",
            Arithmetic("*", Column("", "income", "number"), Standard("edge")),
        ),
        (
            "CASE sex WHEN 'female' THEN 1 ELSE 0 END",
            Choice(
                (
                    (
                        Comparison("=", Column("", "sex", "text"), Word("female")),
                        Number(Decimal(1)),
                    ),
                ),
                Number(Decimal(0)),
            ),
        ),
    ],
)
def test_a_text_becomes_a_tree(text: str, root: object) -> None:
    assert parse(text).root == root


def test_what_a_formula_depends_on_is_named() -> None:
    text = (
        "CASE WHEN std.db > income AND enrolled('MZ01') THEN 1"
        " ELSE COUNT(kin) FILTER (WHERE kin.age > 18 AND kin.kind = 'child') END"
    )
    assert parse(text).uses == {"std.db", "income", "enrolled_MZ01", "kin", "age", "kind"}


@pytest.mark.parametrize(
    ("unit", "text", "fault"),
    [
        ("person", "incme + 2", "No property `incme` of a person. Did you mean `income`?"),
        ("household", "birth_date", "No property `birth_date` of a household."),
        ("person", "std.dbb", "No standard `std.dbb`. Did you mean `db`?"),
        ("person", "income IS NULL", "A formula may not say IS."),
        ("person", "(SELECT 1)", "A formula may not say SUBQUERY."),
        ("person", "income; DROP TABLE x", "A formula may not say BLOCK."),
        ("person", "SUM(income) OVER ()", "A formula may not say WINDOW."),
        ("person", "NULL", "A formula may not say NULL."),
        ("person", "income::int", "The only cast is DATE"),
        ("person", "DATE '2020-02-30' = birth_date", "`2020-02-30` is not a date."),
        ("person", "income / 12", "Division is not exact"),
        ("person", "COALESCE(income, 0)", "COALESCE turns an unknown into a value"),
        ("person", "CASE WHEN student THEN 1 END", "A CASE needs an ELSE."),
        ("person", "CASE WHEN student THEN 1 ELSE 'a' END", "of different types"),
        ("person", "CASE WHEN income THEN 1 ELSE 0 END", "WHEN takes a boolean, not a number."),
        ("person", "income + sex", "`+` takes a number, not a text."),
        ("person", "AGE(income)", "AGE takes a date, not a number."),
        ("person", "sex = 'femal'", "`sex` is never `femal`; it is male, female. Did you mean"),
        ("person", "sex IN ('male', 'x')", "`sex` is never `x`"),
        ("person", "sex < 'male'", "`<` orders numbers and dates only."),
        ("person", "income = 'a'", "A number beside a text."),
        ("person", "income IN ('a')", "A text in a list for a number."),
        ("person", "income IN (income, 1)", "IN takes a list of literals."),
        ("person", "NOT income", "NOT takes a boolean"),
        ("person", "enrolled('MZ02')", "No programme `MZ02`. Did you mean `MZ01`?"),
        ("person", "YEARS(birth_date)", "No function YEARS with 1 arguments."),
        ("person", "AT_LEAST(income)", "No function AT_LEAST with 1 arguments."),
        ("person", "COUNT(*)", "COUNT counts rows"),
        ("person", "COUNT(DISTINCT vehicle)", "COUNT counts rows"),
        ("person", "COUNT(vehicl)", "No rows `vehicl` of a person. Did you mean `vehicle`?"),
        ("person", "COUNT(member)", "No rows `member` of a person."),
        ("household", "COUNT(kin)", "No rows `kin` of a household."),
        ("household", "member.income", "No `member.` here: use it inside COUNT"),
        ("person", "SUM(vehicle.price + kin.income)", "An aggregate runs over one kind of rows."),
        ("household", "SUM(member.income + COUNT(member))", "An aggregate inside an aggregate"),
        ("household", "SUM(member.student)", "SUM takes a number, not a boolean."),
        ("person", "ROUND(income, income)", "A rounding takes a number of decimals from 0 to 6."),
        ("person", "1 +", "not a formula"),
        ("person", "", "not a formula"),
    ],
)
def test_a_fault_names_the_way_out(unit: str, text: str, fault: str) -> None:
    with pytest.raises(PolicyError) as raised:
        parse(text, unit)
    assert any(fault in said for said in says(raised.value)), says(raised.value)


def test_all_faults_of_a_formula_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as raised:
        parse("incme + incom + FOO(1)")
    assert len(raised.value.faults) == 3


def test_a_stated_reading_allows_coalesce_and_a_rounding_division() -> None:
    assert parse("COALESCE(student, FALSE)", reading=True).uses == {"student"}
    assert parse("ROUND_UP(income / 12, 2)").uses == {"income"}


def test_the_place_of_a_fault_is_filled_in_by_the_reader() -> None:
    with pytest.raises(PolicyError) as raised:
        parse("incme")
    placed = raised.value.at("vocabulary.ttl", 31)
    assert str(placed).startswith("vocabulary.ttl:31: No property `incme`")
