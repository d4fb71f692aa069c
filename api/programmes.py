"""Programmes with what was decided, and the questions that audit them."""

from __future__ import annotations

from collections import Counter

import polars as pl
from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select

from api.access import Asking, Caller, Serving, findings_in, in_departments, told, told_together
from api.lists import Json, tagged
from api.problems import Problem
from api.service import Service, word, yuan
from api.words import department_label
from audit.tables import FINDINGS
from matching.statuses import STATUSES
from ontology.programmes import Programme

router = APIRouter(tags=["programmes"])


@router.get("/programmes")
def read_programmes(request: Request, caller: Asking, service: Serving) -> Response:
    """The catalogue, with how many units have each status within the user's scope."""
    counts = statuses(service, caller)
    items = [to_programme(service, caller, one, counts) for one in service.pack.programmes.values()]
    return tagged(request, {"items": items, "next": None, "total": len(items)})


@router.get("/programmes/{programme}")
def read_programme(programme: str, request: Request, caller: Asking, service: Serving) -> Response:
    """One programme with its definition, its versions and the articles they rest on."""
    found = service.pack.programmes.get(programme)
    if found is None:
        raise Problem("not-found")
    versions = service.pack.classes.get(found.name, ())
    articles = dict.fromkeys(source for one in versions for source in one.sources)
    detail = {
        "definition": word(found.definition, caller.lang),
        "versions": [
            {
                "says": word(one.definition, caller.lang) or word(one.label, caller.lang),
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "applies_in": one.applies_in,
                "sources": one.sources,
            }
            for one in versions
        ],
        "articles": [to_article(service, one, caller.lang) for one in articles],
    }
    known = to_programme(service, caller, found, statuses(service, caller))
    return tagged(request, {**known, **detail})


def statuses(service: Service, caller: Caller) -> dict[str, Counter[str]]:
    """How many units of the user's places have each status, by programme."""
    latest = service.latest()
    if latest is None or not caller.scope.may("figures:read"):
        return {}
    rows, nearest = latest.decisions, service.pack.regions.nearest
    if caller.scope.regions is not None:
        codes = rows["region"].drop_nulls().unique()
        rows = rows.filter(
            pl.col("region").is_in([one for one in codes if caller.scope.covers(nearest(one))])
        )
    found: dict[str, Counter[str]] = {}
    for programme, status, count in rows.group_by("programme", "status").len().iter_rows():
        found.setdefault(programme, Counter())[status] = count
    return found


def to_programme(
    service: Service, caller: Caller, programme: Programme, counts: dict[str, Counter[str]]
) -> Json:
    """A programme as a row of the catalogue."""
    lang, scope = caller.lang, caller.scope
    counted = counts.get(programme.id)
    shown = counted is not None and in_departments(scope, [programme.department])
    return {
        "id": programme.id,
        "name": programme.name,
        "label": word(programme.label, lang),
        "unit": programme.unit,
        "kind": programme.kind,
        "department": programme.department,
        "department_label": department_label(service, programme.department, lang),
        "decided": programme.decided,
        "period": programme.period,
        "counts": told_together(scope, {one: counted[one] for one in STATUSES})
        if counted is not None and shown
        else None,
    }


def to_article(service: Service, article: str, lang: str) -> Json:
    """An article with its gist."""
    found = service.pack.articles.get(article)
    if found is None:
        return {"id": article, "act": None, "number": None, "gist": None, "text_held": False}
    act = service.pack.acts.get(found.act)
    return {
        "id": found.id,
        "act": word(act.title, lang) if act else found.act,
        "number": found.number,
        "gist": word(found.gist, lang),
        "text_held": found.text_held,
    }


@router.get("/questions")
def read_questions(request: Request, caller: Asking, service: Serving) -> Response:
    """What is asked of the graph, how much it finds, and how often that was right."""
    latest = service.latest()
    found = counted(service, caller)
    items = []
    for question in service.questions.values():
        lacks = list(latest.lacks.get(question.name, ())) if latest else []
        open_, money, confirmed, concluded = found.get(question.name, (0, 0, 0, 0))
        asked = latest is not None and not lacks
        count, mark = told(caller.scope, open_ if asked else None)
        items.append(
            {
                "id": question.name,
                "label": word(question.asks, caller.lang),
                "title": word(question.label, caller.lang),
                "finds": question.finds,
                "open": count,
                "mark": mark if asked else "no_data",
                "money": yuan(money) if asked and count is not None else None,
                "checked": asked,
                "missing": lacks,
                "confirmed": confirmed if count is not None else None,
                "concluded": concluded if count is not None else None,
                "articles": [to_article(service, one, caller.lang) for one in question.law],
            }
        )
    return tagged(request, {"items": items, "next": None, "total": len(items)})


def counted(service: Service, caller: Caller) -> dict[str, tuple[int, int, int, int]]:
    """Per question: open findings, their money, how many were confirmed, how many concluded."""
    if not caller.scope.may("figures:read"):
        return {}
    open_ = FINDINGS.c.cleared_at.is_(None)
    right = FINDINGS.c.conclusion.in_(("confirmed", "partly"))
    told_apart = FINDINGS.c.conclusion.in_(("confirmed", "partly", "refuted"))
    columns = (
        func.count().filter(open_),
        func.coalesce(func.sum(FINDINGS.c.money).filter(open_), 0),
        func.count().filter(right),
        func.count().filter(told_apart),
    )
    asked = select(FINDINGS.c.question, *columns).where(findings_in(caller.scope))
    with service.records.read() as connection:
        rows = connection.execute(asked.group_by(FINDINGS.c.question)).all()
    return {row[0]: (row[1], int(row[2]), row[3], row[4]) for row in rows}
