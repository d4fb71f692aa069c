// asks:     Which payment was sent twice, once in the name of the household and once of a member?
// asks.zh:  哪些发放同一笔款项分别以家庭和成员（或两名成员）名义发了两次？
// label:    Suspected payment sent twice
// label.zh: 疑似同一笔重复发送
// finds:    duplicate
// key:      unit, unit_id, programme, month
// evidence: payments, amounts, excess
// needs:    disbursement
// parameters: as_of
MATCH (da:Disbursement)-[c:COINCIDES_WITH]-(db:Disbursement)
// Twice in one name is found by same_programme_same_month; here the names differ, all else is one.
WHERE c.how = 'sent_twice' AND da.status = 'success' AND db.status = 'success'
  AND da.amount = db.amount
  AND coalesce(da.account = db.account, da.batch = db.batch AND da.payee = db.payee)
  AND NOT coalesce(da.payee <> db.payee, false)
  AND da.paid_on <= db.paid_on + duration({days: 10})
  AND db.paid_on <= da.paid_on + duration({days: 10})
MATCH (da)-[:PAID_TO]->(u:Household|Person)
MATCH (da)-[:UNDER]->(p:Programme)
MATCH (db)-[:PAID_TO]->(v:Household|Person)
MATCH (db)-[:UNDER]->(q:Programme)
WHERE q.id = p.id AND (u.id <> v.id OR (u:Household AND v:Person) OR (u:Person AND v:Household))
  AND date.truncate('month', coalesce(da.for_month, $as_of))
    = date.truncate('month', coalesce(db.for_month, $as_of))
  AND da.for_month <= $as_of AND db.for_month <= $as_of
MATCH (h:Household)-[m:HAS_MEMBER*0..1]->(u)
MATCH (h)-[n:HAS_MEMBER*0..1]->(v)
WHERE (u:Household OR v:Household OR p.unit = 'household')
  AND all(r IN m WHERE r.until IS NULL OR r.until > da.for_month)
  AND all(r IN n WHERE r.until IS NULL OR r.until > db.for_month)
WITH h, p, date.truncate('month', coalesce(da.for_month, $as_of)) AS month, u, da
ORDER BY da.amount DESC, da.id
// Of each name the payment that same_programme_same_month keeps: no surplus is counted twice.
WITH h, p, month, u, head(collect(da)) AS d
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH h, p, month, d, CASE WHEN u:Household THEN 0 ELSE 1 END AS place, min(office.id) AS paid_by
ORDER BY place, d.id
WITH h, p, month, collect(d) AS paid, collect(DISTINCT paid_by) AS departments
WHERE size(paid) > 1
RETURN 'household' AS unit,
       h.id AS unit_id,
       h.id AS household,
       p.id AS programme,
       month AS month,
       departments AS departments,
       h.region AS region,
       reduce(total = 0, d IN paid[1..] | total + d.amount) AS money,
       'hard' AS severity,
       [d IN paid | d.id] AS payments,
       [d IN paid | d.amount] AS amounts,
       [d IN paid[1..] | d.id] AS excess,
       [d IN paid | d.origin] AS origins
ORDER BY unit, unit_id, programme, month
