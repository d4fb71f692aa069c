"""One household: who is in it, what was decided and why, what it was paid, what it is tied to.

Every answer is personal data: it needs a purpose, and the journal says who asked and why.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from api.access import (
    Asking,
    Caller,
    Serving,
    findings_in,
    household_in,
    masked,
    note_read,
    purpose_of,
)
from api.finding_shapes import to_row
from api.household_graph import HOUSEHOLD, MEMBERS, PAYMENTS, read
from api.lists import Json, plain
from api.neighbourhood import neighbourhood
from api.problems import Problem
from api.reasons import APART, reasons_in
from api.service import Row, Service, yuan
from api.words import department_label, programme_label, region_label
from audit.tables import FINDINGS

router = APIRouter(tags=["households"])
Purpose = Annotated[str, Depends(purpose_of)]


def opened(service: Service, caller: Caller, household: str, resource: str, purpose: str) -> Row:
    """The household, if it is within the user's scope, journalled before it is shown."""
    found = read(service.state, HOUSEHOLD, household)
    if not found or not household_in(service, caller.scope, household, found[0]["region"]):
        raise Problem("not-found")
    note_read(service, caller, resource, household, purpose)
    return found[0]


@router.get("/households/{household}")
def read_household(household: str, caller: Asking, service: Serving, purpose: Purpose) -> Response:
    """Members, every programme with its reasons, and the findings on this household."""
    row = opened(service, caller, household, "household", purpose)
    state, lang = service.state, caller.lang
    told = reasons_in(service, caller, state.explain(household, lang))
    where = [FINDINGS.c.household == household, findings_in(caller.scope)]
    with service.records.read() as connection:
        found = connection.execute(select(FINDINGS).where(*where).order_by(FINDINGS.c.id))
        kept = found.mappings().all()
    relations = {one["id"]: one for one in told["members"]}
    content = {
        "id": household,
        "region": row["region"],
        "region_label": region_label(service, row["region"], lang),
        "lives_in": row["lives_in"],
        "lives_in_label": region_label(service, row["lives_in"], lang),
        "as_of": state.run.as_of,
        "run": state.run.id,
        "purpose": purpose,
        "members": [
            to_member(one, relations.get(one["id"], {}), state.run.as_of)
            for one in read(state, MEMBERS, household)
        ],
        "programmes": told["programmes"],
        "persons": told["persons"],
        "findings": [to_row(service, one, lang) for one in kept],
    }
    return plain(content, APART)


def to_member(row: Row, relation: Json, as_of: date) -> Json:
    """A member with his name masked and his age, not his birthday."""
    dead_by = row["dead_by"]
    return {
        "id": row["id"],
        "name": row["name"],
        "relation": row["relation"],
        "relation_label": relation.get("relation_label"),
        "counted": relation.get("counted"),
        "age": age(row["birth_date"], as_of),
        "sex": row["sex"],
        "alive": dead_by is None or dead_by > as_of,
    }


def age(born: date | None, on: date) -> int | None:
    """Full years on a day."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@router.get("/households/{household}/neighbourhood")
def read_neighbourhood(household: str, caller: Asking, service: Serving, purpose: Purpose) -> Json:
    """What the household is tied to in the graph, as far as the user may see."""
    opened(service, caller, household, "neighbourhood", purpose)
    return neighbourhood(service, caller, household)


@router.get("/households/{household}/payments")
def read_payments(household: str, caller: Asking, service: Serving, purpose: Purpose) -> Json:
    """What the household and its members were paid or handed, by the user's departments."""
    opened(service, caller, household, "payments", purpose)
    state, scope = service.state, caller.scope
    rows = [row for row in read(state, PAYMENTS, household) if scope.holds(row["department"] or "")]
    places = {one["origin"]: one for one in state.origins([row["origin"] for row in rows])}
    items = [to_payment(service, row, places, caller.lang) for row in rows]
    return {"items": items, "next": None, "total": len(items)}


def to_payment(service: Service, row: Row, places: dict[str, Any], lang: str) -> Json:
    """One payment, or one thing handed out."""
    place = places.get(row["origin"])
    month = row["for_month"]
    return {
        "programme": row["programme"],
        "programme_label": programme_label(service, row["programme"], lang),
        "thing": row["thing"],
        "for_month": month.strftime("%Y-%m") if month else None,
        "paid_on": row["paid_on"] or row["provided_on"],
        "amount": yuan(row["amount"]),
        "status": row["status"],
        "batch": row["batch"],
        "department": row["department"],
        "department_label": department_label(service, row["department"], lang),
        "payee": masked(row["payee"]),
        "unit": row["unit"],
        "unit_id": row["unit_id"],
        "records": [place] if place else [],
    }
