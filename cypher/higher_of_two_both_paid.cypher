// asks:     Who was paid in full both of two programmes of which only the higher is due?
// asks.zh:  哪些家庭或个人同月领取了应“就高”只享受一项的两个项目？
// label:    Suspected: both paid where the higher counts
// label.zh: 疑似就高项目重复发放
// finds:    duplicate
// key:      unit, unit_id, programme, beside
// evidence: payments, amounts, excess
// needs:    disbursement
// parameters: as_of
MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
WHERE c.how = 'higher' AND da.status = 'success' AND db.status = 'success'
  AND da.for_month IS NOT NULL AND db.for_month <= $as_of
MATCH (da)-[:PAID_TO]->(v:Household|Person)
MATCH (da)-[:UNDER]->(a:Programme)-[x:COMBINES_WITH]->(b:Programme)
WHERE x.rule = 'higher'
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
WHERE apart = 0 OR (x.scope = 'household' AND counted)
  OR COUNT {
    MATCH (u)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > month
  } + COUNT {
    MATCH (v)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > month
  } = 1
WITH a, b, x, u, v, month, da, db
ORDER BY da.id, db.id
WITH a, b, u, v, month, min(x.source) AS source, collect(DISTINCT da) AS ones,
     collect(DISTINCT db) AS others
WITH a, b, u, month, source, ones + others AS both,
     reduce(total = 0, d IN ones | total + d.amount) AS one,
     reduce(total = 0, d IN others | total + d.amount) AS other, ones, others
// The lesser is one too many, of equals the second; of an unknown amount nobody can tell.
WITH a, b, u, month, source, both,
     CASE WHEN one IS NULL OR other IS NULL THEN [] WHEN one < other THEN ones ELSE others END AS less
ORDER BY month
WITH a, b, u, min(month) AS since, collect(DISTINCT source) AS articles, collect(both) AS boths,
     collect(less) AS lesser
WITH a, b, u, since, articles,
     reduce(kept = [], d IN reduce(l = [], s IN boths | l + s) |
       CASE WHEN any(k IN kept WHERE k.id = d.id) THEN kept ELSE kept + [d] END) AS paid,
     reduce(kept = [], d IN reduce(l = [], s IN lesser | l + s) |
       CASE WHEN any(k IN kept WHERE k.id = d.id) THEN kept ELSE kept + [d] END) AS excess
OPTIONAL MATCH (office:Department)-[:RUNS]->(p:Programme)
WHERE p.id IN [a.id, b.id]
WITH a, b, u, since, articles, paid, excess, office
ORDER BY office.id
WITH a, b, u, since, articles, paid, excess, collect(DISTINCT office.id) AS departments
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       b.id AS programme,
       a.id AS beside,
       departments AS departments,
       u.region AS region,
       CASE size(excess)
         WHEN 0 THEN NULL
         ELSE reduce(total = 0, d IN excess | total + d.amount)
       END AS money,
       CASE size(excess) WHEN 0 THEN 'soft' ELSE 'hard' END AS severity,
       since AS since,
       [d IN paid | d.id] AS payments,
       [d IN paid | d.amount] AS amounts,
       [d IN excess | d.id] AS excess,
       articles AS articles,
       [d IN paid | d.origin] AS origins
ORDER BY unit, unit_id, programme, beside
