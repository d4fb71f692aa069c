from __future__ import annotations

from pathlib import Path

import pytest

from ontology.linking import bits, read_linking
from ontology.vocabulary import Item, Vocabulary

CHINA = Path(__file__).parents[2] / "ontology" / "packs" / "china" / "linking.yaml"
LINES = """\
prior: 0.001
threshold: 0.9
doubt: 0.1
margin: 3
keep: [[name, number]]
fields:
  birth_date: [birth_date]
variants: [峰峯]
compare:
  name:
    levels:
      - {is: the_same, same: name, m: 0.9, u: 0.1, zh: 相同, en: the same}
      - {is: other, else: true, m: 0.1, u: 0.9}
needs:
  name: [the_same]
block:
  - [name, birth_date]
"""
BIRTH = Item(
    name="birth_date", unit_of="person", datatype="date", label={"zh": "出生日期", "en": "birth"}
)
VOCABULARY = Vocabulary(items={"birth_date": BIRTH}, kinds={})


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    path = folder / "linking.yaml"
    path.write_text(text, encoding="utf-8")
    linking, found = read_linking(path, VOCABULARY)
    assert (linking is None) == bool(found)
    return [(fault.line, fault.says) for fault in found]


def test_a_level_weighs_what_its_chances_say(tmp_path: Path) -> None:
    assert faults(tmp_path, LINES) == []
    linking, _ = read_linking(tmp_path / "linking.yaml", VOCABULARY)
    assert linking is not None
    levels = linking.comparisons[0].levels
    assert [level.weight for level in levels] == [3170, -3170]  # log2 of 9, and of its inverse
    assert [level.label["zh"] for level in levels] == ["相同", "other"]
    assert bits(linking.threshold) == 3170


def test_a_pack_without_the_file_links_by_numbers_alone(tmp_path: Path) -> None:
    assert read_linking(tmp_path / "linking.yaml", VOCABULARY) == (None, [])


def test_the_shipped_weights_have_no_fault() -> None:
    linking, found = read_linking(CHINA)
    assert found == []
    assert linking is not None
    assert [c.name for c in linking.comparisons][:3] == ["name", "number", "birth_date"]


@pytest.mark.parametrize(
    ("instead", "of", "line", "says"),
    [
        ("priors: 0.1", "prior: 0.001", 1, "no word `priors` here. Did you mean `prior`?"),
        ("prior: 1.5", "prior: 0.001", 1, "`prior` is a number above 0 and below 1"),
        ("prior: much", "prior: 0.001", 1, "`prior` is a number above 0 and below 1"),
        ("margin: 0", "margin: 3", 4, "`margin` is a number of bits above 0: no tie is a link"),
        ("doubt: 0.95", "doubt: 0.1", 3, "`doubt` is above `threshold`: what is a link"),
        ("[[name, numbr]]", "[[name, number]]", 5, "no `numbr` to keep. Did you mean `number`?"),
        ("[[]]", "[[name, number]]", 5, "an empty line of `keep` holds of everyone"),
        ("[birthdate]", "[birth_date]\nv", 7, "no item `birthdate`. Did you mean `birth_date`?"),
        ("birthday: [b", "birth_date: [b", 7, "no field `birthday` is told by items."),
        ("[峰峯, 峯]", "[峰峯]", 8, "`峯` stands twice among the variants"),
        ("same: nam", "same: name", 12, "no `nam` to compare. Did you mean `name`?"),
        ("like: name", "same: name", 12, "no word `like` of a level."),
        ("m: 0.8", "m: 0.9", 11, "`m` of all levels together is 0.9, not 1"),
        ("u: 0.2", "u: 0.9", 11, "`u` of all levels together is 0.3, not 1"),
        ("edits: 9", "else: true", 11, "the last level, and only that one, is `else: true`"),
        ("is: the_same, else", "is: other, else", 11, "two levels have one name"),
        ("[alike]", "[the_same]", 15, "`name` has no level `alike`."),
        ("names: [the", "name: [the", 15, "no comparison `names`. Did you mean `name`?"),
        ("- [name, birthdate]", "- [name, birth_date]", 17, "no `birthdate` to block."),
        ("- []", "- [name, birth_date]", 17, "an empty line of `block` holds of everyone"),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_way_out(
    tmp_path: Path, instead: str, of: str, line: int, says: str
) -> None:
    assert of in LINES
    tail = "\nv" if of.endswith("\nv") else ""
    found = faults(tmp_path, LINES.replace(of, instead + tail, 1))
    assert any(at == line and told.startswith(says) for at, told in found), found


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = LINES.replace("0.001", "7").replace("margin: 3", "margin: -1").replace("峰峯", "峰峰")
    assert [line for line, _ in faults(tmp_path, text)] == [1, 4, 8]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [\n"])
def test_what_is_no_table_is_a_fault(tmp_path: Path, text: str) -> None:
    assert len(faults(tmp_path, text)) == 1
