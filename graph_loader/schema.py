"""The nodes and edges of the graph, declared once: loading, digests and the schema page read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ontology.vocabulary import Kind

Type = Literal["text", "integer", "date", "boolean", "list"]
Properties = dict[str, Type]

DTYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "text": pl.String(),
        "integer": pl.Int64(),
        "date": pl.Date(),
        "boolean": pl.Boolean(),
        "list": pl.List(pl.String()),
    }
)
TYPES: Final[tuple[Type, ...]] = ("text", "integer", "date", "boolean", "list")
# kglite answers these itself where a node has none: `n.name` of a node without a name is its id.
RESERVED: Final = frozenset({"id", "label", "name", "title", "type"})


@dataclass(frozen=True, slots=True)
class Node:
    """One label: its key is `id`; zh and en are what readers see."""

    name: str
    zh: str
    en: str
    properties: Properties = field(default_factory=dict)

    @property
    def columns(self) -> Properties:
        """The key and the properties with their types, in order."""
        return {"id": "text", **self.properties}


@dataclass(frozen=True, slots=True)
class Edge:
    """One kind of edge between two labels, read aloud source, verb, target."""

    source: str
    name: str
    target: str
    zh: str
    en: str
    properties: Properties = field(default_factory=dict)

    @property
    def columns(self) -> Properties:
        """Both ends and the properties with their types, in order."""
        return {"from": "text", "to": "text", **self.properties}

    @property
    def ends(self) -> tuple[str, str, str]:
        """What tells it from every other kind."""
        return self.source, self.name, self.target


UNIT: Final[Properties] = {"unit": "text", "unit_id": "text", "household": "text"}
WORDS: Final[Properties] = {"zh": "text", "en": "text"}

HOUSEHOLD: Final = Node(
    "Household",
    "家庭",
    "household",
    {
        "region": "text",
        "registered_in": "text",
        "lives_in": "text",
        "size": "integer",
        "origin": "text",
    },
)
PERSON: Final = Node(
    "Person",
    "人员",
    "person",
    {
        "household": "text",
        "region": "text",
        "registered_in": "text",
        "relation": "text",
        "name_masked": "text",
        "birth_date": "date",
        "sex": "text",
        "life_status": "text",
        "died_on": "date",
        "dead_by": "date",
        "death_origin": "text",
        "origin": "text",
    },
)
REGION: Final = Node("Region", "地区", "region", {"parent": "text", "level": "text", **WORDS})
DEPARTMENT: Final = Node(
    "Department", "部门", "department", {"level": "text", "budget_holder": "boolean", **WORDS}
)
PROGRAMME: Final = Node(
    "Programme",
    "项目",
    "programme",
    {
        "class_name": "text",
        "unit": "text",
        "kind": "text",
        "period": "text",
        "department": "text",
        "decided": "boolean",
        **WORDS,
    },
)
CRITERION: Final = Node("Criterion", "条件", "criterion", {"unit": "text", **WORDS})
ARTICLE: Final = Node(
    "Article",
    "条文",
    "article",
    {
        "act": "text",
        "number": "text",
        "text_held": "boolean",
        "in_force_from": "date",
        "in_force_until": "date",
        **WORDS,
    },
)
ACT: Final = Node("Act", "法规", "act", WORDS)
APPLICATION: Final = Node(
    "Application",
    "申请",
    "application",
    {
        **UNIT,
        "programme": "text",
        "application_number": "text",
        "accepted_on": "date",
        "due_on": "date",
        "decided_on": "date",
        "withdrawn_on": "date",
        "result": "text",
        "refusal_reason": "text",
        "channel": "text",
        "department": "text",
        "origin": "text",
    },
)
STEP: Final = Node(
    "Step",
    "办理步骤",
    "step",
    {
        "application_number": "text",
        "step": "text",
        "started_on": "date",
        "ended_on": "date",
        "by_whom": "text",
        "origin": "text",
    },
)
DISBURSEMENT: Final = Node(
    "Disbursement",
    "发放",
    "disbursement",
    {
        **UNIT,
        "region": "text",
        "payee": "text",
        "programme": "text",
        "department": "text",
        "payment_number": "text",
        "for_month": "date",
        "paid_on": "date",
        "amount": "integer",
        "status": "text",
        "thing": "text",
        "provided_on": "date",
        "account": "text",
        "batch": "text",
        "origin": "text",
    },
)
ACCOUNT: Final = Node("Account", "账户", "account", {})
FINDING: Final = Node(
    "Finding",
    "发现",
    "finding",
    {
        **UNIT,
        "question": "text",
        "finds": "text",
        "programme": "text",
        "region": "text",
        "money": "integer",
        "severity": "text",
        "departments": "list",
        "origins": "list",
    },
)
INSTRUCTION: Final = Node(
    "Instruction", "批示", "instruction", {"number": "text", "state": "text", "due_on": "date"}
)
WATERMARK: Final = Node(
    "Watermark",
    "水位",
    "watermark",
    {
        "lake_version": "integer",
        "run": "text",
        "pack": "text",
        "pack_version": "text",
        "as_of": "date",
        "code_version": "text",
        "digest": "text",
        "shape": "text",
    },
)
NODES: Final = (
    *(HOUSEHOLD, PERSON, REGION, DEPARTMENT, PROGRAMME, CRITERION, ARTICLE, ACT),
    *(APPLICATION, STEP, DISBURSEMENT, ACCOUNT, FINDING, INSTRUCTION, WATERMARK),
)

MEMBERSHIP: Final[Properties] = {
    "relation": "text",
    "since": "date",
    "until": "date",
    "counted": "boolean",
    "origin": "text",
}
ENROLMENT: Final[Properties] = {
    "household": "text",
    "since": "date",
    "until": "date",
    "status": "text",
    "certificate": "text",
    "amount": "integer",
    "end_reason": "text",
    "aid_region": "text",
    "department": "text",
    "origin": "text",
}
QUALIFICATION: Final[Properties] = {
    "amount": "integer",
    "period": "text",
    "since": "date",
    "at_least": "boolean",
    "unmet_since": "date",
    "unmet_months": "integer",
    "unmet_at_least": "boolean",
    "owed": "integer",
    "status": "text",
    "after": "text",
    "rule_with": "text",
    "article": "text",
}
CITATION: Final[Properties] = {"since": "date", "until": "date"}
COMPATIBILITY: Final[Properties] = dict.fromkeys(("rule", "scope", "period", "source"), "text")
UNITS: Final = ("Person", "Household")


def _of_units(name: str, target: str, zh: str, en: str, properties: Properties) -> tuple[Edge, ...]:
    return tuple(Edge(unit, name, target, zh, en, properties) for unit in UNITS)


def _to_units(source: str, name: str, zh: str, en: str) -> tuple[Edge, ...]:
    return tuple(Edge(source, name, unit, zh, en) for unit in UNITS)


EDGES: Final = (
    Edge("Household", "HAS_MEMBER", "Person", "有成员", "has member", MEMBERSHIP),
    Edge("Person", "KIN", "Person", "亲属", "kin", {"kind": "text"}),
    Edge("Household", "HANDLED_BY", "Region", "受理地", "handled by"),
    Edge("Household", "REGISTERED_IN", "Region", "户籍地", "registered in"),
    Edge("Household", "LIVES_IN", "Region", "居住地", "lives in"),
    Edge("Person", "REGISTERED_IN", "Region", "户籍地", "registered in"),
    Edge("Region", "PART_OF", "Region", "属于", "part of"),
    Edge("Department", "RUNS", "Programme", "实施", "runs"),
    Edge("Programme", "REQUIRES", "Criterion", "要求", "requires"),
    Edge("Criterion", "REQUIRES", "Criterion", "要求", "requires"),
    Edge("Criterion", "CITES", "Article", "依据", "cites", CITATION),
    Edge("Programme", "CITES", "Article", "依据", "cites", CITATION),
    Edge("Article", "OF", "Act", "出自", "of"),
    Edge("Programme", "LINKED_TO", "Programme", "身份可享", "opens"),
    Edge("Programme", "COMBINES_WITH", "Programme", "叠加规则", "combines with", COMPATIBILITY),
    *_of_units("ENROLLED_IN", "Programme", "在保", "enrolled in", ENROLMENT),
    *_of_units("QUALIFIES_FOR", "Programme", "符合", "qualifies for", QUALIFICATION),
    *_to_units("Application", "BY", "申请人", "by"),
    Edge("Application", "FOR", "Programme", "申请项目", "for"),
    Edge("Application", "HAS_STEP", "Step", "步骤", "has step"),
    *_to_units("Disbursement", "PAID_TO", "发给", "paid to"),
    Edge("Disbursement", "UNDER", "Programme", "项目", "under"),
    Edge("Disbursement", "PAID_BY", "Department", "发放部门", "paid by"),
    Edge("Disbursement", "INTO", "Account", "入账", "into"),
    Edge("Disbursement", "COINCIDES_WITH", "Disbursement", "相合", "coincides", {"how": "text"}),
    *_to_units("Finding", "ABOUT", "关于", "about"),
    Edge("Finding", "ABOUT", "Programme", "关于", "about"),
    Edge("Instruction", "ABOUT", "Finding", "关于", "about"),
)
SCHEMA: Final[tuple[Node | Edge, ...]] = (*NODES, *EDGES)

# What else a node is looked up by; every label has its `id`, which is unique.
INDEXES: Final = (
    ("Person", "household"),
    ("Application", "unit_id"),
    ("Disbursement", "unit_id"),
    ("Finding", "unit_id"),
)

# What is recorded of a unit in a kind's own shape; every other kind of a pack is a record node.
SHAPED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "membership": "HAS_MEMBER",
        "enrolment": "ENROLLED_IN",
        "application": "Application",
        "step": "Step",
        "disbursement": "Disbursement",
        "service": "Disbursement",
    }
)
VERBS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    dict.fromkeys(("vehicle", "vessel", "dwelling", "financial_asset"), ("OWNS", "拥有", "owns"))
)
HOLDS: Final = ("HOLDS", "持有", "holds")


def label_of(kind: str) -> str:
    """The label of a record kind: `disability_certificate` is `DisabilityCertificate`."""
    return "".join(word.capitalize() for word in kind.split("_"))


def verb_of(kind: str) -> str:
    """The edge from its owner to a record of this kind."""
    return VERBS.get(kind, HOLDS)[0]


def record_node(kind: str, of: Kind | None) -> Node:
    """The node of a pack's record kind; its items come with its rows."""
    name = label_of(kind)
    if any(node.name == name for node in NODES):
        raise ValueError(f"The kind `{kind}` has the name of a node that every graph has: {name}.")
    words = of.label if of else {}
    owned: Properties = {"person": "text", "household": "text", "region": "text"}
    return Node(name, words.get("zh", kind), words.get("en", kind), {**owned, "origin": "text"})


def record_edges(kind: str) -> tuple[Edge, ...]:
    """The edges from either unit to a record of this kind."""
    name, zh, en = VERBS.get(kind, HOLDS)
    return _of_units(name, label_of(kind), zh, en, {})


def type_of(column: str, dtype: pl.DataType) -> Type:
    """How the graph holds a column.

    Raises:
        TypeError: where it holds no such values: a float is never exact.
    """
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return "text"
    if dtype.is_integer():
        return "integer"
    for name in TYPES:
        if dtype == DTYPES[name]:
            return name
    raise TypeError(f"`{column}` is {dtype}; the graph holds {', '.join(DTYPES)}.")


def empty(properties: Mapping[str, Type]) -> pl.DataFrame:
    """No rows, with every column in its type."""
    return pl.DataFrame(schema={name: DTYPES[of] for name, of in properties.items()})


def shaped(frame: pl.DataFrame, properties: Mapping[str, Type]) -> pl.DataFrame:
    """Exactly the declared columns in their types; one that the frame lacks is unknown."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(DTYPES[of]).alias(name)
        for name, of in properties.items()
    )


def stacked(frames: Iterable[pl.DataFrame], properties: Mapping[str, Type]) -> pl.DataFrame:
    """All rows below one another, in the declared columns."""
    return pl.concat([empty(properties), *(shaped(frame, properties) for frame in frames)])


def rows_frame(rows: Iterable[tuple[object, ...]], properties: Mapping[str, Type]) -> pl.DataFrame:
    """Rows in the declared columns, in order."""
    dtypes = {name: DTYPES[of] for name, of in properties.items()}
    return pl.DataFrame(list(rows), schema=dtypes, orient="row")
