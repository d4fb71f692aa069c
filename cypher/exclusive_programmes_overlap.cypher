// asks:     Who holds or is paid two programmes at one time that exclude one another?
// asks.zh:  哪些家庭或个人同时享受了不能同时享受的两个项目？
// label:    Suspected overlap of exclusive programmes
// label.zh: 疑似互斥项目重复享受
// finds:    duplicate
// key:      unit, unit_id, programme, beside
// evidence: overlap_from, payments, amounts, excess
// needs:    enrolment
// parameters: as_of
CALL {
  MATCH (a:Programme)-[x:COMBINES_WITH]->(b:Programme)
  // What is given once, to a dwelling or for a case, is asked for by paid_again_though_once.
  WHERE x.rule IN ['exclude', 'person_chooses'] AND x.scope IN ['person', 'household']
    AND NOT coalesce(x.period, 'month') IN ['once', 'lifetime']
  MATCH (v:Household|Person)-[ea:ENROLLED_IN]->(a)
  MATCH (v)-[m:HAS_MEMBER*0..1]-(u)-[eb:ENROLLED_IN]->(b)
  WITH a, b, x, u, v, m, ea, eb,
       CASE WHEN ea.since > eb.since THEN ea.since ELSE eb.since END AS since,
       CASE WHEN ea.until IS NULL OR ea.until > eb.until THEN eb.until ELSE ea.until END AS until
  WHERE ea.since IS NOT NULL AND since <= $as_of AND (until IS NULL OR until > since)
    AND all(r IN m WHERE (r.until IS NULL OR r.until > since)
      AND (r.since IS NULL OR until IS NULL OR r.since < until))
  RETURN a AS a, b AS b, x AS x, u AS u, v AS v, size(m) AS apart,
         all(r IN m WHERE coalesce(r.counted, true)) AS counted,
         since AS since, until AS until, [ea.origin, eb.origin] AS origins
  UNION ALL
  MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
  WHERE c.how = 'exclusive' AND da.status = 'success' AND db.status = 'success'
    AND da.for_month IS NOT NULL AND db.for_month IS NOT NULL
  MATCH (da)-[:PAID_TO]->(v)
  MATCH (da)-[:UNDER]->(a:Programme)-[x:COMBINES_WITH]->(b:Programme)
  WHERE x.rule IN ['exclude', 'person_chooses'] AND x.scope IN ['person', 'household']
    AND NOT coalesce(x.period, 'month') IN ['once', 'lifetime']
  MATCH (db)-[:PAID_TO]->(u)
  MATCH (db)-[:UNDER]->(b)
  WITH a, b, x, u, v, da, db,
       CASE x.period WHEN 'year' THEN 'year' ELSE 'month' END AS period
  WITH a, b, x, u, v, da, db, period,
       date.truncate(period, coalesce(db.for_month, $as_of)) AS since
  WHERE date.truncate(period, coalesce(da.for_month, $as_of)) = since AND since <= $as_of
  MATCH (v)-[m:HAS_MEMBER*0..1]-(u)
  WHERE all(r IN m WHERE (r.until IS NULL OR r.until > db.for_month)
    AND (r.since IS NULL OR r.since < db.for_month + duration({months: 1})))
  RETURN a AS a, b AS b, x AS x, u AS u, v AS v, size(m) AS apart,
         all(r IN m WHERE coalesce(r.counted, true)) AS counted, since AS since,
         since + duration({months: CASE period WHEN 'year' THEN 12 ELSE 1 END}) AS until,
         [da.origin, db.origin] AS origins
}
WITH a, b, x, u, v, apart, counted, since, until, origins
// What a family is granted reaches each member whom it counts, as in the decision.
WHERE apart = 0
  OR (counted AND (x.scope = 'household' OR (v:Household AND u:Person)))
  OR COUNT {
    MATCH (u)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > since
  } + COUNT {
    MATCH (v)-[o:HAS_MEMBER]->(:Person)
    WHERE o.until IS NULL OR o.until > since
  } = 1
OPTIONAL MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(q:Programme)
WHERE q.id = b.id AND d.status = 'success' AND d.for_month <= $as_of
  AND d.for_month >= date.truncate('month', coalesce(since, $as_of)) AND (until IS NULL OR d.for_month < until)
WITH a, b, u, since, x, origins, d
ORDER BY d.for_month, d.id, x.source, since, origins
WITH a, b, u, min(since) AS overlap_from, collect(DISTINCT x.source) AS articles,
     collect(origins) AS cited, collect(DISTINCT d) AS paid
OPTIONAL MATCH (office:Department)-[:RUNS]->(p:Programme)
WHERE p.id IN [a.id, b.id]
WITH a, b, u, overlap_from, articles, cited, paid, office
ORDER BY office.id
WITH a, b, u, overlap_from, articles, cited, paid, collect(DISTINCT office.id) AS departments
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       b.id AS programme,
       a.id AS beside,
       departments AS departments,
       u.region AS region,
       reduce(total = 0, d IN paid | total + coalesce(d.amount, 0)) AS money,
       'hard' AS severity,
       overlap_from AS overlap_from,
       [d IN paid | d.id] AS payments,
       [d IN paid | d.amount] AS amounts,
       [d IN paid | d.id] AS excess,
       articles AS articles,
       reduce(all_of = [d IN paid | d.origin], pair IN cited | all_of + pair) AS origins
ORDER BY unit, unit_id, programme, beside
