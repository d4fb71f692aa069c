// asks:    Which families were paid by more than one department in the same month?
// asks.zh: 哪些家庭同一个月从几个部门得到资金？
MATCH (d:Disbursement)-[:PAID_BY]->(o:Department)
WHERE d.status = 'success' AND d.for_month IS NOT NULL AND d.household IS NOT NULL
WITH d, o
ORDER BY o.id
WITH d.household AS household, d.for_month AS month, collect(DISTINCT o.id) AS departments,
     sum(d.amount) AS fen
WHERE size(departments) > 1
RETURN household AS household, month AS month, departments AS departments, fen AS fen
ORDER BY household, month
