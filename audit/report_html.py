"""The report as one page that needs nothing but itself: no request leaves the reader's machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from audit.figures import REGISTRY
from audit.report import amount, not_checked, shown
from audit.report_charts import charts
from audit.report_view import View, place, source, views
from audit.report_words import BESIDE, FINDS, KIND, LOAD, MARK, SEVERITY, STATUS, said

if TYPE_CHECKING:
    from audit.report import Report

TEMPLATES: Final = Path(__file__).parent / "templates"
MOST: Final = 400
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Section:
    """One question with the findings that the page shows of it."""

    name: str
    label: dict[str, str]
    asks: dict[str, str]
    finds: str
    told: dict[str, Any]
    views: list[View]


def to_html(report: Report, most: int = MOST) -> str:
    """The page; of each question the weightiest findings, the rest are in the workbook."""
    sections = [_section(report, name, told, most) for name, told in report.summary.items()]
    page = _environment().get_template("report.html")
    return page.render(
        report=report,
        sections=sections,
        articles=_articles(report, sections),
        towns=_towns(report, sections),
        files=_files(report),
        charts=_charts(report),
        registry=REGISTRY,
        months=list(zip(*report.history.values(), strict=True))[::-1],
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - plotly's own text
        style=_asset("report.css"),
        script=_asset("report.js"),
        most=most,
        words={
            "beside": BESIDE,
            "finds": FINDS,
            "kind": KIND,
            "load": LOAD,
            "mark": MARK,
            "severity": SEVERITY,
            "status": STATUS,
        },
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name, word in (("said", said), ("amount", amount), ("shown", shown)):
        environment.filters[name] = word
    environment.filters["not_checked"] = not_checked
    environment.globals |= {"place": place, "source": source}
    return environment


def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _section(report: Report, name: str, told: dict[str, Any], most: int) -> Section:
    question = report.questions[name]
    return Section(
        name=name,
        label=dict(question.label),
        asks=dict(question.asks),
        finds=question.finds,
        told=told,
        views=views(report, name, most, with_reasons=True),
    )


def _articles(report: Report, sections: list[Section]) -> list[dict[str, Any]]:
    """Every article that the page cites, once, with act and gist."""
    pack = report.pack
    cited = {a for section in sections for view in section.views for a in view.articles}
    cited |= {a for s in sections for v in s.views for a in _in_trees(v.reasons)}
    cited |= {a for question in report.questions.values() for a in question.law}
    found = []
    for name in sorted(cited & pack.articles.keys()):
        article = pack.articles[name]
        act = pack.acts.get(article.act)
        title = dict(act.title) if act else {"zh": article.act, "en": article.act}
        force = (act.in_force_from, act.in_force_until) if act else (None, None)
        found.append({"id": name, "article": article, "act": title, "force": force})
    return found


def _in_trees(reasons: Any) -> set[str]:  # noqa: ANN401 - a tree as JSON holds it
    if isinstance(reasons, dict):
        own = {article["id"] for article in reasons.get("articles") or ()}
        return own.union(*(_in_trees(part) for part in reasons.values()))
    if isinstance(reasons, list):
        return set().union(*(_in_trees(part) for part in reasons))
    return set()


def _towns(report: Report, sections: list[Section]) -> list[tuple[str, dict[str, str]]]:
    codes = {view.region_code for section in sections for view in section.views}
    return [(code, place(report.pack, code)) for code in sorted(codes - {""})]


def _files(report: Report) -> list[dict[str, Any]]:
    files = report.load.get("files", [])
    return [file for file in files if isinstance(file, dict)]


def _charts(report: Report) -> Markup:
    """All charts in both languages as one JSON document that a script element can hold."""
    told = {
        lang: {name: json.loads(figure.to_json()) for name, figure in charts(report, lang).items()}
        for lang in LANGUAGES
    }
    text = json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
    return Markup(text)  # noqa: S704 - `</` cannot end the element
