// asks:    Which payments to a person were made after that person's death?
// asks.zh: 哪些款项是在本人死亡之后发放的？
MATCH (d:Disbursement)-[:PAID_TO]->(p:Person)
MATCH (d)-[:UNDER]->(g:Programme)
WHERE d.status = 'success' AND d.paid_on > p.dead_by
RETURN p.id AS person, p.dead_by AS dead_by, g.id AS programme, d.paid_on AS paid_on,
       d.amount AS fen, duration.inDays(p.dead_by, d.paid_on).days AS days_after
ORDER BY person, paid_on, programme
