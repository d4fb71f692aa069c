from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api import anchors, household_graph, service
from audit import figure_parts
from cypher.portable import check_files, slips

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
FILES = [
    *ROOT.glob("cypher/*.cypher"),
    *ROOT.glob("ontology/packs/*/questions/*.cypher"),
    *ROOT.glob("docs/queries/*.cypher"),
]

WRONG = {
    "MATCH (a)-[:R*]->(b) RETURN a.id AS id ORDER BY id": "endless path",
    "MATCH (a)-[r:R*2..]->(b) RETURN a.id AS id ORDER BY id": "endless path",
    "MATCH (a)-[:R*1..$n]->(b) RETURN a.id AS id ORDER BY id": "endless path",
    "MATCH ((a)-[:R]->(b)){1,3} RETURN a.id AS id ORDER BY id": "quantified path",
    "MATCH SHORTEST 1 (a)-[:R*1..3]->(b) RETURN a.id AS id ORDER BY id": "clause",
    "MATCH (n) RETURN n AS n ORDER BY n": "whole node",
    "MATCH (n)-[r:R]->() RETURN r AS edge ORDER BY edge": "whole node",
    "MATCH p = (n)-[:R]->() RETURN p AS p ORDER BY p": "whole node",
    "MATCH p = (n)-[:R]->() RETURN nodes(p) AS stops ORDER BY stops": "whole node",
    "MATCH (n) WITH n AS m RETURN m AS m ORDER BY m": "whole node",
    "MATCH (n) WITH n ORDER BY n.id RETURN collect(n) AS all ORDER BY all": "whole node",
    "MATCH (n) WITH n ORDER BY n.id WITH head(collect(n)) AS m RETURN m AS m ORDER BY m": (
        "whole node"
    ),
    "MATCH (n) RETURN n {.*} AS n ORDER BY n": "whole node",
    "MATCH (n) RETURN * ORDER BY n": "whole node",
    "MATCH (n) RETURN keys(n) AS k ORDER BY k": "function",
    "MATCH (n) RETURN properties(n) AS k ORDER BY k": "function",
    "MATCH (n) RETURN id(n) AS k ORDER BY k": "function",
    "MATCH (n) RETURN elementId(n) AS k ORDER BY k": "function",
    "MATCH (n) RETURN percentileCont(n.x, 0.5) AS k ORDER BY k": "function",
    "MATCH (n) WHERE exists(n.x) RETURN n.x AS k ORDER BY k": "function",
    "MATCH (n) RETURN round(n.x) AS k ORDER BY k": "function",
    "MATCH (n) RETURN duration.between(n.a, n.b) AS k ORDER BY k": "function",
    "MATCH (n) RETURN (n.a + n.b).months AS k ORDER BY k": "duration part",
    "MATCH (n) WHERE n.since < datetime() RETURN n.id AS k ORDER BY k": "function",
    "MATCH (n) RETURN localdatetime($d) AS k ORDER BY k": "function",
    "MATCH (n) RETURN apoc.text.join(n.a, ',') AS k ORDER BY k": "plug-in",
    "MATCH (n) RETURN n.size + count(*) AS k ORDER BY k": "mixed aggregate",
    "MATCH (n) RETURN n.id AS id, sum(n.x) / n.size AS k ORDER BY id": "mixed aggregate",
    "MATCH (n) WITH CASE WHEN count(*) > 1 THEN n.x ELSE 0 END AS k RETURN k AS k ORDER BY k": (
        "mixed aggregate"
    ),
    "MATCH (n) RETURN n.title AS k ORDER BY k": "made-up property",
    "MATCH (n) WHERE n.since = '2026-01-31' RETURN n.id AS k ORDER BY k": "date as text",
    'MATCH (n) WHERE n.since < "2026-01" RETURN n.id AS k ORDER BY k': "date as text",
    "MATCH (n) WHERE n.a != 1 RETURN n.id AS k ORDER BY k": "unequal",
    "MATCH (n:H&!P) RETURN n.id AS k ORDER BY k": "label algebra",
    "MATCH (n:H WHERE n.a = 1) RETURN n.id AS k ORDER BY k": "inner WHERE",
    "MATCH (n)-[r:R WHERE r.a = 1]->() RETURN n.id AS k ORDER BY k": "inner WHERE",
    "MATCH (n) WHERE 1 < n.a < 3 RETURN n.id AS k ORDER BY k": "chained comparison",
    "MATCH (n) WHERE 1 <= n.a <= $b RETURN n.id AS k ORDER BY k": "chained comparison",
    "MATCH (n) WHERE size((n)-[:R]->()) > 1 RETURN n.id AS k ORDER BY k": "counted pattern",
    "RETURN COLLECT { MATCH (n) RETURN n.id AS x } AS k ORDER BY k": "collected query",
    "RETURN COUNT { MATCH (n) RETURN DISTINCT n.a AS a } AS k ORDER BY k": "collected query",
    "MATCH (n:户) RETURN n.id AS k ORDER BY k": "bare letters",
    "MATCH (n) WHERE n.a > 1_000 RETURN n.id AS k ORDER BY k": "spaced number",
    "MATCH (n) RETURN n.a AS a, count(*) AS n ORDER BY count(*)": "sorted aggregate",
    "MATCH (n) RETURN n.id ORDER BY n.id": "no name",
    "MATCH (n) WITH n.id RETURN 1 AS k ORDER BY k": "no name",
    "MATCH (n) RETURN n.id AS k": "no order",
    "MATCH (n) RETURN n.id AS k LIMIT 5": "no order",
    "MATCH (n) RETURN collect(n.id) AS k ORDER BY k": "no order",
    "MATCH (n) WITH n ORDER BY n.id MATCH (n)-->(m) RETURN collect(m.id) AS k ORDER BY k": (
        "no order"
    ),
    "MATCH (d:D) MATCH (u:H)<-[:TO]-(d)-[:OF]->(p:P) RETURN u.id AS id ORDER BY id": "begun far",
    "MATCH (d:D) WITH d MATCH (:H)<-[:TO]-(d)-->(p) RETURN p.id AS id ORDER BY id": "begun far",
    "MATCH (u)<-[:TO]-(d) WITH d MATCH (u)<-[:TO]-(d)-->(p) RETURN p.id AS id ORDER BY id": (
        "begun far"
    ),
    "MATCH (n) SET n.a = 1 RETURN n.id AS k ORDER BY k": "clause",
    "MERGE (n:H {id: 1}) RETURN n.id AS k ORDER BY k": "clause",
    "LOAD CSV FROM $f AS r RETURN r AS r ORDER BY r": "clause",
    "USE other MATCH (n) RETURN n.id AS k ORDER BY k": "clause",
    "CALL db.labels() YIELD label RETURN label AS k ORDER BY k": "procedure",
    "RETURN 1 AS k ORDER BY k; RETURN 2 AS k ORDER BY k": "second statement",
}
RIGHT = [
    "MATCH (a)-[m:R*0..1]-() WHERE all(r IN m WHERE r.u IS NULL) RETURN a.id AS id ORDER BY id",
    "MATCH (a)-[:R*3]->(b) RETURN a.id AS id ORDER BY id",
    "MATCH (a:H|P) WHERE a.x <> 1 AND a.y < 3 AND 2 < a.y RETURN a.id AS id ORDER BY id",
    "MATCH (a)<-[:R]-(b)-->(c) WHERE a.x > 1 AND b.x < 2 * -c.x RETURN a.id AS id ORDER BY id",
    "MATCH (a) WHERE a.name_masked STARTS WITH '2026' RETURN a.id AS id ORDER BY id",
    "MATCH (a) WHERE a.since = date('2026-01-31') RETURN type(a.x) AS id ORDER BY id",
    "MATCH (a) WITH a ORDER BY a.id RETURN collect(a.id) AS ids, count(a) AS n ORDER BY n",
    "MATCH (a) RETURN CASE WHEN a:H THEN 'h' ELSE 'p' END AS k, [a.x][0..1] AS l ORDER BY k",
    "CALL { MATCH (a) RETURN a AS a } WITH a WHERE a.x = 1 RETURN a.id AS id ORDER BY id",
    "MATCH (a) RETURN COUNT { MATCH (a)-[:R]->(b) WHERE b.x < 1 } AS n ORDER BY n DESC LIMIT 5",
    "MATCH (n) WITH n.id AS n RETURN n AS n ORDER BY n",
    "MATCH (d:D) MATCH (d)-[:TO]->(u:H) MATCH (d)-->(p) RETURN p.id AS id ORDER BY id",
    "MATCH (d:D) MATCH (u:H)-[:HAS]->(x)-[:OF]->(d) RETURN u.id AS id ORDER BY id",
    "MATCH (d:D) MATCH (u:H {id: d.h})<-[:TO]-(d)-->(p) RETURN p.id AS id ORDER BY id",
    "MATCH (d:D), (u:H)<-[:TO]-(e)-->(p), (x) RETURN u.id AS id ORDER BY id",
    "MATCH (n) RETURN n.size AS size, n.size + count(*) AS k, sum(n.a * n.b) AS s ORDER BY size",
    "MATCH (n) WITH n ORDER BY n.a WITH n, [d IN collect(n.a) | d.x] AS l RETURN l AS l ORDER BY l",
    "MATCH (n) WITH n, n.a + count { MATCH (n)-->(m) WHERE m.x = 1 } AS c RETURN c AS c ORDER BY c",
    "MATCH (n) WHERE n.a + duration({months: 1}) > $b RETURN [x IN n.l | x] AS l ORDER BY l",
    "// label: a header that refines\n// law: A-1\n",
    "RETURN 'a != b; id(n)' AS k /* keys(n) */ ORDER BY k // title",
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_every_question_says_the_same_to_both_stores(file: Path) -> None:
    assert check_files(file) == []


def test_all_questions_were_found() -> None:
    assert len(FILES) >= 28


@pytest.mark.parametrize(("text", "name"), WRONG.items(), ids=range(len(WRONG)))
def test_what_is_not_alike_is_named(text: str, name: str) -> None:
    assert {slip.name for slip in slips(text)} == {name}


@pytest.mark.parametrize("text", RIGHT, ids=range(len(RIGHT)))
def test_what_is_alike_passes(text: str) -> None:
    assert slips(text) == []


def test_a_slip_names_file_line_and_way_out(tmp_path: Path) -> None:
    file = tmp_path / "wrong.cypher"
    text = (
        "// asks: who?\nMATCH (n)\nWHERE n.a != 1\n  AND n.b = 2\nRETURN id(n) AS k\nORDER BY k\n"
    )
    file.write_text(text, encoding="utf-8")
    assert check_files(file) == [
        f"{file}:3: unequal: `!=` is an error on Neo4j: write `<>`.",
        f"{file}:5: function: `id` is a number of the store's own: use the property `id`.",
    ]


@pytest.mark.parametrize("module", [figure_parts, household_graph, anchors, service])
def test_every_query_in_the_code_says_the_same_to_both_stores(module: ModuleType) -> None:
    queries = [text for text in vars(module).values() if str(text).lstrip().startswith("MATCH")]
    assert queries
    assert [slip for query in queries for slip in slips(query)] == []
