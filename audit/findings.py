"""Ask the audit questions of a graph and hold what they find: gaps, duplicates, suspicions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from audit.completeness import Absence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from audit.completeness import Checked
    from cypher.question import Question

Row = dict[str, Any]
LISTS: Final = ("departments", "origins", "articles")
SCHEMA: Final[dict[str, Any]] = {
    "id": pl.String,
    "question": pl.String,
    "finds": pl.String,
    "key": pl.String,
    "unit": pl.String,
    "unit_id": pl.String,
    "household": pl.String,
    "programme": pl.String,
    "departments": pl.List(pl.String),
    "region": pl.String,
    "money": pl.Int64,
    "severity": pl.String,
    "articles": pl.List(pl.String),
    "origins": pl.List(pl.String),
    "evidence": pl.String,
    "evidence_digest": pl.String,
    "excess": pl.List(pl.String),
    "details": pl.String,
    "months": pl.Int64,
    "rank": pl.Int64,
}


class Readable(Protocol):
    """The one thing that a question asks of a graph store."""

    def read(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A question that could not be asked, and the data that it lacked."""

    question: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What one asking found.

    `frame`: a row a finding, money in fen, the weightiest first. `unknown_receipt`: by question,
    how many absences were not asserted because a file is not whole for the region.
    """

    frame: pl.DataFrame
    asked: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    unknown_receipt: Mapping[str, int] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """The findings as the records keep them: key and evidence by name."""
        return [
            {**row, "key": json.loads(row["key"]), "evidence": json.loads(row["evidence"])}
            for row in self.frame.iter_rows(named=True)
        ]


def find(
    store: Readable,
    questions: Mapping[str, Question],
    parameters: Mapping[str, Any],
    complete: Checked,
) -> Findings:
    """The findings of every question that the loaded data can answer."""
    rows: list[Row] = []
    skipped: list[NotChecked] = []
    unknown: dict[str, int] = {}
    for question in questions.values():
        lacks = complete.lacking(question.needs)
        if lacks:
            skipped.append(NotChecked(question.name, tuple(lacks)))
            continue
        found = ask(store, question, parameters)
        known = [row for row in found if _receipt_known(row, question, parameters, complete)]
        if question.complete:
            unknown[question.name] = len(found) - len(known)
        rows += [finding(question, row, parameters, complete) for row in known]
    lacking = {question.question for question in skipped}
    asked = tuple(name for name in questions if name not in lacking)
    return Findings(_frame(rows), asked, tuple(skipped), unknown)


def ask(store: Readable, question: Question, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of one question, as the graph gives them."""
    given = {name: parameters[name] for name in question.parameters}
    return store.read(question.text, given)


def finding(question: Question, row: Row, parameters: Mapping[str, Any], complete: Checked) -> Row:
    """One row of a question as a finding."""
    key = {name: plain(row[name]) for name in question.key}
    evidence = {name: plain(row[name]) for name in question.evidence}
    months = _months(row.get("since"), parameters.get("as_of"))
    articles = [*question.law, *(row.get("articles") or ())]
    return {
        "id": finding_id(question.name, key),
        "question": question.name,
        "finds": question.finds,
        "key": canonical(key),
        "unit": row["unit"],
        "unit_id": row["unit_id"],
        "household": row.get("household"),
        "programme": row.get("programme"),
        "departments": _several(row.get("departments")),
        "region": complete.township(row.get("region")),
        "money": row.get("money"),
        "severity": row["severity"],
        "articles": list(dict.fromkeys(articles)),
        "origins": _several(row.get("origins")),
        "evidence": canonical(evidence),
        "evidence_digest": digest(evidence),
        "excess": _several(row.get("excess")),
        "details": canonical(_details(row)),
        "months": months,
        "rank": (row.get("money") or 0) * months * (1 + int(row.get("vulnerable") or 0)),
    }


def finding_id(question: str, key: Mapping[str, Any]) -> str:
    """The id that a finding keeps for ever: a hash of its question and its key."""
    return f"F{digest({'question': question, **key})[:16]}"


def digest(of: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(of).encode()).hexdigest()


def canonical(of: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: equal contents, equal text."""
    return json.dumps(of, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a graph returns
    """The value as JSON can hold it: dates as ISO text."""
    match value:
        case date():
            return value.isoformat()
        case list():
            return [plain(part) for part in value]
        case MappingABC():
            return {str(name): plain(part) for name, part in value.items()}
        case _:
            return value


def _details(row: Row) -> Row:
    """The columns that the question adds to those of every finding."""
    shared = {*SCHEMA, "origins", "excess", "vulnerable", "absent_from"}
    return {name: plain(value) for name, value in row.items() if name not in shared}


def _several(values: Sequence[str | None] | None) -> list[str]:
    return sorted({value for value in values or () if value is not None})


def _months(since: date | None, as_of: date | None) -> int:
    """How many months it has lasted, the begun one counted; one where that is unknown."""
    if since is None or as_of is None:
        return 1
    return max(1, (as_of.year - since.year) * 12 + as_of.month - since.month + 1)


def _receipt_known(
    row: Row, question: Question, parameters: Mapping[str, Any], complete: Checked
) -> bool:
    if not question.complete:
        return True
    as_of = parameters["as_of"]
    absence = Absence(
        programme=row.get("programme"),
        departments=frozenset(row.get("departments") or ()),
        region=row.get("region"),
        since=row.get("absent_from") or as_of,
        until=as_of,
        unit=row["unit_id"],
    )
    return complete.covers(question.complete, absence)


def _frame(rows: Iterable[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
    return frame.sort("rank", "money", "id", descending=[True, True, False], nulls_last=True)


def frame_of(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Findings as the records keep them (and what people concluded) as a frame to measure."""
    told = {"conclusion": pl.String, "disposal": pl.String, "cleared_at": pl.String}
    kept = [
        {name: row.get(name) for name in (*SCHEMA, *told)}
        | {
            "key": canonical(row["key"]),
            "evidence": canonical(row["evidence"]),
            "excess": _several(row["evidence"].get("excess")),
        }
        for row in rows
    ]
    return pl.DataFrame(kept, schema={**SCHEMA, **told}, orient="row")


def summary(findings: Findings, questions: Mapping[str, Question]) -> dict[str, Row]:
    """Per question: count, households, money (fen), surplus payments; null where not asked."""
    lacks = {skipped.question: list(skipped.lacks) for skipped in findings.not_checked}
    return {name: _summed(name, findings, lacks.get(name)) for name in questions}


def _sum(money: pl.Series) -> int | None:
    """What is known of it; nothing where every one is unknown."""
    known = money.drop_nulls()
    return None if money.len() and known.is_empty() else int(known.sum())


def _summed(name: str, findings: Findings, lacks: list[str] | None) -> Row:
    if lacks is not None:
        nothing = dict.fromkeys(("count", "households", "money", "surplus"))
        return {**nothing, "not_checked": lacks}
    rows = findings.frame.filter(pl.col("question") == name)
    return {
        "count": rows.height,
        "households": rows["household"].drop_nulls().n_unique(),
        "money": _sum(rows["money"]),
        "surplus": int(rows["excess"].list.len().sum() or 0),
        "not_checked": [],
        "receipt_not_known": findings.unknown_receipt.get(name, 0),
    }
