"""How a finding is shown: as a row, and whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from api.programmes import to_article
from api.service import Service, yuan
from api.words import (
    department_labels,
    programme_label,
    question_label,
    region_label,
    state_label,
)
from audit.steps import following, machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping

    from api.access import Caller
    from api.lists import Json

SAME: Final = (
    "id",
    "question",
    "finds",
    "unit",
    "unit_id",
    "household",
    "programme",
    "departments",
    "region",
    "severity",
    "work_state",
    "conclusion",
    "disposal",
    "episode",
    "months",
    "first_seen",
    "last_seen",
    "cleared_at",
)
MONEY: Final = {"money", "amount", "paid", "expected"}


def to_row(service: Service, row: RowMapping, lang: str) -> Json:
    """A finding as a row of the list."""
    return {
        **{name: row[name] for name in SAME},
        "question_label": question_label(service, row["question"], lang),
        "programme_label": programme_label(service, row["programme"], lang),
        "department_labels": department_labels(service, row["departments"], lang),
        "region_label": region_label(service, row["region"], lang),
        "work_state_label": state_label("work_state", row["work_state"], lang),
        "conclusion_label": state_label("conclusion", row["conclusion"], lang),
        "money": yuan(row["money"]),
        "status": "open" if row["cleared_at"] is None else "cleared",
    }


History = tuple["Sequence[RowMapping]", "Sequence[RowMapping]", list["Json"]]


def to_detail(service: Service, caller: Caller, row: RowMapping, history: History) -> Json:
    """A finding with its evidence, its records and what was concluded."""
    episodes, outcomes, records = history
    lang, scope = caller.lang, caller.scope
    steps = [
        step
        for step in following(machine("finding"), row["work_state"])
        if scope.user.role in step.who and scope.may("findings:conclude")
    ]
    return {
        **to_row(service, row, lang),
        "key": row["key"],
        "evidence": [to_evidence(name, value) for name, value in row["evidence"].items()],
        "details": json.loads(row["details"] or "{}"),
        "articles": [to_article(service, one, lang) for one in row["articles"]],
        "records": records,
        "episodes": [
            {
                "number": one["number"],
                "began_at": one["began_at"],
                "ended_at": one["ended_at"],
                "digest": one["evidence_digest"],
            }
            for one in episodes
        ],
        "outcomes": [to_outcome(one, lang) for one in outcomes],
        "allowed": [
            {
                "action": step.action,
                "to": step.to,
                "label": step.label[lang],
                "needs": list(step.needs),
            }
            for step in steps
        ],
    }


def to_evidence(name: str, value: Any) -> Json:  # noqa: ANN401 — whatever a question returns
    """One column of evidence; money as a decimal text."""
    money = name in MONEY and isinstance(value, int)
    return {"name": name, "value": yuan(value) if money else value}


def to_outcome(row: RowMapping, lang: str) -> Json:
    """One step that was taken."""
    return {
        "at": row["at"],
        "by": row["by"],
        "action": row["action"],
        "from": row["from_state"],
        "to": row["to_state"],
        "to_label": state_label("work_state", row["to_state"], lang),
        "conclusion": row["conclusion"],
        "conclusion_label": state_label("conclusion", row["conclusion"], lang),
        "disposal": row["disposal"],
        "application_number": row["application_number"],
        "until": row["until"],
        "note": row["note"],
    }
