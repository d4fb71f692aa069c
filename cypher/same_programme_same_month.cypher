// asks:     Who was paid the same programme for the same month more than once?
// asks.zh:  哪些家庭或个人同一项目同一月份收到了不止一笔发放？
// label:    Suspected double payment, same month
// label.zh: 疑似同月重复发放
// finds:    duplicate
// key:      unit, unit_id, programme, month
// evidence: payments, amounts, excess
// needs:    disbursement
MATCH (d:Disbursement)-[c:COINCIDES_WITH]-(:Disbursement)
WHERE c.how = 'same_month'
WITH DISTINCT d
MATCH (d)-[:PAID_TO]->(u:Household|Person)
MATCH (d)-[:UNDER]->(p:Programme)
WHERE d.status = 'success' AND d.for_month IS NOT NULL
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH u, p, d, min(office.id) AS paid_by, date.truncate('month', d.for_month) AS month
ORDER BY d.amount DESC, d.id
WITH u, p, month, collect(d.id) AS payments, collect(d.amount) AS amounts,
     sum(d.amount) - max(d.amount) AS money, collect(d.origin) AS origins,
     collect(DISTINCT paid_by) AS departments
WHERE size(payments) > 1
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       p.id AS programme,
       month AS month,
       departments AS departments,
       u.region AS region,
       money AS money,
       'hard' AS severity,
       payments AS payments,
       amounts AS amounts,
       payments[1..] AS excess,
       origins AS origins
ORDER BY unit, unit_id, programme, month
