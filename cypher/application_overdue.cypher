// asks:     Which applications are still open past the day they were due?
// asks.zh:  哪些申请已过法定办理期限仍未办结？
// label:    Suspected overdue application
// label.zh: 疑似超期未办
// finds:    gap
// key:      unit, unit_id, programme, application
// evidence: accepted_on, due_on
// needs:    application
// parameters: as_of
MATCH (a:Application)-[:BY]->(u:Household|Person)
MATCH (a)-[:FOR]->(p:Programme)
WHERE a.withdrawn_on IS NULL AND a.decided_on IS NULL
  AND a.accepted_on <= $as_of AND a.due_on < $as_of
OPTIONAL MATCH (p)<-[:RUNS]-(office:Department)
WITH a, u, p, office
ORDER BY office.id
WITH a, u, p, collect(DISTINCT office.id) AS departments
OPTIONAL MATCH (u)-[q:QUALIFIES_FOR]->(p)
WITH a, u, p, departments, q
OPTIONAL MATCH (p)-[c:CITES]->(art:Article)
WHERE (c.since IS NULL OR c.since <= $as_of) AND (c.until IS NULL OR c.until > $as_of)
  AND (art.in_force_from IS NULL OR art.in_force_from <= $as_of)
  AND (art.in_force_until IS NULL OR art.in_force_until > $as_of)
WITH a, u, p, departments, q, art
ORDER BY art.id
WITH a, u, p, departments, q, collect(DISTINCT art.id) AS articles
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       p.id AS programme,
       a.id AS application,
       departments AS departments,
       u.region AS region,
       q.amount AS money,
       'hard' AS severity,
       a.accepted_on AS accepted_on,
       a.due_on AS due_on,
       a.due_on AS since,
       articles AS articles,
       [a.origin] AS origins
ORDER BY unit, unit_id, programme, application
