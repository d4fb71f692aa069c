// asks:     Who is enrolled or paid for one programme in two regions at one time?
// asks.zh:  哪些家庭或个人同一时期在两个地区享受同一项目？
// label:    Suspected aid from two regions
// label.zh: 疑似异地重复享受
// finds:    duplicate
// key:      unit, unit_id, programme
// evidence: regions, overlap_from, payments, amounts, excess
// needs:    enrolment
// parameters: as_of
CALL {
  MATCH (u:Household|Person)-[ea:ENROLLED_IN]->(p:Programme)
  WHERE ea.aid_region IS NOT NULL AND ea.since IS NOT NULL
  MATCH (u)-[eb:ENROLLED_IN]->(q:Programme)
  WHERE q.id = p.id AND eb.origin <> ea.origin AND eb.since IS NOT NULL
  RETURN u AS u, p AS p, ea.aid_region AS here, coalesce(eb.aid_region, u.region) AS there,
         CASE WHEN eb.aid_region IS NULL THEN 0 ELSE 1 END AS stated,
         CASE WHEN ea.since > eb.since THEN ea.since ELSE eb.since END AS since,
         CASE WHEN ea.until IS NULL OR ea.until > eb.until THEN eb.until ELSE ea.until END AS until,
         [ea.origin, eb.origin] AS origins
  UNION ALL
  MATCH (u:Household|Person)-[ea:ENROLLED_IN]->(p:Programme)
  WHERE ea.aid_region IS NOT NULL AND ea.since IS NOT NULL
  MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(q:Programme)
  WHERE q.id = p.id AND d.status = 'success' AND d.for_month IS NOT NULL
    AND d.for_month >= date.truncate('month', coalesce(ea.since, $as_of))
  RETURN u AS u, p AS p, ea.aid_region AS here, coalesce(d.aid_region, u.region) AS there,
         CASE WHEN d.aid_region IS NULL THEN 0 ELSE 1 END AS stated,
         d.for_month AS since, ea.until AS until, [ea.origin, d.origin] AS origins
  UNION ALL
  MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
  WHERE c.how = 'same_month' AND da.aid_region IS NOT NULL
    AND da.status = 'success' AND db.status = 'success'
    AND da.unit_id = db.unit_id AND da.for_month IS NOT NULL AND db.for_month IS NOT NULL
  MATCH (da)-[:PAID_TO]->(u:Household|Person)
  MATCH (da)-[:UNDER]->(p:Programme)
  MATCH (db)-[:PAID_TO]->(w)
  MATCH (db)-[:UNDER]->(q:Programme)
  WHERE w.id = u.id AND q.id = p.id AND date.truncate('month', coalesce(da.for_month, $as_of))
    = date.truncate('month', coalesce(db.for_month, $as_of))
  RETURN u AS u, p AS p, da.aid_region AS here, coalesce(db.aid_region, u.region) AS there,
         CASE WHEN db.aid_region IS NULL THEN 0 ELSE 1 END AS stated,
         da.for_month AS since, NULL AS until, [da.origin, db.origin] AS origins
}
WITH u, p, here, there, stated, since, until, origins
WHERE there IS NOT NULL AND here <> there AND since <= $as_of
  AND (until IS NULL OR until > since)
  AND NOT EXISTS {
    MATCH (r:Region)-[:PART_OF*1..6]->(s:Region)
    WHERE r.id = here AND s.id = there
  }
  AND NOT EXISTS {
    MATCH (r:Region)-[:PART_OF*1..6]->(s:Region)
    WHERE r.id = there AND s.id = here
  }
WITH u, p, here, there, stated, since, origins,
     EXISTS { MATCH (r:Region)-[:PART_OF*0..6]->(s:Region) WHERE r.id = here AND s.id = u.region }
       OR EXISTS { MATCH (r:Region)-[:PART_OF*0..6]->(s:Region) WHERE r.id = u.region AND s.id = here }
       AS here_home,
     EXISTS { MATCH (r:Region)-[:PART_OF*0..6]->(s:Region) WHERE r.id = there AND s.id = u.region }
       OR EXISTS { MATCH (r:Region)-[:PART_OF*0..6]->(s:Region) WHERE r.id = u.region AND s.id = there }
       AS there_home
WITH u, p, here, there, stated, since, origins,
     CASE
       WHEN here_home AND NOT there_home THEN there
       WHEN there_home AND NOT here_home THEN here
       WHEN here > there THEN here
       ELSE there
     END AS far
ORDER BY far, since, origins
WITH u, p, min(since) AS overlap_from, max(stated) AS stated, collect(DISTINCT far) AS away,
     collect(here) + collect(there) AS places, collect(origins) AS cited
UNWIND places AS place
WITH u, p, overlap_from, stated, away, cited, place
ORDER BY place
WITH u, p, overlap_from, stated, away, cited, collect(DISTINCT place) AS regions
OPTIONAL MATCH (u)<-[:PAID_TO]-(d:Disbursement)
WHERE d.programme = p.id AND d.status = 'success'
  AND d.for_month <= $as_of AND d.aid_region IN away
  AND EXISTS {
    MATCH (u)<-[:PAID_TO]-(k:Disbursement)
    WHERE k.programme = p.id AND k.status = 'success' AND NOT coalesce(k.aid_region, u.region, '') IN away
      AND date.truncate('month', coalesce(k.for_month, $as_of))
        = date.truncate('month', coalesce(d.for_month, $as_of))
      AND k.for_month IS NOT NULL
  }
WITH u, p, overlap_from, stated, cited, regions, d
ORDER BY d.for_month, d.id
WITH u, p, overlap_from, stated, cited, regions, collect(d) AS paid
OPTIONAL MATCH (office:Department)-[:RUNS]->(p)
WITH u, p, overlap_from, stated, cited, regions, paid, office
ORDER BY office.id
WITH u, p, overlap_from, stated, cited, regions, paid, collect(DISTINCT office.id) AS departments
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       p.id AS programme,
       departments AS departments,
       u.region AS region,
       CASE size(paid)
         WHEN 0 THEN NULL
         ELSE reduce(total = 0, d IN paid | total + coalesce(d.amount, 0))
       END AS money,
       CASE stated WHEN 1 THEN 'hard' ELSE 'soft' END AS severity,
       regions AS regions,
       overlap_from AS overlap_from,
       overlap_from AS since,
       [d IN paid | d.id] AS payments,
       [d IN paid | d.amount] AS amounts,
       [d IN paid | d.id] AS excess,
       reduce(every = [d IN paid | d.origin], pair IN cited | every + pair) AS origins
ORDER BY unit, unit_id, programme
