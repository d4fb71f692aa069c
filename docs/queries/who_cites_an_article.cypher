// asks:       Which programmes and criteria rest on one article, and since when?
// asks.zh:    哪些项目和条件以某条文为依据？
// parameters: article
MATCH (x:Programme|Criterion)-[c:CITES]->(:Article {id: $article})
RETURN CASE WHEN x:Programme THEN 'programme' ELSE 'criterion' END AS kind,
       x.id AS id, x.zh AS zh, x.en AS en, c.since AS since, c.until AS until
ORDER BY kind, id, since, until
