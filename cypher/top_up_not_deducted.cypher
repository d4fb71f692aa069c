// asks:     Who was paid a programme in full beside one that must be deducted from it?
// asks.zh:  哪些家庭或个人同时领取两个项目，后者应补差而足额发放？
// label:    Suspected top-up not deducted
// label.zh: 疑似应补差未扣减
// finds:    duplicate
// key:      unit, unit_id, programme, beside
// evidence: payments, amounts, due
// needs:    disbursement
// parameters: as_of
MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
WHERE c.how = 'top_up' AND da.status = 'success' AND db.status = 'success'
  AND da.for_month IS NOT NULL AND db.for_month <= $as_of
  AND db.for_month > $as_of - duration({months: 12})
MATCH (da)-[:PAID_TO]->(v:Household|Person)
MATCH (da)-[:UNDER]->(a:Programme)-[x:COMBINES_WITH]->(b:Programme)
WHERE x.rule = 'top_up'
MATCH (db)-[:PAID_TO]->(u:Household|Person)
MATCH (db)-[:UNDER]->(q:Programme)
WHERE q.id = b.id
WITH a, b, x, u, v, da, db, date.truncate('month', coalesce(db.for_month, $as_of)) AS month
WHERE date.truncate('month', coalesce(da.for_month, $as_of)) = month
MATCH (v)-[m:HAS_MEMBER*0..1]-(u)
WHERE all(r IN m WHERE (r.until IS NULL OR r.until > db.for_month)
  AND (r.since IS NULL OR r.since < db.for_month + duration({months: 1})))
WITH a, b, x, u, v, da, db, month, size(m) AS apart,
     all(r IN m WHERE coalesce(r.counted, true)) AS counted
// What a family is paid reaches each member whom it counts, as in the decision.
WHERE apart = 0 OR (counted AND (x.scope = 'household' OR (v:Household AND u:Person)))
  OR COUNT {
    MATCH (u)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > month
  } + COUNT {
    MATCH (v)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > month
  } = 1
// What is due beside the first is what the decision left of the second; unknown, nobody can tell.
MATCH (u)-[r:QUALIFIES_FOR]->(b)
WHERE r.amount IS NOT NULL
WITH a, b, x, u, r.amount AS due, month, da, db
ORDER BY db.id
WITH a, b, u, due, month, min(x.source) AS source, collect(DISTINCT db) AS paid,
     collect(DISTINCT da.origin) AS beside_origins
WITH a, b, u, due, month, source, paid, beside_origins,
     reduce(total = 0, d IN paid | total + d.amount) - due AS surplus
WHERE surplus > 0
WITH a, b, u, due, month, source, paid, beside_origins, surplus
ORDER BY month
WITH a, b, u, due, min(month) AS since, max(month) AS latest, collect(DISTINCT source) AS articles,
     sum(surplus) AS money, collect(paid) AS lists, collect(beside_origins) AS others
WITH a, b, u, due, since, latest, articles, money, reduce(l = [], s IN lists | l + s) AS paid,
     reduce(l = [], s IN others | l + s) AS others
OPTIONAL MATCH (office:Department)-[:RUNS]->(p:Programme)
WHERE p.id IN [a.id, b.id]
WITH a, b, u, due, since, latest, articles, money, paid, others, office
ORDER BY office.id
WITH a, b, u, due, since, latest, articles, money, paid, others, collect(DISTINCT office.id) AS departments
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       b.id AS programme,
       a.id AS beside,
       departments AS departments,
       u.region AS region,
       money AS money,
       CASE
         WHEN latest >= date.truncate('month', $as_of) - duration({months: 1}) THEN 'hard'
         ELSE 'soft'
       END AS severity,
       since AS since,
       due AS due,
       [d IN paid | d.id] AS payments,
       [d IN paid | d.amount] AS amounts,
       CASE due WHEN 0 THEN [d IN paid | d.id] ELSE [] END AS excess,
       articles AS articles,
       [d IN paid | d.origin] + others AS origins
ORDER BY unit, unit_id, programme, beside
