// asks:    Which applications are still open past the day they were due, and how late are they?
// asks.zh: 哪些申请已过法定办理期限仍未办结，超期多少天？
MATCH (w:Watermark)
MATCH (a:Application)-[:FOR]->(p:Programme)
WHERE a.decided_on IS NULL AND a.withdrawn_on IS NULL AND a.due_on < w.as_of
RETURN a.id AS application, p.id AS programme, a.accepted_on AS accepted_on, a.due_on AS due_on,
       duration.inDays(a.due_on, w.as_of).days AS days_late
ORDER BY days_late DESC, application
