"""One report of a run: loaded, decided, found; printed, as JSON, as xlsx and as html."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Group
from rich.table import Table

from audit.findings import summary
from audit.report_words import FINDS, KIND, MARK, STATUS, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

    from audit.figures import Measure
    from audit.findings import Findings
    from audit.history import Point
    from cypher.question import Question
    from ontology.pack import Pack

    # (unit, unit id, programme) → the tree of reasons by language, as docs/api.md shapes it
    Reasons = Callable[[str, str, str], Mapping[str, Mapping[str, Any]] | None]

NO_ROWS = pl.DataFrame(
    schema={"origin": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64}
)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the report tells.

    `run`: id, as_of, lake_version, pack_version, code_version. `load`: read, accepted, refused,
    repeated. `decisions`: programme → status → number. `rows`: origin, file, sheet, row of the
    source records that findings name. `reasons` gives the tree behind one decision. `offices`:
    figures of the offices' own work. `history`: figure → its months, the earliest first; none where
    no month was decided.
    """

    pack: Pack
    run: Mapping[str, Any]
    load: Mapping[str, Any]
    decisions: Mapping[str, Mapping[str, int]]
    questions: Mapping[str, Question]
    findings: Findings
    figures: tuple[Measure, ...] = ()
    rows: pl.DataFrame = field(default_factory=lambda: NO_ROWS)
    reasons: Reasons | None = None
    offices: tuple[Measure, ...] = ()
    history: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, dict[str, Any]]:
        """Per question, gaps first: count, households, money (fen), what was not checked."""
        told = summary(self.findings, self.questions)
        order = {finds: at for at, finds in enumerate(FINDS)}

        def weight(name: str) -> tuple[int, int, str]:
            return order[self.questions[name].finds], -(told[name]["count"] or 0), name

        return {name: told[name] for name in sorted(told, key=weight)}


def counted(decisions: pl.DataFrame) -> dict[str, dict[str, int]]:
    """How many units have which status, by programme."""
    found: dict[str, dict[str, int]] = {}
    rows = decisions.group_by("programme", "status").len().sort("programme", "status")
    for programme, status, number in rows.iter_rows():
        found.setdefault(programme, {})[status] = number
    return found


def yuan(fen: int | None) -> str | None:
    """Money as decimal text: 123450 is `1234.50`; unknown stays unknown."""
    return None if fen is None else str((Decimal(fen) / 100).quantize(Decimal("0.01")))


def to_json(report: Report) -> dict[str, Any]:
    """The report for machines; money in yuan as decimal text."""
    return {
        "run": {name: _plain(value) for name, value in report.run.items()},
        "load": {name: _plain(value) for name, value in report.load.items()},
        "decisions": {name: dict(of) for name, of in report.decisions.items()},
        "findings": {
            name: {**told, "money": yuan(told["money"])} for name, told in report.summary.items()
        },
        "figures": {measure.figure.id: _measured(measure) for measure in report.figures},
        "offices": {measure.figure.id: _measured(measure) for measure in report.offices},
        "history": {name: [_month(of) for of in points] for name, points in report.history.items()},
    }


def _month(point: Point) -> dict[str, Any]:
    told = ("numerator", "denominator", "value", "mark", "undecided")
    named = {name: getattr(point, name) for name in told}
    return {"as_of": point.day.isoformat(), **named, "lacks": list(point.lacks)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a run or a load says of itself
    return (
        value if isinstance(value, bool | int | str | list | dict) or value is None else str(value)
    )


def _measured(measure: Measure) -> dict[str, Any]:
    whole = measure.whole
    return {
        "value": whole.value,
        "numerator": whole.numerator,
        "denominator": whole.denominator,
        "counts": measure.figure.counts,
        "unit": measure.figure.unit,
        "mark": whole.mark,
        "as_of": measure.as_of,
        "beside": dict(measure.beside),
        "lacks": list(measure.lacks),
    }


def show(report: Report, lang: str = "zh") -> RenderableType:
    """The report for a terminal."""
    parts = [_figures_table(report, lang), _findings_table(report, lang)]
    return Group(*parts, _decisions_table(report, lang))


def _figures_table(report: Report, lang: str) -> Table:
    table = Table(title=f"{report.pack.title[lang]} · {report.run.get('as_of', '')}")
    for heading in ("", "N", "M", "N ÷ M"):
        table.add_column(heading, justify="right" if heading else "left")
    for measure in (*report.figures, *report.offices):
        whole = measure.whole
        mark = said(MARK, whole.mark)[lang] if whole.mark else ""
        table.add_row(
            measure.figure.label[lang],
            amount(whole.numerator, measure.figure.counts),
            amount(whole.denominator, measure.figure.counts),
            f"{shown(whole.value, measure.figure.unit)} {mark}".rstrip(),
        )
    return table


def _findings_table(report: Report, lang: str) -> Table:
    headings = {
        "zh": ("疑似问题", "类别", "条数", "家庭", "金额（元）", "是否享受未知"),
        "en": ("suspected", "kind", "findings", "households", "money (CNY)", "receipt not known"),
    }[lang]
    table = Table()
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="left" if at < 2 else "right")  # noqa: PLR2004
    for name, told in report.summary.items():
        question = report.questions[name]
        kind = said(FINDS, question.finds)[lang]
        if told["not_checked"]:
            table.add_row(question.label[lang], kind, not_checked(told["not_checked"])[lang])
            continue
        numbers = (told["count"], told["households"])
        money = amount(told["money"], "fen")
        unknown = str(told["receipt_not_known"] or "")
        table.add_row(question.label[lang], kind, *(f"{n:,}" for n in numbers), money, unknown)
    return table


def _decisions_table(report: Report, lang: str) -> Table:
    table = Table()
    table.add_column({"zh": "项目", "en": "programme"}[lang])
    for status in STATUS:
        table.add_column(STATUS[status][lang], justify="right")
    for programme, counts in report.decisions.items():
        label = report.pack.programmes[programme].label[lang]
        table.add_row(f"{programme} {label}", *(f"{counts.get(s, 0):,}" for s in STATUS))
    return table


def not_checked(lacks: list[str]) -> dict[str, str]:
    """What stands where a number would, when the data for it is missing."""
    zh = "、".join(said(KIND, kind)["zh"] for kind in lacks)
    en = ", ".join(said(KIND, kind)["en"] for kind in lacks)
    return {"zh": f"未检查：缺少{zh}", "en": f"not checked: {en} missing"}


def amount(number: int | None, counts: str) -> str:
    """A number with thousands marked; money in yuan."""
    if number is None:
        return "—"
    return f"{Decimal(number) / 100:,.2f}" if counts == "fen" else f"{number:,}"


def shown(value: str | None, unit: str) -> str:
    """A quotient as its unit shows it."""
    if value is None:
        return "—"
    times, sign, places = (1000, "‰", 1) if unit == "permille" else (100, "%", 2)
    return f"{Decimal(value) * times:.{places}f} {sign}"
