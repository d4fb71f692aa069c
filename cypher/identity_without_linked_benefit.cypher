// asks:     Who holds an identity that opens a further benefit, qualifies for it and does not receive it?
// asks.zh:  哪些已认定身份的家庭或个人符合配套待遇的条件，却没有享受？
// label:    Suspected gap: identity held, linked benefit absent
// label.zh: 疑似应享未享（有身份无配套）
// finds:    gap
// key:      unit, unit_id, programme
// evidence: amount, identities
// needs:    enrolment
// complete: enrolment
// parameters: as_of
MATCH (i:Programme)-[:LINKED_TO]->(p:Programme)
MATCH (holder:Household|Person)-[held:ENROLLED_IN]->(i)
WHERE held.since <= $as_of - duration({months: 1})
  AND (held.until IS NULL OR held.until > $as_of)
MATCH (holder)-[m:HAS_MEMBER*0..1]-(u)-[q:QUALIFIES_FOR]->(p)
WHERE coalesce(q.after, 'kept') <> 'excluded'
  AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
WITH u, q, p, i, held
ORDER BY i.id, held.origin
WITH u, q, p, collect(DISTINCT i.id) AS identities, min(held.since) AS held_since,
     collect(DISTINCT held.origin) AS held_origins
// What is given once counts for as long as they have qualified; since when unknown, for ever.
WITH u, q, p, identities, held_since, held_origins,
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
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)<-[:BY]-(a:Application)-[:FOR]->(p)
    WHERE a.withdrawn_on IS NULL AND a.accepted_on <= $as_of
      AND ((a.decided_on IS NULL AND (a.due_on IS NULL OR a.due_on >= $as_of))
        OR (a.result = 'approved' AND a.decided_on > cycle))
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
OPTIONAL MATCH (p)<-[:RUNS]-(office:Department)
WITH u, q, p, identities, held_since, held_origins, office
ORDER BY office.id
WITH u, q, p, identities, held_since, held_origins, collect(DISTINCT office.id) AS departments
OPTIONAL MATCH (u)-[h:HAS_MEMBER]-()
WHERE h.until IS NULL OR h.until > $as_of
WITH u, q, p, identities, held_since, held_origins, departments, h.origin AS origin
ORDER BY origin
WITH u, q, p, identities, held_since, held_origins, departments, collect(DISTINCT origin) AS held
WITH u, q, p, identities, held_since, departments, held_origins + [u.origin] + held AS origins
OPTIONAL MATCH (p)-[c:CITES]->(art:Article)
WHERE (c.since IS NULL OR c.since <= $as_of) AND (c.until IS NULL OR c.until > $as_of)
  AND (art.in_force_from IS NULL OR art.in_force_from <= $as_of)
  AND (art.in_force_until IS NULL OR art.in_force_until > $as_of)
WITH u, q, p, identities, held_since, departments, origins, art
ORDER BY art.id
WITH u, q, p, identities, held_since, departments, origins, collect(DISTINCT art.id) AS articles
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       p.id AS programme,
       departments AS departments,
       u.region AS region,
       q.amount AS money,
       'hard' AS severity,
       q.amount AS amount,
       identities AS identities,
       coalesce(q.unmet_since, held_since + duration({months: 1})) AS since,
       q.unmet_at_least AS at_least,
       q.owed AS owed,
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
       origins AS origins
ORDER BY unit, unit_id, programme
