"""A small vocabulary, a pack around it and populations that can be drawn on a napkin."""
# ruff: noqa: ANN401, PLR0913 - facts are of any type, a napkin has many corners

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ontology.evaluate import evaluate
from ontology.to_frame import KIN_PERSON, Frames, Role, Work, truths
from ontology.vocabulary import (
    ClassVersion,
    ClassWord,
    Indicator,
    Item,
    Kind,
    Measure,
    Vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ontology.errors import PolicyError
    from ontology.expression import Expression

DAY = date(2026, 8, 1)
DTYPES: dict[str, Any] = {
    "boolean": pl.Boolean,
    "date": pl.Date,
    "decimal": pl.Int64,
    "integer": pl.Int64,
}


def item(name: str, of: str, datatype: Any, /, **more: Any) -> Item:
    label = more.pop("label", {"zh": name, "en": name.replace("_", " ")})
    if datatype in ("decimal", "integer"):
        more = {"least": Decimal(0), "greatest": Decimal(10**6), **more}
    return Item(name=name, unit_of=of, datatype=datatype, label=label, **more)


def indicator(
    name: str, of: str, datatype: Any, formula: str | tuple[str, str], /, **more: Any
) -> Indicator:
    label = more.pop("label", {"zh": name, "en": name.replace("_", " ")})
    return Indicator(name=name, unit_of=of, datatype=datatype, label=label, formula=formula, **more)


ITEMS = (
    item("rural", "household", "boolean", notation="hh.rural"),
    item("savings", "household", "decimal", scale=100, notation="hh.savings", unit="CNY"),
    item("handled_by", "household", "region"),
    item("birth_date", "person", "date"),
    item(
        "sex",
        "person",
        "enum",
        values=("male", "female"),
        value_labels={"female": {"zh": "女", "en": "female"}},
        label={"zh": "性别", "en": "sex"},
    ),
    item("income", "person", "decimal", scale=100, label={"zh": "收入", "en": "income"}),
    item("grade", "person", "integer", label={"zh": "残疾等级", "en": "disability grade"}),
    item("student", "person", "boolean", label={"zh": "在校生", "en": "student"}),
    item("registered_in", "person", "region"),
    item("disabled_use", "vehicle", "boolean"),
    item("bought_on", "vehicle", "date"),
    item("price", "vehicle", "decimal", scale=100),
    item("other_income", "survey", "decimal", scale=100),
)
KINDS = (
    Kind(name="vehicle", owner="person", label={"zh": "机动车", "en": "vehicle"}),
    Kind(name="survey", owner="household", label={"zh": "调查", "en": "survey"}, single=True),
)


@dataclass
class InForce:
    value: Decimal


@dataclass
class Numbers:
    """Standards: `{"db": "1100"}`, or by region and first day `{"db": {("33", day): "1100"}}`."""

    values: Mapping[str, Any]

    def lookup(self, parameter: str, region: str | None, on: date) -> InForce | None:
        held = self.values.get(parameter)
        if isinstance(held, dict):
            fitting = [
                (place, since)
                for place, since in held
                if region is not None and region.startswith(place) and since <= on
            ]
            held = held[max(fitting, key=lambda key: (len(key[0]), key[1]))] if fitting else None
        return None if held is None or region is None else InForce(Decimal(held))


class Prefixes:
    def within(self, code: str | None, ancestor: str, level: str | None = None) -> bool:
        if level == "county":
            ancestor = ancestor[:6]
        return code is not None and code.startswith(ancestor)


@dataclass
class SmallPack:
    vocabulary: Vocabulary
    classes: Mapping[str, tuple[ClassVersion, ...]] = field(default_factory=dict)
    standards: Numbers = field(default_factory=lambda: Numbers({}))
    regions: Prefixes = field(default_factory=Prefixes)


def version(name: str, unit: str, expression: Expression, **more: Any) -> ClassVersion:
    return ClassVersion(name=name, unit=unit, expression=expression, label={}, **more)


def small_pack(
    indicators: Iterable[Indicator] = (),
    classes: Iterable[ClassVersion] = (),
    *,
    standards: Mapping[str, Any] | None = None,
    programmes: Mapping[str, str] | None = None,
    notations: Mapping[str, str] | None = None,
    items: Iterable[Item] = ITEMS,
) -> SmallPack:
    standards, programmes, notations = standards or {}, programmes or {}, notations or {}
    grouped: dict[str, tuple[ClassVersion, ...]] = {}
    for one in classes:
        grouped[one.name] = (*grouped.get(one.name, ()), one)
    words = {
        name: ClassWord(
            versions[0].unit,
            {"zh": name, "en": name.replace("_", " ")},
            programmes.get(name),
            notations.get(name),
        )
        for name, versions in grouped.items()
    }
    made = {one.name: one for one in indicators}
    kinds = {kind.name: kind for kind in KINDS}
    held = {one.name: one for one in items}
    iris = {
        name: f"https://example.org/{name}"
        for name in (*made, *held, *kinds, *words, *(f"has_{kind}" for kind in kinds))
    }
    measures = {
        name: Measure(100, 0, max(int(Decimal(v) * 100) for v in held_values(value)))
        for name, value in standards.items()
    }
    vocabulary = Vocabulary(held, made, kinds, words, measures, iris)
    return SmallPack(vocabulary, grouped, Numbers(standards))


def held_values(value: Any) -> list[str]:
    return list(value.values()) if isinstance(value, dict) else [value]


def table(columns: Mapping[str, Sequence[Any]], pack: SmallPack) -> pl.DataFrame:
    made = []
    for name, values in columns.items():
        known = pack.vocabulary.field(name)
        boolean = name.endswith(("_complete", "_closed")) or name.startswith(
            ("enrolled_", "received_")
        )
        dtype = DTYPES.get(known.datatype, pl.String) if known else pl.String
        made.append(pl.Series(name, values, dtype=pl.Boolean if boolean else dtype))
    return pl.DataFrame(made)


def world(
    pack: SmallPack,
    homes: Sequence[int],
    *,
    closed: Sequence[bool | None] | None = None,
    household: Mapping[str, Sequence[Any]] | None = None,
    person: Mapping[str, Sequence[Any]] | None = None,
    vehicles: Sequence[int] | None = None,
    vehicle: Mapping[str, Sequence[Any]] | None = None,
    surveys: Sequence[int] | None = None,
    survey: Mapping[str, Sequence[Any]] | None = None,
    kin: Sequence[tuple[int, str, int]] | None = None,
    count: int | None = None,
) -> Frames:
    """Persons in the households `homes`; vehicles of the persons `vehicles`; kin by row number."""
    number = count if count is not None else max(homes, default=-1) + 1
    rows = {
        "household": table(
            {
                "id": [f"h{i}" for i in range(number)],
                "region": ["330382"] * number,
                "roster_closed": closed if closed is not None else [True] * number,
                **(household or {}),
            },
            pack,
        ),
        "person": table({"id": [f"p{i}" for i in range(len(homes))], **(person or {})}, pack),
    }
    roles = {
        "has_member": Role("household", "person", np.array(homes, dtype=np.int64), "roster_closed")
    }
    if vehicles is not None:
        rows["vehicle"] = table({"plate": ["x"] * len(vehicles), **(vehicle or {})}, pack)
        owner = np.array(vehicles, dtype=np.int64)
        roles["has_vehicle"] = Role("person", "vehicle", owner, "vehicle_complete")
    if surveys is not None:
        rows["survey"] = table({"paper": ["x"] * len(surveys), **(survey or {})}, pack)
        owner = np.array(surveys, dtype=np.int64)
        roles["has_survey"] = Role("household", "survey", owner, "survey_complete")
    if kin is not None:
        rows["kin"] = pl.DataFrame(
            {"kind": [kind for _, kind, _ in kin]}, schema={"kind": pl.String}
        )
        own = np.array([person for person, _, _ in kin], dtype=np.int64)
        other = np.array([person for _, _, person in kin], dtype=np.int64)
        roles["kin"] = Role("person", "kin", own, "kin_complete")
        roles[KIN_PERSON] = Role("person", "kin", other)
    return Frames(rows, roles)


def truth(pack: SmallPack, frames: Frames, unit: str, expression: Expression) -> list[bool | None]:
    """What an expression is of each row."""
    work = Work(dict(frames.rows), frames, pack.vocabulary)
    truths({(unit, "truth"): expression}, work)
    return work.rows[unit]["truth"].to_list()


def computed(
    formula: str | tuple[str, str],
    unit: str,
    datatype: str,
    make: Callable[[SmallPack], Frames],
    **more: Any,
) -> pl.DataFrame:
    """The table of a unit with the indicator `x` of this formula."""
    standards = more.pop("standards", None)
    pack = small_pack([indicator("x", unit, datatype, formula, **more)], standards=standards)
    return evaluate(pack, make(pack), DAY).rows[unit]


def says(error: PolicyError) -> list[str]:
    return [fault.says for fault in error.faults]
