// asks:       Who in a township qualifies for a programme and is not enrolled in it?
// asks.zh:    某乡镇中，谁符合条件却不在保？
// parameters: township
MATCH (:Region {id: $township})<-[:PART_OF*0..2]-(:Region)<-[:HANDLED_BY]-(h:Household)
MATCH (h)-[:HAS_MEMBER*0..1]->(u)-[q:QUALIFIES_FOR]->(p:Programme)
WHERE NOT EXISTS { MATCH (u)-[e:ENROLLED_IN]->(p) WHERE e.status = 'active' }
RETURN h.id AS household, u.id AS unit_id, p.id AS programme, q.amount AS fen, q.since AS since
ORDER BY household, unit_id, programme
