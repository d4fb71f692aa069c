"""What the graph says of one household: who is in it, what it is tied to, what it was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from api.service import State

Row = dict[str, Any]
HOUSEHOLD: Final = """
MATCH (h:Household {id: $household})
RETURN h.id AS id, h.region AS region, h.lives_in AS lives_in, h.registered_in AS registered_in
ORDER BY id
"""
MEMBERS: Final = """
MATCH (h:Household {id: $household})-[m:HAS_MEMBER]->(p:Person)
WHERE m.until IS NULL OR m.until > $as_of
RETURN p.id AS id, p.name_masked AS name, m.relation AS relation, p.birth_date AS birth_date,
       p.sex AS sex, p.dead_by AS dead_by, m.since AS since, m.until AS until
ORDER BY id
"""
KIN: Final = """
MATCH (h:Household {id: $household})-[m:HAS_MEMBER]->(p:Person)-[k:KIN]-(q:Person)
WHERE m.until IS NULL OR m.until > $as_of
RETURN DISTINCT p.id AS person, q.id AS kin, k.kind AS kind, q.name_masked AS name,
       q.household AS household, q.region AS region
ORDER BY person, kin, kind
"""
ENROLMENTS: Final = """
MATCH (h:Household {id: $household})-[m:HAS_MEMBER*0..1]-(u)-[e:ENROLLED_IN]->(p:Programme)
WHERE all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
RETURN DISTINCT u.id AS unit_id, p.id AS programme, e.status AS status, e.since AS since,
       e.until AS until
ORDER BY unit_id, programme, since, until, status
"""
QUALIFIES: Final = """
MATCH (h:Household {id: $household})-[m:HAS_MEMBER*0..1]-(u)-[q:QUALIFIES_FOR]->(p:Programme)
WHERE all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
RETURN DISTINCT u.id AS unit_id, p.id AS programme, q.after AS after
ORDER BY unit_id, programme
"""
PAYMENTS: Final = """
MATCH (h:Household {id: $household})-[m:HAS_MEMBER*0..1]-(u)<-[:PAID_TO]-(d:Disbursement)
WHERE all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
RETURN DISTINCT d.id AS id, d.programme AS programme, d.department AS department,
       d.for_month AS for_month, d.paid_on AS paid_on, d.provided_on AS provided_on,
       d.thing AS thing, d.amount AS amount, d.status AS status, d.batch AS batch,
       d.payee AS payee, d.unit AS unit, d.unit_id AS unit_id, d.origin AS origin
ORDER BY paid_on, id
"""


def read(state: State, query: str, household: str) -> list[Row]:
    """The rows of one of these queries, as of the day of the run."""
    given = {"household": household, "as_of": state.run.as_of}
    used = {name: value for name, value in given.items() if f"${name}" in query}
    return state.store.read(query, used)
