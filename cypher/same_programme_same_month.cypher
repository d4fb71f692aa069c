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
// What two regions paid, one of them elsewhere, is found by two_regions.
WITH u, p, d, min(office.id) AS paid_by, date.truncate('month', d.for_month) AS month,
     CASE
       WHEN d.aid_region IS NULL THEN ''
       WHEN EXISTS {
         MATCH (r:Region)-[:PART_OF*0..6]->(s:Region)
         WHERE (r.id = d.aid_region AND s.id = u.region) OR (r.id = u.region AND s.id = d.aid_region)
       } THEN ''
       ELSE d.aid_region
     END AS place
WITH u, p, d, paid_by, month, place
ORDER BY place, d.amount DESC, d.id
WITH u, p, month, place, collect(d.id) AS ids, collect(d.amount) AS sums,
     sum(d.amount) - max(d.amount) AS surplus, collect(d.origin) AS stated, collect(paid_by) AS offices
WHERE size(ids) > 1
WITH u, p, month, place, ids, sums, surplus, stated, offices
ORDER BY place
WITH u, p, month, sum(surplus) AS money, collect(ids) AS groups, collect(sums) AS group_sums,
     collect(stated) AS group_origins, collect(offices) AS group_offices
WITH u, p, month, money,
     reduce(l = [], g IN groups | l + g) AS payments,
     reduce(l = [], g IN groups | l + g[1..]) AS excess,
     reduce(l = [], g IN group_sums | l + g) AS amounts,
     reduce(l = [], g IN group_origins | l + g) AS origins,
     reduce(l = [], g IN group_offices | l + [o IN g WHERE NOT o IN l]) AS departments
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
       excess AS excess,
       origins AS origins
ORDER BY unit, unit_id, programme, month
