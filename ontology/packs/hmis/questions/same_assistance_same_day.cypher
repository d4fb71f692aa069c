// asks:     Which payment of financial assistance was entered more than once for one person and day?
// asks.zh:  哪些人同一天同类同额的资助被录入了不止一次？
// label:    Suspected repeated assistance, same day
// label.zh: 疑似同日重复资助
// finds:    duplicate
// key:      unit, unit_id, day, record_type, type_provided, amount
// evidence: payments, amount
// needs:    disbursement
MATCH (u:Person)<-[:PAID_TO]-(d:Disbursement)
WHERE d.amount IS NOT NULL AND d.deleted IS NULL
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH u, d, min(office.id) AS paid_by
ORDER BY d.payment_number, d.id
WITH u, d.provided_on AS day, d.record_type AS record_type, d.type_provided AS type_provided,
     d.amount AS amount, collect(d.id) AS payments, collect(d.origin) AS origins,
     collect(DISTINCT paid_by) AS departments
WHERE size(payments) > 1
RETURN 'person' AS unit,
       u.id AS unit_id,
       u.household AS household,
       NULL AS programme,
       day AS day,
       record_type AS record_type,
       type_provided AS type_provided,
       amount AS amount,
       departments AS departments,
       u.region AS region,
       amount * (size(payments) - 1) AS money,
       'soft' AS severity,
       size(payments) - 1 AS surplus,
       payments AS payments,
       payments[1..] AS excess,
       origins AS origins
ORDER BY unit, unit_id, day, record_type, type_provided, amount
