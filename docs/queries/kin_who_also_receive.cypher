// asks:       Which kin of a family's members, living in other families, are enrolled too?
// asks.zh:    一户家庭的亲属（在其他家庭中）有哪些也在保？
// parameters: household
MATCH (h:Household {id: $household})-[:HAS_MEMBER]->(m:Person)-[k:KIN]-(o:Person)
WHERE o.household <> h.id
MATCH (o)-[:HAS_MEMBER*0..1]-(u)-[e:ENROLLED_IN]->(p:Programme)
WHERE e.status = 'active'
RETURN DISTINCT m.id AS member, k.kind AS kind, o.id AS kin, u.id AS enrolled, p.id AS programme
ORDER BY member, kin, enrolled, programme, kind
