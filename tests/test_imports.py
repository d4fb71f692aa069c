"""Imports go one way: api → audit → (cypher, matching) → graph_loader → ontology."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY = {
    "ontology": set(),
    "graph_loader": {"ontology"},
    "matching": {"graph_loader", "ontology"},
    "cypher": {"graph_loader", "ontology"},
    "audit": {"cypher", "matching", "graph_loader", "ontology"},
    "api": {"audit", "cypher", "matching", "graph_loader", "ontology"},
    "dashboards": set(),
    "demo": set(),
    "aidgraph": {
        "api", "audit", "cypher", "dashboards", "demo", "graph_loader", "matching", "ontology",
    },
}  # fmt: skip


def imported(text: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(text)))
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom) and not n.level}
    return {name.split(".")[0] for name in names} & MAY.keys()


def wrong_ways(folder: str, text: str) -> set[str]:
    return imported(text) - MAY[folder] - {folder}


@pytest.mark.parametrize("folder", sorted(MAY))
def test_a_folder_imports_only_what_lies_below_it(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    wrong = {str(f.relative_to(ROOT)): w for f in files if (w := wrong_ways(folder, f.read_text()))}
    assert wrong == {}


def test_a_wrong_direction_is_seen() -> None:
    assert wrong_ways("ontology", "from matching.decide import decide") == {"matching"}
    assert wrong_ways("demo", "def f():\n    import ontology.pack\n") == {"ontology"}
    assert wrong_ways("api", "import audit, polars") == set()
