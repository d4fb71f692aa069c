"""A class expression as a sentence that people read, in Chinese or English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, assert_never

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
    Operator,
    Received,
    Scalar,
    Some,
)
from ontology.vocabulary import PERSON, Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ontology.to_frame import RoleNode
    from ontology.vocabulary import Item, Text, Vocabulary

Language: TypeAlias = Literal["zh", "en"]
NEGATED: Final[Mapping[Operator, Operator]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
UNITS: Final = {
    "CNY": {"zh": "元", "en": " yuan"},
    "m2": {"zh": "平方米", "en": " m²"},
    "years": {"zh": "岁", "en": " years"},
    "months": {"zh": "个月", "en": " months"},
    "persons": {"zh": "人", "en": " persons"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a language says where the tree has a node."""

    operators: Mapping[Operator, str]
    conjunction: str
    disjunction: str
    choice: str
    comparison: str
    times: str
    denial: str
    group: str
    received: str
    ratio: re.Pattern[str]
    some: str
    every: str
    least: str
    most: str
    none: str
    owner: str
    owner_not: str


WORDS: Final[Mapping[Language, Words]] = {
    "zh": Words(
        operators={"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于", "=": "为"},
        conjunction="，且",
        disjunction="，或者",
        choice="或",
        comparison="{what}{operator}{limit}",
        times="{standard}的{limit}倍",
        denial="并非{part}",
        group="（{part}）",
        received="曾领取{programme}",
        ratio=re.compile("(?P<amount>.+)与(?P<standard>.+)之比"),
        some="至少一{each}{role}",
        every="每一{each}{role}",
        least="至少{count}{each}{role}",
        most="至多{count}{each}{role}",
        none="没有{role}",
        owner="{role}",
        owner_not="{role}不满足{part}",
    ),
    "en": Words(
        operators={
            "<": "is below",
            "<=": "is at most",
            ">": "is above",
            ">=": "is at least",
            "=": "is",
        },
        conjunction=", and ",
        disjunction=", or ",
        choice=" or ",
        comparison="{what} {operator} {limit}",
        times="{limit} times {standard}",
        denial="not {part}",
        group="({part})",
        received="has received {programme}",
        ratio=re.compile("(?P<amount>.+?) to (?P<standard>.+)"),
        some="at least one {role}",
        every="every {role}",
        least="at least {count} of: {role}",
        most="at most {count} of: {role}",
        none="no {role}",
        owner="the {role}",
        owner_not="the {role} does not meet {part}",
    ),
}
MEETS: Final[Mapping[Language, str]] = {"zh": "{who}满足{part}", "en": "{who} meets {part}"}
HAS: Final[Mapping[Language, str]] = {"zh": "有{who}", "en": "has {who}"}


def to_text(expression: Expression, vocabulary: Vocabulary, lang: Language) -> str:
    """The expression in words, without a full stop."""
    return Writer(vocabulary, lang).write(expression)


@dataclass(frozen=True, slots=True)
class Writer:
    """The words of one language for one vocabulary."""

    vocabulary: Vocabulary
    lang: Language

    @property
    def words(self) -> Words:
        return WORDS[self.lang]

    def label(self, text: Text | None, name: str) -> str:
        """The words in this language, else in the other, else the name."""
        text = text or {}
        return text.get(self.lang) or next(iter(text.values()), name.replace("_", " "))

    def write(self, expression: Expression) -> str:  # noqa: PLR0911 - one case a node
        """The words of a node."""
        match expression:
            case Compare(name, operator, limit):
                return self.compare(name, self.words.operators[operator], limit)
            case OneOf(name, values):
                options = self.words.choice.join(self.value(name, value) for value in values)
                return self.words.comparison.format(
                    what=self.field(name), operator=self.words.operators["="], limit=options
                )
            case Is(name, value):
                said = self.field(name)
                return said if value else self.words.denial.format(part=said)
            case Received(programme):
                return self.words.received.format(programme=self.programme(programme))
            case Named(name):
                return self.named(name)
            case AllOf(parts):
                return self.words.conjunction.join(map(self.inner, parts))
            case AnyOf(parts):
                return self.words.disjunction.join(map(self.inner, parts))
            case Not(part):
                return self.denied(part)
            case Some() | Only() | AtLeast() | AtMost():
                return self.role(expression)
            case _:
                assert_never(expression)

    def inner(self, expression: Expression) -> str:
        """The words of a part, in brackets where it is a list of its own."""
        said = self.write(expression)
        grouped = isinstance(expression, AllOf | AnyOf)
        return self.words.group.format(part=said) if grouped else said

    def denied(self, part: Expression) -> str:
        """The words of what must not hold; a comparison is turned round."""
        if isinstance(part, Compare) and part.operator in NEGATED:
            return self.write(Compare(part.field, NEGATED[part.operator], part.limit))
        return self.words.denial.format(part=self.inner(part))

    def item(self, name: str) -> Item | None:
        return self.vocabulary.field(name)

    def field(self, name: str) -> str:
        item = self.item(name)
        return self.label(item.label if item else None, name)

    def named(self, name: str) -> str:
        known = self.vocabulary.classes.get(name) or self.vocabulary.kinds.get(name)
        return self.label(known.label if known else None, name)

    def programme(self, programme: str) -> str:
        return self.named(self.vocabulary.programmes.get(programme, programme))

    def compare(self, name: str, operator: str, limit: Decimal) -> str:
        """A number beside a limit; a ratio to a standard is told as an amount and that standard."""
        item, what, words = self.item(name), self.field(name), self.words
        said = format(limit.normalize(), "f")
        ratio = words.ratio.fullmatch(what) if isinstance(item, Indicator) else None
        if isinstance(item, Indicator) and item.is_ratio and ratio:
            what, standard = ratio["amount"], ratio["standard"]
            said = standard if limit == 1 else words.times.format(limit=said, standard=standard)
        elif item and item.unit:
            said += UNITS.get(item.unit, {"zh": item.unit, "en": f" {item.unit}"})[self.lang]
        return words.comparison.format(what=what, operator=operator, limit=said)

    def value(self, name: str, value: Scalar) -> str:
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        item = self.item(name)
        return self.label(item.value_labels.get(value) if item else None, value)

    def role(self, node: RoleNode) -> str:
        """How many of a role meet the part; of a household, that it does."""
        word = self.vocabulary.roles[node.role]
        said = self.label(word.label, node.role)
        whole = node.part == Named(word.to)
        if word.inverse:
            if isinstance(node, AtMost) and node.count == 0:
                part = self.words.group.format(part=self.write(node.part))
                return self.words.owner_not.format(role=said, part=part)
            return self.meets(self.words.owner.format(role=said), node.part)
        who = self.many(node, said, "名" if word.to == PERSON else "项")
        return HAS[self.lang].format(who=who) if whole else self.meets(who, node.part)

    def many(self, node: RoleNode, role: str, each: str) -> str:
        """So many of a role."""
        words = self.words
        match node:
            case AtMost(0):
                return words.none.format(role=role)
            case Some() | AtLeast(1):
                return words.some.format(role=role, each=each)
            case Only():
                return words.every.format(role=role, each=each)
            case AtLeast(count):
                return words.least.format(role=role, each=each, count=count)
            case AtMost(count):
                return words.most.format(role=role, each=each, count=count)
            case _:
                assert_never(node)

    def meets(self, who: str, part: Expression) -> str:
        return MEETS[self.lang].format(who=who, part=self.words.group.format(part=self.write(part)))
