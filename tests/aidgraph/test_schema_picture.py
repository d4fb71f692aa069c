"""The picture of the schema is the one that the schema gives, with everything that it declares."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from aidgraph import schema_picture
from aidgraph.schema_picture import picture
from graph_loader.schema import EDGES, NODES, Edge
from tests.aidgraph.conftest import Call

KEPT = Path(__file__).parents[2] / "docs" / "schema.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_that_is_kept_is_the_one_that_the_schema_gives() -> None:
    way = "Draw it anew: `aidgraph store schema --svg docs/schema.svg`, and look at it."
    assert KEPT.read_text(encoding="utf-8") == picture(), way


def test_every_label_verb_and_property_is_in_it_in_both_languages() -> None:
    texts = [text.text or "" for text in ET.fromstring(picture()).iter(f"{SVG}text")]  # noqa: S314
    for node in NODES:
        if node.name != "Watermark":
            assert {node.name, node.zh} <= set(texts)
    for edge in EDGES:
        assert f"{edge.name} {edge.zh}" in texts
    words = {word for text in texts for word in text.split(", ")}
    held = {name for node in NODES if node.name != "Watermark" for name in node.columns}
    held |= {name for edge in EDGES for name in edge.properties}
    assert held <= {word.rstrip(",") for word in words}


def test_an_edge_without_a_place_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    more = (*EDGES, Edge("Act", "REPEALS", "Act", "废止", "repeals"))
    monkeypatch.setattr(schema_picture, "EDGES", more)
    with pytest.raises(KeyError, match="Act"):
        picture()


def test_the_command_draws_prints_and_tells_machines(tmp_path: Path, call: Call) -> None:
    file = tmp_path / "drawn.svg"
    assert call(tmp_path, "store", "schema", "--svg", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == picture()
    said = call(tmp_path, "store", "schema").out
    assert "(:Household)-[:HAS_MEMBER {relation, since, until, counted, origin}]->(:Person)" in said
    told = json.loads(call(tmp_path, "store", "schema", "--json").out)
    assert [len(told[of]) for of in ("nodes", "edges")] == [len(NODES), len(EDGES)]
