"""Each finding as the report shows it: labels, evidence, law, standards, source rows, reasons."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from audit.report import amount, yuan
from audit.report_words import EVIDENCE, SEVERITY, UNIT, VALUES, said
from ontology.expression import fields, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.report import Report
    from ontology.pack import Pack

STANDARD: Final = re.compile(r"\bstd\.(\w+)")
WORD: Final = re.compile(r"[A-Za-z_]\w*")
MONEY: Final = ("amount", "amounts")
RECORDS: Final = ("payments", "excess")
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """One finding, ready to be laid out."""

    id: str
    question: str
    finds: str
    label: Words
    unit: Words
    unit_id: str
    household: str
    programme: Words
    programme_id: str
    departments: Words
    region: Words
    region_code: str
    money: str
    severity: str
    severity_label: Words
    evidence: list[tuple[Words, Words]]
    articles: list[str]
    standards: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    reasons: Mapping[str, Mapping[str, Any]] | None


def views(
    report: Report, question: str, most: int | None = None, *, with_reasons: bool = False
) -> list[View]:
    """The findings of one question, the weightiest first, with the reasons where asked for."""
    frame = report.findings.frame.filter(pl.col("question") == question)
    frame = frame if most is None else frame.head(most)
    conditions = report.questions[question].finds == "gap"
    programmes = frame["programme"].unique()
    named = {p: parameters(report.pack, p, conditions=conditions) for p in programmes}
    sources = by_origin(report.rows)
    return [
        _view(
            report,
            row,
            standards=standards(report, row, named[row["programme"]]),
            rows=list(_rows(report.pack, row["origins"], sources)),
            reasons=_reasons(report, row) if with_reasons else None,
        )
        for row in frame.iter_rows(named=True)
    ]


def by_origin(rows: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Where each origin stands: file, sheet, row."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row["origin"], []).append(row)
    return found


def _view(report: Report, row: dict[str, Any], **laid: Any) -> View:  # noqa: ANN401
    pack = report.pack
    programme = pack.programmes.get(row["programme"])
    return View(
        id=row["id"],
        question=row["question"],
        finds=row["finds"],
        label=dict(report.questions[row["question"]].label),
        unit=said(UNIT, row["unit"]),
        unit_id=row["unit_id"],
        household=row["household"] or "",
        programme=dict(programme.label) if programme else _same(row["programme"] or "—"),
        programme_id=row["programme"] or "",
        departments=_joined([department(pack, name) for name in row["departments"]]),
        region=place(pack, row["region"]),
        region_code=row["region"] or "",
        money=amount(row["money"], "fen"),
        severity=row["severity"],
        severity_label=said(SEVERITY, row["severity"]),
        evidence=list(_evidence(pack, row)),
        articles=[article for article in row["articles"] if article in pack.articles],
        **laid,
    )


def _reasons(report: Report, row: dict[str, Any]) -> Mapping[str, Mapping[str, Any]] | None:
    if report.reasons is None or row["finds"] != "gap":
        return None
    return report.reasons(row["unit"], row["unit_id"], row["programme"])


def _rows(
    pack: Pack, origins: list[str], sources: Mapping[str, list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """The source rows of a finding; an origin whose file is not known says so."""
    for origin in origins:
        title = source(pack, origin.partition("|")[0])
        for place_ in sources.get(origin, [{"file": None, "sheet": None, "row": None}]):
            yield {"source": title, "origin": origin, **place_}


def _evidence(pack: Pack, row: dict[str, Any]) -> Iterator[tuple[Words, Words]]:
    """What the question saw, name beside value; what stands elsewhere is left out."""
    told = {**json.loads(row["details"]), **json.loads(row["key"]), "excess": row["excess"]}
    for name, value in told.items():
        if name in ("unit", "unit_id", "programme", "severity") or name not in EVIDENCE:
            continue
        if name in RECORDS and isinstance(value, list):
            yield EVIDENCE[name], _same(str(len(value)))  # the rows themselves stand beside
        elif value is not None and value != []:
            yield EVIDENCE[name], _value(pack, name, value)


def _value(pack: Pack, name: str, value: Any) -> Words:  # noqa: ANN401 - whatever a question returns
    if isinstance(value, list):
        return _joined([_value(pack, name, part) for part in value])
    if name in MONEY:
        return _same(yuan(value) or "—")
    text = str(value)
    if text in pack.programmes:
        return dict(pack.programmes[text].label)
    if text in pack.departments:
        return department(pack, text)
    return said(VALUES, text)


def standards(report: Report, row: dict[str, Any], named: list[str]) -> list[dict[str, Any]]:
    """The local numbers that the finding's programme rests on, in its place and month."""
    pack = report.pack
    told = {**json.loads(row["details"]), **json.loads(row["key"])}
    month = told.get("month") or told.get("overlap_from")
    on = date.fromisoformat(month) if month else report.run["as_of"]
    found = []
    for parameter in named:
        standard = pack.standards.lookup(parameter, row["region"], on)
        if standard is not None:
            found.append(
                {
                    "parameter": parameter,
                    "value": str(standard.value),
                    "unit": standard.unit,
                    "region": place(pack, standard.region),
                    "from": standard.valid_from.isoformat(),
                    "until": standard.valid_until.isoformat() if standard.valid_until else "",
                    "source": standard.source,
                    "assumed": standard.assumed,
                    "on": on.isoformat(),
                    "place": f"{standard.file.name}:{standard.line}",
                }
            )
    return found


def parameters(pack: Pack, programme: str | None, *, conditions: bool) -> list[str]:
    """The standards that a programme's amount names; those of its conditions where asked for.

    Where nothing is paid (an identity), its conditions are all there is.
    """
    of = pack.programmes.get(programme or "")
    if of is None:
        return []
    texts = [of.benefit or "", *(v.benefit or "" for v in pack.classes.get(of.name, ()))]
    if conditions or not any(map(STANDARD.search, texts)):
        resting = _indicators(pack, of.name)
        texts += [formula for name in resting for formula in _formulas(pack, name)]
    return list(dict.fromkeys(p for text in texts for p in STANDARD.findall(text)))


def _formulas(pack: Pack, indicator: str) -> tuple[str, ...]:
    formula = pack.indicators[indicator].formula
    return (formula,) if isinstance(formula, str) else tuple(formula)


def _indicators(pack: Pack, name: str) -> list[str]:
    """The indicators that a class rests on, through other classes and other indicators."""
    seen: dict[str, None] = {}
    waiting = [name]
    while waiting:
        word = waiting.pop()
        if word in seen:
            continue
        seen[word] = None
        for version in pack.classes.get(word, ()):
            waiting += sorted(names(version.expression) | fields(version.expression))
        if word in pack.indicators:
            for formula in _formulas(pack, word):
                waiting += [w for w in WORD.findall(formula) if w in pack.indicators]
    return [word for word in seen if word in pack.indicators]


def department(pack: Pack, name: str) -> Words:
    """A department's label."""
    known = pack.departments.get(name)
    return dict(known.label) if known else _same(name)


def source(pack: Pack, name: str) -> Words:
    """A source's title."""
    known = pack.sources.get(name)
    return dict(known.title) if known else _same(name)


def place(pack: Pack, code: str | None) -> Words:
    """A place's label."""
    known = pack.regions.by_code.get(code or "")
    return dict(known.label) if known else _same(code or "—")


def _same(text: str) -> Words:
    return {"zh": text, "en": text}


def _joined(words: list[Words]) -> Words:
    return {
        "zh": "、".join(word["zh"] for word in words),
        "en": ", ".join(word["en"] for word in words),
    }
