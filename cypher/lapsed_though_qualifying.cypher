// asks:     Whose enrolment ended within the last six months although they still qualify?
// asks.zh:  哪些家庭或个人近六个月内退出了某项目，而按现有数据仍符合条件？
// label:    Suspected gap: enrolment ended, still qualifies
// label.zh: 疑似应救未救（退出后仍符合条件）
// finds:    gap
// key:      unit, unit_id, programme
// evidence: amount, ended_on, end_reason
// needs:    enrolment, application
// complete: enrolment, application
// parameters: as_of
MATCH (u:Household|Person)-[q:QUALIFIES_FOR]->(p:Programme)
// Who left longer ago is looked for by never_applied; whoever was refused since, by
// refused_though_qualifying; whoever asked again, by application_overdue once that is late.
WHERE coalesce(q.after, 'kept') <> 'excluded'
  // What is given once does not lapse.
  AND coalesce(p.period, 'month') <> 'once'
// What is given once counts for as long as they have qualified; since when unknown, for ever.
WITH u, q, p,
     CASE p.period
       WHEN 'once' THEN coalesce(q.since - duration({days: 1}), $as_of - duration({years: 100}))
       WHEN 'year' THEN $as_of - duration({months: 12})
       ELSE $as_of - duration({months: 1})
     END AS cycle
WHERE NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)-[e:ENROLLED_IN]->(p)
    WHERE (e.since IS NULL OR e.since <= $as_of)
      AND (e.until IS NULL OR e.until > CASE p.period WHEN 'once' THEN cycle ELSE $as_of END)
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p)
    WHERE d.status = 'success' AND d.for_month <= $as_of
      AND (d.for_month > cycle OR (d.paid_on > cycle AND d.paid_on <= $as_of))
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)<-[:BY]-(w:Application)-[:FOR]->(p)
    WHERE w.withdrawn_on IS NULL AND w.accepted_on <= $as_of
      AND (w.decided_on IS NULL OR (w.result = 'approved' AND w.decided_on > cycle))
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)<-[:BY]-(w:Application)-[:FOR]->(p)
    WHERE w.withdrawn_on IS NULL AND w.accepted_on <= $as_of AND w.result = 'refused'
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
      AND NOT EXISTS {
        MATCH (x)-[e:ENROLLED_IN]->(p)
        WHERE e.until <= $as_of AND e.until > w.decided_on
      }
  }
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)-[e:ENROLLED_IN]->(:Programme)-[:LINKED_TO]->(p)
    WHERE (e.since IS NULL OR e.since <= $as_of) AND (e.until IS NULL OR e.until > $as_of)
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
  // What an identity opens follows from it: whoever lacks the identity is found for that alone.
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)-[:QUALIFIES_FOR]->(:Programme)-[:LINKED_TO]->(p)
    WHERE all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
MATCH (u)-[m:HAS_MEMBER*0..1]-(x)-[e:ENROLLED_IN]->(p)
WHERE e.until <= $as_of AND e.until > $as_of - duration({months: 6})
  AND (e.since IS NULL OR e.since < e.until)
  AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
WITH u, q, p, e.until AS ended_on, e.end_reason AS end_reason, e.origin AS origin
ORDER BY ended_on DESC, origin
WITH u, q, p, collect(ended_on) AS days, collect(coalesce(end_reason, '')) AS reasons,
     collect(DISTINCT origin) AS origins
WITH u, q, p, head(days) AS ended_on, head(reasons) AS reason, origins
OPTIONAL MATCH (p)<-[:RUNS]-(office:Department)
WITH u, q, p, ended_on, reason, origins, office
ORDER BY office.id
WITH u, q, p, ended_on, reason, origins, collect(DISTINCT office.id) AS departments
OPTIONAL MATCH (u)-[h:HAS_MEMBER]-()
WHERE h.until IS NULL OR h.until > $as_of
WITH u, q, p, ended_on, reason, origins, departments, h.origin AS origin
ORDER BY origin
WITH u, q, p, ended_on, reason, origins, departments, collect(DISTINCT origin) AS held
OPTIONAL MATCH (p)-[c:CITES]->(art:Article)
WHERE (c.since IS NULL OR c.since <= $as_of) AND (c.until IS NULL OR c.until > $as_of)
  AND (art.in_force_from IS NULL OR art.in_force_from <= $as_of)
  AND (art.in_force_until IS NULL OR art.in_force_until > $as_of)
WITH u, q, p, ended_on, reason, origins, departments, held, art
ORDER BY art.id
WITH u, q, p, ended_on, reason, origins, departments, held, collect(DISTINCT art.id) AS articles
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       p.id AS programme,
       departments AS departments,
       u.region AS region,
       q.amount AS money,
       CASE WHEN q.since < ended_on THEN 'hard' ELSE 'soft' END AS severity,
       q.amount AS amount,
       ended_on AS ended_on,
       CASE reason WHEN '' THEN NULL ELSE reason END AS end_reason,
       ended_on AS since,
       COUNT {
         MATCH (u)-[m:HAS_MEMBER*0..1]->(v:Person)
         WHERE (v.birth_date > $as_of - duration({years: 18})
             OR v.birth_date <= $as_of - duration({years: 60}))
           AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
       } AS vulnerable,
       CASE
         WHEN p.period = 'once' AND q.since IS NOT NULL THEN q.since
         ELSE $as_of - duration({months: CASE p.period WHEN 'year' THEN 12 ELSE 1 END})
           + duration({days: 1})
       END AS absent_from,
       articles AS articles,
       origins + [u.origin] + held AS origins
ORDER BY unit, unit_id, programme
