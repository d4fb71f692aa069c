// asks:    Which payments to a person were made after that person's death?
// asks.zh: 哪些款项是在本人死亡之后发放的？
MATCH (d:Disbursement)-[:PAID_TO]->(p:Person)
MATCH (d)-[:UNDER]->(g:Programme)
WHERE d.status = 'success' AND d.paid_on > p.died_on
RETURN p.id AS person, p.died_on AS died_on, g.id AS programme, d.paid_on AS paid_on,
       d.amount AS fen, duration.inDays(p.died_on, d.paid_on).days AS days_after
ORDER BY person, paid_on, programme
