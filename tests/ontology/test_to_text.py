"""Criteria as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.to_text import to_text
from tests.ontology.small import indicator, item, small_pack, version

ONE = Decimal(1)
PACK = small_pack(
    [
        indicator(
            "income_to_standard",
            "household",
            "decimal",
            ("savings", "std.db"),
            label={
                "zh": "家庭人均月收入与低保标准之比",
                "en": "monthly income per head to the standard",
            },
        ),
        indicator(
            "share", "household", "decimal", ("savings", "12"), label={"zh": "占比", "en": "share"}
        ),
    ],
    [
        version("poor", "household", Named("household")),
        version("counted", "person", Named("person")),
    ],
    standards={"db": "1100"},
    programmes={"poor": "MZ01"},
    items=[
        item("savings", "household", "decimal", unit="CNY", label={"zh": "存款", "en": "savings"}),
        item("rural", "household", "boolean", label={"zh": "农村家庭", "en": "rural"}),
        item("grade", "person", "integer", label={"zh": "残疾等级", "en": "disability grade"}),
        item(
            "sex",
            "person",
            "enum",
            label={"zh": "性别", "en": "sex"},
            value_labels={
                "female": {"zh": "女", "en": "female"},
                "male": {"zh": "男", "en": "male"},
            },
        ),
    ],
)
SEVERE = OneOf("grade", (Decimal(1), Decimal(2)))


@pytest.mark.parametrize(
    ("expression", "zh", "en"),
    [
        (
            Compare("income_to_standard", "<", ONE),
            "家庭人均月收入低于低保标准",
            "monthly income per head is below the standard",
        ),
        (
            Compare("income_to_standard", "<=", Decimal("1.50")),
            "家庭人均月收入不高于低保标准的1.5倍",
            "monthly income per head is at most 1.5 times the standard",
        ),
        (Compare("share", ">", Decimal("0.6")), "占比高于0.6", "share is above 0.6"),
        (
            Compare("savings", "<=", Decimal(30000)),
            "存款不高于30000元",
            "savings is at most 30000 yuan",
        ),
        (Not(Compare("savings", "<", ONE)), "存款不低于1元", "savings is at least 1 yuan"),
        (SEVERE, "残疾等级为1或2", "disability grade is 1 or 2"),
        (OneOf("sex", ("female", "male")), "性别为女或男", "sex is female or male"),
        (Is("rural", value=True), "农村家庭", "rural"),
        (Is("rural", value=False), "并非农村家庭", "not rural"),
        (Named("poor"), "poor", "poor"),
        (Received("MZ01"), "曾领取poor", "has received poor"),
        (
            AllOf((Is("rural", value=True), AnyOf((Named("poor"), Compare("savings", "=", ONE))))),
            "农村家庭，且（poor，或者存款为1元）",
            "rural, and (poor, or savings is 1 yuan)",
        ),
        (
            Not(AllOf((Named("poor"), Is("rural", value=True)))),
            "并非（poor，且农村家庭）",
            "not (poor, and rural)",
        ),
        (
            Some("has_member", SEVERE),
            "至少一名成员满足（残疾等级为1或2）",
            "at least one member meets (disability grade is 1 or 2)",
        ),
        (
            Only("has_member", Named("counted")),
            "每一名成员满足（counted）",
            "every member meets (counted)",
        ),
        (
            AtLeast(2, "has_member", Named("counted")),
            "至少2名成员满足（counted）",
            "at least 2 of: member meets (counted)",
        ),
        (
            AtMost(0, "has_member", Named("counted")),
            "没有成员满足（counted）",
            "no member meets (counted)",
        ),
        (Some("has_vehicle", Named("vehicle")), "有至少一项机动车", "has at least one vehicle"),
        (
            Some("member_of", Named("poor")),
            "所在家庭满足（poor）",
            "the household meets (poor)",
        ),
        (
            AtMost(0, "member_of", Named("poor")),
            "所在家庭不满足（poor）",
            "the household does not meet (poor)",
        ),
    ],
)
def test_a_sentence_in_two_languages(expression: Expression, zh: str, en: str) -> None:
    assert to_text(expression, PACK.vocabulary, "zh") == zh
    assert to_text(expression, PACK.vocabulary, "en") == en
