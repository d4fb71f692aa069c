// asks:     Whose household was split off, or joined by a stranger, within six months before it asked for aid?
// asks.zh:  哪些家庭在申请或纳入救助前六个月内分户（亲属仍同住一地）或加入了无亲属关系的人？
// label:    Suspected household split or joined for aid
// label.zh: 疑似拆户或拼户
// finds:    suspicion
// key:      unit, unit_id, programme
// evidence: how, moved_on, asked_on, persons
// needs:    enrolment
// parameters: as_of
CALL {
  MATCH (h:Household)-[e:ENROLLED_IN]->(p:Programme)
  WHERE p.unit = 'household' AND e.since <= $as_of AND (e.until IS NULL OR e.until > $as_of)
  RETURN h AS h, p AS p, e.since AS asked_on, e.origin AS asked
  UNION ALL
  MATCH (w:Application)-[:FOR]->(p:Programme)
  WHERE p.unit = 'household' AND w.accepted_on <= $as_of AND w.withdrawn_on IS NULL
    AND w.accepted_on > $as_of - duration({months: 12}) AND coalesce(w.result, '') <> 'refused'
  MATCH (w)-[:BY]->(u:Household|Person)
  MATCH (h:Household)-[m:HAS_MEMBER*0..1]->(u)
  WHERE all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  RETURN h AS h, p AS p, w.accepted_on AS asked_on, w.origin AS asked
}
MATCH (h)-[m:HAS_MEMBER]->(x:Person)
WHERE (m.until IS NULL OR m.until > $as_of)
  AND m.since <= asked_on AND m.since > asked_on - duration({months: 6})
WITH h, p, asked_on, asked, m, x,
     // Everyone came lately: a new household beside that of close kin, in one place.
     NOT EXISTS {
       MATCH (h)-[o:HAS_MEMBER]->(:Person)
       WHERE (o.until IS NULL OR o.until > $as_of)
         AND (o.since IS NULL OR o.since <= asked_on - duration({months: 6}))
     } AND EXISTS {
       MATCH (x)-[k:KIN]-(:Person)<-[n:HAS_MEMBER]-(g:Household)
       WHERE k.kind IN ['spouse', 'parent', 'child'] AND g.id <> h.id AND g.lives_in = h.lives_in
         AND n.since < m.since AND (n.until IS NULL OR n.until > $as_of)
     } AS split,
     // Said to be nobody's relative, and no kin in the household that was there before.
     m.relation = 'other' AND EXISTS {
       MATCH (h)-[o:HAS_MEMBER]->(:Person)
       WHERE (o.until IS NULL OR o.until > $as_of) AND o.since <= asked_on - duration({months: 6})
     } AND NOT EXISTS {
       MATCH (x)-[:KIN*1..3]-(:Person)<-[o:HAS_MEMBER]-(h)
       WHERE o.until IS NULL OR o.until > $as_of
     } AS joined
WHERE split OR joined
WITH h, p, asked_on, asked, CASE WHEN split THEN 'split' ELSE 'joined' END AS how, m, x
ORDER BY asked_on DESC, asked, how, m.since, x.id
WITH h, p, collect(how) AS hows, collect(m.since) AS days, collect(asked_on) AS asks,
     collect(DISTINCT x.id) AS persons, collect(DISTINCT asked) + collect(DISTINCT m.origin) AS origins
OPTIONAL MATCH (p)<-[:RUNS]-(office:Department)
WITH h, p, hows, days, asks, persons, origins, office
ORDER BY office.id
WITH h, p, hows, days, asks, persons, origins, collect(DISTINCT office.id) AS departments
RETURN 'household' AS unit,
       h.id AS unit_id,
       h.id AS household,
       p.id AS programme,
       departments AS departments,
       h.region AS region,
       NULL AS money,
       'soft' AS severity,
       head(hows) AS how,
       head(days) AS moved_on,
       head(asks) AS asked_on,
       head(asks) AS since,
       persons AS persons,
       [] AS excess,
       origins AS origins
ORDER BY unit, unit_id, programme
