// asks:     Who was given the same thing on the same day by several departments?
// asks.zh:  哪些人同一天从几个部门得到了同一种服务或物品？
// label:    Suspected same thing, same day
// label.zh: 疑似同日重复服务
// finds:    duplicate
// key:      unit, unit_id, thing, day
// evidence: payments, providers, excess
// needs:    service
MATCH (d:Disbursement)-[c:COINCIDES_WITH]-(:Disbursement)
WHERE c.how = 'same_day'
WITH DISTINCT d
MATCH (d)-[:PAID_TO]->(u:Household|Person)
MATCH (d)-[:PAID_BY]->(office:Department)
WHERE d.thing IS NOT NULL AND d.provided_on IS NOT NULL
  AND coalesce(d.status, 'success') = 'success'
WITH u, d, office
ORDER BY d.amount DESC, d.id, office.id
WITH u, d.thing AS thing, d.provided_on AS day, collect(DISTINCT d.id) AS payments,
     collect(DISTINCT office.id) AS providers, sum(d.amount) - max(d.amount) AS money,
     collect(d.origin) AS origins
WHERE size(providers) > 1
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       NULL AS programme,
       thing AS thing,
       day AS day,
       providers AS departments,
       u.region AS region,
       money AS money,
       'soft' AS severity,
       payments AS payments,
       providers AS providers,
       payments[1..] AS excess,
       origins AS origins
ORDER BY unit, unit_id, thing, day
