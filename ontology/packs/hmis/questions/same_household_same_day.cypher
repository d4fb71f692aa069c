// asks:     Which household was paid financial assistance more than once on one day?
// asks.zh:  哪些家庭同一天得到了不止一笔资助？
// label:    Several payments to one household, same day
// label.zh: 同一家庭同日多笔资助
// finds:    duplicate
// key:      unit, unit_id, day
// evidence: payments, amounts
// needs:    disbursement, enrolment
MATCH (d:Disbursement)-[:PAID_TO]->(p:Person)-[e:ENROLLED_IN]->(g:Programme)
WHERE d.amount IS NOT NULL AND d.deleted IS NULL
  AND e.certificate = d.paid_enrolment AND e.household IS NOT NULL
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH e, p, g, d, min(office.id) AS paid_by
ORDER BY d.payment_number, d.id
WITH e.household AS household, d.provided_on AS day, collect(d.id) AS payments,
     collect(d.amount) AS amounts, sum(d.amount) - max(d.amount) AS money,
     collect(DISTINCT p.id) AS persons, collect(DISTINCT g.id) AS projects,
     min(p.region) AS region, collect(d.origin) AS origins,
     collect(DISTINCT paid_by) AS departments
WHERE size(payments) > 1
RETURN 'household' AS unit,
       household AS unit_id,
       household AS household,
       NULL AS programme,
       day AS day,
       departments AS departments,
       region AS region,
       money AS money,
       'soft' AS severity,
       size(payments) - 1 AS surplus,
       persons AS persons,
       projects AS projects,
       payments AS payments,
       amounts AS amounts,
       payments[1..] AS excess,
       origins AS origins
ORDER BY unit, unit_id, day
