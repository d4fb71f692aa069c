// asks:       What does the graph hold of one family and its members, one step away?
// asks.zh:    一户家庭及其成员在图谱中直接相连的全部内容
// parameters: household
MATCH (h:Household {id: $household})-[:HAS_MEMBER*0..1]->(u)-[r]-(x)
RETURN u.id AS unit_id, type(r) AS edge, labels(x)[0] AS label, x.id AS id
ORDER BY unit_id, edge, label, id
