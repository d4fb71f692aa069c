from __future__ import annotations

import pytest

from cypher.guard import GuardError, judge
from cypher.question import CORE, questions

READS = [
    "MATCH (h:Household) RETURN h.id AS id ORDER BY id",
    "MATCH (h:Household {id: $id})-[m:HAS_MEMBER*0..1]-(p) RETURN p.id AS id, size(m) AS n",
    "MATCH (h) WHERE h.set = 'CREATE (n)' AND h:Set RETURN h.`drop` AS x",
    "OPTIONAL MATCH (d:Disbursement) RETURN date.truncate('month', d.for_month) AS month",
    "CALL { MATCH (h) RETURN h AS h UNION ALL MATCH (p) RETURN p AS h } RETURN count(h) AS n",
    "UNWIND [x IN range(1, 3) | x * 2] AS y RETURN sum(y) AS total",
    'RETURN "a;b" AS semicolon',
]
REFUSED = [
    ("", "Nothing is asked"),
    ("   // only a comment", "Nothing is asked"),
    ("CREATE (n)", "`CREATE` cannot begin"),
    ("MATCH (n) SET n.x = 1 RETURN n.x AS x", "`SET`"),
    ("MATCH (n) ſET n.x = 1 RETURN n.x AS x", "`ſET`"),
    ("MATCH (n) DETACH DELETE n RETURN 1 AS x", "`DETACH`"),
    ("MATCH (n) WHERE n.x = 1.SET n.y = 2 RETURN 1 AS x", "`SET`"),
    ("MATCH (n) /* quiet */ MERGE (m:M {id: 1}) RETURN 1 AS x", "`MERGE`"),
    ("MATCH (n) // quiet\rREMOVE n.x RETURN 1 AS x", "`REMOVE`"),
    ("LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r AS r", "`LOAD` cannot begin"),
    ("MATCH (n) LOAD CSV FROM 'x' AS r RETURN r AS r", "`LOAD`"),
    ("CALL dbms.listConfig() YIELD name RETURN name AS name", "`CALL` at 0"),
    ("CALL `dbms`.listConfig() RETURN 1 AS x", "`CALL` at 0"),
    ("MATCH (n) CALL { WITH n DELETE n } IN TRANSACTIONS RETURN 1 AS x", "`DELETE`"),
    ("USE neo4j MATCH (n) RETURN n.id AS id", "`USE` cannot begin"),
    ("SHOW SETTINGS", "`SHOW` cannot begin"),
    ("TERMINATE TRANSACTIONS 'x'", "`TERMINATE` cannot begin"),
    ("MATCH (n) RETURN n.id AS id; MATCH (n) DELETE n", "one statement"),
    ("MATCH (n) WHERE n.id = '\\u0027 CREATE (m) //' RETURN 1 AS x", "backslash"),
    ("MATCH (n) \\u0053ET n.x = 1 RETURN 1 AS x", "backslash"),
    ("MATCH (n) RETURN apoc.load.json('http://x') AS x", "No function `apoc.load.json`"),
    ("MATCH (n) RETURN `apoc`.load.json('http://x') AS x", "No function `apoc.load.json`"),
    ("MATCH (n) RETURN genai('x') AS x", "No function `genai`"),
    ("MATCH (n) WHERE n.x = 'open RETURN 1 AS x", "not closed"),
    ("MATCH (n) /* open RETURN 1 AS x", "comment at 10 is not closed"),
    ("MATCH (a)-[:R*]->(b) RETURN b.id AS id", "path without an end"),
    ("MATCH (a)-[:R*2..]->(b) RETURN b.id AS id", "path without an end"),
    ("MATCH (a)-[:R*1..99]->(b) RETURN b.id AS id", "path without an end"),
    ("MATCH (n)", "end with RETURN"),
    ("EXPLAIN MATCH (n) RETURN n.id AS id", "`EXPLAIN` cannot begin"),
    ("MATCH (n) RETURN n.id AS id " + " " * 30_000, "at most 30000"),
]


@pytest.mark.parametrize("text", READS)
def test_a_reading_question_passes_unchanged(text: str) -> None:
    assert judge(text) == text


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_could_do_more_than_read_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(GuardError, match=says):
        judge(text)


def test_comments_do_not_reach_the_engine() -> None:
    assert judge("MATCH (n) // who\nRETURN n.id AS id /* all */") == (
        "MATCH (n)  \nRETURN n.id AS id  "
    )


@pytest.mark.parametrize("name", sorted(questions(CORE)))
def test_our_own_questions_pass_their_own_guard(name: str) -> None:
    assert "RETURN" in judge(questions(CORE)[name].text)
