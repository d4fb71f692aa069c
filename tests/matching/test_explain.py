import json
from datetime import date
from pathlib import Path

import pytest

from matching.decide import Decided, decide
from matching.explain import explain, why
from matching.population import Population, population
from matching.reasons import Criterion, Explanation, Reasons, to_json
from matching.verdict import Judge
from matching.view import View
from tests.matching.drawn import AS_OF, CLASSES, PACK, FakeLake, member, whole

YOUNG, OLD = date(1990, 1, 1), date(1940, 1, 1)
Known = tuple[Population, Decided]


def known(lake: FakeLake) -> Known:
    everyone = population(lake, PACK, AS_OF)
    return everyone, decide(PACK, everyone, AS_OF)


def told(facts: Known, unit_id: str, lang: str = "en", law: Path | None = None) -> Explanation:
    return explain(PACK, *facts, unit_id, "zh" if lang == "zh" else "en", law)


def reasons(found: Explanation, programme: str, person: str = "") -> Reasons:
    unit = "person" if person else "household"
    one = found.reasons(unit, person or str(found.id), programme)
    assert one is not None
    return one


def part(criterion: Criterion | None, name: str) -> Criterion:
    """The first criterion of that name, however deep."""
    assert criterion is not None
    waiting = [criterion]
    while waiting:
        one = waiting.pop(0)
        if one.name == name:
            return one
        waiting += one.parts
    raise AssertionError(name)


def family(income: int | None = 120_050, **facts: object) -> FakeLake:
    """Household 1 of a and b, 600.25 a head; household 2 of the old c, of unknown means."""
    lake = FakeLake().states(
        "register",
        member("a", "1", birth_date=YOUNG, **facts),
        member("b", "1", relation="child", birth_date=date(2015, 1, 1)),
        member("c", "2", birth_date=OLD),
    )
    lake.states(
        "tax",
        {"person_number": "a", "income": income},
        {"person_number": "b", "income": 0},
    )
    return whole(lake)


def test_the_tree_tells_truth_value_standard_article_and_source_rows(tmp_path: Path) -> None:
    (tmp_path / "SAL-x.md").write_text("第十八条 原文。\n\n第十九条 别的。", encoding="utf-8")
    one = reasons(told(known(family()), "h1", law=tmp_path), "F1")
    assert (one.status, one.after, one.amount, one.enrolled) == (
        "eligible",
        "kept",
        "799.50",
        False,
    )
    poor = part(one.tree, "poor")
    assert (poor.truth, poor.says) == (True, "is poor")
    assert poor.value == "income per head 600.25 yuan"
    standard = poor.standard
    assert standard is not None
    assert (standard.parameter, standard.value, standard.region) == ("line", "1000.00", "33")
    assert (standard.since, standard.until, standard.assumed) == (date(2020, 1, 1), None, True)
    article = poor.article
    assert article is not None
    assert (article.act, article.number, article.gist) == ("Social Assistance Law", "18", "gist")
    assert article.words == "第十八条 原文。"
    assert [(row.source, row.file, row.row) for row in poor.records] == [
        ("tax", "file.csv", 2),
        ("tax", "file.csv", 3),
    ]


def test_the_words_and_sentences_follow_the_language() -> None:
    facts = known(family())
    assert part(reasons(told(facts, "h1", "zh"), "F1").tree, "poor").says == "是poor"
    assert part(reasons(told(facts, "h1", "zh"), "F1").tree, "poor").articles[0].gist == "要旨"


def test_a_person_is_explained_with_the_household() -> None:
    facts = known(family())
    assert told(facts, "pb") == told(facts, "h1")
    found = told(facts, "pb")
    assert [(m.id, m.relation) for m in found.members] == [("pa", "head"), ("pb", "child")]
    assert [r.programme for r in found.programmes] == ["F1"]
    assert [r.programme for r in found.persons["pb"]] == ["P1", "P2", "P3"]
    assert found.rests_on_assumed


def test_a_person_without_a_household_is_explained_alone() -> None:
    lake = family().states("vehicles", {"person_number": "z", "plate": "Z"})
    found = told(known(lake), "pz")
    assert (found.id, found.programmes, set(found.persons)) == (None, (), {"pz"})
    assert {r.status for r in found.persons["pz"]} == {"undetermined"}


def test_nobody_of_that_id_is_an_error() -> None:
    with pytest.raises(KeyError, match="No household or person `h9`"):
        told(known(family()), "h9")


def test_members_stand_under_the_criterion_that_is_about_them() -> None:
    someone = part(reasons(told(known(family()), "h1"), "F1").tree, "has_someone")
    assert [(p.subject, p.truth) for p in someone.parts] == [("pa", True), ("pb", True)]


def test_a_programme_of_elsewhere_has_no_tree() -> None:
    one = reasons(told(known(family()), "h1"), "P3", "pa")
    assert (one.status, one.tree, one.near_miss, one.counterfactuals) == (
        "not_applicable",
        None,
        None,
        (),
    )


def test_what_displaced_a_programme_is_named_with_its_article() -> None:
    lake = family().states("health", {"person_number": "c", "grade": 1})
    lake.states("tax", {"person_number": "c", "income": 200_000, "_key": "c"})
    one = reasons(told(known(lake), "h2"), "P2", "pc")
    assert (one.status, one.after, one.with_programme, one.rule) == (
        "eligible",
        "excluded",
        "P1",
        "exclude",
    )
    assert one.rule_article is not None
    assert (one.rule_article.id, one.rule_article.text_held) == ("SAL-20", False)


def test_missing_facts_say_whether_a_register_holds_them() -> None:
    lake = family(income=None).states("health", {"person_number": "b", "grade": 3})
    lake.tables["completeness"] = lake.tables["completeness"].filter(
        lake.tables["completeness"]["source"] != "health"
    )
    found = told(known(lake), "h1")
    (income,) = reasons(found, "F1").missing
    assert (income.item, income.subject, income.register, income.department) == (
        "hh.pc",
        "h1",
        True,
        "tax",
    )
    assert "do not ask the citizen" in income.says
    grade = next(fact for fact in reasons(found, "P2", "pa").missing if fact.item == "grade")
    assert (grade.subject, grade.register, grade.department) == ("pa", False, "health")


def test_the_next_fact_is_one_that_a_register_holds() -> None:
    lake = family(income=None)
    lake.tables["completeness"] = lake.tables["completeness"].filter(
        lake.tables["completeness"]["source"] != "health"
    )
    one = reasons(told(known(lake), "h1"), "P2", "pa")
    assert [fact.item for fact in one.missing] == ["grade", "hh.pc"]
    assert one.next_fact is not None
    assert one.next_fact.item == "hh.pc"


def test_a_near_miss_says_exactly_how_far() -> None:
    one = reasons(told(known(family(income=200_001)), "h1"), "F1")
    assert one.near_miss is not None
    assert (one.near_miss.criterion, one.near_miss.difference, one.near_miss.unit) == (
        "poor",
        "0.01",
        "CNY",
    )
    assert one.near_miss.says == "family income is 0.01 yuan off"
    at_line = reasons(told(known(family(income=200_000)), "h1"), "F1").near_miss
    assert at_line is not None
    assert "exactly at the line" in at_line.says
    assert reasons(told(known(family()), "h1"), "F1").near_miss is None


def test_two_failing_conditions_are_no_near_miss() -> None:
    lake = family(income=200_001).states("vehicles", {"person_number": "a", "plate": "A"})
    one = reasons(told(known(lake), "h1"), "F1")
    assert (one.status, one.near_miss, one.counterfactuals) == ("not_eligible", None, ())


def test_the_one_condition_that_would_turn_the_decision_is_named() -> None:
    lake = family().states("vehicles", {"person_number": "a", "plate": "A"})
    one = reasons(told(known(lake), "h1"), "F1")
    assert [(flip.criterion, flip.says) for flip in one.counterfactuals] == [
        ("without_assets", "would qualify if this held: is without assets")
    ]
    vehicle = part(one.tree, "without_assets")
    assert vehicle.value == "vehicles 1"
    assert ("vehicles", "file.csv") in {(row.source, row.file) for row in vehicle.records}


def test_what_holds_but_should_not_is_told_so() -> None:
    lake = family().states("health", {"person_number": "a", "grade": 1})
    one = reasons(told(known(lake), "h1"), "P2", "pa")
    assert one.status == "not_eligible"
    assert [flip.says for flip in one.counterfactuals] == [
        "would qualify if this did not hold: is aided"
    ]


def test_consent_and_a_visit_are_steps_to_do_and_bar_nobody() -> None:
    one = reasons(told(known(family()), "h1"), "F1")
    assert [step.id for step in one.steps_to_do] == ["consent", "home_visit"]
    surveyed = family().states("survey", {"person_number": "a", "consent": True})
    assert reasons(told(known(surveyed), "h1"), "F1").steps_to_do == ()
    refused = family().states("survey", {"person_number": "a", "consent": False})
    assert [s.id for s in reasons(told(known(refused), "h1"), "F1").steps_to_do] == ["consent"]
    rich = reasons(told(known(family(income=999_999)), "h1"), "F1")
    assert rich.steps_to_do == ()


def test_values_of_a_class_of_sensitivity_are_marked() -> None:
    poor = part(reasons(told(known(family()), "h1"), "F1").tree, "poor")
    assert ("income_per_head", "finance") in {(i.name, i.sensitivity) for i in poor.inputs}


def test_an_explanation_is_json() -> None:
    held = json.loads(json.dumps(to_json(told(known(family()), "h1"))))
    tree = held["programmes"][0]["tree"]
    assert held["as_of"] == "2026-10-31"
    assert tree["article"]["id"] == "SAL-18"
    poor = next(p for p in tree["parts"] if p["name"] == "poor")
    assert poor["standard"]["from"] == "2020-01-01"
    assert told(known(family()), "h1").tree("household", "h1", "F1") == tree


def test_every_tree_says_what_the_columns_say() -> None:
    lake = family().states("health", {"person_number": "a", "grade": 1})
    lake.states("register", member("d", "3", birth_date=None), member("e", "3", until=AS_OF))
    lake.states("rolls", {"unit": "household", "person_number": "c", "programme": "F1"})
    _, decided = known(lake)
    frames = decided.frames
    checked = 0
    for name, versions in CLASSES.items():
        unit = versions[0].unit
        for at in range(frames.rows[unit].height):
            home = at if unit == "household" else int(frames.roles["has_member"].owner[at])
            view = View(frames, PACK.vocabulary, home, at if unit == "person" else -1)
            judge = Judge(PACK, view, AS_OF, view.row(unit, at)["region"])
            verdict = judge.programme(name, unit, at)
            if verdict is not None:
                assert verdict.parts[0].truth is verdict.truth, (name, at)
                checked += 1
    assert checked == 27


def test_one_line_says_why() -> None:
    _, decided = known(family(income=200_001))
    assert why(PACK, decided, "F1", 0) == "not met: is poor"
    assert why(PACK, decided, "F1", 1) == "not known: is poor"
    assert why(PACK, decided, "P1", 2) == ""
    assert why(PACK, decided, "P3", 0).startswith("no version is in force")
