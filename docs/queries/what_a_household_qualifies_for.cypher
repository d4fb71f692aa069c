// asks:       What do a family and its members qualify for, on which articles, and do they get it?
// asks.zh:    一户家庭及其成员符合哪些项目、依据哪些条文、是否在保？
// parameters: household
MATCH (h:Household {id: $household})-[:HAS_MEMBER*0..1]->(u)-[q:QUALIFIES_FOR]->(p:Programme)
OPTIONAL MATCH (p)-[:CITES]->(a:Article)
WITH u, q, p, a
ORDER BY a.id
RETURN u.id AS unit_id, p.id AS programme, p.zh AS zh, q.amount AS fen, q.period AS period,
       collect(DISTINCT a.id) AS articles,
       EXISTS { MATCH (u)-[e:ENROLLED_IN]->(p) WHERE e.status = 'active' } AS enrolled
ORDER BY unit_id, programme
