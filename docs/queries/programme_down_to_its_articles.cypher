// asks:       What does a programme require, down to the articles of each criterion?
// asks.zh:    一个项目要求哪些条件，各条件依据哪些条文？
// parameters: programme
MATCH (:Programme {id: $programme})-[:REQUIRES*1..6]->(c:Criterion)
WITH DISTINCT c
OPTIONAL MATCH (c)-[:CITES]->(a:Article)-[:OF]->(act:Act)
WITH c, a, act
ORDER BY a.id, act.id
RETURN c.id AS criterion, c.zh AS zh, c.en AS en, collect(DISTINCT a.id) AS articles,
       collect(DISTINCT act.id) AS acts
ORDER BY criterion
