"""How an instruction is shown: as a row, and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.anchors import in_yuan
from api.service import Service, word
from api.words import department_label, region_label, state_label
from audit.ledger import Whole, next_steps
from audit.steps import machine, words
from audit.users import roles
from audit.working_days import BY_WEEKDAYS, NOTE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import RowMapping

    from api.access import Caller
    from api.lists import Json
    from audit.steps import Step

ENDED: Final = ("closed", "withdrawn")
ANSWERED: Final = ("reported", "accepted", "done", "returned")


def to_row(service: Service, caller: Caller, of: Whole, today: date) -> Json:
    """An instruction as a row of the list."""
    row, lang = of.row, caller.lang
    lead = next((part for part in of.parts if part["part"] == "lead"), None)
    late = row["due_on"] is not None and row["due_on"] < today.isoformat()
    return {
        "id": row["id"],
        "number": f"〔{row['year']}〕{row['serial']}" if row["serial"] else None,
        "words": row["words"],
        "kind": row["kind"],
        "kind_label": state_label("kind", row["kind"], lang),
        "urgency": row["urgency"],
        "urgency_label": state_label("urgency", row["urgency"], lang),
        "state": row["state"],
        "state_label": state_label("instruction_state", row["state"], lang),
        "issuer": row["issuer"],
        "issuer_name": row["issuer_name"],
        "issuer_post": roles()[row["issuer_role"]].label[lang],
        "made_at": row["made_at"],
        "given_at": row["given_at"],
        "due_on": row["due_on"],
        "original_due_on": row["original_due_on"],
        "due_note": NOTE[lang] if row["due_by"] == BY_WEEKDAYS else None,
        "overdue": late and row["state"] not in ENDED,
        "lead": lead["department"] if lead else None,
        "lead_label": department_label(service, lead["department"], lang) if lead else None,
        "about": word(row["anchor"].get("label"), lang),
        "cohort": of.cohort,
        "version": row["version"],
    }


def to_detail(service: Service, caller: Caller, of: Whole, today: date) -> Json:
    """An instruction with everything that happened to it."""
    row, lang = of.row, caller.lang
    anchor = row["anchor"]
    return {
        **to_row(service, caller, of, today),
        "proposal": row["proposal"],
        "done_when": row["done_when"],
        "anchor": {**(in_yuan(anchor, anchor["name"]) or {}), "cohort": of.cohort}
        | {"label": word(anchor.get("label"), lang)},
        "assignments": [to_part(service, caller, of, part, today) for part in of.parts],
        "events": [to_event(one, lang) for one in of.events],
        "allowed": [to_allowed(step, lang) for step in next_steps(caller.scope, of)],
        "then_now": to_told(row["then_now"], anchor["name"], lang) if row["then_now"] else None,
    }


def to_part(service: Service, caller: Caller, of: Whole, part: RowMapping, today: date) -> Json:
    """An assignment, and what its reader may do with it."""
    lang = caller.lang
    same = ("id", "department", "region", "part", "task", "state", "due_on", "original_due_on")
    later = ("redos", "report", "received_at", "reported_at", "accepted_at", "version")
    late = part["due_on"] is not None and part["due_on"] < today.isoformat()
    return {
        **{name: part[name] for name in (*same, *later)},
        "department_label": department_label(service, part["department"], lang),
        "region_label": region_label(service, part["region"], lang),
        "part_label": state_label("part", part["part"], lang),
        "state_label": state_label("assignment_state", part["state"], lang),
        "overdue": late and part["state"] not in ANSWERED,
        "allowed": [to_allowed(step, lang) for step in next_steps(caller.scope, of, part)],
    }


def to_event(row: RowMapping, lang: str) -> Json:
    """One change of state."""
    kind = "assignment" if row["assignment"] else "instruction"
    found = {**machine(kind).by_itself, **machine(kind).steps}.get(row["action"])
    return {
        "at": row["at"],
        "by": row["by"],
        "by_name": row["by_name"],
        "action": row["action"],
        "label": found.label[lang] if found else words()["instruction_state"]["draft"][lang],
        "assignment": row["assignment"],
        "from": row["from_state"],
        "to": row["to_state"],
        "note": row["note"],
    }


def to_allowed(step: Step, lang: str) -> Json:
    """A step that may follow."""
    return {
        "action": step.action,
        "to": step.to,
        "label": step.label[lang],
        "needs": list(step.needs),
    }


def to_told(told: Mapping[str, Any], figure: str, lang: str) -> Json:
    """Then and now of a figure, in the reader's language."""
    shown = {name: value for name, value in told.items() if name != "says_en"}
    label = words()["became"]
    return {
        **shown,
        "then": in_yuan(told["then"], figure),
        "now": in_yuan(told["now"], figure),
        "says": told["says"] if lang == "zh" else told["says_en"],
        "parts": [{**part, "label": label[part["id"]][lang]} for part in told["parts"]],
    }
