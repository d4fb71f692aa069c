from __future__ import annotations

from pathlib import Path

import pytest

from cypher.question import CORE, QuestionError, questions

CHINA = Path("ontology/packs/china/questions")
KINDS = [
    "application_overdue",
    "exclusive_programmes_overlap",
    "higher_of_two_both_paid",
    "household_split_or_joined",
    "identity_without_linked_benefit",
    "lapsed_though_qualifying",
    "never_applied",
    "one_account_several_households",
    "paid_after_death",
    "paid_again_though_once",
    "refused_though_qualifying",
    "same_payment_sent_twice",
    "same_programme_same_month",
    "same_thing_same_day",
    "top_up_not_deducted",
    "two_regions",
]
HEADER = "// asks: Who?\n// asks.zh: 谁？\n// finds: gap\n// key: unit_id\n"


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.cypher").write_text(text, encoding="utf-8")
    return folder


def test_the_kinds_are_there() -> None:
    assert sorted(questions(CORE)) == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_every_question_asks_in_both_languages_and_accuses_nobody(name: str) -> None:
    question = questions(CORE, CHINA)[name]
    assert question.asks["zh"]
    assert question.asks["en"].endswith("?")
    assert question.label["zh"].startswith("疑似")
    assert question.label["en"].startswith("Suspected")
    assert not any(word in question.label["zh"] for word in ("骗", "违规", "冒领", "最差"))


@pytest.mark.parametrize("name", KINDS)
def test_every_question_cites_the_law_of_the_jurisdiction(name: str) -> None:
    assert questions(CORE)[name].law == ()
    assert questions(CORE, CHINA)[name].law


@pytest.mark.parametrize("name", KINDS)
def test_every_question_orders_its_rows_by_its_key(name: str) -> None:
    question = questions(CORE)[name]
    last = question.text.strip().splitlines()[-1]
    assert last == f"ORDER BY {', '.join(question.key)}"


def test_a_header_without_a_query_refines_the_question_of_that_name(tmp_path: Path) -> None:
    core = written(
        tmp_path / "core", "q", HEADER + "// law: A-1\nMATCH (n)\nRETURN n.id AS unit_id\n"
    )
    pack = written(
        tmp_path / "pack", "q", "// label: Short\n// label.zh: 短\n// law: B-2,\n//      B-3\n"
    )
    question = questions(core, pack)["q"]
    assert question.text.endswith("RETURN n.id AS unit_id\n")
    assert question.label == {"zh": "短", "en": "Short"}
    assert question.asks == {"zh": "谁？", "en": "Who?"}
    assert question.law == ("A-1", "B-2", "B-3")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MATCH (n) RETURN n.id AS id", "lacks `asks`, `asks.zh`, `finds`, `key`"),
        (HEADER, "no query"),
        (HEADER + "// colour: red\nRETURN 1 AS unit_id", "5: no field `colour`"),
        (HEADER.replace("gap", "crime") + "RETURN 1 AS unit_id", "finds `crime`"),
    ],
)
def test_a_file_that_cannot_be_asked_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        questions(written(tmp_path, "q", text))


def test_a_refinement_may_not_change_what_is_found(tmp_path: Path) -> None:
    core = written(tmp_path / "core", "q", HEADER + "RETURN 1 AS unit_id\n")
    pack = written(tmp_path / "pack", "q", "// finds: duplicate\n")
    with pytest.raises(QuestionError, match="refines only asks, label and law"):
        questions(core, pack)


def test_every_article_that_a_question_cites_is_described_in_the_pack() -> None:
    law = "".join(f.read_text(encoding="utf-8") for f in CHINA.parent.glob("law/*.ttl"))
    cited = {article for question in questions(CORE, CHINA).values() for article in question.law}
    assert cited == {
        *("M57-26", "M57-7", "M83-3.1", "M83-4.1"),
        *("SAL-39", "SAL-42", "SAL-45", "SAL-47", "SAL-48", "SAL-66"),
    }
    assert [
        a for a in sorted(cited) if f"\nlaw:{a} a eli:LegalResourceSubdivision" not in law
    ] == []
