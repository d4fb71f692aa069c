// asks:    Which accounts take money of more than one family?
// asks.zh: 哪些账户收取多户家庭的资金？
MATCH (d:Disbursement)-[:INTO]->(a:Account)
WHERE d.household IS NOT NULL
WITH a, d
ORDER BY d.household
WITH a, collect(DISTINCT d.household) AS households, sum(d.amount) AS fen
WHERE size(households) > 1
RETURN a.id AS account, households AS households, fen AS fen
ORDER BY size(households) DESC, account
