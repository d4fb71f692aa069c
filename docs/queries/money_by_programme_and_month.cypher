// asks:    How much was paid under each programme in each month, and to how many families?
// asks.zh: 各项目每月发放多少、涉及多少户？
MATCH (d:Disbursement)-[:UNDER]->(p:Programme)
WHERE d.status = 'success' AND d.for_month IS NOT NULL
RETURN p.id AS programme, d.for_month AS month, count(DISTINCT d.household) AS households,
       sum(d.amount) AS fen
ORDER BY programme, month
