// asks:     Into which account was aid of three or more households paid who are not related?
// asks.zh:  哪些账户收到了三户以上互无亲属关系家庭的救助资金？
// label:    Suspected one account for unrelated households
// label.zh: 疑似多户共用一个账户
// finds:    duplicate
// key:      account
// evidence: households
// needs:    disbursement
// parameters: as_of
MATCH (d:Disbursement)-[c:COINCIDES_WITH]-(:Disbursement)
WHERE c.how = 'one_account'
MATCH (d)-[:INTO]->(a:Account)
WITH DISTINCT a
MATCH (a)<-[:INTO]-(d:Disbursement)-[:PAID_TO]->(u:Household|Person)
WHERE d.status = 'success' AND d.for_month <= $as_of
  AND d.for_month > $as_of - duration({months: 12})
MATCH (h:Household)-[m:HAS_MEMBER*0..1]->(u)
WHERE all(r IN m WHERE (r.since IS NULL OR r.since <= $as_of)
  AND (r.until IS NULL OR r.until > $as_of))
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH a, h, d, min(office.id) AS paid_by
ORDER BY d.for_month DESC, d.id
WITH a, h, head(collect(d.origin)) AS latest, sum(d.amount) AS paid,
     collect(DISTINCT paid_by) AS offices
ORDER BY h.id
WITH a, collect(h.id) AS found, collect(h.region) AS places, collect(latest) AS origins,
     sum(paid) AS paid_year, collect(offices) AS groups
WHERE size(found) > 2
UNWIND found AS of
MATCH (h:Household {id: of})
// Kin by blood or marriage at two removes, whichever household they live in.
OPTIONAL MATCH (h)-[m:HAS_MEMBER]->(:Person)-[:KIN*1..2]-(y:Person)<-[n:HAS_MEMBER]-(g:Household)
WHERE g.id IN found AND (m.until IS NULL OR m.until > $as_of)
  AND (n.until IS NULL OR n.until > $as_of)
WITH a, found, places, origins, paid_year, groups, h, g
ORDER BY h.id, g.id
WITH a, found, places, origins, paid_year, groups, h.id AS home, collect(DISTINCT g.id) AS near
ORDER BY home
WITH a, found, places, origins, paid_year, groups, collect({h: home, near: near}) AS kin
// Households that are kin, directly or through others on the account, are one group.
WITH a, found, places, origins, paid_year, groups,
     reduce(families = [], e IN kin |
       [f IN families WHERE none(x IN f WHERE x IN e.near)]
       + [reduce(one = [e.h], f IN [f IN families WHERE any(x IN f WHERE x IN e.near)] | one + f)]
     ) AS families
WHERE size(families) > 2
RETURN 'household' AS unit,
       head(found) AS unit_id,
       head(found) AS household,
       NULL AS programme,
       a.id AS account,
       reduce(l = [], g IN groups | l + [o IN g WHERE NOT o IN l]) AS departments,
       CASE
         WHEN size(places) = size(found) AND all(place IN places WHERE place = head(places))
           THEN head(places)
         ELSE NULL
       END AS region,
       NULL AS money,
       'soft' AS severity,
       found AS households,
       size(families) AS families,
       paid_year AS paid_year,
       [] AS excess,
       origins AS origins
ORDER BY account
