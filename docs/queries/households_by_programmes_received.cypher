// asks:    How many families are paid under no programme, one, two, three?
// asks.zh: 享受零项、一项、两项、三项救助的家庭各有多少户？
MATCH (h:Household)
OPTIONAL MATCH (h)-[:HAS_MEMBER*0..1]->(u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p:Programme)
WHERE d.status = 'success'
WITH h.id AS household, count(DISTINCT p.id) AS programmes
RETURN programmes AS programmes, count(*) AS households
ORDER BY programmes
