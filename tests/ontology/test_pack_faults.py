"""A faulty pack is refused with every fault, at its file and line, and never with a trace."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aidgraph.pack_check import check
from tests.ontology.faulty import line_in, write

ROOT = Path(__file__).resolve().parents[2]
CHINA = ROOT / "ontology" / "packs" / "china"
Spoil = Callable[[Path], None]
Expected = tuple[str, int | str, str]
"""File, line (or the words that stand there), a part of what is said."""


def swap(name: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def add(name: str, text: str) -> Spoil:
    def spoil(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return spoil


def put(name: str, held: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(held)

    return spoil


AID, WORDS = "programmes/aid.ttl", "vocabulary.ttl"
FOUND, CASES, VEHICLES = "standards/found.csv", "cases/aid.yaml", "sources/vehicles.yaml"
CITED, LAST = "dcterms:source law:A-1 ;", "owl:equivalentClass t:poor ."
CASE = '- id: odd\n  on: 2026-08-01\n  region: "11"\n  roster_closed: true\n  members: [{id: a}]\n'

SPOILT: dict[str, tuple[Spoil, Expected]] = {
    "unknown property": (
        swap(AID, "owl:onProperty t:incomeToLine", "owl:onProperty t:icnomeToLine"),
        (AID, "t:icnomeToLine", "No property `icnomeToLine`. Did you mean `incomeToLine`?"),
    ),
    "unknown class": (
        swap(AID, "owl:equivalentClass t:poor .", "owl:equivalentClass t:por ."),
        (AID, "t:por .", "No class `por`. Did you mean `poor`?"),
    ),
    "unknown core word": (
        swap(AID, "ag:validUntil", "ag:validUntill"),
        (AID, "ag:validUntill", "no word `ag:validUntill` in core.ttl"),
    ),
    "circle of classes": (
        swap(AID, "( t:poor\n", "( t:poor t:aid\n"),
        (AID, "t:aid-2020 a owl:Class", "A circle: aid → aid."),
    ),
    "circle of indicators": (
        swap(WORDS, 'ag:formula "earned"', 'ag:formula "income + earned"'),
        (WORDS, "t:income a owl:Datatype", "A circle: income → income."),
    ),
    "overlapping standards": (
        add(FOUND, "line,1,1200,CNY,2027-01-01,,gazette\n"),
        (FOUND, 4, "`line` of 1 from 2027-01-01 overlaps found.csv:3"),
    ),
    "overlapping versions": (
        swap(AID, '"2026-01-01"^^xsd:date ;\n  dcterms', '"2026-01-02"^^xsd:date ;\n  dcterms'),
        (AID, "t:aid-2026 a owl:Class", "two versions for one day and region; see programmes/aid"),
    ),
    "version in an unknown region": (
        swap(AID, "t:aid-2026 a owl:Class ;", 't:aid-2026 a owl:Class ; ag:appliesIn "99" ;'),
        (AID, "t:aid-2026 a owl:Class", "region `99` is not in regions.csv"),
    ),
    "a date that is no day": (
        swap(AID, '"2020-01-01"^^xsd:date', '"2020-13-01"^^xsd:date'),
        (AID, "t:aid-2020 a owl:Class", "ag:validFrom `2020-13-01` is no day"),
    ),
    "no citation": (
        swap(AID, f"  {CITED}\n  {LAST}", f"  {LAST}"),
        (AID, "t:aid-2026 a owl:Class", "`aid` cites no article"),
    ),
    "a citation to nothing": (
        swap(AID, f"{CITED}\n  {LAST}", f"{CITED.replace('A-1', 'A-9')}\n  {LAST}"),
        (AID, "law:A-9", "`aid` cites `A-9`, which law/ does not describe"),
    ),
    "an article of no act": (
        swap("law/act.ttl", "eli:is_part_of law:A ", "eli:is_part_of law:B "),
        ("law/act.ttl", "law:A-1 a eli", "`A-1` is part of `B`, which no file of law/ describes"),
    ),
    "empty intersection": (
        swap(AID, LAST, LAST.replace("t:poor", "[ a owl:Class ; owl:intersectionOf () ]")),
        (AID, "t:aid-2026 a owl:Class", "An empty intersection would match everyone"),
    ),
    "a value that is none of an enumeration": (
        swap(AID, '( "severe" )', '( "severe" "sevre" )'),
        (AID, "owl:onProperty t:grade", "never `sevre`. Did you mean `severe`?"),
    ),
    "a limit that is a float": (
        swap(AID, '"1"^^xsd:decimal', '"1"^^xsd:double'),
        (AID, "owl:onProperty t:incomeToLine", "`incomeToLine` is a decimal, never `1.0`"),
    ),
    "unknown column in a formula": (
        swap(WORDS, 'formula "earned"', 'formula "eraned"'),
        (WORDS, '"eraned"', "No property `eraned` of a household. Did you mean `earned`?"),
    ),
    "unknown standard in a formula": (
        swap(WORDS, '"std.line"', '"std.lien"'),
        (WORDS, '"std.lien"', "No standard `std.lien`. Did you mean `line`?"),
    ),
    "COALESCE without a reading": (
        swap(WORDS, 'formula "earned"', 'formula "COALESCE(earned, 0)"'),
        (WORDS, '"COALESCE(earned, 0)"', "say in ag:reading which reading of the law allows it"),
    ),
    "a quotient that nobody rounds": (
        swap(AID, '"std.line - income"', '"income / 7"'),
        (AID, '"income / 7"', "Division is not exact"),
    ),
    "a formula that asks a question of its own": (
        swap(WORDS, 'formula "earned"', 'formula "(SELECT 1)"'),
        (WORDS, '"(SELECT 1)"', "A formula may not say SUBQUERY"),
    ),
    "unknown department of a programme": (
        swap(AID, "t:office", "t:ofice"),
        (AID, "t:ofice", "department `ofice` is not in departments.csv"),
    ),
    "unknown department of a source": (
        swap(VEHICLES, "department: office", "department: ofice"),
        (VEHICLES, 2, "department `ofice` is not in departments.csv"),
    ),
    "a programme without an id": (
        swap(AID, ' skos:notation "T1" ;', ""),
        (AID, "t:aid a owl:Class", "programme `aid` has no id (skos:notation)"),
    ),
    "a region twice": (
        add("regions.csv", "11,1,province,省,province\n"),
        ("regions.csv", 4, "region `11` stands twice, first in line 3"),
    ),
    "a region in nothing": (
        add("regions.csv", "12,2,province,省,province\n"),
        ("regions.csv", 4, "parent `2` of region `12` is not in the table"),
    ),
    "a standard of an unknown region": (
        add(FOUND, "line,99,1,CNY,2026-01-01,,gazette\n"),
        (FOUND, 4, "region `99` is not in regions.csv"),
    ),
    "a standard without a source": (
        add(FOUND, "line,11,1,CNY,2026-01-01,,\n"),
        (FOUND, 4, "no source: cite where the number was found"),
    ),
    "a short line of a table": (
        add(FOUND, "line,11\n"),
        (FOUND, 4, "no cell for value, unit, valid_from, valid_until, source"),
    ),
    "a table without its columns": (
        put("departments.csv", b"id,zh\n"),
        ("departments.csv", 1, "the columns budget_holder, en, level are missing"),
    ),
    "a table in another encoding": (
        put("procedures.csv", "流程\n".encode("gb18030")),
        ("procedures.csv", 1, "not UTF-8: save the file in that encoding"),
    ),
    "a step that is not numbered": (
        add("procedures.csv", "F,do,two,3,working,office,A-1\n"),
        ("procedures.csv", 3, "order `two` is no whole number"),
    ),
    "rules that displace one another": (
        add("compatibility.csv", "T1,T1,exclude,household,month,A-1\n"),
        ("compatibility.csv", 2, "displace one another in a circle"),
    ),
    "a rule about an unknown programme": (
        add("compatibility.csv", "T1,T9,exclude,household,month,A-1\n"),
        ("compatibility.csv", 2, "programme `T9` is not in the pack"),
    ),
    "a source with an unknown column": (
        swap(VEHICLES, "  plate: plate", "  plate: plate\n  colour: colour"),
        (VEHICLES, "colour", "no item `colour`"),
    ),
    "a source with an unknown word": (
        swap(VEHICLES, "key: [plate]", "keys: [plate]"),
        (VEHICLES, "keys:", "no word `keys` here. Did you mean `key`?"),
    ),
    "a source that is no YAML": (
        add(VEHICLES, "  odd: [1\n"),
        (VEHICLES, "odd: [1", "not YAML: "),
    ),
    "Turtle without its dot": (
        swap(AID, "t:aid-2026 a owl:Class ;", "t:aid-2026 a owl:Class"),
        (AID, "t:aid-2026", "not Turtle: expected '.'"),
    ),
    "an unbound prefix": (
        swap(AID, "t:severe a owl:Class ;", "u:severe a owl:Class ;"),
        (AID, "u:severe", 'not Turtle: Prefix "u:" not bound'),
    ),
    "a title that is no TOML": (
        put("pack.toml", b'id = "t"\nversion =\n'),
        ("pack.toml", 2, "not TOML: "),
    ),
    "a question without a header": (
        put("questions/odd.cypher", b"MATCH (p) RETURN p"),
        ("questions/odd.cypher", 1, "the header lacks `asks`"),
    ),
    "a question that cites nothing": (
        swap("questions/twice.cypher", "// law: A-1", "// law: A-7"),
        ("questions/twice.cypher", 1, "`A-7` is no article of law/"),
    ),
    "a case with an unknown key": (
        add(CASES, f"{CASE}  expects: {{T1: eligible}}\n"),
        (CASES, "expects:", "a case has no `expects`"),
    ),
    "a case with an unknown fact": (
        add(CASES, f"{CASE}  household: {{hh.icnome: 1}}\n  expect: {{T1: eligible}}\n"),
        (CASES, "- id: odd", "no fact `hh.icnome` of a household. Did you mean `hh.income`?"),
    ),
    "a case with an unknown programme": (
        add(CASES, f"{CASE}  expect: {{T9: eligible}}\n"),
        (CASES, "- id: odd", "no programme `T9` is decided; there are T1"),
    ),
    "a case with an unknown status": (
        add(CASES, f"{CASE}  expect: {{T1: yes}}\n"),
        (CASES, "- id: odd", "no status `yes`"),
    ),
    "a case in an unknown region": (
        add(CASES, f"{CASE.replace('11', '77')}  expect: {{T1: eligible}}\n"),
        (CASES, "- id: odd", "no region `77` in regions.csv"),
    ),
    "a case with a sum that is no number": (
        add(CASES, f"{CASE}  amounts: {{T1: much}}\n"),
        (CASES, "amounts:", "`T1` is a number, not 'much'"),
    ),
    "a key of a case twice": (
        add(CASES, f"{CASE}  region: '31'\n  expect: {{T1: eligible}}\n"),
        (CASES, "  region: '31'", "`region` is said twice; only one can hold"),
    ),
    "a case twice": (
        add(CASES, f"{CASE.replace('odd', 'at')}  expect: {{T1: undetermined}}\n"),
        (CASES, 23, "case `at` stands at aid.yaml:8 too"),
    ),
    "cases that are no YAML": (
        add(CASES, "- id: odd\n  on: [2026\n"),
        (CASES, "on: [2026", "not YAML: "),
    ),
}


def refused(folder: Path, *expected: Expected) -> None:
    """The faults hold each expected one, in its file, at its line."""
    told = check(folder)
    for file, line, says in expected:
        at = line if isinstance(line, int) else line_in(folder / file, line)
        assert at > 0
        places = [(f["file"], f["line"]) for f in told["faults"] if says in f["says"]]
        assert (file, at) in places, told["faults"]


def test_the_sound_pack_has_no_fault_and_its_cases_hold(tmp_path: Path) -> None:
    write(tmp_path)
    told = check(tmp_path)
    assert told["faults"] == []
    assert [(case["id"], case["got"], case["ok"]) for case in told["cases"]] == [
        ("below", "eligible", True),
        ("at", "not_eligible", True),
        ("unknown", "undetermined", True),
        ("unknown", "hh.income", True),
    ]


@pytest.mark.parametrize("name", SPOILT)
def test_a_fault_is_told_at_its_file_and_line(name: str, tmp_path: Path) -> None:
    write(tmp_path)
    spoil, expected = SPOILT[name]
    spoil(tmp_path)
    refused(tmp_path, expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unknown property", "overlapping standards"),
        ("circle of indicators", "no citation"),
        ("circle of indicators", "circle of classes"),
        ("Turtle without its dot", "a region twice"),
        ("Turtle without its dot", "cases that are no YAML"),
        ("a title that is no TOML", "a standard without a source"),
        ("unknown column in a formula", "a source with an unknown column"),
        ("a case with an unknown fact", "a case with an unknown key"),
        ("unknown core word", "empty intersection"),
    ],
)
def test_two_faults_are_both_told(one: str, other: str, tmp_path: Path) -> None:
    write(tmp_path)
    for name in (one, other):
        SPOILT[name][0](tmp_path)
    refused(tmp_path, SPOILT[one][1], SPOILT[other][1])


def test_a_faulty_pack_runs_no_case_and_a_faulty_case_keeps_no_other_from_running(
    tmp_path: Path,
) -> None:
    write(tmp_path)
    SPOILT["a case with an unknown key"][0](tmp_path)
    assert [case["ok"] for case in check(tmp_path)["cases"]] == [True] * 4
    SPOILT["unknown property"][0](tmp_path)
    assert check(tmp_path)["cases"] == []


def test_the_command_lists_the_faults_and_ends_with_one(tmp_path: Path) -> None:
    pack = tmp_path / "china"
    shutil.copytree(CHINA, pack)
    swap("programmes/minimum_living.ttl", "cn:incomeToStandard", "cn:icnomeToStandard")(pack)
    add("standards/found.csv", "db,3301,1400,CNY/person/month,2026-01-01,,gazette\n")(pack)
    command = [sys.executable, "-m", "aidgraph", "pack", "check", str(pack), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    line = line_in(pack / "programmes/minimum_living.ttl", "cn:icnomeToStandard")
    places = {(fault["file"], fault["line"]) for fault in told["faults"]}
    last = len((pack / "standards/found.csv").read_text(encoding="utf-8").splitlines())
    assert places == {("programmes/minimum_living.ttl", line), ("standards/found.csv", last)}
    assert told["cases"] == []
