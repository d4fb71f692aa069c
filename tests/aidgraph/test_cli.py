"""The command line: JSON alone on stdout, one line for a slip, the number that it ends with."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from aidgraph.road import Road
from tests.aidgraph.conftest import Call, Said, settings

PLATES = "号牌号码,车辆类型\n浙C00001,小型轿车\n"

COMMANDS = [
    "load",
    "link",
    "match",
    "project",
    "audit",
    "report",
    "explain H00000001",
    "explain H00000001 --programme MZ01 --lang en",
    "journal verify",
    "store rebuild",
    "store check",
    "store backup",
    "pack check hmis",
    "users add somebody --role leader",
]


def document(said: Said) -> Any:  # noqa: ANN401 - whatever a command tells
    assert "Traceback" not in said.err
    return json.loads(said.out)


@pytest.fixture(scope="module")
def own(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the county that commands may change."""
    return shutil.copytree(home, tmp_path_factory.mktemp("own") / "home")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_one_json_document_and_nothing_else(
    command: str, own: Path, call: Call
) -> None:
    said = call(own, *command.split(), "--json")
    assert said.code == 0
    assert document(said)


def test_the_report_adds_up(own: Path, call: Call) -> None:
    told = document(call(own, "report", "--json"))
    load = told["load"]
    assert load["read"] > 10_000
    assert load["read"] == load["accepted"] + load["refused"]
    people = {sum(of.values()) for of in told["decisions"].values()}
    assert len(people) == 2  # as many decisions as households, or as persons
    assert set(told["decisions"]["MZ01"]) == {"eligible", "not_eligible", "undetermined"}
    found = told["findings"]["never_applied"]
    assert found["count"] > 20
    assert float(found["money"]) > 0
    assert found["not_checked"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nonsense", "aidgraph: No such command 'nonsense'. See `aidgraph --help`."),
        ("load --nope", "aidgraph load: No such option: --nope"),
        ("explain", "aidgraph explain: whose reasons? Say an id, such as H00000001"),
        ("explain H99999999", "nobody has the id `H99999999`; ids look like H00000001"),
        ("explain H00000001 --programme MZ99", "no programme `MZ99`; there are CL01, DL01"),
        ("explain H00000001 --lang fr", "'fr' is not one of 'zh', 'en'"),
        ("match --as-of soon", "'soon' does not match the formats '%Y-%m-%d'"),
        ("county --households 0", "should be greater than or equal to 1"),
        ("county check --scenarios no.csv none.csv", "There is no file no.csv."),
        ("load nowhere.csv", "There is no file nowhere.csv."),
        ("match --pack nopack", "nopack: not a pack: it has no pack.toml"),
        ("users add x --role king", "No role `king`. Roles: leader,"),
        ("audit --as-of 2020-01-01", "no run is of 2020-01-01, the last one is of 2026-10-31"),
    ],
)
def test_a_wrong_call_is_one_line_and_ends_with_two(
    arguments: str, says: str, own: Path, call: Call
) -> None:
    said = call(own, *arguments.split())
    assert said.code == 2
    assert said.out == ""
    assert says in " ".join(said.err.split())
    assert len(said.err.splitlines()) == 1


def test_a_county_is_checked_in_a_home_that_nothing_was_loaded_into(
    tmp_path: Path, call: Call
) -> None:
    (tmp_path / "home" / "lake").mkdir(parents=True)
    home = str(tmp_path / "home")
    said = call(tmp_path, "county", "check", "--home", home, "--households", "1")
    assert said.code == 2
    assert "a check starts from nothing: name a new folder" in " ".join(said.err.split())
    assert not (tmp_path / "home" / "files").exists()


@pytest.mark.parametrize(
    ("command", "next_step"),
    [
        ("load", "`aidgraph county`"),
        ("match", "`aidgraph load PATH`"),
        ("project", "`aidgraph match`"),
        ("audit", "`aidgraph match`"),
        ("report --json", "`aidgraph match`"),
        ("explain H00000001", "`aidgraph match`"),
        ("store rebuild", "`aidgraph match`"),
    ],
)
def test_before_anything_is_there_a_command_says_what_to_do_first(
    command: str, next_step: str, tmp_path: Path, call: Call
) -> None:
    said = call(tmp_path / "empty", *command.split())
    assert said.code == 2
    assert next_step in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("name", "held", "says"),
    [
        ("unknown.csv", PLATES.encode(), "Nearest: `vehicles`; missing columns: 身份证明号码"),
        ("机动车登记.csv", b"a,b\n1,2\n", "Nearest: `vehicles`; missing columns"),
        ("机动车登记信息.csv", bytes(range(128, 256)) * 9, "neither UTF-8 nor GB18030"),
        ("机动车登记信息.csv", b"", "It holds no table. Its name is that of a file of `vehicles`"),
        ("残疾人证持证名册.xlsx", b"PK\x03\x04", "Its name is that of a file of `disability_"),
        ("notes.bin", b"\x00\x01", "no file of kind `.bin` is read; save it as .xlsx or .csv"),
        ("all.zip", b"PK no more", "no sound zip archive"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_refused_in_words(
    name: str, held: bytes, says: str, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / name
    file.write_bytes(held)
    said = call(tmp_path / "home", "load", str(file), "--json")
    (report,) = document(said)["files"]
    assert (said.code, report["status"], report["read"]) == (1, "refused", 0)
    assert says in report["says"]
    assert says.split(maxsplit=1)[0] in said.err


def test_a_damaged_archive_keeps_no_other_file_out(tmp_path: Path, home: Path, call: Call) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.zip").write_bytes(b"PK no more")
    shutil.copy(home / "files" / "机动车登记信息.csv", files)
    told = document(call(tmp_path / "home", "load", str(files), "--json"))
    assert [file["status"] for file in told["files"]] == ["refused", "loaded"]
    assert told["accepted"] > 0


def test_more_refused_rows_than_the_limit_end_with_one(tmp_path: Path, call: Call) -> None:
    header = "号牌号码,车辆类型,残疾人专用,初次登记日期,身份证明号码,机动车所有人\n"
    file = tmp_path / "机动车登记信息.csv"
    file.write_text(f"{header}浙C1,小型轿车,否,soon,330382199001010000,王\n", encoding="utf-8-sig")
    said = call(tmp_path / "home", "load", str(file), "--json")
    told = document(said)
    assert (said.code, told["read"], told["refused"], told["accepted"]) == (1, 1, 1, 0)
    assert "more than 5% of the rows were refused" in said.err


def test_the_graph_of_another_run_is_not_audited(home: Path, tmp_path: Path, call: Call) -> None:
    other = shutil.copytree(home, tmp_path / "home")
    assert call(other, "match", "--as-of", "2026-09-30").code == 0
    for command in ("audit", "report"):
        said = call(other, command)
        assert said.code == 2
        assert "of 2026-09-30: `aidgraph project`, then `aidgraph audit`" in said.err
    shutil.rmtree(other / "graph")
    said = call(other, "audit")
    assert said.code == 2
    assert "the graph holds nothing, not run" in said.err


def test_half_a_graph_clears_no_finding(home: Path, tmp_path: Path, call: Call) -> None:
    again = shutil.copytree(home, tmp_path / "home")
    road = Road(settings(again))
    road.store.write("MATCH (w:Watermark) SET w.digest = null")
    road.store.write("MATCH (p:Disbursement) DETACH DELETE p")
    road.store.close()
    said = call(again, "audit")
    assert said.code != 0
    assert "`aidgraph store rebuild` makes it anew" in said.err.replace("\n", " ")
    assert call(again, "project").code == 0
    assert ": 0 new, 0 changed, 0 cleared" in call(again, "audit").err


def test_a_pack_with_a_fault_ends_with_one(tmp_path: Path, call: Call) -> None:
    said = call(tmp_path, "pack", "check", str(tmp_path), "--json")
    assert said.code == 1
    assert document(said)["faults"][0]["says"] == "not a pack: it has no pack.toml"
