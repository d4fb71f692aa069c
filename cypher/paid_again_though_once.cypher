// asks:     Who was paid again what is given once: for a dwelling, for a case, or in a lifetime?
// asks.zh:  哪些房屋、案件或个人重复得到了只给一次的救助？
// label:    Suspected second grant of what is given once
// label.zh: 疑似一次性救助重复发放
// finds:    duplicate
// key:      unit, unit_id, programme, beside, scope, thing
// evidence: payments, amounts, excess
// needs:    disbursement
// parameters: as_of
MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
WHERE c.how = 'once' AND da.status = 'success' AND db.status = 'success'
  AND da.for_month IS NOT NULL AND db.for_month <= $as_of
MATCH (da)-[:UNDER]->(a:Programme)-[x:COMBINES_WITH]->(b:Programme)
WHERE x.rule IN ['exclude', 'person_chooses']
  AND (x.scope IN ['dwelling', 'case'] OR x.period IN ['once', 'lifetime'])
MATCH (da)-[:PAID_TO]->(v:Household|Person)
MATCH (db)-[:PAID_TO]->(u:Household|Person)
MATCH (db)-[:UNDER]->(q:Programme)
WHERE q.id = b.id
  AND CASE x.scope
    WHEN 'dwelling' THEN da.aid_dwelling = db.aid_dwelling
    WHEN 'case' THEN da.aid_case = db.aid_case
    WHEN 'household' THEN da.household = db.household
    ELSE da.unit_id = db.unit_id
  END
  AND CASE x.period
    WHEN 'month' THEN date.truncate('month', coalesce(da.for_month, $as_of))
      = date.truncate('month', coalesce(db.for_month, $as_of))
    WHEN 'year' THEN date.truncate('year', coalesce(da.for_month, $as_of))
      = date.truncate('year', coalesce(db.for_month, $as_of))
    ELSE true
  END
  // Of one programme the first stands; its doubles in one name and month are another question's.
  AND (a.id <> b.id OR da.for_month < db.for_month
    OR (da.for_month = db.for_month AND da.id < db.id AND da.unit_id <> db.unit_id))
WITH a, b, x, u, da, db,
     CASE x.scope WHEN 'dwelling' THEN db.aid_dwelling WHEN 'case' THEN db.aid_case ELSE NULL END AS thing
ORDER BY db.for_month, db.id, da.for_month, da.id
WITH a, b, u, x.scope AS scope, thing, collect(DISTINCT x.source) AS articles,
     collect(DISTINCT da) AS first, collect(DISTINCT db) AS again
OPTIONAL MATCH (office:Department)-[:RUNS]->(p:Programme)
WHERE p.id IN [a.id, b.id]
WITH a, b, u, scope, thing, articles, first, again, office
ORDER BY office.id
WITH a, b, u, scope, thing, articles, first, again, collect(DISTINCT office.id) AS departments
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE u.household END AS household,
       b.id AS programme,
       a.id AS beside,
       departments AS departments,
       u.region AS region,
       reduce(total = 0, d IN again | total + d.amount) AS money,
       'hard' AS severity,
       scope AS scope,
       thing AS thing,
       head([d IN again | d.for_month]) AS since,
       [d IN first + again | d.id] AS payments,
       [d IN first + again | d.amount] AS amounts,
       [d IN again | d.id] AS excess,
       articles AS articles,
       [d IN first + again | d.origin] AS origins
ORDER BY unit, unit_id, programme, beside, scope, thing
