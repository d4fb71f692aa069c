// asks:     Which payments are for a month after the death of the person, or of a household's last member?
// asks.zh:  哪些发放所属的月份晚于本人（或家庭最后一名成员）死亡的月份？
// label:    Suspected payment after death
// label.zh: 疑似死亡后发放
// finds:    suspicion
// key:      unit, unit_id, programme
// evidence: died_on, payments, amounts, excess
// needs:    disbursement, death|cremation
CALL {
  MATCH (u:Person)
  WHERE u.dead_by IS NOT NULL
  RETURN u AS u, u.dead_by AS dead_by, u.died_on AS died_on, [u.death_origin] AS deaths
  UNION ALL
  MATCH (u:Household)-[:HAS_MEMBER]->(dead:Person)
  WHERE dead.dead_by IS NOT NULL
  WITH u, dead
  ORDER BY dead.id
  WITH u, max(dead.dead_by) AS dead_by, max(dead.died_on) AS latest, count(dead.id) AS several,
       count(dead.died_on) AS told, collect(dead.death_origin) AS deaths
  RETURN u AS u, dead_by AS dead_by, CASE WHEN told = several THEN latest END AS died_on,
         deaths AS deaths
}
MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p:Programme)
WHERE d.status = 'success'
  AND d.for_month >= date.truncate('month', dead_by) + duration({months: 1})
  AND NOT EXISTS {
    MATCH (u)-[m:HAS_MEMBER]->(alive:Person)
    WHERE (m.until IS NULL OR m.until > d.for_month)
      AND (alive.dead_by IS NULL
        OR alive.dead_by >= date.truncate('month', coalesce(d.for_month, dead_by)))
  }
OPTIONAL MATCH (d)-[:PAID_BY]->(office:Department)
WITH u, dead_by, died_on, deaths, p, d, min(office.id) AS paid_by
ORDER BY d.for_month, d.id
WITH u, dead_by, died_on, deaths, p, collect(d.id) AS payments, collect(d.amount) AS amounts,
     sum(d.amount) AS money, collect(DISTINCT d.for_month) AS months,
     collect(d.origin) AS origins, collect(DISTINCT paid_by) AS departments
OPTIONAL MATCH (home:Household)-[:HAS_MEMBER]->(u)
WITH u, dead_by, died_on, deaths, p, payments, amounts, money, months, origins, departments, home
ORDER BY home.id
WITH u, dead_by, died_on, p, payments, amounts, money, months, departments,
     [origin IN deaths WHERE origin IS NOT NULL] + origins AS origins,
     head(collect(home)) AS home
RETURN CASE WHEN u:Household THEN 'household' ELSE 'person' END AS unit,
       u.id AS unit_id,
       CASE WHEN u:Household THEN u.id ELSE coalesce(u.household, home.id) END AS household,
       p.id AS programme,
       departments AS departments,
       coalesce(u.region, home.region) AS region,
       money AS money,
       'hard' AS severity,
       died_on AS died_on,
       CASE WHEN died_on IS NULL THEN dead_by END AS dead_by,
       months AS months,
       payments AS payments,
       amounts AS amounts,
       payments AS excess,
       origins AS origins
ORDER BY unit, unit_id, programme
